"""What a restored ledger must not do: tell people again what they were told after the backup.

A backup knows nothing of what was sent after it. Its waiting messages may have gone out since, and
so may notices that were decided later. Sending all that again would reach hundreds of clerks on the
day of a restore; not sending some of it delays a notice until the next rung of the ladder, which
comes by itself. So what waits in the backup, and what the ladder owes up to the day of the restore,
counts as told: it is decided, and its messages are cancelled with the reason "restored". They stay
in the outbox with what they were to say, and the restore says how many there are. Who knows that
nothing went out since the backup asks for `again`: the next sweep then decides anew.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tracker.followup import rounds
from tracker.followup.workdays import previous_workday, workdays_of
from tracker.settings import Settings
from tracker.store import outbox
from tracker.store.journal import record
from tracker.store.noticed import withdraw
from tracker.store.tables import MessageRow

#: The reason that a held message shows.
RESTORED: Final = "restored"
#: Of the FINAL ones: its notices are not told again.
_TOLD: Final = "cancelled"
#: States of messages that have reached nobody for sure, or may have.
_OPEN: Final = (*outbox.WAITING, "claimed", "sending", "unknown")


def hold_back(
    session: Session,
    settings: Settings,
    today: dt.date,
    now: dt.datetime,
    *,
    who: str,
    made_at: dt.datetime,
    again: bool = False,
) -> int:
    """Let nothing go out that may have gone out since a backup was made.

    Args:
        session: of `Store.write` on the restored ledger, before anybody else has it.
        settings: ladder, office, zone.
        today: the day of the restore.
        now: the moment.
        who: who restores.
        made_at: when the backup was made.
        again: nothing went out since: what is owed is decided anew by the next sweep.

    Returns:
        How many messages are held.
    """
    if not again:
        # What the ladder owes until now, as digests that go nowhere.
        rounds.decide(session, previous_workday(today, workdays_of(settings)), now, settings)
        session.flush()
    query = select(MessageRow).where(MessageRow.state.in_(_OPEN))
    held = list(session.scalars(query.options(selectinload(MessageRow.notices))))
    for message in held:
        for notice in message.notices:
            if notice.withdrawn is None:
                withdraw(notice, RESTORED if again else _TOLD)
        outbox.cancel(session, message, now, RESTORED)
    record(session, "restore", who=who, now=now, new=made_at.isoformat(), why=f"{len(held)}")
    return len(held)

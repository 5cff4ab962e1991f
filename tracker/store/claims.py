"""Claims on messages: how any number of processes share one outbox.

    queued ──claim──▶ claimed ──begin──▶ sending ──▶ sent | failed
    unknown ◀──┴── release ──┘              │
       ▲                                    │
       └── backoff, or in doubt ────────────┘   a lapsed claim: as if the try had failed

A claim takes many messages by one conditional update, and says nothing of them yet. `begin` marks
each just before its first byte leaves, so that a crash repeats at most what was in flight, with
the same Message-ID, and the rest of the claim goes back as if nothing had been.

What `begin` and the results write need not reach the disk one by one (`Store.write`): waiting for
the disk takes longer than sending, and the end of a process undoes no commit. A power cut may take
back the last of them. Then the process that had claimed is of an earlier start of the machine,
which cannot be asked what it had begun: all it had claimed may have arrived (`recover`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Select,
    bindparam,
    case,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.dml import ReturningUpdate

from tracker.store.outbox import IN_DOUBT, State, in_doubt, record_attempt
from tracker.store.schema import Lock, take
from tracker.store.statements import dialect_of
from tracker.store.tables import AttemptRow, MessageRow, Table, WordsRow
from tracker.store.tables.sealed import unmarked
from tracker.store.tries import MAX_TRIES
from tracker.store.workers import gone as is_gone

#: How long one delivery may take before its claim lapses; far above any sum of timeouts.
LEASE: Final = dt.timedelta(minutes=15)
#: A moment that far off was written under another setting of the clock.
ASTRAY: Final = dt.timedelta(hours=1)
#: First key of the server-wide lock on a recipient that a claim takes on PostgreSQL.
_CLAIM_LOCK: Final = 20231233


#: States from which a message may be claimed.
_DUE: Final[tuple[State, ...]] = ("queued", "unknown")
#: States in which a process has a message.
_HELD: Final[tuple[State, ...]] = ("claimed", "sending")


# Built once: they run between any two messages (`handover`), and building one costs more than
# running it.
# A claim has marked what they write (`seals`).
_MESSAGES: Final = unmarked(Table.metadata.tables[MessageRow.__tablename__])
_WORDS: Final = Table.metadata.tables[WordsRow.__tablename__]
_MINE: Final = (_MESSAGES.c.id == bindparam("the_id")) & (
    _MESSAGES.c.claimed_by == bindparam("worker")
)
#: Where a message goes out as of the day that it has already: an index less to write.
BEGIN: Final = (
    update(_MESSAGES)
    .where(_MINE, _MESSAGES.c.state == "claimed")
    .values(
        state="sending",
        tries=_MESSAGES.c.tries + 1,
        **{
            name: bindparam(name)
            for name in ("claimed_at", "recipient_name", "address", "stand_in", "subject")
        },
    )
)
#: Where it was decided on another day.
BEGIN_LATER: Final = BEGIN.values(day=bindparam("day"))


@dataclass(frozen=True, slots=True)
class Begun:
    """A claimed message as it is about to be sent: the day that it has, to whom, and what it
    says."""

    id: int
    day: dt.date
    name: str
    address: str | None
    stand_in: bool
    subject: str | None
    body: str | None
    html: str | None
    calendar: str | None = None


def claim(
    session: Session,
    worker: str,
    now: dt.datetime,
    day: dt.date,
    limit: int = 1,
    barred: Collection[str] = (),
) -> list[int]:
    """Take messages that may be sent now; nobody else gets them until the claim lapses.

    Those that were tried least come first, then the oldest: one that ends every process holds up
    no other. Of a recipient's digests one at most.

    Args:
        session: of `Store.write`, committed before anything is sent.
        worker: who claims (`workers.at_work`).
        now: the moment.
        day: the day the messages go out as.
        limit: at most so many.
        barred: channels that cannot be reached now; what goes out through them is left alone.
    """
    passed: list[int] = []
    waited = False
    while True:
        asked = {
            "now": now, "today": day, "passed": passed, "barred": list(barred), "most": limit,
        }  # fmt: skip
        found = session.execute(_due().with_for_update(skip_locked=True), asked).all()
        if not found:
            # A round holds all that waits while it decides; that is no reason to go home.
            if waited or passed or session.execute(_due(), asked).first() is None:
                return []
            take(session, Lock.ROUND)
            waited = True
            continue
        first: dict[str, int] = {}
        for message_id, kind, recipient in found:
            first.setdefault(recipient if kind == "digest" else f"{message_id}", message_id)
        mine = _taken(session, _alone(session, list(first.values())), worker, now, day)
        if mine:
            return mine
        passed += [row.id for row in found]


# Built when it is first asked: to build one takes longer than to ask it.
@cache
def _due() -> Select[int, str, str]:
    """What may be claimed `now`, as of `today`: at most so many."""
    return (
        select(MessageRow.id, MessageRow.kind, MessageRow.recipient)
        .where(MessageRow.state.in_(_DUE), MessageRow.not_before <= bindparam("now"))
        .where(~_had_one_today())
        .where(
            MessageRow.id.not_in(bindparam("passed", expanding=True)),
            MessageRow.channel.not_in(bindparam("barred", expanding=True)),
        )
        .order_by(MessageRow.tries, MessageRow.id)
        .limit(bindparam("most", type_=Integer))
    )


@cache
def _take() -> ReturningUpdate[int]:
    return (
        update(MessageRow)
        .where(MessageRow.id.in_(bindparam("ids", expanding=True)))
        .where(MessageRow.state.in_(_DUE), ~_had_one_today())
        .values(state="claimed", claimed_at=bindparam("at"), claimed_by=bindparam("worker"))
        .returning(MessageRow.id)
        .execution_options(synchronize_session=False)
    )


def _had_one_today() -> ColumnElement[bool]:
    """Of a digest: its recipient had another one on this day, or may have had, or one is on its
    way. At most one mail a day, also where an old digest is tried again after a newer one went
    out."""
    # Subqueries that do not refer to the row at hand: each is asked once, not once a message.
    other = aliased(MessageRow)
    digest = select(other).where(other.kind == "digest")
    held = digest.where(other.state.in_(_HELD))
    today = digest.where(other.day == bindparam("today"))
    sent = today.where(other.state == "sent")
    doubtful = today.where(
        other.state.not_in((*_HELD, "sent")), other.attempts.any(AttemptRow.result.in_(IN_DOUBT))
    )
    return (MessageRow.kind == "digest") & (
        MessageRow.recipient.in_(held.with_only_columns(other.recipient))
        | MessageRow.recipient.in_(sent.with_only_columns(other.recipient))
        | MessageRow.recipient.in_(doubtful.with_only_columns(other.recipient))
        & MessageRow.id.not_in(doubtful.with_only_columns(other.id))
    )


def _alone(session: Session, ids: Sequence[int]) -> list[int]:
    """On a server two processes could take two digests of one recipient at the same moment;
    SQLite has one writer at a time."""
    if session.get_bind().dialect.name != "postgresql":
        return list(ids)
    locked = func.pg_try_advisory_xact_lock(_CLAIM_LOCK, func.hashtext(MessageRow.recipient))
    rows = session.execute(select(MessageRow.id, locked).where(MessageRow.id.in_(ids)))
    return [message_id for message_id, mine in rows if mine]


def _taken(
    session: Session, ids: Sequence[int], worker: str, now: dt.datetime, day: dt.date
) -> list[int]:
    values = {"ids": list(ids), "at": now, "worker": worker, "today": day}
    return sorted(session.scalars(_take(), values))


def begin(session: Session, worker: str, now: dt.datetime, day: dt.date, message: Begun) -> bool:
    """Mark a claimed message as being sent, with the words it goes out in.

    Args:
        session: of `Store.write`, committed before the first byte leaves.
        worker: who claimed it.
        now: the moment; the lease begins anew.
        day: the day it goes out as.
        message: what is sent.

    Returns:
        False when the claim had lapsed.
    """
    connection = session.connection()
    connection.execute(words_of(dialect_of(session)), words_values(message, worker))
    begun = BEGIN if message.day == day else BEGIN_LATER
    return connection.execute(begun, begin_values(message, worker, now, day)).rowcount == 1


def begin_values(message: Begun, worker: str, now: dt.datetime, day: dt.date) -> dict[str, object]:
    """What `BEGIN` is executed with."""
    return {
        "the_id": message.id,
        "worker": worker,
        "claimed_at": now,
        "day": day,
        "recipient_name": message.name,
        "address": message.address,
        "stand_in": message.stand_in,
        "subject": message.subject,
    }


def words_values(message: Begun, worker: str) -> dict[str, object]:
    """What `words_of` is executed with."""
    return {
        "the_id": message.id,
        "worker": worker,
        "body": message.body,
        "html": message.html,
        "calendar": message.calendar,
    }


def words_of(dialect: Any) -> Executable:
    """Write down what a claimed message says, in place of what it said before.

    Args:
        dialect: the module of SQLAlchemy that knows the database's INSERT.
    """
    columns = "body", "html", "calendar"
    said = [bindparam(name, type_=_WORDS.c[name].type) for name in columns]
    held = select(_MESSAGES.c.id, *said).where(_MINE, _MESSAGES.c.state == "claimed")
    insert = dialect.insert(_WORDS).from_select(["message_id", *columns], held)
    return insert.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=["message_id"], set_={name: insert.excluded[name] for name in columns}
    )


def drop(session: Session, worker: str, message_id: int) -> MessageRow | None:
    """Give back a claimed message whose fate is for the caller to say; None when the claim had
    lapsed."""
    query = (
        select(MessageRow)
        .where(MessageRow.id == message_id, MessageRow.state == "claimed")
        .where(MessageRow.claimed_by == worker)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    message = session.scalars(query).one_or_none()
    if message is not None:
        message.claimed_at = message.claimed_by = None
    return message


def release(session: Session, worker: str, ids: Collection[int]) -> None:
    """Give back claimed messages whose sending has not begun; they are as they were."""
    if ids:
        session.execute(
            update(MessageRow)
            .where(MessageRow.id.in_(ids), MessageRow.state == "claimed")
            .where(MessageRow.claimed_by == worker)
            .values(state=_waiting_state(), claimed_at=None, claimed_by=None)
            .execution_options(synchronize_session=False)
        )


def _waiting_state() -> ColumnElement[str]:
    """The state of a message that waits for its next try."""
    return case((in_doubt(), "unknown"), else_="queued")


def recover(
    session: Session,
    now: dt.datetime,
    lease: dt.timedelta = LEASE,
    gone: Callable[[str | None], bool | None] = is_gone,
) -> int:
    """Put back what a process had claimed and never finished.

    A process that is known to have ended loses its claims at once. One that runs, or cannot be
    asked after, loses them with the lease; where the claim seems to be of another time altogether
    and the process runs, the clock was set, and the lease begins anew.

    Args:
        session: of `Store.write`.
        now: the moment.
        lease: how long a claim holds.
        gone: whether the process of a worker has ended (`workers.gone`).

    Returns:
        How many messages came back.
    """
    query = (
        select(MessageRow)
        .where(MessageRow.state.in_(_HELD))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    ended: dict[str | None, bool | None] = {}
    count = 0
    for message in session.scalars(query).all():
        worker = message.claimed_by
        if worker not in ended:
            ended[worker] = gone(worker)
        age = now - (message.claimed_at or now)
        astray = age < -ASTRAY or (ended[worker] is False and age > lease + ASTRAY)
        if ended[worker]:
            _put_back(session, message, now, begun=message.state == "sending")
        elif astray:
            message.claimed_at = now
            continue
        elif age > lease:
            # What it had begun is known only of a process that ended under our eyes.
            _put_back(session, message, now, begun=True)
        else:
            continue
        count += 1
    _set_clock(session, now)
    return count


def _put_back(session: Session, message: MessageRow, now: dt.datetime, *, begun: bool) -> None:
    if begun:
        record_attempt(session, message, now, "interrupted", message.claimed_by)
        message.state = "failed" if message.tries >= MAX_TRIES else "unknown"
        message.error = "interrupted while sending"
        message.claimed_at = message.claimed_by = None
    else:
        release(session, message.claimed_by or "", [message.id])


def _set_clock(session: Session, now: dt.datetime) -> None:
    """A delay that was counted from a moment yet to come ends now: the clock was set back."""
    later = exists().where(AttemptRow.message_id == MessageRow.id, AttemptRow.at > now + ASTRAY)
    session.execute(
        update(MessageRow)
        .where(MessageRow.state.in_(_DUE), MessageRow.not_before > now, later)
        .values(not_before=now)
        .execution_options(synchronize_session=False)
    )

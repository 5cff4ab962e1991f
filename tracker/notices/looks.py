"""What claimed messages say today, and whether they still say anything: looked at once when they are
claimed, and again where the ledger has changed since."""

from __future__ import annotations

import datetime as dt
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.errors import DeliveryError
from tracker.followup.recheck import obsolete
from tracker.followup.recipients import (
    SUPERVISOR,
    Addressee,
    addressees,
    id_of,
    is_deputy,
    own_names,
)
from tracker.notices.brief import MAILED
from tracker.notices.calendar import attached
from tracker.notices.channel import Prepared
from tracker.notices.message import File, Outgoing
from tracker.notices.wording import Digest, digest_of
from tracker.robots import is_supervising
from tracker.settings import Settings
from tracker.store import noticed, outbox, subscriptions, unreachable
from tracker.store.revised import Revision, revisions
from tracker.store.tables import MessageRow, NoticeRow, WordsRow
from tracker.store.watermark import Watermark, watermark

#: Why a message that was claimed is not handed over.
Unsent = Literal["cancelled", "undeliverable"]


@dataclass(eq=False, slots=True)
class Look:
    """A claimed message as the ledger has it: where it goes and what it says, or why it does not.

    `seen` is how far the ledger had come; `digest` is worded, and `prepared` built, when its turn
    comes near; `kept` once its words are written down.
    """

    id: int
    day: dt.date
    key: str
    channel: str
    seen: Watermark
    to: Addressee
    unsent: Unsent | None
    outgoing: Outgoing
    withdrawn: list[tuple[int, str]] = field(default_factory=list)
    digest: Digest | None = None
    prepared: Prepared | DeliveryError | None = None
    kept: bool = False


def look_at(session: Session, ids: Sequence[int], settings: Settings, today: dt.date) -> list[Look]:
    """See what claimed messages say today, and whether they say anything. Writes nothing.

    Args:
        session: of `Store.read` or `Store.write`; what is seen is what it sees.
        ids: of the messages.
        settings: language, lights, office.
        today: the day they speak from.
    """
    seen = watermark(session)
    messages = outbox.by_ids(session, ids)
    notices = noticed.contents(session, [row.id for row in messages if row.kind == "digest"])
    found = addressees(session, {row.recipient for row in messages}, settings)
    told = [notice.commitment_id for each in notices.values() for notice in each]
    aside = _Aside(revisions(session, told), unreachable.names(session, own_names(settings)))
    looks = []
    for row in messages:
        to = found[row.recipient]
        look = Look(row.id, row.day, row.key, row.channel, seen, to, None, _outgoing(row, to))
        if to.address is None:
            look.unsent = "undeliverable"
        elif row.kind == "digest":
            _tell(look, row, notices.get(row.id, []), settings, today, aside)
        elif is_deputy(row.recipient) and subscriptions.ended_all(session, id_of(row.recipient)):
            look.unsent = "cancelled"  # he ended it while it waited
        looks.append(look)
    return looks


def _outgoing(row: MessageRow, to: Addressee) -> Outgoing:
    words = row.words if row.kind != "digest" else None  # a digest is worded anew
    return Outgoing(
        id=row.id,
        key=row.key,
        header_id=row.header_id,
        name=to.name,
        address=to.address or "",
        subject=row.subject or "",
        text=(words.body if words else None) or "",
        html=words.html if words else None,
        channel=row.channel,
        unsubscribe=row.unsubscribe,
        files=_files(words),
    )


def _files(words: WordsRow | None) -> tuple[File, ...]:
    return tuple(
        File(name, str(one["type"]), b64decode(str(one["content"])), inline=bool(one["inline"]))
        for name, one in ((words.files if words else None) or {}).items()
    )


@dataclass(frozen=True, slots=True)
class _Aside:
    """What a batch is worded with beside the commitments: their revisions, and who cannot be
    reached."""

    revised: Mapping[int, Revision]
    silent: tuple[str, ...]


def _tell(
    look: Look,
    message: MessageRow,
    notices: Sequence[NoticeRow],
    settings: Settings,
    today: dt.date,
    aside: _Aside,
) -> None:
    """What a digest is still to tell."""
    rows, zone = [], ZoneInfo(settings.timezone)
    rungs: dict[int, list[str]] = {}
    for notice in notices:
        why = obsolete(notice, today, zone)
        if why is None:
            rows.append(notice.commitment)
            rungs.setdefault(notice.commitment_id, []).append(notice.rung)
        else:
            look.withdrawn.append((notice.id, why))
    if not rows:
        look.unsent = "cancelled"
        return
    look.digest = digest_of(
        rows,
        today,
        settings,
        name=look.to.name,
        supervisor=message.recipient == SUPERVISOR
        or is_supervising(settings.robots, message.recipient),
        stand_in=look.to.stand_in,
        silent=aside.silent,
        owners=message.channel not in MAILED,
        recipient=message.recipient,
        rungs=rungs,
        unsubscribe=message.unsubscribe,
    )
    if message.channel in MAILED:
        file = attached(rows, aside.revised, settings, look.to.name, message.header_id)
        look.outgoing = replace(look.outgoing, calendar=file)

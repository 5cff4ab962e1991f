"""The outbox: what is decided and not yet delivered, and its fate.

    undeliverable ──(an address appears)──▶ queued ──▶ claimed ──▶ sending ──▶ sent | failed
                              cancelled ◀──────┘ ◀──── unknown ◀──────┘

Unknown is what may have arrived although nobody said so; it is tried once more.

What a message says stands in `noticed`; how a queued one is claimed, sent and tried again, in
`claims`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from tracker.errors import UnknownReference
from tracker.store.noticed import withdraw
from tracker.store.statements import changed, dialect_of
from tracker.store.tables import AttemptRow, MessageRow, NoticeRow, WordsRow

State = Literal[
    "queued", "unknown", "claimed", "sending", "sent", "failed", "cancelled", "undeliverable"
]
Kind = Literal["digest", "report"]

#: Not on its way yet: more notices may join it.
WAITING: Final[tuple[State, ...]] = ("queued", "unknown", "undeliverable")
#: Results of attempts after which the message may have arrived all the same.
IN_DOUBT: Final = ("interrupted", "in doubt")
#: Result that stands for a person's wish to try again: what is counted of tries begins anew.
REVIVED: Final = "revived"


def new_token() -> str:
    """What makes a Message-ID unique in the world: two offices of one domain, or a database that
    was built anew, count their units alike. Short, so that the header stays on one line."""
    return uuid.uuid4().hex[:16]


def waiting(session: Session) -> list[MessageRow]:
    """The messages that are not on their way yet, locked until the transaction ends."""
    query = (
        select(MessageRow)
        .where(MessageRow.state.in_(WAITING))
        .order_by(MessageRow.id)
        .with_for_update()
    )
    return list(session.scalars(query))


def served(session: Session, today: dt.date) -> set[str]:
    """The recipients who get no further notice today: their digest of the day is on its way,
    delivered or given up, or a digest of theirs may have arrived without our knowing. One that was
    cancelled reached nobody.

    Such a digest is sent again under its Message-ID, and a mail program may drop it as one it
    has seen: a notice that joined it would be lost.
    """
    of_today = (MessageRow.day == today) | MessageRow.key.endswith(f":{today}", autoescape=True)
    busy = or_(
        MessageRow.state.in_(("claimed", "sending")),
        MessageRow.state.not_in((*WAITING, "cancelled")) & of_today,
        and_(MessageRow.state == "cancelled", of_today, in_doubt()),
        MessageRow.state.in_(WAITING) & in_doubt(),
    )
    query = select(MessageRow.recipient).where(MessageRow.kind == "digest", busy)
    return set(session.scalars(query))


def in_doubt() -> ColumnElement[bool]:
    """Of a message: it may have arrived all the same."""
    return MessageRow.attempts.any(AttemptRow.result.in_(IN_DOUBT))


def merge(session: Session, now: dt.datetime) -> None:
    """Make one of several digests that wait for the same recipient: the oldest takes all in.

    One that may have arrived stays as it is.

    Args:
        session: of `Store.write`.
        now: the moment.
    """
    query = (
        select(MessageRow)
        .where(MessageRow.kind == "digest", MessageRow.state.in_(WAITING), ~in_doubt())
        .order_by(MessageRow.id)
        .with_for_update()
    )
    first: dict[str, MessageRow] = {}
    for row in session.scalars(query).all():
        into = first.setdefault(row.recipient, row)
        if into is row:
            continue
        session.execute(
            update(NoticeRow)
            .where(NoticeRow.message_id == row.id, NoticeRow.withdrawn.is_(None))
            .values(message_id=into.id)
        )
        into.not_before = min(into.not_before, row.not_before)
        cancel(session, row, now, f"merged into message {into.id}")


def queue(
    session: Session,
    *,
    kind: Kind,
    recipient: str,
    name: str,
    address: str | None,
    day: dt.date,
    now: dt.datetime,
    domain: str,
    stand_in: bool = False,
    subject: str | None = None,
    body: str | None = None,
    html: str | None = None,
    files: Mapping[str, dict[str, str | bool]] | None = None,
    about: str = "",
    due: dt.date | None = None,
    unsubscribe: str | None = None,
    token: Callable[[], str] = new_token,
) -> tuple[MessageRow, bool]:
    """Queue the message of a kind, recipient and day; one that is there already is left as it is.

    A digest that was cancelled is opened again, empty: what it could not say reached nobody.

    Args:
        session: of `Store.write`.
        kind: digest or report.
        recipient: "unit:ID" or "supervisor".
        name: the recipient as people call it.
        address: where to; None makes it undeliverable until an address appears.
        day: the day decided on, part of the key where it is not `due`.
        now: the moment, from which on it may be sent.
        domain: right-hand side of the Message-ID.
        stand_in: the address is the office's, which passes it on.
        subject: written now for a report, at the claim for a digest.
        body: plain text, likewise.
        html: the same as HTML, likewise.
        files: what a report brings along (`WordsRow.files`).
        about: tells several reports to a recipient on a day apart.
        due: the day that a report was due, part of the key.
        unsubscribe: what a deputy ends a report with; a digest's comes with its notices.
        token: gives what makes the Message-ID unique. It is stored, so that every try to deliver
            the message bears the same one.

    Returns:
        The message of that key, and whether it is new.
    """
    key = key_of(kind, recipient, due or day, about)
    values = {
        "key": key,
        "kind": kind,
        "recipient": recipient,
        "recipient_name": name,
        "address": address,
        "stand_in": stand_in,
        "day": day,
        "state": "queued" if address else "undeliverable",
        "subject": subject,
        "header_id": f"<{key.replace(':', '.')}.{token()}@{domain}>",
        "tries": 0,
        "not_before": now,
        "unsubscribe": unsubscribe,
    }
    session.flush()
    insert = dialect_of(session).insert(MessageRow.__table__).values(**values)
    new = changed(session, insert.on_conflict_do_nothing()) == 1
    found = session.scalars(
        select(MessageRow).where(MessageRow.key == key).execution_options(populate_existing=True)
    ).one()
    if not new and kind == "digest" and found.state == "cancelled":
        for name, value in (values | {"error": None}).items():
            setattr(found, name, value)
        found.words = None
        new = True
    if new and (body is not None or html is not None):
        found.words = WordsRow(body=body, html=html, files=dict(files) if files else None)
    return found, new


def key_of(kind: Kind, recipient: str, day: dt.date, about: str = "") -> str:
    """The unique key of a message: "digest:unit:7:2023-12-24"."""
    return f"{kind}:{recipient}:{day}" + (f":{about}" if about else "")


def has(session: Session, kind: Kind, recipient: str, day: dt.date, about: str = "") -> bool:
    """Whether the message of a kind, recipient and day was decided, whatever became of it."""
    query = select(MessageRow.id).where(MessageRow.key == key_of(kind, recipient, day, about))
    return session.scalars(query).first() is not None


def readdress(message: MessageRow, name: str, address: str | None, *, stand_in: bool) -> None:
    """Follow the registry: an address that appeared, changed or went away since the decision."""
    message.recipient_name, message.address, message.stand_in = name, address, stand_in
    if address is None:
        message.state = "undeliverable"
    elif message.state == "undeliverable":
        message.state = "queued"


def cancel(session: Session, message: MessageRow, now: dt.datetime, why: str) -> None:
    """End a message that is not to be sent."""
    record_attempt(session, message, now, "cancelled", why)
    message.state, message.error = "cancelled", why
    message.claimed_at = message.claimed_by = None
    if message.kind == "digest" and not message.tries:
        message.words = None  # nobody was told


def cancel_by_hand(session: Session, message_id: int, now: dt.datetime, who: str) -> None:
    """End a message that has not gone out; its notices stay decided, and are not sent.

    Raises:
        UnknownReference: no such message, or it is on its way, gone or ended already.
    """
    found = message(session, message_id)
    if found.state not in (*WAITING, "failed"):
        raise UnknownReference(f"message {message_id} is {found.state}; it cannot be cancelled")
    for notice in found.notices:
        if notice.withdrawn is None:
            withdraw(notice, "cancelled")
    cancel(session, found, now, f"cancelled by {who}")


def retry(session: Session, message_id: int | None, now: dt.datetime) -> list[MessageRow]:
    """Queue failed messages again, with all their tries before them; waiting ones are due now.

    A digest still goes out only on a day on which its recipient had no other one (`claims.claim`),
    and until then what is newly owed joins it.

    Args:
        session: of `Store.write`.
        message_id: one message, or None for all that failed.
        now: the moment from which on they may be sent.

    Raises:
        UnknownReference: no such message, or it is none that can be sent again.
    """
    if message_id is None:
        rows = list(session.scalars(select(MessageRow).where(MessageRow.state == "failed")))
    else:
        rows = [message(session, message_id)]
        if rows[0].state not in ("failed", "queued", "unknown"):
            raise UnknownReference(
                f"message {message_id} is {rows[0].state}; "
                "only failed, unknown and queued ones can be retried"
            )
    doubtful = set(
        session.scalars(select(MessageRow.id).where(MessageRow.state == "failed", in_doubt()))
    )
    for row in rows:
        if row.state == "failed":
            row.state = "unknown" if row.id in doubtful else "queued"
        record_attempt(session, row, now, REVIVED, None)
        row.tries, row.not_before = 0, now
    session.flush()
    merge(session, now)
    return rows


def record_attempt(
    session: Session, message: MessageRow, now: dt.datetime, result: str, detail: str | None
) -> None:
    """Write down one try to deliver, and how it ended."""
    session.add(AttemptRow(message_id=message.id, at=now, result=result, detail=detail))


def message(session: Session, message_id: int) -> MessageRow:
    """One message with its words, notices and attempts.

    Raises:
        UnknownReference: there is no such message.
    """
    query = select(MessageRow).where(MessageRow.id == message_id)
    shown = *_SHOWN, selectinload(MessageRow.words)
    found = session.scalars(query.options(*shown)).one_or_none()
    if found is None:
        raise UnknownReference(f"no message {message_id}; see: tracker outbox")
    return found


def by_header(session: Session, header_id: str) -> MessageRow | None:
    """The message that went out under a Message-ID.

    Args:
        session: of `Store.read` or `Store.write`.
        header_id: with its angle brackets.
    """
    return session.scalars(select(MessageRow).where(MessageRow.header_id == header_id)).first()


def by_ids(session: Session, ids: Sequence[int]) -> list[MessageRow]:
    """Messages as they are now, oldest first.

    Args:
        session: of `Store.read` or `Store.write`.
        ids: of the messages.
    """
    query = select(MessageRow).where(MessageRow.id.in_(ids)).order_by(MessageRow.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def listing(session: Session, states: Sequence[str] = (), limit: int = 200) -> list[MessageRow]:
    """Messages, newest first.

    Args:
        session: of `Store.read` or `Store.write`.
        states: only these; all when empty.
        limit: at most so many.
    """
    query = select(MessageRow).options(*_SHOWN).order_by(MessageRow.id.desc()).limit(limit)
    if states:
        query = query.where(MessageRow.state.in_(list(states)))
    return list(session.scalars(query))


def tally(session: Session) -> Counter[str]:
    """How many messages there are in each state."""
    query = select(MessageRow.state, func.count()).group_by(MessageRow.state)
    found: Counter[str] = Counter()
    for state, count in session.execute(query):
        found[state] = count
    return found


_SHOWN: Final = (
    selectinload(MessageRow.notices).selectinload(NoticeRow.commitment),
    selectinload(MessageRow.attempts),
)

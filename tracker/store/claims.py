"""Claims on messages: how any number of processes share one outbox.

    queued ──claim──▶ sending ──▶ sent | failed
       ▲                 │
       └── backoff ──────┘   a lapsed claim: as if the try had failed

A claim is a conditional update that must change exactly one row. It lapses: what a crashed
process had in flight is sent again with the same Message-ID, and nothing else is repeated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session, aliased

from tracker.store.outbox import IN_DOUBT, State, record_attempt
from tracker.store.statements import changed
from tracker.store.tables import AttemptRow, MessageRow

#: How long one delivery may take before its claim lapses; far above any sum of timeouts.
LEASE: Final = dt.timedelta(minutes=15)
MAX_TRIES: Final = 8
#: Result of a try that never reached a server.
BARRED: Final = "barred"
#: 5 min, 15 min, 45 min … at most a day: eight tries span more than two days of a dead server.
FIRST_DELAY: Final = dt.timedelta(minutes=5)
LONGEST_DELAY: Final = dt.timedelta(days=1)
#: A server that was away is asked again within the hour: the message did nothing to wait longer.
LONGEST_BARRED: Final = dt.timedelta(hours=1)
_GROWTH: Final = 3
#: Share of the delay that jitter can add, so that failed messages do not come back as one crowd.
_JITTER_SHARE: Final = 0.2
#: First key of the server-wide lock on a recipient that a claim takes on PostgreSQL.
_CLAIM_LOCK: Final = 20231233


def claim(
    session: Session,
    worker: str,
    now: dt.datetime,
    day: dt.date,
    barred: Collection[str] = (),
) -> MessageRow | None:
    """Take the oldest message that may be sent now; nobody else gets it until the claim lapses.

    Args:
        session: of `Store.write`, committed before anything is sent.
        worker: who claims, unique to the process.
        now: the moment.
        day: the day the message goes out as.
        barred: channels that cannot be reached now; what goes out through them is left alone.
    """
    free = ~_had_one_today(day)
    passed: list[int] = []
    while True:
        due = (
            select(MessageRow.id, MessageRow.recipient)
            .where(MessageRow.state == "queued", MessageRow.not_before <= now, free)
            .where(MessageRow.id.not_in(passed), MessageRow.channel.not_in(barred))
            .order_by(MessageRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        found = session.execute(due).one_or_none()
        if found is None:
            return None
        if _alone(session, found.recipient) and _taken(session, found.id, worker, now, day, free):
            return session.get_one(MessageRow, found.id, populate_existing=True)
        passed.append(found.id)


def _had_one_today(day: dt.date) -> ColumnElement[bool]:
    """Of a digest: its recipient had another one on this day, or may have had. At most one mail
    a day, also where an old digest is tried again after a newer one went out."""
    # Subqueries that do not refer to the row at hand: each is asked once, not once a message.
    other = aliased(MessageRow)
    today = select(other).where(other.kind == "digest", other.day == day)
    gone = today.where(other.state.in_(("sending", "sent")))
    doubtful = today.where(
        other.state.not_in(("sending", "sent")),
        other.attempts.any(AttemptRow.result.in_(IN_DOUBT)),
    )
    return (MessageRow.kind == "digest") & (
        MessageRow.recipient.in_(gone.with_only_columns(other.recipient))
        | MessageRow.recipient.in_(doubtful.with_only_columns(other.recipient))
        & MessageRow.id.not_in(doubtful.with_only_columns(other.id))
    )


def _alone(session: Session, recipient: str) -> bool:
    """On a server two processes could take two digests of one recipient at the same moment;
    SQLite has one writer at a time."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    key = func.hashtext(recipient)
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(_CLAIM_LOCK, key))))


def _taken(
    session: Session,
    message_id: int,
    worker: str,
    now: dt.datetime,
    day: dt.date,
    free: ColumnElement[bool],
) -> bool:
    statement = (
        update(MessageRow)
        .where(MessageRow.id == message_id, MessageRow.state == "queued", free)
        .values(
            state="sending",
            claimed_at=now,
            claimed_by=worker,
            tries=MessageRow.tries + 1,
            day=day,
        )
        .execution_options(synchronize_session=False)
    )
    return changed(session, statement) == 1


def recover(session: Session, now: dt.datetime, lease: dt.timedelta = LEASE) -> int:
    """Put back what a process had claimed and never finished.

    Args:
        session: of `Store.write`.
        now: the moment.
        lease: how long a claim holds.

    Returns:
        How many messages were in flight.
    """
    query = (
        select(MessageRow)
        .where(MessageRow.state == "sending", MessageRow.claimed_at < now - lease)
        .with_for_update(skip_locked=True)
    )
    stale = list(session.scalars(query))
    for message in stale:
        record_attempt(session, message, now, "interrupted", message.claimed_by)
        message.state = "failed" if message.tries >= MAX_TRIES else "queued"
        message.error = "interrupted while sending"
        message.claimed_at = message.claimed_by = None
    return len(stale)


def only_written(message: MessageRow) -> bool:
    """Whether a message that counts as sent lies in a file and nobody has mailed it.

    Args:
        message: with its attempts.
    """
    return message.state == "sent" and any(
        attempt.result == "written" for attempt in message.attempts
    )


def count_written(session: Session) -> int:
    """How many messages that count as sent only lie in files."""
    query = select(func.count()).where(
        MessageRow.state == "sent", MessageRow.attempts.any(AttemptRow.result == "written")
    )
    return session.scalar(query) or 0


def release(message: MessageRow) -> None:
    """Give back a message just claimed that was not tried; its state is for the caller to say."""
    message.tries -= 1
    message.claimed_at = message.claimed_by = None


def record_sent(
    session: Session, message_id: int, worker: str, now: dt.datetime, *, file: str | None = None
) -> bool:
    """Write down that a message was handed over, or written to a file for somebody to send.

    Args:
        session: of `Store.write`.
        message_id: the message claimed.
        worker: who claimed it.
        now: the moment.
        file: where it was written, if it was only that.

    Returns:
        False when the claim had lapsed and another process has the message now.
    """
    message = _claimed(session, message_id, worker)
    if message is None:
        return False
    record_attempt(session, message, now, "written" if file else "sent", file)
    message.state, message.sent_at, message.error = "sent", now, None
    message.claimed_at = message.claimed_by = None
    return True


def record_failed(
    session: Session,
    message_id: int,
    worker: str,
    now: dt.datetime,
    error: str,
    *,
    permanent: bool,
    jitter: float,
    in_doubt: bool = False,
    barred: bool = False,
) -> State | None:
    """Write down that a try failed: to be tried again after a growing delay, or failed for good.

    Args:
        session: of `Store.write`.
        message_id: the message claimed.
        worker: who claimed it.
        now: the moment.
        error: one line for the list.
        permanent: trying again cannot help.
        jitter: a number from 0 to 1 that spreads the tries.
        in_doubt: the message may have arrived all the same.
        barred: the way itself was barred; no fault of the message, so it is never given up.

    Returns:
        The message's state, or None when the claim had lapsed.
    """
    message = _claimed(session, message_id, worker)
    if message is None:
        return None
    if barred:
        return _put_back(session, message, now, error, jitter)
    result = "in doubt" if in_doubt else "permanent" if permanent else "temporary"
    record_attempt(session, message, now, result, error)
    over = permanent or message.tries >= MAX_TRIES
    state: State = "failed" if over else "queued"
    message.state, message.error = state, error
    message.claimed_at = message.claimed_by = None
    if not over:
        message.not_before = now + delay(message.tries, jitter)
    return state


def _put_back(
    session: Session, message: MessageRow, now: dt.datetime, error: str, jitter: float
) -> State:
    """The way was barred: the try does not count, and the delay grows by such tries alone."""
    record_attempt(session, message, now, BARRED, error)
    release(message)
    session.flush()
    query = (
        select(func.count())
        .select_from(AttemptRow)
        .where(AttemptRow.message_id == message.id, AttemptRow.result == BARRED)
    )
    wait = min(delay(session.scalar(query) or 1, jitter), LONGEST_BARRED)
    message.state, message.error, message.not_before = "queued", error, now + wait
    return "queued"


def delay(tries: int, jitter: float) -> dt.timedelta:
    """How long to wait after so many tries.

    Args:
        tries: 1 after the first.
        jitter: from 0 to 1.
    """
    growth = int(_GROWTH ** min(tries - 1, 16))
    base = min(FIRST_DELAY * growth, LONGEST_DELAY)
    return base * (1 + _JITTER_SHARE * jitter)


def _claimed(session: Session, message_id: int, worker: str) -> MessageRow | None:
    query = (
        select(MessageRow)
        .where(MessageRow.id == message_id, MessageRow.state == "sending")
        .where(MessageRow.claimed_by == worker)
        .with_for_update()
    )
    return session.scalars(query).one_or_none()

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
from typing import Final

from sqlalchemy import (
    ColumnElement,
    bindparam,
    case,
    exists,
    func,
    insert,
    null,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from tracker.store.outbox import IN_DOUBT, REVIVED, State, in_doubt
from tracker.store.outbox import record_attempt as record_attempt
from tracker.store.schema import Lock, take
from tracker.store.tables import AttemptRow, MessageRow, Table
from tracker.store.workers import gone as is_gone

#: How long one delivery may take before its claim lapses; far above any sum of timeouts.
LEASE: Final = dt.timedelta(minutes=15)
#: A moment that far off was written under another setting of the clock.
ASTRAY: Final = dt.timedelta(hours=1)
MAX_TRIES: Final = 8
#: After so many breaks that leave the outcome open, only a person sends a message again.
MAX_DOUBTS: Final = 2
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


#: States from which a message may be claimed.
_DUE: Final[tuple[State, ...]] = ("queued", "unknown")
#: States in which a process has a message.
_HELD: Final[tuple[State, ...]] = ("claimed", "sending")


# Built once: they run between any two messages (`handover`), and building one costs more than
# running it.
_MESSAGES: Final = Table.metadata.tables[MessageRow.__tablename__]
_MINE: Final = (_MESSAGES.c.id == bindparam("the_id")) & (
    _MESSAGES.c.claimed_by == bindparam("worker")
)
BEGIN: Final = (
    update(_MESSAGES)
    .where(_MINE, _MESSAGES.c.state == "claimed")
    .values(
        state="sending",
        tries=_MESSAGES.c.tries + 1,
        **{
            name: bindparam(name)
            for name in (
                "claimed_at", "day", "recipient_name", "address", "stand_in",
                "subject", "body", "html", "calendar",
            )
        },
    )
)  # fmt: skip
SENT: Final = (
    update(_MESSAGES)
    .where(_MINE, _MESSAGES.c.state == "sending")
    .values(
        state="sent",
        sent_at=bindparam("sent_at"),
        error=null(),
        claimed_at=null(),
        claimed_by=null(),
    )
)
ATTEMPT: Final = insert(Table.metadata.tables[AttemptRow.__tablename__]).values(
    {name: bindparam(name) for name in ("message_id", "at", "result", "detail")}
)


@dataclass(frozen=True, slots=True)
class Begun:
    """A claimed message as it is about to be sent: to whom, and what it says."""

    id: int
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
    free = ~_had_one_today(day)
    passed: list[int] = []
    waited = False
    while True:
        due = (
            select(MessageRow.id, MessageRow.kind, MessageRow.recipient)
            .where(MessageRow.state.in_(_DUE), MessageRow.not_before <= now, free)
            .where(MessageRow.id.not_in(passed), MessageRow.channel.not_in(barred))
            .order_by(MessageRow.tries, MessageRow.id)
            .limit(limit)
        )
        found = session.execute(due.with_for_update(skip_locked=True)).all()
        if not found:
            # A round holds all that waits while it decides; that is no reason to go home.
            if waited or passed or session.execute(due.limit(1)).first() is None:
                return []
            take(session, Lock.ROUND)
            waited = True
            continue
        first: dict[str, int] = {}
        for message_id, kind, recipient in found:
            first.setdefault(recipient if kind == "digest" else f"{message_id}", message_id)
        mine = _taken(session, _alone(session, list(first.values())), worker, now, free)
        if mine:
            return mine
        passed += [row.id for row in found]


def _had_one_today(day: dt.date) -> ColumnElement[bool]:
    """Of a digest: its recipient had another one on this day, or may have had, or one is on its
    way. At most one mail a day, also where an old digest is tried again after a newer one went
    out."""
    # Subqueries that do not refer to the row at hand: each is asked once, not once a message.
    other = aliased(MessageRow)
    digest = select(other).where(other.kind == "digest")
    held = digest.where(other.state.in_(_HELD))
    today = digest.where(other.day == day)
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
    session: Session, ids: Sequence[int], worker: str, now: dt.datetime, free: ColumnElement[bool]
) -> list[int]:
    statement = (
        update(MessageRow)
        .where(MessageRow.id.in_(ids), MessageRow.state.in_(_DUE), free)
        .values(state="claimed", claimed_at=now, claimed_by=worker)
        .returning(MessageRow.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(session.scalars(statement))


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
    values = begin_values(message, worker, now, day)
    return session.connection().execute(BEGIN, values).rowcount == 1


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
        "body": message.body,
        "html": message.html,
        "calendar": message.calendar,
    }


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


def record_sent(
    session: Session, message_id: int, worker: str, now: dt.datetime, *, file: str | None = None
) -> bool:
    """Write down that a message was handed over, or written to a file for somebody to send.

    Args:
        session: of `Store.write`.
        message_id: the message begun.
        worker: who claimed it.
        now: the moment.
        file: where it was written, if it was only that.

    Returns:
        False when the claim had lapsed and another process has the message now.
    """
    connection = session.connection()
    sent = {"the_id": message_id, "worker": worker, "sent_at": now}
    if connection.execute(SENT, sent).rowcount != 1:
        return False
    connection.execute(ATTEMPT, attempt_sent(message_id, now, file))
    return True


def attempt_sent(message_id: int, now: dt.datetime, file: str | None) -> dict[str, object]:
    """What `ATTEMPT` is executed with for a message handed over, or written to a file."""
    result = "written" if file else "sent"
    return {"message_id": message_id, "at": now, "result": result, "detail": file}


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
    after: float | None = None,
) -> State | None:
    """Write down that a try failed: to be tried again after a growing delay, or failed for good.

    One that may have arrived all the same is unknown; it is tried once more, and a second doubt
    leaves it to a person.

    Args:
        session: of `Store.write`.
        message_id: the message begun.
        worker: who claimed it.
        now: the moment.
        error: one line for the list.
        permanent: trying again cannot help.
        jitter: a number from 0 to 1 that spreads the tries.
        in_doubt: the message may have arrived all the same.
        barred: the way itself was barred; no fault of the message, so it is never given up.
        after: seconds that the other side asks to wait, at least.

    Returns:
        The message's state, or None when the claim had lapsed.
    """
    message = _sending(session, message_id, worker)
    if message is None:
        return None
    result = (
        BARRED if barred else "in doubt" if in_doubt else "permanent" if permanent else "temporary"
    )
    record_attempt(session, message, now, result, error)
    session.flush()
    every = _results(session, message_id)
    results = _since_revived(every)
    over = permanent or message.tries >= MAX_TRIES or results.count("in doubt") >= MAX_DOUBTS
    message.error = error
    message.claimed_at = message.claimed_by = None
    if barred:
        # The try does not count, and the delay grows by such tries alone.
        message.tries -= 1
        wait = min(delay(results.count(BARRED), jitter), LONGEST_BARRED)
    else:
        wait = delay(message.tries, jitter)
    waiting: State = "unknown" if any(item in IN_DOUBT for item in every) else "queued"
    state: State = "failed" if over and not barred else waiting
    message.state = state
    if state != "failed":
        message.not_before = now + max(wait, dt.timedelta(seconds=after or 0))
    return state


def _results(session: Session, message_id: int) -> list[str]:
    """How the tries of a message ended, in order."""
    query = (
        select(AttemptRow.result).where(AttemptRow.message_id == message_id).order_by(AttemptRow.id)
    )
    return list(session.scalars(query))


def _since_revived(results: Sequence[str]) -> list[str]:
    """Those since a person last asked to try again."""
    last = max((place for place, item in enumerate(results) if item == REVIVED), default=-1)
    return list(results[last + 1 :])


def delay(tries: int, jitter: float) -> dt.timedelta:
    """How long to wait after so many tries.

    Args:
        tries: 1 after the first.
        jitter: from 0 to 1.
    """
    growth = int(_GROWTH ** min(tries - 1, 16))
    base = min(FIRST_DELAY * growth, LONGEST_DELAY)
    return base * (1 + _JITTER_SHARE * jitter)


def _sending(session: Session, message_id: int, worker: str) -> MessageRow | None:
    query = (
        select(MessageRow)
        .where(MessageRow.id == message_id, MessageRow.state == "sending")
        .where(MessageRow.claimed_by == worker)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one_or_none()

"""How tries to send a message end: sent, failed for good, in doubt, or to be tried again after a
growing delay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, func, insert, literal_column, null, select, update
from sqlalchemy.orm import Session

from tracker.store.outbox import IN_DOUBT, REVIVED, State, record_attempt
from tracker.store.tables import AttemptRow, MessageRow, Table
from tracker.store.tables.sealed import NEW, unmarked

MAX_TRIES: Final = 8
#: After so many breaks that leave the outcome open, only a person sends a message again.
MAX_DOUBTS: Final = 2
#: Result of a try that never reached a server.
BARRED: Final = "barred"
#: Result of a try at which the recipient himself was refused for good (`unreachable`).
REFUSED: Final = "refused"
#: 5 min, 15 min, 45 min … at most a day: eight tries span more than two days of a dead server.
FIRST_DELAY: Final = dt.timedelta(minutes=5)
LONGEST_DELAY: Final = dt.timedelta(days=1)
#: A server that was away is asked again within the hour: the message did nothing to wait longer.
LONGEST_BARRED: Final = dt.timedelta(hours=1)
_GROWTH: Final = 3
#: Share of the delay that jitter can add, so that failed messages do not come back as one crowd.
_JITTER_SHARE: Final = 0.2

# A claim has marked what they write (`seals`).
_MESSAGES: Final = unmarked(Table.metadata.tables[MessageRow.__tablename__])
#: Built once: it runs between any two messages (`handover`), and building one costs more than
#: running it.
SENT: Final = (
    update(_MESSAGES)
    .where(
        _MESSAGES.c.id == bindparam("the_id"),
        _MESSAGES.c.claimed_by == bindparam("worker"),
        _MESSAGES.c.state == "sending",
    )
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
    # The driver knows no defaults (`handover`).
    | {"seal": literal_column(f"'{NEW}'")}
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
    refused: bool = False,
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
        refused: the recipient himself was refused for good.
        after: seconds that the other side asks to wait, at least.

    Returns:
        The message's state, or None when the claim had lapsed.
    """
    message = _sending(session, message_id, worker)
    if message is None:
        return None
    kinds = (BARRED, barred), ("in doubt", in_doubt), (REFUSED, refused), ("permanent", permanent)
    result = next((kind for kind, so in kinds if so), "temporary")
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

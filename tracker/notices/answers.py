"""What a digest says around its items: what it is about, and what its reader may answer or do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tracker.followup.recipients import is_robot, roles_of
from tracker.notices.phrases import Phrases, long_day, short_day
from tracker.store.tables import CommitmentRow


def opening(
    rows: Sequence[CommitmentRow],
    today: dt.date,
    words: Phrases,
    counts: str,
    *,
    supervisor: bool,
    deputy: bool,
) -> str:
    """The sentence that leads to the items; the supervisor's says how many are past their date.

    Args:
        rows: the commitments.
        today: the day to look from.
        words: the language.
        counts: of their lights, in words.
        supervisor: spoken to as the one who supervises.
        deputy: spoken to as a deputy.
    """
    past = sum(_open(row) and row.deadline is not None and row.deadline < today for row in rows)
    key = "opening"
    if supervisor:
        key = "opening.news" if not past else "opening.some" if past < len(rows) else "opening.past"
    elif deputy:
        key = "opening.deputy"
    return words(key, day=long_day(today, words), n=len(rows), past=past, counts=counts)


def answers(
    rows: Sequence[CommitmentRow],
    today: dt.date,
    words: Phrases,
    *,
    recipient: str,
    supervisor: bool,
) -> tuple[str, ...]:
    """What may be answered, of what is still open and the recipient's: nothing is asked of what is
    decided, nor of what has gone to another unit.

    Args:
        rows: the commitments, most urgent first, with their owners.
        today: the day to look from.
        words: the language.
        recipient: as the outbox names it; empty or a robot: all that is open is asked for.
        supervisor: told what to do next instead.
    """
    if supervisor:
        return (words("answer.supervisor"),)
    anybody = not recipient or is_robot(recipient)
    theirs = [row for row in rows if _open(row) and (anybody or roles_of(row, recipient))]
    if theirs and not anybody and all(is_above(row, recipient) for row in theirs):
        return (words("answer.above"),)
    if not theirs:
        return (words("answer.none"),)
    counted = next((row for row in theirs if row.value is not None), None)
    if counted is not None:
        example = f"××{counted.unit or ''}"
        first = words(
            "answer.figure", ref=counted.ref, example=example, day=short_day(today, words)
        )
    else:
        first = words("answer.text", ref=theirs[0].ref)
    said = [first, words("answer.date"), words("answer.owner")]
    days = [row.deadline for row in theirs if row.deadline is not None]
    if any(day >= today for day in days):
        said.append(words("answer.extend"))
    elif days:
        said.append(words("answer.extend.late"))
    return *said, words("answer.request", ref=theirs[0].ref)


def is_above(row: CommitmentRow, recipient: str) -> bool:
    """Whether a recipient stands above who is to keep a promise, and has no other part in it."""
    return roles_of(row, recipient) == {"parent"}


def to_rate(unsubscribe: str | None, words: Phrases) -> tuple[str, ...]:
    """What a deputy may answer.

    Args:
        unsubscribe: what the subscription is ended with, if anything.
        words: the language.
    """
    ends = (words("answer.unsubscribe", token=unsubscribe),) if unsubscribe else ()
    return words("answer.rate"), *ends


def _open(row: CommitmentRow) -> bool:
    return row.outcome == "open"

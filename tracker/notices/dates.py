"""A deadline in the words of a message: the day, why it is that day, which days it was before."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.followup.granted import Correction
from tracker.followup.status import Standing
from tracker.notices.phrases import Phrases
from tracker.store.tables import CommitmentRow


def deadline_text(row: CommitmentRow, where: Standing, words: Phrases) -> str:
    """The day and, in one line, why it is that day, and which days it was before."""
    if where.corrections:
        return _corrected(row, where, words)
    if row.deadline is None:
        return words("day.none")
    if not row.deadline_text:
        return words("day.bare", day=row.deadline)
    if row.original_deadline is None or row.deadline_basis is None:
        # The words gave no date (近期, 尽快); a person set one.
        return words("day.set", day=row.deadline, text=row.deadline_text)
    told = {
        "day": row.deadline,
        "text": row.deadline_text,
        "original": row.original_deadline,
        "basis": words(f"basis.{row.deadline_basis}"),
    }
    if not where.slipped:
        moved = row.original_deadline != row.deadline
        return words("day.moved" if moved else "day.words", **told)
    days = " → ".join(str(day) for day in where.deadlines)
    key = "day.extended" if where.times_extended else "day.slipped"
    return words(key, days=days, n=where.slipped, times=where.times_extended, **told)


def _corrected(row: CommitmentRow, where: Standing, words: Phrases) -> str:
    told = [corrections_text(where.corrections, words)]
    if where.slipped:
        days = " → ".join(str(day) for day in where.deadlines)
        key = "day.slip.times" if where.times_extended else "day.slip"
        told.append(words(key, days=days, n=where.slipped, times=where.times_extended))
    return words(
        "day.corrected" if row.deadline_text else "day.corrected.bare",
        day=row.deadline or words("day.none"),
        told=words("latest.join").join(told),
        text=row.deadline_text,
    )


def corrections_text(every: Iterable[Correction], words: Phrases) -> str:
    """How a date that was read wrongly was put right, when and why; empty where none was."""
    none = words("day.none")
    return words("latest.join").join(
        words(
            "day.correction", read=one.read or none, on=one.on, right=one.right or none, why=one.why
        )
        for one in every
    )

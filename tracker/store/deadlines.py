"""Where a deadline has been: the one promised, and every later one, from the history.

A date that was misread never was a deadline: what was corrected in review, or as a wrong date,
moves the original one and counts as no slip.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.store.asked import asked_late
from tracker.store.tables import CommitmentRow, HistoryRow, RequestRow

#: By a request, by a supervisor's own hand, by a newer version of the letter, as a misreading.
How = Literal["extension", "edit", "letter", "correction"]

#: The fields that tell it; "review" says whether an edit corrected a reading or moved a date.
_FIELDS: Final = ("deadline", "original_deadline", "review")


@dataclass(frozen=True, slots=True)
class Move:
    """One change of a deadline. `late`: it was asked for only after the deadline."""

    how: How
    old: dt.date | None
    new: dt.date | None
    at: dt.datetime
    who: str
    why: str | None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The deadline promised, and how it has moved since.

    Attributes:
        original: as the letter promised it.
        moves: every change, the oldest first.
    """

    original: dt.date | None
    moves: tuple[Move, ...] = ()

    @property
    def chain(self) -> tuple[dt.date | None, ...]:
        """The original deadline and every later one, in the order in which they held.

        A correction that moves the one in force goes further than all that were granted before:
        they ended before the promise was due.
        """
        found = [self.original]
        for move in self.moves:
            found = [self.original] if move.how == "correction" else [*found, move.new]
        return tuple(found)

    @property
    def days_slipped(self) -> int:
        """Days from the original deadline to the one in force; 0 where there is no later one."""
        first, last = self.chain[0], self.chain[-1]
        return max(0, (last - first).days) if first is not None and last is not None else 0

    @property
    def times_moved(self) -> int:
        """How often it was moved to a later day."""
        return sum(
            move.how in ("extension", "edit")
            and move.old is not None
            and move.new is not None
            and move.new > move.old
            for move in self.moves
        )


def deadlines(
    session: Session, rows: Collection[CommitmentRow], before: dt.datetime | None = None
) -> dict[int, Deadlines]:
    """Where the deadlines of commitments have been, by their ids; the history is asked once.

    Args:
        session: of `Store.read` or `Store.write`.
        rows: the commitments; few, as their ids go into the question.
        before: only what changed before that moment.
    """
    query = select(HistoryRow).where(
        HistoryRow.commitment_id.in_([row.id for row in rows]),
        HistoryRow.field.in_(_FIELDS),
        HistoryRow.action != "differs",  # a person's date stood against the letter's
    )
    if before is not None:
        query = query.where(HistoryRow.at < before)
    changes: dict[int | None, list[HistoryRow]] = {}
    for change in session.scalars(query.order_by(HistoryRow.id)):
        changes.setdefault(change.commitment_id, []).append(change)
    return {
        row.id: Deadlines(row.original_deadline, moves(changes.get(row.id, ()), row.requests))
        for row in rows
    }


def moves(changes: Iterable[HistoryRow], requests: Sequence[RequestRow]) -> tuple[Move, ...]:
    """The moves that a history tells; what was taken back by `undo` is no move.

    Args:
        changes: of one commitment, the oldest first.
        requests: its own, which tell when an extension was asked for.
    """
    found: list[Move] = []
    review, followed = "pending", False
    # The original one as it stood when a change came: a misread date moves it (deciding.put).
    original: str | None = None
    corrected: dt.datetime | None = None
    for change in changes:
        if change.field == "review":
            review = change.new or review
        elif change.field == "original_deadline":
            original, corrected = change.new, change.at
        elif change.action == "undo":
            last = found.pop() if found else None
            if last is not None and last.how == "correction":
                original = change.new
        else:
            if not found and corrected is None:
                original = change.old
            reading = review != "confirmed" and not followed and original == change.old
            misread = corrected == change.at or (reading and change.action == "edit")
            found.append(_move(change, requests, misread=misread))
            original = change.new if misread else original
            followed = followed or change.action == "follow"
    return tuple(found)


def _move(change: HistoryRow, requests: Sequence[RequestRow], *, misread: bool) -> Move:
    old, new = (
        None if day is None else dt.date.fromisoformat(day) for day in (change.old, change.new)
    )
    how: How = "edit"
    if change.action == "follow":
        how = "letter"
    elif misread:
        how = "correction"
    elif change.action == "approve":
        how = "extension"
    asked = next(
        (item for item in requests if item.decided_at == change.at and item.state == "approved"),
        None,
    )
    late = asked is not None and asked_late(asked)
    return Move(how, old, new, change.at, change.who, change.why, late=late)

"""What was decided after a day, so that a view of that day can take it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.reports.items import Later
from tracker.store.book import Units
from tracker.store.tables import CommitmentRow, HistoryRow, LetterRow, SuggestionRow

#: An entry of the history that tells what a newer version says, and changes nothing.
_TOLD_ONLY = "differs"

#: What a person corrects in what was read.
_READ = ("kind", "what", "strength", "value", "unit", "mode", "comparator")
_FIELDS = ("deadline", "original_deadline", "outcome", "owner", "review", "settled_on", *_READ)


def changed_since(session: Session, over: dt.datetime, one: CommitmentRow | None = None) -> Later:
    """What was moved, given to another unit, decided, settled or corrected since a moment.

    A letter imported later has no state of that moment to go back to: it is shown as it was first
    followed. What was corrected before it was confirmed had been misread, and stays.

    Args:
        session: of the store.
        over: the moment.
        one: the commitment that is asked for; None: all of them.
    """
    changes = _changes(session, over, one)
    # A quiet ledger asks once.
    return _told(session, over, changes) if changes else Later()


def _changes(session: Session, over: dt.datetime, one: CommitmentRow | None) -> list[Any]:
    query = (
        select(
            HistoryRow.commitment_id, HistoryRow.field, HistoryRow.old, HistoryRow.new,
            HistoryRow.action, CommitmentRow.review, LetterRow.imported_at,
        )
        .join(CommitmentRow, CommitmentRow.id == HistoryRow.commitment_id)
        .join(LetterRow, LetterRow.id == CommitmentRow.letter_id)
        .where(HistoryRow.field.in_(_FIELDS), HistoryRow.action != _TOLD_ONLY)
        .where(HistoryRow.at >= over)
        .order_by(HistoryRow.commitment_id, HistoryRow.id)
    )  # fmt: skip
    if one is not None:
        query = query.where(HistoryRow.commitment_id == one.id)
    rows: dict[int, list[Any]] = {}
    for row in session.execute(query):
        rows.setdefault(row.commitment_id, []).append(row)
    return [
        change
        for of_one in rows.values()
        for change in (of_one if of_one[0].imported_at < over else _decisions(of_one))
    ]


def _decisions(changes: Sequence[Any]) -> Iterator[Any]:
    """The changes of a commitment whose whole history is given, from when it was confirmed on."""
    confirmed = [change.field == "review" and change.new == "confirmed" for change in changes]
    # Where the history tells of no confirming, it came in as it is now.
    followed = not any(confirmed) and changes[0].review == "confirmed"
    for change, confirms in zip(changes, confirmed, strict=True):
        followed = followed or confirms
        if followed:
            yield change


def _told(session: Session, over: dt.datetime, changes: Sequence[Any]) -> Later:
    deadlines: dict[int, dt.date | None] = {}
    originals: dict[int, dt.date | None] = {}
    outcomes: dict[int, str] = {}
    settled: dict[int, dt.date | None] = {}
    owners: dict[int, str | None] = {}
    reviews: dict[int, str] = {}
    read: dict[int, dict[str, str | None]] = {}
    # Read backwards, so that the first change after the day comes last and wins.
    for change in reversed(changes):
        number, field, old = change.commitment_id, change.field, change.old
        there = change.imported_at < over
        if field == "deadline":
            deadlines[number] = dt.date.fromisoformat(old) if old else None
        elif field == "original_deadline":
            originals[number] = dt.date.fromisoformat(old) if old else None
        elif field == "owner":
            owners[number] = old
        elif field == "outcome" and old and (there or old != "open"):
            outcomes[number] = old
        elif field == "outcome":
            outcomes.pop(number, None)  # settled first: `settled_on` tells whether it was by then
        elif field == "settled_on":
            settled[number] = dt.date.fromisoformat(old) if old else None
        elif field == "review" and old and (there or old == "confirmed"):
            reviews[number] = old
        elif field in _READ:
            read.setdefault(number, {})[field] = old
    return Later(
        deadlines,
        originals,
        {number: _names(session, number, written) for number, written in owners.items()},
        outcomes,
        settled,
        reviews,
        read,
    )


def _names(session: Session, number: int, written: str | None) -> tuple[str, ...]:
    """Owners as the registry names them; where the letter names none, the unit that replied."""
    region, letter = session.execute(
        select(SuggestionRow.region, LetterRow)
        .select_from(CommitmentRow)
        .join(SuggestionRow, SuggestionRow.id == CommitmentRow.suggestion_id)
        .join(LetterRow, LetterRow.id == CommitmentRow.letter_id)
        .where(CommitmentRow.id == number)
    ).one()
    if not written and letter.issuing_unit is not None:
        return (letter.issuing_unit.name,)
    units = Units(session, region)
    names = (written or letter.issuer or "").split("、")
    return tuple(dict.fromkeys(units.name(name) for name in names if name.strip()))

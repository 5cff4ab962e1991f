"""What was decided after a day, so that a view of that day can take it back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from tracker.reports.items import Later
from tracker.store.book import Units
from tracker.store.tables import CommitmentRow, HistoryRow, LetterRow, SuggestionRow

#: An entry of the history that tells what a newer version says, and changes nothing.
_TOLD_ONLY = "differs"

#: The entry of a commitment that came in.
_FOUND = "found"

#: What a person corrects in what was read.
_READ = ("kind", "what", "strength", "value", "unit", "mode", "comparator", "quote")
_FIELDS = (
    "deadline", "original_deadline", "outcome", "owner", "review", "settled_on", "target", *_READ,
)  # fmt: skip
#: As the history writes a target: 30户.
_TARGET: Final = re.compile(r"(-?\d+(?:\.\d+)?)(.*)")
#: Up to so many ids go into one question.
_AT_ONCE: Final = 500


def changed_since(session: Session, over: dt.datetime, one: CommitmentRow | None = None) -> Later:
    """What was moved, given to another unit, decided, settled or corrected since a moment.

    A letter imported later has no state of that moment to go back to: it is shown as it was first
    followed; not so what a newer version of a letter brought, of which the ledger had an older one.
    What was corrected before it was confirmed had been misread, and stays.

    Args:
        session: of the store.
        over: the moment.
        one: the commitment that is asked for; None: all of them.
    """
    entries = _entries(session, over, one)
    if not entries:
        return Later()  # a quiet ledger asks once
    later = _told(session, _changes(session, over, entries))
    if one is not None or not any(entry.action == _FOUND for entry in entries):
        return later
    return replace(later, absent=_brought_by_newer(session, over))


@dataclass(frozen=True, slots=True)
class _Change:
    """One entry of the history. `there`: the commitment was in the ledger by the moment."""

    commitment_id: int
    field: str
    old: str | None
    new: str | None
    review: str
    there: bool


def _entries(session: Session, over: dt.datetime, one: CommitmentRow | None) -> Sequence[Any]:
    """What the history tells since a moment of commitments that came in or were changed."""
    query = (
        select(
            HistoryRow.commitment_id, HistoryRow.field, HistoryRow.old, HistoryRow.new,
            HistoryRow.action, CommitmentRow.review, LetterRow.imported_at,
        )
        .join(CommitmentRow, CommitmentRow.id == HistoryRow.commitment_id)
        .join(LetterRow, LetterRow.id == CommitmentRow.letter_id)
        .where(HistoryRow.field.in_(_FIELDS) | (HistoryRow.action == _FOUND))
        .where(HistoryRow.action != _TOLD_ONLY, HistoryRow.at >= over)
        .order_by(HistoryRow.commitment_id, HistoryRow.id)
    )  # fmt: skip
    if one is not None:
        query = query.where(HistoryRow.commitment_id == one.id)
    return session.execute(query).all()


def _changes(session: Session, over: dt.datetime, entries: Sequence[Any]) -> list[_Change]:
    changed = [entry for entry in entries if entry.action != _FOUND]
    known = _known(session, over, {row.commitment_id for row in changed})
    rows: dict[int, list[_Change]] = {}
    for row in changed:
        # A newer version of its letter may have come since, and the commitment hangs on that.
        there = row.imported_at < over or row.commitment_id in known
        change = _Change(row.commitment_id, row.field, row.old, row.new, row.review, there)
        rows.setdefault(row.commitment_id, []).append(change)
    return [
        change
        for of_one in rows.values()
        for change in (of_one if of_one[0].there else _decisions(of_one))
    ]


def _known(session: Session, over: dt.datetime, ids: Collection[int]) -> set[int]:
    """Those of which the history tells before a moment."""
    every, known = sorted(ids), set[int]()
    for start in range(0, len(every), _AT_ONCE):
        query = select(HistoryRow.commitment_id).where(
            HistoryRow.commitment_id.in_(every[start : start + _AT_ONCE]), HistoryRow.at < over
        )
        known.update(id_ for id_ in session.scalars(query.distinct()) if id_ is not None)
    return known


def _brought_by_newer(session: Session, over: dt.datetime) -> frozenset[int]:
    """What came in since with a letter of which a unit's older one was there by the moment."""
    older = aliased(LetterRow)
    same_unit = (older.issuer_id == LetterRow.issuer_id) | (
        older.issuer_id.is_(None) & LetterRow.issuer_id.is_(None)
    )
    query = (
        select(CommitmentRow.id)
        .join(LetterRow, LetterRow.id == CommitmentRow.letter_id)
        .where(
            LetterRow.imported_at >= over,
            exists().where(
                older.suggestion_id == LetterRow.suggestion_id, older.imported_at < over, same_unit
            ),
        )
    )
    ids = set(session.scalars(query))
    return frozenset(ids - _known(session, over, ids)) if ids else frozenset()


def _decisions(changes: Sequence[_Change]) -> Iterator[_Change]:
    """The changes of a commitment whose whole history is given, from when it was confirmed on."""
    confirmed = [change.field == "review" and change.new == "confirmed" for change in changes]
    # Where the history tells of no confirming, it came in as it is now.
    followed = not any(confirmed) and changes[0].review == "confirmed"
    for change, confirms in zip(changes, confirmed, strict=True):
        followed = followed or confirms
        if followed:
            yield change


def _told(session: Session, changes: Sequence[_Change]) -> Later:
    deadlines: dict[int, dt.date | None] = {}
    originals: dict[int, dt.date | None] = {}
    outcomes: dict[int, str] = {}
    settled: dict[int, dt.date | None] = {}
    owners: dict[int, str | None] = {}
    reviews: dict[int, str] = {}
    read: dict[int, dict[str, str | None]] = {}
    # Read backwards, so that the first change after the day comes last and wins.
    for change in reversed(changes):
        number, field, old, there = change.commitment_id, change.field, change.old, change.there
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
        elif field == "target":  # of a newer version
            figure = _TARGET.fullmatch(old or "")
            read.setdefault(number, {})["value"] = figure[1] if figure else None
            read[number]["unit"] = figure[2] if figure else None
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

"""What the views ask the store beyond the commitments themselves. Reads only."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.reports.items import Item, Later, Surroundings, item_of, items_of
from tracker.reports.promised import chains
from tracker.reports.since import changed_since
from tracker.settings import Settings
from tracker.store import queries
from tracker.store.tables import (
    CommitmentRow,
    CommitmentUnitRow,
    HistoryRow,
    LetterRow,
    MessageRow,
    ProgressReportRow,
    RatingRow,
    RequestRow,
    SuggestionRow,
    UnitRow,
)

#: What a reader sees unless a filter says otherwise: nothing that was rejected.
TRACKED = ("pending", "confirmed", "superseded")

#: Up to so many rows are asked for by their ids.
_FEW = 1000


def items(
    session: Session,
    settings: Settings,
    today: dt.date,
    *,
    unit: str | None = None,
    deputy: str | None = None,
    suggestion: str | None = None,
    sitting: str | None = None,
    review: str | Sequence[str] | None = TRACKED,
    kind: str | Sequence[str] | None = None,
    due_before: dt.date | None = None,
    unsettled: bool = False,
    first: int | None = None,
) -> tuple[Item, ...]:
    """Commitments as they stood on a day, in the order of the ledger.

    Args:
        session: of the store.
        settings: zone and thresholds.
        today: the day to look from.
        unit: as for `queries.commitments`, and so the rest.
        deputy: who filed the suggestion.
        suggestion: a code or a number.
        sitting: the session of the congress (届次).
        review: one or several review states.
        kind: one or several kinds.
        due_before: deadline, of that day, on this day or earlier.
        unsettled: only those that had no outcome on the day.
        first: so many at most.

    Raises:
        UnknownReference: no unit, deputy, suggestion or session of that name.
    """
    later = changed_since(session, end_of(settings, today))
    # What has changed since is sought by what it was on that day.
    asked: dict[str, Any] = {
        "unit": unit, "review": review, "kind": kind, "due_before": due_before,
        "unsettled_on": today if unsettled else None,
    }  # fmt: skip
    changed = {
        "unit": later.owners, "review": later.reviews, "kind": later.read,
        "due_before": later.deadlines, "unsettled_on": later.outcomes,
    }  # fmt: skip
    sifted = [name for name in asked if asked[name] is not None and changed[name]]
    whole = bool(sifted or later.absent)
    rows = queries.commitments(
        session, deputy=deputy, suggestion=suggestion, sitting=sitting,
        first=None if whole else first, alone=True,
        **{name: value for name, value in asked.items() if name not in sifted},
    )  # fmt: skip
    rows = [row for row in rows if row.id not in later.absent]
    found = items_of(rows, settings, today, around(session, rows, today, later), later)
    meant: dict[str, Callable[[Item], bool]] = {
        "unit": _owned_by(session, unit),
        "review": lambda item: item.review in _several(review),
        "kind": lambda item: item.kind in _several(kind),
        "due_before": lambda item: bool(
            item.deadline and due_before and item.deadline <= due_before
        ),
        "unsettled_on": lambda item: item.open,
    }
    for name in sifted:
        found = tuple(filter(meant[name], found))
    return found[:first] if whole else found


def _several(value: str | Sequence[str] | None) -> Sequence[str]:
    return [value] if isinstance(value, str) else value or ()


def _owned_by(session: Session, unit: str | None) -> Callable[[Item], bool]:
    wanted = set() if unit is None else set(unit_names(session, unit))
    return lambda item: not wanted.isdisjoint(item.units)


def portions(
    session: Session,
    settings: Settings,
    today: dt.date,
    *,
    unit: str | None = None,
    deputy: str | None = None,
    suggestion: str | None = None,
    review: str | Sequence[str] | None = TRACKED,
) -> Iterator[tuple[Item, ...]]:
    """As `items`, some hundreds at a time, so that a ledger of any length takes the same memory.

    Raises:
        UnknownReference: as for `items`.
    """
    later = changed_since(session, end_of(settings, today))
    passed, decided = unit is not None and bool(later.owners), bool(review and later.reviews)
    every = queries.ids(
        session, unit=None if passed else unit, deputy=deputy, suggestion=suggestion,
        review=None if decided else review,
    )  # fmt: skip
    every = [id_ for id_ in every if id_ not in later.absent]
    owned = _owned_by(session, unit)
    for start in range(0, len(every), _FEW):
        rows = queries.rows(session, every[start : start + _FEW])
        found = items_of(rows, settings, today, around(session, rows, today, later), later)
        if passed:
            found = tuple(filter(owned, found))
        if decided:
            found = tuple(item for item in found if item.review in _several(review))
        session.expunge_all()
        yield found


def pending(session: Session, settings: Settings, today: dt.date, **asked: Any) -> int:
    """How many wait for a person on a day.

    Args:
        session: of the store.
        settings: zone.
        today: the day to look from.
        asked: unit, deputy, suggestion, sitting, as for `items`.

    Raises:
        UnknownReference: as for `items`.
    """
    later = changed_since(session, end_of(settings, today))
    if later.reviews or later.absent:
        return len(items(session, settings, today, review="pending", **asked))
    return queries.count(session, review="pending", **asked)


def item(session: Session, settings: Settings, today: dt.date, ref: str) -> Item:
    """One commitment as it stood on a day.

    Raises:
        UnknownReference: there is none of that reference.
    """
    row = queries.commitment(session, ref)
    later = changed_since(session, end_of(settings, today), row)
    return item_of(row, settings, today, around(session, [row], today, later), later)


def around(
    session: Session, rows: Sequence[CommitmentRow], today: dt.date, later: Later
) -> Surroundings:
    """What belongs to commitments as of a day, each table asked once.

    Rows without their relationships and these tables beside them cost a fourth of what loading
    everything into every row does.
    """
    # Of many the whole tables are wanted; no database takes as many ids as parameters.
    few = len(rows) <= _FEW
    ids = [row.id for row in rows]
    letters = select(LetterRow)
    suggestions = select(SuggestionRow).options(selectinload(SuggestionRow.deputies))
    owners = (
        select(CommitmentUnitRow.commitment_id, UnitRow.name)
        .join(UnitRow, UnitRow.id == CommitmentUnitRow.unit_id)
        .order_by(CommitmentUnitRow.id)
    )
    reports = select(ProgressReportRow).order_by(ProgressReportRow.as_of, ProgressReportRow.id)
    ratings = select(RatingRow).options(joinedload(RatingRow.deputy)).order_by(RatingRow.id)
    requests = select(RequestRow).order_by(RequestRow.id)
    if few:
        letters = letters.where(LetterRow.id.in_({row.letter_id for row in rows}))
        suggestions = suggestions.where(SuggestionRow.id.in_({row.suggestion_id for row in rows}))
        owners = owners.where(CommitmentUnitRow.commitment_id.in_(ids))
        reports = reports.where(ProgressReportRow.commitment_id.in_(ids))
        ratings = ratings.where(RatingRow.commitment_id.in_(ids))
        requests = requests.where(RequestRow.commitment_id.in_(ids))
    units: dict[int, list[str]] = {}
    for commitment_id, name in session.execute(owners):
        units.setdefault(commitment_id, []).append(name)
    told: dict[int, list[ProgressReportRow]] = {}
    for report in session.scalars(reports):
        told.setdefault(report.commitment_id, []).append(report)
    rated: dict[int, list[RatingRow]] = {}
    for rating in session.scalars(ratings):
        rated.setdefault(rating.commitment_id, []).append(rating)
    asked: dict[int, list[RequestRow]] = {}
    for request in session.scalars(requests):
        asked.setdefault(request.commitment_id, []).append(request)
    return Surroundings(
        {row.id: row for row in session.scalars(letters)},
        {row.id: row for row in session.scalars(suggestions)},
        units,
        told,
        asked,
        chains(session, ids, today, later),
        rated,
    )


def last_change(session: Session) -> dt.datetime | None:
    """The moment at which the ledger last changed: a letter, a report, or anything recorded."""
    moments = (
        session.scalar(select(func.max(column)))
        for column in (LetterRow.imported_at, ProgressReportRow.recorded_at, HistoryRow.at)
    )
    return max((moment for moment in moments if moment is not None), default=None)


def message_states(session: Session) -> Counter[str]:
    """How many messages of the outbox there are in each state."""
    query = select(MessageRow.state, func.count()).group_by(MessageRow.state)
    states: Counter[str] = Counter()
    for state, number in session.execute(query):
        states[state] = number
    return states


def unit_names(session: Session, named: str) -> tuple[str, ...]:
    """The units that a filter means.

    Raises:
        UnknownReference: none answers to the name.
    """
    return tuple(row.name for row in queries.units(session, named))


def deputy_names(session: Session, named: str) -> tuple[str, ...]:
    """The deputies that a filter means, each name once.

    Raises:
        UnknownReference: none answers to the name.
    """
    return tuple(dict.fromkeys(row.name for row in queries.deputies(session, named)))


def end_of(settings: Settings, today: dt.date) -> dt.datetime:
    """The moment at which the day is over in the office's zone."""
    tomorrow = today + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(), tzinfo=ZoneInfo(settings.timezone))

"""Whatever changes a commitment, what is said of it, or who hears of it lets the next round look at
it again.

Told by the session itself, so that no writer has to think of it. Rows that are inserted past the
session (in bulk) begin with nothing in `look_on` and are looked at anyway. A notice that is taken
out of its message counts too: it may be owed again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, inspect, literal_column, select, update
from sqlalchemy.orm import Session

from tracker.store.tables.columns import Table
from tracker.store.tables.commitments import CommitmentRow, CommitmentUnitRow
from tracker.store.tables.followed import ProgressReportRow, RatingRow, RequestRow
from tracker.store.tables.post import NoticeRow, SubscriptionRow
from tracker.store.tables.suggestions import DeputyRow, SuggestionDeputyRow, SuggestionRow, UnitRow

_SAID: Final = (ProgressReportRow, RequestRow, RatingRow, CommitmentUnitRow, NoticeRow)
#: Columns that decide who is told; an address that is only written to is asked for when it is.
_OF_DEPUTY: Final = ("email",)
_OF_SUGGESTION: Final = ("deputies",)
_OF_UNIT: Final = ("head_email", "parent_id", "parent", "name")
_CHUNK: Final = 500


def look_again(session: Session, _context: Any) -> None:
    """After a flush: empty `look_on` of what was changed or spoken of, and where who is told did."""
    new = {row.id for row in session.new if isinstance(row, CommitmentRow)}
    changed = {row.id for row in session.dirty if isinstance(row, CommitmentRow)}
    suggestions: set[int] = set()
    deputies: set[int] = set()
    units: set[int] = set()
    for rows in (session.new, session.dirty, session.deleted):
        for row in rows:
            if isinstance(row, _SAID):
                changed.add(row.commitment_id)
            elif isinstance(row, SubscriptionRow | SuggestionDeputyRow):
                suggestions.add(row.suggestion_id)
    for row in session.dirty:
        if isinstance(row, SuggestionRow) and _differs(row, _OF_SUGGESTION):
            suggestions.add(row.id)
        elif isinstance(row, DeputyRow):
            filed = inspect(row).attrs.suggestions.history
            suggestions |= {each.id for each in (*(filed.added or ()), *(filed.deleted or ()))}
            if _differs(row, _OF_DEPUTY):
                deputies.add(row.id)
        elif isinstance(row, UnitRow) and _differs(row, _OF_UNIT):
            units.add(row.id)
    of_deputies = select(SuggestionDeputyRow.suggestion_id)
    owned = select(CommitmentUnitRow.commitment_id)
    for some in _portions(changed - new):
        _empty(session, CommitmentRow.id.in_(some))
    for some in _portions(suggestions):
        _empty(session, CommitmentRow.suggestion_id.in_(some))
    for some in _portions(deputies):
        of_some = of_deputies.where(SuggestionDeputyRow.deputy_id.in_(some))
        _empty(session, CommitmentRow.suggestion_id.in_(of_some))
    for some in _portions(units):
        _empty(session, CommitmentRow.id.in_(owned.where(CommitmentUnitRow.unit_id.in_(some))))


def _differs(row: Table, names: Collection[str]) -> bool:
    state = inspect(row)
    return any(state.attrs[name].history.has_changes() for name in names)


def _portions(ids: Collection[int | None]) -> Iterator[list[int]]:
    every = sorted(id_ for id_ in ids if id_ is not None)
    return (every[start : start + _CHUNK] for start in range(0, len(every), _CHUNK))


def _empty(session: Session, which: ColumnElement[bool]) -> None:
    session.connection().execute(
        update(CommitmentRow.__table__)  # type: ignore[arg-type]
        .where(which)
        .where(CommitmentRow.look_on.is_not(None))
        # Nothing of what is sealed.
        .values(look_on=None, seal=literal_column("seal"))
    )

"""Reads of letters, suggestions, deputies, units, commitments and the history.

Rows come with what is shown about them, so that they can be used after the block. The outbox is
read in `outbox` and `claims`; rounds and reports that need other columns select them themselves.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, defer, lazyload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from tracker.errors import UnknownReference
from tracker.store.sittings import of_sitting
from tracker.store.tables import (
    CommitmentRow,
    CommitmentUnitRow,
    DeputyRow,
    HistoryRow,
    LetterRow,
    SuggestionRow,
    SuggestionUnitRow,
    UnitAliasRow,
    UnitRow,
)

#: What a newer version made of a confirmed commitment, until a person has looked at it.
RECHECKED: Final = ("missing", "changed")


def _shown() -> tuple[ORMOption, ...]:
    """What goes with a commitment wherever it is shown."""
    return (
        selectinload(CommitmentRow.suggestion).selectinload(SuggestionRow.deputies),
        selectinload(CommitmentRow.letter).selectinload(LetterRow.issuing_unit),
        selectinload(CommitmentRow.owners)
        .selectinload(CommitmentUnitRow.unit)
        .selectinload(UnitRow.aliases),
        selectinload(CommitmentRow.reports),
    )


def _alone() -> tuple[ORMOption, ...]:
    """A commitment's own columns, without those that only one view reads."""
    return (
        defer(CommitmentRow.reasons),
        defer(CommitmentRow.fingerprint),
        lazyload(CommitmentRow.requests),
    )


_DASHES: Final = re.compile("[\u2010-\u2015\u2212]+")


def commitment(session: Session, ref: str) -> CommitmentRow:
    """One commitment by its reference.

    Args:
        session: of `Store.read` or `Store.write`.
        ref: such as "25-1", as it comes from any keyboard: ２５－１, 25—1, with spaces around it.

    Raises:
        UnknownReference: there is none; the message names references that look alike.
    """
    wanted = _DASHES.sub("-", unicodedata.normalize("NFKC", ref.strip()))
    found = session.scalars(
        select(CommitmentRow).where(CommitmentRow.ref == wanted).options(*_shown())
    ).one_or_none()
    if found is None:
        known = session.scalars(select(CommitmentRow.ref).order_by(CommitmentRow.id)).all()
        raise UnknownReference(f"no commitment {wanted!r}; {_near(wanted, known, 'tracker list')}")
    return found


def commitments(
    session: Session,
    *,
    unit: str | None = None,
    deputy: str | None = None,
    suggestion: str | None = None,
    sitting: str | None = None,
    review: str | Sequence[str] | None = None,
    outcome: str | Sequence[str] | None = None,
    kind: str | Sequence[str] | None = None,
    due_before: dt.date | None = None,
    due_after: dt.date | None = None,
    waiting: bool = False,
    unsettled_on: dt.date | None = None,
    first: int | None = None,
    alone: bool = False,
) -> list[CommitmentRow]:
    """The commitments that answer to every condition given, in the order of the ledger.

    Args:
        session: of `Store.read` or `Store.write`.
        unit: an owner by name or alias, or a part of it.
        deputy: who filed the suggestion, by name or a part of it.
        suggestion: a code ("25b") or a number ("25").
        sitting: the session of the congress (届次), by its name or a part.
        review: one or several review states.
        outcome: one or several outcomes.
        kind: one or several kinds.
        due_before: deadline on this day or earlier.
        due_after: deadline on this day or later.
        waiting: only those that a person is to look at.
        unsettled_on: only those that had no outcome on this day.
        first: so many at most.
        alone: without what is shown about them; for those who read that for all at once.

    Raises:
        UnknownReference: no unit, deputy, suggestion or session of that name.
    """
    query = select(CommitmentRow).options(*_alone() if alone else _shown())
    query = query.where(
        *_conditions(
            session, unit=unit, deputy=deputy, suggestion=suggestion, sitting=sitting,
            review=review, outcome=outcome, kind=kind, due_before=due_before, due_after=due_after,
        )
    )  # fmt: skip
    if waiting:
        query = query.where(to_be_reviewed())
    if unsettled_on is not None:
        still = CommitmentRow.settled_on > unsettled_on
        query = query.where((CommitmentRow.outcome == "open") | still)
    return list(session.scalars(_in_order(query).limit(first)))


def ids(
    session: Session,
    *,
    unit: str | None = None,
    deputy: str | None = None,
    suggestion: str | None = None,
    sitting: str | None = None,
    review: str | Sequence[str] | None = None,
) -> list[int]:
    """The ids of what `commitments` would find, in the same order, for those who read them in
    portions (`rows`).

    Raises:
        UnknownReference: no unit, deputy, suggestion or session of that name.
    """
    conditions = _conditions(
        session, unit=unit, deputy=deputy, suggestion=suggestion, sitting=sitting, review=review
    )
    query = select(CommitmentRow.id).where(*conditions)
    return list(session.scalars(query.order_by(CommitmentRow.suggestion_id, CommitmentRow.seq)))


def rows(session: Session, ids: Sequence[int]) -> list[CommitmentRow]:
    """Some commitments by their ids, in that order; what is shown about them is not loaded."""
    query = select(CommitmentRow).where(CommitmentRow.id.in_(ids)).options(*_alone())
    found = {row.id: row for row in session.scalars(query)}
    return [found[id_] for id_ in ids if id_ in found]


def count(
    session: Session,
    *,
    unit: str | None = None,
    deputy: str | None = None,
    suggestion: str | None = None,
    sitting: str | None = None,
    review: str | Sequence[str] | None = None,
    kind: str | Sequence[str] | None = None,
) -> int:
    """How many `commitments` there are, without reading them.

    Raises:
        UnknownReference: no unit, deputy, suggestion or session of that name.
    """
    query = select(func.count()).select_from(CommitmentRow)
    conditions = _conditions(
        session, unit=unit, deputy=deputy, suggestion=suggestion, sitting=sitting, review=review,
        kind=kind,
    )  # fmt: skip
    return session.scalar(query.where(*conditions)) or 0


def _conditions(
    session: Session,
    *,
    unit: str | None = None,
    deputy: str | None = None,
    suggestion: str | None = None,
    sitting: str | None = None,
    review: str | Sequence[str] | None = None,
    outcome: str | Sequence[str] | None = None,
    kind: str | Sequence[str] | None = None,
    due_before: dt.date | None = None,
    due_after: dt.date | None = None,
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if unit is not None:
        owned = select(CommitmentUnitRow.commitment_id).where(
            CommitmentUnitRow.unit_id.in_([row.id for row in units(session, unit)])
        )
        found.append(CommitmentRow.id.in_(owned))
    if deputy is not None:
        wanted = [row.id for row in deputies(session, deputy)]
        filed = select(SuggestionRow.id).where(SuggestionRow.deputies.any(DeputyRow.id.in_(wanted)))
        found.append(CommitmentRow.suggestion_id.in_(filed))
    if suggestion is not None:
        answered = [row.id for row in suggestions(session, suggestion)]
        found.append(CommitmentRow.suggestion_id.in_(answered))
    if sitting is not None:
        held = select(SuggestionRow.id).where(of_sitting(session, sitting))
        found.append(CommitmentRow.suggestion_id.in_(held))
    for column, value in (
        (CommitmentRow.review, review),
        (CommitmentRow.outcome, outcome),
        (CommitmentRow.kind, kind),
    ):
        if value is not None:
            found.append(column.in_([value] if isinstance(value, str) else list(value)))
    if due_before is not None:
        found.append(CommitmentRow.deadline <= due_before)
    if due_after is not None:
        found.append(CommitmentRow.deadline >= due_after)
    return found


def to_review(
    session: Session,
    *,
    unit: str | None = None,
    suggestion: str | None = None,
    sitting: str | None = None,
    kind: str | None = None,
) -> list[CommitmentRow]:
    """What waits for a person: pending commitments, and confirmed ones that a newer version of
    their letter changed or left out, in the order of the ledger.

    Args:
        session: of `Store.read` or `Store.write`.
        unit: as for `commitments`, and so the rest.
        suggestion: a code or a number.
        kind: a kind.

    Raises:
        UnknownReference: no unit or suggestion of that name.
    """
    return commitments(session, unit=unit, suggestion=suggestion, kind=kind, waiting=True)


def to_be_reviewed() -> ColumnElement[bool]:
    """What `to_review` asks for."""
    return (CommitmentRow.review == "pending") | (
        (CommitmentRow.review == "confirmed")
        & (CommitmentRow.outcome == "open")
        & CommitmentRow.recheck.in_(RECHECKED)
    )


def waits(row: CommitmentRow) -> bool:
    """Whether a person is to look at it: the condition of `to_review` for one row."""
    if row.review == "confirmed":
        return row.outcome == "open" and row.recheck in RECHECKED
    return row.review == "pending"


def _in_order(query: Select[CommitmentRow]) -> Select[CommitmentRow]:
    return query.order_by(CommitmentRow.suggestion_id, CommitmentRow.seq)


def history(session: Session, ref: str) -> list[HistoryRow]:
    """What changed on a commitment and on the letters of its suggestion, oldest first.

    Args:
        session: of `Store.read` or `Store.write`.
        ref: the commitment's reference.

    Raises:
        UnknownReference: there is no such commitment.
    """
    row = commitment(session, ref)
    letters_of = select(LetterRow.id).where(LetterRow.suggestion_id == row.suggestion_id)
    own = HistoryRow.commitment_id == row.id
    of_letters = HistoryRow.commitment_id.is_(None) & HistoryRow.letter_id.in_(letters_of)
    return list(session.scalars(select(HistoryRow).where(own | of_letters).order_by(HistoryRow.id)))


def units(session: Session, name: str | None = None) -> list[UnitRow]:
    """The registry of units; with a name, those it means: exact name or alias, else a part.

    Raises:
        UnknownReference: no unit answers to the name.
    """
    query = (
        select(UnitRow)
        .options(selectinload(UnitRow.aliases), selectinload(UnitRow.parent))
        .order_by(UnitRow.id)
    )
    if name is None:
        return list(session.scalars(query))
    wanted = name.strip()
    exact = select(UnitAliasRow.unit_id).where(UnitAliasRow.alias == wanted)
    part = select(UnitAliasRow.unit_id).where(UnitAliasRow.alias.contains(wanted, autoescape=True))
    for condition in (
        UnitRow.name == wanted,
        UnitRow.id.in_(exact),
        or_(UnitRow.name.contains(wanted, autoescape=True), UnitRow.id.in_(part)),
    ):
        found = list(session.scalars(query.where(condition))) if wanted else []
        if found:
            return found
    known = session.scalars(select(UnitRow.name).order_by(UnitRow.id)).all()
    raise UnknownReference(f"no unit {wanted!r}; {_near(wanted, known, 'tracker units list')}")


def deputies(session: Session, name: str | None = None) -> list[DeputyRow]:
    """The registry of deputies; with a name, those of that name, else a part of it.

    Raises:
        UnknownReference: no deputy answers to the name.
    """
    query = select(DeputyRow).options(selectinload(DeputyRow.suggestions)).order_by(DeputyRow.id)
    if name is None:
        return list(session.scalars(query))
    wanted = name.strip()
    for condition in (DeputyRow.name == wanted, DeputyRow.name.contains(wanted, autoescape=True)):
        found = list(session.scalars(query.where(condition))) if wanted else []
        if found:
            return found
    known = session.scalars(select(DeputyRow.name).order_by(DeputyRow.id)).all()
    raise UnknownReference(f"no deputy {wanted!r}; {_near(wanted, known, 'tracker deputies list')}")


def suggestions(session: Session, code: str | None = None) -> list[SuggestionRow]:
    """Suggestions in the order of import; with a code or a number, those it means.

    A code ("25b") means one; a number ("25") means every suggestion of that number.

    Raises:
        UnknownReference: no suggestion has that code or number.
    """
    query = (
        select(SuggestionRow)
        .options(selectinload(SuggestionRow.deputies), selectinload(SuggestionRow.letters))
        .order_by(SuggestionRow.id)
    )
    if code is None:
        return list(session.scalars(query))
    wanted = code.strip()
    same = SuggestionRow.code == wanted
    if wanted.isdecimal() and len(wanted) < 19:
        same = same | (SuggestionRow.number == int(wanted))
    found = list(session.scalars(query.where(same)))
    if not found:
        known = session.scalars(select(SuggestionRow.code).order_by(SuggestionRow.id)).all()
        raise UnknownReference(f"no suggestion {wanted!r}; {_near(wanted, known, 'tracker list')}")
    return found


def assigned(
    session: Session,
    *,
    unit: str | None = None,
    deputy: str | None = None,
    suggestion: str | None = None,
    sitting: str | None = None,
    listed: bool = False,
) -> list[SuggestionRow]:
    """Suggestions with their letters and with the units that are to answer, in order of entry.

    Args:
        session: of `Store.read` or `Store.write`.
        unit: who is to answer or assists, by name or alias, or a part of it.
        deputy: who filed it, by name or a part of it.
        suggestion: a code ("25b") or a number ("25").
        sitting: the session of the congress (届次), by its name or a part.
        listed: only those that an office's list names.

    Raises:
        UnknownReference: no unit, deputy, suggestion or session of that name.
    """
    query = select(SuggestionRow).options(
        selectinload(SuggestionRow.deputies),
        selectinload(SuggestionRow.letters),
        selectinload(SuggestionRow.units).selectinload(SuggestionUnitRow.unit),
    )
    if unit is not None:
        wanted = [row.id for row in units(session, unit)]
        query = query.where(SuggestionRow.units.any(SuggestionUnitRow.unit_id.in_(wanted)))
    if deputy is not None:
        filed = [row.id for row in deputies(session, deputy)]
        query = query.where(SuggestionRow.deputies.any(DeputyRow.id.in_(filed)))
    if suggestion is not None:
        meant = [row.id for row in suggestions(session, suggestion)]
        query = query.where(SuggestionRow.id.in_(meant))
    if sitting is not None:
        query = query.where(of_sitting(session, sitting))
    if listed:
        query = query.where(SuggestionRow.listed_in.is_not(None))
    return list(session.scalars(query.order_by(SuggestionRow.id)))


def tally(session: Session) -> dict[str, Counter[str]]:
    """How many commitments by review, outcome and kind; under "rows" how many of each table."""
    counts: dict[str, Counter[str]] = {}
    for column in (CommitmentRow.review, CommitmentRow.outcome, CommitmentRow.kind):
        rows = session.execute(select(column, func.count()).group_by(column))
        counts[column.key] = Counter(dict(iter(rows)))
    tables = {
        "letters": LetterRow,
        "suggestions": SuggestionRow,
        "commitments": CommitmentRow,
        "units": UnitRow,
        "deputies": DeputyRow,
    }
    counts["rows"] = Counter(
        {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.items()
        }
    )
    return counts


def _near(wanted: str, known: Iterable[str], listing: str) -> str:
    """The remedy: names that look alike, else the command that lists them all."""
    names = list(dict.fromkeys(known))
    stem = wanted.partition("-")[0]
    close = get_close_matches(wanted, names, n=3, cutoff=0.5)
    close += [name for name in names if stem and name.partition("-")[0] == stem]
    if close:
        return "did you mean " + ", ".join(list(dict.fromkeys(close))[:5]) + "?"
    return f"see: {listing}" if names else "nothing has been imported yet: tracker import FILE"

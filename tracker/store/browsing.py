"""Which commitments, messages, units and deputies a person looks through: ids in the order wanted,
found by typed words, so that a screen reads only the rows that it shows. Reads only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, Literal

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.store.queries import to_be_reviewed
from tracker.store.tables import (
    CommitmentRow,
    CommitmentUnitRow,
    DeputyRow,
    MessageRow,
    RequestRow,
    SuggestionRow,
    UnitAliasRow,
    UnitRow,
)

#: due: open ones first, the earliest deadline on top; ledger: by suggestion, as letters have them;
#: unit: by the first owner's name; outcome: open ones, then those not kept.
Order = Literal["due", "ledger", "unit", "outcome"]
ORDERS: Final[tuple[Order, ...]] = ("due", "ledger", "unit", "outcome")

_OUTCOMES: Final = ("open", "broken", "partly_kept", "kept_late", "kept", "dropped")


def browse(
    session: Session,
    words: str = "",
    *,
    order: Order = "due",
    backwards: bool = False,
    review: Sequence[str] = ("pending", "confirmed", "superseded"),
    overdue_on: dt.date | None = None,
    unit_id: int | None = None,
    deputy_id: int | None = None,
    first: int | None = None,
) -> list[int]:
    """The ids of commitments that hold every word, in an order.

    Args:
        session: of `Store.read`.
        words: parted by blanks; each stands in the reference, the promise, its quote, the title of
            the suggestion, or the name of an owner or a deputy. Letters count alike in either case.
        order: which come first.
        backwards: the last ones first.
        review: of these states.
        overdue_on: only those that are open and past their deadline on this day.
        unit_id: only of this owner.
        deputy_id: only on suggestions of this deputy.
        first: so many of the order at most, before it is turned.
    """
    query = select(CommitmentRow.id).where(CommitmentRow.review.in_(review))
    for word in words.split():
        query = query.where(_holds(word))
    if overdue_on is not None:
        query = query.where(CommitmentRow.outcome == "open", CommitmentRow.deadline < overdue_on)
    if unit_id is not None:
        owned = select(CommitmentUnitRow.commitment_id).where(CommitmentUnitRow.unit_id == unit_id)
        query = query.where(CommitmentRow.id.in_(owned))
    if deputy_id is not None:
        filed = select(SuggestionRow.id).where(SuggestionRow.deputies.any(id=deputy_id))
        query = query.where(CommitmentRow.suggestion_id.in_(filed))
    found = list(session.scalars(_ordered(query, order).limit(first)))
    return found[::-1] if backwards else found


def to_look_at(session: Session, words: str = "") -> list[int]:
    """The ids of commitments that wait for a person: those about which a unit asks something, the
    first request on top; then what `queries.to_review` lists."""
    asked = (
        select(RequestRow.commitment_id)
        .where(RequestRow.state == "waiting")
        .order_by(RequestRow.id)
    )
    finds = select(CommitmentRow.id).where(to_be_reviewed())
    for word in words.split():
        held = select(CommitmentRow.id).where(_holds(word))
        asked = asked.where(RequestRow.commitment_id.in_(held))
        finds = finds.where(_holds(word))
    found = [*session.scalars(asked), *session.scalars(_ordered(finds, "ledger"))]
    return list(dict.fromkeys(found))


def messages(session: Session, words: str = "") -> list[int]:
    """The ids of messages whose recipient, address, subject or day hold every word, newest first."""
    query = select(MessageRow.id)
    for word in words.split():
        query = query.where(
            _any(
                word, MessageRow.recipient_name, MessageRow.address, MessageRow.subject,
                MessageRow.state,
            )
        )  # fmt: skip
    return list(session.scalars(query.order_by(MessageRow.id.desc())))


def units(session: Session, words: str = "") -> list[tuple[int, str]]:
    """Ids and names of units whose name or alias holds every word, by name."""
    query = select(UnitRow.id, UnitRow.name)
    for word in words.split():
        aliased = select(UnitAliasRow.unit_id).where(_any(word, UnitAliasRow.alias))
        query = query.where(or_(_any(word, UnitRow.name), UnitRow.id.in_(aliased)))
    return [(id_, name) for id_, name in session.execute(query.order_by(UnitRow.name))]


def deputies(session: Session, words: str = "") -> list[tuple[int, str]]:
    """Ids and names of deputies whose name holds every word, by name."""
    query = select(DeputyRow.id, DeputyRow.name)
    for word in words.split():
        query = query.where(_any(word, DeputyRow.name))
    return [(id_, name) for id_, name in session.execute(query.order_by(DeputyRow.name))]


def _holds(word: str) -> ColumnElement[bool]:
    titled = select(SuggestionRow.id).where(
        or_(
            _any(word, SuggestionRow.title, SuggestionRow.code),
            SuggestionRow.deputies.any(_any(word, DeputyRow.name)),
        )
    )
    named = select(UnitRow.id).where(_any(word, UnitRow.name))
    owned = select(CommitmentUnitRow.commitment_id).where(CommitmentUnitRow.unit_id.in_(named))
    return or_(
        _any(word, CommitmentRow.ref, CommitmentRow.what, CommitmentRow.quote),
        CommitmentRow.suggestion_id.in_(titled),
        CommitmentRow.id.in_(owned),
    )


def _any(
    word: str, *columns: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
) -> ColumnElement[bool]:
    """Whether a word stands in any of the columns; % and _ in it mean themselves."""
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def _ordered(query: Select[int], order: Order) -> Select[int]:
    place = (CommitmentRow.suggestion_id, CommitmentRow.seq)
    if order == "ledger":
        return query.order_by(*place)
    if order == "outcome":
        ranks = {outcome: rank for rank, outcome in enumerate(_OUTCOMES)}
        return query.order_by(case(ranks, value=CommitmentRow.outcome), *_by_day(), *place)
    if order == "unit":
        first = (
            select(func.min(UnitRow.name))
            .join(CommitmentUnitRow, CommitmentUnitRow.unit_id == UnitRow.id)
            .where(CommitmentUnitRow.commitment_id == CommitmentRow.id)
            .scalar_subquery()
        )
        return query.order_by(first, *_by_day(), *place)
    return query.order_by(CommitmentRow.outcome != literal("open"), *_by_day(), *place)


def _by_day() -> tuple[ColumnElement[bool], ColumnElement[dt.date | None]]:
    return CommitmentRow.deadline.is_(None), CommitmentRow.deadline.expression

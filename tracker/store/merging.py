"""Two entries of the registry turn out to be one unit: letters came before the office's table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.store.entries import Refused
from tracker.store.journal import record
from tracker.store.places import LEVELS
from tracker.store.tables import (
    CommitmentUnitRow,
    HistoryRow,
    LetterRow,
    MessageRow,
    NoticeRow,
    OfficialLetterRow,
    SuggestionUnitRow,
    UnitAliasRow,
    UnitRow,
)

Link = TypeVar("Link", CommitmentUnitRow, SuggestionUnitRow)


def look_alikes(
    session: Session, row: UnitRow, aliases: Iterable[str], listed: frozenset[str]
) -> tuple[list[str], list[str]]:
    """Units that letters have entered under a 简称 in full: 资阳市科技局 for 市科技局 of 资阳市.

    Args:
        session: of `Store.read` or `Store.write`.
        row: the unit as registered; its name tells its place.
        aliases: its 简称.
        listed: names that the same table gives to units of their own.

    Returns:
        Names that are the unit for sure: bare entries, one for the 简称, which no other unit of
        the place claims. Then names that may be.
    """
    certain: list[str] = []
    doubtful: list[str] = []
    # What has been merged before may have stayed as an empty entry, because messages name it.
    known = {alias.alias for alias in row.aliases}
    for alias in dict.fromkeys(aliases):
        found = [pair for pair in _written_out(session, row, alias) if pair[0].name not in known]
        sure = [
            other
            for other, place in found
            if _bare(other) and other.name not in listed and _alone(session, row, alias, place)
        ]
        if len(found) == 1 and sure:
            certain.append(sure[0].name)
        else:
            doubtful += [other.name for other, _ in found if other.name not in listed]
    certain = list(dict.fromkeys(certain))
    return certain, [name for name in dict.fromkeys(doubtful) if name not in certain]


def _written_out(session: Session, row: UnitRow, alias: str) -> list[tuple[UnitRow, str]]:
    """Other units whose name is this unit's place and the 简称."""
    tail = alias[1:] if alias[0] in LEVELS else alias
    if not tail:
        return []
    query = select(UnitRow).where(
        UnitRow.name.endswith(tail, autoescape=True), UnitRow.id != row.id, UnitRow.name != alias
    )
    found = []
    for other in session.scalars(query.order_by(UnitRow.id)):
        place = other.name.removesuffix(tail)
        level = alias[0] if alias[0] in LEVELS else place[-1:]
        if len(place) > 1 and place[-1] == level and level in LEVELS and row.name.startswith(place):
            found.append((other, place))
    return found


def _alone(session: Session, row: UnitRow, alias: str, place: str) -> bool:
    """Whether no other unit of the place has the 简称."""
    query = (
        select(func.count())
        .select_from(UnitAliasRow)
        .join(UnitRow, UnitRow.id == UnitAliasRow.unit_id)
        .where(UnitAliasRow.alias == alias, UnitRow.id != row.id)
        .where(UnitRow.name.startswith(place, autoescape=True))
    )
    return not session.scalar(query)


def _bare(row: UnitRow) -> bool:
    """Whether only letters know a unit: nobody has registered anything about it."""
    registered = row.email, row.contact, row.head, row.head_email, row.aliases, row.parent_id
    return not any(registered)


def only_met(session: Session, row: UnitRow) -> bool:
    """Whether letters and lists have entered a unit: no table of units has ever named it."""
    asked = select(HistoryRow.id).where(HistoryRow.action == "unit", HistoryRow.why == row.name)
    return _bare(row) and session.scalar(asked.limit(1)) is None


def drop_unused(session: Session, row: UnitRow, into: str, *, who: str, now: dt.datetime) -> bool:
    """Take out a unit that nothing names any more, as another stands in its place.

    Args:
        session: of `Store.write`.
        row: the unit that may go.
        into: the other's name, which the history tells.
        who: who decides.
        now: when.

    Returns:
        Whether it is gone.
    """
    session.flush()
    used = (
        CommitmentUnitRow.unit_id, SuggestionUnitRow.unit_id, LetterRow.issuer_id, UnitRow.parent_id,
        OfficialLetterRow.unit_id,
    )  # fmt: skip
    named = any(session.scalar(select(func.count()).where(key == row.id)) for key in used)
    if named or _written_to(session, row):
        return False
    record(
        session, "unit", who=who, now=now, field="merged", old=row.name, new=into, why=into
    )  # fmt: skip
    session.delete(row)
    session.flush()
    return True


def absorb(session: Session, row: UnitRow, name: str) -> bool:
    """Give a unit what has been entered under another of its names, if anything has.

    Args:
        session: of `Store.write`.
        row: the unit as registered.
        name: another name of it.

    Returns:
        Whether there was such an entry.

    Raises:
        Refused: the name belongs to a unit that somebody has registered, not only a letter.
    """
    other = session.scalars(select(UnitRow).where(UnitRow.name == name)).one_or_none()
    if other is None or other is row:
        return False
    if not _bare(other):
        raise Refused("aliases", "alias_taken", name=name)
    session.flush()
    _move(session, CommitmentUnitRow, CommitmentUnitRow.commitment_id, other, row)
    _move(session, SuggestionUnitRow, SuggestionUnitRow.suggestion_id, other, row)
    session.execute(
        update(LetterRow).where(LetterRow.issuer_id == other.id).values(issuer_id=row.id)
    )
    session.execute(
        update(OfficialLetterRow)
        .where(OfficialLetterRow.unit_id == other.id)
        .values(unit_id=row.id)
    )
    session.execute(update(UnitRow).where(UnitRow.parent_id == other.id).values(parent_id=row.id))
    session.flush()
    if not _written_to(session, other):
        session.delete(other)
        session.flush()
    return True


def _move(
    session: Session,
    table: type[Link],
    key: InstrumentedAttribute[int],
    old: UnitRow,
    new: UnitRow,
) -> None:
    """Give what links to one unit to another; what links to both keeps one link."""
    both = set(session.scalars(select(key).where(table.unit_id == new.id)))
    for link in session.scalars(select(table).where(table.unit_id == old.id)).all():
        if getattr(link, key.key) in both:
            session.delete(link)
        else:
            link.unit = new


def _written_to(session: Session, row: UnitRow) -> bool:
    """Whether the outbox knows it, or who leads it; such an entry stays, empty, because messages
    name it."""
    names = f"unit:{row.id}", f"head:{row.id}"
    return any(
        session.scalar(select(func.count()).where(table.recipient.in_(names)))
        for table in (NoticeRow, MessageRow)
    )

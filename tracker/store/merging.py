"""Two entries of the registry turn out to be one unit: letters came before the office's table."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tracker.errors import StoreError
from tracker.store.tables import (
    CommitmentUnitRow,
    LetterRow,
    MessageRow,
    NoticeRow,
    UnitRow,
)


def absorb(session: Session, row: UnitRow, name: str) -> None:
    """Give a unit what has been entered under another of its names, if anything has.

    Args:
        session: of `Store.write`.
        row: the unit as registered.
        name: a 简称 of it.

    Raises:
        StoreError: the name belongs to a unit that somebody has registered, not only a letter.
    """
    other = session.scalars(select(UnitRow).where(UnitRow.name == name)).one_or_none()
    if other is None or other is row:
        return
    if other.email or other.contact or other.aliases or other.parent_id:
        raise StoreError(f"{row.name}: 简称 {name} is the name of another unit of the registry")
    session.flush()
    mine = select(CommitmentUnitRow.commitment_id).where(CommitmentUnitRow.unit_id == row.id)
    owned = select(CommitmentUnitRow).where(CommitmentUnitRow.unit_id == other.id)
    both = set(session.scalars(mine))
    for owner in session.scalars(owned).all():
        if owner.commitment_id in both:
            session.delete(owner)
        else:
            owner.unit = row
    session.execute(
        update(LetterRow).where(LetterRow.issuer_id == other.id).values(issuer_id=row.id)
    )
    session.execute(update(UnitRow).where(UnitRow.parent_id == other.id).values(parent_id=row.id))
    session.flush()
    if not _written_to(session, f"unit:{other.id}"):
        session.delete(other)
        session.flush()


def _written_to(session: Session, recipient: str) -> bool:
    """Whether the outbox knows it; such an entry stays, empty, because messages name it."""
    return any(
        session.scalar(select(func.count()).where(table.recipient == recipient))
        for table in (NoticeRow, MessageRow)
    )

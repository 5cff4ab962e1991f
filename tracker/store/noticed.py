"""Notices: what was decided to be told to whom, once each, and in which message it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.store.schema import Lock, take
from tracker.store.statements import changed, dialect_of
from tracker.store.tables import CommitmentRow, CommitmentUnitRow, MessageRow, NoticeRow

#: What ends a notice for good. Whatever else takes one out (settled, rejected, moved to another
#: date or owner) can be undone, and then it is owed again.
FINAL: Final = ("cancelled", "report came in")


@dataclass(frozen=True, slots=True)
class NoticeKey:
    """What makes a notice unique."""

    commitment_id: int
    recipient: str
    rung: str
    deadline: dt.date


def lock_round(session: Session) -> None:
    """Let only one round decide at a time; SQLite's write transaction does so by itself."""
    take(session, Lock.ROUND)


def decided(session: Session, rungs: Collection[str], since: dt.date) -> dict[NoticeKey, dt.date]:
    """Notices of open commitments → the day they were decided on.

    One that was withdrawn for a reason that can go away again is not counted: where it is owed, it
    was never told.

    Args:
        session: of `Store.read` or `Store.write`.
        rungs: only notices of these rungs, and those
        since: decided on this day or later, whatever their rung.
    """
    rows = session.execute(
        select(
            NoticeRow.commitment_id,
            NoticeRow.recipient,
            NoticeRow.rung,
            NoticeRow.deadline,
            NoticeRow.decided_on,
        )
        .join(CommitmentRow, CommitmentRow.id == NoticeRow.commitment_id)
        .where(CommitmentRow.outcome == "open", CommitmentRow.review == "confirmed")
        .where(or_(NoticeRow.rung.in_(list(rungs)), NoticeRow.decided_on >= since))
        .where(or_(NoticeRow.withdrawn.is_(None), NoticeRow.withdrawn.in_(FINAL)))
    )
    return {NoticeKey(*row[:4]): row[4] for row in rows}


def add_notices(
    session: Session, message: MessageRow, keys: Iterable[NoticeKey], decided_on: dt.date
) -> int:
    """Put notices into a message; those that are decided already stay where they are, unless
    they were withdrawn for a reason that has gone.

    Returns:
        How many are new or owed again.
    """
    made = dialect_of(session)
    session.flush()
    values = [
        {
            "commitment_id": key.commitment_id,
            "recipient": key.recipient,
            "rung": key.rung,
            "deadline": key.deadline,
            "decided_on": decided_on,
            "message_id": message.id,
        }
        for key in keys
    ]
    count = 0
    for row in values:
        insert = made.insert(NoticeRow.__table__).values(**row)
        again = {name: insert.excluded[name] for name in ("message_id", "decided_on")}
        count += changed(
            session,
            insert.on_conflict_do_update(
                index_elements=("commitment_id", "recipient", "rung", "deadline"),
                set_=again | {"withdrawn": None},
                where=NoticeRow.withdrawn.is_not(None) & NoticeRow.withdrawn.not_in(FINAL),
            ),
        )
    return count


def contents(session: Session, message_ids: Collection[int]) -> dict[int, list[NoticeRow]]:
    """Message → its notices that still stand, with all that words them.

    Args:
        session: of `Store.read` or `Store.write`.
        message_ids: of digests.
    """
    commitment = joinedload(NoticeRow.commitment)
    query = (
        select(NoticeRow)
        .where(NoticeRow.message_id.in_(message_ids), NoticeRow.withdrawn.is_(None))
        .order_by(NoticeRow.id)
        .options(
            commitment.joinedload(CommitmentRow.suggestion),
            commitment.selectinload(CommitmentRow.reports),
            commitment.selectinload(CommitmentRow.owners).joinedload(CommitmentUnitRow.unit),
        )
    )
    found: dict[int, list[NoticeRow]] = {}
    for notice in session.scalars(query):
        found.setdefault(notice.message_id, []).append(notice)
    return found


def withdraw(notice: NoticeRow, why: str) -> None:
    """Take a notice out of its message; the reason stays, for good where it is one of `FINAL`."""
    notice.withdrawn = why

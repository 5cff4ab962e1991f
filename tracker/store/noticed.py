"""Notices: what was decided to be told to whom, once each, and in which message it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.store.schema import Lock, take
from tracker.store.statements import changed, dialect_of
from tracker.store.tables import (
    CommitmentRow,
    CommitmentUnitRow,
    LetterRow,
    NoticeRow,
    SuggestionRow,
)
from tracker.store.tables.sealed import marked

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


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that was decided, and the day it was decided on."""

    recipient: str
    rung: str
    deadline: dt.date
    decided_on: dt.date


def told(session: Session, ids: Collection[int]) -> dict[int, list[Told]]:
    """Commitment → the notices decided of it.

    One that was withdrawn for a reason that can go away again is not counted: where it is owed, it
    was never told.

    Args:
        session: of `Store.read` or `Store.write`.
        ids: of commitments.
    """
    rows = session.execute(
        select(
            NoticeRow.commitment_id,
            NoticeRow.recipient,
            NoticeRow.rung,
            NoticeRow.deadline,
            NoticeRow.decided_on,
        )
        .where(NoticeRow.commitment_id.in_(list(ids)))
        .where(or_(NoticeRow.withdrawn.is_(None), NoticeRow.withdrawn.in_(FINAL)))
    )
    found: dict[int, list[Told]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Told(*row[1:]))
    return found


def add_notices(
    session: Session, keys: Iterable[tuple[int, NoticeKey]], decided_on: dt.date
) -> int:
    """Put notices into messages; those that are decided already stay where they are, unless they
    were withdrawn for a reason that has gone.

    Args:
        session: of `Store.write`.
        keys: id of a message, and what makes the notice unique.
        decided_on: the day of the round.

    Returns:
        How many are new or owed again.
    """
    made = dialect_of(session)
    session.flush()
    insert = made.insert(NoticeRow.__table__)
    again = {name: insert.excluded[name] for name in ("message_id", "decided_on")}
    statement = insert.on_conflict_do_update(
        index_elements=("commitment_id", "recipient", "rung", "deadline"),
        set_=again | {"withdrawn": None, "seal": marked(NoticeRow.__tablename__)},
        # Not by NOT IN, whose list the drivers cannot take once for many rows.
        where=and_(
            NoticeRow.withdrawn.is_not(None), *(NoticeRow.withdrawn != why for why in FINAL)
        ),
    )
    values = [
        {
            "commitment_id": key.commitment_id,
            "recipient": key.recipient,
            "rung": key.rung,
            "deadline": key.deadline,
            "decided_on": decided_on,
            "message_id": message_id,
        }
        for message_id, key in keys
    ]
    return changed(session, statement, values) if values else 0


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
            commitment.joinedload(CommitmentRow.letter).load_only(LetterRow.date),
            commitment.joinedload(CommitmentRow.suggestion).selectinload(SuggestionRow.deputies),
            commitment.selectinload(CommitmentRow.reports),
            commitment.selectinload(CommitmentRow.ratings),
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

"""A promise that went from one unit to another by a request (退办): who went, who came, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.followup.ladder import Rung
from tracker.store.book import Units
from tracker.store.tables import CommitmentRow, HistoryRow, RequestRow


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a granted request did to the owners.

    Attributes:
        request: its id.
        day: of the decision, in the office's zone.
        left: the names of the units that went, as the history has them.
        came: the ids of those that came and are owners still.
    """

    request: int
    day: dt.date
    left: tuple[str, ...]
    came: frozenset[int]


def granted(row: CommitmentRow) -> list[RequestRow]:
    """The requests by which a promise went to another unit.

    Args:
        row: the commitment, with requests.
    """
    return [one for one in row.requests if one.kind == "not_ours" and one.state == "approved"]


def transfers(
    session: Session, rows: Sequence[CommitmentRow], zone: dt.tzinfo
) -> dict[int, list[Transfer]]:
    """Commitment → how it went from unit to unit.

    Args:
        session: of `Store.read` or `Store.write`.
        rows: commitments, with owners and requests.
        zone: the office's, in which the moment of a decision becomes a day.
    """
    moved = {row.id: row for row in rows if granted(row)}
    if not moved:
        return {}
    changes = session.scalars(
        select(HistoryRow)
        .where(HistoryRow.commitment_id.in_(moved))
        .where(HistoryRow.action == "approve", HistoryRow.field == "owner")
    )
    # The history tells of owners in the very moment of the decision.
    told = {(one.commitment_id, one.at): (_names(one.old), _names(one.new)) for one in changes}
    found: dict[int, list[Transfer]] = {}
    for row in moved.values():
        for one in granted(row):
            if one.decided_at is None or (row.id, one.decided_at) not in told:
                continue
            old, new = told[row.id, one.decided_at]
            found.setdefault(row.id, []).append(
                Transfer(
                    one.id,
                    one.decided_at.astimezone(zone).date(),
                    tuple(name for name in old if name not in new),
                    frozenset(
                        owner.unit_id
                        for owner in row.owners
                        if owner.written in new and owner.written not in old
                    ),
                )
            )
    return found


def units_of(session: Session, row: CommitmentRow, names: Iterable[str]) -> list[int]:
    """The ids of the units that the names of owners mean, those that the registry knows.

    Args:
        session: of `Store.read` or `Store.write`.
        row: the commitment.
        names: as the history has them.
    """
    units = Units(session, row.suggestion.region)
    return [unit.id for unit in map(units.known, names) if unit is not None]


def newcomers(moves: Iterable[Transfer], rung: Rung) -> set[int]:
    """The ids of the owners that a rung is not for, as they became owners only after it fell, or
    on the very day of one that says it is late: they are told on that day that it is theirs.

    Args:
        moves: of the commitment.
        rung: passed.
    """
    return {
        unit
        for move in moves
        if move.day > rung.day or (move.day == rung.day and rung.offset > 0)
        for unit in move.came
    }


def _names(text: str | None) -> list[str]:
    return [name for name in (text or "").split("、") if name]

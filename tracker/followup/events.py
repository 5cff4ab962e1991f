"""What happened and is to be told once, beside the ladder: outcomes, requests, ratings.

An event is told as a notice whose rung names it ("kept-412", "decided-12", "reached") and whose
day stands in the place of the deadline.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.followup.recipients import unit_recipient
from tracker.followup.status import Facts, standing
from tracker.followup.transfers import Transfer, granted, units_of
from tracker.ladders import Role
from tracker.store.following import OUTCOMES
from tracker.store.noticed import Told
from tracker.store.tables import CommitmentRow, HistoryRow

#: What was recorded longer ago is no news to anybody; so long a standstill is bridged.
NEWS: Final = dt.timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Event:
    """Something to be told: the rung that names it, its day, and to whom: all of a role, or those
    units alone that `only` has."""

    rung: str
    day: dt.date
    role: Role
    only: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """The last time a commitment was settled or reopened: the row of the history, and its moment."""

    id: int
    action: str
    at: dt.datetime


def last_turns(session: Session, ids: Collection[int]) -> dict[int, Turn]:
    """Commitment → when it was last settled or reopened.

    Args:
        session: of `Store.read` or `Store.write`.
        ids: of commitments.
    """
    last = (
        select(func.max(HistoryRow.id))
        .where(HistoryRow.commitment_id.in_(list(ids)))
        .where(HistoryRow.action.in_(("settle", "reopen")))
        .group_by(HistoryRow.commitment_id)
    )
    rows = session.scalars(select(HistoryRow).where(HistoryRow.id.in_(last)))
    return {
        row.commitment_id: Turn(row.id, row.action, row.at)
        for row in rows
        if row.commitment_id is not None
    }


def events(
    session: Session,
    row: CommitmentRow,
    facts: Facts,
    turn: Turn | None,
    told: Iterable[Told],
    today: dt.date,
    now: dt.datetime,
    zone: dt.tzinfo,
    moves: Collection[Transfer] = (),
) -> Iterator[Event]:
    """What is to be told of a commitment, whether or not it was.

    Args:
        session: of `Store.read` or `Store.write`.
        row: with requests and ratings.
        facts: of the row.
        turn: when it was last settled or reopened.
        told: the notices decided of it.
        today: the day of the round.
        now: its moment.
        zone: the office's zone, in which a moment becomes a day.
        moves: how it went from unit to unit.
    """
    moved = {move.request: move for move in moves}
    if turn is not None and now - turn.at <= NEWS:
        yield from _outcome(row, turn, told, zone)
    for request in row.requests:
        if request.state == "waiting":
            yield Event(f"waits-{request.id}", request.asked_on, "supervisor")
        decided = request.decided_at if request.state in ("approved", "refused") else None
        if decided is not None and now - decided <= NEWS:
            day = decided.astimezone(zone).date()
            move = moved.get(request.id)
            # Who asked is told though it owns nothing of it any more; who came hears of it anew.
            gone = None if move is None else _units(units_of(session, row, move.left))
            yield Event(f"decided-{request.id}", day, "contact", gone)
            if move is not None:
                yield Event(f"transferred-{request.id}", day, "contact", _units(move.came))
    for rating in row.ratings:
        if rating.score == "not" and now - rating.recorded_at <= NEWS:
            yield Event(f"rated-{rating.id}", rating.rated_on, "supervisor")
            if row.outcome == "open":
                # Its reports answer nothing any more: it is told why, and asked for another one.
                yield Event(f"unsatisfied-{rating.id}", rating.rated_on, "contact")
    where = standing(facts, today)
    if row.outcome == "open" and where.complete and where.figure_on is not None:
        # Once for each deadline, and again once it was reopened or a deputy was not satisfied with
        # what was reported; without one, once for its letter.
        again = filter(None, (row.look_back_since, facts.unsatisfied_on))
        day = max(again, default=row.deadline) or facts.promised_on or where.figure_on
        yield Event("reached", day, "supervisor")


def _units(ids: Iterable[int]) -> tuple[str, ...]:
    return tuple(unit_recipient(one) for one in sorted(ids))


def _outcome(
    row: CommitmentRow, turn: Turn, told: Iterable[Told], zone: dt.tzinfo
) -> Iterator[Event]:
    day = turn.at.astimezone(zone).date()
    if row.outcome != "open":
        if turn.action == "settle":
            yield Event(f"{row.outcome}-{turn.id}", day, "deputies")
        return
    if turn.action != "reopen":
        return
    yield Event(f"reopened-{turn.id}", day, "contact")
    # Whoever was not told of the outcome need not be told that it is taken back.
    if any(item.rung.partition("-")[0] in OUTCOMES for item in told):
        yield Event(f"reopened-{turn.id}", day, "deputies")


def _is_last_word(row: CommitmentRow, number: str) -> bool:
    """Whether a deputy has said nothing since that rating."""
    rated = next((one for one in row.ratings if str(one.id) == number), None)
    later = (one for one in row.ratings if rated and one.deputy_id == rated.deputy_id)
    return rated is not None and all(one.id <= rated.id for one in later)


def overtaken(rung: str, row: CommitmentRow) -> str | None:
    """Why an event is no news any more, as seen just before it is told; None where it is.

    Args:
        rung: the event's.
        row: the commitment.
    """
    name, _, number = rung.partition("-")
    if name in OUTCOMES:
        return None if row.outcome == name else "outcome changed"
    if name in ("reopened", "reached"):
        return None if row.outcome == "open" else "settled"
    if name == "unsatisfied":
        if row.outcome != "open":
            return "settled"
        return None if _is_last_word(row, number) else "rated anew"
    if name == "transferred":
        if row.outcome != "open":
            return "settled"
        came = {item.right_unit for item in granted(row) if str(item.id) == number}
        return None if any(owner.written in came for owner in row.owners) else "other owner"
    if name == "waits":
        waits = any(str(item.id) == number and item.state == "waiting" for item in row.requests)
        return None if waits else "decided"
    return None

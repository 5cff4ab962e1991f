"""Figures of units and deputies, counted from a few columns of each commitment: a ledger of 100,000
is counted beside the screen while it is looked at.

The lights are those that columns tell (`followup.status.light` without `lights.behind`), and a
promise that several letters make counts once, as everywhere.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.followup.granted import Extension, extensions, kept_on_time
from tracker.reports import figures
from tracker.reports.figures import Figures
from tracker.settings import Settings
from tracker.store.tables import (
    CommitmentRow,
    CommitmentUnitRow,
    DeputyRow,
    ProgressReportRow,
    RequestRow,
    SuggestionRow,
)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What `figures.count` needs to know."""

    ref: str
    kind: str
    outcome: str
    light: str
    deadline: dt.date | None
    reported: bool
    on_time: bool
    earlier: tuple[str, ...]
    units: tuple[str, ...] = ()
    no_progress: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Figures by the ids of units and of deputies."""

    units: Mapping[int, Figures]
    deputies: Mapping[int, Figures]


def tally(session: Session, settings: Settings, today: dt.date) -> Tally:
    """Count the confirmed commitments by who owns them and by who asked for them.

    Args:
        session: of `Store.read`.
        settings: how soon 临期 is.
        today: the day.
    """
    row = CommitmentRow
    query = select(
        row.id, row.ref, row.kind, row.outcome, row.settled_on, row.deadline, row.renews_id,
        row.suggestion_id,
    )  # fmt: skip
    query = query.where(row.review == "confirmed")
    soon = today + dt.timedelta(days=settings.lights.due_soon)
    reported = set(session.scalars(select(ProgressReportRow.commitment_id).distinct()))
    before: dict[int, tuple[str, int | None]] = {}
    read = session.execute(query).all()
    for id_, ref, *_, renews, _suggestion in read:
        before[id_] = (ref, renews)
    found: dict[int, _Counted] = {}
    asked: dict[int, list[int]] = defaultdict(list)
    longer = _extensions(session, settings)
    for id_, ref, kind, outcome, settled, deadline, renews, suggestion in read:
        light = "none"
        if outcome == "open" and deadline is not None:
            light = (
                "overdue" if deadline < today else "due_soon" if deadline <= soon else "on_track"
            )
        earlier = _chain(renews, before)
        kept = kept_on_time(outcome, settled, longer.get(id_, ()))
        found[id_] = _Counted(ref, kind, outcome, light, deadline, id_ in reported, kept, earlier)
        asked[suggestion].append(id_)
    single = {item.ref for item in figures.once(found.values())}
    counted = {id_: item for id_, item in found.items() if item.ref in single}
    owners = select(CommitmentUnitRow.unit_id, CommitmentUnitRow.commitment_id)
    owned: dict[int, list[_Counted]] = defaultdict(list)
    for unit, commitment in session.execute(owners):
        if commitment in counted:
            owned[unit].append(counted[commitment])
    filed: dict[int, list[_Counted]] = defaultdict(list)
    for deputy, suggestion in session.execute(
        select(DeputyRow.id, SuggestionRow.id).join(SuggestionRow.deputies)
    ):
        filed[deputy] += (counted[id_] for id_ in asked.get(suggestion, ()) if id_ in counted)
    return Tally(
        {unit: figures.count(items) for unit, items in owned.items()},
        {deputy: figures.count(items) for deputy, items in filed.items()},
    )


def _extensions(session: Session, settings: Settings) -> dict[int, tuple[Extension, ...]]:
    """Commitment → the later deadlines that were granted; of a whole ledger there are few."""
    asked: dict[int, list[RequestRow]] = defaultdict(list)
    granted = RequestRow.kind == "extension", RequestRow.state == "approved"
    for one in session.scalars(select(RequestRow).where(*granted)):
        asked[one.commitment_id].append(one)
    zone = ZoneInfo(settings.timezone)
    return {id_: extensions(every, zone) for id_, every in asked.items()}


def _chain(renews: int | None, before: Mapping[int, tuple[str, int | None]]) -> tuple[str, ...]:
    """References of the promises that it makes again."""
    earlier: list[str] = []
    seen: set[int] = set()
    while renews is not None and renews in before and renews not in seen:
        seen.add(renews)
        ref, further = before[renews]
        earlier.append(ref)
        renews = further
    return tuple(earlier)

"""What a report holds, before any page is drawn: the commitments, their figures, their groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from tracker.reports import figures, phrases, reads
from tracker.reports.fairness import Ambition, ambition
from tracker.reports.figures import Figures, UnitFigures
from tracker.reports.items import Item, Source
from tracker.reports.period import Period, period_of
from tracker.reports.waiting import Assigned, assigned
from tracker.settings import Settings
from tracker.store import queries
from tracker.store.queries import RECHECKED
from tracker.store.sittings import sittings

Scope = Literal["all", "unit", "deputy", "suggestion", "session"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Whose commitments are asked for; None means everybody's. Of those, `only` leaves the ones on
    some suggestions, by their codes."""

    unit: str | None = None
    deputy: str | None = None
    suggestion: str | None = None
    sitting: str | None = None
    only: frozenset[str] | None = None

    @property
    def asked(self) -> dict[str, Any]:
        """What the store is asked for."""
        return {
            "unit": self.unit,
            "deputy": self.deputy,
            "suggestion": self.suggestion,
            "sitting": self.sitting,
        }

    def meant(self, code: str) -> bool:
        """Whether a suggestion is among them."""
        return self.only is None or code in self.only

    @property
    def scope(self) -> Scope:
        """What the report is about; the narrowest filter names it."""
        if self.suggestion is not None:
            return "suggestion"
        if self.deputy is not None:
            return "deputy"
        if self.sitting is not None:
            return "session"
        return "unit" if self.unit is not None else "all"


@dataclass(frozen=True, slots=True)
class Group:
    """The commitments on one suggestion."""

    source: Source
    items: tuple[Item, ...]
    figures: Figures

    @property
    def letters(self) -> tuple[Item, ...]:
        """One item of each letter that answers the suggestion, in their order."""
        first = {(item.source.file, item.source.document_no): item for item in self.items[::-1]}
        return tuple(item for item in self.items if item in first.values())

    @property
    def asking(self) -> tuple[Item, ...]:
        """Those whose state raises a question."""
        return tuple(item for item in self.items if phrases.question_key(item))


@dataclass(frozen=True, slots=True)
class Contents:
    """A report on a day. `name` says whom it is about, empty for everybody."""

    scope: Scope
    name: str
    today: dt.date
    office: str
    items: tuple[Item, ...]
    figures: Figures
    units: tuple[UnitFigures, ...]
    groups: tuple[Group, ...]
    overdue: tuple[Item, ...]
    next: tuple[Item, ...]
    silent: tuple[Item, ...]
    #: Open ones that are not counted, because a promise counts that they make again.
    repeated: int
    pending: int
    #: Confirmed ones that a newer version of their letter changed or left out.
    rechecks: int
    #: Suggestions without a reply, those past their due day first.
    waiting: tuple[Assigned, ...]
    #: How ambitious the promises of each unit are.
    ambitions: Mapping[str, Ambition]
    #: What happened since a day; None where no day was asked for.
    period: Period | None = None

    @property
    def ranked(self) -> bool:
        """Whether any unit has enough settled cases for a place."""
        return any(line.rank is not None for line in self.units)


def gather(
    session: Session,
    settings: Settings,
    today: dt.date,
    filters: Filters,
    since: dt.date | None = None,
) -> Contents:
    """Read and count what a report needs; only confirmed commitments are counted.

    Args:
        session: of the store; only read from.
        settings: zone, lights and the office's name.
        today: the day to look from.
        filters: whose commitments.
        since: the first day of a period of which the report tells what happened.

    Raises:
        UnknownReference: a filter names nothing in the store.
        SettingsError: the period ends before it begins.
    """
    counted = _meant(session, settings, today, filters, "confirmed")
    single = figures.once(counted)
    units = figures.by_unit(single)
    if filters.unit is not None:
        # The other owners of a joint commitment are not what this report is about.
        meant = reads.unit_names(session, filters.unit)
        units = tuple(line for line in units if line.unit in meant)
    return Contents(
        scope=filters.scope,
        name=_name(session, filters, counted),
        today=today,
        office=settings.office.name,
        items=counted,
        figures=figures.count(single),
        units=units,
        groups=_groups(counted),
        overdue=tuple(figures.overdue(single)),
        next=tuple(figures.due_next(counted, today)),
        silent=tuple(figures.silent(single)),
        repeated=len(counted) - len(single),
        pending=_pending(session, settings, today, filters),
        rechecks=sum(item.open and item.recheck in RECHECKED for item in counted),
        waiting=tuple(
            row
            for row in assigned(session, settings, today, waiting=True, **filters.asked)
            if filters.meant(row.code)
        ),
        ambitions=_ambitions(single),
        period=period_of(session, settings, counted, single, since, today) if since else None,
    )


def _meant(
    session: Session, settings: Settings, today: dt.date, filters: Filters, review: str
) -> tuple[Item, ...]:
    found = reads.items(session, settings, today, review=review, **filters.asked)
    return tuple(item for item in found if filters.meant(item.source.code))


def _pending(session: Session, settings: Settings, today: dt.date, filters: Filters) -> int:
    if filters.only is None:
        return reads.pending(session, settings, today, **filters.asked)
    return len(_meant(session, settings, today, filters, "pending"))


def _ambitions(items: Iterable[Item]) -> dict[str, Ambition]:
    by_unit: dict[str, list[Item]] = {}
    for item in items:
        for unit in item.units:
            by_unit.setdefault(unit, []).append(item)
    return {unit: ambition(members) for unit, members in by_unit.items()}


def _groups(items: tuple[Item, ...]) -> tuple[Group, ...]:
    """By suggestion, in the order of the ledger."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.source.code, []).append(item)
    return tuple(
        Group(members[0].source, tuple(members), figures.count(members))
        for members in found.values()
    )


def _name(session: Session, filters: Filters, counted: tuple[Item, ...]) -> str:
    if filters.suggestion is not None:
        titles = dict.fromkeys(item.source.title or item.source.code for item in counted)
        if not titles:
            meant = queries.suggestions(session, filters.suggestion)
            titles = dict.fromkeys(row.title or row.code for row in meant)
        return "、".join(titles) or filters.suggestion or ""
    if filters.deputy is not None:
        return "、".join(reads.deputy_names(session, filters.deputy))
    if filters.sitting is not None:
        written = [name for name in sittings(session, filters.sitting) if name]
        return "、".join(written) or filters.sitting
    if filters.unit is not None:
        return "、".join(reads.unit_names(session, filters.unit))
    return ""

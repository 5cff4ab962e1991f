"""What happened in a period: reports that came in, outcomes, what fell overdue, deadlines moved to
later, commitments confirmed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker.commitments.model import plain
from tracker.errors import SettingsError
from tracker.reports import figures, phrases
from tracker.reports.items import Item, Report
from tracker.reports.reads import end_of
from tracker.reports.words import Wording
from tracker.settings import Settings
from tracker.store.deadlines import Move, deadlines
from tracker.store.tables import CommitmentRow, HistoryRow

#: Up to so many ids go into one question.
_AT_ONCE: Final = 500
#: How a day is written.
Day = Callable[[dt.date], str]
#: How a deadline comes to be later; a misreading put right moves nothing.
_GRANTED: Final = ("extension", "edit")


@dataclass(frozen=True, slots=True)
class Period:
    """What happened to the commitments of a report from one day to another, both included.

    Attributes:
        since: the first day.
        until: the last day, from which the report looks.
        reports: those that came in, the oldest first.
        settled: what was given an outcome, with the day on which that was entered; the outcome may
            date from an earlier one (`Item.settled_on`).
        overdue: open, and the first day after the deadline lies in the period.
        moved: deadlines that a supervisor moved to later.
        confirmed: what is followed since, with the day of the confirmation.
    """

    since: dt.date
    until: dt.date
    reports: tuple[tuple[Item, Report], ...]
    settled: tuple[tuple[Item, dt.date], ...]
    overdue: tuple[Item, ...]
    moved: tuple[tuple[Item, Move], ...]
    confirmed: tuple[tuple[Item, dt.date], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of event with its lines: the commitment, and what happened to it in words."""

    title: str
    lines: tuple[tuple[Item, str], ...]


def period_of(
    session: Session,
    settings: Settings,
    items: Sequence[Item],
    single: Sequence[Item],
    since: dt.date,
    until: dt.date,
) -> Period:
    """What happened to commitments in a period.

    Args:
        session: of the store.
        settings: the office's zone.
        items: the commitments as of the last day.
        single: those of them that are counted.
        since: the first day.
        until: the last day.

    Raises:
        SettingsError: the period ends before it begins.
    """
    if since > until:
        raise SettingsError(f"--since {since} is after --as-of {until}; give an earlier day")
    begin, end = end_of(settings, since - dt.timedelta(days=1)), end_of(settings, until)
    zone = ZoneInfo(settings.timezone)
    by_ref = {item.ref: item for item in items}
    came = [
        (item, report)
        for item in items
        for report in item.reports
        if since <= report.recorded_on <= until
    ]
    over = [item for item in figures.overdue(single) if item.deadline and item.deadline < until]
    return Period(
        since=since,
        until=until,
        reports=tuple(sorted(came, key=lambda pair: (pair[1].recorded_on, pair[0].ref))),
        settled=tuple(
            sorted(
                _given(session, by_ref, since, until, settings),
                key=lambda pair: (pair[1], pair[0].settled_on or until, pair[0].ref),
            )
        ),
        overdue=tuple(
            item for item in over if item.deadline and item.deadline + dt.timedelta(days=1) >= since
        ),
        moved=tuple(_moved(session, by_ref, begin, end, zone)),
        confirmed=tuple(_confirmed(session, by_ref, begin, end, zone)),
    )


def _given(
    session: Session, by_ref: dict[str, Item], since: dt.date, until: dt.date, settings: Settings
) -> Iterator[tuple[Item, dt.date]]:
    """What was given an outcome, or another one. An outcome that came into the ledger without an
    entry of the history counts on its own day."""
    begin, end = end_of(settings, since - dt.timedelta(days=1)), end_of(settings, until)
    zone = ZoneInfo(settings.timezone)
    entered: dict[str, dt.date] = {}
    for ref, old, new, at in _changes(session, "outcome", begin, end):
        item = by_ref.get(ref)
        if item and not item.open and new == item.outcome and old != new:
            entered[ref] = at.astimezone(zone).date()
    bare = [
        item
        for item in by_ref.values()
        if item.settled_on and since <= item.settled_on <= until and item.ref not in entered
    ]
    for start in range(0, len(bare), _AT_ONCE):
        some = bare[start : start + _AT_ONCE]
        told = (
            select(CommitmentRow.ref)
            .join(HistoryRow, HistoryRow.commitment_id == CommitmentRow.id)
            .where(CommitmentRow.ref.in_([item.ref for item in some]))
            .where(HistoryRow.field == "outcome", HistoryRow.at < end)
        )
        known = set(session.scalars(told))
        yield from (
            (item, item.settled_on) for item in some if item.settled_on and item.ref not in known
        )
    yield from ((by_ref[ref], day) for ref, day in entered.items())


def _changes(session: Session, field: str, begin: dt.datetime, end: dt.datetime) -> Iterable[Any]:
    return session.execute(
        select(CommitmentRow.ref, HistoryRow.old, HistoryRow.new, HistoryRow.at)
        .join(CommitmentRow, CommitmentRow.id == HistoryRow.commitment_id)
        .where(HistoryRow.field == field, *_within(begin, end))
        .order_by(HistoryRow.id)
    )


def _moved(
    session: Session,
    by_ref: dict[str, Item],
    begin: dt.datetime,
    end: dt.datetime,
    zone: dt.tzinfo,
) -> list[tuple[Item, Move]]:
    touched = session.scalars(
        select(HistoryRow.commitment_id)
        .where(HistoryRow.field == "deadline", *_within(begin, end))
        .distinct()
    ).all()
    found: list[tuple[Item, Move]] = []
    for start in range(0, len(touched), _AT_ONCE):
        some = touched[start : start + _AT_ONCE]
        asked = session.scalars(select(CommitmentRow).where(CommitmentRow.id.in_(some)))
        rows = [row for row in asked if row.ref in by_ref]
        moves = deadlines(session, rows, end)
        found += [
            (by_ref[row.ref], replace(move, at=move.at.astimezone(zone)))
            for row in rows
            for move in moves[row.id].moves
            if move.at >= begin and _later(move)
        ]
    return sorted(found, key=lambda pair: (pair[1].at, pair[0].ref))


def _later(move: Move) -> bool:
    return move.how in _GRANTED and bool(move.old and move.new and move.new > move.old)


def _confirmed(
    session: Session,
    by_ref: dict[str, Item],
    begin: dt.datetime,
    end: dt.datetime,
    zone: dt.tzinfo,
) -> Iterator[tuple[Item, dt.date]]:
    """What was not followed when the period began, and is when it ends."""
    before: dict[str, str | None] = {}
    last: dict[str, tuple[str | None, dt.datetime]] = {}
    for ref, old, new, at in _changes(session, "review", begin, end):
        before.setdefault(ref, old)
        last[ref] = new, at
    for ref, (new, at) in last.items():
        if ref in by_ref and new == "confirmed" and before[ref] != "confirmed":
            yield by_ref[ref], at.astimezone(zone).date()


def _within(begin: dt.datetime, end: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return HistoryRow.at >= begin, HistoryRow.at < end, HistoryRow.action != "differs"


def happened(period: Period, words: Wording, day: Day = dt.date.isoformat) -> tuple[Part, ...]:
    """The period in words: every kind of event with its number, also where there was none.

    Args:
        period: the period.
        words: the language.
        day: how a day is written.
    """
    every: tuple[tuple[str, list[tuple[Item, str]]], ...] = (
        ("reports", [(item, _report(item, report, words, day)) for item, report in period.reports]),
        ("settled", [(item, _settled(item, on, words, day)) for item, on in period.settled]),
        ("overdue", [(item, _overdue(item, words, day)) for item in period.overdue]),
        ("moved", [(item, _move(move, words, day)) for item, move in period.moved]),
        ("confirmed", [(item, _confirm(item, on, words, day)) for item, on in period.confirmed]),
    )
    return tuple(Part(words(f"period.{key}", n=len(lines)), tuple(lines)) for key, lines in every)


def _report(item: Item, report: Report, words: Wording, day: Day) -> str:
    days = {"day": day(report.recorded_on), "as_of": day(report.as_of)}
    if report.value is None:
        text = words("told.words", **days)
    else:
        text = words("told.report", figure=phrases.figure(report.value, item.unit, words), **days)
    if report.corrected:
        text += words("corrected")
    if report.note:
        text += words("told.note", note=report.note)
    if report.evidence:
        text += words("told.evidence", text=report.evidence)
    return text


def _settled(item: Item, entered: dt.date, words: Wording, day: Day) -> str:
    on = item.settled_on or entered
    text = words("told.settled", day=day(on), outcome=words(f"outcome.{item.outcome}"))
    return text if on == entered else text + words("told.entered", day=day(entered))


def _overdue(item: Item, words: Wording, day: Day) -> str:
    latest, on = phrases.latest_of(item, words)
    if on is not None:
        latest = words("figure.at", figure=latest, day=day(on))
    due = day(item.deadline) if item.deadline else ""
    return words("told.overdue", day=due, days=phrases.days(item, words), latest=latest)


def _move(move: Move, words: Wording, day: Day) -> str:
    old, new = (day(one) if one else "" for one in (move.old, move.new))
    text = words(f"told.{move.how}", day=day(move.at.date()), old=old, new=new)
    if move.late:
        text += words("told.late")
    return text + (words("told.why", why=move.why) if move.why else "")


def _confirm(item: Item, on: dt.date, words: Wording, day: Day) -> str:
    due = day(item.deadline) if item.deadline else words("none.deadline")
    return words("told.confirmed", day=day(on), deadline=due)


def period_json(period: Period) -> dict[str, Any]:
    """A period by the codes of the program; commitments by their references."""
    return {
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "reports": [
            {
                "ref": item.ref,
                "on": report.recorded_on.isoformat(),
                "value": None if report.value is None else plain(report.value),
                "as_of": report.as_of.isoformat(),
                "note": report.note,
                "corrected": report.corrected,
            }
            for item, report in period.reports
        ],
        "settled": [
            {
                "ref": item.ref,
                "on": _day(item.settled_on),
                "entered_on": _day(entered),
                "outcome": item.outcome,
            }
            for item, entered in period.settled
        ],
        "newly_overdue": [
            {"ref": item.ref, "deadline": _day(item.deadline)} for item in period.overdue
        ],
        "moved": [
            {
                "ref": item.ref,
                "on": _day(move.at.date()),
                "how": move.how,
                "old": _day(move.old),
                "new": _day(move.new),
                "late": move.late,
                "who": move.who,
                "why": move.why,
            }
            for item, move in period.moved
        ],
        "confirmed": [{"ref": item.ref, "on": day.isoformat()} for item, day in period.confirmed],
    }


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()

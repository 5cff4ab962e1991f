"""How the figure of a commitment came along, beside even progress: for the charts. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rich.text import Text

from tracker.reports.items import Item

_LEFT: Final = 9


@dataclass(frozen=True, slots=True)
class Course:
    """Figures by the day they speak of, the target and the day it is due.

    Attributes:
        points: day and figure, by days; of a day the last one counts.
        since: where even progress starts, or None where that is not known.
        start: the figure there.
        until: the deadline.
        target: what is to be reached by then.
        today: the day to look from.
    """

    points: tuple[tuple[dt.date, Decimal], ...]
    since: dt.date | None
    start: Decimal
    until: dt.date
    target: Decimal
    today: dt.date

    @property
    def first(self) -> dt.date:
        """The earliest day to be drawn."""
        days = [day for day, _ in self.points] + ([self.since] if self.since else [])
        return min(*days, self.until) if days else self.until

    @property
    def last(self) -> dt.date:
        """The latest day to be drawn."""
        return max(self.until, *(day for day, _ in self.points))

    def even(self, day: dt.date) -> Decimal | None:
        """What even progress would have brought by a day."""
        if self.since is None or self.since >= self.until:
            return None
        gone = min(max((day - self.since).days, 0), (self.until - self.since).days)
        return self.start + (self.target - self.start) * gone / (self.until - self.since).days


def course_of(item: Item, today: dt.date) -> Course | None:
    """The course of a commitment; None where there is no target, no day or no figure yet."""
    if item.value is None or item.deadline is None:
        return None
    by_day = {
        report.as_of: report.value
        for report in item.reports
        if report.value is not None and not report.corrected
    }
    if not by_day:
        return None
    even = item.standing.even
    since = even.since if even else None
    start = item.value - even.step if even else Decimal(0)
    return Course(tuple(sorted(by_day.items())), since, start, item.deadline, item.value, today)


def drawn(course: Course, width: int, height: int) -> Text:
    """The course in characters: ● figures, · even progress, ┄ the target, │ its day, ┊ today.

    Args:
        course: of `course_of`.
        width: in cells, at least 30.
        height: in lines, at least 5; the last one holds the days.
    """
    columns, rows = max(width - _LEFT - 1, 10), max(height - 1, 3)
    low = min(course.start, *(value for _, value in course.points))
    high = max(course.target, *(value for _, value in course.points))
    span = high - low or Decimal(1)
    days = max((course.last - course.first).days, 1)
    field = [[" "] * columns for _ in range(rows)]

    def column(day: dt.date) -> int:
        return round((day - course.first).days * (columns - 1) / days)

    def row(value: Decimal) -> int:
        return rows - 1 - round((value - low) * (rows - 1) / span)

    for at in range(columns):
        field[row(course.target)][at] = "┄"
    for day, sign in ((course.until, "│"), (course.today, "┊")):
        if course.first <= day <= course.last:
            for line in field:
                line[column(day)] = sign
    for at in range(columns):
        day = course.first + dt.timedelta(days=at * days // max(columns - 1, 1))
        expected = course.even(day)
        if (
            expected is not None
            and course.since is not None
            and course.since <= day <= course.until
        ):
            field[row(expected)][at] = "·"
    for day, value in course.points:
        field[row(value)][column(day)] = "●"
    labels = {
        rows - 1: f"{low.normalize():f}",
        row(course.target): f"{course.target.normalize():f}",
    }
    lines = Text(no_wrap=True)
    for at, cells in enumerate(field):
        lines.append(f"{labels.get(at, '')[: _LEFT - 1]:>{_LEFT - 1}} ", "dim")
        for cell in cells:
            lines.append(
                cell, {"●": "bold green", "·": "yellow", "┄": "dim", "┊": "dim"}.get(cell, "")
            )
        lines.append("\n")
    first, last = course.first.isoformat(), course.last.isoformat()
    lines.append(" " * _LEFT + first + last.rjust(max(columns - len(first), len(last) + 1)), "dim")
    return lines

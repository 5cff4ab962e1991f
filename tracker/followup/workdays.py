"""Working days of the Chinese calendar, with 调休 (weekends worked in exchange for holidays).

The table comes from the State Council's yearly notice by way of the package `chinesecalendar`;
data/holidays.toml and an office's own holidays.toml go before it and carry on where it ends. In
years that none of them knows, Saturdays and Sundays are taken to be the only days off, and
`missing_years` says so: callers warn, because a table that ran out is otherwise silent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache

import chinese_calendar

from tracker.holidays import Holidays
from tracker.settings import Settings

#: Answers whether a day is worked; what the ladder asks.
Workdays = Callable[[dt.date], bool]

_SATURDAY = 5
_OCTOBER = 10
_DAY = dt.timedelta(days=1)


@lru_cache(maxsize=8192)
def is_workday(day: dt.date) -> bool:
    """Whether offices work on this day by the package alone; by weekdays where it ends."""
    # Remembered, because the package walks its whole table for every question.
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < _SATURDAY


def workdays_of(settings: Settings) -> Workdays:
    """The working days of an office: its tables, then the package.

    Args:
        settings: the holidays are used.
    """
    holidays = settings.holidays
    if holidays == Holidays():
        return is_workday

    def worked(day: dt.date) -> bool:
        if day in holidays.off:
            return False
        return day in holidays.worked or is_workday(day)

    return worked


def next_workday(day: dt.date, workdays: Workdays = is_workday) -> dt.date:
    """The first working day that is not before `day`."""
    while not workdays(day):
        day += _DAY
    return day


def previous_workday(day: dt.date, workdays: Workdays = is_workday) -> dt.date:
    """The last working day that is not after `day`."""
    while not workdays(day):
        day -= _DAY
    return day


def missing_years(
    first: dt.date, last: dt.date, holidays: Holidays | None = None
) -> tuple[int, ...]:
    """The years between two days (both counted) whose holidays are unknown.

    Args:
        first: the earlier day.
        last: the later day.
        holidays: of the settings; None: the package alone.
    """
    known = holidays.years if holidays else frozenset()
    return tuple(
        year
        for year in range(first.year, last.year + 1)
        if year not in known and not _packaged(year)
    )


def wanted_until(today: dt.date) -> dt.date:
    """How far the holidays must be known: from October on to the end of the next year, as the
    notice for it comes out in autumn and the first rungs of its deadlines do too."""
    return dt.date(today.year + (today.month >= _OCTOBER), 12, 31)


def _packaged(year: int) -> bool:
    try:
        chinese_calendar.is_workday(dt.date(year, 1, 1))
    except NotImplementedError:
        return False
    return True

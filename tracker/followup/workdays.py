"""Working days of the Chinese calendar, with 调休 (weekends worked in exchange for holidays).

The table comes from the State Council's yearly notice by way of the package `chinesecalendar`.
Outside the years it holds, Saturdays and Sundays are taken to be the only days off, and
`missing_years` says so: callers warn, because a table that ran out is otherwise silent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache

import chinese_calendar

#: Answers whether a day is worked; what the ladder asks.
Workdays = Callable[[dt.date], bool]

_SATURDAY = 5
_DAY = dt.timedelta(days=1)


@lru_cache(maxsize=8192)
def is_workday(day: dt.date) -> bool:
    """Whether offices work on this day; by weekdays alone where the table has no such year."""
    # Remembered, because the package walks its whole table for every question.
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < _SATURDAY


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


def missing_years(first: dt.date, last: dt.date) -> tuple[int, ...]:
    """The years between two days (both counted) whose holidays are unknown.

    Args:
        first: the earlier day.
        last: the later day.
    """
    return tuple(year for year in range(first.year, last.year + 1) if not _known(year))


def _known(year: int) -> bool:
    try:
        chinese_calendar.is_workday(dt.date(year, 1, 1))
    except NotImplementedError:
        return False
    return True

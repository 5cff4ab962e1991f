"""Arithmetic of calendar periods: months, quarters, feasts, seasons, plans. No grammar here.

A period is a pair of days, first and last. The day of a feast follows the lunar calendar
(lunar_python) or, for 清明 and 冬至, the solar term. Words and fixed days come from
data/lexicon/times.toml.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from tracker.resources import load_lexicon

#: A stretch of days, first and last.
Period = tuple[date, date]

#: The lunar table and the solar-term formula are good for these years.
_LUNAR_YEARS: Final = range(1901, 2100)
#: Day of the solar term is int(D·y + C) − int(y / 4), y counted in the century; C by century.
_TERMS: Final = {
    "清明": (4, 5.59, 4.81),
    "秋分": (9, 23.822, 23.042),
    "冬至": (12, 22.60, 21.94),
}
_TERM_DAYS_PER_YEAR: Final = 0.2422


def month(year: int, number: int) -> Period:
    """The month `number` of `year`; numbers outside 1..12 run on into other years."""
    year, number = year + (number - 1) // 12, (number - 1) % 12 + 1
    return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])


def months(year: int, first: int, last: int) -> Period:
    """From the first day of one month to the last day of another."""
    return month(year, first)[0], month(year, last)[1]


def year(number: int) -> Period:
    """A calendar year."""
    return date(number, 1, 1), date(number, 12, 31)


def quarter(of_year: int, number: int) -> Period:
    """A calendar quarter."""
    return months(of_year, 3 * number - 2, 3 * number)


def clamp(of_year: int, of_month: int, day: int) -> date:
    """A day of a month, or the month's last day where it has no such day."""
    return date(of_year, of_month, min(day, calendar.monthrange(of_year, of_month)[1]))


def add_months(day: date, count: int) -> date:
    """The same day `count` months later; the month's last day where there is none such."""
    total = day.year * 12 + day.month - 1 + count
    return clamp(total // 12, total % 12 + 1, day.day)


def add_days(day: date, count: int) -> date:
    """The day `count` days later."""
    return day + timedelta(days=count)


def add_workdays(day: date, count: int) -> date:
    """The `count`-th working day after `day`, by the official calendar where it is known.

    Outside the years of the holiday table Saturdays and Sundays alone are free: nobody knows
    next year's 调休 before it is announced.
    """
    from chinese_calendar import is_workday

    while count > 0:
        day += timedelta(days=1)
        try:
            works = is_workday(day)
        except NotImplementedError:
            works = day.weekday() < 5
        count -= works
    return day


def named(words: str, of_year: int) -> Period:
    """A period of the lexicon ("MM-DD/MM-DD") in a year; it may end in the next."""
    first_text, _, last_text = words.partition("/")
    first, last = _fixed(first_text, of_year), _fixed(last_text or first_text, of_year)
    if last_text == "02-28":
        last = month(of_year, 2)[1]
    return (first, last) if last >= first else (first, _fixed(last_text, of_year + 1))


def _fixed(text: str, of_year: int) -> date:
    return date(of_year, int(text[:2]), int(text[3:]))


def plan(number: int) -> Period:
    """The five-year plan 十<number>五: 4 is “十四五”, 2021 to 2025."""
    last = int(words()["plans"]["eleventh_ends"]) + 5 * (number - 1)
    return date(last - 4, 1, 1), date(last, 12, 31)


@dataclass(frozen=True, slots=True)
class Feast:
    """A feast: its day in a year, and how long its public holiday lasts."""

    name: str
    day: str | None
    lunar: tuple[int, int] | None
    eve: bool
    term: str | None
    days: int
    mark: bool

    def on(self, of_year: int) -> date | None:
        """The feast's day in a year, None outside the tables."""
        if self.day is not None:
            return _fixed(self.day, of_year)
        if of_year not in _LUNAR_YEARS:
            return None
        if self.term is not None:
            return _solar_term(self.term, of_year)
        assert self.lunar is not None  # noqa: S101 - checked when the list is read
        # The eve of the lunar New Year closes the lunar year before: 2023年大年三十 is in 2024.
        lunar_year = of_year + 1 if self.eve else of_year
        day = _lunar_day(lunar_year, *self.lunar)
        return day - timedelta(days=1) if self.eve else day


@cache
def _lunar_day(lunar_year: int, lunar_month: int, lunar_day: int) -> date:
    from lunar_python import Lunar

    solar = Lunar.fromYmd(lunar_year, lunar_month, lunar_day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def _solar_term(name: str, of_year: int) -> date:
    in_month, old_century, new_century = _TERMS[name]
    constant = old_century if of_year < 2000 else new_century
    y = of_year % 100
    return date(of_year, in_month, int(y * _TERM_DAYS_PER_YEAR + constant) - y // 4)


@dataclass(frozen=True, slots=True)
class Season:
    """A season of work or school: its days in a year."""

    name: str
    period: str
    arguable: bool
    bare: bool

    def on(self, of_year: int) -> Period:
        """The season that begins in a year."""
        return named(self.period, of_year)


@cache
def words() -> dict[str, Any]:
    """data/lexicon/times.toml, read once."""
    return load_lexicon("times")


@cache
def feasts() -> dict[str, Feast]:
    """Every name of a feast."""
    return {
        name: Feast(
            name=name,
            day=entry.get("day"),
            lunar=tuple(entry.get("lunar") or entry.get("eve") or ()) or None,
            eve="eve" in entry,
            term=entry.get("term"),
            days=entry.get("days", 1),
            mark=entry.get("mark", False),
        )
        for entry in words()["feasts"]
        for name in entry["names"]
    }


@cache
def seasons() -> dict[str, Season]:
    """Every name of a season."""
    return {
        name: Season(name, entry["period"], entry.get("arguable", False), entry.get("bare", False))
        for entry in words()["seasons"]
        for name in entry["names"]
    }

"""Working days with 调休, and what happens where the table of holidays ends."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tracker.followup.workdays import (
    is_workday,
    missing_years,
    next_workday,
    previous_workday,
    wanted_until,
    workdays_of,
)
from tracker.holidays import Holidays
from tracker.settings import Settings


@pytest.mark.parametrize(
    ("day", "worked", "why"),
    [
        ("2023-12-29", True, "a Friday"),
        ("2023-12-30", False, "a Saturday"),
        ("2024-01-01", False, "New Year's Day"),
        ("2024-02-04", True, "a Sunday worked for the Spring Festival"),
        ("2024-02-12", False, "a Monday within the Spring Festival"),
        ("2024-02-18", True, "a Sunday worked for the Spring Festival"),
        ("2023-10-07", True, "a Saturday worked for the National Day"),
        ("1999-10-01", True, "before the table: a Friday, though a holiday"),
        ("2999-12-28", False, "after the table: a Saturday"),
        ("2999-12-30", True, "after the table: a Monday"),
    ],
)
def test_a_day_is_worked_by_the_calendar(day: str, worked: bool, why: str) -> None:
    assert is_workday(dt.date.fromisoformat(day)) is worked, why


@pytest.mark.parametrize(
    ("day", "previous", "following"),
    [
        ("2023-12-29", "2023-12-29", "2023-12-29"),
        ("2023-12-31", "2023-12-29", "2024-01-02"),
        ("2024-02-11", "2024-02-09", "2024-02-18"),
    ],
)
def test_the_working_day_around_a_day(day: str, previous: str, following: str) -> None:
    assert previous_workday(dt.date.fromisoformat(day)) == dt.date.fromisoformat(previous)
    assert next_workday(dt.date.fromisoformat(day)) == dt.date.fromisoformat(following)


def test_years_without_holidays_are_told() -> None:
    assert missing_years(dt.date(2023, 11, 20), dt.date(2024, 1, 5)) == ()
    assert missing_years(dt.date(2997, 12, 31), dt.date(2998, 1, 1)) == (2997, 2998)
    assert missing_years(dt.date(2003, 1, 1), dt.date(2004, 1, 1)) == (2003,)


def _settings(**holidays: object) -> Settings:
    days = {
        name: frozenset(dt.date.fromisoformat(str(day)) for day in given)  # type: ignore[attr-defined]
        for name, given in holidays.items()
        if name != "years"
    }
    years = frozenset(holidays.get("years", ()))  # type: ignore[call-overload]
    return Settings(Path("data"), "sqlite://", holidays=Holidays(years=years, **days))


@pytest.mark.parametrize(
    ("day", "worked", "why"),
    [
        ("2031-01-24", False, "a Friday that the table has off"),
        ("2031-01-18", True, "a Saturday that the table has worked"),
        ("2031-01-19", False, "a Sunday it does not speak of"),
        ("2031-01-20", True, "a Monday it does not speak of"),
        ("2024-04-11", False, "an office's own holiday in a year that the package knows"),
        ("2024-02-18", True, "a Sunday worked by the package"),
        ("2024-02-12", True, "a holiday of the package on which the office works"),
    ],
)
def test_tables_go_before_the_package(day: str, worked: bool, why: str) -> None:
    settings = _settings(
        off=("2031-01-24", "2024-04-11"), worked=("2031-01-18", "2024-02-12"), years=(2031,)
    )
    assert workdays_of(settings)(dt.date.fromisoformat(day)) is worked, why


def test_without_tables_it_is_the_package() -> None:
    assert workdays_of(_settings()) is is_workday


def test_a_year_with_its_notice_is_known() -> None:
    first, last = dt.date(2030, 12, 1), dt.date(2032, 1, 1)
    assert missing_years(first, last, Holidays()) == (2030, 2031, 2032)
    assert missing_years(first, last, Holidays(years=frozenset({2031}))) == (2030, 2032)


@pytest.mark.parametrize(
    ("today", "until"),
    [
        ("2023-01-01", "2023-12-31"),
        ("2023-09-30", "2023-12-31"),
        ("2023-10-01", "2024-12-31"),
        ("2023-12-31", "2024-12-31"),
    ],
)
def test_from_october_on_the_next_year_is_wanted(today: str, until: str) -> None:
    assert wanted_until(dt.date.fromisoformat(today)) == dt.date.fromisoformat(until)

"""Working days with 调休, and what happens where the table of holidays ends."""

from __future__ import annotations

import datetime as dt

import pytest

from tracker.followup.workdays import is_workday, missing_years, next_workday, previous_workday


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

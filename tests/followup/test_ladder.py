"""Which rung is owed: tables around the year's end, and properties over any days."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.office import YEAR_END
from tracker.followup.ladder import Rung, latest, owed, reach
from tracker.followup.status import Facts, Progress
from tracker.followup.workdays import is_workday
from tracker.settings import Ladder

LADDER = Ladder()
FIRMS = Facts(kind="measurable", value=Decimal(30), unit="户", mode="increase", comparator=">=",
              deadline=YEAR_END)  # fmt: skip


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def names(facts: Facts, today: str, ladder: Ladder = LADDER) -> list[tuple[str, str]]:
    return [(rung.name, rung.recipient) for rung in owed(facts, day(today), ladder)]


# The deadline, 31 December 2023, is a Sunday; 1 January is off.
@pytest.mark.parametrize(
    ("today", "expected", "why"),
    [
        ("2023-11-30", None, "the day before the first rung"),
        ("2023-12-01", "before-30", "its day, a Friday"),
        ("2023-12-04", "before-30", "still the latest; whether it was noticed is not asked here"),
        ("2023-12-21", "before-30", "the day before the next"),
        ("2023-12-22", "before-7", "24 December is a Sunday: the Friday before"),
        ("2023-12-28", "before-7", "the day before the next"),
        ("2023-12-29", "on-day", "before-1 and on-day both fall back to Friday: the later one"),
        ("2024-01-02", "on-day", "first working day of the year: nothing new passed"),
        ("2024-01-05", "on-day", "7 January is a Sunday: not yet"),
        ("2024-01-08", "after-7", "the Monday after"),
        ("2024-01-12", "after-7", "14 January is a Sunday: not yet"),
        ("2024-01-15", "after-14", "the Monday after"),
        ("2024-02-09", "after-35", "the last day before the Spring Festival"),
        ("2024-02-18", "after-49", "a worked Sunday: after-42 fell into the holiday, only the "
                                   "latest is owed"),
        ("2026-01-05", "after-735", "two years later, still one"),
    ],
)  # fmt: skip
def test_the_latest_rung_passed(today: str, expected: str | None, why: str) -> None:
    found = latest(YEAR_END, day(today), LADDER)
    assert (found.name if found else None) == expected, why


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2023-12-29", [("on-day", "owner")]),
        ("2024-01-08", [("after-7", "owner")]),
        ("2024-01-12", [("after-7", "owner")]),
        ("2024-01-15", [("after-14", "owner"), ("after-14", "supervisor")]),
        ("2024-01-22", [("after-21", "owner"), ("after-21", "supervisor")]),
    ],
)
def test_the_supervisor_is_told_from_the_fourteenth_day(
    today: str, expected: list[tuple[str, str]]
) -> None:
    assert names(FIRMS, today) == expected


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"outcome": "kept", "settled_on": day("2024-01-08")}, "settled"),
        ({"outcome": "dropped"}, "settled"),
        ({"review": "pending"}, "not confirmed"),
        ({"review": "rejected"}, "not tracked"),
        ({"deadline": None}, "undated"),
    ],
)
def test_nothing_is_owed(changes: dict[str, Any], why: str) -> None:
    assert names(FIRMS, "2024-01-15"), "else this test says nothing"
    assert names(replace(FIRMS, **changes), "2024-01-15") == [], why


@pytest.mark.parametrize("today", ["2023-12-24", "2023-12-31", "2024-01-01", "2024-02-12"])
def test_nothing_is_owed_on_a_day_off(today: str) -> None:
    assert names(FIRMS, today) == []


@pytest.mark.parametrize(
    ("answered_on", "expected", "why"),
    [
        ("2024-01-07", ["owner", "supervisor"], "before the rung's working day"),
        ("2024-01-15", ["supervisor"], "on the rung's day"),
        ("2024-01-16", ["supervisor"], "after it: the owner is not nagged"),
        ("2024-01-18", ["owner", "supervisor"], "later than today: not seen yet"),
    ],
)
def test_a_report_answers_the_rung(answered_on: str, expected: list[str], why: str) -> None:
    facts = replace(
        FIRMS,
        reports=(Progress(day("2023-12-31"), Decimal(22)),),
        answered_on=day(answered_on),
    )
    found = owed(facts, day("2024-01-17"), LADDER)
    assert [rung.recipient for rung in found] == expected, why


def test_the_owner_is_left_alone_once_the_target_is_reached() -> None:
    facts = replace(FIRMS, reports=(Progress(day("2023-11-30"), Decimal(31)),))
    assert names(facts, "2023-12-22") == []
    assert names(facts, "2024-01-08") == []
    assert names(facts, "2024-01-15") == [("after-14", "supervisor")], "it is to be closed"


def test_a_rung_carries_its_working_day() -> None:
    assert owed(FIRMS, day("2023-12-28"), LADDER) == [Rung("before-7", "owner", day("2023-12-22"))]


def test_a_ladder_of_ones_own() -> None:
    bare = Ladder(before=(), on_day=False, after_every=10, supervisor_after=10)
    assert names(FIRMS, "2024-01-09", bare) == []
    assert names(FIRMS, "2024-01-10", bare) == [("after-10", "owner"), ("after-10", "supervisor")]
    unsorted = Ladder(before=(1, 30, 7, 7))
    assert names(FIRMS, "2023-12-22", unsorted) == [("before-7", "owner")]


DAYS = st.dates(day("2022-01-01"), day("2026-12-31"))
LADDERS = st.builds(
    Ladder,
    before=st.lists(st.integers(1, 60), max_size=4).map(tuple),
    on_day=st.booleans(),
    after_every=st.integers(1, 40),
    supervisor_after=st.integers(1, 60),
)


@given(DAYS, DAYS, LADDERS)
def test_at_most_one_rung_a_recipient_and_only_on_working_days(
    deadline: dt.date, today: dt.date, ladder: Ladder
) -> None:
    found = owed(replace(FIRMS, deadline=deadline), today, ladder)
    assert len({rung.recipient for rung in found}) == len(found) <= 2
    assert len({rung.name for rung in found}) <= 1
    for rung in found:
        assert is_workday(today)
        assert is_workday(rung.day)
        assert rung.day <= today
        assert deadline <= reach(today, ladder), "the sweep's query would not see it"
        if rung.recipient == "supervisor":
            assert (today - deadline).days >= ladder.supervisor_after


@given(DAYS, LADDERS)
def test_day_by_day_no_rung_comes_twice_or_out_of_order(deadline: dt.date, ladder: Ladder) -> None:
    start = deadline - dt.timedelta(days=90)
    offsets: list[int] = []
    for count in range(150):
        passed = latest(deadline, start + dt.timedelta(days=count), ladder)
        if passed is not None and (not offsets or offsets[-1] != passed.offset):
            offsets.append(passed.offset)
    assert offsets == sorted(set(offsets))
    assert offsets[-1] >= 60 - 20 - ladder.after_every, "and it does not stop"

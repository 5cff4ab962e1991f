"""Which rung is owed to whom: tables around the year's end, and properties over any days."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.office import YEAR_END
from tracker.followup.ladder import (
    FELL_DUE,
    Since,
    coming,
    mark,
    marks,
    offset_of,
    owed,
    passed,
    reach,
    rung_name,
)
from tracker.followup.status import Facts, Progress
from tracker.followup.workdays import is_workday
from tracker.ladders import LADDER, Step

FIRMS = Facts(kind="measurable", value=Decimal(30), unit="户", mode="increase", comparator=">=",
              deadline=YEAR_END)  # fmt: skip
Ladder = tuple[Step, ...]
#: Nobody is told by it what the deputies are told anyway.
LATER: Since = {FELL_DUE: dt.date.max}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def names(
    facts: Facts, today: str, ladder: Ladder = LADDER, light: str = "overdue", since: Since = LATER
) -> dict[str, str]:
    found = owed(facts, day(today), ladder, light, is_workday, since)
    assert len({rung.role for rung in found}) == len(found)
    return {rung.role: rung.name for rung in found}


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
    assert names(FIRMS, today).get("contact") == expected, why


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2023-12-29", {"contact": "on-day"}),
        ("2024-01-08", {"contact": "after-7"}),
        ("2024-01-12", {"contact": "after-7"}),
        ("2024-01-15", {"contact": "after-14", "supervisor": "after-14", "head": "after-14"}),
        ("2024-01-22", {"contact": "after-21", "supervisor": "after-21", "head": "after-14"}),
        ("2024-03-11", {"contact": "after-70", "supervisor": "after-70", "head": "after-70",
                        "parent": "after-70"}),
    ],
)  # fmt: skip
def test_who_is_told_when(today: str, expected: dict[str, str]) -> None:
    assert names(FIRMS, today) == expected


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"outcome": "kept", "settled_on": day("2024-01-08")}, "settled"),
        ({"outcome": "dropped"}, "settled"),
        ({"review": "pending"}, "not confirmed"),
        ({"review": "rejected"}, "not tracked"),
        ({"deadline": None}, "undated"),
        ({"waiting": True}, "a request waits: nobody is chased, the supervisor is asked for it"),
    ],
)
def test_nothing_is_owed(changes: dict[str, Any], why: str) -> None:
    assert names(FIRMS, "2024-01-15"), "else this test says nothing"
    assert names(replace(FIRMS, **changes), "2024-01-15") == {}, why


@pytest.mark.parametrize("today", ["2023-12-24", "2023-12-31", "2024-01-01", "2024-02-12"])
def test_nothing_is_owed_on_a_day_off(today: str) -> None:
    assert names(FIRMS, today) == {}


@pytest.mark.parametrize(
    ("answered_on", "expected", "why"),
    [
        ("2024-01-07", ["contact", "head", "supervisor"], "before the rung's working day"),
        ("2024-01-15", ["supervisor"], "on the rung's day"),
        ("2024-01-16", ["supervisor"], "after it: the unit is not nagged, nor its head"),
        ("2024-01-18", ["contact", "head", "supervisor"], "later than today: not seen yet"),
    ],
)
def test_a_report_answers_the_rung(answered_on: str, expected: list[str], why: str) -> None:
    facts = replace(
        FIRMS,
        reports=(Progress(day("2023-12-31"), Decimal(22)),),
        answered_on=day(answered_on),
    )
    assert sorted(names(facts, "2024-01-17")) == expected, why


def test_the_unit_is_left_alone_once_the_target_is_reached() -> None:
    facts = replace(FIRMS, reports=(Progress(day("2023-11-30"), Decimal(31)),))
    assert names(facts, "2023-12-22") == {}
    assert names(facts, "2024-01-08") == {}
    assert names(facts, "2024-01-15") == {"supervisor": "after-14"}, "it is to be closed"


@pytest.mark.parametrize(
    ("today", "told"),
    [("2023-12-29", False), ("2024-01-02", True), ("2024-05-06", True)],
)
def test_deputies_are_told_once_a_promise_fell_due_unkept(today: str, told: bool) -> None:
    since = {FELL_DUE: day("2024-01-02")}
    assert ("deputies" in names(FIRMS, today, since=since)) is told
    waits = replace(FIRMS, waiting=True)
    assert ("deputies" in names(waits, today, since=since)) is told, "nobody chases them"
    kept = replace(FIRMS, reports=(Progress(day("2023-11-30"), Decimal(31)),))
    assert "deputies" not in names(kept, today, since=since)
    assert "deputies" not in names(FIRMS, today, since={FELL_DUE: day("2024-01-03")})


def test_a_rung_carries_its_working_day_and_its_hour() -> None:
    ladder = (Step("提醒", days=(-7,), hour=14), Step("提醒", days=(-7,), hour=10))
    (rung,) = owed(FIRMS, day("2023-12-28"), ladder, "due_soon", is_workday, LATER)
    assert (rung.name, rung.day, rung.hour) == ("before-7", day("2023-12-22"), 10)


KINDS = (Step("量化", days=(-20,), kinds=("measurable",)), Step("其他", days=(-10,)))
LIGHTS = (Step("逾期", every=3, lights=("overdue",)), Step("延期", days=(1,), lights=("extended",)))
ENDS = (Step("止", every=10, last=20),)
BARE: Ladder = (Step("空", every=10),)


@pytest.mark.parametrize(
    ("ladder", "kind", "light", "today", "expected", "why"),
    [
        (KINDS, "measurable", "due_soon", "2023-12-12", "before-20", "its kind"),
        (KINDS, "milestone", "due_soon", "2023-12-12", None, "another kind"),
        (KINDS, "milestone", "due_soon", "2023-12-22", "before-10", "any kind"),
        (LIGHTS, "action", "overdue", "2024-01-03", "after-3", "its light"),
        (LIGHTS, "action", "extended", "2024-01-03", "after-1", "another light, another step"),
        (LIGHTS, "action", "due_soon", "2024-01-03", None, "no step of this light"),
        (ENDS, "action", "overdue", "2024-01-19", "after-10", "20 January is a Saturday"),
        (ENDS, "action", "overdue", "2024-03-29", "after-20", "and no more"),
        (BARE, "action", "overdue", "2024-01-09", None, "the day before the first"),
        (BARE, "action", "overdue", "2024-01-10", "after-10", "the first"),
        ((), "action", "overdue", "2024-01-10", None, "no ladder"),
        ((Step("序", days=(-1, -30, -7, -7)),), "action", "due_soon", "2023-12-22", "before-7",
         "in any order"),
    ],
)  # fmt: skip
def test_a_ladder_of_ones_own(
    ladder: Ladder, kind: str, light: str, today: str, expected: str | None, why: str
) -> None:
    facts = replace(FIRMS, kind=kind)
    assert names(facts, today, ladder, light).get("contact") == expected, why


WEEKLY = (Step("催办", days=(0,)), Step("催办", every=7))


@pytest.mark.parametrize(
    ("since", "expected", "why"),
    [
        ({}, "after-14", "from ever"),
        ({"7+7": "2024-01-15"}, "after-14", "the day it came"),
        ({"7+7": "2024-01-16"}, "on-day", "it came later: the older place still stands"),
        ({"7+7": "2024-01-16", "0": "2024-01-16"}, None, "all came later"),
    ],
)
def test_what_came_later_tells_nothing_of_the_past(
    since: dict[str, str], expected: str | None, why: str
) -> None:
    places = {
        mark("contact", "measurable", "overdue", place): day(first)
        for place, first in since.items()
    }
    found = names(FIRMS, "2024-01-17", WEEKLY, "overdue", LATER | places)  # type: ignore[operator]
    assert found.get("contact") == expected, why


def test_the_places_of_a_ladder() -> None:
    ladder = (Step("催办", days=(-7,), every=7, last=70, to=("contact", "head"),
                   kinds=("action",), lights=("overdue",)),)  # fmt: skip
    assert marks(ladder) == {
        "contact action overdue -7", "head action overdue -7",
        "contact action overdue 7+7-70", "head action overdue 7+7-70",
    }  # fmt: skip
    assert max(map(len, marks(LADDER))) <= 80, "the column holds no more"


@pytest.mark.parametrize(
    ("rung", "offset"),
    [("before-7", -7), ("on-day", 0), ("after-14", 14), ("kept-7", None), ("fell-due", None),
     ("reached", None), ("after-", None), ("after-x", None)],
)  # fmt: skip
def test_the_offset_of_a_rung(rung: str, offset: int | None) -> None:
    assert offset_of(rung) == offset
    if offset is not None:
        assert rung_name(offset) == rung


DAYS = st.dates(day("2022-01-01"), day("2026-12-31"))
STEPS = st.builds(
    Step,
    name=st.just("步"),
    days=st.lists(st.integers(-60, 60), max_size=3).map(tuple),
    every=st.integers(1, 40),
    first=st.integers(0, 60),
    last=st.sampled_from([0, 0, 60, 100]),
    to=st.sets(st.sampled_from(["contact", "head", "parent", "supervisor"]), min_size=1).map(tuple),
)
LADDERS = st.lists(STEPS, min_size=1, max_size=3).map(tuple)


@given(DAYS, DAYS, LADDERS)
def test_at_most_one_rung_a_role_and_only_on_working_days(
    deadline: dt.date, today: dt.date, ladder: Ladder
) -> None:
    found = owed(replace(FIRMS, deadline=deadline), today, ladder, "overdue", is_workday, LATER)
    assert len({rung.role for rung in found}) == len(found) <= 4
    for rung in found:
        assert is_workday(today)
        assert is_workday(rung.day)
        assert rung.day <= today
        assert offset_of(rung.name) == rung.offset
        assert deadline <= reach(today, ladder), "a round would pass it over"


@given(DAYS, LADDERS)
def test_day_by_day_no_rung_comes_twice_or_out_of_order(deadline: dt.date, ladder: Ladder) -> None:
    """And `coming` names the next day on which anything changes."""
    start = deadline - dt.timedelta(days=90)
    offsets: list[int] = []
    expected = start
    before: tuple[object, ...] = ()
    for count in range(200):
        today = start + dt.timedelta(days=count)
        found = passed(deadline, "measurable", "overdue", today, ladder)
        if found != before:
            assert today >= expected, "something fell before the day that was named"
        if today >= expected:
            expected = coming(deadline, "measurable", today, ladder) or dt.date.max
            assert expected > today
        before = found
        told = [rung.offset for rung in found if rung.role == ladder[0].to[0]]
        if told and (not offsets or offsets[-1] != told[0]):
            offsets += told
    assert offsets == sorted(set(offsets))


@pytest.mark.parametrize("deadline", [dt.date(1, 1, 1), dt.date(9999, 12, 31)])
def test_days_at_the_end_of_the_calendar_do_no_harm(deadline: dt.date) -> None:
    for today in (day("2024-01-15"), dt.date(9999, 12, 1)):
        passed(deadline, "action", "overdue", today, LADDER)
        coming(deadline, "action", today, LADDER)

"""Pace, even progress and what is missing: only of figures that were reported."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.followup.pace import Pace
from tracker.followup.status import Facts, Progress, light, marks, standing
from tracker.lights import Lights

MAY = dt.date(2023, 5, 15)
JUNE = dt.date(2023, 6, 30)
#: 2023年新增30户, promised in May.
FIRMS = Facts(
    kind="measurable", value=Decimal(30), unit="户", mode="increase", comparator=">=",
    deadline=dt.date(2023, 12, 31), original_deadline=dt.date(2023, 12, 31), promised_on=MAY,
    deadline_text="2023年", deadline_rule="year",
)  # fmt: skip
#: 2023年底达到65户, from 47 at the end of 2022.
LEVEL = replace(
    FIRMS, value=Decimal(65), mode="level", deadline_text="2023年底", deadline_rule="year-end",
    baseline_value=Decimal(47), baseline_unit="户", baseline_as_of=dt.date(2022, 12, 31),
)  # fmt: skip


def told(figure: str | None, facts: Facts = FIRMS, on: dt.date = JUNE, **changes: Any) -> Facts:
    reports = () if figure is None else (Progress(on, Decimal(figure)),)
    return replace(facts, reports=reports, **changes)


@pytest.mark.parametrize(
    ("facts", "today", "percent", "gained", "missing", "pace", "why"),
    [
        (told("12"), "2023-07-01", 40, None, "18", ("3", "month"), "18 in 183 days"),
        (told("12"), "2023-11-01", 40, None, "18", ("2.1", "week"), "18 in 60 days"),
        (told("12"), "2023-12-17", 40, None, "18", ("9", "week"), "14 days are two weeks"),
        (told("12"), "2023-12-18", 40, None, "18", None, "13 days: what is missing says it"),
        (told("12"), "2024-02-01", 40, None, "18", None, "the time is over"),
        (told("30"), "2023-07-01", 100, None, "0", None, "nothing is missing"),
        (told("31"), "2023-07-01", 103, None, "0", None, "more than promised"),
        (told(None), "2023-07-01", None, None, None, None, "no report: nothing is known"),
        (told("56", LEVEL), "2023-07-01", 86, 50, "9", ("1.5", "month"), "half of 18"),
        (told("40", LEVEL), "2023-07-01", 61, -39, "25", ("4.2", "month"), "below where it stood"),
        (told("56", LEVEL, baseline_unit="家"), "2023-07-01", 86, None, "9", ("1.5", "month"),
         "a baseline of something else"),
        (told("56", LEVEL, baseline_value=Decimal(70)), "2023-07-01", 86, None, "9",
         ("1.5", "month"), "a baseline above the target"),
        (told("1.5", LEVEL, value=Decimal(2), unit="万户", baseline_value=Decimal(10000)),
         "2023-07-01", 75, 50, "0.5", ("0.09", "month"), "万户 over 户"),
        (told("2", FIRMS, value=Decimal(3)), "2023-07-01", 66, None, "1", None, "a sixth of one a month"),
        (told("3.4", LEVEL, value=Decimal(3), comparator="<="), "2023-07-01", None, None, None,
         None, "at most: nothing to come"),
        (told("0", FIRMS, value=Decimal(0)), "2023-07-01", None, None, None, None, "a promise of none"),
        (told("12", deadline=None), "2023-07-01", 40, None, "18", None, "no deadline"),
        (told("12", outcome="broken", settled_on=JUNE), "2023-07-01", 40, None, "18", None, "settled"),
        (told("5", value=None, unit=None), "2023-07-01", None, None, None, None, "no target"),
    ],
)  # fmt: skip
def test_what_is_missing(
    facts: Facts,
    today: str,
    percent: int | None,
    gained: int | None,
    missing: str | None,
    pace: tuple[str, str] | None,
    why: str,
) -> None:
    found = standing(facts, dt.date.fromisoformat(today))
    assert (found.percent, found.gained) == (percent, gained), why
    assert found.missing == (None if missing is None else Decimal(missing)), why
    assert found.pace == (None if pace is None else Pace(Decimal(pace[0]), pace[1])), why  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "since", "by_today", "then", "ahead", "why"),
    [
        (told("12"), "2023-01-01", "18.9", "14.8", "-2.8", "the year began before the letter"),
        (told("16"), "2023-01-01", "18.9", "14.8", "1.2", "ahead on the day of the figure"),
        (told("12", deadline_text="2023年底前", deadline_rule="year-end"), "2023-05-15", "12.4", "6",
         "6.0", "only an end is named: from the letter on"),
        (told("12", deadline_text="到2023年"), "2023-05-15", "12.4", "6", "6.0", "到 names an end"),
        (told("12", deadline_text="2023年下半年", deadline_rule="half-year"), "2023-07-01", "7.9",
         "0", "12.0", "begun before its time"),
        (told("12", deadline=dt.date(2024, 6, 30)), "2023-01-01", "12.6", "9.9", "2.1",
         "extended: from the first period's beginning to the later day"),
        (told("12", promised_on=None, deadline_rule=None), None, None, None, None, "no beginning"),
        (told("12", deadline=None, original_deadline=None), None, None, None, None, "no end"),
        (told("12", promised_on=dt.date(2024, 1, 1), deadline_rule=None), None, None, None, None,
         "a beginning after the end"),
        (told("56", LEVEL), "2022-12-31", "58.3", "55.9", "0.1", "from the baseline's day"),
        (told("56", LEVEL, baseline_as_of=None), "2023-05-15", "54.4", "50.6", "5.4",
         "from the letter, where the baseline has no day"),
        (told("56", LEVEL, baseline_value=None), None, None, None, None,
         "a state begins at no known figure"),
        (told(None), None, None, None, None, "no report: nothing is expected"),
        (told("2", FIRMS, comparator="<="), None, None, None, None, "at most"),
    ],
)  # fmt: skip
def test_even_progress(
    facts: Facts,
    since: str | None,
    by_today: str | None,
    then: str | None,
    ahead: str | None,
    why: str,
) -> None:
    even = standing(facts, dt.date(2023, 8, 18)).even
    if since is None:
        assert even is None, why
        return
    assert even is not None, why
    assert str(even.since) == since, why
    assert (even.today, even.then, even.ahead) == (
        Decimal(by_today or ""), Decimal(then or ""), Decimal(ahead or ""),
    ), why  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "behind", "expected", "why"),
    [
        ("12", 0, "on_track", "off unless a place asks for it"),
        ("12", 9, "due_soon", "2.8 of 30 are more than 9 percent"),
        ("12", 10, "on_track", "and less than 10"),
        ("20", 1, "on_track", "ahead"),
        (None, 1, "on_track", "silence is not behind"),
        ("30", 1, "on_track", "reached"),
    ],
)
def test_a_figure_far_behind_may_light_due_soon(
    figure: str | None, behind: int, expected: str, why: str
) -> None:
    lights = Lights(due_soon=30, behind=behind)
    assert light(told(figure), dt.date(2023, 8, 18), lights) == expected, why


DAYS = st.dates(dt.date(2022, 6, 1), dt.date(2025, 6, 30))
NUMBERS = st.decimals(-50, 500, places=2)


@st.composite
def every_facts(draw: st.DrawFn) -> Facts:
    """Facts of every shape: any part may be missing."""

    def maybe(strategy: st.SearchStrategy[Any]) -> Any:
        return draw(st.none() | strategy)

    deadline = maybe(DAYS)
    return Facts(
        kind="measurable",
        value=maybe(st.decimals(0, 400, places=2)),
        unit="户",
        mode=draw(st.sampled_from([None, "increase", "level", "amount"])),
        comparator=draw(st.sampled_from([None, ">=", "<=", "=", "~"])),
        deadline=deadline,
        original_deadline=draw(st.sampled_from([None, deadline]) | DAYS),
        outcome=draw(st.sampled_from(["open", "kept", "kept_late", "partly_kept", "broken"])),
        settled_on=maybe(DAYS),
        reports=tuple(
            Progress(day, maybe(NUMBERS), "开工")
            for day in sorted(draw(st.lists(DAYS, max_size=3)))
        ),
        baseline_value=maybe(NUMBERS),
        baseline_unit=draw(st.sampled_from(["户", "万户", None])),
        baseline_as_of=maybe(DAYS),
        promised_on=maybe(DAYS),
        deadline_text=draw(st.sampled_from([None, "2023年", "2023年底"])),
        deadline_rule=draw(st.sampled_from([None, "year", "bare-year", "quarter", "month"])),
    )


@given(every_facts(), DAYS)
def test_nothing_is_said_without_a_figure_and_nothing_below_zero(
    facts: Facts, today: dt.date
) -> None:
    found = standing(facts, today)
    numbers = (found.percent, found.gained, found.missing, found.pace, found.even, found.met)
    if found.figure is None:
        assert not [number for number in numbers if number is not None]
    if facts.comparator == "<=":
        assert not [number for number in numbers[:5] if number is not None]
    assert found.days_overdue >= 0
    assert found.slipped >= 0
    assert found.missing is None or found.missing >= 0
    assert found.pace is None or (found.pace.value > 0 and (found.days_left or 0) > 0)
    if found.pace is not None and found.missing is not None and found.days_left is not None:
        days = Decimal("30.4375") if found.pace.per == "month" else Decimal(7)
        # With that pace the target is reached by the deadline.
        assert found.pace.value * found.days_left / days >= found.missing - Decimal("1e-9")
    if found.met and found.missing is not None:
        assert found.missing == 0
    assert (
        "late" not in marks(facts, today, "none", standing(facts, today))
        or facts.deadline is not None
    )


@given(every_facts(), DAYS, NUMBERS, NUMBERS)
def test_a_greater_figure_is_never_less_progress(
    facts: Facts, today: dt.date, one: Decimal, other: Decimal
) -> None:
    less, more = (
        standing(replace(facts, reports=(Progress(today, figure),)), today)
        for figure in sorted((one, other))
    )
    for before, after in ((less.percent, more.percent), (less.gained, more.gained)):
        assert (before is None) == (after is None)
        assert before is None or after is None or before <= after
    assert (less.missing is None) == (more.missing is None)
    assert less.missing is None or more.missing is None or less.missing >= more.missing
    if less.even is not None and more.even is not None:
        assert less.even.ahead <= more.even.ahead
        assert less.even.then == more.even.then


@given(every_facts(), DAYS, DAYS)
def test_what_is_expected_grows_with_time_up_to_the_target(
    facts: Facts, one: dt.date, other: dt.date
) -> None:
    first, last = sorted((one, other))
    facts = replace(facts, outcome="open", reports=(Progress(first, Decimal(1)),))
    before, after = standing(facts, first).even, standing(facts, last).even
    if before is not None and after is not None and facts.value is not None:
        assert before.today <= after.today <= facts.value + Decimal("0.05")
        assert before.then == after.then == before.today

"""Which outcome the figures speak for, and what is odd about a figure; nothing is set by either."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.followup.doubts import doubts
from tracker.followup.proposals import proposal
from tracker.followup.reached import counting
from tracker.followup.status import Facts, Progress

DUE = dt.date(2023, 12, 31)
TODAY = dt.date(2024, 2, 1)
FACTS = Facts(
    kind="measurable", value=Decimal(30), unit="户", mode="increase", comparator=">=",
    deadline=DUE, original_deadline=DUE,
)  # fmt: skip
#: "MM-DD figure" of 2023, or with a year.
Told = tuple[tuple[str, int], ...]


def facts(*told: tuple[str, int], **changes: Any) -> Facts:
    """A promise of 30 more firms, with reports."""
    doubted = changes.pop("doubted", 0)  # so many of them
    reports = tuple(
        Progress(dt.date.fromisoformat(day), Decimal(value), doubted=place < doubted)
        for place, (day, value) in enumerate(told)
    )
    return replace(FACTS, reports=reports, **changes)


CASES: list[tuple[Told, dict[str, Any], tuple[str, str] | None, str]] = [
    ((), {}, None, "nothing is reported"),
    ((("2023-09-30", 29),), {}, None, "one is missing"),
    ((("2023-09-30", 30),), {}, ("kept", "2023-09-30"), "reached"),
    ((("2023-12-31", 31),), {}, ("kept", "2023-12-31"), "on the last day"),
    ((("2024-01-01", 31),), {}, ("kept_late", "2024-01-01"), "a day late"),
    ((("2023-11-30", 30), ("2023-12-31", 32)), {}, ("kept", "2023-11-30"), "the first that reached"),
    ((("2023-12-01", 30), ("2023-12-31", 29)), {}, None, "fallen again"),
    (
        (("2023-10-01", 30), ("2023-11-01", 29), ("2024-01-15", 30)),
        {},
        ("kept_late", "2024-01-15"),
        "held only at last",
    ),
    ((("2023-12-31", 31), ("2023-12-31", 29)), {}, None, "corrected on the same day"),
    ((("2023-12-31", 29), ("2023-12-31", 31)), {}, ("kept", "2023-12-31"), "corrected upwards"),
    ((("2024-02-02", 31),), {}, None, "of a later day"),
    ((("2023-12-31", 31),), {"outcome": "kept", "settled_on": DUE}, None, "settled already"),
    ((("2023-12-31", 31),), {"review": "pending"}, None, "not followed"),
    ((("2023-12-31", 31),), {"comparator": "~"}, ("kept", "2023-12-31"), "about 30 is 31"),
    ((("2023-12-31", 29),), {"comparator": "~"}, None, "whether 29 is about 30 a person says"),
    ((("2023-12-31", 29),), {"comparator": "<="}, ("kept", "2023-12-31"), "not exceeded"),
    ((("2023-12-30", 29),), {"comparator": "<="}, None, "it may be exceeded tomorrow"),
    ((("2024-01-20", 29),), {"comparator": "<="}, ("kept", "2023-12-31"), "told later"),
    ((("2023-12-31", 31),), {"comparator": "<="}, None, "exceeded"),
    ((("2023-12-01", 30),), {"doubted": 1}, None, "a deputy was not satisfied since"),
    ((("2023-12-01", 30), ("2024-01-20", 30)), {"doubted": 1}, ("kept_late", "2024-01-20"),
     "the report after a deputy's word counts, the one before it does not"),
    ((("2030-01-01", 31),), {"deadline": None}, None, "of a later day, undated"),
    ((("2024-01-20", 31),), {"deadline": None}, ("kept", "2024-01-20"), "no day to miss"),
    ((("2024-01-20", 31),), {"deadline": dt.date(2024, 3, 31)}, ("kept", "2024-01-20"), "extended"),
    ((("2023-12-31", 31),), {"value": None, "unit": None}, None, "no target"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "changes", "expected", "why"), CASES)
def test_the_outcome_to_propose(
    told: Told, changes: dict[str, Any], expected: tuple[str, str] | None, why: str
) -> None:
    found = proposal(facts(*told, **changes), TODAY)
    assert (found and (found.outcome, found.on.isoformat())) == expected, why


@given(
    st.lists(st.tuples(st.dates(dt.date(2023, 1, 1), dt.date(2024, 3, 1)), st.integers(0, 40))),
    st.sampled_from([">=", "<=", "=", "~"]),
)
def test_a_proposal_is_never_of_a_day_to_come_and_holds_to_the_end(
    told: list[tuple[dt.date, int]], comparator: str
) -> None:
    reports = tuple(
        Progress(day, Decimal(value)) for day, value in sorted(told, key=lambda item: item[0])
    )
    case = replace(FACTS, reports=reports, comparator=comparator)
    found = proposal(case, TODAY)
    if found is None:
        return
    assert found.on <= TODAY
    assert (found.outcome == "kept") == (found.on <= DUE)
    since = [item for item in counting(case) if found.on <= item.as_of <= TODAY]
    if comparator != "<=":
        assert since
        assert all(item.value is not None and item.value >= 30 for item in since)


LEVEL = {"mode": "level", "value": Decimal(65), "baseline_unit": "户"}
DOUBTS: list[tuple[int, Told, dict[str, Any], list[str], str]] = [
    (12, (), {}, [], "an ordinary figure"),
    (12, (("2023-06-30", 10),), {}, [], "more than before"),
    (9, (("2023-06-30", 10),), {}, ["fewer"], "less than before: only a quarter's"),
    (9, (("2023-06-30", 12), ("2023-06-30", 8)), {}, [], "what counts of the day is 8"),
    (9, (("2023-10-31", 10),), {}, [], "of an earlier day than the last"),
    (132, (), {"baseline_value": Decimal(120), "baseline_unit": "户"}, ["level"], "the whole"),
    (31, (), {"baseline_value": Decimal(18), "baseline_unit": "户"}, [], "18 were last year's"),
    (25, (), {"baseline_value": Decimal(120), "baseline_unit": "户"}, [], "what was added"),
    (132, (), {"baseline_value": Decimal(120), "baseline_unit": "家"}, [], "of another measure"),
    (132, (), {}, [], "no baseline"),
    (12, (), LEVEL | {"baseline_value": Decimal(47)}, ["below_baseline"], "what was added"),
    (47, (), LEVEL | {"baseline_value": Decimal(47)}, [], "where it stood"),
    (52, (("2023-06-30", 55),), LEVEL | {"baseline_value": Decimal(47)}, [], "a level may fall"),
    (3, (), LEVEL | {"value": Decimal(3), "comparator": "<=", "baseline_value": Decimal(5)}, [],
     "a bound"),
    (120, (), {"value": Decimal(95), "unit": "%"}, ["over_all"], "more than all"),
    (100, (), {"value": Decimal(95), "unit": "%"}, [], "all of it"),
    (130, (), {"value": Decimal(120), "unit": "%"}, [], "more than all was promised"),
    (120, (), {"value": Decimal(95)}, [], "120 firms"),
    (3000, (), {"value": Decimal(300)}, ["far_above"], "a digit too many"),
    (2999, (), {"value": Decimal(300)}, [], "far above, and thinkable"),
    (5, (), {"value": Decimal(0)}, [], "none was the target"),
    (20, (), {"outcome": "kept", "settled_on": dt.date(2023, 9, 1)}, ["settled"], "settled"),
    (12, (), {"promised_on": dt.date(2023, 10, 1)}, ["before_letter"], "nothing was promised yet"),
    (12, (), {"promised_on": dt.date(2023, 9, 30)}, [], "on the letter's day"),
    (4, (), LEVEL | {"value": Decimal(3), "baseline_value": Decimal(5)}, [], "to be brought down"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "told", "changes", "reasons", "why"), DOUBTS)
def test_what_is_odd_about_a_figure(
    value: int, told: Told, changes: dict[str, Any], reasons: list[str], why: str
) -> None:
    found = doubts(facts(*told, **changes), Decimal(value), dt.date(2023, 9, 30))
    assert [doubt.reason for doubt in found] == reasons, why

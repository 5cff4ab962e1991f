"""Counts and shares, row by row: what is counted, what is left out, and of how many."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from tracker.reports.figures import (
    FEWEST_RANKED,
    Share,
    by_unit,
    by_urgency,
    count,
    due_next,
    once,
    overdue,
    silent,
)

TODAY = dt.date(2024, 6, 15)


@dataclass(frozen=True)
class Promise:
    """A commitment as far as counting sees it."""

    ref: str = "1-1"
    units: tuple[str, ...] = ("甲局",)
    kind: str = "measurable"
    outcome: str = "open"
    light: str = "on_track"
    deadline: dt.date | None = dt.date(2024, 12, 31)
    reported: bool = False
    no_progress: bool = False
    earlier: tuple[str, ...] = ()
    asked_late: bool = False

    @property
    def on_time(self) -> bool:
        return self.outcome == "kept" and not self.asked_late


def test_nothing_gives_zeros_and_no_rate() -> None:
    figures = count([])
    assert (figures.n, figures.open, figures.settled, figures.silent) == (0, 0, 0, 0)
    assert figures.reported == figures.kept == figures.on_time == Share(0, 0)
    assert figures.kept.percent is None


@pytest.mark.parametrize(
    ("k", "n", "percent"),
    [(0, 3, 0), (1, 3, 33), (2, 3, 67), (3, 3, 100), (1, 8, 13), (1, 200, 1), (0, 0, None)],
)
def test_percent_rounds_halves_up(k: int, n: int, percent: int | None) -> None:
    assert Share(k, n).percent == percent


@pytest.mark.parametrize(
    ("outcomes", "kept", "on_time", "why"),
    [
        (["kept"], (1, 1), (1, 1), "kept by the day"),
        (["kept_late"], (1, 1), (0, 1), "kept, but not on time"),
        (["partly_kept", "broken"], (0, 2), (0, 2), "judged and not kept"),
        (["dropped"], (0, 0), (0, 0), "off the books: neither kept nor unkept"),
        (["open"], (0, 0), (0, 0), "no outcome is no failure"),
        (["kept", "open", "dropped", "broken"], (1, 2), (1, 2), "only what was judged counts"),
    ],
)
def test_shares_count_only_what_was_judged(
    outcomes: list[str], kept: tuple[int, int], on_time: tuple[int, int], why: str
) -> None:
    figures = count(Promise(outcome=outcome, light="none") for outcome in outcomes)
    assert figures.kept == Share(*kept), why
    assert figures.on_time == Share(*on_time), why


def test_a_promise_without_a_deadline_is_not_on_time() -> None:
    """Vague promises must not make a unit look punctual."""
    figures = count([Promise(outcome="kept", deadline=None), Promise(outcome="broken")])
    assert figures.kept == Share(1, 2)
    assert figures.on_time == Share(0, 1)


def test_what_an_extension_asked_for_late_made_kept_is_not_on_time() -> None:
    figures = count([Promise(outcome="kept"), Promise(outcome="kept", asked_late=True)])
    assert figures.kept == Share(2, 2)
    assert figures.on_time == Share(1, 2)


def test_an_overdue_promise_without_outcome_is_not_judged() -> None:
    late = Promise(light="overdue", deadline=dt.date(2024, 1, 1))
    assert count([late]).on_time == Share(0, 0)
    assert count([late]).lights["overdue"] == 1


def test_lights_and_silence_count_open_commitments_only() -> None:
    figures = count(
        [
            Promise(light="overdue"),
            Promise(light="due_soon", reported=True),
            Promise(light="none", deadline=None, reported=True, no_progress=True),
            Promise(outcome="kept", light="none"),
        ]
    )
    assert figures.lights == {
        "overdue": 1, "due_soon": 1, "extended": 0, "on_track": 0, "none": 1
    }  # fmt: skip
    assert sum(figures.lights.values()) == figures.open == 3
    assert (figures.silent, figures.no_progress, figures.undated) == (1, 1, 1)
    assert figures.reported == Share(2, 3)


def test_no_report_and_no_progress_are_different_things() -> None:
    quiet, idle = Promise(), Promise(reported=True, no_progress=True)
    assert (count([quiet]).silent, count([quiet]).no_progress) == (1, 0)
    assert (count([idle]).silent, count([idle]).no_progress) == (0, 1)


def _settled(unit: str, kept: int, broken: int) -> list[Promise]:
    return [
        Promise(units=(unit,), outcome=outcome, light="none")
        for outcome, times in (("kept", kept), ("broken", broken))
        for _ in range(times)
    ]


def test_units_with_few_cases_have_no_rank() -> None:
    few, many = FEWEST_RANKED - 1, FEWEST_RANKED
    lines = by_unit(
        [*_settled("少", few, 0), *_settled("好", many, 0), *_settled("差", 1, many - 1)]
    )
    assert {line.unit: line.rank for line in lines} == {"少": None, "好": 1, "差": 2}
    assert {line.unit: line.figures.on_time.n for line in lines}["少"] == few


def test_equal_shares_share_a_rank_and_one_unit_alone_has_none() -> None:
    lines = by_unit([*_settled("甲", 3, 3), *_settled("乙", 4, 4), *_settled("丙", 0, 6)])
    assert {line.unit: line.rank for line in lines} == {"甲": 1, "乙": 1, "丙": 3}
    assert [line.rank for line in by_unit(_settled("甲", 6, 0))] == [None]


def test_a_joint_promise_counts_under_each_owner() -> None:
    lines = by_unit([Promise(units=("甲局", "乙局"))])
    assert [(line.unit, line.figures.n) for line in lines] == [("乙局", 1), ("甲局", 1)]


def test_units_stand_by_what_is_overdue_and_never_by_their_share() -> None:
    lines = by_unit(
        [
            *_settled("守时局", 9, 0),
            Promise(units=("逾期局",), light="overdue"),
            Promise(units=("临期局",), light="due_soon"),
        ]
    )
    assert [line.unit for line in lines] == ["逾期局", "临期局", "守时局"]


def test_what_falls_due_next_begins_today() -> None:
    days = {"1": -1, "2": 0, "3": 7, "4": 3}
    items = [
        Promise(ref=ref, deadline=TODAY + dt.timedelta(days=n), light="overdue" if n < 0 else "")
        for ref, n in days.items()
    ]
    items += [Promise(ref="5", deadline=None), Promise(ref="6", outcome="kept")]
    assert [item.ref for item in due_next(items, TODAY)] == ["2", "4", "3"]
    assert [item.ref for item in due_next(items, TODAY, 1)] == ["2"]
    assert [item.ref for item in overdue(items)] == ["1"]


def test_silent_and_urgent_order() -> None:
    items = [
        Promise(ref="4", outcome="kept", deadline=dt.date(2020, 1, 1)),
        Promise(ref="3", deadline=None),
        Promise(ref="2", deadline=dt.date(2024, 9, 1), reported=True),
        Promise(ref="1", deadline=dt.date(2024, 8, 1)),
    ]
    assert [item.ref for item in by_urgency(items)] == ["1", "2", "3", "4"]
    assert [item.ref for item in silent(items)] == ["1", "3"]


@pytest.mark.parametrize(
    ("outcomes", "counted", "why"),
    [
        ({"1-1": "open", "2-1": "open", "3-1": "open"}, ["1-1"], "one promise, made three times"),
        (
            {"1-1": "broken", "2-1": "open", "3-1": "open"},
            ["1-1", "2-1"],
            "an outcome counts itself",
        ),
        ({"1-1": "open", "2-1": "kept", "3-1": "open"}, ["1-1", "2-1"], "the first is still open"),
        ({"1-1": "kept", "2-1": "kept", "3-1": "kept"}, ["1-1", "2-1", "3-1"], "each was kept"),
        ({"2-1": "open", "3-1": "open"}, ["2-1"], "the first is not among these"),
    ],
)
def test_a_promise_made_again_counts_once(
    outcomes: dict[str, str], counted: list[str], why: str
) -> None:
    line = ["1-1", "2-1", "3-1"]
    items = [
        Promise(ref=ref, outcome=outcome, earlier=tuple(line[: line.index(ref)]))
        for ref, outcome in outcomes.items()
    ]
    assert [item.ref for item in once(items)] == counted, why
    assert [item.ref for item in once(items[::-1])] == counted[::-1], "in any order"

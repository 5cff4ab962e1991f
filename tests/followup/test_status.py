"""Light and standing as a pure function of facts and today."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.office import YEAR_END, morning
from tracker.followup.granted import Correction, Extension
from tracker.followup.status import (
    Facts,
    Progress,
    facts_of,
    is_open,
    light,
    marks,
    standing,
)
from tracker.lights import Lights
from tracker.store.tables import CommitmentRow, ProgressReportRow, RatingRow, RequestRow

LIGHTS = Lights(due_soon=30)
FIRMS = Facts(
    kind="measurable",
    value=Decimal(30),
    unit="户",
    mode="increase",
    comparator=">=",
    deadline=YEAR_END,
    original_deadline=YEAR_END,
)
NOVEMBER = dt.date(2023, 11, 30)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def reached(*figures: str, facts: Facts = FIRMS, **changes: Any) -> Facts:
    """Facts with these figures, a month apart, the last as of the end of November."""
    reports = tuple(
        Progress(NOVEMBER - dt.timedelta(days=30 * back), Decimal(figure))
        for back, figure in reversed(list(enumerate(reversed(figures))))
    )
    return replace(facts, reports=reports, **changes)


@pytest.mark.parametrize(
    ("today", "changes", "expected", "why"),
    [
        ("2023-11-30", {}, "on_track", "31 days are left"),
        ("2023-12-01", {}, "due_soon", "30 days are left"),
        ("2023-12-30", {}, "due_soon", "the day before"),
        ("2023-12-31", {}, "due_soon", "the day itself is still the owner's"),
        ("2024-01-01", {}, "overdue", "the day after"),
        ("2030-01-01", {}, "overdue", "years after"),
        ("2023-11-30", {"original_deadline": day("2023-06-30")}, "extended", "moved to later"),
        ("2023-12-01", {"original_deadline": day("2023-06-30")}, "due_soon", "time runs out all the same"),
        ("2024-01-01", {"original_deadline": day("2023-06-30")}, "overdue", "not even then"),
        ("2023-11-30", {"original_deadline": day("2024-06-30")}, "on_track", "moved to earlier"),
        ("2023-11-30", {"original_deadline": None}, "on_track", "no original on record"),
        ("2024-01-01", {"deadline": None}, "none", "no deadline"),
        ("2024-01-01", {"review": "rejected"}, "none", "not tracked"),
        ("2024-01-01", {"review": "pending"}, "overdue", "pending ones are shown to reviewers"),
        ("2024-01-05", {"outcome": "kept", "settled_on": day("2024-01-05")}, "none", "settled"),
        ("2024-01-04", {"outcome": "kept", "settled_on": day("2024-01-05")}, "overdue",
         "not yet settled, as seen on that day"),
        ("2024-01-04", {"outcome": "dropped"}, "none", "settled on a day unknown"),
    ],
)  # fmt: skip
def test_light(today: str, changes: dict[str, Any], expected: str, why: str) -> None:
    assert light(replace(FIRMS, **changes), day(today), LIGHTS) == expected, why


@pytest.mark.parametrize(
    ("figure", "changes", "percent", "met", "complete", "why"),
    [
        ("22", {}, 73, False, False, "increase: 22 of 30 were added"),
        ("29.9", {}, 99, False, False, "rounded down: not there is not 100"),
        ("30", {}, 100, True, True, "reached"),
        ("36", {}, 120, True, True, "more than promised"),
        ("-3", {}, -10, False, False, "a loss is told as a loss"),
        ("52", {"mode": "level", "value": Decimal(65)}, 80, False, False, "level: the state reached"),
        ("7.4", {"mode": "amount", "value": Decimal("12.6")}, 58, False, False, "amount: completed"),
        ("3.4", {"mode": "level", "comparator": "<=", "value": Decimal(3)}, None, False, False,
         "at most: no percentage"),
        ("2.9", {"mode": "level", "comparator": "<=", "value": Decimal(3)}, None, True, False,
         "at most: kept so far, but the period is not over"),
        ("2.9", {"mode": "level", "comparator": "<=", "value": Decimal(3), "deadline": NOVEMBER},
         None, True, True, "at most: kept to the end"),
        ("28", {"comparator": "~"}, 93, None, False, "about 30: a person says whether 28 is"),
        ("30", {"comparator": "~"}, 100, True, True, "about 30: 30 is"),
        ("0", {"comparator": "=", "value": Decimal(0), "mode": "level"}, None, True, False,
         "a promise of none"),
        ("5", {"value": None, "unit": None}, None, None, False, "no target"),
    ],
)  # fmt: skip
def test_what_was_reached(
    figure: str,
    changes: dict[str, Any],
    percent: int | None,
    met: bool | None,
    complete: bool,
    why: str,
) -> None:
    found = standing(reached(figure, **changes), day("2023-12-10"))
    assert (found.percent, found.met, found.complete) == (percent, met, complete), why
    assert (found.figure, found.figure_on) == (Decimal(figure), NOVEMBER)


@pytest.mark.parametrize(
    ("reports", "changes", "expected", "why"),
    [
        ((), {}, "no_report", "silence is not failure"),
        ((Progress(NOVEMBER, Decimal(22)),), {}, "reported", "a figure"),
        ((Progress(NOVEMBER, Decimal(0)),), {}, "no_progress", "a figure of nothing"),
        ((Progress(NOVEMBER, None, "正在评审"),), {}, "reported", "a text"),
        ((Progress(NOVEMBER, None, " 无进展 "),), {}, "no_progress", "a text that says so"),
        ((Progress(NOVEMBER, None, "上月无进展，本月已开工"),), {}, "reported", "a text that says more"),
        ((Progress(NOVEMBER, Decimal(47)),), {"mode": "level", "baseline_value": Decimal(47),
         "baseline_unit": "户", "value": Decimal(65)}, "no_progress", "still where it stood"),
        ((Progress(NOVEMBER, Decimal(47)),), {"mode": "level", "baseline_value": Decimal(47),
         "baseline_unit": "个", "value": Decimal(65)}, "reported", "a baseline of something else"),
        ((Progress(NOVEMBER, Decimal(0)),), {"mode": "level", "value": Decimal(65)}, "reported",
         "a level of nothing may be a fall: it is a figure"),
        ((Progress(day("2023-12-11"), Decimal(22)),), {}, "no_report", "speaks of a later day"),
    ],
)  # fmt: skip
def test_reported(
    reports: tuple[Progress, ...], changes: dict[str, Any], expected: str, why: str
) -> None:
    facts = replace(FIRMS, reports=reports, **changes)
    assert standing(facts, day("2023-12-10")).reported == expected, why


def test_no_report_has_no_figure_and_no_percentage() -> None:
    found = standing(FIRMS, NOVEMBER)
    assert (found.figure, found.figure_on, found.percent, found.met) == (None, None, None, None)
    assert found.reported_on is None
    assert not found.complete


def test_the_last_figure_stays_beside_a_later_text() -> None:
    facts = replace(
        FIRMS,
        reports=(Progress(day("2023-10-31"), Decimal(18)), Progress(NOVEMBER, None, "评审中")),
    )
    found = standing(facts, day("2023-12-01"))
    assert (found.figure, found.figure_on) == (Decimal(18), day("2023-10-31"))
    assert (found.note, found.reported_on) == ("评审中", NOVEMBER)


@pytest.mark.parametrize(
    ("today", "left", "overdue"),
    [("2023-12-30", 1, 0), ("2023-12-31", 0, 0), ("2024-01-01", -1, 1), ("2024-01-14", -14, 14)],
)
def test_days(today: str, left: int, overdue: int) -> None:
    found = standing(FIRMS, day(today))
    assert (found.days_left, found.days_overdue) == (left, overdue)


def test_a_settled_commitment_is_not_overdue() -> None:
    settled = replace(FIRMS, outcome="broken", settled_on=day("2024-01-10"))
    assert standing(settled, day("2024-02-01")).days_overdue == 0
    assert standing(settled, day("2024-01-09")).days_overdue == 9
    assert not is_open(settled, day("2024-01-10"))


def test_facts_of_a_row() -> None:
    row = CommitmentRow(
        kind="measurable", value=Decimal(30), unit="户", mode="increase", comparator=">=",
        deadline=YEAR_END, original_deadline=day("2023-06-30"), outcome="open", review="confirmed",
        baseline_value=Decimal(12), baseline_unit="户", baseline_as_of=day("2022-12-31"),
    )  # fmt: skip
    late = dt.datetime(2023, 12, 3, 16, 30, tzinfo=dt.UTC)  # half past midnight in Shanghai
    row.reports = [
        ProgressReportRow(id=2, as_of=NOVEMBER, value=Decimal(22), recorded_at=late),
        ProgressReportRow(id=1, as_of=day("2023-09-30"), value=Decimal(9), recorded_at=morning(NOVEMBER)),
    ]  # fmt: skip
    facts = facts_of(row, dt.timezone(dt.timedelta(hours=8)))
    assert [report.value for report in facts.reports] == [Decimal(9), Decimal(22)]
    assert facts.answered_on == day("2023-12-04"), "the day by the office's clock"
    assert facts_of(row, dt.UTC).answered_on == day("2023-12-03")
    assert (facts.baseline_value, facts.baseline_as_of) == (Decimal(12), day("2022-12-31"))
    assert standing(facts, day("2023-12-05")).extended


IN_TIME = Extension(day("2023-12-20"), YEAR_END, day("2024-03-31"))
TOO_LATE = Extension(day("2024-04-02"), day("2024-03-31"), day("2024-06-30"))


@pytest.mark.parametrize(
    ("today", "changes", "shown", "beside", "why"),
    [
        ("2024-01-10", {"extensions": (IN_TIME,), "deadline": day("2024-03-31")}, "extended", (),
         "asked in time: it costs nothing"),
        ("2024-04-10", {"extensions": (IN_TIME, TOO_LATE), "deadline": day("2024-06-30")},
         "extended", ("asked_late",), "已延期 · 逾期后申请"),
        ("2024-06-10", {"extensions": (IN_TIME, TOO_LATE), "deadline": day("2024-06-30")},
         "due_soon", ("extended", "asked_late"), "both are told beside 临期, too"),
        ("2024-07-10", {"extensions": (IN_TIME, TOO_LATE), "deadline": day("2024-06-30")},
         "overdue", ("extended", "asked_late"), "and beside 逾期"),
        ("2024-01-10", {"extensions": (Extension(YEAR_END, YEAR_END, day("2024-03-31")),),
                        "deadline": day("2024-03-31")}, "extended", (),
         "asked on the day: the day is still the owner's"),
        ("2024-01-10", {"waiting": True}, "overdue", ("waiting",), "asked late and not yet decided"),
        ("2024-01-10", {"waiting": True, "outcome": "broken", "settled_on": day("2024-01-05")},
         "none", (), "settled: nothing waits"),
        ("2024-01-10", {"look_back_since": day("2024-01-08")}, "overdue", ("look_back",), "回头看"),
        ("2023-12-10", {"reports": (Progress(NOVEMBER, Decimal(30)),)}, "due_soon", ("reached",),
         "reached: a person settles it"),
        ("2024-02-10", {"reports": (Progress(NOVEMBER, Decimal(30)),)}, "overdue", ("reached",),
         "reached in time and not settled yet"),
        ("2024-02-10", {"reports": (Progress(NOVEMBER, Decimal(20)),
                                    Progress(day("2024-02-01"), Decimal(30)))},
         "overdue", ("late",), "reached too late"),
        ("2024-02-10", {"reports": (Progress(NOVEMBER, Decimal(31)),
                                    Progress(day("2024-02-01"), Decimal(33)))},
         "overdue", ("reached",), "reached in time, a later figure tells of more"),
        ("2024-02-10", {"reports": (Progress(NOVEMBER, Decimal(30)),
                                    Progress(day("2023-12-15"), Decimal(28)),
                                    Progress(day("2024-02-01"), Decimal(30)))},
         "overdue", ("late",), "corrected downwards in between: reached too late"),
        ("2024-02-10", {"reports": (Progress(NOVEMBER, Decimal(30)),
                                    Progress(day("2024-01-05"), Decimal(3)),
                                    Progress(day("2024-01-05"), Decimal(30)))},
         "overdue", ("reached",), "mistyped and corrected the same day: reached in time"),
        ("2024-03-01", {"outcome": "kept_late", "settled_on": day("2024-02-10")}, "none", (),
         "逾期兑现 says it itself"),
        ("2024-03-01", {"outcome": "partly_kept", "settled_on": day("2024-02-10")}, "none", (),
         "a part: on which day it was there, nobody says"),
        ("2024-03-01", {"outcome": "broken", "settled_on": day("2024-02-10")}, "none", (),
         "nothing was delivered late"),
        ("2024-02-05", {"outcome": "kept_late", "settled_on": day("2024-02-10")}, "overdue", (),
         "not settled on that day"),
    ],
)  # fmt: skip
def test_what_stands_beside_the_light(
    today: str, changes: dict[str, Any], shown: str, beside: tuple[str, ...], why: str
) -> None:
    facts = replace(FIRMS, **changes)
    found = light(facts, day(today), LIGHTS)
    assert (found, marks(facts, day(today), found, standing(facts, day(today)))) == (
        shown,
        beside,
    ), why


def test_a_late_delivery_stays_late_after_settling() -> None:
    late = replace(FIRMS, outcome="kept_late", settled_on=day("2024-02-10"))
    assert standing(late, day("2030-01-01")).late
    assert not standing(replace(late, outcome="kept", settled_on=YEAR_END), day("2030-01-01")).late


@pytest.mark.parametrize(
    ("outcome", "on", "longer", "on_time", "why"),
    [
        ("kept", "2024-06-01", (IN_TIME,), True, "asked in time: it costs nothing"),
        ("kept", "2024-06-01", (IN_TIME, TOO_LATE), False, "asked for when it was overdue"),
        (
            "kept",
            "2024-03-31",
            (IN_TIME, TOO_LATE),
            True,
            "delivered before it was overdue after all",
        ),
        ("kept_late", "2024-07-01", (IN_TIME,), False, "late"),
        ("broken", "2024-07-01", (), False, "broken"),
        ("open", None, (), False, "no outcome yet"),
    ],
)
def test_kept_on_time(
    outcome: str, on: str | None, longer: tuple[Extension, ...], on_time: bool, why: str
) -> None:
    facts = replace(
        FIRMS, extensions=longer, deadline=day("2024-06-30"), outcome=outcome,
        settled_on=day(on) if on else None,
    )  # fmt: skip
    told = standing(facts, day("2024-08-01"))
    assert told.on_time is on_time, why
    if outcome != "open":
        found = ("asked_late",) if TOO_LATE in longer else ()
        assert marks(facts, day("2024-08-01"), "none", told) == found, "it stays after settling"


def test_every_deadline_stays_visible() -> None:
    facts = replace(FIRMS, extensions=(IN_TIME, TOO_LATE), deadline=day("2024-06-30"))
    found = standing(facts, day("2024-04-10"))
    assert [str(one) for one in found.deadlines] == ["2023-12-31", "2024-03-31", "2024-06-30"]
    assert (found.slipped, found.times_extended, found.asked_late) == (182, 2, True)
    plain = standing(FIRMS, day("2024-04-10"))
    assert (plain.deadlines, plain.slipped, plain.times_extended) == ((YEAR_END,), 0, 0)
    earlier = standing(replace(FIRMS, deadline=day("2023-10-31")), day("2023-10-01"))
    assert (earlier.slipped, earlier.extended) == (0, False)


def _request(asked: str, decided: str | None = None, **changes: Any) -> RequestRow:
    values: dict[str, Any] = {
        "id": 1, "kind": "extension", "reason": "汛期停工", "asked_by": "王敏", "deadline": YEAR_END,
        "asked_at": morning(day(asked)), "asked_on": day(asked),
        "state": "approved" if decided else "waiting",
        "decided_at": morning(day(decided)) if decided else None,
        "new_deadline": day("2024-06-30"), "granted": day("2024-03-31") if decided else None,
    }  # fmt: skip
    return RequestRow(**(values | changes))


@pytest.mark.parametrize(
    ("request_", "today", "waiting", "granted", "why"),
    [
        (_request("2023-12-20"), None, True, 0, "waits"),
        (_request("2023-12-20"), "2023-12-19", False, 0, "not asked yet"),
        (_request("2023-12-20", "2023-12-28"), None, False, 1, "granted"),
        (_request("2023-12-20", "2023-12-28"), "2023-12-27", True, 0, "not decided yet"),
        (_request("2023-12-20", "2023-12-28"), "2023-12-28", False, 1, "decided on the day"),
        (
            _request("2023-12-20", "2023-12-28", state="refused", granted=None),
            None,
            False,
            0,
            "refused",
        ),
        (
            _request("2023-12-20", "2023-12-28", state="refused"),
            "2023-12-27",
            True,
            0,
            "then it waited",
        ),
        (_request("2023-12-20", "2023-12-28", kind="drop"), None, False, 0, "no extension"),
        (_request("2023-12-20", "2023-12-28", state="lapsed"), "2023-12-29", False, 0, "withdrawn"),
    ],
)
def test_a_day_sees_only_requests_and_decisions_up_to_it(
    request_: RequestRow, today: str | None, waiting: bool, granted: int, why: str
) -> None:
    row = CommitmentRow(
        kind="measurable", deadline=day("2024-03-31"), outcome="open", review="confirmed"
    )
    facts = facts_of(row, dt.UTC, requests=[request_], today=day(today) if today else None)
    assert (facts.waiting, len(facts.extensions)) == (waiting, granted), why
    if granted:
        assert facts.extensions == (Extension(day("2023-12-20"), YEAR_END, day("2024-03-31")),)


def test_a_report_before_a_not_satisfied_is_doubted_until_the_deputy_says_otherwise() -> None:
    row = CommitmentRow(
        kind="measurable", value=Decimal(30), unit="户", deadline=YEAR_END, outcome="open",
        review="confirmed",
    )  # fmt: skip
    row.reports = [
        ProgressReportRow(id=1, as_of=NOVEMBER, value=Decimal(30), recorded_at=morning(NOVEMBER))
    ]

    def said(score: str, on: str, deputy: int = 1) -> RatingRow:
        return RatingRow(
            deputy_id=deputy, score=score, rated_on=day(on), recorded_at=morning(day(on))
        )

    row.ratings = [said("not", "2024-01-05"), said("satisfied", "2024-01-06", 2)]
    facts = facts_of(row, dt.UTC)
    told = standing(facts, day("2024-01-08"))
    assert (facts.answered_on, facts.unsatisfied_on) == (None, day("2024-01-05"))
    assert (told.figure, told.met, told.complete, told.doubted) == (Decimal(30), True, False, True)
    assert "doubted" in marks(facts, day("2024-01-08"), "overdue", told)
    assert standing(facts_of(row, dt.UTC, today=day("2024-01-04")), day("2024-01-04")).complete
    row.reports.append(
        ProgressReportRow(
            id=2, as_of=day("2024-01-09"), note="已拨付", recorded_at=morning(day("2024-01-09"))
        )
    )
    again = facts_of(row, dt.UTC)
    assert again.answered_on == day("2024-01-09")
    assert not standing(again, day("2024-01-10")).complete, "a text brings no figure back"
    row.ratings.append(said("satisfied", "2024-01-11"))
    assert standing(facts_of(row, dt.UTC), day("2024-01-12")).complete


def test_a_date_put_right_tells_which_it_was_and_hides_no_lateness() -> None:
    row = CommitmentRow(
        kind="measurable", deadline=day("2024-12-31"), original_deadline=day("2024-12-31"),
        outcome="open", review="confirmed",
    )  # fmt: skip
    wrong = {"kind": "wrong_date", "changes": {"deadline": "2024-12-31"}, "granted": None}
    asked = _request("2024-02-01", "2024-02-02", **wrong)
    facts = facts_of(row, dt.UTC, requests=[asked])
    late = Correction(day("2024-02-02"), YEAR_END, day("2024-12-31"), "汛期停工", late=True)
    assert facts.corrections == (late,)
    assert facts_of(row, dt.UTC, requests=[asked], today=day("2024-02-01")).corrections == ()
    told = standing(facts, day("2024-02-02"))
    assert (told.times_extended, told.slipped, told.deadlines) == (0, 0, (day("2024-12-31"),))
    assert marks(facts, day("2024-02-02"), "on_track", told) == ("corrected_late",)
    settled = replace(facts, outcome="kept", settled_on=day("2024-12-01"))
    assert "corrected_late" in marks(
        settled, day("2025-01-01"), "none", standing(settled, day("2025-01-01"))
    )
    in_time = facts_of(row, dt.UTC, requests=[_request("2023-12-31", "2024-01-04", **wrong)])
    assert not in_time.corrections[0].late


def test_a_date_put_right_after_an_extension_was_another_one_first() -> None:
    row = CommitmentRow(
        kind="measurable", deadline=day("2024-12-31"), original_deadline=day("2024-12-31"),
        outcome="open", review="confirmed",
    )  # fmt: skip
    longer = _request("2023-12-20", "2023-12-28")
    wrong = _request(
        "2024-01-10", "2024-01-11", id=2, kind="wrong_date", granted=None,
        deadline=day("2024-03-31"), changes={"deadline": "2024-12-31"},
    )  # fmt: skip
    again = _request(
        "2024-02-10", "2024-02-11", id=3, kind="wrong_date", granted=None,
        deadline=day("2024-12-31"), changes={"deadline": "none"},
    )  # fmt: skip
    facts = facts_of(row, dt.UTC, requests=[again, wrong, longer])
    assert [(one.read, one.right) for one in facts.corrections] == [
        (YEAR_END, day("2024-12-31")),
        (day("2024-12-31"), None),
    ]
    assert standing(facts, day("2024-02-12")).deadlines == (day("2024-12-31"),)


def test_a_day_before_the_look_back_does_not_see_it() -> None:
    row = CommitmentRow(kind="action", outcome="open", look_back_since=day("2024-05-06"))
    assert facts_of(row, dt.UTC, today=day("2024-05-05")).look_back_since is None
    assert facts_of(row, dt.UTC, today=day("2024-05-06")).look_back_since == day("2024-05-06")
    assert facts_of(row, dt.UTC).look_back_since == day("2024-05-06")


DAYS = st.dates(day("2023-01-01"), day("2025-12-31"))
FIGURES = st.decimals(-100, 1000, places=2)


@given(DAYS, DAYS, st.lists(st.tuples(DAYS, FIGURES), max_size=4))
def test_overdue_exactly_after_the_deadline(
    deadline: dt.date, today: dt.date, figures: list[tuple[dt.date, Decimal]]
) -> None:
    reports = tuple(Progress(*item) for item in sorted(figures, key=lambda item: item[0]))
    facts = replace(FIRMS, deadline=deadline, reports=reports)
    found = standing(facts, today)
    assert (light(facts, today, LIGHTS) == "overdue") is (today > deadline)
    assert (found.days_overdue > 0) is (today > deadline)
    assert (found.figure is None) is all(as_of > today for as_of, _ in figures)
    if found.percent is not None and found.percent >= 100:
        assert found.met

"""Where a commitment stands on a day: one pure function of facts and today.

Nothing here is stored. A commitment is overdue only on the day after its deadline: the last day
of the period promised still belongs to the owner. Figures are only those that were reported; a
commitment without a report is 未填报, never 0 %.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from tracker.followup import granted, pace
from tracker.followup.granted import Correction, Extension
from tracker.followup.pace import Even, Pace
from tracker.followup.rated import unsatisfied_at
from tracker.followup.reached import is_bound, is_final, met, since

if TYPE_CHECKING:
    from tracker.lights import Lights
    from tracker.store.tables import CommitmentRow, ProgressReportRow, RatingRow, RequestRow

#: 正常, 临期, 逾期, 已延期; "none" where there is nothing to light: settled, not tracked, undated.
Light = Literal["on_track", "due_soon", "overdue", "extended", "none"]

#: A sign beside the word, for readers who see no colour; the same in mails and reports. They are
#: characters of GB2312, so that a Chinese Windows console and a fax show them too.
LIGHT_SIGNS: dict[str, str] = {
    "overdue": "▲",
    "due_soon": "◆",
    "extended": "◇",
    "on_track": "●",
    "none": "○",
}

#: What stands beside a light or an outcome: 已延期 (beside 临期 or 逾期), 逾期后申请, 逾期后更正 (of a date
#: that was read wrongly), 逾期完成, 已达目标, 回头看, 待重新填报, 申请待批; 再次承诺 (the reports add it,
#: which know the chain of letters).
Mark = Literal[
    "extended", "asked_late", "corrected_late", "late", "reached", "look_back",
    "doubted", "waiting", "renewed",
]  # fmt: skip

#: 未填报, 已填报, 无进展.
Reported = Literal["no_report", "reported", "no_progress"]

#: A report without a figure that says there is nothing to report.
NO_PROGRESS_NOTES = frozenset({"无进展", "暂无进展", "尚无进展", "no progress"})


@dataclass(frozen=True, slots=True)
class Progress:
    """One report: a figure, a note or both, as of a day. `doubted`: a deputy has said since that he
    is not satisfied, so that it speaks for no outcome."""

    as_of: dt.date
    value: Decimal | None = None
    note: str | None = None
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a commitment and decides its status.

    `value`, `unit`, `mode` and `comparator` are the target's. `reports` stand in the order of
    their days. `answered_on` is the day the last report came in (not the day it speaks of) that is
    not doubted. `unsatisfied_on`: the day a deputy said last that he is not satisfied.
    `waiting`: a request of the unit's waits for a decision. `promised_on` is the letter's day.
    `extensions` and `corrections` stand in the order in which they were granted.
    """

    kind: str = "action"
    value: Decimal | None = None
    unit: str | None = None
    mode: str | None = None
    comparator: str | None = None
    deadline: dt.date | None = None
    original_deadline: dt.date | None = None
    outcome: str = "open"
    settled_on: dt.date | None = None
    review: str = "confirmed"
    reports: tuple[Progress, ...] = ()
    answered_on: dt.date | None = None
    waiting: bool = False
    baseline_value: Decimal | None = None
    baseline_unit: str | None = None
    baseline_as_of: dt.date | None = None
    promised_on: dt.date | None = None
    deadline_text: str | None = None
    deadline_rule: str | None = None
    extensions: tuple[Extension, ...] = ()
    corrections: tuple[Correction, ...] = ()
    look_back_since: dt.date | None = None
    unsatisfied_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Progress and time of a commitment on a day.

    Attributes:
        reported: 未填报, 已填报 or 无进展, by the last report.
        figure: the last figure reported, `figure_on` the day it speaks of.
        note: the note of the last report, `reported_on` the day it speaks of.
        percent: the figure as whole percent of the target, rounded down so that 29.9 of 30 is
            not 100; None without a figure, without a target, and for "at most" targets.
        met: whether the figure satisfies the target; None where that cannot be said.
        complete: met, and nothing the owner could still add ("at most" targets only once the
            period is over), and no deputy has said since that he is not satisfied.
        days_left: days until the deadline, 0 on the day, negative after it; None when undated.
        days_overdue: days since the deadline; 0 until the day after it, and when settled.
        extended: the deadline was moved to a later day than the original one.
        gained: of a level, whole percent of the way from its baseline to the target.
        missing: what the figure lacks of the target.
        pace: how fast that must come, where there is time enough left to say so.
        even: what even progress would have brought, and how the figure compares with it.
        deadlines: the original deadline and every later one, the last in force.
        slipped: days between the first and the last of them.
        times_extended: how often a supervisor granted a later day.
        asked_late: one of them was asked for when the deadline had passed.
        corrections: dates that had been read wrongly and were put right; no later day, and no
            extension.
        late: what was promised came after the deadline; stays so after settling.
        on_time: kept, and not first promised anew after a deadline had passed (逾期后申请): what was
            delivered after that deadline is none that was kept on time, whatever was granted.
        look_back: the day it was reopened for 回头看.
        doubted: a deputy was not satisfied after the last report: another one is waited for.
        waiting: a request waits for a decision.
    """

    reported: Reported
    figure: Decimal | None
    figure_on: dt.date | None
    note: str | None
    reported_on: dt.date | None
    percent: int | None
    met: bool | None
    complete: bool
    days_left: int | None
    days_overdue: int
    extended: bool
    gained: int | None
    missing: Decimal | None
    pace: Pace | None
    even: Even | None
    deadlines: tuple[dt.date, ...]
    slipped: int
    times_extended: int
    asked_late: bool
    corrections: tuple[Correction, ...]
    late: bool
    on_time: bool
    look_back: dt.date | None
    doubted: bool
    waiting: bool


def facts_of(
    row: CommitmentRow,
    zone: dt.tzinfo,
    reports: Iterable[ProgressReportRow] | None = None,
    *,
    requests: Iterable[RequestRow] | None = None,
    ratings: Iterable[RatingRow] | None = None,
    promised_on: dt.date | None = None,
    today: dt.date | None = None,
) -> Facts:
    """The facts of a row of the ledger, with its reports.

    Args:
        row: the commitment.
        zone: the office's zone, in which a moment becomes a day.
        reports: those that count; None means all of the row's own.
        requests: of the unit; None means all of the row's own.
        ratings: of deputies; None means all of the row's own.
        promised_on: the letter's day, where pace and even progress are asked for.
        today: requests made, decisions on them, ratings and reopenings after this day are not seen;
            None: all are.
    """
    reports = sorted(row.reports if reports is None else reports, key=_by_day)
    unsatisfied = unsatisfied_at(row.ratings if ratings is None else ratings, zone, today)
    doubted = [unsatisfied is not None and report.recorded_at <= unsatisfied for report in reports]
    arrivals = [
        _day_of(report.recorded_at, zone)
        for report, gone in zip(reports, doubted, strict=True)
        if not gone
    ]
    requests = row.requests if requests is None else requests
    seen = [one for one in requests if today is None or _day_of(one.asked_at, zone) <= today]
    decided = {
        one.id: one.decided_at is not None
        and (today is None or _day_of(one.decided_at, zone) <= today)
        for one in seen
    }
    back = row.look_back_since
    settled = [one for one in seen if decided[one.id]]
    return Facts(
        kind=row.kind,
        value=row.value,
        unit=row.unit,
        mode=row.mode,
        comparator=row.comparator,
        deadline=row.deadline,
        original_deadline=row.original_deadline,
        outcome=row.outcome,
        settled_on=row.settled_on,
        review=row.review,
        reports=tuple(
            Progress(item.as_of, item.value, item.note, gone)
            for item, gone in zip(reports, doubted, strict=True)
        ),
        answered_on=max(arrivals, default=None),
        waiting=any(
            one.state == "waiting" or (one.decided_at is not None and not decided[one.id])
            for one in seen
        ),
        baseline_value=row.baseline_value,
        baseline_unit=row.baseline_unit,
        baseline_as_of=row.baseline_as_of,
        promised_on=promised_on,
        deadline_text=row.deadline_text,
        deadline_rule=row.deadline_rule,
        extensions=granted.extensions(settled, zone),
        corrections=granted.corrections(settled, zone),
        look_back_since=back if back and (today is None or back <= today) else None,
        unsatisfied_on=None if unsatisfied is None else _day_of(unsatisfied, zone),
    )


def _day_of(moment: dt.datetime, zone: dt.tzinfo) -> dt.date:
    return moment.astimezone(zone).date()


def _by_day(report: ProgressReportRow) -> tuple[dt.date, int]:
    # A row that is not flushed yet has no id and is the newest.
    return report.as_of, report.id if report.id is not None else 2**62


def is_open(facts: Facts, today: dt.date) -> bool:
    """Whether the commitment was still without an outcome on that day."""
    if facts.outcome == "open":
        return True
    return facts.settled_on is not None and facts.settled_on > today


def light(facts: Facts, today: dt.date, lights: Lights) -> Light:
    """The light (亮灯) of a commitment.

    Overdue and due soon come before extended: an extension does not hide that time runs out. What
    else is to be told stands beside it (`marks`).

    Args:
        facts: the commitment.
        today: the day to look from.
        lights: thresholds.
    """
    untracked = facts.review in ("rejected", "superseded")
    if facts.deadline is None or untracked or not is_open(facts, today):
        return "none"
    left = (facts.deadline - today).days
    if left < 0:
        return "overdue"
    if left <= lights.due_soon or (lights.behind and _behind(facts, today, lights.behind)):
        return "due_soon"
    return "extended" if _extended(facts) else "on_track"


def _behind(facts: Facts, today: dt.date, most: int) -> bool:
    figured = _last_figure(facts, today)
    if figured is None or met(facts, figured.value):
        return False
    run = pace.even(facts, figured.value, figured.as_of, today)
    return run is not None and run.behind_percent > most


def marks(facts: Facts, today: dt.date, shown: Light, told: Standing) -> tuple[Mark, ...]:
    """What is to be told beside a light, or beside the outcome of a settled commitment.

    Args:
        facts: the commitment.
        today: the day to look from.
        shown: its light, as `light` gives it.
        told: how it stands, as `standing` gives it.
    """
    running = is_open(facts, today)
    every: tuple[tuple[Mark, bool], ...] = (
        ("extended", running and told.asked_late and told.extended and shown != "extended"),
        ("asked_late", told.asked_late),
        ("corrected_late", any(one.late for one in told.corrections)),
        ("late", told.late and running),  # 逾期兑现 says it itself
        ("reached", running and told.complete and not told.late),
        ("look_back", told.look_back is not None),
        ("doubted", told.doubted),
        ("waiting", told.waiting),
    )
    return tuple(mark for mark, holds in every if holds)


def standing(facts: Facts, today: dt.date) -> Standing:
    """What was reached and how much time is left, as seen on a day.

    Args:
        facts: the commitment.
        today: the day to look from; reports that speak of later days are not seen.
    """
    seen = [report for report in facts.reports if report.as_of <= today]
    last = seen[-1] if seen else None
    figured = _last_figure(facts, today)
    figure = figured.value if figured else None
    figure_on = figured.as_of if figured else None
    satisfied = met(facts, figure)
    final = figured is not None and is_final(facts, figured) and not figured.doubted
    complete = bool(satisfied) and final
    left = (facts.deadline - today).days if facts.deadline else None
    running = is_open(facts, today)
    rest = pace.missing(facts, figure)
    deadlines = _deadlines(facts)
    extended = _extended(facts)
    return Standing(
        reported=_reported(facts, last),
        figure=figure,
        figure_on=figure_on,
        note=last.note if last else None,
        reported_on=last.as_of if last else None,
        percent=pace.percent(facts, figure),
        met=satisfied,
        complete=complete,
        days_left=left,
        days_overdue=max(0, -left) if left is not None and running else 0,
        extended=extended,
        gained=pace.gained(facts, figure),
        missing=rest,
        pace=pace.pace(rest, left) if running else None,
        even=pace.even(facts, figure, figure_on, today) if running else None,
        deadlines=deadlines,
        slipped=(deadlines[-1] - deadlines[0]).days if extended else 0,
        times_extended=len(facts.extensions),
        asked_late=any(one.asked_late for one in facts.extensions),
        corrections=facts.corrections,
        late=_late(facts, today, running=running, complete=complete),
        on_time=not running
        and granted.kept_on_time(facts.outcome, facts.settled_on, facts.extensions),
        look_back=facts.look_back_since if running else None,
        doubted=running and last is not None and last.doubted,
        waiting=facts.waiting and running,
    )


def _last_figure(facts: Facts, today: dt.date) -> Progress | None:
    return next(
        (one for one in reversed(facts.reports) if one.value is not None and one.as_of <= today),
        None,
    )


def _deadlines(facts: Facts) -> tuple[dt.date, ...]:
    """Every deadline that was ever in force, each once where it follows itself."""
    every = [facts.original_deadline]
    put_right = facts.corrections[-1].on if facts.corrections else None
    for one in facts.extensions:
        if put_right is None or one.on is None or one.on > put_right:
            every += [one.before, one.granted]
    every.append(facts.deadline)
    days = [day for day in every if day is not None]
    return tuple(day for place, day in enumerate(days) if place == 0 or days[place - 1] != day)


def _late(facts: Facts, today: dt.date, *, running: bool, complete: bool) -> bool:
    """Whether what was promised came after the deadline: by the outcome, or, while there is none,
    by the first of the figures that have reached the target since."""
    if not running:
        return facts.outcome == "kept_late"
    if not complete or facts.deadline is None:
        return False
    first = since(facts, today)
    return first is not None and first.as_of > facts.deadline and not is_bound(facts)


def _extended(facts: Facts) -> bool:
    original = facts.original_deadline
    return facts.deadline is not None and original is not None and facts.deadline > original


def _reported(facts: Facts, last: Progress | None) -> Reported:
    """A level that still stands where it stood, or a count of nothing, is 无进展."""
    if last is None:
        return "no_report"
    if last.value is None:
        return "no_progress" if (last.note or "").strip() in NO_PROGRESS_NOTES else "reported"
    if facts.mode == "level":
        same_unit = facts.baseline_value is not None and facts.baseline_unit == facts.unit
        still = same_unit and last.value == facts.baseline_value and not met(facts, last.value)
        return "no_progress" if still else "reported"
    return "no_progress" if last.value <= 0 else "reported"

"""Where a commitment stands on a day: one pure function of facts and today.

Nothing here is stored. A commitment is overdue only on the day after its deadline: the last day
of the period promised still belongs to the owner. Figures are only those that were reported; a
commitment without a report is 未填报, never 0 %.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tracker.lights import Lights
    from tracker.store.tables import CommitmentRow, ProgressReportRow

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

#: 未填报, 已填报, 无进展.
Reported = Literal["no_report", "reported", "no_progress"]

#: A report without a figure that says there is nothing to report.
NO_PROGRESS_NOTES = frozenset({"无进展", "暂无进展", "尚无进展", "no progress"})


@dataclass(frozen=True, slots=True)
class Progress:
    """One report: a figure, a note or both, as of a day."""

    as_of: dt.date
    value: Decimal | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a commitment and decides its status.

    `value`, `unit`, `mode` and `comparator` are the target's. `reports` stand in the order of
    their days. `answered_on` is the day the last report came in (not the day it speaks of).
    `waiting`: a request of the unit's waits for a decision.
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
            period is over).
        days_left: days until the deadline, 0 on the day, negative after it; None when undated.
        days_overdue: days since the deadline; 0 until the day after it, and when settled.
        extended: the deadline was moved to a later day than the original one.
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


def facts_of(
    row: CommitmentRow, zone: dt.tzinfo, reports: Iterable[ProgressReportRow] | None = None
) -> Facts:
    """The facts of a row of the ledger, with its reports.

    Args:
        row: the commitment.
        zone: the office's zone, in which a report's moment becomes a day.
        reports: those that count; None means all of the row's own.
    """
    reports = sorted(row.reports if reports is None else reports, key=_by_day)
    arrivals = [report.recorded_at.astimezone(zone).date() for report in reports]
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
        reports=tuple(Progress(item.as_of, item.value, item.note) for item in reports),
        answered_on=max(arrivals, default=None),
        waiting=any(request.state == "waiting" for request in row.requests),
        baseline_value=row.baseline_value,
        baseline_unit=row.baseline_unit,
        baseline_as_of=row.baseline_as_of,
    )


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

    Overdue and due soon come before extended: an extension does not hide that time runs out.

    Args:
        facts: the commitment.
        today: the day to look from.
        lights: thresholds in days.
    """
    untracked = facts.review in ("rejected", "superseded")
    if facts.deadline is None or untracked or not is_open(facts, today):
        return "none"
    left = (facts.deadline - today).days
    if left < 0:
        return "overdue"
    if left <= lights.due_soon:
        return "due_soon"
    return "extended" if _extended(facts) else "on_track"


def standing(facts: Facts, today: dt.date) -> Standing:
    """What was reached and how much time is left, as seen on a day.

    Args:
        facts: the commitment.
        today: the day to look from; reports that speak of later days are not seen.
    """
    seen = [report for report in facts.reports if report.as_of <= today]
    last = seen[-1] if seen else None
    figured = next((report for report in reversed(seen) if report.value is not None), None)
    figure = figured.value if figured else None
    met = _met(facts, figure)
    left = (facts.deadline - today).days if facts.deadline else None
    return Standing(
        reported=_reported(facts, last),
        figure=figure,
        figure_on=figured.as_of if figured else None,
        note=last.note if last else None,
        reported_on=last.as_of if last else None,
        percent=_percent(facts, figure),
        met=met,
        complete=bool(met) and figured is not None and _final(facts, figured),
        days_left=left,
        days_overdue=max(0, -left) if left is not None and is_open(facts, today) else 0,
        extended=_extended(facts),
    )


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
        still = same_unit and last.value == facts.baseline_value and not _met(facts, last.value)
        return "no_progress" if still else "reported"
    return "no_progress" if last.value <= 0 else "reported"


def _percent(facts: Facts, figure: Decimal | None) -> int | None:
    """The same division in every mode; the mode says what the figure counts.

    increase: what was added in the period. level: the state reached. amount: what is completed.
    """
    if figure is None or not facts.value or facts.comparator == "<=":
        return None
    return int((figure / facts.value * 100).to_integral_value(rounding=ROUND_FLOOR))


def _met(facts: Facts, figure: Decimal | None) -> bool | None:
    if figure is None or facts.value is None:
        return None
    # Whether "about 30" covers 29 is for a person to say; reaching the number is beyond doubt.
    if facts.comparator == "~" and figure < facts.value:
        return None
    at_most = facts.comparator == "<=" or facts.value == 0
    return figure <= facts.value if at_most else figure >= facts.value


def _final(facts: Facts, figured: Progress) -> bool:
    """A bound not to be exceeded is kept only once the period is over."""
    at_most = facts.comparator == "<=" or facts.value == 0
    return not at_most or (facts.deadline is not None and figured.as_of >= facts.deadline)

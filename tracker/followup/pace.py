"""How far a figure has come, how fast the rest must come, and what even progress would have brought.

All of it rests on a figure that was reported; without one there is nothing to say. What the figure
counts depends on the mode: what was added within the promised period (increase), the state reached
(level), the quantity completed (amount). A bound not to be exceeded is not approached step by step:
it has none of this.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final, Literal

from tracker.commitments.magnitudes import base

if TYPE_CHECKING:
    from tracker.followup.status import Facts

#: From so many days on the rest is told per month, from so many on per week; with less time left
#: the rest itself says it.
_MONTHS_FROM: Final = 61
_WEEKS_FROM: Final = 14
_MONTH: Final = Decimal("30.4375")  # days, over four years
#: Words that make a period's name its last day alone: 到2023年, 2023年底前 begin at no New Year.
_ONLY_THE_END: Final = frozenset("到至前底末止")


@dataclass(frozen=True, slots=True)
class Pace:
    """What is missing, per month or week until the deadline, in the unit of the target."""

    value: Decimal
    per: Literal["month", "week"]


@dataclass(frozen=True, slots=True)
class Even:
    """Even progress from the start of the period to the deadline.

    Attributes:
        since: the day it starts from.
        today: what it would have brought by today, in the unit of the target.
        then: what it would have brought by the day of the figure.
        ahead: the figure less `then`; negative where it is behind.
        step: all that is to come between start and deadline.
    """

    since: dt.date
    today: Decimal
    then: Decimal
    ahead: Decimal
    step: Decimal

    @property
    def behind_percent(self) -> Decimal:
        """How far the figure is behind, in percent of the step; negative where it is ahead."""
        return -self.ahead / self.step * 100


def percent(facts: Facts, figure: Decimal | None) -> int | None:
    """The figure in whole percent of the target, rounded down."""
    if figure is None or not facts.value or facts.comparator == "<=":
        return None
    return _whole(figure / facts.value)


def gained(facts: Facts, figure: Decimal | None) -> int | None:
    """Of a level: how much of the way from the baseline to the target is gone, in whole percent.

    None where no baseline of the same unit is known, or it lies above the target already.
    """
    start = _level_start(facts)
    if figure is None or start is None or facts.value is None:
        return None
    return _whole((figure - start) / (facts.value - start))


def missing(facts: Facts, figure: Decimal | None) -> Decimal | None:
    """What the figure lacks of the target, 0 where it lacks nothing."""
    if figure is None or not facts.value or facts.comparator == "<=":
        return None
    return max(facts.value - figure, Decimal(0))


def pace(rest: Decimal | None, days_left: int | None) -> Pace | None:
    """How fast the rest must come.

    Args:
        rest: as `missing` gives it.
        days_left: until the deadline, from today.
    """
    if not rest or days_left is None or days_left < _WEEKS_FROM:
        return None
    monthly = days_left >= _MONTHS_FROM
    periods = days_left / (_MONTH if monthly else Decimal(7))
    # Rounded up: with less than that the target is missed.
    value = (rest / periods).quantize(_step_of(rest), ROUND_CEILING)
    if value < 1 and rest == rest.to_integral_value():  # half a school a month says nothing
        return None
    return Pace(value, "month" if monthly else "week")


def even(
    facts: Facts, figure: Decimal | None, figure_on: dt.date | None, today: dt.date
) -> Even | None:
    """What even progress would have brought; None where its start or end is not known.

    Args:
        facts: the commitment.
        figure: the last one reported, `figure_on` the day it speaks of.
        today: the day to look from.
    """
    if figure is None or figure_on is None or not facts.value or facts.comparator == "<=":
        return None
    start = Decimal(0)
    if facts.mode == "level":
        level = _level_start(facts)
        if level is None:  # a state begins at no known figure
            return None
        start = level
    since, until = begins(facts), facts.deadline
    step = facts.value - start
    if since is None or until is None or since >= until or step <= 0:
        return None
    places = _step_of(step)

    def by(day: dt.date) -> Decimal:
        gone = min(max((day - since).days, 0), (until - since).days)
        exact = start + step * gone / (until - since).days
        return exact.quantize(places, ROUND_HALF_UP)

    then = by(figure_on)
    return Even(since, by(today), then, figure - then, step)


def begins(facts: Facts) -> dt.date | None:
    """The day from which progress counts: of a level its baseline's, else the first day of the
    period that is promised (2023年, 三季度), else the letter's.
    """
    if facts.mode == "level":
        known = facts.baseline_as_of if _level_start(facts) is not None else None
        return known or facts.promised_on
    end, text = facts.original_deadline or facts.deadline, facts.deadline_text or ""
    if end is None or _ONLY_THE_END & set(text):
        return facts.promised_on
    months = _MONTHS.get((facts.deadline_rule or "").removeprefix("bare-"))
    if months is None or end.month % months:
        return facts.promised_on
    return dt.date(end.year, end.month - months + 1, 1)


#: Rules of the time grammar that name a whole period → its months.
_MONTHS: Final = {"year": 12, "short-year": 12, "half-year": 6, "quarter": 3, "month": 1}


def _level_start(facts: Facts) -> Decimal | None:
    """The baseline of a level in the unit of the target, where it is one to rise from."""
    value, from_value = facts.value, facts.baseline_value
    if facts.mode != "level" or value is None or from_value is None or facts.comparator == "<=":
        return None
    target, unit = base(value, facts.unit or "")
    start, start_unit = base(from_value, facts.baseline_unit or "")
    if unit != start_unit or start >= target or not value:
        return None
    return start * value / target


def _whole(part: Decimal) -> int:
    """Whole percent, rounded down, so that 29.9 of 30 is not 100."""
    return int((part * 100).to_integral_value(rounding=ROUND_FLOOR))


def _step_of(size: Decimal) -> Decimal:
    """To how many places figures of that size are told: 18.4, 0.25; what is counted has one."""
    counted = size == size.to_integral_value()
    return Decimal("0.1") if counted or size >= 10 else Decimal("0.01")

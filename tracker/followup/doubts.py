"""What is odd about a figure that is reported: told to whoever reports it, never refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from tracker.followup.reached import counting
from tracker.followup.status import Facts

#: All of it, in per cent.
_ALL: Final = Decimal(100)
#: A figure so many times the target was counted in another unit, or has a digit too many.
_FAR: Final = 10


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a figure may be another one than was asked for.

    Attributes:
        reason: "below_baseline": a level lower than where it stood; "level": what was added is
            more than was promised and not less than where it stood, as if the whole was counted;
            "fewer": less than an earlier day's figure, as if only the last months were counted;
            "far_above": ten times the target or more; "settled": nobody follows it any more.
        figure: the one that it is compared with.
        on: the day of that, where known.
    """

    reason: Literal[
        "below_baseline", "level", "fewer", "before_letter", "over_all", "far_above", "settled"
    ]
    figure: Decimal | None
    on: dt.date | None


def doubts(facts: Facts, value: Decimal | None, as_of: dt.date) -> list[Doubt]:
    """What is odd about a figure.

    Args:
        facts: the commitment, with its earlier reports and the letter's day where known.
        value: the figure, in the unit of the target; None where only a text is reported.
        as_of: the day it speaks of.
    """
    found = []
    if facts.outcome != "open":
        found.append(Doubt("settled", None, facts.settled_on))
    if facts.promised_on is not None and as_of < facts.promised_on:
        found.append(Doubt("before_letter", None, facts.promised_on))
    if value is None:
        return found
    modest = facts.value is not None and facts.value <= _ALL
    if facts.unit in ("%", "％") and modest and value > _ALL:
        found.append(Doubt("over_all", _ALL, None))
    elif facts.value and value >= _FAR * facts.value:
        found.append(Doubt("far_above", facts.value, None))
    base = facts.baseline_value if facts.baseline_unit == facts.unit else None
    at_most = facts.comparator == "<="
    if base is not None and facts.value is not None and not at_most:
        if facts.mode == "level" and value < base <= facts.value:
            found.append(Doubt("below_baseline", base, facts.baseline_as_of))
        # A baseline below the target is last year's addition as often as the level.
        if facts.mode == "increase" and value > facts.value and value >= base > facts.value:
            found.append(Doubt("level", base, facts.baseline_as_of))
    earlier = [item for item in counting(facts) if item.as_of < as_of]
    if facts.mode != "level" and earlier and not at_most:
        last = earlier[-1]
        assert last.value is not None  # noqa: S101 - only figures count
        if value < last.value:
            found.append(Doubt("fewer", last.value, last.as_of))
    return found

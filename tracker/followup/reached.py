"""Whether figures reach what was promised, and since when they do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.followup.status import Facts, Progress


def counting(facts: Facts) -> list[Progress]:
    """The reports whose figures count, in the order of their days: of several on one day the
    newest, which corrects the others."""
    last = {item.as_of: item for item in facts.reports if item.value is not None}
    return [last[day] for day in sorted(last)]


def is_bound(facts: Facts) -> bool:
    """Whether the target is not to be exceeded: "at most", and none at all."""
    return facts.comparator == "<=" or facts.value == 0


def met(facts: Facts, figure: Decimal | None) -> bool | None:
    """Whether a figure satisfies the target; None where that cannot be said."""
    if figure is None or facts.value is None:
        return None
    # Whether "about 30" covers 29 is for a person to say; reaching the number is beyond doubt.
    if facts.comparator == "~" and figure < facts.value:
        return None
    return figure <= facts.value if is_bound(facts) else figure >= facts.value


def is_final(facts: Facts, figured: Progress) -> bool:
    """Whether nothing can come after a figure that meets the target: a bound is kept only once
    the period is over."""
    return not is_bound(facts) or (facts.deadline is not None and figured.as_of >= facts.deadline)


def since(facts: Facts, today: dt.date) -> Progress | None:
    """The first of the figures that have met the target ever since, of those that are not doubted;
    None where the last does not.

    Args:
        facts: the commitment.
        today: the day to look from; figures of later days are not seen.
    """
    first = None
    for figured in reversed([item for item in counting(facts) if item.as_of <= today]):
        if figured.doubted or not met(facts, figured.value):
            break
        first = figured
    return first

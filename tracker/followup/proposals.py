"""What an outcome could be by the figures alone; a supervisor sets it, nothing else does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from tracker.followup.reached import counting, is_bound, since
from tracker.followup.status import Facts, Progress, is_open, standing


@dataclass(frozen=True, slots=True)
class Proposal:
    """The outcome that a report speaks for (待销号), the day it was reached, and the figure."""

    outcome: Literal["kept", "kept_late"]
    on: dt.date
    figure: Progress


def proposal(facts: Facts, today: dt.date) -> Proposal | None:
    """The outcome to propose where the latest figure reaches the target.

    Args:
        facts: the commitment.
        today: the day to look from; reports that speak of later days are not seen.

    Returns:
        None where it is settled or not followed, where no figure reaches the target, where "about"
        leaves it to a person, and where a bound not to be exceeded can still be.
    """
    if facts.review != "confirmed" or not is_open(facts, today):
        return None
    if not standing(facts, today).complete:
        return None
    if is_bound(facts):
        reached = [item for item in counting(facts) if item.as_of <= today][-1]
        # Whether it held until the end only a later figure tells, and it held on the last day.
        on = min(reached.as_of, facts.deadline) if facts.deadline else reached.as_of
        return Proposal("kept", on, reached)
    first = since(facts, today)
    if first is None:
        return None
    late = facts.deadline is not None and first.as_of > facts.deadline
    return Proposal("kept_late" if late else "kept", first.as_of, first)

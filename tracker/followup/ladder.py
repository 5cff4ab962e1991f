"""The ladder of notices: which rung is owed to whom, as a pure function of facts and today.

Rungs stand at days before the deadline (临近提醒), on the day (到期提醒) and, again and again,
after it (逾期催办). It asks "passed and not yet noticed", never "fell due in the last 24 hours":
the caller knows what was noticed, this module what was passed. Of the passed rungs only the
latest is owed, so that missed nights are caught up in one message and the past never bursts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from tracker.followup.status import Facts, is_open, standing
from tracker.followup.workdays import Workdays, is_workday, next_workday, previous_workday
from tracker.settings import Ladder

Role = Literal["owner", "supervisor"]

#: The longest run of days off in the calendar (Spring Festival with its weekends), with room:
#: how much earlier than its nominal day a rung before the deadline can fall.
LONGEST_BREAK = 16


@dataclass(frozen=True, slots=True)
class Rung:
    """A notice owed: the rung's name ("before-7", "on-day", "after-14"), who is to be told, and
    the working day it fell on."""

    name: str
    recipient: Role
    day: dt.date


@dataclass(frozen=True, slots=True)
class Passed:
    """The latest rung passed, whoever is to be told. `offset` counts days from the deadline."""

    name: str
    offset: int
    day: dt.date


def owed(
    facts: Facts, today: dt.date, ladder: Ladder, workdays: Workdays = is_workday
) -> list[Rung]:
    """The rungs owed now, whether or not they were noticed already.

    Nothing is owed on a day off, nor for a commitment that is settled, not confirmed or undated.
    The owner is left alone once a report has come in on or after the rung's day, and once the
    reported figure reaches the target: what is then missing is the office's outcome, and the
    supervisor is told after `supervisor_after` days whatever was reported.

    Args:
        facts: the commitment.
        today: the day of the round.
        ladder: the distances in days.
        workdays: answers whether a day is worked.
    """
    if facts.review != "confirmed" or facts.deadline is None or not is_open(facts, today):
        return []
    if not workdays(today):
        return []
    passed = latest(facts.deadline, today, ladder, workdays)
    if passed is None:
        return []
    rungs = []
    if not _answered(facts, passed, today):
        rungs.append(Rung(passed.name, "owner", passed.day))
    if passed.offset >= ladder.supervisor_after:
        rungs.append(Rung(passed.name, "supervisor", passed.day))
    return rungs


def latest(
    deadline: dt.date, today: dt.date, ladder: Ladder, workdays: Workdays = is_workday
) -> Passed | None:
    """The latest rung that a deadline has passed, or None before the first.

    A rung before or on the deadline that falls on a day off moves to the working day before, so
    that nobody learns of it too late; one after the deadline moves to the working day after.

    Args:
        deadline: the last day of the promise.
        today: the day of the round.
        ladder: the distances in days.
        workdays: answers whether a day is worked.
    """
    # A rung after the deadline never moves to an earlier day: only those up to today can count.
    count = max(0, (today - deadline).days) // ladder.after_every
    for times in range(count, 0, -1):
        offset = times * ladder.after_every
        day = next_workday(deadline + dt.timedelta(days=offset), workdays)
        if day <= today:
            return Passed(f"after-{offset}", offset, day)
    early = ([0] if ladder.on_day else []) + sorted(set(ladder.before))
    for before in early:
        day = previous_workday(deadline - dt.timedelta(days=before), workdays)
        if day <= today:
            return Passed(f"before-{before}" if before else "on-day", -before, day)
    return None


def reach(today: dt.date, ladder: Ladder) -> dt.date:
    """The last deadline whose first rung can have been passed by today, days off counted in."""
    return today + dt.timedelta(days=max(ladder.before, default=0) + LONGEST_BREAK)


def _answered(facts: Facts, passed: Passed, today: dt.date) -> bool:
    if standing(facts, today).complete:
        return True
    return facts.answered_on is not None and passed.day <= facts.answered_on <= today

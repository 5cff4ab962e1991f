"""The ladder of notices: which rung is owed to whom, as a pure function of facts and today.

Rungs stand at days before the deadline, on it and after it, as the steps of the settings say. This
module asks "passed and not yet answered", never "fell due in the last 24 hours": the caller knows
what was noticed, this module what was passed. Of the passed rungs of a role only the latest is
owed, so that missed nights are caught up in one message and the past never bursts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tracker.followup.status import Facts, is_open, standing
from tracker.followup.workdays import Workdays, is_workday, next_workday, previous_workday
from tracker.ladders import KINDS, LIGHTS, Role, Step

#: The longest run of days off in the calendar (Spring Festival with its weekends), with room:
#: how much earlier than its nominal day a rung before the deadline can fall.
LONGEST_BREAK: Final = 16
#: The rung by which deputies learn that a promise fell due unkept, whatever the ladder says.
FELL_DUE: Final = "fell-due"

#: Name of a rung's place in the ladder (`marks`) → the first day of which it may tell. A place
#: without a day there tells of any.
Since = Mapping[str, dt.date]
EVER: Final[Since] = {}

_FIRST: Final = dt.date(1, 2, 1).toordinal()
_LAST: Final = dt.date(9999, 11, 30).toordinal()


@dataclass(frozen=True, slots=True)
class Rung:
    """A notice owed: the rung's name ("before-7", "on-day", "after-14", "fell-due"), who is to be
    told, days from the deadline, the working day it fell on, and the hour to tell it at."""

    name: str
    role: Role
    offset: int
    day: dt.date
    hour: int


def rung_name(offset: int) -> str:
    """The name of the rung so many days from the deadline."""
    if offset == 0:
        return "on-day"
    return f"before-{-offset}" if offset < 0 else f"after-{offset}"


def offset_of(rung: str) -> int | None:
    """Days from the deadline of a rung; None for one that is no rung of the ladder."""
    if rung == "on-day":
        return 0
    side, _, days = rung.partition("-")
    if side not in ("before", "after") or not days.isdecimal():
        return None
    return -int(days) if side == "before" else int(days)


def owed(
    facts: Facts,
    today: dt.date,
    ladder: Sequence[Step],
    light: str,
    workdays: Workdays = is_workday,
    since: Since = EVER,
) -> list[Rung]:
    """The rungs owed now, whether or not they were noticed already.

    Nothing is owed on a day off, nor for a commitment that is settled, not confirmed or undated.
    While a request waits, nobody is chased. A unit, who leads it and who stands above it are left
    alone once a report has come in on or after the rung's day, and once the reported figure
    reaches the target: what is then missing is the office's outcome, and the supervisor is told
    whatever was reported. Deputies are told what is unkept, whatever is asked for.

    Args:
        facts: the commitment.
        today: the day of the round.
        ladder: the steps.
        light: the commitment's light today.
        workdays: answers whether a day is worked.
        since: from which day on each place of the ladder tells.
    """
    if facts.review != "confirmed" or facts.deadline is None or not is_open(facts, today):
        return []
    if not workdays(today):
        return []
    found = passed(facts.deadline, facts.kind, light, today, ladder, workdays, since)
    return [rung for rung in found if still_owed(facts, rung, today)]


def still_owed(facts: Facts, rung: Rung, today: dt.date) -> bool:
    """Whether a rung that was passed is to be told, as reports and requests stand.

    Args:
        facts: the commitment, open and confirmed.
        rung: one that its deadline has passed.
        today: the day of the round.
    """
    if rung.role == "deputies":
        return not standing(facts, today).complete
    if facts.waiting:
        return False
    return rung.role == "supervisor" or not _answered(facts, rung, today)


def passed(
    deadline: dt.date,
    kind: str,
    light: str,
    today: dt.date,
    ladder: Sequence[Step],
    workdays: Workdays = is_workday,
    since: Since = EVER,
) -> tuple[Rung, ...]:
    """The latest rung of each role that a deadline has passed, and the day it fell due.

    A rung before or on the deadline that falls on a day off moves to the working day before, so
    that nobody learns of it too late; one after the deadline moves to the working day after.

    Args:
        deadline: the last day of the promise.
        kind: of the commitment.
        light: the commitment's light today.
        today: the day of the round.
        ladder: the steps.
        workdays: answers whether a day is worked.
        since: from which day on each place of the ladder tells.
    """
    found: dict[Role, Rung] = {}
    for step in ladder:
        if not step.is_for(kind) or (step.lights and light not in step.lights):
            continue
        for place, offset, day in _places(step, deadline, today, workdays):
            for role in step.to:
                old = found.get(role)
                if old is not None and old.offset >= offset:
                    # Two steps of one day speak at the earlier hour.
                    if old.offset == offset and step.hour < old.hour:
                        found[role] = Rung(old.name, role, offset, day, step.hour)
                    continue
                first = since.get(mark(role, kind, light, place))
                if first is None or day >= first:
                    found[role] = Rung(rung_name(offset), role, offset, day, step.hour)
    fell = rung_day(deadline, 1, workdays)
    if fell <= today and fell >= since.get(FELL_DUE, dt.date.min):
        return (*found.values(), Rung(FELL_DUE, "deputies", 1, fell, 0))
    return tuple(found.values())


def coming(
    deadline: dt.date,
    kind: str,
    today: dt.date,
    ladder: Sequence[Step],
    workdays: Workdays = is_workday,
) -> dt.date | None:
    """The first day after today on which a rung of any role falls; None where none comes.

    Args:
        deadline: the last day of the promise.
        kind: of the commitment.
        today: the day of the round.
        ladder: the steps.
        workdays: answers whether a day is worked.
    """
    offsets = {1}  # the day it falls due
    for step in ladder:
        if step.is_for(kind):
            offsets.update(step.days)
    days = [rung_day(deadline, offset, workdays) for offset in offsets]
    days += [
        day
        for step in ladder
        if step.is_for(kind) and step.every
        for day in [_next_again(step, deadline, today, workdays)]
        if day is not None
    ]
    return min((day for day in days if day > today), default=None)


def marks(ladder: Sequence[Step]) -> set[str]:
    """The names of all places of a ladder: who is told of what kind, under what light, when."""
    return {
        mark(role, kind, light, place)
        for step in ladder
        for role in step.to
        for kind in step.kinds or KINDS
        for light in step.lights or LIGHTS
        for place in (*map(str, step.days), *([_again(step)] if step.every else []))
    }


def mark(role: str, kind: str, light: str, place: str) -> str:
    """The name of a rung's place in the ladder."""
    return f"{role} {kind} {light} {place}"


def reach(today: dt.date, ladder: Sequence[Step]) -> dt.date:
    """The last deadline whose first rung can have been passed by today, days off counted in."""
    ahead = max((-day for step in ladder for day in step.days), default=0)
    return today + dt.timedelta(days=max(ahead, 0) + LONGEST_BREAK)


def rung_day(deadline: dt.date, offset: int, workdays: Workdays) -> dt.date:
    """The working day that the rung so many days from the deadline falls on."""
    day = dt.date.fromordinal(min(max(deadline.toordinal() + offset, _FIRST), _LAST))
    return next_workday(day, workdays) if offset > 0 else previous_workday(day, workdays)


def _answered(facts: Facts, rung: Rung, today: dt.date) -> bool:
    if standing(facts, today).complete:
        return True
    return facts.answered_on is not None and rung.day <= facts.answered_on <= today


def _places(
    step: Step, deadline: dt.date, today: dt.date, workdays: Workdays
) -> Iterator[tuple[str, int, dt.date]]:
    """Each of a step's days that was passed, and of those that come again the latest."""
    for offset in step.days:
        day = rung_day(deadline, offset, workdays)
        if day <= today:
            yield str(offset), offset, day
    if not step.every:
        return
    # A rung after the deadline never moves to an earlier day: only those up to today can count.
    top = (today - deadline).days
    if step.last:
        top = min(top, step.last)
    for times in range((top - step.begins) // step.every, -1, -1):
        offset = step.begins + times * step.every
        day = rung_day(deadline, offset, workdays)
        if day <= today:
            yield _again(step), offset, day
            return


def _next_again(
    step: Step, deadline: dt.date, today: dt.date, workdays: Workdays
) -> dt.date | None:
    times = max(0, ((today - deadline).days - step.begins - LONGEST_BREAK) // step.every)
    while True:
        offset = step.begins + times * step.every
        if step.last and offset > step.last:
            return None
        day = rung_day(deadline, offset, workdays)
        if day > today:
            return day
        if deadline.toordinal() + offset > _LAST:
            return None
        times += 1


def _again(step: Step) -> str:
    return f"{step.begins}+{step.every}" + (f"-{step.last}" if step.last else "")

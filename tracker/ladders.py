"""What config.toml says of the ladder of notices: one [[ladder]] for each step.

The steps of the practice are 临近提醒 → 到期催办 → 逾期督办 → 通报. Days count from the deadline:
before it they are negative, 0 is the day itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from tracker.address import printable

#: Who is told: the unit's contact, who leads the unit, the unit above it, the supervisor, the
#: deputies of the suggestion.
Role = Literal["contact", "head", "parent", "supervisor", "deputies"]
Kind = Literal["measurable", "milestone", "action"]
Light = Literal["on_track", "due_soon", "overdue", "extended"]

KINDS: Final[tuple[str, ...]] = get_args(Kind)
LIGHTS: Final[tuple[str, ...]] = get_args(Light)

#: The longest stretch of days that a step may look back or ahead: ten years.
LONGEST: Final = 3650
_MOST_STEPS: Final = 40
_MOST_DAYS: Final = 60
_LONGEST_NAME: Final = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder.

    Attributes:
        name: what it is called, in every message that it causes.
        days: days from the deadline, each told of once.
        every: and again and again, every so many days after the deadline; 0: not.
        first: the first of these days; 0: after `every` days.
        last: none of them comes later; 0: they go on until there is an outcome.
        to: who is told.
        kinds: commitments of these kinds; empty: of all.
        lights: commitments that have one of these lights on the day of the round; empty: of all.
        hour: no message of it goes out before this hour, in the office's zone.
    """

    name: str = ""
    days: tuple[int, ...] = ()
    every: int = 0
    first: int = 0
    last: int = 0
    to: tuple[Role, ...] = ("contact",)
    kinds: tuple[Kind, ...] = ()
    lights: tuple[Light, ...] = ()
    hour: int = 8

    @property
    def begins(self) -> int:
        """The first day of those that come again."""
        return self.first or self.every

    def is_for(self, kind: str) -> bool:
        """Whether it speaks of commitments of a kind."""
        return not self.kinds or kind in self.kinds

    def has(self, offset: int) -> bool:
        """Whether a number of days from the deadline is one of its days."""
        if offset in self.days:
            return True
        again = offset - self.begins
        return (
            self.every > 0 and again >= 0 and again % self.every == 0 and not 0 < self.last < offset
        )


#: The ladder of a file that has none.
LADDER: Final = (
    Step("临近提醒", days=(-30, -7, -1)),
    Step("到期催办", days=(0, 7)),
    Step("逾期督办", every=7, first=14, to=("contact", "supervisor")),
    # Who leads a unit, and who stands above it, is not written to every week.
    Step("逾期督办", every=28, first=14, to=("head",)),
    Step("通报", every=28, first=70, to=("parent",)),
)


def step_of(ladder: Sequence[Step], roles: Sequence[str], kind: str, offset: int) -> Step | None:
    """The step that a rung belongs to, the ladder being as it is now.

    Args:
        ladder: the steps.
        roles: what the recipient is told as.
        kind: of the commitment.
        offset: days from the deadline.
    """
    for step in ladder:
        if step.is_for(kind) and step.has(offset) and set(step.to) & set(roles):
            return step
    return None


def told_from(ladder: Sequence[Step], role: Role, kind: str) -> int | None:
    """So many days after the deadline a role is told for the first time; None: never."""
    days = [
        day
        for step in ladder
        if role in step.to and step.is_for(kind)
        for day in (*step.days, *([step.begins] if step.every else []))
        if day > 0
    ]
    return min(days, default=None)


def old_ladder(table: dict[str, Any]) -> str | None:
    """What to say of a file that still has the one table [ladder]; None where it has not."""
    if not isinstance(table.get("ladder"), dict):
        return None
    return (
        "[ladder] is now one [[ladder]] for each step: "
        'name = "临近提醒", days = [-30, -7, -1], to = ["contact"]; '
        "before = [30] is days = [-30], on_day is days = [0], after_every = 7 is every = 7, "
        'supervisor_after = 14 is every = 7, first = 14, to = ["supervisor"]'
    )


def wrong_ladder(ladder: tuple[Step, ...]) -> Iterator[tuple[str, str]]:
    """Each key of [[ladder]] that cannot be, with what is wrong about it."""
    if len(ladder) > _MOST_STEPS:
        yield "ladder", f"must have {_MOST_STEPS} steps at most, not {len(ladder)}"
    for number, step in enumerate(ladder, 1):
        at = f"ladder {number}:"
        name = step.name
        if not name.strip() or not printable(name) or len(name) > _LONGEST_NAME:
            yield f"{at} name", f"must be a name on one line, of {_LONGEST_NAME} characters at most"
        yield from _wrong_days(step, at)
        if not step.to:
            yield f"{at} to", f"must name who is told: {', '.join(get_args(Role))}"
        if not 0 <= step.hour <= 23:
            yield f"{at} hour", f"must be 0 to 23, not {_short(step.hour)}"


def _wrong_days(step: Step, at: str) -> Iterator[tuple[str, str]]:
    if not step.days and not step.every:
        yield f"{at} days", "or every must say when: days = [-7, 0], or every = 7"
    if len(step.days) > _MOST_DAYS:
        yield f"{at} days", f"must be {_MOST_DAYS} at most; every = 7 comes again and again"
    for day in step.days:
        if not -LONGEST <= day <= LONGEST:
            yield f"{at} days", f"must be -{LONGEST} to {LONGEST}, not {_short(day)}"
    for key, number in (("every", step.every), ("first", step.first), ("last", step.last)):
        if not 0 <= number <= LONGEST:
            yield (
                f"{at} {key}",
                f"must be 1 to {LONGEST} days after the deadline, not {_short(number)}",
            )
    if not step.every and (step.first or step.last):
        yield f"{at} every", "is missing: first and last bound what comes again"
    elif 0 < step.last < step.begins:
        yield f"{at} last", f"must not be before the first day, which is {step.begins}"


def _short(number: int) -> str:
    return str(number) if abs(number) < 10**9 else "so many"

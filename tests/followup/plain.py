"""What is owed, told and mailed, in the plainest words: the model that rounds are checked against.

Written from the rules, not from the code: every day it looks at every commitment and counts out
every rung. It shares with the code the calendar, and the settings' steps as data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tracker.ladders import Step

DAY = dt.timedelta(days=1)
#: Recipient, rung, day or deadline.
Key = tuple[str, str, dt.date]


@dataclass
class Unit:
    """A unit: whether its head has an address, and the unit above it."""

    id: int
    head: bool = False
    parent: int | None = None


@dataclass
class Promise:
    """A commitment as the model knows it. `told` maps what was told to the day it was decided on;
    `turn` is what was done last about its outcome, with the number of that."""

    ref: str
    units: list[Unit]
    kind: str
    deadline: dt.date
    confirmed: bool = True
    outcome: str = "open"
    turn: tuple[str, int] | None = None
    look_back: dt.date | None = None
    figure: int | None = None
    answered: dt.date | None = None
    waiting: int | None = None
    waiting_on: dt.date = dt.date.min
    decided: list[tuple[int, dt.date]] = field(default_factory=list)
    turned_on: dt.date | None = None
    deputies: list[int] = field(default_factory=list)
    told: dict[Key, dt.date] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return self.kind == "measurable" and self.figure is not None and self.figure >= 30


@dataclass
class Plain:
    """An office on paper.

    Attributes:
        promises: all commitments.
        since: place of the ladder → the first day it tells of; None: of any.
        queue: decided and not delivered: promise, recipient, rung, day or deadline.
        ended: deputies who want to hear no more.
        served: who had a mail today.
    """

    workday: Callable[[dt.date], bool]
    promises: list[Promise] = field(default_factory=list)
    since: dict[tuple[object, ...], dt.date | None] = field(default_factory=dict)
    begun: dt.date | None = None
    queue: list[tuple[Promise, Key]] = field(default_factory=list)
    ended: set[int] = field(default_factory=set)
    served: set[str] = field(default_factory=set)
    _days: dict[tuple[dt.date, int], dt.date] = field(default_factory=dict)

    def decide(self, today: dt.date, ladder: tuple[Step, ...]) -> set[tuple[str, Key]]:
        """What a round decides today."""
        if not self.workday(today):
            return set()
        self._enter(today, ladder)
        found = set()
        for promise in self.promises:
            if not promise.confirmed:
                continue
            for key in [*self._rungs(promise, today, ladder), *self._events(promise)]:
                if key[0] not in self.served:
                    promise.told[key] = today
                    self.queue.append((promise, key))
                    found.add((promise.ref, key))
        return found

    def deliver(self, today: dt.date) -> dict[str, set[str]]:
        """What each recipient's mail of today speaks of."""
        if not self.workday(today):
            return {}
        mails: dict[str, set[str]] = {}
        for promise, key in self.queue:
            gone = self._gone(promise, key)
            if gone is None:
                mails.setdefault(key[0], set()).add(promise.ref)
            elif gone == "untold":
                del promise.told[key]
        self.queue = []
        self.served |= mails.keys()
        return mails

    def _enter(self, today: dt.date, ladder: tuple[Step, ...]) -> None:
        first = None if self.begun is None else today
        self.begun = self.begun or today
        places = {
            (role, kind, place)
            for step in ladder
            for role in step.to
            for kind in step.kinds or ("measurable", "milestone", "action")
            for place in _places(step)
        }
        self.since = {place: self.since.get(place, first) for place in places}

    def _rungs(self, promise: Promise, today: dt.date, ladder: tuple[Step, ...]) -> Iterator[Key]:
        if promise.outcome != "open":
            return
        best: dict[str, tuple[int, dt.date]] = {}
        for step in ladder:
            if step.kinds and promise.kind not in step.kinds:
                continue
            for place in _places(step):
                for offset in _offsets(place, (today - promise.deadline).days):
                    day = self._day(promise.deadline, offset)
                    if day > today:
                        continue
                    for role in step.to:
                        since = self.since[role, promise.kind, place]
                        if since is not None and day < since:
                            continue
                        if not _chased(promise, role, day):
                            continue
                        for one in self._told_as(promise, role):
                            best[one] = max(best.get(one, (offset, day)), (offset, day))
        for recipient, (offset, day) in best.items():
            name = f"{'before' if offset < 0 else 'after'}-{abs(offset)}" if offset else "on-day"
            key = recipient, name, promise.deadline
            if not any(
                to == recipient and deadline == promise.deadline and _is_rung(rung)
                and (on >= day or rung == name)
                for (to, rung, deadline), on in promise.told.items()
            ):  # fmt: skip
                yield key
        fell = self._day(promise.deadline, 1)
        assert self.begun is not None
        if self.begun <= fell <= today and not promise.complete:
            yield from self._new(promise, "deputies", "fell-due", promise.deadline)

    def _events(self, promise: Promise) -> Iterator[Key]:
        if promise.turn is not None and promise.turned_on is not None:
            name, number = promise.turn
            if name != "reopened" or any(_is_outcome(rung) for _, rung, _ in promise.told):
                yield from self._new(promise, "deputies", f"{name}-{number}", promise.turned_on)
            if name == "reopened":
                yield from self._new(promise, "contact", f"{name}-{number}", promise.turned_on)
        if promise.waiting is not None:
            rung = f"waits-{promise.waiting}"
            yield from self._new(promise, "supervisor", rung, promise.waiting_on)
        for number, day in promise.decided:
            yield from self._new(promise, "contact", f"decided-{number}", day)
        if promise.outcome == "open" and promise.complete:
            day = promise.look_back or promise.deadline
            yield from self._new(promise, "supervisor", "reached", day)

    def _new(self, promise: Promise, role: str, rung: str, day: dt.date) -> Iterator[Key]:
        for recipient in self._told_as(promise, role):
            if (recipient, rung, day) not in promise.told:
                yield recipient, rung, day

    def _told_as(self, promise: Promise, role: str) -> set[str]:
        if role == "deputies":
            return {f"deputy:{one}" for one in promise.deputies if one not in self.ended}
        if role == "supervisor":
            return {"supervisor"}
        found = set()
        for unit in promise.units:
            if role == "head" and unit.head:
                found.add(f"head:{unit.id}")
            elif role == "parent":
                found.add(f"unit:{unit.parent}" if unit.parent else "supervisor")
            else:
                found.add(f"unit:{unit.id}")
        return found

    def _day(self, deadline: dt.date, offset: int) -> dt.date:
        """Off days move a rung back before and on the deadline, on after it."""
        if (deadline, offset) not in self._days:
            day = deadline + offset * DAY
            while not self.workday(day):
                day += DAY if offset > 0 else -DAY
            self._days[deadline, offset] = day
        return self._days[deadline, offset]

    def _gone(self, promise: Promise, key: Key) -> str | None:
        """Why something decided is not mailed: it may be owed again ("untold"), or not."""
        recipient, rung, deadline = key
        deputy = recipient.startswith("deputy:")
        if deputy and int(recipient[7:]) in self.ended:
            return "untold"
        if _is_outcome(rung):
            return None if rung.startswith(f"{promise.outcome}-") else "untold"
        if rung.startswith(("reopened", "reached")):
            return None if promise.outcome == "open" else "untold"
        if rung.startswith("waits"):
            return None if rung == f"waits-{promise.waiting}" else "untold"
        if rung.startswith("decided"):
            return None
        if promise.outcome != "open" or promise.deadline != deadline:
            return "untold"
        if deputy:
            return "untold" if promise.complete else None
        if promise.waiting is not None:
            return "untold"
        if recipient == "supervisor":
            return None
        if promise.answered is not None and promise.answered >= promise.told[key]:
            return "answered"
        return "untold" if promise.complete else None


def _chased(promise: Promise, role: str, day: dt.date) -> bool:
    if role == "deputies":
        return not promise.complete
    if promise.waiting is not None:
        return False
    if role == "supervisor":
        return True
    return not promise.complete and (promise.answered is None or promise.answered < day)


def _places(step: Step) -> Iterator[tuple[int, ...]]:
    for day in step.days:
        yield (day,)
    if step.every:
        yield step.first or step.every, step.every, step.last


def _offsets(place: tuple[int, ...], passed: int) -> Iterator[int]:
    if len(place) == 1:
        yield place[0]
        return
    first, every, last = place
    yield from range(first, min(passed, last or passed) + 1, every)


def _is_rung(rung: str) -> bool:
    return rung == "on-day" or rung.startswith(("before-", "after-"))


def _is_outcome(rung: str) -> bool:
    return rung.startswith(("kept", "partly", "broken", "dropped"))

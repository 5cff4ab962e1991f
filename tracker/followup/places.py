"""The ladder as a round uses it: its steps, since when each place is there, and what was computed.

A place that comes with a change of the ladder tells only of days from then on. The very first
ladder of a ledger tells of any day.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.orm import Session

from tracker.followup import ladder as rungs
from tracker.followup.ladder import FELL_DUE, Rung, Since
from tracker.followup.workdays import Workdays
from tracker.ladders import KINDS, Step
from tracker.settings import Settings
from tracker.store import looking
from tracker.store import rungs as store
from tracker.store.looking import NEVER

_EVER: Final = dt.date.min
#: Stand beside the places and say what else a change of lets everything be looked at again.
_CALENDAR: Final = "calendar "
_LIGHTS: Final = "lights "


@dataclass(slots=True)
class Ladder:
    """A ladder on a day.

    Attributes:
        steps: of the settings.
        since: place → the first day of which it may tell.
        known: places that the store knows.
        today: the day of the round.
        workdays: answers whether a day is worked.
    """

    steps: Sequence[Step]
    since: Since
    known: Since
    today: dt.date
    workdays: Workdays
    _passed: dict[tuple[dt.date, str, str], tuple[Rung, ...]] = field(default_factory=dict)
    _next: dict[tuple[dt.date, str], dt.date] = field(default_factory=dict)

    @property
    def reach(self) -> dt.date:
        """The last deadline whose first rung can have been passed."""
        return rungs.reach(self.today, self.steps)

    @property
    def by_light(self) -> bool:
        """Whether any step asks for a light, which changes by itself."""
        return any(step.lights for step in self.steps)

    def passed(self, deadline: dt.date, kind: str, light: str) -> tuple[Rung, ...]:
        """`ladder.passed`, computed once for all commitments of a day, kind and light."""
        key = deadline, kind, light
        if key not in self._passed:
            self._passed[key] = rungs.passed(
                deadline, kind, light, self.today, self.steps, self.workdays, self.since
            )
        return self._passed[key]

    def first(self, deadline: dt.date, kind: str) -> dt.date:
        """The next day on which a rung falls; never where none comes."""
        key = deadline, kind
        if key not in self._next:
            found = rungs.coming(deadline, kind, self.today, self.steps, self.workdays)
            self._next[key] = found or NEVER
        return self._next[key]

    def first_of_any(self, deadline: dt.date) -> dt.date:
        """`first` for whatever kind."""
        return min(self.first(deadline, kind) for kind in KINDS)


def read_ladder(session: Session, today: dt.date, settings: Settings, workdays: Workdays) -> Ladder:
    """The ladder of the settings as it counts today.

    Args:
        session: of `Store.read` or `Store.write`.
        today: the day of the round.
        settings: the steps.
        workdays: answers whether a day is worked.
    """
    known = store.known(session)
    # A ladder that somebody has taken away altogether is no first one when it comes back.
    start = today if FELL_DUE in known else _EVER
    since = {name: known.get(name, start) for name in rungs.marks(settings.ladder)}
    # What fell due before anybody looked is no news to a deputy.
    since[FELL_DUE] = known.get(FELL_DUE, today)
    for name in _conditions(today, settings, workdays):
        since[name] = known.get(name, today)
    return Ladder(settings.ladder, since, known, today, workdays)


def keep_places(session: Session, ladder: Ladder) -> None:
    """Write down which places there are, and let everything be looked at where they changed.

    Args:
        session: of `Store.write`.
        ladder: read in this transaction.
    """
    come = {name: day for name, day in ladder.since.items() if name not in ladder.known}
    gone = ladder.known.keys() - ladder.since.keys()
    if not come and not gone:
        return
    store.replace(session, gone, come)
    if not _only_a_year_came(come, gone, ladder.today):
        looking.look_at_all(session)


def _only_a_year_came(come: Since, gone: set[str], today: dt.date) -> bool:
    """Whether nothing changed but that a year ended and another one is looked at."""
    return all(name.startswith(_CALENDAR) for name in come) and all(
        name.startswith(_CALENDAR) and int(name.split()[1]) < today.year for name in gone
    )


def _conditions(today: dt.date, settings: Settings, workdays: Workdays) -> list[str]:
    """What else the days of rungs hang on: the working days of this year and the next ones, and
    the lights where a step asks for them."""
    names = []
    for year in range(today.year, today.year + 3):
        first = dt.date(year, 1, 1)
        days = bytes(workdays(first + dt.timedelta(days=day)) for day in range(365))
        names.append(f"{_CALENDAR}{year} {hashlib.sha256(days).hexdigest()[:16]}")
    if any(step.lights for step in settings.ladder):
        lights = hashlib.sha256(repr(settings.lights).encode()).hexdigest()[:16]
        names.append(f"{_LIGHTS}{lights}")
    return names

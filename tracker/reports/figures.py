"""Counts and shares of a set of commitments on a day. Pure; nothing is computed that nobody
reported, and no share goes without the number it is a share of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final, Protocol, TypeVar

#: By urgency; "none" is an open commitment without a deadline.
LIGHTS: Final = ("overdue", "due_soon", "extended", "on_track", "none")
OUTCOMES: Final = ("open", "kept", "kept_late", "partly_kept", "broken", "dropped")
KINDS: Final = ("measurable", "milestone", "action")

#: Below so many cases a share says more about chance than about the unit.
FEWEST_RANKED: Final = 5


class Counted(Protocol):
    """What counting needs to know of a commitment, as it stood on the day."""

    @property
    def ref(self) -> str: ...
    @property
    def units(self) -> tuple[str, ...]: ...
    @property
    def kind(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def light(self) -> str: ...
    @property
    def on_time(self) -> bool: ...
    @property
    def deadline(self) -> date | None: ...
    @property
    def reported(self) -> bool: ...
    @property
    def no_progress(self) -> bool: ...
    @property
    def earlier(self) -> tuple[str, ...]: ...


T = TypeVar("T", bound=Counted)


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `n`; the rate exists only where there is something to divide by."""

    count: int
    n: int

    @property
    def percent(self) -> int | None:
        """Whole percent, halves up; None of nothing."""
        if self.n == 0:
            return None
        exact = Decimal(100 * self.count) / self.n
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one set of commitments.

    `lights`, `silent` and `no_progress` count open commitments only: what is settled
    has an outcome instead. `on_time` is of the settled that had a deadline, none dropped; what
    came after a deadline that an extension asked for late (逾期后申请) moved is not on time.
    """

    n: int
    lights: Mapping[str, int]
    outcomes: Mapping[str, int]
    kinds: Mapping[str, int]
    silent: int
    no_progress: int
    reported: Share
    kept: Share
    on_time: Share

    @property
    def open(self) -> int:
        """How many have no outcome yet."""
        return self.outcomes["open"]

    @property
    def undated(self) -> int:
        """How many open ones have no deadline."""
        return self.lights["none"]

    @property
    def settled(self) -> int:
        """How many have an outcome."""
        return self.n - self.open


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """The figures of one unit; `rank` only where the on-time share rests on enough cases."""

    unit: str
    figures: Figures
    rank: int | None


def once(items: Iterable[T]) -> tuple[T, ...]:
    """Each promise once, however often letters made it.

    Of one that is open in several letters the first stays, so that promising again takes nothing
    off what is overdue; one with an outcome counts by itself, and so does one whose earlier promise
    is not among these.
    """
    every = tuple(items)
    running = {item.ref for item in every if item.outcome == "open"}
    return tuple(
        item for item in every if item.outcome != "open" or running.isdisjoint(item.earlier)
    )


def count(items: Iterable[Counted]) -> Figures:
    """The figures of a set of commitments; an empty set gives zeros and no rates."""
    every = tuple(items)
    running = [item for item in every if item.outcome == "open"]
    # A dropped commitment was taken off the books: it is neither kept nor unkept.
    judged = [item for item in every if item.outcome not in ("open", "dropped")]
    dated = [item for item in judged if item.deadline is not None]
    return Figures(
        n=len(every),
        lights=_tally((item.light for item in running), LIGHTS),
        outcomes=_tally((item.outcome for item in every), OUTCOMES),
        kinds=_tally((item.kind for item in every), KINDS),
        silent=sum(not item.reported for item in running),
        no_progress=sum(item.no_progress for item in running),
        reported=Share(sum(item.reported for item in running), len(running)),
        kept=Share(sum(item.outcome in ("kept", "kept_late") for item in judged), len(judged)),
        on_time=Share(sum(item.on_time for item in dated), len(dated)),
    )


def by_unit(items: Iterable[Counted]) -> tuple[UnitFigures, ...]:
    """Figures per unit, what is overdue first; a joint commitment counts under each unit."""
    groups: dict[str, list[Counted]] = {}
    for item in items:
        for unit in item.units:
            groups.setdefault(unit, []).append(item)
    counted = {unit: count(members) for unit, members in groups.items()}
    ranks = _ranks({unit: figures.on_time for unit, figures in counted.items()})
    order = sorted(counted, key=lambda unit: (_urgency(counted[unit]), unit))
    return tuple(UnitFigures(unit, counted[unit], ranks.get(unit)) for unit in order)


def due_next(items: Iterable[T], today: date, limit: int | None = None) -> list[T]:
    """Open commitments that fall due today or later, the next one first."""
    coming = [item for item in _open_dated(items) if _day(item) >= today]
    return coming[:limit]


def overdue(items: Iterable[T]) -> list[T]:
    """Open commitments past their deadline, the longest overdue first."""
    return [item for item in _open_dated(items) if item.light == "overdue"]


def silent(items: Iterable[T]) -> list[T]:
    """Open commitments on which nothing was reported yet, by deadline, undated ones last."""
    quiet = [item for item in items if item.outcome == "open" and not item.reported]
    return sorted(quiet, key=lambda item: (_day(item), item.ref))


def by_urgency(items: Iterable[T]) -> list[T]:
    """Open before settled, by deadline, undated ones last."""
    return sorted(items, key=lambda item: (item.outcome != "open", _day(item), item.ref))


def _open_dated(items: Iterable[T]) -> list[T]:
    dated = [item for item in items if item.outcome == "open" and item.deadline is not None]
    return sorted(dated, key=lambda item: (_day(item), item.ref))


def _day(item: Counted) -> date:
    return item.deadline or date.max


def _tally(values: Iterable[str], known: Sequence[str]) -> dict[str, int]:
    """How often each known value occurs, in their fixed order, those that do not occur as 0."""
    found = Counter(values)
    return {value: found[value] for value in known}


def _urgency(figures: Figures) -> tuple[int, int, int]:
    return (-figures.lights["overdue"], -figures.lights["due_soon"], -figures.silent)


def _ranks(shares: Mapping[str, Share]) -> dict[str, int]:
    """Places by share, equal shares on one place; units with few cases have none.

    One unit alone is not ranked either: first of one says nothing.
    """
    enough = {unit: share for unit, share in shares.items() if share.n >= FEWEST_RANKED}
    if len(enough) < 2:
        return {}
    rates = {unit: Fraction(share.count, share.n) for unit, share in enough.items()}
    return {unit: 1 + sum(other > rate for other in rates.values()) for unit, rate in rates.items()}

"""What the charts of a report show, as numbers: each a table that could stand in their place. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tracker.reports.fairness import interval
from tracker.reports.figures import FEWEST_RANKED, UnitFigures
from tracker.reports.items import Item

Name = Literal["deadlines", "burn_down", "reached", "on_time", "slippage"]

#: So many months before and after the day are drawn.
_BACK: Final = 6
_AHEAD: Final = 6
#: So many rows are drawn; more of them nobody reads.
_MOST: Final = 15
#: Fewer than so many that were moved are no picture.
_FEWEST_MOVED: Final = 3
#: Days that a deadline was moved, up to and with each bound.
_MOVED: Final = (0, 30, 90, 180)


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers by label: what a chart draws, and the table beside it.

    Attributes:
        name: which chart it is.
        labels: of the rows: months, units, references.
        values: name of a column → a number for each label, None where there is none.
        bounds: of each label, between which percents its value lies, where that is uncertain.
        left_out: how many more labels there would be.
        undated: of so many it is not known when they began; they are not counted.
    """

    name: Name
    labels: tuple[str, ...]
    values: dict[str, tuple[int | None, ...]]
    bounds: tuple[tuple[int, int] | None, ...] = ()
    left_out: int = 0
    undated: int = 0

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(number for numbers in self.values.values() for number in numbers)


def series_of(items: Sequence[Item], units: Sequence[UnitFigures], today: dt.date) -> list[Series]:
    """The charts that have anything to show.

    Args:
        items: the commitments of a report, each once.
        units: the figures of their units.
        today: the day.
    """
    every = (
        deadlines(items, today),
        burn_down(items, today),
        reached(items),
        on_time(units),
        slippage(items),
    )
    return [series for series in every if not series.empty]


def deadlines(items: Iterable[Item], today: dt.date) -> Series:
    """How many fall due in each month around the day, by how they stand."""
    months = _months(today)
    columns = ("kept", "not_kept", "overdue", "open")
    counts = {column: [0] * len(months) for column in columns}
    for item in items:
        if item.deadline is None or item.outcome == "dropped":
            continue
        month = item.deadline.replace(day=1)
        if month in months:
            counts[_fate(item)][months.index(month)] += 1
    labels = tuple(f"{month:%Y-%m}" for month in months)
    return Series("deadlines", labels, {key: tuple(numbers) for key, numbers in counts.items()})


def _fate(item: Item) -> str:
    if item.open:
        return "overdue" if item.light == "overdue" else "open"
    return "kept" if item.outcome in ("kept", "kept_late") else "not_kept"


def burn_down(items: Iterable[Item], today: dt.date) -> Series:
    """How many were open at the end of each month, and how many would be, if each were settled by
    the day first promised."""
    every = list(items)
    known = [item for item in every if item.source.letter_date is not None]
    ends = [_next(month) - dt.timedelta(days=1) for month in _months(today)]
    actual: list[int | None] = []
    promised: list[int | None] = []
    for end in ends:
        there = [
            item
            for item in known
            if item.source.letter_date is not None and item.source.letter_date <= end
        ]
        still = sum(item.open or _settled_after(item, end) for item in there)
        actual.append(still if end <= today or end == ends[_BACK] else None)
        due = (item.original_deadline or item.deadline for item in there)
        promised.append(sum(day is None or day > end for day in due))
    labels = tuple(f"{end:%Y-%m}" for end in ends)
    return Series(
        "burn_down", labels, {"actual": tuple(actual), "promised": tuple(promised)},
        undated=len(every) - len(known),
    )  # fmt: skip


def _settled_after(item: Item, day: dt.date) -> bool:
    return item.settled_on is not None and item.settled_on > day


def reached(items: Iterable[Item]) -> Series:
    """How far the last figures of open commitments are, in percent of the target, beside what even
    progress would have brought by their day; the most urgent first."""
    told = [
        item
        for item in sorted(items, key=lambda item: (item.deadline or dt.date.max, item.ref))
        if item.open and item.standing.percent is not None
    ]
    shown = told[:_MOST]
    even: list[int | None] = []
    for item in shown:
        run = item.standing.even
        even.append(round(100 * run.then / item.value) if run and item.value else None)
    return Series(
        "reached",
        tuple(f"{item.ref} {item.what}" for item in shown),
        {"reached": tuple(item.standing.percent for item in shown), "even": tuple(even)},
        left_out=len(told) - len(shown),
    )


def on_time(units: Iterable[UnitFigures]) -> Series:
    """The share kept on time by unit, with its uncertainty; of units with five settled or more, in
    the order of their names: no ranking."""
    enough = sorted(
        (line for line in units if line.figures.on_time.n >= FEWEST_RANKED),
        key=lambda line: line.unit,
    )
    shown = enough[:_MOST]
    return Series(
        "on_time",
        tuple(
            f"{line.unit} ({line.figures.on_time.count}/{line.figures.on_time.n})" for line in shown
        ),
        {"on_time": tuple(line.figures.on_time.percent for line in shown)},
        bounds=tuple(interval(line.figures.on_time) for line in shown),
        left_out=len(enough) - len(shown),
    )


def slippage(items: Iterable[Item]) -> Series:
    """By how many days deadlines were moved, of those that were."""
    bounds = (*_MOVED[1:], None)
    counts = [0] * len(bounds)
    for item in items:
        moved = item.standing.slipped
        if moved > 0:
            at = next(at for at, bound in enumerate(bounds) if bound is None or moved <= bound)
            counts[at] += 1
    labels = []
    for low, high in zip(_MOVED, bounds, strict=True):
        labels.append(f"{low + 1}–{high}" if high else f">{low}")
    few = sum(counts) < _FEWEST_MOVED
    return Series(
        "slippage", tuple(labels), {"moved": (0,) * len(bounds) if few else tuple(counts)}
    )


def _months(today: dt.date) -> list[dt.date]:
    """The first days of the months around a day."""
    first = today.year * 12 + today.month - 1
    return [
        dt.date(at // 12, at % 12 + 1, 1)
        for at in range(first - _BACK, first + _AHEAD + 1)
        if 1 <= at // 12 <= dt.MAXYEAR
    ]


def _next(month: dt.date) -> dt.date:
    at = month.year * 12 + month.month
    return dt.date(at // 12, at % 12 + 1, 1) if at // 12 <= dt.MAXYEAR else dt.date.max

"""When jobs run: cron expressions of five fields as crontab(5) has them, checked and made safe for APScheduler.

APScheduler counts weekdays from 0 = Monday, cron from 0 = Sunday: digits would fire a day late
without a word. Here the fifth field becomes names, which both read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
#: Name, least, most, names of the values from the least on.
_FIELDS: Final[tuple[tuple[str, int, int, tuple[str, ...]], ...]] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("weekday", 0, 7, _DAYS),
)
_PART: Final = re.compile(
    r"(?:\*|([a-z]{3}|[0-9]{1,2})(?:-([a-z]{3}|[0-9]{1,2}))?)(?:/([0-9]{1,2}))?"
)
#: The most days a month can have, from January on.
_LENGTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Schedule:
    """Cron expressions of the daemon's jobs, in the office's zone, and the port on the loopback
    that tells how it is (0: none)."""

    sweep: str = "30 8 * * *"
    report: str = "0 9 * * mon"
    watch: str = "0 6 * * *"
    housekeeping: str = "0 3 * * *"
    health_port: int = 0


def wrong_schedule(schedule: Schedule) -> Iterator[tuple[str, str]]:
    """Each key of [schedule] with what is wrong about it.

    Args:
        schedule: as the settings have it.
    """
    for key in ("sweep", "report", "watch", "housekeeping"):
        try:
            check_cron(getattr(schedule, key))
        except ValueError as error:
            yield f"schedule.{key}", str(error)
    if not 0 <= schedule.health_port <= 65535:
        yield "schedule.health_port", "must be 1 to 65535, or 0 for none"


def check_cron(text: str) -> None:
    """Whether a crontab line says when; nothing is returned.

    Raises:
        ValueError: it is none, or names a day that no year has.
    """
    _values(text)


def crontab(text: str) -> str:
    """The same expression as APScheduler reads it: numbers written out, weekdays as names.

    Args:
        text: five fields such as "30 8 * * 1-5".

    Raises:
        ValueError: it is none.
    """
    fields = text.split()
    shown = []
    for field, (_, low, high, names), values in zip(fields, _FIELDS, _values(text), strict=True):
        if names is _DAYS:
            every = len(values) == _WEEK
            shown.append("*" if every else ",".join(_DAYS[value] for value in sorted(values)))
        else:
            every = field == "*" or len(values) == high - low + 1
            shown.append("*" if every else ",".join(map(str, sorted(values))))
    return " ".join(shown)


def _values(text: str) -> list[set[int]]:
    fields = text.lower().split()
    if len(fields) != len(_FIELDS):
        raise ValueError(f"{len(fields)} fields; write five: minute hour day month weekday")
    found = []
    for field, (name, low, high, names) in zip(fields, _FIELDS, strict=True):
        values: set[int] = set()
        for part in field.split(","):
            values |= _part(part, name, low, high, names)
        found.append(values)
    _, _, days, months, _ = found
    if not any(min(days) <= _LENGTHS[month - 1] for month in months):
        raise ValueError(f"no month of these has a day {min(days)}")
    return found


def _part(part: str, name: str, low: int, high: int, names: tuple[str, ...]) -> set[int]:
    """The values of one part of a list: *, 5, 1-5, mon-fri, each with /2."""
    week = names is _DAYS
    matched = _PART.fullmatch(part)
    if matched is None:
        raise ValueError(f"{name}: {part!r} is none")
    first, last, step = matched.groups()
    if first is None:
        begin, end = low, _WEEK - 1 if week else high
    else:
        begin = _value(first, name, low, high, names)
        # "5/2" means from 5 on, as APScheduler and most crons have it.
        end = _value(last, name, low, high, names) if last else begin
        if step and not last:
            end = _WEEK - 1 if week else high
        if week and end == 0 < begin:
            end = _WEEK  # fri-sun: Sunday closes the week as well as it opens it
    if begin > end:
        raise ValueError(f"{name}: {part!r} runs backwards")
    if step is not None and int(step) < 1:
        raise ValueError(f"{name}: {part!r} has no step")
    values = range(begin, end + 1, int(step or 1))
    return {value % _WEEK for value in values} if week else set(values)


def _value(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> int:
    if text in names:
        return names.index(text) + low
    if not text.isdigit() or not low <= int(text) <= high:
        raise ValueError(f"{name}: {text!r} is not from {low} to {high}")
    return int(text)

"""Days off and worked weekends that stand in a table: the program's own, and an office's before it.

The format is told in data/holidays.toml.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tracker.address import printable
from tracker.errors import SettingsError
from tracker.tomlfile import read_toml

#: No stretch of days off is longer.
_LONGEST: Final = 31
_KEYS: Final = ("notice", "off", "worked")
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Holidays:
    """What tables say of days; of all other days they say nothing.

    `years` are those whose whole arrangement is in a table.
    """

    off: frozenset[dt.date] = frozenset()
    worked: frozenset[dt.date] = frozenset()
    years: frozenset[int] = frozenset()


def load_holidays(*paths: Path) -> Holidays:
    """The tables of files; what a later file says of a day goes before what earlier ones say.

    Args:
        paths: files; one that is not there says nothing.

    Raises:
        SettingsError: a file is no such table; file and entry are named.
    """
    found = Holidays()
    for path in paths:
        more = _read(path)
        found = Holidays(
            off=(found.off - more.worked) | more.off,
            worked=(found.worked - more.off) | more.worked,
            years=found.years | more.years,
        )
    return found


def _read(path: Path) -> Holidays:
    try:
        table = read_toml(path)
    except FileNotFoundError:
        return Holidays()
    off: set[dt.date] = set()
    worked: set[dt.date] = set()
    years = set()
    for name, entry in table.items():
        year = _year(path, name, entry)
        off |= _days(path, year, entry, "off")
        worked |= _days(path, year, entry, "worked")
        notice = entry.get("notice", "")
        if not isinstance(notice, str) or not printable(notice):
            raise SettingsError(f"{path}: {name}.notice must be one line of text")
        if notice:
            years.add(year)
    both = min(off & worked, default=None)
    if both is not None:
        raise SettingsError(f"{path}: {both} is both off and worked")
    week = min((day for day in worked if day.weekday() < _SATURDAY), default=None)
    if week is not None:
        raise SettingsError(f"{path}: {week} is no weekend; leave it out of worked")
    return Holidays(frozenset(off), frozenset(worked), frozenset(years))


def _year(path: Path, name: str, entry: Any) -> int:
    if not (len(name) == 4 and name.isascii() and name.isdigit() and isinstance(entry, dict)):
        raise SettingsError(f"{path}: {name[:40]!r} must be the table of a year: [2031]")
    unknown = next((key for key in entry if key not in _KEYS), None)
    if unknown is not None:
        raise SettingsError(
            f"{path}: unknown key '{name}.{unknown[:40]}'; known: {', '.join(_KEYS)}"
        )
    return int(name)


def _days(path: Path, year: int, entry: dict[str, Any], key: str) -> set[dt.date]:
    written = entry.get(key, [])
    if not isinstance(written, list):
        raise SettingsError(f"{path}: {year}.{key} must be a list of days")
    found: set[dt.date] = set()
    for item in written:
        try:
            found.update(_stretch(item))
        except ValueError as error:
            raise SettingsError(f"{path}: {year}.{key}: {error}") from error
    wrong = next((day for day in sorted(found) if day.year != year), None)
    if wrong is not None:
        raise SettingsError(f"{path}: {year}.{key}: {wrong} is of another year")
    return found


def _stretch(item: object) -> Iterator[dt.date]:
    """The days of "2031-01-01" or "2031-01-23/2031-01-29"; a bare TOML date is one too."""
    if isinstance(item, dt.date) and not isinstance(item, dt.datetime):
        item = item.isoformat()
    if not isinstance(item, str):
        raise ValueError(f"{str(item)[:40]!r} is no day; write 2031-01-01")
    first_text, _, last_text = item.partition("/")
    try:
        first = dt.date.fromisoformat(first_text.strip())
        last = dt.date.fromisoformat(last_text.strip()) if last_text else first
    except ValueError as error:
        raise ValueError(f"{item[:40]!r} is no day; write 2031-01-01") from error
    if not 0 <= (last - first).days < _LONGEST:
        raise ValueError(f"{item[:40]!r} is no stretch of at most {_LONGEST} days")
    return (first + dt.timedelta(days=number) for number in range((last - first).days + 1))

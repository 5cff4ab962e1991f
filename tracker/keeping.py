"""The settings of what the daemon keeps on the disk: backups and calendars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tracker.address import printable

#: Ten years of daily backups.
_MOST: Final = 3650


@dataclass(frozen=True, slots=True)
class Backup:
    """Where the daily backup goes and how many are kept. An empty folder: none is made."""

    folder: str = "backup"
    keep: int = 14


@dataclass(frozen=True, slots=True)
class Calendars:
    """Where a calendar file of each unit and each deputy is written. An empty folder: nowhere."""

    folder: str = ""


def wrong_calendars(calendars: Calendars) -> Iterator[tuple[str, str]]:
    """Each key with what is wrong about it.

    Args:
        calendars: as the file has it.
    """
    if not printable(calendars.folder):
        yield "calendar.folder", "must be one line without control characters"


def wrong_backup(backup: Backup) -> Iterator[tuple[str, str]]:
    """Each key with what is wrong about it.

    Args:
        backup: as the file has it.
    """
    if not printable(backup.folder):
        yield "backup.folder", "must be one line without control characters"
    if not 1 <= backup.keep <= _MOST:
        yield "backup.keep", f"must be 1 to {_MOST} backups"

"""What keeps an installation in order by itself: the backup of the day, what has grown old, the
calendars to subscribe to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from tracker.calendars import Written, write_calendars
from tracker.settings import Settings
from tracker.store import chain, daemons
from tracker.store.backup import Made, back_up
from tracker.store.chain import Break
from tracker.store.database import Store

_NAME: Final = re.compile(r"tracker-(\d{8})\.zip")
_MONDAY: Final = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """What housekeeping did.

    Attributes:
        made: the backup of the day; None where there is one already or none is wanted.
        removed: old backups that are gone.
        runs: old runs of jobs that are gone.
        verified: whether the chain of the history was verified.
        broken: where it is broken.
        calendars: the calendar files, and what could not be written of them.
    """

    made: Made | None
    removed: tuple[Path, ...]
    runs: int
    verified: bool
    broken: Break | None
    calendars: Written = field(default_factory=Written)


def housekeeping(
    store: Store,
    settings: Settings,
    now: dt.datetime,
    stop: Callable[[], bool] = lambda: False,
) -> Kept:
    """Make the backup of the day, take away what is old and write the calendars. Once a day is
    enough; more do no harm.

    The chain is verified with each backup; where none is made (PostgreSQL), on Mondays. While it is
    broken no backup is taken away: the old ones show what was changed.

    Args:
        store: the ledger.
        settings: where backups go and how many are kept.
        now: the moment.
        stop: asked before each calendar.

    Raises:
        StoreError: the backup cannot be written.
    """
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    folder = backup_folder(settings)
    made, verified, broken = None, False, None
    ours = folder is not None and store.engine.dialect.name == "sqlite"
    if folder is not None and ours and not (target := _target(folder, today)).exists():
        made = back_up(store, settings, target, now)
        verified, broken = True, made.chain.broken
    elif not ours and today.weekday() == _MONDAY:
        with store.read() as session:
            verified, broken = True, chain.verify(session).broken
    removed = _prune(folder, settings.backup.keep) if folder and made and not broken else ()
    with store.write() as session:
        forgotten = daemons.prune(session, now)
    calendars = Written()
    if settings.calendar.folder:
        folder = settings.data_dir / settings.calendar.folder
        calendars = write_calendars(store, settings, folder, stop)
    return Kept(made, removed, forgotten, verified, broken, calendars)


def backup_folder(settings: Settings) -> Path | None:
    """Where daily backups go; None where none are wanted."""
    return settings.data_dir / settings.backup.folder if settings.backup.folder else None


def newest_backup(folder: Path) -> tuple[dt.date, Path] | None:
    """The last daily backup with its day."""
    found = _daily(folder)
    return found[-1] if found else None


def _target(folder: Path, day: dt.date) -> Path:
    return folder / f"tracker-{day:%Y%m%d}.zip"


def _daily(folder: Path) -> list[tuple[dt.date, Path]]:
    """Daily backups, oldest first; other files of the folder are none of ours."""
    found = []
    for path in folder.glob("tracker-*.zip"):
        match = _NAME.fullmatch(path.name)
        if match:
            try:
                day = dt.datetime.strptime(match[1], "%Y%m%d").date()  # noqa: DTZ007 - a day
            except ValueError:
                continue
            found.append((day, path))
    return sorted(found)


def _prune(folder: Path, keep: int) -> tuple[Path, ...]:
    old = tuple(path for _, path in _daily(folder)[:-keep])
    for path in old:
        path.unlink(missing_ok=True)
    return old

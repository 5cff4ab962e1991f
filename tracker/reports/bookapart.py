"""A large ledger, written by a second process while this one reads what comes next."""

from __future__ import annotations

import datetime as dt
import gc
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Iterable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Self

from tracker.errors import TrackerError
from tracker.reports.ledgerbook import LedgerBook
from tracker.reports.ledgerrows import Row
from tracker.settings import Settings

#: Below so many rows, starting a process takes longer than it saves.
WORTH: Final = 10_000


def ledger_book(
    path: Path, settings: Settings, today: dt.date, *, by_unit: bool, rows: int
) -> LedgerBook | BookApart:
    """The workbook of a ledger, in a process of its own where it is long and there is room for one.

    Args:
        path: as for `LedgerBook`, and so the rest.
        settings: of the office.
        today: the day that the ledger is seen from.
        by_unit: a sheet for each unit.
        rows: how many there will be, roughly.
    """
    if rows >= WORTH and (os.cpu_count() or 1) > 1:
        return BookApart(path, settings, today, by_unit=by_unit)
    return LedgerBook(path, settings, today, by_unit=by_unit)


class BookApart:
    """As `LedgerBook`: the same calls, the same file."""

    def __init__(
        self, path: Path, settings: Settings, today: dt.date, *, by_unit: bool = False
    ) -> None:
        # Spawned: a copy of this process would hold its connections to the database.
        begin = multiprocessing.get_context("spawn")
        self._pipe, theirs = begin.Pipe()
        # What it is at when it is killed lies in a folder that goes with it.
        self._folder = tempfile.TemporaryDirectory(prefix="tracker-")
        told = (theirs, self._folder.name, path, settings, today, by_unit)
        self._process = begin.Process(target=_write, args=told, daemon=True)
        self._process.start()
        theirs.close()
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        try:
            if failed is None:
                self._send(None)
                self._end()
        finally:
            self._process.kill()
            self._process.join()
            self._pipe.close()
            self._folder.cleanup()

    @property
    def writer(self) -> int:
        """The number of the other process."""
        return self._process.pid or 0

    def add(self, rows: Iterable[Row]) -> None:
        """Have some rows written, each below the last.

        Raises:
            OSError: the file cannot be written.
            TrackerError: the other process is gone.
        """
        batch = list(rows)
        self._send(batch)
        self.rows += len(batch)

    def _send(self, batch: list[Row] | None) -> None:
        try:
            self._pipe.send(batch)
        except (BrokenPipeError, ConnectionResetError):
            self._end()

    def _end(self) -> None:
        """Wait for the last word: None where all is written."""
        try:
            said: OSError | None = self._pipe.recv()
        except (EOFError, ConnectionResetError):
            self._process.join()
            raise TrackerError(
                f"the process that writes the workbook ended with {self._process.exitcode}; "
                "try it again with less memory in use"
            ) from None
        if said is not None:
            raise said


def _write(
    batches: Connection,
    folder: str,
    path: Path,
    settings: Settings,
    today: dt.date,
    by_unit: bool,
) -> None:
    tempfile.tempdir = folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and decides
    gc.disable()  # rows hold no circles: there is nothing to look for among them
    try:
        with LedgerBook(path, settings, today, by_unit=by_unit) as book:
            while (batch := batches.recv()) is not None:
                book.add(batch)
    except EOFError:
        return  # the parent is gone
    except OSError as error:
        batches.send(error)
    else:
        batches.send(None)

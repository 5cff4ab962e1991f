"""How long `tracker export` takes beside a bare write of the same cells, and its memory."""

from __future__ import annotations

import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from xlsxwriter import Workbook

from tests.bench.sweep import TODAY, filled
from tracker.reports import ledgerbook, reads
from tracker.reports.words import Wording


def show_export(console: Console, sizes: Sequence[int]) -> None:
    """Seconds of processor time and peak memory by how many commitments there are."""
    table = Table(title="export, beside a bare write of the same cells (XlsxWriter)")
    columns = (
        "commitments",
        "export, s",
        "of it reading, s",
        "bare, s",
        "writing / bare",
        "export / bare",
        "MB",
    )
    for column in columns:
        table.add_column(column, justify="right")
    for size in sizes:
        command = [sys.executable, "-m", "tests.bench", "--one-export", str(size)]
        done = subprocess.run(command, capture_output=True, check=True)
        whole, reading, bare, peak = json.loads(done.stdout)
        table.add_row(
            f"{size:,}", f"{whole:.2f}", f"{reading:.2f}", f"{bare:.2f}",
            f"{(whole - reading) / bare:.2f}", f"{whole / bare:.2f}", f"{peak:.0f}",
        )  # fmt: skip
    console.print(table)


def time_export(count: int) -> list[float]:
    """Seconds of an export, of reading alone and of a bare write; peak memory of the export, MB."""
    with tempfile.TemporaryDirectory() as folder, filled(Path(folder), count) as (store, settings):
        place = Path(folder) / "a.xlsx"

        def read() -> None:
            with store.read() as session:
                for _ in reads.portions(session, settings, TODAY):
                    pass

        def export() -> None:
            with store.read() as session, ledgerbook.LedgerBook(place, settings, TODAY) as book:
                for items in reads.portions(session, settings, TODAY):
                    book.add(items)

        whole = _seconds(export)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        reading = _seconds(read)
        words = Wording.of(settings)
        with store.read() as session:
            rows = [
                [*_cells(ledgerbook.values_of(item, words)), "0" * 12]
                for items in reads.portions(session, settings, TODAY)
                for item in items
            ]
        bare = _seconds(lambda: _bare(Path(folder) / "b.xlsx", rows))
    return [whole, reading, bare, peak]


def _seconds(do: Callable[[], object]) -> float:
    begin = time.process_time()
    do()
    return time.process_time() - begin


def _cells(values: dict[str, Any]) -> list[Any]:
    return [values.get(column.key) for column in ledgerbook.COLUMNS]


def _bare(place: Path, rows: Sequence[Sequence[Any]]) -> None:
    book = Workbook(str(place), {"constant_memory": True})
    sheet, look = book.add_worksheet(), book.add_format({"border": 1})
    for line, row in enumerate(rows):
        for at, value in enumerate(row):
            if value is None or value == "":
                sheet.write_blank(line, at, None, look)
            elif isinstance(value, str):
                sheet.write_string(line, at, value, look)
            elif isinstance(value, dt.date):
                sheet.write_datetime(line, at, dt.datetime.combine(value, dt.time()), look)
            else:
                sheet.write_number(line, at, float(str(value)), look)
    book.close()

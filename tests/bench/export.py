"""How long `tracker export` takes beside a bare write of the same cells, and its memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from xlsxwriter import Workbook

from tests.bench.sweep import TODAY, filled
from tracker.reports import reads
from tracker.reports.bookapart import ledger_book
from tracker.reports.ledgerrows import Cell, row_of
from tracker.reports.words import Wording


def show_export(console: Console, sizes: Sequence[int]) -> None:
    """Seconds and peak memory by how many commitments there are."""
    table = Table(title="export, beside a bare write of the same cells (XlsxWriter)")
    columns = (
        "commitments",
        "export, s",
        "in one process, s",
        "of it reading, s",
        "bare, s",
        "export / bare",
        "one process / bare",
        "MB",
    )
    for column in columns:
        table.add_column(column, justify="right")
    for size in sizes:
        command = [sys.executable, "-m", "tests.bench", "--one-export", str(size)]
        done = subprocess.run(command, capture_output=True, check=True)
        whole, alone, reading, bare, peak = json.loads(done.stdout)
        table.add_row(
            f"{size:,}", f"{whole:.2f}", f"{alone:.2f}", f"{reading:.2f}", f"{bare:.2f}",
            f"{whole / bare:.2f}", f"{alone / bare:.2f}", f"{peak:.0f}",
        )  # fmt: skip
    console.print(table)


def time_export(count: int) -> list[float]:
    """Seconds of an export, of one that one process writes, of reading alone and of a bare write;
    peak memory of the export in MB, its processes together."""
    with tempfile.TemporaryDirectory() as folder, filled(Path(folder), count) as (store, settings):
        place, words = Path(folder) / "a.xlsx", Wording.of(settings)

        def read() -> None:
            with store.read() as session:
                for _ in reads.portions(session, settings, TODAY):
                    pass

        def export(rows: int) -> None:
            with (
                store.read() as session,
                ledger_book(place, settings, TODAY, by_unit=False, rows=rows) as book,
            ):
                for items in reads.portions(session, settings, TODAY):
                    book.add(row_of(item, words) for item in items)

        whole = _seconds(lambda: export(count))
        peaks = [
            resource.getrusage(of).ru_maxrss
            for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        ]
        alone = _seconds(lambda: export(0))
        reading = _seconds(read)
        with store.read() as session:
            rows = [
                row_of(item, words).cells
                for items in reads.portions(session, settings, TODAY)
                for item in items
            ]
        bare = _seconds(lambda: _bare(Path(folder) / "b.xlsx", rows))
    return [whole, alone, reading, bare, sum(peaks) / 1024]


def _seconds(do: Callable[[], object]) -> float:
    begin = time.perf_counter()
    do()
    return time.perf_counter() - begin


def _bare(place: Path, rows: Sequence[Sequence[Cell]]) -> None:
    book = Workbook(str(place), {"constant_memory": True})
    sheet, look = book.add_worksheet(), book.add_format({"border": 1})
    for line, row in enumerate(rows):
        for at, value in enumerate(row):
            if value is None:
                sheet.write_blank(line, at, None, look)
            elif isinstance(value, str):
                sheet.write_string(line, at, value, look)
            elif isinstance(value, float):
                sheet.write_number(line, at, value, look)
            else:
                sheet.write_datetime(line, at, value, look)
    book.close()

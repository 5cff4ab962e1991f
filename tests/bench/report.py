"""How long `tracker report` takes in each form, by how many commitments there are."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.sweep import TODAY, filled
from tracker.reports.contents import Filters, gather
from tracker.reports.render import Format, render_report

_FORMS: Sequence[Format] = ("json", "md", "html")


def show_report(console: Console, sizes: Sequence[int]) -> None:
    """Seconds of processor time; reading and counting alone, and each whole document with its MB."""
    table = Table(title="tracker report, s of processor time")
    table.add_column("commitments", justify="right")
    table.add_column("reading and counting", justify="right")
    for form in _FORMS:
        table.add_column(form, justify="right")
        table.add_column("MB", justify="right")
    for size in sizes:
        with (
            tempfile.TemporaryDirectory() as folder,
            filled(Path(folder), size) as (store, settings),
        ):
            begin = time.process_time()
            with store.read() as session:
                gather(session, settings, TODAY, Filters())
            cells = [f"{time.process_time() - begin:.1f}"]
            for form in _FORMS:
                begin = time.process_time()
                with store.read() as session:
                    made = render_report(session, settings, TODAY, format=form)
                cells += [f"{time.process_time() - begin:.1f}", f"{len(made.encode()) / 1e6:.1f}"]
        table.add_row(f"{size:,}", *cells)
    console.print(table)

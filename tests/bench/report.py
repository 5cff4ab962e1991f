"""How long a report takes in each format, by how many commitments the ledger has."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from tests.bench.sweep import TODAY, filled
from tracker.reports.contents import Filters
from tracker.reports.render import Format, render_docx, render_report
from tracker.settings import Settings

_TEXTS: Final[tuple[Format, ...]] = ("md", "html", "json")


def show_report(console: Console, sizes: Sequence[int]) -> None:
    """Seconds of processor time of a report on all commitments, with its size in MB."""
    table = Table(title="tracker report, s (MB)")
    for column in ("commitments", *_TEXTS, "docx", "peak MB so far"):
        table.add_column(column, justify="right")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder, filled(Path(folder), size) as (store, set_up):
            cells = []
            for write in _writers(set_up):
                # A session each: what one has loaded, the next one would not read.
                with store.read() as session:
                    cells.append(_told(write, session))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        table.add_row(f"{size:,}", *cells, f"{peak:.0f}")
    console.print(table)


def _writers(settings: Settings) -> list[Callable[[Session], bytes]]:
    def text(form: Format) -> Callable[[Session], bytes]:
        return lambda session: render_report(session, settings, TODAY, format=form).encode()

    return [*map(text, _TEXTS), lambda session: render_docx(session, settings, TODAY, Filters())]


def _told(write: Callable[[Session], bytes], session: Session) -> str:
    began = time.process_time()
    written = write(session)
    return f"{time.process_time() - began:.2f} ({len(written) / 1e6:.1f})"

"""How soon the live screen shows a large ledger, and how long a screen further, a filter, a sort
take; beside a Textual `DataTable` filled with the same number of rows.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from rich.table import Table
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import DataTable, Input

from tests.bench.sweep import NOW, filled
from tracker.dashboard import Dashboard
from tracker.dashboard.grid import Grid

_SIZE = (120, 40)
_SCREENS = 50


def show_dashboard(console: Console, sizes: Sequence[int]) -> None:
    """Milliseconds by how many commitments there are."""
    table = Table(title="tracker dashboard, ms")
    columns = (
        "commitments",
        "first paint",
        "a screen further",
        "filter",
        "sort by unit",
        "DataTable",
    )
    for column in columns:
        table.add_column(column, justify="right")
    for size in sizes:
        with (
            tempfile.TemporaryDirectory() as folder,
            filled(Path(folder), size) as (store, settings),
        ):
            app = Dashboard(store, settings, who="bench", now=lambda: NOW + dt.timedelta(0))
            times = asyncio.run(_times(app))
        table.add_row(f"{size:,}", *(f"{1000 * took:.0f}" for took in (*times, _peer(size))))
    console.print(table)


async def _times(app: Dashboard) -> tuple[float, float, float, float]:
    drawn: list[float] = []
    line = Grid.render_line

    def noted(grid: Grid, y: int) -> Strip:
        found = line(grid, y)
        if y and found.text.strip():  # below the headings
            drawn.append(time.perf_counter())
        return found

    begin = time.perf_counter()
    with patch.object(Grid, "render_line", noted):
        async with app.run_test(size=_SIZE) as pilot:
            await pilot.pause()
            return drawn[0] - begin, *await _used(app, pilot)


async def _used(app: Dashboard, pilot: Pilot[None]) -> tuple[float, float, float]:
    await pilot.pause(1)
    await app.workers.wait_for_complete()
    further = await _took(lambda: pilot.press(*["pagedown"] * _SCREENS)) / _SCREENS
    await pilot.press("slash")
    box = app.query_one("#filter", Input)

    async def type_it() -> None:
        box.value = "科技 77"
        await pilot.pause()

    filtered = await _took(type_it)
    await pilot.press("escape")
    await pilot.press("o")
    ordered = await _took(lambda: pilot.press("o"))
    return further, filtered, ordered


async def _took(do: Callable[[], Awaitable[None]]) -> float:
    begin = time.perf_counter()
    await do()
    return time.perf_counter() - begin


class _Filled(App[None]):
    def __init__(self, rows: int) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        yield DataTable()

    def on_mount(self) -> None:
        table: DataTable[str] = self.query_one(DataTable)
        table.add_columns(*"abcdef")
        for at in range(self._rows):
            table.add_row(str(at), "▲ 逾期", "2023-12-31", "高新技术企业", "县经信局", "28户")


def _peer(rows: int) -> float:
    async def run() -> float:
        begin = time.perf_counter()
        async with _Filled(rows).run_test(size=_SIZE) as pilot:
            await pilot.pause()
            return time.perf_counter() - begin

    return asyncio.run(run())

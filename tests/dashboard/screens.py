"""A dashboard over the made-up county, driven without a terminal; its screen as text."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input, Select

from tests.county import TODAY, fill, settings_in
from tracker.dashboard import Dashboard
from tracker.store.database import Store, open_store

#: Ten in the morning of the county's day.
NOW = dt.datetime.combine(TODAY, dt.time(2), tzinfo=dt.UTC)

Task = Callable[[Pilot[None]], Awaitable[None]]


def county_store(folder: Path) -> Store:
    """A database with the county in it."""
    store = open_store(settings_in(folder))
    with store.write() as session:
        fill(session)
    return store


def drive(
    store: Store, folder: Path, task: Task, *, size: tuple[int, int] = (80, 24), lang: str = "zh"
) -> None:
    """Open a dashboard, do something with it, close it."""

    async def run() -> None:
        settings = settings_in(folder, language=lang)
        app = Dashboard(store, settings, who="李督查", now=lambda: NOW)
        async with app.run_test(size=size, notifications=True) as pilot:
            await settled(pilot)
            await task(pilot)

    asyncio.run(run())


async def settled(pilot: Pilot[None]) -> None:
    """Wait until nothing moves, and units and deputies are counted."""
    await pilot.pause()
    app = pilot.app
    assert isinstance(app, Dashboard)
    for _ in range(200):
        if app._listings.tally is not None:
            break
        await pilot.pause(0.05)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def seen(pilot: Pilot[None]) -> str:
    """What the screen shows, as text."""
    lines = [strip.text for strip in pilot.app.screen._compositor.render_strips()]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def compact(text: str) -> str:
    """The text without blanks and frames, for words that wrap."""
    return re.sub(r"[\s│╭╮╰╯─▌]", "", text)


async def fill_in(pilot: Pilot[None], **values: str) -> None:
    """Fill in the form that is open, and save."""
    for name, value in values.items():
        widget = pilot.app.screen.query_one(f"#f-{name}")
        assert isinstance(widget, Input | Select)
        widget.value = value
    await pilot.press("ctrl+s")
    await settled(pilot)

"""Three years of an office beside a plain model of it: what was compared, and how long it took."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

from rich.console import Console

from tests.followup.test_three_years import World, live
from tracker.settings import Settings


def show_years(console: Console, promises: int, days: int) -> None:
    """Live so many days with so many promises; the first difference from the model ends it.

    Raises:
        AssertionError: a round or a delivery did not do what the model says.
    """
    with tempfile.TemporaryDirectory() as name:
        folder, begin = Path(name), time.perf_counter()
        world = World(Settings(folder, f"sqlite:///{folder / 'tracker.db'}"))
        try:
            live(world, random.Random(5), days, promises)  # noqa: S311
        finally:
            world.store.close()
            console.print(
                f"{promises:,} promises, until {world.today}: {world.notices:,} notices and "
                f"{world.mails:,} mails as the model says, {time.perf_counter() - begin:.0f} s"
            )

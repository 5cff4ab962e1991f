"""The full run of what tests/notices/test_crashes.py does in little."""

from __future__ import annotations

import signal
import tempfile
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from sqlalchemy import select

from tests.bench.delivery import postgresql
from tests.crashing import forks, kill_at_random, queue, settings_for, wait_until_sent
from tests.post import post_office
from tracker.store.database import open_store
from tracker.store.tables import AttemptRow


def show_crashes(console: Console, kills: int, digests: int, shared: int) -> None:
    """Kill a daemon so many times while it delivers so many digests; then have four share some.

    Raises:
        AssertionError: something was lost, or came twice that was not in flight.
    """
    with tempfile.TemporaryDirectory() as folder:
        if kills:
            done = kill_at_random(Path(folder), kills, digests)
            console.print(
                f"{kills} kills, {digests} digests: none lost, {done.in_flight} were in flight, "
                f"{done.repeated} came again with the same Message-ID, {done.seconds:.0f} s"
            )
        with postgresql() as server:
            if server and shared:
                console.print(_share(Path(folder), server, shared))


def _share(folder: Path, server: str, count: int) -> str:
    with post_office() as post:
        settings = settings_for(folder, server, post.port)
        store = open_store(settings)
        queue(store, settings, count)
        begun = time.monotonic()
        with forks(settings) as daemons:
            lives = [daemons.begin() for _ in range(4)]
            wait_until_sent(store, count, seconds=3600)
            spent = time.monotonic() - begun
            for pid in lives:
                daemons.end(pid, signal.SIGTERM)
    assert len(post.ids) == len(set(post.ids)) == count
    with store.read() as session:
        assert Counter(session.scalars(select(AttemptRow.result))) == {"sent": count}
    store.close()
    return f"4 daemons, {count} digests on PostgreSQL: each once, {count / spent:.0f}/s"

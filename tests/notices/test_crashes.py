"""Daemons that are killed at random moments, and four that share one outbox."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.crashing import forks, kill_at_random, queue, settings_for, wait_until_sent
from tests.post import post_office
from tracker.settings import Settings
from tracker.store.database import open_store
from tracker.store.tables import AttemptRow, MessageRow, RunRow

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs fork and kill -9")
#: The full run is `python -m tests.bench --crashes`: 200 kills and 2,000 digests.
KILLS, DIGESTS = 12, 150
#: Of four notices each; and 20,000 for four daemons.
SHARED = 200


def test_a_daemon_killed_at_random_moments(tmp_path: Path) -> None:
    done = kill_at_random(tmp_path, KILLS, DIGESTS)
    assert done.kills == KILLS
    assert done.repeated <= done.in_flight <= KILLS, "one connection: one message in flight"
    assert done.in_flight, "else the kills came at moments that say nothing"


def test_four_daemons_on_one_server(postgresql: Settings, tmp_path: Path) -> None:
    with post_office() as post:
        settings = settings_for(tmp_path, postgresql.database_url, post.port)
        store = open_store(settings)
        queue(store, settings, SHARED, each=4)
        with forks(settings) as daemons:
            lives = [daemons.begin() for _ in range(4)]
            wait_until_sent(store, SHARED)
            for pid in lives:
                daemons.end(pid, signal.SIGTERM)
    assert len(post.ids) == len(set(post.ids)) == SHARED, "each once"
    with store.read() as session:
        assert Counter(session.scalars(select(AttemptRow.result))) == {"sent": SHARED}
        runs = list(session.scalars(select(RunRow).where(RunRow.job == "sweep")))
        busy = [run.said for run in runs if run.said and ", 0 sent" not in run.said]
    assert len(runs) == 4
    assert len(busy) > 1, "they share the work"
    store.close()


def test_a_daemon_told_to_stop_finishes_what_is_in_flight(tmp_path: Path) -> None:
    """And gives back what it had claimed, on several connections too."""
    with post_office() as post:
        post.delay = 0.1
        settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'tracker.db'}", post.port, 4)
        store = open_store(settings)
        queue(store, settings, 60)
        with forks(settings) as daemons:
            pid = daemons.begin()
            while len(post.ids) < 5:
                assert pid in daemons.alive
            daemons.end(pid, signal.SIGTERM)
    arrived = len(post.ids)
    assert 5 <= arrived < 60
    assert post.sessions == 4
    with store.read() as session:
        assert Counter(session.scalars(select(AttemptRow.result))) == {"sent": arrived}
        states = Counter(session.scalars(select(MessageRow.state)))
    assert states == {"sent": arrived, "queued": 60 - arrived}
    store.close()

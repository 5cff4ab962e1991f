"""Daemons and runs: who was heard of, what ran last, what is forgotten."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from tests.office import MONDAY, morning
from tracker.store import daemons
from tracker.store.database import Store
from tracker.store.tables import DaemonRow, RunRow

NOW = morning(MONDAY)
DAY = dt.timedelta(days=1)


def test_a_daemon_is_heard_of_until_it_says_goodbye(any_store: Store) -> None:
    due = {"sweep": NOW + DAY}
    with any_store.write() as session:
        daemons.beat(session, "one", NOW, {})
        daemons.beat(session, "two", NOW, {})
        daemons.beat(session, "one", NOW + daemons.BEAT, due)
        daemons.end(session, "two", NOW)
        daemons.end(session, "never heard of", NOW)
    with any_store.read() as session:
        (one,) = daemons.daemons(session, NOW + daemons.BEAT)
    assert (one.worker, one.started_at, one.seen_at) == ("one", NOW, NOW + daemons.BEAT)
    assert (one.alive, one.next_runs) == (True, due)


@pytest.mark.parametrize(
    ("later", "ended", "alive"),
    [
        (dt.timedelta(), None, True),
        (daemons.SILENT, None, True),
        (daemons.SILENT * 2, None, False),
        (-daemons.SILENT * 2, None, False),
        (daemons.SILENT, False, True),
        (dt.timedelta(), True, False),
    ],
)
def test_who_is_silent_or_ended_is_gone(
    store: Store, later: dt.timedelta, ended: bool | None, alive: bool
) -> None:
    with store.write() as session:
        daemons.beat(session, "one", NOW, {})
    with store.read() as session:
        (one,) = daemons.daemons(session, NOW + later, gone=lambda _: ended)
    assert one.alive is alive


def test_the_last_run_of_each_job(any_store: Store) -> None:
    with any_store.write() as session:
        for hour in (8, 9):
            run = daemons.begin_run(session, "sweep", "one", morning(MONDAY, hour))
            said = "x" * 1000 if hour == 9 else "first"
            daemons.end_run(session, run, morning(MONDAY, hour), said, failed=hour == 9)
        daemons.begin_run(session, "deliver", "one", NOW)
    with any_store.read() as session:
        last = daemons.last_runs(session)
    assert set(last) == {"sweep", "deliver"}
    assert (last["sweep"].said, last["sweep"].failed) == ("x" * 300, True)
    assert last["deliver"].ended_at is None


def test_what_is_old_is_forgotten_but_for_the_last_run(any_store: Store) -> None:
    long_ago = NOW - daemons.KEPT - DAY
    with any_store.write() as session:
        for at in (long_ago, long_ago, NOW):
            daemons.begin_run(session, "sweep", "one", at)
        daemons.begin_run(session, "watch", "one", long_ago)
        daemons.beat(session, "one", long_ago, {})
        daemons.beat(session, "two", NOW, {})
        assert daemons.prune(session, NOW) == 3
    with any_store.read() as session:
        runs = [(row.job, row.started_at) for row in session.scalars(select(RunRow))]
        assert runs == [("sweep", NOW), ("watch", long_ago)]
        assert [row.worker for row in session.scalars(select(DaemonRow))] == ["two"]

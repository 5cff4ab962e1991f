"""Real processes: two sweeps at once, and one that is killed while it delivers."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.office import MONDAY, Ledger, add_unit
from tests.post import Post, post_office
from tracker.settings import Settings
from tracker.store.database import Store, open_store
from tracker.store.tables import AttemptRow, MessageRow, NoticeRow

UNITS = 8
CONFIG = """
[office]
name = "云溪县人大代工委"
email = "office@yunxi.example"
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "tracker@yunxi.example"
"""
#: Mail of a past day is refused, so that the day of the programs is Monday itself.
ON_MONDAY = f"""
import datetime as dt
from tracker import clock
from tracker.cli.main import main
clock.today = lambda zone: dt.date.fromisoformat("{MONDAY}")
main()
"""


def fill(store: Store) -> None:
    with store.write() as session:
        ledger = Ledger(session)
        for number in range(UNITS):
            unit = add_unit(session, f"第{number}局", f"u{number}@yunxi.example")
            ledger.commitment(unit)
            ledger.commitment(unit)


def start_sweep(settings: Settings, folder: Path, port: int) -> subprocess.Popen[str]:
    config = folder / "config.toml"
    config.write_text(CONFIG.format(port=port), encoding="utf-8")
    environment = os.environ | {
        "TRACKER_CONFIG": str(config),
        "TRACKER_DATA": str(settings.data_dir),
        "TRACKER_DATABASE_URL": settings.database_url,
    }
    return subprocess.Popen(
        [sys.executable, "-c", ON_MONDAY, "sweep"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def finish(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


def plain(header_id: str) -> str:
    """A Message-ID without what makes it unique in the world."""
    return re.sub(r"\.[0-9a-f]{16}@", "@", header_id)


def check_all_arrived(store: Store, post: Post) -> None:
    assert {plain(found) for found in post.ids} == {
        f"<digest.unit.{number}.{MONDAY}@yunxi.example>" for number in range(1, UNITS + 1)
    }
    with store.read() as session:
        notices = [(row.commitment_id, row.recipient) for row in session.scalars(select(NoticeRow))]
        assert len(notices) == len(set(notices)) == UNITS * 2
        states = set(session.scalars(select(MessageRow.state)))
        assert states == {"sent"}


@pytest.mark.parametrize("server", ["sqlite", "postgresql"])
def test_two_sweeps_at_the_same_moment(
    settings: Settings, tmp_path: Path, request: pytest.FixtureRequest, server: str
) -> None:
    if server == "postgresql":
        settings = replace(settings, database_url=request.getfixturevalue(server).database_url)
    store = open_store(settings)
    fill(store)
    with post_office() as post:
        for process in [start_sweep(settings, tmp_path, post.port) for _ in range(2)]:
            finish(process)
    check_all_arrived(store, post)
    assert len(post.ids) == UNITS, "nobody got anything twice"
    store.close()


@pytest.mark.skipif(os.name != "posix", reason="needs kill -9")
def test_a_sweep_that_is_killed_while_it_delivers(settings: Settings, tmp_path: Path) -> None:
    store = open_store(settings)
    fill(store)
    with post_office() as post:
        post.stall = "u3@yunxi.example"
        process = start_sweep(settings, tmp_path, post.port)
        assert post.stalled.wait(60)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)
        post.stall = ""
        in_flight = post.ids[-1]
        assert plain(in_flight) == f"<digest.unit.4.{MONDAY}@yunxi.example>"

        finish(start_sweep(settings, tmp_path, post.port))
    check_all_arrived(store, post)
    assert Counter(post.ids) - Counter(set(post.ids)) == {in_flight: 1}
    with store.read() as session:
        ended = Counter(session.scalars(select(AttemptRow.result)))
    assert ended == {"sent": UNITS, "interrupted": 1}, "what it had claimed only is untouched"
    store.close()

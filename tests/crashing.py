"""Daemons that are killed while they deliver: `python -m tests.crashing` starts them by fork, so
that a life costs no second of imports.

Each line on its standard input begins a life, and the process's number is the answer. The clock of
the daemons starts on MONDAY and runs.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from tests.office import MONDAY, Ledger, add_unit, morning
from tests.post import Post, post_office
from tracker.followup.rounds import decide
from tracker.schedule import run
from tracker.settings import Mail, Office, Settings
from tracker.store.database import Store, open_store
from tracker.store.tables import AttemptRow, MessageRow

OFFICE = Office(name="云溪县人大代工委", email="office@yunxi.example")


def settings_for(folder: Path, url: str, port: int, connections: int = 1) -> Settings:
    """An office whose mail goes to a server on the loopback."""
    mail = Mail(
        "127.0.0.1", port, "none", "tracker@yunxi.example", connections=connections, timeout=5.0
    )
    return Settings(data_dir=folder, database_url=url, office=OFFICE, mail=mail)


def queue(store: Store, settings: Settings, count: int, each: int = 1) -> None:
    """So many digests, each of a unit of its own, with so many notices."""
    with store.write() as session:
        ledger = Ledger(session)
        for number in range(count):
            unit = add_unit(session, f"第{number}局", f"u{number}@yunxi.example")
            for _ in range(each):
                ledger.commitment(unit)
    with store.write() as session:
        assert decide(session, MONDAY, morning(MONDAY), settings).messages == count


@dataclass
class Forks:
    """Daemons on demand."""

    process: subprocess.Popen[str]
    alive: set[int] = field(default_factory=set)

    def begin(self) -> int:
        """Another one; its process's number."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline())
        self.alive.add(pid)
        return pid

    def end(self, pid: int, kind: signal.Signals = signal.SIGKILL) -> None:
        """Kill it, or ask it to stop and wait until it has."""
        os.kill(pid, kind)
        self.alive.discard(pid)
        deadline = time.monotonic() + 60
        while kind != signal.SIGKILL and _runs(pid):
            assert time.monotonic() < deadline, "it does not stop"
            time.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def forks(settings: Settings) -> Iterator[Forks]:
    """Start daemons with these settings during the block; none outlives it."""
    mail = settings.mail
    arguments = [str(settings.data_dir), settings.database_url, str(mail.port)]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crashing", *arguments, str(mail.connections)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        made = Forks(process)
        try:
            yield made
        finally:
            for pid in list(made.alive):
                made.end(pid)
            process.kill()


def wait_until_sent(store: Store, count: int, seconds: float = 120) -> None:
    """Until so many messages are written down as sent."""
    deadline = time.monotonic() + seconds
    while True:
        with store.read() as session:
            states = Counter(session.scalars(select(MessageRow.state)))
        if states["sent"] == count:
            return
        assert time.monotonic() < deadline, states
        time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Killed:
    """What came of it: lives ended, messages in flight then, and those that came twice."""

    kills: int
    in_flight: int
    repeated: int
    seconds: float


def kill_at_random(folder: Path, kills: int, digests: int, seed: int = 1) -> Killed:
    """Kill the daemon so many times while it delivers so many digests, then let it finish.

    Checks that each arrived, that only what was in flight came again, under its Message-ID, and
    that what had only been claimed was never counted as tried.
    """
    chance, begun = random.Random(seed), time.monotonic()  # noqa: S311
    with post_office() as post:
        settings = settings_for(folder, f"sqlite:///{folder / 'tracker.db'}", post.port)
        store = open_store(settings)
        queue(store, settings, digests)
        with forks(settings) as daemons:
            for life in range(kills):
                pid = daemons.begin()
                # Half of them as soon as another mail has come, the others at any time.
                if chance.random() < 0.5:
                    _wait_for_one_more(post)
                    time.sleep(chance.uniform(0, 0.03))
                else:
                    time.sleep(chance.uniform(0, 0.6))
                daemons.end(pid)
                assert len(set(post.ids)) < digests, f"all was sent before kill {life + 1}"
            last = daemons.begin()
            wait_until_sent(store, digests)
            daemons.end(last, signal.SIGTERM)
        found = _check(store, post)
        store.close()
    return Killed(kills, *found, time.monotonic() - begun)


def _wait_for_one_more(post: Post) -> None:
    before, deadline = len(post.mails), time.monotonic() + 30
    while len(post.mails) == before and time.monotonic() < deadline:
        time.sleep(0.001)


def _check(store: Store, post: Post) -> tuple[int, int]:
    arrived = Counter(post.ids)
    with store.read() as session:
        rows = list(session.scalars(select(MessageRow)))
        tries = list(session.execute(select(AttemptRow.message_id, AttemptRow.result)))
    interrupted = Counter(number for number, result in tries if result == "interrupted")
    assert set(arrived) == {row.header_id for row in rows}, "nothing is lost"
    assert {row.state for row in rows} == {"sent"}
    for row in rows:
        assert 1 <= arrived[row.header_id] <= 1 + interrupted[row.id], row.header_id
        assert row.tries == 1 + interrupted[row.id], "only what had begun was tried"
    assert Counter(result for _, result in tries)["sent"] == len(rows)
    return interrupted.total(), arrived.total() - len(arrived)


def main() -> None:
    """Fork a daemon for each line on standard input."""
    folder, url, port, connections = sys.argv[1:]
    settings = settings_for(Path(folder), url, int(port), int(connections))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    begun = time.monotonic()

    def now() -> dt.datetime:
        return morning(MONDAY) + dt.timedelta(seconds=time.monotonic() - begun)

    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            store = open_store(settings)
            run(store, settings, now)
            store.close()
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

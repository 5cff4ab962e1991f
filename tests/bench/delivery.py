"""What delivery costs beside a bare loop of smtplib that sends the same bytes, and what claims cost.

The sink is a process of its own. A few messages go out before the clock starts: a daemon has worded
its statements long ago. "all" is the whole of delivery with looking, wording and building;
"sending" leaves out the time in which messages are worded and built, which a server that takes its
time hides.
"""

from __future__ import annotations

import datetime as dt
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.bench.sink import sink
from tests.conftest import _initdb, _Server
from tests.crashing import queue, settings_for
from tests.office import MONDAY, morning
from tracker.notices import delivery, looks
from tracker.notices.looks import Look
from tracker.notices.ready import Ready
from tracker.settings import Settings
from tracker.store import claims
from tracker.store.database import Store, open_store
from tracker.store.tables import MessageRow

_COUNT, _FIRST, _SLOW, _CLAIMS = 1000, 10, 32, 1000
_DELAY = 0.05
_WORKER = "from tests.bench.delivery import work; import sys; work(*sys.argv[1:])"


def show_delivery(console: Console) -> None:
    """Print digests per second, and claims per second."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        port = stack.enter_context(sink())
        simple = stack.enter_context(sink(together=False))
        slow = stack.enter_context(sink(_DELAY))
        place = Path(folder)
        for at, name in ((port, "a sink with PIPELINING"), (simple, "a sink without")):
            console.print(f"{name}:")
            mails, whole, apart = _one_connection(place / f"one{at}", at)
            bare = _bare(at, mails)
            _show_rates(console, "bare smtplib loop", bare, bare)
            _show_rates(console, "delivery, all", whole, bare)
            _show_rates(console, "delivery, sending", apart, bare)
        for connections in (1, 16):
            rate = _slow(place / f"slow{connections}", slow, connections)
            console.print(
                f"sink of {_DELAY * 1000:.0f} ms, {connections} connections: {rate:.1f}/s"
            )
        _show_claims(console, "SQLite", settings_for(place, f"sqlite:///{place / 'c.db'}", port))
        server = stack.enter_context(postgresql())
        if server:
            settings = settings_for(place, server, port)
            _show_claims(console, "PostgreSQL", settings)
            console.print(f"4 deliverers on PostgreSQL: {_four(settings):.0f}/s")


def _filled(folder: Path, port: int, count: int, connections: int = 1) -> tuple[Store, Settings]:
    folder.mkdir()
    settings = settings_for(folder, f"sqlite:///{folder / 'tracker.db'}", port, connections)
    store = open_store(settings)
    queue(store, settings, count)
    return store, settings


def _put_off(session: Session, ids: Sequence[int], until: dt.datetime) -> None:
    session.execute(update(MessageRow).where(MessageRow.id.in_(ids)).values(not_before=until))


class _Watch:
    """Seconds that passed, and seconds of this process's own work: on a busy machine the first
    say little."""

    def __init__(self, wall: float | None = None, own: float | None = None) -> None:
        self.wall = time.perf_counter() if wall is None else wall
        self.own = time.process_time() if own is None else own

    def spent(self) -> _Watch:
        return _Watch(time.perf_counter() - self.wall, time.process_time() - self.own)


def _show_rates(console: Console, name: str, spent: _Watch, bare: _Watch) -> None:
    console.print(
        f"{name}: {_COUNT / spent.wall:.0f} digests/s, {bare.wall / spent.wall:.2f} of the bare "
        f"loop; {spent.own / _COUNT * 1000:.2f} ms of own work each, "
        f"{bare.own / spent.own:.2f} of the bare loop"
    )


def _deliver(store: Store, settings: Settings, count: int) -> _Watch:
    begun = _Watch()
    sent = delivery.deliver(store, settings, MONDAY, lambda: morning(MONDAY)).sent
    assert sent == count
    return begun.spent()


def _one_connection(folder: Path, port: int) -> tuple[list[bytes], _Watch, _Watch]:
    """The bytes that went out, what it took in all, and without looking, wording and building."""
    store, settings = _filled(folder, port, _COUNT + _FIRST)
    with store.write() as session:
        later = session.scalars(select(MessageRow.id).offset(_FIRST)).all()
        _put_off(session, later, morning(MONDAY) + dt.timedelta(days=1))
    _deliver(store, settings, _FIRST)
    with store.write() as session:
        _put_off(session, later, morning(MONDAY))
    mails: list[bytes] = []
    ahead = _Watch(0.0, 0.0)
    build, look = Ready.build, looks.look_at

    def add(spent: _Watch) -> None:
        ahead.wall += spent.wall
        ahead.own += spent.own

    def timed_build(ready: Ready, message: Look) -> None:
        begun = _Watch()
        build(ready, message)
        add(begun.spent())
        assert not isinstance(message.prepared, Exception)
        assert message.prepared is not None
        mails.append(message.prepared.content)

    def timed_look(*arguments: object) -> list[Look]:
        begun = _Watch()
        found: list[Look] = look(*arguments)  # type: ignore[arg-type]
        add(begun.spent())
        return found

    with (
        patch.object(Ready, "build", timed_build),
        patch.object(delivery, "look_at", timed_look),
    ):
        spent = _deliver(store, settings, _COUNT)
    store.close()
    return mails, spent, _Watch(spent.wall - ahead.wall, spent.own - ahead.own)


def _bare(port: int, mails: list[bytes]) -> _Watch:
    begun = _Watch()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number, mail in enumerate(mails):
            server.sendmail("tracker@yunxi.example", f"u{number}@yunxi.example", mail)
    return begun.spent()


def _slow(folder: Path, port: int, connections: int) -> float:
    count = _SLOW * (4 if connections > 1 else 1)
    store, settings = _filled(folder, port, count, connections)
    spent = _deliver(store, settings, count)
    store.close()
    return count / spent.wall


def _show_claims(console: Console, name: str, settings: Settings) -> None:
    store = open_store(settings)
    queue(store, settings, _CLAIMS)
    for size in (1, 10, 50, 100):
        begun, taken = time.perf_counter(), 0
        most = 200 if size == 1 else _CLAIMS
        while taken < most:
            with store.write() as session:
                found = claims.claim(session, "bench", morning(MONDAY), MONDAY, size)
            taken += len(found)
        rate = taken / (time.perf_counter() - begun)
        console.print(f"claims on {name}, {size} at once: {rate:.0f}/s")
        with store.write() as session:
            claims.release(session, "bench", list(session.scalars(select(MessageRow.id))))
    store.close()


@contextmanager
def postgresql() -> Iterator[str | None]:
    """A private server; its address, or None where none is installed."""
    programs = _initdb()
    if programs is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="tracker-pg-", dir="/tmp"))
    folder.chmod(0o755)
    server = _Server(programs.parent, folder)
    try:
        server.start()
        yield f"postgresql+psycopg://tracker@/postgres?host={folder}"
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _four(settings: Settings) -> float:
    """Four processes; from the first to the last message sent."""
    arguments = [str(settings.data_dir), settings.database_url, str(settings.mail.port)]
    store = open_store(settings)
    with ExitStack() as stack:
        workers = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", _WORKER, *arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            )
            for _ in range(4)
        ]
        for worker in workers:  # until all have loaded what they need
            assert worker.stdout is not None
            worker.stdout.readline()
        begun = time.perf_counter()
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.close()
        for worker in workers:
            worker.wait()
        spent = time.perf_counter() - begun
    with store.read() as session:
        states = list(session.scalars(select(MessageRow.state)))
    store.close()
    assert set(states) == {"sent"}
    return len(states) / spent


def work(folder: str, url: str, port: str) -> None:
    """One of four deliverers."""
    settings = settings_for(Path(folder), url, int(port))
    store = open_store(settings)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    delivery.deliver(store, settings, MONDAY, lambda: morning(MONDAY))
    store.close()

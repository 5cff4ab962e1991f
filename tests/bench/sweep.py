"""How long a round takes, by how much is stored: a ledger of 10,000 and one of 1,000,000, with a
hundred notices due in either; beside it one APScheduler job for each reminder, in a job store.

A third of what is stored is open, confirmed and overdue for years, told of last week, as a round
leaves it behind: such ledgers are the hard ones.
"""

from __future__ import annotations

import datetime as dt
import pickle
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table as Grid
from sqlalchemy import create_engine, insert, text

from tests.conftest import _initdb, _Server
from tracker.followup.ladder import coming
from tracker.followup.places import keep_places, read_ladder
from tracker.followup.rounds import decide
from tracker.followup.workdays import is_workday
from tracker.ladders import LADDER
from tracker.settings import Office, Settings
from tracker.store.database import Store, open_store
from tracker.store.tables import LetterRow, SuggestionRow, UnitRow

#: A Wednesday on which no year's end has a rung, and 24 January its seventh day before.
TODAY: Final = dt.date(2024, 1, 17)
NOW: Final = dt.datetime(2024, 1, 17, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
DUE: Final = 100
_UNITS: Final = 200
_SUGGESTIONS: Final = 1000
_ROUNDS: Final = 5
_YEAR_ENDS: Final = (dt.date(2020, 12, 31), dt.date(2021, 12, 31), dt.date(2022, 12, 31))

_NUMBERS: Final = "WITH RECURSIVE n(i) AS (SELECT CAST(:first AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i < :last) "
_COMMITMENTS: Final = (
    'INSERT INTO commitments (id, ref, seq, suggestion_id, letter_id, quote, start, "end", section,'  # noqa: S608
    " kind, what, value, unit, mode, comparator, deadline, deadline_text, deadline_basis,"
    " original_deadline, strength, confidence, reasons, fingerprint, review, outcome, settled_on,"
    " look_on) "
    + _NUMBERS
    + f"SELECT i, 's' || i, i, 1 + i % {_SUGGESTIONS}, 1 + i % {_SUGGESTIONS},"  # noqa: S608
    " '力争2023年推动我县新增高新技术企业30户', 0, 21, '[]', 'measurable', '新增高新技术企业', '30',"
    " '户', 'increase', '=', CAST(:deadline AS DATE), '2023年', 'stated', CAST(:deadline AS DATE),"
    " 'target', 0.9, '[]', '', :review, :outcome, CAST(:settled AS DATE), CAST(:look AS DATE)"
    " FROM n"
)
_OWNERS: Final = (
    "INSERT INTO commitment_units (commitment_id, unit_id, written, named) "  # noqa: S608
    + _NUMBERS
    + f"SELECT i, 1 + i % {_UNITS}, '县经信局', :yes FROM n"  # noqa: S608
)
_NOTICES: Final = (
    "INSERT INTO notices (commitment_id, recipient, rung, deadline, decided_on, message_id) "  # noqa: S608
    + _NUMBERS
    + f"SELECT i, CASE WHEN :unit = 1 THEN 'unit:' || (1 + i % {_UNITS}) ELSE 'supervisor' END,"  # noqa: S608
    " :rung, CAST(:deadline AS DATE), CAST(:on AS DATE), 0 FROM n"
)


def show_sweep(console: Console, many: int) -> None:
    """Seconds of a round by what is stored, on both databases."""
    grid = Grid(title=f"a round with {DUE} notices due")
    for column in (
        "",
        "stored",
        "open and overdue",
        "notices",
        "ms, best of 5",
        "ratio",
        "of it own CPU",
    ):
        grid.add_column(column, justify="right" if column else "left")
    with tempfile.TemporaryDirectory() as folder:
        for name, measure in (
            ("SQLite", lambda count: _on_sqlite(Path(folder) / f"{count}", count)),
            ("PostgreSQL", _on_postgresql),
            ("APScheduler, a job each, SQLite", lambda count: _jobs(Path(folder), count)),
        ):
            few = 0.0
            for count in (10_000, many):
                found = measure(count)
                if found is None:
                    console.print(f"{name}: left out, there is no server here")
                    break
                seconds, own, overdue, notices = found
                few = few or seconds
                grid.add_row(
                    name, f"{count:,}", f"{overdue:,}", f"{notices:,}", f"{seconds * 1000:.1f}",
                    f"{seconds / few:.2f}", f"{own * 1000:.1f}",
                )  # fmt: skip
    console.print(grid)


def show_first(console: Console, count: int) -> None:
    """Seconds of the very first round of a ledger in which everything is overdue."""
    with tempfile.TemporaryDirectory() as folder, _sqlite(Path(folder)) as (store, settings):
        _people(store)
        with store.engine.begin() as connection:
            _rows(connection, 1, count, dt.date(2023, 12, 31), None)
        begin, spent = time.perf_counter(), time.process_time()
        with store.write() as session:
            done = decide(session, TODAY, NOW, settings)
        seconds, own = time.perf_counter() - begin, time.process_time() - spent
    console.print(
        f"first round: {count:,} overdue, {done.notices:,} notices in {seconds:.1f} s, "
        f"{own:.1f} s of it own CPU"
    )


def fill(store: Store, settings: Settings, stored: int) -> int:
    """A ledger as rounds have left it: settled, overdue, far and pending; how many are overdue."""
    with store.write() as session:
        keep_places(session, read_ladder(session, TODAY, settings, is_workday))
    _people(store)
    settled, overdue, far = stored * 4 // 10, stored * 3 // 10, stored * 2 // 10
    with store.engine.begin() as connection:
        at = 1 + DUE
        _rows(connection, 1, DUE, dt.date(2024, 1, 24), TODAY)
        _told(connection, 1, DUE, dt.date(2024, 1, 24), "before-30", 1)
        _rows(connection, at, at + settled - 1, dt.date(2021, 6, 30), dt.date.max, "kept")
        at += settled
        share = overdue // len(_YEAR_ENDS)
        for deadline in _YEAR_ENDS:
            last = at + share - 1
            look = coming(deadline, "measurable", TODAY, LADDER, is_workday)
            _rows(connection, at, last, deadline, look)
            offset = (TODAY - deadline).days // 7 * 7
            for unit in (1, 0):
                _told(connection, at, last, deadline, f"after-{offset}", unit)
            at = last + 1
        look = coming(dt.date(2025, 12, 31), "measurable", TODAY, LADDER, is_workday)
        _rows(connection, at, at + far - 1, dt.date(2025, 12, 31), look)
        at += far
        _rows(connection, at, stored, dt.date(2024, 1, 24), None, review="pending")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return share * len(_YEAR_ENDS)


@contextmanager
def filled(folder: Path, stored: int) -> Iterator[tuple[Store, Settings]]:
    """Such a ledger on SQLite, in a folder."""
    with _sqlite(folder) as (store, settings):
        fill(store, settings, stored)
        yield store, settings


def _people(store: Store) -> None:
    with store.write() as session:
        units = [{"name": f"第{no}局", "email": f"u{no}@yunxi.example"} for no in range(_UNITS)]
        session.execute(insert(UnitRow), units)
        session.execute(
            insert(SuggestionRow),
            [
                {"code": f"{no}", "body": "npc", "region": "云溪县", "session": "", "number": no}
                for no in range(_SUGGESTIONS)
            ],
        )
        session.execute(
            insert(LetterRow),
            [
                {
                    "sha256": f"{no:064d}", "source": f"{no}.txt", "encoding": "utf-8",
                    "imported_at": NOW, "suggestion_id": no + 1, "text": "",
                }
                for no in range(_SUGGESTIONS)
            ],
        )  # fmt: skip
        session.execute(
            text(
                "INSERT INTO messages (id, key, kind, recipient, recipient_name, stand_in, day,"
                " state, header_id, tries, not_before) VALUES (0, 'digest:old', 'digest', 'unit:1',"
                " '', :no, CAST('2024-01-10' AS DATE), 'sent', '<old@x>', 1,"
                " '2024-01-10 00:00:00')"
            ),
            {"no": False},
        )


def _rows(
    connection: Any,
    first: int,
    last: int,
    deadline: dt.date,
    look: dt.date | None,
    outcome: str = "open",
    review: str = "confirmed",
) -> None:
    values = {
        "first": first, "last": last, "deadline": str(deadline), "review": review,
        "outcome": outcome, "settled": None if outcome == "open" else "2021-06-01",
        "look": None if look is None else str(look),
    }  # fmt: skip
    sqlite = connection.dialect.name == "sqlite"
    statement = _COMMITMENTS
    if sqlite:  # where CAST makes a number of a date
        for name in ("deadline", "settled", "look"):
            statement = statement.replace(f"CAST(:{name} AS DATE)", f":{name}")
    connection.execute(text(statement), values)
    connection.execute(text(_OWNERS), {"first": first, "last": last, "yes": True})


def _told(connection: Any, first: int, last: int, deadline: dt.date, rung: str, unit: int) -> None:
    statement = _NOTICES
    if connection.dialect.name == "sqlite":
        for name in ("deadline", "on"):
            statement = statement.replace(f"CAST(:{name} AS DATE)", f":{name}")
    values = {
        "first": first, "last": last, "deadline": str(deadline), "rung": rung, "unit": unit,
        "on": "2024-01-12",
    }  # fmt: skip
    connection.execute(text(statement), values)


def _round(store: Store, settings: Settings) -> tuple[float, float, int]:
    """The best of several rounds, each undone: seconds, those of our own processor time, notices."""
    times, own = [], []
    for _ in range(_ROUNDS):
        begin, spent = time.perf_counter(), time.process_time()
        with store.rehearse() as session:
            done = decide(session, TODAY, NOW, settings)
        times.append(time.perf_counter() - begin)
        own.append(time.process_time() - spent)
    return min(times), min(own), done.notices


@contextmanager
def _sqlite(folder: Path) -> Iterator[tuple[Store, Settings]]:
    office = Office(name="云溪县人大代工委", email="office@yunxi.example")
    settings = Settings(folder, f"sqlite:///{folder / 'tracker.db'}", office=office)
    store = open_store(settings)
    try:
        yield store, settings
    finally:
        store.close()


def _on_sqlite(folder: Path, count: int) -> tuple[float, float, int, int]:
    with _sqlite(folder) as (store, settings):
        overdue = fill(store, settings, count)
        seconds, own, notices = _round(store, settings)
    return seconds, own, overdue, notices


def _on_postgresql(count: int) -> tuple[float, float, int, int] | None:
    programs = _initdb()
    if programs is None:
        return None
    folder = Path(f"/tmp/tracker-bench-{uuid.uuid4().hex[:8]}")  # noqa: S108
    folder.mkdir(mode=0o755)
    server = _Server(programs.parent, folder)
    try:
        server.start()
        url = f"postgresql+psycopg://tracker@/postgres?host={folder}"
        office = Office(name="云溪县人大代工委", email="office@yunxi.example")
        settings = Settings(folder / "tracker", url, office=office)
        (folder / "tracker").mkdir()
        store = open_store(settings)
        overdue = fill(store, settings, count)
        seconds, own, notices = _round(store, settings)
        store.close()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return seconds, own, overdue, notices


_RAN: list[int] = []


def remind(number: int) -> None:
    """What a job for one reminder does; to decide and to send is left out."""
    _RAN.append(number)


def _jobs(folder: Path, count: int) -> tuple[float, float, int, int]:
    """One job for each open commitment in APScheduler's own store, a hundred of them due now."""
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.background import BackgroundScheduler

    path = folder / f"jobs-{count}.db"
    store = SQLAlchemyJobStore(url=f"sqlite:///{path}")
    scheduler = BackgroundScheduler(jobstores={"default": store}, timezone="Asia/Shanghai")
    scheduler.start(paused=True)
    now = dt.datetime.now(dt.UTC)
    job = scheduler.add_job(
        remind, "interval", days=7, args=(0,), next_run_time=now, misfire_grace_time=None
    )  # by default what is more than a second late is dropped
    state = dict(job.__getstate__())
    jobs = count // 2
    job.remove()

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(jobs):
            at = now - dt.timedelta(seconds=1) if number < DUE else now + dt.timedelta(days=3)
            state.update(id=f"j{number}", next_run_time=at, args=(number,))
            yield {
                "id": f"j{number}", "next_run_time": at.timestamp(),
                "job_state": pickle.dumps(state, pickle.HIGHEST_PROTOCOL),
            }  # fmt: skip

    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        batch: list[dict[str, Any]] = []
        for row in rows():
            batch.append(row)
            if len(batch) == 10_000:
                connection.execute(insert(store.jobs_t), batch)
                batch = []
        if batch:
            connection.execute(insert(store.jobs_t), batch)
    engine.dispose()
    _RAN.clear()
    begin, spent = time.perf_counter(), time.process_time()
    scheduler.resume()
    seconds = _until(lambda: len(_RAN) >= DUE and not store.get_due_jobs(now), begin)
    own = time.process_time() - spent
    scheduler.shutdown(wait=True)
    return seconds, own, 0, len(_RAN)


def _until(done: Callable[[], bool], begin: float) -> float:
    wait = threading.Event()
    while not done():
        if time.perf_counter() - begin > 120:
            raise TimeoutError("the jobs did not run")
        wait.wait(0.002)
    return time.perf_counter() - begin

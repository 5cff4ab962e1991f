"""Fixtures of every test: settings in a folder of the test's own, an open store, a real server."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine.default import DefaultDialect

from tracker.settings import Settings
from tracker.store import database, schema
from tracker.store.database import Store, open_store
from tracker.store.tables import Table


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of whoever runs it."""
    for name in list(os.environ):
        if name.startswith("TRACKER_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TRACKER_USER", "测试员")


@pytest.fixture(scope="session", autouse=True)
def _empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where a test begins with no ledger, the migrations have run already, once for all tests.

    They take 0.2 s and most tests begin so. Those of the migrations call them by themselves.
    """
    folder = tmp_path_factory.mktemp("empty")
    empty = folder / "tracker.db"
    open_store(Settings(data_dir=folder, database_url=f"sqlite:///{empty}")).close()

    def bring_up_to_date(engine: Engine) -> tuple[str | None, str]:
        place = Path(engine.url.database or ":memory:")
        if engine.dialect.name != "sqlite" or place.name == ":memory:" or place.exists():
            return schema.bring_up_to_date(engine)
        with suppress(OSError):  # it will be told of the database
            shutil.copyfile(empty, place)
        return None, schema.bring_up_to_date(engine)[1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "bring_up_to_date", bring_up_to_date)
        yield


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """A statement is compiled once for all tests.

    Each test has an engine of its own, and SQLAlchemy keeps what it compiled by engine and by
    dialect: without this, a third of the time went into compiling the same again. Databases of one
    kind are one dialect here.
    """
    compiled: dict[object, object] = {}
    connect = database.connect

    def connecting(settings: Settings) -> Engine:
        engine = connect(settings)
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DefaultDialect, "__hash__", lambda self: hash(type(self)))
        patch.setattr(DefaultDialect, "__eq__", lambda self, other: type(self) is type(other))
        patch.setattr(database, "connect", connecting)
        yield


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an installation that is the test's own; nothing exists yet."""
    folder = tmp_path / "data"
    return Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'tracker.db'}")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An open, empty store on SQLite."""
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A private PostgreSQL for the session, on a socket in a folder of its own; its address.

    Skips, saying why, where there is no server to start.
    """
    initdb = _initdb()
    if initdb is None:
        pytest.skip("no initdb: PostgreSQL is not installed here")
    pytest.importorskip("psycopg", reason="no psycopg: pip install '.[postgresql]'")
    # A socket's path must be short, and the server's user must reach it.
    folder = Path(f"/tmp/tracker-pg-{uuid.uuid4().hex[:8]}")  # noqa: S108
    folder.mkdir(mode=0o755)
    server = _Server(initdb.parent, folder)
    try:
        server.start()
        yield f"postgresql+psycopg://tracker@/postgres?host={folder}"
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql(postgresql_server: str, settings: Settings) -> Iterator[Settings]:
    """Settings with an empty database of the test's own on the private server."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    _run_sql(postgresql_server, f"CREATE DATABASE {name}")
    yield _at(postgresql_server, name, settings)
    _run_sql(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgresql_shared(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One database with the schema for all tests: making one takes a second."""
    _run_sql(postgresql_server, "CREATE DATABASE shared")
    folder = tmp_path_factory.mktemp("postgresql")
    found = _at(postgresql_server, "shared", Settings(data_dir=folder, database_url=""))
    open_store(found).close()
    return found


@pytest.fixture
def postgresql_ready(postgresql_shared: Settings, settings: Settings) -> Settings:
    """Settings with the schema in an emptied database."""
    tables = ", ".join(table.name for table in Table.metadata.sorted_tables)
    _run_sql(postgresql_shared.database_url, f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    return replace(settings, database_url=postgresql_shared.database_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_store(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Store]:
    """An open, empty store, once on SQLite and once on PostgreSQL."""
    postgres = request.param == "postgresql"
    opened = open_store(request.getfixturevalue("postgresql_ready") if postgres else settings)
    yield opened
    opened.close()


def _at(server: str, name: str, settings: Settings) -> Settings:
    return replace(settings, database_url=server.replace("/postgres?", f"/{name}?"))


def _run_sql(server: str, statement: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()


def _initdb() -> Path | None:
    found = shutil.which("initdb")
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    # Beside a link in the path stand no other programs, so that the real folder is needed.
    return Path(found).resolve() if found else next(iter(places), None)


class _Server:
    """initdb and pg_ctl in one folder; as another user where we are root, whom they refuse."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        self.user = _other_user() if os.geteuid() == 0 else None

    def start(self) -> None:
        if self.user is not None:
            shutil.chown(self.folder, self.user)
        data = str(self.folder / "data")
        self._run(
            "initdb", "-D", data, "-U", "tracker", "--auth=trust", "-E", "UTF8", "--no-locale"
        )
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "start")

    def stop(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.programs / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            user=self.user,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            timeout=120,
        )


def _other_user() -> str:
    import pwd  # not on Windows, where nobody is root either

    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"

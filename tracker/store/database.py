"""Opening the store: one engine, two kinds of transaction, schema brought up to date on first use.

`Store.read()` gives a snapshot that cannot write (REPEATABLE READ on PostgreSQL). `Store.write()` takes the write lock before it
reads (BEGIN IMMEDIATE on SQLite), so that what it read is still true when it writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, InterfaceError
from sqlalchemy.orm import Session

from tracker.errors import StoreError
from tracker.settings import Settings
from tracker.store import chain, seals
from tracker.store.faults import explain
from tracker.store.schema import bring_up_to_date

BUSY_SECONDS = 30


class _Writing(Session):
    """A session that looks at what it is about to change."""


event.listen(_Writing, "before_flush", seals.look)


class Store:
    """The database of one installation.

    Args:
        engine: made by `open_store`; the schema is up to date.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        seals.watch(engine)
        options: dict[str, Any] = {"tracker_mode": "read"}
        if engine.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reader = engine.execution_options(**options)
        self._writer = engine.execution_options(tracker_mode="write")
        self._noter = engine.execution_options(tracker_mode="note")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent snapshot; rows stay readable after the block as far as they were loaded.

        Raises:
            StoreError: the database cannot be read, or the block tried to write.
        """
        with _faults(self.engine), Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Session]:
        """One transaction: committed when the block ends, undone when it raises.

        Args:
            durable: wait for the disk. Without, it outlives the end of this process as any other
                does, but a power cut may take the last of such transactions back, newest first;
                the next durable one makes all before it durable too.

        Raises:
            StoreError: the database is locked, full, read-only or away.
        """
        engine = self._writer if durable else self._noter
        with (
            _faults(self.engine),
            _Writing(engine, expire_on_commit=False) as session,
            session.begin() as transaction,
        ):
            connection = session.connection()  # take the lock now, not at the first statement
            if not durable and self.engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield session
            if transaction.is_active:  # the block may have undone it
                session.flush()
                seals.close(session)
                chain.close(session)

    @contextmanager
    def rehearse(self) -> Iterator[Session]:
        """As `write`, and undone at its end: what a change would do, seen by doing it.

        Raises:
            StoreError: as for `write`.
        """
        with _faults(self.engine), Session(self._writer, expire_on_commit=False) as session:
            session.connection()
            try:
                yield session
            finally:
                session.rollback()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_store(settings: Settings) -> Store:
    """Open the database in force, creating folder and schema where they are missing.

    Args:
        settings: `database_url` and `data_dir` are used.

    Raises:
        StoreError: it cannot be opened, or a newer program has written it.
    """
    engine = connect(settings)
    try:
        with _faults(engine):
            bring_up_to_date(engine)
    except StoreError:
        engine.dispose()
        raise
    return Store(engine)


@dataclass(frozen=True, slots=True)
class Migrated:
    """The schema's version before and after, and where the database is."""

    found: str | None
    now: str
    place: str


def migrate(settings: Settings) -> Migrated:
    """What `open_store` does to the schema, told to a person who asks for it.

    Raises:
        StoreError: as for `open_store`.
    """
    engine = connect(settings)
    try:
        with _faults(engine):
            found, now = bring_up_to_date(engine)
        return Migrated(found, now, place(engine))
    finally:
        engine.dispose()


def connect(settings: Settings) -> Engine:
    """The engine alone, whatever state the schema is in.

    Raises:
        StoreError: the address is unusable, its driver is missing or the folder cannot be made.
    """
    try:
        url = make_url(settings.database_url)
        _make_folder(settings.data_dir)
        if url.get_backend_name() == "sqlite":
            return _sqlite(url)
        return create_engine(url, pool_pre_ping=True)
    except ArgumentError as error:
        raise StoreError(f"database_url is unusable: {error}") from error
    except ModuleNotFoundError as error:
        raise StoreError(
            f"the database driver {error.name} is missing; "
            "install it with: pip install 'commitment-tracker[postgresql]'"
        ) from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: cannot make the data folder: {error.strerror}") from error


def _sqlite(url: URL) -> Engine:
    if url.database and not url.database.startswith("file:") and url.database != ":memory:":
        folder = Path(url.database).resolve().parent
        if not folder.is_dir():  # the data folder is made; another one may be mistyped
            raise StoreError(f"there is no folder {folder}; make it, or correct database_url")
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_connection(connection: Any, _record: Any) -> None:
    # The driver would begin transactions by itself, late and never before a SELECT; None leaves
    # BEGIN to `_begin` below. (autocommit=True of newer drivers would make commit() do nothing.)
    connection.isolation_level = None
    # FULL: under WAL, NORMAL may lose the last commits in a power cut, and with them that a whole
    # batch of messages was sent.
    # The log goes back into the file at 16 MB, not at 4: a note between two messages writes the same
    # few pages again and again, and each time all of them wait for the disk.
    for pragma in ("foreign_keys = ON", "synchronous = FULL", "wal_autocheckpoint = 4000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("tracker_mode")
    # To set it, even to what it is, has SQLite prepare every statement anew.
    if bool(connection.exec_driver_sql("PRAGMA query_only").scalar()) != (mode == "read"):
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if mode == 'read' else 'OFF'}")
    connection.exec_driver_sql(f"PRAGMA synchronous = {'NORMAL' if mode == 'note' else 'FULL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if mode in ("write", "note") else "BEGIN")


@contextmanager
def _faults(engine: Engine) -> Iterator[None]:
    """Turn what the database says into one line for people; a broken constraint is our own bug."""
    try:
        yield
    except IntegrityError:
        raise
    except (DatabaseError, InterfaceError) as error:
        raise StoreError(f"{place(engine)}: {explain(error)}") from error


def place(engine: Engine) -> str:
    """Where the database is, as messages name it; without a password."""
    if engine.dialect.name == "sqlite":
        return engine.url.database or "memory"
    return engine.url.render_as_string(hide_password=True)

"""The schema's version: a cheap check on every start, migrations only where they are needed."""

from __future__ import annotations

import enum
import time
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tracker.errors import StoreError

#: The newest migration in migrations/versions; a test compares the two.
HEAD: Final = "0007"
#: Revision names count upwards, so that a database of a newer program can be told by its number.
MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"


@enum.unique
class Lock(enum.IntEnum):
    """The keys of all server-wide locks that are taken on PostgreSQL."""

    #: Migrations.
    SCHEMA = 20231231
    #: Whatever counts codes or enters names: imports, registries, corrections of owners.
    NAMES = 20231232
    #: Rounds that decide on notices.
    ROUND = 20231233


_WAL_TRIES: Final = 300
_WAL_PAUSE: Final = 0.1


def take(connection: Connection | Session, lock: Lock) -> None:
    """Wait for a lock and keep it until the transaction ends; SQLite has one writer anyway."""
    bind = connection.get_bind() if isinstance(connection, Session) else connection
    if bind.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(lock)})


def bring_up_to_date(engine: Engine) -> tuple[str | None, str]:
    """Set WAL and run the migrations where they are missing. Any number of processes may call this at once.

    Args:
        engine: an open engine.

    Returns:
        The version found and the version now.

    Raises:
        StoreError: the database was written by a newer program, or its file system has no WAL.
    """
    with engine.connect() as connection:
        found = version(connection)
        wal = _has_wal(connection)
    _refuse_newer(found)
    if not wal:
        # A backup restored with VACUUM INTO is current and has lost the mode all the same.
        _use_wal(engine)
    if found == HEAD:
        return found, HEAD
    with engine.execution_options(tracker_mode="write").begin() as connection:
        take(connection, Lock.SCHEMA)
        found = version(connection)  # another process may have done it while we waited
        if found != HEAD:
            _refuse_newer(found)
            _upgrade(connection)
    return found, HEAD


def version(connection: Connection) -> str | None:
    """The schema's version as the database records it; None for a new database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _refuse_newer(found: str | None) -> None:
    if found is not None and found > HEAD:
        raise StoreError(
            f"the database has schema {found}, this program knows {HEAD}; "
            "install the newer version: pip install --upgrade commitment-tracker"
        )


def _has_wal(connection: Connection) -> bool:
    """Whether nothing is to be done about the journal: not SQLite, in memory, or WAL already."""
    if connection.dialect.name != "sqlite":
        return True
    return connection.exec_driver_sql("PRAGMA journal_mode").scalar() in ("wal", "memory")


def _use_wal(engine: Engine) -> None:
    """Readers then never wait for a writer. The mode stays with the file.

    SQLite does not wait for its lock here, whatever the busy timeout says, so we do.
    """
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - a connection just made has its driver's
        for turn in range(_WAL_TRIES):
            try:
                mode = driver.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            except driver.OperationalError as error:
                if "readonly" in str(error):
                    return  # nothing will be written either
                if "locked" not in str(error) or turn == _WAL_TRIES - 1:
                    raise OperationalError("PRAGMA journal_mode", None, error) from error
                time.sleep(_WAL_PAUSE)
            else:
                if mode != "wal":
                    raise StoreError(
                        f"{engine.url.database}: no WAL on this file system ({mode}); "
                        "move the data folder to a local disk"
                    )
                return


def _upgrade(connection: Connection) -> None:
    # Loaded here because it costs more than everything else a command does.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

"""The schema's version: a cheap check on every start, migrations only where they are needed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from tracker.errors import StoreError

#: The newest migration in migrations/versions; a test compares the two.
HEAD: Final = "0001"
#: Revision names count upwards, so that a database of a newer program can be told by its number.
MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"
#: Key of the server-wide lock that migrations and imports take on PostgreSQL.
LOCK_KEY: Final = 20231231

_WAL_TRIES: Final = 300
_WAL_PAUSE: Final = 0.1


def bring_up_to_date(engine: Engine) -> tuple[str | None, str]:
    """Run the migrations that are missing. Any number of processes may call this at once.

    Args:
        engine: an open engine.

    Returns:
        The version found and the version now.

    Raises:
        StoreError: the database was written by a newer program.
    """
    with engine.connect() as connection:
        found = version(connection)
    if found == HEAD:
        return found, HEAD
    _refuse_newer(found)
    if engine.dialect.name == "sqlite":
        _use_wal(engine)
    with engine.execution_options(tracker_mode="write").begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
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


def _use_wal(engine: Engine) -> None:
    """Readers then never wait for a writer. The mode stays with the file.

    SQLite does not wait for its lock here, whatever the busy timeout says, so we do.
    """
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - a connection just made has its driver's
        for turn in range(_WAL_TRIES):
            try:
                driver.execute("PRAGMA journal_mode = WAL")
            except driver.OperationalError as error:
                if "locked" not in str(error) or turn == _WAL_TRIES - 1:
                    raise OperationalError("PRAGMA journal_mode", None, error) from error
                time.sleep(_WAL_PAUSE)
            else:
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

"""The made-up county as a session, for the tests of views."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.orm import Session

from tests.county import empty_session, fill, settings_in
from tracker.settings import Settings


@pytest.fixture(scope="session")
def _filled() -> Iterator[Connection]:
    with empty_session() as session:
        fill(session)
        session.commit()
        yield session.connection()


@pytest.fixture
def county(_filled: Connection) -> Iterator[Session]:
    """A database in memory with the county of `tests.county`, copied: it is filled once."""
    engine = create_engine("sqlite://")
    with engine.connect() as copy:
        source, target = (of.connection.driver_connection for of in (_filled, copy))
        assert source is not None
        source.backup(target)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings in Chinese."""
    return settings_in(tmp_path)

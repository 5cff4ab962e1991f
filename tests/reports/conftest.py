"""The made-up county as a session, for the tests of views."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.county import empty_session, fill, settings_in
from tracker.settings import Settings


@pytest.fixture
def county() -> Iterator[Session]:
    """A database in memory with the county of `tests.county`."""
    with empty_session() as session:
        fill(session)
        yield session


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings in Chinese."""
    return settings_in(tmp_path)

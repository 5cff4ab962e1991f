"""A store that tests of one module share: making one takes longer than what they test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.store.ledgers import confirmed
from tracker.settings import Settings
from tracker.store import queries
from tracker.store.database import Store, open_store
from tracker.store.tables import CommitmentRow


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An open, empty store on SQLite."""
    folder = tmp_path_factory.mktemp("shared")
    opened = open_store(
        Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'tracker.db'}")
    )
    yield opened
    opened.close()


@pytest.fixture
def undone(shared: Store) -> Iterator[Session]:
    """A write block with 25-1, measurable, and 25-2, an action, both confirmed; then undone."""
    with shared.rehearse() as session:
        confirmed(session)
        yield session


@pytest.fixture
def promise(undone: Session) -> CommitmentRow:
    """25-1 in it."""
    return queries.commitment(undone, "25-1")

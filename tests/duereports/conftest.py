from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.county import fill, settings_in
from tests.duereports.setting import DEPUTY, UNIT
from tracker.store import queries
from tracker.store.database import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(settings_in(tmp_path))
    with store.write() as session:
        fill(session)
        (unit,) = queries.units(session, UNIT)
        (deputy,) = queries.deputies(session, DEPUTY)
        unit.email, deputy.email = "jtj@yunxi.example", "lin@yunxi.example"
    yield store
    store.close()

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.county import fill, settings_in
from tests.duereports.setting import DEPUTY, UNIT
from tracker.reports import pictures
from tracker.store import queries
from tracker.store.database import Store, open_store


@pytest.fixture(scope="module", autouse=True)
def _pictures_once() -> Iterator[None]:
    """The same chart is drawn once: months of reports hold the same ones again and again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "png_of", functools.cache(pictures.png_of))
        yield


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

"""A site on this machine, and an office that watches it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.intake.watching import Office
from tests.site import Site, web_site
from tracker.asking import Fetch
from tracker.settings import Settings
from tracker.sites import Site as Source
from tracker.store.database import Store


@pytest.fixture
def site() -> Iterator[Site]:
    with web_site() as opened:
        yield opened


@pytest.fixture
def office(store: Store, settings: Settings, site: Site) -> Office:
    rules = Fetch(allow_hosts=("127.0.0.1",), delay=0.0, retries=0, read_timeout=2.0)
    source = Source("云溪市人大", site.url("/index.html"), links=r"/t\d+\.html$")
    return Office(store, replace(settings, fetch=rules, sources=(source,)), site, source)

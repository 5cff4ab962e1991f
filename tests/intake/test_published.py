"""Letters from addresses: read where they can harm nothing, written as any other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.factories import NOW, WHO
from tests.intake.takers import take
from tests.site import Site, reply, web_site
from tracker.fetching.client import Client
from tracker.intake.items import Item
from tracker.intake.pool import Pool
from tracker.intake.published import import_addresses
from tracker.intake.worker import Bounds
from tracker.intake.writing import Outcome, Writer
from tracker.settings import Settings
from tracker.sites import Fetch
from tracker.store.database import Store
from tracker.store.tables import LetterRow


@pytest.fixture
def site() -> Iterator[Site]:
    with web_site() as opened:
        yield opened


def _import(store: Store, settings: Settings, *addresses: str | Item) -> list[Outcome]:
    settings = replace(settings, fetch=Fetch(allow_hosts=("127.0.0.1",), delay=0, retries=0))
    writer = Writer(store, settings, who=WHO, now=lambda: NOW)
    with (
        Client(settings.fetch, now=lambda: NOW) as client,
        Pool(1, Bounds(seconds=2), take) as pool,
    ):
        return [one for some in import_addresses(addresses, client, pool, writer) for one in some]


def test_a_page_that_hangs_or_kills_its_reader_stops_no_other(
    store: Store, settings: Settings, site: Site
) -> None:
    site.put("/slow.html", "sleep 60")
    site.put("/dead.html", "exit 3")
    site.put("/t7.html", reply(7))
    listed = Item("list.csv", "list.csv", problem="row 4: no link")
    urls = [site.url(path) for path in ("/slow.html", "/dead.html", "/none.html", "/t7.html")]
    done = _import(store, settings, *urls[:2], listed, *urls[2:])
    assert [(one.origin, one.status, one.reason) for one in done] == [
        (urls[0], "failed", "took longer than 2 s to be read"),
        (urls[1], "failed", "ended the process that read it (status 3)"),
        ("list.csv", "failed", "row 4: no link"),
        (urls[2], "failed", "no such page (404)"),
        (urls[3], "new", ""),
    ]
    with store.read() as session:
        (row,) = session.scalars(select(LetterRow))
        assert (row.source, row.url) == (urls[3], urls[3])
        assert row.fetched_at == NOW


def test_stopping_asks_for_no_further_page(store: Store, settings: Settings, site: Site) -> None:
    site.put("/t7.html", reply(7))
    site.put("/t8.html", reply(8))
    writer = Writer(store, settings, who=WHO, now=lambda: NOW)
    fetch = Fetch(allow_hosts=("127.0.0.1",), delay=0, retries=0)
    urls = [site.url("/t7.html"), site.url("/t8.html")]
    with Client(fetch, now=lambda: NOW) as client, Pool(1) as pool:
        stopped = lambda: bool(site.times("/t7.html"))  # noqa: E731
        done = list(import_addresses(urls, client, pool, writer, stopped))
    assert [[one.status for one in some] for some in done] == [["new"]]
    assert not site.times("/t8.html")

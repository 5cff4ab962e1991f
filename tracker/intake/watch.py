"""A watched site: what its index says now against what the ledger knows of it.

index ─▶ new addresses ─▶ fetch ─▶ letters enter
known pages ─▶ ask whether they changed ─▶ a changed letter is a new version
                                        ─▶ a page that is not there is noted; its copy stays
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final
from zoneinfo import ZoneInfo

from tracker.errors import FetchError
from tracker.fetching.client import Client, Fetched, Unchanged
from tracker.intake.extracting import Take
from tracker.intake.siteindex import read_index
from tracker.intake.visits import Event, Run, Visit, Watched
from tracker.intake.writing import Writer
from tracker.settings import Settings
from tracker.sites import Site
from tracker.store import pages
from tracker.store.database import Store
from tracker.store.tables import PageRow

#: After so many pages in a row that could not be had for the moment, a site is left alone.
GIVE_UP_AFTER: Final = 5


def watch(
    store: Store,
    settings: Settings,
    client: Client,
    site: Site,
    *,
    who: str,
    now: dt.datetime,
    take: Take,
    tell: Callable[[Event], None],
    stop: Callable[[], bool] = lambda: False,
) -> Watched:
    """Look at a site once: enter what is new, and ask after what is known.

    Every page is a transaction of its own: a run that is stopped has kept what it had.

    Args:
        store: the ledger.
        settings: archive, zone, and the confidence that needs no person.
        client: asks for the pages.
        site: one of the settings' sources.
        who: who watches, for the history.
        now: when the run begins; the same moment for all its pages.
        take: reads the bytes of a page or document.
        tell: is told what became of each page, one by one.
        stop: asked before each page.

    Raises:
        StoreError: disk or database refuse.
    """
    writer = Writer(store, settings, who=who, now=lambda: now)
    run = Run(store, settings, client, writer, site, who, now, take, tell, Watched(site.name))
    listing = read_index(client, site)
    run.watched.index_pages, run.watched.goes_on = listing.pages, listing.goes_on
    if listing.broken is not None:
        address, error = listing.broken
        run.say(Event("failed", address, reason=str(error)))
        if isinstance(error, FetchError) and not error.permanent:
            run.in_a_row = GIVE_UP_AFTER - 1  # the site is not well: one more, and it has its rest
    if listing.cut:
        reason = f"the index goes on after {site.max_pages} pages; raise max_pages"
        run.say(Event("failed", site.index, reason=reason))
    if listing.broken is None and not listing.letters:
        reason = "the index names no letters; check links and titles of the source"
        run.say(Event("failed", site.index, reason=reason))
    with store.read() as session:
        known = pages.known_pages(session, site.name, listing.letters)
    new = [Visit(url, title) for url, title in listing.letters.items() if url not in known]
    again = [
        Visit(url, listing.letters.get(url, ""), row, url in listing.letters)
        for url, row in known.items()
        if _is_due(row, site, settings, now) and (url in listing.letters or not _is_dead(row))
    ]
    todo = new + again
    with ThreadPoolExecutor(settings.fetch.per_host) as pool:
        for done, (page, answer) in enumerate(_ahead(pool, run.ask, todo, settings.fetch.per_host)):
            if stop() or run.in_a_row >= GIVE_UP_AFTER:
                run.watched.left = len(todo) - done
                break
            run.take(page, answer)
    return run.watched


def _is_due(row: PageRow, site: Site, settings: Settings, now: dt.datetime) -> bool:
    """Whether a page known is to be asked for; one that gave trouble is each time."""
    if row.problem is not None and row.vanished_at is None:
        return True
    zone = ZoneInfo(settings.timezone)
    passed = now.astimezone(zone).date() - row.last_checked.astimezone(zone).date()
    return passed.days >= site.recheck_days


def _is_dead(row: PageRow) -> bool:
    """A link that led nowhere from the beginning; there is no letter whose fate it tells."""
    return row.letter_id is None and row.status in pages.ABSENT


def _ahead(
    pool: ThreadPoolExecutor,
    ask: Callable[[Visit], Fetched | Unchanged | FetchError],
    todo: Iterable[Visit],
    most: int,
) -> Iterator[tuple[Visit, Fetched | Unchanged | FetchError]]:
    """Answers in the order of the pages, so many of them on the way and no more in memory."""
    waiting: deque[tuple[Visit, Future[Fetched | Unchanged | FetchError]]] = deque()
    for page in todo:
        waiting.append((page, pool.submit(ask, page)))
        if len(waiting) > most:
            first, answer = waiting.popleft()
            yield first, answer.result()
    for page, answer in waiting:
        yield page, answer.result()

"""A watched site: what its index says now against what the ledger knows of it.

index ─▶ new addresses ─▶ fetch ─▶ letters enter
known pages ─▶ ask whether they changed ─▶ a changed letter is a new version
                                        ─▶ a page that is not there is noted; its copy stays
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, Literal
from zoneinfo import ZoneInfo

from tracker.errors import FetchError, ReadingError
from tracker.fetching.client import Client, Fetched, Unchanged
from tracker.intake.extracting import Take, Taken
from tracker.intake.listing import read_index
from tracker.intake.published import letters_on
from tracker.intake.writing import Writer
from tracker.letters.letter import read_letter
from tracker.letters.model import Letter
from tracker.settings import Settings
from tracker.sites import Site
from tracker.store import pages
from tracker.store.database import Store
from tracker.store.ledger import Imported
from tracker.store.pages import Answered, Difference
from tracker.store.tables import LetterRow, PageRow

#: After so many pages in a row that could not be had for the moment, a site is left alone.
GIVE_UP_AFTER: Final = 5

Kind = Literal[
    "new", "known", "changed", "unchanged", "missing", "vanished", "gone", "problem", "failed"
]


@dataclass(frozen=True, slots=True)
class Event:
    """What became of one page.

    new: a letter that the ledger did not have · known: its bytes were there already · changed: a
    new version, with its differences · unchanged · missing: not found, for the first time ·
    vanished: not found again; its copy stays · gone: vanished in an earlier run · problem: it
    cannot be read as a letter, as before · failed: it could not be had or read. `returned`: it
    had vanished before.
    """

    kind: Kind
    url: str
    title: str = ""
    letter: Imported | None = None
    differences: tuple[Difference, ...] = ()
    reason: str = ""
    returned: bool = False


@dataclass
class Watched:
    """What a run over one site found: how many pages of each kind, and how many were not asked."""

    site: str
    counts: Counter[str] = field(default_factory=Counter)
    left: int = 0

    @property
    def failed(self) -> bool:
        """Whether anything is to be looked after."""
        return bool(self.counts["failed"] or self.left)


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
    run = _Run(store, client, writer, site, who, now, take, tell, Watched(site.name))
    listing = read_index(client, site)
    if listing.broken is not None:
        address, error = listing.broken
        run.say(Event("failed", address, reason=str(error)))
        if isinstance(error, FetchError) and not error.permanent:
            run.in_a_row = GIVE_UP_AFTER - 1  # the site is not well: one more, and it has its rest
    if listing.cut:
        reason = f"the index goes on after {site.max_pages} pages; raise max_pages"
        run.say(Event("failed", site.index, reason=reason))
    with store.read() as session:
        known = pages.known_pages(session, site.name, listing.letters)
    new = [_Page(url, title) for url, title in listing.letters.items() if url not in known]
    again = [
        _Page(url, listing.letters.get(url, ""), row)
        for url, row in known.items()
        if _is_due(row, site, settings, now)
    ]
    todo = new + again
    with ThreadPoolExecutor(settings.fetch.per_host) as pool:
        for done, (page, answer) in enumerate(_ahead(pool, run.ask, todo, settings.fetch.per_host)):
            if stop() or run.in_a_row >= GIVE_UP_AFTER:
                run.watched.left = len(todo) - done
                break
            run.take(page, answer)
    return run.watched


@dataclass(frozen=True, slots=True)
class _Page:
    """A page to ask for: new, or known by its row."""

    url: str
    title: str
    row: PageRow | None = None


@dataclass
class _Run:
    """One run over one site: who does it, when, and how it goes."""

    store: Store
    client: Client
    writer: Writer
    site: Site
    who: str
    now: dt.datetime
    reader: Take
    tell: Callable[[Event], None]
    watched: Watched
    in_a_row: int = 0

    def say(self, event: Event) -> None:
        self.watched.counts[event.kind] += 1
        self.tell(event)

    def ask(self, page: _Page) -> Fetched | Unchanged | FetchError:
        """Fetch a page; in a thread beside others. One that was no letter is read anew each time,
        since what we can read grows.
        """
        row = page.row
        same = row is not None and row.letter_id is not None and row.problem is None
        try:
            return self.client.fetch(
                page.url,
                etag=row.etag if row and same else None,
                last_modified=row.last_modified if row and same else None,
            )
        except FetchError as error:
            return error

    def take(self, page: _Page, answer: Fetched | Unchanged | FetchError) -> None:
        """Write what a page answered, and say so."""
        if isinstance(answer, FetchError):
            self.in_a_row = 0 if answer.permanent else self.in_a_row + 1
            self.not_had(page, answer)
            return
        self.in_a_row = 0
        row = page.row
        if isinstance(answer, Unchanged):
            told = row and Answered(304, row.etag, row.last_modified)
            self.unchanged(page, told or Answered(304))
        elif row is not None and row.letter_id is not None and row.sha256 == answer.sha256:
            self.unchanged(page, _answered(answer))
        else:
            self.read(page, answer)

    def read(self, page: _Page, answer: Fetched) -> None:
        """A page that is new or not as it was."""
        try:
            found = letters_on(self.client, answer, self.reader)
        except FetchError as error:
            self.not_had(page, error)
            return
        except ReadingError as error:
            self.no_letter(page, answer, str(error))
            return
        only = found[0].part.found
        if len(found) == 1 and isinstance(only, Taken) and self.is_as_before(page, answer, only):
            return
        done = self.writer.write([one.answer(self.site.name) for one in found])
        entered = [outcome.imported for outcome in done if outcome.imported is not None]
        if not entered:
            self.no_letter(page, answer, done[0].reason)
            return
        returned = self.answered(page.url, _answered(answer), letter_id=entered[0].letter_id)
        for one, outcome in zip(found, done, strict=True):
            if outcome.imported is None:
                self.say(Event("failed", outcome.origin, page.title, reason=outcome.reason))
                continue
            if one.page is not answer:  # attached: from now on asked for by itself
                self.answered(
                    one.page.url, _answered(one.page), letter_id=outcome.imported.letter_id
                )
            self.say(self.event(page, outcome.imported, returned=returned))

    def is_as_before(self, page: _Page, answer: Fetched, taken: Taken) -> bool:
        """Whether the ledger has the very letter, so that there is nothing to enter.

        On a known page only what stands around it has changed (a counter, a list of news); on a
        new page it has moved, or stands in another column too.
        """
        letter = taken.extraction.letter
        row = page.row
        with self.store.read() as session:
            if row is not None and row.letter_id is not None:
                known = [session.get_one(LetterRow, row.letter_id)]
                texts = [known[0].text]
            else:
                known = pages.letters_like(session, letter.header)
                texts = [one.text for one in known]
        for before, text in zip(known, texts, strict=True):
            if _same(read_letter(text), letter):
                returned = self.answered(page.url, _answered(answer), letter_id=before.id)
                kind: Kind = "known" if row is None else "unchanged"
                self.say(Event(kind, page.url, page.title, returned=returned))
                return True
        return False

    def event(self, page: _Page, done: Imported, *, returned: bool) -> Event:
        if done.status == "known":
            kind: Kind = "known" if page.row is None else "unchanged"
            return Event(kind, page.url, page.title, done, returned=returned)
        if done.status == "new":
            return Event("new", page.url, page.title, done, returned=returned)
        with self.store.read() as session:
            found = tuple(pages.differences(session, done.letter_id))
        return Event("changed", page.url, page.title, done, found, returned=returned)

    def unchanged(self, page: _Page, answer: Answered) -> None:
        returned = self.answered(page.url, answer)
        self.say(Event("unchanged", page.url, page.title, returned=returned))

    def no_letter(self, page: _Page, answer: Fetched, reason: str) -> None:
        """What cannot be read is told once, and again when it has changed."""
        row = page.row
        as_before = row is not None and (row.sha256, row.problem) == (answer.sha256, reason)
        self.answered(page.url, _answered(answer), problem=reason)
        kind: Kind = "problem" if as_before else "failed"
        self.say(Event(kind, page.url, page.title, reason=reason))

    def not_had(self, page: _Page, error: FetchError) -> None:
        with self.store.write() as session:
            vanished = pages.page_failed(
                session,
                self.site.name,
                page.url,
                error.status,
                str(error),
                who=self.who,
                now=self.now,
            )
        kind: Kind = "failed"
        if vanished:
            kind = "vanished"
        elif page.row is not None and error.status in (pages.NOT_FOUND, pages.GONE):
            kind = "missing" if page.row.vanished_at is None else "gone"
        self.say(Event(kind, page.url, page.title, reason=str(error)))

    def answered(
        self,
        url: str,
        answer: Answered,
        *,
        letter_id: int | None = None,
        problem: str | None = None,
    ) -> bool:
        with self.store.write() as session:
            return pages.page_answered(
                session,
                self.site.name,
                url,
                answer,
                letter_id=letter_id,
                problem=problem,
                who=self.who,
                now=self.now,
            )


def _answered(page: Fetched) -> Answered:
    etag, modified = page.validator("etag"), page.validator("last-modified")
    return Answered(page.status, etag, modified, page.sha256)


def _same(before: Letter, now: Letter) -> bool:
    """Whether two readings are the same letter, whatever stands around them on their pages."""
    texts = [letter.normal.text[letter.start : letter.end] for letter in (before, now)]
    return texts[0] == texts[1] and before.header == now.header


def _is_due(row: PageRow, site: Site, settings: Settings, now: dt.datetime) -> bool:
    """Whether a page known is to be asked for; one that gave trouble is each time."""
    if row.problem is not None and row.vanished_at is None:
        return True
    zone = ZoneInfo(settings.timezone)
    passed = now.astimezone(zone).date() - row.last_checked.astimezone(zone).date()
    return passed.days >= site.recheck_days


def _ahead(
    pool: ThreadPoolExecutor,
    ask: Callable[[_Page], Fetched | Unchanged | FetchError],
    todo: Iterable[_Page],
    most: int,
) -> Iterator[tuple[_Page, Fetched | Unchanged | FetchError]]:
    """Answers in the order of the pages, so many of them on the way and no more in memory."""
    waiting: deque[tuple[_Page, Future[Fetched | Unchanged | FetchError]]] = deque()
    for page in todo:
        waiting.append((page, pool.submit(ask, page)))
        if len(waiting) > most:
            first, answer = waiting.popleft()
            yield first, answer.result()
    for page, answer in waiting:
        yield page, answer.result()

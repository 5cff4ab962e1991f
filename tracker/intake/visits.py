"""One page of a watched site: what it answers now, against what the ledger knows of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from tracker.errors import FetchError
from tracker.fetching.client import Client, Fetched, Unchanged
from tracker.intake.extracting import Take
from tracker.intake.published import Found, letters_on
from tracker.intake.writing import Writer
from tracker.settings import Settings
from tracker.sites import Site
from tracker.store import newer, pages
from tracker.store.database import Store
from tracker.store.ledger import Imported
from tracker.store.newer import Difference
from tracker.store.pages import Answered
from tracker.store.tables import PageRow

#: So much of what is wrong with a page is kept, in characters.
_LONGEST_PROBLEM: Final = 2000

Kind = Literal[
    "new", "known", "changed", "unchanged", "missing", "vanished", "gone", "problem", "failed"
]


@dataclass(frozen=True, slots=True)
class Event:
    """What became of one page.

    new: a letter that the ledger did not have · known: it was there already · changed: a new
    version, or an earlier one again, with its differences · unchanged · missing: not found, for
    the first time · vanished: not found again, or something else in its place (`reason`); its
    copy stays · gone: vanished in an earlier run · problem: it cannot be read as a letter, as
    before · failed: it could not be had or read. `returned`: it had vanished before. `moved`: of
    what has vanished, the address of another page that the letter lies on.
    """

    kind: Kind
    url: str
    title: str = ""
    letter: Imported | None = None
    differences: tuple[Difference, ...] = ()
    reason: str = ""
    returned: bool = False
    moved: str | None = None


@dataclass
class Watched:
    """What a run over one site found: how many pages of each kind, and how many were not asked.

    `index_pages` counts the pages of the index that were read; `goes_on` is False where the
    settings say how the index goes on and no further page of it was found. `problems` are the
    addresses of what cannot be read as a letter, as before.
    """

    site: str
    counts: Counter[str] = field(default_factory=Counter)
    left: int = 0
    index_pages: int = 0
    goes_on: bool = True
    problems: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether anything is to be looked after."""
        return bool(self.counts["failed"] or self.left)


@dataclass(frozen=True, slots=True)
class Visit:
    """A page to ask for: new, or known by its row; `listed`: the index names it now."""

    url: str
    title: str
    row: PageRow | None = None
    listed: bool = True

    @property
    def has_letter(self) -> bool:
        """Whether it has held a letter."""
        return self.row is not None and self.row.letter_id is not None


@dataclass
class Run:
    """One run over one site: who does it, when, and how it goes."""

    store: Store
    settings: Settings
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
        """Count what became of a page, and tell it."""
        self.watched.counts[event.kind] += 1
        if event.kind == "problem":
            self.watched.problems.append(event.url)
        self.tell(event)

    def ask(self, page: Visit) -> Fetched | Unchanged | FetchError:
        """Fetch a page; in a thread beside others. One that gave trouble is read anew each time,
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

    def take(self, page: Visit, answer: Fetched | Unchanged | FetchError) -> None:
        """Write what a page answered, and say so."""
        if isinstance(answer, FetchError):
            self.in_a_row = 0 if answer.permanent else self.in_a_row + 1
            self._not_had(page, answer)
            return
        self.in_a_row = 0
        row = page.row
        if isinstance(answer, Unchanged):
            told = row and Answered(304, row.etag, row.last_modified)
            self._unchanged(page, told or Answered(304))
        elif (
            row is not None
            and row.letter_id is not None
            and row.problem is None
            and row.sha256 == answer.sha256
        ):
            self._unchanged(page, _answered(answer))
        else:
            self._read(page, answer)

    def _read(self, page: Visit, answer: Fetched) -> None:
        """A page that is new or not as it was."""
        found = letters_on(self.client, answer, self.reader)
        if not any(one.is_letter for one in found):
            self._no_letter(page, answer, found)
            return
        known = page.row.letter_id if page.row is not None else None
        answers = [
            one.answer(self.site.name, page.url if one.page is answer else None) for one in found
        ]
        done = self.writer.enter(answers, known)
        entered = [outcome.imported for outcome in done if outcome.imported is not None]
        # What can be read and is something else stays so until its page changes.
        wrong = [told for one, told in zip(found, done, strict=True) if not one.is_other]
        problem = _problem([told.reason for told in wrong], [told.origin for told in wrong])
        as_before = page.row is not None and page.row.problem == problem
        if problem is None:  # else the letter may be what could not be read
            self._replaced(page, answer, [one.letter_id for one in entered])
        first = entered[0].letter_id if entered else None
        returned = self._answered(page.url, _answered(answer), letter_id=first, problem=problem)
        for one, outcome in zip(found, done, strict=True):
            if outcome.imported is None:
                kind: Kind = "problem" if as_before else "failed"
                self.say(Event(kind, outcome.origin, page.title, reason=outcome.reason))
                continue
            letter = outcome.imported.letter_id
            if one.page is not None and one.page is not answer:  # attached: from now on asked for
                self._answered(one.url, _answered(one.page), letter_id=letter)  # by itself
            self.say(self._event(page, outcome.imported, returned=returned))

    def _replaced(self, page: Visit, answer: Fetched, shown: Sequence[int]) -> None:
        """Note and tell which letters lay here and have had to make way for another one."""
        with self.store.write() as session:
            places = pages.letters_replaced(
                session, {page.url, answer.url}, shown, who=self.who, now=self.now
            )
        for moved in places:
            why = "holds another letter now"
            self.say(Event("vanished", page.url, page.title, reason=why, moved=moved))

    def _event(self, page: Visit, done: Imported, *, returned: bool) -> Event:
        if done.status == "known":
            kind: Kind = "known" if page.row is None else "unchanged"
            return Event(kind, page.url, page.title, done, returned=returned)
        if done.status == "new":
            return Event("new", page.url, page.title, done, returned=returned)
        with self.store.read() as session:
            found = tuple(newer.differences(session, done.letter_id))
        return Event("changed", page.url, page.title, done, found, returned=returned)

    def _unchanged(self, page: Visit, answer: Answered) -> None:
        returned = self._answered(page.url, answer)
        self.say(Event("unchanged", page.url, page.title, returned=returned))

    def _no_letter(self, page: Visit, answer: Fetched, found: Sequence[Found]) -> None:
        """What cannot be read is told once, and again when it has changed. In the place of a letter
        it is no trouble that comes again: that one has vanished.
        """
        places = [
            "" if one.url == answer.url and one.place == one.url else one.place for one in found
        ]
        reason = _problem([one.reason for one in found], places) or ""
        row = page.row
        as_before = row is not None and (row.sha256, row.problem) == (answer.sha256, reason)
        with self.store.write() as session:
            vanished = pages.page_replaced(
                session,
                self.site.name,
                page.url,
                _answered(answer),
                reason,
                other=all(one.is_other for one in found),
                who=self.who,
                now=self.now,
            )
            moved = pages.moved_to(session, page.url) if vanished else None
        kind: Kind = "problem" if as_before else "failed"
        if vanished:
            kind = "vanished"
        elif row is not None and row.vanished_at is not None:
            kind = "gone"
        self.say(Event(kind, page.url, page.title, reason=reason, moved=moved))

    def _not_had(self, page: Visit, error: FetchError) -> None:
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
            moved = pages.moved_to(session, page.url) if vanished else None
        kind: Kind = "failed"
        if vanished:
            kind = "vanished"
        elif page.row is not None and page.has_letter and error.status in pages.ABSENT:
            if page.row.vanished_at is None:
                kind = "missing"
            elif not page.listed:  # else it is a dead link of the index
                kind = "gone"
        reason = "" if vanished else str(error)
        self.say(Event(kind, page.url, page.title, reason=reason, moved=moved))

    def _answered(
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


def _problem(reasons: Sequence[str], places: Sequence[str]) -> str | None:
    """All that is wrong with a page, on one line; None where nothing is."""
    told = [
        f"{place}: {reason}" if place else reason
        for reason, place in zip(reasons, places, strict=True)
        if reason
    ]
    return "; ".join(told)[:_LONGEST_PROBLEM] or None

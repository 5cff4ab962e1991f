"""One address → the letters that are to be had there, each with its origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from tracker.errors import FetchError, ReadingError
from tracker.fetching.client import Client, Fetched
from tracker.intake.batch import Engine, taker
from tracker.intake.extracting import Part, Take, Taken
from tracker.intake.items import Item
from tracker.intake.links import attachments_of
from tracker.intake.writing import Answer, Outcome, Reason, Writer
from tracker.letters.endings import PAGES
from tracker.letters.page import Page
from tracker.store.ledger import Origin

#: A reply of fewer characters only says that the letter hangs on the page.
_LEAST_TEXT: Final = 120
#: So many documents of one page are looked at.
_MOST_ATTACHED: Final = 50
#: They lie in memory until they are written together, in bytes, packed and unpacked.
_MOST_BYTES: Final = 200 * 1024 * 1024
#: After so many in a row that could not be had for the moment, the others are left for later.
_GIVE_UP_AFTER: Final = 5
#: So much of the addresses left over is said, in characters.
_LONGEST_LIST: Final = 2000
_NOTHING: Final = Page()


@dataclass(frozen=True, slots=True)
class Found:
    """A part of a page or of a document on it: a letter not yet written, or why it is none.

    Args:
        part: what was read.
        url: where it is.
        page: as fetched; None where it could not be had.
        holder: what the page says of itself that a document hangs on.
    """

    part: Part
    url: str
    page: Fetched | None
    holder: Page = _NOTHING

    @property
    def is_letter(self) -> bool:
        """Whether there is something to be written."""
        return isinstance(self.part.found, Taken)

    @property
    def is_other(self) -> bool:
        """Whether it can be read, and is something else."""
        return not self.is_letter and self.part.page is not None

    @property
    def reason(self) -> str:
        """Why it is no letter; "" of one."""
        return "" if isinstance(self.part.found, Taken) else self.part.found

    @property
    def place(self) -> str:
        """Where it lies, as people are shown it."""
        return self.part.place(self.url)

    def answer(self, source_name: str | None = None, asked: str | None = None) -> Answer:
        """What the writer takes: the letter, its bytes and where it came from.

        Args:
            source_name: of the site, as the settings call it; the words of the pages go before it.
            asked: the address that was asked for, where it may have led to another.
        """
        taken = self.part.found
        if not isinstance(taken, Taken) or self.page is None:
            return Answer(self.place, Reason(self.reason))
        origin = Origin(
            url=self.page.url,
            published=self.holder.published,
            source_name=self.holder.source_name or source_name,
            column_name=self.holder.column,
            fetched_at=self.page.fetched_at,
            headers=self.page.headers,
        )
        data = self.page.data if self.part.data is None else self.part.data
        return Answer(self.place, taken, data, origin, asked)


def import_addresses(
    addresses: Iterable[str | Item],
    client: Client,
    engine: Engine,
    writer: Writer,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[list[Outcome]]:
    """Import what is published at addresses, each in a transaction of its own.

    Args:
        addresses: http or https; an item stands for a line of a list that has none.
        client: asks for the pages; its pauses cost more than anything else here.
        engine: reads and searches.
        writer: enters the letters.
        stopped: asked before each address.

    Yields:
        Outcomes of one address each.

    Raises:
        StoreError: disk or database refuse; what was not yielded is not written.
    """
    take = taker(engine)
    for address in addresses:
        if stopped():
            return
        if isinstance(address, Item):
            yield writer.write([Answer(address.origin, Reason(address.problem or ""))])
        else:
            yield writer.enter(answers_at(client, address, take))


def answers_at(client: Client, address: str, take: Take) -> list[Answer]:
    """What is to be had at an address, for the writer; at least why there is nothing.

    Args:
        client: asks for the page.
        address: http or https.
        take: reads bytes.
    """
    try:
        page = client.fetch(address)
        if not isinstance(page, Fetched):
            raise AssertionError("a page that was asked for without conditions is there")
    except FetchError as error:
        return [Answer(address, Reason(str(error)))]
    answers = [found.answer() for found in letters_on(client, page, take)]
    # A page that is no letter is named as it was asked for, wherever it was redirected to.
    return [
        replace(one, origin=address)
        if isinstance(one.found, Reason) and one.origin == page.url
        else one
        for one in answers
    ]


def letters_on(client: Client, page: Fetched, take: Take) -> tuple[Found, ...]:
    """The letters of a page that has been fetched, and what of it is none.

    A page with hardly any text of its own (题目, 附件: …) is read through to the documents that it
    links to, one step and no further. Nothing else of a page is followed. A document that cannot
    be had or read costs no other.

    Args:
        client: asks for the documents.
        page: as fetched; an archive may hold several letters, and parts that are none.
        take: reads bytes.

    Returns:
        At least one: the letters, then what could not be had or read; without any letter, why.
    """
    own = _found(page, take)
    if any(isinstance(one.part.found, Taken) and _holds_enough(one.part.found) for one in own):
        return own
    try:
        attached = attachments_of(page) if _is_page(page) else ()
    except ReadingError:  # the page has been told to be none already
        attached = ()
    found = _hung(client, page, [link.url for link in attached], _facts(own), take)
    hung = [one for one in found if one.is_letter]
    rest = [one for one in found if not one.is_letter]
    if hung:
        return (*hung, *rest)
    if any(one.is_letter for one in own) or len(own) > 1:
        return (*own, *rest)
    return tuple(rest) or own


def _hung(client: Client, page: Fetched, links: list[str], holder: Page, take: Take) -> list[Found]:
    """What hangs on a page, as much of it as one page may hold; the rest is named."""
    found: list[Found] = []
    size = failures = 0
    for at, link in enumerate(links):
        if at == _MOST_ATTACHED or size > _MOST_BYTES or failures == _GIVE_UP_AFTER:
            why = (
                "the site did not answer again and again"
                if failures == _GIVE_UP_AFTER
                else f"a page may hold {_MOST_ATTACHED} documents of {_MOST_BYTES >> 20} MB in all"
            )
            reason = f"not read: {', '.join(links[at:])[:_LONGEST_LIST]} ({why})"
            return [*found, Found(Part(reason), page.url, page)]
        try:
            document = client.fetch(link)
        except FetchError as error:
            failures = 0 if error.permanent else failures + 1
            found.append(Found(Part(str(error)), link, None))
            continue
        failures = 0
        if isinstance(document, Fetched):
            read = _found(document, take)
            size += len(document.data) + sum(len(one.part.data or b"") for one in read)
            found += [replace(one, holder=holder) for one in read]
    return found


def _facts(own: tuple[Found, ...]) -> Page:
    """What a page says of itself, whether or not it is a letter."""
    for one in own:
        said = one.part.found.page if isinstance(one.part.found, Taken) else one.part.page
        if said is not None:
            return said
    return _NOTHING


def _found(page: Fetched, take: Take) -> tuple[Found, ...]:
    parts = tuple(take(page.data, page.name, page.charset))
    return tuple(Found(part, page.url, page) for part in parts or (Part("holds no letter"),))


def _is_page(page: Fetched) -> bool:
    kind = page.headers.get("content-type", "")
    return "html" in kind.lower() or page.name.lower().endswith(PAGES)


def _holds_enough(taken: Taken) -> bool:
    text = taken.extraction.letter
    return text.end - text.start >= _LEAST_TEXT or bool(taken.extraction.commitments)

"""One address → the letters that are to be had there, each with its origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tracker.errors import FetchError, ReadingError
from tracker.fetching.client import Client, Fetched
from tracker.intake.batch import Engine, taker
from tracker.intake.extracting import Part, Take, Taken
from tracker.intake.items import Item
from tracker.intake.links import attachments_of
from tracker.intake.writing import Answer, Outcome, Reason, Writer
from tracker.store.ledger import Origin

#: A reply of fewer characters only says that the letter hangs on the page.
_LEAST_TEXT: Final = 120
#: So many documents of one page are looked at.
_MOST_ATTACHED: Final = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A part of a page or of a document on it: a letter not yet written, or why it is none."""

    part: Part
    page: Fetched

    def answer(self, source_name: str | None = None) -> Answer:
        """What the writer takes: the letter, its bytes and where it came from.

        Args:
            source_name: of the site, as the settings call it.
        """
        place, taken = self.part.place(self.page.url), self.part.found
        if not isinstance(taken, Taken):
            return Answer(place, Reason(taken))
        origin = Origin(
            url=self.page.url,
            source_name=source_name,
            fetched_at=self.page.fetched_at,
            headers=self.page.headers,
        )
        data = self.page.data if self.part.data is None else self.part.data
        return Answer(place, taken, data, origin)


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
            yield writer.write(answers_at(client, address, take))


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
        return [found.answer() for found in letters_on(client, page, take)]
    except (FetchError, ReadingError) as error:
        return [Answer(address, Reason(str(error)))]


def letters_on(client: Client, page: Fetched, take: Take) -> tuple[Found, ...]:
    """The letters of a page that has been fetched.

    A page with hardly any text of its own (题目, 附件: …) is read through to the documents that it
    links to, one step and no further. Nothing else of a page is followed.

    Args:
        client: asks for the documents.
        page: as fetched; an archive may hold several letters, and parts that are none.
        take: reads bytes.

    Returns:
        The letters, with the parts of an archive that are none.

    Raises:
        FetchError: a document of such a page cannot be had now.
        ReadingError: there is no letter; the message is the reason only.
    """
    own = _found(page, take)
    letters = [one.part.found for one in own if isinstance(one.part.found, Taken)]
    if any(map(_holds_enough, letters)):
        return own
    reason = next((one.part.found for one in own if isinstance(one.part.found, str)), None)
    attached = attachments_of(page) if _is_page(page) else ()
    found: list[Found] = []
    for link in attached[:_MOST_ATTACHED]:
        try:
            document = client.fetch(link.url)
        except FetchError as error:
            raise FetchError(
                f"{link.url}: {error}",
                permanent=error.permanent,
                # That a document is missing does not mean that the page has vanished.
                status=None,
            ) from error
        for one in _found(document, take) if isinstance(document, Fetched) else ():
            if isinstance(one.part.found, Taken):
                found.append(one)
            else:
                reason = f"{one.part.place(link.url)}: {one.part.found}"
    if found:
        return tuple(found)
    if letters or len(own) > 1:
        return own
    raise ReadingError(reason or "holds no letter")


def _found(page: Fetched, take: Take) -> tuple[Found, ...]:
    return tuple(Found(part, page) for part in take(page.data, page.name, page.charset))


def _is_page(page: Fetched) -> bool:
    kind = page.headers.get("content-type", "")
    return "html" in kind.lower() or page.name.lower().endswith((".html", ".htm", ".shtml"))


def _holds_enough(taken: Taken) -> bool:
    text = taken.extraction.letter
    return text.end - text.start >= _LEAST_TEXT or bool(taken.extraction.commitments)

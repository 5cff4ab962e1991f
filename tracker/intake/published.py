"""One address → the letters that are to be had there, each with its origin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tracker.errors import FetchError, ReadingError
from tracker.fetching.client import Client, Fetched
from tracker.intake.links import attachments_of
from tracker.intake.taking import Taken, extract
from tracker.letters.reading import read_bytes
from tracker.store.ledger import Origin

#: A reply of fewer characters only says that the letter hangs on the page.
_LEAST_TEXT: Final = 120
#: So many documents of one page are looked at.
_MOST_ATTACHED: Final = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A letter with the page or document that it came as, not yet written."""

    taken: Taken
    page: Fetched

    def origin(self, source_name: str | None = None) -> Origin:
        """What the ledger keeps of where it came from.

        Args:
            source_name: of the site, as the settings call it.
        """
        return Origin(
            url=self.page.url,
            source_name=source_name,
            fetched_at=self.page.fetched_at,
            headers=self.page.headers,
        )


def is_address(text: str) -> bool:
    """Whether an argument of the command line means a page and no file."""
    return text.lower().startswith(("http://", "https://"))


def letters_at(client: Client, address: str) -> tuple[Found, ...]:
    """The letters at an address: the page itself, or what is attached to it.

    Args:
        client: asks for the page.
        address: http or https.

    Raises:
        FetchError: the page, or a document that it needs, cannot be had.
        ReadingError: there is no letter; the message is the reason only.
    """
    page = client.fetch(address)
    if not isinstance(page, Fetched):
        raise AssertionError("a page that was asked for without conditions is there")
    return letters_on(client, page)


def letters_on(client: Client, page: Fetched) -> tuple[Found, ...]:
    """The letters of a page that has been fetched.

    A page with hardly any text of its own (题目, 附件: …) is read through to the documents that it
    links to, one step and no further. Nothing else of a page is followed.

    Raises:
        FetchError: a document of such a page cannot be had now.
        ReadingError: there is no letter; the message is the reason only.
    """
    own, reason = _read(page)
    if own is not None and _holds_enough(own):
        return (own,)
    attached = attachments_of(page) if _is_page(page) else ()
    found = []
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
        letter, why = _read(document) if isinstance(document, Fetched) else (None, None)
        if letter is not None:
            found.append(letter)
        else:
            reason = f"{link.url}: {why}"
    if found:
        return tuple(found)
    if own is not None:
        return (own,)
    raise ReadingError(reason or "holds no letter")


def _read(page: Fetched) -> tuple[Found | None, str | None]:
    """The letter that bytes are, or why they are none."""
    try:
        return Found(extract(read_bytes(page.data, page.name)), page), None
    except ReadingError as error:
        return None, str(error)


def _is_page(page: Fetched) -> bool:
    kind = page.headers.get("content-type", "")
    return "html" in kind.lower() or page.name.lower().endswith((".html", ".htm", ".shtml"))


def _holds_enough(letter: Found) -> bool:
    text = letter.taken.extraction.letter
    return text.end - text.start >= _LEAST_TEXT or bool(letter.taken.extraction.commitments)

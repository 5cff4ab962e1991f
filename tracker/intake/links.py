"""The links of a page: where they lead and what they say, in their order."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import httpx

from tracker.errors import FetchError, ReadingError
from tracker.fetching.addresses import web_address
from tracker.fetching.client import Fetched
from tracker.letters.encodings import decode
from tracker.letters.endings import DOCUMENTS
from tracker.letters.html import MAX_TAGS, tokens
from tracker.letters.reading import MAX_TEXT_BYTES
from tracker.letters.words import compiled

_HREF: Final = (
    r"""(?i)\bhref\s{0,9}=\s{0,9}(?:"([^"]{0,4000})"|'([^']{0,4000})'|([^\s>"']{1,4000}))"""
)
_TITLE: Final = r"""(?i)\btitle\s{0,9}=\s{0,9}(?:"([^"]{0,400})"|'([^']{0,400})')"""
#: More words than a title has belong to something else.
_LONGEST_TEXT: Final = 300
#: No index has more links on one page; telling where one leads costs more than reading it.
_MOST: Final = 5000
#: Documents that a page may carry a letter as.
_ATTACHED: Final = (*DOCUMENTS, ".zip")


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads, as it is asked for, and its words: the longer of text and title."""

    url: str
    text: str


def links_of(page: Fetched) -> tuple[Link, ...]:
    """The links of a page that lead anywhere on the web; each address once, the first words count.

    Args:
        page: as fetched; its address is what relative links are counted from.

    Raises:
        ReadingError: the page holds no text, or more than any page has.
    """
    if len(page.data) > MAX_TEXT_BYTES:
        raise ReadingError(
            f"is larger than {MAX_TEXT_BYTES // 1024 // 1024} MB; no page of links is"
        )
    markup, _ = decode(page.data, page.charset)
    if markup.count("<") > MAX_TAGS:
        raise ReadingError(f"the page holds more than {MAX_TAGS} tags; no page of links does")
    base = httpx.URL(page.url)
    found: dict[str, str] = {}
    leads: dict[str, str | None] = {}
    href, title, words = "", "", list[str]()
    room = 0  # for words of the link

    def end() -> None:
        if href and href not in leads and len(leads) < _MOST:
            leads[href] = _joined(base, href)
        url = leads.get(href)
        if url is not None:
            text = " ".join("".join(words).split())[:_LONGEST_TEXT]
            said = max(text, title, key=len)
            found[url] = found.get(url) or said

    for close, name, attributes, behind in tokens(markup):
        if name == "base" and not close:
            joined = _joined(base, _attribute(_HREF, attributes))
            base = httpx.URL(joined) if joined else base
        elif name == "a":
            end()
            href, title, words = "", "", []
            room = _LONGEST_TEXT
            if not close:
                href = _attribute(_HREF, attributes)
                title = " ".join(_attribute(_TITLE, attributes).split())
        if behind and href and room > 0:
            words.append(html.unescape(behind[:_LONGEST_TEXT]))
            room -= len(words[-1])
    end()
    return tuple(Link(url, text) for url, text in found.items())


def attachments_of(page: Fetched) -> tuple[Link, ...]:
    """The documents that a page links to, told by the ending of their address or name."""
    return tuple(
        link
        for link in links_of(page)
        if _ending(httpx.URL(link.url).path) in _ATTACHED or _ending(link.text) in _ATTACHED
    )


def _ending(name: str) -> str:
    return PurePosixPath(name.strip()).suffix.lower()


def _attribute(pattern: str, attributes: str) -> str:
    match = compiled(pattern).search(attributes)
    return html.unescape(next(filter(None, match.groups()), "")).strip() if match else ""


def _joined(base: httpx.URL, href: str) -> str | None:
    """Where a link leads, or None where that is no page: "#top", javascript:, mailto:."""
    href = compiled(r"[\t\r\n]+").sub("", href)  # as browsers do
    if not href or href.startswith("#"):
        return None
    try:
        return str(web_address(str(base.join(href))))
    except (httpx.InvalidURL, ValueError, FetchError):
        return None

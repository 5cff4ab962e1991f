"""A web page → its text in pieces, read as one flat stream of tags with a list of open elements.

No tree is built: deep nesting and missing end tags cost nothing, and the work is linear in the
length of the page. What of the text belongs to the letter is for `content` to tell.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tracker.letters.words import compiled

_TAG_START: Final = r"<(?:(!--)|(/?)([a-zA-Z][^\s/>]*)|[!?])"
#: The attributes of a tag up to its end; a quote left open falls back to the next ">".
_TAG_REST: Final = r"""(?:[^>"']++|"[^"]{0,4000}+"|'[^']{0,4000}+')*+>"""
_MARK: Final = (
    r"""(?i)\b(?:id|class)\s{0,9}=\s{0,9}(?:"([^"]{0,400})"|'([^']{0,400})'|([^\s>"']{1,400}))"""
)

#: Elements whose content is no markup, and no text of the page.
_RAW: Final = frozenset(
    {"script", "style", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript"}
)
_SKIPPED: Final = frozenset({"template", "svg", "select", "button", "object", "canvas", "math"})
_VOID: Final = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
        "source", "track", "wbr",
    }
)  # fmt: skip
_BLOCK: Final = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
        "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1",
        "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol",
        "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "title", "tr", "ul",
    }
)  # fmt: skip
#: Elements that may hold the letter as a whole.
_CONTAINER: Final = frozenset({"article", "body", "div", "form", "main", "section", "table", "td"})
#: No site nests its letter deeper.
_DEEPEST: Final = 300
_SPACES: Final = r"[ \t\r\n\f]+"

#: Pieces that are no text: the end of a line, the wall between two cells.
LINE_END: Final = "\n"
CELL: Final = "\x1f"


@dataclass(slots=True)
class Element:
    """An element: its name, its id and classes, and the pieces it spans."""

    tag: str
    marks: str
    first: int
    last: int = -1


@dataclass(slots=True)
class Page:
    """The text of a page in pieces, whether each stands in a link, and where containers reach."""

    pieces: list[str] = field(default_factory=list)
    linked: list[bool] = field(default_factory=list)
    containers: list[Element] = field(default_factory=list)
    title: str = ""

    def add(self, text: str, *, linked: bool = False) -> None:
        """Append a piece."""
        self.pieces.append(text)
        self.linked.append(linked)


def read_page(markup: str) -> Page:
    """Walk through a page once.

    Args:
        markup: the page, however broken.
    """
    walk = _Walk()
    for kind, name, value in tokens(markup):
        if kind == "text":
            walk.text(value)
        elif kind == "open":
            walk.open(name, value)
        else:
            walk.close(name)
    walk.close_all()
    return walk.page


class _Walk:
    """The state of a walk: elements still open, and how many of each name."""

    def __init__(self) -> None:
        self.page = Page()
        self._open: list[Element] = []
        self._counts: Counter[str] = Counter()
        self._skipped_at = 0  # how many elements are open around and with the one left out

    def text(self, value: str) -> None:
        if self._counts["title"] and not self._counts["body"]:
            self.page.title = self.page.title or " ".join(html.unescape(value).split())
        elif not self._skipped_at:
            keep = bool(self._counts["pre"])
            self.page.add(_plain(value, keep_lines=keep), linked=bool(self._counts["a"]))

    def open(self, name: str, attributes: str) -> None:
        if name == "br" or name in _BLOCK:
            self.page.add(LINE_END)
        elif name in ("td", "th"):
            self.page.add(CELL)
        if name in _VOID:
            return
        if name == "a" and self._counts["a"]:  # a link holds no link: the first was left open
            self._close("a")
        marks = _marks(attributes) if name in _CONTAINER else ""
        self._open.append(Element(name, marks, len(self.page.pieces)))
        self._counts[name] += 1
        if name in _SKIPPED and not self._skipped_at:
            self._skipped_at = len(self._open)

    def close(self, name: str) -> None:
        if name == "br" or name in _BLOCK:
            self.page.add(LINE_END)
        if self._counts[name]:
            self._close(name)

    def close_all(self) -> None:
        while self._open:
            self._close(self._open[-1].tag)

    def _close(self, name: str) -> None:
        """Close the innermost element of a name and what was left open inside it."""
        while True:
            element = self._open.pop()
            self._counts[element.tag] -= 1
            element.last = len(self.page.pieces)
            if element.tag in _CONTAINER and len(self._open) <= _DEEPEST:
                self.page.containers.append(element)
            if element.tag == name:
                break
        if len(self._open) < self._skipped_at:
            self._skipped_at = 0


def tokens(markup: str) -> Iterator[tuple[str, str, str]]:
    """("text", "", text), ("open", name, attributes), ("close", name, "") in order."""
    at = 0
    size = len(markup)
    while at < size:
        match = compiled(_TAG_START).search(markup, at)
        if match is None:
            yield "text", "", markup[at:]
            return
        if match.start() > at:
            yield "text", "", markup[at : match.start()]
        if match[1]:
            end = markup.find("-->", match.start() + 4)
            at = size if end < 0 else end + 3
            continue
        at = _tag_end(markup, match.end())
        if not match[3]:
            continue
        name = match[3].lower()
        if match[2]:
            yield "close", name, ""
        elif name in _RAW:
            at = _raw_end(markup, name, at)
        else:
            yield "open", name, markup[match.end() : at]


def _tag_end(markup: str, at: int) -> int:
    rest = compiled(_TAG_REST).match(markup, at)
    if rest:
        return rest.end()
    end = markup.find(">", at)
    return len(markup) if end < 0 else end + 1


def _raw_end(markup: str, name: str, at: int) -> int:
    """Where the content of a script or style ends; with the page, where no end tag comes."""
    match = re.compile(f"</{name}", re.IGNORECASE).search(markup, at)
    return _tag_end(markup, match.end()) if match else len(markup)


def _marks(attributes: str) -> str:
    """Id and classes of an element, in small letters, a blank before, between and after."""
    found = (
        match[1] or match[2] or match[3] or "" for match in compiled(_MARK).finditer(attributes)
    )
    return f" {' '.join(found).lower()} "


def _plain(text: str, *, keep_lines: bool) -> str:
    """Text with entities resolved; its line ends are blanks outside of <pre>."""
    if "&" in text:
        text = html.unescape(text)
    text = text.replace(CELL, " ")
    return text if keep_lines else compiled(_SPACES).sub(" ", text)

"""A web page → its lines of text, with menus, related links and footers left out where possible.

The page is read as one flat stream of tags with a list of open elements. No tree is built: deep
nesting and missing end tags cost nothing, and the work is linear in the length of the page.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_TAG_START: Final = re.compile(r"<(?:(!--)|(/?)([a-zA-Z][^\s/>]*)|[!?])")
#: The attributes of a tag up to its end; a quote left open falls back to the next ">".
_TAG_REST: Final = re.compile(r"""(?:[^>"']++|"[^"]{0,4000}+"|'[^']{0,4000}+')*+>""")
_ATTRIBUTE: Final = re.compile(
    r"""\b(id|class|style|hidden)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"']++))""", re.IGNORECASE
)

#: Elements whose content is not text of the page.
_RAW: Final = frozenset({"script", "style", "textarea", "xmp", "iframe", "noembed", "noframes"})
_SKIPPED: Final = frozenset(
    {"noscript", "template", "svg", "select", "button", "object", "canvas", "math"}
)
_VOID: Final = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    }
)
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
_CELL: Final = "\x1f"


@dataclass(slots=True)
class _Element:
    """An element still open, or a container of which the extent is known."""

    tag: str
    marks: str
    first: int
    last: int = -1


@dataclass(slots=True)
class _Page:
    """The page's text in pieces, and the containers as ranges of pieces."""

    pieces: list[str] = field(default_factory=list)
    #: Characters of text up to each piece: outside links, and inside.
    plain: list[int] = field(default_factory=lambda: [0])
    linked: list[int] = field(default_factory=lambda: [0])
    containers: list[_Element] = field(default_factory=list)
    title: str = ""

    def add(self, text: str, *, linked: bool) -> None:
        """Append a piece; its visible characters count as text of a link or of none."""
        self.pieces.append(text)
        seen = 0 if text in ("\n", _CELL) else len(text) - text.count(" ")
        self.plain.append(self.plain[-1] + (0 if linked else seen))
        self.linked.append(self.linked[-1] + (seen if linked else 0))


def html_to_text(page: str) -> str:
    """The text of a web page, a line for each block, cells of a table row parted by " | ".

    Args:
        page: the markup, however broken.
    """
    read = _read(page)
    return _lines("".join(read.pieces))


def _read(page: str) -> _Page:
    """Walk through the markup once."""
    read = _Page()
    open_elements: list[_Element] = []
    counts: Counter[str] = Counter()
    skipped_at = -1  # length of the stack at which skipping began
    for kind, name, value in _tokens(page):
        if kind == "text":
            if skipped_at < 0 and not counts["title"]:
                read.add(_squeeze(value, keep=bool(counts["pre"])), linked=bool(counts["a"]))
            elif counts["title"] and not read.title:
                read.title = " ".join(value.split())
            continue
        if name == "br" or name in _BLOCK:
            read.add("\n", linked=False)
        if name in _VOID:
            continue
        if kind == "open":
            if name in ("td", "th"):
                read.add(_CELL, linked=False)
            if name == "a" and counts["a"]:  # a link cannot hold a link: the first was left open
                _close("a", open_elements, counts, read)
            marks = _marks(value) if name in _CONTAINER else ""
            open_elements.append(_Element(name, marks, len(read.pieces)))
            counts[name] += 1
            if name in _SKIPPED and skipped_at < 0:
                skipped_at = len(open_elements)
        elif counts[name]:
            _close(name, open_elements, counts, read)
            if len(open_elements) < skipped_at:
                skipped_at = -1
    while open_elements:
        _close(open_elements[-1].tag, open_elements, counts, read)
    return read


def _close(name: str, open_elements: list[_Element], counts: Counter[str], read: _Page) -> None:
    """Close the innermost element of a name and what was left open inside it."""
    while open_elements:
        element = open_elements.pop()
        counts[element.tag] -= 1
        element.last = len(read.pieces)
        if element.tag in _CONTAINER:
            read.containers.append(element)
        if element.tag == name:
            return


def _tokens(page: str) -> Iterator[tuple[str, str, str]]:
    """("text", "", text), ("open", name, attributes), ("close", name, "") in order."""
    at = 0
    size = len(page)
    while at < size:
        match = _TAG_START.search(page, at)
        if match is None:
            yield "text", "", page[at:]
            return
        if match.start() > at:
            yield "text", "", page[at : match.start()]
        if match[1]:
            end = page.find("-->", match.start() + 4)
            at = size if end < 0 else end + 3
            continue
        at = _tag_end(page, match.end())
        if not match[3]:
            continue
        name = match[3].lower()
        if match[2]:
            yield "close", name, ""
            continue
        yield "open", name, page[match.end() : at]
        if name in _RAW:
            at = _raw_end(page, name, at)
            yield "close", name, ""


def _tag_end(page: str, at: int) -> int:
    rest = _TAG_REST.match(page, at)
    if rest:
        return rest.end()
    end = page.find(">", at)
    return len(page) if end < 0 else end + 1


def _raw_end(page: str, name: str, at: int) -> int:
    """Where the content of a script or style ends; the page, where it does not."""
    match = re.compile(f"</{name}", re.IGNORECASE).search(page, at)
    return _tag_end(page, match.end()) if match else len(page)


def _marks(attributes: str) -> str:
    """Id and class of an element, as one text to look words up in."""
    found = [
        m[2] or m[3] or m[4] or ""
        for m in _ATTRIBUTE.finditer(attributes)
        if m[1].lower() in ("id", "class")
    ]
    return " ".join(found).lower()


def _squeeze(text: str, *, keep: bool) -> str:
    if "&" in text:
        text = html.unescape(text)
    text = text.replace(_CELL, " ")
    if keep:
        return text
    return _SPACES.sub(" ", text)


_SPACES: Final = re.compile(r"[ \t\r\n\f]+")


def _lines(text: str) -> str:
    """Pieces put together: no empty lines, no separators at the ends of a line."""
    lines = []
    for line in text.split("\n"):
        cells = [cell.strip(" \t\r\f\v") for cell in line.split(_CELL)]
        joined = " | ".join(cell for cell in cells if cell.strip())
        if joined:
            lines.append(joined)
    return "\n".join(lines)

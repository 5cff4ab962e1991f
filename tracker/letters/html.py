"""A web page → its lines, read as one flat stream of tags with a list of open elements.

No tree is built: deep nesting and missing end tags cost nothing, and the work is linear in the
length of the page. What of the lines belongs to the letter is for `content` to tell.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from tracker.errors import ReadingError
from tracker.letters.words import compiled

#: What is no markup, and no text of the page: comments and the content of scripts and styles. Most
#: tags are passed over by their first letter.
_RAW: Final = (
    r"(?i)<(?=[!stxin])"
    r"(?:!--|(script|style|textarea|xmp|iframe|noembed|noframes|noscript)(?=[\s/>]))"
)
#: The attributes of a tag up to its end; a quote left open falls back to the next ">".
_ATTRIBUTES: Final = r"""(?:(?:[^>"']++|"[^"]{0,4000}+"|'[^']{0,4000}+')*+>|[^>]*+>?)"""
#: A tag and the text behind it. "<" before anything but a name, "/", "!" or "?" is text.
_TOKEN: Final = (
    rf"<(?:(/?)([a-zA-Z][^\s/>]*+)({_ATTRIBUTES})|[!?/][^>]*+>?)"
    r"([^<]*+(?:<(?![a-zA-Z/!?])[^<]*+)*+)"
)
_MARK: Final = (
    r"""(?i)\b(?:id|class)\s{0,9}=\s{0,9}(?:"([^"]{0,400})"|'([^']{0,400})'|([^\s>"']{1,400}))"""
)
_META: Final = (
    r"""(?i)\b(name|content)\s{0,9}=\s{0,9}(?:"([^"]{0,400})"|'([^']{0,400})'|([^\s>"']{1,400}))"""
)
_HAS_PRE: Final = r"(?i)<pre[\s>]"
_BLANKS: Final = " \t\r\f\v"
#: A letter of a hundred pages, pasted from Word with all its spans, has thirty thousand tags.
MAX_TAGS: Final = 300_000
#: A page of a site has a dozen.
_MOST_METAS: Final = 200
#: Entities that stand in every page and for no mark of markup.
_ENTITIES: Final = (
    ("&nbsp;", "\u00a0"), ("&emsp;", "\u2003"), ("&ensp;", "\u2002"), ("&ldquo;", "“"),
    ("&rdquo;", "”"), ("&middot;", "·"), ("&mdash;", "—"), ("&hellip;", "…"),
)  # fmt: skip

#: A cell of a table holds so few paragraphs, and a row so few characters.
_LINES_OF_A_CELL: Final = 3
_LONGEST_ROW: Final = 600
#: No site nests its letter deeper.
_DEEPEST: Final = 300
#: The wall between two cells, while a line is put together.
CELL: Final = "\x1f"

# What a tag does. One of no kind here is inline: its text goes on with the line. Up to
# `_LAST_BLOCK` it ends the line before it.
_BREAK: Final = 1  # has no end
_BLOCK: Final = 2
_HOLDER: Final = 3  # a block that may hold the letter as a whole
_PRE: Final = 4  # a block whose line ends are the page's
_TITLE: Final = 5
_ROW: Final = 6  # a block whose cells stand in one line
_LAST_BLOCK: Final = _ROW
_CELL: Final = 7  # a holder that goes on with the row
_LINK: Final = 8
_SKIPPED: Final = 9
_METADATA: Final = 10

_KINDS: Final = {
    name: kind
    for kind, names in (
        (_BREAK, "br hr"),
        (
            _BLOCK,
            "address aside blockquote caption center dd details dialog dl dt fieldset figcaption "
            "figure footer h1 h2 h3 h4 h5 h6 header html legend li nav ol p summary tbody tfoot "
            "thead ul",
        ),
        (_ROW, "tr"),
        (_HOLDER, "article body div form main section table ucapcontent"),
        (_PRE, "pre"),
        (_TITLE, "title"),
        (_CELL, "td th"),
        (_LINK, "a"),
        (_SKIPPED, "template svg select button object canvas math"),
        (_METADATA, "meta"),
    )
    for name in names.split()
}
#: The most frequent tags, as they are mostly written, of which nothing is kept but their text.
_INLINE: Final = frozenset({"span", "b", "strong", "font", "o:p", "i", "em", "u", "img", ""})


class Line(NamedTuple):
    """A line of the page: its text, and its characters outside and in links."""

    text: str
    plain: int
    linked: int


class Element(NamedTuple):
    """An element that may hold the letter.

    `first` and `last` bound its lines; `plain` and `every` count its characters outside links, and
    all of them.
    """

    tag: str
    attributes: str
    first: int
    last: int
    plain: int
    every: int

    @property
    def marks(self) -> str:
        """Id and classes, in small letters, a blank before, between and after."""
        found = (
            match[1] or match[2] or match[3] or ""
            for match in compiled(_MARK).finditer(self.attributes)
        )
        return f" {' '.join(found).lower()} "


@dataclass(slots=True)
class Outline:
    """The lines of a page in order, what may hold the letter, and what the page's head says."""

    lines: list[Line] = field(default_factory=list)
    holders: list[Element] = field(default_factory=list)
    title: str = ""
    metas: dict[str, str] = field(default_factory=dict)
    #: All characters outside links.
    plain: int = 0


def outline_of(markup: str) -> Outline:
    """Walk through a page once.

    Args:
        markup: the page, however broken.

    Raises:
        ReadingError: it is made of more tags than any letter; the message is the reason only.
    """
    if markup.count("<") > MAX_TAGS:
        raise ReadingError(f"the page holds more than {MAX_TAGS} tags; no letter does")
    keeps_lines = compiled(_HAS_PRE).search(markup) is not None
    markup = "".join(_without_raw(markup)).replace(CELL, " ")
    for entity, sign in _ENTITIES:
        markup = markup.replace(entity, sign)
    if not keeps_lines:
        markup = _on_one_line(markup)
    walk = _Walk()
    walk.through(markup, keeps_lines=keeps_lines)
    return walk.found


def tokens(markup: str) -> Iterator[tuple[str, str, str, str]]:
    """The tags of a page in order: "/" where it closes, name, attributes, the text behind it.

    The text before the first tag comes with empty ones.

    Args:
        markup: the page, however broken.
    """
    markup = "".join(_without_raw(markup))
    first = markup.find("<")
    yield "", "", "", markup if first < 0 else markup[:first]
    if first >= 0:
        for match in compiled(_TOKEN).finditer(markup, first):
            close, name, attributes, text = match.groups("")
            yield close, name.lower(), attributes, text


def _on_one_line(text: str) -> str:
    """The text with every run of blanks and line ends as one blank; `re` takes four times as long."""
    for blank in "\t\r\n\f":
        text = text.replace(blank, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _without_raw(markup: str) -> Iterator[str]:
    """The pieces of a page between its comments, scripts and styles."""
    at = 0
    while True:
        match = compiled(_RAW).search(markup, at)
        if match is None:
            yield markup[at:]
            return
        yield markup[at : match.start()]
        if match[1] is None:
            end = markup.find("-->", match.start() + 4)
            at = len(markup) if end < 0 else end + 3
        else:
            begun = _tag_end(markup, match.end())
            end_tag = re.compile(f"</{match[1]}", re.IGNORECASE).search(markup, begun)
            at = _tag_end(markup, end_tag.end()) if end_tag else len(markup)


def _tag_end(markup: str, at: int) -> int:
    match = compiled(_ATTRIBUTES).match(markup, at)
    return match.end() if match else len(markup)


class _Open(NamedTuple):
    """A holder that is open, and how far the page had come when it opened."""

    kind: int
    tag: str
    attributes: str
    line: int
    plain: int
    every: int


class _Walk:
    """The state of a walk: the line that is put together, and the elements still open.

    Of elements only those are kept that hold lines or change what text means; blocks and links are
    told by where they begin and end.
    """

    def __init__(self) -> None:
        self.found = Outline()
        self._parts: list[str] = []
        self._plain = self._linked = 0  # characters of the line so far
        self._plain_before = self._every_before = 0  # and of all lines before
        self._open: list[_Open] = []
        self._counts: dict[str, int] = {}
        self._skipped = self._kept = 0  # how many such elements are open
        self._link = -1  # how many elements are open around the link that is; none is
        self._blocks = 0  # blocks that are open inside of the link
        self._row: int | None = None  # the first line of the row that is open
        self._cells: list[int] = []  # and the first lines of its cells

    def through(self, markup: str, *, keeps_lines: bool) -> None:
        """Walk to the end of the page."""
        first = markup.find("<")
        self._text(markup if first < 0 else markup[:first], keeps_lines)
        parts, kinds = self._parts, _KINDS
        tags = compiled(_TOKEN).findall(markup, first) if first >= 0 else ()
        # What a page costs, it costs here: a call is made for what is rare.
        for close, name, attributes, text in tags:
            kind = kinds.get(name)
            if kind is None and name not in _INLINE:
                name = name.lower()
                kind = kinds.get(name)
            if kind is not None:
                if parts and kind <= _LAST_BLOCK:
                    self._end_line()
                if kind == _BLOCK:
                    if self._link >= 0:
                        self._block_in_link(close)
                elif kind == _LINK:
                    self._link = -1
                    if not close and "href" in attributes.lower():
                        self._link, self._blocks = len(self._open), 0
                elif kind == _ROW:
                    self._end_row()
                    self._row = None if close else len(self.found.lines)
                    if self._link >= 0:
                        self._block_in_link(close)
                elif kind != _BREAK:
                    if close:
                        self._close(name)
                    else:
                        self._begin(kind, name, attributes)
            if text and (text != " " or parts):
                if keeps_lines or self._skipped or "&" in text or self._counts.get("title"):
                    self._text(text, keeps_lines)
                else:
                    parts.append(text)
                    if self._link >= 0:
                        self._linked += len(text)
                    else:
                        self._plain += len(text)
        while self._open:
            self._leave(self._open.pop())
        self._end_line()
        self.found.plain = self._plain_before

    def _text(self, text: str, keeps_lines: bool) -> None:
        """Take text that is not just a piece of the line."""
        if self._skipped:
            return
        if "&" in text:
            text = html.unescape(text).replace(CELL, " ")
        if self._counts.get("title") and not self._counts.get("body"):
            self.found.title = self.found.title or " ".join(text.split())
            return
        if self._kept:
            *whole, text = text.split("\n")
            for line in whole:
                self._add(line)
                self._end_line()
        elif keeps_lines:
            text = _on_one_line(text)
        self._add(text)

    def _add(self, text: str) -> None:
        self._parts.append(text)
        if self._link >= 0:
            self._linked += len(text)
        else:
            self._plain += len(text)

    def _end_line(self) -> None:
        text = "".join(self._parts)
        self._parts.clear()
        if CELL in text:
            cells = (cell.strip(_BLANKS) for cell in text.split(CELL))
            text = " | ".join(cell for cell in cells if cell)
        else:
            text = text.strip(_BLANKS)
        if text:
            if self._plain <= 2 and self._linked:  # blanks and a dot beside a link are no words
                self._plain = 0
            self.found.lines.append(Line(text, self._plain, self._linked))
            self._plain_before += self._plain
            self._every_before += self._plain + self._linked
        self._plain = self._linked = 0

    def _end_row(self) -> None:
        """Put a row whose cells hold paragraphs into one line, cell by cell.

        A row that holds more than a table's cells do is layout: its lines stay as they are.
        """
        first, cells, self._row, self._cells = self._row, self._cells, None, []
        lines = self.found.lines
        rows = len(lines) - first if first is not None else 0
        if first is None or not 2 <= rows <= _LINES_OF_A_CELL * len(cells) or len(cells) < 2:
            return
        if sum(len(line.text) for line in lines[first:]) > _LONGEST_ROW:
            return
        ends = [*cells[1:], len(lines)]
        texts = (
            " ".join(line.text for line in lines[begin:end])
            for begin, end in zip([first, *cells[1:]], ends, strict=True)
        )
        plain, linked = (
            sum(counts) for counts in zip(*(line[1:] for line in lines[first:]), strict=True)
        )
        lines[first:] = [Line(" | ".join(text for text in texts if text), plain, linked)]
        while self.found.holders and self.found.holders[-1].first >= first:
            self.found.holders.pop()

    def _block_in_link(self, close: str) -> None:
        """A block that ends and did not begin in the link ends the link: it was left open."""
        if not close:
            self._blocks += 1
        elif self._blocks:
            self._blocks -= 1
        else:
            self._link = -1

    def _begin(self, kind: int, name: str, attributes: str) -> None:
        if kind == _METADATA:
            self._note(attributes)
            return
        # An element that begins inside of a line, a cell, holds the lines behind that one.
        line = len(self.found.lines) + bool(self._parts)
        if kind == _CELL:
            self._parts.append(CELL)
            self._cells.append(line)
        elif kind == _SKIPPED:
            self._skipped += 1
        elif kind == _PRE:
            self._kept += 1
        plain = self._plain_before + self._plain
        every = self._every_before + self._plain + self._linked
        self._open.append(_Open(kind, name, attributes, line, plain, every))
        self._counts[name] = self._counts.get(name, 0) + 1

    def _note(self, attributes: str) -> None:
        """Keep what a meta tag says."""
        said = {
            match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "")
            for match in compiled(_META).finditer(attributes)
        }
        if said.get("name") and len(self.found.metas) < _MOST_METAS:
            self.found.metas.setdefault(said["name"].lower(), said.get("content", ""))

    def _close(self, name: str) -> None:
        """Close the innermost element of a name and what was left open inside it."""
        if name == "table":
            self._end_row()
        while self._counts.get(name):
            element = self._open.pop()
            self._leave(element)
            if element.tag == name:
                return

    def _leave(self, element: _Open) -> None:
        self._counts[element.tag] -= 1
        if self._link > len(self._open):
            self._link = -1
        if element.kind == _SKIPPED:
            self._skipped -= 1
        elif element.kind == _PRE:
            self._kept -= 1
        elif len(self._open) <= _DEEPEST:
            plain = self._plain_before + self._plain - element.plain
            if plain > 0:
                every = self._every_before + self._plain + self._linked - element.every
                last = len(self.found.lines) + bool(self._parts)
                self.found.holders.append(
                    Element(element.tag, element.attributes, element.line, last, plain, every)
                )

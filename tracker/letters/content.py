"""What of a page's text belongs to the letter: menus, related links and footers are left out.

Nothing that a header is read from may get lost: where the main block of the page cannot be told
for certain, the whole page is taken, and the letter is found in it line by line.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate
from typing import Final, NamedTuple

from tracker.letters.dates import only_date
from tracker.letters.html import CELL, LINE_END, Element, Page, read_page
from tracker.letters.names import units_in_line
from tracker.letters.words import compiled, pattern_of, words

#: The main block holds at least this share of the page's text outside links.
_LEAST_SHARE: Final = 0.4
#: A block found by density alone holds nearly all of it.
_DENSE_SHARE: Final = 0.7
#: So many lines after the main block may still belong to the letter.
_SIGNATURE_LINES: Final = 40
_REPLY: Final = "答[复覆復]|[复復覆]函|回[复復覆]|收悉|[办辦]理[情结結]"


#: What running text and salutations have, and menus have not.
_SENTENCE: Final = r"[。！；]|[：:]$"


class _Line(NamedTuple):
    """A line of the page: its text, its first piece, and its characters outside and in links."""

    text: str
    first: int
    plain: int
    linked: int


def html_to_text(markup: str) -> str:
    """The text of a web page, one line for each block, cells of a table row parted by " | ".

    Args:
        markup: the page, however broken.
    """
    page = read_page(markup)
    lines = _lines(page)
    main = _main_block(page)
    if main is not None:
        chosen = _chosen(lines, main)
        if _holds_reply(chosen):
            lines = chosen
    texts = [line.text for line in lines]
    if page.title and compiled(_REPLY).search(page.title) and not _holds_reply(lines):
        texts.insert(0, page.title)
    return "\n".join(texts)


def _holds_reply(lines: list[_Line]) -> bool:
    return any(compiled(_REPLY).search(line.text) for line in lines)


def _lines(page: Page) -> list[_Line]:
    """Pieces put together: no empty lines, no separators at the ends of a line."""
    lines: list[_Line] = []
    parts: list[str] = []
    first = plain = linked = 0
    for index, piece in enumerate([*page.pieces, LINE_END]):
        if piece != LINE_END and "\n" not in piece:
            parts.append(piece)
            if index < len(page.linked) and page.linked[index]:
                linked += len(piece)
            else:
                plain += len(piece)
            continue
        head, *rest = piece.split("\n")  # a piece of <pre> holds line ends
        for text in ("".join(parts) + head, *rest[:-1]):
            joined = _joined_cells(text)
            if joined:
                lines.append(_Line(joined, first, plain, linked))
        parts = [rest[-1]]
        first, plain, linked = index, 0, 0
    return lines


def _joined_cells(text: str) -> str:
    if CELL not in text:
        return text.strip(" \t\r\f\v")
    cells = (cell.strip(" \t\r\f\v") for cell in text.split(CELL))
    return " | ".join(cell for cell in cells if cell)


def _main_block(page: Page) -> Element | None:
    """The block that holds the letter: by the names site software gives it, else by density."""
    sizes = [len(piece.strip()) for piece in page.pieces]
    plain = [0, *accumulate(0 if link else n for n, link in zip(sizes, page.linked, strict=True))]
    every = [0, *accumulate(sizes)]
    total = plain[-1]

    def text_of(element: Element) -> int:
        return plain[element.last] - plain[element.first]

    named = [e for e in page.containers if text_of(e) >= _LEAST_SHARE * total and _is_named(e)]
    if named:
        return min(named, key=lambda e: e.last - e.first)
    dense = [e for e in page.containers if text_of(e) >= _DENSE_SHARE * total > 0]
    return min(dense, key=lambda e: every[e.last] - every[e.first], default=None)


@cache
def _content_marks() -> re.Pattern[str]:
    """Names of main blocks, as a whole or with an ending: zoom, TRS_Editor, article-content."""
    return re.compile(rf"(?:^|[ _-]){pattern_of('noise', 'page', 'content')}(?=[ _-]|\d|$)")


def _is_named(element: Element) -> bool:
    return element.tag in ("article", "main") or bool(_content_marks().search(element.marks))


@cache
def _head_words() -> re.Pattern[str]:
    """Words of the lines above a letter from which its header is read."""
    labels = [
        word
        for key in ("date", "issuer", "number", "category", "title")
        for word in words("header", "labels", key)
    ]
    return re.compile("|".join(map(re.escape, (*labels, "文号", "索引号"))))


def _chosen(lines: list[_Line], main: Element) -> list[_Line]:
    """The lines of the main block, and the lines around it that a header is read from."""
    chosen: list[_Line] = []
    after = 0
    for line in lines:
        if line.first + 1 < main.first:
            if _belongs_before(line):
                chosen.append(line)
        elif line.first < main.last:
            chosen.append(line)
        elif after < _SIGNATURE_LINES:
            after += 1 if line.plain else 0
            if _is_sentence(line) or (line.linked == 0 and _signs(line.text)):
                chosen.append(line)
    return chosen


def _belongs_before(line: _Line) -> bool:
    if _is_path(line.text):
        return True
    if line.linked > line.plain:
        return False  # a link is a menu or another letter
    if compiled(_REPLY).search(line.text) or _head_words().search(line.text):
        return True
    return _is_sentence(line) or _signs(line.text)


def _signs(text: str) -> bool:
    return bool(only_date(text) or units_in_line(text))


def _is_sentence(line: _Line) -> bool:
    """Running text outside links may be a part of the letter that stands in a block of its own."""
    return line.linked == 0 and bool(compiled(_SENTENCE).search(line.text))


def _is_path(text: str) -> bool:
    """Whether a line is the path through the site, which names its place."""
    return len(text) > 8 and text.startswith(words("noise", "path"))

"""What of a page's text belongs to the letter: menus, related links and footers are left out.

Nothing that a header is read from may get lost: where the main block of the page cannot be told
for certain, the whole page is taken, and the letter is found in it line by line.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.letters.dates import only_date
from tracker.letters.html import Element, Line, Outline, outline_of
from tracker.letters.names import units_in_line
from tracker.letters.page import Page, facts_of
from tracker.letters.words import compiled, pattern_of, words

#: The main block holds at least this share of the page's text outside links.
_LEAST_SHARE: Final = 0.4
#: A block found by density alone holds nearly all of it.
_DENSE_SHARE: Final = 0.7
#: So many lines after the main block may still belong to the letter.
_SIGNATURE_LINES: Final = 40
#: The date stands in one of so many last lines of a letter; contacts and copies follow it.
_SIGNED_WITHIN: Final = 15
#: What a letter opens with, and no line above its block.
_OPENING: Final = "收悉|[答办辦][复覆復理].{0,8}如下"
_REPLY: Final = "答[复覆復]|[复復覆]函|回[复復覆]|收悉|[办辦]理[情结結]"

#: What running text and salutations have, and menus have not.
_SENTENCE: Final = r"[。！；]|[：:]$"


def read_web_page(markup: str) -> tuple[str, Page]:
    """The text of a web page, and what the page says of itself.

    The text has one line for each block, cells of a table row parted by " | ".

    Args:
        markup: the page, however broken.

    Raises:
        ReadingError: it is made of more tags than any letter; the message is the reason only.
    """
    outline = outline_of(markup)
    lines = [line for line in outline.lines if line.plain or not line.linked or _is_path(line.text)]
    if not _holds_reply(lines):
        lines = outline.lines  # the letter stands in a link: a page in a frame of another site
    main = _main_block(outline)
    if main is not None:
        chosen = _chosen(outline.lines, main)
        if _holds_reply(chosen):
            lines = chosen
    texts = [line.text for line in lines]
    if outline.title and compiled(_REPLY).search(outline.title) and not _holds_reply(lines):
        texts.insert(0, outline.title)
    return "\n".join(texts), facts_of(outline.metas, [line.text for line in outline.lines])


def _holds_reply(lines: list[Line]) -> bool:
    # No line end is in the words, and one search is quicker than one for each line.
    return compiled(_REPLY).search("\n".join([line.text for line in lines])) is not None


def _main_block(outline: Outline) -> Element | None:
    """The block that holds the letter: by the names site software gives it, else by density."""
    total = outline.plain
    large = [e for e in outline.holders if e.plain >= _LEAST_SHARE * total]
    named = [e for e in large if _is_named(e)]
    if named:
        return min(named, key=lambda e: e.last - e.first)
    dense = [e for e in large if e.plain >= _DENSE_SHARE * total > 0]
    return min(dense, key=lambda e: e.every, default=None)


@cache
def _content_marks() -> re.Pattern[str]:
    """Names of main blocks, as a whole or with an ending: zoom, TRS_Editor, article-content."""
    return re.compile(rf"(?:^|[ _-]){pattern_of('noise', 'page', 'content')}(?=[ _-]|\d|$)")


def _is_named(element: Element) -> bool:
    return element.tag in ("article", "main", "ucapcontent") or bool(
        _content_marks().search(element.marks)
    )


@cache
def _head_words() -> re.Pattern[str]:
    """Words of the lines above a letter from which its header is read."""
    labels = [
        word
        for key in ("date", "issuer", "number", "category", "title")
        for word in words("header", "labels", key)
    ]
    return re.compile("|".join(map(re.escape, (*labels, "文号", "索引号"))))


def _chosen(lines: list[Line], main: Element) -> list[Line]:
    """The lines of the main block, and the lines around it that a header is read from.

    A line that is nothing but a link is a menu, a list of other letters, or an attachment.
    """
    within = [line for line in lines[main.first : main.last] if line.plain or not line.linked]
    opened = any(compiled(_OPENING).search(line.text) for line in within)
    chosen = [line for line in lines[: main.first] if _belongs_before(line, opened=opened)]
    chosen += within
    if any(only_date(line.text.strip()) for line in within[-_SIGNED_WITHIN:]):
        return chosen  # signed and dated: what follows is another text
    after = 0
    for line in lines[main.last :]:
        if after >= _SIGNATURE_LINES:
            break
        after += 1 if line.plain else 0
        if _is_sentence(line) or (line.linked == 0 and _signs(line.text)):
            chosen.append(line)
    return chosen


def _belongs_before(line: Line, *, opened: bool) -> bool:
    """Whether a line above the main block belongs to the letter.

    Where the block holds the opening of the letter, running text above it is another's; who is
    addressed may stand there.
    """
    if _is_path(line.text):
        return True
    if line.linked > line.plain:
        return False  # a link is a menu or another letter
    if compiled(_REPLY).search(line.text) or _head_words().search(line.text):
        return True
    if opened and not line.text.endswith((":", "：")):
        return _signs(line.text)
    return _is_sentence(line) or _signs(line.text)


def _signs(text: str) -> bool:
    return bool(only_date(text) or units_in_line(text))


def _is_sentence(line: Line) -> bool:
    """Running text outside links may be a part of the letter that stands in a block of its own."""
    return line.linked == 0 and bool(compiled(_SENTENCE).search(line.text))


def _is_path(text: str) -> bool:
    """Whether a line is the path through the site, which names its place."""
    if len(text) <= 8 or not text.startswith(words("noise", "path")):
        return False
    # 首页 alone opens a menu too; a path has steps.
    return not text.startswith("首页") or compiled(_STEP).search(text) is not None


_STEP: Final = r"[>＞»›→/\|]|-"

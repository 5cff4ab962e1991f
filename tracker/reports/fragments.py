"""Links that jump to a quote: an address with a text fragment (#:~:text=)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote as percent

#: A longer quote is named by its first and last words; each sign takes nine in an address.
_WHOLE: Final = 40
#: Fewer signs than that stand in many places of a page.
_LEAST: Final = 6
#: Where words end for certain, and so a browser's search may begin and end.
_BREAKS: Final = re.compile(r"[，。；：、！？,;:!?]")
#: What stands between two lines, cells or blocks is not in the page as we read it, nor the blanks
#: around it, which `strip` takes: a pattern would try each of thousands of them.
_WALLS: Final = re.compile(r"\n|\x1f|\s\|\s")


def text_link(url: str, quote: str) -> str:
    """An address by which a browser opens a page at a quote.

    By the draft "URL Fragment Text Directives" (WICG), `text=start` or `text=start,end`, both
    matched at the bounds of words. Browsers that do not know it open the page at its top.

    Args:
        url: the page, without a fragment.
        quote: as it stands in the page's text.
    """
    return f"{url}#:~:text={','.join(_encoded(part) for part in _parts(quote))}"


def _parts(quote: str) -> tuple[str, ...]:
    """The quote, or its beginning and its end."""
    blocks = [block.strip() for block in _WALLS.split(quote) if block.strip()]
    if not blocks:
        return (quote.strip(),)
    first, last = blocks[0], blocks[-1]
    if len(blocks) == 1 and len(first) <= _WHOLE:
        return (first,)
    start = first if len(blocks) > 1 and len(first) <= _WHOLE else _beginning(first)
    end = last if len(blocks) > 1 and len(last) <= _WHOLE else _ending(last)
    if len(blocks) == 1 and len(start) + len(end) > len(first):
        return (first,)  # the two would overlap
    return start, end


def _beginning(text: str) -> str:
    for match in _BREAKS.finditer(text):
        if match.start() >= _LEAST:
            return text[: match.start()]
    return text


def _ending(text: str) -> str:
    for match in reversed(list(_BREAKS.finditer(text))):
        if len(text) - match.end() >= _LEAST:
            return text[match.end() :].strip()
    return text


def _encoded(text: str) -> str:
    """Everything but letters and digits; "-", "," and "&" have meanings of their own there."""
    return percent(text, safe="").replace("-", "%2D")

"""What kind of letter a reply is: the first, one that adds to it, or one that tells of progress."""

from __future__ import annotations

import re
from functools import cache

from tracker.letters.model import Kind
from tracker.letters.words import pattern_of


def kind_of(title: str, opening: str) -> Kind:
    """By the end of the title, else by the formula of the opening.

    Words inside the suggestion's own title (《关于加强落实情况检查的建议》) tell nothing, so that only
    what stands behind it counts.

    Args:
        title: of the letter, "" where it has none.
        opening: up to where the reply proper begins.
    """
    titled = _in_title().search(title)
    told = titled or _in_opening().search(opening)
    if told is None:
        return "reply"
    if not told["progress"]:
        return "supplement"
    # 关于…建议的答复 over "现将进展情况报告如下" is a first reply all the same.
    return "progress" if titled or not title else "reply"


@cache
def _sorts() -> str:
    supplement = pattern_of("header", "kinds", "supplement")
    progress = pattern_of("header", "kinds", "progress")
    return rf"(?:(?P<supplement>{supplement})|(?P<progress>{progress}))"


@cache
def _in_title() -> re.Pattern[str]:
    """…建议的再次答复 · …提案办理进展情况的报告 at the end of a title."""
    return re.compile(
        rf"{_sorts()}(?:意见|情况)?(?:的?(?:函|报告|汇报|说明))?(?:\([^()]{{1,12}}\))?$"
    )


@cache
def _in_opening() -> re.Pattern[str]:
    """现补充答复如下 · 经重新办理,现答复如下 · 现将办理进展情况报告如下."""
    return re.compile(
        rf"现(?:就|将)?[^,。;:]{{0,16}}?{_sorts()}[^,。;:]{{0,8}}如下"
        r"|(?P<again>重新办理)[^。;:]{0,24}如下"
    )

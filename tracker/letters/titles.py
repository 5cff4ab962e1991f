"""The title of a reply in the head of a letter or of its page."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.letters.names import Line, Span, units_in_line
from tracker.letters.words import compiled, pattern_of


@cache
def _title_end() -> re.Pattern[str]:
    requests = pattern_of("header", "titles", "requests")
    replies = pattern_of("header", "titles", "replies")
    return re.compile(
        rf"(?:{requests}|会议|号|》|”)[^。;|>]{{0,120}}?{replies}"
        rf"(?=$|[ |_—\-》”<()】【]|(?:来源|发布|时间|日期|作者|信息来源|发文)[:日时])"
    )


_TITLE_STOP: Final = r"[|>]|(?:标题|名称|题名)[:|]|首页"
#: 关于县二届人大三次会议第11号建议的: its last word stands on another line, or is lost.
_TITLE_BROKEN: Final = (
    r"[^。:;|>]{0,40}?(?:关于|对)[^。:;|>]{2,60}号[^。:;|>]{0,6}(?:建议|提案|议案|提议)的$"
)
_TITLE_LINE_BEFORE: Final = r"^[^。:;|>]{4,60}$"


def find_title(head: tuple[Line, ...]) -> tuple[Span, ...]:
    """The spans of the letter's title in its head: the one nearest to the salutation.

    A title over several lines has a span for each.
    """
    for index in range(len(head) - 1, -1, -1):
        line = head[index]
        if len(line.text) > 400:
            continue
        match = _title_end().search(line.text)
        if match is None:
            continue
        begin = 0
        for stop in compiled(_TITLE_STOP).finditer(line.text, 0, match.start()):
            begin = stop.end()
        spans = [
            (
                line.start + begin + len(line.text[begin:]) - len(line.text[begin:].lstrip()),
                line.start + match.end(),
            )
        ]
        if begin == 0:
            spans[:0] = _title_lines_before(head, index)
        return tuple(spans)
    for line in reversed(head):
        match = compiled(_TITLE_BROKEN).match(line.text) if line.text.endswith("的") else None
        if match:
            return ((line.start, line.end),)
    return ()


def _title_lines_before(head: tuple[Line, ...], index: int) -> list[Span]:
    """Lines of an unfinished title above its last line."""
    text = head[index].text
    if re.match(r"[一-龥]{0,40}?(?:关于|对)(?!.{0,3}的)", text) and not text.startswith(
        ("的", "《")
    ):
        return []
    spans: list[Span] = []
    for line in reversed(head[max(0, index - 2) : index]):
        if not compiled(_TITLE_LINE_BEFORE).match(line.text) or units_in_line(line.text):
            break
        spans.insert(0, (line.start, line.end))
        if re.search(r"关于|对", line.text):
            return spans
    return []

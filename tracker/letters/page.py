"""What a web page says of itself, beside the letter: when it was published, where from, where it lies.

Sites of governments name these facts in meta tags (《政府网站发展指引》, 国办发〔2017〕47号, 附件2
网页标签: PubDate, ContentSource, ColumnName); the others print them in a line above the text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from tracker.letters.dates import find_dates
from tracker.letters.words import compiled, pattern_of, words

#: A page's facts stand within so many characters around its text, on lines of their own.
_REACH: Final = 200_000
_LONGEST_LINE: Final = 300
#: Longer is no name of a source or column.
_LONGEST: Final = 60
_BETWEEN: Final = r"\s*[>＞»›/\\→|]+\s*"
#: A label is no end of a longer word: 资金来源, 会议发布时间.
_START: Final = r"(?<![一-龥])"
#: What stands between a label and what it names: 来源：某局 · 【来源】 某局 · 来源 | 某局.
_COLON: Final = r"[】\]]?(?:\s?[:：]\s{0,4}|\s?\|\s|】\s{0,4})"


@dataclass(frozen=True, slots=True)
class Page:
    """The facts of a web page.

    Args:
        published: the day on which it was put out.
        source_name: who it says it has the text from.
        column: the column of the site that it lies in.
    """

    published: dt.date | None = None
    source_name: str | None = None
    column: str | None = None


def facts_of(metas: Mapping[str, str], lines: Sequence[str]) -> Page:
    """The facts of a page. Meta tags hold before lines.

    Args:
        metas: contents of meta tags by their names in small letters.
        lines: the lines of the page, in order, the letter's own too.
    """
    text = "\n".join(lines)
    return Page(
        published=_day(metas.get("pubdate", "")) or _labelled_day(text),
        source_name=_name(metas.get("contentsource", "")) or _labelled_source(text),
        column=_name(metas.get("columnname", "")) or _path(lines),
    )


def _day(text: str) -> dt.date | None:
    return next((day for *_, day in find_dates(text[:40])), None)


def _name(text: str) -> str | None:
    name = " ".join(text.split())
    return name if 0 < len(name) <= _LONGEST else None


@cache
def _published() -> re.Pattern[str]:
    return re.compile(_START + pattern_of("noise", "page", "published") + _COLON + "(.{0,24})")


@cache
def _source() -> re.Pattern[str]:
    return re.compile(
        _START + pattern_of("noise", "page", "source") + _COLON + r"([^\s|【】\[\]:：<]{2,60})"
    )


def _labelled_day(text: str) -> dt.date | None:
    for label in _published().finditer(text, 0, _REACH):
        day = _day(label[1]) if _on_own_line(text, label) else None
        if day is not None:
            return day
    return None


def _labelled_source(text: str) -> str | None:
    for label in _source().finditer(text, 0, _REACH):
        # An empty 来源： is followed by the next label of the line.
        following = text[label.start(1) : label.end(1) + 1]
        if _on_own_line(text, label) and following[-1:] not in (":", "：") and not _day(label[1]):
            return _name(label[1])
    return None


def _on_own_line(text: str, label: re.Match[str]) -> bool:
    """Whether a label stands in a short line: a sentence of the letter may hold its words too."""
    start = text.rfind("\n", 0, label.start()) + 1
    end = text.find("\n", label.start())
    return (len(text) if end < 0 else end) - start <= _LONGEST_LINE


def _path(lines: Sequence[str]) -> str | None:
    """The last column of a path through the site: 首页 > 政务公开 > 建议提案 > 正文."""
    for line in lines:
        if line.startswith(words("noise", "path")) and 4 < len(line) <= _LONGEST_LINE:
            steps = [step.strip(" :：") for step in re.split(_BETWEEN, line)[1:]]
            named = [step for step in steps if step and step not in words("noise", "page", "end")]
            # The last step of some sites is the page itself, by its title.
            columns = [step for step in named if not compiled(_TITLE).search(step)]
            if columns:
                return _name(columns[-1])
    return None


_TITLE: Final = r"^关于.{4,}|第.{1,9}号.{0,6}(?:建议|提案)|的[答回][复覆]"

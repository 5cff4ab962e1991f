"""The reply proper cut into sections, sentences and clauses, each with its place in the text.

A clause ends at a comma, semicolon, colon, full stop or line end that does not stand inside a
title 《…》, quotation marks or brackets. Headings are recognised at every level (一、 (一) 1. 一是)
and are no clauses themselves, but a short opening such as "一是摸清底数。" is both.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol, TypeVar

from tracker.letters.headings import (
    CUT,
    HEADING,
    Section,
    SectionKind,
    heading_text,
    kind_by_year,
    kind_of,
    kind_of_year_line,
)
from tracker.letters.model import Letter

#: 【品牌】 at the head of a paragraph.
_LABEL: Final = re.compile(r"【([^】\n]{1,16})】")
_LABEL_LEVEL: Final = 3
#: Words that open the plan inside a running text: from there to the end of the section.
PLAN_OPENING: Final = re.compile(
    r"下一步|下步|下阶段|今后一段|接下来|我[局委办们厅镇县市区院司部处]{1,2}将(?:重点|着重|继续|按照|认真)?(?:做好|从|抓好|按照|采取|围绕|加大|积极|:)|将(?:重点)?(?:做好|抓好|开展|实施|推进|落实)(?:以下|如下)|我们的意见是|拟采取"
)
#: 主要做了以下工作:
_PAST_OPENING: Final = re.compile(
    "(?:做|开展|采取|完成|取得|实施|落实|推进)了[^,。;]{0,6}(?:以下|如下|下列|几)[^,。;]{0,12}:"
)
#: Real letters stay far below these: of sixty, the longest clause has 103 characters, the longest
#: sentence 15 clauses, the longest paragraph 38. What goes beyond is a table without marks or
#: noise; it is cut, so that whoever looks through a clause, or back through a sentence or a
#: paragraph, looks at a bounded stretch, and time grows with the length of the text only.
_LONGEST_CLAUSE: Final = 240
_LONGEST_SENTENCE: Final = 40
_LONGEST_PARAGRAPH: Final = 120


#: What ends the number of an item, where it is more than a digit.
_NUMBER_ENDS: Final = frozenset("、.)①②③④⑤⑥⑦⑧⑨⑩")


class Clause(NamedTuple):
    """`text[start:end]` between two separators.

    `sentence`, `paragraph` and `section` are running numbers; `item` numbers the innermost list
    item (一是, (二), a paragraph), the reach of "the above". `opener` is true for the first
    clause of its sentence, `closer` is the separator that ends it, "" where none does.
    """

    start: int
    end: int
    text: str
    sentence: int
    paragraph: int
    section: int
    closer: str
    opener: bool
    planned: bool


class _Span(Protocol):
    @property
    def start(self) -> int: ...


Placed = TypeVar("Placed", bound=_Span)


@dataclass(frozen=True, slots=True)
class Outline:
    """The reply proper, cut up. `ends` are those of the clauses; `several` is whether more than one
    paragraph tells anything, thanks at the end apart."""

    text: str
    sections: tuple[Section, ...]
    clauses: tuple[Clause, ...]
    ends: tuple[int, ...]
    several: bool

    def numbers(self, positions: Iterable[int]) -> set[int]:
        """The numbers of the clauses in which these offsets of the text lie."""
        clauses, ends = self.clauses, self.ends
        return {
            index
            for at in positions
            if (index := bisect_right(ends, at)) < len(ends) and clauses[index].start <= at
        }

    def by_clause(self, found: Iterable[Placed]) -> dict[int, list[Placed]]:
        """What was found, by the number of the clause that it begins in.

        Args:
            found: spans of the text, in any order; what stands between clauses is left out.
        """
        clauses, ends = self.clauses, self.ends
        placed: dict[int, list[Placed]] = {}
        for one in found:
            index = bisect_right(ends, one.start)
            if index < len(ends) and clauses[index].start <= one.start:
                placed.setdefault(index, []).append(one)
        return placed


def outline(letter: Letter) -> Outline:
    """Cut a letter into sections and clauses.

    Args:
        letter: a letter as `read_letter` gives it.
    """
    text = letter.normal.text
    sections: list[Section] = [Section((), "background")]
    headings: list[tuple[int, str]] = []  # (level, heading), outermost first
    cutter = _Cutter(text)
    planned = False
    letter_planned = False
    # What a line opens, and the level of the headings that go on with it: 我们将做好以下工作:; 0 of
    # none, -1 of the next ones.
    listed = 0
    opened: SectionKind = "topic"
    report = letter.header.kind == "work_report"
    at = letter.start
    while at < letter.end:
        stop = text.find("\n", at, letter.end)
        stop = letter.end if stop < 0 else stop
        body = at
        label = _LABEL.match(text, at, stop)
        heading = HEADING.match(text, at, stop)
        year = kind_of_year_line(text[at:stop], letter.header.date) if report else None
        if year:
            headings = [(0, text[at:stop])]
            sections.append(Section((text[at:stop],), year, at, stop))
            planned = year == "plan"
            body = stop
        elif label:
            headings = [item for item in headings if item[0] < _LABEL_LEVEL]
            headings.append((_LABEL_LEVEL, label[1]))
            kind = kind_of(label[1], sections, headings)
            sections.append(Section(tuple(name for _, name in headings), kind, at, label.end()))
            planned = kind == "plan" or planned
            body = label.end()
        elif heading:
            level = 1 if heading["one"] else 2 if heading["two"] else 3
            title, body = heading_text(text, heading.end(), stop)
            if title:
                headings = [item for item in headings if item[0] < level]
                headings.append((level, title))
                kind = kind_of(title, sections, headings)
                listed = level if listed < 0 else listed if level >= listed else 0
                if listed and kind == "topic":
                    kind = opened
                if report and kind == "topic":
                    kind = kind_by_year(title, letter.header.date) or kind
                sections.append(Section(tuple(name for _, name in headings), kind, at, body))
                planned = kind == "plan"
            else:
                # The number of an item is no part of what it says; a figure is.
                body = heading.end() if heading[0][-1] in _NUMBER_ENDS else at
        if body < stop:
            planned = cutter.cut(body, stop, len(sections) - 1, planned=planned)
            if text[stop - 1] == ":" and not report:
                if PLAN_OPENING.search(text, at, stop):
                    listed, opened = -1, "plan"
                elif _PAST_OPENING.search(text, at, stop):
                    listed, opened = -1, "past"
            letter_planned = letter_planned or planned
            # In a letter without headings the plan, once opened, goes on to the end.
            if not headings:
                planned = letter_planned
        at = stop + 1
    if letter.annex is not None:
        _cut_annex(text, letter.annex, sections, cutter)
    ends = tuple([clause.end for clause in cutter.clauses])
    several = any(
        clause.paragraph > 1 and not clause.text.startswith(_THANKS) for clause in cutter.clauses
    )
    return Outline(text, tuple(sections), tuple(cutter.clauses), ends, several)


def _cut_annex(text: str, annex: tuple[int, int], sections: list[Section], cutter: _Cutter) -> None:
    """Cut the tasks of a list behind the signature: each line is one, but for its headings."""
    at, last = annex
    title = ""
    while at < last:
        stop = text.find("\n", at, last)
        stop = last if stop < 0 else stop
        number = HEADING.match(text, at, stop)
        body = number.end() if number else at
        grouped = number is not None and number["three"] is None and number["three_b"] is None
        if not title:
            title = text[at:stop]
            sections.append(Section((title,), "plan", at, stop))
        elif grouped and stop - body <= _GROUP_LENGTH and "。" not in text[body:stop]:
            sections.append(Section((title, text[body:stop]), "plan", at, stop))
        elif body < stop:
            cutter.cut(body, stop, len(sections) - 1, planned=True)
        at = stop + 1


#: A line of a list that names a group of tasks: 一、基础设施.
_GROUP_LENGTH: Final = 24


#: A letter has hundreds; the tuple's own constructor takes a third of the named one's time.
_new: Final = tuple.__new__


class _Cutter:
    """Appends the clauses of paragraph after paragraph and counts as it goes."""

    def __init__(self, text: str) -> None:
        self.clauses: list[Clause] = []
        self._text = text
        self._sentence = 0
        self._paragraph = 0

    def cut(self, start: int, stop: int, section: int, *, planned: bool) -> bool:
        """Cut `text[start:stop]`; returns whether the plan has been opened by its end."""
        text, clauses = self._text, self.clauses
        opening = None if planned else PLAN_OPENING.search(text, start, stop)
        # Words that open a plan hold no separator, so they end inside the clause they begin in.
        opened = start if planned else opening.end() if opening else stop + 1
        paragraph, sentence = self._paragraph + 1, self._sentence + 1
        count = len(clauses)
        paragraph_full, sentence_full = count + _LONGEST_PARAGRAPH, count + _LONGEST_SENTENCE
        opener = True
        begin = start
        for end, mark in _ends(text, start, stop):
            if end > begin:
                if count >= sentence_full or count >= paragraph_full:
                    if count >= paragraph_full:
                        paragraph += 1
                        paragraph_full += _LONGEST_PARAGRAPH
                    sentence += 1
                    sentence_full = count + _LONGEST_SENTENCE
                    opener = True
                clauses.append(
                    _new(Clause, (
                        begin, end, text[begin:end], sentence, paragraph, section, mark, opener,
                        opened <= end,
                    ))
                )  # fmt: skip
                count += 1
                opener = False
            begin = end + 1 if mark else end
            if mark and mark in _OPENS:
                opener = True
                if mark != ";":
                    sentence += 1
                    sentence_full = count + _LONGEST_SENTENCE
        self._paragraph, self._sentence = paragraph, sentence
        return planned or opening is not None


_THANKS: Final = (
    "感谢",
    "谢谢",
    "衷心感谢",
    "再次感谢",
    "特此",
    "以上",
    "此复",
    "欢迎",
    "希望您",
    "专此",
)

#: What ends a sentence, or its first part.
_OPENS: Final = "。!?;"


def _ends(text: str, begin: int, stop: int) -> list[tuple[int, str]]:
    """Where the clauses of `text[begin:stop]` end, each with its mark.

    There are more of them where a clause is too long; these have no mark.
    """
    ends: list[tuple[int, str]] = []
    for cut in CUT.finditer(text, begin, stop):
        end, behind = cut.span()
        if behind - end == 1:
            if end - begin > _LONGEST_CLAUSE:
                _cut_long(text, begin, end, ends)
            ends.append((end, text[end]))
            begin = behind
    if stop - begin > _LONGEST_CLAUSE:
        _cut_long(text, begin, stop, ends)
    ends.append((stop, "\n"))
    return ends


def _cut_long(text: str, begin: int, end: int, ends: list[tuple[int, str]]) -> None:
    while end - begin > _LONGEST_CLAUSE:
        # Behind a name of a list, where there is one.
        most = begin + _LONGEST_CLAUSE
        begin = text.rfind("、", begin + _LONGEST_CLAUSE // 2, most) + 1 or most
        ends.append((begin, ""))

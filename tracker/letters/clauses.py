"""The reply proper cut into sections, sentences and clauses, each with its place in the text.

A clause ends at a comma, semicolon, colon, full stop or line end that does not stand inside a
title 《…》, quotation marks or brackets. Headings are recognised at every level (一、 (一) 1. 一是)
and are no clauses themselves, but a short opening such as "一是摸清底数。" is both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tracker.letters.model import Letter

SectionKind = Literal["background", "past", "plan", "topic"]

#: A separator (one character), or a stretch inside which separators do not count. One character of
#: a class comes before anything else, so `re` skips through running text at C speed. The comma of
#: 1,234 and the colon of 9:30 are no separators.
_CUT = re.compile(
    r"[,。;:!?\n《“‘(〔](?:(?<=[。;!?\n])|(?<=,)(?!(?<=\d,)\d{3}(?!\d))|(?<=:)(?!(?<=\d:)\d)"
    r"|(?<=《)[^《》\n]{0,120}》|(?<=“)[^“”\n]{0,400}”|(?<=‘)[^‘’\n]{0,200}’"
    r"|(?<=\()[^()\n]{0,160}\)|(?<=〔)[^〕\n]{0,20}〕)"
)
_HEADING = re.compile(
    r"(?P<one>[一二三四五六七八九十]{1,3}、)|(?P<two>\([一二三四五六七八九十]{1,3}\)[、.]?)"
    r"|(?P<three>(?:\d{1,2}|[①②③④⑤⑥⑦⑧⑨⑩])(?:[、.](?!\d))?(?=[^\d年月日.、%]))|(?P<three_b>\(\d{1,2}\))"
)
#: 【品牌】 at the head of a paragraph.
_LABEL = re.compile(r"【([^】\n]{1,16})】")
_LABEL_LEVEL = 3
_PAST_HEADING = re.compile(
    r"开展情况|已做|所做|做的工作|建设现状|工作情况|基本情况|现状|已开展|主要工作|主要做法|取得|成效|回顾|近年来|完成情况|进展情况|落实情况|目前情况|前期工作|有关情况$"
)
_PLAN_HEADING = re.compile(
    r"下一步|下步|下阶段|今后|打算|建设安排|工作计划|工作安排|工作措施|改进措施|努力方向|工作思路|工作目标|整改措施|下半年"
)
#: Words that open the plan inside a running text: from there to the end of the section.
PLAN_OPENING = re.compile(
    r"下一步|下步|下阶段|今后一段|接下来|我[局委办们厅镇县市区院司部处]{1,2}将(?:重点|着重|继续|按照|认真)?(?:做好|从|抓好|按照|采取|围绕|加大|积极)|将(?:重点)?(?:做好|抓好)以下|我们的意见是|拟采取"
)
#: The longest stretch before a full stop that may be a heading of its own ("一、基本情况。").
_HEADING_LENGTH = 42
#: Real letters stay far below these: of sixty, the longest clause has 103 characters, the longest
#: sentence 15 clauses, the longest paragraph 38. What goes beyond is a table without marks or
#: noise; it is cut, so that whoever looks through a clause, or back through a sentence or a
#: paragraph, looks at a bounded stretch, and time grows with the length of the text only.
_LONGEST_CLAUSE = 240
_LONGEST_SENTENCE = 40
_LONGEST_PARAGRAPH = 120


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the letter under one heading path; `kind` says what its neutral clauses tell."""

    path: tuple[str, ...]
    kind: SectionKind


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


@dataclass(frozen=True, slots=True)
class Outline:
    """The reply proper, cut up."""

    text: str
    sections: tuple[Section, ...]
    clauses: tuple[Clause, ...]


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
    at = letter.start
    while at < letter.end:
        stop = text.find("\n", at, letter.end)
        stop = letter.end if stop < 0 else stop
        body = at
        label = _LABEL.match(text, at, stop)
        heading = _HEADING.match(text, at, stop)
        if label:
            headings = [item for item in headings if item[0] < _LABEL_LEVEL]
            headings.append((_LABEL_LEVEL, label[1]))
            kind = _kind(label[1], sections, headings)
            sections.append(Section(tuple(name for _, name in headings), kind))
            planned = kind == "plan" or planned
            body = label.end()
        elif heading:
            level = 1 if heading["one"] else 2 if heading["two"] else 3
            title, body = _heading_text(text, heading.end(), stop)
            if title:
                headings = [item for item in headings if item[0] < level]
                headings.append((level, title))
                kind = _kind(title, sections, headings)
                sections.append(Section(tuple(name for _, name in headings), kind))
                planned = kind == "plan"
            else:
                body = at
        if body < stop:
            planned = cutter.cut(body, stop, len(sections) - 1, planned=planned)
            letter_planned = letter_planned or planned
            # In a letter without headings the plan, once opened, goes on to the end.
            if not headings:
                planned = letter_planned
        at = stop + 1
    return Outline(text, tuple(sections), tuple(cutter.clauses))


_PROMISING = re.compile(r"\d|,|年底|年内|力争|确保|将|计划|拟")


def _heading_text(text: str, start: int, stop: int) -> tuple[str, int]:
    """The heading that begins at `start`, and where the text after it begins; "" when none."""
    cut = start
    for match in _CUT.finditer(text, start, stop):
        mark = match[0]
        if len(mark) > 1:
            continue
        if mark in "。!?" or (mark == ":" and match.start() - start <= _HEADING_LENGTH):
            cut = match.start()
            break
        if mark in ",;" and match.start() - start > _HEADING_LENGTH:
            return "", start
    else:
        # A whole line without a full stop: a heading however long it is ("关于“……”的建议").
        return text[start:stop], stop
    title = text[start:cut]
    if cut - start > _HEADING_LENGTH and not title.startswith(("关于", "对于", "针对")):
        return "", start
    asked = title.startswith(("关于", "对于", "针对"))
    if not asked and len(title) > 12 and _PROMISING.search(title):
        # "一、会同县财政局拟定……方案,十月底前报县人民政府审定。" is a promise, not a heading.
        return "", start
    return title, cut + 1


def _kind(title: str, sections: list[Section], headings: list[tuple[int, str]]) -> SectionKind:
    """What the neutral clauses under a heading tell: its own words, else its parent's kind."""
    if not title.startswith(("关于", "对于")):
        if _PLAN_HEADING.search(title):
            return "plan"
        if _PAST_HEADING.search(title):
            return "past"
    if len(headings) > 1:
        parent = tuple(name for _, name in headings[:-1])
        for section in reversed(sections):
            if section.path == parent:
                return section.kind if section.kind != "background" else "topic"
    return "topic"


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
        self._paragraph += 1
        self._sentence += 1
        paragraph_full = len(clauses) + _LONGEST_PARAGRAPH
        sentence_full = len(clauses) + _LONGEST_SENTENCE
        opener = True
        begin = start
        cuts = _CUT.finditer(text, start, stop)
        ends = [(cut.start(), cut[0]) for cut in cuts if cut.end() - cut.start() == 1]
        ends.append((stop, "\n"))
        for end, mark in _bounded(text, start, ends):
            if end > begin:
                if len(clauses) >= paragraph_full:
                    self._paragraph += 1
                    paragraph_full += _LONGEST_PARAGRAPH
                    sentence_full = 0
                if len(clauses) >= sentence_full:
                    self._sentence += 1
                    sentence_full = len(clauses) + _LONGEST_SENTENCE
                    opener = True
                clauses.append(
                    Clause(
                        begin, end, text[begin:end], self._sentence, self._paragraph, section,
                        mark, opener, opened <= end,
                    )
                )  # fmt: skip
                opener = False
            begin = end + len(mark)
            if mark in _OPENS:
                opener = True
                if mark != ";":
                    self._sentence += 1
                    sentence_full = len(clauses) + _LONGEST_SENTENCE
        return planned or opening is not None


#: What ends a sentence, or its first part.
_OPENS = frozenset("。!?;")


def _bounded(text: str, begin: int, ends: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The ends of clauses, with more of them where a clause is too long; these have no mark."""
    for end, mark in ends:
        while end - begin > _LONGEST_CLAUSE:
            # Behind a name of a list, where there is one.
            most = begin + _LONGEST_CLAUSE
            begin = text.rfind("、", begin + _LONGEST_CLAUSE // 2, most) + 1 or most
            yield begin, ""
        yield end, mark
        begin = end + 1

"""The reply proper cut into sections, sentences and clauses, each with its place in the text.

A clause ends at a comma, semicolon, colon, full stop or line end that does not stand inside a
title 《…》, quotation marks or brackets. Headings are recognised at every level (一、 (一) 1. 一是)
and are no clauses themselves, but a short opening such as "一是摸清底数。" is both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tracker.letters.model import Letter

SectionKind = Literal["background", "past", "plan", "topic"]

#: A separator, or a stretch inside which separators do not count. Group 1 is a separator.
_CUT = re.compile(
    r"《[^《》\n]{0,120}》|“[^“”\n]{0,400}”|‘[^‘’\n]{0,200}’|\([^()\n]{0,160}\)|〔[^〕\n]{0,20}〕"
    r"|\d{1,3}(?:,\d{3})+(?!\d)|\d:\d|([,。;:!?\n])"
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


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the letter under one heading path; `kind` says what its neutral clauses tell.

    `text[start:end]` is its own heading, the last of the path.
    """

    path: tuple[str, ...]
    kind: SectionKind
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Clause:
    """`text[start:end]` between two separators.

    `sentence`, `paragraph` and `section` are running numbers; `item` numbers the innermost list
    item (一是, (二), a paragraph), the reach of "the above". `opener` is true for the first
    clause of its sentence, `closer` is the separator that ends it.
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
    clauses: list[Clause] = []
    headings: list[tuple[int, str]] = []  # (level, heading), outermost first
    sentence = 0
    planned = False
    letter_planned = False
    paragraph = 0
    report = letter.header.kind == "work_report"
    at = letter.start
    while at < letter.end:
        stop = text.find("\n", at, letter.end)
        stop = letter.end if stop < 0 else stop
        body = at
        label = _LABEL.match(text, at, stop)
        heading = _HEADING.match(text, at, stop)
        year = _year_heading(letter, at, stop) if report else None
        if year:
            headings = [(0, text[at:stop])]
            sections.append(Section((text[at:stop],), year, at, stop))
            planned = year == "plan"
            body = stop
        elif label:
            headings = [item for item in headings if item[0] < _LABEL_LEVEL]
            headings.append((_LABEL_LEVEL, label[1]))
            kind = _kind(label[1], sections, headings)
            sections.append(Section(tuple(name for _, name in headings), kind, at, label.end()))
            planned = kind == "plan" or planned
            body = label.end()
        elif heading:
            level = 1 if heading["one"] else 2 if heading["two"] else 3
            title, body = _heading_text(text, heading.end(), stop)
            if title:
                headings = [item for item in headings if item[0] < level]
                headings.append((level, title))
                kind = _kind(title, sections, headings)
                if report and kind == "topic":
                    kind = _kind_by_year(title, letter.header.date) or kind
                sections.append(Section(tuple(name for _, name in headings), kind, at, body))
                planned = kind == "plan"
            else:
                body = at
        if body < stop:
            paragraph += 1
            sentence += 1
            planned, sentence = _cut(
                text, body, stop, clauses, sentence, paragraph, len(sections) - 1, planned
            )
            letter_planned = letter_planned or planned
            # In a letter without headings the plan, once opened, goes on to the end.
            if not headings:
                planned = letter_planned
        at = stop + 1
    return Outline(text, tuple(sections), tuple(clauses))


#: 2023年工作回顾, 过去一年主要工作, 2024年主要预期目标: headings of a work report, numbered or not.
_OF_YEAR = re.compile(
    r"[^,。;:!]{0,16}?(?:(20\d\d)年(?!以来)|(过去|去年|上年)|(今年|明年|今后))[^,。;:!]{2,24}"
)


def _year_heading(letter: Letter, start: int, stop: int) -> SectionKind | None:
    """What a bare line of a work report opens: the part on the past year, or on the coming one."""
    text = letter.normal.text
    if stop - start > _HEADING_LENGTH or _HEADING.match(text, start, stop):
        return None
    if not _OF_YEAR.fullmatch(text, start, stop):
        return None
    title = text[start:stop]
    if _PLAN_HEADING.search(title):
        return "plan"
    return "past" if _PAST_HEADING.search(title) else _kind_by_year(title, letter.header.date)


def _kind_by_year(title: str, day: date | None) -> SectionKind | None:
    """The year that a heading names, before or after the day of the report."""
    named = _OF_YEAR.fullmatch(title)
    if named is None:
        return None
    if named[2] or named[3]:
        return "past" if named[2] else "plan"
    return None if day is None else "plan" if int(named[1]) >= day.year else "past"


_PROMISING = re.compile(r"\d|,|年底|年内|力争|确保|将|计划|拟")


def _heading_text(text: str, start: int, stop: int) -> tuple[str, int]:
    """The heading that begins at `start`, and where the text after it begins; "" when none."""
    cut = start
    for match in _CUT.finditer(text, start, stop):
        mark = match[1]
        if mark is None:
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


def _cut(
    text: str,
    start: int,
    stop: int,
    clauses: list[Clause],
    sentence: int,
    paragraph: int,
    section: int,
    planned: bool,
) -> tuple[bool, int]:
    """Append the clauses of one paragraph; returns whether the plan has been opened by its end."""
    begin = start
    opener = True

    def add(end: int, closer: str) -> None:
        nonlocal begin, opener, planned
        if end > begin:
            piece = text[begin:end]
            planned = planned or PLAN_OPENING.search(piece) is not None
            clauses.append(
                Clause(begin, end, piece, sentence, paragraph, section, closer, opener, planned)
            )
            opener = False

    for match in _CUT.finditer(text, start, stop):
        mark = match[1]
        if mark is None:
            continue
        add(match.start(), mark)
        begin = match.end()
        if mark in "。!?;":
            sentence += mark != ";"
            opener = True
    add(stop, "\n")
    return planned, sentence

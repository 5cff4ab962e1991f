"""Headings of a letter: where one ends, and what the part under it tells."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, Literal, NamedTuple

SectionKind = Literal["background", "past", "plan", "topic"]

#: 力争今年四季度动工、后年8月底前建成: behind 、 a date and a completion begin a clause of their own.
_DATED_END: Final = (
    r"(?:力争|确保|争取|预计|计划)?(?:到|至)?(?:20\d\d年|[今明后次]年|年底|年内|\d{1,2}月|[一二三四]季度|上半年|下半年)"
    r"[^、,。;\n]{0,9}(?:建成|完工|竣工|投入使用|投入运营|投用|投运|投产|动工|开工|交付|完成|启用|通车|通水|通气|试运行|封顶|开园|开业|开放|验收|挂牌)"
)
#: A separator (one character), or a stretch inside which separators do not count. One character of
#: a class comes before anything else, so `re` skips through running text at C speed. The comma of
#: 1,234 and the colon of 9:30 are no separators.
CUT: Final = re.compile(
    r"[,。;:!?、\n《“‘(〔](?:(?<=[。;!?\n])|(?<=,)(?!(?<=\d,)\d{3}(?!\d))|(?<=:)(?!(?<=\d:)\d)"
    r"|(?<=《)[^《》\n]{0,120}》|(?<=“)[^“”\n]{0,400}”|(?<=‘)[^‘’\n]{0,200}’"
    r"|(?<=\()[^()\n]{0,160}(?:\([^()\n]{0,40}\)[^()\n]{0,80}){0,2}\)|(?<=〔)[^〕\n]{0,20}〕|(?<=、)(?="
    + _DATED_END
    + "))"
)
HEADING: Final = re.compile(
    r"(?P<one>[一二三四五六七八九十]{1,3}、)|(?P<two>\([一二三四五六七八九十]{1,3}\)[、.]?)"
    # 3.2024年新建……, 1.8月底前……: behind the number of an item, a year or a month.
    r"|(?P<three>\d{1,2}[、.](?=20\d\d年|\d{1,2}月)"
    r"|(?:\d{1,2}|[①②③④⑤⑥⑦⑧⑨⑩])(?:[、.](?!\d))?(?=[^\d年月日.、%])(?![ ]?\|))|(?P<three_b>\(\d{1,2}\))"
)
_PAST_HEADING: Final = re.compile(
    r"开展情况|现行政策|政策依据|实际情况|项目概况|存在的?问题|已做|所做|做的工作|建设现状|工作情况|基本情况|现状|已开展|主要工作|主要做法|取得|成效|回顾|近年来|完成情况|进展情况|落实情况|目前情况|前期工作|有关情况$"
    r"|主要情况|已经做|做了[什哪些]|推进情况|实施情况|建设情况|工作基础|现有基础|已采取|采取了|近[两三几]年|前一阶段"
    r"|^已(?:经)?(?:办结|完成|落实|解决|办理|做|开展|实施|采取|取得)"
)
_PLAN_HEADING: Final = re.compile(
    r"(?<!已)(?<!经)(?:规划|计划|拟|即将)(?:[新改扩]?建|建设|实施)的(?!必要|意义|背景|依据|问题|可行)|^拟建|下一步|下步|下阶段|今后|打算|建设安排|工作计划|工作安排|工作措施|改进措施|努力方向|工作思路|工作目标|整改措施|下半年"
)
#: The longest stretch before a full stop that may be a heading of its own ("一、基本情况。").
_HEADING_LENGTH: Final = 42


class Section(NamedTuple):
    """A part of the letter under one heading path; `kind` says what its neutral clauses tell.

    `text[start:end]` is its own heading, the last of the path.
    """

    path: tuple[str, ...]
    kind: SectionKind
    start: int = 0
    end: int = 0


_PROMISING: Final = re.compile(r"\d|,|年底|年内|力争|确保|将|计划|拟")


#: What a sentence that stands alone says and a heading does not: a figure, a time, what is to be.
_SAYS_SOMETHING: Final = re.compile(
    "[0-9]|[一二两三四五六七八九十百]+(?:[个处所座条家户人名亩台套辆项次]|公里|万)|[将拟]|尽快|适时|力争|计划|[今明后]年|年[内底]"
    "|新[增建]|出台|制定|印发|建成|开工|启动"
)


#: What was asked for, named in a heading.
_ASKED: Final = re.compile("关于|对于|针对")


def heading_text(text: str, start: int, stop: int) -> tuple[str, int]:
    """The heading that begins at `start`, and where the text after it begins; "" when none."""
    cut = start
    for match in CUT.finditer(text, start, stop):
        mark = match[0]
        if len(mark) > 1:
            continue
        if mark in "。!?" or (mark == ":" and match.start() - start <= _HEADING_LENGTH):
            cut = match.start()
            break
        if mark in ",;" and match.start() - start > _HEADING_LENGTH:
            return "", start
    else:
        # A whole line without a full stop: a heading however long it is ("关于“……”的建议"), but for
        # an item of a list ("1.9月底前划定泊位46个;") and what goes on behind a comma with a figure.
        title = text[start:stop]
        item = title.endswith((";", ","))
        if item or ("," in title and _SAYS_SOMETHING.search(title) and not _ASKED.match(title)):
            return "", start
        return title, stop
    title = text[start:cut]
    asked = _ASKED.match(title) is not None
    if cut - start > _HEADING_LENGTH and not asked:
        return "", start
    if not asked and cut + 1 == stop and _SAYS_SOMETHING.search(title):
        return "", start  # (一)明年再建水厂2座。: a paragraph of one sentence
    if not asked and len(title) > 12 and _PROMISING.search(title):
        # "一、会同县财政局拟定……方案,十月底前报县人民政府审定。" is a promise, not a heading.
        return "", start
    return title, cut + 1


def kind_of(title: str, sections: list[Section], headings: list[tuple[int, str]]) -> SectionKind:
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


#: 2023年工作回顾, 过去一年主要工作, 2024年主要预期目标: headings of a work report, numbered or not.
_OF_YEAR: Final = re.compile(
    r"[^,。;:!]{0,16}?(?:(20\d\d)年(?!以来)|(过去|去年|上年)|(今年|明年|今后))[^,。;:!]{2,24}"
)


def kind_of_year_line(line: str, day: date | None) -> SectionKind | None:
    """What a bare line of a work report opens: the part on the past year, or on the coming one."""
    if len(line) > _HEADING_LENGTH or HEADING.match(line) or not _OF_YEAR.fullmatch(line):
        return None
    if _PLAN_HEADING.search(line):
        return "plan"
    return "past" if _PAST_HEADING.search(line) else kind_by_year(line, day)


def kind_by_year(title: str, day: date | None) -> SectionKind | None:
    """The year that a heading names, before or after the day of the report."""
    named = _OF_YEAR.fullmatch(title)
    if named is None:
        return None
    if named[2] or named[3]:
        return "past" if named[2] else "plan"
    return None if day is None else "plan" if int(named[1]) >= day.year else "past"

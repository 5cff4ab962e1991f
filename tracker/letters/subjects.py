"""What a reply answers: the session, the number and the title of the suggestion."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.letters.parts import Parts
from tracker.letters.text import NormalText
from tracker.letters.words import compiled, pattern_of

_N: Final = "一二三四五六七八九十百零〇两\\d"


@cache
def _term() -> re.Pattern[str]:
    """From 届 on: 第十八届人大五次会议, 十届三次会议, 第十一届陶丘县委员会第二次会议."""
    return re.compile(
        rf"第?[{_N}]{{1,4}}届(?:[一-龥]{{0,8}}?(?:人民代表大会|人大|政协|委员会))?(?:常务委员会|常委会)?"
        rf"(?:第?[{_N}]{{1,3}}次)?(?:全体)?(?:会议|全会|大会|会)?"
    )


@cache
def _before_term() -> re.Pattern[str]:
    return re.compile(
        r"(?:(?:中国人民政治协商会议|政协)?(?:[一-龥]{1,12}[省市县区州旗盟镇乡]|全国|[省市县区州旗盟镇乡])?"
        r"(?:人民代表大会|人大|政协)?)$"
    )


@cache
def _party_congress() -> re.Pattern[str]:
    """县第十四次党代会."""
    return re.compile(rf"[省市县区州旗镇乡]?第?[{_N}]{{1,4}}[次届]党(?:代会|代表大会|员代表大会)")


#: The last of these before a session ends what is no part of its name.
_STOP: Final = r"关于|对于|针对|答复|回复|[对在就向的、,。:;(《“\s>|-]|[您你贵我][们会团]?"


def find_session(text: str) -> tuple[int, int] | None:
    """The span of the first name of a session in a text: 县第十八届人大五次会议."""
    party = _party_congress().search(text)
    if party:
        return party.span()
    for match in _term().finditer(text):
        if not re.search("次|会议|大会", match[0]):
            continue
        left = max(0, match.start() - 28)
        for stop in compiled(_STOP).finditer(text, left, match.start()):
            left = stop.end()
        before = _before_term().search(text[left : match.start()])
        start = left + before.start() if before else match.start()
        return start, match.end()
    return None


_ID: Final = (
    r"(?:[A-Za-z]{0,6}-?[(〔\[]?\d[\dA-Za-z()〔〕\[\]-]{0,24}|[一二三四五六七八九十百零〇]{1,6})"
)


@cache
def _numbered() -> re.Pattern[str]:
    """第69号 · 第“25”号 · 第DH0271号 · 0867号提案 · 会议30号建议. Not 〔2021〕9号, not 3号楼."""
    return re.compile(
        rf"第\s?[“\"(]?({_ID})[”\")]?(?:、{_ID}){{0,20}}\s?[号件]"
        rf"|(?<![〕\])\dA-Za-z])({_ID})号(?:重点|人大|政协|代表|委员|督办|平时|会内){{0,3}}(?:建议|提案|议案|提议)"
        rf"|(?:会议|建议|提案|议案|编号|案号)[:( ]{{0,2}}({_ID})号"
        rf"|第\s?({_ID})(?:建议|提案|议案|提议)"
    )


_QUOTED: Final = r"《[^》]{6,200}》|“[^”]{9,200}”"


def find_number(text: str) -> int | None:
    """The running number of the suggestion that a title or an opening names."""
    match = _numbered().search(compiled(_QUOTED).sub("《》", text))
    if match is None:
        return None
    return number_of(match[match.lastindex or 1])


def number_of(text: str) -> int | None:
    """0426 → 426, DH0271 → 271, B(2025)174 → 174, 十五 → 15."""
    digits = re.findall(r"\d+", text)
    if digits:
        return int(digits[-1])
    total = current = 0
    if not re.search("[十百]", text):
        return int("".join(str("〇一二三四五六七八九".find(c.replace("零", "〇"))) for c in text))
    for char in text:
        if char in "十百":
            total += (current or 1) * (10 if char == "十" else 100)
            current = 0
        else:
            current = max(0, "〇一二三四五六七八九".find(char))
    return total + current


_IN_BRACKETS: Final = r"《((?:[^《》\n]|《[^《》\n]*》){4,150})》|“((?:[^“”\n]|“[^“”\n]*”){4,150}(?:建议|提案|议案|提议))”"
_PLAIN_TITLE: Final = r"(?:(?:提出|所提|提交|反映)的|(?=关于))([^。;,、\n《“][^。;\n《]{2,100}?的?(?:建议|提案|议案|提议))(?=[(,。收已]|我)"


def find_suggestion_title(normal: NormalText, parts: Parts) -> str | None:
    """What the suggestion is called, in opening or title, as the raw text writes it."""
    spans = [parts.opening, *parts.title]
    for pattern in (compiled(_IN_BRACKETS), compiled(_PLAIN_TITLE)):
        for start, end in spans:
            for match in pattern.finditer(normal.text, start, min(end, start + 1500)):
                group = match.lastindex or 1
                if re.search("建议|提案|议案|意见|提议", match[group][-14:]):
                    return "".join(normal.raw_quote(*match.span(group)).split())
    for line in parts.head:
        found = _title_label().search(line.text)
        if found:
            return normal.raw_quote(line.start + found.start(1), line.start + found.end(1)).strip()
    return None


@cache
def _title_label() -> re.Pattern[str]:
    return re.compile(rf"{pattern_of('header', 'labels', 'title')}[:|] ?(关于[^|\n]{{2,120}})")


_DOCUMENT_NO: Final = r"[一-龥]{2,12} ?[A-Z]?[〔\[(【](?:19|20)\d\d[〕\])】] ?第?\d{1,5}号"


def find_document_no(normal: NormalText, parts: Parts) -> str | None:
    """The number under which the unit files its reply: 栖文旅体函〔2021〕9号."""
    for line in (*reversed(parts.head), *parts.tail):
        numbered = "号" in line.text and len(line.text) <= 300
        match = compiled(_DOCUMENT_NO).search(line.text) if numbered else None
        if match:
            return "".join(
                normal.raw_quote(line.start + match.start(), line.start + match.end()).split()
            )
    return None

"""Who replies, and for which place."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.letters.dates import before_date
from tracker.letters.names import Line, Span, parted_units, unit_of_title, units_in_line
from tracker.letters.parts import Parts
from tracker.letters.text import NormalText
from tracker.letters.words import compiled, pattern_of


def name_of(normal: NormalText, span: Span) -> str:
    """A name as the raw text writes it, without the blanks of a letterhead."""
    return "".join(normal.raw_quote(*span).split())


def find_issuers(normal: NormalText, parts: Parts) -> list[Span]:
    """The units that reply: they sign, else title, letterhead, a label or the site names them."""
    return _signers(normal, parts) or _issuer_elsewhere(normal, parts)


def _signers(normal: NormalText, parts: Parts) -> list[Span]:
    """Units that sign: the first lines of nothing but units in the tail."""
    units: list[Span] = []
    for line in parts.tail:
        found = units_in_line(before_date(_before_contact(line.text)))
        if not found and units:
            break
        units += _parted(normal, line, found)
    return list(dict.fromkeys(units))


def _before_contact(text: str) -> str:
    """A line of a signature up to whom to ask: 县民政局 of 县民政局 联系电话:0800-5550100."""
    return compiled(_CONTACT).sub("", text)


_CONTACT: Final = r"(?<=[一-龥]) *(?:联系(?:电话|人|方式)|电话|经办人|承办人|签发人)[:(].*$"


def _parted(normal: NormalText, line: Line, found: list[Span]) -> list[Span]:
    spans = [(line.start + start, line.start + end) for start, end in found]
    return [unit for span in spans for unit in parted_units(normal, span)]


def _issuer_elsewhere(normal: NormalText, parts: Parts) -> list[Span]:
    """Without a signature: the title's subject, the letterhead, a label, the path of the site."""
    subjects = _title_units(normal, parts)
    if subjects:
        return subjects
    for line in reversed(parts.head):
        units = _parted(normal, line, units_in_line(line.text))
        if units:
            return units
    for pattern, lines in (
        (_behind_label("issuer"), (*parts.head, *parts.tail)),
        (_site_unit(), parts.head),
        (_behind_label("source"), parts.head),
    ):
        for line in lines:
            match = pattern.search(line.text)
            if match and not (
                compiled(_GOVERNMENT).search(match[1])
                and (line in parts.tail or "来源" in match[0] or _is_footer(line.text))
            ):
                return [(line.start + match.start(1), line.start + match.end(1))]
    return []


#: Who runs the site, not who replies: 主办单位:青禾县人民政府 below a letter, 来源:青禾县政府 above.
_GOVERNMENT: Final = r"[省市县区州旗](?:人民)?政府(?:办公[室厅])?$"
_FOOTERS: Final = ("版权", "网站", "ICP", "备案", "标识码", "技术支持")


def _is_footer(text: str) -> bool:
    return any(word in text for word in _FOOTERS)


def _title_units(normal: NormalText, parts: Parts) -> list[Span]:
    if not parts.title:
        return []
    start, end = parts.title[0]
    found = unit_of_title(normal.text[start:end])
    return parted_units(normal, (start + found[0], start + found[1])) if found else []


def full_name(normal: NormalText, parts: Parts, unit: Span) -> str:
    """A signer's name, in full where title or letterhead write out what the signature shortens.

    县委网信办 signs, 县委网络安全和信息化委员会办公室 is the letterhead: the same beginning, and all
    letters of the short name in order.
    """
    name = normal.text[slice(*unit)]
    others = _title_units(normal, parts)
    for line in parts.head:
        others += _parted(normal, line, units_in_line(line.text))
    for other in others:
        full = normal.text[slice(*other)]
        if len(full) > len(name) and full[:4] == name[:4]:
            letters = iter(full)
            if all(letter in letters for letter in name):
                return name_of(normal, other)
    return name_of(normal, unit)


@cache
def _behind_label(group: str) -> re.Pattern[str]:
    """A unit behind one of the labels of a group: "issuer", or "source" of a page."""
    label = pattern_of("header", "labels", group)
    ending = pattern_of("header", "agencies", "endings")
    return re.compile(
        rf"{label}[:| ]{{1,3}}([一-龥]{{1,30}}?{ending})(?=[ |,;、]|$|20\d\d|[一-龥]{{2,6}}:)"
    )


@cache
def _site_unit() -> re.Pattern[str]:
    ending = pattern_of("header", "agencies", "endings")
    return re.compile(rf"(?:^|[>:-] ?)((?![一-龥]*[门网])[一-龥]{{2,24}}{ending}) ?>")


#: Province, prefecture, county, township, as far as a name begins with them.
_REGION: Final = (
    r"(?:中共|政协)?((?:(?![省市县区州])[一-龥]){2,7}(?:省|自治区))?"
    r"((?:(?![省县区旗])[一-龥]){1,7}?(?:自治州|州(?!市)|市|盟|地区))?"
    r"((?!城市|社区|景区|园区|林区)(?:市中|(?:(?![省市县旗])[一-龥]){1,7}?)(?:自治县|县|区|旗|市))?"
    r"((?:(?![省市县区])[一-龥]){1,7}?(?:镇|乡|街道)(?=人民政府|政府|办事处|党|人大))?"
)


def find_region(
    normal: NormalText, parts: Parts, units: list[Span], session: str | None
) -> str | None:
    """The place in the issuer's name; where that is a township, with its county in front."""
    text = normal.text
    place = _place(text, units[0]) if units else None
    site = next((found for line in parts.head if (found := _site_place(line))), None)
    above = compiled(_OF_A_MINISTRY).match(text, *units[0]) if units else None
    if above:
        place = _place(text, (above.end(), units[0][1]))  # 国家税务总局青禾县税务局
    if place is None:
        national = units and not above and text.startswith("国家", units[0][0])
        if national or "全国" in (session or ""):
            return "全国"
        return name_of(normal, site) if site else None
    name = name_of(normal, place)
    if not name.endswith(("镇", "鎮", "乡", "鄉", "街道")):
        return name
    subjects = _title_units(normal, parts)
    wider = _place(text, subjects[0]) if subjects else None
    if wider and len(name_of(normal, wider)) > len(name) and name_of(normal, wider).endswith(name):
        return name_of(normal, wider)
    if site and not re.search("[县区市縣區]", name):
        return name_of(normal, site) + name
    return name


def _place(text: str, span: Span) -> Span | None:
    match = compiled(_REGION).match(text, *span)
    groups = [number for number in range(1, 5) if match and match[number]]
    if match is None or not groups or match.end(groups[-1]) >= span[1]:
        return None
    return match.start(groups[0]), match.end(groups[-1])


_OF_A_MINISTRY: Final = r"国家[一-龥]{2,8}?(?:总局|局)(?=[一-龥]{3})"
_SITE_PLACE: Final = r"(?<![一-龥])([一-龥]{2,9}?[省市县区州旗盟])(?:人民政府|门户|政府)"


def _site_place(line: Line) -> Span | None:
    match = compiled(_SITE_PLACE).search(line.text) if len(line.text) <= 200 else None
    if match is None:
        return None
    return line.start + match.start(1), line.start + match.end(1)

"""Names of units against the place they stand in: 市财政局 of two cities are two units.

A letter writes names short, because its readers know where they are. The full name is the place
at the level that the short one names: 市 in a letter from 盘岭市大泊区 is 盘岭市, 区 is 盘岭市大泊区.
"""

from __future__ import annotations

import re
from typing import Final

#: The sign that ends the name of a place, from the province down.
LEVELS: Final = "省市州盟县区旗镇乡"
_LEVELS: Final = LEVELS + "縣區鎮鄉"
#: A region such as 四川省资阳市 or 盘岭市大泊区, split into its levels.
_PART: Final = re.compile(rf".+?(?:自治区|自治州|自治县|地区|街道|[{_LEVELS}])")
#: Begins with a place of its own: 乐至县人民政府, 滇阳市公安局. 城乡, 智慧城市 are no places.
_OWN_PLACE: Final = re.compile(
    r"^(?![各有相属全本])(?!.{0,6}城市)(?!.{0,4}城镇)[^省市州县区旗縣區]{2,6}(?:省|市|州|县|旗|区|縣|區|自治区)(?!域|块|级)"
    r"|^(?![各有相属全本]).{2,6}(?:镇|乡|街道|鎮|鄉)(?=人民政府|政府|党委|办事处|党工委|村)"
)
#: Areas that every city has one of; alone they name no place.
_ZONE: Final = re.compile(
    r"^.{0,6}(?:开发区|高新区|经开区|新区|示范区|保税区|园区|片区|景区|库区|灌区|林区|矿区|度假区|产业区"
    r"|集聚区|工业区|功能区|保护区|開發區|高新區)"
)
_NATIONAL: Final = ("国家", "國家", "国务院", "中国", "中國", "中央", "全国", "教育部", "财政部")
#: Begin with the character of a level and are words of their own.
_NO_LEVEL: Final = (
    "市场", "市場", "市容", "市民", "市政管理", "市政设施", "市政园林", "市政工程", "市政公用",
    "乡村", "鄉村", "乡镇", "鄉鎮", "区域", "區域", "区块", "镇街", "镇村", "县级", "市级", "区级",
)  # fmt: skip


def parts(region: str) -> list[str]:
    """A region by its levels: 四川省资阳市 → 四川省, 资阳市.

    Args:
        region: as a letter's header names it; "" gives [].
    """
    return _PART.findall(region) or ([region] if region else [])


def prefixes(region: str) -> list[str]:
    """How names of units of a region begin, the usual first: without the province, then with it."""
    levels = parts(region)
    local = levels[1:] if len(levels) > 1 and _is_province(levels[0]) else levels
    short = ["".join(local[:end]) for end in range(len(local), 0, -1)]
    long = ["".join(levels[:end]) for end in range(len(levels), 0, -1)]
    return list(dict.fromkeys(short + long))


def full_names(written: str, region: str) -> list[str]:
    """What a unit may be called in full, the likeliest first; the first is used to create it.

    Args:
        written: the name as the letter writes it.
        region: the letter's region, "" where unknown.

    Returns:
        At least one name.
    """
    places = prefixes(region)
    if not places or written.startswith(_NATIONAL):
        return [written]
    inside = [place for place in places if written.startswith(place)]
    if inside:
        bare = written.removeprefix(inside[0])
        return list(dict.fromkeys([written, *(f"{place}{bare}" for place in places[:1])]))
    at_level = _at_level(written, region)
    plain = [f"{place}{written}" for place in places]
    if written.startswith(_NO_LEVEL):
        return [plain[0], *at_level, *plain[1:]]
    if written[0] in _LEVELS:
        # A level that the region does not name (省财政厅 of an unnamed province) stays apart by it.
        return [*(at_level or [f"{written}({places[0]})"]), *plain]
    if _OWN_PLACE.match(written) and not _ZONE.match(written):
        return [written, *plain, *_last_levels(written, region)]
    return [*plain, written]


def _is_province(level: str) -> bool:
    return level.endswith("省") or (level.endswith("自治区") and len(level) > 3)


def _at_level(written: str, region: str) -> list[str]:
    """市财政局 in 四川省资阳市 → 资阳市财政局, 四川省资阳市财政局."""
    level = written[0]
    found = [place for place in prefixes(region) if place and _level_of(place) == _simple(level)]
    return [place + written[1:] for place in found]


def _last_levels(written: str, region: str) -> list[str]:
    """大泊区民政局 in 盘岭市大泊区 → 盘岭市大泊区民政局."""
    levels = parts(region)
    return [
        "".join(levels[:index]) + written
        for index in range(1, len(levels))
        if written.startswith(levels[index])
    ]


def _level_of(place: str) -> str:
    if place.endswith("自治区"):
        return "省" if len(place) > 3 else "区"
    return _simple(place[-1])


def _simple(level: str) -> str:
    return {"縣": "县", "區": "区", "鎮": "镇", "鄉": "乡"}.get(level, level)

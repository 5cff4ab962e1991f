"""Names of measures, and whether two of them mean the same thing.

A name is compared without verbs, place and marks: 推动云和县新增高企 and 高企总数 are both 高企. Two
names are one measure where they share most of their characters and their heads (in Chinese the
last noun), and no word sets them apart: 省级 beside 市级, 小学 beside 初中.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

#: Words that say how a measure moves, not what is measured.
_VERBS: Final = re.compile(
    r"(?:改造|建设|提升|整治|硬化|修复|维修)工程$|继续|提质(?=改造|$)|改扩建|只有|仅|截至|公开(?=招)|^全面(?!二)|^有(?=...)|(?:\d{4}年[底末]?(?:以前|之前|前)?)?建成的(?=..)|任务$|进一步|逐步|新增|新建|建成|建设|改造|完成|达到|达|累计|共有|(?<!公)共(?![同享建])|现有|原有|已有|已经|已|目前|"
    r"全市|全县|全区|全省|全镇|全乡|全州|全街道|我[县市区省局]|我镇|增加|增设|提高|提升|拥有|安装|设立|举办|推动|力争|实现|"
    r"安排|投入|计划|今年|去年|总数|数量|为|约|的|再|其中|培育|发展|更新|配备|改建|扩建|新开|当年|"
    r"上线|新购置?|购置|公开(?=招聘|选拔|遴选)|更换|启用|移交|布设|"
    r"培训|轮训|拨付|启动|配送|招聘|招录|发放|修缮|开挖|实施|建|开展|组织|预计|近|其余|剩余|还|将|要|目标|"
    r"较上年|比上年|较去年|比去年|同比|达标|突破|增长(?![率极点])|超|稳定|保持|在|上(?!市)|年底|到|本"
)
#: One word for what letters call by several.
_SAME: Final = re.compile("占比|比例|比重|(?<=..)占$|(金额|总额)")
_PLACE: Final = re.compile(
    r"^[\u4e00-\u9fff]{1,4}?(?:县|(?<![城超菜上])市|(?<![社小园街灌校片辖景林牧山矿])区|镇|乡|省)(?!域|级|属|直|内|外|民|政|场|委|人)"
)
_MARKS: Final = re.compile(r"\W")


#: 困人故障控制在每百台每月: what follows says how much.
_KEPT: Final = re.compile("(?<=...)(?:控制|稳定|保持)在?.*$")
#: 反诈宣讲进社区、进校园、进企业活动: where it goes to.
_GOES_TO: Final = re.compile(
    "(?<=....)(?:进(?:社区|校园|企业|农村|机关|家庭|乡村|村居?|园区|工地|商圈|网络)、?)+(?:等?活动)?$"
)
#: 省水利厅完成灌区改造: who did it.
_BY_UNIT: Final = re.compile("^[省市县区州][\u4e00-\u9fff]{1,8}?(?:[局厅]|残联|妇联|供销社)(?=...)")


_GOES_TO_LAST: Final[tuple[str, ...]] = (
    "活动",
    "社区",
    "校园",
    "企业",
    "农村",
    "机关",
    "家庭",
    "乡村",
)
_RANKS: Final[tuple[str, ...]] = ("省", "市", "县", "区", "州")


@lru_cache(maxsize=4096)
def measure(what: str) -> str:
    """The name of a measure without verbs, place and marks: 推动乐至县新增高企 → 高企."""
    what = _KEPT.sub("", what)
    if what.endswith(_GOES_TO_LAST):
        what = _GOES_TO.sub("", what)
    if what[:1] in _RANKS:
        what = _BY_UNIT.sub("", what)
    plain = _MARKS.sub("", _VERBS.sub("", what))
    return _PLACE.sub("", plain) if len(plain) > 5 else plain


@lru_cache(maxsize=4096)
def same_name(what: str) -> str:
    """A measure's name with one word for what letters call by several: 占比, 比例, 比重."""
    return _SAME.sub(_one_word, measure(what))


#: Words of which a name holds one or another, never meaning the same.
_CONTRASTS: Final = tuple(
    re.compile(words)
    for words in (
        "国家级|省级|[州市]级|县级|区级|[乡镇]级|村级",
        "幼儿园|小学|初中|高中|中职|大学|高校",
        "农村|城镇|城市|城区",
        "公办|民办|普惠",
        "男|女",
        "快充|慢充",
        "[1-5]A级",
        "[一二三四五六]级",
        "卫生院|卫生室|医院|诊所",
        "公共|专用|自用",
        "国道|省道|县道|乡道|村道|高速",
        "工业|农业|服务业|商贸|科技型|建筑业",
    )
)
#: 大山镇, 乐至县 by their last two characters before 镇 or 县; 全县, 乡镇 and 村级 name no place.
_NAMED_PLACE: Final = re.compile(
    "[^\\W\\d全各个我本该乡每两三四五六七八九十余新建在于到及和、][^\\W\\d全各个我本该乡城集市古每]"
    "(?:镇|乡|县|街道)(?![级域城内区政镇乡村民庄医干卫小文振])"
)
#: 新建 beside 维修: what is made anew is no repair, and neither is the other's last amount.
_NEW: Final = re.compile("新建|建成|新修|新造|新增|增设|新开|迁建")
_REPAIR: Final = re.compile("改造|改建|维修|修缮|大修|修复|更换|更新|提升|整治|改良|翻新")
#: What is done for people or about matters; one of them is no other.
_SERVED: Final = re.compile(
    "培训|服务|慰问|救助|资助|招聘|招录|选派|走访|体检|帮扶|安置|引进|表彰|查处|检查|调解|受理|接待|签约|救治"
)
_ONE_DEED: Final = {"招录": "招聘", "资助": "救助"}


@lru_cache(maxsize=4096)
def apart(one: str, other: str) -> bool:
    """Whether a word sets two names apart: 省级企业技术中心 and 市级企业技术中心.

    4A级以上 and 4A级 are not set apart: both hold the same word. Places set apart like words do.
    """
    for words in _CONTRASTS:
        first, second = set(words.findall(one)), set(words.findall(other))
        if first and second and not first & second:
            return True
    here, there = set(_NAMED_PLACE.findall(one)), set(_NAMED_PLACE.findall(other))
    return bool(here and there) and not here & there


def other_deed(one: str, other: str) -> bool:
    """Whether what is done in two clauses is not the same: 改造3处 beside 新建13处, 培训 beside 慰问."""
    first = bool(_NEW.search(one)), bool(_REPAIR.search(one))
    second = bool(_NEW.search(other)), bool(_REPAIR.search(other))
    if (first, second) in (((True, False), (False, True)), ((False, True), (True, False))):
        return True
    served, before = _served(one), _served(other)
    return bool(served and before) and not served & before


def _served(words: str) -> set[str]:
    return {_ONE_DEED.get(deed, deed) for deed in _SERVED.findall(words.replace("轮训", "培训"))}


@lru_cache(maxsize=4096)
def alike(wanted: str, found: str) -> float:
    """How far two names share their pairs of characters (Dice, 0 to 1).

    Kinder to a name that is the head of the other, and to two with one head and one beginning;
    农村公路 at the front of 农村公路防护工程 is another thing than the 工程.
    """
    if not wanted or not found:
        return 0.0
    if wanted == found:
        return 1.0
    wanted, found = _SAME.sub(_one_word, wanted), _SAME.sub(_one_word, found)
    short, long = sorted((wanted, found), key=len)
    if len(short) >= 3 and short in long:
        part = len(short) / len(long)
        return 0.75 + 0.25 * part if long.endswith(short) else 0.2 + 0.8 * part
    first, second = _pairs(wanted), _pairs(found)
    if not first or not second:
        return 0.0
    shared = len(first & second)
    score = 2 * shared / (len(first) + len(second))
    heads = wanted[-2:] in found or found[-2:] in wanted
    if not heads or _other_kind(wanted, found):
        return min(0.5, score)  # 监控示范村 is no 监控点
    if shared >= 3:
        score = max(score, 0.8 * shared / min(len(first), len(second)))
    ends = _same_at_ends(short, long)
    inserted = ends == len(short) and ends >= 0.6 * len(long)  # 食品抽检, 食品安全抽检
    return max(score, 0.7) if ends >= 4 and (inserted or ends >= 0.7 * len(long)) else score


def _other_kind(one: str, other: str) -> bool:
    """Whether two names have one head and nothing else in common: 果蔬流通率 and 水产品流通率."""
    tail = 0
    while tail < min(len(one), len(other)) and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    first, second = one[:-tail], other[:-tail]
    return tail >= 2 and bool(first and second) and not set(first) & set(second)


def _one_word(match: re.Match[str]) -> str:
    return "额" if match[1] else "率"


def _same_at_ends(short: str, long: str) -> int:
    """How many characters two names share at both ends, the last two of them at least."""
    tail = 0
    while tail < len(short) and short[-1 - tail] == long[-1 - tail]:
        tail += 1
    if tail < 2:
        return 0
    head = 0
    while head < len(short) - tail and short[head] == long[head]:
        head += 1
    return head + tail


@lru_cache(maxsize=4096)
def _pairs(name: str) -> frozenset[str]:
    return frozenset(name[i : i + 2] for i in range(len(name) - 1))

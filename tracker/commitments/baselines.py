"""Results already reached, and which of them a promise grows from.

A baseline measures the same thing: the same unit, and a name that shares most of its characters
with the promise's. Where a sentence tells the present level beside the target (由8间增加到12间,
目前已完成41个), that figure is the baseline.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from tracker.commitments.magnitudes import base
from tracker.commitments.model import Achievement, Commitment
from tracker.commitments.quantities import Quantity

#: So many results before a promise, and behind it, may be what it grows from: more than a long
#: letter holds in all, and a bound for a thousand letters in one file.
REACH = 60
#: Words that say how a measure moves, not what is measured.
_VERBS = re.compile(
    r"新增|新建|建成|建设|改造|完成|达到|达|累计|共有|共|现有|已有|已经|已|目前|全市|全县|全区|全省|全镇|我[县市区省局]|我镇|增加|提高|提升|拥有|安装|设立|举办|推动|力争|实现|安排|投入|计划|今年|去年|总数|数量|为|约|的|再|其中|培育|发展|更新|配备|改建|扩建|新开|当年|培训|轮训|拨付|启动|配送|招聘|发放|修缮|建|开展|组织|预计|约|近|其余|剩余|还|将|要|目标|较上年|比上年|同比|达标|突破|超|稳定|保持|在|上|年底|到|本"
)
_DONE_PART = re.compile(
    r"^(?:截至[^,]{1,8},?)?(?:目前|现)?(?:已|均已|上半年已|已经)(?:完成|建成|竣工|完工|安装|拨付|硬化|改造|培训|落实|到位|投入|实施)?[^,。;]{0,6}$"
)


class Result(NamedTuple):
    """An achievement with the clause it stands in, its measure's name and its figure in full."""

    achievement: Achievement
    measure: str
    value: Decimal
    unit: str
    clause_start: int
    sentence: int
    paragraph: int
    partial: bool


#: A state as the letter is written.
_NOW = re.compile("目前|现有|已|截至|截止|累计|当前|眼下|以来|只有|仅")


def as_of(
    text: str, dates: Sequence[tuple[date | None, str]], letter_date: date | None
) -> date | None:
    """The day that a result refers to: its own date, else the letter's for 目前, 已, 现有, 累计."""
    for day, _ in dates:
        if day is not None and (letter_date is None or day <= letter_date):
            return day
    if _NOW.search(text):
        return letter_date
    return None


def is_partial(text: str, q: Quantity, start: int) -> bool:
    """Whether a clause says no more than that so many are done: 目前已完成41个."""
    return bool(_DONE_PART.match(text[: q.number_start - start]))


_ADDED = re.compile("新增|净增|增加|增设")


def link(
    commitment: Commitment, results: Sequence[Result], sentence: int, paragraph: int, at: int
) -> Achievement | None:
    """The result that the promise grows from, or None.

    Args:
        commitment: a measurable promise.
        results: the results of the letter, in the order of the text.
        sentence: the number of the promise's sentence; `paragraph` likewise.
        at: where the promise's clause begins.
    """
    target = commitment.target
    if target is None or _THE_REST.match(commitment.quote):
        return None
    starts = _STARTS.search(commitment.quote) is not None
    new = _NEW.search(commitment.quote) is not None
    # 再建60处 adds to what there is; a stretch of road or a sum is no stock.
    counted = (
        target.mode == "amount"
        and "再" not in commitment.quote
        and base(target.value, target.unit)[1] not in _MEASURED
    )
    wanted_value, unit = base(target.value, target.unit)
    units = (unit, "%") if target.unit == "个百分点" else (unit,)
    wanted = measure(commitment.what)
    best: tuple[float, Achievement] | None = None
    nearest = bisect_left(results, at, key=lambda result: result.clause_start)
    for result in results[max(0, nearest - REACH) : nearest + REACH]:
        found = result.achievement
        if result.unit not in units:
            continue
        if target.mode == "level" and result.value == wanted_value:
            continue
        if not starts and _UNDER_WAY.search(found.quote):
            continue
        if counted and not result.partial and _no_amount(found.quote, new):
            continue
        score = _alike(wanted, result.measure)
        near = result.sentence == sentence
        if result.partial and near:
            # 已建成4所 right behind 安排15所 is the part done; of a level it is no base.
            score = max(score, 1.05 if result.clause_start > at else 0.9)
            if target.mode == "level":
                score -= 0.5
        if near and result.clause_start < at and score > 0.2:
            score += 0.15
        if result.paragraph == paragraph:
            score += 0.05
        if score < 0.5:
            continue  # what is added below does not lift it over the bound
        added = target.mode != "amount" and _ADDED.search(found.quote) is not None
        if target.mode == "increase" and added:
            score += 0.1
        if target.mode == "level" and added:
            score -= 0.3  # what was added is not the level that a level grows from
        if score >= 0.62 and (best is None or score >= best[0]):
            best = (score, found)
    return best[1] if best else None


#: 其余16个: what is left of a whole has grown from nothing.
_THE_REST = re.compile(r"(?:其中)?(?:的)?(?:其余|剩余|余下|剩下|另外?(?=\d))")
#: 在建9台, 已开工7座: begun, not reached; a base only for what is to begin.
_UNDER_WAY = re.compile("在建|正在|开工|动工|签约|启动")
_STARTS = re.compile("开工|动工|签约|启动")
_NEW = re.compile("新建|建设|扩建|组建|再建|迁建")
#: What there is: a stock, no amount done.
_STOCK = re.compile("现有|共有|拥有|总数|总量|总规模|尚有|仍有|还有")
_MEASURED = frozenset(
    (
        "km",
        "米",
        "m2",
        "亩",
        "公顷",
        "元",
        "吨",
        "公斤",
        "立方米",
        "方",
        "平方公里",
        "千瓦",
        "兆瓦",
        "%",
    )
)
_DEED = re.compile(
    "已|完成|建成|建设|新建|改造|改建|培训|轮训|整治|铺设|安装|投入|拨付|发放|举办|开展|招聘|引进|维修|修缮|更新|更换|清淤|疏浚|硬化|办理|检查|抽检|配备|新增|增设|新开|开通|实施|排查|打造|创建|选派|种植|栽植|投放|争取|完工|竣工|办结|修复|衬砌|巡诊|认定|盘活|治理|处理|调解|受理"
)
_PERIOD = re.compile(r"去年|上年|前年|\d{4}年|上半年|季度|此前|以来|期间|首批|第一批")


def _no_amount(quote: str, new: bool) -> bool:
    """Whether a result is no amount that a promised amount can be set beside.

    现有公墓72个 is a stock; 建成28个 in all is one too where 4 are to be built.
    """
    if _STOCK.search(quote) or not _DEED.search(quote):
        return True
    return new and not _PERIOD.search(quote)


_PLACE = re.compile(
    r"^[\u4e00-\u9fff]{1,4}?(?:县|市|区|镇|乡|省)(?!域|级|属|直|内|外|民|政|场|委|人)"
)


_MARKS = re.compile(r"\W")


@lru_cache(maxsize=4096)
def measure(what: str) -> str:
    """The name of a measure without verbs, place and marks: 推动乐至县新增高企 → 高企."""
    plain = _MARKS.sub("", _VERBS.sub("", what))
    return _PLACE.sub("", plain) if len(plain) > 5 else plain


@lru_cache(maxsize=4096)
def _alike(wanted: str, found: str) -> float:
    """How far two names share their pairs of characters (Dice), kinder to a name held in the other."""
    if not wanted or not found:
        return 0.0
    short, long = sorted((wanted, found), key=len)
    if short in long and len(short) >= 3:
        return 0.75 + 0.25 * len(short) / len(long)
    first, second = _pairs(wanted), _pairs(found)
    if not first or not second:
        return 0.0
    shared = len(first & second)
    dice = 2 * shared / (len(first) + len(second))
    return max(dice, 0.8 * shared / min(len(first), len(second))) if shared >= 3 else dice


@lru_cache(maxsize=4096)
def _pairs(name: str) -> frozenset[str]:
    return frozenset(name[i : i + 2] for i in range(len(name) - 1))

"""Results already reached, and which of them a promise grows from.

A baseline measures the same thing in the same place (gold/GUIDELINE.md, Baseline): the same unit
and a name that means the same. Of several, 新增 grows from what the last period added, else from
the part done, else from the level that it adds to; 达到 from the present level; an amount from the
last period's or from the part that is done.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tracker.commitments.magnitudes import base
from tracker.commitments.measures import alike, apart, measure, other_deed
from tracker.commitments.model import Achievement, Commitment
from tracker.letters.clauses import Clause

#: So many results before a promise, and behind it, may be what it grows from: more than a long
#: letter holds in all, and a bound for a thousand letters in one file.
REACH = 60


class Told(NamedTuple):
    """What the words of a result say of it.

    `added` is what a period brought, `stock` what there is, `deed` what was done, `under_way` what
    is begun and not reached, `total` what was done in all, `period` an amount of a named period,
    `whole` of the whole area, `each` of every one.
    """

    added: bool
    stock: bool
    deed: bool
    under_way: bool
    total: bool
    period: bool
    whole: bool
    each: bool


@dataclass(frozen=True, slots=True)
class Result:
    """An achievement with the clause it stands in, its measure's name and its figure in full.

    `promised_at` is where the promised figure stands of which it is the part done (安排15所,
    已建成4所), -1 where it is none; `bare` is true where its own words name no measure, `share`
    where it is the share of the figure before (开设账户241个,占73.9%).
    """

    achievement: Achievement
    measure: str
    value: Decimal
    unit: str
    clause_start: int
    sentence: int
    paragraph: int
    promised_at: int
    bare: bool
    share: bool
    told: Told


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


_ADDED = re.compile("新增|净增|增加|增设|新认定|新培育")
#: What there is: a stock, no amount done.
_STOCK = re.compile("现有|原有|共有|拥有|总数|总量|总规模|尚有|仍有|还有")
_DEED = re.compile(
    "已|完成|建成|建设|新建|改造|改建|培训|轮训|整治|铺设|安装|投入|拨付|发放|举办|开展|招聘|引进|维修|修缮|"
    "更新|更换|清淤|疏浚|硬化|办理|检查|抽检|配备|新增|增设|新开|开通|实施|排查|打造|创建|选派|种植|栽植|投放|"
    "争取|完工|竣工|办结|修复|衬砌|巡诊|认定|盘活|治理|处理|调解|受理"
)
#: 在建9台, 已开工7座: begun, not reached; a base only for what is to begin.
_UNDER_WAY = re.compile("在建|正在|开工|动工|签约|启动")
_PERIOD = re.compile(r"去年|上年|前年|\d{4}年|上半年|季度|此前|以来|期间|首批|第一批")
_WHOLE = re.compile("[全我][市县区省州]")
_EVERY = re.compile("每|平均|人均|户均")


def read(quote: str) -> Told:
    """What a result's own words say of it."""
    return Told(
        added=_ADDED.search(quote) is not None,
        stock=_STOCK.search(quote) is not None,
        deed=_DEED.search(quote) is not None,
        under_way=_UNDER_WAY.search(quote) is not None,
        total="累计" in quote,
        period=_PERIOD.search(quote) is not None,
        whole=_WHOLE.search(quote) is not None,
        each=_EVERY.search(quote) is not None,
    )


#: 其余16个: what is left of a whole has grown from nothing.
_THE_REST = re.compile(
    r"(?:其中)?(?:[^,。;\d]{0,10}(?:完成|实现|推进))?(?:的)?(?:其余|剩余|余下|剩下|另外?(?=\d))"
)
_STARTS = re.compile("开工|动工|签约|启动|试点")
_BUILT = re.compile("新建|新造|建设|建成|扩建|组建|再建|迁建")
#: 再建6处, 还将举办2期: more of what was done.
_MORE = re.compile("再|还将|还要|继续")
#: 每个县至少建成1个 is no part of a county's or province's total.
_EACH = re.compile("每个?(?:县|市|区|镇|乡|街道|村|社区|校|所|家|户|名|人|台|座|站)")
#: 在滨江绿道增设: a place within the area.
_WITHIN = re.compile(
    "(?:^|[,;:])(?:利用|依托|在)(?!全|[今明后]年|建|册|岗|线|校|此)[^,。;:]{3,}?(?:建|增|设|装|改|扩|,)"
)
_MEASURED = frozenset(
    ("km", "米", "m2", "亩", "公顷", "元", "吨", "公斤", "立方米", "方", "平方公里", "千瓦", "兆瓦", "%")
)  # fmt: skip
#: A score from which a result is what a promise grows from.
_ENOUGH = 0.62


def the_rest(quote: str) -> bool:
    """Whether a promise is of what is left of a whole: 其余16个年底前完成."""
    return _THE_REST.match(quote) is not None


def link(
    commitment: Commitment, results: Sequence[Result], clause: Clause, figure_at: int, before: str
) -> Achievement | None:
    """The result that the promise grows from, or None.

    Args:
        commitment: a measurable promise.
        results: the results of the letter, in the order of the text.
        clause: the promise's clause; `figure_at` is where its figure begins.
        before: the words before the clause.
    """
    target, quote = commitment.target, commitment.quote
    if target is None or the_rest(quote):
        return None
    at, mode = clause.start, target.mode
    starts, built = _STARTS.search(quote) is not None, _BUILT.search(quote) is not None
    more, each = _MORE.search(quote) is not None, _EACH.search(quote) is not None
    within = _WITHIN.search(re.split("[。;]", before)[-1] + quote) is not None
    wanted_value, unit = base(target.value, target.unit)
    units = (unit, "%") if target.unit == "个百分点" else (unit,)
    wanted = measure(commitment.what)
    best: tuple[float, Achievement] | None = None
    nearest = bisect_left(results, at, key=lambda result: result.clause_start)
    for result in results[max(0, nearest - REACH) : nearest + REACH]:
        if result.unit not in units:
            continue
        told, mine = result.told, result.promised_at == figure_at
        if mode == "level" and result.value == wanted_value:
            continue
        if told.under_way and not starts:
            continue
        if (each and not told.each) or (within and told.whole and not mine):
            continue
        if mode == "amount" and not more and not mine and _no_amount(result, built):
            continue
        found = result.achievement
        score = _share_of(wanted, result) if result.share else alike(wanted, result.measure)
        if mine:
            score = max(score, 0.7 if mode == "level" and told.deed else 0.95)
        elif mode == "level" and result.promised_at >= 0 and told.deed:
            continue  # 已建成4所 of the 15 planned is not how many there are
        near = result.sentence == clause.sentence and result.clause_start < at
        if near and len(wanted) == 2 and result.measure.endswith(wanted):
            score = 0.75  # 医养结合机构9家,机构达到15家
        if near and score > 0.2:
            score += 0.15
        if result.paragraph == clause.paragraph:
            score += 0.05
        if score < 0.5:
            continue  # what is added below does not lift it over the bound
        if not mine and (
            apart(commitment.what, found.what)
            or (mode != "level" and other_deed(quote, found.quote))
        ):
            continue
        if mode == "level" and told.added:
            score -= 0.3  # what was added is not the level that a level grows from
        if mode == "increase" and told.added:
            score += 0.1
        if score < _ENOUGH:
            continue
        if mode == "increase":
            score += 0.15 if mine else 0.3 if told.added else 0
        if best is None or score >= best[0]:
            best = (score, found)
    return best[1] if best else None


def _no_amount(result: Result, built: bool) -> bool:
    """Whether a result is no amount that a promised amount can be set beside.

    现有公墓72个 is a stock; 建成28个 in all is one too where 4 are to be built.
    """
    told = result.told
    if told.stock or (not told.deed and result.unit not in _MEASURED):
        return True
    if not built or told.period or result.promised_at >= 0:
        return False
    return told.total or result.unit not in _MEASURED


def _share_of(wanted: str, result: Result) -> float:
    """How far a rate is the share just told: 专户开设率 beside 已开设工资专用账户241个,占73.9%."""
    name = set(wanted.rstrip("率"))
    return 0.9 * len(name & set(result.measure)) / len(name) if name else 0.0

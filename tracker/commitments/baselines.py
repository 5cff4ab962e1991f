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
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from tracker.commitments.magnitudes import base
from tracker.commitments.measures import alike, apart, measure, other_deed
from tracker.commitments.model import Achievement, Commitment, Mode
from tracker.commitments.told import Result
from tracker.letters.clauses import Clause

#: So many results before a promise may be what it grows from, of them so many of its unit, and so
#: many behind it: more than a long letter holds, and a bound for a thousand letters in one file.
REACH: Final = 60

_OF_A_UNIT: Final = 30

_BEHIND: Final = 10

#: 其余16个: what is left of a whole.
_THE_REST: Final = re.compile(
    r"(?:其中)?(?:[^,。;\d]{0,10}(?:完成|实现|推进))?(?:的)?(?:其余|剩余|余下|剩下|另外?(?=\d)|(?:尚未|还没有|没有|未)[^,。;\d]{1,8}的(?=\d))"
)

_STARTS: Final = re.compile("开工|动工|签约|启动|试点")

_BUILT: Final = re.compile("新建|新造|建设|建成|扩建|组建|再建|迁建")

#: 再建6处, 还将举办2期: more of what was done.
_MORE: Final = re.compile("再|还将|还要|继续")

#: 每个县至少建成1个 is no part of a county's or province's total.
_EACH: Final = re.compile("每(?![年月季周旬天日半次]|学[年期])")

#: 在滨江绿道增设, 利用小学旧址扩建: a place within the area, by its first characters.
_WITHIN: Final = re.compile(
    "(?:利用|依托|(?:^|[,;:是年前内度期将拟])在(?!全|[今明后]年|建|册|岗|线|校|此))([^,。;:]{2})"
    "[^,。;:]{1,30}?[建增设装改扩,]"
)

_MEASURED: Final = frozenset(
    ("km", "米", "m2", "亩", "公顷", "元", "吨", "公斤", "立方米", "方", "平方公里", "千瓦", "兆瓦", "%")
)  # fmt: skip

#: A score from which a result is what a promise grows from.
_ENOUGH: Final = 0.62

#: A likeness that holds where not even the unit is the same.
_SURELY: Final = 0.9

_SENTENCE_END: Final = re.compile("[。;]")


def the_rest(quote: str) -> bool:
    """Whether a promise is of what is left of a whole: 其余16个年底前完成."""
    return _THE_REST.match(quote) is not None


class _Promise(NamedTuple):
    """What is asked of a promise once, for all results that it is set beside."""

    commitment: Commitment
    mode: Mode
    value: Decimal
    units: tuple[str, ...]
    measure: str
    due: date | None
    clause: Clause
    figure_at: int
    starts: bool
    built: bool
    more: bool
    each: bool
    part: bool
    within: str


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
    if target is None:
        return None
    value, unit = base(target.value, target.unit)
    units = (unit, "%") if target.unit == "个百分点" else (unit,)
    nearest = bisect_left(results, clause.start, key=lambda result: result.clause_start)
    before_it, behind = (
        results[max(0, nearest - REACH) : nearest],
        results[nearest : nearest + _BEHIND],
    )
    of_unit = [result for result in before_it if result.unit in units][-_OF_A_UNIT:]
    if unit != "%":
        behind = [result for result in behind if result.unit in units]
    elif target.mode == "increase":
        # 零售额增长15% grows from an amount.
        amounts = [result for result in before_it[-_OF_A_UNIT:] if result.unit not in units]
        of_unit = sorted([*of_unit, *amounts], key=lambda result: result.clause_start)
    near = [*of_unit, *behind]
    if not near:
        return None
    place = _WITHIN.search(_SENTENCE_END.split(before)[-1] + quote)
    promise = _Promise(
        commitment,
        target.mode,
        value,
        units,
        measure(commitment.what),
        commitment.deadline.day if commitment.deadline else None,
        clause,
        figure_at,
        starts=_STARTS.search(quote) is not None,
        built=_BUILT.search(quote) is not None,
        more=_MORE.search(quote) is not None,
        each=_EACH.search(quote) is not None,
        part=quote.startswith("其中"),
        within=place[1] if place else "",
    )
    best: tuple[float, Achievement] | None = None
    if the_rest(quote):
        return _done_before_the_rest(promise, near)
    for result in near:
        if result.unit not in promise.units and not _grows_by(promise, result):
            continue
        if _is_none(promise, result):
            continue
        score = _score(promise, result)
        if score >= _ENOUGH:
            score += _precedence(promise, result)
            if best is None or score >= best[0]:
                best = (score, result.achievement)
    return best[1] if best else None


def _done_before_the_rest(promise: _Promise, near: Sequence[Result]) -> Achievement | None:
    """What is done of a whole of which the rest is promised: 共有17个,已建成11个,其余6个年内建成.

    Where the whole is promised too, the part done is the base of that, and the rest has none. It
    is the part done where both make up a whole that is told, or where they have one name.
    """
    told = [
        result
        for result in near
        if result.paragraph == promise.clause.paragraph
        and result.clause_start < promise.clause.start
        and result.unit in promise.units
    ]
    wholes = {result.value for result in told}
    for result in reversed(told):
        if result.promised_at >= 0 or result.told.under_way:
            continue
        sums_up = result.value + promise.value in wholes
        beside = result.sentence == promise.clause.sentence
        if sums_up or (beside and alike(promise.measure, result.measure) >= _ENOUGH):
            return result.achievement
    return None


def _grows_by(promise: _Promise, result: Result) -> bool:
    """Whether a promised percentage is the growth of a result in its own unit: 零售额增长15%."""
    return (
        promise.mode == "increase"
        and promise.units == ("%",)
        and not result.told.step
        and alike(promise.measure, result.measure) >= _SURELY
    )


def _is_none(promise: _Promise, result: Result) -> bool:
    """Whether a result of the unit is nothing that the promise can grow from, whatever its name."""
    told, mode = result.told, promise.mode
    if mode == "level" and result.value == promise.value:
        return True
    if told.under_way and not promise.starts:
        return True
    if told.step and mode != "increase":
        return True
    if promise.each and not told.each:
        return True
    if result.promised_at == promise.figure_at:
        return False
    if promise.within and told.whole and promise.within not in result.achievement.quote:
        return True
    if result.promised_at >= 0 and told.deed:
        # 已建成4所 of the 15 planned is not how many there are, nor part of a later plan.
        as_of = result.achievement.as_of
        if mode == "level" or (promise.due and as_of and promise.due.year - as_of.year > 1):
            return True
    return mode == "amount" and not promise.more and _no_amount(result, promise.built)


def _score(promise: _Promise, result: Result) -> float:
    """How far a result measures what is promised; from `_ENOUGH` on it does."""
    told, found, commitment = result.told, result.achievement, promise.commitment
    if result.promised_at == promise.figure_at:
        return 0.7 if promise.mode == "level" and told.deed else 0.95
    score = _likeness(promise, result)
    if score < 0.5:
        return score  # what is added below does not lift it over the bound
    if apart(commitment.what, found.what):
        return 0.0
    if promise.mode != "level" and other_deed(commitment.quote, result.words):
        return 0.0
    name = promise.measure
    if _of_more(commitment.what, found.what):
        return 0.0
    if promise.part and name != result.measure and name.endswith(result.measure):
        return 0.0  # 其中公共停车泊位 is a part of the 停车泊位
    if told.added:
        # What was added is not the level that a level grows from.
        score += {"level": -0.3, "increase": 0.1, "amount": 0}[promise.mode]
    return score


#: What a five years' plan brought that is over stands behind what the last years brought.
_LONG_AGO: Final = 2

_JOINED: Final = re.compile("[、和与及]")


def _of_more(wanted: str, found: str) -> bool:
    """Whether a result counts the thing together with another: 新建小学、幼儿园17所 beside 幼儿园2所."""
    parts = [part for part in _JOINED.split(found) if len(part) > 1]
    if len(parts) < 2 or "等" in found or _JOINED.search(wanted):
        return False
    names = [measure(part) for part in parts]
    here = measure(wanted)
    own = [name for name in names if len(name) > 1 and here.endswith(name[-2:])]
    return (
        len(here) > 2
        and bool(own)
        and any(len(name) > 1 and name[-2:] not in here for name in names)
    )


def _precedence(promise: _Promise, result: Result) -> float:
    """Of several: what the last period brought, then the part done, then the level."""
    told, as_of, due = result.told, result.achievement.as_of, promise.due
    mine = result.promised_at == promise.figure_at
    this_period = not (told.period and due and as_of and as_of.year < due.year) or told.total
    if promise.mode == "level":
        # Of several the level, not what one period brought.
        in_all = told.stock or (told.total if result.listed else "累计" in result.achievement.quote)
        return 0.2 if in_all else -0.2 if told.deed and told.period else 0
    if promise.mode == "amount" and due and as_of and due.year - as_of.year > _LONG_AGO:
        return -0.1
    if mine or (told.added and this_period and promise.mode == "increase"):
        return 0.3
    if promise.mode == "increase":
        return 0.5 if told.added else 0
    return 0.5 if told.deed and not this_period else 0


def _likeness(promise: _Promise, result: Result) -> float:
    """How far two measures have one name; that they stand near speaks for it."""
    what, found = promise.commitment.what, result.achievement
    before = result.clause_start < promise.clause.start
    here = result.sentence == promise.clause.sentence
    near = before and here
    if (
        here
        and not before
        and len(result.measure) <= _BEHIND_NAME
        and _LAST_TIME.match(found.quote)
    ):
        return 0.7  # 把保险面积扩大到5万亩,去年承保3.2万亩
    beside = result.paragraph == promise.clause.paragraph
    name = promise.measure
    score = _share_of(name, result) if result.share else alike(name, result.measure)
    if (
        len(name.removesuffix("总量")) == 2
        and result.unit in _HELD
        and result.told.period
        and result.measure.endswith(name.removesuffix("总量"))
        and _IN_A_YEAR.search(promise.commitment.quote)
    ):
        score = 0.7  # 去年举办阅读活动860场, 全年活动总量达900场
    if near and len(name) == 2 and result.measure.endswith(name):
        score = 0.75  # 医养结合机构9家,机构达到15家
    if score < _ENOUGH and beside:
        same = (
            (promise.more and before and _goes_on(what, found.what))
            or _same_deeds(name, found.quote)
            or _same_system(what, found.what)
        )
        score = _ENOUGH if same else score
    if near and score > 0.2:
        score += 0.15
    return score + 0.05 if beside else score


#: A name as short as that of a result right behind its promise, and how it begins.
_BEHIND_NAME: Final = 4

_LAST_TIME: Final = re.compile("(?:其中)?(?:去年|上年|今年|目前|现有|现已|截至|20\\d\\d年)")

_HELD: Final = frozenset(("场", "场次", "次", "期", "届", "人次"))
_IN_A_YEAR: Final = re.compile("全年|年度|总量|总数")

_A_DEED: Final = re.compile(
    "硬化|清淤|疏浚|绿化|签订|铺设|整治|开通|架设|造林|植树|招录|办理|补种|管护|衬砌"
)

_ONLY_DEEDS: Final = re.compile(f"(?:{_A_DEED.pattern})+")


def _same_deeds(name: str, quote: str) -> bool:
    """Whether a name is no more than a deed, which the result tells too: 清淤疏浚 and 河道清淤."""
    return _ONLY_DEEDS.fullmatch(name) is not None and any(
        deed in quote for deed in _A_DEED.findall(name)
    )


_SERVES: Final = re.compile("推出|开放|签订|举办|培训|选派|引进|发布|开设|开通|开行")


def _goes_on(what: str, found: str) -> bool:
    """Whether 再推出58个高频主题 is more of 已推出主题式服务52个: the deed, and a word of the head."""
    deeds = set(_SERVES.findall(what)) & set(_SERVES.findall(found))
    head = what[-4:]
    pairs = {head[i : i + 2] for i in range(len(head) - 1)} - deeds
    return bool(deeds) and any(pair in found for pair in pairs)


_QUOTED: Final = re.compile("[“「]([^”」]{2,12})[”」]")


def _same_system(what: str, found: str) -> bool:
    """Whether two names tell of one named thing and of one noun: “农事通”已在36个村上线 and 覆盖行政村."""
    one, other = _QUOTED.search(what), _QUOTED.search(found)
    if one is None or other is None or one[1] != other[1]:
        return False
    return bool(set(what[one.end() :][-3:]) & set(found[other.end() :][-3:]))


def _no_amount(result: Result, built: bool) -> bool:
    """Whether a result is no amount that a promised amount can be set beside.

    现有公墓72个 is a stock; 建成28个 in all is one too where 4 are to be built.
    """
    told = result.told
    if told.stock or not (told.deed or told.period):
        return True
    if not built or told.period or result.promised_at >= 0:
        return False
    return told.total or result.unit not in _MEASURED


_RATE: Final = re.compile("(?:占比|比例|比重|率)$")


def _share_of(wanted: str, result: Result) -> float:
    """How far a rate is the share just told: 专户开设率 beside 已开设工资专用账户241个,占73.9%."""
    name = set(_RATE.sub("", wanted))
    return 0.95 * len(name & set(result.measure)) / len(name) if name else 0.0

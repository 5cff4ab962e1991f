"""Numbers with units: what a letter promises to count, spend, build or reach.

:func:`find_quantities` finds them. It runs a single pattern over the text whose first element is a
character class, so that text without numbers costs almost nothing; only what the pattern takes is
looked at in Python. Words come from data/lexicon/units.toml. :func:`without_sizes` and
:func:`is_term` tell by what stands beside a figure that it only describes.

Never quantities: ordinals (第三届), codes and grades (G312, 4A级, 110千伏), titles in 《》, short
slogans in quotation marks, dates, phone and document numbers, and 一 in 一批, 一系列, 进一步.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from tracker.commitments.numerals import parse_number
from tracker.commitments.unitwords import (
    Comparator,
    UnitWords,
    far_hedge,
    ordinal_list,
    quantity_pattern,
    rate_pattern,
    spoken_pair,
    unit_words,
)

QuantityKind = Literal[
    "count", "percent", "points", "money", "length", "area", "weight", "volume", "duration", "other"
]

#: How far before a number a comparator, a 每 or a word about money is looked for.
_HEDGE_REACH: Final = 10
_RATE_REACH: Final = 24
_MONEY_REACH: Final = 16
_FAR_REACH: Final = 9
_CLAUSE_STOP: Final = re.compile(r"[，,。;；、：:！!？?\n]")


class Quantity(NamedTuple):
    """A number with its unit, hedges included in the span.

    `value` is the number as written and `unit` carries 万 or 亿 (Decimal(4500), "万元"). A range
    has its lower end as `value` and the other as `upper`. `approximate` tells a hedge of any kind
    (余, 约, 左右, a range). `indefinite` marks 一个 and the like, which may be no number at all.
    `rate` is the 每… that governs it (每月至少2次 → "每月"), beginning at `rate_start`; 次/月 gives
    "/月". `number_start` is where the digits begin.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    comparator: Comparator
    kind: QuantityKind = "count"
    upper: Decimal | None = None
    approximate: bool = False
    indefinite: bool = False
    rate: str | None = None
    rate_start: int | None = None
    number_start: int = 0


def find_quantities(text: str) -> list[Quantity]:
    """All quantities of a normalised text, in order, none overlapping."""
    words = unit_words()
    found: list[Quantity] = []
    floor = 0
    for match in quantity_pattern().finditer(text):
        unit = match["unit"]
        if unit is None:
            continue  # a title or a slogan, matched to be passed over
        if unit in words.periods and text[match.start() - 1] not in words.hedge_lasts:
            continue  # two years without a hedge: a matter of the time grammar
        quantity = _read(match, text, words, floor)
        if quantity is not None:
            found.append(quantity)
            floor = quantity.end
    return found


#: 每月, 每两年: a rate of time, not 每户.
PERIODIC: Final = re.compile("每[一两二三四五六半]?个?(?:年|月|季|学期|学年|半年|周|旬|天|日)")
#: 每年举办: so often.
_OFTEN: Final = re.compile(r"每(?:半?年|月|季度?|学期|周)[^,。;第]{0,8}$")
#: What is counted, with its size right behind: 3辆18吨洒水车, 1座长40米的便桥.
_SIZED: Final = frozenset("座台个所条栋幢处辆间家艘架部套口眼盏")
_BY_SIZE: Final[tuple[str, ...]] = ("", "长", "宽", "高", "总长", "面积", "容积", "占地")
#: A noun that is of that size: 30吨冷库, 12个班的小学; not 2个1200平方米 at the end.
_OF_SIZE: Final = re.compile(r"(?:左右|以上)?[^\d\s,。;:、()《》和及至到]")


def without_sizes(text: str, end: int, quantities: list[Quantity]) -> list[Quantity]:
    """The figures of a clause that ends at `end`, but for those that tell how large a thing is.

    新建2座30吨冷库 promises two, whatever they hold; 新建一所12个班的小学 promises one.
    """
    kept: list[Quantity] = []
    for q in quantities:
        last = kept[-1] if kept else None
        if (
            last is not None
            and last.unit in _SIZED
            and text[last.end : q.start] in _BY_SIZE
            and q.kind not in ("percent", "points")
            and _OF_SIZE.match(text, q.end, end)
            # 改造3个600户 is work on households, 1个600户的小区 a large estate
            and (q.unit not in ("户", "人", "名") or text[q.end] == "的")
        ):
            kept[-1] = last._replace(indefinite=False)
        else:
            kept.append(q)
    return kept


#: Last characters of 召开, 举行, 组织, 举办, 至少.
_CALLS: Final = "开行织办少了"
_DAYS: Final = frozenset(("天", "周", "个工作日", "工作日", "个工作天"))
#: Before days that are what is promised: 压缩到5个工作日内.
_AS_LONG_AS: Final[tuple[str, ...]] = ("到", "至", "制在", "持在", "缩在", "短在", "定在", "为", "缩短", "压缩")  # fmt: skip
#: What comes again and again, and takes so long each time: 投诉3个工作日内办结.
_EACH_TIME: Final = re.compile(
    r"办理|审[批核查]|办结|答复|回复|受理|响应|处[置理]|反馈|诉求|投诉|故障|报修|申[请报领]|案件|工单|咨询|来[电信访]|接到|收到|凡|一般|[件证照]$|时限|流程|[每均]"
)
#: 余下5盏路灯, 安装工作, 我局将在: one piece of work.
_ONCE: Final = re.compile(r"剩余|余下|其余|剩下|工作$|[将拟]在?$")


def is_term(text: str, start: int, end: int, q: Quantity) -> bool:
    """Whether days say by when a piece of work in `text[start:end]` is done: 余下5盏两周内修好."""
    if q.unit not in _DAYS or text[q.end - 1] != "内" or q.start != q.number_start:
        return False
    if text.endswith(_AS_LONG_AS, start, q.start):
        return False
    return _ONCE.search(text, start, q.start) is not None or not (
        _EACH_TIME.search(text, start, q.start) or _EACH_TIME.search(text, q.end, end)
    )


def _read(match: re.Match[str], text: str, words: UnitWords, floor: int) -> Quantity | None:
    """One match of the pattern as a quantity, or None where it is none after all."""
    start, end = match.span()
    # All groups in the order of the pattern: to ask for each by its name takes twice the time.
    (
        rest, fraction, vague, scale, more, vague_unit, upper_text, _, bare_unit, upper_same, _,
        half, per, after_word, tail,
    ) = match.groups()  # fmt: skip
    number = text[start] + rest
    if number[-1] == "千" and number != "千" and f"千{bare_unit}" in words.kinds:
        number, bare_unit = number[:-1], f"千{bare_unit}"  # 一百千瓦
    kind = words.kinds.get(bare_unit, "other")
    # 1. The hedge before it; months and years without one are the time grammar's.
    hedge_start, before = start, None
    if start and text[start - 1] in words.hedge_lasts:
        hedge_start, before = _hedge_before(text, start, max(floor, start - _HEDGE_REACH), words)
    if kind == "period":
        if not _is_period_target(text, start, hedge_start, before, number, words):
            return None
        kind = "duration"
    # 2. Names: 一批, 二期, X411线, 第三、四批.
    if _is_name(match, text, number, bare_unit, words):
        return None
    # 3. The value, plain in nine cases of ten.
    upper: Decimal | None = None
    if number.isascii() and not (more or upper_text or upper_same):
        value = Decimal(number.replace(",", ""))
    else:
        amounts = _amounts(match, text, number)
        if amounts is None:
            return None
        value, upper, scale = amounts
    # 4. The unit.
    unit = bare_unit
    if not unit and not fraction:
        if not number.isascii():
            return None  # 一万 by itself is a manner of speaking
        unit = "元" if _speaks_of_money(text, start, words) else ""
    if scale and not more:
        unit = scale + unit
    if fraction or unit == "％":
        kind, unit = "percent", "%"
    elif unit == "成":
        # 九成 is 90 %, the only unit that is not kept as written: nobody reports in 成.
        value, unit, kind = value * 10, "%", "percent"
    elif kind == "other" and unit.endswith("元"):
        kind = "money"
    if half:
        value += Decimal(5 if kind == "percent" else "0.5")
    # 5. What the words around it say.
    after = words.after[after_word] if after_word else None
    if after_word == "内" and kind != "duration":
        end, after = match.start("after"), None
    is_vague = bool(vague or vague_unit or tail or upper is not None)
    if before is None and after is None:
        before = _hedge_afar(text, start)
    rate, rate_start = (per, match.start("per")) if per else _rate(text, hedge_start)
    comparator = _comparator(before, after, is_vague) if before or after or is_vague else "="
    approximate = is_vague or before == "~" or after == "~"
    indefinite = number in ("一", "两") and bare_unit in words.one_perhaps
    return _new(Quantity, (
        hedge_start, end, value, unit, comparator, kind, upper, approximate, indefinite, rate,
        rate_start, start,
    ))  # fmt: skip


#: A letter has dozens; the tuple's own constructor takes a third of the named one's time.
_new: Final = tuple.__new__


def _amounts(
    match: re.Match[str], text: str, number: str
) -> tuple[Decimal, Decimal | None, str | None] | None:
    """The value of a number that is not plain digits, the upper end of a range, and 万 or 亿."""
    lower_text, upper_text = number, match["upper"] or match["upper_same"]
    scale, upper_scale = match["scale"], match["upper_scale"] or match["same_scale"]
    if match["more"]:
        lower_text = text[match.start() : match.end("more")]
    pair = None if upper_text else spoken_pair().search(number)
    if pair:
        lower_text = number[: pair.end() - 1] + number[pair.end() :]
        upper_text = number[: pair.start()] + number[pair.end() - 1 :]
        upper_scale = scale
    try:
        value = parse_number(lower_text)
        if match["fraction"] and lower_text[0] != "百":
            value *= 100  # 千分之二 is 0.2 %
        upper = parse_number(upper_text) if upper_text else None
    except ValueError:
        return None
    if upper is not None:
        if scale is None and match["upper"] and value < upper:
            scale = upper_scale  # 两到三万元 is 2 to 3 万元, 8500到3万元 is not
        if scale != upper_scale:  # 8000万至1.2亿元 ends at 12000 万元
            upper = upper * _SCALES[upper_scale] / _SCALES[scale]
    return value, upper if upper is not None and upper > value else None, scale


_SCALES: Final = {
    None: Decimal(1),
    "万": Decimal(10**4),
    "亿": Decimal(10**8),
    "万亿": Decimal(10**12),
}


#: Behind 运动会1届: the clause is over.
_CLOSED: Final = re.compile(r"[、,。;)\n]|$")


def _is_name(match: re.Match[str], text: str, number: str, unit: str, words: UnitWords) -> bool:
    """Whether number and unit only name something: 一批, 二期工程, X411线, 第三、四批."""
    start = match.start()
    previous = text[start - 1] if start else "\n"
    if unit in ("类", "级", "等") and text.startswith(("及以", "以上", "以下"), match.end("unit")):
        return True  # 四类及以上危桥
    if unit == "线" and previous == "道":
        return True  # 国道541线
    if unit == "次" and text.startswith("会议", match.end("unit")) and previous not in _CALLS:
        return True  # 十六届人大三次会议; 每年召开一次会议 counts
    if unit == "位" and text.startswith(("委员", "代表"), match.end("unit")):
        return True  # 吸纳二位委员的意见
    if unit == "届" and (not number.isascii() or not _CLOSED.match(text, match.end("unit"))):
        return True  # 十八届、16届三次会议; 运动会1届 counts
    if unit == "字" and number == "十":
        return True  # 十字路口, 东大街十字
    if unit == "角" and not number[0].isdecimal():
        return True  # 长三角 is a place
    if number.isascii():
        if number[0] == "0" and number[1:2].isdecimal():
            return True
        if previous.isascii() and previous.isalpha():
            # AED30台 counts, G312 and X411线 name a road.
            earlier = text[start - 2] if start > 1 else ""
            if not (earlier.isascii() and earlier.isalpha()) or unit in words.ordinal_code:
                return True
        if unit == "分" and previous in words.clock:
            return True
    else:
        if number == "一":
            if unit in words.one_never or text.startswith("一", match.end("unit")):  # 一户一表
                return True
        elif len(number) == 1 and not match["scale"]:
            if number in "百千" and not match["vague"]:
                return True  # 千吨万人, 百村示范: slogans; 百余户 is a number
            # 每年举办两期 counts, 二期 is the second
            if unit in words.ordinal_chinese and not _OFTEN.search(text, max(0, start - 12), start):
                return True
        elif len(number) == 2 and unit in words.ordinal_chinese and spoken_pair().search(number):
            return True  # 一二期
        if previous in words.never_behind or number + unit in words.idioms:
            return True
    if previous in "、和及至到—-~":
        return bool(ordinal_list().search(text, max(0, start - 10), start))
    return False


def _is_period_target(
    text: str,
    start: int,
    hedge_start: int,
    before: Comparator | None,
    number: str,
    words: UnitWords,
) -> bool:
    """Whether months or years are a quantity (不少于5年) and no deadline (两年内, 近三年, 2023年)."""
    if len(number) == 4 and number.isascii():
        return False
    if before is not None and start - hedge_start >= 2:
        return before != "~" and text[hedge_start:start] not in ("不足", "不到", "超过")
    return text.endswith(words.period_verbs, 0, start)


def _hedge_before(
    text: str, start: int, floor: int, words: UnitWords
) -> tuple[int, Comparator | None]:
    """Where the hedge right before a number begins, and what it says."""
    end = start
    while end > floor and text[end - 1] in " \t":
        end -= 1
    for _ in range(2):
        for length in range(min(words.hedge_length, end - floor), 0, -1):
            sign = words.before.get(text[end - length : end])
            if sign is None:
                continue
            at = end - length
            if at and text[at - 1] in words.not_behind.get(text[at:end], ""):
                return start, None
            return at, sign
        # 至少达到 90 %: a word of reaching may stand between.
        reach = next((word for word in words.reach if text.endswith(word, floor, end)), None)
        if reach is None:
            break
        end -= len(reach)
    return start, None


def _hedge_afar(text: str, start: int) -> Comparator | None:
    """至少 with its verb between it and the number: 至少配备2名."""
    window = text[start - _FAR_REACH if start > _FAR_REACH else 0 : start]
    if "少" not in window and "多" not in window:  # cheap, and true of nearly all
        return None
    match = far_hedge().search(window)
    if match is None:
        return None
    return ">=" if match["least"] else "<="


def _comparator(before: Comparator | None, after: Comparator | None, vague: bool) -> Comparator:
    """The side to be on: a stated bound beats 余, and 余 beats 约."""
    if before in (">=", "<="):
        return before
    if after in (">=", "<="):
        return after
    if vague:
        return ">="
    return before or after or "="


def _rate(text: str, start: int) -> tuple[str | None, int | None]:
    """The 每… before `start` in the same clause: 每月, 每人每年, 每个."""
    floor = start - _RATE_REACH if start > _RATE_REACH else 0
    at = text.rfind("每", floor, start)
    if at < 0 or _CLAUSE_STOP.search(text, at, start):
        return None, None
    match = rate_pattern().match(text, at, start)
    if match is None:
        return None, None
    earlier = text.rfind("每", floor, at)
    if earlier >= 0:
        first = rate_pattern().match(text, earlier, start)
        if first is not None and first.end() == match.end():
            at, match = earlier, first
    return match[0], at


def _speaks_of_money(text: str, start: int, words: UnitWords) -> bool:
    window = text[max(0, start - _MONEY_REACH) : start]
    return any(word in window for word in words.money)

"""Whether a clause tells of what is done or of what is to come, by its words and its dates."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from tracker.commitments.deadlines import DateSpan
from tracker.commitments.readings import DONE, PLAN, Hit, Reading
from tracker.letters.clauses import Clause


def in_force(dates: tuple[DateSpan, ...], letter_date: date | None) -> bool:
    """Whether something is told that began well before the letter: 从1月1日起,税率由16%降至13%;
    2021年起,……逐步更新站牌."""
    return letter_date is not None and all(
        span.relation == "from"
        and span.first is not None
        and ("月" in span.text or span.first.year < letter_date.year)
        and (letter_date - span.first).days > _SETTLED
        for span in dates
    )


#: What began so many days before the letter is in force; what began later may be what it promises.
_SETTLED: Final = 60


def to_be_summed(
    clause: Clause,
    hits: tuple[Hit, ...],
    dates: tuple[DateSpan, ...],
    same: Reading | None,
    letter_date: date | None,
) -> bool:
    """Whether 累计 sums up to a day ahead: the clause's own, or that of the clause before."""
    if any(hit.word != "累计" for hit in hits if hit.group in ("done", "state")):
        return False
    if dates:
        under_way = clause.planned and all(
            span.relation == "during" and not span.past for span in dates
        )
        return under_way or to_come(dates, letter_date)
    at = next((hit.start for hit in hits if hit.word == "累计"), 0)
    if any(hit.group in PROMISING and hit.word not in MANNER and hit.start < at for hit in hits):
        return True
    if same is None or same.frame is not PLAN:
        return False
    days = sum(span.end - span.start for span in same.dates)
    only_day = bool(days) and len(same.clause.text) - days <= 2
    return (only_day and to_come(same.dates, letter_date)) or clause.planned or "达" in clause.text


#: 其中2021年5640个、2022年6120个: a result year by year.
_BY_YEARS: Final = re.compile(r"其中(20\d\d)学?年[^,。;]{0,30}、20\d\d学?年")


def done_by_years(text: str, same: Reading | None, letter_date: date | None) -> bool:
    """Whether a clause tells a result by its years, or of the rest of a year gone by.

    "当年下达任务465公里,到12月底完工478公里": the month is of that year.
    """
    if same is None:
        return False
    if same.clause.text.startswith(("当年", "同年")):
        return "年" not in text
    years = _BY_YEARS.match(text) if same.frame is DONE and letter_date else None
    return years is not None and letter_date is not None and int(years[1]) < letter_date.year


#: How something is done; a promise only where promises are made.
MANNER: Final = frozenset({"同步", "先行", "先期", "随后", "陆续", "立即"})


PROMISING: Final = frozenset({"target", "firm", "conditional"})


#: 了 behind a verb tells a result; in 了解, 为了, 除了 it does not.
_PERFECT: Final = re.compile(r"(?<![为除罢])了(?!解|结|然)")


_BRACKETS: Final = re.compile(r"\([^()]*\)")


#: A start of work that is over: 于去年…, 自…起.
#: 由26.3%降到现在的18.2%; ……工程实施以来.
_TILL_NOW: Final = re.compile(r"[到至](?:现在|目前)|(?<!今年)以来$")


_YEAR_STATE: Final = re.compile(r"(?:始建|建|成立|设立|实施|开工|立项|公布|投用)于")


#: 今年是三年攻坚的第二年: what something is.
_EQUATES: Final = re.compile(
    r"(?<![还就要但一二三四五六七八九十])是[^,。;]{2,24}(?:第[一二三四五]年|门槛|前提|关键|难点|重点|基础|工程|问题|任务|原则|之一|条件|标准|大事|要求)$"
)


def is_done(text: str, hits: tuple[Hit, ...], dates: tuple[DateSpan, ...], listed: bool) -> bool:
    done = [hit.word for hit in hits if hit.group == "done"]
    if done and not (listed and _ALREADY.issuperset(done)):
        return True
    if "(" in text:
        text = _BRACKETS.sub("", text) or text  # (去年办了4期) tells of another time
    if ("出" in text or "争取" in text or text[0] in "从据") and _FOUND.search(text):
        return True
    if ("了" in text and _PERFECT.search(text)) or ("于" in text and _YEAR_STATE.search(text)):
        return True
    if ("以来" in text or "现在" in text or "目前" in text) and _TILL_NOW.search(text):
        return True
    if "的" in text and _PROMISED_THEN.search(text):
        return True  # 去年承诺建设的4个公园: which ones
    if "执行的" in text and not hits and not dates:
        return True  # 我市执行的起付标准为300元
    if "是" in text and not hits and _EQUATES.search(text):
        return True
    return bool(dates) and all(span.past or span.relation in _BACKWARD for span in dates)


_PROMISED_THEN: Final = re.compile(
    r"(?:[去上前]年|上届|上次|此前|当时|20\d\d年)[^,。;将]{0,6}(?:承诺|答应|答复)[^,。;]{0,12}的"
    r"|(?:原|前次|上次|首次|去年)(?:的)?(?:答复|复函|承诺)(?:意见|函|件)?中?(?:所)?(?:提出|承诺|明确|提到)?的?[:“]"
)
_ALREADY: Final = frozenset(("已", "已经", "均已"))
#: 争取到项目58项, 共排查出隐患213处: what has been found or won. 争取到2025年 is a date.
_FOUND: Final = re.compile(
    r"(?:共|累计|先后|成功)(?:向[^,。;]{1,8})?争取(?!在|于|到?20|到?[今明])"
    r"|(?<![力可])争取到(?!\d|年|[今明后本次]年|“|位(?!于)|月底|[一二三四上下]季|[一二三四]季)"
    r"|(?:排查|摸排|摸底|筛查|筛选|检测|梳理|清理|征集|普查|统计|核查|检查|查找|评选|评估|清查|发现)出(?!台|具|资|租|让|售|版|入|警|行|勤)"
    r"|^从[^,。;]{2,16}(?:情况|结果|数据|来)看$|^据(?:初步|不完全)?(?:统计|测算|调查|了解|反映|测评|监测)"
)
_BACKWARD: Final[tuple[str, ...]] = ("since", "until-now", "past-years")


def to_come(dates: tuple[DateSpan, ...], letter_date: date | None) -> bool:
    """A date that only a promise can have: a limit (底前, 到……), or a period yet to begin."""
    return bool(dates) and any(
        not span.past and (span.relation in ("by", "within") or _ahead(span, letter_date))
        for span in dates
    )


def _ahead(span: DateSpan, letter_date: date | None) -> bool:
    """Whether a period has not begun yet, or ends in time to come and is shorter than a year."""
    if letter_date is not None and span.relation == "from" and span.first is not None:
        return span.first > letter_date  # 今年8月起
    if letter_date is None or span.first is None or span.last is None:
        return False
    return span.first > letter_date or (
        span.last >= letter_date and (span.last - span.first).days < 200
    )


#: 原计划……, 累计争取…… tell the past whatever stands behind them.
_PAST_PLAN: Final = re.compile(
    r"原计划|原定|原拟|已经?(?:于[^,。;]{1,10})?将|(?:累计|已|先后|共|成功)(?:向[^,。;]{1,8})?争取|争取到(?!位)|争取了"
)


def plan_beats(hits: tuple[Hit, ...], text: str) -> bool:
    """Both a result's and a promise's words: the later one decides, 原计划 always tells the past."""
    if _PAST_PLAN.search(text) or _PROMISED_THEN.search(text):
        return False
    last_done = max((hit.start for hit in hits if hit.group == "done"), default=-1)
    # 去年已先行布设213个: how it was done, no promise.
    last_plan = max(
        (hit.start for hit in hits if hit.group in PROMISING and hit.word not in MANNER),
        default=-1,
    )
    return last_plan > last_done >= 0 and not _PERFECT.search(text)

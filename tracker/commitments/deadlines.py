"""Time expressions of a letter, and the last day of the period each one names.

:func:`find_dates` finds them in a text, :func:`resolve` reads one given expression. Both are pure:
relative words (今年, 三年内, 年底前) count from the letter's date, which is an argument. Conventions
are those of the annotation guideline: a period means its last day, 上旬 the 10th, 中旬 the 20th,
before a feast the day before it, "10月前" without 底 the last day of September.

Not every date is a deadline. `relation` says how the words take it, and a caller that looks for
deadlines leaves out "since", "from", "past-years" and, in accounts of the past, "until-now".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from typing import Final, NamedTuple

from tracker.commitments import timegrammar
from tracker.commitments.campaigns import campaign_end
from tracker.commitments.periods import add_days
from tracker.commitments.timereading import CAMPAIGN, TERM, Policy, Reading, Relation, read

__all__ = ["DateSpan", "Policy", "Relation", "find_dates", "resolve"]


class DateSpan(NamedTuple):
    """A time expression and what it names.

    `first` and `last` are the period's days; `last` is None where the words set no end (2021年以来,
    从2024年起) or none that calendar and letter know (三年行动期间 of unnamed years, any relative word
    in a letter without a date).
    `rule` names the rule that decided, `relation` how the words take the period. `past` says that
    the period ended before the letter's date. `alternative` is the last day one year later where
    the text names no year and the same-year reading is past. `arguable` marks conventions on which
    careful readers differ (10月前, 汛期前).
    """

    start: int
    end: int
    text: str
    first: date | None
    last: date | None
    rule: str
    relation: Relation
    past: bool = False
    arguable: bool = False
    alternative: date | None = None


#: Rules whose words are something else more often than a date when met in running text.
_NEVER_FOUND: Final = frozenset({"bare-span", "short-year", "bare-feast", "bare-season"})
#: Rules whose end the letter tells, not the calendar.
_TOLD: Final = frozenset({TERM, CAMPAIGN})
#: Characters before an expression that make it part of another word or of a routine.
_NEVER_AFTER: Final = {
    "年": "每多几数历近往常青少老成半周整学当来",
    "月": "每多几数历近往本当上下次个0123456789一二三四五六七八九十",
    "后": "今此往以之成产用造施工营业园运",
    "前": "之以年月日此目当提成产用造施工",
    "上": "以之加网线",
    "下": "以之",
    "来": "年近以往多",
    "中": "其",
    "汛": "防抗",
    "第": "",
}
_COMPOUND_WITH_USE: Final = "使启投采专费租公通适运应试占征停备服信雇聘录"
#: Verbs that take 到 or 至 for themselves: 延长至2025年底.
_VERB_BEFORE_BY: Final = "提增达升降延推迟加高长缩压减扩涨"


def find_dates(text: str, letter_date: date | None, term_end: date | None = None) -> list[DateSpan]:
    """All time expressions of a normalised text, in order, none overlapping.

    Dates in titles 《》 and in document numbers 〔2021〕 are left out.

    Args:
        text: the whole letter: it may name the years of a campaign (三年行动) far from its mention.
        letter_date: what relative words count from.
        term_end: the last day of the present term of office, as `terms.term_end` gives it.
    """
    found: list[DateSpan] = []
    search, match_at = timegrammar.guard().search, timegrammar.expression().match
    titles = (
        [(match.start(), match.end()) for match in _title().finditer(text)] if "《" in text else []
    )
    floor = position = 0
    carried = False  # whether the date before took its year from the one before it
    while (hint := search(text, position)) is not None:
        start = hint.start()
        if titles and (end_of_title := _end_of_title(titles, start)):
            position = end_of_title
            continue
        if (number := _item_number(text, start)) is not None:
            position = number
            continue
        match = match_at(text, start)
        if match is None or match.end() - start < 2:
            position = start + 1
            continue
        position = match.end()
        before = text[start - 1] if start else ""
        if before == "前" and text.endswith("学前", 0, start):
            continue  # 学前三年毛入园率
        if before and before in _NEVER_AFTER.get(text[start], "第"):
            continue
        lead, lead_start = _lead_before(text, start, floor)
        if lead is not None and not _takes(match, lead):
            lead, lead_start = None, start
        reading = _reading(match.group(), lead, letter_date)
        if reading is None or reading.rule in _NEVER_FOUND:
            continue
        if reading.last is None and reading.rule in _TOLD:
            reading = _told(reading, text, start, term_end)
        floor = position = start + reading.end
        if text.endswith("每年", 0, lead_start):
            reading = replace(reading, rule="yearly", arguable=True)  # 每年6月底前 comes again
        span = _span(text, lead_start, floor, reading, letter_date)
        told, carried = carried, False
        if found and letter_date and _runs_back(text, found[-1], span, letter_date, told):
            later = _after(text, found[-1], span, match.group(), lead)
            span, carried = later, later is not span
        if found and found[-1].relation == "from" and reading.rule.startswith("within-"):
            span = _from_then(text, found[-1], span, match.group(), lead, letter_date)
        found.append(span)
    return found


#: 八、6月底前完成…, 8.6月底前完成…: the number of the item, no month.
_ITEM: Final = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[0-9]{1,2}(?:、|[.](?![0-9]{1,2}(?![0-9]*月))))"
)


def _item_number(text: str, start: int) -> int | None:
    """Where the text behind an item's number begins; None where no line or sentence begins here."""
    if start and text[start - 1] not in "\n。;:":
        return None
    match = _ITEM.match(text, start)
    return match.end() if match else None


def _told(reading: Reading, text: str, start: int, term_end: date | None) -> Reading:
    """A span that no calendar ends, with the end that the letter tells: 本届任期内, 三年行动期间."""
    if reading.rule == CAMPAIGN:
        return replace(reading, last=campaign_end(text, text[start : start + reading.end], start))
    words = text[start : start + reading.end]
    # 任期内 alone may be any official's; a party committee's term is not the government's.
    mine = words.startswith("本届") and "委任" not in words and "委期" not in words
    return replace(reading, last=term_end) if mine else reading


#: Words that say which year.
_SAYS_YEAR: Final = re.compile("[0-9]{2}年|[今明后次本当去]|前年|[上下][个月季周]|年内|五|届|学")
_LATER_YEAR: Final = re.compile("20[0-9]{2}|[明后次]年")


def _runs_back(text: str, before: DateSpan, span: DateSpan, base: date, carried: bool) -> bool:
    """Whether a date without a year falls before the one named just before it, of a later year.

    明年3月底前完成设计,6月底前开工,9月底前封顶: a reader goes on from March, and from June.

    Args:
        text: the text of both dates; `base` is the letter's date.
        before: the date before; `carried` tells that its year is that of one before it.
        span: the date that may go on from it.
    """
    return (
        before.last is not None
        and span.last is not None
        and _from(before).year > base.year
        and span.last < _from(before)
        and span.start - before.end < 40
        and (
            carried
            or _LATER_YEAR.search(before.text) is not None
            or before.rule.startswith(("feast", "season"))  # 春节前,3月底前
        )
        and not _SAYS_YEAR.search(span.text)
        and not _SENTENCE_END.search(text, before.end, span.start)
    )


def _after(text: str, before: DateSpan, span: DateSpan, words: str, lead: str | None) -> DateSpan:
    """A date read from the one before it, where that brings it behind it."""
    since = _from(before)
    reading = _reading(words, lead, since)
    if reading is None or reading.last is None:
        return span
    if reading.last < since or reading.last.year > since.year:
        return span
    return _span(text, span.start, span.end, reading, since)._replace(arguable=True)


def _from(before: DateSpan) -> date:
    """The day from which a reader goes on: 明年一季度前 ends this year, and speaks of the next."""
    assert before.last is not None  # noqa: S101 - `_runs_back` has looked
    return add_days(before.last, 1) if before.rule.endswith("-before") else before.last


_SENTENCE_END: Final = re.compile("[。;!?\n]")


def _from_then(
    text: str, start: DateSpan, span: DateSpan, words: str, lead: str | None, base: date | None
) -> DateSpan:
    """A number of years or months from a start that is named right before it.

    从2024年起,用三年时间 ends with 2026: the years count from that start, not from the letter.

    Args:
        text: the text of both; `base` is the letter's date.
        start: 从2024年起; another kind of date, or one farther off, changes nothing.
        span: the number of years, read from the letter's date out of `words` behind `lead`.
    """
    if start.first is None or not _ON_FROM_THERE.fullmatch(text, start.end, span.start):
        return span
    reading = _reading(words, lead, add_days(start.first, -1))
    if reading is None or reading.last is None:
        return span
    past = base is not None and reading.last < base
    return span._replace(first=start.first, last=reading.last, relation="within", past=past)


#: Between a start and how long it takes: 2024年起,我县计划三年内.
_ON_FROM_THERE: Final = re.compile(
    ",?(?:[我全本][省市县区州镇乡局院]|我们|计划|力争|争取|拟|将|再|在|分)*"
)


def resolve(
    expression: str, letter_date: date | None, *, prefer: Policy = "same-year"
) -> DateSpan | None:
    """Read one whole expression, None where it is no time expression.

    Args:
        expression: as written in a letter; white space around it is ignored.
        letter_date: what relative words count from.
        prefer: how to take a month or day without a year.
    """
    text = expression.strip()
    offset = expression.find(text)
    opening = timegrammar.lead().match(text)
    starts: list[tuple[int, str | None]] = [(0, None)]
    if opening is not None:
        starts.append((opening.end(), opening.lastgroup))
    best: Reading | None = None
    for skip, lead in starts:
        match = timegrammar.expression(lax=True).match(text, skip)
        reading = _read_or_none(match, lead, letter_date, prefer) if match else None
        # 今后10年 is no year 2010, 近三年 no bare span: read with its lead it says more.
        whole = reading is not None and reading.end == len(text)
        if whole and (best is None or best.rule in ("short-year", "bare-span")):
            best = reading
    if best is None:
        return None
    return _span(expression, offset, offset + len(text), best, letter_date)


def _span(text: str, start: int, end: int, reading: Reading, base: date | None) -> DateSpan:
    last, relation = reading.last, reading.relation
    first, rule = reading.first, reading.rule
    if relation == "within" and rule.startswith("within-") and _follows_event(text, start):
        # 自受理之日起15个工作日内: the clock starts with the event, not with the letter.
        first, last, relation = None, None, "after-event"
    past = last is not None and base is not None and last < base
    return DateSpan(
        start, end, text[start:end], first, last, rule, relation, past,
        reading.arguable, reading.alternative,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _reading(words: str, lead: str | None, base: date | None) -> Reading | None:
    """Letters repeat their few time words; the same words with the same date read the same."""
    # The grammar looks one character back: 10年 behind 今后 is no year 2010.
    shift = 1 if lead in ("ahead", "behind") else 0
    match = timegrammar.expression().match("近" * shift + words, shift)
    reading = _read_or_none(match, lead, base, "same-year") if match else None
    return replace(reading, end=reading.end - shift) if reading and shift else reading


def _read_or_none(
    match: re.Match[str], lead: str | None, base: date | None, prefer: Policy
) -> Reading | None:
    try:
        return read(match, lead, base, prefer)
    except (ValueError, OverflowError):
        return None  # 13月40日, or a year that no calendar knows


def _lead_before(text: str, start: int, floor: int) -> tuple[str | None, int]:
    """The kind of the words right before an expression, and where the expression then begins."""
    kind = _lead_kinds().get(text[start - 1 : start])
    if kind is None:
        return None, start
    for lead, word in kind:
        at = start - len(word)
        if at >= floor and text.startswith(word, at):
            if lead == "by" and at and text[at - 1] in _VERB_BEFORE_BY:
                return lead, start
            if word == "用" and at and text[at - 1] in _COMPOUND_WITH_USE:
                return None, start  # 使用20年以上的电梯
            return lead, at
    return None, start


def _takes(match: re.Match[str], lead: str) -> bool:
    """Whether the expression goes with its lead: 用三年, not 利用暑期; 从2024年起, not 从今年经费."""
    if lead in ("ahead", "behind"):
        return match["counta"] is not None or match["countb"] is not None
    if lead == "start":
        return any(match[name] for name in ("from", "since", "stated2", "month2", "iso2", "day4"))
    return True


@cache
def _lead_kinds() -> dict[str, list[tuple[str, str]]]:
    """Lead words by their last letter, longest first."""
    table: dict[str, list[tuple[str, str]]] = {}
    for lead, words in timegrammar.LEAD_ENDS.items():
        for word in words:
            table.setdefault(word[-1], []).append((lead, word))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[1]))
    return table


def _follows_event(text: str, start: int) -> bool:
    """Whether a span counts from an event named before it: 完工后10日内, 受理之日起15个工作日内;
    自项目开工起,三年内."""
    if text.endswith("起,", 0, start):
        return True
    return start > 0 and (text[start - 1] in "后起" or text.endswith(("之日", "后的"), 0, start))


@cache
def _title() -> re.Pattern[str]:
    return re.compile(r"《[^《》]{0,100}(?:《[^《》]{0,80}》[^《》]{0,80})?》")


def _end_of_title(titles: list[tuple[int, int]], at: int) -> int | None:
    index = bisect_right(titles, (at, len(titles) and titles[-1][1])) - 1
    return titles[index][1] if index >= 0 and titles[index][1] > at else None

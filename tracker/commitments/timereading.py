"""From a match of the time grammar to days: one function a kind of expression, no text search.

:func:`read` is the entry. Conventions where the language leaves a choice are written beside the
line that makes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from tracker.commitments import periods
from tracker.commitments.numerals import DIGIT_VALUES, parse_number

Relation = Literal[
    "on", "by", "within", "during", "since", "from", "until-now", "past-years", "after-event"
]
#: How to take a month or day without a year: in the letter's year, or the next one to come.
Policy = Literal["same-year", "next"]

_Got = dict[str, str | None]
#: Rules of whole periods: "before" them is before they begin (10月前).
_WHOLE: Final = frozenset({"month", "quarter", "half-year"})
#: Rules that name an end by themselves (年底, 12月底).
_ENDS: Final = frozenset({"year-end", "month-end", "quarter-end", "plan-end"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words say; `end` is how much of them was used."""

    end: int
    first: date | None
    last: date | None
    rule: str
    relation: Relation
    arguable: bool = False
    alternative: date | None = None


@dataclass(frozen=True, slots=True)
class _Point:
    """A point or period of the calendar, before 前, 内 or 起 is applied."""

    first: date
    last: date
    rule: str
    yearless: bool = False
    arguable: bool = False
    clamped: bool = False


class _NoAnchorError(Exception):
    """The words count from a letter's date and there is none."""


def read(
    match: re.Match[str], lead: str | None, base: date | None, prefer: Policy = "same-year"
) -> Reading | None:
    """One match of :func:`timegrammar.expression`, with the kind of its lead words.

    Raises:
        ValueError: the words name no day of the calendar (13月40日).
    """
    got: _Got = match.groupdict()
    if got["counta"] or got["countb"]:
        return _span(match, got, lead, base)
    if got["office"] or got["action"]:
        rule = "term-of-office" if got["office"] else "action-period"
        return Reading(match.end(), None, None, rule, "within", arguable=True)
    try:
        point, shifted = _with_policy(got, base, prefer, lead)
    except _NoAnchorError:
        # "relative" is all that can be said: 明年6月底前 in a letter without a date.
        return Reading(match.end(), None, None, "relative", _relation(got, lead, "", False))
    if point is None:
        return None
    return _apply_tail(match, got, lead, base, point, shifted)


# --- spans: 三年内, 近三年 -----------------------------------------------------------------------

_UNIT_RULES: Final = {
    "年": "years", "个月": "months", "个半月": "months", "日": "days", "天": "days",
    "自然日": "days", "周": "weeks", "星期": "weeks", "季度": "quarters", "学期": "terms",
    "学年": "years", "工作日": "workdays",
}  # fmt: skip
_MONTHS_IN: Final = {"years": 12, "months": 1, "quarters": 3, "terms": 6}


def _after(base: date, count: Decimal, unit: str, half: bool) -> date:
    """The day `count` units after `base`."""
    rule = _UNIT_RULES[unit if unit in _UNIT_RULES else unit.removeprefix("个")]
    if rule in _MONTHS_IN:
        total = count * _MONTHS_IN[rule] + (Decimal(_MONTHS_IN[rule]) / 2 if half else 0)
        whole = int(total)
        # Half a month is 15 days, half a year six months.
        extra = (15 if total != whole else 0) + (15 if unit == "个半月" else 0)
        day = periods.add_months(base, whole)
        return periods.add_days(day, extra) if extra else day
    if rule == "workdays":
        if count > 2000:
            raise ValueError("too many working days")
        return periods.add_workdays(base, int(count))
    return periods.add_days(base, int(count) * (7 if rule == "weeks" else 1))


def _span(
    match: re.Match[str], got: _Got, lead: str | None, base: date | None
) -> Reading | None:
    form = "a" if got["counta"] else "b"
    unit = got[f"unit{form}"] or ""
    count = parse_number(got[f"upto{form}"] or got[f"count{form}"] or "")
    rule = "within-" + _UNIT_RULES[unit if unit in _UNIT_RULES else unit.removeprefix("个")]
    inside = got[f"inside{form}"]
    if got["past_tail"] or (lead == "behind" and not inside):
        first = None
        if base and unit in ("年", "个月"):
            first = periods.add_months(base, -int(count) * (12 if unit == "年" else 1))
        return Reading(match.end(), first, None, "past-years", "past-years")
    if form == "b" and lead != "ahead":
        rule = "bare-span"
    if base is None:
        return Reading(match.end(), None, None, rule, "within")
    if got[f"including{form}"]:
        # 四年(含今年): calendar years, this one counted.
        last = date(base.year + int(count) - 1, 12, 31)
        return Reading(match.end(), base, last, "years-including-this", "within")
    last = _after(base, count, unit, bool(got[f"half{form}"]))
    arguable = bool(got[f"about{form}"]) or "努力" in (got[f"time{form}"] or "") or rule == "bare-span" or rule == "within-terms"
    reading = Reading(match.end(), base, last, rule, "within", arguable)
    return _bracketed(match, reading, base)


# --- points of the calendar ----------------------------------------------------------------------


def _with_policy(
    got: _Got, base: date | None, prefer: Policy, lead: str | None
) -> tuple[_Point | None, date | None]:
    """The point in the year that the policy gives, and its last day a year later if that is past."""
    default = base.year if base else None
    point = _calendar(got, base, default)
    if point is None or not point.yearless or base is None:
        return point, None
    comes_round = point.rule in ("feast", "season") and lead != "now"
    if comes_round and point.rule == "feast":
        earlier = _calendar(got, base, base.year - 1)  # the lunar eve falls into the next year
        if earlier is not None and earlier.last >= base:
            return earlier, None
    if _day_before(got, point) >= base and not point.clamped:
        return point, None
    later = _later(got, base)
    # A feast or a season comes round: 春节前 in a letter of November means the one to come.
    # A month does not: 6月底前 in a letter of July is in the letter's year, and past.
    if later is not None and (comes_round or prefer == "next"):
        return later, None
    return point, later.last if later and not point.clamped else None


def _later(got: _Got, base: date) -> _Point | None:
    """The same words in the next year that has such a day (2月29日)."""
    for year in range(base.year + 1, base.year + 9):
        point = _calendar(got, base, year)
        if point is not None and not point.clamped:
            return point
    return None


def _day_before(got: _Got, point: _Point) -> date:
    """The last day in question: 春节前 is over on the day itself."""
    if got["before"] and point.rule == "feast":
        return periods.add_days(point.first, -1)
    return point.last


def _calendar(got: _Got, base: date | None, default_year: int | None) -> _Point | None:
    """The calendar period of the whole expression, in `default_year` where no year is stated."""
    if got["pair"]:
        last_year = _anchor(base).year + int(periods.words()["year_pairs"][got["pair"]])
        return _Point(date(last_year - 1, 1, 1), date(last_year, 12, 31), "year-pair")
    if got["plan"]:
        return _plan(got)
    if got["school"] or got["near_school"] or got["opening"]:
        return _school(got, base)
    if got["nearday"]:
        day = periods.add_days(_anchor(base), int(periods.words()["days"][got["nearday"]]))
        return _Point(day, day, "relative-day")
    if got["nearweek"]:
        return _week(got["nearweek"], got["weekday"], _anchor(base))
    since = _point(got, 1, base, default_year, base.month if base else None)
    if since is None or not _has_point(got, 2):
        return since
    until = _point(got, 2, base, since.first.year, since.first.month)
    if until is not None and until.yearless and until.last < since.first:
        until = _point(got, 2, base, since.first.year + 1, since.first.month)  # 11月至2月
    if until is None or until.last < since.first:
        return None
    arguable, clamped = since.arguable or until.arguable, since.clamped or until.clamped
    return _Point(since.first, until.last, "range", since.yearless, arguable, clamped)


def _week(word: str, weekday: str | None, base: date) -> _Point:
    shift = int(periods.words()["weeks"][word])
    monday = periods.add_days(base, 7 * shift - base.weekday())
    if weekday is None:
        return _Point(monday, periods.add_days(monday, 6), "week")
    if weekday == "末":
        return _Point(periods.add_days(monday, 5), periods.add_days(monday, 6), "week")
    day = periods.add_days(monday, "一二三四五六日天".index(weekday) - (weekday == "天"))
    return _Point(day, day, "relative-day")


def _anchor(base: date | None) -> date:
    if base is None:
        raise _NoAnchorError
    return base


_POINT_GROUPS: Final = (
    "iso", "year", "short", "near", "quarter", "nearquarter", "months", "firstmonth", "part",
    "feast", "quoted", "marked", "season", "month", "nearmonth",
)  # fmt: skip


def _has_point(got: _Got, n: int) -> bool:
    lax_only = (f"day{n + 2}", f"compact{n}", f"bareyear{n}")
    return any(got[f"{name}{n}"] for name in _POINT_GROUPS) or any(map(got.get, lax_only))


def _point(
    got: _Got, n: int, base: date | None, default_year: int | None, default_month: int | None
) -> _Point | None:
    """One point; what it leaves out is taken from the defaults."""
    if not _has_point(got, n):
        return None
    if iso := got[f"iso{n}"]:
        numbers = [int(number) for number in re.findall(r"[0-9]+", iso)]
        return _day(numbers[0], numbers[1], numbers[2], yearless=False)
    if compact := got.get(f"compact{n}"):
        return _day(int(compact[:4]), int(compact[4:6]), int(compact[6:]), yearless=False)
    if bare := got.get(f"bareyear{n}"):
        return _Point(*periods.year(int(bare)), "year")
    stated = _stated_year(got, n, base)
    if got[f"nearmonth{n}"]:
        return _near_month(got, n, _anchor(base), stated)
    if got[f"nearquarter{n}"]:
        return _near_quarter(got[f"nearquarter{n}"] or "", bool(got[f"qend2{n}"]), _anchor(base))
    year = stated if stated is not None else default_year
    if year is None:
        raise _NoAnchorError
    return _in_year(got, n, year, default_month, yearless=stated is None)


def _stated_year(got: _Got, n: int, base: date | None) -> int | None:
    if near := got[f"near{n}"]:
        return _anchor(base).year + int(periods.words()["years"][near])
    if full := got[f"year{n}"]:
        return _digits(full)
    if short := got[f"short{n}"]:
        # The century that puts the year nearest to the letter, at most 20 years ahead.
        anchor = _anchor(base).year
        year = anchor - anchor % 100 + _digits(short)
        return year - 100 if year > anchor + 20 else year
    return None


def _digits(text: str) -> int:
    """二〇二三 · 2023 · 二OO七 with Latin letters for zero."""
    plain = (str(DIGIT_VALUES.get(char, char)) for char in text.replace("O", "0").replace("o", "0"))
    return int("".join(plain))


def _count(text: str | None) -> int:
    return 1 if text == "首" else int(parse_number(text or ""))


def _day(year: int, month: int, day: int, *, yearless: bool) -> _Point:
    """A day; one that the month has not (6月31日) is its last, marked as clamped."""
    fitting = periods.clamp(year, month, day)
    if day > 31 or not day:
        raise ValueError(f"no such day: {day}")
    clamped = fitting.day != day
    return _Point(fitting, fitting, "day", yearless, clamped, clamped)


def _near_month(got: _Got, n: int, base: date, stated: int | None) -> _Point:
    # 月底 by itself is the end of this month.
    shift = int(periods.words()["months"].get(got[f"nearmonth{n}"], 0))
    first, _ = periods.month(base.year, base.month + shift)
    year = stated if stated is not None else first.year
    return _in_month(got, n, year, first.month, yearless=False)


def _near_quarter(word: str, end: bool, base: date) -> _Point:
    """本季度 · 上个季度末 · 下个半年."""
    shift = {"本": 0, "上": -1, "下": 1}[word[0]]
    if "半年" in word:
        half = (0 if base.month <= 6 else 1) + shift
        return _Point(*periods.months(base.year, 6 * half + 1, 6 * half + 6), "half-year")
    number = (base.month - 1) // 3 + 1 + shift
    first, last = periods.months(base.year, 3 * number - 2, 3 * number)
    return _Point(first, last, "quarter-end" if end else "quarter")


def _in_year(
    got: _Got, n: int, year: int, default_month: int | None, *, yearless: bool
) -> _Point | None:
    """What stands behind the year, or the whole year."""
    if name := got[f"feast{n}"] or got[f"quoted{n}"] or got[f"marked{n}"]:
        feast = periods.feasts()[name]
        day = feast.on(year)
        if day is None:
            return None
        length = feast.days if got["during"] or got[f"holiday{n}"] else 1
        two = bool(got[f"two{n}"])  # 元旦春节前: before the first of the two
        return _Point(day, periods.add_days(day, length - 1), "feast", yearless, two)
    if name := got[f"season{n}"]:
        season = periods.seasons()[name]
        return _Point(*season.on(year), "season", yearless, season.arguable)
    if got[f"quarter{n}"]:
        return _quarter(got, n, year, yearless)
    if got[f"firstmonth{n}"]:
        return _Point(*periods.month(year, 1), "month", yearless)
    if kind := got[f"months_kind{n}"]:
        count = _count(got[f"months{n}"])
        if not 1 <= count <= 12:
            raise ValueError(f"no such month: {count}")
        first, last = {"第": (count, count), "最后": (13 - count, 12)}.get(kind, (1, count))
        return _Point(*periods.months(year, first, last), "months", yearless)
    if part := got[f"part{n}"]:
        rule = _part_rule(part.strip())
        arguable = rule == "year-part"
        return _Point(*periods.named(_year_part(part), year), rule, yearless, arguable)
    if written := got[f"month{n}"]:
        return _in_month(got, n, year, _month(written), yearless=yearless)
    if (day_only := got.get(f"day{n + 2}")) and default_month is not None:
        return _day(year, default_month, _count(day_only), yearless=yearless)
    if yearless:
        return None
    whole = not got[f"short{n}"]
    return _Point(*periods.year(year), "year" if whole else "short-year")


def _part_rule(part: str) -> str:
    if "半年" in part:
        return "half-year"
    if part == "年内":
        return "year"
    return "year-end" if part[-1] in "底末终" else "year-part"


def _year_part(part: str) -> str:
    words: dict[str, str] = periods.words()["year_parts"]
    return words[part.strip()]


def _month(written: str) -> int:
    return 1 if written == "元" else _count(written)


def _quarter(got: _Got, n: int, year: int, yearless: bool) -> _Point:
    number = _count(got[f"quarter{n}"])
    running, end = got[f"first{n}"], got[f"qend{n}"]
    if got[f"each{n}"] and not (running or got[f"nth{n}"]):
        raise ValueError("four quarters are a span")
    first, last = periods.quarter(year, number)
    if earlier := got[f"fromquarter{n}"]:
        first, _ = periods.quarter(year, _count(earlier))
        return _Point(first, last, "quarters", yearless)
    if running:
        return _Point(date(year, 1, 1), last, "quarters", yearless)
    if end == "初":
        return _Point(*periods.month(year, 3 * number - 2), "quarter-start", yearless, True)
    if end:
        return _Point(periods.month(year, 3 * number)[0], last, "quarter-end", yearless)
    return _Point(first, last, "quarter", yearless)


def _in_month(got: _Got, n: int, year: int, month: int, *, yearless: bool) -> _Point:
    if day := got[f"day{n}"]:
        return _day(year, month, _count(day), yearless=yearless)
    first, last = periods.month(year, month)
    if part := got[f"xun{n}"]:
        begin, end = periods.words()["month_parts"][part]
        rule = "month-end" if part[-1] in "底末" else "month-part"
        return _Point(first.replace(day=begin), periods.clamp(year, month, end), rule, yearless)
    return _Point(first, last, "month", yearless)


# --- plans and schools ---------------------------------------------------------------------------


def _plan(got: _Got) -> _Point:
    number = periods.words()["plans"]["numbers"].index(got["plan"]) + 1
    first, last = periods.plan(number)
    part = got["plan_part"] or ""
    if got["plan_years"]:
        years = _count(got["plan_years"])
        if got["plan_side"] in ("后", "最后"):
            return _Point(date(last.year - years + 1, 1, 1), last, "plan-years")
        return _Point(first, date(first.year + years - 1, 12, 31), "plan-years")
    if part in ("开局之年", "头一年"):
        return _Point(*periods.year(first.year), "plan-years")
    if part in ("初期", "前期"):
        return _Point(first, date(first.year + 1, 12, 31), "plan-part", arguable=True)
    if part == "中期":
        return _Point(first, date(first.year + 2, 12, 31), "plan-part", arguable=True)
    ends = part.endswith(("末", "底", "末年")) or part in ("收官之年", "最后一年")
    return _Point(first, last, "plan-end" if ends else "plan")


def _school(got: _Got, base: date | None) -> _Point:
    """School years and terms; a term of the letter's date is spring from mid-February to July."""
    words = periods.words()["school"]
    if got["school"]:
        year = int(got["school"])
        if not got["term"]:
            return _Point(*periods.named(words["year"], year), "school-year")
        if got["term"] in "一1上":
            return _Point(*periods.named(words["autumn"], year), "school-term")
        return _Point(*periods.named(words["spring"], year + 1), "school-term")
    anchor = _anchor(base)
    word = got["near_school"] or "新学期"
    spring = (2, 15) <= (anchor.month, anchor.day) < (8, 1)
    if "学年" in word:
        year = anchor.year - (anchor.month < 8) + (word[0] in "下新") - (word[0] == "上")
        return _Point(*periods.named(words["year"], year), "school-year")
    # Terms in order: autumn 2023 is 4046, spring 2024 is 4047.
    term = anchor.year * 2 - 1 if spring else (anchor.year - (anchor.month < 8)) * 2
    term += (word[0] in "下新") - (word[0] == "上")
    name, year = ("autumn", term // 2) if term % 2 == 0 else ("spring", term // 2 + 1)
    first, last = periods.named(words[name], year)
    if got["opening"] or got["near_open"]:
        return _Point(first, first, "season", arguable=name == "spring")
    return _Point(first, last, "school-term", arguable=True)


# --- what the words behind do to a point ---------------------------------------------------------


def _relation(got: _Got, lead: str | None, rule: str, ranged: bool) -> Relation:
    if got["since"] or got["plan_part"] == "以来":
        return "since"
    if got["from"] or (lead == "start" and not ranged and not got["before"]):
        return "from"
    if lead == "now":
        return "until-now"
    if got["before"] or got["stop"] or lead == "by" or rule in _ENDS:
        return "by"
    if got["within"] or "年内" in (got["part1"], got["part2"]):
        return "within"
    return "on" if rule in ("day", "relative-day") else "during"


def _apply_tail(
    match: re.Match[str],
    got: _Got,
    lead: str | None,
    base: date | None,
    point: _Point,
    shifted: date | None,
) -> Reading | None:
    first: date | None = point.first
    last: date | None = point.last
    rule, arguable = point.rule, point.arguable or bool(got["about"])
    ranged = rule == "range"
    relation = _relation(got, lead, rule, ranged)
    plain = not any(got[name] for name in ("before", "within", "during", "from", "since", "stop", "about"))
    if rule in ("feast", "season") and plain and not got["after_count"] and point.yearless:
        bare = rule == "feast" or not periods.seasons()[got["season1"] or got["season2"] or ""].bare
        rule = f"bare-{rule}" if bare else rule
    if got["plan"] and not got["plan_part"]:
        return None
    if got["after_count"]:
        # 开学后一个月内: the day of the opening is the first of the month.
        last = _after(point.last, parse_number(got["after_count"]), got["after_unit"] or "", False)
        last, first = periods.add_days(last, -1), point.first
        return Reading(match.end(), first, last, f"{rule}-and-after", "within", arguable)
    if got["before"]:
        last, rule, arguable = _before(point, rule, base, bool(got["inclusive"]), arguable)
        first = None
        if shifted is not None and rule.endswith("-before"):
            shifted = None
    elif relation in ("from", "since"):
        behind = got["from"] and "后" in got["from"]
        first, last = (periods.add_days(point.last, 1) if behind else first), None
        shifted = None
    if relation == "until-now" and last and base and last > base:
        relation = "by"  # 截至2025年底 in a plan
    reading = Reading(match.end(), first, last, rule, relation, arguable, shifted)
    return _bracketed(match, reading, base)


def _before(
    point: _Point, rule: str, base: date | None, inclusive: bool, arguable: bool
) -> tuple[date, str, bool]:
    """The last day "before" a point.

    Before a day or an end (9月20日前, 10月底前) takes it in, as officials use it. Before a whole
    month is before it begins; should that be past already, its end can only be meant. "2025年前"
    is read as through 2025-12-31: in plans it is written beside "到2025年" for the same target,
    though some read it as before 2025 begins.
    """
    eve = periods.add_days(point.first, -1)
    if rule == "feast" and not inclusive:
        return eve, "feast-before", arguable
    if rule == "season" and not inclusive:
        return eve, "season-before", arguable
    if rule in _WHOLE and not inclusive:
        if base is not None and eve < base <= point.last:
            return point.last, rule, True
        return eve, f"{rule}-before", True
    return point.last, rule, arguable or (rule in ("year", "short-year") and not inclusive)


def _bracketed(match: re.Match[str], reading: Reading, base: date | None) -> Reading:
    """A date in brackets behind says it exactly: 主汛期到来前(8月1日前). Other brackets are not ours."""
    bracket = match["bracket"]
    if bracket is None:
        return reading
    before_bracket = match.start("bracket") - 1
    inner = match.re.match(bracket)
    exact = None
    if inner is not None and inner.end() == len(bracket):
        try:
            exact = read(inner, None, base)
        except ValueError:
            exact = None
    if exact is None or exact.last is None or exact.rule == "bare-span":
        return replace(reading, end=before_bracket)
    if reading.rule == "day":
        return replace(reading, end=match.end())  # 8月1日前(汛期前): the day is the exact word
    return replace(
        reading, end=match.end(), first=exact.first, last=exact.last, arguable=exact.arguable,
        alternative=exact.alternative,
    )  # fmt: skip

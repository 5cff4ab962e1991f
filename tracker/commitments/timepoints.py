"""Points and periods of the calendar from the groups of the time grammar.

:func:`calendar_point` reads 2023年, 10月底, 前三季度, 春节, “十四五”末, 2017年8月至11月; what 前, 内 or 起
make of them is the business of timereading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tracker.commitments import periods
from tracker.commitments.numerals import DIGIT_VALUES, parse_number

#: The groups of one match; those of the lax grammar may be missing.
Groups = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Point:
    """A point or period of the calendar.

    `yearless`: the words name no year. `clamped`: they name a day that its month has not.
    """

    first: date
    last: date
    rule: str
    yearless: bool = False
    arguable: bool = False
    clamped: bool = False


class NoAnchorError(Exception):
    """The words count from a letter's date and there is none."""


def calendar_point(got: Groups, base: date | None, default_year: int | None) -> Point | None:
    """The calendar period of the whole expression, in `default_year` where no year is stated."""
    if got["pair"]:
        last_year = _anchor(base).year + int(periods.words()["year_pairs"][got["pair"]])
        return Point(date(last_year - 1, 1, 1), date(last_year, 12, 31), "year-pair")
    if got["plan"]:
        return _plan(got)
    if got["school"] or got["near_school"] or got["opening"]:
        return _school(got, base)
    if got["nearday"]:
        day = periods.add_days(_anchor(base), int(periods.words()["days"][got["nearday"]]))
        return Point(day, day, "relative-day")
    if got["nearweek"]:
        return _week(got["nearweek"], got["weekday"], _anchor(base))
    if not got["point1"]:
        return None
    since = _point(got, 1, base, default_year, base.month if base else None)
    if since is None or not got["point2"]:
        return since
    until = _point(got, 2, base, since.first.year, since.first.month)
    if until is not None and until.yearless and until.last < since.first:
        until = _point(got, 2, base, since.first.year + 1, since.first.month)  # 11月至2月
    if until is None or until.last < since.first:
        return None
    arguable, clamped = since.arguable or until.arguable, since.clamped or until.clamped
    return Point(since.first, until.last, "range", since.yearless, arguable, clamped)


def _week(word: str, weekday: str | None, base: date) -> Point:
    shift = int(periods.words()["weeks"][word])
    monday = periods.add_days(base, 7 * shift - base.weekday())
    if weekday is None:
        return Point(monday, periods.add_days(monday, 6), "week")
    if weekday == "末":
        return Point(periods.add_days(monday, 5), periods.add_days(monday, 6), "week")
    day = periods.add_days(monday, "一二三四五六日天".index(weekday) - (weekday == "天"))
    return Point(day, day, "relative-day")


def _anchor(base: date | None) -> date:
    if base is None:
        raise NoAnchorError
    return base


def _point(
    got: Groups, n: int, base: date | None, default_year: int | None, default_month: int | None
) -> Point | None:
    """One point; what it leaves out is taken from the defaults."""
    if iso := got[f"iso{n}"]:
        numbers = [int(number) for number in re.findall(r"[0-9]+", iso)]
        return _day(numbers[0], numbers[1], numbers[2], yearless=False)
    if compact := got.get(f"compact{n}"):
        return _day(int(compact[:4]), int(compact[4:6]), int(compact[6:]), yearless=False)
    if bare := got.get(f"bareyear{n}"):
        return Point(*periods.year(int(bare)), "year")
    stated = _stated_year(got, n, base)
    if got[f"nearmonth{n}"]:
        return _near_month(got, n, _anchor(base), stated)
    if got[f"nearquarter{n}"]:
        return _near_quarter(got[f"nearquarter{n}"] or "", bool(got[f"qend2{n}"]), _anchor(base))
    year = stated if stated is not None else default_year
    if year is None:
        raise NoAnchorError
    return _in_year(got, n, year, default_month, yearless=stated is None)


def _stated_year(got: Groups, n: int, base: date | None) -> int | None:
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


def _day(year: int, month: int, day: int, *, yearless: bool) -> Point:
    """A day; one that the month has not (6月31日) is its last, marked as clamped."""
    fitting = periods.clamp(year, month, day)
    if day > 31 or not day:
        raise ValueError(f"no such day: {day}")
    clamped = fitting.day != day
    return Point(fitting, fitting, "day", yearless, clamped, clamped)


def _near_month(got: Groups, n: int, base: date, stated: int | None) -> Point:
    # 月底 by itself is the end of this month.
    shift = int(periods.words()["months"].get(got[f"nearmonth{n}"], 0))
    first, _ = periods.month(base.year, base.month + shift)
    year = stated if stated is not None else first.year
    return _in_month(got, n, year, first.month, yearless=False)


def _near_quarter(word: str, end: bool, base: date) -> Point:
    """本季度 · 上个季度末 · 下个半年."""
    shift = {"本": 0, "上": -1, "下": 1}[word[0]]
    if "半年" in word:
        half = (0 if base.month <= 6 else 1) + shift
        return Point(*periods.months(base.year, 6 * half + 1, 6 * half + 6), "half-year")
    number = (base.month - 1) // 3 + 1 + shift
    first, last = periods.months(base.year, 3 * number - 2, 3 * number)
    return Point(first, last, "quarter-end" if end else "quarter")


def _in_year(
    got: Groups, n: int, year: int, default_month: int | None, *, yearless: bool
) -> Point | None:
    """What stands behind the year, or the whole year."""
    if name := got[f"feast{n}"] or got[f"quoted{n}"] or got[f"marked{n}"]:
        feast = periods.feasts()[name]
        day = feast.on(year)
        if day is None:
            return None
        length = feast.days if got["during"] or got[f"holiday{n}"] else 1
        end = periods.add_days(day, length - 1)
        two = got[
            f"two{n}"
        ]  # 元旦春节前: before the first of the two; 中秋、国庆期间: to the end of both
        if two and got["during"]:
            other = periods.feasts()[two.lstrip("、和")]
            begin = other.on(year)
            end = max(end, periods.add_days(begin, other.days - 1)) if begin else end
        return Point(day, end, "feast", yearless, bool(two))
    if name := got[f"season{n}"]:
        season = periods.seasons()[name]
        return Point(*season.on(year), "season", yearless, season.arguable)
    if got[f"quarter{n}"]:
        return _quarter(got, n, year, yearless)
    if got[f"firstmonth{n}"]:
        return Point(*periods.month(year, 1), "month", yearless)
    if kind := got[f"months_kind{n}"]:
        count = _count(got[f"months{n}"])
        if not 1 <= count <= 12:
            raise ValueError(f"no such month: {count}")
        first, last = {"第": (count, count), "最后": (13 - count, 12)}.get(kind, (1, count))
        return Point(*periods.months(year, first, last), "months", yearless)
    if part := got[f"part{n}"]:
        rule = _part_rule(part.strip())
        arguable = rule == "year-part"
        return Point(*periods.named(_year_part(part), year), rule, yearless, arguable)
    if written := got[f"month{n}"]:
        return _in_month(got, n, year, _month(written), yearless=yearless)
    if (day_only := got.get(f"day{n + 2}")) and default_month is not None:
        return _day(year, default_month, _count(day_only), yearless=yearless)
    if yearless:
        return None
    whole = not got[f"short{n}"]
    return Point(*periods.year(year), "year" if whole else "short-year")


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


def _quarter(got: Groups, n: int, year: int, yearless: bool) -> Point:
    number = _count(got[f"quarter{n}"])
    running, end = got[f"first{n}"], got[f"qend{n}"]
    if got[f"each{n}"] and not (running or got[f"nth{n}"]):
        raise ValueError("four quarters are a span")
    first, last = periods.quarter(year, number)
    if earlier := got[f"fromquarter{n}"]:
        first, _ = periods.quarter(year, _count(earlier))
        return Point(first, last, "quarters", yearless)
    if running:
        return Point(date(year, 1, 1), last, "quarters", yearless)
    if end == "初":
        return Point(*periods.month(year, 3 * number - 2), "quarter-start", yearless, True)
    if end:
        return Point(periods.month(year, 3 * number)[0], last, "quarter-end", yearless)
    return Point(first, last, "quarter", yearless)


def _in_month(got: Groups, n: int, year: int, month: int, *, yearless: bool) -> Point:
    if day := got[f"day{n}"]:
        return _day(year, month, _count(day), yearless=yearless)
    first, last = periods.month(year, month)
    if part := got[f"xun{n}"]:
        begin, end = periods.words()["month_parts"][part]
        rule = "month-end" if part[-1] in "底末" else "month-part"
        return Point(first.replace(day=begin), periods.clamp(year, month, end), rule, yearless)
    return Point(first, last, "month", yearless)


# --- plans and schools ---------------------------------------------------------------------------


def _plan(got: Groups) -> Point:
    number = periods.words()["plans"]["numbers"].index(got["plan"]) + 1
    first, last = periods.plan(number)
    part = got["plan_part"] or ""
    if got["plan_years"]:
        years = _count(got["plan_years"])
        if got["plan_side"] not in ("前", "头"):
            return Point(date(last.year - years + 1, 1, 1), last, "plan-years")
        return Point(first, date(first.year + years - 1, 12, 31), "plan-years")
    if part in ("开局之年", "头一年"):
        return Point(*periods.year(first.year), "plan-years")
    if part in ("初期", "前期"):
        return Point(first, date(first.year + 1, 12, 31), "plan-part", arguable=True)
    if part == "中期":
        return Point(first, date(first.year + 2, 12, 31), "plan-part", arguable=True)
    ends = part.endswith(("末", "底", "末年")) or part in ("收官之年", "最后一年")
    return Point(first, last, "plan-end" if ends else "plan")


def _school(got: Groups, base: date | None) -> Point:
    """School years and terms; a term of the letter's date is spring from mid-February to July."""
    words = periods.words()["school"]
    if got["school"]:
        year = int(got["school"])
        if not got["term"]:
            return Point(*periods.named(words["year"], year), "school-year")
        if got["term"] in "一1上":
            return Point(*periods.named(words["autumn"], year), "school-term")
        return Point(*periods.named(words["spring"], year + 1), "school-term")
    anchor = _anchor(base)
    word = got["near_school"] or "新学期"
    # In August school has not begun: the new term, and its opening, is the autumn's.
    until = (9, 1) if word.startswith("新") else (8, 1)
    spring = (2, 15) <= (anchor.month, anchor.day) < until
    if "学年" in word:
        year = anchor.year - (anchor.month < 8) + (word[0] in "下新") - (word[0] == "上")
        return Point(*periods.named(words["year"], year), "school-year")
    # Terms in order: autumn 2023 is 4046, spring 2024 is 4047.
    term = anchor.year * 2 - 1 if spring else (anchor.year - (anchor.month < 8)) * 2
    term += (word[0] in "下新") - (word[0] == "上")
    name, year = ("autumn", term // 2) if term % 2 == 0 else ("spring", term // 2 + 1)
    first, last = periods.named(words[name], year)
    if got["opening"] or got["near_open"]:
        return Point(first, first, "season", arguable=name == "spring")
    return Point(first, last, "school-term", arguable=True)

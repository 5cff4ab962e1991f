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
from tracker.commitments.numerals import parse_number
from tracker.commitments.timepoints import Groups, NoAnchorError, Point, calendar_point

Relation = Literal[
    "on", "by", "within", "during", "since", "from", "until-now", "past-years", "after-event"
]
#: How to take a month or day without a year: in the letter's year, or the next one to come.
Policy = Literal["same-year", "next"]

#: Rules of whole periods: "before" them is before they begin (10月前).
_WHOLE: Final = frozenset({"month", "quarter", "half-year"})
#: Rules that name an end by themselves (年底, 12月底).
_ENDS: Final = frozenset({"year-end", "month-end", "quarter-end", "plan-end"})
#: Rules of spans whose end the letter itself must tell.
TERM: Final = "term-of-office"
CAMPAIGN: Final = "action-period"


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


def read(
    match: re.Match[str], lead: str | None, base: date | None, prefer: Policy = "same-year"
) -> Reading | None:
    """One match of :func:`timegrammar.expression`, with the kind of its lead words.

    Raises:
        ValueError: the words name no day of the calendar (13月40日).
    """
    got: Groups = match.groupdict()
    if got["counta"] or got["countb"]:
        return _span(match, got, lead, base)
    if got["office"] or got["action"]:
        rule = TERM if got["office"] else CAMPAIGN
        reading = Reading(match.end(), None, None, rule, "within", arguable=True)
        return _bracketed(match, reading, base)
    try:
        point, shifted = _with_policy(got, base, prefer, lead)
    except NoAnchorError:
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


def _span(match: re.Match[str], got: Groups, lead: str | None, base: date | None) -> Reading | None:
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
    arguable = (
        bool(got[f"about{form}"])
        or "努力" in (got[f"time{form}"] or "")
        or rule == "bare-span"
        or rule == "within-terms"
    )
    reading = Reading(match.end(), base, last, rule, "within", arguable)
    return _bracketed(match, reading, base)


# --- points of the calendar ----------------------------------------------------------------------


def _with_policy(
    got: Groups, base: date | None, prefer: Policy, lead: str | None
) -> tuple[Point | None, date | None]:
    """The point in the year that the policy gives, and its last day a year later if that is past."""
    default = base.year if base else None
    point = calendar_point(got, base, default)
    if point is None or not point.yearless or base is None:
        return point, None
    comes_round = point.rule in ("feast", "season") and lead != "now"
    if comes_round and point.rule == "feast":
        earlier = calendar_point(got, base, base.year - 1)  # the lunar eve falls into the next year
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


def _later(got: Groups, base: date) -> Point | None:
    """The same words in the next year that has such a day (2月29日)."""
    for year in range(base.year + 1, base.year + 9):
        point = calendar_point(got, base, year)
        if point is not None and not point.clamped:
            return point
    return None


def _day_before(got: Groups, point: Point) -> date:
    """The last day in question: 春节前 is over on the day itself."""
    if got["before"] and not got["over"] and point.rule in ("feast", "season"):
        return periods.add_days(point.first, -1)
    return point.last


# --- what the words behind do to a point ---------------------------------------------------------


def _relation(got: Groups, lead: str | None, rule: str, ranged: bool) -> Relation:
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
    got: Groups,
    lead: str | None,
    base: date | None,
    point: Point,
    shifted: date | None,
) -> Reading | None:
    first: date | None = point.first
    last: date | None = point.last
    rule, arguable = point.rule, point.arguable or bool(got["about"])
    ranged = rule == "range"
    relation = _relation(got, lead, rule, ranged)
    plain = not any(
        got[name] for name in ("before", "within", "during", "from", "since", "stop", "about")
    )
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
        if not got["over"]:  # 汛期结束前: its own last day
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
    point: Point, rule: str, base: date | None, inclusive: bool, arguable: bool
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

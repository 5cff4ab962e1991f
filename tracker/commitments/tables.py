"""Rows of a table of indicators: name, where it stands, what is to be reached, who answers.

"指标名称 | 2019年实际 | 2020年目标 | 牵头单位" stands over rows of bare figures. No clause tells what
these are; the columns do. Rows that say their task in words are read as clauses are, with the owner
and the date of their columns.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from tracker.commitments.building import build
from tracker.commitments.deadlines import DateSpan
from tracker.commitments.model import Achievement, Commitment, Comparator, Mode, Target
from tracker.commitments.readings import Reading
from tracker.commitments.targets import mode_of_name
from tracker.commitments.timing import Due
from tracker.letters.clauses import Outline
from tracker.letters.model import Letter

_GOAL: Final = re.compile("目标|计划数|计划值|任务数|任务值|预期")
_BASE: Final = re.compile("实际|现状|现值|目前|当前|基数|基期|完成|达到")
_OWNER: Final = re.compile("单位|部门|牵头|责任|负责")
_UNIT: Final = re.compile("^(?:计量)?单位$")
_TIME: Final = re.compile("(?:完成|办结|计划|建成|竣工|完工)?(?:时限|时间|期限|日期|节点)$")
_NAME: Final = re.compile("指标|名称|项目|任务|内容|事项")
_CELL: Final = re.compile(
    r"(?P<sign>[≥≤]|不低于|不少于|不高于|不超过|达到?|约)? ?(?P<number>\d[\d,]{0,14}(?:\.\d{1,6})?) ?"
    r"(?P<unit>%|(?!以[上下内]|左右)[\u4e00-\u9fff][\u4e00-\u9fff/]{0,7}?)?(?P<tail>以上|以下|以内|左右)?"
)
_SIGNS: Final[dict[str, Comparator]] = {
    "≥": ">=", "不低于": ">=", "不少于": ">=", "以上": ">=", "≤": "<=", "不高于": "<=",
    "不超过": "<=", "以下": "<=", "以内": "<=", "约": "~", "左右": "~",
}  # fmt: skip
#: PM2.5年均浓度(微克/立方米)
_WITH_UNIT: Final = re.compile(r"(.{2,60}?) ?\(([^()]{1,12})\)")
#: How sure a row is: the heading tells it, nothing beside it can be looked at.
_SURE: Final = 0.85
#: A row has so many cells at most.
_MOST_CELLS: Final = 16


class _Cell(NamedTuple):
    start: int
    end: int
    text: str


class _Columns(NamedTuple):
    """Which column is what; -1 where there is none. `goals` pairs a column with its date."""

    name: int
    unit: int
    base: int
    owner: int
    time: int
    goals: tuple[tuple[int, DateSpan], ...]
    base_date: DateSpan | None
    hoped: bool


def indicators(
    letter: Letter,
    parts: Outline,
    readings: Sequence[Reading],
    dates: Sequence[DateSpan],
    due: list[Due | None],
    responsible: list[tuple[str, ...]],
) -> dict[int, list[Commitment]]:
    """What the rows of tables of indicators promise, by the number of the row's first clause.

    Args:
        letter: the letter.
        parts: the letter cut up, with its clauses as `readings`.
        dates: all dates of the text, in order.
        due: the date of each clause; filled in where a row in words has one in its column.
        responsible: likewise the owners.
    """
    text = parts.text
    found: dict[int, list[Commitment]] = {}
    columns: _Columns | None = None
    behind = -1  # where the line behind the last row begins
    at = text.find("|", letter.start, letter.end)
    while at >= 0:
        start = text.rfind("\n", 0, at) + 1
        stop = text.find("\n", at, letter.end)
        stop = letter.end if stop < 0 else stop
        cells = _cells(text, start, stop)
        if start != behind:
            columns = None
        behind = stop + 1
        if columns is None:
            columns = _columns(cells, dates)
        else:
            index = bisect_left(parts.ends, start + 1)
            if index < len(readings) and len(cells) >= 3:
                row = _row(letter, parts, readings[index], cells, columns)
                if row:
                    found[index] = row
                else:
                    last = bisect_left(parts.ends, stop)
                    for each in range(index, min(last + 1, len(readings))):
                        if parts.clauses[each].start < stop:
                            _by_columns(each, cells, columns, dates, due, responsible)
        at = text.find("|", stop, letter.end)
    return found


def _cells(text: str, start: int, stop: int) -> list[_Cell]:
    cells: list[_Cell] = []
    for part in text[start:stop].split("|", _MOST_CELLS):
        bare = part.strip()
        first = start + len(part) - len(part.lstrip())
        cells.append(_Cell(first, first + len(bare), bare))
        start += len(part) + 1
    if cells and not cells[0].text:
        del cells[0]  # a wall before the first cell
    return cells


def _columns(cells: Sequence[_Cell], dates: Sequence[DateSpan]) -> _Columns | None:
    """What the columns under a heading are; None where they tell no goal ahead, owner or date."""
    name = unit = base = owner = time = -1
    base_date = None
    goals: list[tuple[int, DateSpan]] = []
    hoped = False
    for place, cell in enumerate(cells):
        day = _date_in(cell, dates)
        if _UNIT.match(cell.text) and owner < 0 and unit < 0 and len(cells) > place + 1:
            unit = place
        elif _GOAL.search(cell.text) and day is not None and not day.past:
            goals.append((place, day))
            hoped = hoped or "目标" in cell.text or "预期" in cell.text or "计划" in cell.text
        elif _TIME.search(cell.text):
            time = place
        elif _OWNER.search(cell.text):
            owner = place if owner < 0 else owner
        elif _BASE.search(cell.text):
            base, base_date = place, day
        elif name < 0 and _NAME.search(cell.text):
            name = place
    if name < 0 or (not goals and owner < 0 and time < 0):
        return None
    return _Columns(name, unit, base, owner, time, tuple(goals), base_date, hoped)


def _date_in(cell: _Cell, dates: Sequence[DateSpan]) -> DateSpan | None:
    at = bisect_left(dates, cell.start, key=lambda span: span.start)
    span = dates[at] if at < len(dates) else None
    return span if span is not None and span.end <= cell.end and span.last else None


def _row(
    letter: Letter, parts: Outline, reading: Reading, cells: Sequence[_Cell], columns: _Columns
) -> list[Commitment]:
    if max(columns.name, *(place for place, _ in columns.goals), 0) >= len(cells):
        return []
    named = _WITH_UNIT.fullmatch(cells[columns.name].text)
    what = named[1] if named else cells[columns.name].text
    unit = named[2] if named else ""
    if 0 <= columns.unit < len(cells):
        unit = cells[columns.unit].text or unit
    owner = _owner(cells, columns)
    told = reading._replace(hits=(), strength="target" if columns.hoped else "firm")
    found = []
    for place, day in columns.goals:
        goal = _CELL.fullmatch(cells[place].text)
        if goal is None or not (goal["unit"] or unit) or len(what) < 2:
            continue
        sign = _SIGNS.get(goal["sign"] or "") or _SIGNS.get(goal["tail"] or "") or "="
        mode: Mode = mode_of_name(what)
        target = Target(_number(goal), goal["unit"] or unit, mode, sign)
        commitment = build(
            letter, parts, told, cells[columns.name].start, cells[place].end, "measurable", what,
            Due(day, inferred=True), owner, _SURE, target, None,
        )  # fmt: skip
        found.append(commitment._replace(baseline=_stands_at(letter, cells, columns, what, unit)))
    return found


def _owner(cells: Sequence[_Cell], columns: _Columns) -> tuple[str, ...]:
    if not 0 <= columns.owner < len(cells):
        return ()
    return tuple(part for part in re.split("[、, ]", cells[columns.owner].text) if len(part) > 1)


def _by_columns(
    index: int,
    cells: Sequence[_Cell],
    columns: _Columns,
    dates: Sequence[DateSpan],
    due: list[Due | None],
    responsible: list[tuple[str, ...]],
) -> None:
    """The owner and the date of a row that says its task in words."""
    owner = _owner(cells, columns)
    if owner:
        responsible[index] = owner
    if 0 <= columns.time < len(cells) and due[index] is None:
        day = _date_in(cells[columns.time], dates)
        if day is not None and not day.past:
            due[index] = Due(day, inferred=True, standing=True)


def _stands_at(
    letter: Letter, cells: Sequence[_Cell], columns: _Columns, what: str, unit: str
) -> Achievement | None:
    """Where the measure stands by the row's own column."""
    if not 0 <= columns.base < len(cells):
        return None
    reached = _CELL.fullmatch(cells[columns.base].text)
    if reached is None or not (reached["unit"] or unit):
        return None
    first, last = letter.normal.raw_span(cells[columns.name].start, cells[columns.base].end)
    return Achievement(
        quote=letter.raw[first:last],
        start=first,
        end=last,
        what=what,
        value=_number(reached),
        unit=reached["unit"] or unit,
        as_of=columns.base_date.last if columns.base_date else letter.header.date,
    )


def _number(match: re.Match[str]) -> Decimal:
    return Decimal(match["number"].replace(",", ""))

"""The ledger of `tracker export` as a unit sends it back: what was filled in, row by row.

Columns are told by their headings, wherever they stand; rows by their reference. Sheets without
the reference, and those with neither checksum nor a column to fill in, are no ledger and are passed
over; a row whose checksum was deleted is read without it. Everything but the columns of `FILLED`
is for reading only and is not looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tracker.errors import ReadingError
from tracker.intake import cells
from tracker.intake.sheets import Line, read_sheets

#: Field → its heading in Chinese and in English.
KEYS: Final[dict[str, tuple[str, str]]] = {
    "ref": ("编号", "Ref"),
    "mark": ("校验码(勿改)", "Check (leave)"),
}
FILLED: Final[dict[str, tuple[str, str]]] = {
    "value": ("填:完成值", "Fill in: figure"),
    "as_of": ("填:截至日期", "Fill in: as of"),
    "note": ("填:进展说明", "Fill in: progress"),
    "evidence": ("填:佐证", "Fill in: evidence"),
    "request": ("填:申请", "Fill in: request"),
    "why": ("填:申请理由", "Fill in: reason"),
    "until": ("填:延至或正确时限", "Fill in: right date"),
    "right": ("填:应由单位或正确目标值", "Fill in: right unit or figure"),
    "who": ("填:填报人", "Fill in: who"),
}
#: Kind of request → what the cell says.
REQUESTS: Final[dict[str, tuple[str, str]]] = {
    "extension": ("延期", "extension"),
    "not_ours": ("退办", "not ours"),
    "wrong_date": ("时限有误", "wrong date"),
    "wrong_target": ("目标有误", "wrong target"),
    "drop": ("终止", "drop"),
}
#: A heading stands within so many lines.
_DEEPEST: Final = 20
_LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class Filled:
    """What a unit filled in on one row; texts are empty where a cell is.

    Attributes:
        sheet: its name, and `line` the row in it.
        ref: the commitment.
        mark: the checksum of what the ledger knew when it was exported; empty where it is gone.
        value: a figure as it is written.
        as_of: the day that figure and text speak of.
        request: extension, not_ours, wrong_date, wrong_target, drop, or empty.
        why: its reason; `until` and `right` say what is asked for.
        who: who filled it in.
    """

    sheet: str
    line: int
    ref: str
    mark: str
    value: str = ""
    as_of: dt.date | None = None
    note: str = ""
    evidence: str = ""
    request: str = ""
    why: str = ""
    until: dt.date | None = None
    right: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that cannot be taken: where, in which column, and why (a key of the table of faults)."""

    sheet: str
    line: int
    column: str
    reason: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FilledBook:
    """A ledger that came back.

    Attributes:
        rows: those in which anything was filled in.
        wrong: those that cannot be taken.
        blank: how many have nothing filled in.
        passed: sheets that are no ledger.
    """

    rows: tuple[Filled, ...]
    wrong: tuple[Wrong, ...]
    blank: int
    passed: tuple[str, ...]


def read_filled(path: Path) -> FilledBook:
    """What was filled in in an exported ledger.

    Args:
        path: .xlsx, or .csv saved of one sheet.

    Raises:
        ReadingError: it cannot be read, or no sheet of it is a ledger; the message is the reason.
    """
    rows: list[Filled] = []
    wrong: list[Wrong] = []
    passed: list[str] = []
    blank = 0
    sheets = read_sheets(path, lambda lines: max(map(_known, lines[:_DEEPEST]), default=0))
    for name, lines in sheets:
        heading = _heading(lines)
        if heading is None:
            passed.append(name)
            continue
        at, places = heading
        for line in lines[at + 1 :]:
            found = _row(name, line, places)
            if found is None:
                blank += bool(_text(line, places["ref"]))
            elif isinstance(found, Wrong):
                wrong.append(found)
            else:
                rows.append(found)
    if len(passed) == len(sheets):
        raise ReadingError(
            f"has no sheet with the column {KEYS['ref'][0]} and columns to fill in; "
            "fill in a file that tracker export wrote"
        )
    return FilledBook(tuple(rows), tuple(wrong), blank, tuple(passed))


def _known(line: Line) -> int:
    return sum(text in _FIELDS for text in line.cells)


def _heading(lines: Sequence[Line]) -> tuple[int, dict[str, int]] | None:
    """The place of the heading among the lines, and of each field in it."""
    for at, line in enumerate(lines[:_DEEPEST]):
        places: dict[str, int] = {}
        for place, text in enumerate(line.cells):
            if text in _FIELDS:
                places.setdefault(_FIELDS[text], place)
        if "ref" in places and places.keys() - {"ref"}:
            return at, places
    return None


def _row(sheet: str, line: Line, places: Mapping[str, int]) -> Filled | Wrong | None:
    texts = {field: _text(line, place) for field, place in places.items()}
    if not any(texts.get(field) for field in FILLED):
        return None
    read: dict[str, Any] = {}
    for field in (*KEYS, *FILLED):
        try:
            read[field] = _READ.get(field, _words)(texts.get(field, ""))
        except cells.CellError as error:
            return Wrong(sheet, line.number, field, error.reason, error.values)
    if not read["ref"]:
        return Wrong(sheet, line.number, "ref", "empty", {})
    return Filled(sheet, line.number, **read)


def _text(line: Line, place: int) -> str:
    return line.cells[place].strip() if place < len(line.cells) else ""


def _words(text: str) -> str:
    """Words of one line."""
    return cells.plain(" ".join(text.split()), _LONGEST)


def _day(text: str) -> dt.date | None:
    return cells.day(text, 0)


def _request(text: str) -> str:
    """The kind of request that a cell names.

    Raises:
        CellError: it names none.
    """
    if not text:
        return ""
    for kind, names in REQUESTS.items():
        if text.lower().replace("_", " ") in (*names, kind.replace("_", " ")):
            return kind
    choice = "、".join(zh for zh, _ in REQUESTS.values())
    raise cells.CellError("request", value=text[:40], choice=choice)


#: How the cells of a field are read; those of the others are words.
_READ: Final[Mapping[str, Callable[[str], object]]] = {
    "as_of": _day,
    "until": _day,
    "request": _request,
}


def _headings() -> Iterator[tuple[str, str]]:
    for field, names in (KEYS | FILLED).items():
        for name in names:
            yield name, field


_FIELDS: Final[dict[str, str]] = dict(_headings())

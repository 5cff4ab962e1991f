"""Tables as offices save them (.xlsx, .csv) → lines of texts. What a file is, its bytes tell.

Of a workbook only what holds cells is unpacked, piece by piece; formats over a million empty rows
are dropped on the way, so that they cost no memory.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tracker.errors import ReadingError
from tracker.intake.workbook import Merge, Sheet, open_workbook
from tracker.letters.package import ZIP_MAGIC
from tracker.letters.reading import MAX_TEXT_BYTES, OLE_MAGIC, bytes_of

#: No congress files so many suggestions, and no office has so many columns.
_MAX_LINES: Final = 50_000
_MAX_COLUMNS: Final = 200
_DELIMITERS: Final = (",", "\t", ";", "\uff0c", "\uff1b", "|")
#: Enough of a text for its heading.
_FIRST: Final = 65_536
#: How many cells merged ranges may fill; a list merges a few in each of its lines.
_MAX_SPREAD: Final = 2_000_000
#: A formula of a .csv that is a link: where it leads, and its words.
_LINK: Final = re.compile(
    r'(?i)\s*=\s*HYPERLINK\(\s*"([^"]{1,4000})"\s*(?:[,;]\s*"([^"]{0,1000})")?'
)
#: What a formula shows that has never been computed, beside Excel's own #REF! and #N/A.
NO_VALUE: Final = "#FORMULA!"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its number in the sheet, and its cells as text without blanks around.

    Days are written 2023-05-31. `above` are the places of cells that are merged with the line
    above and so have its text. `links` are where a click on a cell leads, by its place.
    """

    number: int
    cells: tuple[str, ...]
    above: frozenset[int] = frozenset()
    links: Mapping[int, str] = field(default_factory=dict)


def read_sheets(
    path: Path, how_much: Callable[[Sequence[Line]], int]
) -> list[tuple[str, list[Line]]]:
    """The sheets of a file by their names, each as its lines; empty lines are left out.

    Args:
        path: the file; its ending does not count.
        how_much: lines → how much of a table they make, to tell how a text is parted.

    Raises:
        ReadingError: it cannot be read, or is no table; the message is the reason only.
    """
    data = bytes_of(path)
    if len(data) > MAX_TEXT_BYTES:
        raise ReadingError(f"is larger than {MAX_TEXT_BYTES // 1024 // 1024} MB; no list is")
    if data.startswith(ZIP_MAGIC):
        return [
            (sheet.name, _lines(sheet)) for sheet in open_workbook(data, _MAX_LINES, _MAX_COLUMNS)
        ]
    if data.startswith(OLE_MAGIC):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ReadingError("is encrypted; open it, remove the password and save it as .xlsx")
        raise ReadingError("is an old workbook (.xls, .et); open it and save it as .xlsx")
    text = _decoded(data)
    if (
        text.lstrip("\ufeff \r\n\t")[:200]
        .lower()
        .startswith(("<html", "<!doctype", "<table", "<?xml"))
    ):
        raise ReadingError("is a web page or XML, not a table; open it and save it as .xlsx")
    # The first lines tell how the cells are parted; the comma goes first where all are alike.
    delimiter = max(_DELIMITERS, key=lambda sign: how_much(_first_lines(text, sign)))
    try:
        return [("", _parted(text, delimiter))]
    except csv.Error as error:
        raise ReadingError(f"is no table: {error}") from error


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.removeprefix("\ufeff")
    raise ReadingError("is no text in UTF-8 or GB18030, and no .xlsx workbook")


def _first_lines(text: str, delimiter: str) -> list[Line]:
    try:
        return _parted(text[:_FIRST], delimiter)
    except csv.Error:
        return []


def _parted(text: str, delimiter: str) -> list[Line]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines = []
    for number, row in enumerate(rows, 1):
        linked = {at: match[1] for at, cell in enumerate(row) if (match := _LINK.match(cell))}
        lines.append((number, [_unquoted(cell) for cell in row], linked))
    return _kept(lines)


def _unquoted(cell: str) -> str:
    """A cell of a .csv: ="025" is how Excel is told to keep the zero, a link shows its words; other
    formulas have no value.
    """
    cell = cell.strip()
    if link := _LINK.match(cell):
        return link[2] or link[1]
    if cell.startswith('="') and cell.endswith('"') and cell.count('"') == 2:
        return cell[2:-1]
    return NO_VALUE if cell.startswith("=") and len(cell) > 1 else cell


def _kept(rows: Iterable[tuple[int, list[str], Mapping[int, str]]]) -> list[Line]:
    lines: list[Line] = []
    for number, row, links in rows:
        cells = tuple(cell.strip(" \u3000\t\r\n\xa0\ufeff") for cell in row[:_MAX_COLUMNS])
        if any(cells):
            if len(lines) == _MAX_LINES:
                raise ReadingError(f"has more than {_MAX_LINES} lines; split it")
            lines.append(Line(number, cells, links=links))
    return lines


def _lines(sheet: Sheet) -> list[Line]:
    links: dict[int, dict[int, str]] = {}
    for (number, at), target in sheet.links.items():
        links.setdefault(number, {})[at] = target
    rows = (
        (
            number,
            [
                NO_VALUE if (number, at) in sheet.blank_formulas else _text(value)
                for at, value in enumerate(row)
            ],
            links.get(number, {}),
        )
        for number, row in sheet.rows
    )
    return _spread(_kept(rows), sheet.merges)


def _text(value: object) -> str:
    """A cell as people see it: whole numbers without .0, days as 2023-05-31."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if math.isfinite(value) and value == int(value) else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value)


def _spread(lines: list[Line], merges: Sequence[Merge]) -> list[Line]:
    """Give every cell of a merged range the text of its first one."""
    if not merges:
        return lines
    numbers = [line.number for line in lines]
    places = {number: index for index, number in enumerate(numbers)}
    left = _MAX_SPREAD
    cells = [list(line.cells) for line in lines]
    above: list[set[int]] = [set() for _ in lines]
    for merge in merges:
        first = places.get(merge.top)
        if first is None or merge.left >= len(cells[first]) or not cells[first][merge.left]:
            continue
        text = cells[first][merge.left]
        right = min(merge.right, _MAX_COLUMNS - 1)
        within = range(first, bisect_right(numbers, merge.bottom))
        left -= len(within) * max(0, right + 1 - merge.left)
        if left < 0:
            raise ReadingError("merges more cells than any list; part them and save it again")
        for index in within:
            cells[index] += [""] * (right + 1 - len(cells[index]))
            for at in range(merge.left, right + 1):
                cells[index][at] = text
                if lines[index].number > merge.top:
                    above[index].add(at)
    return [
        Line(line.number, tuple(row), frozenset(merged), line.links)
        for line, row, merged in zip(lines, cells, above, strict=True)
    ]

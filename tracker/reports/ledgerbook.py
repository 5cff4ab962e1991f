"""The ledger as a workbook for Excel or WPS: to look at, to filter, and to fill in and send back.

Rows are written as they come, so that a ledger of any length takes the same memory. No cell is a
formula or a link; what a spreadsheet would calculate gets an apostrophe, as in every export.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len

from tracker.intake.filled import FILLED, KEYS, REQUESTS
from tracker.reports import files
from tracker.reports.clean import cell
from tracker.reports.figures import OUTCOMES
from tracker.reports.ledgerrows import BEFORE, COLUMNS, FILL, FILL_AT, MARK_AT, STATE_AT, Row
from tracker.reports.sheetnames import SheetNames
from tracker.reports.words import Wording
from tracker.settings import Settings

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

#: Excel's last row; a sheet that is full is followed by another of the same name with a number.
LAST_ROW: Final = 1_048_576
_LIGHTS: Final = ("overdue", "due_soon", "extended", "on_track", "none")


#: Points of a line, and of each of several: LibreOffice sets Chinese wider apart than Excel does,
#: and neither makes a row of a file higher by itself.
_LINE: Final = 15.0
_OF_SEVERAL: Final = 19.0
_COVER_WIDTH: Final = 70


class LedgerBook:
    """A workbook that is being written; use it in a `with` block, which finishes it.

    Args:
        path: where to; another process sees a part of it until the block ends.
        settings: names and colours of the lights, the office, the language.
        today: the day that the ledger is seen from.
        by_unit: a sheet for each unit; a commitment of several stands on the sheet of each.
    """

    def __init__(
        self, path: Path, settings: Settings, today: dt.date, *, by_unit: bool = False
    ) -> None:
        from xlsxwriter import Workbook

        self._settings, self._today, self._by_unit = settings, today, by_unit
        if by_unit:
            files.allow_many()  # each sheet is a file until the book is put together
        self._words = Wording.of(settings)
        self._place = 0 if settings.language == "zh" else 1
        self._folder = tempfile.TemporaryDirectory(prefix="tracker-")
        self._book: Workbook = Workbook(
            str(path),
            {
                "constant_memory": True,
                "tmpdir": self._folder.name,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                # It would hold the day of writing; the same ledger makes the same file.
                "default_date_format": "yyyy-mm-dd",
            },
        )
        self._looks = _looks(self._book)
        self._names = SheetNames(taken=(self._words("book.cover"),))
        self._cover = self._book.add_worksheet(self._words("book.cover"))
        self._sheets: dict[str, _Sheet] = {}
        self._counts: Counter[str] = Counter()

    def __enter__(self) -> LedgerBook:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        with self._folder:
            try:
                if failed is None:
                    self._finish()
            finally:
                # Of a file that is not to be, the rows so far are still open.
                for sheet in self._book.worksheets():
                    sheet.row_data_fh.close()

    def _finish(self) -> None:
        from xlsxwriter.exceptions import FileCreateError

        if not self._sheets:
            self._sheet("")
        for sheet in self._sheets.values():
            sheet.finish(self._book, self._settings, self._words, self._place)
        self._write_cover()
        try:
            self._book.close()
        except FileCreateError as error:
            raise error.args[0] from None  # the system's own word

    def add(self, rows: Iterable[Row]) -> None:
        """Write some rows, each below the last.

        Raises:
            OSError: at the end of the block too: the file, or one in passing, cannot be written.
        """
        for row in rows:
            self._counts["n"] += 1
            self._counts[row.state] += 1
            for name in row.units or ("",) if self._by_unit else ("",):
                self._sheet(name).write(row)

    @property
    def rows(self) -> int:
        """How many commitments were written."""
        return self._counts["n"]

    def _sheet(self, unit: str) -> _Sheet:
        found = self._sheets.get(unit)
        if found is not None and found.full:
            found.finish(self._book, self._settings, self._words, self._place)
            found = None
        if found is None:
            plain = self._words("book.no_unit") if self._by_unit else self._words("book.ledger")
            sheet = self._book.add_worksheet(self._names.of(unit or plain))
            found = self._sheets[unit] = _Sheet(sheet, self._looks, self._words, self._place)
        return found

    def _write_cover(self) -> None:
        words, sheet, looks = self._words, self._cover, self._looks
        office = self._settings.office.name
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, _COVER_WIDTH)
        sheet.write_string(0, 0, cell(words("book.title", office=office).strip()), looks["title"])
        sheet.write_string(1, 0, words("book.as_of"), looks["text"])
        sheet.write_datetime(1, 1, self._today, looks["day"])
        sheet.write_string(2, 0, words("book.count"), looks["text"])
        sheet.write_number(2, 1, self._counts["n"], looks["count"])
        line = 3
        for key in (*_LIGHTS, *OUTCOMES[1:], "pending"):
            if self._counts[key]:
                sheet.write_string(line, 0, words(_group(key)), looks["text"])
                sheet.write_number(line, 1, self._counts[key], looks["count"])
                line += 1
        line += 1
        sheet.write_string(line, 0, words("book.how"), looks["head"])
        for step in range(1, 8):
            line += 1
            said = words(f"book.how.{step}")
            sheet.set_row(line, _height(-(-cell_len(said) // (_COVER_WIDTH - 4))))
            sheet.write_string(line, 0, str(step), looks["text"])
            sheet.write_string(line, 1, said, looks["wrapped"])
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)


class _Sheet:
    """A sheet of the ledger: its heading at the top, then a row for each commitment."""

    def __init__(
        self, sheet: Worksheet, looks: Mapping[str, Any], words: Wording, place: int
    ) -> None:
        self._sheet, self._line = sheet, 0
        self._looks = [*(looks[column.look] for column in COLUMNS), looks["text"]]
        sheet.set_row(0, 2 * _LINE)
        for at, column in enumerate(COLUMNS):
            sheet.set_column(at, at, column.width)
            look = looks["fill_head" if at in FILL_AT.values() else "head"]
            sheet.write_string(0, at, _heading(column.key, words, place), look)
        sheet.set_column(MARK_AT, MARK_AT, 14, None, {"hidden": True})
        sheet.write_string(0, MARK_AT, KEYS["mark"][place], looks["head"])
        sheet.freeze_panes(1, 3)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4, which every office prints on
        sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.5)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    @property
    def full(self) -> bool:
        """Whether no row fits below."""
        return self._line + 1 >= LAST_ROW

    def write(self, row: Row) -> None:
        """One commitment."""
        self._line += 1
        sheet, line = self._sheet, self._line
        sheet.set_row(line, _height(row.lines))
        for at, (value, look) in enumerate(zip(row.cells, self._looks, strict=True)):
            if value is None:
                sheet.write_blank(line, at, None, look)
            elif isinstance(value, str):
                sheet.write_string(line, at, value, look)
            elif isinstance(value, float):
                sheet.write_number(line, at, value, look)
            else:
                sheet.write_datetime(line, at, value, look)

    def finish(self, book: Workbook, settings: Settings, words: Wording, place: int) -> None:
        """What holds for all rows: filters, drop-down lists, colours of the lights."""
        sheet, last = self._sheet, max(self._line, 1)
        sheet.autofilter(0, 0, last, MARK_AT)
        # What a unit fills in and signs, with what it fills it in beside: with the columns behind,
        # a page one wide could not be read any more.
        sheet.print_area(0, 0, last, len(BEFORE) + len(FILL) - 1)
        at = FILL_AT
        sheet.data_validation(
            1, at["request"], last, at["request"],
            {"validate": "list", "source": [names[place] for names in REQUESTS.values()],
             "error_title": words("book.wrong"), "error_message": words("book.wrong.request")},
        )  # fmt: skip
        for field in ("as_of", "until"):
            sheet.data_validation(
                1, at[field], last, at[field],
                {"validate": "date", "criteria": ">=", "value": dt.date(1990, 1, 1),
                 "error_title": words("book.wrong"), "error_message": words("book.wrong.day")},
            )  # fmt: skip
        sheet.data_validation(
            1, at["value"], last, at["value"],
            {"validate": "decimal", "criteria": ">=", "value": 0,
             "error_title": words("book.wrong"), "error_message": words("book.wrong.value")},
        )  # fmt: skip
        for light in _LIGHTS:
            paint = settings.lights.paint(light)
            look = book.add_format(
                {"font_color": paint.ink, "bg_color": paint.ground, "bold": light == "overdue"}
            )
            said = words(f"light.{light}").replace('"', '""')
            sheet.conditional_format(
                1, STATE_AT, last, STATE_AT, {"type": "cell", "criteria": "==", "value": f'"{said}"', "format": look}
            )  # fmt: skip


def _height(lines: int) -> float:
    return _LINE if lines == 1 else _OF_SEVERAL * lines


_OWN: Final = frozenset(
    {"target_value", "target_unit", "latest_value", "latest_day", "latest_text"}
)


def _heading(key: str, words: Wording, place: int) -> str:
    names = (KEYS | FILLED).get(key)
    if names is not None:
        return names[place]
    return words(f"book.{key}" if key in _OWN else key)


def _looks(book: Workbook) -> dict[str, Any]:
    """How cells look, each made once."""
    base = {"valign": "top", "border": 1, "border_color": "#d0d5dd"}
    fill = base | {"bg_color": "#fffbe6"}
    looks = {
        "text": base,
        "wrapped": base | {"text_wrap": True},
        "number": base,
        "count": base | {"align": "left"},
        "percent": base | {"num_format": '0"%"'},
        "day": base | {"num_format": "yyyy-mm-dd", "align": "left"},
        "head": base | {"bold": True, "bg_color": "#eaecf0", "text_wrap": True},
        "fill": fill | {"text_wrap": True},
        "fill_day": fill | {"num_format": "yyyy-mm-dd", "align": "left"},
        "fill_head": fill | {"bold": True, "bg_color": "#fde68a", "text_wrap": True},
        "title": {"bold": True, "font_size": 16},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _group(key: str) -> str:
    group = "light" if key in _LIGHTS else "review" if key == "pending" else "outcome"
    return f"{group}.{key}"

"""Filling in an exported ledger in tests, as a unit does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.cli.running import Answer, call, letter

VALUE, AS_OF, NOTE, PROOF = "填:完成值", "填:截至日期", "填:进展说明", "填:佐证"
REQUEST, WHY, UNTIL, RIGHT = (
    "填:申请",
    "填:申请理由",
    "填:延至或正确时限",
    "填:应由单位或正确目标值",
)
WHO = "填:填报人"


def ledger(place: Path) -> Path:
    """A ledger of four promises of two letters, all confirmed.

    Args:
        place: the current folder, in which letters and ledger are made.
    """
    folder = place / "data"
    letter(place / "in", 30)
    letter(place / "in", 31)
    assert call(folder, "import", str(place / "in")).status == 0
    assert call(folder, "confirm", "30-1", "30-2", "31-1", "31-2").status == 0
    return folder


def exported(data: Path, *options: str) -> Workbook:
    """The workbook of an export, opened."""
    answer = call(data, "export", "台账.xlsx", "--replace", *options)
    assert (answer.status, answer.err) == (0, "")
    return load_workbook("台账.xlsx")


def places(sheet: Worksheet) -> dict[str, int]:
    """Heading → column."""
    return {str(cell.value): at for at, cell in enumerate(sheet[1], 1)}


def line_of(sheet: Worksheet, ref: str) -> int:
    """The line of a commitment."""
    at = places(sheet)["编号"]
    return next(n for n in range(2, sheet.max_row + 1) if sheet.cell(n, at).value == ref)


def put(sheet: Worksheet, ref: str, said: Mapping[str, Any]) -> None:
    """Write into the cells of a commitment, by heading."""
    for name, value in said.items():
        sheet.cell(line_of(sheet, ref), places(sheet)[name]).value = value


def sent_back(data: Path, book: Workbook, *options: str) -> Answer:
    """Save the workbook and import it."""
    book.save("back.xlsx")
    return call(data, "import-progress", "back.xlsx", *options)

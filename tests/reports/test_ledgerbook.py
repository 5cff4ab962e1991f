"""A ledger of more units than files may be open, and one of more rows than a sheet takes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.reports.test_bookapart import OFFICE, TODAY, rows
from tracker.intake.filled import FILLED
from tracker.reports import ledgerbook
from tracker.reports.ledgerbook import LedgerBook

#: One commitment for each of so many units, with bounds for open files as the system sets them.
_MANY_UNITS = """
import resource, sys
soft, hard, units, place, apart = *map(int, sys.argv[1:4]), sys.argv[4], sys.argv[5] == "apart"
from pathlib import Path
from tests.reports.test_bookapart import OFFICE, TODAY, rows
from tracker.reports.bookapart import BookApart
from tracker.reports.ledgerbook import LedgerBook
if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    try:
        with (BookApart if apart else LedgerBook)(Path(place), OFFICE, TODAY, by_unit=True) as book:
            book.add(row._replace(units=(f"第{no}局",)) for no, row in enumerate(rows(units)))
    except OSError as error:
        sys.exit(f"{error.errno} {error.strerror}")
"""


def written(folder: Path, soft: int, hard: int, kind: str) -> tuple[Path, str]:
    """A book of 150 units, and the complaint about it."""
    script, place = folder / "many.py", folder / "a.xlsx"
    script.write_text(_MANY_UNITS, encoding="utf-8")
    passing = folder / "passing"
    passing.mkdir()
    done = subprocess.run(
        [sys.executable, str(script), str(soft), str(hard), "150", str(place), kind],
        capture_output=True, text=True, check=False,
        env={"PYTHONPATH": ":".join(filter(None, sys.path)), "TMPDIR": str(passing)},
    )  # fmt: skip
    assert not list(passing.iterdir())
    return place, done.stderr.strip()


@pytest.mark.parametrize("kind", ["alone", "apart"])
def test_more_units_than_files_may_be_open(tmp_path: Path, kind: str) -> None:
    place, said = written(tmp_path, 64, 1024, kind)
    assert said == ""
    assert len(load_workbook(place, read_only=True).sheetnames) == 151


@pytest.mark.parametrize("kind", ["alone", "apart"])
def test_more_than_the_system_allows(tmp_path: Path, kind: str) -> None:
    place, said = written(tmp_path, 64, 64, kind)
    assert said == "24 Too many open files"
    assert not place.exists()


def full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Seven rows, on sheets of three."""
    monkeypatch.setattr(ledgerbook, "LAST_ROW", 4)
    place = folder / "a.xlsx"
    with LedgerBook(place, OFFICE, TODAY) as book:
        book.add(rows(7))
    return place


def test_every_sheet_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = load_workbook(full(tmp_path, monkeypatch))
    assert len(book.sheetnames) == 4

    def last(sheet: Worksheet) -> tuple[object, ...]:
        lists = {str(one.sqref).rpartition(":")[2] for one in sheet.data_validations.dataValidation}
        colours = {str(one.sqref) for one in sheet.conditional_formatting}
        return sheet.max_row, sheet.auto_filter.ref, sheet.freeze_panes, len(lists), colours

    found = [last(book[name]) for name in book.sheetnames[1:]]
    assert found == [
        (4, "A1:AD4", "D2", 4, {"B2:B4"}),
        (4, "A1:AD4", "D2", 4, {"B2:B4"}),
        (2, "A1:AD2", "D2", 4, {"B2"}),
    ]


def test_the_form_is_printed_with_what_is_filled_in(tmp_path: Path) -> None:
    with LedgerBook(tmp_path / "a.xlsx", OFFICE, TODAY) as made:
        made.add(rows(7))
    book = load_workbook(tmp_path / "a.xlsx")
    sheet = book.worksheets[1]
    setup = sheet.page_setup
    assert (setup.paperSize, setup.orientation) == (9, "landscape")
    assert (setup.fitToWidth or 1, setup.fitToHeight) == (1, 0)  # one is what is not written
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
    printed = [cell.value for cell in sheet[sheet.print_area.split("!")[-1].replace("$", "")][0]]
    assert printed[0] == "编号"
    assert printed[-9:] == [names[0] for names in FILLED.values()]


def test_the_cover_is_as_high_as_its_text(tmp_path: Path) -> None:
    with LedgerBook(tmp_path / "a.xlsx", OFFICE, TODAY) as made:
        made.add(rows(7))
    cover = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    steps = {cell.value: cell.row for cell in cover["A"]}
    assert cover.row_dimensions[steps["5"]].height >= 3 * 19


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice here")
def test_an_office_program_opens_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = full(tmp_path, monkeypatch)
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
            "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
            "--outdir", str(tmp_path), str(place),
        ],
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    lines = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in tmp_path.glob("a-台账*.csv")
    }
    assert sorted(lines.values()) == [2, 4, 4]

"""A long ledger is written by a second process: the same file, the same complaints."""

from __future__ import annotations

import datetime as dt
import os
import signal
import tempfile
import zipfile
from pathlib import Path

import pytest

from tracker.errors import TrackerError
from tracker.reports.bookapart import WORTH, BookApart, ledger_book
from tracker.reports.ledgerbook import LedgerBook
from tracker.reports.ledgerrows import COLUMNS, Cell, Row
from tracker.settings import Settings

TODAY = dt.date(2024, 1, 15)
OFFICE = Settings(Path("data"), "sqlite://")


@pytest.fixture(autouse=True)
def passing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files in passing lie, to see that none is left behind."""
    folder = tmp_path / "passing"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def rows(count: int) -> list[Row]:
    cells: dict[str, Cell] = {
        "ref": "1-1",
        "what": "新建校舍",
        "deadline": TODAY,
        "target_value": 30.0,
    }
    filled = (*(cells.get(column.key) for column in COLUMNS), "0" * 12)
    return [Row("overdue", (f"第{no % 3}局",), filled, 1 + no % 2) for no in range(count)]


def sheets(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        # When it was made stands in one part, which holds nothing else.
        return {name: book.read(name) for name in book.namelist() if name != "docProps/core.xml"}


@pytest.mark.parametrize("by_unit", [False, True])
def test_the_same_file(tmp_path: Path, passing: Path, by_unit: bool) -> None:
    for kind in (LedgerBook, BookApart):
        with kind(tmp_path / f"{kind.__name__}.xlsx", OFFICE, TODAY, by_unit=by_unit) as book:
            book.add(rows(7))
            book.add(rows(5))
        assert book.rows == 12
    assert sheets(tmp_path / "BookApart.xlsx") == sheets(tmp_path / "LedgerBook.xlsx")
    assert not list(passing.iterdir())


def test_only_a_long_one_is_worth_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(cores: int, count: int) -> object:
        monkeypatch.setattr(os, "cpu_count", lambda: cores)
        book = ledger_book(tmp_path / "a.xlsx", OFFICE, TODAY, by_unit=False, rows=count)
        with book:
            return type(book)

    assert made(2, WORTH) is BookApart
    assert made(2, WORTH - 1) is LedgerBook
    assert made(1, WORTH) is LedgerBook


@pytest.mark.parametrize("kind", [LedgerBook, BookApart])
def test_a_place_that_is_not_there(
    tmp_path: Path, passing: Path, kind: type[LedgerBook | BookApart]
) -> None:
    with (
        pytest.raises(FileNotFoundError),
        kind(tmp_path / "no" / "a.xlsx", OFFICE, TODAY) as book,
    ):
        book.add(rows(3))
    assert not list(passing.iterdir())


@pytest.mark.parametrize("kind", [LedgerBook, BookApart])
def test_who_stops_leaves_nothing(
    tmp_path: Path, passing: Path, kind: type[LedgerBook | BookApart]
) -> None:
    def stopped() -> None:
        with kind(tmp_path / "a.xlsx", OFFICE, TODAY) as book:
            book.add(rows(3))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert not list(passing.iterdir())
    assert not (tmp_path / "a.xlsx").exists()


def test_a_writer_that_is_killed(tmp_path: Path, passing: Path) -> None:
    def killed() -> None:
        with BookApart(tmp_path / "a.xlsx", OFFICE, TODAY) as book:
            os.kill(book.writer, signal.SIGKILL)
            for _ in range(1000):
                book.add(rows(100))

    with pytest.raises(TrackerError, match="ended with -9"):
        killed()
    assert not list(passing.iterdir())

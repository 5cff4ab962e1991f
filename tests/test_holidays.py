"""Tables of days off: what they may hold, and which goes before which."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tracker.errors import SettingsError
from tracker.holidays import Holidays, load_holidays
from tracker.resources import data_path
from tracker.settings import load_settings

TABLE = """
[2031]
notice = "国办发明电〔2030〕1号"
off = ["2031-01-01", "2031-01-23/2031-01-25"]
worked = ["2031-01-18", 2031-02-01]
[2032]
off = ["2032-04-12"]
"""


def _table(folder: Path, text: str, name: str = "holidays.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_days_stretches_and_bare_dates_are_read(tmp_path: Path) -> None:
    found = load_holidays(_table(tmp_path, TABLE))
    january = [dt.date(2031, 1, day) for day in (1, 23, 24, 25)]
    assert found.off == {*january, dt.date(2032, 4, 12)}
    assert found.worked == {dt.date(2031, 1, 18), dt.date(2031, 2, 1)}
    assert found.years == {2031}, "a holiday of the place alone is no whole year"


def test_a_later_file_goes_before_day_by_day(tmp_path: Path) -> None:
    first = _table(tmp_path, TABLE)
    own = _table(tmp_path, '[2031]\noff = ["2031-02-01"]\nworked = ["2031-01-25"]\n', "own.toml")
    found = load_holidays(first, own)
    assert dt.date(2031, 2, 1) in found.off - found.worked
    assert dt.date(2031, 1, 25) in found.worked - found.off
    assert dt.date(2031, 1, 24) in found.off
    assert found.years == {2031}


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert load_holidays(tmp_path / "none.toml") == Holidays()


def test_the_table_of_the_program_is_readable() -> None:
    assert data_path("holidays.toml").is_file()
    load_holidays(data_path("holidays.toml"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[2031\n", "Expected"),
        ("off = []\n", "'off' must be the table of a year"),
        ("[year]\n", "'year' must be the table of a year"),
        ("[203]\n", "'203' must be the table of a year"),
        ("[2031]\nfree = []\n", "unknown key '2031.free'; known: notice, off, worked"),
        ("[2031]\noff = '2031-01-01'\n", "2031.off must be a list of days"),
        ("[2031]\noff = [1]\n", "2031.off: '1' is no day"),
        ("[2031]\noff = ['2031-02-30']\n", "'2031-02-30' is no day"),
        ("[2031]\noff = ['1月1日']\n", "'1月1日' is no day"),
        ("[2031]\noff = ['2031-01-09/2031-01-01']\n", "is no stretch of at most 31 days"),
        ("[2031]\noff = ['0001-01-01/9999-12-31']\n", "is no stretch of at most 31 days"),
        ("[2031]\noff = ['2032-01-01']\n", "2032-01-01 is of another year"),
        ("[2031]\noff = ['2031-01-18']\nworked = ['2031-01-18']\n", "both off and worked"),
        ("[2031]\nworked = ['2031-01-20']\n", "2031-01-20 is no weekend"),
        ("[2031]\nnotice = 7\n", "2031.notice must be one line of text"),
        ('[2031]\nnotice = "a\\u0007"\n', "2031.notice must be one line of text"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(tmp_path: Path, text: str, reason: str) -> None:
    path = _table(tmp_path, text)
    with pytest.raises(SettingsError) as raised:
        load_holidays(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert reason in str(raised.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "holidays.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="holidays"):
        load_holidays(path)


def test_an_office_has_its_table_in_its_data_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    _table(tmp_path / "data", TABLE)
    found = load_settings(folder=tmp_path, environ={})
    assert found.holidays_path == tmp_path / "data" / "holidays.toml"
    assert dt.date(2031, 1, 1) in found.holidays.off

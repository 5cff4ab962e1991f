"""Bad input is one line and exit status 2; what comes from outside steers no terminal."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.running import LETTER, call, letter, program
from tracker.cli.session import who
from tracker.errors import SettingsError

ESCAPES = "\x1b[31m\x1b]0;x\x07\u202e"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A ledger with 30-1 (30户) and 30-2 (300万元), both pending."""
    folder = tmp_path / "data"
    call(folder, "import", str(letter(tmp_path, 30)))
    return folder


HALF = "a\udcff"  # what Python makes of the byte FF on a command line

ONE_LINE = [
    (("status", "--as-of", "9999-12-31"), "years go from 1900 to 2200"),
    (("status", "--as-of", "0001-01-01"), "years go from 1900 to 2200"),
    (("list", "--due-before", "1899-12-31"), "out of range"),
    (("report", "-o", "/etc/passwd/x.md"), "there is no folder /etc/passwd; make it"),
    (("report", "-o", "长" * 250 + ".md"), "cannot be written: File name too long"),
    (("report", "-o", ""), "must name a file"),
    (("report", "--unit", "a", "--deputy", "b"), "see tracker report --help"),
    (("progress", "30-1", "--note", HALF), "no UTF-8"),
    (("progress", "30-1", "--value", "1", "--evidence", HALF), "no UTF-8"),
    (("edit", "30-1", "--what", HALF), "no UTF-8"),
    (("reject", "30-1", "--why", HALF), "no UTF-8"),
    (("show", HALF), "no UTF-8"),
    (("units", "list", HALF), "no UTF-8"),
    (("progress", "30-1", "--value", "1e999999999"), "超出范围"),
    (("progress", "30-1", "--value", "1e-999999999"), "超出范围"),
    (("progress", "30-1", "--value", "9" * 40), "超出范围"),
    (("edit", "30-1", "--value", "1e999999999"), "out of range"),
    (("edit", "30-1", "--value", "1e-999999999"), "out of range"),
    (("bogus",), "No such command 'bogus'; see tracker --help"),
    (("list", "--bogus"), "see tracker list --help"),
    (("show",), "Missing argument 'REF'; see tracker show --help"),
    (("report", "--format", "pdf"), "see tracker report --help"),
    (("settle", "30-1", "done"), "kept 已兑现"),
    (("units", "import"), "see tracker units import --help"),
]


@pytest.mark.parametrize(("arguments", "says"), ONE_LINE)
def test_bad_input_is_one_line(data: Path, arguments: tuple[str, ...], says: str) -> None:
    begun = time.monotonic()
    done = call(data, "--lang", "en" if says.isascii() else "zh", *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("tracker: ")
    assert done.err.count("\n") == 1
    assert says in done.err
    assert time.monotonic() - begun < 20


def test_a_group_without_a_command_shows_its_help(tmp_path: Path) -> None:
    done = call(tmp_path, "units")
    assert done.status == 2
    assert "import" in done.err


def test_a_workbook_that_is_damaged_is_one_line(tmp_path: Path) -> None:
    from openpyxl import Workbook

    path = tmp_path / "units.xlsx"
    book = Workbook()
    assert book.active is not None
    for number in range(300):
        book.active.append([f"单位{number}", "简称"])
    book.save(path)
    whole = path.read_bytes()
    for at in range(0, len(whole), len(whole) // 24):
        for damaged in (whole[:at], whole[:at] + b"\x00<\xff" * 9 + whole[at + 27 :]):
            path.write_bytes(damaged)
            done = call(tmp_path / "data", "units", "import", str(path))
            assert done.status == 2
            assert "\n" not in done.err.strip()
            assert str(path) in done.err


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_workbook_of_broken_markup_is_one_line(tmp_path: Path, part: str) -> None:
    import zipfile

    from openpyxl import Workbook

    whole, path = tmp_path / "whole.xlsx", tmp_path / "units.xlsx"
    Workbook().save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if name == part else content)
    done = call(tmp_path / "data", "units", "import", str(path))
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert f"tracker: {path}：.xlsx 工作簿读不了；" in done.err


def test_who_acts_must_have_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("\udcff", "a\x1b[31m", "a\nb"):
        monkeypatch.setitem(os.environ, "TRACKER_USER", name)
        with pytest.raises(SettingsError, match="TRACKER_USER must be a name") as caught:
            who()
        assert "\n" not in str(caught.value)

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.delenv("TRACKER_USER")
    monkeypatch.setattr("getpass.getuser", nobody)
    with pytest.raises(SettingsError, match="set TRACKER_USER"):
        who()


def test_an_interrupt_is_quiet(tmp_path: Path) -> None:
    code = (
        "import tracker.cli.session as s\n"
        "def stop(ctx): raise KeyboardInterrupt\n"
        "import tracker.cli.migrate as m; m.settings_of = stop\n"
        "from tracker.cli.main import main; main()"
    )
    done = program(tmp_path, "migrate", code=code)
    assert (done.status, done.out, done.err.strip()) == (130, "", "")


@pytest.mark.parametrize(
    "arguments", [("list",), ("list", "--format", "json"), ("history", "30-1"), ("--help",)]
)
def test_a_reader_that_went_away_is_no_error(data: Path, arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tracker", "--data", str(data), *arguments],
            stdout=writing, stderr=subprocess.PIPE, check=False, timeout=120,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_line(data: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tracker", "--data", str(data), "list"],
            stdout=full, stderr=subprocess.PIPE, check=False, timeout=120,
        )  # fmt: skip
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert "写不进去：磁盘已满".encode() in done.stderr


# Nothing from outside steers a terminal.


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A ledger of a letter whose headings, issuer and promises carry escapes; its folder."""
    text = LETTER.replace("下一步工作打算", f"下一步{ESCAPES}工作打算")
    text = text.replace("市财政局将", f"市财政局{ESCAPES}将").replace(
        "云溪市市场", f"云溪市{ESCAPES}市场"
    )
    # So long that a few control characters do not make it a binary file.
    text = text.replace("现答复如下:", "现答复如下:\n\n" + "我局对此高度重视。" * 1500)
    letter(tmp_path, 30, f"a{ESCAPES}.txt", text)
    call(tmp_path / "data", "import", str(tmp_path / f"a{ESCAPES}.txt"))
    return tmp_path


def _steers(text: str) -> list[str]:
    return [char for char in ("\x1b", "\x07", "\u202e", "\x9b") if char in text]


def test_views_of_a_hostile_letter_steer_nothing(hostile: Path) -> None:
    path = str(hostile / f"a{ESCAPES}.txt")
    views: list[tuple[str, ...]] = [
        ("import", path),
        ("list",),
        ("show", "30-1"),
        ("history", "30-1"),
        ("explain", path),
        ("extract", path),
        ("check", path),
        ("check", path, "--format", "json"),
        ("extract", path, "--format", "jsonl"),
        ("extract", path, "--format", "json"),
        ("report",),
        ("when", f"2023年底{ESCAPES}"),
    ]
    for view in views:
        done = call(hostile / "data", *view)
        assert done.status in (0, 1), done.err
        assert done.out
        assert _steers(done.out + done.err) == [], view


def test_review_of_a_hostile_letter_steers_nothing(hostile: Path) -> None:
    out = call(hostile / "data", "review", typed="s\nr\n\nq\n").out
    assert "工作打算" in out
    assert _steers(out) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "{}"),
        ("extract", "{}"),
        ("explain", "{}"),
        ("check", "{}"),
        ("units", "import", "{}"),
        ("deputies", "import", "{}"),
        ("report", "-o", "{}/x.md"),
        ("evaluate", "{}"),
        ("show", "{}"),
        ("list", "--unit", "{}"),
    ],
)
def test_errors_about_a_hostile_path_steer_nothing(
    data: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    named = f"{tmp_path}/none{ESCAPES}\x9b2J"
    done = call(data, *(part.format(named) for part in arguments))
    assert done.status == 2
    assert "none" in done.err
    assert done.err.count("\n") == 1
    assert _steers(done.err + done.out) == []


def test_bytes_in_a_path_that_are_no_utf8_can_be_printed(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt"))
    path.write_text(LETTER.format(number=30), encoding="utf-8")
    for command in ("import", "extract", "explain", "check"):
        done = call(tmp_path / "data", command, str(path))
        assert (done.status, done.err) == (0, "")
        done.out.encode()


# Both languages.


def test_extract_speaks_the_language_asked_for(tmp_path: Path) -> None:
    path = str(letter(tmp_path, 30))
    english = call(tmp_path, "--lang", "en", "extract", path).out
    assert "promise" in english
    assert "no. 30" in english
    assert not [word for word in ("责任单位", "把握", "新增30户", "第30号") if word in english]
    chinese = call(tmp_path, "extract", path).out
    assert [word for word in ("责任单位", "把握", "第30号") if word not in chinese] == []


def test_extract_of_a_text_without_promises_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "1.txt"
    path.write_text("云溪市教育局\n感谢您的关心。\n", encoding="utf-8")
    lines = [line for line in call(tmp_path, "extract", str(path)).out.splitlines() if line]
    assert lines[1:] == ["没有可跟踪的承诺"]


def test_explain_speaks_the_language_asked_for(tmp_path: Path) -> None:
    path = str(letter(tmp_path, 30))
    assert "decided by: " in call(tmp_path, "--lang", "en", "explain", path).out
    assert "目标：新增30户" in call(tmp_path, "explain", path).out


@pytest.mark.parametrize("word", ["量化", "measurable"])
def test_a_kind_is_named_in_either_language(data: Path, word: str) -> None:
    assert "[1/2]" in call(data, "review", "--kind", word, typed="q\n").out
    assert call(data, "confirm", "--all", "--kind", word).out.count("已确认") == 2


def test_codes_are_those_of_the_ledger() -> None:
    from typing import get_args

    from tracker.cli.words import KIND, LIGHT, OUTCOME
    from tracker.commitments.model import Kind
    from tracker.followup.status import Light
    from tracker.store.following import OUTCOMES

    assert set(OUTCOME.codes) == {"open", *OUTCOMES}
    assert set(KIND.codes) == set(get_args(Kind))
    assert set(LIGHT.codes) == set(get_args(Light))


def test_when_reads_lines_and_names_a_wrong_day(tmp_path: Path) -> None:
    done = program(tmp_path, "when", "-", typed="年底前\t9999-12-31\n2023年底\t\n")
    assert done.status == 2
    assert done.err.startswith("tracker: line 1：“9999-12-31” 超出范围")
    assert '"deadline": "2023-12-31"' in done.out


def test_decisions_of_one_command_are_of_one_moment(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker import clock

    asked: list[dt.datetime] = []
    real = clock.now

    def now() -> dt.datetime:
        asked.append(real())
        return asked[-1]

    monkeypatch.setattr(clock, "now", now)
    call(data, "confirm", "30-1", "30-2")
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("lst", "没有命令 “lst”；是不是 “list”；详见 tracker --help"),
        ("exprot", "没有命令 “exprot”；是不是 “export”；详见 tracker --help"),
        ("xyzzy", "没有命令 “xyzzy”；详见 tracker --help"),
    ],
)
def test_a_mistyped_command_is_told_with_the_nearest(tmp_path: Path, typed: str, told: str) -> None:
    done = call(tmp_path, typed)
    assert (done.status, done.err) == (2, f"tracker: {told}\n")

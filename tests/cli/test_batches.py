"""Long imports as a person meets them: killed, stopped, reported; and on a Dask cluster."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import pty
import random
import re
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.bench.archive import write_letters
from tests.cli.running import call, letter, program
from tracker.cli.batches import Tally
from tracker.settings import Settings

IN_ALL = 200


def _start(settings: Settings, *arguments: str, new_session: bool = False) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tracker", "--data", str(settings.data_dir), "import", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120"},
        start_new_session=new_session,
    )


def _letters(settings: Settings) -> int:
    if not (settings.data_dir / "tracker.db").exists():
        return 0
    with closing(sqlite3.connect(settings.data_dir / "tracker.db", timeout=30)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM letters").fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # killed before the schema was there


def _dump(settings: Settings) -> list[str]:
    """Every row of the database but for its times, and for what chain and seals make of these. What
    links two rows has no order of its own."""
    with closing(sqlite3.connect(settings.data_dir / "tracker.db")) as connection:
        lines = connection.iterdump()
        links = "UPDATE history SET hash = NULL"
        connection.execute(links)
        connection.execute("DELETE FROM chain")
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%seal VARCHAR%'"
        for (name,) in connection.execute(named).fetchall():
            connection.execute(f"UPDATE {name} SET seal = NULL")  # noqa: S608
        return sorted(re.sub(r"'20\d\d-\d\d-\d\d \d\d:[\d:.]+'", "", line) for line in lines)


def _whole(settings: Settings) -> None:
    """Nothing half-written: every letter has its bytes, its history and its commitments' owners."""
    with closing(sqlite3.connect(settings.data_dir / "tracker.db")) as connection:
        ask = connection.execute
        for (name,) in ask("SELECT sha256 FROM letters").fetchall():
            assert (settings.archive_dir / name[:2] / f"{name}.bin").stat().st_size > 0
        assert not ask(
            "SELECT id FROM letters WHERE id NOT IN (SELECT letter_id FROM history WHERE action = 'import')"
        ).fetchall()
        assert not ask(
            "SELECT id FROM commitments WHERE id NOT IN (SELECT commitment_id FROM commitment_units)"
        ).fetchall()
        assert ask("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not ask("PRAGMA foreign_key_check").fetchall()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Letters enough to be interrupted in the middle."""
    found = tmp_path_factory.mktemp("letters")
    write_letters(found, IN_ALL)
    return found


@pytest.fixture(scope="module")
def at_once(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What an import gives that nobody disturbs."""
    data = tmp_path_factory.mktemp("at-once")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TRACKER_USER", "测试员")
        assert call(data, "import", str(folder)).status == 0
    return _dump(Settings(data_dir=data, database_url=""))


def test_killed_again_and_again_nothing_is_lost_or_taken_twice(
    folder: Path, settings: Settings, at_once: list[str]
) -> None:
    chance, kills = random.Random(7), 0  # noqa: S311 - moments, no secrets
    for _ in range(8):
        child = _start(settings, str(folder), "--jobs", "2")
        # Mostly while letters are entered; now and then at any moment from the start on.
        if kills % 3:
            _wait_for_letters(settings, child)
        time.sleep(chance.random() * 0.3)
        child.kill()
        child.communicate()
        kills += child.returncode == -signal.SIGKILL
        if (settings.data_dir / "tracker.db").exists() and _letters(settings):
            _whole(settings)
    assert kills >= 5
    done = program(settings.data_dir, "import", str(folder), "--jobs", "2")
    assert done.status == 0
    assert _dump(settings) == at_once
    _whole(settings)


def _wait_for_letters(settings: Settings, child: subprocess.Popen[Any]) -> None:
    before = _letters(settings)
    _wait_for(lambda: _letters(settings) > before, child)


def _wait_for(condition: object, child: subprocess.Popen[Any]) -> None:
    assert callable(condition)
    while not condition() and child.poll() is None:
        time.sleep(0.01)


def test_a_stop_within_an_archive_tells_what_is_to_go(
    folder: Path, tmp_path: Path, settings: Settings
) -> None:
    packed = tmp_path / "in" / "a.zip"
    packed.parent.mkdir()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, path.name)
    for number in range(40):
        letter(packed.parent, number, f"b{number:02}.txt")
    child = _start(settings, str(packed.parent), "--jobs", "1")
    _wait_for(lambda: _letters(settings), child)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert f"已中断，41 个文件未处理（其中 {packed} 只处理了一部分，按一个计）；" in err


#: Files given, outcomes in their order → counted, still to go, total, the container in hand.
TOLD: list[tuple[list[str], list[str], tuple[int, int, int, str]]] = [
    (["a", "b", "c"], [], (0, 3, 3, "")),
    (["a", "b", "c"], ["a", "b"], (2, 1, 3, "")),
    (["z.zip", "b"], ["z.zip › 1", "z.zip › 2", "z.zip › 3"], (3, 2, 5, "z.zip")),
    (["z.zip", "b"], ["z.zip › 1", "z.zip › 2", "b"], (3, 0, 3, "")),
    (["a", "z.zip", "y.zip"], ["a", "z.zip › 1", "y.zip › 1"], (3, 1, 4, "y.zip")),
    (["z.zip", "b"], ["z.zip", "z.zip › 1", "b"], (3, 0, 3, "")),
    (["z › y", "z › y.zip"], ["z › y", "z › y.zip › 1"], (2, 1, 3, "z › y.zip")),
    (["b", "-x.et", "c"], ["b", "-x.et"], (1, 1, 2, "")),
    (["-x.et", "b", "c"], ["-x.et", "b"], (1, 1, 2, "")),
    (["m.eml", "-x.et", "c"], ["m.eml › 1", "-m.eml › 2.et", "-x.et"], (1, 1, 2, "")),
]  # fmt: skip


@pytest.mark.parametrize(("given", "outcomes", "told"), TOLD)
def test_how_far_an_import_is(
    given: list[str], outcomes: list[str], told: tuple[int, int, int, str]
) -> None:
    """A name behind "-" is left out."""
    tally = Tally(sum(not name.startswith("-") for name in given))
    for name in given:
        tally.draw(name.removeprefix("-"), counts=not name.startswith("-"))
    for name in outcomes:
        tally.count(name.removeprefix("-"), "left_out" if name.startswith("-") else "new")
    assert (tally.all, tally.to_go, tally.total, tally.half) == told
    tally.end()
    assert (tally.to_go, tally.total, tally.half) == (0, told[0], "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_is_clean_and_the_same_command_goes_on(
    folder: Path, settings: Settings, at_once: list[str], number: signal.Signals
) -> None:
    child = _start(settings, str(folder), "--jobs", "1")
    _wait_for(lambda: _letters(settings), child)
    child.send_signal(number)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 130
    counted = re.search(r"共 (\d+) 个文件：新增 (\d+)", out)
    assert counted is not None
    assert int(counted[2]) == _letters(settings) < IN_ALL
    assert f"{IN_ALL - int(counted[1])} 个文件未处理" in err
    assert "Traceback" not in err
    _whole(settings)
    assert program(settings.data_dir, "import", str(folder)).status == 0
    assert _dump(settings) == at_once


def test_a_second_stop_is_told_too(folder: Path, settings: Settings) -> None:
    child = _start(settings, str(folder), "--jobs", "1")
    _wait_for(lambda: _letters(settings), child)
    for _ in range(2):
        child.send_signal(signal.SIGINT)
        time.sleep(0.02)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "中断" in err
    assert "Traceback" not in err
    _whole(settings)


def test_workers_end_with_a_parent_that_is_killed(folder: Path, settings: Settings) -> None:
    child = _start(settings, str(folder), "--jobs", "2")
    _wait_for(lambda: _letters(settings), child)
    children = _below(child.pid)
    child.kill()
    child.communicate()
    assert children
    deadline = time.monotonic() + 20
    while (alive := [one for one in children if _runs(one)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive == []


def _below(parent: int) -> list[int]:
    """Processes that stem from one, by /proc."""
    found, waiting = [], [parent]
    while waiting:
        number = waiting.pop()
        for task in Path(f"/proc/{number}/task").glob("*/children"):
            children = [int(one) for one in task.read_text().split()]
            found += children
            waiting += children
    return found


def _runs(number: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return False


def test_a_stop_before_the_first_letter_is_clean(folder: Path, settings: Settings) -> None:
    child = _start(settings, str(folder), new_session=True)
    # What workers are forked from is there, and compiles its patterns for a second.
    _wait_for(lambda: len(_below(child.pid)) == 2, child)
    os.killpg(child.pid, signal.SIGINT)  # a terminal sends Ctrl-C to all that run in it
    out, err = child.communicate(timeout=60)
    assert (child.returncode, len(_faults(err))) == (130, 1)
    assert f"共 {_letters(settings)} 个文件" in out
    _whole(settings)


# What a person sees.


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Good letters among files that cannot be imported, some of them with hostile names."""
    inside = tmp_path / "in"
    for number in range(1, 31):
        letter(inside, number)
    (inside / "=cmd|calc.txt").touch()
    (inside / "new\nline.txt").touch()
    (inside / "-1.txt").mkdir()
    os.mkfifo(inside / "pipe.txt")
    (inside / "out.txt").symlink_to("/etc/hostname")
    (inside / "void.txt").symlink_to("nowhere")
    return inside


def test_failures_are_listed_in_a_table_and_a_file(
    mixed: Path, tmp_path: Path, settings: Settings
) -> None:
    path = tmp_path / "failed.csv"
    done = program(settings.data_dir, "import", str(mixed), "--failures", str(path))
    assert done.status == 2
    assert "共 35 个文件：新增 30，新版本 0，已在库 0，失败 5" in done.out
    assert "失败 5 个文件" in done.out
    assert len(done.err.splitlines()) == 5
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["文件", "原因"],
        [f"{mixed}/=cmd|calc.txt", "是空文件"],
        [f"{mixed}/new line.txt", "是空文件"],
        [f"{mixed}/out.txt", "是指向文件夹之外的链接，未导入；如需导入，请直接写出它所指的路径"],
        [f"{mixed}/pipe.txt", "不是普通文件"],
        [f"{mixed}/void.txt", "链接所指的文件不存在"],
    ]
    for origin, reason in rows[1:]:
        assert f"tracker: {origin}: {reason}" in done.err
    assert "\n".join(done.out.splitlines()).count("新增  ") == 0  # no line for each of many files


def test_cells_that_a_spreadsheet_would_calculate(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["=1+1.txt", "+1.txt", "@x.txt", "\t=x.txt", "\r=y.txt", "-1.txt"]
    for name in names:
        (tmp_path / name).touch()
    path = tmp_path / "f.csv"
    monkeypatch.chdir(tmp_path)
    assert call(settings.data_dir, "import", "--failures", str(path), "--", *names).status == 2
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [row[0] for row in csv.reader(file)][1:]
    assert cells == ["'=1+1.txt", "'+1.txt", "'@x.txt", "'=x.txt", "'=y.txt", "'-1.txt"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--scheduler", "tcp://127.0.0.1:1"], "--scheduler 只与 --engine dask 合用"),
        (["--failures", "x.txt"], "应以 .csv 结尾"),
        (["--failures", "/no/such/folder/x.csv"], "x.csv：写不进去：没有这个文件"),
        (["--failures", "/etc/passwd/x.csv"], "x.csv：写不进去：不是文件夹"),
        (["--failures", "n" * 300 + ".csv"], "n.csv：写不进去：文件名太长"),
        (["--jobs", "0"], "0 is not in the range"),
        (["--engine", "threads"], "不在可选之列"),
    ],
)
def test_options_that_make_no_sense(
    tmp_path: Path, settings: Settings, arguments: list[str], said: str
) -> None:
    done = call(settings.data_dir, "import", str(letter(tmp_path, 1)), *arguments)
    assert (done.status, len(done.err.splitlines())) == (2, 1)
    assert said in done.err


def test_a_table_of_failures_that_cannot_be_written_in_english(
    tmp_path: Path, settings: Settings
) -> None:
    path = str(letter(tmp_path, 1))
    for place, why in (("/no/x.csv", "No such file or directory"), ("/etc/passwd/x.csv", "Not a")):
        done = call(settings.data_dir, "--lang", "en", "import", path, "--failures", place)
        assert done.err.startswith(f"tracker: {place}: cannot be written: {why}")


def test_every_file_has_its_line_when_asked_for(mixed: Path, settings: Settings) -> None:
    done = call(settings.data_dir, "import", str(mixed), "-v")
    assert done.out.count("新增    ") == 30
    assert call(settings.data_dir, "import", str(mixed), "-v").out.count("已在库  ") == 30


def test_on_a_terminal_a_bar_and_a_table_and_no_flood(tmp_path: Path, settings: Settings) -> None:
    for number in range(1, 41):
        letter(tmp_path / "in", number)
    for number in range(35):
        (tmp_path / "in" / f"empty{number:02}.txt").touch()
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 150, 0, 0))
    command = [sys.executable, "-m", "tracker", "--data", str(settings.data_dir), "import"]
    child = subprocess.Popen([*command, str(tmp_path / "in")], stdout=theirs, stderr=theirs)
    os.close(theirs)
    seen = b""
    with suppress(OSError):  # the terminal's other end is closed
        while piece := os.read(ours, 65536):
            seen += piece
    os.close(ours)
    assert child.wait(30) == 2
    shown = seen.decode()
    assert "75/75" in shown
    assert "失败 35" in shown
    assert "个/秒" in shown
    after = shown[shown.rindex("75/75") :]
    assert after.count("是空文件") == 30  # the table ends there
    assert "另有 5 个未列出" in after
    assert "共 75 个文件：新增 40" in after
    assert "新增    " not in shown
    assert "tracker: " not in shown


# On a Dask cluster.


def test_a_stop_is_clean_on_a_cluster_too(folder: Path, settings: Settings) -> None:
    arguments = [str(folder), "--engine", "dask", "--jobs", "1"]
    child = _start(settings, *arguments, new_session=True)
    _wait_for(lambda: _letters(settings), child)
    os.killpg(child.pid, signal.SIGINT)  # a terminal sends Ctrl-C to all that run in it
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    (said,) = _faults(err)
    assert "个文件未处理" in said
    _whole(settings)


NO_DASK = """
import sys
sys.modules["distributed"] = None
from tracker.cli.main import main
main()
"""


def test_without_dask_one_line_says_what_to_install(tmp_path: Path, settings: Settings) -> None:
    path = letter(tmp_path, 1)
    done = program(settings.data_dir, "import", str(path), "--engine", "dask", code=NO_DASK)
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "pip install 'commitment-tracker[cluster]'" in done.err


def test_a_cluster_of_its_own_gives_the_same_rows(
    folder: Path, settings: Settings, at_once: list[str]
) -> None:
    done = program(settings.data_dir, "import", str(folder), "--engine", "dask", "--jobs", "2")
    assert (done.status, _faults(done.err)) == (0, [])
    assert _dump(settings) == at_once


def _faults(told: str) -> list[str]:
    """What a command said on its standard error, but for how far it was on a slow machine."""
    return [line for line in told.splitlines() if not line.startswith("已处理")]


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """A scheduler with one worker, as an office would start them; its address."""
    told = tmp_path / "scheduler.json"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    commands = [
        ["dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)],
        ["dask_worker", "--scheduler-file", str(told), "--nthreads", "2", "--no-dashboard"],
    ]
    running = []
    for module, *options in commands:
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--host", "127.0.0.1"]
        running.append(
            subprocess.Popen(
                [*command, *options],
                stderr=subprocess.DEVNULL,
                cwd=tmp_path,
                env=environment,
            )
        )
        _wait_for(told.exists, running[0])
    yield json.loads(told.read_text())["address"]
    for process in reversed(running):
        process.terminate()
        process.wait(30)


def test_a_cluster_elsewhere_gives_the_same_rows(
    folder: Path, settings: Settings, at_once: list[str], scheduler: str
) -> None:
    (extra := settings.data_dir.parent / "bad.txt").touch()
    arguments = ["import", str(folder), str(extra), "--engine", "dask", "--scheduler", scheduler]
    done = program(settings.data_dir, *arguments)
    assert _faults(done.err) == [f"tracker: {extra}: 是空文件"]
    assert _dump(settings) == at_once


def test_a_scheduler_that_does_not_answer(tmp_path: Path, settings: Settings) -> None:
    path = letter(tmp_path, 1)
    code = (
        "import tracker.intake.cluster as c; c._PATIENCE = 1\n"
        "from tracker.cli.main import main; main()"
    )
    arguments = ["--engine", "dask", "--scheduler", "tcp://127.0.0.1:9"]
    done = program(settings.data_dir, "import", str(path), *arguments, code=code)
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "tcp://127.0.0.1:9 没有 Dask 调度器应答" in done.err

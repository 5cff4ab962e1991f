"""status, list, show and report as people call them: options, exit statuses, pipes, files."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from tests.county import fill, settings_in
from tracker.cli.main import tracker
from tracker.cli.report import write_whole
from tracker.errors import SettingsError, UnknownReference
from tracker.store.database import open_store

DAY = "2024-06-15"

Call = Callable[..., Result]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installation that holds the made-up county."""
    monkeypatch.chdir(tmp_path)
    store = open_store(settings_in(tmp_path))
    with store.write() as session:
        fill(session)
    store.close()
    return tmp_path


@pytest.fixture
def call(office: Path) -> Call:
    """Runs a command on the county, output piped, at 80 columns."""

    def run(*arguments: str, lang: str = "zh") -> Result:
        options = ["--data", str(office), "--lang", lang]
        return CliRunner().invoke(tracker, [*options, *arguments], env={"COLUMNS": "80"})

    return run


def _refs(result: Result) -> list[str]:
    return [item["ref"] for item in json.loads(result.stdout)["commitments"]]


@pytest.mark.parametrize(
    "arguments",
    [("status",), ("show", "25-2")],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_piped_views_are_plain_and_fit(call: Call, arguments: tuple[str, ...], lang: str) -> None:
    result = call(*arguments, "--as-of", DAY, lang=lang)
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.stdout
    assert max(cell_len(line) for line in result.stdout.splitlines()) <= 80


def test_status_shows_what_is_overdue_before_anything_else(call: Call) -> None:
    text = call("status", "--as-of", DAY).stdout
    assert "▲ 逾期 4" in text
    parts = ("下一批到期", "▲ 逾期  ", "今天", "未填报的单位", "待审核 2 项")
    places = [text.rindex(word) for word in parts]
    assert places == sorted(places)
    assert "邮件：无地址 1，发送失败 1" in text
    assert text.index("云溪县交通运输局") < text.index("云溪县水务局") < text.index("云溪县教育")


def test_status_on_a_past_day(call: Call) -> None:
    text = call("status", "--as-of", "2023-10-01").stdout
    assert "已销号 0" in text
    assert "数据在此日之后还有更新" in text


def test_status_in_english(call: Call) -> None:
    assert "▲ overdue 4" in call("status", "--as-of", DAY, lang="en").stdout


@pytest.mark.parametrize(
    ("options", "refs"),
    [
        (["--light", "overdue"], ["31-2", "31-3", "52-3", "73-5"]),
        (["--light", "逾期"], ["31-2", "31-3", "52-3", "73-5"]),
        (["--light", "overdue", "--unit", "水务"], ["52-3"]),
        (["--outcome", "broken", "--outcome", "部分兑现"], ["25-3", "52-1"]),
        (["--review", "pending"], ["31-5", "52-5"]),
        (["--deputy", "许知行", "--kind", "milestone"], ["68-2", "68-4"]),
        (["--suggestion", "25", "--kind", "事项"], ["25-5"]),
        (["--due-before", "2023-11-01"], ["73-4"]),
        (["--no-report", "--review", "confirmed"], ["25-5", "31-3", "47-5", "52-4"]),
        (["--outcome", "open", "--as-of", "2023-12-31", "--suggestion", "25", "--light", "临期"],
         ["25-1", "25-3"]),
    ],
)  # fmt: skip
def test_list_filters(call: Call, options: list[str], refs: list[str]) -> None:
    day = [] if "--as-of" in options else ["--as-of", DAY]
    result = call("list", *options, *day, "--format", "json")
    assert result.exit_code == 0, result.output
    assert _refs(result) == refs


def test_list_finds_nothing_with_status_1(call: Call) -> None:
    result = call("list", "--outcome", "kept_late", "--unit", "水务")
    assert result.exit_code == 1
    assert "没有符合条件的承诺" in result.stdout
    empty = call("list", "--outcome", "kept_late", "--unit", "水务", "--format", "json")
    assert (empty.exit_code, _refs(empty)) == (1, [])


def test_list_refuses_an_unknown_light_and_names_the_known(call: Call) -> None:
    result = call("list", "--light", "purple")
    assert result.exit_code == 2
    assert "overdue 逾期" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [("show", "99-9"), ("list", "--unit", "没有局"), ("report", "--deputy", "没有")],
)
def test_an_unknown_name_is_one_line(call: Call, arguments: tuple[str, ...]) -> None:
    result = call(*arguments)
    assert isinstance(result.exception, UnknownReference)
    assert "\n" not in str(result.exception)


def test_csv_is_utf8_with_a_mark_and_its_own_line_ends(call: Call) -> None:
    result = call("list", "--format", "csv", "--as-of", DAY)
    raw = result.stdout_bytes
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 31
    lines = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert lines[0]["编号"] == "25-1"
    assert lines[0]["结果"] == "已兑现"


def test_show_tells_source_reason_and_history(call: Call) -> None:
    text = call("show", "68-4", "--as-of", DAY).stdout
    for part in (
        "【编制廊桥保护利用专项规划】",
        "已延期，原时限 2024-03-31",
        "初稿完成，征求意见",
        "部门意见尚未收齐",
        "2024-03-28 11:00",
    ):
        assert part in text
    assert (
        "■■□□□□□□□□ 由基数起完成 27%，为目标值的 80%" in call("show", "25-2", "--as-of", DAY).stdout
    )


def test_report_goes_to_a_file_whose_ending_names_the_format(call: Call, office: Path) -> None:
    path = office / "报告.html"
    result = call("report", "--as-of", DAY, "--output", str(path))
    assert result.exit_code == 0, result.output
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [entry.name for entry in office.iterdir() if "part" in entry.name] == []


@pytest.mark.parametrize(("form", "start"), [("md", "# 承诺"), ("html", "<!DOC"), ("json", "{")])
def test_report_formats(call: Call, form: str, start: str) -> None:
    assert call("report", "--format", form).stdout.startswith(start)


def test_report_is_about_one_thing(call: Call) -> None:
    result = call("report", "--unit", "水务", "--deputy", "陈望舒")
    assert result.exit_code == 2
    assert "--unit, --deputy, --suggestion, --session" in result.stderr


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.md"
    path.write_text("old", encoding="utf-8")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match=r"report\.md: cannot be written: No space"):
        write_whole(path, b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.md"]
    assert path.read_text(encoding="utf-8") == "old"


def test_a_folder_that_is_not_there_is_one_line(call: Call, office: Path) -> None:
    result = call("report", "--output", str(office / "nowhere" / "report.md"))
    assert isinstance(result.exception, SettingsError)


def _process(office: Path, *arguments: str, **environment: str) -> str:
    """A real process, so that what it writes to its pipe is what a reader gets."""
    program = "from tracker.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--data", str(office), *arguments],
        capture_output=True, check=True, cwd=office, env={**os.environ, **environment},
    )  # fmt: skip
    return done.stdout.decode("utf-8")


def test_no_color_keeps_sign_and_word_and_drops_the_colour(office: Path) -> None:
    forced = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "80"}
    coloured = _process(office, "list", "--as-of", DAY, **forced)
    assert "\x1b[1;31m▲ 逾期" in coloured
    plain = _process(office, "list", "--as-of", DAY, **forced, NO_COLOR="1")
    assert "▲ 逾期" in plain
    assert not [code for code in ("\x1b[31", "\x1b[1;31", "\x1b[32", "\x1b[33") if code in plain]


def test_a_wide_screen_shows_the_quotes(office: Path) -> None:
    screen = {"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "xterm", "COLUMNS": "160"}
    lines = _process(office, "list", "--as-of", DAY, **screen).splitlines()
    assert "原文" in lines[0]
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    assert 80 < max(cell_len(line) for line in plain) <= 160


def test_a_piped_list_is_a_line_each(call: Call) -> None:
    lines = call("list", "--as-of", DAY).stdout.splitlines()
    refs = _refs(call("list", "--as-of", DAY, "--format", "json"))
    assert [line.split()[0] for line in lines[1:-1]] == refs
    assert "\x1b" not in "".join(lines)
    signs = [cell_len(re.match(r"\S+\s+", line)[0]) for line in lines[:-1]]  # type: ignore[index]
    assert len(set(signs)) == 1
    assert lines[-1] == f"共 {len(refs)} 项"


def test_a_report_ends_in_what_it_is(call: Call, office: Path) -> None:
    for name in ("r.PDF", "r.xlsx", "报告.doc"):
        result = call("report", "--as-of", DAY, "-o", str(office / name))
        assert isinstance(result.exception, SettingsError)
        assert f"不会写 {Path(name).suffix.lower()} 文件" in str(result.exception)
        assert not (office / name).exists()
    for name in ("r.md", "r.txt", "r", "r.HTML"):
        assert call("report", "--as-of", DAY, "-o", str(office / name)).exit_code == 0
        assert (office / name).read_text("utf-8").startswith("<!" if "HTML" in name else "#")
    said = call("report", "--as-of", DAY, "--format", "md", "-o", str(office / "r.docx"))
    assert said.exit_code == 0, "who names the format gets it"
    assert (office / "r.docx").read_bytes()[:1] == b"#"
    assert call("report", "--as-of", DAY, "-o", str(office / "r.docx")).exit_code == 0
    assert (office / "r.docx").read_bytes()[:2] == b"PK"
    assert "-o" in str(call("report", "--format", "docx").exception)


def test_a_list_says_how_many_there_are(call: Call) -> None:
    every = len(call("list", "--as-of", DAY).stdout.splitlines()) - 2
    lines = call("list", "--as-of", DAY, "--limit", "3").stdout.splitlines()
    assert len(lines) == 5
    assert lines[-1].startswith(f"共 {every} 项，列出前 3 项；全部：--limit 0")
    late = _refs(call("list", "--light", "overdue", "--as-of", DAY, "--format", "json"))
    lines = call("list", "--light", "overdue", "--as-of", DAY, "--limit", "1").stdout.splitlines()
    assert lines[1].split()[0] == late[0]
    assert lines[-1].startswith(f"共 {len(late)} 项，列出前 1 项")
    assert (
        _refs(call("list", "--as-of", DAY, "--limit", "2", "--format", "json"))
        == _refs(call("list", "--as-of", DAY, "--format", "json"))[:2]
    )
    assert call("list", "--limit", "-1").exit_code == 2


def test_a_screen_shows_the_first_fifty(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.cli.ledger._SHOWN", 4)
    screen = {"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "xterm", "COLUMNS": "200"}
    options = ["--data", str(office), "list", "--as-of", DAY]
    out = CliRunner().invoke(tracker, options, env=screen).stdout
    assert "列出前 4 项" in out
    assert (
        "列出前" not in CliRunner().invoke(tracker, [*options, "--limit", "0"], env=screen).stdout
    )

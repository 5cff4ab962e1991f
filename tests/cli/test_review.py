"""`tracker review` at a plain prompt: every key, and every way to leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import LETTER, call, letter, program
from tracker.settings import Settings
from tracker.store import queries
from tracker.store.database import open_store


@pytest.fixture
def data(tmp_path: Path, settings: Settings) -> Path:
    """A ledger with 30-1 (30户) and 30-2 (300万元), both pending."""
    call(settings.data_dir, "import", str(letter(tmp_path, 30)))
    return settings.data_dir


def _states(settings: Settings) -> list[str]:
    store = open_store(settings)
    with store.read() as session:
        found = [row.review for row in queries.commitments(session)]
    store.close()
    return found


def test_the_promise_is_marked_in_its_place(data: Path) -> None:
    out = " ".join(call(data, "review", typed="q\n").out.split())
    assert "30-1 [1/2] 云溪市市场监督管理局 2023-05-15" in out
    assert "二、下一步工作打算" in out
    assert "【" in out
    assert "新增高新技术企业30户】" in out.replace(" ", "")
    assert "时限 2023-12-31 (“2023年” 年份)" in out
    assert "目标 新增30户" in out


WALKS = [
    ("a\na\n", ["confirmed", "confirmed"], "确认 2 项，不跟踪 0 项，更正 0 项；还有 0 项"),
    ("r\n背景数字\na\n", ["rejected", "confirmed"], "确认 1 项，不跟踪 1 项"),
    ("s\nA\n", ["pending", "confirmed"], "确认 1 项"),
    ("a\nq\n", ["confirmed", "pending"], "还有 1 项待审核"),
    ("a\nu\ns\ns\n", ["pending", "pending"], "确认 0 项"),
    ("a\na\n", ["confirmed", "confirmed"], "确认 2 项"),
    ("a\n", ["confirmed", "pending"], "确认 1 项"),  # the input ends
    ("", ["pending", "pending"], "确认 0 项"),
    ("r\n", ["pending", "pending"], "不跟踪 0 项"),  # it ends at the reason
    ("r\n\na\nq\n", ["confirmed", "pending"], "请写明不跟踪的理由"),  # no reason given
    ("x\n\na\nq\n", ["confirmed", "pending"], "请按 a"),
    ("u\nq\n", ["pending", "pending"], "还没有可撤销的决定"),
    ("a\nu\nu\nq\n", ["pending", "pending"], "还没有可撤销的决定"),
]


@pytest.mark.parametrize(("typed", "states", "says"), WALKS)
def test_a_walk(data: Path, settings: Settings, typed: str, states: list[str], says: str) -> None:
    done = call(data, "review", typed=typed)
    assert done.status == 0
    assert _states(settings) == states
    assert says in done.out


def _newer(data: Path, tmp_path: Path, *changes: tuple[str, str]) -> None:
    text = LETTER.replace("5月15日", "6月1日")
    for old, new in changes:
        text = text.replace(old, new)
    call(data, "import", str(letter(tmp_path, 30, f"newer{len(changes)}.txt", text)))


def test_what_a_newer_version_no_longer_holds_is_superseded(data: Path, tmp_path: Path) -> None:
    _newer(data, tmp_path, ("力争2023年新增高新技术企业{number}户。", ""))
    assert "－ 不再出现" in call(data, "list").out
    assert "[1/1]" in call(data, "review", typed="q\n").out
    assert call(data, "confirm", "--all").out == "30-2 已确认\n"
    sweep = ("sweep", "--as-of", "2023-12-29", "--dry-run")
    assert "30-2" in call(data, *sweep).out
    assert "30-1" not in call(data, *sweep).out
    listed = call(data, "list", "--review", "不再出现").out
    assert ("30-1" in listed, "30-2" in listed) == (True, False)
    assert call(data, "confirm", "30-1").out == "30-1 已确认\n"
    assert "30-1" in call(data, *sweep).out


def test_a_confirmed_one_that_vanished_is_shown_for_review(data: Path, tmp_path: Path) -> None:
    call(data, "confirm", "--all")
    _newer(data, tmp_path, ("力争2023年新增高新技术企业{number}户。", ""))
    assert "有 1 项在新版答复件中不再出现或有改动" in call(data, "status").out
    out = call(data, "review", typed="a\nu\na\n").out
    assert "新版答复件中不再出现，请复核" in out
    assert "30-2" not in out
    assert "新版答复件中不再出现，仍跟踪" in call(data, "show", "30-1").out
    assert "请复核" not in call(data, "status").out
    assert call(data, "review").out == "没有待审核的承诺\n"


def test_a_confirmed_one_that_changed_is_shown_with_what_it_says_now(
    data: Path, tmp_path: Path
) -> None:
    call(data, "confirm", "--all")
    _newer(data, tmp_path, ("企业{number}户", "企业45户"), ("6月底前", "9月底前"))
    out = call(data, "review", typed="s\ns\n").out
    assert "目标 → 45户" in out
    assert "时限 → 2023-09-30" in out
    call(data, "review", typed="e\nvalue=45\n\n新版\nr\n已改\n")
    assert "45户" in call(data, "show", "30-1").out
    assert call(data, "review").out == "没有待审核的承诺\n"


def test_editing_then_accepting_then_taking_both_back(data: Path, settings: Settings) -> None:
    typed = "e\nvalue=28\nnonsense\ndeadline=2024-03-31\n\n核对原文\na\nu\nu\nq\n"
    out = call(data, "review", typed=typed).out
    assert "请写成 字段=值" in out
    assert "28户" in out
    assert out.count("已撤销 30-1") == 2
    assert "确认 0 项，不跟踪 0 项，更正 0 项" in out
    store = open_store(settings)
    with store.read() as session:
        row = queries.commitment(session, "30-1")
        why = [change.why for change in queries.history(session, "30-1") if change.action == "edit"]
    store.close()
    assert (str(row.value), str(row.deadline), row.review) == ("30", "2023-12-31", "pending")
    assert why == ["核对原文", "核对原文"]


def test_a_wrong_correction_is_said_and_the_walk_goes_on(data: Path, settings: Settings) -> None:
    out = call(data, "review", typed="e\nvalue=many\n\n\na\nq\n").out
    assert "不是数值" in out
    assert _states(settings) == ["confirmed", "pending"]


def test_only_what_is_asked_for(data: Path) -> None:
    assert "[1/1]" in call(data, "review", "--unit", "市财政局", typed="q\n").out
    assert call(data, "review", "--kind", "action").out == "没有待审核的承诺\n"


def test_as_a_program_whose_input_ends(data: Path, settings: Settings) -> None:
    done = program(data, "review", typed="a\n")
    assert (done.status, done.err) == (0, "")
    assert _states(settings) == ["confirmed", "pending"]

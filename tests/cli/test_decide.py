"""`confirm`, `reject`, `edit`, `progress`, `settle`, `history`: one line each, and what is refused."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import tracker
from tests.cli.running import LETTER, call, letter, program
from tracker.cli.history import WORDS
from tracker.store.fields import EDITABLE


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A ledger with 30-1 (30户) and 30-2 (300万元), both pending."""
    folder = tmp_path / "data"
    call(folder, "import", str(letter(tmp_path, 30)))
    return folder


def test_every_action_and_field_has_its_words() -> None:
    """Also those that an import records by itself, as that a promise is made again."""
    folder = Path(inspect.getfile(tracker)).parent
    text = "".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    actions = set(re.findall(r'\b(?:record\(\s*session,|entry\()\s*"(\w+)"', text))
    assert {"renew", "edit", "approve"} <= actions
    # These are about the registry and who is told, and stand in the history of no commitment.
    others = {"suggestion", "unit", "subscribe", "unsubscribe", "revive"}
    assert sorted(actions - WORDS.keys() - others) == []
    assert [name for name in EDITABLE if f"field.{name}" not in WORDS] == []


def test_the_whole_way_of_one_commitment(data: Path) -> None:
    steps = [
        (("confirm", "30-1", "--why", "核对无误"), "30-1 已确认"),
        (("edit", "30-1", "--value", "28", "--why", "更正"), "30-1 已更正：目标值"),
        (
            ("progress", "30-1", "--value", "12", "--as-of", "2023-09-30", "--evidence", "公报"),
            "30-1 已填报：12户（截至 2023-09-30）",
        ),
        (
            ("settle", "30-1", "partly_kept", "--why", "年度核查", "--on", "2024-01-05"),
            "30-1 已销号：部分兑现（2024-01-05）",
        ),
        (("settle", "30-1", "open", "--why", "数据有误"), "30-1 已恢复跟踪"),
        (("settle", "30-1", "已兑现", "--evidence", "公报", "--on", "2023-12-29"), "已兑现"),
    ]
    for arguments, says in steps:
        # One of them as a program of its own.
        done = (program if arguments[0] == "edit" else call)(data, *arguments)
        assert (done.status, done.err) == (0, "")
        assert says in done.out
    history = call(data, "history", "30-1").out
    lines = [" ".join(line.split()) for line in history.splitlines()]
    for part in (
        "测试员 确认 待审核 → 已确认",
        "更正 目标值 30 → 28",
        "填报 12户 (2023-09-30) 佐证：公报",
        "销号 进行中 → 部分兑现",
        "恢复跟踪 部分兑现 → 进行中",
        "销号 进行中 → 已兑现 佐证：公报",
    ):
        assert any(part in line for line in lines), part
    shown = " ".join(call(data, "show", "30-1").out.split())
    assert "（佐证：公报）" in shown
    assert "（理由：年度核查）" in shown
    assert "（理由：公报）" not in shown


@pytest.mark.parametrize("day", ["2023年10月31日", "2023/10/31", "2023.10.31", "2023-10-31"])
def test_a_day_is_typed_as_people_write_it(data: Path, day: str) -> None:
    edited = call(data, "edit", "30-2", "--deadline", day, "--why", "来函更正")
    assert (edited.status, edited.err) == (0, "")
    assert "30-2" in call(data, "list", "--due-before", day, "--format", "csv").out
    told = ("progress", "30-1", "--value", "12", "--as-of", day)
    assert "截至 2023-10-31" in call(data, *told).out
    wrong = call(data, "edit", "30-2", "--deadline", "2023年13月31日", "--why", "来函更正")
    assert (wrong.status, "不是日期" in wrong.err) == (2, True)


def test_confirm_all_of_a_kind(data: Path) -> None:
    assert call(data, "confirm", "--all", "--kind", "action").out == "没有待审核的承诺\n"
    assert call(data, "confirm", "--all", "--kind", "measurable").out.count("已确认") == 2
    assert call(data, "confirm", "30-1").out == "30-1 未作改动\n"


def test_what_a_newer_letter_no_longer_holds_is_left_out_of_all(tmp_path: Path, data: Path) -> None:
    plan = "市财政局将于2023年6月底前拨付奖补资金300万元。"
    unit = "云溪市市场监督管理局\n"
    newer = LETTER.replace(plan, "").replace(unit, "").replace("5月15日", "5月20日")
    done = call(data, "import", str(letter(tmp_path, 30, "newer.txt", newer)))
    assert "未再出现 1 项" in done.out
    told = call(data, "confirm", "--all", "--kind", "measurable").out.splitlines()
    assert told[0] == "30-1 已确认"
    assert told[1].startswith("另有 1 项在较新的答复件中未再出现，没有确认")
    assert len(told) == 2
    again = call(data, "confirm", "--all")
    assert (again.status, again.out.startswith("另有 1 项")) == (0, True)
    assert call(data, "confirm", "30-2").out == "30-2 已确认\n", "who names it has looked at it"


def test_one_wrong_reference_and_nothing_is_confirmed(data: Path) -> None:
    done = call(data, "confirm", "30-1", "30-9")
    assert (done.status, done.out) == (2, "")
    assert "没有编号为 “30-9” 的承诺；是不是" in done.err
    assert "30-1" in done.err
    assert call(data, "confirm", "30-1").out == "30-1 已确认\n"


WRONG = [
    (("confirm",), "请写明承诺编号"),
    (("confirm", "30-1", "--all"), "不能同时使用"),
    (("confirm", "30-1", "--kind", "action"), "--kind"),
    (("reject", "30-1"), "--why"),
    (("reject", "30-1", "--why", ""), "say why"),
    (("edit", "30-1"), "至少写明一个"),
    (("edit", "30-1", "--deadline", "年底"), "no date"),
    (("edit", "30-1", "--mode", "more"), "must be one of"),
    (("progress", "30-1"), "say what was reached"),
    (("progress", "30-1", "--value", "十二"), "不是数值"),
    (("progress", "30-1", "--value", "12家"), "不是“家”"),
    (("progress", "30-1", "--value", "1", "--as-of", "2199-01-01"), "still to come"),
    (("progress", "30-1", "--value", "1", "--as-of", "9月"), "no date"),
    (("settle", "30-1", "kept", "--why", "x"), "not confirmed"),
    (("settle", "30-1", "done", "--why", "x"), "kept 已兑现"),
    (("history", "31-1"), "no commitment"),
]


@pytest.mark.parametrize(("arguments", "says"), WRONG)
def test_what_is_refused_is_one_line_and_changes_nothing(
    data: Path, arguments: tuple[str, ...], says: str
) -> None:
    before = call(data, "history", "30-1").out
    done = call(data, "--lang", "en" if says.isascii() else "zh", *arguments)
    assert done.status == 2
    assert says in done.err
    assert call(data, "history", "30-1").out == before


FIGURES = [("12", "12户"), ("12户", "12户"), ("1,200 户", "1200户"), ("１２.５", "12.5户")]


@pytest.mark.parametrize(("written", "kept"), FIGURES)
def test_figures_as_people_write_them(data: Path, written: str, kept: str) -> None:
    done = call(data, "progress", "30-1", "--value", written, "--as-of", "2023-09-30")
    assert f"已填报：{kept}（" in done.out


def test_a_text_without_a_figure(data: Path) -> None:
    done = call(
        data, "--lang", "en", "progress", "30-1", "--note", "已初审", "--as-of", "2023-09-30"
    )
    assert done.out == "30-1 reported: 已初审 (as of 2023-09-30)\n"


def test_reject_and_history_in_english(data: Path) -> None:
    done = call(data, "--lang", "en", "reject", "30-2", "--why", "已拨付")
    assert done.out == "30-2 rejected\n"
    history = " ".join(call(data, "--lang", "en", "history", "30-2").out.split())
    assert "rejected pending → 已拨付 rejected" in history


def test_an_owner_nobody_has_registered_is_refused_with_names_like_it(data: Path) -> None:
    """A name mistyped would be a new unit without an address, and nobody would be reminded."""
    before = call(data, "units", "list").out
    done = call(data, "edit", "30-1", "--owner", "市财改局，市财政局")
    assert (done.status, done.out) == (2, "")
    assert "没有单位 “市财改局”；是不是 云溪市财政局？" in done.err
    assert "tracker units import" in done.err
    other = call(data, "edit", "30-1", "--owner", "市教育局")
    assert (other.status, "请先登记：tracker units import" in other.err) == (2, True)
    english = call(data, "--lang", "en", "edit", "30-1", "--owner", "市财改局")
    assert "did you mean 云溪市财政局?" in english.err
    typed = call(data, "review", typed="e\nowner=市财改局\n\n\nq\n").out
    assert "是不是 云溪市财政局？" in typed
    assert call(data, "units", "list").out == before


def test_an_owner_that_stands_in_the_letter_is_entered_and_told(data: Path, tmp_path: Path) -> None:
    text = LETTER.replace("感谢您", "以上由县教局配合。\n\n感谢您")
    call(data, "import", str(letter(tmp_path, 32, text=text)))
    done = call(data, "edit", "32-1", "--owner", "县教局")
    assert (done.status, "已更正：责任单位" in done.out) == (0, True)
    assert "“县教局”不在单位名册中" in done.err
    known = call(data, "edit", "32-1", "--owner", "市财政局，云溪市市场监督管理局")
    assert (known.status, known.err) == (0, "")
    assert call(data, "edit", "32-1", "--owner", "none").err == ""

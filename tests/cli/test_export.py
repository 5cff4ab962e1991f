"""`tracker export` and `tracker import-progress`: out, filled in as a unit does, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.cli.filling import (
    AS_OF,
    NOTE,
    PROOF,
    REQUEST,
    RIGHT,
    UNTIL,
    VALUE,
    WHO,
    WHY,
    exported,
    ledger,
    line_of,
    places,
    put,
    sent_back,
)  # fmt: skip
from tests.cli.running import Answer, call, letter, on_terminal, program


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The ledger of `filling`, in the current folder."""
    monkeypatch.chdir(tmp_path)
    return ledger(tmp_path)


def test_the_ledger_as_offices_keep_it(data: Path) -> None:
    call(data, "progress", "30-1", "--value", "12", "--as-of", "2023-11-30", "--note", "其余待批")
    book = exported(data)
    assert book.sheetnames == ["说明", "台账"]
    sheet = book["台账"]
    at, line = places(sheet), line_of(sheet, "30-1")
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref.startswith("A1:")

    def value(name: str) -> object:
        return sheet.cell(line, at[name]).value

    assert value("时限") == dt.datetime(2023, 12, 31)  # noqa: DTZ001 - a cell has no zone
    assert (value("目标值"), value("最近完成值"), value("完成率")) == (30, 12, 40)
    assert value("最近进展") == "其余待批"
    assert sheet.column_dimensions[get_column_letter(at["校验码(勿改)"])].hidden
    lists = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert '"延期,退办,时限有误,目标有误,终止"' in lists.values()
    (rule, *_) = [rule for one in sheet.conditional_formatting for rule in one.rules]
    assert rule.formula == ['"逾期"']
    assert all(cell.data_type != "f" for row in sheet for cell in row)


def test_a_terminal_shows_how_far_it_is(data: Path) -> None:
    said, status = on_terminal(data, "export", "台账.xlsx")
    assert status == 0
    assert "导出台账" in said
    assert "4/4" in said


def test_a_sheet_for_each_unit(data: Path) -> None:
    book = exported(data, "--by-unit")
    assert book.sheetnames == ["说明", "云溪市市场监督管理局", "云溪市财政局"]
    assert [cell.value for cell in book["云溪市财政局"]["A"]] == ["编号", "30-2", "31-2"]
    assert exported(data, "--unit", "财政").active is not None
    assert call(data, "export", "台账.csv").status == 2
    assert "没有文件夹" in call(data, "export", "nowhere/台账.xlsx").err


def test_a_figure_comes_back_in_another_notation_and_is_known_again(data: Path) -> None:
    def filled(typed: str) -> Answer:
        book = exported(data)
        put(book["台账"], "30-2", {VALUE: typed, AS_OF: dt.date(2023, 6, 20)})
        return sent_back(data, book, "--yes")

    assert "目标以“万元”计，不是“户”" in filled("28户").err
    assert "120万元" in filled("1,200,000元").out
    assert "0 行可导入，1 行已在台账" in filled("120 萬元").out
    assert call(data, "progress", "30-2", "--value", "0.02亿元").out.count("200万元") == 1
    assert call(data, "progress", "30-2", "--value", "28亩").status == 2


def test_a_file_that_is_there_is_kept(data: Path) -> None:
    Path("台账.xlsx").write_text("填好的", encoding="utf-8")
    refused = call(data, "export", "台账.xlsx")
    assert (refused.status, refused.out) == (2, "")
    assert (
        "台账.xlsx 已经存在，其中可能有单位填报的内容；请另取文件名，要覆盖请加 --replace"
        in refused.err
    )
    assert Path("台账.xlsx").read_text(encoding="utf-8") == "填好的"
    assert exported(data).sheetnames == ["说明", "台账"]


#: `tracker`, in which no more files than are open may be, from the first row of a workbook on.
_NO_MORE_FILES = """
import os, resource, sys
from tracker.cli.main import run
from tracker.reports.ledgerbook import LedgerBook
add = LedgerBook.add
def last(book, rows):
    rows = list(rows)
    bound = max(map(int, os.listdir("/proc/self/fd")))
    resource.setrlimit(resource.RLIMIT_NOFILE, (bound, bound))
    add(book, rows)
LedgerBook.add = last
sys.exit(run(sys.argv[1:]))
"""


def test_more_units_than_files(data: Path) -> None:
    answer = program(data, "export", "台账.xlsx", "--by-unit", code=_NO_MORE_FILES)
    assert (answer.status, answer.out) == (2, "")
    assert "台账.xlsx：单位太多" in answer.err
    assert "ulimit -n" in answer.err
    assert len(answer.err.splitlines()) == 1
    assert not list(data.parent.glob("*.xlsx"))
    assert not list(data.parent.glob(".tracker-*"))


def test_what_is_filled_in_comes_back(data: Path) -> None:
    book = exported(data)
    sheet = book["台账"]
    put(
        sheet,
        "30-1",
        {VALUE: 21, AS_OF: dt.date(2023, 11, 30), NOTE: "其余待批", WHO: "市监局/张三"},
    )
    put(sheet, "30-2", {REQUEST: "延期", WHY: "雨季", UNTIL: "2030年3月31日"})
    put(sheet, "31-2", {REQUEST: "目标有误", WHY: "笔误", RIGHT: 250})
    seen = sent_back(data, book)
    assert "3 行可导入，0 行已在台账，0 行有更新，0 行有误，1 行未填" in seen.out
    assert "这只是预览" in seen.out
    assert "21户" not in call(data, "history", "30-1").out
    done = sent_back(data, book, "--yes")
    assert (done.status, "已导入 3 行" in done.out) == (0, True)
    told = call(data, "history", "30-1").out
    assert "市监局/张三" in told
    assert "21户 · 其余待批" in told
    asked = call(data, "requests").out
    assert "2023-06-30 → 2030-03-31" in asked
    assert "250" in asked
    again = sent_back(data, book, "--yes")
    assert (again.status, "0 行可导入，3 行已在台账" in again.out) == (0, True)


def _sorted(sheet: Worksheet) -> None:
    rows = sorted(
        ([c.value for c in row] for row in sheet.iter_rows(min_row=2)), reverse=True, key=str
    )
    for n, row in enumerate(rows, 2):
        for at, value in enumerate(row, 1):
            sheet.cell(n, at).value = value


def _parts_deleted(sheet: Worksheet) -> None:
    sheet.delete_rows(line_of(sheet, "31-1"))


def _columns_moved(sheet: Worksheet) -> None:
    sheet.insert_cols(1, 2)
    sheet.cell(1, 1).value = "我的备注"
    sheet.insert_rows(1)
    sheet.cell(1, 1).value = "市监局填报"


@pytest.mark.parametrize("change", [_sorted, _parts_deleted, _columns_moved])
def test_what_people_do_to_a_table(data: Path, change: Callable[[Worksheet], None]) -> None:
    book = exported(data)
    put(book["台账"], "30-1", {VALUE: "21户", AS_OF: "2023-11-30"})
    change(book["台账"])
    assert "已导入 1 行" in sent_back(data, book, "--yes").out
    assert "21户" in call(data, "show", "30-1").out


def test_newer_data_is_not_overwritten(data: Path) -> None:
    book = exported(data)
    put(book["台账"], "30-1", {VALUE: 21, AS_OF: "2023-11-30"})
    put(book["台账"], "31-1", {VALUE: 5, AS_OF: "2023-11-30"})
    call(data, "progress", "30-1", "--value", "24", "--as-of", "2023-12-10")
    done = sent_back(data, book, "--yes")
    assert done.status == 2
    assert "1 行可导入，0 行已在台账，1 行有更新" in done.out
    assert "30-1: 导出之后台账已有更新（现为：逾期 · 24户" in done.err
    assert "21户" not in call(data, "history", "30-1").out
    assert "5户" in call(data, "history", "31-1").out


WRONG: list[tuple[dict[str, Any], str]] = [
    ({VALUE: "很多"}, "不是数值"),
    ({VALUE: "21万元"}, "目标以“户”计"),
    ({VALUE: -3}, "小于零"),
    ({NOTE: "x", AS_OF: "昨天"}, "填:截至日期: “昨天”认不出日期"),
    ({NOTE: "x", AS_OF: "2099-01-01"}, "“填:截至日期”填了 2099-01-01，还没有到"),
    ({REQUEST: "目标有误", WHY: "x", RIGHT: "180名"}, "目标以“户”计，不是“名”"),
    ({REQUEST: "退办", WHY: "x", RIGHT: "市科持局"}, "没有单位 “市科持局”"),
    ({REQUEST: "目标有误", WHY: "x", RIGHT: "一些"}, "30-1：一些 不是数值，请写如 28 或 28户"),
    ({REQUEST: "加钱"}, "不是申请种类"),
    ({REQUEST: "延期", WHY: "雨季"}, "还要填“填:延至或正确时限”"),
    ({REQUEST: "延期", UNTIL: "2024-03-31"}, "还要填“填:申请理由”"),
    ({UNTIL: "2024-03-31"}, "没有选申请种类"),
    ({VALUE: 3, "校验码(勿改)": None}, "校验码不见了"),
    ({NOTE: "x", "编号": "99-9"}, "99-9"),
    ({NOTE: "x", "编号": None}, "编号: 为空"),
    ({NOTE: "a\u202eb"}, "填:进展说明"),
    (
        {PROOF: "云府发12号", WHO: "市监局/张三"},
        "只填了“填:佐证”；请写明进展，填“填:完成值”或“填:进展说明”",
    ),
]


@pytest.mark.parametrize(("said", "reason"), WRONG)
def test_what_is_wrong_stops_no_other_row(data: Path, said: dict[str, Any], reason: str) -> None:
    book = exported(data)
    put(book["台账"], "31-1", {VALUE: 5, AS_OF: "2023-11-30"})
    put(book["台账"], "30-1", said)
    done = sent_back(data, book, "--yes")
    assert done.status == 2
    assert reason in done.err
    assert "已导入 1 行" in done.out
    assert "30-1" not in call(data, "list", "--format", "csv").out.partition("5户")[2]


def test_who_and_when_alone_are_no_report(data: Path) -> None:
    book = exported(data)
    put(book["台账"], "30-1", {WHO: "市监局/张三"})
    put(book["台账"], "30-2", {AS_OF: dt.date(2023, 11, 30)})
    seen = sent_back(data, book, "--yes")
    assert (seen.status, seen.err) == (0, "")
    assert "2 行只填了“填:填报人”或“填:截至日期”，没有完成值、进展说明或申请，不登记" in seen.out
    assert "30-1、台账 第 3 行 30-2" in seen.out
    assert "0 行可导入，0 行已在台账，0 行有更新，0 行有误，4 行未填" in seen.out


def test_evidence_is_seen_kept_and_known_again(data: Path) -> None:
    book = exported(data)
    put(book["台账"], "30-1", {VALUE: 21, AS_OF: "2023-11-30", PROOF: "云府发12号"})
    put(book["台账"], "30-2", {REQUEST: "终止", WHY: "合并", PROOF: "云府发13号"})
    seen = sent_back(data, book, "--yes").out
    assert "填报 21户（截至 2023-11-30；佐证：云府发12号）" in seen
    assert "申请终止：合并；佐证：云府发13号" in seen
    assert "云府发12号" in call(data, "history", "30-1").out
    assert "佐证：云府发13号" in call(data, "requests").out
    assert "0 行可导入，2 行已在台账" in sent_back(data, book).out


ASKED: list[tuple[str, dict[str, Any], str]] = [
    ("30-2", {REQUEST: "延期", UNTIL: "2030-03-31"}, "申请延期（时限 2023-06-30 → 2030-03-31）：x"),
    ("30-2", {REQUEST: "时限有误", UNTIL: "2023-09-30"}, "申请时限有误（时限 2023-06-30 → 2023-09-30）：x"),
    ("30-2", {REQUEST: "目标有误", RIGHT: 250}, "申请目标有误（目标值 300万元 → 250万元）：x"),
    ("30-1", {REQUEST: "目标有误", RIGHT: "25户"}, "申请目标有误（目标值 30户 → 25户）：x"),
    ("30-2", {REQUEST: "退办", RIGHT: "云溪市市场监督管理局"}, "申请退办（责任单位 市财政局 → 云溪市市场监督管理局）：x"),
    ("30-2", {REQUEST: "终止"}, "申请终止：x"),
]  # fmt: skip


@pytest.mark.parametrize(("ref", "said", "told"), ASKED)
def test_the_preview_tells_what_is_asked_for(
    data: Path, ref: str, said: dict[str, Any], told: str
) -> None:
    book = exported(data)
    put(book["台账"], ref, said | {WHY: "x"})
    assert told in sent_back(data, book).out


def test_an_odd_figure_is_asked_about(data: Path) -> None:
    book = exported(data)
    put(book["台账"], "30-1", {VALUE: 300, AS_OF: "2023-11-30"})
    put(book["台账"], "30-2", {VALUE: 3, AS_OF: "2022-11-30"})
    seen = sent_back(data, book).out
    assert "300户是目标30户的 10 倍以上" in seen
    assert "请用“填:截至日期”写明数据截至的日期" in seen
    assert "2 行可导入" in seen


def test_a_share_is_no_percentage(data: Path, tmp_path: Path) -> None:
    text = "云溪市水利局\n关于第{number}号建议的答复\n\n王远山代表:\n\n您提出的建议收悉。现答复如下:\n\n二、下一步打算\n\n到2023年底自来水普及率达到95%。\n\n云溪市水利局\n2023年5月15日\n"
    call(data, "import", str(letter(tmp_path / "more", 40, text=text)))
    call(data, "confirm", "40-1")
    book = exported(data)
    put(book["台账"], "40-1", {VALUE: 0.93})
    assert "写成 95 这样的数" in sent_back(data, book, "--yes").err


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1"])
def test_no_cell_calculates(data: Path, text: str) -> None:
    call(data, "progress", "30-1", "--note", text, "--as-of", "2023-11-30")
    sheet = exported(data)["台账"]
    cell = sheet.cell(line_of(sheet, "30-1"), places(sheet)["最近进展"])
    assert (cell.data_type, str(cell.value)[0]) == ("s", "'")


def test_the_column_of_checksums_is_deleted(data: Path) -> None:
    book = exported(data)
    put(book["台账"], "30-1", {VALUE: 21, AS_OF: "2023-11-30"})
    book["台账"].delete_cols(places(book["台账"])["校验码(勿改)"])
    done = sent_back(data, book, "--yes")
    assert done.status == 2
    assert "台账 第 2 行 30-1: 校验码不见了" in done.err
    assert "21户" not in call(data, "history", "30-1").out


def test_what_is_no_ledger(data: Path, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("表")
    sheet.append(["编号", "进展"])
    refused = sent_back(data, book)
    assert refused.status == 2
    assert (
        "back.xlsx：没有带“编号”列和填报列的工作表；请在 tracker export 导出的文件上填报"
        in refused.err
    )
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 no")
    assert call(data, "import-progress", "a.xlsx").status == 2
    assert call(data, "import-progress", "none.xlsx").status == 2


def test_english(data: Path) -> None:
    answer = call(data, "--lang", "en", "export", "台账.xlsx")
    assert "4 commitments" in answer.out
    book = load_workbook("台账.xlsx")
    assert book.sheetnames == ["Read me", "Ledger"]
    sheet = book["Ledger"]
    at = places(sheet)
    sheet.cell(2, at["Fill in: figure"]).value = 21
    book.save("back.xlsx")
    done = call(data, "--lang", "en", "import-progress", "back.xlsx", "--yes")
    assert "1 rows taken" in done.out


def test_a_unit_nobody_has_registered_is_refused_with_its_like(data: Path) -> None:
    book = exported(data)
    put(book["台账"], "30-1", {REQUEST: "退办", WHY: "职能调整", RIGHT: "市财改局"})
    answer = sent_back(data, book, "--yes")
    assert "市财改局" in answer.err
    assert "云溪市财政局" in answer.err
    assert "0 行可导入" in answer.out
    assert "市财改局" not in call(data, "units", "list").out

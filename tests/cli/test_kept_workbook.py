"""`tracker import-progress`: a workbook that comes back again, and one of which there are copies."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.filling import (
    AS_OF,
    NOTE,
    PROOF,
    REQUEST,
    UNTIL,
    VALUE,
    WHO,
    WHY,
    exported,
    ledger,
    line_of,
    put,
    sent_back,
)  # fmt: skip
from tests.cli.running import call, letter


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The ledger of `filling`, in the current folder."""
    monkeypatch.chdir(tmp_path)
    return ledger(tmp_path)


def test_a_workbook_that_a_unit_keeps(data: Path) -> None:
    book = exported(data)
    put(book["台账"], "30-1", {VALUE: 12, AS_OF: "2023-08-31"})
    put(book["台账"], "30-2", {NOTE: "在办", REQUEST: "延期", WHY: "雨季", UNTIL: "2030-03-31"})
    assert "已导入 2 行" in sent_back(data, book, "--yes").out
    put(book["台账"], "30-1", {VALUE: 21, AS_OF: "2023-11-30", PROOF: "云府发12号"})
    put(book["台账"], "30-2", {NOTE: "已拨一半"})
    again = sent_back(data, book, "--yes")
    assert (again.status, again.err) == (0, "")
    assert "申请与台账相同" in again.out
    put(book["台账"], "30-1", {VALUE: 22})
    assert "更正" not in sent_back(data, book, "--yes").err
    assert "22户" in call(data, "show", "30-1").out
    told = call(data, "history", "30-1").out + call(data, "show", "30-1").out
    assert "21户" in told
    assert "row:" not in told
    assert call(data, "audit", "verify").status == 0

    call(data, "progress", "30-1", "--value", "24", "--as-of", "2023-12-10")
    put(book["台账"], "30-1", {VALUE: 23})
    put(book["台账"], "30-2", {UNTIL: "2030-06-30"})
    last = sent_back(data, book, "--yes").err
    assert "30-1: 导出之后台账已有更新（现为：逾期 · 24户" in last
    assert "30-2：申请 1 已提出同样的事项；要重新提出，请先撤回" in last


JOINT = """云溪市水利局
关于第{number}号建议的答复

王远山代表:

您提出的建议收悉。现答复如下:

二、下一步打算

市水利局、市住建局力争2023年共同新建泵站{number}座。

云溪市水利局
2023年5月15日
"""


@pytest.mark.parametrize("names", [("", ""), ("市水利局/甲", "市住建局/乙")])
def test_two_units_with_a_copy_each(data: Path, tmp_path: Path, names: tuple[str, str]) -> None:
    call(data, "import", str(letter(tmp_path / "more", 40, text=JOINT)))
    call(data, "confirm", "40-1")
    exported(data)
    for value, who in zip((12, 15), names, strict=True):
        book = load_workbook("台账.xlsx")
        put(book["台账"], "40-1", {VALUE: value, AS_OF: "2023-08-31", WHO: who or None})
        done = sent_back(data, book, "--yes")
    assert "40-1: 导出之后台账已有更新" in done.err
    assert "15座" not in call(data, "history", "40-1").out


def test_a_joint_promise_stands_on_two_sheets(data: Path, tmp_path: Path) -> None:
    call(data, "import", str(letter(tmp_path / "more", 40, text=JOINT)))
    call(data, "confirm", "40-1")
    book = exported(data, "--by-unit")
    sheets = [sheet for sheet in book if "40-1" in [cell.value for cell in sheet["A"]]]
    for value, sheet in zip((12, 15), sheets, strict=True):
        put(sheet, "40-1", {VALUE: value, AS_OF: "2023-08-31"})
    other = f"{sheets[0].title} 第 {line_of(sheets[0], '40-1')} 行 40-1"
    for options in ((), ("--yes",), ("--yes",)):
        done = sent_back(data, book, *options)
        assert f"同一事项已按“{other}”登记，本行不同，未导入" in done.err
        assert "导出之后" not in done.err
    put(sheets[0], "40-1", {VALUE: 13})
    put(sheets[1], "40-1", {VALUE: 13})
    assert "1 行可导入，1 行已在台账" in sent_back(data, book).out

"""Lists of titles and links, as offices keep them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink

from tracker.errors import ReadingError
from tracker.intake.linktables import LinkTable, read_links

A, B = "https://www.yunxi.example/a.html", "https://www.yunxi.example/b.html"


def csv(folder: Path, text: str, encoding: str = "utf-8-sig") -> LinkTable:
    path = folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    return read_links(path)


def xlsx(folder: Path, *rows: tuple[Any, ...], links: dict[str, str] | None = None) -> LinkTable:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for cell, target in (links or {}).items():
        sheet[cell].hyperlink = target
    path = folder / "list.xlsx"
    book.save(path)
    return read_links(path)


@pytest.mark.parametrize(
    "heading", ["标题,链接", "名称,网址", "标题,地址", "题目,URL", " 标题 ,链接:", "title,Link"]
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_columns_go_by_many_names(tmp_path: Path, heading: str, encoding: str) -> None:
    text = f"{heading}\n关于第7号建议的答复,{A}\n关于第8号建议的答复,{B}\n"
    listed = csv(tmp_path, text, encoding)
    assert listed.addresses == (A, B)
    assert listed.problems == ()


def test_columns_stand_anywhere_and_below_a_title(tmp_path: Path) -> None:
    listed = xlsx(
        tmp_path,
        ("2023年答复公开一览表",),
        ("序号", "网址", "承办单位", "标题"),
        (1, A, "市水利局", "关于第7号建议的答复"),
    )
    assert listed.addresses == (A,)


def test_cells_that_are_links(tmp_path: Path) -> None:
    listed = xlsx(
        tmp_path,
        ("标题", "备注"),
        ("关于第7号建议的答复", ""),
        (f'=HYPERLINK("{B}","关于第8号建议的答复")', ""),
        ("没有链接", "无"),
        links={"A2": A},
    )
    assert listed.addresses == (A, B)
    assert listed.problems == ()


def test_links_of_a_csv_by_formula_and_other_signs_between_cells(tmp_path: Path) -> None:
    formula = f'"=HYPERLINK(""{A}"",""关于第7号建议的答复"")"'
    assert csv(tmp_path, f"标题,备注\n{formula},\n").addresses == (A,)
    semicolons = f"标题;链接\n一,二;{A}?a=1,2\n"
    assert csv(tmp_path, semicolons).addresses == (f"{A}?a=1,2",)


def test_every_sheet_that_people_see_counts(tmp_path: Path) -> None:
    book = Workbook()
    first, second, hidden = book.worksheets[0], book.create_sheet("政协"), book.create_sheet()
    first.append(("标题", "链接"))
    first.append(("一", A))
    second.append(("序号", "名称", "网址"))
    second.append((1, "二", "见网页"))
    second["C2"].hyperlink = f"{B}?a=1&b=2"
    second.append((2, "三", ""))
    hidden.append((A + "?hidden",))
    hidden.sheet_state = "hidden"
    book.save(path := tmp_path / "list.xlsx")
    listed = read_links(path)
    assert listed.addresses == (A, f"{B}?a=1&b=2")
    assert listed.problems == ("政协, row 3: no link (三)",)


def test_a_link_inside_the_workbook_is_no_address(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(("标题", "链接"))
    sheet.append(("一", "见附表"))
    sheet["B2"].hyperlink = Hyperlink(ref="B2", location="Sheet!A1")
    book.save(path := tmp_path / "list.xlsx")
    listed = read_links(path)
    assert (listed.addresses, len(listed.problems)) == ((), 1)


def test_a_list_without_a_heading(tmp_path: Path) -> None:
    assert csv(tmp_path, f"{A}\n答复,{B}\n").addresses == (A, B)


def test_an_address_twice_counts_once(tmp_path: Path) -> None:
    listed = csv(tmp_path, f"标题,链接\n一,{A}\n二,{A}#附件\n三,见 {A} 第2页\n")
    assert listed.addresses == (A,)


def test_rows_that_are_wrong_are_named(tmp_path: Path) -> None:
    listed = csv(
        tmp_path,
        f"标题,链接\n一,\n二,待补\n三,ftp://x.example/a\n四,http://u:secret@x.example/\n,,\n五,{B}\n",
    )
    assert listed.addresses == (B,)
    assert [problem.partition(":")[0] for problem in listed.problems] == [
        "row 2", "row 3", "row 4", "row 5",
    ]  # fmt: skip
    assert "no link (一)" in listed.problems[0]
    assert "secret" not in "".join(listed.problems)


BAD = [
    ("a.csv", b"", "no links"),
    ("a.csv", "姓名,邮箱\n王远山,a@b.example\n".encode(), "no links"),
    ("a.csv", b"\xff\xfe\x00", "no text"),
    ("a.csv", b"a\x00b,c", "no text"),
    ("a.xlsx", b"PK\x03\x04 broken", "no readable"),
    ("a.xlsx", "标题,链接".encode(), "no links"),
    ("a.xlsx", b"\xd0\xcf\x11\xe0 old", "old workbook"),
]


@pytest.mark.parametrize(("name", "data", "reason"), BAD)
def test_files_that_are_no_list(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ReadingError, match=reason):
        read_links(path)


def test_a_workbook_that_is_a_bomb(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = Workbook()
    book.save(path)
    data = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet2.xml", b"<worksheet>" + bytes(100_000_000))
    path.write_bytes(data.getvalue())
    with pytest.raises(ReadingError, match="unpacks to more"):
        read_links(path)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="no such file"):
        read_links(tmp_path / "none.csv")

"""Tables of units and deputies as offices save them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from tracker.errors import ReadingError
from tracker.store.ledger import DeputyEntry, UnitEntry
from tracker.store.rosters import read_deputies, read_units

HEAD = "单位,简称,联系人,邮箱,上级单位"
LINE = "资阳市财政局,市财政局、财政局,周科长,cz@zy.example,资阳市人民政府"
ENTRY = UnitEntry(
    "资阳市财政局", ("市财政局", "财政局"), "周科长", "cz@zy.example", "资阳市人民政府"
)


def _csv(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "units.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    roster = read_units(_csv(tmp_path, HEAD, LINE, encoding=encoding))
    assert (roster.entries, roster.problems) == ((ENTRY,), ())


def test_xlsx(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([])
    sheet.append(["序号", *HEAD.split(",")])
    sheet.append([1, *LINE.split(",")])
    sheet.append([2, "资阳市科技局", None, 13800000000, None, None])
    book.save(tmp_path / "units.xlsx")
    roster = read_units(tmp_path / "units.xlsx")
    assert roster.entries == (ENTRY, UnitEntry("资阳市科技局", (), "13800000000"))


def test_columns_in_any_order_and_missing_ones(tmp_path: Path) -> None:
    roster = read_units(
        _csv(tmp_path, "备注, 邮箱 ,单位", "x,a@b.example, 资阳市财政局 ", ",,", "")
    )
    assert roster.entries == (UnitEntry("资阳市财政局", email="a@b.example"),)


def test_an_address_without_a_dot_is_one_of_the_office_itself(tmp_path: Path) -> None:
    roster = read_units(_csv(tmp_path, "单位,邮箱", "资阳市财政局,cz@mailhost"))
    assert roster.entries == (UnitEntry("资阳市财政局", email="cz@mailhost"),)


BAD = [
    ("局\u202e,,,,", "row 2: 单位 holds a line break, control"),
    ("局\x9b31m,,,,", "row 2: 单位 holds a line break, control"),
    ("局,市\u200b局,,,", "row 2: 简称 holds a line break, control"),
    ("局,,,.a@b.example,", "row 2: 邮箱"),
    (",,,a@b.example,", "row 2: 单位 is empty"),
    ("局,,,a@,", "row 2: 邮箱 'a@' is no mail address"),
    ("局,,,a b@c.example,", "row 2: 邮箱"),
    ("局,,,张三 <a@b.example>,", "row 2: 邮箱"),
    ("局,,,a@b.example;c@d.example,", "row 2: 邮箱"),
    ("局,,,a..b@c.example,", "row 2: 邮箱"),
    ('局,,,"a@b.example\r\nBcc: x@y.example",', "row 2: 邮箱"),
    ('"局\n二",,,,', "row 2: 单位 holds a line break"),
    (f"{'局' * 121},,,,", "row 2: 单位 is longer than 120"),
    (f"局,{'局' * 121},,,", "row 2: 简称 is longer than 120"),
]


@pytest.mark.parametrize(("line", "problem"), BAD)
def test_a_wrong_line_is_named_and_the_others_are_taken(
    tmp_path: Path, line: str, problem: str
) -> None:
    roster = read_units(_csv(tmp_path, HEAD, line, LINE))
    assert roster.entries == (ENTRY,)
    assert len(roster.problems) == 1
    assert roster.problems[0].startswith(problem)
    assert "\n" not in roster.problems[0]


def test_deputies(tmp_path: Path) -> None:
    path = _csv(tmp_path, "姓名,届次,邮箱", "王强,资阳市五届人大,wq@zy.example", "刘盾,,")
    roster = read_deputies(path)
    assert roster.entries == (
        DeputyEntry("王强", "资阳市五届人大", "wq@zy.example"),
        DeputyEntry("刘盾"),
    )


FILES = [
    (b"", "empty"),
    (b"\n\n", "empty"),
    ("姓名,邮箱\n".encode(), "no column 单位"),
    (b"\xff\xfe\x00\x01\x02", "no text"),
    (b"PK\x03\x04rest", "save it as .xlsx"),
]


@pytest.mark.parametrize(("data", "reason"), FILES)
def test_a_file_that_is_no_table(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes(data)
    with pytest.raises(ReadingError, match=reason):
        read_units(path)


@pytest.mark.parametrize("data", [b"", b"no workbook", b"PK\x03\x04rest"])
def test_a_workbook_that_is_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "units.xlsx"
    path.write_bytes(data)
    with pytest.raises(ReadingError, match="no readable"):
        read_units(path)


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _flip(data: bytes) -> bytes:
    """Damage what is compressed, not the names around it."""
    start = data.index(b"xl/worksheets/sheet1.xml") + 40
    return (
        data[:start] + bytes(255 - byte for byte in data[start : start + 60]) + data[start + 60 :]
    )


def _without(part: str, instead: bytes | None) -> Callable[[bytes], bytes]:
    def damage(data: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
            for name in old.namelist():
                if name != part:
                    new.writestr(name, old.read(name))
                elif instead is not None:
                    new.writestr(name, instead)
        return made.getvalue()

    return damage


DAMAGE = [
    _cut,
    _flip,
    _without("xl/worksheets/sheet1.xml", None),
    _without("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>"),
    _without("xl/worksheets/sheet1.xml", b""),
    _without("xl/workbook.xml", b"<a/>"),
    _without("xl/workbook.xml", b"<<<"),
    _without("[Content_Types].xml", None),
    _without("xl/styles.xml", b"\xff\xfe"),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_workbook_is_one_line(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    book = Workbook()
    for line in (HEAD, LINE):
        book.worksheets[0].append(line.split(","))
    path = tmp_path / "units.xlsx"
    book.save(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ReadingError, match=r"^is no readable \.xlsx workbook$"):
        read_units(path)


@pytest.mark.parametrize("name", ["none.csv", "none.xlsx"])
def test_a_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReadingError, match="no such file"):
        read_units(tmp_path / name)

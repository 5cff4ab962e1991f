"""Files that hold a table, and files that pretend to."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from tracker.complaints import in_chinese
from tracker.errors import ReadingError
from tracker.intake.officetables import read_suggestions, read_units
from tracker.intake.sheets import read_sheets
from tracker.letters import package

HEAD = ["编号", "标题", "提出人"]
ROW = ["25", "关于修路的建议", "王强"]
TEXT = "\r\n".join(",".join(line) for line in (HEAD, ROW))


def _book(path: Path, *rows: Sequence[object]) -> Path:
    book = Workbook()
    for row in rows or (HEAD, ROW):
        book.worksheets[0].append(list(row))
    book.save(path)
    return path


def test_a_table_of_contents_without_end_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _book(tmp_path / "a.xlsx")
    assert read_suggestions(path).entries
    monkeypatch.setattr(package, "_MAX_CONTENTS", 500)
    with pytest.raises(ReadingError, match="holds more files than"):
        read_suggestions(path)


def _changed(path: Path, part: str, change: Callable[[bytes], bytes | None]) -> None:
    """Rewrite one part of a workbook, or leave it out."""
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content: bytes | None = old.read(name)
            if name == part:
                content = change(old.read(name))
            if content is not None:
                new.writestr(name, content)
    path.write_bytes(made.getvalue())


SHEET = "xl/worksheets/sheet1.xml"

TEXTS = [
    (TEXT.encode(), "UTF-8"),
    (TEXT.encode("utf-8-sig"), "UTF-8 with a BOM"),
    (TEXT.encode("gb18030"), "GB18030"),
    (("\ufeff" + TEXT).encode("gb18030"), "GB18030 with a BOM"),
    (TEXT.encode("utf-16"), "UTF-16, as Excel's Unicode text"),
    (TEXT.replace(",", ";").encode(), "semicolons"),
    (TEXT.replace(",", "\t").encode("utf-16"), "tabs"),
    (TEXT.replace(",", "，").encode("gb18030"), "full-width commas"),
    (
        TEXT.replace("王强", '"王强,李梅"').replace("25", '="025"').encode(),
        "quotes and a kept zero",
    ),
    (b"\n\n" + TEXT.encode(), "empty lines above"),
]


@pytest.mark.parametrize(("data", "why"), TEXTS)
@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list"])
def test_texts(tmp_path: Path, data: bytes, why: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    listed = read_suggestions(path)
    assert listed.faults == (), why
    assert [(entry.number, entry.title) for entry in listed.entries] == [(25, ROW[1])], why
    assert listed.entries[0].deputies[0] == "王强", why


def test_a_comma_inside_a_cell_parts_nothing_in_a_table_with_tabs(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("编号\t标题\t提出人\n25\t关于修路,治水,种树的建议\t王强,李梅", encoding="utf-8")
    (entry,) = read_suggestions(path).entries
    assert (entry.title, entry.deputies) == ("关于修路,治水,种树的建议", ("王强", "李梅"))


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv", "list.xls"])
def test_a_workbook_is_told_by_its_bytes(tmp_path: Path, name: str) -> None:
    _book(tmp_path / "made.xlsx").rename(tmp_path / name)
    assert [entry.number for entry in read_suggestions(tmp_path / name).entries] == [25]


OTHERS = [
    (b"\xd0\xcf\x11\xe0" + bytes(600), "old workbook"),
    (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    (b"PK\x03\x04rest", "no readable"),
    (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
    ("<?xml version='1.0'?><编号/>".encode(), "web page or XML"),
    (b"%PDF-1.7 \xff\xfe\x00", "no text"),
    ('编号,标题\n25,"' + "长" * 200_000 + '"\n', "no table"),
]


@pytest.mark.parametrize(("data", "reason"), OTHERS)
def test_what_is_no_table_is_one_line(tmp_path: Path, data: bytes | str, reason: str) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(ReadingError, match=reason) as caught:
        read_suggestions(path)
    assert "\n" not in str(caught.value)


def test_a_word_document_is_no_list(tmp_path: Path) -> None:
    from docx import Document

    Document().save(str(tmp_path / "list.xlsx"))
    with pytest.raises(ReadingError, match="is a Word document"):
        read_suggestions(tmp_path / "list.xlsx")


def test_an_open_document_is_to_be_saved_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "list.ods"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "<x/>")
    with pytest.raises(ReadingError, match=r"\.ods.*save it as \.xlsx") as caught:
        read_suggestions(path)
    assert in_chinese(str(caught.value)) == "是 OpenDocument 文件（.ods）；请打开后另存为 .xlsx"


@pytest.mark.parametrize("name", ["none.csv", "none.xlsx"])
def test_a_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReadingError, match="no such file"):
        read_units(tmp_path / name)


DAMAGE: list[tuple[str, Callable[[bytes], bytes | None]]] = [
    (SHEET, lambda _: None),
    (SHEET, lambda _: b"<worksheet><sheetData><row>"),
    (SHEET, lambda data: data.replace(b"</row>", b'<c r="D2" t="s"><v>99</v></c></row>')),
    (SHEET, lambda data: data.replace(b"</row>", b'<c r="D2"><v>one</v></c></row>')),
    (SHEET, lambda data: data.replace(b'r="2"', b'r="2000000000"')),
    ("xl/workbook.xml", lambda _: b"<a/>"),
    ("xl/workbook.xml", lambda _: b"<<<"),
    ("xl/workbook.xml", lambda _: None),
    ("[Content_Types].xml", lambda _: None),
    ("xl/styles.xml", lambda _: b"\xff\xfe"),
]


@pytest.mark.parametrize(("part", "change"), DAMAGE)
def test_a_damaged_workbook_is_one_line(
    tmp_path: Path, part: str, change: Callable[[bytes], bytes | None]
) -> None:
    path = _book(tmp_path / "list.xlsx")
    _changed(path, part, change)
    with pytest.raises(ReadingError) as caught:
        read_suggestions(path)
    assert "\n" not in str(caught.value)


def test_a_workbook_that_is_cut_off(tmp_path: Path) -> None:
    path = _book(tmp_path / "list.xlsx")
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ReadingError, match="no readable"):
        read_suggestions(path)


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    path = _book(tmp_path / "list.xlsx")
    bomb = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "' + b"&b;" * 1000 + b'">]>'
    for part in (SHEET, "xl/styles.xml", "xl/workbook.xml"):
        other = _book(tmp_path / "other.xlsx")
        _changed(
            other,
            part,
            lambda data: data.replace(b"?>", b"?>" + bomb, 1) if b"?>" in data else bomb + data,
        )
        with pytest.raises(ReadingError, match="document type"):
            read_suggestions(other)
    assert read_suggestions(path).entries


def test_a_bomb_of_cells_is_cut_off(tmp_path: Path) -> None:
    path = _book(tmp_path / "list.xlsx")
    row = b'<row r="9"><c r="A9" t="inlineStr"><is><t>' + b"a" * 1000 + b"</t></is></c></row>"
    _changed(
        path, SHEET, lambda data: data.replace(b"</sheetData>", row * 80_000 + b"</sheetData>")
    )
    with pytest.raises(ReadingError, match="unpacks to more than"):
        read_suggestions(path)


def test_merged_ranges_over_everything_are_refused(tmp_path: Path) -> None:
    path = _book(tmp_path / "list.xlsx", *[HEAD] * 600)
    merges = b'<mergeCell ref="A1:XFD1048576"/>' * 300
    whole = b'<mergeCells count="300">' + merges + b"</mergeCells></worksheet>"
    _changed(path, SHEET, lambda data: data.replace(b"</worksheet>", whole))
    with pytest.raises(ReadingError, match="merges more cells"):
        read_suggestions(path)


def test_rows_that_hold_only_a_format_are_dropped(tmp_path: Path) -> None:
    path = _book(tmp_path / "list.xlsx", HEAD, ROW)

    def formatted(data: bytes) -> bytes:
        # More than may be unpacked, if they were kept.
        cells = b"".join(b'<c r="%c%%d" s="1"/>' % letter for letter in b"ABCDEFGHIJKLMNOPQRST")
        row = b'<row r="%d" s="1" customFormat="1">' + cells + b'<c r="U%d" s="1"></c></row>'
        rows = (row % ((number,) * 22) for number in range(3, 150_003))
        last = b'<row r="150003"><c r="A150003"><v>26</v></c><c r="B150003" t="inlineStr"><is><t>'
        last += "关于治水的建议".encode() + b"</t></is></c></row>"
        data = data.replace(b'ref="A1:C2"', b'ref="A1:XFD1048576"')
        return data.replace(b"</sheetData>", b"".join(rows) + last + b"</sheetData>")

    _changed(path, SHEET, formatted)
    listed = read_suggestions(path)
    assert [(entry.number, entry.line) for entry in listed.entries] == [(25, 2), (26, 150_003)]


def test_formulas_without_a_value_are_told_and_others_have_theirs(tmp_path: Path) -> None:
    path = _book(
        tmp_path / "list.xlsx", HEAD, ROW, ["=20+6", "关于治水的建议", "李梅"], [27, "=A1", "x"]
    )
    listed = read_suggestions(path)
    assert [(fault.line, fault.field, fault.reason) for fault in listed.faults] == [
        (3, "number", "formula"),
        (4, "title", "formula"),
    ]
    computed = re.compile(rb"<f>20\+6</f><v */?>(?:</v>)?")
    _changed(path, SHEET, lambda data: computed.sub(b"<f>20+6</f><v>26</v>", data))
    assert [entry.number for entry in read_suggestions(path).entries] == [25, 26]


def test_empty_cells_with_a_format_move_nothing(tmp_path: Path) -> None:
    path = _book(tmp_path / "list.xlsx", HEAD, ["25", None, "王强"])
    _changed(path, SHEET, lambda data: data.replace(b'<c r="C2"', b'<c r="B2" s="0"/><c r="C2"'))
    ((_, lines),) = read_sheets(path, len)
    assert lines[1].cells == ("25", "", "王强")


def test_a_heading_far_right_and_wide_rows_are_cut(tmp_path: Path) -> None:
    path = _book(tmp_path / "list.xlsx", HEAD, [*ROW, *["x"] * 500])
    ((_, lines),) = read_sheets(path, len)
    assert len(lines[1].cells) == 200

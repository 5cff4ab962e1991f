"""Tables built to choke a pattern: each is read or refused at once, by the command's own process.

How fast is not for a test to say. A table that is not through within the patience below is not
read at all: something takes the square of a length. Without the bounds most of these take an hour.
"""

from __future__ import annotations

import io
import multiprocessing
import zipfile
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from openpyxl import Workbook

from tracker.errors import ReadingError
from tracker.intake import cells
from tracker.intake.cells import CellError
from tracker.intake.linktables import read_links
from tracker.intake.officetables import read_suggestions

#: Seconds; each of these takes a thousandth of it.
PATIENCE = 30.0
LONG = 500_000
SHEET, STYLES, BOOK = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"


def _cell(inner: bytes, attributes: bytes = b'r="A9"') -> Callable[[bytes], bytes]:
    row = b'<row r="9"><c ' + attributes + b">" + inner + b"</row></sheetData>"
    return lambda data: data.replace(b"</sheetData>", row)


def _format(code: bytes) -> Callable[[bytes], bytes]:
    """Give the one format that cells have a code of its own."""
    own = b'<numFmts count="1"><numFmt numFmtId="170" formatCode="' + code + b'"/></numFmts><fonts'

    def change(data: bytes) -> bytes:
        data = data.replace(b"<fonts", own, 1)
        return data.replace(
            b'<cellXfs count="1"><xf numFmtId="0"', b'<cellXfs count="1"><xf numFmtId="170"'
        )

    return change


def _area(name: bytes, value: bytes) -> Callable[[bytes], bytes]:
    defined = b'<definedName name="_xlnm.' + name + b'" localSheetId="0">' + value
    whole = b"<definedNames>" + defined + b"</definedName></definedNames><calcPr"
    return lambda data: data.replace(b"<calcPr", whole, 1)


BOOKS: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "a formula and blanks": (SHEET, _cell(b"<f>1</f>" + b" " * LONG + b"<x/></c>"), ""),
    "a formula without end": (SHEET, _cell(b"<f " + b"1" * LONG), "no readable"),
    "a cell of many places": (
        SHEET, _cell(b"<f>" + b" " * LONG + b"<x/></f></c>", b'r="A9" ' * 20), "no readable"),
    "blanks before a link": (
        SHEET, _cell(b"<f>" + b" " * LONG + b"</f><v>YPERLINK</v></c>"), "no readable"),
    "brackets in a format": (STYLES, _format(b"[" * LONG), "formats of numbers"),
    "brackets in a format, written as signs": (
        STYLES, _format(b"&#91;" * 200), "formats of numbers"),
    "a format named in another way": (
        STYLES, lambda data: _format(b"yyyy")(data).replace(b'"yyyy"', b"'" + b"[" * LONG + b"'"),
        "formats of numbers"),
    "a format of a real list": (STYLES, _format("[$-804]yyyy&quot;年&quot;m&quot;月&quot;;@".encode()), ""),
    "an area to print": (BOOK, _area(b"Print_Area", b"a" * LONG), ""),
    "titles to print": (BOOK, _area(b"Print_Titles", b"a" * LONG), ""),
    "an area in a section of its own": (
        BOOK, _area(b"Print_Area", b"<![CDATA[" + b"a" * LONG + b"]]>"), "no readable"),
    "another encoding": (
        STYLES, lambda data: b'<?xml version="1.0" encoding="utf-7"?>' + data, "another encoding"),
    "another encoding, far off": (
        STYLES, lambda data: b"<?xml" + b" " * 999 + b'encoding="utf-7"?>' + data, "no readable"),
    "UTF-16": (BOOK, lambda data: data.decode().encode("utf-16"), "another encoding"),
}  # fmt: skip

TEXTS: dict[str, tuple[str, str]] = {
    "blanks in a title": ("标题", "关于" + " " * 60_000 + "x"),
    "figures for a deputy": ("提出人", "1" * 60_000 + "x"),
    "how many more deputies": ("提出人", "等" + "1" * 60_000 + "x"),
    "blanks behind a deputy": ("提出人", "王强" + " " * 60_000 + "x"),
    "brackets for a unit": ("主办单位", "(" * 60_000),
    "a session without end": ("届次", "(" * 60_000),
}


def _write(folder: Path) -> None:
    for name, (part, change, _) in BOOKS.items():
        made, book = io.BytesIO(), Workbook()
        for row in (["编号", "标题"], ["25", "关于修路的建议"]):
            book.worksheets[0].append(row)
        book.save(made)
        with (
            zipfile.ZipFile(made) as old,
            zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for member in old.namelist():
                data = old.read(member)
                new.writestr(member, change(data) if member == part else data)
    for name, (column, text) in TEXTS.items():
        heading = ",".join(dict.fromkeys(("编号", "标题", column)))
        line = {"编号": "25", "标题": "关于修路的建议", column: text}
        lines = f"{heading}\n{','.join(line.values())}\n"
        (folder / name).write_text(lines, encoding="utf-8")


def _said(read: Callable[[], object]) -> str:
    try:
        return str(read())
    except (ReadingError, CellError) as error:
        return str(error)


def _read_all(folder: Path, answers: Connection) -> None:
    """Read everything; runs in a process that can be given up."""
    for name in (*BOOKS, *TEXTS):
        _said(lambda: read_links(folder / name))  # noqa: B023 - called at once
        answers.send(_said(lambda: read_suggestions(folder / name)))  # noqa: B023
    for read in (cells.people, cells.units, cells.mail, lambda text: cells.joined(text, 300)):
        for sign in (" ", "\n ", "1", "等", "(", "[("):
            answers.send(_said(lambda: read("王" + sign * LONG + "x")))  # noqa: B023


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    folder = tmp_path_factory.mktemp("tables")
    _write(folder)
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_read_all, args=(folder, there), daemon=True)
    process.start()
    there.close()
    yield here
    process.kill()
    process.join()


def test_tables_that_choke_a_pattern(answers: Connection) -> None:
    for name in BOOKS | TEXTS:
        assert answers.poll(PATIENCE), name
        said = answers.recv()
        if name in BOOKS:
            reason = BOOKS[name][2]
            assert (reason in said) if reason else ("关于修路的建议" in said), (name, said)
        else:
            assert "reason='long', values={'n': 10000}" in said, (name, said)
    for turn in range(24):
        assert answers.poll(PATIENCE), f"cell {turn}"
        answers.recv()

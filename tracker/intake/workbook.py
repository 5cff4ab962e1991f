"""A workbook (.xlsx) opened with care: whoever sends a list chose its bytes."""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from tracker.errors import ReadingError
from tracker.letters.package import (
    DOCTYPE,
    MAX_MEMBERS,
    MAX_UNPACKED,
    TooLargeError,
    in_pieces,
    opened,
)

#: A sheet as it is streamed; formats over empty rows take most of a large one.
_MAX_STREAMED: Final = 512 * 1024 * 1024
_MAX_SHEETS: Final = 50
_MAX_MERGES: Final = 20_000
_MAX_LINKS: Final = 50_000
#: A row that says it is a later one would be waited for through all those before it.
_LAST_ROW: Final = 1_048_576
#: A piece that holds no end of a row within this is cut where a tag ends.
_LONGEST_ROW: Final = 8 * 1024 * 1024
_DAMAGED: Final = "is no readable .xlsx workbook; open it and save it again"
#: Excel allows 65,490 formats and 255 signs for one; its brackets are its conditions and colours.
_MAX_STYLE_TAGS: Final = 300_000
_LONGEST_FORMAT: Final = 300
_MAX_BRACKETS: Final = 20

_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_PART: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(?:workbook|styles|sharedStrings)\.xml"
    r"|xl/_rels/workbook\.xml\.rels",
    re.IGNORECASE,
)
_P: Final = rb"(?:\w{1,20}:)?"
#: A cell that has a format and nothing in it; it names its own place, so that none moves.
_EMPTY_CELL: Final = re.compile(
    rb"<" + _P + rb"c(?=\s[^<>]{0,200}\br=)\s[^<>]{0,400}(?:/>|></" + _P + rb"c>)"
)
_EMPTY_ROW: Final = re.compile(
    rb"<" + _P + rb"row(?=\s[^<>]{0,200}\br=)\s[^<>]{0,400}(?:/>|>\s*</" + _P + rb"row>)"
)
_MERGE: Final = re.compile(
    rb"<" + _P + rb'mergeCell\s[^<>]{0,200}\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
#: Where a click on a cell leads: named by the sheet, the address in a part beside it; or a formula.
_HYPERLINK: Final = re.compile(rb"<" + _P + rb"hyperlink\s([^<>]{1,4000})")
_CELL: Final = re.compile(rb'\bref="([A-Z]{1,3})(\d{1,7})[":]')
_ID: Final = re.compile(rb'(?<!\w)(?:\w{1,20}:)?[Ii]d="([^"<>]{1,200})"')
_RELATION: Final = re.compile(rb"<" + _P + rb"Relationship\s([^<>]{1,5000})")
_TARGET: Final = re.compile(rb'\bTarget="([^"<>]{1,4000})"')
# What repeats gives nothing back (*+): white space without end would be parted in every way else.
_CELL_BEFORE: Final = (
    rb"<" + _P + rb'c\s(?>[^<>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})")[^<>]{0,200}>\s*+<' + _P
)
_LINK_FORMULA: Final = re.compile(
    _CELL_BEFORE + rb"f(?:\s[^<>]{0,200})?>\s*+=?\s*+(?i:HYPERLINK)\(\s*+"
    rb"(?:\"|&quot;)([^<>\"]{1,4000}?)(?:\"|&quot;)"
)
#: A formula that no program has computed: it has no value to read.
_BLANK_FORMULA: Final = re.compile(
    _CELL_BEFORE + rb"f\b[^<>]*+>(?:(?<=/>)|[^<]*+</" + _P + rb"f>)\s*+(?:<" + _P + rb"v\s*+/>|<" + _P
    + rb"v></" + _P + rb"v>)?+\s*+</" + _P + rb"c>"
)  # fmt: skip
#: Names of areas (to print, to filter) are not read, and openpyxl takes the square of their length.
_AREA_NAME: Final = re.compile(
    rb"<" + _P + rb"definedName\b[^<>]*+>(?:(?<=/>)|[^<]*+</" + _P + rb"definedName\s*+>)"
)
_FORMAT: Final = re.compile(rb"""\bformatCode\s*+=\s*+(?:"([^"<>]*+)"|'([^'<>]*+)')""")
_DECLARED: Final = re.compile(rb"<\?xml\s[^<>]{0,200}\?>")
_ENCODING: Final = re.compile(rb"""\bencoding\s*+=\s*+["']([\w.-]{1,40})["']""")


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range: lines by number from 1, columns by place from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """One sheet: its lines by number, as far as they hold anything; values as openpyxl reads them.

    `blank_formulas` are cells without a value, `links` where a click on a cell leads; both by line
    and place.
    """

    name: str
    rows: list[tuple[int, tuple[Any, ...]]]
    merges: list[Merge] = field(default_factory=list)
    blank_formulas: set[tuple[int, int]] = field(default_factory=set)
    links: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(slots=True)
class _Seen:
    """What is noted of a sheet while it is unpacked; cells by line and place.

    `links` lead to an address, `named` to the name that the part beside the sheet has for one.
    """

    merges: list[Merge] = field(default_factory=list)
    blank_formulas: set[tuple[int, int]] = field(default_factory=set)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    named: dict[tuple[int, int], bytes] = field(default_factory=dict)


def open_workbook(data: bytes, lines: int, columns: int) -> list[Sheet]:
    """The visible sheets of a workbook.

    Args:
        data: bytes of a ZIP archive.
        lines: how many of a sheet may hold anything.
        columns: how many of a line's cells are read.

    Raises:
        ReadingError: it is damaged, encrypted, too large, or no workbook.
    """
    try:
        with opened(data, _DAMAGED) as package:
            slim, seen = _repacked(package)
        return _sheets(slim, seen, lines, columns)
    except ReadingError:
        raise
    # A damaged archive or a part that lies breaks zipfile and openpyxl in many ways.
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ParseError, LookupError,
        ValueError, TypeError, AttributeError, SyntaxError, OverflowError,
    ) as error:  # fmt: skip
        raise ReadingError(_DAMAGED) from error


def _sheets(slim: bytes, seen: dict[str, _Seen], lines: int, columns: int) -> list[Sheet]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(slim), read_only=True, data_only=True, keep_links=False)
    try:
        found = []
        for sheet in book.worksheets[:_MAX_SHEETS]:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()
            rows = _rows(sheet.iter_rows(values_only=True, max_col=columns), lines)
            part = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
            noted = seen.get(part.lower(), _Seen())
            rows = _with_links(rows, noted)
            found.append(Sheet(sheet.title, rows, noted.merges, noted.blank_formulas, noted.links))
        return found
    finally:
        book.close()


def _with_links(
    rows: list[tuple[int, tuple[Any, ...]]], noted: _Seen
) -> list[tuple[int, tuple[Any, ...]]]:
    """The lines of a sheet with those in which only a link without a value stands."""
    lines = dict(rows)
    for number, at in noted.links:
        if (number, at) in noted.blank_formulas:
            line = lines.get(number, ())
            lines[number] = line + (None,) * (at + 1 - len(line))
    return sorted(lines.items())


def _rows(every: Iterator[tuple[Any, ...]], lines: int) -> list[tuple[int, tuple[Any, ...]]]:
    rows: list[tuple[int, tuple[Any, ...]]] = []
    empty: tuple[Any, ...] = ()
    for number, line in enumerate(every, 1):
        # Rows that are not in the file come as one and the same tuple, up to a million of them.
        if number > _LAST_ROW:
            raise ReadingError(_DAMAGED)
        if line is empty:
            continue
        width = next((at for at in range(len(line), 0, -1) if line[at - 1] is not None), 0)
        if not width:
            empty = line
            continue
        if len(rows) == lines:
            raise ReadingError(f"has more than {lines} lines; split it")
        rows.append((number, line[:width]))
    return rows


def _repacked(package: zipfile.ZipFile) -> tuple[bytes, dict[str, _Seen]]:
    """The parts that hold cells and nothing else, and what was noted of each sheet."""
    members = package.infolist()
    if len(members) > MAX_MEMBERS:
        raise ReadingError(f"holds more than {MAX_MEMBERS} members; no workbook does")
    if any(info.flag_bits & 0x1 for info in members):
        raise ReadingError("is encrypted; unpack it with its password and save it as .xlsx")
    names = {info.filename.lower() for info in members}
    if "xl/workbook.xml" not in names:
        if "mimetype" in names and "content.xml" in names:
            raise ReadingError("is an OpenDocument file (.ods); open it and save it as .xlsx")
        what = "a Word document" if "word/document.xml" in names else "a ZIP archive"
        raise ReadingError(f"is {what}, not a workbook; save the list as .xlsx or .csv")
    left = MAX_UNPACKED
    packed = io.BytesIO()
    seen: dict[str, _Seen] = {}
    with zipfile.ZipFile(packed, "w") as slim:
        for info in {info.filename: info for info in members}.values():
            if _SHEET.fullmatch(info.filename):
                noted = seen[info.filename.lower()] = _Seen()
                pieces = _without_formats(_stream(package, info), noted)
            elif _PART.fullmatch(info.filename):
                pieces = iter((_bounded(b"".join(_stream(package, info))),))
            else:
                continue
            kept = []
            for piece in pieces:
                left -= len(piece)
                if left < 0:
                    raise ReadingError(_too_large())
                kept.append(piece)
            slim.writestr(info.filename, b"".join(kept))
        for name, noted in seen.items():
            if noted.named:
                _resolve(package, name, noted)
    return packed.getvalue(), seen


def _resolve(package: zipfile.ZipFile, sheet: str, noted: _Seen) -> None:
    """Look up where the named links of a sheet lead."""
    folder, _, file = sheet.rpartition("/")
    wanted = f"{folder}/_rels/{file}.rels"
    parts = [info for info in package.infolist() if info.filename.lower() == wanted]
    if not parts:
        return
    targets: dict[bytes, str] = {}
    for relation in _RELATION.finditer(b"".join(_stream(package, parts[-1]))):
        name, target = _ID.search(relation[1]), _TARGET.search(relation[1])
        if name and target and b'TargetMode="External"' in relation[1]:
            targets[name[1]] = _address(target[1])
    for cell, wanted_name in noted.named.items():
        if wanted_name in targets:
            noted.links.setdefault(cell, targets[wanted_name])


def _address(written: bytes) -> str:
    return html.unescape(written.decode("utf-8", "replace")).strip()


def _stream(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part as it is unpacked, refused where its bytes do not tell what it holds."""
    tail = b""
    try:
        for turn, piece in enumerate(in_pieces(package, info, _MAX_STREAMED)):
            if not turn:
                _refuse_encoding(piece)
            # No workbook declares a document type; one that does wants entities resolved.
            if any(mark in tail + piece for mark in DOCTYPE):
                raise ReadingError(
                    "declares a document type, which no workbook does; save it again"
                )
            tail = piece[-32:]
            yield piece
    except TooLargeError as error:
        raise ReadingError(_too_large()) from error


def _refuse_encoding(beginning: bytes) -> None:
    """Refuse XML in anything but UTF-8: what a part holds could not be told by its bytes."""
    beginning = beginning.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARED.match(beginning)
    if beginning.startswith(b"<?xml") and declared is None:
        raise ReadingError(_DAMAGED)
    encoding = _ENCODING.search(declared[0]) if declared else None
    named = encoding[1].lower() if encoding else b"utf-8"
    unnamed = declared is not None and b"encoding" in declared[0] and encoding is None
    if unnamed or named not in (b"utf-8", b"us-ascii") or b"\x00" in beginning[:8]:
        raise ReadingError("is written in another encoding than workbooks are; save it again")
    if not beginning.lstrip().startswith(b"<"):
        raise ReadingError(_DAMAGED)


def _bounded(part: bytes) -> bytes:
    """A part beside the sheets without what openpyxl would choke on and a list does not need."""
    part = _AREA_NAME.sub(b"", part)
    if re.search(rb"\bdefinedName\b", part):
        raise ReadingError(_DAMAGED)
    formats = [html.unescape((a or b).decode("utf-8", "replace")) for a, b in _FORMAT.findall(part)]
    if (
        len(formats) < part.count(b"formatCode")
        or any(len(one) > _LONGEST_FORMAT or one.count("[") > _MAX_BRACKETS for one in formats)
        or (formats and part.count(b"<") > _MAX_STYLE_TAGS)
    ):
        raise ReadingError("has formats of numbers that no program writes; save it again")
    return part


def _without_formats(pieces: Iterator[bytes], noted: _Seen) -> Iterator[bytes]:
    """A sheet without cells and rows that hold only a format; whole rows at a time."""
    waiting = b""
    for piece in pieces:
        waiting += piece
        cut = waiting.rfind(b"row>") + 4
        if cut == 3:
            cut = waiting.rfind(b">") + 1 if len(waiting) > _LONGEST_ROW else 0
        yield _slim(waiting[:cut], noted)
        waiting = waiting[cut:]
        if len(waiting) > 4 * _LONGEST_ROW:
            raise ReadingError(_too_large())
    yield _slim(waiting, noted)


def _slim(piece: bytes, noted: _Seen) -> bytes:
    for match in _BLANK_FORMULA.finditer(piece):
        noted.blank_formulas.add((int(match[2]), _place(match[1])))
    if b"YPERLINK" in piece.upper():
        _note_links(piece, noted)
    for match in _MERGE.finditer(piece):
        if len(noted.merges) < _MAX_MERGES:
            noted.merges.append(
                Merge(int(match[2]), _place(match[1]), int(match[4]), _place(match[3]))
            )
    return _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", piece))


def _note_links(piece: bytes, noted: _Seen) -> None:
    for match in _LINK_FORMULA.finditer(piece):
        if len(noted.links) < _MAX_LINKS:
            noted.links[int(match[2]), _place(match[1])] = _address(match[3])
    for match in _HYPERLINK.finditer(piece):
        cell, name = _CELL.search(match[1]), _ID.search(match[1])
        if cell and name and len(noted.named) < _MAX_LINKS:
            noted.named[int(cell[2]), _place(cell[1])] = name[1]


def _place(letters: bytes) -> int:
    """A → 0, Z → 25, AA → 26."""
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found - 1


def _too_large() -> str:
    return f"unpacks to more than {MAX_UNPACKED // 1024 // 1024} MB of cells; no list does"

"""An office's table of units or deputies (.csv, .xlsx) → entries, and the lines that are wrong."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from tracker.address import mail_address, printable
from tracker.errors import ReadingError
from tracker.store.registry import DeputyEntry, UnitEntry

_MAX_BYTES: Final = 20 * 1024 * 1024

Entry = TypeVar("Entry", UnitEntry, DeputyEntry)
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Roster(Generic[Entry]):
    """The good lines, and one text for every line that is wrong ("第 3 行: …")."""

    entries: tuple[Entry, ...]
    problems: tuple[str, ...]


def read_units(path: Path) -> Roster[UnitEntry]:
    """Units: 单位, and as far as there are 简称 (several with 、), 联系人, 邮箱, 上级单位.

    Raises:
        ReadingError: the file cannot be read or has no column 单位; the message is the reason.
    """
    return _collect(_rows(path, ("单位", "简称", "联系人", "邮箱", "上级单位")), _unit)


def read_deputies(path: Path) -> Roster[DeputyEntry]:
    """Deputies: 姓名, and as far as there are 届次, 邮箱.

    Raises:
        ReadingError: the file cannot be read or has no column 姓名; the message is the reason.
    """
    return _collect(_rows(path, ("姓名", "届次", "邮箱")), _deputy)


def _unit(cells: Cells) -> UnitEntry:
    aliases = tuple(part.strip() for part in re.split("[、,,;;]", cells["简称"]) if part.strip())
    return UnitEntry(
        name=_name(cells["单位"], "单位", 120),
        aliases=tuple(_name(alias, "简称", 120) for alias in aliases),
        contact=_name(cells["联系人"], "联系人", 80) if cells["联系人"] else None,
        email=_mail(cells["邮箱"]),
        parent=_name(cells["上级单位"], "上级单位", 120) if cells["上级单位"] else None,
    )


def _deputy(cells: Cells) -> DeputyEntry:
    return DeputyEntry(
        name=_name(cells["姓名"], "姓名", 80),
        session=_name(cells["届次"], "届次", 120) if cells["届次"] else "",
        email=_mail(cells["邮箱"]),
    )


def _name(text: str, column: str, longest: int) -> str:
    if not text:
        raise ReadingError(f"{column} is empty")
    if not printable(text):
        raise ReadingError(f"{column} holds a line break, control or invisible character")
    if len(text) > longest:
        raise ReadingError(f"{column} is longer than {longest} characters")
    return text


def _mail(text: str) -> str | None:
    if not text:
        return None
    try:
        return mail_address(text)
    except ValueError as error:
        raise ReadingError(f"邮箱 {error}") from error


def _collect(rows: Iterable[tuple[int, Cells]], build: Callable[[Cells], Entry]) -> Roster[Entry]:
    entries: list[Entry] = []
    problems: list[str] = []
    for number, cells in rows:
        try:
            entries.append(build(cells))
        except ReadingError as error:
            problems.append(f"row {number}: {error}")
    return Roster(tuple(entries), tuple(problems))


def _rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, Cells]]:
    """The lines below the heading as column → text, with their numbers; empty ones left out."""
    table = _xlsx(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    heading = next((index for index, line in enumerate(table) if any(line)), None)
    if heading is None:
        raise ReadingError("the table is empty")
    names = [cell.lstrip("\ufeff").strip() for cell in table[heading]]
    if columns[0] not in names:
        raise ReadingError(f"no column {columns[0]}; columns: {'、'.join(columns)}")
    found = []
    for index, line in enumerate(table[heading + 1 :], heading + 2):
        if any(line):
            # The first of two columns of one name counts.
            cells = dict(reversed(list(zip(names, line, strict=False))))
            found.append((index, {name: cells.get(name, "").strip(" \u3000") for name in columns}))
    return found


def _csv(path: Path) -> list[list[str]]:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ReadingError("is too large for a table of names")
        data = path.read_bytes()
    except OSError as error:
        raise ReadingError((error.strerror or str(error)).lower()) from error
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ReadingError("is a workbook; save it as .xlsx or .csv and keep that ending")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        try:
            return [list(line) for line in csv.reader(io.StringIO(text, newline=""))]
        except csv.Error as error:
            raise ReadingError(f"is no table: {error}") from error
    raise ReadingError("is no text in UTF-8 or GB18030")


def _xlsx(path: Path) -> list[list[str]]:
    from openpyxl import load_workbook

    try:
        size = path.stat().st_size
    except OSError as error:
        raise ReadingError((error.strerror or str(error)).lower()) from error
    if size > _MAX_BYTES:
        raise ReadingError("is too large for a table of names")
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            return [
                ["" if cell is None else str(cell) for cell in line]
                for line in sheet.iter_rows(values_only=True)
            ]
        finally:
            book.close()
    except PermissionError as error:
        raise ReadingError((error.strerror or str(error)).lower()) from error
    except Exception as error:  # a damaged file can break the parser anywhere
        raise ReadingError("is no readable .xlsx workbook") from error

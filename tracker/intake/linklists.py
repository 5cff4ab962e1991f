"""An office's list of titles and links (.xlsx, .csv) → addresses, and the rows that are wrong."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.errors import FetchError, ReadingError
from tracker.fetching.addresses import web_address

#: What the columns are called.
_TITLES: Final = ("标题", "名称", "题目", "文件名", "建议名称", "提案名称", "title")
_LINKS: Final = ("链接", "网址", "地址", "网页", "链接地址", "网页链接", "url", "link", "href")

_MOST_BYTES: Final = 20 * 1024 * 1024
#: What a workbook may hold unpacked; its cells take many times that in memory.
_MOST_UNPACKED: Final = 60 * 1024 * 1024
#: An address in a cell, as written or in a formula =HYPERLINK("https://…","…").
_WEB: Final = re.compile(r"(?i)\bhttps?://[^\s<>\"'，。；、]{3,2048}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list: the address, what the list calls it, and its number in the table."""

    url: str
    title: str
    row: int


@dataclass(frozen=True, slots=True)
class LinkList:
    """The good rows, each address once, and one text for every row that is wrong."""

    entries: tuple[Listed, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    """What a cell shows, and where a click on it leads."""

    text: str
    link: str = ""


def read_links(path: Path) -> LinkList:
    """Read a list of letters.

    A column is found by its name (链接, 网址, 地址, URL; 标题, 名称), in whatever order they stand.
    Without such a name, whatever cell of a row is a link counts: by hyperlink, by formula or as
    written.

    Raises:
        ReadingError: the file is no table, or holds no link; the message is the reason only.
    """
    table = _xlsx(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    start, link_at, title_at = _columns(table)
    entries: dict[str, Listed] = {}
    problems: list[str] = []
    for number, row in enumerate(table[start:], start + 1):
        if not any(cell.text or cell.link for cell in row):
            continue
        title = row[title_at].text if title_at is not None and title_at < len(row) else ""
        found = _address(row, link_at)
        if not found:
            if link_at is not None:
                problems.append(f"row {number}: no link" + (f" ({title[:40]})" if title else ""))
            continue
        try:
            url = str(web_address(found))
        except FetchError as error:
            problems.append(f"row {number}: {error}")
            continue
        entries.setdefault(url, Listed(url, title, number))
    if not entries and not problems:
        raise ReadingError("holds no links; a list needs a column 链接, 网址 or URL")
    return LinkList(tuple(entries.values()), tuple(problems))


def _columns(table: Sequence[Sequence[_Cell]]) -> tuple[int, int | None, int | None]:
    """Where the rows begin, and the columns of links and titles as far as a heading names them."""
    for index, row in enumerate(table[:10]):
        names = [re.sub(r"[\s\ufeff::()()]", "", cell.text).lower() for cell in row]
        link = next((at for at, name in enumerate(names) if name in _LINKS), None)
        title = next((at for at, name in enumerate(names) if name in _TITLES), None)
        if link is not None or title is not None:
            return index + 1, link, title
    return 0, None, None


def _address(row: Sequence[_Cell], link_at: int | None) -> str:
    """The address of a row: of its link column, else of the first cell that is a link."""
    if link_at is not None and link_at < len(row):
        cell = row[link_at]
        written = _WEB.search(cell.text)
        if written or cell.link:
            return cell.link or (written[0] if written else "")
        if cell.text:
            return cell.text  # no address; why not is told by who reads it
    for cell in row:
        written = _WEB.search(cell.text)
        if cell.link or written:
            return cell.link or (written[0] if written else "")
    return ""


def _csv(path: Path) -> list[list[_Cell]]:
    data = _bytes(path)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        try:
            rows = list(csv.reader(io.StringIO(text, newline="")))
        except csv.Error as error:
            raise ReadingError(f"is no table: {error}") from error
        return [[_Cell(cell.strip()) for cell in row] for row in rows]
    raise ReadingError("is no text in UTF-8 or GB18030")


def _xlsx(path: Path) -> list[list[_Cell]]:
    from openpyxl import load_workbook

    data = _bytes(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(entry.file_size for entry in package.infolist())
        if unpacked > _MOST_UNPACKED:
            raise ReadingError("is too large for a list of links")
        # Not read-only: hyperlinks are kept apart from the cells and come with the whole sheet.
        book = load_workbook(io.BytesIO(data))
        return [list(_cells(row)) for sheet in book.worksheets for row in sheet.iter_rows()]
    except ReadingError:
        raise
    except Exception as error:  # a damaged file can break the parser anywhere
        raise ReadingError("is no readable .xlsx workbook") from error


def _cells(row: Sequence[object]) -> Iterator[_Cell]:
    for cell in row:
        value = getattr(cell, "value", None)
        text = "" if value is None else str(value).strip()
        hyperlink = getattr(cell, "hyperlink", None)
        target = (getattr(hyperlink, "target", None) or "") if hyperlink else ""
        yield _Cell(text, target)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ReadingError("is too large for a list of links")
        return path.read_bytes()
    except OSError as error:
        raise ReadingError((error.strerror or str(error)).lower()) from error

"""An office's list of titles and links (.xlsx, .csv) → addresses, and the rows that are wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.errors import FetchError, ReadingError
from tracker.fetching.addresses import web_address
from tracker.intake.columns import find_heading, how_much
from tracker.intake.sheets import Line, read_sheets

#: An address in a cell.
_WEB: Final = re.compile(r"(?i)\bhttps?://[^\s<>\"'，。；、]{3,2048}")
#: Lines that tell how the cells of a text are parted.
_FIRST: Final = 30


@dataclass(frozen=True, slots=True)
class LinkTable:
    """The addresses of the good rows, each once, and one text for every row that is wrong."""

    addresses: tuple[str, ...]
    problems: tuple[str, ...]


def read_links(path: Path) -> LinkTable:
    """Read a list of letters.

    A column is found by its name (data/lexicon/columns.toml: 链接, 网址; 标题, 名称), in whatever
    order they stand. Without such a name, whatever cell of a row is a link counts: by hyperlink,
    by formula or as written.

    Raises:
        ReadingError: the file is no table, or holds no link; the message is the reason only.
    """
    addresses: dict[str, None] = {}
    problems: list[str] = []
    sheets = read_sheets(path, _how_much)
    for name, lines in sheets:
        for address, problem in _rows(lines):
            if address:
                addresses[address] = None
            else:
                problems.append(f"{name}, {problem}" if len(sheets) > 1 else problem)
    if not addresses and not problems:
        raise ReadingError(
            "holds no links; a list needs a column 链接, 网址 or URL "
            "(a list of suggestions: tracker suggestions import)"
        )
    return LinkTable(tuple(addresses), tuple(problems))


def _rows(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """The address of each row of a sheet, or what is wrong with it."""
    heading = find_heading("links", lines)
    columns = heading.columns if heading else {}
    link_at = columns.get("link", (None,))[0]
    title_at = columns.get("title", (None,))[0]
    for line in lines[heading.first if heading else 0 :]:
        title = line.cells[title_at] if title_at is not None and title_at < len(line.cells) else ""
        found = _address(line, link_at)
        if not found:
            if link_at is not None:
                yield "", f"row {line.number}: no link" + (f" ({title[:40]})" if title else "")
            continue
        try:
            yield str(web_address(found)), ""
        except FetchError as error:
            yield "", f"row {line.number}: {error}"


def _address(line: Line, link_at: int | None) -> str:
    """The address of a row: of its link column, else of the first cell that is a link."""
    if link_at is not None and link_at < len(line.cells):
        own = _leads(line, link_at)
        if own or line.cells[link_at]:
            return own or line.cells[link_at]  # no address; why not is told by who reads it
    return next(filter(None, (_leads(line, at) for at in range(len(line.cells)))), "")


def _leads(line: Line, at: int) -> str:
    """Where a cell leads, by a click or by what stands in it."""
    written = _WEB.search(line.cells[at])
    return line.links.get(at, "") or (written[0] if written else "")


def _how_much(lines: Sequence[Line]) -> int:
    """How much of a list lines are: its columns count first, then cells that are addresses."""
    addresses = sum(1 for line in lines[:_FIRST] for cell in line.cells if _WEB.fullmatch(cell))
    return 1000 * how_much("links", lines) + addresses

"""A commitment as a row of the ledger in Excel: its cells, made harmless, and how high it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

from rich.cells import cell_len

from tracker.reports import phrases
from tracker.reports.clean import cell
from tracker.reports.items import Item
from tracker.reports.marks import mark
from tracker.reports.words import Wording

#: What stands in a cell; None in one that is empty.
Cell: TypeAlias = str | float | dt.date | None


class Row(NamedTuple):
    """A row that is ready to be written.

    Args:
        state: the light, the outcome or the review, for the sums of the cover.
        units: who owns it.
        cells: of `COLUMNS`, and the checksum.
        lines: that the fullest cell takes.
    """

    state: str
    units: tuple[str, ...]
    cells: tuple[Cell, ...]
    lines: int


class Column(NamedTuple):
    """A column: its heading's key, its width in characters, and how its cells look."""

    key: str
    width: int
    look: str = "text"


#: What is looked at while something is filled in, what is filled in, and what else is known.
BEFORE: Final = (
    Column("ref", 9),
    Column("state", 9),
    Column("what", 22, "wrapped"),
    Column("quote", 44, "wrapped"),
    Column("owners", 18, "wrapped"),
    Column("target", 16, "wrapped"),
    Column("deadline", 12, "day"),
    Column("latest_value", 10, "number"),
    Column("latest_day", 12, "day"),
    Column("latest_text", 20, "wrapped"),
)
FILL: Final = (
    Column("value", 11, "fill"),
    Column("as_of", 13, "fill_day"),
    Column("note", 28, "fill"),
    Column("evidence", 22, "fill"),
    Column("request", 11, "fill"),
    Column("why", 22, "fill"),
    Column("until", 13, "fill_day"),
    Column("right", 18, "fill"),
    Column("who", 14, "fill"),
)
BEHIND: Final = (
    Column("target_value", 10, "number"),
    Column("target_unit", 7),
    Column("percent", 9, "percent"),
    Column("baseline", 18, "wrapped"),
    Column("original", 12, "day"),
    Column("marks", 12, "wrapped"),
    Column("outcome", 9),
    Column("suggestion", 32, "wrapped"),
    Column("deputies", 16, "wrapped"),
    Column("letter", 28, "wrapped"),
)
#: All but the checksum's.
COLUMNS: Final = (*BEFORE, *FILL, *BEHIND)
FILL_AT: Final = {column.key: at for at, column in enumerate(FILL, len(BEFORE))}
STATE_AT: Final = 1
MARK_AT: Final = len(COLUMNS)
_MOST_LINES: Final = 20
_PLACES: Final = {column.key: at for at, column in enumerate(COLUMNS)}
_WRAPPED: Final = tuple(
    (at, column.width - 1) for at, column in enumerate(COLUMNS) if column.look == "wrapped"
)


def row_of(item: Item, words: Wording) -> Row:
    """A commitment's row.

    Args:
        item: as of a day.
        words: of the language.
    """
    told = item.standing
    cells: list[Cell] = [None] * (MARK_AT + 1)
    days = {
        "deadline": item.deadline,
        "original": item.original_deadline,
        "latest_day": told.reported_on,
    }
    for key, day in days.items():
        cells[_PLACES[key]] = day
    figures = {
        "target_value": item.value,
        "latest_value": told.figure,
        "percent": told.percent,
    }
    for key, figure in figures.items():
        cells[_PLACES[key]] = None if figure is None else float(figure)
    texts = {
        "ref": item.ref,
        "state": phrases.state_word(item, words),
        "what": item.what,
        "quote": item.quote,
        "owners": "、".join(item.units),
        "target": phrases.target(item, words) if item.value is not None else "",
        "target_unit": item.unit if item.value is not None else "",
        "baseline": phrases.baseline(item, words) if item.baseline else "",
        "marks": phrases.marks(item, words),
        "latest_text": told.note or ("" if item.reported else words("none.report")),
        "outcome": words(f"outcome.{item.outcome}"),
        "suggestion": phrases.suggestion(item, words),
        "deputies": "、".join(item.source.deputies),
        "letter": phrases.letter(item, words),
    }
    for key, text in texts.items():
        cells[_PLACES[key]] = (text and cell(text)) or None
    cells[MARK_AT] = mark(item)
    return Row(phrases.state_key(item), item.units, tuple(cells), _lines(cells))


def _lines(cells: Sequence[Cell]) -> int:
    """How many lines the fullest cell of a row takes: not every program looks by itself."""
    needed = [
        -(-cell_len(text) // room) for at, room in _WRAPPED if isinstance(text := cells[at], str)
    ]
    return min(max(needed, default=1), _MOST_LINES)

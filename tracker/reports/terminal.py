"""The terminal views: lists as rich renderables, and what other views print with. Everything printed is cleaned here,
and a light is always a sign and a word, its colour an extra.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tracker.reports import phrases
from tracker.reports.clean import one_line
from tracker.reports.clean import visible as visible  # other views take it from here
from tracker.reports.figures import LIGHTS
from tracker.reports.items import Item
from tracker.reports.waiting import Assigned
from tracker.reports.words import Wording

#: From these widths on a list has room for more columns.
_WIDE, _WIDEST = 120, 150

#: A longer text pushes its line aside instead of widening every other.
_WIDEST_CELL: Final = 40

#: Of outcomes; lights have the colours of the settings.
_STYLES: Final = {
    "kept": "green",
    "kept_late": "green",
    "partly_kept": "yellow",
    "broken": "bold red",
}


def text(shown: str, style: str = "") -> Text:
    """A text for the terminal, with nothing in it that a terminal obeys."""
    return Text(one_line(shown), style)


def state(item: Item, words: Wording) -> Text:
    """The light or outcome: sign, word, colour."""
    return text(phrases.state(item, words), style(phrases.state_key(item), words))


def style(key: str, words: Wording) -> str:
    """How a light, an outcome or a review is coloured."""
    return words.lights.paint(key).terminal if key in LIGHTS else _STYLES.get(key, "")


def _marked(item: Item, words: Wording) -> Text:
    """The light or outcome, what stands beside it on lines below."""
    lines = [state(item, words), *(text(words(f"mark.{mark}")) for mark in item.marks)]
    return Text("\n").join(lines)


def _moved(item: Item, words: Wording) -> Text:
    """The deadline, on lines below how it was moved."""
    lines = [phrases.deadline(item, words), *phrases.moves(item, words)]
    return Text("\n").join(text(line) for line in lines)


def table(*columns: str, numbers: Iterable[int] = (), shares: Sequence[int] = ()) -> Table:
    """A table over the whole width, or as narrow as it can be where it holds numbers.

    Args:
        columns: their names.
        numbers: which of them hold numbers, by place; they stand right.
        shares: how the width left over is shared, by place; a column of 0 keeps its own width.
    """
    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    right = set(numbers)
    # A line of numbers is hard to follow across a wide screen.
    drawn.expand = not right
    for place, name in enumerate(columns):
        drawn.add_column(
            name,
            justify="right" if place in right else "left",
            no_wrap=place in right,
            ratio=shares[place] or None if shares else None,
            overflow="fold",
        )
    return drawn


def heading(shown: str) -> Text:
    """The line above a part of a view."""
    return Text.assemble("\n", (one_line(shown), "bold"))


def listing(
    items: Sequence[Item], words: Wording, width: int, every: int | None = None
) -> RenderableType:
    """Commitments as a table; wider terminals get quotes.

    Args:
        items: those shown.
        words: the language.
        width: of the terminal, in columns.
        every: how many there are, where not all are shown.
    """
    columns = ["ref", "light", "what", "deadline", "target", "unit", "latest"]
    if width >= _WIDEST:
        columns[3:3] = ["quote"]
    drawn = _table_of(columns, words, latest=7 if width >= _WIDE else 5)
    for item in items:
        drawn.add_row(*(_CELLS[name](item, words) for name in columns))
    return Group(drawn, text(_count(items, every, words), "dim"))


def lines(items: Sequence[Item], words: Wording, every: int | None = None) -> Iterator[str]:
    """Commitments a line each under one heading, for files and other programs: nothing is folded,
    and tens of thousands cost seconds less than a table does.

    Args:
        items: those shown.
        words: the language.
        every: how many there are, where not all are shown.
    """
    columns = ("ref", "light", "what", "target", "deadline", "unit", "latest")
    rows = [[words(name) for name in columns]]
    rows += [
        [
            one_line(cell)
            for cell in (
                item.ref,
                " · ".join(filter(None, (phrases.state(item, words), phrases.marks(item, words)))),
                item.what,
                phrases.target(item, words),
                phrases.moved_deadline(item, words),
                "、".join(item.units),
                phrases.latest(item, words),
            )
        ]
        for item in items
    ]
    widths = [
        min(_WIDEST_CELL, max(cell_len(row[place]) for row in rows))
        for place in range(len(columns))
    ]
    for row in rows:
        cells = zip(row, widths, strict=True)
        yield "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in cells).rstrip()
    yield _count(items, every, words)


def _count(items: Sequence[Item], every: int | None, words: Wording) -> str:
    if every is None or every <= len(items):
        return words("count", n=len(items))
    return words("count.part", n=len(items), all=every)


def _latest(item: Item, words: Wording) -> Text:
    """The day stands below, so that it is not broken where columns are narrow."""
    said, day = phrases.latest_of(item, words)
    return Text("\n").join(text(part) for part in ([said, day.isoformat()] if day else [said]))


_CELLS: Final[dict[str, Callable[[Item, Wording], Text]]] = {
    "ref": lambda item, words: text(item.ref),
    "light": _marked,
    "what": lambda item, words: text(item.what),
    "quote": lambda item, words: text(item.quote),
    "target": lambda item, words: text(phrases.target(item, words)),
    "deadline": _moved,
    "days": lambda item, words: text(phrases.days(item, words)),
    "unit": lambda item, words: Text("\n").join(text(unit) for unit in item.units),
    "latest": _latest,
}
#: How columns share the width; a reference, a day or a light does not give way to long texts.
#: At 80 columns the name of a county's bureau stands on one line where there are no targets.
_SHARES: Final = {"what": 5, "quote": 9, "target": 4, "unit": 6}


def _table_of(columns: Sequence[str], words: Wording, *, latest: int = 5) -> Table:
    given = {**_SHARES, "latest": latest}
    shares = [given.get(name, 0) for name in columns]
    return table(*(words(name) for name in columns), shares=shares)


def suggestions_table(rows: Sequence[Assigned], words: Wording) -> Table:
    """Suggestions with who is to answer them, by when; a day that is missing is shown so."""
    keys = ("ref", "suggestion", "lead", "reply_due", "days")
    drawn = table(*(words(key) for key in keys), shares=(0, 6, 4, 0, 0))
    for row in rows:
        drawn.add_row(
            text(row.code),
            text(row.title or words("none.title")),
            text("、".join(row.lead) or words("none.lead")),
            text(phrases.reply_due(row, words)),
            text(phrases.reply_days(row, words), style("overdue", words) if row.overdue else ""),
        )
    return drawn

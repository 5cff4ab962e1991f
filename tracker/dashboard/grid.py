"""A table of any length: only the lines on the screen are read, a page of them at a time.

(Textual's own `DataTable` holds every row: 100,000 take 9 s to mount.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

#: Rows read at once.
PAGE: Final = 100
_GAP: Final = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the cells it needs, and its share of what is left over."""

    title: str
    width: int
    share: int = 0
    right: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of text and how it is coloured; nothing in it that a terminal obeys."""

    text: str
    style: str = ""


Row = Sequence[Cell]


class Grid(ScrollView, can_focus=True):
    """The table; `fetch` gives the rows of some ids, in their order."""

    COMPONENT_CLASSES = {"grid--head", "grid--cursor"}  # noqa: RUF012 - as Textual wants it
    DEFAULT_CSS = """
    Grid { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    Grid > .grid--head { text-style: dim; }
    Grid > .grid--cursor { text-style: reverse; }
    """
    BINDINGS = [  # noqa: RUF012 - as Textual wants it
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("home,g", "go(0)", show=False),
        Binding("end,G", "go(-1)", show=False),
        Binding("enter", "open", show=False),
    ]

    class Opened(Message):
        """Enter, or a second click on a row."""

    class Moved(Message):
        """The cursor stands on another row."""

    def __init__(self, fetch: Callable[[Sequence[int]], Sequence[Row]], *, id: str) -> None:
        super().__init__(id=id)
        self._fetch = fetch
        self._columns: Sequence[Column] = ()
        self._ids: Sequence[int] = ()
        self._pages: dict[int, Sequence[Row]] = {}
        self._widths: list[int] = []
        self.cursor = 0
        self.missing = ""

    @property
    def here(self) -> int | None:
        """The id under the cursor."""
        return self._ids[self.cursor] if self._ids else None

    @property
    def length(self) -> int:
        """How many rows there are."""
        return len(self._ids)

    def show(
        self, columns: Sequence[Column], ids: Sequence[int], missing: str, stay_on: int | None
    ) -> None:
        """Show other rows.

        Args:
            columns: their headings.
            ids: what `fetch` is asked for.
            missing: what is said where there are none.
            stay_on: the id on which the cursor is to stand, if it is among them.
        """
        at = self.cursor
        self._columns, self._ids, self.missing = columns, ids, missing
        if stay_on is not None and stay_on in ids:
            at = ids.index(stay_on)
        self.cursor = max(0, min(at, len(ids) - 1))
        self.forget()
        self._lay_out()

    def forget(self) -> None:
        """Read what is on the screen again: it has changed."""
        self._pages.clear()
        self.refresh()

    def on_resize(self) -> None:
        """Give the columns their widths anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        room = self.size.width - 1
        fixed = sum(column.width + _GAP for column in self._columns) - _GAP
        shares = sum(column.share for column in self._columns) or 1
        left = max(0, room - fixed)
        self._widths = [column.width + left * column.share // shares for column in self._columns]
        self.virtual_size = Size(max(1, room), len(self._ids) + 1)
        self._follow()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the screen: the headings on top, the rows below."""
        width = self.size.width
        if y == 0:
            style = self.get_component_rich_style("grid--head")
            cells = [Cell(column.title) for column in self._columns]
            return self._line(cells, style).adjust_cell_length(width, style)
        at = round(self.scroll_offset.y) + y - 1
        if at >= len(self._ids):
            said = self.missing if at == 0 else ""
            return Strip([Segment(" " + said, self.rich_style)]).adjust_cell_length(
                width, self.rich_style
            )
        style = self.rich_style
        if at == self.cursor:
            style = style + self.get_component_rich_style("grid--cursor")
        return self._line(self._row(at), style).adjust_cell_length(width, style)

    def _row(self, at: int) -> Row:
        page, place = divmod(at, PAGE)
        if page not in self._pages:
            if len(self._pages) > 20:
                self._pages.clear()
            self._pages[page] = self._fetch(self._ids[page * PAGE : (page + 1) * PAGE])
        rows = self._pages[page]
        return rows[place] if place < len(rows) else ()

    def _line(self, cells: Row, style: Style) -> Strip:
        segments: list[Segment] = []
        for cell, column, width in zip(cells, self._columns, self._widths, strict=False):
            text = _fitted(cell.text, width, right=column.right)
            colour = style + Style.parse(cell.style) if cell.style else style
            segments += [Segment(text, colour), Segment(" " * _GAP, style)]
        return Strip(segments)

    def action_move(self, by: int) -> None:
        """The cursor up or down."""
        self._go(self.cursor + by)

    def action_page(self, by: int) -> None:
        """A screen up or down."""
        self._go(self.cursor + by * max(1, self.size.height - 2))

    def action_go(self, to: int) -> None:
        """To the first or the last row."""
        self._go(to if to >= 0 else len(self._ids) + to)

    def action_open(self) -> None:
        """Open what the cursor stands on."""
        if self._ids:
            self.post_message(self.Opened())

    def on_click(self, event: object) -> None:
        """A click moves the cursor, one on the cursor opens."""
        at = round(self.scroll_offset.y) + int(getattr(event, "y", 0)) - 1
        if 0 <= at < len(self._ids):
            if at == self.cursor:
                self.action_open()
            else:
                self._go(at)

    def _go(self, to: int) -> None:
        to = max(0, min(to, len(self._ids) - 1))
        if to != self.cursor:
            self.cursor = to
            self._follow()
            self.refresh()
            self.post_message(self.Moved())

    def _follow(self) -> None:
        """Scroll so that the cursor is seen below the headings."""
        height = max(1, self.size.height - 1)
        top = round(self.scroll_offset.y)
        if self.cursor < top:
            top = self.cursor
        elif self.cursor >= top + height:
            top = self.cursor - height + 1
        self.scroll_to(y=top, animate=False, force=True, immediate=True)


def _fitted(text: str, width: int, *, right: bool) -> str:
    """A text in so many cells; … where it is cut."""
    need = cell_len(text)
    if need > width:
        return set_cell_size(set_cell_size(text, max(width - 1, 0)).rstrip() + "…", width)
    return " " * (width - need) + text if right else text + " " * (width - need)

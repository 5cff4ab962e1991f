"""One commitment: how it stands, its figure against even progress, its quote in the letter, what was
done about it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

from rich.console import Group, RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from tracker.dashboard import keys
from tracker.errors import TrackerError
from tracker.reports.card import card
from tracker.reports.clean import inline, one_line
from tracker.reports.course import course_of, drawn
from tracker.reports.details import Detail, detail
from tracker.reports.terminal import heading, text
from tracker.reports.words import Wording
from tracker.store import queries

if TYPE_CHECKING:
    from tracker.dashboard.app import Dashboard

#: Lines of the letter before the quote that stay on the screen.
_BEFORE = 4
_CHART = 9


class Shown(Screen[None]):
    """The commitment of a reference; the keys act on it, and it is read anew when the ledger moves.

    Args:
        ref: the commitment.
    """

    DEFAULT_CSS = """
    Shown VerticalScroll { height: 1fr; padding: 0 1; }
    """
    BINDINGS = [  # noqa: RUF012 - as Textual wants it
        Binding("escape,q", "app.pop_screen", "back"),
        Binding("l", "letter", "letter"),
        Binding("n", "step(1)", "next"),
        Binding("b", "step(-1)", "previous"),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def __init__(self, ref: str) -> None:
        super().__init__()
        self.ref = ref

    @property
    def dashboard(self) -> Dashboard:
        """The program that it belongs to."""
        return cast("Dashboard", self.app)

    def compose(self) -> ComposeResult:
        """One page to scroll."""
        with VerticalScroll(id="page"):
            yield Static(id="card")
            yield Static(id="letter")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Show it."""
        self.dashboard.name_keys(self)
        self.read()
        self.query_one("#page").focus()

    def on_unmount(self) -> None:
        """The keys of the table again."""
        self.dashboard.name_keys(self.dashboard)
        for table in self.dashboard.screen_stack[:1]:  # none where the program ends
            table.refresh_bindings()

    def on_resize(self) -> None:
        """The chart has the width of the screen."""
        self.read()

    def read(self) -> None:
        """Read it from the ledger, and show it."""
        here = self.dashboard
        try:
            with here.store.read() as session:
                shown = detail(session, here.settings, here.today(), self.ref)
                row = queries.commitment(session, self.ref)
                letter, start, end = row.letter.text, row.start, row.end
        except TrackerError as error:
            self.query_one("#card", Static).update(Text(here.wrong(error)))
            self.query_one("#letter", Static).update("")
            return
        here.name_keys(here, keys.OF_SETTLED if row.outcome != "open" else ())
        self.refresh_bindings()
        width = max(self.app.size.width - 4, 40)
        self.query_one("#card", Static).update(
            page(shown, here.today(), here.wording, here.say("pace_line"), width)
        )
        marked = in_letter(letter, start, end)
        title = heading(here.say("letter_text"))
        self.query_one("#letter", Static).update(Group(title, marked))

    def action_letter(self) -> None:
        """Scroll to the quote in its letter; a second time, back to the top."""
        page = self.query_one("#page", VerticalScroll)
        letter = self.query_one("#letter", Static)
        top = letter.virtual_region.y + self._quote_line()
        at = 0 if page.scroll_offset.y >= min(top, page.max_scroll_y) > 0 else top
        page.scroll_to(y=at, animate=False)

    def _quote_line(self) -> int:
        here = self.dashboard
        before = ""
        with here.reading(), here.store.read() as session:
            row = queries.commitment(session, self.ref)
            before = row.letter.text[: row.start]
        width = max(self.query_one("#letter").size.width, 20)
        lines = in_letter(before, len(before), len(before)).wrap(self.app.console, width)
        return max(len(lines) + 1 - _BEFORE, 0)

    def action_step(self, by: int) -> None:
        """To the next one of the list behind."""
        ref = self.dashboard.step(by)
        if ref is not None and ref != self.ref:
            self.ref = ref
            self.read()
            self.query_one("#page", VerticalScroll).scroll_to(y=0, animate=False)

    def action_scroll(self, by: int) -> None:
        """A line up or down."""
        self.query_one("#page", VerticalScroll).scroll_relative(y=by, animate=False)


def page(shown: Detail, today: dt.date, words: Wording, legend: str, width: int) -> RenderableType:
    """The card, with the chart of its figures where there are any.

    Args:
        shown: of `detail`.
        today: the day.
        words: the language.
        legend: what the signs of the chart mean.
        width: in cells.
    """
    course = course_of(shown.item, today)
    if course is None:
        return card(shown, words)
    lines = drawn(course, min(width, 100), _CHART)
    # Of the signs only those that are in the chart.
    signs = [part for part in legend.split("  ") if part[0] in lines.plain]
    return card(shown, words, Group(text("  ".join(signs), "dim"), lines))


def in_letter(letter: str, start: int, end: int) -> Text:
    """A letter with the quote in brackets and reversed; nothing in it that a terminal obeys.

    Args:
        letter: the archived text.
        start: of the quote, in characters.
        end: behind it.
    """
    found = Text(overflow="fold")
    lines = [inline(line) for line in letter[:start].split("\n")]
    found.append("\n".join(lines), "dim")
    if end > start:
        found.append(f"【{one_line(letter[start:end])}】", "bold reverse")
    found.append("\n".join(inline(line) for line in letter[end:].split("\n")), "dim")
    return found

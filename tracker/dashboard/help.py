"""The keys, on `?`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tracker.dashboard.words import Say

if TYPE_CHECKING:
    from tracker.dashboard.app import Dashboard

_LINES = ("move", "tabs", "filter", "order", "acts", "outbox", "other", "same")


class Help(ModalScreen[None]):
    """What the keys do; it scrolls where the screen is low.

    Args:
        say: the words.
    """

    DEFAULT_CSS = """
    Help { align: center middle; }
    Help > VerticalScroll {
        width: 90%; max-width: 90; height: auto; max-height: 95%; padding: 0 1;
        border: round $primary; background: $surface;
    }
    Help Static { margin-bottom: 1; }
    """
    BINDINGS = [  # noqa: RUF012 - as Textual wants it
        Binding("escape,q,question_mark,enter,space", "leave", show=False)
    ]

    def __init__(self, say: Say) -> None:
        super().__init__()
        self._say = say

    def compose(self) -> ComposeResult:
        """A line each."""
        with VerticalScroll():
            yield Static(self._say("help.title"), classes="head")
            for line in _LINES:
                yield Static(self._say(f"help.{line}"), markup=False)

    def on_mount(self) -> None:
        """The arrows scroll it."""
        cast("Dashboard", self.app).cover()
        self.query_one(VerticalScroll).focus()

    def on_unmount(self) -> None:
        """What stood behind has its keys again."""
        cast("Dashboard", self.app).cover()

    def action_leave(self) -> None:
        """Close it."""
        self.dismiss(None)

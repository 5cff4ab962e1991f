"""One message of the outbox: to whom, what became of it, what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.console import Group
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from tracker.dashboard.words import Say
from tracker.errors import TrackerError
from tracker.reports.clean import inline, one_line
from tracker.store import outbox
from tracker.store.tables import MessageRow

if TYPE_CHECKING:
    from tracker.dashboard.app import Dashboard


class MessageShown(Screen[None]):
    """A message by its number.

    Args:
        number: of the message.
    """

    DEFAULT_CSS = """
    MessageShown VerticalScroll { height: 1fr; padding: 0 1; }
    """
    BINDINGS = [Binding("escape,q", "app.pop_screen", "back")]  # noqa: RUF012 - as Textual wants it

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def compose(self) -> ComposeResult:
        """One page to scroll."""
        with VerticalScroll(id="page"):
            yield Static(id="message")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Show it."""
        here = cast("Dashboard", self.app)
        here.name_keys(self)
        say = here.say
        try:
            with here.store.read() as session:
                said: Group | Text = _said(outbox.message(session, self.number), say)
        except TrackerError as error:
            said = Text(here.wrong(error))
        self.query_one("#message", Static).update(said)
        self.query_one("#page").focus()


def _said(row: MessageRow, say: Say) -> Group:
    """Whom it is for, what became of it, what it says; nothing in it that a terminal obeys."""
    head = [
        (say("message_id"), str(row.id)),
        (say("sent_to"), f"{row.recipient_name} {row.address or ''}"),
        (say("subject"), row.subject or say(f"message_kind.{row.kind}")),
        (
            say("state"),
            say(f"message.{row.state}") + (f" {row.error}" if row.error else ""),
        ),
        (say("day"), row.day.isoformat()),
    ]
    refs = [notice.commitment.ref for notice in row.notices]
    body = (row.words.body if row.words else None) or ""
    lines = [Text.assemble((f"{name}  ", "dim"), one_line(value)) for name, value in head]
    if refs:
        lines.append(Text.assemble((f"{say('refs')}  ", "dim"), one_line(" ".join(refs))))
    text = Text("\n".join(inline(line) for line in body.split("\n")), overflow="fold")
    return Group(*lines, Text(), text)

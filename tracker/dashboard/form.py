"""A few fields to fill in, in a window of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Select, Static

from tracker.dashboard.acts import Done, Field
from tracker.dashboard.words import Say
from tracker.errors import TrackerError
from tracker.reports.clean import one_line

if TYPE_CHECKING:
    from tracker.dashboard.app import Dashboard

#: Lines of a form that are not its fields: frame, heading, keys, and up to three of what is wrong.
_AROUND: Final = 7


class Form(ModalScreen[Done | None]):
    """Ask for fields and act on them; what is refused is said, and what was typed stays.

    Args:
        title: what is done, and to what.
        told: what is to be known for it, or "".
        fields: what is asked for.
        act: takes the values by name, and gives the line that says what was done.
        say: the words.
        wrong: the line that says why it was refused.
    """

    DEFAULT_CSS = """
    Form { align: center middle; }
    Form > Vertical {
        width: 90%; max-width: 90; height: auto; max-height: 100%; padding: 0 1;
        border: round $primary; background: $surface;
    }
    Form VerticalScroll { height: auto; }
    Form .told { margin-bottom: 1; }
    Form .wrong { color: $error; height: auto; max-height: 3; }
    Form Label { margin-top: 0; text-style: dim; }
    Form Input, Form Select { margin-bottom: 0; }
    """
    BINDINGS = [  # noqa: RUF012 - as Textual wants it
        Binding("escape", "leave", "Esc"),
        Binding("ctrl+s", "save", "^S"),
    ]

    def __init__(
        self,
        title: str,
        told: str,
        fields: Sequence[Field],
        act: Callable[[Mapping[str, str]], Done],
        say: Say,
        wrong: Callable[[TrackerError], str],
    ) -> None:
        super().__init__()
        self._head, self._told = one_line(title), "\n".join(map(one_line, told.split("\n")))
        self._fields, self._act, self._say, self._wrong = fields, act, say, wrong

    @property
    def dashboard(self) -> Dashboard:
        """The program that it belongs to."""
        return cast("Dashboard", self.app)

    def compose(self) -> ComposeResult:
        """The fields below each other."""
        with Vertical():
            yield Static(self._head, markup=False, classes="head")
            with VerticalScroll(can_focus=False):
                if self._told:
                    yield Static(self._told, markup=False, classes="told")
                for field in self._fields:
                    needed = f" ({self._say('required')})" if field.required else ""
                    yield Label(field.label + needed, markup=False)
                    if field.choices:
                        options = [(shown, code) for code, shown in field.choices]
                        chosen = field.value or field.choices[0][0]
                        yield Select(
                            options,
                            value=chosen,
                            allow_blank=False,
                            id=f"f-{field.name}",
                            compact=True,
                        )
                    else:
                        yield Input(field.value, id=f"f-{field.name}", compact=True)
            yield Static("", markup=False, classes="wrong", id="wrong")
            yield Static(
                f"Enter / Ctrl+S {self._say('key.save')}   Esc {self._say('key.back')}",
                classes="keys",
            )

    def on_mount(self) -> None:
        """Begin at the first field."""
        self.dashboard.cover()
        self.query("Input, Select").first().focus()

    def on_unmount(self) -> None:
        """What stood behind has its keys again."""
        self.dashboard.cover()

    def on_resize(self) -> None:
        """The fields scroll; what is wrong, and the keys, stay on the screen."""
        room = max(self.app.size.height - _AROUND, 2)
        self.query_one(VerticalScroll).styles.max_height = room

    def on_input_submitted(self) -> None:
        """Enter in the last field saves; before it, goes on to the next one."""
        fields = list(self.query("Input, Select"))
        if self.focused is fields[-1]:
            self.action_save()
        else:
            self.focus_next()

    def action_leave(self) -> None:
        """Close without doing anything."""
        self.dismiss(None)

    def action_save(self) -> None:
        """Do it; where that is refused, stay and say why."""
        given: dict[str, str] = {}
        for field in self._fields:
            widget = self.query_one(f"#f-{field.name}")
            value = widget.value if isinstance(widget, Input | Select) else ""
            given[field.name] = str(value).strip()
            if field.required and not given[field.name]:
                self._complain(f"{field.label}: {self._say('required')}")
                widget.focus()
                return
        try:
            done = self._act(given)
        except TrackerError as error:
            self._complain(self._wrong(error))
            return
        self.dismiss(done)

    def _complain(self, said: str) -> None:
        self.query_one("#wrong", Static).update(one_line(said))

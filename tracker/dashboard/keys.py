"""The keys: what each does, what the line at the bottom names, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from textual.binding import Binding, BindingsMap
from textual.widgets import Input

from tracker.dashboard.acts import Act
from tracker.dashboard.listings import TABS, Tab
from tracker.dashboard.words import Say

#: Key → act; of the row under the cursor, or of the commitment shown.
_ACTS: Final[Mapping[str, Act]] = {
    "c": "confirm", "x": "reject", "e": "edit", "p": "progress", "s": "settle", "a": "reopen",
    "d": "decide",
}  # fmt: skip
#: What the line at the bottom calls an action.
_CALLED: Final[Mapping[str, str]] = {
    "app.pop_screen": "key.back", "letter": "key.quote", "step(1)": "key.next",
    "step(-1)": "key.previous", "filter": "key.filter", "order": "key.order",
    "overdue": "key.overdue", "help": "key.help", "quit": "key.quit", "retry": "act.retry",
    "cancel": "act.cancel", "undo": "act.undo", "submit": "key.table", "app.clear": "key.clear",
}  # fmt: skip
#: What it names of acts, by the tab; the others are in the help.
_SHOWN: Final[Mapping[Tab, Sequence[str]]] = {
    "commitments": ("act('progress')", "act('settle')", "act('edit')"),
    "units": (),
    "deputies": (),
    "outbox": ("retry", "cancel"),
    "review": ("act('confirm')", "act('reject')", "act('edit')", "act('decide')"),
}
#: What it names of a commitment that is settled and open on the screen.
OF_SETTLED: Final = ("act('reopen')",)
_ACTING: Final = frozenset(
    {*OF_SETTLED, *(action for shown in _SHOWN.values() for action in shown)}
)
#: Actions that are nothing without the table.
OF_THE_TABLE: Final = frozenset(
    {"filter", "order", "reverse", "overdue", "clear", "tab", "turn", "quit"}
)

#: A key without a description is never named below; `name_keys` gives each its own.
BINDINGS: Final = (
    Binding("slash", "filter", "filter", key_display="/"),
    Binding("o", "order", "order"),
    Binding("r", "reverse", show=False),
    Binding("v", "overdue", "overdue"),
    *(Binding(key, f"act('{act}')", show=False) for key, act in _ACTS.items()),
    Binding("z", "undo", show=False),
    Binding("y", "retry", show=False),
    Binding("K", "cancel", show=False),
    Binding("t", "theme", show=False),
    Binding("question_mark", "help", "help", key_display="?"),
    Binding("q", "quit", "quit"),
    Binding("escape", "clear", show=False),
    *(Binding(str(at), f"tab('{tab}')", show=False) for at, tab in enumerate(TABS, 1)),
    Binding("left", "turn(-1)", show=False),
    Binding("right", "turn(1)", show=False),
)


class Filter(Input):
    """The line to filter in, with the keys that leave it."""

    BINDINGS = [  # noqa: RUF012 - as Textual wants it
        Binding("enter", "submit", "submit"),
        Binding("escape", "app.clear", "clear"),
    ]


def name_keys(bindings: BindingsMap, tab: Tab, say: Say, more: Sequence[str] = ()) -> None:
    """Give keys their names in the language of the place, and show those that go on a tab.

    Args:
        bindings: of a screen or of the program; changed in place.
        tab: the open one.
        say: the words.
        more: actions that are named whatever the tab.
    """
    shown = {*_SHOWN[tab], *more}
    for key, found in list(bindings.key_to_bindings.items()):
        bindings.key_to_bindings[key] = [
            replace(
                binding,
                description=_called(binding.action, say),
                show=binding.action in shown if binding.action in _ACTING else binding.show,
            )
            for binding in found
        ]


def _called(action: str, say: Say) -> str:
    if action.startswith("act('"):
        return say(f"act.{action[5:-2]}")
    return say(_CALLED[action]) if action in _CALLED else ""

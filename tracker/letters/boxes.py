"""Boxes of a printed form: which of its options is ticked."""

from __future__ import annotations

from typing import Final

from tracker.letters.words import compiled

_ON: Final = r"[☑☒√✓✔■]|[(\[【][√✓✔][)\]】]"
_OFF: Final = r"[□☐]|\( ?\)|\[ ?\]|【 ?】"
_BOX: Final = rf"(?P<on>{_ON})|(?P<off>{_OFF})"


def has_boxes(row: str) -> bool:
    """Whether a row of a form has boxes at all."""
    return compiled(_BOX).search(row) is not None


def ticked(row: str, option: str) -> set[str]:
    """The options of a row whose boxes are ticked.

    Boxes stand before their options (☑A □B) or behind them (A☑ B□, A(√) B( )); whichever comes
    first in the row, box or option, tells which.

    Args:
        row: what stands behind the label.
        option: a pattern of one option, without groups.
    """
    tokens = list(compiled(rf"{_BOX}|(?P<option>{option})").finditer(row))
    before = bool(tokens) and tokens[0]["option"] is None
    found: set[str] = set()
    name: str | None = None
    on = False
    for token in tokens:
        option_here = token["option"]
        if option_here is None:
            on = token["on"] is not None
            if on and not before and name:
                found.add(name)
        else:
            if on and before:
                found.add(option_here)
            name, on = option_here, False
    return found

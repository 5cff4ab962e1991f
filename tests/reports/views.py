"""Helpers of the view tests: a console of a given width, masks for what changes, snapshots."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console, RenderableType

SNAPSHOTS = Path(__file__).parent / "snapshots"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DISTANCE = re.compile(r"\d+(?= ?天|(?= days))")


def printed(shown: RenderableType, width: int = 80, *, terminal: bool = False) -> str:
    """What a view prints into a pipe, or to a terminal that knows colours."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=terminal,
        color_system="truecolor" if terminal else None,
        highlight=False,
        markup=False,
        _environ={},
    )
    console.print(shown)
    return out.getvalue()


def masked(text: str) -> str:
    """The text with days as DDDD-DD-DD, which keep their width, and no blanks at line ends."""
    plain = _DISTANCE.sub("N", _DAY.sub("DDDD-DD-DD", text))
    return "\n".join(line.rstrip() for line in plain.splitlines()) + "\n"


def assert_snapshot(name: str, text: str, folder: Path) -> None:
    """Compare with a snapshot that a person has looked at.

    Args:
        name: of the file in snapshots/.
        text: what was made now; dates are masked.
        folder: where the new text is left for comparing.
    """
    new = folder / name
    new.write_text(masked(text), encoding="utf-8")
    kept = SNAPSHOTS / name
    expected = kept.read_text(encoding="utf-8") if kept.is_file() else ""
    assert masked(text) == expected, f"look at it, then: cp {new} {kept}"

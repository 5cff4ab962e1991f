"""Files in TOML that an office writes: whatever an editor made of them is read or told in one line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from tracker.errors import SettingsError

#: Signs of a Chinese keyboard, and those that TOML has in their place.
_SIGNS: Final = {
    "“": '"', "”": '"', "＂": '"', "‘": "'", "’": "'", "＇": "'", "＝": "=", "，": ",",
    "［": "[", "］": "]", "【": "[", "】": "]", "＃": "#", "。": ".", "．": ".",
}  # fmt: skip
_PLACE: Final = re.compile(r"(.*) \(at line (\d+), column (\d+)\)", re.DOTALL)
_END: Final = " (at end of document)"


def read_toml(path: Path) -> dict[str, Any]:
    """The table in a file; a byte order mark before it is none of it.

    Args:
        path: of the file.

    Raises:
        FileNotFoundError: there is none.
        SettingsError: it cannot be read, is not in UTF-8 or is no TOML; the line says where.
    """
    try:
        # Windows Notepad writes the mark unless told otherwise.
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{path}: is not in UTF-8; save it again, with the encoding UTF-8"
        ) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: {_wrong(text, str(error))}") from error


def _wrong(text: str, said: str) -> str:
    """What is wrong about a text, from what the parser says of it."""
    placed = _PLACE.fullmatch(said)
    if placed is None:
        reason = said.removesuffix(_END)
        return f'at the end: {reason}; write key = "text" or key = 5 on a line of its own'
    reason, line, column = placed[1], int(placed[2]), int(placed[3])
    sign = text.split("\n")[line - 1][column - 1 : column]
    at = f"line {line}, column {column}"
    if sign in _SIGNS:
        return f"{at}: {sign} is a sign of the Chinese keyboard; write {_SIGNS[sign]} in its place"
    return f'{at}: {reason}; write key = "text" or key = 5 on a line of its own'

"""Text from outside made harmless for the medium that shows it.

Letters, names and notes come from files and web pages. They may hold terminal escapes, direction
overrides, markup or spreadsheet formulas; none of it may act where it is read.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any, Final

#: Classes of characters that steer a display instead of showing something: controls (Cc), formats
#: such as direction overrides and zero-width marks (Cf), and the two line separators.
_STEERING: Final = {"Cc", "Cf", "Zl", "Zp", "Cs"}

#: Characters that no document may hold (XML 1.0, section 2.2); an application's own, if any.
_NONE: Final = "\ufffe\uffff"

#: An escape sequence as terminals know it; taken out whole, so that no "[31m" is left behind.
_ESCAPE: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: titles, links
    r"|\x9b[0-?]*[ -/]*[@-~]"  # the one-character CSI
    r"|\x1b[ -/]*[0-~]?"  # short ones: reset, character sets
)

_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>#+!|~$&])")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def one_line(text: str) -> str:
    """The text without anything that steers a display, white space runs as one blank."""
    return inline(text).strip()


def inline(text: str) -> str:
    """As `one_line`, with a blank kept at either end: part of a line, not the whole of it."""
    if text.isprintable() and "  " not in text:
        return text  # nearly every text, told at once
    kept = (
        char
        for char in _ESCAPE.sub("", text)
        if char.isspace() or (unicodedata.category(char) not in _STEERING and char not in _NONE)
    )
    return re.sub(r"\s+", " ", "".join(kept))


def visible(text: str) -> str:
    """Text of several lines with its line breaks, and nothing else that steers a display."""
    return "\n".join(inline(line) for line in text.replace("\r\n", "\n").split("\n"))


def markdown(text: str) -> str:
    """Part of a line, in which no character works as Markdown or HTML markup.

    Escaped is what works anywhere in a line; a number or dash at the start of a line cannot
    open a list, because the templates never begin a line with foreign text.
    """
    return _MARKDOWN.sub(r"\\\1", inline(text))


def cell(text: str) -> str:
    """One cell of a CSV file: a text that a spreadsheet would calculate gets an apostrophe."""
    raw = text.lstrip(" ")
    shown = one_line(text)
    return "'" + shown if raw.startswith(_FORMULA) or shown.startswith(_FORMULA) else shown


def as_json(value: Any, *, indent: int | None = 2) -> str:
    """JSON with Chinese as it is, and every steering character as its escape, so nothing is lost.

    `json` itself leaves C1 controls and direction overrides raw, which a terminal obeys.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return "\n".join(
        line if line.isprintable() else "".join(_escaped(char) for char in line)
        for line in text.split("\n")
    )


def _escaped(char: str) -> str:
    if unicodedata.category(char) not in _STEERING:
        return char
    return "".join(f"\\u{unit:04x}" for unit in _utf16(char))


def _utf16(char: str) -> tuple[int, ...]:
    code = ord(char)
    if code < 0x10000:
        return (code,)
    code -= 0x10000
    return (0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF))

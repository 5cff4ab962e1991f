"""Bytes of plain text or a page → the text and the encoding that gave it.

In this order: byte order mark, strict UTF-8, what the page declares (where it may know better than
we: Big5), GB18030. Text in another Chinese encoding is practically never valid UTF-8.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from tracker.errors import ReadingError
from tracker.letters.words import compiled

#: So much of a file is searched for a declaration.
_HEAD: Final = 4096
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: `gb2312` on a page means whatever Windows wrote, so the superset reads it.
_SUPERSETS: Final = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}
#: The share of control characters above which decoded bytes are no text.
_MAX_CONTROL_SHARE: Final = 0.002
_CONTROL: Final = "[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]"
_DECLARATION: Final = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,30})|<\?xml[^>]{0,100}?encoding=["']([\w.:-]{2,30})""",
    re.IGNORECASE,
)


def decode(data: bytes) -> tuple[str, str]:
    """The text and the encoding that gave it.

    Args:
        data: the bytes of a text or a page.

    Raises:
        ReadingError: they are no text; the message is the reason only.
    """
    text, encoding = _decoded(data)
    if len(compiled(_CONTROL).findall(text)) > 3 + len(text) * _MAX_CONTROL_SHARE:
        raise ReadingError("is a binary file, not text")
    return text, encoding


def known_encoding(name: str) -> str | None:
    """The encoding that a declaration means, by Python's name; None where Python knows none.

    Args:
        name: as a page or mail gives it: gb2312, BIG5, utf8.
    """
    try:
        return codecs.lookup(_SUPERSETS.get(name.lower(), name)).name
    except (LookupError, ValueError):  # a NUL in the name is a ValueError
        return None


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding)
    if b"\x00" in data:
        raise ReadingError("is a binary file, not text")
    declared = _declared(data)
    # UTF-8 may overrule a page that says otherwise: sites change their encoding and forget the
    # declaration.
    for encoding in dict.fromkeys(("utf-8", *declared, "gb18030")):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise ReadingError(
        "is in no known encoding (tried " + ", ".join(("utf-8", *declared, "gb18030")) + ")"
    )


def _decode_marked(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise ReadingError(f"begins as {encoding} and goes on as something else") from error


def _declared(data: bytes) -> tuple[str, ...]:
    """The encoding a page says it has, where Python knows it."""
    match = _DECLARATION.search(data, 0, _HEAD)
    if match is None:
        return ()
    name = known_encoding((match[1] or match[2]).decode("ascii", "replace"))
    # "utf-16" in a declaration that could be read as ASCII is a mistake of the page.
    return () if name is None or name.startswith(("utf-16", "utf-32")) else (name,)

"""Bytes of plain text or a page → the text and the encoding that gave it.

In this order: byte order mark, strict UTF-8, what the server declares, what the page declares (where
they may know better than we: Big5), GB18030. UTF-8 may overrule both: sites change their encoding
and forget the declaration, and text in another Chinese encoding is practically never valid UTF-8.
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
#: Declarations that are believed, by Python's names, and what reads them: `gb2312` on a page means
#: whatever Windows wrote, so the superset does. A Chinese letter in Latin-1, which servers declare
#: that nobody has set up, or in one of Python's codecs for other things, is a mistake.
_READ_AS: Final = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp950": "big5hkscs",
}
#: The share of control characters above which decoded bytes are no text.
_MAX_CONTROL_SHARE: Final = 0.002
_CONTROL: Final = "[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]"
_DECLARATION: Final = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*+=\s*+["']?\s*+([\w.:-]{2,30})|<\?xml[^>]{0,100}?encoding=["']([\w.:-]{2,30})""",
    re.IGNORECASE,
)


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text and the encoding that gave it.

    Args:
        data: the bytes of a text or a page.
        declared: the character set that the server named with it.

    Raises:
        ReadingError: they are no text; the message is the reason only.
    """
    text, encoding = _decoded(data, declared)
    if len(compiled(_CONTROL).findall(text)) > 3 + len(text) * _MAX_CONTROL_SHARE:
        raise ReadingError("is a binary file, not text")
    return text, encoding


def known_encoding(name: str) -> str | None:
    """The encoding that a declaration means, by Python's name; None where it is not believed.

    Args:
        name: as a server, page or mail gives it: gb2312, "BIG5", utf8.
    """
    try:
        return _READ_AS.get(codecs.lookup(name).name)
    except (LookupError, ValueError):  # a NUL in the name is a ValueError
        return None


def _decoded(data: bytes, declared: str | None) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding)
    if b"\x00" in data:
        raise ReadingError("is a binary file, not text")
    named = (known_encoding(name) for name in (declared, _of_page(data)) if name)
    tried = tuple(dict.fromkeys(("utf-8", *filter(None, named), "gb18030")))
    for encoding in tried:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise ReadingError("is in no known encoding (tried " + ", ".join(tried) + ")")


def _decode_marked(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise ReadingError(f"begins as {encoding} and goes on as something else") from error


def _of_page(data: bytes) -> str | None:
    """The character set that a page declares itself."""
    match = _DECLARATION.search(data, 0, _HEAD)
    return (match[1] or match[2]).decode("ascii", "replace") if match else None

"""Bytes of a file → text, whatever encoding and wrapping they come in, or one clear reason."""

from __future__ import annotations

import codecs
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from tracker.errors import ReadingError
from tracker.letters.content import html_to_text
from tracker.letters.docx import BETWEEN_PARAGRAPHS, docx_to_text
from tracker.letters.package import OLE_MAGIC, ZIP_MAGIC, refuse_ole
from tracker.letters.words import compiled

#: Larger than any letter or page; what exceeds it is some other kind of file.
MAX_BYTES: Final = 200 * 1024 * 1024
#: Flags of `os.open` that some systems lack.
_UNWAITING: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
#: So much of a file is looked at to tell what it is.
_HEAD: Final = 4096

#: First bytes of files that people mistake for text, and what to tell them.
_MAGIC: Final = (
    (b"%PDF-", "is a PDF document; save its text as .docx or .txt first"),
    (b"{\\rtf", "is an RTF document; save its text as .docx or .txt first"),
    (b"\x89PNG", "is a picture, not text"),
    (b"\xff\xd8\xff", "is a picture, not text"),
    (b"\x1f\x8b", "is a gzip archive, not text"),
    (b"Rar!", "is a RAR archive, not text"),
    (b"7z\xbc\xaf", "is a 7z archive, not text"),
    (b"SQLite format 3", "is a database, not text"),
)
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


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read: its bytes, and the text that offsets of commitments refer to.

    For a web page or Word document `text` is what a reader sees, not its markup.
    """

    data: bytes
    text: str
    encoding: str
    format: Literal["txt", "html", "docx"]
    name: str

    @property
    def parted_by(self) -> str:
        """What parts two lines of the text as people count them: paragraphs, in a document."""
        return BETWEEN_PARAGRAPHS if self.format == "docx" else "\n"


def read_file(path: Path) -> Source:
    """Read one file.

    Raises:
        ReadingError: it cannot be opened or holds no text; the message is the reason only.
    """
    return read_bytes(bytes_of(path), path.name)


def bytes_of(path: Path) -> bytes:
    """The bytes of one file.

    Raises:
        ReadingError: it cannot be opened or is too large; the message is the reason only.
    """
    try:
        # A pipe that nobody writes to would keep us waiting when it is opened, not only when read.
        handle = os.open(path, os.O_RDONLY | _UNWAITING)
        try:
            _refuse_odd(os.fstat(handle))
            with open(handle, "rb", closefd=False) as file:
                return file.read(MAX_BYTES + 1)
        finally:
            os.close(handle)
    except OSError as error:
        raise ReadingError((error.strerror or str(error)).lower()) from error
    except ValueError as error:  # a NUL in the name
        raise ReadingError("is not a usable file name") from error


def _refuse_odd(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise ReadingError("is a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise ReadingError("is not a regular file")
    if status.st_size > MAX_BYTES:
        raise ReadingError(_too_large())


def read_bytes(data: bytes, name: str) -> Source:
    """Read what a file or an answer from the web holds.

    Args:
        data: the bytes.
        name: the file's name; its ending is a hint that the content may overrule.

    Raises:
        ReadingError: the bytes hold no text; the message is the reason only.
    """
    if len(data) > MAX_BYTES:
        raise ReadingError(_too_large())
    if not data.strip():
        raise ReadingError("is empty")
    for magic, reason in _MAGIC:
        if data.startswith(magic):
            raise ReadingError(reason)
    if data.startswith(OLE_MAGIC):
        raise ReadingError(refuse_ole(data))
    if data.startswith(ZIP_MAGIC):
        return Source(data, docx_to_text(data), "utf-8", "docx", name)
    text, encoding = decode(data)
    _refuse_control_characters(text)
    if _is_html(text, name):
        if compiled(_CUT_TAG).search(text, max(text.rfind(">"), 0)):
            raise ReadingError("the page breaks off in the middle of a tag")
        text = html_to_text(text)
        if not text:
            raise ReadingError("the page holds no text")
        return Source(data, text, encoding, "html", name)
    if not text.strip():
        raise ReadingError("is empty")
    return Source(data, text, encoding, "txt", name)


def _too_large() -> str:
    return f"is larger than {MAX_BYTES // 1024 // 1024} MB"


def decode(data: bytes) -> tuple[str, str]:
    """The text of bytes, markup and all, and the encoding that gave it.

    Raises:
        ReadingError: they hold no text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding)
    if b"\x00" in data:
        raise ReadingError("is a binary file, not text")
    declared = _declared(data)
    # Text in another Chinese encoding is practically never valid UTF-8, so UTF-8 may overrule a
    # page that says otherwise: sites change their encoding and forget the declaration.
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


_DECLARATION: Final = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,30})|<\?xml[^>]{0,100}?encoding=["']([\w.:-]{2,30})""",
    re.IGNORECASE,
)


def _declared(data: bytes) -> tuple[str, ...]:
    """The encoding a page says it has, where Python knows it."""
    match = _DECLARATION.search(data, 0, _HEAD)
    if match is None:
        return ()
    name = (match[1] or match[2]).decode("ascii", "replace").lower()
    try:
        name = codecs.lookup(_SUPERSETS.get(name, name)).name
    except LookupError:
        return ()
    # "utf-16" in a declaration that could be read as ASCII is a mistake of the page.
    return () if name.startswith(("utf-16", "utf-32")) else (name,)


_CONTROL: Final = "[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]"


def _refuse_control_characters(text: str) -> None:
    if len(compiled(_CONTROL).findall(text)) > 3 + len(text) * _MAX_CONTROL_SHARE:
        raise ReadingError("is a binary file, not text")


_PAGE_START: Final = (
    r"(?i)\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,500}>\s*)?"
    r"<(?:!doctype\s+html|html|head|body|meta|title|script|div|table|article|section|p|h[1-6]|span|font)\b"
)
_ANY_TAG: Final = r"(?i)<(?:/?(?:p|div|br|span|td|tr|table|body|html|h[1-6]|a)\b[^<>]{0,2000})>"
_CUT_TAG: Final = r"<[a-zA-Z/!][^<>]*\Z"


def _is_html(text: str, name: str) -> bool:
    """Whether a text is a web page, by its content; the ending only decides what may be one."""
    if compiled(_PAGE_START).match(text):
        return True
    return name.lower().endswith((".html", ".htm", ".xhtml", ".shtml")) and bool(
        compiled(_ANY_TAG).search(text)
    )

"""Bytes of a file → text, whatever form they come in, or one clear reason.

What a file is, its first bytes tell; the ending of its name is a hint that only decides between a
text and a page. What holds several files (.zip, .eml) is for `containers` to open.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from tracker.errors import ReadingError
from tracker.letters import package
from tracker.letters.content import read_web_page
from tracker.letters.docx import BETWEEN_PARAGRAPHS, docx_to_text
from tracker.letters.encodings import decode
from tracker.letters.endings import MADE_PAGES, PAGES
from tracker.letters.ofd import ofd_to_text
from tracker.letters.page import Page
from tracker.letters.pdf import pdf_to_text
from tracker.letters.word97 import word97_to_text
from tracker.letters.words import compiled

#: The forms of a letter, as `Source.format` names them.
Format = Literal["txt", "html", "docx", "pdf", "doc", "ofd"]

#: Larger than any letter with its pictures; what exceeds it is some other kind of file.
MAX_BYTES: Final = 200 * 1024 * 1024
#: A text or page of this size holds more than ten thousand letters.
MAX_TEXT_BYTES: Final = 16 * 1024 * 1024
#: Flags of `os.open` that some systems lack.
_UNWAITING: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
#: So much of a file is looked at to tell what it is.
_HEAD: Final = 1024

_PDF: Final = b"%PDF-"
OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0"
#: First bytes of files that people mistake for letters, and what to tell them.
_MAGIC: Final = (
    (b"{\\rtf", "is an RTF document; save its text as .docx or .txt first"),
    (b"\x89PNG", "is a picture, not text"),
    (b"\xff\xd8\xff", "is a picture, not text"),
    (b"GIF8", "is a picture, not text"),
    (b"II*\x00", "is a picture, not text"),
    (b"MM\x00*", "is a picture, not text"),
    (b"\x1f\x8b", "is a gzip archive, not text; unpack it first"),
    (b"Rar!", "is a RAR archive, not text; unpack it, or pack it as .zip"),
    (b"7z\xbc\xaf", "is a 7z archive, not text; unpack it, or pack it as .zip"),
    (b"SQLite format 3", "is a database, not text"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read: its bytes, and the text that offsets of commitments refer to.

    For everything but plain text, `text` is what a reader sees, not its markup. `page` holds what a
    web page says of itself; of other forms it is empty.
    """

    data: bytes
    text: str
    encoding: str
    format: Format
    name: str
    page: Page = field(default_factory=Page)

    @property
    def parted_by(self) -> str:
        """What parts two lines of the text as people count them: paragraphs, in a document."""
        return BETWEEN_PARAGRAPHS if self.format in ("docx", "doc") else "\n"


def read_file(path: Path, *, ocr: bool = False) -> Source:
    """Read one file.

    Args:
        path: where it lies.
        ocr: whether the text of scanned pages is recognised; needs the extra `ocr`.

    Raises:
        ReadingError: it cannot be opened or holds no text; the message is the reason only.
    """
    return read_bytes(bytes_of(path), path.name, ocr=ocr)


def bytes_of(path: Path) -> bytes:
    """The bytes of a file, never more than a file of letters has.

    Raises:
        ReadingError: it cannot be opened, or is too large; the message is the reason only.
    """
    try:
        # A pipe that nobody writes to would keep us waiting when it is opened, not only when read.
        handle = os.open(path, os.O_RDONLY | _UNWAITING)
        try:
            size = _size(os.fstat(handle))
            with open(handle, "rb", closefd=False) as file:
                head = file.read(_HEAD)
                if size > MAX_TEXT_BYTES and not _is_binary(head):
                    raise ReadingError(_too_large(MAX_TEXT_BYTES))
                return head + file.read(MAX_BYTES + 1 - len(head))
        finally:
            os.close(handle)
    except OSError as error:
        raise ReadingError((error.strerror or str(error)).lower()) from error
    except ValueError as error:  # a NUL in the name
        raise ReadingError("is not a usable file name") from error


def _size(status: os.stat_result) -> int:
    """The size of a file that may be read."""
    if stat.S_ISDIR(status.st_mode):
        raise ReadingError("is a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise ReadingError("is not a regular file")
    if status.st_size > MAX_BYTES:
        raise ReadingError(_too_large(MAX_BYTES))
    return status.st_size


def read_bytes(data: bytes, name: str, *, declared: str | None = None, ocr: bool = False) -> Source:
    """Read what a file, an attachment or an answer from the web holds.

    Args:
        data: the bytes.
        name: the file's name; its ending is a hint that the content may overrule.
        declared: the character set that the server named with them, as its header spells it; it
            holds before the page's own, and neither before a byte order mark or valid UTF-8.
        ocr: whether the text of scanned pages is recognised; needs the extra `ocr`.

    Raises:
        ReadingError: the bytes hold no text; the message is the reason only.
    """
    if len(data) > MAX_BYTES:
        raise ReadingError(_too_large(MAX_BYTES))
    if not data[:_HEAD].strip() and not data.strip():
        raise ReadingError("is empty")
    for magic, reason in _MAGIC:
        if data.startswith(magic):
            raise ReadingError(reason)
    if _is_pdf(data[:_HEAD]):
        return Source(data, pdf_to_text(data, ocr=ocr), "utf-8", "pdf", name)
    if data.startswith(OLE_MAGIC):
        return Source(data, word97_to_text(data), "utf-8", "doc", name)
    if data.startswith(package.ZIP_MAGIC):
        form, read = _packed(data)
        return Source(data, read(data), "utf-8", form, name)
    return _read_text(data, name, declared)


def _is_pdf(head: bytes) -> bool:
    """PDF readers take a document whose mark stands behind some blanks, or a byte order mark."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n\x00").startswith(_PDF)


def _is_binary(head: bytes) -> bool:
    return _is_pdf(head) or head.startswith(
        (OLE_MAGIC, *package.ZIP_MAGIC, *(magic for magic, _ in _MAGIC))
    )


def _packed(data: bytes) -> tuple[Format, Callable[[bytes], str]]:
    """What a ZIP archive is, and what reads it."""
    kind = package.kind(data)
    if kind == "package":
        return "docx", docx_to_text
    if kind == "ofd":
        return "ofd", ofd_to_text
    if kind == "open":
        raise ReadingError("is an OpenDocument file; save it as .docx")
    raise ReadingError("is a ZIP archive; `tracker import` takes the letters out of it")


def _read_text(data: bytes, name: str, declared: str | None) -> Source:
    if len(data) > MAX_TEXT_BYTES:
        raise ReadingError(_too_large(MAX_TEXT_BYTES))
    text, encoding = decode(data, declared)
    if _is_html(text, name):
        if compiled(_CUT_TAG).search(text, max(text.rfind(">"), 0)):
            raise ReadingError("the page breaks off in the middle of a tag")
        text, page = read_web_page(text)
        if not text:
            raise ReadingError("the page holds no text")
        return Source(data, text, encoding, "html", name, page)
    if not text.strip():
        raise ReadingError("is empty")
    return Source(data, text, encoding, "txt", name)


def _too_large(limit: int) -> str:
    return f"is larger than {limit // 1024 // 1024} MB; no letter is"


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
    return name.lower().endswith((*PAGES, *MADE_PAGES)) and bool(compiled(_ANY_TAG).search(text))

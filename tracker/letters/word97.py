"""An old Word or WPS document (.doc, .wps) → its text, by way of a .docx of the same words.

A reader in Python does it (msdoc2docx, which runs no macros and follows no links). What that one
does not know is given to LibreOffice where it is installed.
"""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path
from typing import Final

from tracker.errors import ReadingError
from tracker.letters.docx import docx_to_text
from tracker.letters.office import docx_by_office, office_program

#: Names of streams in the container, as its directory spells them, and what holds them.
_OTHERS: Final = (
    ("Workbook", "is an Excel workbook, not a letter; save the letter as .docx or .txt"),
    ("PowerPoint Document", "is a set of slides, not a letter; save the letter as .docx or .txt"),
    ("__substg1.0_", "is a mail of Outlook; save it as .eml, or its attachments as files"),
)
_ENCRYPTED: Final = (
    "is encrypted; open it with its password, remove the password and save it as .docx"
)
_UNKNOWN: Final = (
    "is an old Word or WPS document that is damaged or cut off, or another kind of old document; "
    "open it and save it as .docx"
)
_DAMAGED: Final = (
    "is an old Word or WPS document that is damaged or of a rare kind; save it as .docx, or "
    "install LibreOffice (soffice), which may read it"
)
#: An old letter with pictures has some megabytes.
MAX_BYTES: Final = 64 * 1024 * 1024


#: What breaks the reader: its own errors, and what a damaged document leads to elsewhere in it.
_ELSEWHERE: Final = (
    ValueError, LookupError, ArithmeticError, RecursionError, TypeError, AttributeError, struct.error,
)  # fmt: skip


def word97_to_text(data: bytes) -> str:
    """The text of an old Word or WPS document.

    Args:
        data: the file's bytes, an OLE container.

    Raises:
        ReadingError: it cannot be read or holds no text; the message is the reason only.
    """
    if _names("EncryptedPackage", data):
        raise ReadingError(_ENCRYPTED)
    if not _names("WordDocument", data):
        for name, reason in _OTHERS:
            if _names(name, data):
                raise ReadingError(reason)
        raise ReadingError(_UNKNOWN)
    if len(data) > MAX_BYTES:
        raise ReadingError(f"is larger than {MAX_BYTES // 1024 // 1024} MB; no letter is")
    return docx_to_text(_as_docx(data))


def _names(name: str, data: bytes) -> bool:
    return name.encode("utf-16-le") in data


def _as_docx(data: bytes) -> bytes:
    from doc2docx import convert
    from doc2docx.errors import Doc2DocxError, EncryptedDocumentError

    with tempfile.TemporaryDirectory(prefix="tracker-doc-") as folder:
        source, target = Path(folder, "in.doc"), Path(folder, "out.docx")
        source.write_bytes(data)
        try:
            convert(source, target)
            return target.read_bytes()
        except EncryptedDocumentError as error:
            raise ReadingError(_ENCRYPTED) from error
        except (Doc2DocxError, *_ELSEWHERE) as error:
            reason = error
    if office_program() is None:
        raise ReadingError(_DAMAGED) from reason
    return docx_by_office(data)

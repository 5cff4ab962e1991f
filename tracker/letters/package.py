"""The package around a Word document, opened with care: whoever sends a letter chose its bytes.

Only the parts that hold text are unpacked, a bounded number of bytes at a time, and put into a
new package. Pictures and embedded files never reach the parser.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from tracker.errors import ReadingError

#: The first bytes of a package, and of the container that old and encrypted documents come in.
ZIP_MAGIC: Final = b"PK\x03\x04"
OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0"

#: A document of many pictures has some hundreds of members.
MAX_MEMBERS: Final = 5000
#: All text parts together, unpacked. A letter of a hundred pages has two or three megabytes.
MAX_UNPACKED: Final = 64 * 1024 * 1024
_CHUNK: Final = 1024 * 1024

_TYPES: Final = "[Content_Types].xml"
_LINKS: Final = "_rels/.rels"
_DOCUMENT: Final = b"wordprocessingml.document.main+xml"
#: What else comes in a package, told by its list of content types, and what to do about it.
_OTHERS: Final = (
    (b"macroEnabled", "is a file with macros; save it as .docx"),
    (b"wordprocessingml.template", "is a Word template; save it as .docx"),
    (b"spreadsheetml", "is an Excel workbook, not a letter; save the letter as .docx or .txt"),
    (b"presentationml", "is a set of slides, not a letter; save the letter as .docx or .txt"),
)
_STRICT: Final = b"purl.oclc.org/ooxml"
#: No Word document declares a document type; a file that does wants entities resolved.
_DOCTYPE: Final = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))

_DAMAGED: Final = (
    "is a Word document or ZIP archive that is damaged or cut off; save or fetch it again"
)


def refuse_ole(data: bytes) -> str:
    """The reason why a document in the old container is not read, and what to do.

    Args:
        data: bytes that begin with `OLE_MAGIC`.
    """
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "is encrypted; open it with its password, remove the password and save it as .docx"
    return "is an old Word or WPS document (.doc, .wps); open it and save it as .docx"


def repack(data: bytes) -> bytes:
    """A package of the text parts of a Word document and nothing else.

    Args:
        data: bytes that begin with `ZIP_MAGIC`.

    Raises:
        ReadingError: it is damaged, encrypted, too large, or no Word document; the message is the
            reason only.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _repacked(package)
    # A damaged archive breaks zipfile in many ways; encryption is a RuntimeError, an unknown
    # method of packing a NotImplementedError, which is one too.
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise ReadingError(_DAMAGED) from error


def _repacked(package: zipfile.ZipFile) -> bytes:
    members = {info.filename: info for info in package.infolist()}
    if len(package.infolist()) > MAX_MEMBERS:
        raise ReadingError(f"holds more than {MAX_MEMBERS} members; no letter does")
    if any(info.flag_bits & 0x1 for info in members.values()):
        raise ReadingError("is encrypted; unpack it with its password and save it as .docx")
    if _TYPES not in members:
        if "mimetype" in members:
            raise ReadingError("is an OpenDocument file; save it as .docx")
        raise ReadingError("is a ZIP archive, not a letter; unpack it first")
    left = MAX_UNPACKED
    if sum(info.file_size for name, info in members.items() if _is_text(name)) > left:
        raise ReadingError(_too_large())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as text_only:
        for name, info in members.items():
            content = b""
            if _is_text(name):
                content = _unpacked(package, info, left)
                left -= len(content)
                _look_at(name, content)
            elif name.endswith(".rels"):
                # Without its links nothing follows from the document to pictures and templates,
                # nor to the targets that some programs name and forget to write.
                continue
            text_only.writestr(name, content)
    return packed.getvalue()


def _is_text(name: str) -> bool:
    """Whether a part is unpacked; of the others a thumbnail, say, is only known to be there."""
    return name == _LINKS or name.lower().endswith(".xml")


def _unpacked(package: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    """The bytes of a member, never more than are left, whatever its header says of its size."""
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # Word knows no other; the others cannot be unpacked piece by piece.
        raise ReadingError(_DAMAGED)
    pieces = []
    with package.open(info) as member:
        while piece := member.read(_CHUNK):
            left -= len(piece)
            if left < 0:
                raise ReadingError(_too_large())
            pieces.append(piece)
    return b"".join(pieces)


def _look_at(name: str, content: bytes) -> None:
    if any(mark in content for mark in _DOCTYPE):
        raise ReadingError(
            "declares a document type, which no Word document does; copy the text into a new one"
        )
    if name == _LINKS and _STRICT in content:
        raise ReadingError("is saved as Strict Open XML; save it as an ordinary .docx")
    if name == _TYPES and _DOCUMENT not in content:
        for mark, reason in _OTHERS:
            if mark in content:
                raise ReadingError(reason)
        raise ReadingError("is no Word document; save the letter as .docx or .txt")


def _too_large() -> str:
    return f"unpacks to more than {MAX_UNPACKED // 1024 // 1024} MB of text; no letter does"

"""ZIP archives, opened with care: whoever sends a letter chose its bytes.

Of the package around a Word document only the parts that hold text are unpacked, a bounded number
of bytes at a time, and put into a new package. Pictures and embedded files never reach the parser.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

from tracker.errors import ReadingError

#: The first bytes of an archive; an empty one begins with its end.
ZIP_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")

#: The table of contents of an archive may take so many bytes: `zipfile` reads all of it at once.
_MAX_CONTENTS: Final = 8 * 1024 * 1024
#: A document of many pictures has some hundreds of members.
MAX_MEMBERS: Final = 5000
#: All text parts together, unpacked. A letter of a hundred pages has two or three megabytes.
MAX_UNPACKED: Final = 64 * 1024 * 1024
#: Tags of all text parts together: what is parsed takes memory and time by the tag, and packs to
#: next to nothing. A letter of a hundred pages has a hundred thousand.
MAX_TAGS: Final = 1_000_000
_CHUNK: Final = 1024 * 1024
#: Where the declaration of a part is over that any program has written.
_DECLARATION: Final = 2048
#: Encodings in which "<" is always the byte that it is in ASCII, and that byte never another sign.
_COUNTABLE: Final = frozenset(
    {
        b"utf-8",
        b"utf8",
        b"utf-16",
        b"us-ascii",
        b"ascii",
        b"iso-8859-1",
        b"gb2312",
        b"gbk",
        b"gb18030",
    }
)

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
#: Large parts that say how words look.
_UNREAD: Final = ("/stylesWithEffects.xml", "/theme1.xml", "/fontTable.xml", "/webSettings.xml")
_STRICT: Final = b"purl.oclc.org/ooxml"
#: No Word document declares a document type; a file that does wants entities resolved.
DOCTYPE: Final = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))

_DAMAGED: Final = (
    "is a Word document or ZIP archive that is damaged or cut off; save or fetch it again"
)


def kind(data: bytes) -> Literal["package", "ofd", "open", "archive"]:
    """What a ZIP archive is: a package of Office, an OFD or OpenDocument file, or just an archive.

    Args:
        data: bytes that begin as `ZIP_MAGIC` has it.

    Raises:
        ReadingError: it is damaged; the message is the reason only.
    """
    with opened(data, _DAMAGED) as archive:
        names = {name.lstrip("/") for name in archive.namelist()}
    if _TYPES in names:
        return "package"
    if "OFD.xml" in names:
        return "ofd"
    return "open" if "mimetype" in names else "archive"


#: What `zipfile` raises over a damaged archive. Encryption is a RuntimeError, an unknown method of
#: packing a NotImplementedError, which is one too.
DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, struct.error,
)  # fmt: skip


class TooLargeError(ReadingError):
    """A member unpacks to more than it may."""


@contextmanager
def opened(data: bytes, damaged: str) -> Iterator[zipfile.ZipFile]:
    """An archive, open for as long as the block runs.

    Args:
        data: its bytes.
        damaged: the reason to give where it, or a member that the block reads, is damaged.

    Raises:
        ReadingError: it is damaged, or its table of contents is too long.
    """
    if _contents_size(data) > _MAX_CONTENTS:
        raise ReadingError("holds more files than any batch of letters")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive
    except DAMAGE as error:
        raise ReadingError(damaged) from error


def name_of(info: zipfile.ZipInfo) -> str:
    """The name of a member. Not to be trusted, nor used as a path.

    Chinese Windows writes names in GBK and does not say so; a Mac writes UTF-8 and does not say so;
    `zipfile` takes both for the characters of the first PC.

    Args:
        info: as `zipfile` gives it.
    """
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _contents_size(data: bytes) -> int:
    """The size of an archive's table of contents as its end tells; 0 where it has no end."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 22 - 0xFFFF))
    if at < 0 or at + 22 > len(data):
        return 0
    size = int.from_bytes(data[at + 12 : at + 16], "little")
    long_form = data.rfind(b"PK\x06\x06", max(0, at - 4096), at)
    if long_form >= 0:
        long_size = int.from_bytes(data[long_form + 40 : long_form + 48], "little")
        return long_size if size == 0xFFFFFFFF else max(size, long_size)
    return size


def repack(data: bytes) -> bytes:
    """A package of the text parts of a Word document and nothing else.

    Args:
        data: bytes that begin with `ZIP_MAGIC`.

    Raises:
        ReadingError: it is damaged, encrypted, too large, or no Word document; the message is the
            reason only.
    """
    with opened(data, _DAMAGED) as package:
        return _repacked(package)


def _repacked(package: zipfile.ZipFile) -> bytes:
    members = {info.filename: info for info in package.infolist()}
    if len(package.infolist()) > MAX_MEMBERS:
        raise ReadingError(f"holds more than {MAX_MEMBERS} members; no letter does")
    if any(info.flag_bits & 0x1 for info in members.values()):
        raise ReadingError("is encrypted; unpack it with its password and save it as .docx")
    if _TYPES not in members:
        raise ReadingError("is no Word document; save the letter as .docx or .txt")
    left, tags = MAX_UNPACKED, 0
    if sum(info.file_size for name, info in members.items() if _is_text(name)) > left:
        raise ReadingError(_too_large())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as text_only:
        for name, info in members.items():
            content = b""
            if _is_text(name):
                content = unpacked(package, info, left)
                left -= len(content)
                tags += tags_of(content, _DAMAGED)
                refuse_tags(tags)
                _look_at(name, content)
            elif name.endswith(".rels"):
                # Without its links nothing follows from the document to pictures and templates,
                # nor to the targets that some programs name and forget to write.
                continue
            text_only.writestr(name, content)
    return packed.getvalue()


def _is_text(name: str) -> bool:
    """Whether a part is unpacked; of the others a thumbnail, say, is only known to be there."""
    return name == _LINKS or (name.lower().endswith(".xml") and not name.endswith(_UNREAD))


def in_pieces(package: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> Iterator[bytes]:
    """The bytes of a member as they are unpacked, a megabyte at a time.

    Args:
        package: that holds the member.
        info: which one.
        left: so many bytes at most, whatever its header says of its size.

    Raises:
        TooLargeError: there are more.
        ReadingError: it is packed in a way that cannot be unpacked in pieces.
    """
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # Word and Excel know no other; the others cannot be unpacked piece by piece.
        raise ReadingError(_DAMAGED)
    with package.open(info) as member:
        while piece := member.read(_CHUNK):
            left -= len(piece)
            if left < 0:
                raise TooLargeError(_too_large())
            yield piece


def unpacked(package: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    """The bytes of a member, as `in_pieces` gives them."""
    pieces = in_pieces(package, info, left)
    return b"".join(pieces)


def tags_of(content: bytes, damaged: str) -> int:
    """How many tags a part has, before anything parses it.

    Args:
        content: of a part in XML.
        damaged: the reason to give where it is none.

    Raises:
        ReadingError: it is in an encoding in which a tag may be written without its sign, such as
            UTF-7 or EBCDIC; no program that writes documents uses one.
    """
    # With every second byte taken out, UTF-16 begins as the others do.
    head = content[:_DECLARATION].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"<?xml"):
        declaration, end, _ = head.partition(b"?>")
        named = re.search(rb"encoding\s{0,20}=\s{0,20}[\"']([^\"']{0,40})", declaration)
        if not end or (named and named[1].strip().lower() not in _COUNTABLE):
            raise ReadingError("holds XML in an encoding that no document is in; save it anew")
    elif head and not head.startswith(b"<"):
        raise ReadingError(damaged)
    return content.count(b"<")


def refuse_tags(tags: int) -> None:
    """Refuse what is made of more tags than a letter.

    Args:
        tags: of all parts so far.

    Raises:
        ReadingError: these are too many.
    """
    if tags > MAX_TAGS:
        raise ReadingError(f"is made of more than {MAX_TAGS} tags; no letter is")


def _look_at(name: str, content: bytes) -> None:
    if any(mark in content for mark in DOCTYPE):
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

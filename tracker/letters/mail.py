"""A mail as a file (.eml) → its text and its attachments, by the standard library.

Mail programs of offices break every rule of the standard: names in raw GBK, character sets that do
not exist, parts that are cut off. What can be read is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesFeedParser
from typing import Final

from tracker.errors import ReadingError
from tracker.letters.encodings import known_encoding

#: Servers take 50 MB at most.
MAX_BYTES: Final = 50 * 1024 * 1024
#: A mail of that size in the 76 characters that a line of an attachment has.
MAX_LINES: Final = 1_000_000
#: Parts of one mail, attachments and what they are wrapped in.
MAX_PARTS: Final = 1000
#: Characters of a part's head; of a whole mail it has some thousands. To take apart what stands in
#: a head costs the square of its length.
MAX_HEAD: Final = 65_536
#: So much is given to the parser at a time: all at once it copies into four bytes a character.
_CHUNK: Final = 65_536

#: Fields of which a mail begins with at least two; a text may begin with one by chance.
_FIELDS: Final = (
    rb"(?im)^(?:From|To|Cc|Date|Subject|Message-ID|Received|MIME-Version|Return-Path|Sender|"
    rb"Content-Type|Delivered-To|Reply-To|X-[A-Za-z-]{2,40}|DKIM-Signature):"
)
#: Any field, its folded lines included: a mail begins with nothing else.
_HEAD: Final = rb"\A\s*(?:From [^\r\n]{0,200}\r?\n)?(?:[!-9;-~]{1,76}:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*(?:\r?\n|\Z)){2,}"
_REACH: Final = 16_384
_NAMING: Final = ("content-disposition", "content-type")
_RAW_NAME: Final = r"""(?i)\b(?:file)?name\s?=\s?"?([^";\r\n]{1,500})"""
_TOO_DEEP: Final = "is a mail that is nested too deep; save its attachments and import the files"


@dataclass(frozen=True, slots=True)
class Mail:
    """What of a mail may be letters.

    Args:
        body: its text in UTF-8, plain where it has it plain, else as a page; None where it has none.
        attachments: names as given, not to be trusted, and contents.
    """

    body: bytes | None
    attachments: tuple[tuple[str, bytes], ...]


def is_mail(data: bytes) -> bool:
    """Whether bytes are a mail, by how they begin.

    Args:
        data: the bytes of a file.
    """
    head = re.match(_HEAD, data[:_REACH])
    return head is not None and len(set(re.findall(_FIELDS, head[0]))) >= 2


def read_mail(data: bytes) -> Mail:
    """Take a mail apart.

    Args:
        data: its bytes.

    Raises:
        ReadingError: it is too large, nested too deep or damaged; the message is the reason only.
    """
    if len(data) > MAX_BYTES:
        raise ReadingError(f"is larger than {MAX_BYTES // 1024 // 1024} MB; save its attachments")
    if data.count(b"\n") > MAX_LINES:
        raise ReadingError(f"is a mail of more than {MAX_LINES} lines; save its attachments")
    plain: list[bytes] = []
    pages: list[bytes] = []
    attachments: list[tuple[str, bytes]] = []
    try:
        for part in _parts(_parsed(data)):
            name = _name(part)
            kind = part.get_content_type()
            if name is None and kind in ("text/plain", "text/html"):
                (plain if kind == "text/plain" else pages).append(_text(part))
            elif name is not None:
                attachments.append((name, _content(part)))
    except RecursionError as error:
        raise ReadingError(_TOO_DEEP) from error
    except (MessageError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ReadingError(
            "is a mail that is damaged or cut off; save or fetch it again"
        ) from error
    bodies = [text for text in plain if text.strip()] or [text for text in pages if text.strip()]
    return Mail(b"\n\n".join(bodies) if bodies else None, tuple(attachments))


def _parsed(data: bytes) -> Message:
    parser = BytesFeedParser()
    for at in range(0, len(data), _CHUNK):
        parser.feed(data[at : at + _CHUNK])
    return parser.close()


def _parts(message: Message) -> Iterator[Message]:
    """The parts that hold content, in order; those of a mail that is attached too."""
    for count, part in enumerate(message.walk()):
        if count > MAX_PARTS:
            raise ReadingError(f"is a mail of more than {MAX_PARTS} parts; no letter is sent so")
        if sum(len(name) + len(value) for name, value in part.raw_items()) > MAX_HEAD:
            raise ReadingError("is a mail with a head that no program writes; save its attachments")
        if not part.is_multipart():
            yield part


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message) -> bytes:
    """The text of a part in UTF-8; as it is where its character set is not what it says."""
    content = _content(part)
    encoding = known_encoding(part.get_content_charset() or "utf-8")
    try:
        return content.decode(encoding or "utf-8").encode()
    except (UnicodeError, LookupError):
        return content


def _name(part: Message) -> str | None:
    """The name of an attachment; None for what is a part of the mail's own text."""
    name = part.get_filename()
    if name is not None and "\ufffd" in name:
        name = _raw_name(part) or name
    if name is None:
        return "" if part.get_content_disposition() == "attachment" else None
    try:
        pieces = decode_header(name)
    except (MessageError, ValueError):
        pieces = [(name, None)]
    return "".join(_decoded(piece, charset) for piece, charset in pieces)


def _raw_name(part: Message) -> str | None:
    """The name as its bytes stand in the head, which the library replaces where they are no ASCII."""
    for field, value in part.raw_items():
        match = re.search(_RAW_NAME, str(value)) if field.lower() in _NAMING else None
        if match:
            return match[1]
    return None


def _decoded(piece: str | bytes, charset: str | None) -> str:
    try:
        raw = piece.encode("ascii", "surrogateescape") if isinstance(piece, str) else piece
    except UnicodeEncodeError:
        return str(piece)  # decoded already
    for encoding in (known_encoding(charset or "utf-8") or "utf-8", "utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return raw.decode("ascii", "replace")

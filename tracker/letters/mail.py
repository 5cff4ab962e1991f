"""A mail as a file (.eml) → its text and its attachments, by the standard library.

Mail programs of offices break every rule of the standard: names in raw GBK, character sets that do
not exist, parts that are cut off. What can be read is read.
"""

from __future__ import annotations

import codecs
import re
from base64 import b64decode
from dataclasses import dataclass, field
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
#: What is sent along to prove who sent it.
_SIGNATURES: Final = frozenset(
    {
        "application/pgp-signature", "application/pgp-encrypted", "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    }
)  # fmt: skip
DAMAGED: Final = "is a mail that is damaged or cut off; save or fetch it again"
_TOO_DEEP: Final = "is a mail that is nested too deep; save its attachments and import the files"


@dataclass(slots=True)
class Text:
    """A stretch of a mail's own text in UTF-8, in the forms that the mail has it in."""

    plain: bytes | None = None
    page: bytes | None = None


@dataclass(slots=True)
class Mail:
    """What of a mail may be letters.

    Args:
        name: of a mail that is attached to another: its file's, else its subject; "" for that one.
        texts: its own, those with nothing in them left out.
        attachments: names as given, not to be trusted, and contents; "" where none is given.
        damaged: names of mails attached to it that cannot be taken out; "" where none is given.
    """

    name: str
    texts: list[Text] = field(default_factory=list)
    attachments: list[tuple[str, bytes]] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


def is_mail(data: bytes) -> bool:
    """Whether bytes are a mail, by how they begin.

    Args:
        data: the bytes of a file.
    """
    head = re.match(_HEAD, data[:_REACH].removeprefix(codecs.BOM_UTF8))
    return head is not None and len(set(re.findall(_FIELDS, head[0]))) >= 2


def read_mail(data: bytes) -> list[Mail]:
    """Take a mail apart.

    Args:
        data: its bytes.

    Returns:
        The mail, and behind it those that are attached to it, and to them, in their order.

    Raises:
        ReadingError: it is too large, nested too deep or damaged; the message is the reason only.
    """
    if len(data) > MAX_BYTES:
        raise ReadingError(f"is larger than {MAX_BYTES // 1024 // 1024} MB; save its attachments")
    if data.count(b"\n") > MAX_LINES:
        raise ReadingError(f"is a mail of more than {MAX_LINES} lines; save its attachments")
    try:
        return _taken_apart(_parsed(data))
    except RecursionError as error:
        raise ReadingError(_TOO_DEEP) from error
    except (MessageError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ReadingError(DAMAGED) from error


def _parsed(data: bytes) -> Message:
    parser = BytesFeedParser()
    # Editors put the mark before a mail that is saved anew; the parser would take all for its text.
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    for at in range(start, len(data), _CHUNK):
        parser.feed(data[at : at + _CHUNK])
    return parser.close()


def _taken_apart(message: Message) -> list[Mail]:
    mails = [Mail("")]
    # Parts still to be looked at, the next one last: of which mail, and of which of its texts.
    waiting: list[tuple[Message, Mail, Text | None]] = [(message, mails[0], None)]
    count = 0
    while waiting:
        part, mail, text = waiting.pop()
        count += 1
        if count > MAX_PARTS:
            raise ReadingError(f"is a mail of more than {MAX_PARTS} parts; no letter is sent so")
        if sum(len(name) + len(value) for name, value in part.raw_items()) > MAX_HEAD:
            raise ReadingError("is a mail with a head that no program writes; save its attachments")
        if not part.is_multipart():
            _sort(part, mail, text)
            continue
        inner: list[Message] = part.get_payload()  # type: ignore[assignment]
        if part.get_content_type() == "message/rfc822":
            packed = inner[0].get_payload() if _is_packed(part) else None
            if isinstance(packed, str):
                _put_packed(_name(part) or "", packed, mail)
                continue
            mail, text = Mail(_name(part) or _subject(inner[0])), None
            mails.append(mail)
        elif part.get_content_type() == "multipart/alternative" and text is None:
            text = Text()
            mail.texts.append(text)
        waiting += [(one, mail, text) for one in reversed(inner)]
    for mail in mails:
        mail.texts = [text for text in mail.texts if text.plain or text.page]
    return mails


def _put_packed(name: str, packed: str, mail: Mail) -> None:
    """Put an attached mail where it belongs; one that is cut off costs no other part."""
    try:
        mail.attachments.append((name, b64decode(packed.encode("ascii", "ignore"))))
    except ValueError:
        mail.damaged.append(name)


def _is_packed(part: Message) -> bool:
    """Whether a mail is attached in base64, which the standard forbids and programs do."""
    return str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64"


def _sort(part: Message, mail: Mail, text: Text | None) -> None:
    """Put a part where it belongs: into the text that it is a form of, or to the attachments."""
    name = _name(part)
    kind = part.get_content_type()
    if name is not None:
        mail.attachments.append((name, _content(part)))
    elif kind in ("text/plain", "text/html"):
        content = _text(part)
        if not content.strip():
            return
        if text is None:
            text = Text()
            mail.texts.append(text)
        if kind == "text/plain":
            text.plain = content if text.plain is None else text.plain + b"\n\n" + content
        else:
            text.page = content if text.page is None else text.page + b"\n\n" + content
    elif (kind.startswith("application/") and kind not in _SIGNATURES) or kind == "text/rtf":
        mail.attachments.append(("", _content(part)))


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
    return _spelt(name)


def _subject(message: Message) -> str:
    """The subject as the name of a file; what stands in it is not to be trusted."""
    return f"{_spelt(str(message.get('Subject', ''))).strip()}.eml"


def _spelt(words: str) -> str:
    """Words of a head as people read them, whichever way they are packed into ASCII."""
    try:
        pieces = decode_header(words)
    except (MessageError, ValueError):
        pieces = [(words, None)]
    return "".join(_decoded(piece, charset) for piece, charset in pieces)


def _raw_name(part: Message) -> str | None:
    """The name as its bytes stand in the head, which the library replaces where they are no ASCII."""
    for key, value in part.raw_items():
        match = re.search(_RAW_NAME, str(value)) if key.lower() in _NAMING else None
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

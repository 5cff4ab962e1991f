"""One mail, built from words: text and HTML, headers that nobody can inject into.

The same message gives the same bytes, with the same Message-ID, however often it is sent.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from binascii import b2a_base64
from dataclasses import dataclass
from email.headerregistry import Address
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from tracker.address import mail_address
from tracker.errors import DeliveryError
from tracker.notices.channel import Unreachable
from tracker.settings import TOKEN, Settings


class _Wire(EmailPolicy):
    """As the standard's for SMTP, but that List-Unsubscribe stays as it is: a long address would
    become an encoded word, which no program reads there (RFC 2369, 2)."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() != "list-unsubscribe":
            return super().fold_binary(name, value)
        return f"{name}: {value}".replace(", ", ",\r\n ").encode("ascii") + b"\r\n"


#: Seven bits: a relay of any age passes it on unchanged.
_POLICY: Final = _Wire(linesep="\r\n", raise_on_defect=False, cte_type="7bit")
#: A name that every mail program shows, whatever it makes of Chinese ones.
_ATTACHED: Final = b'Content-Disposition: attachment; filename="deadlines.ics"\r\n'
_CALENDAR: Final = b'text/calendar; charset="utf-8"; method="PUBLISH"'
_NO_SENDER: Final = "tracker@tracker.invalid"


@dataclass(frozen=True, slots=True)
class File:
    """What a mail brings along: shown by its HTML where it is `inline`, else attached."""

    name: str
    type: str
    content: bytes
    inline: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be sent, to whom and how. `key` names it in file names and logs; `channel`,
    `calendar` (the deadlines as an .ics file), `unsubscribe` (what a deputy ends a subscription
    with) and `files` are the message's."""

    id: int
    key: str
    header_id: str
    name: str
    address: str
    subject: str
    text: str
    html: str | None
    channel: str = "mail"
    calendar: str | None = None
    unsubscribe: str | None = None
    files: tuple[File, ...] = ()


def build(outgoing: Outgoing, settings: Settings, date: dt.datetime) -> bytes:
    """The mail as it goes over the wire, its lines ended by CRLF.

    The headers are folded by the standard library, which lets nothing open another one, each once
    for many messages; the parts are put together here, because there the library takes most of the
    time. All of them are Base64: seven bits, and no line that begins with a dot.

    Args:
        outgoing: words and recipient.
        settings: the sender, and the office that answers go to.
        date: the moment for the Date header, with its zone.

    Raises:
        DeliveryError: the recipient's address is none; trying again cannot help.
        Unreachable: an address of the settings is none, which is no message's fault.
    """
    office = settings.office
    head = [_own("From", "mail.sender", office.name, sender_of(settings))]
    try:
        head.append(_mailbox_header("To", outgoing.name, outgoing.address))
    except ValueError as error:
        # The office's address stands for a unit without one, and is the supervisor's.
        if outgoing.address.strip() == office.email.strip():
            raise Unreachable(f"office.email: {error}") from error
        raise DeliveryError(str(error), permanent=True) from error
    if office.email.strip():
        head.append(_own("Reply-To", "office.email", office.name, office.email))
    head += [
        _header("Subject", one_line(outgoing.subject)),
        _header("Date", format_datetime(date)),
        _header("Message-ID", one_line(outgoing.header_id)),
        # RFC 3834: no out-of-office answers to a machine.
        _header("Auto-Submitted", "auto-generated"),
        _header("X-Auto-Response-Suppress", "All"),
    ]
    if outgoing.unsubscribe:
        head += _unsubscribe_headers(outgoing.unsubscribe, settings)
    head.append(b"MIME-Version: 1.0\r\n")
    return b"".join(head) + _body(outgoing)


def _body(outgoing: Outgoing) -> bytes:
    """The parts, and the headers that say what they are."""
    # Base64 has no dash: no line of a part looks like a boundary.
    digest = hashlib.sha256(outgoing.header_id.encode()).hexdigest()
    body = _part(b'text/plain; charset="utf-8"', _lines(outgoing.text))
    if outgoing.html is not None:
        html = _part(b'text/html; charset="utf-8"', _lines(outgoing.html))
        shown = [_picture(file) for file in outgoing.files if file.inline]
        if shown:  # RFC 2387: the page and what it shows
            html = _together(b'related; type="text/html"', f"=={digest[12:52]}==", html, *shown)
        body = _together(b"alternative", f"=={digest[:40]}==", body, html)
    if outgoing.calendar is not None:
        # An attachment, not another form of the text: Outlook and QQ would show that in its place.
        file = _part(_CALENDAR, outgoing.calendar.encode(), _ATTACHED)
        body = _together(b"mixed", f"=={digest[24:]}==", body, file)
    attached = [_attached(file) for file in outgoing.files if not file.inline]
    if attached:
        body = _together(b"mixed", f"=={digest[4:44]}==", body, *attached)
    return body


def _picture(file: File) -> bytes:
    more = b"Content-ID: <%b>\r\nContent-Disposition: inline\r\n" % file.name.encode()
    return _part(file.type.encode(), file.content, more)


def _attached(file: File) -> bytes:
    """A file under its own name (RFC 2231), and under one that every mail program can show."""
    plain = "report" + file.name[file.name.rfind(".") :]
    named = quote(file.name, safe="")
    name = f"filename*=utf-8''{named};\r\n filename=\"{plain}\""
    more = f"Content-Disposition: attachment;\r\n {name}\r\n"
    return _part(file.type.encode(), file.content, more.encode())


def _lines(text: str) -> bytes:
    """A text as mail has it (RFC 2049, 4): every line with CRLF."""
    return b"".join(
        line + b"\r\n" for line in text.encode("utf-8", "replace").splitlines() or [b""]
    )


def _part(kind: bytes, content: bytes, more: bytes = b"") -> bytes:
    coded = b2a_base64(content, newline=False)
    lines = b"\r\n".join(coded[at : at + 76] for at in range(0, len(coded), 76))
    head = b"Content-Type: %b\r\nContent-Transfer-Encoding: base64\r\n%b\r\n"
    return head % (kind, more) + lines + b"\r\n"


def _together(kind: bytes, boundary: str, *parts: bytes) -> bytes:
    line = boundary.encode()
    head = b'Content-Type: multipart/%b;\r\n boundary="%b"\r\n\r\n' % (kind, line)
    inner = b"".join(b"--%b\r\n%b\r\n" % (line, part) for part in parts)
    return head + inner + b"--%b--\r\n" % line


def _unsubscribe_headers(token: str, settings: Settings) -> list[bytes]:
    """RFC 2369, and one click (RFC 8058) where the settings have an address that takes it."""
    token = quote(token, safe="")
    to = quote(settings.office.email.strip() or sender_of(settings), safe="@")
    offers = [f"<mailto:{to}?subject=unsubscribe%20{token}>"]
    found = []
    if settings.mail.unsubscribe:
        offers.insert(0, f"<{settings.mail.unsubscribe.replace(TOKEN, token)}>")
        found.append(_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return [*found, _header("List-Unsubscribe", ", ".join(offers))]


# Subjects, names and moments come again and again; the last of them cover a round.
@lru_cache(4096)
def _header(name: str, value: str) -> bytes:
    return _folded(name, value)


@lru_cache(4096)
def _mailbox_header(header: str, name: str, address: str) -> bytes:
    # Nearly every recipient is a Chinese name and a plain address, and no two are the same.
    address = mail_address(address)
    if _CHINESE.fullmatch(name) and _PLAIN.fullmatch(address):
        coded = b2a_base64(name.encode(), newline=False)
        line = b"%b: =?utf-8?b?%b?= <%b>" % (header.encode(), coded, address.encode())
        if len(line) <= _LINE:
            return line + b"\r\n"
    return _folded(header, mailbox(name, address))


#: A name that the library, too, would make one word in Base64 of; an address that needs no quotes.
_CHINESE: Final = re.compile(r"(?:[\u4e00-\u9fff][0-9]{0,3}){2,}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*")
#: Characters of a line, beyond which the library folds (RFC 5322, 2.1.1).
_LINE: Final = 78


def _folded(name: str, value: object) -> bytes:
    kept, header = _POLICY.header_store_parse(name, value)
    return _POLICY.fold_binary(kept, header)


def mailbox(name: str, address: str) -> Address:
    """A name and an address as one header value.

    Raises:
        ValueError: the address is not of the form name@host in ASCII.
    """
    user, _, host = mail_address(address).rpartition("@")
    return Address(one_line(name), username=user, domain=host)


def _own(header: str, key: str, name: str, address: str) -> bytes:
    """A mailbox of the settings. Where it is none, every message would fail, and none for good:
    they wait until the settings are mended."""
    try:
        return _mailbox_header(header, name, address)
    except ValueError as error:
        raise Unreachable(f"{key}: {error}") from error


def one_line(text: str) -> str:
    """A text for a header: every run of white space or control characters is one space."""
    if text.isprintable():  # nearly every text is
        return " ".join(text.split())
    kept = ("\n" if unicodedata.category(char) in _BREAKING else char for char in text)
    return " ".join("".join(kept).split())


#: Controls, surrogates, and what some program takes for the end of a line.
_BREAKING: Final = {"Cc", "Cs", "Zl", "Zp"}


def sender_of(settings: Settings) -> str:
    """The plain address that messages come from, in their From and on the envelope."""
    given = settings.mail.sender.strip()
    return (parseaddr(given)[1] or given) if given else _NO_SENDER

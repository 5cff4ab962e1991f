"""One mail, built from words: text and HTML, headers that nobody can inject into.

The same message gives the same bytes, with the same Message-ID, however often it is sent.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final

from tracker.errors import DeliveryError
from tracker.settings import Settings

#: The longest address that RFC 5321 lets through.
_LONGEST_ADDRESS: Final = 254
#: Seven bits: a relay of any age passes it on unchanged.
_POLICY: Final = SMTP.clone(cte_type="7bit")
_NO_SENDER: Final = "tracker@tracker.invalid"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be sent, and to whom. `key` names it in file names and logs."""

    id: int
    key: str
    header_id: str
    name: str
    address: str
    subject: str
    text: str
    html: str | None


def build(outgoing: Outgoing, settings: Settings, date: dt.datetime) -> EmailMessage:
    """The mail as it goes over the wire.

    Args:
        outgoing: words and recipient.
        settings: the sender, and the office that answers go to.
        date: the moment for the Date header, with its zone.

    Raises:
        DeliveryError: the address of recipient or sender is none; trying again cannot help.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = mailbox(settings.office.name, _sender(settings))
    message["To"] = mailbox(outgoing.name, outgoing.address)
    if settings.office.email:
        message["Reply-To"] = mailbox(settings.office.name, settings.office.email)
    message["Subject"] = one_line(outgoing.subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = one_line(outgoing.header_id)
    # RFC 3834: no out-of-office answers to a machine.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(outgoing.text, charset="utf-8")
    if outgoing.html is not None:
        message.add_alternative(outgoing.html, subtype="html", charset="utf-8")
        digest = hashlib.sha256(outgoing.header_id.encode()).hexdigest()
        message.set_boundary(f"=={digest[:40]}==")
    return message


def mailbox(name: str, address: str) -> Address:
    """A name and an address as one header value.

    Raises:
        DeliveryError: the address holds line ends or is not of the form name@host in ASCII.
    """
    if any(unicodedata.category(char) == "Cc" for char in address):
        raise DeliveryError("the address holds control characters", permanent=True)
    plain = address.strip()
    if not plain.isascii() or " " in plain or len(plain) > _LONGEST_ADDRESS:
        raise DeliveryError(f"{plain!r} is no mail address", permanent=True)
    try:
        found = Address(one_line(name), addr_spec=plain)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise DeliveryError(f"{plain!r} is no mail address", permanent=True) from error
    if not found.username or not found.domain:
        raise DeliveryError(f"{plain!r} is no mail address", permanent=True)
    return found


def one_line(text: str) -> str:
    """A text for a header: every run of white space or control characters is one space."""
    kept = ("\n" if unicodedata.category(char) in _BREAKING else char for char in text)
    return " ".join("".join(kept).split())


#: Controls, surrogates, and what some program takes for the end of a line.
_BREAKING: Final = {"Cc", "Cs", "Zl", "Zp"}


def _sender(settings: Settings) -> str:
    return parseaddr(settings.mail.sender)[1] or _NO_SENDER

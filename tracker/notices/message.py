"""One mail, built from words: text and HTML, headers that nobody can inject into.

The same message gives the same bytes, with the same Message-ID, however often it is sent.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final

from tracker.address import mail_address
from tracker.errors import DeliveryError
from tracker.notices.channel import Unreachable
from tracker.settings import Settings

#: Seven bits: a relay of any age passes it on unchanged.
_POLICY: Final = SMTP.clone(cte_type="7bit")
_NO_SENDER: Final = "tracker@tracker.invalid"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be sent, to whom and how. `key` names it in file names and logs; `channel` is the
    message's (`MessageRow.channel`)."""

    id: int
    key: str
    header_id: str
    name: str
    address: str
    subject: str
    text: str
    html: str | None
    channel: str = "mail"


def build(outgoing: Outgoing, settings: Settings, date: dt.datetime) -> EmailMessage:
    """The mail as it goes over the wire.

    Args:
        outgoing: words and recipient.
        settings: the sender, and the office that answers go to.
        date: the moment for the Date header, with its zone.

    Raises:
        DeliveryError: the recipient's address is none; trying again cannot help.
        Unreachable: an address of the settings is none, which is no message's fault.
    """
    message = EmailMessage(policy=_POLICY)
    office = settings.office
    message["From"] = _own("mail.sender", office.name, sender_of(settings))
    try:
        message["To"] = mailbox(outgoing.name, outgoing.address)
    except ValueError as error:
        # The office's address stands for a unit without one, and is the supervisor's.
        if outgoing.address.strip() == office.email.strip():
            raise Unreachable(f"office.email: {error}") from error
        raise DeliveryError(str(error), permanent=True) from error
    if office.email.strip():
        message["Reply-To"] = _own("office.email", office.name, office.email)
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
        ValueError: the address is not of the form name@host in ASCII.
    """
    user, _, host = mail_address(address).rpartition("@")
    return Address(one_line(name), username=user, domain=host)


def _own(key: str, name: str, address: str) -> Address:
    """A mailbox of the settings. Where it is none, every message would fail, and none for good:
    they wait until the settings are mended."""
    try:
        return mailbox(name, address)
    except ValueError as error:
        raise Unreachable(f"{key}: {error}") from error


def one_line(text: str) -> str:
    """A text for a header: every run of white space or control characters is one space."""
    kept = ("\n" if unicodedata.category(char) in _BREAKING else char for char in text)
    return " ".join("".join(kept).split())


#: Controls, surrogates, and what some program takes for the end of a line.
_BREAKING: Final = {"Cc", "Cs", "Zl", "Zp"}


def sender_of(settings: Settings) -> str:
    """The plain address that messages come from, in their From and on the envelope."""
    given = settings.mail.sender.strip()
    return (parseaddr(given)[1] or given) if given else _NO_SENDER

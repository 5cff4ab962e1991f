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
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
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
_CALENDAR: Final = "deadlines.ics"
_NO_SENDER: Final = "tracker@tracker.invalid"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be sent, to whom and how. `key` names it in file names and logs; `channel`,
    `calendar` (the deadlines as an .ics file) and `unsubscribe` (what a deputy ends a subscription
    with) are the message's."""

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
    if outgoing.unsubscribe:
        _offer_unsubscribe(message, outgoing.unsubscribe, settings)
    message.set_content(outgoing.text, charset="utf-8")
    digest = hashlib.sha256(outgoing.header_id.encode()).hexdigest()
    if outgoing.html is not None:
        message.add_alternative(outgoing.html, subtype="html", charset="utf-8")
        message.set_boundary(f"=={digest[:40]}==")
    if outgoing.calendar is not None:
        _attach(message, outgoing.calendar)
        message.set_boundary(f"=={digest[24:]}==")
    return message


def _attach(message: EmailMessage, calendar: str) -> None:
    """An attachment, not another form of the text: Outlook and QQ would show that in its place."""
    message.add_attachment(
        calendar.encode(), maintype="text", subtype="calendar", filename=_CALENDAR,
        params={"charset": "utf-8", "method": "PUBLISH"},
    )  # fmt: skip


def _offer_unsubscribe(message: EmailMessage, token: str, settings: Settings) -> None:
    """RFC 2369, and one click (RFC 8058) where the settings have an address that takes it."""
    token = quote(token, safe="")
    to = quote(settings.office.email.strip() or sender_of(settings), safe="@")
    offers = [f"<mailto:{to}?subject=unsubscribe%20{token}>"]
    if settings.mail.unsubscribe:
        offers.insert(0, f"<{settings.mail.unsubscribe.replace(TOKEN, token)}>")
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["List-Unsubscribe"] = ", ".join(offers)


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

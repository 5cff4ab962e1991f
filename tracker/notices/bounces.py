"""Bounces that come back by mail: whom a delivery status notification (RFC 3464) speaks of.

Mail from outside is hostile until shown otherwise: it is read with the standard library alone,
in bounds, and says nothing that is obeyed. What it names is looked up by the caller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from typing import Final

from tracker.address import mail_address
from tracker.notices.message import one_line
from tracker.notices.refusals import mailbox_gone, status_gone

#: Bytes of a mail; a bounce brings back our own at most.
LARGEST: Final = 20 * 1024 * 1024
#: Parts and recipients that are looked at; ours have one recipient each.
_MOST: Final = 100
_LONGEST: Final = 300
_REPLY: Final = re.compile(r"\b([245]\d\d)[ -]")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What became of one recipient.

    Attributes:
        address: of the mailbox.
        status: three numbers (5.1.1), or empty.
        error: one line for lists.
        gone: nobody is there any more.
        message_id: the Message-ID of the mail that came back, where it is told.
    """

    address: str
    status: str
    error: str
    gone: bool
    message_id: str | None


def bounces(data: bytes) -> list[Bounce]:
    """The failures that a mail reports.

    Args:
        data: the mail as it came.

    Raises:
        ValueError: it is too large, or reports nothing that can be read.
    """
    if len(data) > LARGEST:
        raise ValueError(f"is larger than {LARGEST // 1024 // 1024} MB")
    try:
        mail = message_from_bytes(data)
        parts = _parts(mail)
        reports = [part for part in parts if part.get_content_type() == "message/delivery-status"]
        if not reports:
            raise ValueError("is no report of a delivery that failed (RFC 3464)")
        message_id = _message_id(parts)
        found = [
            bounce
            for report in reports
            for block in _blocks(report)
            if (bounce := _bounce(block, message_id)) is not None
        ]
    except (MessageError, LookupError, AttributeError, RecursionError) as error:
        raise ValueError(f"cannot be read as a mail: {type(error).__name__}") from error
    if not found:
        raise ValueError("names nobody whom a mail failed to reach")
    first: dict[str, Bounce] = {}
    for bounce in found:
        first.setdefault(bounce.address, bounce)
    return list(first.values())


def _parts(mail: Message) -> list[Message]:
    """The parts of a mail down to a bounded depth, without those of the mail that came back."""
    found: list[Message] = []
    waiting = [(mail, 0)]
    while waiting and len(found) < _MOST:
        part, depth = waiting.pop(0)
        found.append(part)
        inner = part.get_payload()
        if depth < 5 and isinstance(inner, list) and part.get_content_maintype() == "multipart":
            waiting += [(item, depth + 1) for item in inner[:_MOST] if isinstance(item, Message)]
    return found


def _blocks(report: Message) -> list[Message]:
    inner = report.get_payload()
    return (
        [item for item in inner if isinstance(item, Message)][:_MOST]
        if isinstance(inner, list)
        else []
    )


def _bounce(block: Message, message_id: str | None) -> Bounce | None:
    """What one block of fields says; None for what is no failure, and no recipient."""
    address = _address(block, "Original-Recipient") or _address(block, "Final-Recipient")
    action = _field(block, "Action").lower()
    if address is None or action not in ("failed", "delayed", ""):
        return None
    status = _field(block, "Status").split(" ")[0]
    said = _field(block, "Diagnostic-Code").partition(";")[2].strip()
    # Some servers give 5.0.0 where the words of the next one say more.
    reply = _REPLY.search(f"{said} ")
    gone = status_gone(status) or (
        status in ("", "5.0.0") and reply is not None and mailbox_gone(int(reply[1]), said)
    )
    error = one_line(f"{status} {said}")[:_LONGEST] or action or "failed"
    return Bounce(address, status, error, gone and action != "delayed", message_id)


def _address(block: Message, name: str) -> str | None:
    kind, _, text = _field(block, name).partition(";")
    if kind.strip().lower() not in ("rfc822", "utf-8"):
        return None
    try:
        return mail_address(text.strip().strip("<>"))
    except ValueError:
        return None


def _message_id(parts: list[Message]) -> str | None:
    """The Message-ID of the mail that came back, as a whole or its head alone."""
    for part in parts:
        kind, inner = part.get_content_type(), part.get_payload()
        head: Message | None = None
        if kind == "message/rfc822" and isinstance(inner, list) and inner:
            head = inner[0] if isinstance(inner[0], Message) else None
        elif kind == "text/rfc822-headers":
            raw = part.get_payload(decode=True)
            head = message_from_bytes(raw[:65536]) if isinstance(raw, bytes) else None
        if head is not None and (found := _field(head, "Message-ID")):
            return found[:200]
    return None


def _field(block: Message, name: str) -> str:
    return one_line(str(block.get(name, "")))

"""Delivery status notifications as mail servers write them; places and people are invented."""

from __future__ import annotations


def dsn(
    recipient: str = "jxj@yunxi.example",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 <jxj@yunxi.example>: User unknown",
    *,
    action: str = "failed",
    message_id: str = "<digest.unit.1.2023-12-04.abc@yunxi.example>",
    original: str | None = None,
    more: str = "",
    headers_only: bool = False,
) -> bytes:
    """A bounce of one mail to one recipient.

    Args:
        recipient: Final-Recipient.
        status: Status.
        diagnostic: Diagnostic-Code.
        action: Action.
        message_id: of the mail that came back.
        original: Original-Recipient.
        more: further blocks of recipients.
        headers_only: only the head of the mail came back.
    """
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    first = f"Original-Recipient: rfc822;{original}\r\n" if original else ""
    return (
        "From: MAILER-DAEMON@mx.yunxi.example\r\n"
        "To: tracker@yunxi.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n'
        "\r\n"
        "--B\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nI'm sorry.\r\n\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.yunxi.example\r\n\r\n"
        f"{first}Final-Recipient: rfc822; {recipient}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: {diagnostic}\r\n\r\n{more}"
        f"--B\r\nContent-Type: {kind}\r\n\r\n"
        f"From: tracker@yunxi.example\r\nMessage-ID: {message_id}\r\n\r\n"
        "text\r\n--B--\r\n"
    ).encode()

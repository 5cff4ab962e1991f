"""Mail over SMTP: STARTTLS or TLS with the certificate verified, one connection for a batch."""

from __future__ import annotations

import datetime as dt
import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal

from tracker.address import mail_address
from tracker.errors import DeliveryError
from tracker.notices.channel import InDoubt, Prepared, Unreachable
from tracker.notices.limits import Limit, Limits
from tracker.notices.message import Outgoing, build, one_line, sender_of
from tracker.notices.refusals import mailbox_gone
from tracker.settings import Settings

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_PERMANENT: Final = 500
#: To MAIL FROM with its SIZE: the message is too big, whoever sends it.
_TOO_BIG: Final = 552
#: The server goes away, whatever it was asked.
_CLOSING: Final = 421
#: What ends a message in DATA.
_END: Final = b"\r\n.\r\n"
#: mail.timeout bounds one answer; so many of them bound the whole of a message, with connection,
#: login and all, however slowly a server drips. The lease of a claim is longer (claims.LEASE).
SPAN: Final = 10


class MailChannel:
    """Sends through the server of the settings, logging in where a user is set.

    Args:
        settings: server, security, timeout, user and password.
        context: trust for TLS; the system's authorities unless given.
    """

    def __init__(self, settings: Settings, context: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._context = context
        self._place = f"{settings.mail.host}:{settings.mail.port}"
        self._server: _Server | None = None
        self._limits = Limits()
        self._sender = sender_of(settings)

    def prepare(self, outgoing: Outgoing, moment: dt.datetime) -> Prepared:
        """The mail as `message.build` has it, flattened once for all tries of this run."""
        content = build(outgoing, self._settings, moment).as_bytes()
        return Prepared(outgoing.key, mail_address(outgoing.address), content)

    def send(self, prepared: Prepared) -> str:
        """Hand the message to the server.

        Raises:
            Unreachable: no connection, no trusted certificate, or the login is refused.
            DeliveryError: the server refuses this message, for good at a status of 5xx; or the
                connection broke before the message had ended, so that nobody has it.
            InDoubt: the connection broke after that, before the server had answered.
        """
        with self._limits.bounded(self._settings.mail.timeout * SPAN) as limit:
            return self._send(prepared, limit)

    def _send(self, prepared: Prepared, limit: Limit) -> str:
        kept = self._server is not None
        server = self._connected(limit)
        try:
            try:
                self._hand_over(server, prepared)
            except (OSError, Unreachable):
                # A server may hang up between two messages; nothing of this one was heard yet.
                if not kept or server.stage != "idle":
                    raise
                self.close()
                server = self._connected(limit)
                self._hand_over(server, prepared)
        except OSError as error:
            self.close()
            said = f"connection lost: {limit.said or _said(error)}"
            if server.stage == "ended":
                raise InDoubt(said) from error
            raise DeliveryError(said, permanent=False) from error
        return self._place

    def _hand_over(self, server: _Server, prepared: Prepared) -> None:
        """One message over an open connection; OSError where that breaks."""
        server.stage = "idle"
        try:
            server.sendmail(self._sender, prepared.address, prepared.content)
        except smtplib.SMTPSenderRefused as error:
            # The sender is of the settings: every message of this batch would fail alike.
            if error.smtp_code == _CLOSING:
                raise Unreachable(f"{self._place}: 421 {_decoded(error.smtp_error)}") from error
            if error.smtp_code == _TOO_BIG:
                raise _refused(error.smtp_code, error.smtp_error) from error
            raise Unreachable(
                f"mail.sender: {error.smtp_code} {_decoded(error.smtp_error)}"
            ) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _refused(code, text) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error) from error

    def try_out(self) -> None:
        """Connect, log in and say goodbye: whether mail could be sent now. Sends none.

        Raises:
            Unreachable: no connection, no trusted certificate, or the login is refused.
        """
        with self._limits.bounded(self._settings.mail.timeout) as limit:
            self._connected(limit)
            self.close()

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        server, self._server = self._server, None
        self._limits.rest()
        if server is None:
            return
        try:
            server.quit()
        except OSError:  # SMTPException is one too: the connection is gone already
            server.close()

    def _connected(self, limit: Limit) -> _Server:
        if self._server is not None:
            limit.watch(self._server.sock)
            return self._server
        try:
            self._server = self._connect(limit)
        except smtplib.SMTPResponseException as error:
            # A greeting or a login that fails with 5xx condemns the settings, not the message.
            text = _decoded(error.smtp_error)
            raise Unreachable(f"{self._place}: {error.smtp_code} {text}") from error
        except OSError as error:
            said = limit.said or _said(error)
            raise Unreachable(f"{self._place}: {said}") from error
        except UnicodeError as error:
            raise Unreachable("TRACKER_MAIL_USER and _PASSWORD must be plain ASCII") from error
        return self._server

    def _connect(self, limit: Limit) -> _Server:
        mail, user = self._settings.mail, self._settings.mail_user
        # Only where it is asked for: to load the system's authorities takes 40 ms.
        context = None if mail.security == "none" else self._context or ssl.create_default_context()
        tls = context if mail.security == "tls" else None
        server = _Server(mail.host, mail.port, mail.timeout, limit, tls)
        try:
            if mail.security == "starttls":
                server.starttls(context=context)
            if user:
                server.login(user, self._settings.mail_password)
            server.ehlo_or_helo_if_needed()
        except (OSError, UnicodeError):
            server.close()
            raise
        return server


class _Server(smtplib.SMTP):
    """A connection that a limit watches from its first byte, in clear or with TLS.

    `stage` says how far the message at hand is: idle until its sender is accepted, begun, then
    ended: its last byte has left, and the server has not answered.
    """

    def __init__(
        self, host: str, port: int, timeout: float, limit: Limit, tls: ssl.SSLContext | None
    ) -> None:
        self._limit, self._tls = limit, tls
        self.stage: Literal["idle", "begun", "ended"] = "idle"
        super().__init__(host, port, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        problem: OSError = OSError(f"{host} has no address")
        # One address after the other, as create_connection does, but all within the limit.
        for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                wait = min(timeout, self._limit.left)
                line = socket.create_connection((str(place[0]), port), wait)
            except OSError as error:
                problem = error
                continue
            line.settimeout(timeout)
            self._limit.watch(line)
            return self._tls.wrap_socket(line, server_hostname=host) if self._tls else line
        raise problem

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        answer = super().mail(sender, options)
        if answer[0] != _CLOSING:
            self.stage = "begun"
        return answer

    def data(self, msg: Buffer | str) -> tuple[int, bytes]:
        try:
            return super().data(msg)
        except smtplib.SMTPDataError:
            # Refused before its first line: without this some servers take the next sender for a
            # second one of this message.
            with suppress(smtplib.SMTPServerDisconnected):
                self.rset()
            raise

    def send(self, s: Buffer | str) -> None:
        super().send(s)
        # A message without its last line is none (RFC 5321, 4.1.1.4); with it, it may be taken.
        if not isinstance(s, str) and bytes(s).endswith(_END):
            self.stage = "ended"

    def getreply(self) -> tuple[int, bytes]:
        try:
            code, text = super().getreply()
        except smtplib.SMTPResponseException as error:
            # A line without end is no answer; what it would have said nobody knows.
            raise smtplib.SMTPServerDisconnected(_decoded(error.smtp_error)) from error
        if code < 0:
            raise smtplib.SMTPServerDisconnected(f"no answer of SMTP: {_decoded(text)}")
        if self.stage == "ended":
            self.stage = "begun"
        return code, text


def _refused(code: int, text: bytes | str) -> DeliveryError:
    said = _decoded(text)
    return DeliveryError(
        f"{code} {said}", permanent=code >= _PERMANENT, nobody=mailbox_gone(code, said)
    )


def _decoded(text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(said)[:300]


def _said(error: OSError) -> str:
    return one_line(error.strerror or str(error) or type(error).__name__)[:300]

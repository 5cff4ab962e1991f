"""Mail over SMTP: STARTTLS or TLS with the certificate verified, one connection for a batch."""

from __future__ import annotations

import datetime as dt
import smtplib
import ssl
from collections.abc import Callable
from typing import Final

from tracker.address import mail_address
from tracker.errors import DeliveryError
from tracker.notices.channel import InDoubt, Prepared, Unreachable
from tracker.notices.limits import Limit, Limits
from tracker.notices.message import Outgoing, build, one_line, sender_of
from tracker.notices.refusals import mailbox_gone, recipient_refused
from tracker.notices.smtp import CLOSING, Server, decoded
from tracker.settings import Settings

_PERMANENT: Final = 500
#: To MAIL FROM with its SIZE: the message is too big, whoever sends it.
_TOO_BIG: Final = 552
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
        self._server: Server | None = None
        self._announced: Prepared | None = None
        self._limits = Limits()
        self._sender = sender_of(settings)

    def prepare(self, outgoing: Outgoing, moment: dt.datetime) -> Prepared:
        """The mail as `message.build` has it, flattened once for all tries of this run."""
        content = build(outgoing, self._settings, moment)
        return Prepared(outgoing.key, mail_address(outgoing.address), content)

    def announce(self, prepared: Prepared) -> None:
        """Tell the server whom the next message is for, so that it answers while others work.

        The message itself stays here. Where another one is sent after all, or none, the connection
        is given up, and the server forgets what it was told (RFC 5321, 4.1.1.4).
        """
        server = self._server
        if server is None or self._announced is not None:
            return
        self._announced = prepared
        try:
            server.announce(self._sender, prepared.address, len(prepared.content))
        except OSError:  # a server may hang up between two messages; `send` connects anew
            self.close()

    def send(self, prepared: Prepared, meanwhile: Callable[[], None] | None = None) -> str:
        """Hand the message to the server.

        Args:
            prepared: by `prepare`.
            meanwhile: called once between the last byte and the answer; must not raise.

        Raises:
            Unreachable: no connection, no trusted certificate, or the login is refused.
            DeliveryError: the server refuses this message, for good at a status of 5xx; or the
                connection broke before the message had ended, so that nobody has it.
            InDoubt: the connection broke after that, before the server had answered.
        """
        with self._limits.bounded(self._settings.mail.timeout * SPAN) as limit:
            return self._send(prepared, limit, meanwhile or _nothing)

    def _send(self, prepared: Prepared, limit: Limit, meanwhile: Callable[[], None]) -> str:
        if self._announced is not None and self._announced is not prepared:
            self.close()
        kept = self._server is not None
        server = self._connected(limit)
        try:
            try:
                self._hand_over(server, prepared, meanwhile)
            except (OSError, Unreachable):
                # A server may hang up between two messages; nothing of this one was heard yet.
                if not kept or server.stage != "idle":
                    raise
                self.close()
                server = self._connected(limit)
                self._hand_over(server, prepared, meanwhile)
        except OSError as error:
            self.close()
            said = f"connection lost: {limit.said or _said(error)}"
            if server.stage == "ended":
                raise InDoubt(said) from error
            raise DeliveryError(said, permanent=False) from error
        return self._place

    def _hand_over(self, server: Server, prepared: Prepared, meanwhile: Callable[[], None]) -> None:
        """One message over an open connection; OSError where that breaks."""
        announced, self._announced = self._announced, None
        try:
            if announced is None:
                server.announce(self._sender, prepared.address, len(prepared.content))
            server.hand_over(self._sender, prepared.address, prepared.content, meanwhile)
        except smtplib.SMTPSenderRefused as error:
            # The sender is of the settings: every message of this batch would fail alike.
            if error.smtp_code == CLOSING:
                raise Unreachable(f"{self._place}: 421 {decoded(error.smtp_error)}") from error
            if error.smtp_code == _TOO_BIG:
                raise _refused(error.smtp_code, error.smtp_error) from error
            raise Unreachable(
                f"mail.sender: {error.smtp_code} {decoded(error.smtp_error)}"
            ) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            about = recipient_refused(code, decoded(text))
            raise _refused(code, text, recipient=about) from error
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
        announced, self._announced = self._announced, None
        self._limits.rest()
        if server is None:
            return
        try:
            if announced is None:
                server.quit()
            else:  # it may wait for a message, and would take a goodbye for its first line
                server.close()
        except OSError:  # SMTPException is one too: the connection is gone already
            server.close()

    def _connected(self, limit: Limit) -> Server:
        if self._server is not None:
            limit.watch(self._server.sock)
            return self._server
        try:
            self._server = self._connect(limit)
        except smtplib.SMTPResponseException as error:
            # A greeting or a login that fails with 5xx condemns the settings, not the message.
            text = decoded(error.smtp_error)
            raise Unreachable(f"{self._place}: {error.smtp_code} {text}") from error
        except OSError as error:
            said = limit.said or _said(error)
            raise Unreachable(f"{self._place}: {said}") from error
        except UnicodeError as error:
            raise Unreachable("TRACKER_MAIL_USER and _PASSWORD must be plain ASCII") from error
        return self._server

    def _connect(self, limit: Limit) -> Server:
        mail, user = self._settings.mail, self._settings.mail_user
        # Only where it is asked for: to load the system's authorities takes 40 ms.
        context = None if mail.security == "none" else self._context or ssl.create_default_context()
        tls = context if mail.security == "tls" else None
        server = Server(mail.host, mail.port, mail.timeout, limit, tls)
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


def _nothing() -> None:
    """To do while a server is thinking."""


def _refused(code: int, text: bytes | str, *, recipient: bool = False) -> DeliveryError:
    said = decoded(text)
    return DeliveryError(
        f"{code} {said}",
        permanent=code >= _PERMANENT,
        nobody=mailbox_gone(code, said),
        refused=recipient,
    )


def _said(error: OSError) -> str:
    return one_line(error.strerror or str(error) or type(error).__name__)[:300]

"""Mail over SMTP: STARTTLS or TLS with the certificate verified, one connection for a batch."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage

from tracker.errors import DeliveryError
from tracker.notices.channel import InDoubt, Unreachable
from tracker.notices.message import one_line
from tracker.settings import Settings

_OK = 250
_PERMANENT = 500


class MailChannel:
    """Sends through the server of the settings, logging in where a user is set.

    Args:
        settings: server, security, timeout, user and password.
        context: trust for TLS; the system's authorities unless given.
    """

    def __init__(self, settings: Settings, context: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._context = context
        self._server: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, key: str) -> str:
        """Hand the message to the server.

        Raises:
            Unreachable: no connection, no trusted certificate, or the login is refused.
            DeliveryError: the server refuses this message; for good at a status of 5xx.
            InDoubt: the connection broke; whether the message got through nobody knows.
        """
        server = self._connected()
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _refused(code, text) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except OSError as error:
            # It is sent again with the same Message-ID, over a new connection.
            self.close()
            raise InDoubt(f"connection lost: {_said(error)}") from error
        return f"{self._settings.mail.host}:{self._settings.mail.port}"

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        server, self._server = self._server, None
        if server is None:
            return
        try:
            server.quit()
        except OSError:  # SMTPException is one too: the connection is gone already
            server.close()

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None and self._alive(self._server):
            return self._server
        self.close()
        mail = self._settings.mail
        try:
            self._server = self._connect()
        except smtplib.SMTPResponseException as error:
            # A greeting or a login that fails with 5xx condemns the settings, not the message.
            text = _decoded(error.smtp_error)
            raise Unreachable(f"{mail.host}:{mail.port}: {error.smtp_code} {text}") from error
        except OSError as error:
            raise Unreachable(f"{mail.host}:{mail.port}: {_said(error)}") from error
        except UnicodeError as error:
            raise Unreachable("TRACKER_MAIL_USER and _PASSWORD must be plain ASCII") from error
        return self._server

    def _connect(self) -> smtplib.SMTP:
        mail, user = self._settings.mail, self._settings.mail_user
        context = self._context or ssl.create_default_context()
        server: smtplib.SMTP
        if mail.security == "tls":
            server = smtplib.SMTP_SSL(mail.host, mail.port, timeout=mail.timeout, context=context)
        else:
            server = smtplib.SMTP(mail.host, mail.port, timeout=mail.timeout)
        try:
            if mail.security == "starttls":
                server.starttls(context=context)
            if user:
                server.login(user, self._settings.mail_password)
        except (OSError, UnicodeError):
            server.close()
            raise
        return server

    @staticmethod
    def _alive(server: smtplib.SMTP) -> bool:
        """A server may hang up between two messages; then nothing was lost yet."""
        try:
            return server.noop()[0] == _OK
        except OSError:
            return False


def _refused(code: int, text: bytes | str) -> DeliveryError:
    return DeliveryError(f"{code} {_decoded(text)}", permanent=code >= _PERMANENT)


def _decoded(text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(said)[:300]


def _said(error: OSError) -> str:
    return one_line(error.strerror or str(error) or type(error).__name__)[:300]

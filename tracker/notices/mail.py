"""Mail over SMTP: STARTTLS or TLS with the certificate verified, one connection for a batch."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Final

from tracker.errors import DeliveryError
from tracker.notices.channel import InDoubt, Unreachable
from tracker.notices.message import one_line
from tracker.settings import Settings

_OK: Final = 250
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
        self._server: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, key: str) -> str:
        """Hand the message to the server.

        Raises:
            Unreachable: no connection, no trusted certificate, or the login is refused.
            DeliveryError: the server refuses this message; for good at a status of 5xx.
            InDoubt: the connection broke; whether the message got through nobody knows.
        """
        with _bounded(self._settings.mail.timeout * SPAN) as limit:
            return self._send(message, limit)

    def _send(self, message: EmailMessage, limit: _Limit) -> str:
        server = self._connected(limit)
        try:
            server.send_message(message)
        except smtplib.SMTPSenderRefused as error:
            # The sender is of the settings: every message of this batch would fail alike.
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
        except OSError as error:
            # It is sent again with the same Message-ID, over a new connection.
            self.close()
            raise InDoubt(f"connection lost: {limit.said or _said(error)}") from error
        return f"{self._settings.mail.host}:{self._settings.mail.port}"

    def try_out(self) -> None:
        """Connect, log in and say goodbye: whether mail could be sent now. Sends none.

        Raises:
            Unreachable: no connection, no trusted certificate, or the login is refused.
        """
        with _bounded(self._settings.mail.timeout) as limit:
            self._connected(limit)
            self.close()

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        server, self._server = self._server, None
        if server is None:
            return
        try:
            server.quit()
        except OSError:  # SMTPException is one too: the connection is gone already
            server.close()

    def _connected(self, limit: _Limit) -> smtplib.SMTP:
        if self._server is not None:
            limit.watch(self._server.sock)
            if self._alive(self._server):
                return self._server
            self._server.close()
            self._server = None
        mail = self._settings.mail
        try:
            self._server = self._connect(limit)
        except smtplib.SMTPResponseException as error:
            # A greeting or a login that fails with 5xx condemns the settings, not the message.
            text = _decoded(error.smtp_error)
            raise Unreachable(f"{mail.host}:{mail.port}: {error.smtp_code} {text}") from error
        except OSError as error:
            said = limit.said or _said(error)
            raise Unreachable(f"{mail.host}:{mail.port}: {said}") from error
        except UnicodeError as error:
            raise Unreachable("TRACKER_MAIL_USER and _PASSWORD must be plain ASCII") from error
        return self._server

    def _connect(self, limit: _Limit) -> smtplib.SMTP:
        mail, user = self._settings.mail, self._settings.mail_user
        context = self._context or ssl.create_default_context()
        tls = context if mail.security == "tls" else None
        server = _Server(mail.host, mail.port, mail.timeout, limit, tls)
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


class _Limit:
    """Ends a connection when its time is over, in the middle of whatever waits for it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.ends = time.monotonic() + seconds
        self.over = False
        self._lock = threading.Lock()
        self._line: socket.socket | None = None

    @property
    def said(self) -> str:
        """What to say of an error that the limit caused; nothing where it did not."""
        return f"not done within {self.seconds:g} s" if self.over else ""

    @property
    def left(self) -> float:
        """Seconds until it is over; never 0, which would mean not to wait at all."""
        return max(0.001, self.ends - time.monotonic())

    def watch(self, line: socket.socket | None) -> None:
        """Have this connection ended, from now on."""
        if line is None:
            return
        with self._lock:
            self._forget()
            # A second handle on the connection: TLS takes the first one over while it shakes hands.
            self._line = socket.socket(fileno=socket.dup(line.fileno()))
            if self.over:
                _shut(self._line)

    def end(self) -> None:
        """The time is over."""
        with self._lock:
            self.over = True
            if self._line is not None:
                _shut(self._line)

    def forget(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._forget()

    def _forget(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def _shut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:  # gone already
        return


@contextmanager
def _bounded(seconds: float) -> Iterator[_Limit]:
    limit = _Limit(seconds)
    timer = threading.Timer(seconds, limit.end)
    timer.daemon = True
    timer.start()
    try:
        yield limit
    finally:
        timer.cancel()
        limit.forget()


class _Server(smtplib.SMTP):
    """A connection that a limit watches from its first byte, in clear or with TLS."""

    def __init__(
        self, host: str, port: int, timeout: float, limit: _Limit, tls: ssl.SSLContext | None
    ) -> None:
        self._limit, self._tls = limit, tls
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


def _refused(code: int, text: bytes | str) -> DeliveryError:
    return DeliveryError(f"{code} {_decoded(text)}", permanent=code >= _PERMANENT)


def _decoded(text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(said)[:300]


def _said(error: OSError) -> str:
    return one_line(error.strerror or str(error) or type(error).__name__)[:300]

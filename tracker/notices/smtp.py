"""A connection to a mail server that a limit watches, and that knows how far a message is."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal

from tracker.notices.limits import Limit
from tracker.notices.message import one_line

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

#: The server goes away, whatever it was asked.
CLOSING: Final = 421
_DONE: Final = 250
#: To RCPT TO: a recipient that is taken.
_TAKEN: Final = (250, 251)
_GO_ON: Final = 354
#: What ends a message in DATA.
_END: Final = b"\r\n.\r\n"


class Server(smtplib.SMTP):
    """A connection that a limit watches from its first byte, in clear or with TLS.

    `stage` says how far the message at hand is: idle until its sender is accepted, begun, then
    ended: its last byte has left, and the server has not answered.
    """

    def __init__(
        self, host: str, port: int, timeout: float, limit: Limit, tls: ssl.SSLContext | None
    ) -> None:
        self._limit, self._tls = limit, tls
        self.stage: Literal["idle", "begun", "ended"] = "idle"
        self._unsaid: list[bytes] = []
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

    def announce(self, sender: str, address: str, size: int) -> None:
        """Say who is to be written to, as far as that can be said without waiting for an answer:
        all of it where the server takes commands together (RFC 2920). `hand_over` hears the
        answers; until then nothing else may be said.

        Args:
            sender: for the envelope; like the next one name@host in ASCII.
            address: of the recipient.
            size: of the message, in bytes.

        Raises:
            OSError: the connection broke.
        """
        told = f" SIZE={size}" if self.has_extn("size") else ""
        commands = f"MAIL FROM:<{sender}>{told}", f"RCPT TO:<{address}>", "DATA"
        if any("\r" in command or "\n" in command for command in commands):
            raise ValueError("an address must be one line")
        lines = [f"{command}\r\n".encode("ascii") for command in commands]
        if self.has_extn("pipelining"):
            lines = [b"".join(lines)]
        self.stage = "idle"
        self.send(lines[0])
        self._unsaid = lines[1:]

    def hand_over(
        self, sender: str, address: str, content: bytes, meanwhile: Callable[[], None]
    ) -> None:
        """The message that was announced, to its one recipient, as `sendmail` does it; in two
        rounds and not in four where the server takes commands together.

        Args:
            sender: as for `announce`.
            address: likewise.
            content: the message, its lines ended by CRLF.
            meanwhile: called when the last byte has left, before the answer is waited for.

        Raises:
            smtplib.SMTPException: as of `sendmail`.
            OSError: the connection broke.
        """
        unsaid, self._unsaid = self._unsaid, []
        refused: smtplib.SMTPException | None = None
        for number, taken in enumerate(((_DONE,), _TAKEN, (_GO_ON,))):
            if number and unsaid:  # one command at a time
                if refused is not None:
                    break
                self.send(unsaid.pop(0))
            code, said = self._answer()
            if refused is None and code not in taken:
                refused = (
                    smtplib.SMTPSenderRefused(code, said, sender),
                    smtplib.SMTPRecipientsRefused({address: (code, said)}),
                    smtplib.SMTPDataError(code, said),
                )[number]
            if code == CLOSING:
                break
            self.stage = "begun"
        if code == _GO_ON and refused is not None:
            # It would take a message for nobody: an empty one is how to get out (RFC 2920, 3.1).
            self.send(b".\r\n")
            self._answer()
        elif code == _GO_ON:
            self.send(_quoted(content) + _END[2:])
            meanwhile()
            code, said = self._answer()
            if code != _DONE:
                refused = smtplib.SMTPDataError(code, said)
        if refused is not None:
            if code != CLOSING:
                with suppress(smtplib.SMTPServerDisconnected):
                    self.rset()
            raise refused

    def _answer(self) -> tuple[int, bytes]:
        code, said = self.getreply()
        if code == CLOSING:
            self.close()
        return code, said

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
            raise smtplib.SMTPServerDisconnected(decoded(error.smtp_error)) from error
        if code < 0:
            raise smtplib.SMTPServerDisconnected(f"no answer of SMTP: {decoded(text)}")
        if self.stage == "ended":
            self.stage = "begun"
        return code, text


def _quoted(content: bytes) -> bytes:
    """As DATA has it: a line that begins with a dot has two, and the last one has an end."""
    if content.startswith(b".") or b"\n." in content:
        content = re.sub(rb"(?m)^\.", b"..", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def decoded(text: bytes | str) -> str:
    """What a server said, for one line of a list."""
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(said)[:300]

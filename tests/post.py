"""A real mail server on the loopback interface, whose answers a test decides."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "tracker", "geheim-2023"


@dataclass
class Post:
    """What arrived, and how the server answers: recipient → answer to RCPT or DATA.

    The answer "drop" cuts the connection instead.
    `sender` is the answer to MAIL FROM, `delay` the seconds before that to a message. Mail to `stall` is taken and never answered, until the sender goes away.
    """

    port: int = 0
    rcpt: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    sessions: int = 0
    sender: str = ""
    delay: float = 0.0
    stall: str = ""
    together: bool = False
    stalled: threading.Event = field(default_factory=threading.Event)

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.sessions += 1
        return [responses[0], "250-PIPELINING", *responses[1:]] if self.together else responses

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if not self.sender:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.sender or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.delay)
        answer = self.data.get(envelope.rcpt_tos[0], "250 OK")
        if answer == "drop":
            server.transport.abort()
            return "421 gone"
        if answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.original_content, policy=default))
            self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        if envelope.rcpt_tos[0] == self.stall:
            self.stalled.set()
            while not server.transport.is_closing():
                await asyncio.sleep(0.01)
        return answer

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what arrived, in order."""
        return [str(mail["Message-ID"]) for mail in self.mails]


def _authenticate(server: Any, session: Any, envelope: Any, kind: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=known, handled=known)


@contextmanager
def post_office(
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    login: bool = False,
    port: int = 0,
    together: bool = False,
) -> Iterator[Post]:
    """A server that runs for the block.

    Args:
        starttls: offer and demand STARTTLS with this certificate.
        tls: speak TLS from the first byte.
        login: demand the login of USER.
        port: instead of a free one.
        together: say that commands may come together (RFC 2920).
    """
    post = Post(port=port or free_port(), together=together)
    options: dict[str, Any] = {"authenticator": _authenticate, "auth_required": login}
    if starttls:
        options |= {"tls_context": starttls, "require_starttls": True}
    else:
        options |= {"auth_require_tls": False}
    with warnings.catch_warnings():
        # It warns of logins without TLS; on the loopback they are what is tested.
        warnings.simplefilter("ignore")
        controller = Controller(
            post, hostname="127.0.0.1", port=post.port, ssl_context=tls, **options
        )
        controller.start()
        try:
            yield post
        finally:
            controller.stop()


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A self-made certificate for the loopback: the server's side of it, and the file to trust."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", key, "-out", cert],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context, cert

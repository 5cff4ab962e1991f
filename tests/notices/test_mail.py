"""Mail through a real server on the loopback: security, login, refusals, broken connections."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.office import MONDAY, morning, with_office
from tests.post import PASSWORD, USER, Post, certificate, free_port, post_office
from tracker.errors import DeliveryError
from tracker.notices import mail
from tracker.notices.channel import InDoubt, Prepared, Unreachable, kind_of, open_channel
from tracker.notices.mail import MailChannel
from tracker.notices.message import Outgoing
from tracker.settings import Mail, Settings
from tracker.store import claims

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl to certify with")


def mail_settings(settings: Settings, port: int, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "tracker@yunxi.example",
        "timeout": 5.0,
    }
    return with_office(settings, mail=Mail(**(values | changes)))


def mail_to(address: str, settings: Settings, number: int = 1) -> Prepared:
    outgoing = Outgoing(
        number, f"digest:unit:{number}:2023-12-04", f"<{number}@yunxi.example>", "县经信局",
        address, "[承诺跟踪] 逾期1项", "正文", "<p>正文</p>",
    )  # fmt: skip
    return MailChannel(settings).prepare(outgoing, morning(MONDAY))


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trust(certified: tuple[ssl.SSLContext, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certified[1]))


def secure_office(security: str, context: ssl.SSLContext) -> AbstractContextManager[Post]:
    if security == "tls":
        return post_office(tls=context, login=True)
    return post_office(starttls=context, login=True)


def test_a_mail_arrives_as_it_was_built(settings: Settings) -> None:
    with post_office() as post:
        office = mail_settings(settings, post.port)
        channel = open_channel(kind_of("mail", office), office)
        channel.send(mail_to("jxj@yunxi.example", office))
        channel.close()
    (mail,) = post.mails
    assert mail["Subject"] == "[承诺跟踪] 逾期1项"
    assert mail["Message-ID"] == "<1@yunxi.example>"
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().strip() == "正文"
    assert page.get_content().strip() == "<p>正文</p>"
    assert post.envelopes == [("tracker@yunxi.example", ["jxj@yunxi.example"])]


def test_one_connection_serves_a_batch(settings: Settings) -> None:
    with post_office() as post:
        office = mail_settings(settings, post.port)
        channel = MailChannel(office)
        for number in range(5):
            channel.send(mail_to("jxj@yunxi.example", office, number))
        channel.close()
    assert len(post.mails) == 5
    assert post.sessions == 1


@needs_openssl
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_trusted_certificate(
    settings: Settings,
    certified: tuple[ssl.SSLContext, Path],
    trust: ssl.SSLContext,
    security: str,
) -> None:
    with secure_office(security, certified[0]) as post:
        office = replace(
            mail_settings(settings, post.port, security=security),
            mail_user=USER,
            mail_password=PASSWORD,
        )
        channel = MailChannel(office, trust)
        channel.send(mail_to("jxj@yunxi.example", office))
        channel.close()
    assert len(post.mails) == 1


@needs_openssl
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for(
    settings: Settings, certified: tuple[ssl.SSLContext, Path], security: str
) -> None:
    with secure_office(security, certified[0]) as post:
        office = mail_settings(settings, post.port, security=security)
        with pytest.raises(Unreachable, match="certificate verify failed"):
            MailChannel(office).send(mail_to("jxj@yunxi.example", office))
    assert post.mails == []


def test_nothing_is_sent_in_clear_where_starttls_is_asked_for(settings: Settings) -> None:
    with post_office() as post:
        office = mail_settings(settings, post.port, security="starttls")
        with pytest.raises(Unreachable, match="STARTTLS"):
            MailChannel(office).send(mail_to("jxj@yunxi.example", office))
    assert post.mails == []


@pytest.mark.parametrize(
    ("user", "password", "said"),
    [(USER, "wrong", "535"), (USER, "密码", "ASCII"), ("", "", "530")],
)
def test_a_login_refused_is_no_fault_of_the_message(
    settings: Settings, user: str, password: str, said: str
) -> None:
    with post_office(login=True) as post:
        office = replace(mail_settings(settings, post.port), mail_user=user, mail_password=password)
        channel = MailChannel(office)
        with pytest.raises(DeliveryError, match=said) as refused:
            channel.send(mail_to("jxj@yunxi.example", office))
        channel.close()
    assert post.mails == []
    assert isinstance(refused.value, Unreachable)
    assert password not in str(refused.value) or not password


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(
    ("stage", "answer", "permanent"),
    [
        ("rcpt", "550 no such user here", True),
        ("rcpt", "451 greylisted, come again", False),
        ("data", "554 message refused", True),
        ("data", "452 mailbox full", False),
    ],
)
def test_a_refusal_says_whether_for_good(
    settings: Settings, stage: str, answer: str, permanent: bool, together: bool
) -> None:
    with post_office(together=together) as post:
        getattr(post, stage)["no@yunxi.example"] = answer
        office = mail_settings(settings, post.port)
        channel = MailChannel(office)
        with pytest.raises(DeliveryError, match=answer) as refused:
            channel.send(mail_to("no@yunxi.example", office))
        channel.send(mail_to("yes@yunxi.example", office, 2))
        channel.close()
    assert refused.value.permanent is permanent
    assert not isinstance(refused.value, Unreachable)
    assert post.ids == ["<2@yunxi.example>"]
    assert post.sessions == 1, "the connection is kept"


@pytest.mark.parametrize("together", [False, True])
def test_a_sender_refused_is_no_fault_of_the_message(settings: Settings, together: bool) -> None:
    with post_office(together=together) as post:
        office = mail_settings(settings, post.port)
        post.sender = "553 sender address rejected"
        channel = MailChannel(office)
        with pytest.raises(Unreachable, match=r"mail\.sender: 553 sender address rejected"):
            channel.send(mail_to("a@yunxi.example", office))
        post.sender = "552 message too big"
        with pytest.raises(DeliveryError, match="552 message too big") as big:
            channel.send(mail_to("a@yunxi.example", office))
        channel.close()
    assert big.value.permanent


def test_a_claim_outlasts_any_send() -> None:
    """Settings allow timeouts of a minute at most."""
    longest = 60
    assert claims.LEASE.total_seconds() > 12 * longest
    assert mail.SPAN <= 12


def test_a_server_that_drips_is_left_in_time(settings: Settings) -> None:
    """Each byte comes well within the timeout, the line never ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.sendall(b"220-")
                while True:
                    connection.sendall(b"x")
                    time.sleep(0.02)

        thread = threading.Thread(target=drip)
        thread.start()
        office = mail_settings(settings, server.getsockname()[1], timeout=0.1)
        begun = time.monotonic()
        with pytest.raises(Unreachable, match="not done within 1 s"):
            MailChannel(office).send(mail_to("jxj@yunxi.example", office))
        assert 0.9 < time.monotonic() - begun < 5
        thread.join()


class Raw:
    """A server of few words on the loopback, for what a well-behaved one never does."""

    def __init__(self, server: socket.socket, *, together: bool) -> None:
        self.server, self.port = server, server.getsockname()[1]
        #: What it answers to EHLO: whether it takes commands together (RFC 2920).
        self.hello = b"250-yunxi\r\n250 PIPELINING\r\n" if together else b"250 yunxi\r\n"
        #: Connection → how it ends: a stage to break off at, and what is said before.
        self.ends: list[tuple[str, bytes]] = []
        self.bodies: list[bytes] = []
        self.heard: list[str] = []
        #: The first letter of each address that a body went to.
        self.reached: list[str] = []
        self.to = b""
        self.calls = 0
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            self.calls += 1
            with line, contextlib.suppress(OSError), line.makefile("rb") as asked:
                self._talk(line, asked, *(self.ends.pop(0) if self.ends else ("", b"")))

    def _talk(self, line: socket.socket, asked: Any, stage: str, said: bytes) -> None:
        line.sendall(b"220 yunxi.example\r\n")
        for request in asked:
            verb = request[:4].upper().decode()
            self.heard.append(verb)
            if verb == "RCPT":
                self.to = request
            if verb == stage:
                line.sendall(said)
                return
            said_else = self.hello if verb == "EHLO" else b"250 OK\r\n"
            line.sendall(b"354 go on\r\n" if verb == "DATA" else said_else)
            if verb == "DATA":
                if stage == "body":
                    asked.read(100)
                    line.sendall(said)
                    return
                body = b""
                while not body.endswith(b"\r\n.\r\n"):
                    body += asked.readline()
                self.bodies.append(body)
                self.reached.append(self.to[self.to.index(b"<") + 1 :][:1].decode())
                if stage == "end":
                    line.sendall(said)
                    return
                line.sendall(b"250 taken\r\n")
                if stage == "idle":
                    line.sendall(said)
                    return
            if verb == "QUIT":
                return


@pytest.fixture(params=[False, True], ids=["one by one", "together"])
def raw(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Raw(server, together=request.param)
        yield made
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
    made.thread.join(10)


@pytest.mark.parametrize(
    ("stage", "said", "kind"),
    [
        ("EHLO", b"", Unreachable),
        ("MAIL", b"", DeliveryError),
        ("MAIL", b"421 too busy\r\n", Unreachable),
        ("RCPT", b"", DeliveryError),
        ("RCPT", b"421 too busy\r\n", DeliveryError),
        ("DATA", b"", DeliveryError),
        ("DATA", b"451 not now\r\n", DeliveryError),
        ("body", b"", InDoubt),
        ("end", b"", InDoubt),
        ("end", b"what?\r\n", InDoubt),
        ("end", b"2" * 9000, InDoubt),
        ("end", b"421 shutting down\r\n", DeliveryError),
        ("end", b"451 try later\r\n", DeliveryError),
    ],
)
def test_a_break_says_whether_the_message_may_have_arrived(
    settings: Settings, raw: Raw, stage: str, said: bytes, kind: type[DeliveryError]
) -> None:
    """Only where its last byte has left and no answer came."""
    raw.ends = [(stage, said)]
    office = mail_settings(settings, raw.port)
    channel = MailChannel(office)
    with pytest.raises(DeliveryError) as broken:
        channel.send(mail_to("a@yunxi.example", office))
    assert type(broken.value) is kind
    assert not broken.value.permanent
    channel.send(mail_to("b@yunxi.example", office, 2))
    channel.close()
    assert len(raw.bodies) == (2 if stage == "end" else 1)
    assert b"<2@yunxi.example>" in raw.bodies[-1]


def test_a_break_in_the_middle_of_a_message_leaves_no_doubt(settings: Settings, raw: Raw) -> None:
    """A small one has left as a whole before anybody notices."""
    raw.ends = [("body", b"")]
    office = mail_settings(settings, raw.port)
    channel, small = MailChannel(office), mail_to("a@yunxi.example", office)
    big = replace(small, content=small.content + b"x" * 70 + b"\r\n" * 20_000_000)
    with pytest.raises(DeliveryError, match="connection lost") as broken:
        channel.send(big)
    assert type(broken.value) is DeliveryError
    channel.close()


@pytest.mark.parametrize("said", [b"", b"421 idle for too long\r\n"])
@pytest.mark.parametrize("announced", [False, True])
def test_a_connection_lost_between_two_mails_costs_nothing(
    settings: Settings, raw: Raw, said: bytes, announced: bool
) -> None:
    raw.ends = [("idle", said)] * 2
    office = mail_settings(settings, raw.port)
    channel = MailChannel(office)
    for number in range(3):
        mail = mail_to("a@yunxi.example", office, number)
        if announced:
            channel.announce(mail)
            time.sleep(0.02)
            channel.announce(mail)  # once is enough
        channel.send(mail)
    channel.close()
    assert (len(raw.bodies), raw.calls) == (3, 3)


def test_a_refusal_of_the_data_ends_that_message_alone(settings: Settings, raw: Raw) -> None:
    """Some servers take the next MAIL for a second sender of the message they refused."""
    office = mail_settings(settings, raw.port)
    channel = MailChannel(office)
    asked: list[bytes] = []

    def talk(line: socket.socket, requests: Any, stage: str, said: bytes) -> None:
        line.sendall(b"220 yunxi.example\r\n")
        begun = False
        for request in requests:
            verb = request[:4].upper()
            asked.append(verb)
            if verb == b"MAIL" and begun:
                line.sendall(b"503 nested MAIL\r\n")
                continue
            begun = begun or verb == b"MAIL"
            begun = begun and verb != b"RSET"
            answers = {b"DATA": b"554 no\r\n", b"EHLO": raw.hello}
            line.sendall(answers.get(verb, b"250 OK\r\n"))

    raw._talk = talk  # type: ignore[assignment,method-assign]
    for number in range(2):
        with pytest.raises(DeliveryError, match="554 no") as refused:
            channel.send(mail_to("a@yunxi.example", office, number))
        assert refused.value.permanent
    channel.close()
    assert asked.count(b"RSET") == 2


def test_a_message_that_nobody_is_to_get_is_taken_back(settings: Settings, raw: Raw) -> None:
    """RFC 2920, 3.1: a server may say 354 though it has refused the recipient."""
    bodies: list[bytes] = []

    def talk(line: socket.socket, requests: Any, stage: str, said: bytes) -> None:
        line.sendall(b"220 yunxi.example\r\n")
        known = False
        for request in requests:
            verb = request[:4].upper()
            known = known or b"<yes@" in request
            no = verb == b"RCPT" and b"<no@" in request
            line.sendall(
                {b"DATA": b"354 go on\r\n", b"EHLO": raw.hello}.get(
                    verb, b"550 no such user\r\n" if no else b"250 OK\r\n"
                )
            )
            if verb == b"DATA":
                body = b"\r\n"
                while not body.endswith(b"\r\n.\r\n"):
                    body += requests.readline()
                bodies.append(body)
                line.sendall(b"250 taken\r\n" if known else b"554 no valid recipients\r\n")

    raw._talk = talk  # type: ignore[assignment,method-assign]
    office = mail_settings(settings, raw.port)
    channel = MailChannel(office)
    with pytest.raises(DeliveryError, match="550 no such user") as refused:
        channel.send(mail_to("no@yunxi.example", office))
    assert refused.value.permanent
    channel.send(mail_to("yes@yunxi.example", office, 2))
    channel.close()
    assert [len(body) > 10 for body in bodies if body != b"\r\n.\r\n"] == [True]
    assert b"<2@yunxi.example>" in bodies[-1]


def test_lines_that_begin_with_a_dot_arrive_as_they_are(settings: Settings, raw: Raw) -> None:
    office = mail_settings(settings, raw.port)
    channel, plain = MailChannel(office), mail_to("a@yunxi.example", office)
    channel.send(replace(plain, content=b".a\r\n..b\r\n.\r\nQUIT"))
    channel.close()
    assert raw.bodies == [b"..a\r\n...b\r\n..\r\nQUIT\r\n.\r\n"]


@pytest.mark.parametrize("together", [False, True])
def test_a_server_that_cuts_the_line_after_the_message(settings: Settings, together: bool) -> None:
    with post_office(together=together) as post:
        post.data["no@yunxi.example"] = "drop"
        office = mail_settings(settings, post.port)
        channel = MailChannel(office)
        with pytest.raises(InDoubt, match="connection lost") as broken:
            channel.send(mail_to("no@yunxi.example", office))
        channel.send(mail_to("yes@yunxi.example", office, 2))
        channel.close()
    assert not broken.value.permanent
    assert post.ids == ["<2@yunxi.example>"]


def test_no_server(settings: Settings) -> None:
    office = mail_settings(settings, free_port())
    with pytest.raises(Unreachable, match="refused") as away:
        MailChannel(office).send(mail_to("jxj@yunxi.example", office))
    assert not away.value.permanent


@pytest.fixture
def mute() -> Iterator[int]:
    """The port of a server that takes the call and says nothing, or only what is given."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_server_that_says_nothing(settings: Settings, mute: int) -> None:
    office = mail_settings(settings, mute, timeout=0.3)
    with pytest.raises(Unreachable, match="timed out"):
        MailChannel(office).send(mail_to("jxj@yunxi.example", office))


def test_a_server_that_turns_us_away(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"554 no service here\r\n")
                connection.recv(100)

        thread = threading.Thread(target=answer)
        thread.start()
        office = mail_settings(settings, server.getsockname()[1])
        with pytest.raises(Unreachable, match="554 no service here"):
            MailChannel(office).send(mail_to("jxj@yunxi.example", office))
        thread.join()


def test_closing_after_the_server_went_away(settings: Settings) -> None:
    with post_office() as post:
        office = mail_settings(settings, post.port)
        channel = MailChannel(office)
        channel.send(mail_to("jxj@yunxi.example", office))
    channel.close()
    channel.close()


def _envelopes(raw: Raw) -> int:
    return raw.heard.count("MAIL")


def test_what_is_announced_is_said_once_and_built_on(settings: Settings, raw: Raw) -> None:
    """The message itself leaves with `send`, and its answer is not waited for before `meanwhile`."""
    office = mail_settings(settings, raw.port)
    channel, first, second = (
        MailChannel(office),
        mail_to("a@yunxi.example", office),
        mail_to("b@yunxi.example", office, 2),
    )
    stages: list[str] = []

    def meanwhile() -> None:
        assert channel._server is not None
        stages.append(channel._server.stage)

    channel.announce(first)  # there is no connection yet
    channel.send(first, meanwhile)
    channel.announce(second)
    time.sleep(0.05)
    assert len(raw.bodies) == 1
    channel.send(second, meanwhile)
    channel.close()
    assert stages == ["ended", "ended"]
    assert (len(raw.bodies), _envelopes(raw), raw.calls) == (2, 2, 1)
    assert b"<2@yunxi.example>" in raw.bodies[1]


@pytest.mark.parametrize("then", ["another", "none"])
def test_what_was_announced_and_not_sent_reaches_nobody(
    settings: Settings, raw: Raw, then: str
) -> None:
    office = mail_settings(settings, raw.port)
    channel = MailChannel(office)
    channel.send(mail_to("a@yunxi.example", office))
    channel.announce(mail_to("b@yunxi.example", office, 2))
    if then == "another":
        channel.send(mail_to("c@yunxi.example", office, 3))
    channel.close()
    taken = [body.partition(b"Message-ID: <")[2][:1] for body in raw.bodies]
    assert taken == ([b"1", b"3"] if then == "another" else [b"1"])
    assert raw.reached == (["a", "c"] if then == "another" else ["a"])

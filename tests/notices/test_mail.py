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


def test_a_server_that_hangs_up_between_mails_is_called_again(settings: Settings) -> None:
    with post_office() as post:
        post.hang_up = True
        office = mail_settings(settings, post.port)
        channel = MailChannel(office)
        for number in range(3):
            channel.send(mail_to("jxj@yunxi.example", office, number))
        channel.close()
    assert post.ids == [f"<{number}@yunxi.example>" for number in range(3)]
    assert post.sessions == 3


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
    settings: Settings, stage: str, answer: str, permanent: bool
) -> None:
    with post_office() as post:
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


def test_a_sender_refused_is_no_fault_of_the_message(settings: Settings) -> None:
    with post_office() as post:
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


def test_a_connection_that_breaks_is_made_anew(settings: Settings) -> None:
    with post_office() as post:
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

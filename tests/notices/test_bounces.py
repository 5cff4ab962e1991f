"""Bounces: whom they speak of, and what a hostile one cannot do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.notices.dsn import dsn
from tracker.notices import bounces as module
from tracker.notices.bounces import Bounce, bounces

ID = "<digest.unit.1.2023-12-04.abc@yunxi.example>"


@pytest.mark.parametrize("headers_only", [False, True])
def test_an_unknown_user(headers_only: bool) -> None:
    (found,) = bounces(dsn(headers_only=headers_only))
    assert found.address == "jxj@yunxi.example"
    assert found.status == "5.1.1"
    assert found.gone
    assert found.error == "5.1.1 550 5.1.1 <jxj@yunxi.example>: User unknown"
    assert found.message_id == ID


@pytest.mark.parametrize(
    ("status", "diagnostic", "action", "gone"),
    [
        ("5.1.1", "smtp; 550 x", "failed", True),
        ("5.0.0", "smtp; 550 Mailbox not found", "failed", True),
        ("5.0.0", "smtp; 550 Mail content denied", "failed", False),
        ("", "smtp; 550 5.1.1 User unknown", "failed", True),
        ("5.2.2", "smtp; 552 mailbox full", "failed", False),
        ("5.7.1", "smtp; 550 5.7.1 spam; user unknown", "failed", False),
        ("4.4.1", "smtp; connect timed out", "delayed", False),
        ("4.4.7", "smtp; expired", "failed", False),
        ("5.1.1", "smtp; 550 x", "delayed", False),
    ],
)
def test_what_it_says_of_the_address(status: str, diagnostic: str, action: str, gone: bool) -> None:
    (found,) = bounces(dsn(status=status, diagnostic=diagnostic, action=action))
    assert found.gone is gone


def test_the_address_that_was_written_to_counts() -> None:
    """What it was passed on to is another's affair."""
    (found,) = bounces(dsn("passed.on@else.example", original="jxj@yunxi.example"))
    assert found.address == "jxj@yunxi.example"


def test_several_recipients() -> None:
    more = (
        "Final-Recipient: rfc822; two@yunxi.example\r\nAction: failed\r\nStatus: 5.2.1\r\n\r\n"
        "Final-Recipient: rfc822; three@yunxi.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
        "Final-Recipient: x400; four@yunxi.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        "Final-Recipient: rfc822; jxj@yunxi.example\r\nAction: failed\r\nStatus: 4.0.0\r\n\r\n"
    )
    found = bounces(dsn(more=more))
    assert [(item.address, item.status) for item in found] == [
        ("jxj@yunxi.example", "5.1.1"),
        ("two@yunxi.example", "5.2.1"),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no report"),
        (b"\xff\xfe\x00binary\x00", "is no report"),
        (b"Subject: Re: hello\r\n\r\n550 5.1.1 a@b.example: User unknown", "is no report"),
        (dsn("nobody"), "names nobody"),
        (dsn("a@b.example\r\n\r\nX: y"), None),
        (dsn("", action="failed"), "names nobody"),
        (dsn(action="delivered"), "names nobody"),
        (dsn("局@b.example"), "names nobody"),
    ],
)
def test_what_is_no_bounce(data: bytes, said: str | None) -> None:
    if said is None:
        assert [item.address for item in bounces(data)] == ["a@b.example"]
        return
    with pytest.raises(ValueError, match=said):
        bounces(data)


def test_a_report_within_the_mail_that_came_back_is_not_ours() -> None:
    """Somebody's mail holds a bounce of his own making."""
    inner = dsn("victim@yunxi.example").decode()
    wrapped = (
        'Content-Type: multipart/mixed; boundary="C"\r\n\r\n'
        f"--C\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--C--\r\n"
    ).encode()
    with pytest.raises(ValueError, match="is no report"):
        bounces(wrapped)


def test_steering_characters_do_not_pass() -> None:
    (found,) = bounces(dsn(diagnostic="smtp; 550 5.1.1 \x1b[31m\x07 gone " + "x" * 5000))
    assert found.error.isprintable()
    assert len(found.error) == 300


def test_a_mail_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 10_000)
    with pytest.raises(ValueError, match="is larger than"):
        bounces(dsn() + b"x" * 10_000)


def test_parts_within_parts() -> None:
    deep = "".join(
        f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n' for n in range(3000)
    ).encode()
    with pytest.raises(ValueError, match=r"is no report|cannot be read"):
        bounces(deep)


def test_thousands_of_recipients_end() -> None:
    more = "".join(
        f"Final-Recipient: rfc822; a{n}@yunxi.example\r\nStatus: 5.1.1\r\nAction: failed\r\n\r\n"
        for n in range(5000)
    )
    assert len(bounces(dsn(more=more))) <= 100


@given(st.binary(max_size=2000))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    assert _found(data) == []


@given(st.integers(0, 900), st.binary(max_size=40))
def test_any_damage_is_refused_or_read(place: int, damage: bytes) -> None:
    whole = dsn()
    for item in _found(whole[:place] + damage + whole[place + len(damage) :]):
        assert item.error.isprintable()
        assert "@" in item.address


def _found(data: bytes) -> list[Bounce]:
    try:
        return bounces(data)
    except ValueError:
        return []

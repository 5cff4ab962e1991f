"""Addresses by table, good beside bad."""

from __future__ import annotations

import pytest

from tracker.address import mail_address, printable


@pytest.mark.parametrize(
    "text",
    ["a@b.cn", " duban@qinghe.example.gov ", "zhang.san+xu@b-c.cn", "root@localhost", "1@2.cn"],
)
def test_an_address(text: str) -> None:
    assert mail_address(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "a@", "@b.cn", ".a@b.cn", "a.@b.cn", "a..b@c.cn", "a@-b.cn", "a@b-.cn", "a@b..cn",
        "a b@c.cn", "a@b.cn\nBcc: x@y.cn", "张@b.cn", "督查室 <a@b.cn>", "a@b.cn,c@d.cn",
        "x" * 65 + "@b.cn", "a@" + "b" * 64 + ".cn", "a@" + "b.c" * 90, "a@b.cn\u202e",
    ],
)  # fmt: skip
def test_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="no mail address"):
        mail_address(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市教育局", True),
        ("a b", True),
        ("a\nb", False),
        ("\x1b[31m", False),
        ("\u202e", False),
        ("\u2028", False),
    ],
)
def test_printable(text: str, expected: bool) -> None:
    assert printable(text) is expected

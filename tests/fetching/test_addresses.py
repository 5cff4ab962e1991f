"""Which addresses are asked, and which networks are not."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from tracker.errors import FetchError
from tracker.fetching.addresses import (
    private_network,
    public_addresses,
    refuse_literal,
    web_address,
)

PRIVATE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0",  # noqa: S104
    "10.1.2.3", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
    "2002:7f00:0001::", "2002:0a00:0001::1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe", "2001:db8::1", "fec0::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "172.15.255.255", "172.32.0.1", "192.167.255.255", "100.63.255.255", "100.128.0.1",
    "223.255.255.255", "2400:3200::1", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:0101:0101::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_networks_that_are_not_for_everybody(address: str) -> None:
    assert private_network(ipaddress.ip_address(address))
    with pytest.raises(FetchError, match="allow_hosts") as caught:
        public_addresses("letters.example", 80, (), lambda *_: [address])
    assert caught.value.permanent


@pytest.mark.parametrize("address", PUBLIC)
def test_public_networks(address: str) -> None:
    assert private_network(ipaddress.ip_address(address)) is None
    assert public_addresses("letters.example", 80, (), lambda *_: [address]) == (address,)


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    with pytest.raises(FetchError, match=r"10\.0\.0\.1"):
        public_addresses("letters.example", 80, (), lambda *_: ["1.1.1.1", "10.0.0.1"])


def test_a_host_of_the_settings_may_lie_anywhere() -> None:
    found = public_addresses("Intern.example.", 80, ("intern.example",), lambda *_: ["10.0.0.1"])
    assert found == ("10.0.0.1",)
    refuse_literal("[::1]", ("::1",))
    with pytest.raises(FetchError):  # a name is not allowed by what it ends in
        public_addresses("x.intern.example", 80, ("intern.example",), lambda *_: ["10.0.0.1"])


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "LOCALHOST.", "a.localhost", "[::1]", "2130706433", "0x7f000001",
        "0X7F.1", "127.1", "017700000001", "0177.0.0.1", "127.0.0.1.", "::1%1",
    ],
)  # fmt: skip
def test_hosts_that_tell_by_their_name(host: str) -> None:
    with pytest.raises(FetchError, match="this machine"):
        refuse_literal(host, ())


@pytest.mark.parametrize(
    "host",
    ["example.com", "1.1.1.1", "localhost.example.com", "16843009", "0x1.1.1.1", "0x.com", "12345.com",
     "99999999999", "0xfade.cafe", "1.2.3.4.5", "fade.ax"],
)  # fmt: skip
def test_hosts_that_a_name_server_is_asked_for(host: str) -> None:
    refuse_literal(host, ())


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1"])
def test_numbers_that_the_system_takes_for_this_machine(host: str) -> None:
    from tracker.fetching.addresses import system_resolve

    try:
        found = system_resolve(host, 80)
    except OSError:
        return  # this system does not take it for an address at all
    assert "127.0.0.1" in found
    with pytest.raises(FetchError, match="this machine"):
        public_addresses(host, 80, (), system_resolve)


WRONG = [
    ("ftp://example.com/a", "only http"),
    ("file:///etc/passwd", "only http"),
    ("javascript:alert(1)", "only http"),
    ("/letters/1.html", "only http"),
    ("http:///a", "no host"),
    ("http://user:secret@example.com/", "password"),
    ("http://exa mple.com/", "no usable address"),
    ("http://example.com:99999/", "no usable address"),
    ("http://example.com/\x00", "no usable address"),
    ("http://xn--a/", "no usable address"),
    ("http://xn--/答复.html", "no usable address"),
    ("http://example.com/\udc80", "no usable address"),
    ("http://example.com/" + "a" * 3000, "too long"),
    ("http://example.com/" + "答" * 300, "too long"),
]


@pytest.mark.parametrize(("address", "reason"), WRONG)
def test_addresses_that_are_not_asked(address: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason) as caught:
        web_address(address)
    assert "secret" not in str(caught.value)


def test_an_address_is_asked_without_its_fragment() -> None:
    assert str(web_address(" https://例子.example/答复.html?a=1#附件 ")) == (
        "https://xn--fsqu00a.example/%E7%AD%94%E5%A4%8D.html?a=1"
    )


def test_an_unknown_name_is_permanent_and_a_busy_server_is_not() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def busy(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    for resolve, permanent in ((unknown, True), (busy, False)):
        with pytest.raises(FetchError, match="no host letters") as caught:
            public_addresses("letters.example", 80, (), resolve)
        assert caught.value.permanent is permanent

"""Which addresses may be asked: web ones, of hosts in public networks or named in the settings."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from typing import Final

import httpx

from tracker.errors import FetchError

#: Host and port → the addresses that a name server gives for it.
Resolve = Callable[[str, int], Sequence[str]]

#: No longer address is asked for or kept.
LONGEST: Final = 2048
#: IPv4 addresses written as IPv6 for networks that translate (RFC 6052); the inner one counts.
_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")


def web_address(text: str) -> httpx.URL:
    """An address as it is asked for: http or https, with a host, without the part after "#".

    Args:
        text: as a person or a page writes it.

    Raises:
        FetchError: it is none that may be asked for.
    """
    try:
        if len(text) > LONGEST:
            raise FetchError("the address is too long", permanent=True)
        url = httpx.URL(text.strip())
        host = url.host  # decoded only now: "xn--" may stand before what is none
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise FetchError(f"is no usable address: {error}", permanent=True) from error
    if url.scheme not in ("http", "https"):
        raise FetchError("only http and https addresses are read", permanent=True)
    if not host:
        raise FetchError("the address names no host", permanent=True)
    if not re.fullmatch(r"[\w.-]+|[0-9a-fA-F:.]+", host) or not 0 < (url.port or 80) < 65536:
        raise FetchError("is no usable address: host or port cannot be", permanent=True)
    if url.userinfo:
        raise FetchError("the address holds a password; leave it out", permanent=True)
    url = url.copy_with(fragment=None)
    if len(str(url)) > LONGEST:  # Chinese takes nine signs where it was one
        raise FetchError("the address is too long", permanent=True)
    return url


def is_allowed(host: str, allowed: Sequence[str]) -> bool:
    """Whether the settings name a host, whatever network it lies in."""
    return _plain(host) in {_plain(name) for name in allowed}


def refuse_literal(host: str, allowed: Sequence[str]) -> None:
    """Refuse a host that tells its private network by its very name; nobody is asked.

    Raises:
        FetchError: it is such an address in any notation, or this machine's own name.
    """
    if is_allowed(host, allowed):
        return
    name = _plain(host)
    if name == "localhost" or name.endswith(".localhost"):
        raise _refusal(host, "this machine")
    ip = _numeric(name)
    network = private_network(ip) if ip is not None else None
    if network:
        raise _refusal(host, network)


def _numeric(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a name is, in any of the ways in which systems write one; None for others.

    Where a proxy resolves names nobody else looks at 2130706433, 0x7f.1 or 127.1, which are all
    this machine.
    """
    try:
        return ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        pass
    if not re.fullmatch(r"[0-9a-fx.]+", name):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(name))
    except OSError:
        return None


def public_addresses(
    host: str, port: int, allowed: Sequence[str], resolve: Resolve
) -> tuple[str, ...]:
    """The addresses of a host, each of which may be connected to.

    The caller connects to one of these and does not ask again: a name server that answers
    differently the second time gains nothing.

    Raises:
        FetchError: the name is unknown, or one of its addresses lies in a private network.
    """
    try:
        found = tuple(dict.fromkeys(resolve(host, port)))
    except socket.gaierror as error:
        again = error.errno == socket.EAI_AGAIN
        raise FetchError(f"no host {host}: {error.strerror}", permanent=not again) from error
    except (OSError, UnicodeError) as error:
        raise FetchError(f"no host {host}: {error}", permanent=True) from error
    if not found:
        raise FetchError(f"no host {host}", permanent=True)
    if not is_allowed(host, allowed):
        # One private address among public ones is no accident that one should build on.
        for text in found:
            network = private_network(ipaddress.ip_address(text.partition("%")[0]))
            if network:
                raise _refusal(host, f"{network} ({text})")
    return found


def system_resolve(host: str, port: int) -> list[str]:
    """What the machine's name service says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def private_network(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str | None:
    """What kind of network an address lies in that is not for everybody; None for public ones.

    Goes by the registries of special addresses (RFC 6890) as `ipaddress` knows them. Of an IPv4
    address inside an IPv6 one (mapped, 6to4, Teredo, translated) the inner one counts.
    """
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _inner(ip)
        if inner is not None:
            return private_network(inner)
    for kind, name in (
        (ip.is_loopback, "this machine"),
        (ip.is_unspecified, "no host"),
        (ip.is_link_local or _is_site_local(ip), "a link-local network"),
        (ip.is_multicast, "a multicast group"),
        (ip.is_private or not ip.is_global, "a private network"),
        (ip.is_reserved, "a reserved network"),
    ):
        if kind:
            return name
    return None


def _is_site_local(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """The old private networks of IPv6 (RFC 3879), which are not reserved for anything else."""
    return isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local


def _inner(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    if ip in _TRANSLATED:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def _plain(host: str) -> str:
    return host.strip().strip("[]").rstrip(".").lower()


def _refusal(host: str, network: str) -> FetchError:
    return FetchError(
        f"{host} leads to {network}; if it is meant, name the host in [fetch] allow_hosts",
        permanent=True,
    )

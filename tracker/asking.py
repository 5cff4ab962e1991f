"""What config.toml says of how pages are asked for: [fetch]."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tracker.address import printable

#: The longest any one step, and the whole of a fetch, may be told to wait, in seconds.
_LONGEST_STEP: Final = 600
_LONGEST_FETCH: Final = 3600
#: What a page may hold at most, in bytes: `letters.reading` takes no more either.
_MOST_BYTES: Final = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fetch:
    """How pages are asked for. Times are in seconds, `max_bytes` counts both as sent and unpacked.

    `allow_hosts` are names or addresses as they stand in links, whose networks may be private.
    `contact` goes into the User-Agent, so that a site knows whom to write to.
    """

    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    total_timeout: float = 120.0
    max_bytes: int = 50 * 1024 * 1024
    retries: int = 3
    redirects: int = 5
    delay: float = 1.0
    per_host: int = 2
    allow_hosts: tuple[str, ...] = ()
    proxy: str = ""
    contact: str = ""


def wrong_fetch(rules: Fetch) -> Iterator[tuple[str, str]]:
    """Each key of [fetch] that cannot be, with what is wrong about it."""
    for key, seconds, longest in (
        ("connect_timeout", rules.connect_timeout, _LONGEST_STEP),
        ("read_timeout", rules.read_timeout, _LONGEST_STEP),
        ("total_timeout", rules.total_timeout, _LONGEST_FETCH),
    ):
        if not 0 < seconds <= longest:  # not a number, too
            yield f"fetch.{key}", f"must be more than 0 and at most {longest} seconds"
    if not 0 <= rules.delay <= _LONGEST_STEP:
        yield "fetch.delay", f"must be 0 to {_LONGEST_STEP} seconds"
    for key, number, least, most in (
        ("max_bytes", rules.max_bytes, 1, _MOST_BYTES),
        ("retries", rules.retries, 0, 10),
        ("redirects", rules.redirects, 0, 20),
        ("per_host", rules.per_host, 1, 16),
    ):
        if not least <= number <= most:
            yield f"fetch.{key}", f"must be {least} to {most}"
    for host in rules.allow_hosts:
        if not _is_name(host):
            yield "fetch.allow_hosts", f"{host[:80]!r} is no name or address of a host"
    if not (printable(rules.contact) and rules.contact.isascii()):
        yield "fetch.contact", "must be a mail or web address in plain letters"
    if rules.proxy:
        yield from _wrong_proxy(rules.proxy)


def _wrong_proxy(proxy: str) -> Iterator[tuple[str, str]]:
    """Nothing of an unusable proxy is repeated: it may hold a password."""
    try:
        parts = urlsplit(proxy)
        usable = parts.scheme == "http" and bool(parts.hostname) and parts.port is not None
    except ValueError:
        usable = False
    if not usable:
        yield "fetch.proxy", "must be such as http://proxy.example.gov:3128"
    elif parts.username or parts.password:
        yield (
            "fetch.proxy",
            "holds a password; secrets do not stand in the file, use a proxy that asks for none",
        )


def _is_name(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(re.fullmatch(r"[\w-]+(?:\.[\w-]+)*", host))
    return True

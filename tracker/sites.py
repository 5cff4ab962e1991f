"""What config.toml says about the web: [fetch], and one [[sources]] for every site watched."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
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
#: What stands for the number of the page in `next`.
PAGE: Final = "{page}"


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


@dataclass(frozen=True, slots=True)
class Site:
    """A site that publishes replies.

    Args:
        name: what it is called in reports, and what letters from it carry as their source.
        index: the address of the page that lists the replies.
        links: regular expression; a link whose address it is found in leads to a letter.
        titles: regular expression; a link whose words it is found in leads to a letter. With
            `links` too, both must be found.
        next: how the index goes on: the words of the link to the next page (下一页), or an address
            with {page} (index_{page}.html), counted from 1; empty: it does not.
        max_pages: so many pages of the index are read at most.
        recheck_days: a page known is asked for again when so many days have passed; 0: each time.
    """

    name: str = ""
    index: str = ""
    links: str = ""
    titles: str = ""
    next: str = ""
    max_pages: int = 50
    recheck_days: int = 0


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


def wrong_sites(sites: tuple[Site, ...]) -> Iterator[tuple[str, str]]:
    """Each key of [[sources]] that cannot be, with what is wrong about it."""
    for number, site in enumerate(sites, 1):
        at = f"sources {site.name or number}:"
        if not site.name or not printable(site.name) or len(site.name) > 120:
            yield f"{at} name", "must be a name on one line, of 120 characters at most"
        if not _is_web(site.index):
            yield f"{at} index", "must be an address: https://…"
        if not site.links and not site.titles:
            yield (
                f"{at} links",
                "or titles must say which links lead to letters, as a regular expression",
            )
        patterns = {"links": site.links, "titles": site.titles}
        if PAGE not in site.next:
            patterns["next"] = site.next
        for key, pattern in patterns.items():
            try:
                re.compile(pattern)
            except re.error as error:
                yield f"{at} {key}", f"is no regular expression: {error}"
        if not 1 <= site.max_pages <= 10_000:
            yield f"{at} max_pages", "must be 1 to 10000"
        if not 0 <= site.recheck_days <= 3650:
            yield f"{at} recheck_days", "must be 0 to 3650 days"
    for name, count in Counter(site.name for site in sites).items():
        if name and count > 1:
            yield "sources", f"two are named {name}"


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


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and not (parts.username or parts.password)
            and printable(address)
        )
    except ValueError:
        return False


def _is_name(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(re.fullmatch(r"[\w-]+(?:\.[\w-]+)*", host))
    return True

"""What config.toml says of sites that are watched: one [[sources]] for each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tracker.address import printable

#: What stands for the number of the page in `next`.
PAGE: Final = "{page}"


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

"""What a site's index says now: the addresses of its letters, page after page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import httpx

from tracker.errors import FetchError, ReadingError
from tracker.fetching.client import Client, Fetched
from tracker.intake.links import Link, links_of
from tracker.sites import PAGE, Site


@dataclass
class Listing:
    """The letters that an index names (address → words of the link), in its order.

    `broken` pairs the address of an index page that could not be read with the reason; what the
    pages before it say counts all the same. `cut`: the index goes on behind `max_pages`. `goes_on`
    is False where the settings say how it does and its first page leads to no other.
    """

    letters: dict[str, str] = field(default_factory=dict)
    pages: int = 0
    broken: tuple[str, FetchError | ReadingError] | None = None
    cut: bool = False
    goes_on: bool = True


def read_index(client: Client, site: Site) -> Listing:
    """Read a site's index from its first page to its last.

    Args:
        client: asks for the pages.
        site: where the index is, what links to letters look like and how it goes on.
    """
    listing = Listing()
    first = _read(client, site, listing, site.index)
    if first is None:
        return listing
    if PAGE in site.next:
        _by_number(client, site, listing)
    elif site.next:
        _by_link(client, site, listing, first)
    if site.next and listing.pages == 1 and not listing.cut and listing.broken is None:
        listing.goes_on = False
    return listing


def _by_number(client: Client, site: Site, listing: Listing) -> None:
    """Sites number the second page 1 or 2; so the page 1 may be missing or repeat the first one."""
    base = httpx.URL(site.index)
    number = 0
    while True:
        number += 1
        if listing.pages >= site.max_pages:
            listing.cut = True
            return
        known = len(listing.letters)
        try:
            address = str(base.join(site.next.replace(PAGE, str(number))))
        except (httpx.InvalidURL, ValueError) as error:
            reason = f"next leads to no usable address: {error}"
            listing.broken = site.index, FetchError(reason, permanent=True)
            return
        links = _read(client, site, listing, address, may_be_missing=True)
        # A site may answer any number with its last page.
        if number > 1 and (links is None or len(listing.letters) == known):
            return
        if listing.broken:
            return


def _by_link(client: Client, site: Site, listing: Listing, links: tuple[Link, ...]) -> None:
    seen = {site.index}
    while True:
        address = next((link.url for link in links if re.search(site.next, link.text)), None)
        if address is None or address in seen:
            return
        if listing.pages >= site.max_pages:
            listing.cut = True
            return
        seen.add(address)
        found = _read(client, site, listing, address)
        if found is None:
            return
        links = found


def _read(
    client: Client, site: Site, listing: Listing, address: str, *, may_be_missing: bool = False
) -> tuple[Link, ...] | None:
    """The links of one page of the index, its letters added to the listing; None without it."""
    try:
        page = client.fetch(address)
        links = links_of(page) if isinstance(page, Fetched) else ()
    except FetchError as error:
        if not (may_be_missing and error.status in (404, 410)):
            listing.broken = address, error
        return None
    except ReadingError as error:
        listing.broken = address, error
        return None
    listing.pages += 1
    for link in letters_among(site, links):
        listing.letters.setdefault(link.url, link.text)
    return links


def letters_among(site: Site, links: Iterable[Link]) -> list[Link]:
    """The links that lead to letters, by address and words as the settings say."""
    return [
        link
        for link in links
        if re.search(site.links, link.url) and re.search(site.titles, link.text)
    ]

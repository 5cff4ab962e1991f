"""What a site asks of robots: robots.txt, read once for each site (RFC 9309)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx
from protego import Protego

from tracker.errors import FetchError

#: By this name robots.txt may speak to us alone.
ROBOT: Final = "commitment-tracker"
#: A crawler reads at least so much (RFC 9309, 2.5); we read no more.
_MOST: Final = 500 * 1024
#: A site cannot make us wait longer between two pages, in seconds.
_LONGEST_DELAY: Final = 30.0


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a site says; `rules` is None where it says nothing."""

    rules: Protego | None = None

    def allow(self, address: str) -> bool:
        return self.rules is None or self.rules.can_fetch(address, ROBOT)

    def delay(self) -> float:
        asked = self.rules.crawl_delay(ROBOT) if self.rules else None
        return min(max(float(asked or 0), 0.0), _LONGEST_DELAY)


class Robots:
    """Remembers what each site says for as long as it lives.

    Args:
        read: fetches a robots.txt; raises FetchError.
    """

    def __init__(self, read: Callable[[httpx.URL], bytes]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._known: dict[str, _Rules] = {}

    def delay(self, url: httpx.URL) -> float:
        """Seconds that the site wants between two pages; 0 where it does not say.

        Raises:
            FetchError: the page may not be read, or nobody can say at present.
        """
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        with self._lock:  # others wait for the answer instead of asking too
            rules = self._known.get(origin)
            if rules is None:
                rules = self._known[origin] = self._ask(url.join("/robots.txt"))
        if not rules.allow(str(url)):
            raise FetchError("the site's robots.txt does not allow it", permanent=True)
        return rules.delay()

    def _ask(self, url: httpx.URL) -> _Rules:
        try:
            data = self._read(url)
        except FetchError as error:
            # RFC 9309, 2.3.1: no such file means that all is allowed; a server that fails, that
            # nothing is until it can be asked again.
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                return _Rules()
            if error.status is None:
                raise  # nobody answers: what is to be said is said of the site as a whole
            raise FetchError(
                f"robots.txt cannot be read: {error}",
                permanent=error.permanent,
                status=error.status,
                after=error.after,
            ) from error
        return _Rules(Protego.parse(data[:_MOST].decode("utf-8", "replace")))

"""How often and how many at once a host is asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class _Lane:
    """The way to one host: so many at once, and when the next may start."""

    room: threading.BoundedSemaphore
    lock: threading.Lock = field(default_factory=threading.Lock)
    next: float = float("-inf")


class Pacing:
    """Lets requests to a host start one by one, in a distance of time.

    Args:
        delay: seconds between the starts of two requests to a host.
        per_host: so many may be under way at once.
        ticks: seconds of a clock that only goes forward.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        delay: float,
        per_host: int,
        ticks: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._delay, self._per_host = delay, per_host
        self._ticks, self._sleep = ticks, sleep
        self._lock = threading.Lock()
        self._lanes: dict[str, _Lane] = {}

    def hold(self, host: str, seconds: float) -> None:
        """Let nobody ask a host for so long: it has asked for a rest."""
        lane = self._lane(host)
        with lane.lock:
            lane.next = max(lane.next, self._ticks() + seconds)

    def _lane(self, host: str) -> _Lane:
        with self._lock:
            return self._lanes.setdefault(host, _Lane(threading.BoundedSemaphore(self._per_host)))

    @contextmanager
    def turn(self, host: str, at_least: float = 0.0) -> Iterator[None]:
        """Wait for a turn; the block is the request.

        Args:
            host: as it stands in the address.
            at_least: seconds that the host itself asks for between two requests.
        """
        lane = self._lane(host)
        with lane.room:
            with lane.lock:
                now = self._ticks()
                start = max(now, lane.next)
                lane.next = start + max(self._delay, at_least)
            if start > now:
                self._sleep(start - now)
            yield

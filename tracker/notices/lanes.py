"""Lanes: one open channel each, and a thread that talks through it.

Mail may have several (`mail.connections`), for a server that takes its time with each message;
every other way has one.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final

from tracker.errors import DeliveryError
from tracker.notices.channel import CHANNELS, Announcing, Channel, Prepared, kind_of, open_channel
from tracker.settings import Settings

#: Seconds for a message; whoever takes longer is not waited for, but sent to from a thread.
_SLOW: Final = 0.01


@dataclass(eq=False, slots=True)
class Lane:
    """One channel, used by one message at a time; `proven` once it has carried any, `slow` while
    the other side takes its time."""

    kind: str
    channel: Channel
    proven: bool = False
    slow: bool = False
    #: The channel, where it can be told ahead; asked once, as to ask takes its time.
    ahead: Announcing | None = field(init=False)

    def __post_init__(self) -> None:
        self.ahead = self.channel if isinstance(self.channel, Announcing) else None


class Lanes:
    """The lanes of one run of delivery, opened when a message needs one; a context manager.

    Args:
        settings: servers, and how many connections.
        channel: instead of all that the messages name; it is not closed.
    """

    def __init__(self, settings: Settings, channel: Channel | None = None) -> None:
        self._settings, self._given = settings, channel
        self._free: defaultdict[str, list[Lane]] = defaultdict(list)
        self._open: defaultdict[str, list[Lane]] = defaultdict(list)
        self._builders: dict[str, Channel] = {}
        #: How many messages may be on their way at once through one kind of channel.
        self.width: Final = 1 if channel else settings.mail.connections
        self._threads = ThreadPoolExecutor(self.width + len(CHANNELS), "delivery")

    def __enter__(self) -> Lanes:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown()
        if self._given is None:
            for lanes in self._open.values():
                for lane in lanes:
                    lane.channel.close()

    def builder(self, channel: str) -> Channel:
        """What builds the messages of a channel (`MessageRow.channel`)."""
        kind = kind_of(channel, self._settings)
        if kind not in self._builders:
            self._builders[kind] = self._given or open_channel(kind, self._settings)
        return self._builders[kind]

    def take(self, channel: str) -> Lane | None:
        """A free lane for a message of a channel; None while all are taken.

        One that is open already before a new one.
        """
        kind = kind_of(channel, self._settings)
        if self._free[kind]:
            return self._free[kind].pop()
        if len(self._open[kind]) >= (self.width if kind == "mail" else 1):
            return None
        lane = Lane(kind, self._given or open_channel(kind, self._settings))
        self._open[kind].append(lane)
        return lane

    def free(self, lane: Lane) -> None:
        """Give a lane back, unless it was retired."""
        if lane in self._open[lane.kind] and lane not in self._free[lane.kind]:
            self._free[lane.kind].append(lane)

    def announce(self, lane: Lane, prepared: Prepared) -> None:
        """Tell the other side of a lane what comes next, where it can be told."""
        if lane.proven and lane.ahead is not None:
            lane.ahead.announce(prepared)

    def submit(self, lane: Lane, prepared: Prepared) -> Future[str]:
        """Send through a lane, in a thread of its own."""
        return self._threads.submit(_send, lane, prepared)

    def send(self, lane: Lane, prepared: Prepared, meanwhile: Callable[[], None]) -> Future[str]:
        """Send through a lane, in the thread that calls; what is returned is done.

        Args:
            lane: a free one.
            prepared: the message.
            meanwhile: called once while the other side is thinking, where that can be told.
        """
        ended: Future[str] = Future()
        try:
            ended.set_result(_send(lane, prepared, meanwhile))
        except DeliveryError as error:
            ended.set_exception(error)
        return ended

    def retire(self, lane: Lane) -> bool:
        """Close a lane that found its way barred: a server may take fewer connections than it was
        asked for.

        Returns:
            Whether another one of its kind has carried a message, so that the way is not barred.
        """
        others = [other for other in self._open[lane.kind] if other is not lane]
        if not any(other.proven for other in others):
            return False
        self._open[lane.kind] = others
        lane.channel.close()
        return True


def _send(lane: Lane, prepared: Prepared, meanwhile: Callable[[], None] | None = None) -> str:
    begun, own = time.monotonic(), 0.0

    def work() -> None:
        nonlocal own
        since = time.monotonic()
        if meanwhile is not None:
            meanwhile()
        own = time.monotonic() - since

    try:
        if lane.ahead is not None:
            where = lane.ahead.send(prepared, work)
        else:
            where = lane.channel.send(prepared)
    finally:
        lane.slow = time.monotonic() - begun - own > _SLOW
    lane.proven = True
    return where

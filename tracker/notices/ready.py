"""What a run of delivery has claimed and not begun: the order it goes out in, and its words and
bytes, which are made ahead."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from tracker.errors import DeliveryError
from tracker.notices.brief import word_for
from tracker.notices.channel import Prepared
from tracker.notices.lanes import Lane, Lanes
from tracker.notices.looks import Look
from tracker.settings import Settings

#: Messages built at once, so that their words are written down together.
AHEAD: Final = 25


class Ready:
    """Claimed messages in their order.

    Args:
        settings: language, time zone.
        now: gives the moment that a message is dated.
        lanes: what builds messages and what they go out through.
    """

    def __init__(self, settings: Settings, now: Callable[[], dt.datetime], lanes: Lanes) -> None:
        self._settings, self._now, self._lanes = settings, now, lanes
        self._looks: deque[Look] = deque()

    def __len__(self) -> int:
        return len(self._looks)

    def ids(self) -> list[int]:
        """Of all of them."""
        return [look.id for look in self._looks]

    def add(self, looks: Iterable[Look]) -> None:
        """Behind those that are there."""
        self._looks.extend(looks)

    def put_back(self, looks: Sequence[Look]) -> None:
        """Before those that are there, in their order: they were taken and have not begun."""
        self._looks.extendleft(reversed(looks))

    def take(self) -> list[tuple[Look, Lane]]:
        """The next ones, as many as there are lanes free for them."""
        found: list[tuple[Look, Lane]] = []
        passed: list[Look] = []
        channels = {look.channel for look in self._looks}
        while self._looks and channels:
            look = self._looks.popleft()
            lane = self._lanes.take(look.channel) if look.channel in channels else None
            if lane is None:
                channels.discard(look.channel)  # no lane is left
                passed.append(look)
            else:
                found.append((look, lane))
        self.put_back(passed)
        return found

    def bar(self, channel: str) -> list[int]:
        """Let go of those of a channel; which they were."""
        held = [look.id for look in self._looks if look.channel == channel]
        self._looks = deque(look for look in self._looks if look.channel != channel)
        return held

    def first_are_worded(self) -> bool:
        """Whether those that go out next need nothing more."""
        return all(look.kept or look.unsent is not None for look in self._first())

    def build_some(self, awaited: Callable[[], bool]) -> list[Look]:
        """Build those that go out next, and more until somebody waits for us.

        Args:
            awaited: asked after each that need not be built yet.

        Returns:
            Those whose words are to be written down.
        """
        first = self._first()
        ahead = list(islice(self._looks, max(AHEAD, self._lanes.width)))
        for look in ahead:
            if look.prepared is None and look.unsent is None:
                self.build(look)
                if look not in first and awaited():
                    break
        return [look for look in ahead if isinstance(look.prepared, Prepared) and not look.kept]

    def build_one(self) -> None:
        """One more, while a server that was told all of a message has not answered."""
        for look in islice(self._looks, AHEAD):
            if look.prepared is None and look.unsent is None:
                self.build(look)
                return

    def build(self, look: Look) -> None:
        """Word a message and make its bytes, or keep the error that says why it cannot be made."""
        if look.digest is not None:
            said, look.digest = word_for(look.channel, look.digest, self._settings), None
            look.outgoing = replace(
                look.outgoing, subject=said.subject, text=said.text, html=said.html
            )
        moment = self._now().astimezone(ZoneInfo(self._settings.timezone))
        try:
            look.prepared = self._lanes.builder(look.channel).prepare(look.outgoing, moment)
        except DeliveryError as error:
            look.prepared = error

    def _first(self) -> list[Look]:
        return list(islice(self._looks, self._lanes.width))

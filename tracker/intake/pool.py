"""Worker processes that read and search: fed in small helpings, watched, replaced when they die.

`concurrent.futures` breaks the whole pool when one worker dies, and cannot stop one that takes too
long; here either costs the one item that was being read. Results come in the order of the items.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext
from types import TracebackType
from typing import Final, Self

from tracker.errors import TrackerError
from tracker.intake.extracting import Part, Take, parts_of
from tracker.intake.hands import Hand, context, interrupts_held
from tracker.intake.items import Item
from tracker.intake.worker import READY, Bounds, Ended

#: So many items, and so many bytes of them, are in hand at most; more would only lie in memory
#: while one slow item holds up those behind it.
WINDOW: Final = 256
MOST_BYTES: Final = 64 * 1024 * 1024
#: What is unpacked from an item before its turn may take so many bytes.
_MOST_AHEAD: Final = 16 * 1024 * 1024
#: A worker gets so many items at a time, and stops for more when so many bytes are together.
_HELPING: Final = 8
_HELPING_BYTES: Final = 256 * 1024
#: Seconds after which the caller is given a turn although there is nothing new.
_TURN: Final = 0.5
#: Workers that die one after another before they are ready mean that none ever will be.
_STILLBORN: Final = 3


@dataclass(frozen=True, slots=True)
class Done:
    """A part of an item, which is the `index`th; `part` None says only that the item is over."""

    index: int
    item: Item
    part: Part | None


@dataclass(slots=True)
class _Job:
    index: int
    item: Item
    parts: deque[Part] = field(default_factory=deque)
    size: int = 0
    sent: int = 0
    over: bool = False


class _Worker(Hand):
    """A worker of the pool and what it has been given, the item it is at first."""

    def __init__(self, bounds: Bounds, take: Take) -> None:
        super().__init__(context(), bounds, take)
        self.ready = False
        self.given: deque[_Job] = deque()
        self.deadline = 0.0

    def give(self, jobs: list[_Job]) -> None:
        self.given.extend(jobs)
        self.send([job.item for job in jobs])


class Pool:
    """Worker processes; started when the first item needs one, ended by `close` or a `with`.

    Args:
        jobs: how many workers.
        bounds: of one item.
        take: reads one item; a function of a module, as it goes to other processes by its name.
    """

    def __init__(self, jobs: int, bounds: Bounds | None = None, take: Take = parts_of) -> None:
        self._jobs = jobs
        self._bounds = bounds or Bounds()
        self._take = take
        self._hands: list[_Worker] = []
        self._line: deque[_Job] = deque()
        self._backlog: deque[_Job] = deque()
        self._stillborn = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def begin(self) -> None:
        """Let what workers are forked from load, while the caller gets ready itself."""
        if isinstance(context(), SpawnContext):
            return
        with interrupts_held():
            forkserver.ensure_running()

    def close(self) -> None:
        """End the workers, whatever they are at."""
        for hand in self._hands:
            hand.end()
        self._hands.clear()
        self._let_go()

    def map(self, items: Iterable[Item]) -> Generator[Done | None, None, None]:
        """Read and search items; those with a problem come back with it as the reason.

        Args:
            items: drawn as there is room for them. What is known comes back unread.

        Yields:
            Parts in the order of the items, and None when nothing is to be had for the moment.

        Raises:
            TrackerError: no worker can be started.
        """
        self._let_go()
        line = self._line
        source = enumerate(items)
        more = True
        try:
            while True:
                more = more and self._draw(source)
                self._feed()
                yield from self._ripe()
                if not self._line:
                    if not more:
                        return
                elif not self._gather(0):
                    yield None
                    self._gather(_TURN)
        finally:
            # Who stops in the middle may be let go of late, when others have been given the pool.
            if self._line is line:
                self._let_go()

    def _let_go(self) -> None:
        """Forget what a caller left in hand: whoever is next must get nothing of it."""
        for hand in [hand for hand in self._hands if hand.given]:
            self._hands.remove(hand)
            hand.end()
        self._line, self._backlog = deque(), deque()
        self._stillborn = 0

    def tend(self) -> None:
        """Take in results and hand out work, while who called `map` is at something else."""
        while self._gather(0):
            pass
        self._feed()

    def _draw(self, source: Iterator[tuple[int, Item]]) -> bool:
        """Take items in hand while there is room; False when there are no more."""
        held = sum(len(job.item.data) + job.size for job in self._line)
        while len(self._line) < WINDOW and held < MOST_BYTES:
            index, item = next(source, (0, None))
            if item is None:
                return False
            job = _Job(index, item)
            if item.problem is not None:
                job.parts.append(Part(item.problem, left_out=item.left_out))
            job.over = item.problem is not None or bool(item.known)
            self._line.append(job)
            held += len(item.data)
            if not job.over:
                self._backlog.append(job)
        return True

    def _feed(self) -> None:
        """Give work to those who have none, and start workers while there is work for them."""
        while len(self._hands) < self._jobs and len(self._hands) < len(self._backlog):
            self._hands.append(_Worker(self._bounds, self._take))
        for hand in list(self._hands):
            if hand.ready and not hand.given and self._backlog:
                helping = self._helping()
                helping[0].sent += 1
                hand.deadline = time.monotonic() + self._bounds.seconds
                try:
                    hand.give(helping)
                except (BrokenPipeError, ConnectionResetError):
                    # It may have been gone before; an item that no worker lives to take is at fault.
                    if helping[0].sent < _STILLBORN:
                        self._retire(hand)
                    else:
                        self._bury(hand)

    def _helping(self) -> list[_Job]:
        """The next items for one worker, few where there are few for all."""
        most = min(_HELPING, 1 + len(self._backlog) // (2 * self._jobs))
        helping, size = [self._backlog.popleft()], 0
        while self._backlog and len(helping) < most:
            size += len(helping[-1].item.data)
            if size + len(self._backlog[0].item.data) > _HELPING_BYTES:
                break
            helping.append(self._backlog.popleft())
        return helping

    def _gather(self, patience: float) -> bool:
        """Take in what workers have sent, and end those that are over their time."""
        now = time.monotonic()
        pipes = {hand.pipe: hand for hand in self._hands if not self._ahead(hand)}
        for hand in self._hands:
            if hand.pipe not in pipes:
                hand.deadline = now + self._bounds.seconds
        busy = [hand.deadline for hand in self._hands if hand.given]
        patience = max(0.0, min([patience, *(deadline - now for deadline in busy)]))
        heard = wait(list(pipes), patience)
        for pipe in heard:
            assert isinstance(pipe, Connection)  # noqa: S101 - only connections were passed
            self._hear(pipes[pipe])
        now = time.monotonic()
        late = [hand for hand in self._hands if hand.given and hand.deadline <= now]
        for hand in late:
            self._bury(hand, f"took longer than {self._bounds.seconds:g} s to be read")
        return bool(heard or late)

    def _ahead(self, hand: _Worker) -> bool:
        """Whether a worker has brought so much that others must be through before it goes on."""
        job = hand.given[0] if hand.given else None
        return job is not None and job.size > _MOST_AHEAD and job is not self._line[0]

    def _hear(self, hand: _Worker) -> None:
        try:
            said = hand.pipe.recv()
        except (EOFError, OSError):
            self._bury(hand)
            return
        if isinstance(said, TrackerError):
            raise said
        if said == READY:
            hand.ready = True
            self._stillborn = 0
            return
        hand.deadline = time.monotonic() + self._bounds.seconds
        if isinstance(said, Part):
            hand.given[0].parts.append(said)
            hand.given[0].size += len(said.data or b"")
            return
        hand.given.popleft().over = True
        if isinstance(said, Ended) and said.worn:
            self._retire(hand)

    def _retire(self, hand: _Worker) -> None:
        self._backlog.extendleft(reversed(hand.given))
        self._hands.remove(hand)
        hand.end()

    def _bury(self, hand: _Worker, reason: str | None = None) -> None:
        """A worker is gone, or is to go: the item it was at goes with it, and no other."""
        if not hand.ready:
            self._stillborn += 1
        job = hand.given.popleft() if hand.given else None
        self._backlog.extendleft(reversed(hand.given))
        self._hands.remove(hand)
        how = hand.end()
        if job is not None:
            job.parts.append(Part(reason or f"ended the process that read it ({how})"))
            job.over = True
        if self._stillborn >= _STILLBORN:
            raise TrackerError(f"no worker process can be started (the last one ended: {how})")

    def _ripe(self) -> Iterator[Done]:
        """What can be passed on: parts of the first item, and of the next when that one is over."""
        while self._line:
            job = self._line[0]
            while job.parts:
                part = job.parts.popleft()
                job.size -= len(part.data or b"")
                yield Done(job.index, job.item, part)
            if not job.over:
                return
            yield Done(job.index, job.item, None)
            self._line.popleft()

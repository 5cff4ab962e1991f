"""One file read in a process of its own, within the bounds that every file of an import has."""

from __future__ import annotations

import multiprocessing
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing.context import ForkContext, ForkServerContext, SpawnContext
from pathlib import Path
from types import TracebackType
from typing import Final, Generic, Self, TypeVar

from tracker.errors import ReadingError, TrackerError
from tracker.intake.extracting import Part
from tracker.intake.hands import Hand, context
from tracker.intake.items import Item
from tracker.intake.worker import READY, Bounds, Ended
from tracker.letters.reading import bytes_of

Seen = TypeVar("Seen")

#: The longest table that is read has 50,000 lines; a thousand take half a second.
_OF_TABLES: Final = Bounds(seconds=60.0)


@dataclass(frozen=True, slots=True)
class _Answer(Generic[Seen]):
    seen: Seen


class Apart(Generic[Seen]):
    """Reads files one by one in a worker process, which a hostile file may cost; ended by a `with`.

    Args:
        look: bytes and a file's name → what is wanted of them; a function of a module, as it may go
            to another process by its name. What it raises as ReadingError is told as that.
        bounds: of one file.
    """

    def __init__(self, look: Callable[[bytes, str], Seen], bounds: Bounds | None = None) -> None:
        self._look = look
        self._bounds = bounds or Bounds()
        self._hand: Hand | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def read(self, path: Path) -> Seen:
        """What is wanted of a file.

        Raises:
            ReadingError: it cannot be read, or not within the bounds; the message is the reason
                only.
            TrackerError: no file could be read.
        """
        return self._seen(Item(str(path), path.name, bytes_of(path)))

    def _seen(self, item: Item) -> Seen:
        said = self._said(item)
        if isinstance(said, _Answer):
            return said.seen
        raise ReadingError(said)

    def at(self, path: Path) -> Seen:
        """As `read`, of a file that the look opens itself: it gets the path and no bytes."""
        return self._seen(Item(str(path), str(path)))

    def _said(self, item: Item) -> _Answer[Seen] | str:
        """What the worker makes of an item: an answer, or the reason why there is none."""
        if self._hand is None:
            self._hand = Hand(_context(), self._bounds, partial(_looked, self._look))
        hand = self._hand
        answer: _Answer[Seen] | str = "gave no answer"
        try:
            hand.send([item])
            late = time.monotonic() + self._bounds.seconds
            while hand.pipe.poll(max(0.0, late - time.monotonic())):
                said = hand.pipe.recv()
                if isinstance(said, _Answer):
                    answer = said
                elif isinstance(said, Part):
                    answer = str(said.found)
                elif isinstance(said, TrackerError):
                    raise said
                elif isinstance(said, Ended):
                    if said.worn:
                        self._end()
                    return answer
                elif said == READY:
                    late = time.monotonic() + self._bounds.seconds
        except (EOFError, OSError):
            return f"ended the process that read it ({self._end()})"
        self._end()
        return f"took longer than {self._bounds.seconds:g} s to be read"

    def _end(self) -> str:
        hand, self._hand = self._hand, None
        return hand.end() if hand is not None else ""


def read_apart(read: Callable[[Path], Seen], path: Path) -> Seen:
    """What a reader makes of a table, in a process of its own.

    Args:
        read: a function of a module; what it raises as ReadingError is told as that.
        path: the file.

    Raises:
        ReadingError: it cannot be read, or not within the bounds; the message is the reason only.
    """
    with Apart(partial(_opened, read), _OF_TABLES) as apart:
        return apart.at(path)


def _opened(read: Callable[[Path], Seen], data: bytes, name: str) -> Seen:
    del data  # it opens the file itself
    return read(Path(name))


def _looked(
    look: Callable[[bytes, str], Seen], data: bytes, name: str, declared: str | None
) -> Iterator[_Answer[Seen] | Part]:
    """A look as a worker takes it."""
    del declared  # files on a disk come without
    try:
        yield _Answer(look(data, name))
    except ReadingError as error:
        yield Part(str(error))


def _context() -> ForkContext | ForkServerContext | SpawnContext:
    """A fork takes some milliseconds and has loaded what this process has.

    It is safe where there is nothing else at work that a fork would copy in the middle.
    """
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return context()

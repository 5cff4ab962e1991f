"""A whole import, in order: what is known is skipped, what is new is read elsewhere and written.

Outcomes come in the order of the items, whichever engine reads and however many workers it has,
so that the same letters get the same references.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from typing import Final, Protocol

from tracker.intake.extracting import Part, Take, Taken, place_of
from tracker.intake.items import Item
from tracker.intake.opened import Opened
from tracker.intake.pool import Done
from tracker.intake.together import MOST_UNPACKED, Room
from tracker.intake.writing import Answer, Known, Outcome, Reason, Writer
from tracker.store import ledger
from tracker.store.database import Store

#: Items, and bytes of them, that are looked up in the ledger at once.
_LOOKED_UP: Final = 100
_LOOKED_UP_BYTES: Final = 8 * 1024 * 1024
#: Names in one query; databases bound it.
_ASKED: Final = 500
#: Letters and bytes in one transaction: the disk takes as long for one commit as for many letters.
_WRITTEN: Final = 64
_WRITTEN_BYTES: Final = 32 * 1024 * 1024
#: Seconds that a letter waits for others to be written with, where none comes.
_PATIENCE: Final = 0.3


class Engine(Protocol):
    """Who reads and searches: worker processes, or a cluster."""

    def map(self, items: Iterable[Item]) -> Generator[Done | None, None, None]:
        """Parts in the order of the items; None when there is nothing for the moment."""
        ...

    def tend(self) -> None:
        """Keep the workers busy while the caller is."""
        ...

    def close(self) -> None:
        """End what was started for this import."""
        ...


def import_items(
    items: Iterable[Item],
    engine: Engine,
    store: Store,
    writer: Writer,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[list[Outcome]]:
    """Import items.

    Args:
        items: drawn a few ahead of the work, so that any number fits into memory.
        engine: reads and searches.
        store: where known letters are looked up.
        writer: enters the rest.
        stopped: asked all the time; once True what has been read is written, and that is all.

    Yields:
        Outcomes of files, as soon as they are safe; an empty list now and then.

    Raises:
        StoreError: disk or database refuse; what was not yielded is not written.
    """
    waiting: list[Answer] = []
    since = time.monotonic()
    opened = Opened(writer.archive_dir)
    # Closed here: a second Ctrl-C is lost in a generator that is let go of.
    with closing(engine.map(_looked_up(items, store, opened))) as parts:
        for done in parts:
            if done is not None:
                opened.see(done)
                if not waiting:
                    since = time.monotonic()
                waiting += _answers(done)
            late = done is None and time.monotonic() - since > _PATIENCE
            if late or _enough(waiting) or stopped():
                yield writer.write(waiting)
                waiting = []
            if stopped():
                return
    yield writer.write(waiting)


def taker(engine: Engine) -> Take:
    """An engine as a reader of one item after another, where the next depends on what came.

    What hangs on a page beside its letters is nobody's loss: it is not named.
    """

    def take(data: bytes, name: str, declared: str | None) -> list[Part]:
        done = engine.map([Item(name, name, data, declared=declared)])
        room = Room("download it and import the file", MOST_UNPACKED)
        parts = (one.part for one in done if one is not None and one.part is not None)
        return [room.put(part) for part in parts if not part.left_out]

    return take


def _enough(waiting: list[Answer]) -> bool:
    return len(waiting) >= _WRITTEN or sum(len(one.data) for one in waiting) >= _WRITTEN_BYTES


def _answers(done: Done) -> list[Answer]:
    """What a part of an item says; nothing for the mere end of an item that had any."""
    item, part = done.item, done.part
    if part is None:
        known = [Answer(place_of(item.origin, name), Known(code)) for name, code in item.known]
        beside = [Answer(place_of(item.origin, name), Reason("", True)) for name in item.beside]
        return known + beside
    origin = part.place(item.origin)
    if isinstance(part.found, Taken):
        return [Answer(origin, part.found, item.data if part.data is None else part.data)]
    return [Answer(origin, Reason(part.found, part.left_out))]


def _looked_up(items: Iterable[Item], store: Store, opened: Opened) -> Iterator[Item]:
    """The items, those that are in the ledger marked as known and without their bytes.

    A container is known where all letters are that it held when it was read.
    """
    source = iter(items)
    while lump := _lump(source):
        names = [hashlib.sha256(item.data).hexdigest() for item in lump]
        with store.read() as session:
            codes = ledger.known_codes(session, names)
            inside = {name: opened.letters_in(name) for name in names if name not in codes}
            letters = [letter for held in inside.values() for _, letter in held]
            for at in range(0, len(letters), _ASKED):
                codes |= ledger.known_codes(session, letters[at : at + _ASKED])
        for name, item in zip(names, lump, strict=True):
            held = [(None, name)] if name in codes else inside[name]
            if item.problem is None and held and all(letter in codes for _, letter in held):
                known = tuple((member, codes[letter]) for member, letter in held)
                beside = () if name in codes else opened.left_out_of(name)
                yield replace(item, data=b"", known=known, beside=beside)
            else:
                yield item


def _lump(source: Iterator[Item]) -> list[Item]:
    lump: list[Item] = []
    size = 0
    for item in islice(source, _LOOKED_UP):
        lump.append(item)
        size += len(item.data)
        if size >= _LOOKED_UP_BYTES:
            break
    return lump

"""What an import works on, wherever it came from: bytes with a name and an origin."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tracker.errors import ReadingError
from tracker.letters.reading import bytes_of


@dataclass(frozen=True, slots=True)
class Item:
    """A file, page or attachment to import.

    Args:
        origin: its path or address, as people are shown it; no character steers a terminal.
        name: the file's name; its ending is a hint to the reader.
        data: its bytes; empty where there is a problem.
        problem: why it cannot be imported, known before it is read as a letter.
        declared: the character set that a server named with the bytes.
        left_out: it is in a form that is not read, which is no failure; `problem` says so.
        known: the codes of the suggestions it answers, where these bytes are in the ledger already:
            one; of a container one for each letter in it, with the name inside.
        beside: names of what such a container holds beside letters in forms that are not read.
    """

    origin: str
    name: str
    data: bytes = b""
    problem: str | None = None
    declared: str | None = None
    known: tuple[tuple[str | None, str], ...] = ()
    left_out: bool = False
    beside: tuple[str | None, ...] = ()


def load(path: Path, origin: str) -> Item:
    """Read a file; one that cannot be read becomes an item that says why.

    Args:
        path: a regular file, or a link to one.
        origin: its path as people are shown it.
    """
    try:
        return Item(origin, path.name, bytes_of(path))
    except ReadingError as error:
        return Item(origin, path.name, problem=str(error))

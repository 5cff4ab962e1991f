"""A folder of letters: the files in it that may be letters, in a fixed order."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tracker.letters.containers import may_be_letter


class Found(NamedTuple):
    """A file of a folder, or the reason why it is not opened."""

    path: Path
    problem: str | None = None


def letters_in(folder: Path) -> Iterator[Found]:
    """The files that may be letters, and what cannot be looked at, with the reason.

    Links to folders are not followed, nor are links to files outside of the folder. Memory holds
    the names of one folder at a time.

    Args:
        folder: an existing folder.
    """
    inside = folder.resolve()
    unreadable: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=unreadable.append):
        while unreadable:
            yield _refused(unreadable.pop())
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(root, name)
            if not may_be_letter(name):
                continue
            if path.is_symlink() and not _stays(path, inside):
                yield Found(path, "is a link that leaves the folder")
            else:
                yield Found(path)
    while unreadable:
        yield _refused(unreadable.pop())


def _refused(error: OSError) -> Found:
    return Found(Path(os.fsdecode(error.filename)), (error.strerror or str(error)).lower())


def _stays(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):  # a loop of links, which opening it names
        return True

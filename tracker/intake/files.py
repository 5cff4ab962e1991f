"""Paths and folders → files in a fixed order. What is left out is named, never passed over."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from tracker.letters.endings import is_unread, may_be_letter

#: Tables of links; they count only where they are named themselves.
LISTS: Final = (".xlsx", ".csv")

Problem = Literal["missing", "nothing", "outside", "dangling", "unreadable", "left_out"]


@dataclass(frozen=True, slots=True)
class Found:
    """A path to import, or one that is known to be wrong before it is opened.

    "left_out" is no failure: a folder holds it in a form that is not read.
    """

    path: Path
    problem: Problem | None = None


def listed(given: Iterable[Path]) -> Iterator[Found]:
    """Folders give what lies in them; a file named twice is taken once.

    The order is that of the arguments, and inside a folder that of the names: the same letters
    get the same references whenever and however they are imported. Links inside a folder are
    followed to files of that folder only: a link that leaves it could bring in anything that this
    program may read.

    Args:
        given: files and folders, as a person names them. These may be links themselves.
    """
    paths = list(given)
    seen: set[str] = set()
    for path in paths:
        for found in _inside(path) if stat.S_ISDIR(_mode(path)) else [_single(path)]:
            # One folder alone holds no file twice, and may hold a million.
            if found.problem is None and len(paths) > 1:
                real = os.path.realpath(found.path)
                if real in seen:
                    continue
                seen.add(real)
            yield found


def _single(path: Path) -> Found:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return Found(path, "missing")
    except (OSError, ValueError):
        pass  # no permission, too long, a NUL in the name: opening it will say so
    return Found(path)


def _inside(folder: Path) -> Iterator[Found]:
    empty = True
    for found in _walk(folder, os.path.realpath(folder)):
        empty = empty and found.problem == "left_out"
        yield found
    if empty:
        yield Found(folder, "nothing")


def _walk(folder: Path, root: str) -> Iterator[Found]:
    # A stack of its own: folders may be nested deeper than calls may.
    waiting: list[Path | Iterator[os.DirEntry[str]]] = [folder]
    while waiting:
        last = waiting.pop()
        if isinstance(last, Path):
            try:
                with os.scandir(last) as found:
                    waiting.append(iter(sorted(found, key=lambda entry: entry.name)))
            except OSError:
                yield Found(last, "unreadable")
            continue
        for entry in last:
            path = Path(entry.path)
            if entry.is_symlink():
                yield from _linked(path, root)
            elif entry.is_dir(follow_symlinks=False):
                waiting += [last, path]
                break
            elif may_be_letter(entry.name):
                # A pipe or a device of that name is refused by name when it is opened.
                yield Found(path)
            elif is_unread(entry.name):
                yield Found(path, "left_out")


def _linked(path: Path, root: str) -> Iterator[Found]:
    """A link; one to a file that the walk meets under its own name needs no word."""
    real = Path(os.path.realpath(path))
    if not _mode(real):
        if may_be_letter(path.name):
            yield Found(path, "dangling")
    elif not real.is_relative_to(root):
        if stat.S_ISDIR(_mode(real)) or may_be_letter(path.name):
            yield Found(path, "outside")
    elif is_file(real) and may_be_letter(path.name) and not may_be_letter(real.name):
        yield Found(path)


def is_file(path: Path) -> bool:
    """Whether a path leads to a regular file, as far as the system lets us know."""
    return stat.S_ISREG(_mode(path))


def _mode(path: Path) -> int:
    """What a path leads to; 0 where the system does not tell, over which pathlib raises."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0


def is_address(text: str) -> bool:
    """Whether an argument of the command line means a page and no file.

    One that begins as no address that is read (ftp://) is one too: who asks for it is told so.
    """
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]{1,20}://", text) is not None

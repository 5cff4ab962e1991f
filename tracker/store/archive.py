"""The letters' bytes as they came, named by their SHA-256; written once and never again.

archive/ab/abcdef….bin
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.errors import StoreError

#: What may be found of a file when it is read again.
State = Literal["whole", "changed", "missing", "unreadable"]

#: Columns that name files of the archive.
_NAMING: Final = (
    ("letters", "sha256"),
    ("progress_reports", "evidence_sha256"),
    ("official_letters", "sha256"),
)
_NAME: Final = re.compile(r"[0-9a-f]{64}")
#: Where files are written before they get their names.
_PARTS: Final = "parts"
_DAY: Final = 24 * 60 * 60
#: Threads that wait for the disk at once.
_SIDE_BY_SIDE: Final = 8


def put(folder: Path, data: bytes) -> str:
    """Keep bytes and give back their name. Bytes known already are left as they are.

    Args:
        folder: the archive.
        data: a file's content.

    Raises:
        StoreError: the disk refuses; nothing half-written is left under the name.
    """
    return put_all(folder, [data])[0]


def put_all(folder: Path, files: Sequence[bytes]) -> list[str]:
    """Keep the bytes of several files, as `put` does, and give back their names.

    When it returns all of them are safe on the disk; many take little longer than one, because the
    disk is waited for at the end.
    """
    names = [hashlib.sha256(data).hexdigest() for data in files]
    places = {path_of(folder, name): data for name, data in zip(names, files, strict=True)}
    at, parts = folder, dict[Path, Path]()
    try:
        (folder / _PARTS).mkdir(parents=True, exist_ok=True)
        for at, data in places.items():
            if not (at.is_file() and at.stat().st_size == len(data)):
                at.parent.mkdir(exist_ok=True)
                parts[at] = _write(folder / _PARTS, data)
        _sweep(folder / _PARTS)
        _sync(parts.values(), os.O_RDWR)
        for at, part in parts.items():
            part.replace(at)
        # The names too must survive a power cut, those that another process made just now as well.
        if os.name == "posix":  # Windows has no way to ask for it
            _sync({path.parent for path in places} | {folder}, os.O_RDONLY)
    except OSError as error:
        raise StoreError(f"{at}: cannot keep the file: {error.strerror}") from error
    finally:
        for part in parts.values():
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
    return names


def path_of(folder: Path, sha256: str) -> Path:
    """Where the bytes of that name lie.

    Raises:
        StoreError: this is no name of the archive.
    """
    if not _NAME.fullmatch(sha256):
        raise StoreError(f"{sha256!r} is no name of the archive")
    return folder / sha256[:2] / f"{sha256}.bin"


def state(folder: Path, name: str) -> State:
    """Whether the bytes of a name are what they were when it was given.

    Args:
        folder: the archive.
        name: as the ledger has it; it may have been changed there.
    """
    if not _NAME.fullmatch(name):
        return "missing"
    try:
        with path_of(folder, name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except OSError:
        return "unreadable"
    return "whole" if found == name else "changed"


def missing_files(session: Session, archive: Path) -> tuple[str, ...]:
    """The files that the ledger names and the archive does not have.

    Args:
        session: of `Store.read`.
        archive: its folder.
    """
    names = named_files(session)
    return tuple(name for name in names if not (archive / name[:2] / f"{name}.bin").is_file())


def named_files(session: Session) -> tuple[str, ...]:
    """The names of all files of the archive that the ledger refers to, in order."""
    names = {
        row[0]
        for table, column in _NAMING
        for row in session.execute(
            text(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608 - ours
        )
    }
    return tuple(sorted(names))


def _write(folder: Path, data: bytes) -> Path:
    """The bytes in a temporary file, not yet safe."""
    handle, name = tempfile.mkstemp(suffix=".part", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    return Path(name)


def _sync(paths: Iterable[Path], flags: int) -> None:
    """Wait until files or folders are safe; side by side, as a disk takes them in one go."""

    def one(path: Path) -> None:
        handle = os.open(path, flags)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    waiting = list(paths)
    if len(waiting) < _SIDE_BY_SIDE:
        for path in waiting:
            one(path)
        return
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
        list(threads.map(one, waiting))


def _sweep(folder: Path) -> None:
    """Take away what a process that was killed has left, a day after the newest file there."""
    left: dict[str, float] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            # Another process may just have given a file its name.
            with contextlib.suppress(FileNotFoundError):
                left[entry.path] = entry.stat().st_mtime
    for path, written in left.items():
        if max(left.values()) - written > _DAY:
            with contextlib.suppress(OSError):
                Path(path).unlink()

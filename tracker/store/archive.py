"""The letters' bytes as they came, named by their SHA-256; written once and never again.

archive/ab/abcdef….bin
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Final

from tracker.errors import StoreError

_NAME: Final = re.compile(r"[0-9a-f]{64}")


def put(folder: Path, data: bytes) -> str:
    """Keep bytes and give back their name. Bytes known already are left as they are.

    Args:
        folder: the archive.
        data: a file's content.

    Raises:
        StoreError: the disk refuses; nothing half-written is left under the name.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(folder, sha256)
    try:
        if path.is_file() and path.stat().st_size == len(data):
            return sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, data)
    except OSError as error:
        raise StoreError(f"{path}: cannot keep the file: {error.strerror}") from error
    return sha256


def path_of(folder: Path, sha256: str) -> Path:
    """Where the bytes of that name lie.

    Raises:
        StoreError: this is no name of the archive.
    """
    if not _NAME.fullmatch(sha256):
        raise StoreError(f"{sha256!r} is no name of the archive")
    return folder / sha256[:2] / f"{sha256}.bin"


def _write(path: Path, data: bytes) -> None:
    """All or nothing: a temporary file beside it, safely on the disk, then renamed."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """The name too must survive a power cut; Windows has no way to ask for it."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

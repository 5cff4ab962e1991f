"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import uuid
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part.

    Args:
        path: in a folder that exists.
        content: all of it.

    Raises:
        OSError: the place cannot be written to; nothing is left behind.
    """
    # Of a length of its own, as that of the file may be the longest there is; of chance, as others
    # write beside us, in a container perhaps under the same number of a process.
    part = path.with_name(f".tracker-{uuid.uuid4().hex[:16]}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        raise

"""A file that a person names as evidence: its name and its bytes, from a regular file only."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from tracker.errors import ReadingError

#: Larger than any scan or photograph; what exceeds it does not belong into an archive of letters.
MAX_BYTES: Final = 50 * 1024 * 1024
#: Flags of `os.open` that some systems lack: a pipe must not keep us waiting.
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
)


def attached(path: Path) -> tuple[str, bytes]:
    """The name of a file without its folders, and its bytes.

    A link may lead to another file of its own folder: one that leaves it could bring in anything
    that this program may read, under a name that says nothing of it.

    Args:
        path: where it lies.

    Raises:
        ReadingError: it cannot be opened, is no regular file, is empty, too large or a link that
            leads out; the message is the reason only.
    """
    try:
        real = Path(os.path.realpath(path))
        if path.is_symlink() and real.parent != Path(os.path.realpath(path.parent)):
            raise ReadingError("is a link that leads out of its folder; name the file itself")
        handle = os.open(real, _FLAGS)
        try:
            status = os.fstat(handle)
            if stat.S_ISDIR(status.st_mode):
                raise ReadingError("is a folder, not a file")
            if not stat.S_ISREG(status.st_mode):
                raise ReadingError("is not a regular file")
            with open(handle, "rb", closefd=False) as file:
                data = file.read(MAX_BYTES + 1)
        finally:
            os.close(handle)
    except OSError as error:
        raise ReadingError((error.strerror or str(error)).lower()) from error
    except ValueError as error:  # a NUL in the name
        raise ReadingError("is not a usable file name") from error
    if not data:
        raise ReadingError("is empty")
    if len(data) > MAX_BYTES:
        raise ReadingError(
            f"is larger than {MAX_BYTES // 1024 // 1024} MB; as evidence take a part"
        )
    return path.name, data

"""A copy of archived bytes that a person can open: with an ending, and nothing in it that acts."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Final

from tracker.errors import ReadingError, StoreError
from tracker.letters.reading import read_bytes

#: A stored page is looked at: it loads nothing and runs nothing, whoever wrote it.
_STILL: Final = (
    '<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
)
#: Endings that the system opens with a reader of documents, and never runs.
_ENDINGS: Final = frozenset({".doc", ".docx", ".wps", ".pdf", ".ofd", ".txt", ".eml"})


def copy_of(folder: Path, path: Path, sha256: str, encoding: str, source: str) -> Path:
    """Write the copy, under the same name each time.

    Args:
        folder: of the installation; copies lie in a folder of their own there.
        path: the archived bytes.
        sha256: their name.
        encoding: how they were decoded.
        source: where they came from; its ending tells their kind where the bytes do not.

    Raises:
        StoreError: the disk refuses.
    """
    try:
        data = path.read_bytes()
        ending = _ending(data, source)
        if ending == ".html":
            data = ("\ufeff" + _STILL + data.decode(encoding, "replace").lstrip("\ufeff")).encode()
        copies = folder / "copies"
        copies.mkdir(parents=True, exist_ok=True)
        copy = copies / f"{sha256[:16]}{ending}"
        copy.write_bytes(data)
    except OSError as error:
        raise StoreError(f"{path}: cannot be copied: {error.strerror}") from error
    return copy.resolve()


def _ending(data: bytes, source: str) -> str:
    """By the content as it was read, else by the name; what could be a program is text."""
    name = source.partition("?")[0]
    try:
        kind = f".{read_bytes(data, name).format}"
    except ReadingError:
        kind = ""
    if kind == ".html":
        return kind
    ending = PurePosixPath(name).suffix.lower()
    return ending if ending in _ENDINGS else (kind or ".txt")

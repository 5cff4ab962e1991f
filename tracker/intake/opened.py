"""What archives and mails held when they were read, so that the same ones need not be read again.

It lies beside the archived letters, named by the SHA-256 of the container's bytes; a container itself
is not kept. Whether its letters are known, the ledger tells: what lies here only says which they are.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tracker.intake.extracting import Taken
from tracker.intake.pool import Done
from tracker.store import archive


class Opened:
    """The contents of containers, noted while they are read.

    Args:
        folder: the archive of letters.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._letters: list[tuple[str | None, str]] = []
        self._left_out: list[str | None] = []
        self._whole = True

    def see(self, done: Done) -> None:
        """Take note of a part; called with all parts of an item, and then with its end.

        A container with something in it that is no letter is read again the next time: it is named
        again, and perhaps it can be read by then.
        """
        part = done.part
        if part is None:
            if self._whole and self._letters:
                self._note(hashlib.sha256(done.item.data).hexdigest())
            self._letters, self._left_out, self._whole = [], [], True
        elif isinstance(part.found, Taken) and part.data is not None:
            self._letters.append((part.member, part.found.sha256))
        elif part.left_out:
            self._left_out.append(part.member)
        else:
            self._whole = False

    def letters_in(self, sha256: str) -> list[tuple[str | None, str]]:
        """Names and SHA-256 of the letters that a container holds; none where they are not known.

        Args:
            sha256: of the bytes of any file.
        """
        return [(name, letter) for name, letter in self._noted(sha256).get("letters", ())]

    def left_out_of(self, sha256: str) -> tuple[str | None, ...]:
        """Names of what such a container holds in forms that are not read, to be told each time.

        Args:
            sha256: of the bytes of a container whose letters are known.
        """
        return tuple(self._noted(sha256).get("left_out", ()))

    def _noted(self, sha256: str) -> dict[str, Any]:
        """What was noted of a container; nothing where that is not known any more."""
        try:
            noted = json.loads(self._place(sha256).read_bytes())
        except (OSError, ValueError):
            return {}
        # Another version may find more in it.
        current = isinstance(noted, dict) and noted.get("version") == _version()
        return noted if current and "left_out" in noted else {}

    def _note(self, sha256: str) -> None:
        place = self._place(sha256)
        part = place.with_suffix(".part")
        noted = {
            "version": _version(),
            "letters": self._letters,
            "left_out": self._left_out,
        }
        # Where the disk refuses, the container is read again, and no more is lost.
        with contextlib.suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(noted, ensure_ascii=False), encoding="utf-8")
            part.replace(place)

    def _place(self, sha256: str) -> Path:
        return archive.path_of(self._folder, sha256).with_suffix(".json")


@cache
def _version() -> str:
    return version("commitment-tracker")

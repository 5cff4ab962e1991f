"""What may lie in memory together, where all that an archive holds is waited for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tracker.intake.extracting import Part

#: Letters that were unpacked take so many bytes at most.
MOST_UNPACKED: Final = 200 * 1024 * 1024


@dataclass
class Room:
    """Room for letters that were unpacked; those that find none are named, without their bytes.

    Args:
        remedy: how they can be imported all the same.
        most: bytes of all of them.
    """

    remedy: str
    most: int = MOST_UNPACKED
    _taken: int = field(default=0, init=False)

    def put(self, part: Part) -> Part:
        """The part, or in its place why it is left behind.

        Args:
            part: its bytes count where they are its own, and not those of the archive.
        """
        size = len(part.data or b"")
        if self._taken + size > self.most:
            reason = f"not kept: letters of more than {self.most >> 20} MB came together; "
            return Part(reason + self.remedy, part.member)
        self._taken += size
        return part

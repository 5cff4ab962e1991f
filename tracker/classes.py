"""What config.toml says of the classes of results, A to D: [results.npc], [results.cppcc].

Where a place says nothing, they mean what the office of the NPC's standing committee counts
(data/lexicon/header.toml, [results]); some places shift them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Final

from tracker.address import printable

#: Letter → (Chinese, English).
_USUAL: Final = {
    "A": ("已解决或基本解决", "solved, or solved in the main"),
    "B": ("正在解决或已列入规划逐步解决", "being solved, or planned"),
    "C": (
        "因条件限制或其他原因待以后解决",
        "to be solved later, for want of means or other reasons",
    ),
    "D": ("留作参考", "noted for reference"),
}
#: A longer meaning is no heading.
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Classes:
    """What the letters mean for one body; "" leaves the usual meaning."""

    A: str = ""
    B: str = ""
    C: str = ""
    D: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """The classes of each body, by the values of `suggestions.body`."""

    npc: Classes = field(default_factory=Classes)
    cppcc: Classes = field(default_factory=Classes)

    def meaning(self, body: str, letter: str, *, english: bool = False) -> str:
        """What a class means, "" where it is none of A to D.

        Args:
            body: npc, cppcc or another, which has the usual meanings.
            letter: as the letter gives it.
            english: in English where the place has no meaning of its own.
        """
        if letter not in _USUAL:
            return ""
        own = getattr(getattr(self, body, None), letter, "")
        return own or _USUAL[letter][english]


def wrong_results(results: Results) -> Iterator[tuple[str, str]]:
    """Each key of [results] that cannot be, with what is wrong about it."""
    for body in fields(Results):
        for letter in fields(Classes):
            text = getattr(getattr(results, body.name), letter.name)
            if not printable(text) or len(text) > _LONGEST:
                key = f"results.{body.name}.{letter.name}"
                yield key, f"must be one line of at most {_LONGEST} characters"

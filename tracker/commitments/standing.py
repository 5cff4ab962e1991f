"""Who stands charged with a whole paragraph: a unit that answers it, or that its opening names.

"市财政局:……" answers everything up to the next such label; "此项工作由市水利局牵头。……" is said
of all that follows in the paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tracker.commitments.readings import Reading


class Standing:
    """Follows the clauses of a letter in their order.

    Args:
        readings: the clauses of the letter, read.
    """

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._readings = readings
        self._paragraph = self._section = self._sentence = -1
        self.names: tuple[str, ...] = ()
        #: Whether the unit itself speaks.
        self.labelled = False

    def label(self, names: tuple[str, ...], index: int) -> None:
        """Clause `index` is nothing but the name of who answers from here on."""
        clause = self._readings[index].clause
        self.names, self.labelled = names, True
        self._paragraph, self._section, self._sentence = clause.paragraph, -1, -1
        after = index + 1
        if (
            after == len(self._readings)
            or self._readings[after].clause.paragraph != clause.paragraph
        ):
            self._section = clause.section  # on a line of its own: up to the next label or heading

    def charge(self, index: int) -> None:
        """Clause `index` opens a paragraph with who does its task, where its sentence says no more."""
        clause = self._readings[index].clause
        last = index
        while last - index < _HELPERS and self._readings[last].clause.closer == ",":
            last += 1
            if last == len(self._readings) or "配合" not in self._readings[last].clause.text:
                return
        if self._readings[last].clause.closer in _FULL:
            self.labelled = False
            self._paragraph, self._section = clause.paragraph, -1
            self._sentence = clause.sentence

    def charging(self, index: int) -> bool:
        """Whether clause `index` belongs to the sentence that charges."""
        return self._readings[index].clause.sentence == self._sentence

    def at(self, index: int) -> tuple[str, ...]:
        """Who stands charged at clause `index`; () where nobody does."""
        clause = self._readings[index].clause
        if clause.paragraph == self._paragraph or clause.section == self._section:
            return self.names
        return ()


#: Clauses on who helps, behind who leads.
_HELPERS: Final = 3
_FULL: Final = frozenset("。:")

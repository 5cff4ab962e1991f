"""Names of the sheets of a workbook, as Excel takes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tracker.reports.clean import one_line

#: Excel's limit, in characters of UTF-16.
_LONGEST: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")


class SheetNames:
    """Gives each sheet a name of its own.

    Args:
        taken: names that are given already.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.lower() for name in taken}

    def of(self, wanted: str) -> str:
        """A name as near to the one that is wanted as Excel allows.

        No forbidden sign, no apostrophe at an end, not "History" (which is reserved), at most 31
        characters, and none twice, whatever the case of its letters.
        """
        plain = _FORBIDDEN.sub(" ", one_line(wanted)).strip().strip("'").strip()
        if not plain or plain.lower() == "history":
            plain = f"{plain}_"
        number = 1
        while True:
            tail = "" if number == 1 else f" ({number})"
            name = _cut(plain, _LONGEST - len(tail)) + tail
            if name.lower() not in self._taken:
                self._taken.add(name.lower())
                return name
            number += 1


def _cut(text: str, most: int) -> str:
    """The beginning of a text in so many UTF-16 units, no sign parted."""
    while len(text.encode("utf-16-le")) > most * 2:
        text = text[:-1]
    return text.rstrip().rstrip("'")

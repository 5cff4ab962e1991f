"""The settings of letters of supervision (催办函, 督办函)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.address import printable


@dataclass(frozen=True, slots=True)
class Letters:
    """How letters are numbered (发文机关代字, as 云人办函), whom to ask, and the working days that a
    unit has to answer."""

    code: str = ""
    contact: str = ""
    reply_days: int = 10


def wrong_letters(letters: Letters) -> Iterator[tuple[str, str]]:
    """Each key with what is wrong about it.

    Args:
        letters: as the file has it.
    """
    for key, text in (("code", letters.code), ("contact", letters.contact)):
        if not printable(text):
            yield f"letters.{key}", "must be one line without control characters"
    if len(letters.code) > 40 or "〔" in letters.code:
        yield "letters.code", "must be the part of a number before the year, such as 云人办函"
    if not 1 <= letters.reply_days <= 250:
        yield "letters.reply_days", "must be 1 to 250 working days"

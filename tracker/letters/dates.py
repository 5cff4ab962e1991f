"""Dates as the head and the tail of a letter write them. Deadlines have a grammar of their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Final

from tracker.letters.words import compiled

_DIGITS: Final = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": "0", "○": "0", "O": "0", "o": "0", "0": "0", "Ο": "0", "О": "0", "壹": "1", "贰": "2",
}  # fmt: skip
_ZERO: Final = "〇零○OoΟО0"
_CHINESE_YEAR: Final = rf"[二2][{_ZERO}][{_ZERO}一二三四五六七八九]{{2}}"
_CHINESE_DAY: Final = r"(?:[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅一?|[初〇零]?[一二三四五六七八九])"


@cache
def _dates() -> re.Pattern[str]:
    """Every written form of a whole day; the year is of this century or the last of the one before.

    Must not match inside a longer number: a document number, an index number, a phone number.
    """
    return re.compile(
        rf"(?P<cy>{_CHINESE_YEAR})年(?P<cm>{_CHINESE_DAY})月(?P<cd>{_CHINESE_DAY})[日号]?"
        r"|(?<![\d-])(?P<y>(?:19|20)\d\d)(?:"
        r"\s?年\s?(?P<m1>\d{1,2})\s?月\s?(?P<d1>\d{1,2})(?!\d)\s?[日号]?"
        r"|(?P<sep>[-/.])(?P<m2>\d{1,2})(?P=sep)(?P<d2>\d{1,2})(?![\d./-])"
        r"|\s(?P<m3>\d{1,2})\s(?P<d3>\d{1,2})(?!\d)"
        r"|(?P<glued>\d{2,4})(?![\d-])(?!年)"
        r")"
    )


def find_dates(text: str) -> Iterator[tuple[int, int, date]]:
    """Start, end and day of each whole date written in a text, in order."""
    for match in _dates().finditer(text):
        day = _day(match)
        if day is not None:
            yield match.start(), match.end(), day


def only_date(text: str) -> date | None:
    """The day of a text that is a date and nothing else, brackets and blanks apart."""
    bare = text.strip(" ()[]【】〔〕*_-|")
    if not 6 <= len(bare) <= 24:
        return None
    match = _dates().fullmatch(bare)
    return _day(match) if match else None


#: As people type a day; the second mark is the first one again.
_TYPED: Final = (
    r"([0-9]{4})\s?(?:年\s?([0-9]{1,2})\s?月\s?([0-9]{1,2})\s?[日号]?"
    r"|([-/.])\s?([0-9]{1,2})\s?\4\s?([0-9]{1,2})|([0-9]{2})([0-9]{2}))"
)


def typed_day(text: str) -> date | None:
    """The day that a person has typed: 2023-05-10 · 2023年5月10日 · 2023/5/10 · 2023.5.10 · 20230510.

    Args:
        text: signs of full width and blanks around do not matter.

    Returns:
        None where it is anything else, or a day that no calendar has.
    """
    bare = unicodedata.normalize("NFKC", text).strip()
    match = compiled(_TYPED).fullmatch(bare) if len(bare) <= 24 else None
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part and part not in "-/.")
    try:
        return date(year, month, day)
    except ValueError:
        return None


_FROM_YEAR_ON: Final = rf" ?(?:20\d\d|二[{_ZERO}一二三四五六七八九])[^。,;:]{{0,16}}$"


def before_date(text: str) -> str:
    """A line of a signature up to its date: 县民政局 of 县民政局 2023年5月23日."""
    if "20" not in text and "二" not in text:
        return text
    return compiled(_FROM_YEAR_ON).sub("", text)


def _day(match: re.Match[str]) -> date | None:
    if match["cy"]:
        year = int("".join(_DIGITS.get(char, char) for char in match["cy"]))
        return _valid(year, _chinese(match["cm"]), _chinese(match["cd"]))
    year = int(match["y"])
    if match["glued"]:
        return _glued(year, match["glued"])
    month = match["m1"] or match["m2"] or match["m3"]
    day = match["d1"] or match["d2"] or match["d3"]
    return _valid(year, int(month), int(day))


def _glued(year: int, digits: str) -> date | None:
    """A date that lost its separators: 0630, 630, 1230, 56.

    Three digits can be cut in two ways where both are days (111 is 1-11 or 11-1). The month of two
    digits is taken: sessions are held in January and February, replies come from spring to winter.
    """
    if len(digits) == 4:
        return _valid(year, int(digits[:2]), int(digits[2:]))
    if len(digits) == 2:
        return _valid(year, int(digits[0]), int(digits[1]))
    return _valid(year, int(digits[:2]), int(digits[2])) or _valid(
        year, int(digits[0]), int(digits[1:])
    )


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1980 <= year < 2100 else None
    except ValueError:
        return None


def _chinese(text: str) -> int:
    """1 to 31 in Chinese: 六, 十二, 二十, 三十一, 廿三, 初五."""
    text = text.lstrip("初〇零").replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int(_DIGITS[ones])
    return (int(_DIGITS[tens]) if tens else 1) * 10 + (int(_DIGITS[ones]) if ones else 0)

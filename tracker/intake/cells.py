"""What one cell of an office's table means: a number, a day, people, units. Pure."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

from tracker.address import mail_address, printable
from tracker.commitments.deadlines import resolve
from tracker.intake.sheets import NO_VALUE
from tracker.letters.dates import only_date
from tracker.letters.model import Body
from tracker.letters.names import names_apart
from tracker.letters.subjects import number_of
from tracker.letters.text import normalise
from tracker.letters.words import either, words

#: What Excel shows where a formula failed.
_ERRORS: Final = {
    NO_VALUE, "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!",
}  # fmt: skip
_HALF: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_NUMBER: Final = re.compile(
    r"(?:[A-Za-z一-龥]{1,8}[-:.]?)?(?:[(\[〔【](?:19|20)\d\d[)\]〕】]|(?:19|20)\d\d(?:年|-))?"
    r"第?(?:[A-Za-z]{1,6}-?)?(?:\d{1,18}|[一二三四五六七八九十百〇零]{1,6})(?:\.0+)?"
    r"号?(?:建议|提案|议案|件)?"
)
#: What offices note behind a number: 26(重点督办) · 第26号〔B类〕.
_MARKED: Final = re.compile(r"(?<=.)[(\[〔【][A-Za-z一-龥]{1,10}[)\]〕】]$")
_PARTED: Final = r"[、,;/|\n\r]+"
#: 等10人 · 共3名代表 · 等: how many there are, not who.
_HOW_MANY: Final = re.compile(
    r"(?:(?:等|共|及其他|和其他|及另外)\s{0,4}(?:[\d一二三四五六七八九十百]{1,6}\s{0,4}余?(?:人|名|位)?)?"
    r"|[\d一二三四五六七八九十百]{1,6}\s{0,4}余?(?:人|名|位))\s{0,4}(?:代表|委员|政协委员|人大代表)?$"
)
#: It stands at the end of a text, within so many signs.
_COUNT_WITHIN: Final = 40
_AND_OTHERS: Final = re.compile(r"等(?:相关|有关)?(?:单位|部门)?$")
_ASSIST: Final = "协办|会办|配合|参与|协助"
_ROLE: Final = re.compile(rf"(?P<assist>{_ASSIST})?(?:主办|牵头|承办|{_ASSIST})?(?:单位|部门)?:")
#: What programs put behind a day that they take for a moment.
_AT_MIDNIGHT: Final = re.compile(r"(?<=\d)[T ] ?0?0:00(?::00(?:\.0{1,6})?)?$")
_YEAR_MONTH_DAY: Final = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d")
_MONTH_DAY: Final = re.compile(r"(\d{1,2})[./月-](\d{1,2})(?:日|号)?(?:之?前)?")


class CellError(Exception):
    """A cell cannot be understood. `reason` is a key of the command line's table of faults."""

    def __init__(self, reason: str, **values: Any) -> None:
        super().__init__(f"{reason} {values}")
        self.reason, self.values = reason, values


def half(text: str) -> str:
    """A text with full-width digits, letters, marks and blanks made half-width; names stay."""
    return text.translate(_HALF)


def plain(text: str, longest: int) -> str:
    """A name or phrase of one line, as it is written.

    Raises:
        CellError: it is too long, holds signs that nobody sees, or is a formula without a value.
    """
    if text in _ERRORS:
        raise CellError("formula", value=text)
    if not printable(text):
        raise CellError("unprintable")
    if len(text) > longest:
        raise CellError("long", n=longest)
    return text


def joined(text: str, longest: int) -> str:
    """A title, whose lines in the cell are one."""
    return plain("".join(part.strip() for part in re.split(r"[\r\n]+", text)), longest)


def mail(text: str) -> str | None:
    """A mail address; None where the cell is empty."""
    if not text:
        return None
    try:
        return mail_address(plain(half(text), 1000))
    except ValueError as error:
        raise CellError("mail", value=text[:80]) from error


def number(text: str) -> int | None:
    """The number of a suggestion: 25 · 025 · 第25号 · A25 · 〔2023〕25号; None where empty."""
    bare = "".join(half(plain(text, 1000)).split())
    if not bare:
        return None
    bare = _MARKED.sub("", bare)
    found = number_of(re.sub(r"\.0+(?=号|$)", "", bare)) if _NUMBER.fullmatch(bare) else None
    if found is None or not 0 < found < 10**18:
        raise CellError("number", value=text[:40])
    return found


def day(text: str, year: int) -> dt.date | None:
    """A day: 2023-05-31 · 2023年5月31日前 · 5月底前 of a given year; None where empty.

    Args:
        text: of the cell.
        year: that words without a year mean, 0 where unknown.

    Raises:
        CellError: it is no day, a day that counts from another, or lacks its year.
    """
    written = _AT_MIDNIGHT.sub("", half(plain(text.replace("\n", ""), 1000)).strip())
    if not written:
        return None
    whole = only_date(re.sub(r"(?:之|以)?前$", "", written))
    if whole is not None:
        return whole
    short = _MONTH_DAY.fullmatch(written)
    if _YEAR_MONTH_DAY.match(written) or (short and not _is_day(int(short[1]), int(short[2]))):
        raise CellError("day", value=text[:40])  # 2023-02-30
    if short:
        written = f"{int(short[1])}月{int(short[2])}日"
    told = _resolved(written, year) if len(written) <= 60 else None
    if told is None:
        known = _resolved(written, 2000) if len(written) <= 60 else None
        raise CellError("year" if known and not year else "day", value=text[:40])
    if not 1990 <= told.year < 2100:
        raise CellError("day", value=text[:40])
    return told


def _is_day(month: int, of_month: int) -> bool:
    try:
        dt.date(2000, month, of_month)
    except ValueError:
        return False
    return True


def _resolved(written: str, year: int) -> dt.date | None:
    """The day that words mean in a year; None for what counts from the day of writing (三个月内)."""
    text = normalise(written).text
    if not year:
        found = resolve(text, None)
        return found.last if found else None
    days = {
        found.last if (found := resolve(text, dt.date(year, 1, of_month))) else None
        for of_month in (1, 17)
    }
    return days.pop() if len(days) == 1 else None


def people(text: str) -> tuple[str, ...]:
    """Names of deputies, without titles, brackets and how many more there are: 王强、李梅等10人."""
    titles = either(words("header", "recipients", "titles"))
    found: list[str] = []
    bare = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", half(text))
    for part in re.split(_PARTED, bare):
        for name in names_apart(_uncounted(part.strip())):
            name = re.sub(rf"(?<=..){titles}$", "", _uncounted(name)).strip(" .。:")
            if not name:
                continue
            if re.search(r"\d", name):
                raise CellError("person", value=name[:40])
            found.append(plain(name, 80))
    return tuple(dict.fromkeys(found))


def person(text: str) -> str:
    """The name of one person, as letters write it: 李　梅, padded in a list, is 李梅.

    Blanks between words of two characters and more (阿依古丽 买买提) part the name itself and stay.
    """
    apart = list(names_apart(text))
    return apart[0] if len(apart) == 1 else text


def _uncounted(text: str) -> str:
    """A text without how many more there are."""
    found = _HOW_MANY.search(text, max(0, len(text) - _COUNT_WITHIN))
    return text[: found.start()].rstrip() if found else text


def units(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of units in a cell: those that answer, and those marked as assisting.

    主办：县教育局；协办：县财政局 · 县教育局（主办）、县财政局（协办）
    """
    lead: list[str] = []
    assist: list[str] = []
    into = lead
    for part in re.split(rf"{_PARTED}|\s+", half(text)):
        role = _ROLE.match(part)
        if role:
            into = assist if re.search(_ASSIST, role[0]) else lead
            part = part[role.end() :]
        marked = re.search(r"\(([^()]*)\)", part)
        name = _AND_OTHERS.sub("", re.sub(r"\([^()]*\)", "", part)).strip(" .。:")
        if name:
            home = assist if marked and re.search(_ASSIST, marked[1]) else into
            home.append(plain(name, 100))
    return tuple(dict.fromkeys(lead)), tuple(dict.fromkeys(assist))


def other_names(text: str) -> tuple[str, ...]:
    """The 简称 of a unit, as written."""
    parts = [part.strip() for part in re.split("[、,，;；]", text)]
    return tuple(dict.fromkeys(plain(part, 120) for part in parts if part))


def body_of(text: str) -> Body | None:
    """Which congress a word means: 提案 and 委员 the CPPCC, 建议 and 代表 the NPC; None if both."""
    npc = re.search("人大|代表|建议|议案", text.replace("建议提案", ""))
    cppcc = re.search("政协|委员(?!会)|提案", text.replace("建议提案", ""))
    if bool(npc) == bool(cppcc):
        return None
    return "npc" if npc else "cppcc"

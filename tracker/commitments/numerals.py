"""Numbers as Chinese official letters write them, read into :class:`~decimal.Decimal`.

Two things live here: regular-expression fragments that say which characters form a number, and
:func:`parse_number`, which reads what a fragment matched. Text is expected to be normalised
(simplified characters, half-width digits); a full-width comma as separator is still understood.

The fragments are possessive, so a number is taken whole or not at all. That keeps a search linear
on hostile input, and no pattern built from them can split 2733 into 27 and 33.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Final

#: Chinese digits. 两 is two before a measure word; 〇, ○ and 零 are all written for zero.
DIGIT_VALUES: Final = {
    "零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5,
    "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
#: Formal numerals of contracts and invoices, read as their everyday forms.
FORMAL: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟俩", "一二三四五六七八九十百千两")
#: Powers inside a group of four digits.
SMALL_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
#: Contracted tens: 廿三 is 23, 卅 is 30.
CONTRACTED: Final = {"廿": 20, "卅": 30}
#: Powers that scale everything before them.
LARGE_UNITS: Final = {"万": 10_000, "亿": 100_000_000}
#: "somewhat more than": dropped by :func:`parse_number`, a ">=" to the reader of quantities.
VAGUE: Final = "余多几来"

CHINESE_CHARS: Final = "".join((*DIGIT_VALUES, *SMALL_UNITS, *CONTRACTED))

#: 2733 · 2,733 · 1，480 · 27032.8. No sign; not a piece of a longer digit string.
ARABIC: Final = r"(?:\d{1,3}(?:[,，]\d{3}){1,5}+(?!\d)|\d{1,15}+)(?:\.\d{1,10}+)?"
#: 二十 · 一千五百 · 两 · 廿三 · 一点五. Not 万 and 亿, which stay with the unit.
CHINESE: Final = rf"[{CHINESE_CHARS}]{{1,20}}+(?:点[{''.join(DIGIT_VALUES)}]{{1,10}}+)?"
#: Either of them.
NUMBER: Final = rf"(?:{ARABIC}|{CHINESE})"


@cache
def _tokens() -> re.Pattern[str]:
    """Split a compact number into arabic literals and single Chinese characters."""
    return re.compile(r"\d+(?:\.\d+)?|\.\d+|.")


def parse_number(text: str) -> Decimal:
    """Read one whole number: ``1.2万``, ``2,733``, ``一千五百``, ``二十余``, ``百分之九十五``.

    Vague letters (余, 多, 几, 来) are dropped: 二十余 is 20. A percentage gives its percent
    figure, any other fraction its quotient. Raises :class:`ValueError` on anything else.
    """
    compact = "".join(text.split())
    if compact.isascii():
        return _arabic(compact)
    compact = compact.replace(",", "").replace("，", "").translate(FORMAL)
    denominator, over, numerator = compact.partition("分之")
    if over:
        if denominator == "百":
            return _mixed(numerator)
        divisor = _mixed(denominator)
        if not divisor:
            raise ValueError(f"not a number: {text!r}")
        return _mixed(numerator) / divisor
    return _mixed(compact)


def _arabic(text: str) -> Decimal:
    """A plain arabic literal with optional separators."""
    digits = text.replace(",", "")
    if not digits.replace(".", "", 1).isdecimal():
        raise ValueError(f"not a number: {text!r}")
    return Decimal(digits)


def _mixed(text: str) -> Decimal:
    """Chinese, or arabic with 十 百 千 万 亿, with an optional decimal part after 点."""
    whole, point, fraction = text.partition("点")
    if not whole:
        raise ValueError(f"not a number: {text!r}")
    value = _whole(whole)
    if not point:
        return value
    digits = "".join(str(DIGIT_VALUES.get(char, "x")) for char in fraction)
    if not digits.isdecimal():
        raise ValueError(f"not a number: {text!r}")
    return value + Decimal(f"0.{digits}")


def _whole(text: str) -> Decimal:
    """The part before 点: a digit string (二〇二三) or groups scaled by 十 百 千 万 亿."""
    if len(text) > 1 and all(char in DIGIT_VALUES for char in text):
        return Decimal("".join(str(DIGIT_VALUES[char]) for char in text))
    total = group = Decimal(0)  # total: finished by 万 or 亿; group: the one being read
    pending: Decimal | None = None  # a digit whose unit has not come yet
    previous = 0  # the unit just read, for the short form 二百五
    read_any = False
    for token in _tokens().findall(text):
        if token in VAGUE:
            continue
        read_any = True
        if token in SMALL_UNITS:
            group += (Decimal(1) if pending is None else pending) * SMALL_UNITS[token]
            pending, previous = None, SMALL_UNITS[token]
        elif token in CONTRACTED:
            group += CONTRACTED[token]
            previous = 10
        elif token in LARGE_UNITS:
            total = _scale(total, group + (pending or 0), LARGE_UNITS[token])
            group, pending, previous = Decimal(0), None, LARGE_UNITS[token]
        elif token in DIGIT_VALUES and DIGIT_VALUES[token] == 0:
            previous = 0  # 零 ends the short form: 一百零五 is 105
        elif pending is not None:
            raise ValueError(f"not a number: {text!r}")
        else:
            pending = _digit(token, text)
            if len(token) > 1:
                previous = 0  # 3万4000 states its digits in full
    if not read_any:
        raise ValueError(f"not a number: {text!r}")
    if pending is not None and previous >= 10:
        pending = pending * previous / 10  # 二百五 is 250, 一万三 is 13000
    return total + group + (pending or 0)


def _digit(token: str, text: str) -> Decimal:
    if token in DIGIT_VALUES:
        return Decimal(DIGIT_VALUES[token])
    if token == "半":
        return Decimal("0.5")
    if token[0].isdecimal() or (token[0] == "." and len(token) > 1):
        return Decimal(token)
    raise ValueError(f"not a number: {text!r}")


def _scale(total: Decimal, group: Decimal, unit: int) -> Decimal:
    """Apply 万 or 亿: 四千万 adds a group, 四万亿 and 十万万 multiply what stands before."""
    if unit == LARGE_UNITS["亿"]:
        return ((total + group) or Decimal(1)) * unit
    if group:
        return total + group * unit
    return (total or Decimal(1)) * unit

"""Numbers with units: what a letter promises to count, spend, build or reach.

:func:`find_quantities` is the one public verb. It runs a single pattern over the text, whose
first element is a character class, so that text without numbers costs almost nothing; only what
the pattern takes is looked at in Python. Words come from data/lexicon/units.toml.

Never quantities: ordinals (第三届), codes and grades (G312, 4A级, 110千伏), titles in 《》, short
slogans in quotation marks, dates, phone and document numbers, and 一 in 一批, 一系列, 进一步.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal

from tracker.commitments.numerals import ARABIC, CHINESE, CHINESE_CHARS, parse_number
from tracker.resources import load_lexicon

Comparator = Literal[">=", "<=", "=", "~"]
QuantityKind = Literal[
    "count", "percent", "points", "money", "length", "area", "weight", "volume", "duration", "other"
]

#: How far before a number a comparator or a 每 is looked for.
_HEDGE_REACH: Final = 10
_RATE_REACH: Final = 24
_MONEY_REACH: Final = 16
_CLAUSE_STOPS: Final = "，,。；;、：:！!？?\n"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, hedges included in the span.

    `value` is the number as written and `unit` carries 万 or 亿 (Decimal(4500), "万元"); a range
    has its lower end as `value` and `upper` for the other. `approximate` tells a hedge of any kind
    (余, 约, 左右, a range). `indefinite` marks 一个 and the like, which may be no number at all.
    `rate` is the 每… that governs it (每月至少2次 → "每月", beginning at `rate_start`).
    `number_start` is where the digits begin.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    comparator: Comparator
    kind: QuantityKind = "count"
    upper: Decimal | None = None
    approximate: bool = False
    indefinite: bool = False
    rate: str | None = None
    rate_start: int | None = None
    number_start: int = 0


def find_quantities(text: str) -> list[Quantity]:
    """All quantities of a normalised text, in order, none overlapping."""
    words = _words()
    found: list[Quantity] = []
    floor = 0
    for match in _pattern().finditer(text):
        if match.lastgroup == "skip":
            continue
        quantity = _read(match, text, words, floor)
        if quantity is not None:
            found.append(quantity)
            floor = quantity.end
    return found


@dataclass(frozen=True, slots=True)
class _Words:
    """The lexicon in the shape that reading needs."""

    kinds: dict[str, str]
    before: tuple[tuple[str, Comparator], ...]
    before_ends: tuple[str, ...]
    reach: tuple[str, ...]
    after: dict[str, Comparator]
    one_never: frozenset[str]
    one_perhaps: frozenset[str]
    money: tuple[str, ...]


@cache
def _lexicon() -> dict[str, Any]:
    return load_lexicon("units")


@cache
def _words() -> _Words:
    data = _lexicon()
    sides: tuple[tuple[str, Comparator], ...] = (
        ("at_least", ">="),
        ("at_most", "<="),
        ("about", "~"),
    )
    hedges = data["comparators"]
    before = [(word, sign) for side, sign in sides for word in hedges[f"{side}_before"]]
    before.sort(key=lambda pair: -len(pair[0]))
    after = {word: sign for side, sign in sides for word in hedges[f"{side}_after"]}
    after |= dict.fromkeys(hedges["at_most_after_duration"], "<=")
    return _Words(
        kinds={unit: group["kind"] for group in data["groups"] for unit in group["units"]},
        before=tuple(before),
        before_ends=tuple(word for word, _ in before),
        reach=tuple(hedges["reach"]),
        after=after,
        one_never=frozenset(data["indefinite"]["one_never"]),
        one_perhaps=frozenset(data["indefinite"]["one_perhaps"]),
        money=tuple(data["money"]["words"]),
    )


@cache
def _pattern() -> re.Pattern[str]:
    """Skips and quantities in one pattern; it begins with a character class (fast search)."""
    data = _lexicon()
    hedges = data["comparators"]
    units = {unit for group in data["groups"] for unit in group["units"]}
    plain_after = [
        word for side in ("at_least", "at_most", "about") for word in hedges[f"{side}_after"]
    ]
    after = _either(plain_after + hedges["at_most_after_duration"])
    unit = _either(units, {unit: data["not_before"].get(unit, ()) for unit in units})
    small = rf"(?:[百千](?![米克瓦伏吨卡赫帕兆家{CHINESE_CHARS}]))?"
    large = r"(?:万亿|[万亿])?"
    number = rf"(?:{ARABIC}|(?:[百千万]分之)(?:{ARABIC}|{CHINESE})|{CHINESE})"
    gap = r"[ \t\n]{0,2}"
    return re.compile(
        rf"[《“\"0-9{CHINESE_CHARS}万](?:"
        # titles, and short slogans in quotation marks
        r"(?<=《)(?P<skip>[^《》]{0,80}(?:《[^《》]{0,60}》[^《》]{0,60})?》"
        r"|(?<=“)[^“”]{1,16}”|(?<=\")[^\"\n,。;，；]{1,16}\")"
        # a number that is not the tail of something else
        rf"|(?<=[0-9{CHINESE_CHARS}万])(?<![0-9.A-Za-z第{CHINESE_CHARS}万亿·∙•/*#_〔].)"
        rf"(?:(?<=.)(?=(?P<never>)x)|)"
        rf")"
    ) if False else re.compile(
        rf"(?:[《](?P<title>[^《》]{{0,80}}(?:《[^《》]{{0,60}}》[^《》]{{0,60}})?》)"
        rf")"
    )


def _either(words: Iterable[str], unless: dict[str, Iterable[str]] | None = None) -> str:
    """An alternation as a trie, longest first, each word unless followed by its exceptions."""
    raise NotImplementedError


def _read(match: re.Match[str], text: str, words: _Words, floor: int) -> Quantity | None:
    raise NotImplementedError

"""Promises made again: which promise of a later letter is one that the unit has made before.

A false link is worse than a missed one: it would say of a unit that it repeats itself. So measure,
unit of counting, mode, deed, stage and place must all agree, what many things are called tells
nothing, and where two earlier promises fit equally well, neither is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final, Literal

from tracker.commitments.magnitudes import base
from tracker.commitments.measures import apart, other_deed, same_name
from tracker.resources import load_lexicon

#: Without a figure the name alone must tell which thing is meant.
_TELLING: Final = 4
#: The clause may name where: 在滨江公园, 青石镇. A character or two before the kind of place.
_SITE: Final = re.compile(
    r"[\u4e00-\u9fff]{2}(?:街道|社区|大道|公园|广场|小区|水库|小学|中学|学校|幼儿园|医院|卫生院|园区|景区|"
    r"[镇乡县村路街河湖桥站寺山渠闸港巷沟])"
)
#: 一期 beside 二期, 第三小学, 2号线: parts of a whole that are told by their number.
_NUMBERED: Final = re.compile(
    r"第[一二三四五六七八九十\d]+|[一二三四五六七八九十\d]+(?:期|号|标段|批次?|阶段)"
)

#: How far a thing is to be brought, the earliest word of a clause tells: 完成招标 prepares.
_STAGES: Final = (
    re.compile("立项|可研|可行性|前期|设计|招标|招投标|选址|论证|申报|勘察|测绘"),
    re.compile("开工|动工|启动|奠基|试点"),
    re.compile("建成|完工|竣工|投用|投入使用|交付|通车|完成|开通"),
)

Firmness = Literal["strong", "plain", "hedged", "vague"]
#: From the most binding on.
FIRMNESS: Final[tuple[Firmness, ...]] = ("strong", "plain", "hedged", "vague")
#: In which order they are looked for: 力争 hedges whatever stands beside it; 将 says least.
_LOOKED_FOR: Final[tuple[Firmness, ...]] = ("hedged", "strong", "vague", "plain")


@dataclass(frozen=True, slots=True)
class Promise:
    """What is compared of a promise. `home` holds the names of its unit and region: a place named
    there is no place within."""

    key: int
    promised_on: date
    kind: str
    what: str
    quote: str
    value: Decimal | None
    unit: str | None
    mode: str | None
    comparator: str | None
    deadline: date | None
    home: str = ""


def renewals(new: Sequence[Promise], earlier: Sequence[Promise]) -> dict[int, int]:
    """Which earlier promise each new one makes again.

    Args:
        new: the promises of one letter.
        earlier: of the same unit's other letters, of any day.

    Returns:
        Key of a new promise → key of the last promise before it that is the same. One earlier
        promise is made again by at most one of the new ones.
    """
    offers: list[tuple[int, int, int]] = []
    named: dict[tuple[str | bool | None, ...], list[Promise]] = {}
    for before in earlier:
        named.setdefault(_name(before), []).append(before)
    for promise in new:
        best = _last(promise, named.get(_name(promise), ()))
        if best is not None:
            offers.append((_distance(promise, best)[1], promise.key, best.key))
    found: dict[int, int] = {}
    for _, key, best_key in sorted(offers):
        if best_key not in found.values():
            found[key] = best_key
    return found


def _last(promise: Promise, named: Sequence[Promise]) -> Promise | None:
    """Of those of one name the last before a promise that is the same; None where two are."""
    fitting: list[Promise] = []
    for before in sorted(named, key=lambda before: before.promised_on, reverse=True):
        if fitting and before.promised_on < fitting[0].promised_on:
            break
        if before.promised_on < promise.promised_on and same(promise, before):
            fitting.append(before)
    near = sorted(fitting, key=lambda before: _distance(promise, before))
    if len(near) > 1 and _distance(promise, near[0]) == _distance(promise, near[1]):
        return None  # nobody can tell which of the two
    return near[0] if near else None


def same(one: Promise, before: Promise) -> bool:
    """Whether a later promise promises what an earlier one did, whatever the figure."""
    if _name(one) != _name(before) or not _tells(one) or not _tells(before):
        return False
    if one.deadline and before.deadline and one.deadline < before.deadline:
        return False  # 2023年20公里 is a part of 到2025年100公里
    if apart(one.what, before.what) or other_deed(one.quote, before.quote):
        return False
    stages = _stage(one.quote), _stage(before.quote)
    if None not in stages and stages[0] != stages[1]:
        return False
    if set(_NUMBERED.findall(one.what)) != set(_NUMBERED.findall(before.what)):
        return False
    return _sites(one.quote, one.home) == _sites(before.quote, before.home)


def verb(quote: str) -> tuple[str, Firmness] | None:
    """The word that says how firmly something is promised, and how firm it is; None: no such word.

    Args:
        quote: the promise as the letter words it.
    """
    lists = _words()
    for firmness in _LOOKED_FOR:
        found = [(at, word) for word in lists[firmness] if (at := quote.find(word)) >= 0]
        if found:
            return min(found)[1], firmness
    return None


def softened(quotes: Iterable[str]) -> bool:
    """Whether the last wording binds less than the first: 确保 → 力争."""
    ranks = [FIRMNESS.index(found[1]) if (found := verb(quote)) else 1 for quote in quotes]
    return len(ranks) > 1 and ranks[-1] > ranks[0]


def _distance(promise: Promise, before: Promise) -> tuple[bool, int]:
    """Of several the one with the same figure is meant, then the one nearest in time."""
    days = abs((promise.deadline - before.deadline).days) if (
        promise.deadline and before.deadline
    ) else 0  # fmt: skip
    return promise.value != before.value, days


def _name(promise: Promise) -> tuple[str | bool | None, ...]:
    """What must be equal: the measure's name, what it counts, how, and on which side of it."""
    if promise.value is None:
        return (same_name(promise.what),)
    unit = base(promise.value, promise.unit or "")[1]
    return same_name(promise.what), unit, promise.mode, promise.comparator == "<="


def _tells(promise: Promise) -> bool:
    name = same_name(promise.what)
    shortest = 2 if promise.value is not None else _TELLING
    return len(name) >= shortest and name not in _words()["generic"]


def _stage(quote: str) -> int | None:
    return next((stage for stage, words in enumerate(_STAGES) if words.search(quote)), None)


@lru_cache(maxsize=4096)
def _sites(quote: str, home: str) -> frozenset[str]:
    """Places that a clause names within the area of its unit."""
    plain = _everywhere().sub("、", quote)
    return frozenset(site for site in _SITE.findall(plain) if site not in home)


@cache
def _words() -> dict[str, tuple[str, ...]]:
    return {name: tuple(group["words"]) for name, group in load_lexicon("renewals").items()}


@cache
def _everywhere() -> re.Pattern[str]:
    words = sorted(_words()["everywhere"], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))

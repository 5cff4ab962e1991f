"""What makes a comparison of units fair: how uncertain a share of few cases is, and how ambitious
the promises were. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Final

from tracker.commitments.growth import growth
from tracker.reports.figures import Share
from tracker.reports.items import Item
from tracker.reports.words import Wording

#: Two-sided 95 % of the normal distribution.
_Z: Final = 1.959964
#: Figures in these are shares already: a percentage of a percentage misleads.
_SHARES: Final = frozenset({"%", "％", "‰", "个百分点", "百分点"})


def interval(share: Share) -> tuple[int, int] | None:
    """Between which whole percents the true share lies in 95 of 100 such samples; None of nothing.

    The score interval (E. B. Wilson, 1927), which holds for few cases and for shares of 0 and 1 too.
    """
    if share.n == 0:
        return None
    n, p = share.n, share.count / share.n
    middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    reach = _Z / (1 + _Z**2 / n) * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    return max(0, math.floor(100 * (middle - reach))), min(100, math.ceil(100 * (middle + reach)))


@dataclass(frozen=True, slots=True)
class Ambition:
    """How far the targets lie from where things stood.

    Attributes:
        percent: the median distance in whole percent of the baseline; None without any.
        n: of so many promises a baseline in the same unit is known.
    """

    percent: int | None
    n: int


def ambition(items: Iterable[Item]) -> Ambition:
    """How ambitious promises are: 新增30户 on 120户 is 25 %, 达到150户 on 120户 too, and so is
    新增1000个 where the period before 新增800个.

    A figure not to be exceeded counts by how far it lies below its baseline. Percentages and figures
    in another unit than their baseline are left out.
    """
    steps = [step for step in map(_step, items) if step is not None]
    if not steps:
        return Ambition(None, 0)
    return Ambition(round(100 * median(steps)), len(steps))


def _step(item: Item) -> Fraction | None:
    base = item.baseline
    if item.value is None or base is None or base.value is None or base.value <= Decimal(0):
        return None
    if base.unit != item.unit or (item.unit or "") in _SHARES:
        return None
    found = growth(
        item.value, item.unit or "", item.mode or "", base.value, item.unit or "", base.quote or ""
    )
    if found is None:
        return None
    if found.times is not None:  # both were added, in this period and in the one before
        return Fraction(found.times) - 1
    if found.percent is None:
        return None
    return Fraction(found.percent) / (-100 if item.comparator == "<=" else 100)


def uncertainty(of: Share, words: Wording) -> str:
    """The interval of a share, in words."""
    bounds = interval(of)
    return f"{bounds[0]}–{bounds[1]}%" if bounds else words("ambition.none")


def ambitious(of: Ambition, words: Wording) -> str:
    """How far targets lie from their baselines, in words."""
    if of.percent is None:
        return words("ambition.none")
    sign = "+" if of.percent >= 0 else ""
    return words("ambition.told", sign=sign, percent=of.percent, n=of.n)

"""Figures without their magnitude, so that 1.1万个 and 11000个 can be set side by side."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final

MAGNITUDES: Final = {
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
}
_LONGEST_FIRST: Final = sorted(MAGNITUDES.items(), key=lambda item: -len(item[0]))
#: Units as letters in traditional characters write them.
_SIMPLE: Final = str.maketrans(
    "萬億畝個張戶處輛臺條間盞噸棟項場頃層輪隻種類對雙塊課節筆冊裏職崗員輸線點頓",
    "万亿亩个张户处辆台条间盏吨栋项场顷层轮只种类对双块课节笔册里职岗员输线点顿",
)
_SAME_UNIT: Final = {
    "公里": "km", "千米": "km",
    "平方米": "m2", "平米": "m2", "㎡": "m2", "m²": "m2", "M2": "m2",
    "立方米": "m3", "㎥": "m3", "m³": "m3", "M3": "m3",
    "平方公里": "km2", "平方千米": "km2", "km²": "km2",
}  # fmt: skip


def base(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """A figure without magnitude: (1.1, "万个") → (11000, "个")."""
    factor, plain = _without_magnitude(unit)
    return (value * factor if factor != 1 else value), plain


@lru_cache(maxsize=1024)
def _without_magnitude(unit: str) -> tuple[int, str]:
    """A unit's magnitude, and the unit without it; letters name few units, and often."""
    unit = unit.translate(_SIMPLE)
    if unit in _SAME_UNIT:  # 千米 is no thousand of 米
        return 1, _SAME_UNIT[unit]
    for prefix, factor in _LONGEST_FIRST:
        if unit.startswith(prefix):
            rest = unit[len(prefix) :]
            return factor, _SAME_UNIT.get(rest, rest)
    return 1, unit

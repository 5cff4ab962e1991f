"""How much a promise adds to what was there, and how it compares with the period before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tracker.commitments.magnitudes import base

#: A result that tells what was added in a period, not the level reached.
_ADDED: Final = re.compile("新增|净增|增加|增设|新认定|新培育")
#: Words beside the figure of a part done; what is left of 截至6月底已完成1.1万人 is its unit.
_DONE: Final = re.compile(
    r"截[至止]|目前|当前|其中|首批|上半年|今年|年内|[月底末初]|已经?|全部|完成|建成|竣工|完工|安装|调试|拨付|"
    r"到位|到岗|落实|实施|硬化|改造|培训|更换|整治|招聘|发放|[均于了的约近余]|[\d\W]"
)


@dataclass(frozen=True, slots=True)
class Growth:
    """The growth promised.

    `added` is the step from the baseline to the target in the target's unit, negative where the
    measure is to fall; `percent` the same as a share of the baseline; `times` the promise over
    what the last period brought. What does not apply is None.
    """

    added: Decimal | None = None
    percent: Decimal | None = None
    times: Decimal | None = None


def growth(
    value: Decimal, unit: str, mode: str, from_value: Decimal, from_unit: str, from_quote: str
) -> Growth | None:
    """What a target promises over its baseline, None where the two cannot be set side by side.

    The part done of what is promised is neither a level that grows nor the period before.

    Args:
        value: of the target, in `unit`, magnitudes included (1.1, "万个").
        mode: increase, level or amount.
        from_value: of the baseline, in `from_unit`.
        from_quote: the words that report the baseline; they tell an increase from a level.
    """
    full, plain_unit = base(value, unit)
    start, start_unit = base(from_value, from_unit)
    if unit == "个百分点" and from_unit == "%":
        return Growth(added=value, percent=None)
    if unit == "%" and mode == "increase" and from_unit != "%":
        return Growth(percent=value)  # 零售额增长15%, of so many 亿元
    if plain_unit != start_unit or not start:
        return None
    scale = full / value if value else Decimal(1)
    if mode != "level" and _DONE.sub("", from_quote) == _DONE.sub("", from_unit):
        return None
    per_period = mode == "amount" or (mode == "increase" and _ADDED.search(from_quote) is not None)
    if per_period:
        return Growth(times=_rounded(full / start, 2))
    step = full if mode == "increase" else full - start
    percent = None if unit == "%" else _rounded(step / start * 100, 1)
    return Growth(added=_rounded(step / scale, 4), percent=percent)


def direction(mode: str, quote: str) -> str:
    """The mode as people say it: "decrease" where the figure is taken away from what there is.

    The annotation knows no such mode: 下降3% and 增长3% are both steps from a baseline.

    Args:
        mode: increase, level or amount.
        quote: the promise's own words.
    """
    return "decrease" if mode == "increase" and _FALLS.search(quote) else mode


#: 能耗下降3%, 减少渗漏90万吨; 下降到 leads to a level.
_FALLS: Final = re.compile(
    r"^[^增新]*?(?:下降|降低|减少|压减|压降|削减|缩减|压缩|缩短|减排|节约|节能|降)(?![到至为])[^,，。;；\d]{0,12}\d"
)


def _rounded(number: Decimal, places: int) -> Decimal:
    """Rounded to so many places, without trailing noughts."""
    short = round(number, places)
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short.normalize()

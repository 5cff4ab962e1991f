"""The growth promised over a baseline, and against the period before."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.commitments.growth import Growth, direction, growth


@pytest.mark.parametrize(
    ("promised", "before", "quote", "expected"),
    [
        # 新增 beside what was added last year: how many times as many.
        (("30", "户", "increase"), ("8", "户"), "去年新增8户", Growth(times=Decimal("3.75"))),
        (("5", "户", "increase"), ("10", "户"), "净增10户", Growth(times=Decimal("0.5"))),
        # 新增 beside the level that it adds to.
        (
            ("14", "所", "increase"), ("56", "所"), "现有幼儿园56所",
            Growth(added=Decimal(14), percent=Decimal(25)),
        ),
        # 达到 beside the present level.
        (
            ("65", "户", "level"), ("51", "户"), "2022年底共51户",
            Growth(added=Decimal(14), percent=Decimal("27.5")),
        ),
        # 降至: less.
        (
            ("18", "天", "level"), ("24", "天"), "目前为24天",
            Growth(added=Decimal(-6), percent=Decimal(-25)),
        ),
        # A share grows by points, not by a percentage of a percentage.
        (("95", "%", "level"), ("88.5", "%"), "覆盖率88.5%", Growth(added=Decimal("6.5"))),
        (("3", "个百分点", "increase"), ("40", "%"), "占40%", Growth(added=Decimal(3))),
        # Amounts: the last period's amount beside this one's.
        (("12", "公里", "amount"), ("8", "公里"), "去年改造8公里", Growth(times=Decimal("1.5"))),
        # Magnitudes and spellings of one unit.
        (
            ("1.2", "亿元", "level"), ("8000", "万元"), "目前8000万元",
            Growth(added=Decimal("0.4"), percent=Decimal(50)),
        ),
        (
            ("10", "公里", "level"), ("8", "千米"), "现有8千米",
            Growth(added=Decimal(2), percent=Decimal(25)),
        ),
        # So many percent more than a sum.
        (("15", "%", "increase"), ("3.4", "亿元"), "去年为3.4亿元", Growth(percent=Decimal(15))),
        # The part done is no period before, and no level.
        (("15", "处", "increase"), ("11", "处"), "目前已安装调试１１处", None),
        (("3", "万人", "increase"), ("1.1", "万人"), "已完成1.1万人", None),
        (("260", "名", "amount"), ("143", "名"), "截至5月底已到岗143名", None),
        (
            ("300", "种", "level"), ("200", "种"), "已完成200种",
            Growth(added=Decimal(100), percent=Decimal(50)),
        ),
        (("12", "个", "amount"), ("8", "个"), "其中2022年改造8个", Growth(times=Decimal("1.5"))),
        # Nothing to set side by side.
        (("10", "公里", "level"), ("8", "个"), "现有8个", None),
        (("10", "家", "level"), ("0", "家"), "尚无", None),
    ],
)  # fmt: skip
def test_growth(
    promised: tuple[str, str, str], before: tuple[str, str], quote: str, expected: Growth | None
) -> None:
    value, unit, mode = promised
    assert growth(Decimal(value), unit, mode, Decimal(before[0]), before[1], quote) == expected


@pytest.mark.parametrize(
    ("mode", "quote", "expected"),
    [
        ("increase", "单位GDP能耗下降3%", "decrease"),
        ("increase", "办理时限压缩10个百分点以上", "decrease"),
        ("increase", "年均减排约200吨", "decrease"),
        ("increase", "新增减排项目12个", "increase"),
        ("increase", "投资增长8%,比去年下降3个百分点", "increase"),
        ("increase", "新增学位540个", "increase"),
        ("level", "漏损率下降到9%", "level"),
        ("amount", "压减燃煤20万吨", "amount"),
    ],
)
def test_direction(mode: str, quote: str, expected: str) -> None:
    assert direction(mode, quote) == expected

"""Figures as people type them: with the unit of the target, in whatever notation, or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.errors import StoreError
from tracker.reports.typed import figure_of
from tracker.reports.words import Wording
from tracker.store.tables import CommitmentRow

SAY = Wording("zh")


def typed(text: str, unit: str | None) -> Decimal:
    return figure_of(text, CommitmentRow(ref="1-1", unit=unit), SAY)


@pytest.mark.parametrize(
    ("text", "unit", "figure"),
    [
        ("28", "㎡", "28"),
        ("28㎡", "㎡", "28"),
        ("28 ㎡", "㎡", "28"),
        ("28m²", "㎡", "28"),
        ("28m2", "㎡", "28"),
        ("28平方米", "㎡", "28"),
        ("28平米", "m2", "28"),
        ("1,200.5㎡", "平方米", "1200.5"),
        ("２８㎡", "平方米", "28"),
        ("28m³", "立方米", "28"),
        ("28㎥", "m³", "28"),
        ("28立方米", "m3", "28"),
        ("3km²", "平方公里", "3"),
        ("3km2", "km²", "3"),
        ("5公里", "千米", "5"),
        ("5km", "公里", "5"),
        ("28户", "户", "28"),
        ("28戶", "户", "28"),
        ("45%", "%", "45"),
        ("45％", "%", "45"),
        ("-3℃", "℃", "-3"),
        # With another magnitude: converted, to the last place.
        ("28万平方米", "平方米", "280000"),
        ("28万㎡", "平方米", "280000"),
        ("3000平方米", "万平方米", "0.3"),
        ("28万m²", "万㎡", "28"),
        ("28万元", "元", "280000"),
        ("1.1亿元", "万元", "11000"),
        ("123456789012345678901234567890元", "万元", "12345678901234567890123456.789"),
        ("3千克", "克", "3000"),
        # A target without a unit takes what it is given, as long as nothing hangs on it.
        ("28户", None, "28"),
        ("28㎡", None, "28"),
        ("28", None, "28"),
        ("1e3", "户", "1000"),
    ],
)
def test_a_figure(text: str, unit: str | None, figure: str) -> None:
    found = typed(text, unit)
    assert found == Decimal(figure)
    assert f"{found:f}" == figure


@pytest.mark.parametrize(
    ("text", "unit", "why"),
    [
        ("28亩", "㎡", "目标以“㎡”计，不是“亩”"),
        ("28公顷", "平方米", "不是“公顷”"),
        ("28m³", "㎡", "不是"),
        ("28m2", "m3", "不是"),
        ("28米", "㎡", "不是"),
        ("28km²", "㎡", "不是"),
        ("28人", "户", "不是“人”"),
        ("28米", "千米", "不是“米”"),
        ("28公斤", "克", "不是“公斤”"),
        # Of a magnitude alone nobody knows whether it counts 元 or 万元.
        ("28万", "元", "不是“万”"),
        ("28万", "万元", "不是“万”"),
        ("28㎡", "条", "不是“㎡”"),
        ("２８ ㎥", "㎡", "不是“㎥”"),
        ("28万户", None, "目标没有单位，“万户”无从折算"),
        ("28亿", None, "目标没有单位"),
        # A raised digit is no place of the figure.
        ("28²", "㎡", "不是数值"),
        ("28²", None, "不是数值"),
        ("28³", "m³", "不是数值"),
        ("28-3", "户", "不是数值"),
        ("28-3", None, "不是数值"),
        ("28户3", "户", "不是数值"),
        ("28m25", "㎡", "不是数值"),
        ("28m4", "㎡", "不是数值"),
        ("㎡", "㎡", "不是数值"),
        ("", "㎡", "不是数值"),
        ("1" * 32 + "㎡", "㎡", "超出范围"),
        ("1" * 31 + "万元", "元", "超出范围"),
    ],
)
def test_no_figure(text: str, unit: str | None, why: str) -> None:
    with pytest.raises(StoreError, match=why):
        typed(text, unit)

"""Numbers: a table, and a round trip over every shape of Chinese numeral."""

from __future__ import annotations

import contextlib
import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.commitments.numerals import ARABIC, CHINESE, NUMBER, parse_number

TABLE = tomllib.loads((Path(__file__).parents[1] / "cases" / "numerals.toml").read_text("utf-8"))


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: str(case["text"]))
def test_reads(case: dict[str, str]) -> None:
    assert parse_number(case["text"]) == Decimal(case["value"]), case["why"]


@pytest.mark.parametrize("text", TABLE["refused"])
def test_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        parse_number(text)


def chinese(number: int) -> str:
    """Write a number in Chinese: the generator of the round trip, the other way than the parser."""
    if number == 0:
        return "零"
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    written = ""
    for power in range(len(groups) - 1, -1, -1):
        group = groups[power]
        if not group:
            continue
        text = _group(group)
        if written and (group < 1000 or not groups[power + 1]):
            text = "零" + text
        written += text + ("", "万", "亿")[power]
    return written


def _group(group: int) -> str:
    written, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, group = divmod(group, unit)
        if digit:
            written += ("零" if zero and written else "") + "零一二三四五六七八九"[digit] + name
            zero = False
        elif written:
            zero = True
    return written


@settings(deadline=None)  # the first call compiles the patterns
@given(st.integers(min_value=0, max_value=999_999_999_999))
def test_round_trip(number: int) -> None:
    assert parse_number(chinese(number)) == number


def test_round_trip_exhaustively_to_ten_thousand() -> None:
    assert all(parse_number(chinese(number)) == number for number in range(10_001))


@settings(deadline=None)  # the first call compiles the patterns
@given(st.integers(min_value=0, max_value=10**14), st.integers(min_value=0, max_value=999))
def test_arabic_with_separators(whole: int, thousandths: int) -> None:
    text = f"{whole:,}.{thousandths:03}"
    assert parse_number(text) == Decimal(f"{whole}.{thousandths:03}")
    assert re.fullmatch(ARABIC, text)


@settings(deadline=None)  # the first call compiles the patterns
@given(st.integers(min_value=1, max_value=9999))
def test_fragments_take_a_number_whole(number: int) -> None:
    assert re.fullmatch(CHINESE, chinese(number))
    found = re.search(NUMBER, f"新增{chinese(number)}个")
    assert found is not None
    assert found[0] == chinese(number)


@settings(deadline=None)  # the first call compiles the patterns
@given(st.text(alphabet="零一二两三四五六七八九十百千万亿点余多几半廿0123456789.,", max_size=24))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse_number(text) >= 0

"""Quantities: a table with negatives beside positives, properties, and time on hostile input."""

from __future__ import annotations

import time
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.commitments.quantities import find_quantities
from tracker.resources import load_lexicon

TABLE = tomllib.loads((Path(__file__).parents[1] / "cases" / "quantities.toml").read_text("utf-8"))
UNITS = load_lexicon("units")

MIXTURE = """
新增 建成 达到 不少于 不超过 约 近 至少 每月 每户 30 2,733 1.2 一百二十 十 余 多 万 亿 个 户 所 万元 %
百分之 九十五 以上 以内 左右 第 三 届 2023年 6月 《 》 “ ” , 。 ( ) — 至 G 312 个百分点 成 半 一 批 /月
"""
#: Letters, figures and words of every rule, to be thrown together.
WORDS = st.sampled_from(MIXTURE.split())


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: str(case["why"]))
def test_finds(case: dict[str, Any]) -> None:
    text = case["text"]
    found = find_quantities(text)
    got = [
        [text[q.start : q.end], str(q.value.normalize() + 0), q.unit, q.comparator]
        + ([q.rate] if q.rate else [])
        for q in found
    ]
    wanted = [
        [span, str(Decimal(value).normalize() + 0), *rest] for span, value, *rest in case["found"]
    ]
    assert got == wanted
    if "upper" in case:
        assert [q.upper for q in found] == [Decimal(upper) for upper in case["upper"]]
        assert all(q.approximate for q in found)
    if "indefinite" in case:
        assert [q.indefinite for q in found] == case["indefinite"]


@pytest.mark.parametrize("group", UNITS["groups"], ids=lambda group: str(group["kind"]))
def test_every_unit_of_the_list_is_read(group: dict[str, Any]) -> None:
    kind = "duration" if group["kind"] == "period" else group["kind"]
    for unit in group["units"]:
        text = f"确保不少于30{unit}。"
        (found,) = find_quantities(text)
        if unit == "成":
            assert (found.value, found.unit, found.kind) == (Decimal(300), "%", "percent")
            continue
        assert (found.value, text[found.number_start : found.end]) == (Decimal(30), f"30{unit}")
        if "/" not in unit and unit != "％":  # ％ is written as %, 元/月 may give unit and rate
            assert (found.unit, found.kind) == (unit, kind)


@pytest.mark.parametrize("group", UNITS["groups"], ids=lambda group: str(group["kind"]))
def test_the_example_of_every_group_is_at_work(group: dict[str, Any]) -> None:
    kind = "duration" if group["kind"] == "period" else group["kind"]
    assert kind in {q.kind for q in find_quantities(group["example"])}


def test_a_unit_is_none_inside_another_word() -> None:
    wrong = [
        unit + following
        for unit, words in UNITS["not_before"].items()
        for following in words
        if any(q.unit == unit for q in find_quantities(f"共30{unit}{following}。"))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("word", "sign"),
    [
        (word, sign)
        for side, sign in (("at_least", ">="), ("at_most", "<="), ("about", "~"))
        for word in UNITS["comparators"][f"{side}_before"]
    ],
)
def test_every_hedge_before_is_read(word: str, sign: str) -> None:
    (found,) = find_quantities(f"规模{word}30户。")
    assert found.comparator == sign
    assert found.start == 2


@pytest.mark.parametrize(
    ("word", "sign"),
    [
        (word, sign)
        for side, sign in (("at_least", ">="), ("at_most", "<="), ("about", "~"))
        for word in UNITS["comparators"][f"{side}_after"]
    ],
)
def test_every_hedge_behind_is_read(word: str, sign: str) -> None:
    (found,) = find_quantities(f"规模30户{word}。")
    assert found.comparator == sign
    assert found.end == 5 + len(word)


def test_one_as_a_manner_of_speaking() -> None:
    words = UNITS["indefinite"]["one_never"]
    assert [word for word in words if find_quantities(f"推进一{word}工作")] == []


@settings(deadline=None)  # the first call compiles the patterns
@given(st.lists(WORDS, max_size=40).map("".join))
def test_spans_lie_in_the_text_in_order_and_hold_their_digits(text: str) -> None:
    end = 0
    for q in find_quantities(text):
        assert end <= q.start <= q.number_start < q.end <= len(text)
        assert text[q.start : q.end].strip()
        assert text[q.number_start] in "0123456789零〇○一二两三四五六七八九十百千万廿卅"
        assert q.upper is None or q.upper > q.value
        assert (q.rate is None) == (q.rate_start is None)
        if q.rate is not None and q.rate_start is not None:
            assert text[q.rate_start : q.rate_start + len(q.rate)] == q.rate
        end = q.end


@settings(deadline=None)  # the first call compiles the patterns
@given(
    st.integers(min_value=1, max_value=10**9),
    st.sampled_from(["个", "户", "万元", "亿元", "%", "公里", "万人次", "平方米"]),
    st.sampled_from(
        [("", ""), ("不少于", ""), ("约", ""), ("", "以上"), ("", "左右"), ("", "以内")]
    ),
)
def test_a_plain_figure_is_always_found(number: int, unit: str, hedge: tuple[str, str]) -> None:
    text = f"年底前建成{hedge[0]}{number:,}{unit}{hedge[1]},方便群众。"
    (found,) = find_quantities(text)
    assert (found.value, found.unit) == (Decimal(number), unit)
    assert text[found.start : found.end] == f"{hedge[0]}{number:,}{unit}{hedge[1]}"


@settings(deadline=None)  # the first call compiles the patterns
@given(st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    find_quantities(text)


@pytest.mark.parametrize(
    "pattern",
    [
        "一",
        "1",
        "年",
        "万",
        "2023年1",
        " ",
        "《",
        "“",
        '"',
        "1,",
        "1.",
        "百分之",
        "每",
        "第1",
        "1-",
        "十",
        "\n",
    ],
)
def test_time_grows_with_length_only(pattern: str) -> None:
    short, long = (pattern * (size // len(pattern)) for size in (20_000, 160_000))
    find_quantities(short)
    assert min(_seconds(long) for _ in range(3)) < 30 * _seconds(short) + 0.05


def _seconds(text: str) -> float:
    begin = time.process_time()
    find_quantities(text)
    return time.process_time() - begin

"""Time expressions: tables, the lists of words, properties, and time on hostile input."""

from __future__ import annotations

import re
import time
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.commitments import periods
from tracker.commitments.deadlines import find_dates, resolve
from tracker.resources import load_lexicon

TABLE = tomllib.loads((Path(__file__).parents[1] / "cases" / "deadlines.toml").read_text("utf-8"))
TIMES = load_lexicon("times")
LETTER = date(2023, 7, 20)

MIXTURE = """
今年 明年 2023 年 2025年 二〇二三年 6 月 十 底 前 内 三 个 工作日 季度 上半年 春节 “十四五” 期间
末 至 到 — 起 以来 后 截至 自 近 用 时间 秋季学期开学 汛期 ( ) 《 》 、 , 15 日 周 第 的 中旬 年底
"""
WORDS = st.sampled_from(MIXTURE.split())


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize("row", TABLE["resolve"], ids=lambda row: f"{row[0]} {row[1]}")
def test_resolves(row: list[str]) -> None:
    expression, letter, last, relation, why = row
    found = resolve(expression, _day(letter))
    assert found is not None, why
    assert (found.last, found.relation) == (_day(last), relation), why
    assert found.text == expression
    assert found.past == (
        found.last is not None and bool(letter) and found.last < date.fromisoformat(letter)
    )


@pytest.mark.parametrize("expression", TABLE["refused"])
def test_refuses(expression: str) -> None:
    assert resolve(expression, LETTER) is None


@pytest.mark.parametrize("case", TABLE["find"], ids=lambda case: str(case["why"]))
def test_finds(case: dict[str, Any]) -> None:
    text = case["text"]
    found = find_dates(text, _day(case["letter"]))
    assert [[f.text, f.last.isoformat() if f.last else "", f.relation] for f in found] == case[
        "found"
    ]
    assert all(text[f.start : f.end] == f.text for f in found)
    if "rules" in case:
        assert [f.rule for f in found] == case["rules"]
    if "alternatives" in case:
        assert [str(f.alternative) for f in found] == case["alternatives"]


@pytest.mark.parametrize(
    "row", [row for row in TABLE["resolve"] if row[1]], ids=lambda row: str(row[0])
)
def test_found_in_a_sentence_as_it_is_resolved(row: list[str]) -> None:
    """Running text gives the same reading, unless the words are a date only by themselves."""
    expression, letter = row[0], _day(row[1])
    found = find_dates(f"我局将,{expression},完成改造。", letter)
    alone = resolve(expression, letter)
    assert alone is not None
    assert [(f.text, f.last) for f in found] == [(expression, alone.last)]


@pytest.mark.parametrize(
    "entry", TIMES["feasts"] + TIMES["seasons"], ids=lambda entry: str(entry["names"][0])
)
def test_every_feast_and_season_is_found(entry: dict[str, Any]) -> None:
    assert find_dates(entry["example"], LETTER), entry["example"]
    for name in entry["names"]:
        (found,) = find_dates(f"{name}前完成", LETTER)
        assert found.text == f"{name}前"
        assert found.last is not None
        assert found.last >= LETTER or found.arguable


@pytest.mark.parametrize("table", ["years", "months", "days", "weeks", "year_pairs"])
def test_every_relative_word_is_found(table: str) -> None:
    for word in TIMES[table]:
        assert [found.text for found in find_dates(f",{word}内", LETTER)] == [f"{word}内"]


@pytest.mark.parametrize("part", TIMES["year_parts"])
def test_every_part_of_a_year_is_resolved(part: str) -> None:
    found = resolve(f"2024年{part}", LETTER)
    assert found is not None
    assert found.first is not None
    assert found.first.year == 2024


@pytest.mark.parametrize("part", TIMES["month_parts"])
def test_every_part_of_a_month_is_resolved(part: str) -> None:
    found = resolve(f"2024年2月{part.removeprefix('月')}", LETTER)
    assert found is not None
    assert found.last == date(2024, 2, min(TIMES["month_parts"][part][1], 29))


def test_new_year_of_the_lunar_calendar() -> None:
    known = {2020: "2020-01-25", 2023: "2023-01-22", 2024: "2024-02-10", 2033: "2033-01-31"}
    for year, day in known.items():
        assert periods.feasts()["春节"].on(year) == date.fromisoformat(day)


def test_qingming_falls_on_the_fourth_or_fifth() -> None:
    days = {periods.feasts()["清明"].on(year) for year in range(2000, 2050)}
    assert {day.day for day in days if day} == {4, 5}
    assert periods.feasts()["清明"].on(2024) == date(2024, 4, 4)


def test_a_feast_outside_the_lunar_table_is_not_guessed() -> None:
    assert resolve("3024年春节前", LETTER) is None
    assert periods.feasts()["春节"].on(2300) is None


def test_next_policy_moves_a_past_month_and_finds_a_leap_day() -> None:
    past = resolve("3月", LETTER, prefer="next")
    leap = resolve("2月29日", LETTER, prefer="next")
    ahead = resolve("10月", LETTER, prefer="next")
    assert [found and found.last for found in (past, leap, ahead)] == [
        date(2024, 3, 31),
        date(2024, 2, 29),
        date(2023, 10, 31),
    ]


@settings(deadline=None)  # the first call compiles the patterns
@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)), st.integers(1, 12))
def test_a_month_ends_on_its_last_day_in_the_letters_year(letter: date, month: int) -> None:
    for text in (f"{month}月底前", f"今年{month}月", f"{letter.year}年{month}月下旬"):
        found = resolve(text, letter)
        assert found is not None
        assert found.last is not None
        assert (found.last.year, found.last.month) == (letter.year, month)
        assert periods.add_days(found.last, 1).day == 1
        assert found.past == (found.last < letter)


@settings(deadline=None)  # the first call compiles the patterns
@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)), st.integers(1, 60))
def test_spans_end_after_the_letter_and_grow(letter: date, count: int) -> None:
    ends = []
    for number in (count, count + 1):
        for unit in ("天", "周", "个月", "年"):
            found = resolve(f"{number}{unit}内", letter)
            assert found is not None
            assert found.last is not None
            ends.append(found.last)
    assert all(letter < end for end in ends)
    assert all(shorter < longer for shorter, longer in zip(ends[:4], ends[4:], strict=True))


@settings(deadline=None)  # the first call compiles the patterns
@given(st.lists(WORDS, max_size=30).map("".join), st.none() | st.just(LETTER))
def test_spans_lie_in_the_text_in_order(text: str, letter: date | None) -> None:
    end = 0
    for found in find_dates(text, letter):
        assert end <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.text == found.text.strip()
        assert found.first is None or found.last is None or found.first <= found.last
        assert re.search(
            r"[年月日号天周季旬学期节假前内末底起来后间夕耕收冬春暑考秋播]|\d", found.text
        )
        end = found.end


@settings(deadline=None)  # the first call compiles the patterns
@given(st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    find_dates(text, LETTER)
    resolve(text, LETTER)


@pytest.mark.parametrize(
    "pattern",
    ["一", "1", "年", "月", "2023年1", " ", "《", "“", "1、", "1-", "前", "第1", "十", "上", "\n"],
)
def test_time_grows_with_length_only(pattern: str) -> None:
    short, long = (pattern * (size // len(pattern)) for size in (20_000, 160_000))
    _seconds(short)
    assert min(_seconds(long) for _ in range(3)) < 30 * _seconds(short) + 0.05


def _seconds(text: str) -> float:
    begin = time.process_time()
    find_dates(text, LETTER)
    return time.process_time() - begin

"""Drafts before they are signed: what they lack and what is only attitude, by table."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.letters.letters import letter_of
from tracker.commitments.draft import Draft, check_draft
from tracker.commitments.lexicon import words
from tracker.commitments.remarks import Remark
from tracker.letters.letter import read_letter
from tracker.resources import load_lexicon

CASES = Path(__file__).parent.parent / "cases" / "drafts.toml"
DAY = dt.date(2023, 5, 10)


def rows() -> list[Any]:
    return [
        pytest.param(row, id=f"{row['text'][:16]} ({row['why'][:20]})")
        for row in tomllib.loads(CASES.read_text(encoding="utf-8"))["case"]
    ]


def draft_of(text: str, under: str = "下一步工作打算", day: dt.date = DAY) -> Draft:
    body = f"一、{under}\n{text}"
    return check_draft(read_letter(letter_of(body=body, day="")), day)


def said(remarks: Iterable[Remark]) -> str:
    return " + ".join(f"{remark.code} {remark.words}" for remark in remarks)


@pytest.mark.parametrize("row", rows())
def test_what_is_said_of_a_passage(row: dict[str, Any]) -> None:
    found = draft_of(row["text"], row.get("under", "下一步工作打算"), row.get("day", DAY))
    lacks = [said(promise.lacks) for promise in found.promises]
    doubts = [said(promise.doubts) for promise in found.promises]
    lapsed = [f"{plan.words} {plan.next_year or ''}".strip() for plan in found.lapsed]
    assert lacks == row.get("lacks", [""] * len(row.get("doubts", []))), row["why"]
    assert doubts == row.get("doubts", [""] * len(lacks)), row["why"]
    untracked = [" ".join((item.reason, *item.words)) for item in found.untracked]
    assert untracked == row.get("untracked", []), row["why"]
    assert lapsed == row.get("lapsed", []), row["why"]
    assert found.wanting == row.get("wanting", any([*lacks, *lapsed]))


def test_every_find_stands_at_its_offsets_and_line() -> None:
    found = draft_of("年底前更换路灯310盏。\n不断提高服务水平。\n2022年底前建成公厕3座。")
    raw = found.extraction.letter.raw
    places = [(p.commitment.start, p.commitment.quote, p.line) for p in found.promises]
    places += [(item.start, item.quote, item.line) for item in found.untracked]
    places += [(item.start, item.quote, item.line) for item in found.lapsed]
    assert len(places) == 3
    for start, quote, line in places:
        assert raw[start:].startswith(quote)
        assert quote in raw.splitlines()[line - 1]


def test_paragraphs_are_counted_where_these_are_what_people_see() -> None:
    text = "\n\n".join(letter_of().split("\n\n"))
    found = check_draft(read_letter(text), DAY, parted_by="\n\n")
    assert [promise.line for promise in found.promises] == [3]


def test_the_day_given_beats_the_date_of_the_draft() -> None:
    letter = read_letter(letter_of())
    assert letter.header.date == dt.date(2023, 7, 10)
    found = check_draft(letter, dt.date(2024, 1, 5))
    deadline = found.promises[0].commitment.deadline
    assert deadline is not None
    assert deadline.day == dt.date(2024, 12, 31)


def test_a_text_without_promises_is_no_fault() -> None:
    for text in ("", "青禾县水利局", "感谢您的关心。"):
        found = check_draft(read_letter(text), DAY)
        assert (found.promises, found.untracked, found.lapsed, found.wanting) == ((), (), (), False)


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        alphabet="一二三年月底前将力争新增30户，。；：（）《》\n 县局由相关部门尽快每资金到位后不断提高批",
        max_size=300,
    )
)
def test_any_text_is_checked_without_failing(body: str) -> None:
    found = draft_of(body)
    assert len(found.promises) == len(found.extraction.commitments)
    assert found.as_json("a.txt")["commitments"] == [p.as_json() for p in found.promises]


# The word list.

LEXICON = load_lexicon("draft")


@pytest.mark.parametrize("group", sorted(LEXICON))
def test_a_class_of_words_is_whole(group: str) -> None:
    entry = LEXICON[group]
    assert set(entry) == {"meaning", "words", "example"}
    assert len(entry["words"]) == len(set(entry["words"]))
    assert any(word in entry["example"] for word in entry["words"])


def test_no_word_of_attitude_stands_in_both_lists() -> None:
    assert set(words("draft", "attitude")) & set(words("modality", "attitude")) <= {
        "高度重视",
        "加大力度",
    }


@pytest.mark.parametrize("word", words("draft", "attitude"))
def test_each_word_of_attitude_is_told(word: str) -> None:
    found = draft_of(f"我局将{word}相关事项。")
    named = "".join("".join(item.words) for item in found.untracked)
    # 着力打造, 逐步解决 hold a verb of delivery: tracked, and without a date.
    assert word in named or [r.code for p in found.promises for r in p.lacks] == ["date"]


@pytest.mark.parametrize("word", words("draft", "nobody"))
def test_each_nameless_unit_is_told(word: str) -> None:
    found = draft_of(f"由{word}负责，今年8月底前安装烟感报警器120个。")
    assert [said(promise.lacks) for promise in found.promises] == [f"owner {word}"]


@pytest.mark.parametrize("word", words("draft", "counted"))
def test_each_verb_that_asks_how_many_is_told(word: str) -> None:
    # 增设 is tracked as a task, 新增 is none without its figure: both are told to name it.
    without = draft_of(f"今年年底前{word}公交线路。")
    told = [said(promise.lacks) for promise in without.promises]
    told += [f"{item.reason} {item.words[0]}" for item in without.untracked]
    assert told == [f"number {word}"]
    assert (without.lacking("number"), without.wanting) == (1, True)
    with_figure = draft_of(f"今年年底前{word}公交线路3条。")
    assert [said(promise.lacks) for promise in with_figure.promises] == [""]


@pytest.mark.parametrize("word", words("draft", "soon"))
def test_each_word_in_place_of_a_date_is_told(word: str) -> None:
    found = draft_of(f"我局将{word}开工建设东门消防站。")
    assert [r.code for p in found.promises for r in p.lacks] == ["date"]
    assert word in found.promises[0].lacks[0].words

"""Spans whose end the letter tells: terms of office, campaigns of several years."""

from __future__ import annotations

import time
import tomllib
from datetime import date
from pathlib import Path

import pytest

from tests.factories import header
from tests.letters.letters import letter_of
from tracker.commitments import periods
from tracker.commitments.campaigns import campaign_end
from tracker.commitments.deadlines import find_dates
from tracker.commitments.find import find_commitments
from tracker.commitments.terms import term_end
from tracker.letters.letter import read_letter

TABLE: dict[str, list[list[str]]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "told_spans.toml").read_text("utf-8")
)
LETTER, TERM = date(2023, 7, 10), date(2026, 12, 31)


@pytest.mark.parametrize("row", TABLE["term"], ids=lambda row: row[4])
def test_a_term_ends(row: list[str]) -> None:
    region, session, day, last, why = row
    written = date.fromisoformat(day) if day else None
    found = term_end(header(region=region or None, session=session or None, date=written))
    assert (found.isoformat() if found else "") == last, why


@pytest.mark.parametrize("row", TABLE["found"], ids=lambda row: row[3])
def test_found_in_a_sentence(row: list[str]) -> None:
    text, expression, last, why = row
    found = [span for span in find_dates(text, LETTER, TERM) if span.relation == "within"]
    wanted = [(expression, last)] if expression else []
    got = [(span.text, span.last.isoformat() if span.last else "") for span in found]
    assert got == wanted, why


def test_every_level_has_one_group_of_terms() -> None:
    levels = [level for entry in periods.words()["terms"]["bodies"] for level in entry["levels"]]
    assert len(levels) == len(set(levels))


def test_a_term_long_gone_is_past() -> None:
    (found,) = find_dates("本届政府任期内建成", date(2023, 7, 10), date(2021, 12, 31))
    assert found.past


def test_a_promise_for_the_term_is_due_when_it_ends() -> None:
    text = letter_of(body="一、泵站。我局将在本届政府任期内新建泵站5座。")
    (found,) = find_commitments(read_letter(text)).commitments
    assert found.deadline is not None
    assert (found.deadline.day, found.deadline.text) == (TERM, "本届政府任期内")


def test_the_years_in_the_letters_own_title_count() -> None:
    text = letter_of(
        title="青禾县水利局关于县十七届人大三次会议第19号"
        "《关于落实河道整治三年行动计划（2022—2024年）的建议》的答复",
        body="一、泵站。三年行动期间新建泵站5座。",
    )
    (found,) = find_commitments(read_letter(text)).commitments
    assert found.deadline is not None
    assert found.deadline.day == date(2024, 12, 31)


def test_a_text_of_campaigns_costs_no_time() -> None:
    text = "三年行动(2023—2025年" * 5_000
    before = time.process_time()
    campaign_end(text, "三年行动期间", len(text))
    assert time.process_time() - before < 2.0

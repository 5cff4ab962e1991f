"""Clauses, sentences and paragraphs of bounded size, whatever the text: nothing of it is lost."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import letter, pieces
from tracker.letters.clauses import Clause, outline
from tracker.letters.letter import read_letter


def clauses_of(body: str) -> tuple[Clause, ...]:
    return outline(read_letter(letter(body))).clauses


def test_a_clause_without_end_is_cut_and_nothing_of_it_lost() -> None:
    body = "推进老旧小区改造" * 1000
    clauses = clauses_of(body)
    assert "".join(clause.text for clause in clauses) == body
    assert max(len(clause.text) for clause in clauses) == 240
    assert {clause.closer for clause in clauses[:-1]} == {""}
    assert clauses[-1].closer == "\n"


def test_a_list_without_end_is_cut_behind_a_name() -> None:
    clauses = clauses_of("市教育局、" * 1000)
    assert {clause.text[-1] for clause in clauses} == {"、"}


def test_a_long_clause_of_a_real_letter_is_left_whole() -> None:
    text = "、".join(["南溪镇"] * 50) + "各建一处"
    assert [clause.text for clause in clauses_of(text)] == [text]


def test_a_sentence_and_a_paragraph_without_end_are_parted() -> None:
    clauses = clauses_of("推进改造，" * 1000)
    assert len(clauses) == 1000
    assert set(Counter(clause.sentence for clause in clauses).values()) == {40}
    assert max(Counter(clause.paragraph for clause in clauses).values()) == 120
    assert [clause.opener for clause in clauses[:41]] == [True, *[False] * 39, True]


def test_a_paragraph_of_many_sentences_is_parted() -> None:
    clauses = clauses_of("推进改造。" * 1000)
    assert len({clause.sentence for clause in clauses}) == 1000
    assert max(Counter(clause.paragraph for clause in clauses).values()) == 120


def test_a_long_sentence_of_a_real_letter_is_left_whole() -> None:
    clauses = clauses_of("推进改造，" * 39 + "完成验收。")
    assert len(clauses) == 40
    assert len({clause.sentence for clause in clauses}) == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(pieces()), st.integers(1, 300)), max_size=6))
def test_clauses_stand_in_order_and_are_bounded(runs: list[tuple[str, int]]) -> None:
    read = read_letter(letter("".join(piece * count for piece, count in runs)))
    end = read.start
    numbers = (0, 0)
    found = outline(read)
    for clause in found.clauses:
        assert end <= clause.start < clause.end <= read.end
        assert found.text[clause.start : clause.end] == clause.text
        assert len(clause.text) <= 240
        assert (clause.paragraph, clause.sentence) >= numbers
        end, numbers = clause.end, (clause.paragraph, clause.sentence)

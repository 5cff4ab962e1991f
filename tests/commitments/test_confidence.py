"""How sure a find is: more evidence never makes it less so, and the figures hold on letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.commitments.test_samples import SAMPLES, score_of
from tracker.commitments.confidence import Evidence, confidence
from tracker.commitments.model import Kind

KINDS: st.SearchStrategy[Kind] = st.sampled_from(["measurable", "milestone", "action"])
SPEAKS_FOR = ("word", "stated", "inferred", "planned", "owner", "verb", "clue")


def with_flags(kind: Kind, flags: set[str]) -> Evidence:
    return Evidence(kind, **{name: name in flags for name in SPEAKS_FOR})


@given(kind=KINDS, flags=st.sets(st.sampled_from(SPEAKS_FOR)), more=st.sampled_from(SPEAKS_FOR))
def test_more_evidence_makes_no_find_less_sure(kind: Kind, flags: set[str], more: str) -> None:
    less, sure = confidence(with_flags(kind, flags)), confidence(with_flags(kind, flags | {more}))
    assert 0 < less <= sure < 1


@given(kind=KINDS, flags=st.sets(st.sampled_from(SPEAKS_FOR)))
def test_a_neutral_clause_is_less_sure(kind: Kind, flags: set[str]) -> None:
    plain = with_flags(kind, flags)
    assert confidence(plain._replace(neutral=True)) < confidence(plain)


@pytest.mark.parametrize(
    ("evidence", "least", "most"),
    [
        # 确保2025年6月底前建成8所
        (Evidence("measurable", word=True, stated=True, verb=True), 0.95, 1.0),
        # 建成8所, nothing around it
        (Evidence("measurable", neutral=True), 0.0, 0.5),
        # 加强宣传 and the like, hardly checkable
        (Evidence("action", worth=0.5, planned=True), 0.3, 0.8),
    ],
)
def test_typical_finds(evidence: Evidence, least: float, most: float) -> None:
    assert least <= confidence(evidence) <= most


def test_sure_finds_are_right_on_the_samples() -> None:
    score = score_of(SAMPLES)
    assert sum(sure > 0.9 for sure, _ in score.sureness) > 200
    assert score.figures()["sure"] >= 0.95
    rows = score.calibration()
    assert sum(n for _, _, n, _, _ in rows) == len(score.sureness)

"""Whatever a unit is called, its sheet has a name that Excel takes, and no other sheet has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.reports.sheetnames import SheetNames


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("市财政局", "市财政局"),
        ("市财政局/国资委", "市财政局 国资委"),
        ("'a'", "a"),
        ("", "_"),
        ("History", "History_"),
        ("局" * 40, "局" * 31),
        ("[]:*?/\\", "_"),
        ("a\nb", "a b"),
    ],
)
def test_names(wanted: str, name: str) -> None:
    assert SheetNames().of(wanted) == name


def test_none_twice() -> None:
    names = SheetNames(taken=("说明",))
    assert [names.of("说明"), names.of("A"), names.of("a"), names.of("局" * 40)] == [
        "说明 (2)", "A", "a (2)", "局" * 31,
    ]  # fmt: skip
    assert names.of("局" * 40) == "局" * 27 + " (2)"


@given(st.lists(st.text(max_size=40), max_size=12))
def test_any_text_is_survived(wanted: list[str]) -> None:
    names = SheetNames()
    found = [names.of(text) for text in wanted]
    assert len({name.lower() for name in found}) == len(found)
    for name in found:
        assert 0 < len(name.encode("utf-16-le")) <= 62
        assert not set(name) & set("[]:*?/\\")
        assert name[0] != "'" != name[-1]

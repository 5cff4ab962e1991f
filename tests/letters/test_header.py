"""The header by table (tests/cases/header.toml), and what must not change it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.letters.letters import PIECES, letter_of
from tracker.letters.letter import read_letter

_CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "header.toml").read_text(encoding="utf-8")
)["case"]


@pytest.mark.parametrize("case", _CASES, ids=[case["why"] for case in _CASES])
def test_header_by_table(case: dict[str, Any]) -> None:
    pieces = {name: value for name, value in case.items() if name in PIECES}
    assert pieces.keys() | {"why", "expect"} >= case.keys(), "a misspelt piece tests nothing"
    header = read_letter(letter_of(**pieces)).header.as_json()
    expected = {name: _value(value) for name, value in case["expect"].items()}
    assert {name: header[name] for name in expected} == expected


def _value(written: Any) -> Any:
    """TOML has no null; the table writes "none"."""
    if isinstance(written, dict):
        return {name: _value(value) for name, value in written.items()}
    return None if written == "none" else written

"""What a promise grows from, by table."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.commitments.test_find import extract
from tracker.commitments.model import plain

CASES = Path(__file__).parents[1] / "cases" / "baselines.toml"


def rows() -> list[Any]:
    return [
        pytest.param(row, id=row["text"][:24])
        for row in tomllib.loads(CASES.read_text(encoding="utf-8"))["case"]
    ]


@pytest.mark.parametrize("row", rows())
def test_what_a_promise_grows_from(row: dict[str, Any]) -> None:
    grown = [item.baseline for item in extract(row["text"]).commitments if item.target]
    assert [f"{plain(base.value)}{base.unit}" if base else "-" for base in grown] == row[
        "baselines"
    ], row["why"]

"""What a promise grows from, by table."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.commitments.test_find import extract
from tracker.commitments.magnitudes import base
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


@pytest.mark.parametrize(
    ("value", "unit", "full"),
    [
        ("1.2", "萬畝", (Decimal(12000), "亩")),
        ("3", "億元", (Decimal(300_000_000), "元")),
        ("40", "戶", (Decimal(40), "户")),
        ("2", "千米", (Decimal(2), "km")),
        ("5", "樘", (Decimal(5), "樘")),
    ],
)
def test_a_unit_is_one_in_both_scripts(value: str, unit: str, full: tuple[Decimal, str]) -> None:
    assert base(Decimal(value), unit) == full

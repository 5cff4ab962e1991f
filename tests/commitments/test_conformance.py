"""What other projects' own test suites expect of dates and numbers.

The cases lie beside the repository (shared/conformance) with their sources and licences; where
they are absent these tests are skipped. What we read otherwise is listed with its reason in
tests/cases, and the lists are held to be exact.
"""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tracker.commitments.deadlines import resolve
from tracker.commitments.numerals import parse_number
from tracker.commitments.quantities import Quantity, find_quantities
from tracker.letters.text import normalise

CONFORMANCE = Path(__file__).parents[3] / "shared" / "conformance"
CASES = Path(__file__).parents[1] / "cases"
pytestmark = pytest.mark.skipif(
    not CONFORMANCE.is_dir(), reason=f"no conformance cases at {CONFORMANCE}"
)
#: Traditional characters in two or three words are too few for `normalise` to notice.
TRADITIONAL = str.maketrans(
    "倆個萬億點兩壹貳陸負雙塊後號佰拾幾", "俩个万亿点两壹贰陆负双块后号佰拾几"
)
SCALES = {"万亿": Decimal(10**12), "亿": Decimal(10**8), "万": Decimal(10**4)}


def _cases(name: str) -> list[dict[str, Any]]:
    lines = (CONFORMANCE / name / "cases.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _regular(text: str) -> str:
    return normalise(text).text.translate(TRADITIONAL)


# --- dates ---------------------------------------------------------------------------------------


def _end(case: dict[str, Any]) -> str | None:
    """Our last day. Recognizers and duckling move what names no year to the next occurrence."""
    own_policy = (
        case["source"].startswith("dongrixinyu") and case.get("policy") != "next-occurrence"
    )
    found = resolve(
        _regular(case["expr"]),
        date.fromisoformat(case["ref"]),
        prefer="same-year" if own_policy else "next",
    )
    return found.last.isoformat() if found and found.last else None


def test_core_dates_end_on_the_right_day() -> None:
    core = [case for case in _cases("timespecs") if case["core"]]
    missed = {
        case["id"]: _end(case) or ""
        for case in core
        if _end(case) not in (case["end"], *case.get("also_ok", []))
    }
    table = tomllib.loads((CASES / "timespecs_exceptions.toml").read_text("utf-8"))
    assert len(core) == 254
    assert missed == {entry["id"]: entry["ours"] for entry in table["exception"]}
    assert len(missed) <= 0.05 * len(core)


def test_an_exception_under_next_policy_agrees_in_the_same_year() -> None:
    assert str(getattr(resolve("上半年", date(2019, 9, 2)), "last", None)) == "2019-06-30"


# --- numbers -------------------------------------------------------------------------------------


@cache
def _left_out() -> list[dict[str, Any]]:
    table = tomllib.loads((CASES / "quantspecs_left_out.toml").read_text("utf-8"))
    entries: list[dict[str, Any]] = table["left_out"]
    return entries


def _is_left_out(case: dict[str, Any]) -> bool:
    text = _regular(case["expr"] if case["kind"] == "number" else case["text"])
    return any(
        case["kind"] in entry["kinds"] and re.search(entry["pattern"], text)
        for entry in _left_out()
    )


def _scaled(quantity: Quantity) -> tuple[Decimal, Decimal | None]:
    """Value and upper end in the unit without 万 and 亿, as the sources count."""
    scale = next((SCALES[word] for word in SCALES if quantity.unit.startswith(word)), Decimal(1))
    return quantity.value * scale, None if quantity.upper is None else quantity.upper * scale


def _found(case: dict[str, Any]) -> bool:
    """Whether some quantity of the text is the one the source expects."""
    quantities = find_quantities(_regular(case["text"]))
    amounts = [(*_scaled(quantity), quantity.comparator) for quantity in quantities]
    value = case["value"]
    if case["kind"] == "number-range":
        low, high = (end.strip() for end in value[1:-1].split(","))
        if low and high:
            return any((a, b) == (Decimal(low), Decimal(high)) for a, b, _ in amounts)
        wanted, sign = (low, ">=") if low else (high, "<=")
        return any((a, c) == (Decimal(wanted), sign) for a, _, c in amounts)
    if isinstance(value, list):  # a range, or 3000多 with the source's guess of its upper end
        low, high = map(Decimal, value)
        return any(a == low and (b == high or (b is None and c == ">=")) for a, b, c in amounts)
    return any(a == Decimal(value) for a, _, _ in amounts)


def _number_read(case: dict[str, Any]) -> bool:
    try:
        return parse_number(_regular(case["expr"])) == Decimal(case["value"])
    except ValueError:
        return False


@pytest.mark.parametrize("kind", ["number", "percent", "money", "dimension", "number-range"])
def test_numbers_that_a_letter_could_hold(kind: str) -> None:
    cases = [case for case in _cases("quantspecs") if case["kind"] == kind]
    asserted = [case for case in cases if not _is_left_out(case)]
    right = _number_read if kind == "number" else _found
    assert [(case["id"], case["text"]) for case in asserted if not right(case)] == []
    assert asserted


def test_no_pattern_leaves_out_what_we_can_read() -> None:
    """Every pattern still leaves out a case, and one that we do not get right."""
    for entry in _left_out():
        cases = [
            case
            for case in _cases("quantspecs")
            if case["kind"] in entry["kinds"]
            and re.search(
                entry["pattern"], _regular(case["expr" if case["kind"] == "number" else "text"])
            )
        ]
        read = [_number_read(case) if case["kind"] == "number" else _found(case) for case in cases]
        assert not all(read), entry["why"]

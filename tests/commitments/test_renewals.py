"""Which promise of a later letter is made again; a false link is worse than a missed one."""

from __future__ import annotations

import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tracker.commitments.renewals import Promise, renewals, same, softened, verb

_CASES = Path(__file__).parent.parent / "cases" / "renewals.toml"
CASES = tomllib.loads(_CASES.read_text(encoding="utf-8"))["case"]
FIRST, SECOND = dt.date(2021, 6, 1), dt.date(2022, 6, 1)


def promise(key: int = 1, on: dt.date = FIRST, **changes: Any) -> Promise:
    """A promise of a county's bureau: 30 firms more."""
    values: dict[str, Any] = {
        "key": key, "promised_on": on, "kind": "measurable", "what": "新增高新技术企业",
        "quote": "新增高新技术企业30户", "value": Decimal(30), "unit": "户", "mode": "increase",
        "comparator": "=", "deadline": None, "home": "云溪县 云溪县工业和信息化局",
    }  # fmt: skip
    return Promise(**(values | changes))


def _of(told: dict[str, Any], key: int, on: dt.date) -> Promise:
    value = told.get("value")
    return promise(
        key, on, what=told["what"], quote=told["quote"], unit=told.get("unit"),
        value=Decimal(value) if value else None, mode=told.get("mode"), deadline=told.get("due"),
        comparator=told.get("comparator", "=" if value else None),
        kind="measurable" if value else "milestone",
    )  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_made_again(case: dict[str, Any]) -> None:
    earlier, later = _of(case["earlier"], 1, FIRST), _of(case["later"], 2, SECOND)
    assert same(later, earlier) is case["same"], case["why"]
    assert renewals([later], [earlier]) == ({2: 1} if case["same"] else {})


def test_only_a_letter_of_an_earlier_day_comes_before() -> None:
    assert renewals([promise(2, SECOND)], [promise(1, SECOND)]) == {}
    assert renewals([promise(2, FIRST)], [promise(1, SECOND)]) == {}


def test_the_last_one_before_it_is_made_again() -> None:
    third = promise(3, dt.date(2023, 6, 1))
    assert renewals([third], [promise(1, FIRST), promise(2, SECOND)]) == {3: 2}


def test_of_two_in_one_letter_the_nearer_is_meant_and_of_equals_none() -> None:
    near = promise(1, deadline=dt.date(2022, 12, 31))
    far = promise(2, deadline=dt.date(2021, 12, 31))
    later = promise(3, SECOND, deadline=dt.date(2022, 12, 31))
    assert renewals([later], [far, near]) == {3: 1}
    other = promise(2, value=Decimal(40), deadline=dt.date(2022, 12, 31))
    assert renewals([later], [near, other]) == {3: 1}
    twin = promise(2, deadline=dt.date(2022, 12, 31))
    assert renewals([later], [near, twin]) == {}


def test_one_promise_is_made_again_once_in_a_letter() -> None:
    earlier = promise(1, deadline=dt.date(2021, 12, 31))
    this = promise(2, SECOND, deadline=dt.date(2022, 12, 31))
    next_ = promise(3, SECOND, deadline=dt.date(2023, 12, 31))
    assert renewals([next_, this], [earlier]) == {2: 1}


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("确保2021年建成", ("确保", "strong")),
        ("力争2022年推动乐至县新增高新技术企业30户", ("力争", "hedged")),
        ("推动2023年建成", ("推动", "vague")),
        ("推进项目建设，确保年底完工", ("确保", "strong")),
        ("2023年将建成3处", ("将", "plain")),
        ("2023年建成3处", None),
        ("积极争取2023年建成", ("争取", "hedged")),
    ],
)
def test_how_firmly(quote: str, found: tuple[str, str] | None) -> None:
    assert verb(quote) == found


@pytest.mark.parametrize(
    ("quotes", "soft"),
    [
        (["确保2021年建成", "力争2022年建成", "推动2023年建成"], True),
        (["2021年建成", "力争2022年建成"], True),
        (["力争2021年建成", "确保2022年建成"], False),
        (["力争2021年建成", "争取2022年建成"], False),
        (["确保2021年建成", "推动2022年建成", "确保2023年建成"], False),
        (["推动2021年建成"], False),
    ],
)
def test_a_verb_softens(quotes: list[str], soft: bool) -> None:
    assert softened(quotes) is soft

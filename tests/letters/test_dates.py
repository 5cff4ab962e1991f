"""Days as people type them. Those of letters lie in tests/cases."""

from __future__ import annotations

import datetime as dt

import pytest

from tracker.letters.dates import typed_day

TYPED = [
    ("2023-05-10", "2023-05-10"), ("2023-5-1", "2023-05-01"), ("2023年5月10日", "2023-05-10"),
    ("2023年05月10号", "2023-05-10"), ("2023 年 5 月 10 日", "2023-05-10"), ("2023年5月10", "2023-05-10"),
    ("2023/12/31", "2023-12-31"), ("2023.12.31", "2023-12-31"), ("２０２３．１２．３１", "2023-12-31"),
    (" 20231231 ", "2023-12-31"), ("2024-02-29", "2024-02-29"), ("1912-01-01", "1912-01-01"),
    ("2023-02-29", None), ("2023年13月1日", None), ("2023-12/31", None), ("2023.12", None),
    ("2023年12月", None), ("12月31日", None), ("31/12/2023", None), ("2023111", None), ("23-12-31", None),
    ("2023-W52-7", None), ("2023-12-31 之前", None), ("0000-01-01", None), ("", None), ("1" * 90_000, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "day"), TYPED)
def test_a_day_as_it_is_typed(text: str, day: str | None) -> None:
    assert typed_day(text) == (dt.date.fromisoformat(day) if day else None)

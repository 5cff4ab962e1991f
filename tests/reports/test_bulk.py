"""Tens of thousands of commitments are read with as many questions as a handful."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.county import TODAY
from tracker.followup import rounds
from tracker.reports import reads
from tracker.reports.contents import Filters, gather
from tracker.settings import Settings
from tracker.store import queries


def _asked(session: Session, ask: Callable[[], object]) -> list[str]:
    """The statements that a read sends."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    bind = session.get_bind()
    session.expire_all()
    event.listen(bind, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(bind, "before_cursor_execute", note)
    return asked


def test_many_are_read_as_few_are(
    county: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_by_one = [
        reads.item(county, settings, TODAY, row.ref)
        for row in queries.commitments(county, review=reads.TRACKED)
    ]
    assert list(reads.items(county, settings, TODAY)) == one_by_one
    monkeypatch.setattr(reads, "_FEW", 0)
    assert list(reads.items(county, settings, TODAY)) == one_by_one
    assert any(item.reports for item in one_by_one)
    assert any(len(item.units) > 1 for item in one_by_one)


def test_a_list_and_a_report_ask_each_table_once(county: Session, settings: Settings) -> None:
    for ask in (
        lambda: reads.items(county, settings, TODAY),
        lambda: reads.items(county, settings, TODAY, first=2),
    ):
        assert len(_asked(county, ask)) <= 10
    asked = _asked(county, lambda: gather(county, settings, TODAY, Filters()))
    assert len(asked) <= 15
    # What only waits for review is counted, never read.
    assert [text for text in asked if "count(" in text and "commitments" in text]


def test_filters_of_the_store_say_what_the_day_says(county: Session, settings: Settings) -> None:
    every = reads.items(county, settings, TODAY)
    for day in (TODAY, TODAY + dt.timedelta(days=40)):
        due = reads.items(county, settings, TODAY, due_before=day)
        assert due == tuple(item for item in every if item.deadline and item.deadline <= day)
    for today in (TODAY, dt.date(2023, 12, 1)):
        every = reads.items(county, settings, today)
        still = reads.items(county, settings, today, unsettled=True)
        assert still == tuple(item for item in every if item.open)
        assert len(still) < len(every) or today != TODAY
        due = reads.items(county, settings, today, due_before=today)
        assert due == tuple(item for item in every if item.deadline and item.deadline <= today)


def test_a_count_is_of_what_would_be_read(county: Session) -> None:
    for review in ("pending", "confirmed", ("pending", "rejected")):
        found = queries.commitments(county, review=review)
        assert queries.count(county, review=review) == len(found)
    assert queries.count(county, unit="水务") == len(queries.commitments(county, unit="水务"))
    assert len(queries.commitments(county, first=3, alone=True)) == 3


def test_a_round_asks_no_more_for_more(county: Session, settings: Settings) -> None:
    assert len(_asked(county, lambda: rounds.plan(county, TODAY, settings))) <= 12

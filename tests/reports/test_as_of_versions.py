"""A past day is shown without what a newer version of a letter made of it since."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.factories import WHO, commitment, deadline, enter, extraction, target
from tracker.reports.contents import Filters, gather
from tracker.reports.items import Item
from tracker.settings import Settings
from tracker.store import deciding, following, queries
from tracker.store.database import Store

BEFORE, NEWER = dt.date(2023, 5, 20), dt.datetime(2023, 6, 20, 2, tzinfo=dt.UTC)
LATER = dt.datetime(2023, 7, 1, 2, tzinfo=dt.UTC)
DATE = dt.date(2023, 6, 14)


def _state(store: Store, settings: Settings, day: dt.date) -> tuple[tuple[Item, ...], int]:
    with store.read() as session:
        contents = gather(session, settings, day, Filters())
        return contents.items, contents.pending


def test_what_a_newer_version_brings_instead_was_not_there(
    store: Store, settings: Settings
) -> None:
    with store.write() as session:
        enter(session, extraction(commitment()), confirm_above=0.8)
    (known,), _ = _state(store, settings, BEFORE)
    instead = commitment("新建科技企业孵化器2个", target=target(2, "个"))
    with store.write() as session:
        enter(session, extraction(instead, date=DATE), now=NEWER, confirm_above=0.8)
    (item,), _ = _state(store, settings, BEFORE)
    assert (item.ref, item.review, item.quote) == ("25-1", "confirmed", known.quote)
    assert [item.ref for item in _state(store, settings, NEWER.date())[0]] == ["25-2"]


def test_another_figure_and_date_of_a_newer_version_were_not_known(
    store: Store, settings: Settings
) -> None:
    with store.write() as session:
        enter(session, extraction(commitment()), confirm_above=0.8)
    (known,), _ = _state(store, settings, BEFORE)
    other = commitment(
        "力争2023年新增高新技术企业50户", target=target(50), deadline=deadline(dt.date(2024, 6, 30))
    )
    with store.write() as session:
        enter(session, extraction(other, date=DATE), now=NEWER, confirm_above=0.8)
    (item,), _ = _state(store, settings, BEFORE)
    assert (item.value, item.unit, item.deadline) == (Decimal(30), "户", known.deadline)
    (item,), _ = _state(store, settings, NEWER.date())
    assert (item.value, item.deadline) == (Decimal(50), dt.date(2024, 6, 30))


@pytest.mark.parametrize("sure", [0.8, 1.1])
def test_what_was_decided_behind_a_newer_version_was_not(
    store: Store, settings: Settings, sure: float
) -> None:
    """The commitment hangs on the newer letter, and came with the older one."""
    with store.write() as session:
        enter(session, extraction(commitment()), confirm_above=sure)
    items, pending = _state(store, settings, BEFORE)
    assert (len(items), pending) == ((1, 0) if sure < 1 else (0, 1))
    with store.write() as session:
        again = commitment(deadline=deadline(dt.date(2024, 6, 30)))
        enter(session, extraction(again, date=DATE), now=NEWER, confirm_above=sure)
    with store.write() as session:
        row = queries.commitment(session, "25-1")
        deciding.confirm(session, row, who=WHO, now=LATER)
        following.settle(session, row, "kept", on=BEFORE, why="x", who=WHO, now=LATER)
    seen, waiting = _state(store, settings, BEFORE)
    assert [item.outcome for item in seen] == [item.outcome for item in items]
    assert waiting == pending
    (item,), waiting = _state(store, settings, LATER.date())
    assert (item.outcome, waiting) == ("kept", 0)

"""Where a deadline has been: a table of ways, and any order of asking, deciding and editing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import WHO, enter
from tests.store.ledgers import DUE, NOW, TODAY
from tracker.errors import StoreError
from tracker.store import ledger, queries
from tracker.store.book import owners_text
from tracker.store.database import Store
from tracker.store.deadlines import Deadlines, deadlines
from tracker.store.tables import CommitmentRow

MARCH, MAY, SEPTEMBER = dt.date(2024, 3, 31), dt.date(2024, 5, 31), dt.date(2024, 9, 30)
#: An operation and its day; after the last day of 2023 it is asked late.
Way = list[tuple[str, dt.date | None]]


def walk(session: Session, way: Way, *, review: str = "confirmed") -> CommitmentRow:
    """Do what a way says, a minute each; what is refused is refused."""
    enter(session)
    row = queries.commitment(session, "25-1")
    now = NOW
    if review == "confirmed":
        ledger.confirm(session, row, who=WHO, now=now)
    for name, day in way:
        now += dt.timedelta(minutes=1)
        try:
            step(session, row, name, day, now)
        except StoreError:
            continue
    session.flush()
    return row


def step(session: Session, row: CommitmentRow, name: str, day: dt.date | None, now: Any) -> None:
    """One operation on a commitment."""
    by: dict[str, Any] = {"who": WHO, "now": now}
    waiting = next((item.id for item in row.requests if item.state == "waiting"), 0)
    if name in ("extension", "late"):
        on = TODAY if name == "extension" else DUE + dt.timedelta(days=9)
        asked = ledger.ask(session, row, "extension", why="雨季", until=day, on=on, **by)
        ledger.approve(session, asked.id, on=on, **by)
    elif name == "ask":
        ledger.ask(session, row, "extension", why="雨季", until=day, on=TODAY, **by)
    elif name == "misread":
        changes = {"deadline": str(day) if day else "none"}
        ledger.ask(session, row, "wrong_date", why="笔误", changes=changes, on=TODAY, **by)
    elif name == "owner":
        ledger.ask(session, row, "not_ours", why="职能", unit=f"市{day}局", on=TODAY, **by)
    elif name == "target":
        changes = {"value": str((day or DUE).day)}
        ledger.ask(session, row, "wrong_target", why="笔误", changes=changes, on=TODAY, **by)
    elif name == "drop":
        ledger.ask(session, row, "drop", why="机构改革", on=TODAY, **by)
    elif name == "approve":
        ledger.approve(session, waiting, on=TODAY, **by)
    elif name == "refuse":
        ledger.refuse(session, waiting, why="不", **by)
    elif name == "withdraw":
        ledger.withdraw(session, waiting, **by)
    elif name == "edit":
        ledger.edit(session, row, {"deadline": str(day) if day else "none"}, why="来函", **by)
    elif name == "settle":
        ledger.settle(session, row, "broken", on=TODAY, why="核查", **by)
    elif name == "reopen":
        ledger.reopen(session, row, on=TODAY, why="回头看", **by)
    elif name == "undo":
        ledger.undo(session, row, **by)
    elif name == "reject":
        ledger.reject(session, row, why="不", **by)
    elif name == "confirm":
        ledger.confirm(session, row, **by)


WAYS: list[tuple[str, Way, list[dt.date | None], list[str], int, int]] = [
    ("confirmed", [], [DUE], [], 0, 0),
    ("confirmed", [("extension", MAY)], [DUE, MAY], ["extension"], 152, 1),
    ("confirmed", [("late", MAY)], [DUE, MAY], ["extension late"], 152, 1),
    (
        "confirmed",
        [("extension", MARCH), ("late", MAY), ("extension", SEPTEMBER)],
        [DUE, MARCH, MAY, SEPTEMBER],
        ["extension", "extension", "extension"],  # March was in force when it was asked
        274,
        3,
    ),
    ("confirmed", [("edit", MAY)], [DUE, MAY], ["edit"], 152, 1),
    ("confirmed", [("edit", MAY), ("undo", None)], [DUE], [], 0, 0),
    ("confirmed", [("edit", dt.date(2023, 11, 30))], [DUE, dt.date(2023, 11, 30)], ["edit"], 0, 0),
    ("confirmed", [("misread", MAY), ("approve", None)], [MAY], ["correction"], 0, 0),
    (
        "confirmed",
        [("misread", MARCH), ("approve", None), ("extension", MAY)],
        [MARCH, MAY],
        ["correction", "extension"],
        61,
        1,
    ),
    (
        "confirmed",
        [("extension", MARCH), ("misread", MAY), ("approve", None)],
        [MAY],
        ["extension", "correction"],
        0,
        1,
    ),
    (
        "confirmed",
        [("extension", MAY), ("misread", MARCH), ("approve", None)],
        [MARCH, MAY],
        ["extension"],
        61,
        1,
    ),
    ("confirmed", [("ask", MAY), ("refuse", None)], [DUE], [], 0, 0),
    ("confirmed", [("ask", MAY), ("withdraw", None)], [DUE], [], 0, 0),
    ("confirmed", [("ask", MAY), ("settle", None), ("approve", None)], [DUE], [], 0, 0),
    ("confirmed", [("edit", None)], [DUE, None], ["edit"], 0, 0),
    ("pending", [("edit", MAY)], [MAY], ["correction"], 0, 0),
    (
        "pending",
        [("edit", MAY), ("confirm", None), ("edit", SEPTEMBER)],
        [MAY, SEPTEMBER],
        ["correction", "edit"],
        122,
        1,
    ),
    ("pending", [("edit", MAY), ("edit", MARCH)], [MARCH], ["correction", "correction"], 0, 0),
    ("pending", [("edit", MAY), ("undo", None), ("edit", MARCH)], [MARCH], ["correction"], 0, 0),
]


@pytest.mark.parametrize(("review", "way", "chain", "how", "slipped", "times"), WAYS)
def test_the_chain_of_deadlines(
    shared: Store,
    review: str,
    way: Way,
    chain: list[dt.date | None],
    how: list[str],
    slipped: int,
    times: int,
) -> None:
    with shared.rehearse() as session:
        row = walk(session, way, review=review)
        found = deadlines(session, [row])[row.id]
        assert list(found.chain) == chain
        assert [f"{move.how}{' late' * move.late}" for move in found.moves] == how
        assert (found.days_slipped, found.times_moved) == (slipped, times)


def test_a_past_day_knows_no_later_moves(shared: Store) -> None:
    with shared.rehearse() as session:
        row = walk(session, [("extension", MARCH), ("extension", MAY)])
        over = NOW + dt.timedelta(minutes=2)
        assert deadlines(session, [row], over)[row.id].chain == (DUE, MARCH)
        assert deadlines(session, [row], NOW)[row.id] == Deadlines(DUE)


def replayed(session: Session, row: CommitmentRow) -> dict[str, str | None]:
    """What the fields are by the history alone; those that it never speaks of are left out."""
    after: dict[str, str | None] = {}
    for change in queries.history(session, row.ref):
        if change.field in FIELDS:
            if change.field in after:
                assert change.old == after[change.field], change.field
            after[change.field] = change.new
    return after


FIELDS = ("deadline", "original_deadline", "owner", "value", "review", "outcome")


def present(row: CommitmentRow) -> dict[str, str | None]:
    """The fields as they are."""
    return {
        "deadline": str(row.deadline) if row.deadline else None,
        "original_deadline": str(row.original_deadline) if row.original_deadline else None,
        "owner": owners_text(row) or None,
        "value": None if row.value is None else f"{row.value:f}",
        "review": row.review,
        "outcome": row.outcome,
    }


DAYS = st.dates(dt.date(2023, 6, 1), dt.date(2025, 12, 31))
BY_REQUEST = st.sampled_from(
    ["extension", "late", "ask", "owner", "target", "approve", "refuse", "withdraw"]
)
ANYTHING = st.sampled_from(
    ["extension", "late", "ask", "misread", "owner", "target", "drop", "approve", "refuse",
     "withdraw", "edit", "settle", "reopen", "undo", "reject", "confirm"]
)  # fmt: skip
EXAMPLES = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(way=st.lists(st.tuples(BY_REQUEST, DAYS), max_size=12))
@EXAMPLES
def test_by_requests_alone_deadlines_only_grow_and_the_first_stays(shared: Store, way: Way) -> None:
    with shared.rehearse() as session:
        row = walk(session, way)
        found = deadlines(session, [row])[row.id]
        chain = [day for day in found.chain if day is not None]
        assert chain == sorted(set(chain))
        assert (chain[0], chain[-1]) == (DUE, row.deadline)
        assert row.original_deadline == DUE
        granted = [item for item in row.requests if item.granted is not None]
        assert [item.granted for item in granted] == chain[1:]
        assert all(item.state == "approved" for item in granted)
        assert found.times_moved == len(granted)
        assert found.days_slipped == (chain[-1] - DUE).days


@given(way=st.lists(st.tuples(ANYTHING, DAYS | st.none()), max_size=14))
@EXAMPLES
def test_the_history_tells_the_row(shared: Store, way: Way) -> None:
    with shared.rehearse() as session:
        row = walk(session, way)
        session.expire_all()
        after, is_ = replayed(session, row), present(row)
        original = after.pop("original_deadline", is_["original_deadline"])
        if "reject" not in dict(way):  # a date corrected while it is rejected was misread too
            assert original == is_["original_deadline"]
        assert {name: is_[name] for name in after} == after
        if "value" not in after:
            assert row.value == Decimal(30)
        found = deadlines(session, [row])[row.id]
        assert found.chain[-1] == row.deadline
        assert found.original == row.original_deadline
        waiting = [item.kind for item in row.requests if item.state == "waiting"]
        assert len(waiting) == len(set(waiting))
        if row.outcome != "open" or row.review != "confirmed":
            assert waiting == []

"""A person decides: confirm, reject, correct, take back; each with its row in the history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories import NOW, QUOTE, WHO, action, commitment, enter, extraction
from tracker.errors import StoreError
from tracker.settings import Settings
from tracker.store import ledger, queries
from tracker.store.database import Store, open_store
from tracker.store.tables import CommitmentRow

SOON = NOW + dt.timedelta(minutes=1)
LATER = NOW + dt.timedelta(minutes=2)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    """A write block on a store with 25-1, measurable, and 25-2, an action."""
    with store.write() as session:
        enter(session, extraction(commitment(), action("年内制定管理办法")))
        yield session


@pytest.fixture
def row(session: Session) -> CommitmentRow:
    """The measurable one, pending."""
    return queries.commitment(session, "25-1")


def _last(session: Session, ref: str = "25-1") -> tuple[str | None, ...]:
    change = queries.history(session, ref)[-1]
    return change.action, change.field, change.old, change.new, change.why


def test_confirm(session: Session, row: CommitmentRow) -> None:
    assert ledger.confirm(session, row, who=WHO, now=SOON, why="核对无误")
    assert row.review == "confirmed"
    assert _last(session) == ("confirm", "review", "pending", "confirmed", "核对无误")
    assert not ledger.confirm(session, row, who=WHO, now=LATER)
    assert len(queries.history(session, "25-1")) == 3  # import, found, confirm


def test_reject(session: Session, row: CommitmentRow) -> None:
    assert ledger.reject(session, row, why="已完成事项", who=WHO, now=SOON)
    assert row.review == "rejected"
    assert _last(session) == ("reject", "review", "pending", "rejected", "已完成事项")


@pytest.mark.parametrize("why", ["", "  "])
def test_reject_needs_a_reason(session: Session, row: CommitmentRow, why: str) -> None:
    with pytest.raises(StoreError, match="--why"):
        ledger.reject(session, row, why=why, who=WHO, now=SOON)
    assert row.review == "pending"


def test_what_is_settled_cannot_be_rejected(session: Session, row: CommitmentRow) -> None:
    ledger.confirm(session, row, who=WHO, now=SOON)
    ledger.settle(session, row, "kept", on=SOON.date(), why="公报", who=WHO, now=SOON)
    with pytest.raises(StoreError, match="reopen it first"):
        ledger.reject(session, row, why="x", who=WHO, now=LATER)


# Corrections.

GOOD = [
    ("deadline", "2024-06-30", dt.date(2024, 6, 30)),
    ("deadline", "none", None),
    ("deadline", "无", None),
    ("value", "1,200.5", Decimal("1200.5")),
    ("value", "４５", Decimal(45)),
    ("value", "0", Decimal(0)),
    ("unit", " 家 ", "家"),
    ("mode", "level", "level"),
    ("comparator", ">=", ">="),
    ("what", "培育高新技术企业", "培育高新技术企业"),
    ("strength", "firm", "firm"),
]


@pytest.mark.parametrize(("field", "written", "value"), GOOD)
def test_a_field_is_corrected(
    session: Session, row: CommitmentRow, field: str, written: str, value: object
) -> None:
    changed = ledger.edit(session, row, {field: written}, who=WHO, now=SOON, why="核对原文")
    assert changed == (field,)
    session.expire(row)
    assert getattr(row, field) == value
    assert _last(session)[:2] == ("edit", field)
    assert _last(session)[4] == "核对原文"


BAD = [
    ({"deadline": "2023年底"}, "no date"),
    ({"deadline": "2023-02-30"}, "no date"),
    ({"value": "三十"}, "no number"),
    ({"value": "-1"}, "out of range"),
    ({"value": "NaN"}, "out of range"),
    ({"value": "1e40"}, "out of range"),
    ({"value": "none"}, "also needs --value"),
    ({"unit": "none", "comparator": "none"}, "also needs --unit … --comparator"),
    ({"mode": "more"}, "increase, level, amount"),
    ({"kind": "promise"}, "measurable, milestone, action"),
    ({"what": ""}, "one line"),
    ({"what": "两\n行"}, "one line"),
    ({"owner": "某" * 101}, "too long"),
    ({"what": "培育\u202e高企"}, "control characters"),
    ({"owner": "市财政局\x9b"}, "control characters"),
    ({"kind": "action", "unit": "家"}, "only a measurable"),
    ({"quote": "另一句"}, "no field 'quote'"),
    ({"original_deadline": "2024-01-01"}, "no field"),
    ({"what": "好", "deadline": "坏"}, "no date"),
]


@pytest.mark.parametrize(("changes", "reason"), BAD)
def test_a_wrong_correction_changes_nothing(
    session: Session, row: CommitmentRow, changes: dict[str, str], reason: str
) -> None:
    before = len(queries.history(session, "25-1"))
    with pytest.raises(StoreError, match=reason):
        ledger.edit(session, row, changes, who=WHO, now=SOON)
    session.flush()
    session.expire(row)
    assert (row.what, row.deadline) == ("新增高新技术企业", dt.date(2023, 12, 31))
    assert len(queries.history(session, "25-1")) == before


def test_the_original_deadline_and_the_quote_stay_for_ever(
    session: Session, row: CommitmentRow
) -> None:
    ledger.confirm(session, row, who=WHO, now=NOW)
    for day in ("2024-03-31", "none", "2024-06-30"):
        ledger.edit(session, row, {"deadline": day}, who=WHO, now=SOON, why="常委会同意")
    assert row.deadline == dt.date(2024, 6, 30)
    assert row.original_deadline == dt.date(2023, 12, 31)
    assert row.quote == QUOTE
    moves = [change for change in queries.history(session, "25-1") if change.field == "deadline"]
    assert [(change.old, change.new) for change in moves] == [
        ("2023-12-31", "2024-03-31"),
        ("2024-03-31", None),
        (None, "2024-06-30"),
    ]


def test_a_date_that_is_followed_moves_only_with_a_reason(
    session: Session, row: CommitmentRow
) -> None:
    ledger.confirm(session, row, who=WHO, now=SOON)
    with pytest.raises(StoreError, match="why the deadline moves"):
        ledger.edit(session, row, {"deadline": "2024-06-30"}, who=WHO, now=SOON)
    ledger.edit(session, row, {"deadline": "2024-06-30"}, who=WHO, now=SOON, why="常委会同意")
    assert row.deadline == dt.date(2024, 6, 30)


def test_owners_are_corrected_and_resolved(session: Session, row: CommitmentRow) -> None:
    ledger.edit(session, row, {"owner": "市财政局,市科技局、市财政局"}, who=WHO, now=SOON)
    assert [(owner.written, owner.unit.name, owner.named) for owner in row.owners] == [
        ("市财政局", "资阳市财政局", True),
        ("市科技局", "资阳市科技局", True),
    ]
    assert _last(session)[2:4] == (None, "市财政局、市科技局")
    ledger.edit(session, row, {"owner": "none"}, who=WHO, now=SOON)
    assert [(owner.unit.name, owner.named) for owner in row.owners] == [
        ("资阳市市场监督管理局", False)
    ]


def test_an_owner_that_stays_while_others_change(session: Session, row: CommitmentRow) -> None:
    ledger.edit(session, row, {"owner": "市财政局"}, who=WHO, now=SOON)
    ledger.edit(session, row, {"owner": "市科技局、市财政局"}, who=WHO, now=SOON)
    assert [owner.written for owner in row.owners] == ["市科技局", "市财政局"]


def test_a_value_that_is_there_already_is_no_change(session: Session, row: CommitmentRow) -> None:
    before = len(queries.history(session, "25-1"))
    same = {"value": "30", "deadline": "2023-12-31", "unit": "户", "owner": "none"}
    assert ledger.edit(session, row, same, who=WHO, now=SOON) == ()
    assert len(queries.history(session, "25-1")) == before


def test_an_action_becomes_measurable_with_its_whole_figure(session: Session) -> None:
    plan = queries.commitment(session, "25-2")
    with pytest.raises(StoreError, match="only a measurable commitment"):
        ledger.edit(session, plan, {"value": "3"}, who=WHO, now=SOON)
    with pytest.raises(StoreError, match="--unit … --mode … --comparator"):
        ledger.edit(session, plan, {"kind": "measurable", "value": "3"}, who=WHO, now=SOON)
    whole = {"kind": "measurable", "value": "3", "unit": "项", "mode": "amount", "comparator": "="}
    assert set(ledger.edit(session, plan, whole, who=WHO, now=SOON)) == set(whole)


# Taking back.


def test_undo_takes_back_one_decision_after_the_other(session: Session, row: CommitmentRow) -> None:
    ledger.edit(
        session,
        row,
        {"deadline": "2024-03-31", "value": "28", "owner": "市财政局"},
        who=WHO,
        now=NOW,
    )
    ledger.confirm(session, row, who=WHO, now=SOON)
    assert ledger.undo(session, row, who=WHO, now=LATER) == "confirm"
    assert (row.review, row.value) == ("pending", Decimal(28))
    assert ledger.undo(session, row, who=WHO, now=LATER) == "edit"
    assert (row.deadline, row.value) == (dt.date(2023, 12, 31), Decimal(30))
    assert [(owner.unit.name, owner.named) for owner in row.owners] == [
        ("资阳市市场监督管理局", False)
    ]
    with pytest.raises(StoreError, match="nothing to take back"):
        ledger.undo(session, row, who=WHO, now=LATER)


def test_what_was_taken_back_stays_in_the_history(session: Session, row: CommitmentRow) -> None:
    ledger.reject(session, row, why="误操作", who=WHO, now=NOW)
    ledger.undo(session, row, who="王主任", now=LATER)
    found = [(change.who, change.action) for change in queries.history(session, "25-1")]
    assert found[-2:] == [(WHO, "reject"), ("王主任", "undo")]
    ledger.confirm(session, row, who=WHO, now=LATER)
    assert ledger.undo(session, row, who=WHO, now=LATER) == "confirm"
    assert row.review == "pending"


def test_two_corrections_in_one_moment_are_taken_back_apart(
    session: Session, row: CommitmentRow
) -> None:
    ledger.edit(session, row, {"what": "甲"}, who=WHO, now=SOON)
    ledger.confirm(session, row, who=WHO, now=SOON)
    ledger.edit(session, row, {"what": "乙"}, who=WHO, now=SOON)
    for expected in ("甲", "甲", "新增高新技术企业"):
        ledger.undo(session, row, who=WHO, now=LATER)
        assert row.what == expected


def test_decisions_hold_on_either_database(any_store: Store) -> None:
    with any_store.write() as session:
        enter(session)
        row = queries.commitment(session, "25-1")
        changes = {"deadline": "2024-03-31", "value": "28.50", "owner": "市财政局"}
        ledger.edit(session, row, changes, who=WHO, now=NOW)
        ledger.confirm(session, row, who=WHO, now=SOON)
    with any_store.write() as session:
        row = queries.commitment(session, "25-1")
        assert (row.deadline, str(row.value), row.review) == (
            dt.date(2024, 3, 31),
            "28.50",
            "confirmed",
        )
        assert [change.at for change in queries.history(session, "25-1")[-2:]] == [NOW, SOON]
        assert ledger.undo(session, row, who=WHO, now=LATER) == "confirm"
        assert ledger.undo(session, row, who=WHO, now=LATER) == "edit"
    with any_store.read() as session:
        row = queries.commitment(session, "25-1")
    assert (row.deadline, row.value, row.review) == (dt.date(2023, 12, 31), Decimal(30), "pending")
    assert row.owners[0].unit.name == "资阳市市场监督管理局"


def test_a_misread_date_corrected_in_review_is_no_extension(
    session: Session, row: CommitmentRow
) -> None:
    ledger.edit(session, row, {"deadline": "2024-12-31"}, who=WHO, now=NOW)
    assert row.deadline == row.original_deadline == dt.date(2024, 12, 31)
    assert _last(session)[1:4] == ("deadline", "2023-12-31", "2024-12-31")
    ledger.confirm(session, row, who=WHO, now=SOON)
    ledger.edit(session, row, {"deadline": "2025-06-30"}, who=WHO, now=LATER, why="常委会同意")
    assert row.original_deadline == dt.date(2024, 12, 31)
    for _ in range(3):
        ledger.undo(session, row, who=WHO, now=LATER)
    assert row.deadline == row.original_deadline == dt.date(2023, 12, 31)


@pytest.mark.parametrize("kind", ["action", "milestone"])
def test_what_is_no_longer_measurable_has_no_figure(
    session: Session, row: CommitmentRow, kind: str
) -> None:
    changed = ledger.edit(session, row, {"kind": kind}, who=WHO, now=SOON)
    assert set(changed) == {"kind", "value", "unit", "mode", "comparator"}
    assert (row.value, row.unit, row.mode, row.comparator) == (None,) * 4
    gone = {change.field: change.old for change in queries.history(session, "25-1")}
    assert (gone["value"], gone["unit"], gone["mode"]) == ("30", "户", "increase")
    assert ledger.undo(session, row, who=WHO, now=LATER) == "edit"
    assert (row.kind, row.value, row.unit, row.comparator) == ("measurable", Decimal(30), "户", "=")


def test_undo_takes_back_ones_own_decision_only(session: Session, row: CommitmentRow) -> None:
    ledger.confirm(session, row, who="甲", now=NOW)
    mine = ledger.last_decision(session, row)
    ledger.edit(session, row, {"what": "乙说"}, who="乙", now=SOON)
    with pytest.raises(StoreError, match="somebody has decided since"):
        ledger.undo(session, row, who="甲", now=LATER, expected=mine)
    assert (row.review, row.what) == ("confirmed", "乙说")
    ledger.undo(session, row, who="乙", now=LATER)
    assert ledger.undo(session, row, who="甲", now=LATER, expected=mine) == "confirm"


def test_what_is_settled_cannot_be_taken_back(session: Session, row: CommitmentRow) -> None:
    ledger.confirm(session, row, who=WHO, now=NOW)
    ledger.settle(session, row, "kept", on=NOW.date(), why="公报", who=WHO, now=SOON)
    with pytest.raises(StoreError, match="reopen it first"):
        ledger.undo(session, row, who=WHO, now=LATER)
    assert (row.review, row.outcome) == ("confirmed", "kept")


def test_an_automatic_confirmation_is_not_taken_back(store: Store) -> None:
    with store.write() as session:
        enter(session, extraction(commitment(confidence=0.99)), confirm_above=0.9)
        row = queries.commitment(session, "25-1")
        with pytest.raises(StoreError, match="nothing to take back"):
            ledger.undo(session, row, who=WHO, now=LATER)


@pytest.mark.parametrize("why", ["两\n行", "右\u202e左"])
def test_a_reason_is_one_plain_line(session: Session, row: CommitmentRow, why: str) -> None:
    with pytest.raises(StoreError, match="why must be one line"):
        ledger.reject(session, row, why=why, who=WHO, now=NOW)
    with pytest.raises(StoreError, match="note must be one line"):
        ledger.record_progress(session, row, as_of=NOW.date(), note=why, who=WHO, now=NOW)


def _reject_at_once(store: Store) -> None:
    with store.write() as session:
        session.execute(text("SET LOCAL lock_timeout = '200ms'"))
        row = queries.commitment(session, "25-1")
        ledger.reject(session, row, why="重复", who="乙", now=LATER)


def test_a_decision_sees_and_locks_the_row_as_it_stands(postgresql_ready: Settings) -> None:
    store = open_store(postgresql_ready)
    with store.write() as session:
        enter(session)
    with store.write() as slow:
        row = queries.commitment(slow, "25-1")
        with store.write() as quick:
            other = queries.commitment(quick, "25-1")
            ledger.reject(quick, other, why="重复", who="乙", now=NOW)
        ledger.confirm(slow, row, who="甲", now=SOON)
        assert _last(slow)[:4] == ("confirm", "review", "rejected", "confirmed")
        with pytest.raises(StoreError, match="in use"):
            _reject_at_once(store)
    store.close()

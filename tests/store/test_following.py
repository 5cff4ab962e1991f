"""Progress and outcome: what is accepted, what is refused, what the history says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import WHO, action, commitment, enter, extraction
from tracker.errors import StoreError
from tracker.store import ledger, queries
from tracker.store.database import Store
from tracker.store.tables import CommitmentRow

NOW = dt.datetime(2023, 10, 9, 20, 0, tzinfo=dt.UTC)  # in Shanghai it is the 10th
TODAY = dt.date(2023, 10, 10)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    """A write block on a store with 25-1, measurable, and 25-2, an action, both confirmed."""
    with store.write() as session:
        enter(session, extraction(commitment(), action("年内制定管理办法")))
        for row in queries.commitments(session):
            ledger.confirm(session, row, who=WHO, now=NOW)
        yield session


@pytest.fixture
def row(session: Session) -> CommitmentRow:
    """The measurable one."""
    return queries.commitment(session, "25-1")


def _report(session: Session, row: CommitmentRow, **what: Any) -> None:
    values: dict[str, Any] = {"as_of": TODAY, "who": WHO, "now": NOW} | what
    ledger.record_progress(session, row, **values)


def test_a_figure_with_its_evidence(session: Session, row: CommitmentRow) -> None:
    _report(session, row, value=Decimal("28.50"), note="含入库", evidence="统计公报")
    session.expire_all()
    report = row.reports[0]
    assert str(report.value) == "28.50"
    assert (report.as_of, report.note, report.evidence) == (TODAY, "含入库", "统计公报")
    assert (report.reporter, report.recorded_at) == (WHO, NOW)
    change = queries.history(session, "25-1")[-1]
    assert (change.action, change.new, change.why) == (
        "report",
        "28.50户 · 含入库 (2023-10-10)",
        "统计公报",
    )


def test_reports_stand_by_the_day_they_speak_of(session: Session, row: CommitmentRow) -> None:
    _report(session, row, value=Decimal(20), as_of=dt.date(2023, 9, 30))
    _report(session, row, value=Decimal(9), as_of=dt.date(2023, 6, 30))
    assert [report.value for report in row.reports] == [Decimal(9), Decimal(20)]
    session.expire_all()
    assert [report.value for report in row.reports] == [Decimal(9), Decimal(20)]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "say what was reached"),
    ({"note": "  "}, "say what was reached"),
    ({"evidence": "网址"}, "say what was reached"),
    ({"value": Decimal(1), "as_of": dt.date(2023, 10, 11)}, "still to come"),
    ({"value": Decimal("NaN")}, "out of range"),
    ({"value": Decimal(-5)}, "below zero"),
    ({"value": Decimal("1e31")}, "out of range"),
]


@pytest.mark.parametrize(("what", "reason"), WRONG)
def test_a_report_that_says_nothing_usable_is_refused(
    session: Session, row: CommitmentRow, what: dict[str, Any], reason: str
) -> None:
    with pytest.raises(StoreError, match=reason):
        _report(session, row, **what)
    assert row.reports == []


def test_a_figure_needs_a_target(session: Session) -> None:
    plan = queries.commitment(session, "25-2")
    with pytest.raises(StoreError, match="no target figure"):
        _report(session, plan, value=Decimal(80))
    _report(session, plan, note="征求意见稿已印发")
    assert len(plan.reports) == 1


def test_what_is_not_followed_takes_no_report(session: Session, row: CommitmentRow) -> None:
    ledger.reject(session, row, why="不归本办", who=WHO, now=NOW)
    with pytest.raises(StoreError, match="tracker confirm 25-1"):
        _report(session, row, value=Decimal(1))


@pytest.mark.parametrize("outcome", ledger.OUTCOMES)
def test_an_outcome_with_its_reason(session: Session, row: CommitmentRow, outcome: str) -> None:
    if outcome == "kept_late":
        row.deadline = TODAY - dt.timedelta(days=1)
    ledger.settle(
        session, row, outcome, on=TODAY, why="年度核查", evidence="公报第3页", who=WHO, now=NOW
    )
    assert (row.outcome, row.settled_on) == (outcome, TODAY)
    change = queries.history(session, "25-1")[-1]
    assert (change.action, change.old, change.new) == ("settle", "open", outcome)
    assert change.why == "年度核查 · 佐证：公报第3页"


@pytest.mark.parametrize(
    ("outcome", "days", "refused"),
    [
        ("kept", -1, False),
        ("kept", 0, False),
        ("kept", 1, True),
        ("kept_late", 0, True),
        ("kept_late", 1, False),
        ("partly_kept", 30, False),
        ("broken", 30, False),
    ],
)
def test_the_outcome_and_its_day_agree(
    session: Session, row: CommitmentRow, outcome: str, days: int, refused: bool
) -> None:
    row.deadline = TODAY - dt.timedelta(days=60)
    on = row.deadline + dt.timedelta(days=days)
    values: dict[str, Any] = {"on": on, "why": "核查", "who": WHO, "now": NOW}
    if refused:
        with pytest.raises(StoreError, match="kept_late"):
            ledger.settle(session, row, outcome, **values)
        assert row.outcome == "open"
    else:
        ledger.settle(session, row, outcome, **values)
        assert row.outcome == outcome


@pytest.mark.parametrize("reason", [{"why": "核查"}, {"evidence": "公报"}])
def test_reason_or_evidence_is_enough(
    session: Session, row: CommitmentRow, reason: dict[str, str]
) -> None:
    ledger.settle(session, row, "kept", on=TODAY, who=WHO, now=NOW, **reason)
    assert row.outcome == "kept"


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("kept", {}, "--why TEXT or --evidence TEXT"),
    ("kept", {"why": " "}, "--why TEXT or --evidence TEXT"),
    ("open", {"why": "x"}, "must be one of"),
    ("done", {"why": "x"}, "must be one of"),
    ("kept", {"why": "x", "on": dt.date(2023, 10, 11)}, "still to come"),
]


@pytest.mark.parametrize(("outcome", "what", "reason"), BAD)
def test_an_outcome_that_cannot_be_is_refused(
    session: Session, row: CommitmentRow, outcome: str, what: dict[str, Any], reason: str
) -> None:
    values: dict[str, Any] = {"on": TODAY, "who": WHO, "now": NOW} | what
    with pytest.raises(StoreError, match=reason):
        ledger.settle(session, row, outcome, **values)
    assert (row.outcome, row.settled_on) == ("open", None)


def test_only_what_is_confirmed_is_settled(session: Session, row: CommitmentRow) -> None:
    ledger.undo(session, row, who=WHO, now=NOW)
    with pytest.raises(StoreError, match="not confirmed"):
        ledger.settle(session, row, "kept", on=TODAY, why="x", who=WHO, now=NOW)


def test_reopening(session: Session, row: CommitmentRow) -> None:
    with pytest.raises(StoreError, match="open already"):
        ledger.reopen(session, row, on=TODAY, why="x", who=WHO, now=NOW)
    ledger.settle(session, row, "kept", on=TODAY, why="公报", who=WHO, now=NOW)
    with pytest.raises(StoreError, match="say why"):
        ledger.reopen(session, row, on=TODAY, why="", who=WHO, now=NOW)
    ledger.reopen(session, row, on=TODAY, why="数据有误", who=WHO, now=NOW)
    assert (row.outcome, row.settled_on) == ("open", None)
    change = queries.history(session, "25-1")[-1]
    assert (change.action, change.old, change.new, change.why) == (
        "reopen",
        "kept",
        "open",
        "数据有误",
    )


def test_progress_and_outcome_hold_on_either_database(any_store: Store) -> None:
    with any_store.write() as session:
        enter(session)
        row = queries.commitment(session, "25-1")
        ledger.confirm(session, row, who=WHO, now=NOW)
        _report(session, row, value=Decimal("28.50"))
        ledger.settle(session, row, "partly_kept", on=TODAY, why="公报", who=WHO, now=NOW)
    with any_store.read() as session:
        row = queries.commitment(session, "25-1")
    assert [str(report.value) for report in row.reports] == ["28.50"]
    assert row.reports[0].recorded_at == NOW
    assert (row.outcome, row.settled_on) == ("partly_kept", TODAY)

"""Who may rate the delivery, from which day on, and what "not" does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import WHO
from tests.store.ledgers import DUE, NOW, TODAY, confirmed
from tracker.errors import StoreError, UnknownReference
from tracker.store import ledger, queries
from tracker.store.database import Store
from tracker.store.rating import latest
from tracker.store.tables import CommitmentRow


def rate(session: Session, row: CommitmentRow, score: str = "satisfied", **what: Any) -> bool:
    """王强 rates on the day it falls due."""
    values: dict[str, Any] = {"deputy": "王强", "on": DUE, "who": WHO, "now": NOW}
    return ledger.rate(session, row, score, **(values | what))


def settle(session: Session, row: CommitmentRow, outcome: str = "partly_kept") -> None:
    """A supervisor closes it today, before it is due."""
    ledger.settle(session, row, outcome, on=TODAY, why="核查", who=WHO, now=NOW)


@pytest.mark.parametrize(
    ("days", "settled", "refused"),
    [(-1, False, True), (0, False, False), (1, False, False), (-80, True, False)],
)
def test_the_day_from_which_it_is_rated(
    undone: Session, promise: CommitmentRow, days: int, settled: bool, refused: bool
) -> None:
    if settled:
        settle(undone, promise)
    on = DUE + dt.timedelta(days=days)
    if refused:
        with pytest.raises(StoreError, match="is due on 2023-12-31; it can be rated from that day"):
            rate(undone, promise, on=on)
        assert promise.ratings == []
    else:
        assert rate(undone, promise, on=on, comment="按时完成") is False
        rating = promise.ratings[0]
        assert (rating.deputy.name, rating.score, rating.comment, rating.rated_on) == (
            "王强",
            "satisfied",
            "按时完成",
            on,
        )


def test_a_name_padded_with_blanks_is_the_same_person(
    undone: Session, promise: CommitmentRow
) -> None:
    rate(undone, promise, deputy=" 王　强 ")
    assert [item.deputy.name for item in promise.ratings] == ["王强"]


def test_what_has_no_date_is_rated_once_it_is_settled(undone: Session) -> None:
    plan = queries.commitment(undone, "25-2")
    with pytest.raises(StoreError, match="no deadline"):
        rate(undone, plan)
    settle(undone, plan, "kept")
    rate(undone, plan)
    assert rate(undone, plan, "not") is True
    assert rate(undone, plan, "basically") is False  # it was settled, and is looked back at


@pytest.mark.parametrize(
    ("outcome", "score", "reopens"),
    [
        ("open", "not", False),
        ("partly_kept", "not", True),
        ("kept", "not", True),
        ("kept", "basically", False),
        ("kept", "satisfied", False),
    ],
)
def test_not_satisfied_reopens_what_was_settled(
    undone: Session, promise: CommitmentRow, outcome: str, score: str, reopens: bool
) -> None:
    if outcome != "open":
        settle(undone, promise, outcome)
    assert rate(undone, promise, score, comment="没看到") is reopens
    assert promise.outcome == ("open" if reopens else outcome)
    assert promise.look_back_since == (DUE if reopens else None)
    every = queries.history(undone, "25-1")
    changes = [change for change in every if change.field != "settled_on"][-1 - reopens :]
    assert (changes[0].action, changes[0].old, changes[0].new, changes[0].why) == (
        "rate",
        None,
        score,
        "王强: 没看到",
    )
    if reopens:
        assert (changes[1].action, changes[1].why) == ("reopen", "王强: 没看到")
        settle(undone, promise, "broken")
        assert promise.look_back_since is None


def test_the_last_rating_of_a_deputy_counts(undone: Session, promise: CommitmentRow) -> None:
    rate(undone, promise, "not")
    rate(undone, promise, "satisfied")
    assert [item.score for item in promise.ratings] == ["not", "satisfied"]
    assert [item.score for item in latest(promise)] == ["satisfied"]
    change = queries.history(undone, "25-1")[-1]
    assert (change.old, change.new) == ("not", "satisfied")


@pytest.mark.parametrize(
    ("score", "what", "reason"),
    [
        ("good", {}, "must be one of"),
        ("satisfied", {"deputy": "王"}, "did not file it; it was filed by 王强"),
        ("satisfied", {"deputy": "李华"}, "did not file it"),
        ("satisfied", {"deputy": ""}, "did not file it"),
        ("satisfied", {"deputy": "王\x1b强"}, "did not file it"),
        ("satisfied", {"comment": "一\n二"}, "one line"),
        ("satisfied", {"comment": "一\u202e"}, "one line"),
        ("satisfied", {"on": dt.date(1, 1, 1)}, "is due on"),
    ],
)
def test_what_cannot_be_rated_is_refused(
    undone: Session, promise: CommitmentRow, score: str, what: dict[str, Any], reason: str
) -> None:
    with pytest.raises((StoreError, UnknownReference), match=reason):
        rate(undone, promise, score, **what)
    assert promise.ratings == []


def test_only_what_is_confirmed_is_rated(undone: Session, promise: CommitmentRow) -> None:
    ledger.reject(undone, promise, why="不可核查", who=WHO, now=NOW)
    with pytest.raises(StoreError, match="not confirmed"):
        rate(undone, promise)


def test_ratings_hold_on_either_database(any_store: Store) -> None:
    with any_store.write() as session:
        row = confirmed(session)
        settle(session, row)
        rate(session, row, "not", comment="没看到")
    with any_store.read() as session:
        row = queries.commitment(session, "25-1")
        told = [(item.deputy.name, item.score, item.comment) for item in row.ratings]
    assert told == [("王强", "not", "没看到")]
    assert (row.outcome, row.look_back_since) == ("open", DUE)

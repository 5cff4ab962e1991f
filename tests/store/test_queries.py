"""Reading: filters, names in full or in part, and near matches for what is not there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.factories import NOW, WHO, action, commitment, deadline, enter, extraction
from tracker.errors import UnknownReference
from tracker.store import ledger, queries
from tracker.store.database import Store


@pytest.fixture
def filled(any_store: Store) -> Store:
    """Suggestions 25 and 26 of 资阳市 and 25b of 绵阳市; 25-1 confirmed, 26-1 kept."""
    with any_store.write() as session:
        units = [ledger.UnitEntry("资阳市财政局", ("市财局", "财局"), email="cz@zy.example")]
        ledger.import_units(session, units, who=WHO, now=NOW)
        due = commitment(owner=("市财局",))
        enter(session, extraction(due, action("年内制定管理办法", owner=("市科技局",))))
        enter(session, extraction(suggestion_no=26, recipients=("刘盾", "王小强")))
        enter(
            session,
            extraction(
                commitment(deadline=deadline(dt.date(2024, 6, 30))),
                region="绵阳市",
                issuer="绵阳市财政局",
            ),
        )
        ledger.confirm(session, queries.commitment(session, "25-1"), who=WHO, now=NOW)
        row = queries.commitment(session, "26-1")
        ledger.confirm(session, row, who=WHO, now=NOW)
        ledger.settle(session, row, "kept", on=NOW.date(), why="公报", who=WHO, now=NOW)
    return any_store


FILTERS: list[tuple[dict[str, Any], list[str], str]] = [
    ({}, ["25-1", "25-2", "26-1", "25b-1"], "all, by suggestion"),
    ({"unit": "资阳市财政局"}, ["25-1"], "name"),
    ({"unit": " 财局 "}, ["25-1"], "alias"),
    ({"unit": "财政局"}, ["25-1", "25b-1"], "part of two names"),
    ({"unit": "市财"}, ["25-1", "25b-1"], "part of names and of an alias"),
    ({"unit": "市场监督"}, ["26-1"], "who replied and is meant"),
    ({"deputy": "刘盾"}, ["26-1"], "name"),
    ({"deputy": "王强"}, ["25-1", "25-2", "25b-1"], "one name in two cities; 王小强 is another"),
    ({"deputy": "王"}, ["25-1", "25-2", "26-1", "25b-1"], "part"),
    ({"suggestion": "25b"}, ["25b-1"], "code"),
    ({"suggestion": "25"}, ["25-1", "25-2", "25b-1"], "number, wherever"),
    ({"review": "pending"}, ["25-2", "25b-1"], "one state"),
    ({"review": ["pending", "confirmed"]}, ["25-1", "25-2", "26-1", "25b-1"], "two states"),
    ({"outcome": "kept"}, ["26-1"], "outcome"),
    ({"kind": "action"}, ["25-2"], "kind"),
    ({"due_before": dt.date(2023, 12, 31)}, ["25-1", "26-1"], "the day itself counts"),
    ({"due_before": dt.date(2023, 12, 30)}, [], "the day before"),
    ({"due_after": dt.date(2024, 6, 30)}, ["25b-1"], "the day itself counts"),
    ({"due_after": dt.date(2024, 7, 1)}, [], "the day after"),
    ({"unit": "财政局", "review": "pending"}, ["25b-1"], "both"),
]


@pytest.mark.parametrize(("filters", "refs", "why"), FILTERS)
def test_filters(filled: Store, filters: dict[str, Any], refs: list[str], why: str) -> None:
    with filled.read() as session:
        assert [row.ref for row in queries.commitments(session, **filters)] == refs, why


def test_tally(filled: Store) -> None:
    with filled.read() as session:
        counts = queries.tally(session)
    assert counts["review"] == {"pending": 2, "confirmed": 2}
    assert counts["outcome"] == {"open": 3, "kept": 1}
    assert counts["kind"] == {"measurable": 3, "action": 1}
    assert counts["rows"] == {
        "letters": 3,
        "suggestions": 3,
        "commitments": 4,
        "units": 4,
        "deputies": 4,
    }


NEAR: list[tuple[str, str, str]] = [
    ("commitment", "25-9", r"no commitment '25-9'; did you mean .*25-1"),
    ("commitment", "25b1", r"did you mean 25b-1"),
    ("units", "资阳市财务局", r"no unit .*did you mean 资阳市财政局"),
    ("units", "%", r"no unit '%'"),
    ("units", "", r"no unit ''"),
    ("deputies", "王小墙", r"no deputy .*did you mean 王小强"),
    ("suggestions", "25c", r"no suggestion .*did you mean 25"),
    ("suggestions", "9" * 40, r"no suggestion"),
]


@pytest.mark.parametrize(("query", "name", "says"), NEAR)
def test_what_is_not_there_is_said_with_what_is_near(
    filled: Store, query: str, name: str, says: str
) -> None:
    with filled.read() as session, pytest.raises(UnknownReference, match=says):
        getattr(queries, query)(session, name)


@pytest.mark.parametrize("typed", ["25-1", " 25-1 ", "２５－１", "25—1", "25–1", "２５-１"])
def test_a_reference_from_any_keyboard(filled: Store, typed: str) -> None:
    with filled.read() as session:
        assert queries.commitment(session, typed).ref == "25-1"


def test_nothing_imported_yet_is_said(store: Store) -> None:
    with store.read() as session, pytest.raises(UnknownReference, match="tracker import FILE"):
        queries.commitment(session, "25-1")


def test_the_history_holds_the_letters_and_no_other_commitment(filled: Store) -> None:
    with filled.read() as session:
        actions = [row.action for row in queries.history(session, "25-1")]
        with pytest.raises(UnknownReference):
            queries.history(session, "99-1")
    assert actions == ["import", "found", "confirm"]


def test_the_rows_of_a_list_cost_a_fixed_number_of_queries(filled: Store) -> None:
    from sqlalchemy import event

    seen: list[str] = []
    with filled.read() as session:
        event.listen(filled.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
        for row in queries.commitments(session):
            _ = row.suggestion.deputies, row.letter.issuing_unit, row.reports
            _ = [owner.unit.aliases for owner in row.owners]
    assert len([statement for statement in seen if statement.startswith("SELECT")]) <= 10

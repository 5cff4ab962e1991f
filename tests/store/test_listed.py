"""Units of a list that was imported without its place, and of the same list with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, WHO, commitment, enter, extraction
from tracker.store import queries
from tracker.store.assigned import import_suggestions
from tracker.store.database import Store
from tracker.store.entries import Registered, SuggestionEntry
from tracker.store.ledger import UnitEntry, import_units
from tracker.store.tables import HistoryRow

BARE: dict[str, Any] = {"number": 302, "title": "关于修路的建议", "lead": ("县教育局",), "line": 2}


def _listed(session: Session, **changes: Any) -> Registered:
    entry = SuggestionEntry(**({"body": "npc"} | BARE | changes))
    return import_suggestions(session, [entry], source="清单.xlsx", who=WHO, now=NOW)


def _units(store: Store) -> list[str]:
    with store.read() as session:
        return sorted(row.name for row in queries.units(session))


def test_a_unit_gets_the_place_of_its_list(any_store: Store) -> None:
    with any_store.write() as session:
        assert _listed(session).entered == ("县教育局",)
    with any_store.rehearse() as session:
        planned = _listed(session, region="丹梧县")
    with any_store.write() as session:
        done = _listed(session, region="丹梧县")
        assert done == planned
        assert done.entered == ("丹梧县教育局",)
        assert [(item.field, item.old, item.new) for item in done.changes[0].fields] == [
            ("region", None, "丹梧县"), ("lead", "县教育局", "丹梧县教育局"),
        ]  # fmt: skip
        assert done.changes[0].doubtful == ()
    assert _units(any_store) == ["丹梧县教育局"]
    with any_store.write() as session:
        assert _listed(session, region="丹梧县").counts == (0, 0, 1)
        (told,) = session.scalars(select(HistoryRow).where(HistoryRow.field == "merged"))
        assert (told.action, told.old, told.new) == ("unit", "县教育局", "丹梧县教育局")


def test_a_unit_that_something_else_names_stays_and_is_told(any_store: Store) -> None:
    with any_store.write() as session:
        _listed(session)
        _listed(session, number=303)
        (change,) = _listed(session, region="丹梧县").changes
        assert change.doubtful == ("县教育局",)
    assert _units(any_store) == ["丹梧县教育局", "县教育局"]
    with any_store.write() as session:
        # Again it is the unit of the place, and stays so.
        (change,) = _listed(session, region="丹梧县").changes
        assert (change.status, change.doubtful) == ("same", ("县教育局",))
        (change,) = _listed(session, number=303, region="丹梧县").changes
        assert change.doubtful == ()
    assert _units(any_store) == ["丹梧县教育局"]


def test_a_promise_keeps_its_unit(store: Store) -> None:
    with store.write() as session:
        _listed(session)
        owned = commitment(owner=("县教育局",))
        enter(session, extraction(owned, region="", issuer=None, suggestion_no=9))
        (change,) = _listed(session, region="丹梧县").changes
    assert change.doubtful == ("县教育局",)
    assert "县教育局" in _units(store)


def test_a_unit_of_the_registry_stays_as_the_office_wrote_it(store: Store) -> None:
    with store.write() as session:
        import_units(session, [UnitEntry("县教育局")], who=WHO, now=NOW)
        (change,) = _listed(session, region="丹梧县").changes
        assert change.doubtful == ()
        import_units(session, [UnitEntry("丹梧县教育局")], who=WHO, now=NOW)
        (change,) = _listed(session, region="丹梧县").changes
        assert (change.status, change.doubtful) == ("same", ("丹梧县教育局",))
    assert _units(store) == ["丹梧县教育局", "县教育局"]


def test_a_level_that_the_place_does_not_name_is_left_alone(store: Store) -> None:
    with store.write() as session:
        _listed(session, lead=("市教育局",))
        (change,) = _listed(session, lead=("市教育局",), region="丹梧县").changes
        assert [item.field for item in change.fields] == ["region"]
    assert _units(store) == ["市教育局"]

"""Whether the ledger says what its history says: a change by plain SQL comes to light."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from sqlalchemy import text

from tests.factories import NOW, WHO, commitment, deadline, enter, extraction, target
from tracker.store import queries
from tracker.store.agreement import disagreements
from tracker.store.database import Store
from tracker.store.deciding import confirm, edit, reject, undo
from tracker.store.following import record_progress, reopen, settle

#: What a person changes by hand, the commitment, and the field that is told.
BY_HAND: Final = [
    ("UPDATE commitments SET deadline = '2024-12-31' WHERE ref = '25-1'", "25-1", "deadline"),
    ("UPDATE commitments SET deadline = NULL WHERE ref = '25-2'", "25-2", "deadline"),
    (
        "UPDATE commitments SET deadline = '2024-12-31', original_deadline = '2024-12-31'"
        " WHERE ref = '25-1'",
        "25-1",
        "deadline",
    ),
    (
        "UPDATE commitments SET original_deadline = '2024-12-31' WHERE ref = '25-2'",
        "25-2",
        "original_deadline",
    ),
    ("UPDATE commitments SET review = 'rejected' WHERE ref = '25-2'", "25-2", "review"),
    ("UPDATE commitments SET review = 'confirmed' WHERE ref = '25-3'", "25-3", "review"),
    ("UPDATE commitments SET outcome = 'kept' WHERE ref = '25-2'", "25-2", "outcome"),
    ("UPDATE commitments SET outcome = 'dropped' WHERE ref = '25-1'", "25-1", "outcome"),
    ("UPDATE commitments SET value = '3' WHERE ref = '25-1'", "25-1", "target"),
    ("UPDATE commitments SET value = '3' WHERE ref = '25-2'", "25-2", "value"),
    ("UPDATE commitment_units SET written = '县财政局' WHERE commitment_id = 1", "25-1", "owner"),
    ("UPDATE progress_reports SET value = '28'", "25-1", "report"),
    ("DELETE FROM progress_reports", "25-1", "report"),
    ("UPDATE progress_reports SET commitment_id = 2", "25-1", "report"),
]


def _told(store: Store, statement: str | None = None) -> list[tuple[str, str]]:
    with store.rehearse() as session:
        if statement:
            session.execute(text(statement))
        return [(item.ref, item.field) for item in disagreements(session)]


def _filled(store: Store) -> None:
    finds = (
        commitment(owner=("市科技局", "市财政局")),
        commitment("力争2024年新增高新技术企业40户", target=target(40)),
        commitment("力争2025年新增高新技术企业50户", target=target(50)),
    )
    with store.write() as session:
        enter(session, extraction(*finds))
    with store.write() as session:
        one, two = (queries.commitment(session, ref) for ref in ("25-1", "25-2"))
        confirm(session, one, who=WHO, now=NOW)
        confirm(session, two, who=WHO, now=NOW)
        changes = {"deadline": "2024-06-30", "value": "41", "owner": "市科技局"}
        edit(session, two, changes, who=WHO, now=NOW, why="来函更正")
        day = dt.date(2023, 5, 10)
        record_progress(session, one, as_of=day, value=Decimal("12"), who=WHO, now=NOW)
        settle(session, one, "broken", on=day, why="未办", who=WHO, now=NOW)


def test_a_change_by_hand_is_told_and_nothing_else(any_store: Store) -> None:
    _filled(any_store)
    assert _told(any_store) == []
    for statement, ref, name in BY_HAND:
        found = _told(any_store, statement)
        assert (ref, name) in found, (statement, found)
        assert {told for told, _ in found} <= {ref, "25-2"}, statement


def test_entries_that_came_or_went_by_hand_are_told(store: Store) -> None:
    _filled(store)
    copied = (
        "INSERT INTO commitments SELECT 90, '25-90', 90, {} FROM commitments WHERE ref = '25-3'"
    )
    with store.engine.connect() as connection:
        names = [row[1] for row in connection.execute(text("PRAGMA table_info(commitments)"))]
    rest = ", ".join(f'"{name}"' for name in names[3:])
    assert ("25-90", "commitment") in _told(store, copied.format(rest))
    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute("DELETE FROM commitments WHERE ref = '25-3'")
    assert _told(store) == [("#3", "commitment")]


def test_all_that_people_do_agrees(any_store: Store) -> None:
    _filled(any_store)
    with any_store.write() as session:
        one, two, three = (queries.commitment(session, f"25-{n}") for n in (1, 2, 3))
        reopen(session, one, on=NOW.date(), why="回头看", who=WHO, now=NOW)
        undo(session, two, who=WHO, now=NOW)
        undo(session, two, who=WHO, now=NOW)
        edit(session, three, {"deadline": "none", "kind": "action"}, who=WHO, now=NOW)
        edit(session, three, {"deadline": "2026-01-31"}, who=WHO, now=NOW)
        undo(session, three, who=WHO, now=NOW)
        reject(session, three, why="不是承诺", who=WHO, now=NOW)
    assert _told(any_store) == []


def test_new_versions_of_a_letter_agree(any_store: Store) -> None:
    """Untouched promises follow, decided ones differ, what is gone is superseded or looked at."""
    finds = [commitment(), commitment("力争2024年新增高新技术企业40户", target=target(40))]
    other = [
        commitment("力争2023年新增高新技术企业35户", target=target(35), deadline=deadline(None)),
        commitment("力争2024年新增高新技术企业45户", target=target(45), owner=("市财政局",)),
    ]
    with any_store.write() as session:
        enter(session, extraction(*finds))
        confirm(session, queries.commitment(session, "25-1"), who=WHO, now=NOW)
    for number, version in enumerate((other, other[:1], finds), 1):
        with any_store.write() as session:
            enter(session, extraction(*version, date=dt.date(2023, 6, number)))
        assert _told(any_store) == []


def test_ledgers_of_a_program_that_noted_no_facts_are_not_accused(store: Store) -> None:
    _filled(store)
    assert _told(store, "UPDATE history SET why = NULL WHERE action = 'found'") == []

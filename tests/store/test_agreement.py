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
from tracker.store.rating import rate
from tracker.store.requests import approve, ask, refuse
from tracker.store.tables import DeputyRow, UnitRow

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
    ("UPDATE commitments SET settled_on = '2023-05-09' WHERE ref = '25-1'", "25-1", "settled_on"),
    ("UPDATE commitments SET settled_on = '2023-05-09' WHERE ref = '25-2'", "25-2", "settled_on"),
    ("UPDATE commitments SET value = '3' WHERE ref = '25-1'", "25-1", "target"),
    ("UPDATE commitments SET value = '3' WHERE ref = '25-2'", "25-2", "value"),
    ("UPDATE commitment_units SET written = '县财政局' WHERE commitment_id = 1", "25-1", "owner"),
    ("UPDATE progress_reports SET value = '28'", "25-1", "report"),
    # Digits that stand in the line's own date, and a part of the note or none.
    ("UPDATE progress_reports SET value = '2'", "25-1", "report"),
    ("UPDATE progress_reports SET value = NULL", "25-1", "report"),
    ("UPDATE progress_reports SET note = '0'", "25-1", "report"),
    ("DELETE FROM progress_reports", "25-1", "report"),
    ("UPDATE progress_reports SET commitment_id = 2", "25-1", "report"),
    ("UPDATE progress_reports SET evidence = '另一份文件'", "25-1", "evidence"),
    ("UPDATE progress_reports SET evidence = NULL", "25-1", "evidence"),
    ("UPDATE ratings SET score = 'satisfied'", "25-1", "rating"),
    ("UPDATE ratings SET comment = '很好'", "25-1", "rating"),
    ("DELETE FROM ratings", "25-1", "rating"),
    ("UPDATE requests SET state = 'approved' WHERE kind = 'drop'", "25-1", "decision"),
    (
        "UPDATE requests SET state = 'waiting', decided_at = NULL WHERE kind = 'drop'",
        "25-1",
        "decision",
    ),
    ("UPDATE requests SET state = 'refused' WHERE kind = 'extension'", "25-1", "decision"),
    ("UPDATE requests SET reason = '另一个' WHERE kind = 'extension'", "25-1", "request"),
    ("UPDATE requests SET new_deadline = '2029-01-01'", "25-1", "request"),
    ("DELETE FROM requests WHERE kind = 'extension'", "25-1", "request"),
    (
        "UPDATE commitment_units SET unit_id = (SELECT max(id) FROM units)"
        " WHERE id = (SELECT min(id) FROM commitment_units WHERE commitment_id = 3)",
        "25-3",
        "owner",
    ),
    ("UPDATE commitments SET quote = '别的话' WHERE ref = '25-1'", "25-1", "quote"),
    ("UPDATE commitments SET what = '别的事' WHERE ref = '25-1'", "25-1", "what"),
    ("UPDATE commitments SET kind = 'action' WHERE ref = '25-1'", "25-1", "kind"),
    ("UPDATE commitments SET renews_id = 1 WHERE ref = '25-2'", "25-2", "renews"),
    (
        "UPDATE commitments SET look_back_since = NULL WHERE ref = '25-1'",
        "25-1",
        "look_back_since",
    ),
    (
        "UPDATE commitments SET look_back_since = '2020-01-01' WHERE ref = '25-2'",
        "25-2",
        "look_back_since",
    ),
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
        record_progress(
            session, one, as_of=day, value=Decimal("12"), evidence="台账第3页", who=WHO, now=NOW
        )
        settle(session, one, "broken", on=day, why="未办", who=WHO, now=NOW)
        one.suggestion.deputies.append(DeputyRow(name="李梅", session=""))
        rate(session, one, "not", deputy="李梅", on=NOW.date(), comment="没见到", who=WHO, now=NOW)
        session.add(UnitRow(name="无关单位"))
        by, on = "市科技局", NOW.date()
        dropped = ask(session, one, "drop", why="停办", on=on, who=by, now=NOW)
        refuse(session, dropped.id, why="不同意", who=WHO, now=NOW)
        until = dt.date(2025, 6, 30)
        later = ask(session, one, "extension", why="雨季", until=until, on=on, who=by, now=NOW)
        approve(session, later.id, on=on, who=WHO, now=NOW)


def test_a_change_by_hand_is_told_and_nothing_else(any_store: Store) -> None:
    _filled(any_store)
    assert _told(any_store) == []
    for statement, ref, name in BY_HAND:
        found = _told(any_store, statement)
        assert (ref, name) in found, (statement, found)
        assert {told for told, _ in found} <= {ref, "25-2"}, statement


def test_the_day_of_settling_is_compared(store: Store) -> None:
    _filled(store)
    with store.write() as session:
        row = queries.commitment(session, "25-1")
        settle(session, row, "dropped", on=NOW.date(), why="停办", who=WHO, now=NOW)
    assert _told(store) == []
    by_hand = "UPDATE commitments SET settled_on = '2023-05-09' WHERE ref = '25-1'"
    assert _told(store, by_hand) == [("25-1", "settled_on")]


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
        settle(session, one, "broken", on=NOW.date(), why="未办", who=WHO, now=NOW)
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


def test_the_original_deadline_is_told_with_its_sides(store: Store) -> None:
    _filled(store)
    with store.rehearse() as session:
        moved = "UPDATE commitments SET original_deadline = '2027-01-01' WHERE ref = '25-3'"
        session.execute(text(moved))
        (found,) = disagreements(session)
    assert found.field == "original_deadline"
    assert (found.ledger, found.history) == ("2027-01-01", "2023-12-31")


def test_a_unit_whose_name_holds_the_mark_between_names_is_not_accused(store: Store) -> None:
    with store.write() as session:
        enter(session, extraction(commitment(owner=("市科技局、市教育局",))))
    assert _told(store) == []
    with store.write() as session:
        session.add(UnitRow(name="无关单位"))
    other = "UPDATE commitment_units SET unit_id = (SELECT max(id) FROM units)"
    assert _told(store, other) == [("25-1", "owner")]

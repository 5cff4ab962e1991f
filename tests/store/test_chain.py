"""The history as a chain of hashes: what is changed behind the program's back comes to light."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from typing import Final

import pytest
from sqlalchemy import insert, select, text

from tests.factories import NOW, WHO, commitment, enter, extraction
from tracker.settings import Settings
from tracker.store import chain, journal, queries
from tracker.store.chain import START, Head
from tracker.store.database import Store, open_store
from tracker.store.deciding import confirm, edit
from tracker.store.tables import HistoryRow


def _history(store: Store) -> list[HistoryRow]:
    with store.read() as session:
        return list(session.scalars(select(HistoryRow).order_by(HistoryRow.link)))


def _verify(store: Store, noted: Head | None = None) -> chain.Verified:
    with store.read() as session:
        return chain.verify(session, noted)


def _filled(store: Store) -> None:
    """Three transactions: an import of two finds, a confirmation, a correction."""
    with store.write() as session:
        enter(session, extraction(commitment(), commitment("力争2024年新增高新技术企业40户")))
    with store.write() as session:
        confirm(session, queries.commitment(session, "25-1"), who=WHO, now=NOW)
    with store.write() as session:
        row = queries.commitment(session, "25-1")
        edit(session, row, {"deadline": "2024-06-30"}, who=WHO, now=NOW, why='来函“更正”"\\')


def test_every_row_of_every_transaction_is_linked(any_store: Store) -> None:
    _filled(any_store)
    rows = _history(any_store)
    assert [row.link for row in rows] == list(range(1, len(rows) + 1))
    found = _verify(any_store)
    assert (found.broken, found.waiting) == (None, 0)
    assert found.head == Head(rows[-1].link or 0, rows[-1].hash or "")
    with any_store.read() as session:
        assert chain.head(session) == found.head


def test_the_form_of_a_row_is_the_one_documented() -> None:
    """Written out by hand, so that another program can verify the chain in twenty years."""
    at = dt.datetime(2023, 5, 16, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    row = (7, at, "李督查", 3, None, "edit", "deadline", None, '"新\n"', "据实")
    said = (
        '{"action":"edit","at":"2023-05-16T02:30:00.000000+00:00","commitment":3,'
        '"field":"deadline","id":7,"letter":null,"link":1,"new":"\\"新\\n\\"","old":null,'
        '"who":"李督查","why":"据实"}'
    )
    want = hashlib.sha256(f"{START}\n{said}".encode()).hexdigest()
    assert chain.digest(START, 1, row) == want


#: A change by hand, what `verify` calls it, and the link where it does.
BY_HAND: Final = [
    ("UPDATE history SET new = '2030-12-31' WHERE field = 'deadline'", "changed", 5),
    ("UPDATE history SET who = '别人' WHERE link = 2", "changed", 2),
    ("UPDATE history SET why = NULL WHERE field = 'deadline'", "changed", 5),
    ("UPDATE history SET old = new, new = old WHERE link = 3", "changed", 3),
    ("UPDATE history SET at = '2020-01-01 00:00:00.000000' WHERE link = 4", "changed", 4),
    ("UPDATE history SET id = 900 WHERE link = 4", "changed", 4),
    ("UPDATE history SET commitment_id = 2 WHERE link = 5", "changed", 5),
    ("DELETE FROM history WHERE link = 2", "missing", 2),
    ("DELETE FROM history WHERE link = 5", "cut", 5),
    ("DELETE FROM history", "cut", 1),
    (
        "INSERT INTO history (at, who, action) VALUES ('2023-05-16 00:00:00', 'x', 'edit')",
        "added",
        6,
    ),
    (
        "INSERT INTO history (at, who, action, link, hash)"
        " VALUES ('2023-05-16 00:00:00', 'x', 'edit', 6, '00')",
        "changed",
        6,
    ),
    ("UPDATE history SET link = 10 - link WHERE link IN (4, 5)", "missing", 4),
    ("UPDATE history SET link = -link WHERE link IN (2, 3)", "missing", 1),
    ("UPDATE history SET hash = NULL, link = NULL WHERE link = 5", "cut", 5),
    ("UPDATE chain SET hash = 'ab'", "head", 5),
    ("UPDATE chain SET link = 3", "head", 5),
    ("DELETE FROM chain", "head", 5),
]


def test_what_is_changed_by_hand_is_found(any_store: Store) -> None:
    _filled(any_store)
    assert len(_history(any_store)) == 5
    for statement, kind, link in BY_HAND:
        with any_store.rehearse() as session:
            session.execute(text(statement))
            broken = chain.verify(session).broken
        assert broken is not None, statement
        assert (broken.kind, broken.link) == (kind, link), statement
    assert _verify(any_store).broken is None


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM history WHERE link = 5",
        "INSERT INTO history (at, who, action) VALUES ('2023-05-16 00:00:00', 'x', 'edit')",
        "INSERT INTO history (at, who, action, link) VALUES ('2023-05-16 00:00:00', 'x', 'edit', 6)",
        "DELETE FROM chain",
        "UPDATE chain SET link = 0",
    ],
)
def test_work_goes_on_and_what_was_done_stays_found(store: Store, statement: str) -> None:
    _filled(store)
    with store.engine.begin() as connection:
        connection.execute(text(statement))
    for ref in ("25-2", "25-1"):
        with store.write() as session:
            edit(session, queries.commitment(session, ref), {"what": ref}, who=WHO, now=NOW)
        assert _verify(store).broken is not None


def test_two_rows_that_change_places_are_found(any_store: Store) -> None:
    _filled(any_store)
    with any_store.engine.begin() as connection:
        for places in ({"old": 2, "new": 99}, {"old": 3, "new": 2}, {"old": 99, "new": 3}):
            connection.execute(text("UPDATE history SET link = :new WHERE link = :old"), places)
    broken = _verify(any_store).broken
    assert broken is not None
    assert (broken.kind, broken.link) == ("changed", 2)


def test_values_that_no_program_writes_are_found_on_sqlite(store: Store) -> None:
    _filled(store)
    for column in ("at", "why"):
        for value in ("'no day'", "x'ff00'", "17", "CAST(x'ff' AS TEXT)"):
            with store.rehearse() as session:
                session.execute(text(f"UPDATE history SET {column} = {value} WHERE link = 3"))  # noqa: S608
                broken = chain.verify(session).broken
            assert broken is not None
            # What cannot be decoded ends the reading some rows before it.
            assert broken.link == 3 or (broken.kind == "unreadable" and broken.link < 3)


def test_a_cut_and_forged_chain_is_found_by_the_head_noted_elsewhere(any_store: Store) -> None:
    _filled(any_store)
    with any_store.read() as session:
        noted = chain.head(session)
    with any_store.engine.begin() as connection:
        connection.execute(text("DELETE FROM history WHERE link > 3"))
        last = connection.execute(text("SELECT hash FROM history WHERE link = 3")).scalar()
        connection.execute(text("UPDATE chain SET link = 3, hash = :hash"), {"hash": last})
    assert _verify(any_store).broken is None, "forged well: the chain alone cannot tell"
    cut = _verify(any_store, noted).broken
    assert cut is not None
    assert (cut.kind, cut.link) == ("cut", 4)
    with any_store.write() as session:
        row = queries.commitment(session, "25-2")
        edit(session, row, {"what": "另一项", "strength": "firm"}, who=WHO, now=NOW)
    other = _verify(any_store, noted).broken
    assert other is not None
    assert (other.kind, other.link) == ("other", 5)


def test_a_chain_that_grew_still_passes_through_a_head_noted_before(any_store: Store) -> None:
    _filled(any_store)
    with any_store.read() as session:
        noted = chain.head(session)
    with any_store.write() as session:
        confirm(session, queries.commitment(session, "25-2"), who=WHO, now=NOW)
    assert _verify(any_store, noted).broken is None


def test_rows_of_a_program_without_a_chain_join_with_the_next_write(any_store: Store) -> None:
    _filled(any_store)
    with any_store.engine.begin() as connection:
        connection.execute(text("UPDATE history SET link = NULL, hash = NULL"))
        connection.execute(text("DELETE FROM chain"))
    before = _verify(any_store)
    assert (before.head, before.waiting, before.broken) == (Head(), 5, None)
    with any_store.write() as session:
        confirm(session, queries.commitment(session, "25-2"), who=WHO, now=NOW)
    rows = _history(any_store)
    assert [row.link for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    assert _verify(any_store).broken is None


def test_a_transaction_that_writes_no_history_leaves_the_chain(any_store: Store) -> None:
    _filled(any_store)
    with any_store.read() as session:
        before = chain.head(session)
    with any_store.write() as session:
        session.execute(text("UPDATE commitments SET recheck = NULL"))
    with any_store.rehearse() as session:
        confirm(session, queries.commitment(session, "25-2"), who=WHO, now=NOW)
    with any_store.read() as session:
        assert chain.head(session) == before


def test_a_block_that_undoes_its_work_links_nothing(any_store: Store) -> None:
    with any_store.write() as session:
        journal.record(session, "unit", who=WHO, now=NOW)
        session.rollback()
    assert _history(any_store) == []


def test_bulk_rows_and_rows_of_the_unit_of_work_are_linked_together(any_store: Store) -> None:
    with any_store.write() as session:
        entry = journal.entry("unit", None, None, WHO, NOW)
        session.execute(insert(HistoryRow), [entry, entry])
        journal.record(session, "unit", who=WHO, now=NOW)
        session.connection().execute(insert(HistoryRow.metadata.tables["history"]), [entry])
    assert [row.link for row in _history(any_store)] == [1, 2, 3, 4]


def _writes(store: Store, ready: threading.Barrier, failed: list[Exception]) -> None:
    ready.wait()
    try:
        for _ in range(15):
            with store.write() as session:
                journal.record(session, "unit", who=WHO, now=NOW)
                session.flush()
                journal.record(session, "deputy", who=WHO, now=NOW)
    except Exception as error:  # noqa: BLE001 - told to the test
        failed.append(error)


def test_many_writers_make_one_chain(any_store: Store) -> None:
    ready, failed = threading.Barrier(4), list[Exception]()
    threads = [threading.Thread(target=_writes, args=(any_store, ready, failed)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    found = _verify(any_store)
    assert (found.head.link, found.broken) == (120, None)


def test_writers_wait_for_the_chain_only_at_their_end(postgresql_ready: Settings) -> None:
    """Two transactions that both change history stand open at once; neither locks the other out."""
    store = open_store(postgresql_ready)
    with store.write() as one:
        journal.record(one, "unit", who=WHO, now=NOW)
        one.flush()
        with store.write() as other:
            other.execute(text("SET LOCAL lock_timeout = '5s'"))
            journal.record(other, "deputy", who=WHO, now=NOW)
    assert [row.action for row in _history(store)] == ["deputy", "unit"]
    assert _verify(store).broken is None
    store.close()

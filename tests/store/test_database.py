"""Opening, transactions, locks and the words for what a database refuses; on real files."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import enter, extraction
from tracker.errors import StoreError
from tracker.settings import Settings
from tracker.store import queries, schema
from tracker.store.book import take_turns
from tracker.store.database import Store, connect, migrate, open_store
from tracker.store.noticed import lock_round
from tracker.store.tables import (
    LetterRow,
    PageRow,
    SuggestionRow,
    SuggestionUnitRow,
    Table,
    UnitRow,
)


def test_a_new_store_has_folder_and_schema(store: Store, settings: Settings) -> None:
    assert (settings.data_dir / "tracker.db").is_file()
    with store.read() as session:
        assert queries.commitments(session) == []


def test_the_pragmas_hold_in_every_connection(store: Store) -> None:
    with store.write() as session:
        found = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert found == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "synchronous": 2,  # FULL: what is recorded as sent survives a power cut
    }


def test_the_migrated_schema_is_the_one_in_the_code(any_store: Store) -> None:
    with any_store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_a_column_that_no_migration_makes_would_be_noticed(store: Store) -> None:
    with store.write() as session:
        session.execute(text("ALTER TABLE letters DROP COLUMN category"))
    with store.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Table.metadata)
    assert [entry[0] for entry in found] == ["add_column"]


def test_the_head_named_in_the_code_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_opening_again_migrates_nothing_and_loads_no_alembic(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_upgrade", _must_not_run)
    open_store(settings).close()


def _must_not_run(*_: object) -> None:
    raise AssertionError("a current database was migrated again")


def test_letters_of_the_first_schema_come_through(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    _of_schema(settings, "0001")
    store = open_store(settings)
    with store.read() as session:
        (row,) = session.scalars(select(LetterRow))
        assert (row.kind, row.publishable, row.joint, row.assisting) == ("reply", None, [], [])
    store.close()


def test_suggestions_of_the_second_schema_come_through(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    _of_schema(settings, "0002")
    _see_suggestion_and_add_unit(settings)


def test_suggestions_of_the_second_schema_come_through_on_postgresql(
    postgresql: Settings,
) -> None:
    _of_schema(postgresql, "0002")
    _see_suggestion_and_add_unit(postgresql)


def _of_schema(settings: Settings, revision: str) -> None:
    """A database as an older program left it, with a suggestion and its letter."""
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(schema.MIGRATIONS))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.execute(
            text(
                "INSERT INTO suggestions (code, body, region, session, year, number)"
                " VALUES ('1', 'npc', '', '', 0, 1)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO letters (sha256, source, encoding, imported_at, suggestion_id, text)"
                " VALUES ('a', 'in/1.txt', 'utf-8', '2023-05-16', 1, '文')"
            )
        )
    engine.dispose()


def _see_suggestion_and_add_unit(settings: Settings) -> None:
    store = open_store(settings)
    with store.write() as session:
        (row,) = session.scalars(select(SuggestionRow))
        assert (row.reply_due, row.category, row.listed_in, row.units) == (None, None, None, [])
        assert [letter.source for letter in row.letters] == ["in/1.txt"]
        row.units.append(SuggestionUnitRow(unit=UnitRow(name="某局"), written="某局", role="lead"))
    with store.read() as session:
        (link,) = session.scalars(select(SuggestionUnitRow))
        assert link.unit.name == "某局"
        (letter,) = session.scalars(select(LetterRow))
        assert (letter.url, letter.published, letter.source_name) == (None, None, None)
        assert (letter.fetched_at, letter.headers) == (None, None)
        assert list(session.scalars(select(PageRow))) == []
    store.close()


def test_migrate_says_what_it_did(settings: Settings) -> None:
    first, second = migrate(settings), migrate(settings)
    assert (first.found, first.now) == (None, schema.HEAD)
    assert (second.found, second.now) == (schema.HEAD, schema.HEAD)


def test_a_database_of_a_newer_program_is_refused_with_the_remedy(
    store: Store, settings: Settings
) -> None:
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(StoreError, match=r"0999.*pip install --upgrade"):
        open_store(settings)


def test_a_block_that_raises_writes_nothing(any_store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        _enter_and_fail(any_store)
    with any_store.read() as session:
        assert session.scalars(select(LetterRow)).all() == []
        assert queries.units(session) == []


def _enter_and_fail(store: Store) -> None:
    with store.write() as session:
        enter(session)
        session.flush()
        raise ZeroDivisionError


def test_rows_can_be_used_after_the_block(any_store: Store) -> None:
    with any_store.write() as session:
        enter(session)
    with any_store.read() as session:
        row = queries.commitments(session)[0]
    assert row.owners[0].unit.aliases == []
    assert row.letter.issuing_unit is not None
    assert row.suggestion.deputies[0].name == "王强"
    assert row.reports == []


def test_a_read_block_cannot_write(any_store: Store) -> None:
    with pytest.raises(StoreError), any_store.read() as session:
        session.execute(insert(UnitRow).values(name="资阳市财政局"))


def test_a_restored_database_gets_its_journal_back(store: Store, settings: Settings) -> None:
    copy = settings.data_dir / "restored.db"
    with closing(_other(settings)) as other:
        other.execute(f"VACUUM INTO '{copy}'")
    restored = open_store(replace(settings, database_url=f"sqlite:///{copy}"))
    restored.close()
    with closing(sqlite3.connect(copy)) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_restored_database_may_be_read_only(store: Store, settings: Settings) -> None:
    copy = settings.data_dir / "restored.db"
    with closing(_other(settings)) as other:
        other.execute(f"VACUUM INTO '{copy}'")
    url = f"sqlite:///file:{copy}?mode=ro&uri=true"
    reader = open_store(replace(settings, database_url=url))
    with reader.read() as session:
        assert queries.units(session) == []
    reader.close()


def test_a_folder_that_nobody_made_is_not_made_for_a_mistyped_address(settings: Settings) -> None:
    away = settings.data_dir.parent / "mistyped"
    with pytest.raises(StoreError, match="there is no folder"):
        open_store(replace(settings, database_url=f"sqlite:///{away / 'tracker.db'}"))
    assert not away.exists()


def test_a_file_system_without_wal_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Deaf:
        OperationalError = sqlite3.OperationalError

        def execute(self, _: str) -> sqlite3.Cursor:
            return sqlite3.connect(":memory:").execute("SELECT 'delete'")

    monkeypatch.setattr(
        "sqlalchemy.pool.base._ConnectionFairy.driver_connection", property(lambda _: Deaf())
    )
    with pytest.raises(StoreError, match="no WAL on this file system"):
        schema.bring_up_to_date(connect(settings))


def test_locks_of_different_jobs_are_different(postgresql_ready: Settings) -> None:
    store = open_store(postgresql_ready)
    with store.write() as one, store.write() as other:
        lock_round(one)
        _take_turns_at_once(other)
    with store.write() as one:
        take_turns(one)
        with pytest.raises(StoreError, match="in use"), store.write() as other:
            _take_turns_at_once(other)
    store.close()


def _take_turns_at_once(session: Session) -> None:
    session.execute(text("SET LOCAL lock_timeout = '200ms'"))
    take_turns(session)


def test_a_read_block_is_one_snapshot_and_holds_no_writer_up(any_store: Store) -> None:
    store = any_store
    with store.read() as reader:
        assert queries.units(reader) == []
        with store.write() as writer:
            writer.add(UnitRow(name="资阳市财政局"))
        assert queries.units(reader) == []
    with store.read() as reader:
        assert len(queries.units(reader)) == 1


def test_the_write_lock_is_taken_before_anything_is_read(store: Store, settings: Settings) -> None:
    with (
        closing(_other(settings)) as other,
        store.write(),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")


def test_a_broken_constraint_stays_our_own_bug(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as session:
        session.add_all([UnitRow(name="财政局"), UnitRow(name="财政局")])


def test_foreign_keys_are_kept(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as session:
        session.execute(text("INSERT INTO unit_aliases (alias, unit_id) VALUES ('x', 99)"))


def _other(settings: Settings) -> sqlite3.Connection:
    return sqlite3.connect(settings.data_dir / "tracker.db", timeout=0)


# What the database refuses, in one line.


def test_a_locked_database_is_one_line(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.store.database.BUSY_SECONDS", 0.1)
    impatient = open_store(settings)
    with closing(_other(settings)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="in use by another program"), impatient.write():
            pass
    impatient.close()


def test_a_full_disk_is_one_line_and_writes_nothing(store: Store) -> None:
    with store.read() as session:
        session.execute(text("PRAGMA max_page_count = 1"))  # of the connection, which is used again
    with pytest.raises(StoreError, match="disk is full"), store.write() as session:
        session.add(UnitRow(name="财政局", contact="x" * 1_000_000))
    with store.read() as session:
        assert queries.units(session) == []


def test_a_read_only_database_is_one_line(store: Store, settings: Settings) -> None:
    url = f"sqlite:///file:{settings.data_dir / 'tracker.db'}?mode=ro&uri=true"
    reader = open_store(replace(settings, database_url=url))
    with pytest.raises(StoreError, match="cannot be written"), reader.write() as session:
        session.add(UnitRow(name="财政局"))
    reader.close()


def test_a_file_that_is_no_database_is_one_line(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "tracker.db").write_bytes(b"no database at all, but long enough" * 50)
    with pytest.raises(StoreError, match="no database"):
        open_store(settings)


def test_a_folder_in_place_of_the_database_is_one_line(settings: Settings) -> None:
    (settings.data_dir / "tracker.db").mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(settings)


def test_a_data_folder_that_cannot_be_made_is_one_line(settings: Settings) -> None:
    settings.data_dir.parent.joinpath("data").write_text("a file stands here")
    with pytest.raises(StoreError, match="cannot make the data folder"):
        open_store(settings)


def test_a_server_that_is_away_is_one_line_without_the_password(settings: Settings) -> None:
    pytest.importorskip("psycopg")
    url = "postgresql+psycopg://tracker:geheim@127.0.0.1:1/tracker?connect_timeout=2"
    with pytest.raises(StoreError, match="no server answers") as caught:
        open_store(replace(settings, database_url=url))
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "nosuch://x/y"])
def test_an_address_that_means_nothing_is_one_line(settings: Settings, url: str) -> None:
    with pytest.raises(StoreError, match="database_url"):
        open_store(replace(settings, database_url=url))


# Several at once.


def _open_and_count(settings: Settings, gate: threading.Barrier) -> None:
    gate.wait()
    opened = open_store(settings)
    with opened.read() as session:
        assert queries.units(session) == []
    opened.close()


def test_many_processes_may_open_a_new_database_at_once(settings: Settings) -> None:
    assert _run_processes(_open_and_count, settings, 4) == [0] * 4


def test_many_processes_may_open_a_new_postgresql_at_once(postgresql: Settings) -> None:
    assert _run_processes(_open_and_count, postgresql, 3) == [0] * 3


def _import_ten(settings: Settings, gate: threading.Barrier, first: int) -> None:
    opened = open_store(settings)
    gate.wait()
    for number in range(first, first + 10):
        with opened.write() as session:
            # Read, then write: without BEGIN IMMEDIATE this is where SQLite gives up.
            session.scalars(select(UnitRow)).all()
            enter(session, extraction(suggestion_no=number))
    opened.close()


def _write_from_three(settings: Settings) -> None:
    open_store(settings).close()
    assert _run_processes(_import_ten, settings, 3, step=10) == [0] * 3
    opened = open_store(settings)
    with opened.read() as session:
        assert len(session.scalars(select(LetterRow)).all()) == 30
        assert len({row.ref for row in queries.commitments(session)}) == 30
        assert len(queries.units(session)) == 1
        assert len(queries.deputies(session)) == 1
    opened.close()


def test_processes_that_write_at_once_wait_for_each_other(settings: Settings) -> None:
    _write_from_three(settings)


def test_processes_that_write_at_once_on_postgresql(postgresql: Settings) -> None:
    _write_from_three(postgresql)


def _run_processes(
    job: object, settings: Settings, count: int, step: int | None = None
) -> list[int | None]:
    """Run a job in several processes that start together; their exit statuses."""
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Barrier(count)
    jobs = [
        spawn.Process(target=job, args=(settings, gate, *([turn * step + 1] if step else [])))  # type: ignore[arg-type]
        for turn in range(count)
    ]
    for process in jobs:
        process.start()
    for process in jobs:
        process.join(120)
    return [process.exitcode for process in jobs]


@pytest.fixture(autouse=True)
def _no_leftovers(tmp_path: Path) -> Iterator[None]:
    yield
    assert not list(tmp_path.rglob("*.part"))

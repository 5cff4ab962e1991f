"""A ledger that an older program has filled goes on under today's schema, with every row."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, column, create_engine, func, insert, inspect, select, text
from sqlalchemy import table as bare

from tests.factories import NOW, WHO, action, commitment, enter, extraction
from tracker.settings import Settings
from tracker.store import ledger, pages, queries, schema, seals
from tracker.store.database import Store, open_store
from tracker.store.journal import record
from tracker.store.ledger import SuggestionEntry
from tracker.store.pages import Answered
from tracker.store.tables import HistoryRow, LetterRow, Table

OLD = "0002"
PLAN = action("年内制定知识产权质押融资管理办法", owner=("市财政局",))
Rows = dict[str, list[dict[str, Any]]]


def test_a_full_ledger_of_an_older_schema(settings: Settings) -> None:
    _goes_on(settings, settings)


def test_a_full_ledger_of_an_older_schema_on_postgresql(
    settings: Settings, postgresql: Settings
) -> None:
    _goes_on(settings, postgresql)


def _goes_on(settings: Settings, office: Settings) -> None:
    office.data_dir.mkdir(parents=True, exist_ok=True)
    written = _left_behind(settings, office)
    assert {"letters", "commitments", "history", "suggestion_deputies"} <= {
        name for name, rows in written.items() if rows
    }
    store = open_store(office)
    with store.engine.connect() as connection:
        kept = {name: _rows(connection, name, set(rows[0])) for name, rows in written.items()}
    assert kept == written
    with store.read() as session:  # what is there is sealed with the first write
        assert list(seals.verify(session)) == []
        assert seals.waiting(session) > 0
    with store.write() as session:
        later = extraction(PLAN, commitment(), date=dt.date(2023, 6, 14))
        done = enter(session, later, now=NOW + dt.timedelta(days=30))
        assert (done.status, done.code, done.refs) == ("version", "25", ("25-2", "25-1"))
        line = SuggestionEntry(
            "npc", 26, session="市五届人大三次会议", region="资阳市", lead=("市水利局",),
            reply_due=dt.date(2023, 5, 31),
        )  # fmt: skip
        listed = ledger.import_suggestions(session, [line], source="清单", who=WHO, now=NOW)
        assert [change.status for change in listed.changes] == ["changed"]
        pages.page_answered(
            session, "云溪市人大", "https://www.yunxi.example/t25.html", Answered(200),
            letter_id=done.letter_id, problem=None, who=WHO, now=NOW,
        )  # fmt: skip
    with store.read() as session:
        assert queries.commitment(session, "25-1").review == "confirmed"
        assert len(queries.commitments(session)) == 3
        assert list(seals.verify(session)) == []
        assert seals.waiting(session) == 0
    store.close()


def _left_behind(settings: Settings, office: Settings) -> Rows:
    """Fill an old database with the rows of a ledger.

    Returns:
        The rows, by the names of their tables.
    """
    made = _beside(settings)
    with made.write() as session:
        enter(session, extraction(commitment(), PLAN))
        enter(session, extraction(suggestion_no=26, recipients=("刘盾", "王小强")))
        ledger.confirm(session, queries.commitment(session, "25-1"), who=WHO, now=NOW)
    return _copied(made, office, OLD)


def _beside(settings: Settings) -> Store:
    """A store of today's schema, to be copied from."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{settings.data_dir.parent}/made.db"
    return open_store(replace(settings, database_url=url))


def _copied(made: Store, office: Settings, revision: str) -> Rows:
    """Fill a database of an older schema from a store, as far as it has tables and columns."""
    engine = create_engine(office.database_url)
    rows: Rows = {}
    with engine.begin() as old, made.engine.connect() as new:
        config = Config()
        config.set_main_option("script_location", str(schema.MIGRATIONS))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = old
        command.upgrade(config, revision)
        for table in Table.metadata.sorted_tables:
            if not inspect(old).has_table(table.name):
                continue
            known = {item["name"] for item in inspect(old).get_columns(table.name)}
            if found := _rows(new, table.name, known):
                rows[table.name] = found
                columns = [column(item.name, item.type) for item in table.c if item.name in known]
                old.execute(insert(bare(table.name, *columns)), found)
                if "id" in known and old.dialect.name == "postgresql":
                    last = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"  # noqa: S608 - a name of ours
                    old.execute(text(last))
    engine.dispose()
    made.close()
    return rows


def _rows(connection: Connection, name: str, columns: set[str]) -> list[dict[str, Any]]:
    table = Table.metadata.tables[name]
    chosen = [column for column in table.c if column.name in columns]
    found = connection.execute(select(*chosen).order_by(*table.primary_key))
    return [dict(row._mapping) for row in found]


def test_what_newer_versions_had_dropped_before(settings: Settings) -> None:
    _dropped(settings, settings)


def test_what_newer_versions_had_dropped_before_on_postgresql(
    settings: Settings, postgresql: Settings
) -> None:
    postgresql.data_dir.mkdir(parents=True, exist_ok=True)
    _dropped(settings, postgresql)


def _dropped(settings: Settings, office: Settings) -> None:
    store, squad = _beside(settings), action("组建工作专班")
    finance = action("设立转贷资金池")
    with store.write() as session:
        enter(session, extraction(commitment(), PLAN, squad))
        ledger.confirm(session, queries.commitment(session, "25-1"), who=WHO, now=NOW)
        enter(session, extraction(finance, issuer="资阳市财政局"))
        enter(session, extraction(PLAN, suggestion_no=26))
    later = NOW + dt.timedelta(days=30)
    with store.write() as session:
        newer = enter(session, extraction(squad, date=dt.date(2023, 6, 14)), now=later)
        unsigned = extraction(squad, date=dt.date(2023, 6, 14), issuer=None)
        astray = enter(session, unsigned, now=later)
        enter(session, extraction(squad, suggestion_no=26, issuer=None), now=later)
        row = queries.commitment(session, "25-4")  # as a program before this schema wrote it
        letter = session.get_one(LetterRow, astray.letter_id)
        record(session, "missing", who=WHO, now=later, commitment=row, letter=letter, old=row.quote)
    with store.engine.begin() as old:  # as the schema before left it
        old.execute(text("DELETE FROM history WHERE action = 'supersede'"))
        old.execute(text("UPDATE commitments SET review = 'pending' WHERE review = 'superseded'"))
    _copied(store, office, "0004")
    store = open_store(office)
    with store.read() as session:
        found = {row.ref: (row.review, row.recheck) for row in queries.commitments(session)}
        told = [row for row in queries.history(session, "25-2") if row.action == "supersede"]
        count = select(func.count()).where(HistoryRow.action == "supersede")
        assert session.scalar(count) == 1
    store.close()
    assert found == {
        "25-1": ("confirmed", "missing"),
        "25-2": ("superseded", "missing"),
        "25-3": ("pending", None),
        "25-4": ("pending", "missing"),  # of another unit than the letter that was not signed
        "25-5": ("pending", None),
        "26-1": ("pending", "missing"),
        "26-2": ("pending", None),
    }
    (change,) = told
    assert (change.letter_id, change.field, change.old, change.new) == (
        newer.letter_id, "review", "pending", "superseded",
    )  # fmt: skip
    assert change.at.tzinfo is not None

"""Seals: what plain SQL changes, adds or deletes is told, and nothing that the program does."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    and_,
    delete,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from tests.factories import NOW, WHO
from tests.notices.test_delivery import Recorder, run
from tests.office import MONDAY, Ledger, add_unit, morning, with_office
from tracker.followup.rounds import decide
from tracker.settings import Settings
from tracker.store import ledger, queries, seals, unreachable
from tracker.store.database import Store
from tracker.store.seals import TABLES, Tampered
from tracker.store.tables import (
    AchievementRow,
    AttemptRow,
    DeputyRow,
    Figure,
    Moment,
    NoticeRow,
    OfficialLetterRow,
    PageRow,
    SubscriptionRow,
    SuggestionRow,
    SuggestionUnitRow,
    UnitAliasRow,
    UnitRow,
)

ANOTHER_DAY = dt.date(2001, 2, 3)


def _fill(store: Store, settings: Settings) -> None:
    """A row in every table that is sealed, written as the program writes."""
    office = with_office(settings)
    with store.write() as session:
        unit = add_unit(session, "县科技局", "unit1@yunxi.example")
        unit.aliases.append(UnitAliasRow(alias="科技局"))
        row = Ledger(session).commitment(unit)
        deputy = DeputyRow(name="周远", session="", email="zhou@yunxi.example")
        row.suggestion.deputies.append(deputy)
        row.suggestion.title = "关于培育企业的建议"
        row.suggestion.units.append(SuggestionUnitRow(unit=unit, written="科技局", role="lead"))
        session.flush()
        session.add_all(
            [
                AchievementRow(
                    letter_id=row.letter_id, quote="新增18户", start=0, end=5, what="新增企业",
                    value=Decimal("18.50"), unit="户", as_of=dt.date(2022, 12, 31),
                ),
                PageRow(
                    source="人大", url="https://x.example/a", first_seen=NOW, last_checked=NOW
                ),
                OfficialLetterRow(
                    kind="urge", year=2023, seq=1, number="云督〔2023〕1号", unit_id=unit.id,
                    refs=[row.ref], written_on=MONDAY, sha256="ab", writer=WHO, recorded_at=NOW,
                ),
                SubscriptionRow(deputy=deputy, suggestion=row.suggestion, token="t", since=NOW),
            ]
        )  # fmt: skip
        unreachable.mark(session, "gone@yunxi.example", "550", NOW)
        decide(session, MONDAY, morning(MONDAY), office)
        ref = row.ref
    run(store, office, Recorder())
    with store.write() as session:
        row = queries.commitment(session, ref)
        ledger.record_progress(
            session, row, as_of=MONDAY, value=Decimal(20), who=WHO, now=morning(MONDAY, 10)
        )
        ledger.ask(
            session, row, "extension", why="汛期停工", on=MONDAY, until=dt.date(2024, 6, 30),
            who=WHO, now=morning(MONDAY, 10),
        )  # fmt: skip
        row.suggestion.deputies[0].session = "县十八届人大"
        ledger.rate(
            session, row, "satisfied", deputy="周远", on=dt.date(2024, 1, 2), who=WHO,
            now=morning(MONDAY, 10),
        )  # fmt: skip


def _found(session: Session) -> list[Tampered]:
    return list(seals.verify(session))


def test_what_the_program_writes_is_whole(any_store: Store, settings: Settings) -> None:
    _fill(any_store, settings)
    with any_store.read() as session:
        assert _found(session) == []
        assert seals.waiting(session) == 0
        for table in TABLES.values():
            assert session.execute(table.select()).first() is not None, table.name


def _other(column: Column[Any]) -> Any:
    if isinstance(column.type, Figure):
        return Decimal("9.5")
    if isinstance(column.type, Moment):
        return NOW - dt.timedelta(days=400)
    if isinstance(column.type, Date):
        return ANOTHER_DAY
    if isinstance(column.type, JSON):
        return ["x"]
    if isinstance(column.type, Boolean):
        return text(f"NOT COALESCE({column.name}, FALSE)")
    return 7 if isinstance(column.type, Integer | Float) else "x"


NO_FACTS = {"look_on", "seal"}


def test_every_column_that_holds_a_fact(any_store: Store, settings: Settings) -> None:
    _fill(any_store, settings)
    for table in TABLES.values():
        for column in table.c:
            if column.name in NO_FACTS or column.primary_key or column.foreign_keys:
                continue
            with any_store.rehearse() as session:
                values = {column: _other(column), table.c.seal: table.c.seal}
                first = session.connection().execute(select(*table.primary_key).limit(1)).one()
                one = and_(*(c == v for c, v in zip(table.primary_key, first, strict=True)))
                session.connection().execute(update(table).where(one).values(values))
                found = _found(session)
            assert {(item.table, item.kind) for item in found} == {(table.name, "changed")}, column


@pytest.mark.parametrize(
    ("statement", "kind", "table"),
    [
        ("DELETE FROM notices", "missing", "notices"),
        ("DELETE FROM official_letters", "missing", "official_letters"),
        ("DELETE FROM suggestion_deputies", "missing", "suggestion_deputies"),
        ("DELETE FROM requests", "missing", "requests"),
        ("UPDATE messages SET state = 'queued'", "changed", "messages"),
        (
            "INSERT INTO attempts (message_id, at, result) VALUES (1, '2023-12-04', 'sent')",
            "added",
            "attempts",
        ),
        ("UPDATE seals SET rows = rows - 1 WHERE name = 'units'", "added", "units"),
    ],
)
def test_rows_taken_away_or_added(
    any_store: Store, settings: Settings, statement: str, kind: str, table: str
) -> None:
    _fill(any_store, settings)
    with any_store.rehearse() as session:
        session.execute(text(statement))
        found = _found(session)
    assert [(item.kind, item.table) for item in found] == [(kind, table)]


def test_a_row_is_named_as_people_know_it(store: Store, settings: Settings) -> None:
    _fill(store, settings)
    with store.rehearse() as session:
        session.execute(text("UPDATE units SET email = 'x@y.example'"))
        assert _found(session) == [Tampered("units", "changed", "1 (县科技局)")]


def test_what_was_changed_by_hand_stays_found_when_the_program_changes_the_row(
    any_store: Store, settings: Settings
) -> None:
    _fill(any_store, settings)
    with any_store.engine.begin() as connection:
        connection.execute(text("UPDATE requests SET asked_on = '2023-09-01'"))
    with any_store.write() as session:
        number = queries.commitment(session, "1-1").requests[0].id
        ledger.approve(session, number, on=MONDAY, who=WHO, now=morning(MONDAY, 11))
    with any_store.read() as session:
        assert [(item.table, item.kind) for item in _found(session)] == [("requests", "changed")]


def test_the_day_of_looking_is_no_fact(store: Store, settings: Settings) -> None:
    _fill(store, settings)
    with store.rehearse() as session:
        session.execute(text("UPDATE commitments SET look_on = NULL"))
        assert _found(session) == []


def test_what_is_deleted_in_vain_is_not_counted(any_store: Store, settings: Settings) -> None:
    _fill(any_store, settings)
    with any_store.write() as session:
        nested = session.begin_nested()
        session.execute(delete(AttemptRow))
        nested.rollback()
    with any_store.write() as session:
        session.execute(delete(AttemptRow))
        session.rollback()
    with any_store.rehearse() as session:
        session.execute(delete(AttemptRow))
    with any_store.write() as session:
        session.get_one(SuggestionRow, 1).title = "另一题"
    with any_store.read() as session:
        assert _found(session) == []


def test_what_the_program_deletes_is_not_missed(any_store: Store, settings: Settings) -> None:
    _fill(any_store, settings)
    with any_store.write() as session:
        unreachable.clear(session, "gone@yunxi.example", who=WHO, now=NOW)
        suggestion, unit = session.get_one(SuggestionRow, 1), session.get_one(UnitRow, 1)
        suggestion.deputies.clear()
        unit.aliases.clear()
        session.execute(delete(NoticeRow))
    with any_store.write() as session:  # and what came and went at once
        session.add(DeputyRow(name="甲", session="", email=None))
        session.flush()
        session.execute(delete(DeputyRow).where(DeputyRow.name == "甲"))
    with any_store.read() as session:
        assert _found(session) == []


def test_values_of_no_kind_are_told(store: Store, settings: Settings) -> None:
    _fill(store, settings)
    for statement in (
        "UPDATE progress_reports SET value = 'neun'",
        "UPDATE requests SET asked_on = 'gestern'",
        "UPDATE official_letters SET refs = '{'",
    ):
        with store.rehearse() as session:
            session.execute(text(statement))
            assert [item.kind for item in _found(session)] == ["unreadable"]

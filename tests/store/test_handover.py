"""What is written between two messages: the same as through a session, and nothing by halves."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.office import MONDAY, morning
from tests.store.test_claims import add, attempts, states
from tracker.errors import StoreError
from tracker.settings import Settings
from tracker.store import claims, seals, tries
from tracker.store.database import Store, open_store
from tracker.store.handover import Handover, Sent
from tracker.store.seals import TABLES
from tracker.store.tables import AttemptRow, MessageRow, UnreachableRow, WordsRow
from tracker.store.watermark import Watermark, watermark

NOW = morning(MONDAY)
LATER = NOW + dt.timedelta(seconds=1)


def claimed(store: Store, count: int) -> tuple[list[int], Watermark]:
    """So many claimed messages, and how far the ledger has come."""
    with store.write() as session:
        for number in range(count):
            add(session, f"unit:{number}")
        return claims.claim(session, "one", NOW, MONDAY, count), watermark(session)


def begun(message_id: int) -> claims.Begun:
    return claims.Begun(
        message_id, MONDAY, "局", "a@b.example", True, "主题", "正文", "<p>", "BEGIN"
    )


def columns(row: MessageRow | AttemptRow | WordsRow) -> dict[str, Any]:
    """All but what tells one row from another."""
    apart = {"id", "key", "header_id", "recipient", "message_id"}
    names = {column.name for column in row.__mapper__.columns} - apart
    return {name: getattr(row, name) for name in names}


@pytest.mark.parametrize("file", [None, "/a.eml"])
def test_it_writes_what_claims_would(any_store: Store, file: str | None) -> None:
    (plain, quick), seen = claimed(any_store, 2)
    with any_store.write() as session:
        assert claims.begin(session, "one", NOW, MONDAY, begun(plain))
    with any_store.write() as session:
        assert tries.record_sent(session, plain, "one", LATER, file=file)
    with Handover(any_store, "one") as handover:
        handover.word([replace(begun(quick), body="of before")])
        handover.word([begun(quick)])
        noted = handover.note([], [begun(quick)], seen, NOW, MONDAY)
        assert (noted.kept, noted.begun) == ((), (True,))
        assert states(any_store) == ["sent", "sending"]
        noted = handover.note([Sent(quick, file)], [], seen, LATER, MONDAY)
        assert (noted.kept, noted.begun) == ((True,), ())
    with any_store.read() as session:
        said, same = session.scalars(select(WordsRow).order_by(WordsRow.message_id))
        one, two = session.scalars(select(MessageRow).order_by(MessageRow.id))
        first, second = session.scalars(select(AttemptRow).order_by(AttemptRow.id))
    assert columns(one) == columns(two)
    assert columns(first) == columns(second)
    assert (
        columns(said)
        == columns(same)
        == {
            "body": "正文",
            "html": "<p>",
            "calendar": "BEGIN",
            "files": None,
        }
    )


def test_a_ledger_that_moved_lets_nothing_begin(any_store: Store) -> None:
    """What ended is written down all the same."""
    (first, second), seen = claimed(any_store, 2)
    with Handover(any_store, "one") as handover:
        handover.note([], [begun(first)], seen, NOW, MONDAY)
        with any_store.write() as session:
            session.add(UnreachableRow(address="x@y.example", error="550", since=NOW))
        noted = handover.note([Sent(first)], [begun(second)], seen, NOW, MONDAY)
    assert (noted.kept, noted.begun) == ((True,), None)
    assert states(any_store) == ["sent", "claimed"]


def test_a_claim_that_lapsed_is_left_alone(any_store: Store) -> None:
    (first, second), seen = claimed(any_store, 2)
    with Handover(any_store, "two") as other:
        other.word([begun(second)])
        noted = other.note([Sent(first)], [begun(second)], seen, NOW, MONDAY)
    with any_store.read() as session:
        assert session.scalars(select(WordsRow)).all() == []
    assert (noted.kept, noted.begun) == ((False,), (False,))
    assert states(any_store) == ["claimed", "claimed"]
    assert attempts(any_store) == []


def test_a_disk_that_is_full_leaves_nothing_by_halves(store: Store) -> None:
    (first, second), seen = claimed(store, 2)
    with Handover(store, "one") as handover:
        handover.note([], [begun(first)], seen, NOW, MONDAY)
    event.listen(store.engine, "connect", lambda line, _: line.execute("PRAGMA max_page_count=1"))
    large = replace(begun(second), subject="主题" * 99_999)
    with Handover(store, "one") as handover:
        with pytest.raises(StoreError, match="full"):
            handover.note([Sent(first)], [large], seen, NOW, MONDAY)
        assert states(store) == ["sending", "claimed"]
        assert attempts(store) == []
        with pytest.raises(StoreError, match="full"):
            handover.word([replace(begun(second), body="正文" * 99_999)])


class _Cut:
    """A statement at which the server ends the connection, as it does when it is stopped."""

    def run(self, cursor: Any, _values: object) -> None:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_server_that_goes_away_is_one_line(postgresql_ready: Settings) -> None:
    store = open_store(postgresql_ready)
    (one,), seen = claimed(store, 1)
    handover = Handover(store, "one")
    handover.word([begun(one)])
    plain, handover._newest = handover._newest, _Cut()  # type: ignore[assignment]
    with pytest.raises(StoreError, match=r"terminating connection|server closed"):
        handover.note([], [begun(one)], seen, NOW, MONDAY)
    handover._newest = plain
    assert handover.note([], [begun(one)], seen, NOW, MONDAY).begun == (True,), "it is back"
    handover.close()
    store.close()


def test_a_message_is_sealed_once_when_its_claim_ends(any_store: Store) -> None:
    table = TABLES["messages"]

    def marked() -> list[bool]:
        """Whether each message has a mark; nothing is told of any."""
        with any_store.read() as session:
            assert list(seals.verify(session)) == []
            rows = session.connection().execute(select(table.c.seal).order_by(table.c.id))
            return [row.seal.startswith("~") for row in rows]

    def another_transaction() -> None:
        with any_store.write():
            pass

    (sent, given_back, failed), seen = claimed(any_store, 3)
    another_transaction()
    assert marked() == [True, True, True]
    with Handover(any_store, "one") as handover:
        handover.word([begun(sent), begun(failed)])
        handover.note([], [begun(sent)], seen, NOW, MONDAY)
        assert marked() == [True, True, True]
        handover.note([Sent(sent)], [begun(failed)], seen, LATER, MONDAY)
        assert marked() == [True, True, True]
        another_transaction()
    assert marked() == [False, True, True]
    with any_store.write() as session:
        claims.release(session, "one", [given_back])
        tries.record_failed(session, failed, "one", LATER, "451", permanent=False, jitter=0)
    assert marked() == [False, False, False]


def test_it_goes_out_as_of_the_day_it_goes_out(any_store: Store) -> None:
    (message,), seen = claimed(any_store, 1)
    with any_store.read() as session:
        decided = session.scalars(select(MessageRow.day)).one()
    another = decided + dt.timedelta(days=3)
    with Handover(any_store, "one") as handover:
        handover.word([replace(begun(message), day=decided)])
        handover.note([], [replace(begun(message), day=decided)], seen, NOW, another)
    with any_store.read() as session:
        assert session.scalars(select(MessageRow.day)).one() == another

"""静默名单: what gets on it, whom it names, and how one gets off it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from tests.office import add_unit, morning
from tracker.errors import UnknownReference
from tracker.store import outbox, unreachable
from tracker.store.database import Store
from tracker.store.tables import DeputyRow, HistoryRow

NOW = morning(dt.date(2023, 12, 4))
GONE = "jxj@yunxi.example"


def test_marked_once_and_named(any_store: Store) -> None:
    with any_store.write() as session:
        add_unit(session, "县经信局", "JXJ@yunxi.example ")
        other = add_unit(session, "县科技局", None)
        other.head_email = GONE
        session.add(DeputyRow(name="王远山", email=GONE))
        add_unit(session, "县财政局", "czj@yunxi.example")
        assert unreachable.mark(session, " Jxj@Yunxi.example", "550 5.1.1 gone", NOW)
        later = NOW + dt.timedelta(days=1)
        assert not unreachable.mark(session, GONE, "550 again", later)
    with any_store.read() as session:
        (found,) = unreachable.listing(session, {})
        assert (found.address, found.since, found.error) == (GONE, NOW, "550 5.1.1 gone")
        assert found.names == ("县经信局", "县科技局", "王远山")
        assert unreachable.names(session, {}) == found.names
        marked = unreachable.marked(session)
    assert unreachable.is_marked("JXJ@YUNXI.example", marked)
    assert not unreachable.is_marked("czj@yunxi.example", marked)
    assert not unreachable.is_marked(GONE, frozenset())


def test_another_address_of_the_registry_ends_it(store: Store) -> None:
    with store.write() as session:
        unit = add_unit(session, "县经信局", GONE)
        unreachable.mark(session, GONE, "550", NOW)
        unit.email = "new@yunxi.example"
    with store.read() as session:
        assert unreachable.listing(session, {}) == []
        assert unreachable.names(session, {}) == ()
    with store.write() as session:
        add_unit(session, "县商务局", GONE)
    with store.read() as session:
        assert unreachable.names(session, {}) == ("县商务局",), "the address is still gone"


def test_what_the_settings_have(store: Store) -> None:
    own = {"robot:督查群": "督查群", "Office@yunxi.example": "云溪县人大代工委"}
    with store.write() as session:
        for address in ("robot:督查群", "office@yunxi.example", "robot:走了"):
            unreachable.mark(session, address, "93000", NOW)
    with store.read() as session:
        assert unreachable.names(session, own) == ("督查群", "云溪县人大代工委")


def test_a_person_revives_an_address(store: Store) -> None:
    with store.write() as session:
        add_unit(session, "县经信局", GONE)
        unreachable.mark(session, GONE, "550", NOW)
        found = unreachable.clear(session, " JXJ@yunxi.example", who="张工", now=NOW)
        assert found.names == ("县经信局",)
        (line,) = session.scalars(select(HistoryRow))
        assert (line.action, line.old, line.new, line.who) == ("revive", GONE, "县经信局", "张工")
        assert unreachable.marked(session) == frozenset()
        with pytest.raises(UnknownReference, match="tracker outbox silent"):
            unreachable.clear(session, GONE, who="张工", now=NOW)
        assert unreachable.mark(session, GONE, "550", NOW), "it may go again"


def test_long_words_of_a_server_are_cut(store: Store) -> None:
    with store.write() as session:
        add_unit(session, "县经信局", GONE)
        unreachable.mark(session, GONE, "长" * 5000, NOW)
    with store.read() as session:
        assert len(unreachable.listing(session, {})[0].error) == 300


def test_whom_we_ever_wrote_to(store: Store) -> None:
    with store.write() as session:
        add_unit(session, "县经信局", GONE)
        outbox.queue(
            session, kind="digest", recipient="unit:9", name="县交通局",
            address="Old@yunxi.example", day=dt.date(2023, 12, 4), now=NOW, domain="x.example",
        )  # fmt: skip
    with store.read() as session:
        assert unreachable.wrote_to(session, "JXJ@yunxi.example")
        assert unreachable.wrote_to(session, "old@YUNXI.example")
        assert not unreachable.wrote_to(session, "stranger@x.example")

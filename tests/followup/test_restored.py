"""After a restore nobody is told again what he was told since the backup."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import select

from tests.office import MONDAY, Ledger, add_unit, morning, with_office
from tracker import jobs
from tracker.followup.restored import hold_back
from tracker.followup.rounds import decide
from tracker.settings import Settings
from tracker.store import chain
from tracker.store.database import Store
from tracker.store.tables import MessageRow

_DAY = dt.timedelta(days=1)
WEDNESDAY = MONDAY + 2 * _DAY


def _fill(store: Store) -> None:
    """Due on Monday in a month (waits in the backup), and on Wednesday in a month (not decided)."""
    with store.write() as session:
        ledger, unit = Ledger(session), add_unit(session, "县科技局")
        other = add_unit(session, "县教育局")
        ledger.commitment(unit, deadline=MONDAY + 30 * _DAY)
        ledger.commitment(other, deadline=WEDNESDAY + 30 * _DAY)
        ledger.commitment(unit, deadline=WEDNESDAY + 40 * _DAY)


def _hold(store: Store, office: Settings, *, again: bool = False) -> int:
    with store.write() as session:
        return hold_back(
            session, office, WEDNESDAY, morning(WEDNESDAY, 10),
            who="李督查", made_at=morning(MONDAY), again=again,
        )  # fmt: skip


def _sent(store: Store, office: Settings, day: dt.date) -> int:
    done = jobs.sweep(store, office, day, lambda: morning(day, 11))
    return done.delivered.sent


def _states(store: Store) -> list[tuple[str, str | None]]:
    with store.read() as session:
        rows = session.execute(select(MessageRow.state, MessageRow.error).order_by(MessageRow.id))
        return [(state, error) for state, error in rows]


def test_what_may_have_gone_out_since_is_held(any_store: Store, settings: Settings) -> None:
    office = with_office(settings)
    _fill(any_store)
    with any_store.write() as session:
        decide(session, MONDAY, morning(MONDAY), office)
    assert _hold(any_store, office) == 2, "one waited, one was owed since"
    assert _states(any_store) == [("cancelled", "restored")] * 2
    for day in range(3):
        assert _sent(any_store, office, WEDNESDAY + day * _DAY) == 0
    # The ladder goes on: the third promise has its first rung, and the others their next.
    assert _sent(any_store, office, WEDNESDAY + 12 * _DAY) == 1
    assert _sent(any_store, office, MONDAY + 23 * _DAY) >= 1


def test_who_knows_that_nothing_went_out_has_it_sent(any_store: Store, settings: Settings) -> None:
    office = with_office(settings)
    _fill(any_store)
    with any_store.write() as session:
        decide(session, MONDAY, morning(MONDAY), office)
    assert _hold(any_store, office, again=True) == 1
    assert _sent(any_store, office, WEDNESDAY) == 2
    assert _sent(any_store, office, WEDNESDAY) == 0


def test_a_message_in_flight_when_the_backup_was_made_is_held_too(
    any_store: Store, settings: Settings
) -> None:
    office = with_office(settings)
    _fill(any_store)
    with any_store.write() as session:
        decide(session, MONDAY, morning(MONDAY), office)
        for row in session.scalars(select(MessageRow)):
            row.state, row.claimed_at, row.claimed_by = "sending", morning(MONDAY), "w"
    _hold(any_store, office)
    assert {state for state, _ in _states(any_store)} == {"cancelled"}


def test_on_a_day_off_the_last_working_day_counts(store: Store, settings: Settings) -> None:
    office = with_office(settings)
    _fill(store)
    saturday = MONDAY + 5 * _DAY
    with store.write() as session:
        held = hold_back(
            session, office, saturday, morning(saturday), who="李督查", made_at=morning(MONDAY)
        )
    assert held == 2
    assert _sent(store, office, MONDAY + 7 * _DAY) == 0


def test_the_history_tells_of_the_restore(store: Store, settings: Settings) -> None:
    office = with_office(replace(settings, language="en"))
    _hold(store, office)
    with store.read() as session:
        assert chain.head(session).link == 1

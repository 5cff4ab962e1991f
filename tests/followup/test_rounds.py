"""A round writes what is owed, once, into one digest a recipient; on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import object_session

from tests.office import MONDAY, OFFICE, YEAR_END, Ledger, add_unit, morning, report, with_office
from tracker.followup.rounds import Decided, decide, plan
from tracker.settings import Mail, Office, Settings
from tracker.store import noticed, outbox
from tracker.store.database import Store, open_store
from tracker.store.noticed import NoticeKey
from tracker.store.tables import (
    CommitmentRow,
    DeputyRow,
    MessageRow,
    NoticeRow,
    SubscriptionRow,
    UnitRow,
)

LATE = dt.date(2024, 1, 15)


@pytest.fixture
def office(settings: Settings) -> Settings:
    return with_office(settings)


def run(store: Store, office: Settings, day: dt.date = MONDAY) -> Decided:
    with store.write() as session:
        return decide(session, day, morning(day), office, token=lambda: "t0")


def notices(store: Store) -> list[tuple[str, str, str]]:
    with store.read() as session:
        rows = session.scalars(select(NoticeRow).order_by(NoticeRow.id))
        return [(row.commitment.ref, row.recipient, row.rung) for row in rows]


def messages(store: Store) -> list[MessageRow]:
    with store.read() as session:
        return list(session.scalars(select(MessageRow).order_by(MessageRow.id)))


def set_states(store: Store, state: str, day: dt.date | None = None) -> None:
    with store.write() as session:
        for row in session.scalars(select(MessageRow).where(MessageRow.state == "queued")):
            row.state = state
            row.day = day or row.day


def test_one_digest_a_recipient(any_store: Store, office: Settings) -> None:
    with any_store.write() as session:
        ledger = Ledger(session)
        firms, roads = add_unit(session, "县经信局"), add_unit(session, "县交通局")
        ledger.commitment(firms)
        ledger.commitment(firms, roads)
        recipients = f"unit:{firms.id}", f"unit:{roads.id}"
    assert run(any_store, office) == Decided(notices=3, messages=2)
    assert notices(any_store) == [
        ("1-1", recipients[0], "before-30"),
        ("2-1", recipients[0], "before-30"),
        ("2-1", recipients[1], "before-30"),
    ]
    first, second = messages(any_store)
    assert first.key == f"digest:{recipients[0]}:2023-12-04"
    assert first.header_id == f"<digest.unit.{recipients[0][5:]}.2023-12-04.t0@yunxi.example>"
    assert (first.state, first.address, first.stand_in) == ("queued", "unit@yunxi.example", False)
    assert second.recipient_name == "县交通局"


def test_a_round_run_again_decides_nothing(any_store: Store, office: Settings) -> None:
    with any_store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"))
    assert run(any_store, office).notices == 1
    assert run(any_store, office) == Decided()
    set_states(any_store, "sent")
    assert run(any_store, office, MONDAY + dt.timedelta(days=1)) == Decided()
    assert len(notices(any_store)) == len(messages(any_store)) == 1


def test_the_supervisor_gets_a_digest_of_his_own(any_store: Store, office: Settings) -> None:
    with any_store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"))
    run(any_store, office, LATE)
    assert [name for name in notices(any_store) if name[1] == "supervisor"] == [
        ("1-1", "supervisor", "after-14")
    ]
    assert messages(any_store)[1].address == OFFICE.email
    assert messages(any_store)[1].recipient_name == OFFICE.supervisor
    assert not messages(any_store)[1].stand_in


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "kept", "settled_on": MONDAY},
        {"review": "pending"},
        {"review": "rejected"},
        {"deadline": None},
        {"deadline": dt.date(2024, 3, 1)},
    ],
)
def test_what_owes_nothing_is_left_alone(
    store: Store, office: Settings, changes: dict[str, Any]
) -> None:
    with store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"), **changes)
    assert run(store, office) == Decided()


def test_nothing_is_decided_on_a_day_off(store: Store, office: Settings) -> None:
    with store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"))
    assert run(store, office, dt.date(2023, 12, 3)) == Decided()
    assert run(store, office, MONDAY).notices == 1


def _address(deputy: DeputyRow, unit: UnitRow) -> None:
    deputy.email = "wang@yunxi.example"


def _filed(deputy: DeputyRow, unit: UnitRow) -> None:
    deputy.suggestions.clear()


def _head(deputy: DeputyRow, unit: UnitRow) -> None:
    unit.head_email = "head@yunxi.example"


def _above(deputy: DeputyRow, unit: UnitRow) -> None:
    unit.parent = UnitRow(name="县政府办")


def _ended(deputy: DeputyRow, unit: UnitRow) -> None:
    session = object_session(deputy)
    assert session is not None
    now = morning(MONDAY)
    for suggestion in deputy.suggestions:
        session.add(
            SubscriptionRow(
                deputy=deputy, suggestion=suggestion, token="t", since=now, ended_at=now
            )
        )


def _contact(deputy: DeputyRow, unit: UnitRow) -> None:
    unit.contact = "沈知远"


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (_address, True), (_filed, True), (_head, True), (_above, True), (_ended, True),
        (_contact, False),
    ],
)  # fmt: skip
def test_whom_a_change_gives_or_takes_word_is_looked_at_again(
    any_store: Store, office: Settings, change: Callable[[DeputyRow, UnitRow], None], again: bool
) -> None:
    with any_store.write() as session:
        ledger, unit = Ledger(session), add_unit(session, "县经信局")
        mine, others = ledger.commitment(unit), ledger.commitment(add_unit(session, "县交通局"))
        deputy = DeputyRow(name="王远山", email=None)
        session.add(deputy)
        deputy.suggestions.append(mine.suggestion)
        session.flush()
        ids = mine.id, others.id, deputy.id, unit.id
    run(any_store, office)
    with any_store.write() as session:
        owner = session.get_one(UnitRow, ids[3])
        change(session.get_one(DeputyRow, ids[2]), owner)
    with any_store.read() as session:
        assert (session.get_one(CommitmentRow, ids[0]).look_on is None) is again
        assert session.get_one(CommitmentRow, ids[1]).look_on is not None


def test_only_what_is_due_is_read(store: Store, office: Settings) -> None:
    """Of a big ledger, rows that are far from their date or noticed are never loaded."""
    with store.write() as session:
        ledger, unit = Ledger(session), add_unit(session, "县经信局")
        home = ledger.suggestion()
        for _ in range(40):
            ledger.commitment(unit, suggestion=home, deadline=dt.date(2025, 12, 31))
        ledger.commitment(unit, suggestion=home)
    loaded: Counter[str] = Counter()

    def count(row: CommitmentRow, _context: object) -> None:
        loaded[row.ref] += 1

    event.listen(CommitmentRow, "load", count)
    try:
        run(store, office)
        assert loaded == {"1-41": 1}
        run(store, office)
        assert loaded == {"1-41": 1}, "noticed: not loaded again"
    finally:
        event.remove(CommitmentRow, "load", count)


def test_missed_days_are_caught_up_in_one_notice(any_store: Store, office: Settings) -> None:
    with any_store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"))
    run(any_store, office, dt.date(2024, 1, 31))
    assert [(name[1][:4], name[2]) for name in notices(any_store)] == [
        ("unit", "after-28"), ("supe", "after-28")
    ]  # fmt: skip


def test_a_new_deadline_arms_the_ladder_again(any_store: Store, office: Settings) -> None:
    with any_store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"))
    run(any_store, office)
    with any_store.write() as session:
        session.scalars(select(CommitmentRow)).one().deadline = dt.date(2024, 1, 31)
    assert run(any_store, office, dt.date(2024, 1, 2)).notices == 1
    assert [name[2] for name in notices(any_store)] == ["before-30", "before-30"]


@pytest.mark.parametrize("state", ["sending", "sent", "failed"])
def test_who_had_his_mail_of_today_waits_for_tomorrow(
    any_store: Store, office: Settings, state: str
) -> None:
    with any_store.write() as session:
        ledger, unit = Ledger(session), add_unit(session, "县经信局")
        ledger.commitment(unit)
    run(any_store, office)
    set_states(any_store, state)
    with any_store.write() as session:
        ledger.session = session
        unit = session.scalars(select(UnitRow)).one()
        ledger.commitment(unit)
    assert run(any_store, office) == Decided(held=1)
    assert len(messages(any_store)) == 1
    tomorrow = run(any_store, office, MONDAY + dt.timedelta(days=1))
    if state == "sending":  # until the sweep recovers it, nobody knows what became of it
        assert tomorrow == Decided(held=1)
    else:
        assert tomorrow == Decided(notices=1, messages=1)
        assert [row.key[-10:] for row in messages(any_store)] == ["2023-12-04", "2023-12-05"]


def test_a_message_id_is_unique_in_the_world(any_store: Store, office: Settings) -> None:
    """Two offices of one domain, or a database built anew, count their units alike."""
    with any_store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"))
    seen = set()
    for _ in range(2):
        with any_store.write() as session:
            decide(session, MONDAY, morning(MONDAY), office)
            seen.add(session.scalars(select(MessageRow.header_id)).one())
            session.rollback()
    assert len(seen) == 2


TUESDAY = MONDAY + dt.timedelta(days=1)


def withdraw_all(store: Store, why: str) -> None:
    """As delivery does before it would send: nothing is left to say."""
    with store.write() as session:
        for message in session.scalars(select(MessageRow).where(MessageRow.state == "queued")):
            for notice in message.notices:
                noticed.withdraw(notice, why)
            outbox.cancel(session, message, morning(MONDAY), "nothing left to say")


@pytest.mark.parametrize("why", ["settled", "not tracked", "deadline moved", "other owner"])
@pytest.mark.parametrize("day", [MONDAY, TUESDAY])
def test_what_was_withdrawn_and_is_owed_again_is_told(
    any_store: Store, office: Settings, why: str, day: dt.date
) -> None:
    with any_store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"))
    run(any_store, office)
    withdraw_all(any_store, why)
    assert run(any_store, office, day) == Decided(notices=1, messages=1)
    message = messages(any_store)[-1]
    assert (message.state, message.day, message.error) == ("queued", day, None)
    with any_store.read() as session:
        (notice,) = session.scalars(select(NoticeRow))
        assert (notice.withdrawn, notice.message_id, notice.decided_on) == (None, message.id, day)
    assert run(any_store, office, day) == Decided()


@pytest.mark.parametrize("why", ["cancelled", "report came in"])
def test_some_withdrawals_are_final(any_store: Store, office: Settings, why: str) -> None:
    with any_store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"))
    run(any_store, office)
    withdraw_all(any_store, why)
    assert run(any_store, office, TUESDAY) == Decided()


def test_a_cancelled_digest_is_no_mail_of_today(any_store: Store, office: Settings) -> None:
    """Yesterday's digest, looked at this morning, had nothing left to say."""
    with any_store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"))
    run(any_store, office)
    withdraw_all(any_store, "report came in")
    with any_store.write() as session:
        session.scalars(select(MessageRow)).one().day = TUESDAY
        Ledger(session, 1).commitment(session.scalars(select(UnitRow)).one())
    assert run(any_store, office, TUESDAY) == Decided(notices=1, messages=1)


def test_a_cancelled_digest_that_may_have_arrived_is(any_store: Store, office: Settings) -> None:
    with any_store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"))
    run(any_store, office)
    with any_store.write() as session:
        message = session.scalars(select(MessageRow)).one()
        outbox.record_attempt(session, message, morning(MONDAY), "in doubt", None)
    withdraw_all(any_store, "settled")
    assert run(any_store, office) == Decided(held=1)


def test_several_waiting_digests_become_one(any_store: Store, office: Settings) -> None:
    with any_store.write() as session:
        unit = add_unit(session, "县经信局")
        Ledger(session).commitment(unit)
    run(any_store, office)
    set_states(any_store, "failed")
    with any_store.write() as session:
        Ledger(session, 1).commitment(session.scalars(select(UnitRow)).one())
    assert run(any_store, office, TUESDAY).messages == 1
    with any_store.write() as session:
        outbox.retry(session, 1, morning(TUESDAY))
    assert [(row.state, row.error) for row in messages(any_store)] == [
        ("queued", None), ("cancelled", "merged into message 1")
    ]  # fmt: skip
    with any_store.read() as session:
        assert list(session.scalars(select(NoticeRow.message_id))) == [1, 1]


def test_a_round_merges_what_waits_side_by_side(any_store: Store, office: Settings) -> None:
    with any_store.write() as session:
        unit = add_unit(session, "县经信局")
        Ledger(session).commitment(unit)
    run(any_store, office)
    with any_store.write() as session:
        first = session.scalars(select(MessageRow)).one()
        outbox.queue(
            session, kind="digest", recipient=first.recipient, name="县经信局", address="a@b.example",
            day=TUESDAY, now=morning(TUESDAY), domain="b.example",
        )  # fmt: skip
        Ledger(session, 1).commitment(session.scalars(select(UnitRow)).one())
    assert run(any_store, office, TUESDAY) == Decided(notices=1)
    assert [row.state for row in messages(any_store)] == ["queued", "cancelled"]


def test_what_still_waits_takes_the_new_notices_in(any_store: Store, office: Settings) -> None:
    """A mail server that is away for days makes one long message, not one a day."""
    with any_store.write() as session:
        ledger, unit = Ledger(session), add_unit(session, "县经信局")
        ledger.commitment(unit)
        ledger.commitment(unit, deadline=dt.date(2024, 1, 4))
    run(any_store, office)
    assert run(any_store, office, dt.date(2023, 12, 5)) == Decided(notices=1)
    (message,) = messages(any_store)
    assert message.key.endswith("2023-12-04")


def test_a_day_run_again_does_not_send_what_a_later_one_overtook(
    store: Store, office: Settings
) -> None:
    with store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"))
    run(store, office, LATE)
    set_states(store, "sent")
    assert run(store, office, MONDAY) == Decided()


def test_a_report_silences_the_owner_until_the_next_rung(store: Store, office: Settings) -> None:
    with store.write() as session:
        row = Ledger(session).commitment(add_unit(session, "县经信局"))
        report(row, dt.date(2023, 12, 1), 22)
    assert run(store, office) == Decided()
    assert run(store, office, dt.date(2023, 12, 22)).notices == 1


@pytest.mark.parametrize(
    ("unit", "office_mail", "address", "stand_in", "state"),
    [
        ("a@b.example", "office@x.example", "a@b.example", False, "queued"),
        (None, "office@x.example", "office@x.example", True, "queued"),
        (" ", "office@x.example", "office@x.example", True, "queued"),
        (None, "", None, True, "undeliverable"),
        ("a@b.example", "", "a@b.example", False, "queued"),
    ],
)
def test_where_a_digest_goes(
    store: Store,
    office: Settings,
    unit: str | None,
    office_mail: str,
    address: str | None,
    stand_in: bool,
    state: str,
) -> None:
    with store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局", unit))
    office = replace(office, office=Office(email=office_mail))
    decided = run(store, office)
    (message,) = messages(store)
    assert (message.address, message.stand_in, message.state) == (address, stand_in, state)
    assert decided.unreachable == (("县经信局",) if state == "undeliverable" else ())


def test_an_address_that_appears_is_picked_up(any_store: Store, office: Settings) -> None:
    nowhere = replace(office, office=Office())
    with any_store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局", None))
    run(any_store, nowhere)
    assert run(any_store, nowhere).unreachable == ("县经信局",), "listed again, never dropped"
    with any_store.write() as session:
        session.scalars(select(UnitRow)).one().email = "new@unit.example"
    assert run(any_store, nowhere) == Decided()
    (message,) = messages(any_store)
    assert (message.state, message.address) == ("queued", "new@unit.example")
    assert len(notices(any_store)) == 1


def test_a_commitment_without_owner_goes_to_the_supervisor_once(
    store: Store, office: Settings
) -> None:
    with store.write() as session:
        Ledger(session).commitment()
    assert run(store, office, LATE).notices == 1
    assert [name[1] for name in notices(store)] == ["supervisor"]


def test_a_plan_writes_nothing(any_store: Store, office: Settings) -> None:
    with any_store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"))
    with any_store.read() as session:
        planned = plan(session, MONDAY, office)
    assert [item.key.rung for group in planned.notices.values() for item in group] == ["before-30"]
    assert messages(any_store) == []
    assert notices(any_store) == []


def test_a_message_id_needs_no_sender(store: Store, office: Settings) -> None:
    with store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"))
    run(store, replace(office, mail=Mail()))
    assert messages(store)[0].header_id.endswith("@tracker.invalid>")


def test_a_notice_is_unique_in_the_database_itself(any_store: Store, office: Settings) -> None:
    with any_store.write() as session:
        row = Ledger(session).commitment(add_unit(session, "县经信局"))
        key = NoticeKey(row.id, f"unit:{row.owners[0].unit_id}", "before-30", YEAR_END)
    run(any_store, office)
    with any_store.write() as session:
        (message,) = session.scalars(select(MessageRow))
        assert noticed.add_notices(session, [(message.id, key)], MONDAY) == 0
    with pytest.raises(IntegrityError), any_store.write() as session:
        session.add(
            NoticeRow(
                commitment_id=key.commitment_id, recipient=key.recipient, rung=key.rung,
                deadline=key.deadline, decided_on=MONDAY, message_id=message.id,
            )
        )  # fmt: skip


def test_rounds_at_the_same_moment_decide_once(any_store: Store, office: Settings) -> None:
    with any_store.write() as session:
        ledger = Ledger(session)
        for name in ("县经信局", "县交通局", "县教体局"):
            unit = add_unit(session, name)
            for _ in range(5):
                ledger.commitment(unit)
    start, decided = threading.Barrier(4), []

    def round_() -> None:
        start.wait()
        decided.append(run(any_store, office))

    threads = [threading.Thread(target=round_) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(item.notices for item in decided) == [0, 0, 0, 15]
    assert len(notices(any_store)) == len(set(notices(any_store))) == 15
    assert len(messages(any_store)) == 3


def test_on_a_server_one_round_waits_for_the_other(postgresql: Settings, office: Settings) -> None:
    store, done = open_store(postgresql), threading.Event()
    with store.write() as session:
        Ledger(session).commitment(add_unit(session, "县经信局"))

    def round_() -> None:
        run(store, office)
        done.set()

    thread = threading.Thread(target=round_)
    with store.write() as session:
        noticed.lock_round(session)
        thread.start()
        assert not done.wait(1)
    thread.join(30)
    assert done.is_set()
    store.close()

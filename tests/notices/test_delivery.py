"""Delivery from the outbox: once each, looked at once more, tried again, never lost."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from sqlite3 import ProgrammingError
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session, selectinload

from tests.office import MONDAY, Ledger, add_unit, morning, report, with_office
from tests.post import post_office
from tracker.errors import DeliveryError, StoreError, UnknownReference
from tracker.followup.rounds import decide
from tracker.notices import ready
from tracker.notices.channel import InDoubt, Prepared, Unreachable
from tracker.notices.delivery import Delivered, deliver
from tracker.notices.mail import MailChannel
from tracker.notices.message import Outgoing, build
from tracker.settings import Mail, Office, Settings
from tracker.store import claims, outbox, tries, unreachable
from tracker.store.database import Store, open_store
from tracker.store.entries import UnitEntry
from tracker.store.journal import record
from tracker.store.registry import import_units
from tracker.store.tables import AttemptRow, CommitmentRow, MessageRow, NoticeRow, UnitRow


class Crash(BaseException):
    """The process ends here."""


@dataclass
class Recorder:
    """A channel that keeps what it is given, and fails as it is told to."""

    fails: list[BaseException] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    settings: Settings = field(default_factory=lambda: with_office(Settings(Path(), "")))

    def prepare(self, outgoing: Outgoing, moment: dt.datetime) -> Prepared:
        mail = build(outgoing, self.settings, moment)
        return Prepared(outgoing.key, outgoing.address, mail)

    def send(self, prepared: Prepared) -> str:
        self.before()
        if self.fails:
            raise self.fails.pop(0)
        self.mails.append(message_from_bytes(prepared.content, policy=default))
        return "memory"

    def close(self) -> None: ...

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    at: dt.datetime = field(default_factory=lambda: morning(MONDAY))

    def __call__(self) -> dt.datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += dt.timedelta(**by)


@pytest.fixture
def office(settings: Settings) -> Settings:
    return with_office(settings)


def queue(store: Store, office: Settings, count: int = 1, day: dt.date = MONDAY) -> None:
    """So many units with a commitment each, decided on."""
    with store.write() as session:
        ledger = Ledger(session)
        for number in range(count):
            unit = add_unit(session, f"第{number + 1}局", f"unit{number + 1}@yunxi.example")
            ledger.commitment(unit)
        decide(session, day, morning(day), office)


def run(
    store: Store,
    office: Settings,
    channel: Recorder,
    day: dt.date = MONDAY,
    clock: Clock | None = None,
) -> Delivered:
    return deliver(store, office, day, clock or Clock(), channel=channel, jitter=lambda: 0.0)


def messages(store: Store) -> list[MessageRow]:
    with store.read() as session:
        query = select(MessageRow).options(selectinload(MessageRow.words)).order_by(MessageRow.id)
        return list(session.scalars(query))


def withdrawn(store: Store) -> list[str | None]:
    with store.read() as session:
        return [row.withdrawn for row in session.scalars(select(NoticeRow).order_by(NoticeRow.id))]


def attempts(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(AttemptRow.result).order_by(AttemptRow.id)))


def test_every_message_goes_out_once(any_store: Store, office: Settings) -> None:
    queue(any_store, office, 3)
    channel = Recorder()
    assert run(any_store, office, channel) == Delivered(sent=3)
    assert run(any_store, office, channel) == Delivered()
    assert len(set(channel.ids)) == len(channel.mails) == 3
    assert [row.state for row in messages(any_store)] == ["sent"] * 3
    assert attempts(any_store) == ["sent"] * 3
    row = messages(any_store)[0]
    assert (row.sent_at, row.tries, row.claimed_by) == (morning(MONDAY), 1, None)
    assert row.subject == channel.mails[0]["Subject"]
    assert row.words is not None
    assert "未填报" in (row.words.body or "")


def test_nothing_goes_out_on_a_day_off(store: Store, office: Settings) -> None:
    queue(store, office)
    channel = Recorder()
    for day in ("2023-12-09", "2023-12-10", "2024-01-01", "2024-02-12"):
        assert run(store, office, channel, dt.date.fromisoformat(day)) == Delivered()
    assert run(store, office, channel, dt.date(2023, 12, 11)).sent == 1


def settle(row: CommitmentRow) -> None:
    row.outcome, row.settled_on = "kept", MONDAY


def reject(row: CommitmentRow) -> None:
    row.review = "rejected"


def move(row: CommitmentRow) -> None:
    row.deadline = dt.date(2024, 3, 31)


def answer(row: CommitmentRow) -> None:
    report(row, MONDAY, 22, recorded=morning(MONDAY, 7))


def answer_for_last_month(row: CommitmentRow) -> None:
    report(row, dt.date(2023, 11, 30), 22, recorded=morning(MONDAY, 7))


def reach(row: CommitmentRow) -> None:
    report(row, dt.date(2023, 12, 1), 30)


def give_away(row: CommitmentRow) -> None:
    row.owners[0].unit = UnitRow(name="另一个局")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (settle, "settled"),
        (reject, "not tracked"),
        (move, "deadline moved"),
        (answer, "report came in"),
        (answer_for_last_month, "report came in"),
        (reach, "target reached"),
        (give_away, "other owner"),
    ],
)
def test_what_is_no_longer_owed_is_taken_out(
    any_store: Store, office: Settings, change: Callable[[CommitmentRow], None], why: str
) -> None:
    with any_store.write() as session:
        ledger, unit = Ledger(session), add_unit(session, "县经信局")
        ledger.commitment(unit)
        ledger.commitment(unit)
        decide(session, MONDAY, morning(MONDAY), office)
    with any_store.write() as session:
        change(session.scalars(select(CommitmentRow).order_by(CommitmentRow.id)).first())  # type: ignore[arg-type]
    channel = Recorder()
    assert run(any_store, office, channel).sent == 1
    assert withdrawn(any_store) == [why, None]
    assert messages(any_store)[0].subject == "[承诺跟踪] 临期1项 — 12月4日"


def test_a_message_of_which_nothing_is_left_is_cancelled(
    any_store: Store, office: Settings
) -> None:
    queue(any_store, office)
    with any_store.write() as session:
        settle(session.scalars(select(CommitmentRow)).one())
    channel = Recorder()
    assert run(any_store, office, channel) == Delivered(cancelled=1)
    assert channel.mails == []
    assert [(row.state, row.error) for row in messages(any_store)] == [
        ("cancelled", "nothing left to say")
    ]


def test_the_supervisor_is_told_in_spite_of_a_report(store: Store, office: Settings) -> None:
    late = dt.date(2024, 1, 15)
    queue(store, office, day=late)
    with store.write() as session:
        report(session.scalars(select(CommitmentRow)).one(), late, 22)
    channel = Recorder()
    assert run(store, office, channel, late, Clock(morning(late))) == Delivered(sent=1, cancelled=1)
    assert channel.mails[0]["To"].addresses[0].display_name == "云溪县政府督查室"


def test_a_message_speaks_from_the_day_it_goes_out(store: Store, office: Settings) -> None:
    queue(store, office)
    channel = Recorder()
    run(store, office, channel, dt.date(2023, 12, 6), Clock(morning(dt.date(2023, 12, 6))))
    assert "12月6日" in channel.mails[0]["Subject"]
    assert messages(store)[0].day == dt.date(2023, 12, 6)
    assert channel.ids[0].startswith("<digest.unit."), "under the Message-ID of its decision"
    assert "2023-12-04" in channel.ids[0]


def test_a_refusal_for_good_fails_at_once_and_stops_nobody(
    any_store: Store, office: Settings
) -> None:
    queue(any_store, office, 3)
    channel = Recorder([DeliveryError("550 no such user", permanent=True)])
    done = run(any_store, office, channel)
    assert done.sent == 2
    assert [(item.error, item.again) for item in done.failures] == [("550 no such user", False)]
    assert [row.state for row in messages(any_store)] == ["failed", "sent", "sent"]
    assert run(any_store, office, channel) == Delivered()


def test_a_refusal_for_now_is_tried_again_later_and_later(
    any_store: Store, office: Settings
) -> None:
    queue(any_store, office)
    channel = Recorder([DeliveryError("451 later", permanent=False)] * 20)
    clock, waits = Clock(), []
    for _ in range(tries.MAX_TRIES):
        done = run(any_store, office, channel, clock=clock)
        assert len(done.failures) == 1
        assert run(any_store, office, channel, clock=clock) == Delivered(), "not yet"
        row = messages(any_store)[0]
        waits.append((row.not_before - clock.at) / dt.timedelta(minutes=1))
        clock.at = max(row.not_before, clock.at)
    assert waits[:-1] == [5, 15, 45, 135, 405, 1215, 1440]
    assert messages(any_store)[0].state == "failed"
    assert not done.failures[0].again
    clock.move(days=30)
    assert run(any_store, office, channel, clock=clock) == Delivered(), "given up"
    assert attempts(any_store) == ["temporary"] * tries.MAX_TRIES


def test_retry_gives_a_failed_message_all_its_tries_back(store: Store, office: Settings) -> None:
    queue(store, office, 2)
    run(store, office, Recorder([DeliveryError("550 no", permanent=True)] * 2))
    with store.write() as session:
        assert len(outbox.retry(session, None, morning(MONDAY))) == 2
        session.execute(update(UnitRow).values(email="right@yunxi.example"))
    channel = Recorder()
    assert run(store, office, channel).sent == 2
    assert {mail["To"].addresses[0].addr_spec for mail in channel.mails} == {"right@yunxi.example"}
    assert messages(store)[0].tries == 1
    with store.write() as session, pytest.raises(UnknownReference, match="is sent"):
        outbox.retry(session, 1, morning(MONDAY))
    with store.write() as session, pytest.raises(UnknownReference, match="no message 99"):
        outbox.retry(session, 99, morning(MONDAY))


def test_an_old_digest_tried_again_is_no_second_mail_of_the_day(
    any_store: Store, office: Settings
) -> None:
    tuesday, wednesday = (MONDAY + dt.timedelta(days=days) for days in (1, 2))
    queue(any_store, office)
    run(any_store, office, Recorder([DeliveryError("550 no", permanent=True)]))
    with any_store.write() as session:
        Ledger(session, 1).commitment(session.scalars(select(UnitRow)).one())
        decide(session, tuesday, morning(tuesday), office)
    channel, clock = Recorder(), Clock(morning(tuesday))
    assert run(any_store, office, channel, tuesday, clock).sent == 1
    with any_store.write() as session:
        outbox.retry(session, 1, clock())
    assert run(any_store, office, channel, tuesday, clock) == Delivered(), "one mail a day"
    clock.at = morning(wednesday)
    assert run(any_store, office, channel, wednesday, clock).sent == 1
    assert len(set(channel.ids)) == 2


def test_two_digests_of_one_recipient_claimed_at_once(postgresql: Settings) -> None:
    """On a server two transactions see the outbox as it was before either."""
    store, office = open_store(postgresql), with_office(postgresql)
    queue(store, office)
    with store.write() as session:
        first = session.scalars(select(MessageRow)).one()
        outbox.queue(
            session, kind="digest", recipient=first.recipient, name="局", address="a@b.example",
            day=MONDAY + dt.timedelta(days=1), now=morning(MONDAY), domain="b.example",
        )  # fmt: skip
    with store.write() as one, store.write() as two:
        assert claims.claim(one, "one", morning(MONDAY), MONDAY, 5) == [first.id]
        assert claims.claim(two, "two", morning(MONDAY), MONDAY, 5) == []
    store.close()


def test_a_barred_way_ends_the_run_and_costs_the_others_nothing(
    store: Store, office: Settings
) -> None:
    queue(store, office, 3)
    channel = Recorder([Unreachable("mail.example:587: refused")])
    assert len(run(store, office, channel).failures) == 1
    assert [row.tries for row in messages(store)] == [0, 0, 0]
    assert run(store, office, channel).sent == 2


def test_a_barred_way_holds_up_no_other(any_store: Store, office: Settings) -> None:
    """Files cannot be written; the mail server is well."""
    queue(any_store, office, 3)
    with any_store.write() as session:
        session.execute(update(MessageRow).where(MessageRow.id < 3).values(channel="files"))
    office.data_dir.mkdir(parents=True, exist_ok=True)
    office.outbox_dir.write_text("a file stands where the folder should", encoding="utf-8")
    with post_office() as post:
        server = Mail(host="127.0.0.1", port=post.port, security="none", sender="a@yunxi.example")
        done = deliver(any_store, replace(office, mail=server), MONDAY, Clock())
    assert (done.sent, [item.again for item in done.failures]) == (1, [True])
    assert [(row.state, row.tries) for row in messages(any_store)] == [
        ("queued", 0), ("queued", 0), ("sent", 1),
    ]  # fmt: skip
    assert attempts(any_store) == ["barred", "sent"], "the second of the barred way is not tried"
    assert len(post.mails) == 1


def test_a_message_is_never_given_up_for_a_server_that_is_away(
    any_store: Store, office: Settings
) -> None:
    queue(any_store, office)
    clock, waits = Clock(), []
    for _ in range(3 * tries.MAX_TRIES):
        (failure,) = run(any_store, office, Recorder([Unreachable("away")]), clock=clock).failures
        assert failure.again
        row = messages(any_store)[0]
        assert (row.state, row.tries) == ("queued", 0)
        waits.append((row.not_before - clock.at) / dt.timedelta(minutes=1))
        clock.at = row.not_before
    assert waits[:5] == [5, 15, 45, 60, 60]
    assert run(any_store, office, Recorder(), clock=clock).sent == 1


def test_a_message_that_may_have_arrived_is_sent_once_more(
    any_store: Store, office: Settings
) -> None:
    queue(any_store, office)
    clock = Clock()
    channel = Recorder([InDoubt("connection lost")])
    (failure,) = run(any_store, office, channel, clock=clock).failures
    assert failure.again
    assert messages(any_store)[0].state == "unknown"
    clock.move(minutes=5)
    assert run(any_store, office, channel, clock=clock).sent == 1
    assert messages(any_store)[0].state == "sent"
    assert attempts(any_store) == ["in doubt", "sent"]


def test_a_second_doubt_leaves_a_message_to_a_person(any_store: Store, office: Settings) -> None:
    queue(any_store, office)
    clock, lost = Clock(), InDoubt("connection lost")
    for revived in range(2):
        channel = Recorder([lost, DeliveryError("451 later", permanent=False), lost])
        states = []
        for _ in range(3):
            (failure,) = run(any_store, office, channel, clock=clock).failures
            states.append(messages(any_store)[0].state)
            clock.move(hours=3)
        assert states == ["unknown", "unknown", "failed"]
        assert not failure.again
        assert run(any_store, office, channel, clock=clock) == Delivered(), "it stays with a person"
        with any_store.write() as session:
            assert len(outbox.retry(session, None, clock())) == 1
        assert messages(any_store)[0].state == "unknown", revived
    channel = Recorder()
    assert run(any_store, office, channel, clock=clock).sent == 1
    assert channel.ids == [messages(any_store)[0].header_id]


@dataclass
class Meddler(Recorder):
    """Changes the ledger while the first message is on its way."""

    meddle: Callable[[], None] = lambda: None

    def send(self, prepared: Prepared) -> str:
        where = super().send(prepared)
        if len(self.mails) == 1:
            self.meddle()
        return where


@pytest.mark.parametrize("what", ["settled", "reported", "new address"])
def test_what_changes_while_a_batch_is_on_its_way_is_heeded(
    any_store: Store, office: Settings, what: str
) -> None:
    queue(any_store, office, 3)

    def meddle() -> None:
        if what == "new address":
            entry = UnitEntry(name="第2局", email="new@yunxi.example")
            with any_store.write() as session:
                import_units(session, [entry], who="张工", now=morning(MONDAY))
            return
        with any_store.write() as session:
            row = session.scalars(select(CommitmentRow).order_by(CommitmentRow.id)).all()[1]
            if what == "settled":
                settle(row)
                record(session, "settle", who="张工", now=morning(MONDAY), commitment=row)
            else:
                answer(row)

    channel = Meddler(meddle=meddle)
    done = run(any_store, office, channel)
    sent_to = [mail["To"].addresses[0].addr_spec for mail in channel.mails]
    if what == "new address":
        assert sent_to == ["unit1@yunxi.example", "new@yunxi.example", "unit3@yunxi.example"]
    else:
        assert sent_to == ["unit1@yunxi.example", "unit3@yunxi.example"]
        assert done == Delivered(sent=2, cancelled=1)


class Written(MailChannel):
    """A real connection; keeps what the outbox says just after the server was told of a message,
    just before each leaves, and once it has left; settles the second when it is told of it."""

    def __init__(self, settings: Settings, store: Store) -> None:
        super().__init__(settings)
        self.store = store
        self.said: list[tuple[str, list[str]]] = []

    def announce(self, prepared: Prepared) -> None:
        super().announce(prepared)
        self._note("announced")
        if prepared.key.startswith("digest:unit:2:"):
            with self.store.write() as session:
                row = session.scalars(select(CommitmentRow).order_by(CommitmentRow.id)).all()[1]
                settle(row)
                record(session, "settle", who="张工", now=morning(MONDAY), commitment=row)

    def send(self, prepared: Prepared, meanwhile: Callable[[], None] | None = None) -> str:
        self._note("sent")
        return super().send(prepared, meanwhile)

    def _note(self, what: str) -> None:
        self.said.append((what, [row.state for row in messages(self.store)]))


def test_a_message_is_written_down_before_it_leaves_though_it_was_announced(
    any_store: Store, office: Settings
) -> None:
    """What was settled between the two is not sent; nobody gets an empty mail."""
    queue(any_store, office, 4)
    with post_office() as post:
        mail = Mail("127.0.0.1", post.port, "none", "tracker@yunxi.example")
        channel = Written(replace(office, mail=mail), any_store)
        done = deliver(any_store, office, MONDAY, Clock(), channel=channel, jitter=lambda: 0.0)
        channel.close()
        assert (done.sent, done.cancelled, done.failures) == (3, 1, ())
        assert [mail["To"].addresses[0].addr_spec for mail in post.mails] == [
            f"unit{number}@yunxi.example" for number in (1, 3, 4)
        ]
    claimed, sending, sent = "claimed", "sending", "sent"
    assert channel.said == [
        ("sent", [sending, claimed, claimed, claimed]),
        ("announced", [sending, claimed, claimed, claimed]),
        ("sent", [sent, "cancelled", sending, claimed]),
        # The others were looked at before, too: none is announced in vain.
        ("sent", [sent, "cancelled", sent, sending]),
    ]


def test_a_notice_decided_while_a_digest_is_claimed_waits_for_the_next(
    any_store: Store, office: Settings
) -> None:
    """In a digest that is worded already it would never be told."""
    queue(any_store, office)
    now, tuesday = morning(MONDAY), MONDAY + dt.timedelta(days=1)
    with any_store.write() as session:
        assert claims.claim(session, "one", now, MONDAY) == [1]
        Ledger(session, 1).commitment(session.scalars(select(UnitRow)).one())
        assert decide(session, MONDAY, now, office).held == 1
        claims.release(session, "one", [1])
    with any_store.write() as session:
        assert decide(session, tuesday, now, office).notices == 1
    assert [row.state for row in messages(any_store)] == ["queued"]
    assert attempts(any_store) == []


def test_an_address_that_went_away(store: Store, office: Settings) -> None:
    queue(store, office)
    with store.write() as session:
        session.execute(update(UnitRow).values(email=None))
    bare = replace(office, office=Office())
    assert run(store, bare, Recorder()) == Delivered(undeliverable=1)
    (row,) = messages(store)
    assert (row.state, row.tries, row.claimed_by) == ("undeliverable", 0, None)


def test_an_address_that_is_none_fails_for_good(store: Store, office: Settings) -> None:
    queue(store, office)
    with store.write() as session:
        session.execute(update(UnitRow).values(email="a@b.example\r\nBcc: c@d.example"))
    done = run(store, office, Recorder())
    assert [item.again for item in done.failures] == [False]


TUESDAY = MONDAY + dt.timedelta(days=1)


def _refused_on_two_days(store: Store, office: Settings, monday: int, tuesday: int) -> Delivered:
    """Two units are written to on both days; so many of the first messages of a day are refused."""
    queue(store, office, 2)
    run(store, office, Recorder([_refusal() for _ in range(monday)]))
    with store.write() as session:
        for unit in session.scalars(select(UnitRow).order_by(UnitRow.id)).all():
            Ledger(session, unit.id + 9).commitment(unit)
        decide(session, TUESDAY, morning(TUESDAY), office)
    channel, clock = Recorder([_refusal() for _ in range(tuesday)]), Clock(morning(TUESDAY))
    return run(store, office, channel, TUESDAY, clock)


def _refusal() -> DeliveryError:
    return DeliveryError("550 mailbox unavailable", permanent=True, refused=True)


def _silent(store: Store) -> list[str]:
    with store.read() as session:
        return [item.address for item in unreachable.listing(session, {})]


def test_who_is_refused_on_a_second_day_is_silent_and_the_office_stands_in(
    any_store: Store, office: Settings
) -> None:
    done = _refused_on_two_days(any_store, office, 1, 1)
    assert (done.sent, [item.again for item in done.failures]) == (1, [True])
    assert attempts(any_store) == ["refused", "sent", "refused", "sent"]
    assert _silent(any_store) == ["unit1@yunxi.example"]
    channel, clock = Recorder(), Clock(morning(TUESDAY, 9))
    assert run(any_store, office, channel, TUESDAY, clock).sent == 1
    assert channel.mails[0]["To"].addresses[0].addr_spec == office.office.email


def test_one_day_of_refusals_lists_nobody(store: Store, office: Settings) -> None:
    queue(store, office, 2)
    run(store, office, Recorder([_refusal()]))
    with store.write() as session:
        outbox.retry(session, None, morning(MONDAY))
    run(store, office, Recorder([_refusal()]), clock=Clock(morning(MONDAY, 17)))
    assert attempts(store) == ["refused", "sent", "revived", "refused"]
    assert _silent(store) == []


def test_a_server_that_refuses_everybody_lists_nobody(store: Store, office: Settings) -> None:
    assert _refused_on_two_days(store, office, 2, 2).sent == 0
    assert _silent(store) == []


def test_who_was_revived_begins_anew(store: Store, office: Settings) -> None:
    _refused_on_two_days(store, office, 1, 1)
    with store.write() as session:
        at = morning(TUESDAY, 9)
        unreachable.clear(session, "unit1@yunxi.example", who="王", now=at)
    wednesday = MONDAY + dt.timedelta(days=2)
    done = run(store, office, Recorder([_refusal()]), wednesday, Clock(morning(wednesday)))
    assert [item.again for item in done.failures] == [False]
    assert _silent(store) == []


def test_a_message_by_hand_cancelled(store: Store, office: Settings) -> None:
    queue(store, office)
    with store.write() as session:
        outbox.cancel_by_hand(session, 1, morning(MONDAY), "张工")
    channel = Recorder()
    assert run(store, office, channel) == Delivered()
    assert withdrawn(store) == ["cancelled"]
    with store.write() as session, pytest.raises(UnknownReference, match="is cancelled"):
        outbox.cancel_by_hand(session, 1, morning(MONDAY), "张工")


@pytest.mark.parametrize("at", ["before", "after"])
def test_a_crash_repeats_at_most_the_message_in_flight(
    any_store: Store, office: Settings, at: str
) -> None:
    queue(any_store, office, 3)
    channel, clock = Recorder(), Clock()
    if at == "before":
        channel.fails = [Crash()]
    else:

        class Last(list[EmailMessage]):
            def append(self, mail: EmailMessage) -> None:
                super().append(mail)
                if len(self) == 1:
                    raise Crash

        channel.mails = Last()
    with pytest.raises(Crash):
        run(any_store, office, channel, clock=clock)
    assert [row.state for row in messages(any_store)] == ["sending", "queued", "queued"]
    assert run(any_store, office, channel, clock=clock) == Delivered(sent=3, recovered=1)
    assert len(set(channel.ids)) == 3
    assert len(channel.ids) == (3 if at == "before" else 4)
    assert channel.ids.count(channel.ids[0]) == (1 if at == "before" else 2)
    assert {row.state for row in messages(any_store)} == {"sent"}
    assert attempts(any_store).count("interrupted") == 1


def test_a_message_that_kills_every_process_is_given_up(store: Store, office: Settings) -> None:
    queue(store, office)
    clock = Clock()
    for _ in range(tries.MAX_TRIES):
        with pytest.raises(Crash):
            run(store, office, Recorder([Crash()]), clock=clock)
    channel = Recorder()
    assert run(store, office, channel, clock=clock) == Delivered(recovered=1)
    assert messages(store)[0].state == "failed"


def begin(session: Session, worker: str, now: dt.datetime) -> int:
    """Claim a message and begin to send it."""
    (message_id,) = claims.claim(session, worker, now, MONDAY)
    begun = claims.Begun(message_id, MONDAY, "局", "a@b.example", False, "主题", "正文", None)
    assert claims.begin(session, worker, now, MONDAY, begun)
    return message_id


def test_a_result_of_a_lapsed_claim_changes_nothing(any_store: Store, office: Settings) -> None:
    queue(any_store, office)
    now, later = morning(MONDAY), morning(MONDAY) + claims.LEASE * 2
    with any_store.write() as session:
        first = begin(session, "one", now)
    with any_store.write() as session:
        assert claims.recover(session, later) == 1
        assert begin(session, "two", later) == first
    with any_store.write() as session:
        assert not tries.record_sent(session, first, "one", later)
        late = tries.record_failed(session, first, "one", later, "451", permanent=True, jitter=0.0)
        assert late is None
        assert tries.record_sent(session, first, "two", later)
    assert messages(any_store)[0].state == "sent"


def test_many_at_once_share_the_outbox(any_store: Store, office: Settings) -> None:
    queue(any_store, office, 12)
    channel, start = Recorder(), threading.Barrier(4)
    done: list[Delivered] = []

    def work() -> None:
        start.wait()
        done.append(run(any_store, office, channel))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(item.sent for item in done) == 12
    assert len(channel.ids) == len(set(channel.ids)) == 12


def test_a_disk_that_fills_up_loses_and_repeats_nothing(
    store: Store, office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database cannot grow any more while the first message is on its way: there is no room for
    the words of the next one, which does not begin."""
    monkeypatch.setattr(ready, "AHEAD", 1)
    queue(store, office, 3)
    lines: list[Any] = []
    event.listen(store.engine, "connect", lambda line, _: lines.append(line))
    store.close()

    def limit(most: int) -> None:
        for line in lines:
            with suppress(ProgrammingError):  # one that was closed
                line.execute(f"PRAGMA max_page_count = {most}")

    channel = Meddler(meddle=lambda: limit(1))  # which means: as large as it is now
    with pytest.raises(StoreError, match="full"):
        run(store, office, channel)
    assert len(channel.mails) == 1
    assert [row.state for row in messages(store)] == ["sent", "queued", "queued"]
    limit(2**30)
    done = run(store, office, channel)
    assert (done.sent, done.recovered) == (2, 0)
    assert [row.state for row in messages(store)] == ["sent"] * 3
    assert len(channel.ids) == len(set(channel.ids)) == 3


def test_a_database_that_turns_read_only_repeats_only_what_was_in_flight(
    store: Store, office: Settings
) -> None:
    """Its folder is mounted anew for reading while the first message is on its way."""
    queue(store, office, 3)
    lines: list[Any] = []
    closed: list[str] = []
    event.listen(store.engine, "connect", lambda line, _: lines.append(line))
    event.listen(
        store.engine,
        "begin",
        lambda one: [one.exec_driver_sql("PRAGMA query_only = 1") for _ in closed],
    )
    store.close()

    def writable(yes: bool) -> None:
        closed[:] = [] if yes else ["for writing"]
        for line in lines:
            with suppress(ProgrammingError):  # one that was closed
                line.execute(f"PRAGMA query_only = {int(not yes)}")

    channel = Meddler(meddle=lambda: writable(False))
    with pytest.raises(StoreError, match="cannot be written; check its permissions"):
        run(store, office, channel)
    assert len(channel.mails) == 1
    writable(True)
    assert [row.state for row in messages(store)] == ["sending", "claimed", "claimed"]
    done = run(store, office, channel)
    assert (done.sent, done.recovered) == (3, 3)
    # What had left before may have arrived, as far as the outbox knows.
    assert channel.ids.count(channel.ids[0]) == 2
    assert len(set(channel.ids)) == 3


def test_a_database_that_is_locked_repeats_only_what_was_in_flight(
    store: Store, office: Settings
) -> None:
    """Somebody else holds it for longer than is waited for."""
    queue(store, office, 3)
    other = store.engine.raw_connection()
    held = other.driver_connection
    assert held is not None
    event.listen(store.engine, "begin", lambda one: one.exec_driver_sql("PRAGMA busy_timeout = 50"))
    event.listen(store.engine, "connect", lambda line, _: line.execute("PRAGMA busy_timeout = 50"))
    channel = Meddler(meddle=lambda: held.execute("BEGIN IMMEDIATE"))
    with pytest.raises(StoreError, match="locked"):
        run(store, office, channel)
    held.execute("ROLLBACK")
    other.close()
    assert [row.state for row in messages(store)] == ["sending", "claimed", "claimed"]
    done = run(store, office, channel)
    assert (done.sent, done.recovered) == (3, 3)
    # What had left before the lock may have arrived, as far as the outbox knows.
    assert channel.ids.count(channel.ids[0]) == 2
    assert attempts(store).count("interrupted") == 1


def test_stopping_finishes_the_message_in_flight(store: Store, office: Settings) -> None:
    queue(store, office, 3)
    channel = Recorder()
    two = lambda: len(channel.mails) == 2  # noqa: E731
    done = deliver(store, office, MONDAY, Clock(), channel=channel, stop=two)
    assert done.sent == 2
    assert [row.state for row in messages(store)] == ["sent", "sent", "queued"]


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_delays_grow_and_are_bounded(jitter: float) -> None:
    waits = [tries.delay(count, jitter) for count in range(1, 60)]
    assert waits == sorted(waits)
    assert waits[0] >= tries.FIRST_DELAY
    assert waits[-1] <= tries.LONGEST_DELAY * 1.2

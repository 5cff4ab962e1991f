"""A simulated year of rounds: nights missed, promises settled, moved and reported, crashes.

Whatever happens, each notice goes out exactly once, nobody gets two mails a day, and nothing is
sent on a day off or about what is settled.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.office import Ledger, add_unit, morning, report, with_office
from tracker.followup.rounds import decide
from tracker.followup.workdays import is_workday
from tracker.jobs import sweep
from tracker.notices.channel import Prepared
from tracker.notices.delivery import deliver
from tracker.notices.message import Outgoing, build
from tracker.settings import Settings
from tracker.store import claims, outbox
from tracker.store.database import Store
from tracker.store.tables import CommitmentRow, MessageRow, NoticeRow

FIRST, LAST = dt.date(2023, 9, 1), dt.date(2024, 8, 31)
DAY = dt.timedelta(days=1)
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
#: Commitment, recipient, rung, deadline.
Owed = tuple[str, str, str, dt.date]


class Crash(BaseException):
    """The process ends here."""


@dataclass
class Mailbox:
    """Every mail of the year with its day; dies on demand, before or after taking a mail."""

    today: dt.date = FIRST
    mails: list[tuple[dt.date, EmailMessage]] = field(default_factory=list)
    crash: str = ""
    office: Settings = field(default_factory=lambda: with_office(Settings(Path(), "")))

    def prepare(self, outgoing: Outgoing, moment: dt.datetime) -> Prepared:
        mail = build(outgoing, self.office, moment)
        return Prepared(outgoing.key, outgoing.address, mail)

    def send(self, prepared: Prepared) -> str:
        crash, self.crash = self.crash, ""
        if crash == "before":
            raise Crash
        mail = message_from_bytes(prepared.content, policy=default)
        self.mails.append((self.today, mail))
        if crash == "after":
            raise Crash
        return "memory"

    def close(self) -> None: ...


def refs(mail: EmailMessage) -> set[str]:
    """The commitments that a mail speaks of."""
    body = mail.get_body(("plain",))
    assert body is not None
    return set(re.findall(r"^[▲◆◇●○] (\S+)", body.get_content(), re.MULTILINE))


def fill(store: Store, chance: random.Random) -> None:
    with store.write() as session:
        ledger = Ledger(session)
        units = [add_unit(session, f"第{no}局", f"u{no}@yunxi.example") for no in range(4)]
        for _ in range(16):
            deadline = FIRST + DAY * chance.randrange(-20, 330)
            ledger.commitment(*chance.sample(units, chance.choice([1, 1, 2])), deadline=deadline)


def live(store: Store, today: dt.date, chance: random.Random) -> None:
    """What people do on a day: settle, move a date, report."""
    with store.write() as session:
        for row in session.scalars(select(CommitmentRow).where(CommitmentRow.outcome == "open")):
            fate = chance.random()
            if fate < 0.004:
                row.outcome, row.settled_on = "kept", today
            elif fate < 0.007 and row.deadline is not None:
                row.deadline += DAY * chance.randrange(20, 90)
            elif fate < 0.017:
                report(row, today, chance.randrange(1, 29), recorded=morning(today, 7))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_year(store: Store, settings: Settings, seed: int) -> None:
    office, chance, box = with_office(settings), random.Random(seed), Mailbox()  # noqa: S311
    fill(store, chance)
    crashes: Counter[str] = Counter()
    expected: set[Owed] = set()
    for count in range((LAST - FIRST).days + 1):
        today = box.today = FIRST + DAY * count
        live(store, today, chance)
        night = chance.random()
        if night < 0.15:
            continue  # the machine was off
        recover(store, today)
        expected |= owed_by_hand(store, today)
        if night < 0.25:  # it died between decision and delivery
            with store.write() as session:
                decide(session, today, morning(today), office)
            continue
        box.crash = chance.choice(["before", "after"]) if night < 0.35 else ""
        try:
            run(store, office, box)
        except Crash:
            crashes.update(in_flight(store))
    for count in range(1, 8):  # a few quiet days, in which what was left over goes out
        box.today = LAST + DAY * count
        run(store, office, box)
    assert crashes, "else the year was too quiet to say anything"
    check_mails(store, box, crashes)
    check_notices(store, box, expected, set(crashes))


def run(store: Store, office: Settings, box: Mailbox) -> None:
    """A sweep into the mailbox; what `schedule.sweep` does, with a channel that can die."""
    today = box.today
    recover(store, today)
    with store.write() as session:
        decide(session, today, morning(today), office)
    deliver(store, office, today, lambda: morning(today), channel=box, jitter=lambda: 0.0)


def recover(store: Store, today: dt.date) -> None:
    with store.write() as session:
        claims.recover(session, morning(today))


def owed_by_hand(store: Store, today: dt.date) -> set[Owed]:
    """What must have been decided after today's round, from the words of the rule: the last rung
    passed, unless a report came in since; the supervisor from the fourteenth day. Who may have
    had a mail without our knowing waits."""
    found: set[Owed] = set()
    if not is_workday(today):
        return found
    with store.read() as session:
        queued = session.scalars(select(MessageRow).where(MessageRow.state.in_(outbox.WAITING)))
        waits = {row.recipient for row in queued if row.attempts}
        for row in session.scalars(select(CommitmentRow).where(CommitmentRow.outcome == "open")):
            assert row.deadline is not None
            name, offset, day = last_rung(row.deadline, today)
            told = [f"unit:{owner.unit_id}" for owner in row.owners] if name else []
            if any(day <= item.recorded_at.astimezone(SHANGHAI).date() for item in row.reports):
                told = []
            if offset >= 14:
                told.append("supervisor")
            found |= {
                (row.ref, recipient, name, row.deadline)
                for recipient in told
                if recipient not in waits
            }
    return found


def last_rung(deadline: dt.date, today: dt.date) -> tuple[str, int, dt.date]:
    """The last rung passed by the default ladder, counted out day by day."""
    found = "", -999, dt.date.max
    for offset in (-30, -7, -1, 0, *range(7, (today - deadline).days + 1, 7)):
        day = deadline + DAY * offset
        while not is_workday(day):
            day += DAY if offset > 0 else -DAY
        if day <= today:
            side = "before" if offset < 0 else "after"
            found = f"{side}-{abs(offset)}" if offset else "on-day", offset, day
    return found


def in_flight(store: Store) -> set[str]:
    with store.read() as session:
        return set(
            session.scalars(select(MessageRow.header_id).where(MessageRow.state == "sending"))
        )


def check_mails(store: Store, box: Mailbox, crashes: Counter[str]) -> None:
    assert len(box.mails) > 60, "else the year was too quiet to say anything"
    assert all(is_workday(day) for day, _ in box.mails)
    with store.read() as session:
        settled = {row.ref: row.settled_on for row in session.scalars(select(CommitmentRow))}
    seen: dict[str, set[str]] = {}
    per_day: dict[tuple[dt.date, str], set[str]] = {}
    for day, mail in box.mails:
        name = str(mail["Message-ID"])
        assert refs(mail)
        assert all((settled[ref] or dt.date.max) > day for ref in refs(mail))
        # What comes again says nothing that the first did not: it may be dropped as a duplicate.
        assert refs(mail) <= seen.setdefault(name, refs(mail))
        per_day.setdefault((day, mail["To"].addresses[0].addr_spec), set()).add(name)
    assert max(map(len, per_day.values())) == 1, "at most one mail a day for anybody"
    for name, count in Counter(str(mail["Message-ID"]) for _, mail in box.mails).items():
        assert count <= 1 + crashes[name], "only what was in flight in a crash comes again"


def check_notices(store: Store, box: Mailbox, expected: set[Owed], crashed: set[str]) -> None:
    told: dict[str, set[str]] = {}
    for _, mail in box.mails:
        told.setdefault(str(mail["Message-ID"]), set()).update(refs(mail))
    with store.read() as session:
        rows = list(session.scalars(select(NoticeRow)))
        decided = {(row.commitment.ref, row.recipient, row.rung, row.deadline) for row in rows}
        assert len(decided) == len(rows)
        assert expected - decided == set(), "owed and never decided"
        states = Counter(session.scalars(select(MessageRow.state)))
        assert set(states) <= {"sent", "cancelled"}, "something was left behind"
        standing = {(row.message_id, row.commitment_id) for row in rows if row.withdrawn is None}
        for row in rows:
            went_out = row.commitment.ref in told.get(row.message.header_id, set())
            if row.withdrawn is None:
                assert went_out, (row.commitment.ref, row.rung)
            elif (row.message_id, row.commitment_id) in standing:
                pass  # withdrawn, and owed anew before the message went out
            elif row.message.header_id not in crashed:
                assert not went_out, (row.commitment.ref, row.rung, row.withdrawn)


def test_five_missed_days_make_one_digest(store: Store, settings: Settings) -> None:
    office = with_office(settings)
    with store.write() as session:
        ledger, unit = Ledger(session), add_unit(session, "县经信局")
        for count in range(5):  # a rung passes on each of five working days
            ledger.commitment(unit, deadline=dt.date(2024, 3, 11) + DAY * count)
    friday = dt.date(2024, 3, 15)
    done = sweep(store, office, friday, lambda: morning(friday))
    assert (done.decided.notices, done.delivered.sent) == (5, 1)
    again = sweep(store, office, friday, lambda: morning(friday, 18))
    assert (again.decided.notices, again.delivered.sent) == (0, 0)


def test_a_message_that_may_have_arrived_takes_no_new_notices_in(
    store: Store, settings: Settings
) -> None:
    """It goes out again under its Message-ID, and may be dropped as seen."""
    office, box = with_office(settings), Mailbox(today=dt.date(2024, 3, 11), crash="after")
    with store.write() as session:
        ledger, unit = Ledger(session), add_unit(session, "县经信局")
        for count in range(3):
            ledger.commitment(unit, deadline=dt.date(2024, 3, 11) + DAY * count)
    with pytest.raises(Crash):
        run(store, office, box)
    for _ in range(2):
        box.today += DAY
        run(store, office, box)
    # On Monday the first and the second (its eve); both again on Tuesday; the rest on Wednesday.
    assert [refs(mail) for _, mail in box.mails] == [
        {"1-1", "2-1", "3-1"}, {"1-1", "2-1", "3-1"}, {"2-1", "3-1"}
    ]  # fmt: skip
    names = [str(mail["Message-ID"]) for _, mail in box.mails]
    assert names[0] == names[1] != names[2]


def test_five_days_without_a_mail_server_make_one_digest(store: Store, settings: Settings) -> None:
    office, box = with_office(settings), Mailbox()
    with store.write() as session:
        ledger, unit = Ledger(session), add_unit(session, "县经信局")
        for count in range(5):
            ledger.commitment(unit, deadline=dt.date(2024, 3, 11) + DAY * count)
    for count in range(5):
        today = dt.date(2024, 3, 11) + DAY * count
        with store.write() as session:
            decide(session, today, morning(today), office)
    box.today = dt.date(2024, 3, 15)
    run(store, office, box)
    ((_, mail),) = box.mails
    assert refs(mail) == {f"{count}-1" for count in range(1, 6)}

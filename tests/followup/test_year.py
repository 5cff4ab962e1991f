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
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from tests.office import Ledger, add_unit, morning, report, with_office
from tracker.followup.ladder import latest
from tracker.followup.rounds import decide
from tracker.followup.workdays import is_workday
from tracker.notices.delivery import deliver
from tracker.schedule import sweep
from tracker.settings import Settings
from tracker.store.database import Store
from tracker.store.tables import CommitmentRow, MessageRow, NoticeRow

FIRST, LAST = dt.date(2023, 9, 1), dt.date(2024, 8, 31)
DAY = dt.timedelta(days=1)


class Crash(BaseException):
    """The process ends here."""


@dataclass
class Mailbox:
    """Every mail of the year with its day; dies on demand, before or after taking a mail."""

    today: dt.date = FIRST
    mails: list[tuple[dt.date, EmailMessage]] = field(default_factory=list)
    crash: str = ""

    def send(self, message: EmailMessage, key: str) -> str:
        crash, self.crash = self.crash, ""
        if crash == "before":
            raise Crash
        self.mails.append((self.today, message))
        if crash == "after":
            raise Crash
        return "memory"

    def close(self) -> None: ...


def refs(mail: EmailMessage) -> set[str]:
    """The commitments that a mail speaks of."""
    body = mail.get_body(("plain",))
    assert body is not None
    return set(re.findall(r"^[■▲◆●] (\S+)", body.get_content(), re.MULTILINE))


def fill(store: Store, chance: random.Random) -> None:
    with store.write() as session:
        ledger = Ledger(session)
        units = [add_unit(session, f"第{no}局", f"u{no}@yunxi.example") for no in range(4)]
        for _ in range(24):
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


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_year(store: Store, settings: Settings, seed: int) -> None:
    office, chance, box = with_office(settings), random.Random(seed), Mailbox()  # noqa: S311
    fill(store, chance)
    crashed: set[str] = set()
    expected: set[tuple[str, str, str, dt.date]] = set()
    for count in range((LAST - FIRST).days + 1):
        today = box.today = FIRST + DAY * count
        now = morning(today)
        live(store, today, chance)
        night = chance.random()
        if night < 0.15:
            continue  # the machine was off
        expected |= owed_by_hand(store, today)
        with store.write() as session:
            decide(session, today, now, office)
        if night < 0.25:
            continue  # it died between decision and delivery
        box.crash = chance.choice(["before", "after"]) if night < 0.35 else ""
        try:
            deliver(store, office, today, lambda: now, channel=box, jitter=lambda: 0.0)
        except Crash:
            crashed |= in_flight(store)
    settle_everything_down(store, office, box)
    check(store, box, expected, crashed)


def owed_by_hand(store: Store, today: dt.date) -> set[tuple[str, str, str, dt.date]]:
    """What must have been decided after today's round, from the words of the rule: the last rung
    passed, unless a report came in since; the supervisor from the fourteenth day."""
    found: set[tuple[str, str, str, dt.date]] = set()
    if not is_workday(today):
        return found
    from tracker.settings import Ladder

    with store.read() as session:
        for row in session.scalars(select(CommitmentRow).where(CommitmentRow.outcome == "open")):
            assert row.deadline is not None
            passed = latest(row.deadline, today, Ladder())
            if passed is None:
                continue
            answered = any(passed.day <= item.recorded_at.date() for item in row.reports)
            if not answered:
                found |= {
                    (row.ref, f"unit:{owner.unit_id}", passed.name, row.deadline)
                    for owner in row.owners
                }
            if passed.offset >= 14:
                found.add((row.ref, "supervisor", passed.name, row.deadline))
    return found


def in_flight(store: Store) -> set[str]:
    with store.read() as session:
        return set(
            session.scalars(select(MessageRow.header_id).where(MessageRow.state == "sending"))
        )


def settle_everything_down(store: Store, office: Settings, box: Mailbox) -> None:
    """A few quiet days in which what was left over goes out."""
    for count in range(1, 8):
        box.today = LAST + DAY * count
        sweep_with(store, office, box)


def sweep_with(store: Store, office: Settings, box: Mailbox) -> None:
    now = morning(box.today)
    with store.write() as session:
        decide(session, box.today, now, office)
    deliver(store, office, box.today, lambda: now, channel=box, jitter=lambda: 0.0)


def check(
    store: Store,
    box: Mailbox,
    expected: set[tuple[str, str, str, dt.date]],
    crashed: set[str],
) -> None:
    assert len(box.mails) > 60, "else the year was too quiet to say anything"
    assert all(is_workday(day) for day, _ in box.mails)
    ids = Counter(str(mail["Message-ID"]) for _, mail in box.mails)
    repeated = {name for name, count in ids.items() if count > 1}
    assert repeated <= crashed, "only what was in flight in a crash may come twice"
    assert max(ids.values()) <= 2

    # At most one mail a day for anybody; a repeated one has the Message-ID of the first.
    per_day: dict[tuple[dt.date, str], set[str]] = {}
    for day, mail in box.mails:
        to = mail["To"].addresses[0].addr_spec
        per_day.setdefault((day, to), set()).add(str(mail["Message-ID"]))
    assert max(map(len, per_day.values())) == 1

    with store.read() as session:
        rows = list(session.scalars(select(NoticeRow)))
        decided = {(row.commitment.ref, row.recipient, row.rung, row.deadline) for row in rows}
        assert len(decided) == len(rows)
        waiting = {row.id for row in session.scalars(
            select(MessageRow).where(MessageRow.state.in_(["queued", "sending"]))
        )}  # fmt: skip
        assert not waiting
        missed = expected - decided
        # Who had his mail of the day waits for the next round; nothing else may be missing.
        assert missed == set()
        mails = {str(mail["Message-ID"]): (day, mail) for day, mail in box.mails}
        for row in rows:
            told = row.message.header_id in mails and row.commitment.ref in refs(
                mails[row.message.header_id][1]
            )
            assert told is (row.withdrawn is None), (row.commitment.ref, row.rung, row.withdrawn)
        settled = {row.ref: row.settled_on for row in session.scalars(select(CommitmentRow))}
        for day, mail in box.mails:
            for ref in refs(mail):
                assert settled[ref] is None or settled[ref] > day


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
    sweep_with(store, office, box)
    ((_, mail),) = box.mails
    assert refs(mail) == {f"{count}-1" for count in range(1, 6)}

"""A simulated three years beside a plain model: every day, what the rounds decide and what goes out
is compared with what the model says; whatever people do, whichever nights are missed.

Three machines of it run here. `python -m tests.bench --years N` lives three years with N promises.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import func, select

from tests.followup.plain import DAY, Plain, Promise, Unit
from tests.office import Ledger, add_unit, morning, reopen, report, with_office
from tracker.followup.rounds import decide
from tracker.followup.workdays import is_workday
from tracker.ladders import LADDER, Step
from tracker.notices.channel import Prepared
from tracker.notices.delivery import deliver
from tracker.notices.message import Outgoing
from tracker.settings import Settings
from tracker.store import outbox, subscriptions
from tracker.store.database import Store, open_store
from tracker.store.following import settle
from tracker.store.tables import (
    CommitmentRow,
    DeputyRow,
    HistoryRow,
    NoticeRow,
    RequestRow,
    UnitRow,
)

FIRST = dt.date(2021, 11, 1)
DEPUTIES = 3
LADDERS = (
    LADDER,
    (Step("提醒", days=(-20, -7)), Step("催办", days=(0,), every=5, last=40, to=("contact", "head"))),
    (
        Step("量化", days=(-30, -1, 3), kinds=("measurable",), to=("contact", "deputies")),
        Step("督办", every=9, first=4, to=("supervisor", "parent")),
    ),
    (*LADDER, Step("每日", every=3, first=1, last=30, to=("head",))),
    (),
)  # fmt: skip


@dataclass
class Mailbox:
    """Every mail of the day: address → what it speaks of; twice the same address is a fault."""

    mails: dict[str, set[str]] = field(default_factory=dict)

    def prepare(self, outgoing: Outgoing, moment: dt.datetime) -> Prepared:
        return Prepared(outgoing.key, outgoing.address, outgoing.text.encode())

    def send(self, prepared: Prepared) -> str:
        assert prepared.address not in self.mails, "two mails on one day"
        text = prepared.content.decode()
        self.mails[prepared.address] = set(re.findall(r"^[▲◆◇●○] (\S+)", text, re.MULTILINE))
        return "memory"

    def close(self) -> None: ...


@dataclass
class World:
    """An office that lives day by day, with its ledger and with the model of it on paper."""

    settings: Settings
    today: dt.date = FIRST
    ladder: tuple[Step, ...] = LADDER
    plain: Plain = field(default_factory=lambda: Plain(is_workday))
    units: list[Unit] = field(default_factory=list)
    notices: int = 0
    mails: int = 0

    def __post_init__(self) -> None:
        self.store: Store = open_store(self.settings)
        with self.store.write() as session:
            above = add_unit(session, "县政府", "u1@yunxi.example")
            self.units = [Unit(above.id)]
            for no in range(2, 8):
                row = add_unit(session, f"第{no}局", f"u{no}@yunxi.example")
                row.head_email = f"h{no}@yunxi.example" if no % 2 else None
                row.parent = above if no % 3 else None
                session.flush()
                self.units.append(Unit(row.id, bool(no % 2), above.id if no % 3 else None))
            for no in range(1, DEPUTIES + 1):
                session.add(DeputyRow(name=f"代表{no}", session="", email=f"d{no}@yunxi.example"))

    def restart(self) -> None:
        self.store.close()
        self.store = open_store(self.settings)

    def promise(self, deadline: dt.date, kind: str, units: list[int], deputies: list[int]) -> None:
        """A promise that somebody has confirmed."""
        with self.store.write() as session:
            rows = [session.get_one(UnitRow, self.units[no].id) for no in units]
            changes: dict[str, Any] = {"kind": kind, "deadline": deadline}
            if kind != "measurable":
                changes |= {"value": None, "unit": None, "mode": None, "comparator": None}
            row = Ledger(session, len(self.plain.promises)).commitment(*rows, **changes)
            row.suggestion.deputies = [session.get_one(DeputyRow, no) for no in deputies]
            self.plain.promises.append(
                Promise(row.ref, [self.units[no] for no in units], kind, deadline,
                        deputies=list(deputies))
            )  # fmt: skip

    @contextmanager
    def row(self, promise: Promise) -> Iterator[tuple[Any, CommitmentRow]]:
        with self.store.write() as session:
            yield (
                session,
                session.scalars(
                    select(CommitmentRow).where(CommitmentRow.ref == promise.ref)
                ).one(),
            )

    def report(self, promise: Promise, figure: int) -> None:
        with self.row(promise) as (_, row):
            value = figure if promise.kind == "measurable" else None
            report(row, self.today, value, "在办", recorded=morning(self.today, 7))
        promise.figure, promise.answered = figure, self.today

    def ask(self, promise: Promise) -> None:
        with self.row(promise) as (session, row):
            request = RequestRow(
                kind="extension", reason="汛期停工", asked_by="局", asked_on=self.today,
                asked_at=morning(self.today, 7), new_deadline=self.today + 90 * DAY, state="waiting",
            )  # fmt: skip
            row.requests.append(request)
            session.flush()
            promise.waiting, promise.waiting_on = request.id, self.today

    def answer(self, promise: Promise, granted: int | None) -> None:
        """Approve an extension by so many days, or refuse it."""
        with self.row(promise) as (_, row):
            request = next(item for item in row.requests if item.state == "waiting")
            request.state = "refused" if granted is None else "approved"
            request.decided_at = morning(self.today, 7)
            if granted is not None:
                row.deadline = promise.deadline = promise.deadline + granted * DAY
            promise.decided.append((request.id, self.today))
            promise.waiting = None

    def settle(self, promise: Promise, outcome: str) -> None:
        with self.row(promise) as (session, row):
            settle(session, row, outcome, on=self.today, why="核实", who="督查室",
                   now=morning(self.today, 7))  # fmt: skip
            row.look_back_since = None
            for request in row.requests:
                if request.state == "waiting":
                    request.state = "lapsed"
            self._turned(session, promise, outcome)
        promise.outcome, promise.look_back, promise.waiting = outcome, None, None

    def reopen(self, promise: Promise) -> None:
        with self.row(promise) as (session, row):
            reopen(session, row, self.today, morning(self.today, 7))
            self._turned(session, promise, "reopened")
        promise.outcome, promise.look_back = "open", self.today

    def _turned(self, session: Any, promise: Promise, what: str) -> None:
        session.flush()
        promise.turn = what, session.scalar(select(func.max(HistoryRow.id)))
        promise.turned_on = self.today

    def unsubscribe(self, deputy: int) -> None:
        """Of everything, as if each suggestion were ended."""
        with self.store.write() as session:
            for promise in self.plain.promises:
                if deputy in promise.deputies:
                    row = session.scalars(
                        select(CommitmentRow).where(CommitmentRow.ref == promise.ref)
                    ).one()
                    name, code = f"代表{deputy}", row.suggestion.code
                    token = f"{deputy}-{code}"
                    subscriptions.subscribe(
                        session, name, code, morning(self.today), partial(str, token), who="张工"
                    )
                    subscriptions.unsubscribe(
                        session, token, morning(self.today), outbox.new_token, who="张工"
                    )
        for promise in self.plain.promises:
            if deputy in promise.deputies:
                promise.deputies.remove(deputy)
                self.plain.queue = [
                    (one, key) for one, key in self.plain.queue
                    if one is not promise or key[0] != f"deputy:{deputy}"
                    or promise.told.pop(key, None) is None
                ]  # fmt: skip

    def live_a_day(self, night: str) -> None:
        """The next day; at night there is a round, or only half of one, or none."""
        self.today += DAY
        self.plain.served = set()
        if night == "missed":
            return
        self.decide()
        if night != "dies":
            self.deliver()
        if night == "twice":
            self.decide()
            self.deliver(again=True)

    def decide(self) -> None:
        before = self._told()
        with self.store.write() as session:
            office = with_office(self.settings, ladder=self.ladder)
            decide(session, self.today, morning(self.today), office)
        expected = self.plain.decide(self.today, self.ladder)
        self.notices += len(expected)
        assert self._told() - before == expected, self.today

    def _told(self) -> set[tuple[str, tuple[str, str, dt.date]]]:
        """What was decided today, or on any day if nothing was."""
        with self.store.read() as session:
            rows = session.execute(
                select(CommitmentRow.ref, NoticeRow.recipient, NoticeRow.rung, NoticeRow.deadline)
                .join(CommitmentRow, CommitmentRow.id == NoticeRow.commitment_id)
                .where(NoticeRow.decided_on == self.today, NoticeRow.withdrawn.is_(None))
            ).all()
        found = [(ref, (to, rung, day)) for ref, to, rung, day in rows]
        assert len(found) == len(set(found))
        return set(found)

    def deliver(self, *, again: bool = False) -> None:
        box = Mailbox()
        office = with_office(self.settings, ladder=self.ladder)
        now = morning(self.today)
        deliver(self.store, office, self.today, lambda: now, channel=box, jitter=lambda: 0.0)
        expected = self.plain.deliver(self.today)
        self.mails += len(expected)
        assert box.mails == {_address(to): refs for to, refs in expected.items()}, self.today
        assert not (again and box.mails), "what was told is told again"


def _address(recipient: str) -> str:
    kind, _, number = recipient.partition(":")
    if kind == "supervisor":
        return "office@yunxi.example"
    return f"{kind[0]}{number}@yunxi.example"


def live(world: World, chance: random.Random, days: int, promises: int) -> None:
    """So many days in which so many promises come, and people do what people do."""
    for count in range(days):
        due = promises * (count + 1) // days - len(world.plain.promises)
        for _ in range(due):
            world.promise(
                world.today + DAY * chance.randrange(-60, 400),
                chance.choice(["measurable", "milestone", "action"]),
                chance.sample(range(1, len(world.units)), chance.choice([1, 1, 1, 2])),
                chance.sample(range(1, DEPUTIES + 1), chance.choice([0, 1, 1, 2])),
            )
        for promise in world.plain.promises:
            act(world, promise, chance)
        fate = chance.random()
        if fate < 0.01:
            world.ladder = chance.choice(LADDERS)
        elif fate < 0.02:
            world.restart()
        nights = ["whole"] * 16 + ["missed"] * 2 + ["dies", "twice"]
        world.live_a_day(chance.choice(nights))


def act(world: World, promise: Promise, chance: random.Random) -> None:
    """What happens to a promise on a day: nearly always nothing."""
    fate = chance.random()
    if promise.outcome != "open":
        if fate < 0.0005:
            world.reopen(promise)
    elif promise.waiting is not None:
        if fate < 0.1:
            world.answer(promise, chance.choice([None, 20, 90]))
    elif fate < 0.01:
        world.report(promise, chance.choice([12, 29, 30]))
    elif fate < 0.014:
        world.ask(promise)
    elif fate < (0.03 if promise.deadline < world.today else 0.004) + 0.014:
        world.settle(promise, chance.choice(["partly_kept", "broken", "dropped"]))


class Office(RuleBasedStateMachine):
    """An office to which anything may happen in any order."""

    @initialize()
    def open(self) -> None:
        self.folder = TemporaryDirectory()
        folder = Path(self.folder.name)
        self.world = World(Settings(folder, f"sqlite:///{folder / 'tracker.db'}"))

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.store.close()
            self.folder.cleanup()

    @rule(
        ahead=st.integers(-80, 60),
        kind=st.sampled_from(["measurable", "milestone", "action"]),
        units=st.lists(st.integers(0, 6), min_size=1, max_size=2, unique=True),
        deputies=st.lists(st.integers(1, DEPUTIES), max_size=2, unique=True),
    )
    def promise(self, ahead: int, kind: str, units: list[int], deputies: list[int]) -> None:
        self.world.promise(self.world.today + ahead * DAY, kind, units, deputies)

    @rule(nights=st.lists(
        st.sampled_from(["whole", "whole", "missed", "dies", "twice"]), min_size=1, max_size=12
    ))  # fmt: skip
    def days(self, nights: list[str]) -> None:
        for night in nights:
            self.world.live_a_day(night)

    @rule(ladder=st.sampled_from(LADDERS))
    def change_the_ladder(self, ladder: tuple[Step, ...]) -> None:
        self.world.ladder = ladder

    @rule()
    def restart(self) -> None:
        self.world.restart()

    @precondition(lambda self: self.world.plain.promises)
    @rule(
        no=st.integers(0, 99), what=st.sampled_from(["report", "ask", "turn", "turn", "end"]),
        figure=st.sampled_from([12, 29, 30]), granted=st.sampled_from([None, 3, 20, 90]),
        outcome=st.sampled_from(["partly_kept", "broken", "dropped"]),
    )  # fmt: skip
    def act(self, no: int, what: str, figure: int, granted: int | None, outcome: str) -> None:
        world = self.world
        promise = world.plain.promises[no % len(world.plain.promises)]
        if what == "end" and promise.deputies:
            world.unsubscribe(promise.deputies[0])
        elif promise.outcome != "open":
            world.reopen(promise)
        elif what == "report":
            world.report(promise, figure)
        elif what == "ask" and promise.waiting is None:
            world.ask(promise)
        elif promise.waiting is not None:
            world.answer(promise, granted)
        elif what == "turn":
            world.settle(promise, outcome)


TestOffice = Office.TestCase
TestOffice.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, derandomize=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip

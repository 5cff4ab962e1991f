"""Whom a report of the settings goes to, and how often a deputy hears."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import uuid
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.county import fill
from tests.duereports.setting import (
    DEPUTY,
    EVERY_DAY,
    MONDAY,
    UNIT,
    at,
    keys,
    office,
    reports,
    sent_mails,
)
from tracker.duereports import queueing
from tracker.duereports.queueing import due_reports
from tracker.mailings import Mailing
from tracker.notices.delivery import deliver
from tracker.reports.render import render_mail
from tracker.store import queries, subscriptions
from tracker.store.database import Store
from tracker.store.tables import DeputyRow, MessageRow, SubscriptionRow


def test_a_deputy_hears_once_a_week_at_most(store: Store, tmp_path: Path) -> None:
    """Whatever says when, and however many reports name him."""
    twice = replace(EVERY_DAY, name="又一份", to=(DEPUTY,), own=True)
    settings = office(tmp_path, EVERY_DAY, twice)
    for count in range(22):
        due_reports(store, settings, at(MONDAY + dt.timedelta(days=count)))
    days = [day for kind, _, day in keys(store) if kind == "deputy"]
    assert days == ["2024-06-17", "2024-06-24", "2024-07-01", "2024-07-08"]


WEEKLY = replace(EVERY_DAY, when="0 9 * * mon")


def test_one_that_was_missed_does_not_come_beside_the_next(store: Store, tmp_path: Path) -> None:
    """Nor does it move the day of all that follow."""
    settings = office(tmp_path, WEEKLY)
    days = [0, *range(13, 36)]  # off for a Monday, back on a Sunday
    for count in days:
        due_reports(store, settings, at(MONDAY + dt.timedelta(days=count), 20))
    told = [day for kind, _, day in keys(store) if kind == "deputy"]
    assert told == ["2024-06-17", "2024-07-01", "2024-07-08", "2024-07-15", "2024-07-22"]


def test_what_went_out_late_counts_from_then(store: Store, tmp_path: Path) -> None:
    """Queued on a Monday, delivered on the Thursday on which the mail server is back."""
    settings = office(tmp_path, WEEKLY)
    due_reports(store, settings, at(MONDAY))
    thursday = MONDAY + dt.timedelta(days=3)
    deliver(store, settings, thursday, lambda: at(thursday))
    assert due_reports(store, settings, at(MONDAY + dt.timedelta(days=7))).new == 0
    assert due_reports(store, settings, at(MONDAY + dt.timedelta(days=14))).new == 1


@pytest.mark.parametrize("named", ["deputies", DEPUTY])
def test_of_two_the_rarer_is_never_pushed_aside(store: Store, tmp_path: Path, named: str) -> None:
    monthly = replace(
        WEEKLY, name="每月", when="0 9 1 * *", days=31, to=(named,), own=named == DEPUTY
    )
    settings = office(tmp_path, WEEKLY, monthly)
    held: Counter[str] = Counter()
    for count in range(200):
        held.update(due_reports(store, settings, at(MONDAY + dt.timedelta(days=count))).held)
    sent = [((row.subject or "").split()[1], row.day) for row in reports(store)]
    assert [str(day) for name, day in sent if name == "每月"] == [
        f"2024-{month:02}-01" for month in (7, 8, 9, 10, 11, 12)
    ] + ["2025-01-01"]
    days = [day for _, day in sent]
    assert min((after - before).days for before, after in itertools.pairwise(days)) >= 7
    assert len([name for name, _ in sent if name == "我的建议"]) > 12
    (line,) = held
    assert line == "我的建议: held back from 1 deputies, who have 每月 in the week"


def test_where_both_are_due_on_a_day_the_rarer_one_goes(store: Store, tmp_path: Path) -> None:
    """The first of July is a Monday; the weekly one is due at eight, the monthly one at nine."""
    monthly = replace(WEEKLY, name="每月", when="0 9 1 * *", days=31)
    settings = office(tmp_path, replace(WEEKLY, when="0 8 * * mon"), monthly)
    for hour in (8, 9, 10):
        due_reports(store, settings, at(dt.date(2024, 7, 1), hour))
    assert [(row.subject or "").split()[1] for row in reports(store)] == ["每月"]


@pytest.mark.parametrize(
    "broken",
    [
        Mailing("坏", (DEPUTY,), when="0 9 1 * *", unit="没有的局"),
        Mailing("坏", (DEPUTY,), when="0 9 1 * *", deputy="没有的人"),
    ],
)
def test_what_never_comes_holds_nothing_back(store: Store, tmp_path: Path, broken: Mailing) -> None:
    settings = office(tmp_path, WEEKLY, broken)
    for count in range(22):
        due_reports(store, settings, at(MONDAY + dt.timedelta(days=count)))
    assert [str(row.day) for row in reports(store)] == [
        "2024-06-17", "2024-06-24", "2024-07-01", "2024-07-08",
    ]  # fmt: skip


def test_who_has_no_promise_is_not_held_back_for_his_own(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        other = DeputyRow(name="无诺", session="云溪县十九届", email="wu@yunxi.example")
        session.add(other)
    monthly = replace(WEEKLY, name="每月", when="0 9 1 * *")
    settings = office(tmp_path, monthly, Mailing("周报", ("无诺",)))
    for count in range(15):
        due_reports(store, settings, at(MONDAY + dt.timedelta(days=count)))
    told = [str(row.day) for row in reports(store) if row.address == "wu@yunxi.example"]
    assert told == ["2024-06-17", "2024-06-24", "2024-07-01"]


def test_what_is_due_before_midnight_and_goes_out_behind_it_comes_every_week(
    store: Store, tmp_path: Path
) -> None:
    settings = office(tmp_path, replace(WEEKLY, when="50 23 * * mon"))
    for week in range(4):
        monday = MONDAY + dt.timedelta(weeks=week)
        late = at(monday, 23) + dt.timedelta(minutes=50)
        due_reports(store, settings, late)
        after = late + dt.timedelta(minutes=15)
        deliver(store, settings, after.date(), lambda after=after: after)  # type: ignore[misc]
    assert [row.state for row in reports(store)] == ["sent"] * 4


def test_of_what_waits_for_a_deputy_only_the_newest_is_sent(store: Store, tmp_path: Path) -> None:
    """He has no address for a month; then he gets one report, not one of each."""
    with store.write() as session:
        (deputy,) = queries.deputies(session, DEPUTY)
        deputy.email = None
    weekly = replace(WEEKLY, to=(DEPUTY,), own=True)
    settings = office(tmp_path, weekly, replace(weekly, name="每月", when="0 9 1 * *"))
    for count in range(30):
        due_reports(store, settings, at(MONDAY + dt.timedelta(days=count)))
    waiting = [row for row in reports(store) if row.state == "undeliverable"]
    assert len(waiting) == 1
    assert len(reports(store)) > 3


def test_two_daemons_and_two_reports_for_one_deputy(any_store: Store, tmp_path: Path) -> None:
    """While the one writes the weekly report, the other queues the monthly one."""
    with any_store.write() as session:
        fill(session)
        (deputy,) = queries.deputies(session, DEPUTY)
        deputy.email = "lin@yunxi.example"
    monthly = replace(WEEKLY, name="每月", when="0 9 1 * *")

    def meanwhile() -> str:
        due_reports(any_store, office(tmp_path, monthly), at(dt.date(2024, 7, 1)))
        return uuid.uuid4().hex[:16]

    settings = office(tmp_path, WEEKLY)
    assert due_reports(any_store, settings, at(dt.date(2024, 7, 1)), token=meanwhile).new == 0
    assert [(row.subject or "").split()[1] for row in reports(any_store)] == ["每月"]


def test_the_general_report_is_written_once_and_ended_by_each(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[object] = []

    def counted(*asked: Any) -> Any:
        written.append(asked)
        return render_mail(*asked)

    monkeypatch.setattr(queueing, "render_mail", counted)
    with store.write() as session:
        deputies = session.scalars(select(DeputyRow)).all()
        for one in deputies:
            one.email = f"d{one.id}@yunxi.example"
        names = [one.name for one in deputies if one.suggestions]
    tokens = iter(f"token{number}of16letter" for number in range(20))
    settings = office(tmp_path, Mailing("周报", ("supervisor", *names)))
    queued = due_reports(store, settings, at(MONDAY), token=lambda: next(tokens))
    assert queued.new == len(names) + 1 > 3
    assert len(written) == 2, "once without and once with a word to end it"
    for row in reports(store):
        text = ((row.words and row.words.body) or "") + ((row.words and row.words.html) or "")
        said = set(re.findall(r"token\d+of16letter", text))
        assert said == ({row.unsubscribe} if row.unsubscribe else set())


@pytest.mark.parametrize("how", [{"deputy": DEPUTY}, {"unit": UNIT}, {}])
def test_a_deputy_named_for_a_general_report_hears_no_more_often(
    store: Store, tmp_path: Path, how: dict[str, str]
) -> None:
    daily = Mailing("日报", (DEPUTY,), when="0 9 * * *", **how)  # type: ignore[arg-type]
    settings = office(tmp_path, daily, WEEKLY)
    for count in range(15):
        due_reports(store, settings, at(MONDAY + dt.timedelta(days=count)))
    rows = reports(store)
    assert [str(row.day) for row in rows] == ["2024-06-17", "2024-06-24", "2024-07-01"]
    assert all(row.unsubscribe for row in rows)


def test_a_general_report_ends_with_the_last_suggestion(store: Store, tmp_path: Path) -> None:
    settings = office(tmp_path, Mailing("周报", (DEPUTY,)))
    _end(store, "31")
    _end(store, "73")
    assert due_reports(store, settings, at(MONDAY)).new == 0


def test_one_that_waits_ends_with_the_last_suggestion(store: Store, tmp_path: Path) -> None:
    settings = office(tmp_path, WEEKLY)
    due_reports(store, settings, at(MONDAY), token=lambda: "token-of-monday")
    _end(store, "31")
    with store.write() as session:
        subscriptions.unsubscribe(
            session, "token-of-monday", at(MONDAY), lambda: uuid.uuid4().hex, who="督办员"
        )
    assert deliver(store, settings, MONDAY, lambda: at(MONDAY, 10)).cancelled == 1
    assert [row.state for row in reports(store)] == ["cancelled"]


def test_all_units_and_deputies_with_an_address_get_their_own(store: Store, tmp_path: Path) -> None:
    settings = office(tmp_path, Mailing("各自情况", ("units", "deputies", UNIT)))
    assert due_reports(store, settings, at(MONDAY)).new == 2
    assert [kind for kind, _, _ in keys(store)] == ["unit", "deputy"]


def test_what_a_deputy_has_ended_is_not_told_of(store: Store, tmp_path: Path) -> None:
    def body() -> str:
        with store.read() as session:
            rows = session.scalars(select(MessageRow).where(MessageRow.recipient.like("deputy:%")))
            return [(row.words and row.words.body) or "" for row in rows][-1]

    settings = office(tmp_path, EVERY_DAY)
    due_reports(store, settings, at(MONDAY), token=lambda: "token-of-monday")
    assert "31-2" in body()
    assert "73-5" in body()
    _end(store, "31")
    due_reports(store, settings, at(MONDAY + dt.timedelta(days=7)))
    assert "31-2" not in body()
    assert "73-5" in body()
    with store.write() as session:  # the whole of it, by the word at the end of his first mail
        ended = subscriptions.unsubscribe(
            session, "token-of-monday", at(MONDAY), lambda: uuid.uuid4().hex, who="督办员"
        )
    assert ended == subscriptions.Ended(DEPUTY, ("31", "73"))
    assert due_reports(store, settings, at(MONDAY + dt.timedelta(days=14))).new == 0


def _end(store: Store, code: str) -> None:
    with store.write() as session:
        (deputy,) = queries.deputies(session, DEPUTY)
        (suggestion,) = queries.suggestions(session, code)
        session.add(
            SubscriptionRow(
                deputy_id=deputy.id, suggestion_id=suggestion.id, token="t" + code,
                since=at(MONDAY), ended_at=at(MONDAY),
            )
        )  # fmt: skip


def test_a_deputy_of_the_same_name_is_another_one(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        (known,) = queries.deputies(session, DEPUTY)
        other = DeputyRow(name=DEPUTY, session="云溪县十九届", email="other@yunxi.example")
        other.suggestions = queries.suggestions(session, "25")
        session.add(other)
    queued = due_reports(store, office(tmp_path, EVERY_DAY), at(MONDAY))
    assert queued.new == 2
    with store.read() as session:
        told = {
            row.address: (row.words and row.words.body) or ""
            for row in session.scalars(select(MessageRow))
            if row.recipient.startswith("deputy:")
        }
    assert "31-2" in told["lin@yunxi.example"]
    assert "25-2" not in told["lin@yunxi.example"]
    assert "25-2" in told["other@yunxi.example"]
    assert "31-2" not in told["other@yunxi.example"]
    assert known.email


def test_his_mail_says_how_to_end_it(store: Store, tmp_path: Path) -> None:
    (mail,) = sent_mails(store, tmp_path, EVERY_DAY).values()
    (token,) = re.findall(r"unsubscribe%20(\w+)>", str(mail["List-Unsubscribe"]))
    plain, page = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert page is not None
    assert f"退订 {token}" in plain.get_content()
    assert f"退订 {token}" in page.get_content()
    with store.write() as session:
        ended = subscriptions.unsubscribe(
            session, token, at(MONDAY), lambda: uuid.uuid4().hex, who="x"
        )
    assert ended.deputy == DEPUTY

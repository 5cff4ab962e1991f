"""The whole way of a digest: from the ledger to a real mail server and to real robots."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import icalendar
import pytest
from sqlalchemy import select

from tests.notices.robots import KEY, NAMES, SECRET, Group, robot_settings
from tests.notices.test_delivery import Clock, messages, queue
from tests.notices.test_mail import mail_settings
from tests.office import MONDAY, Ledger, add_unit, morning
from tests.post import post_office
from tests.site import Answer, web_site
from tracker.followup.recipients import addressees
from tracker.notices.delivery import Delivered, deliver
from tracker.robots import Kind
from tracker.settings import Settings
from tracker.store import noticed, outbox, unreachable
from tracker.store.database import Store
from tracker.store.noticed import NoticeKey
from tracker.store.tables import AttemptRow

NOW = morning(MONDAY)
UNIT = "unit1@yunxi.example"
OFFICE = "office@yunxi.example"


def run(store: Store, settings: Settings, clock: Clock, day: dt.date = MONDAY) -> Delivered:
    return deliver(store, settings, day, clock, jitter=lambda: 0.0)


def queue_for(
    store: Store, recipient: str, channel: str = "mail", *, count: int = 1, name: str = "县经信局", first: int = 100,
    **changes: Any,
) -> None:  # fmt: skip
    """A digest of overdue commitments for any recipient."""
    with store.write() as session:
        ledger, unit = Ledger(session, first), add_unit(session, name)
        message, _ = outbox.queue(
            session, kind="digest", recipient=recipient, name="x", address="x@yunxi.example",
            day=MONDAY, now=NOW, domain="yunxi.example",
        )  # fmt: skip
        message.channel = channel
        message.unsubscribe = changes.pop("unsubscribe", None)
        for _ in range(count):
            row = ledger.commitment(unit, deadline=dt.date(2023, 11, 1), **changes)
            assert row.deadline is not None
            key = NoticeKey(row.id, recipient, "after-28", row.deadline)
            noticed.add_notices(session, [(message.id, key)], MONDAY)


def test_a_mail_carries_its_deadlines(store: Store, settings: Settings) -> None:
    with post_office() as post:
        office = mail_settings(settings, post.port)
        queue(store, office)
        assert run(store, office, Clock()).sent == 1
    (mail,) = post.mails
    (file,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    content = file.get_payload(decode=True)
    assert isinstance(content, bytes)
    found: Any = icalendar.Calendar.from_ical(content)
    (event,) = found.walk("VEVENT")
    assert event["UID"] == "1-1@yunxi.example"
    assert event["DTSTART"].dt == dt.date(2023, 12, 31)
    assert found["X-WR-CALNAME"] == "第1局 承诺时限"
    (message,) = messages(store)
    assert message.words is not None
    assert message.words.calendar == content.decode()


def test_a_unit_that_is_gone_is_stood_in_for(any_store: Store, settings: Settings) -> None:
    """Nothing is lost, and the address is left alone until the registry has another one."""
    store, clock = any_store, Clock()
    with post_office() as post:
        post.rcpt[UNIT] = "550 5.1.1 User unknown"
        office = mail_settings(settings, post.port)
        queue(store, office)
        assert [failure.again for failure in run(store, office, clock).failures] == [True]
        with store.read() as session:
            assert unreachable.names(session, {}) == ("第1局",)
        clock.move(minutes=6)
        assert run(store, office, clock).sent == 1
    (mail,) = post.mails
    assert post.envelopes[0][1] == [OFFICE]
    assert "第1局" in str(mail["Subject"])
    body = mail.get_body(("plain",))
    assert body is not None
    assert "邮箱无法送达，此信由贵办代收" in body.get_content()
    (message,) = messages(store)
    assert (message.state, message.stand_in, message.address) == ("sent", True, OFFICE)
    with store.write() as session:
        assert addressees(session, ["unit:1"], office)["unit:1"].stand_in
        unreachable.clear(session, UNIT, who="张工", now=clock())
        assert addressees(session, ["unit:1"], office)["unit:1"].address == UNIT


@pytest.mark.parametrize("answer", ["550 5.7.1 spam", "552 5.3.4 too big", "450 4.2.1 busy"])
def test_a_message_unwelcome_marks_nobody(store: Store, settings: Settings, answer: str) -> None:
    with post_office() as post:
        post.rcpt[UNIT] = answer
        office = mail_settings(settings, post.port)
        queue(store, office)
        run(store, office, Clock())
    with store.read() as session:
        assert unreachable.marked(session) == frozenset()
    assert messages(store)[0].state == ("queued" if answer.startswith("4") else "failed")


def test_where_the_office_is_gone_too_the_mail_waits(store: Store, settings: Settings) -> None:
    clock = Clock()
    with post_office() as post:
        post.rcpt = {UNIT: "550 5.1.1 unknown", OFFICE: "550 5.1.1 unknown"}
        office = mail_settings(settings, post.port)
        queue(store, office)
        for _ in range(3):
            run(store, office, clock)
            clock.move(hours=1)
        assert messages(store)[0].state == "undeliverable"
        with store.write() as session:
            assert unreachable.names(session, {OFFICE: "办公室"}) == ("第1局", "办公室")
            unreachable.clear(session, OFFICE, who="张工", now=clock())
        post.rcpt.pop(OFFICE)
        with store.write() as session:
            to = addressees(session, ["unit:1"], office)["unit:1"]
            outbox.readdress(outbox.message(session, 1), to.name, to.address, stand_in=True)
        assert run(store, office, clock).sent == 1


def test_the_supervisors_digest_names_who_is_silent(store: Store, settings: Settings) -> None:
    with post_office() as post:
        office = mail_settings(settings, post.port)
        queue_for(store, "supervisor")
        with store.write() as session:
            add_unit(session, "县水利局", "slj@yunxi.example")
            unreachable.mark(session, "slj@yunxi.example", "550", NOW)
        assert run(store, office, Clock()).sent == 1
    body = post.mails[0].get_body(("plain",))
    assert body is not None
    assert "静默名单" in body.get_content()
    assert "县水利局" in body.get_content()


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu", "webhook"])
def test_a_robot_gets_its_digest(store: Store, settings: Settings, kind: Kind) -> None:
    clock = Clock()
    with web_site() as site:
        site.judge = group = Group(kind, lambda: dt.datetime.now(dt.UTC))
        office = robot_settings(settings, site, kind)
        queue_for(store, f"robot:{NAMES[kind]}", kind, count=60)
        assert run(store, office, clock).sent == 1
    (said,) = group.said
    text = json.dumps(said, ensure_ascii=False)
    assert "101-1" in text
    assert "责任单位：县经信局" in text
    assert ("项见台账" in text) is (kind != "webhook")
    if kind == "webhook":
        assert len(said["items"]) == 60
        assert said["id"] == messages(store)[0].header_id.strip("<>")
    (message,) = messages(store)
    assert (message.state, message.address) == ("sent", f"robot:{NAMES[kind]}")
    assert message.words is not None
    assert KEY not in repr((message.words.body, message.error, message.address, message.subject))


def test_a_robot_that_wants_rest_is_given_it(store: Store, settings: Settings) -> None:
    answer = json.dumps({"errcode": 130101, "errmsg": f"too fast {KEY}"}).encode()
    clock = Clock()
    with web_site() as site:
        site.judge = lambda head, body: Answer(answer)
        office = robot_settings(settings, site, "dingtalk")
        queue_for(store, f"robot:{NAMES['dingtalk']}", "dingtalk")
        run(store, office, clock)
        clock.move(minutes=9)
        assert run(store, office, clock) == Delivered()
        assert len(site.asked) == 1
        clock.move(minutes=2)
        run(store, office, clock)
        assert len(site.asked) == 2
    with store.read() as session:
        details = list(session.scalars(select(AttemptRow.detail)))
    assert len(details) == 2
    for secret in (KEY, SECRET):
        assert secret not in repr(details) + repr(messages(store)[0].error)


def test_a_robot_taken_out_of_its_group(store: Store, settings: Settings) -> None:
    """It is shown, the message waits, and a person revives it with a new address."""
    answer = json.dumps({"errcode": 300005, "errmsg": "token is not exist"}).encode()
    clock, name = Clock(), NAMES["dingtalk"]
    with web_site() as site:
        site.judge = lambda head, body: Answer(answer)
        office = robot_settings(settings, site, "dingtalk")
        queue_for(store, f"robot:{name}", "dingtalk")
        run(store, office, clock)
        clock.move(hours=1)
        assert run(store, office, clock).undeliverable == 1
        with store.read() as session:
            assert unreachable.names(session, {f"robot:{name}": name}) == (name,)
        assert len(site.asked) == 1


def test_mail_and_robots_stand_apart(store: Store, settings: Settings) -> None:
    """A robot that cannot be reached holds up no mail, and hostile words harm neither."""
    hostile = "<script>@all [x](http://evil.example)\r\nBcc: evil@x.example\u202e"
    with post_office() as post, web_site() as site:
        site.judge = lambda head, body: Answer(b"", 500)
        office = robot_settings(mail_settings(settings, post.port), site, "feishu")
        office = replace(office, mail=mail_settings(settings, post.port).mail)
        queue_for(store, f"robot:{NAMES['feishu']}", "feishu", what=hostile, name=hostile)
        queue(store, office)
        done = run(store, office, Clock())
    assert done.sent == len(post.mails) == 3
    assert [failure.again for failure in done.failures] == [True]
    posted = site.bodies[0].decode()
    assert "@all" not in posted
    assert "http://" not in posted
    assert "<script" not in posted


def test_the_token_of_a_subscription_goes_out(store: Store, settings: Settings) -> None:
    with post_office() as post:
        office = mail_settings(settings, post.port)
        queue_for(store, "unit:1", unsubscribe="0123456789abcdef")
        assert run(store, office, Clock()).sent == 1
    (mail,) = post.mails
    assert mail["List-Unsubscribe"] == f"<mailto:{OFFICE}?subject=unsubscribe%200123456789abcdef>"

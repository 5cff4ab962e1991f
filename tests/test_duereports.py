"""Reports that go out by themselves: once for a recipient and a day, caught up once, with pictures
that the mail brings along."""

from __future__ import annotations

import datetime as dt
import re
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import docx
import pytest
from sqlalchemy import select

from tests.county import fill, settings_in
from tests.notices.test_mail import mail_settings
from tests.post import post_office
from tracker import duereports, jobs
from tracker.errors import SettingsError
from tracker.mailings import Mailing
from tracker.notices.delivery import deliver
from tracker.settings import Settings, load_settings
from tracker.store import daemons, queries, subscriptions
from tracker.store.database import Store, open_store
from tracker.store.tables import DeputyRow, MessageRow, SubscriptionRow

#: A Monday; reports are due at nine.
MONDAY = dt.date(2024, 6, 17)
BEIJING = dt.timezone(dt.timedelta(hours=8))
UNIT, DEPUTY = "云溪县交通运输局", "林晚秋"
LONG = "a-rather-long-name-of-somebody.in-an-office@department.of.the.county.yunxi.example"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(settings_in(tmp_path))
    with store.write() as session:
        fill(session)
        (unit,) = queries.units(session, UNIT)
        (deputy,) = queries.deputies(session, DEPUTY)
        unit.email, deputy.email = "jtj@yunxi.example", "lin@yunxi.example"
    yield store
    store.close()


def at(day: dt.date, hour: int = 9) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=BEIJING)


def office(folder: Path, *mailings: Mailing) -> Settings:
    base = settings_in(folder)
    return replace(
        base, office=replace(base.office, email="office@yunxi.example"), reports=mailings
    )


def keys(store: Store) -> list[tuple[str, str, str]]:
    """Recipient's kind, address and day of each report, whatever became of it."""
    with store.read() as session:
        query = select(MessageRow).where(
            MessageRow.kind == "report", MessageRow.key.like("%:%:%:%")
        )
        rows = session.scalars(query.order_by(MessageRow.id)).all()
        return [(row.recipient.partition(":")[0], row.address or "", str(row.day)) for row in rows]


ALL = Mailing("每周总览", ("supervisor", LONG))
OWN = Mailing("本单位情况", (UNIT, DEPUTY), when="0 9 1 * *", own=True, days=31)


def test_a_month_of_reports(store: Store, tmp_path: Path) -> None:
    """Looked at four times a day, with a week in which nothing ran."""
    settings = office(tmp_path, ALL, OWN)
    for day in (MONDAY + dt.timedelta(days=count) for count in range(35)):
        if 8 <= (day - MONDAY).days <= 15:
            continue  # the machine was off: one Monday and the first of a month
        for hour in (0, 8, 9, 23):
            duereports.due_reports(store, settings, at(day, hour))
    sent = Counter((kind, day) for kind, _, day in keys(store))
    assert set(sent.values()) == {1}
    assert sorted(day for kind, day in sent if kind == "mail") == [
        "2024-06-17", "2024-06-24", "2024-07-01", "2024-07-08", "2024-07-15",
    ]  # fmt: skip
    # The first of July was missed by a report that had never gone out.
    assert not [day for kind, day in sent if kind == "unit"]
    duereports.due_reports(store, settings, at(dt.date(2024, 8, 1)))
    assert [pair for pair in keys(store) if pair[0] in ("unit", "deputy")] == [
        ("unit", "jtj@yunxi.example", "2024-08-01"),
        ("deputy", "lin@yunxi.example", "2024-08-01"),
    ]


def test_each_gets_its_own(store: Store, tmp_path: Path) -> None:
    duereports.due_reports(store, office(tmp_path, OWN), at(dt.date(2024, 7, 1)))
    with store.read() as session:
        told = {
            row.recipient.partition(":")[0]: (
                row.subject or "",
                (row.words and row.words.body) or "",
            )
            for row in session.scalars(select(MessageRow).where(MessageRow.kind == "report"))
            if ":" in row.recipient
        }
    assert told["unit"][0] == "[承诺跟踪] 本单位情况 — 2024-07-01"
    assert "云溪县水务局" not in told["unit"][1]
    assert "73-5" in told["unit"][1]
    assert "68-2" not in told["deputy"][1], "somebody else's suggestion"
    assert "31-2" in told["deputy"][1]


def test_a_wrong_name_costs_only_itself(store: Store, tmp_path: Path) -> None:
    """A unit that was renamed or merged silences neither the others of its report nor other reports."""
    wrong = Mailing("错", ("云溪县没有的局", "supervisor"))
    nothing = Mailing("空", ("supervisor",), unit="也没有的局")
    queued = duereports.due_reports(store, office(tmp_path, wrong, nothing, ALL), at(MONDAY))
    assert queued.new == 3
    assert len(queued.failed) == 2
    assert queued.failed[0].startswith("错: no unit or deputy has the name '云溪县没有的局'; see: ")
    assert queued.failed[1].startswith("空: no unit '也没有的局'")


def test_what_failed_is_seen_in_the_run(store: Store, tmp_path: Path) -> None:
    settings = office(tmp_path, Mailing("错", ("云溪县没有的局", "supervisor")))
    jobs.report_job(store, settings, lambda: at(MONDAY), threading.Event())
    with store.read() as session:
        run = daemons.last_runs(session)["reports"]
    assert run.failed
    assert (run.said or "").startswith("错: no unit or deputy has the name '云溪县没有的局'")
    jobs.report_job(store, office(tmp_path, ALL), lambda: at(MONDAY, 8), threading.Event())
    with store.read() as session:
        run = daemons.last_runs(session)["reports"]
    assert not run.failed
    assert (run.said or "").startswith("nothing new, ")


# Deputies.

EVERY_DAY = Mailing("我的建议", ("deputies",), when="0 9 * * *")


def test_a_deputy_hears_once_a_week_at_most(store: Store, tmp_path: Path) -> None:
    """Whatever says when, and however many reports name him."""
    twice = replace(EVERY_DAY, name="又一份", to=(DEPUTY,), own=True)
    settings = office(tmp_path, EVERY_DAY, twice)
    for count in range(22):
        duereports.due_reports(store, settings, at(MONDAY + dt.timedelta(days=count)))
    days = [day for kind, _, day in keys(store) if kind == "deputy"]
    assert days == ["2024-06-17", "2024-06-24", "2024-07-01", "2024-07-08"]


def test_all_units_and_deputies_with_an_address_get_their_own(store: Store, tmp_path: Path) -> None:
    settings = office(tmp_path, Mailing("各自情况", ("units", "deputies", UNIT)))
    assert duereports.due_reports(store, settings, at(MONDAY)).new == 2
    assert [kind for kind, _, _ in keys(store)] == ["unit", "deputy"]


def test_what_a_deputy_has_ended_is_not_told_of(store: Store, tmp_path: Path) -> None:
    def body() -> str:
        with store.read() as session:
            rows = session.scalars(select(MessageRow).where(MessageRow.recipient.like("deputy:%")))
            return [(row.words and row.words.body) or "" for row in rows][-1]

    settings = office(tmp_path, EVERY_DAY)
    duereports.due_reports(store, settings, at(MONDAY), token=lambda: "token-of-monday")
    assert "31-2" in body()
    assert "73-5" in body()
    _end(store, "31")
    duereports.due_reports(store, settings, at(MONDAY + dt.timedelta(days=7)))
    assert "31-2" not in body()
    assert "73-5" in body()
    with store.write() as session:  # the whole of it, by the word at the end of his first mail
        ended = subscriptions.unsubscribe(
            session, "token-of-monday", at(MONDAY), lambda: uuid.uuid4().hex, who="督办员"
        )
    assert ended == subscriptions.Ended(DEPUTY, ("31", "73"))
    assert duereports.due_reports(store, settings, at(MONDAY + dt.timedelta(days=14))).new == 0


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
    queued = duereports.due_reports(store, office(tmp_path, EVERY_DAY), at(MONDAY))
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
    (mail,) = _sent(store, tmp_path, EVERY_DAY).values()
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


@pytest.mark.parametrize(
    ("when", "now", "day"),
    [
        ("0 9 * * mon", at(MONDAY, 8), dt.date(2024, 6, 10)),
        ("0 9 * * mon", at(MONDAY, 9), MONDAY),
        ("0 9 * * mon", at(MONDAY + dt.timedelta(days=6)), MONDAY),
        ("*/5 * * * *", at(MONDAY, 0), MONDAY),
        ("0 9 29 2 *", at(MONDAY), None),
    ],
)
def test_when_it_was_due(when: str, now: dt.datetime, day: dt.date | None) -> None:
    from zoneinfo import ZoneInfo

    assert duereports.last_due(when, now, ZoneInfo("Asia/Shanghai")) == day


def _sent(store: Store, tmp_path: Path, *mailings: Mailing) -> dict[str, EmailMessage]:
    with post_office() as post:
        settings = replace(mail_settings(settings_in(tmp_path), post.port), reports=mailings)
        duereports.due_reports(store, settings, at(MONDAY))
        done = deliver(store, settings, MONDAY, lambda: at(MONDAY), jitter=lambda: 0.0)
        assert done.failures == ()
    return {str(mail["To"]): mail for mail in post.mails}


def test_the_page_shows_pictures_that_the_mail_brings(store: Store, tmp_path: Path) -> None:
    mails = _sent(store, tmp_path, ALL)
    (mail,) = [mail for to, mail in mails.items() if LONG in to]
    assert mail.get_content_type() == "multipart/alternative"
    plain, related = mail.iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert related.get_content_type() == "multipart/related"
    page, *pictures = related.iter_parts()
    html = page.get_content()
    assert "<svg" not in html
    assert "Content-Security-Policy" not in html
    ids = [str(picture["Content-ID"]).strip("<>") for picture in pictures]
    assert ids == ["deadlines.png", "burn_down.png", "reached.png"]
    for name, picture in zip(ids, pictures, strict=True):
        assert html.count(f'src="cid:{name}"') == 1
        assert picture.get_content_type() == "image/png"
        content = picture.get_content()
        assert isinstance(content, bytes)
        assert content.startswith(b"\x89PNG")
        assert len(content) < 100_000


def test_a_document_is_attached_under_its_chinese_name(store: Store, tmp_path: Path) -> None:
    mails = _sent(
        store, tmp_path, replace(ALL, name="月度/通报", format="docx", to=("a@b.example",))
    )
    (mail,) = mails.values()
    (file,) = mail.iter_attachments()
    assert file.get_filename() == "月度／通报 2024-06-17.docx"
    content = file.get_content()
    assert isinstance(content, bytes)
    assert "云溪县" in "\n".join(line.text for line in docx.Document(BytesIO(content)).paragraphs)
    assert "月度/通报" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_who_is_taken_off_the_settings_gets_nothing_more(store: Store, tmp_path: Path) -> None:
    settings = office(tmp_path, ALL)
    duereports.due_reports(store, settings, at(MONDAY))
    left = replace(settings, reports=(replace(ALL, to=("supervisor",)),))
    deliver(store, left, MONDAY, lambda: at(MONDAY), jitter=lambda: 0.0)
    with store.read() as session:
        query = select(MessageRow.state).where(MessageRow.recipient.like("mail:%"))
        assert list(session.scalars(query)) == ["undeliverable"]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('name = "周报"\nto = []', "reports 周报: to"),
        ('to = ["supervisor"]', "reports 1: name"),
        ('name = "周报"\nto = ["a@b@c"]', "is no mail address"),
        ('name = "周报"\nto = ["supervisor"]\nwhen = "9 Uhr"', "reports 周报: when"),
        ('name = "周报"\nto = ["supervisor"]\nown = true\nunit = "局"', "one of them at most"),
        ('name = "周报"\nto = ["supervisor"]\nformat = "pdf"', "must be one of html, docx"),
        ('name = "周报"\nto = ["supervisor"]\ndays = -1', "must be 0 to 3660"),
        (
            'name = "周报"\nto = ["supervisor"]\n[[reports]]\nname = "周报"\nto = ["supervisor"]',
            "two are named",
        ),
        ('name = "周报"\nto = ["supervisor"]\nwho = "x"', "unknown key"),
    ],
)
def test_what_the_settings_cannot_say(tmp_path: Path, written: str, says: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[[reports]]\n{written}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"config.toml: ") as caught:
        load_settings(path)
    assert says in str(caught.value)

"""Reports that go out by themselves: once for a recipient and a day, caught up once, with pictures
that the mail brings along."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import docx
import pytest
from sqlalchemy import select

from tests.county import fill
from tests.duereports.setting import (
    ALL,
    LONG,
    MONDAY,
    OWN,
    UNIT,
    at,
    keys,
    office,
    reports,
    sent_mails,
)
from tracker import jobs
from tracker.duereports import queueing
from tracker.duereports.queueing import due_reports
from tracker.duereports.times import last_due, next_due
from tracker.errors import SettingsError
from tracker.mailings import Mailing
from tracker.notices.delivery import deliver
from tracker.reports.render import render_mail
from tracker.settings import load_settings
from tracker.store import daemons, following, queries
from tracker.store.database import Store
from tracker.store.tables import CommitmentRow, MessageRow, UnitRow


def test_a_month_of_reports(store: Store, tmp_path: Path) -> None:
    """Looked at four times a day, with a week in which nothing ran."""
    settings = office(tmp_path, ALL, OWN)
    for day in (MONDAY + dt.timedelta(days=count) for count in range(35)):
        if 8 <= (day - MONDAY).days <= 15:
            continue  # the machine was off: one Monday and the first of a month
        for hour in (0, 8, 9, 23):
            due_reports(store, settings, at(day, hour))
    sent = Counter((kind, day) for kind, _, day in keys(store))
    assert set(sent.values()) == {1}
    assert sorted(day for kind, day in sent if kind == "mail") == [
        "2024-06-17", "2024-06-24", "2024-07-03", "2024-07-08", "2024-07-15",
    ], "that of the first of July when the machine was back"  # fmt: skip
    # The first of July was missed by a report that had never gone out.
    assert not [day for kind, day in sent if kind == "unit"]
    due_reports(store, settings, at(dt.date(2024, 8, 1)))
    assert [pair for pair in keys(store) if pair[0] in ("unit", "deputy")] == [
        ("unit", "jtj@yunxi.example", "2024-08-01"),
        ("deputy", "lin@yunxi.example", "2024-08-01"),
    ]


def test_what_happened_is_told_by_one_report_at_least(store: Store, tmp_path: Path) -> None:
    """On the day of a report after it was written, and in a week whose report was missed."""
    settings = office(tmp_path, Mailing("每周", ("supervisor",)))
    outcomes = {"31-2": MONDAY, "73-5": MONDAY + dt.timedelta(days=9), "25-2": MONDAY}
    for count in range(29):
        day = MONDAY + dt.timedelta(days=count)
        if not 7 <= count < 14:  # a week in which the daemon was off
            due_reports(store, settings, at(day))
            deliver(store, settings, day, lambda day=day: at(day))  # type: ignore[misc]
        with store.write() as session:
            for ref in [ref for ref, on in outcomes.items() if on == day]:
                row = queries.commitment(session, ref)
                following.settle(session, row, "dropped", on=day, why="x", who="y", now=at(day, 15))
    told = [(row.words and row.words.body) or "" for row in reports(store)]
    assert len(told) == 4
    events = [body.partition("收到填报 ")[2].partition("新增逾期 ")[0] for body in told]
    for ref in outcomes:
        assert [index for index, text in enumerate(events) if ref in text], ref


def test_each_gets_its_own(store: Store, tmp_path: Path) -> None:
    due_reports(store, office(tmp_path, OWN), at(dt.date(2024, 7, 1)))
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
    queued = due_reports(store, office(tmp_path, wrong, nothing, ALL), at(MONDAY))
    assert queued.new == 3
    assert len(queued.failed) == 2
    assert queued.failed[0].startswith("错: no unit or deputy has the name '云溪县没有的局'; see: ")
    assert queued.failed[1].startswith("空: no unit '也没有的局'")


def test_what_could_not_be_written_is_tried_again(store: Store, tmp_path: Path) -> None:
    settings = office(tmp_path, Mailing("新局", ("supervisor", "云溪县大数据局")))
    queued = due_reports(store, settings, at(MONDAY, 9))
    assert (queued.new, len(queued.failed)) == (1, 1)
    assert due_reports(store, settings, at(MONDAY, 10)).failed == queued.failed, (
        "still to be mended"
    )
    with store.write() as session:
        session.add(UnitRow(name="云溪县大数据局", email="dsj@yunxi.example"))
    assert due_reports(store, settings, at(MONDAY, 11)) == queueing.Queued(1)


def test_a_report_that_breaks_costs_only_itself(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(
        session: object, settings: object, today: object, filters: object, *rest: object
    ) -> object:
        if getattr(filters, "unit", None) == UNIT:
            raise ValueError("All strings must be XML compatible")
        return render_mail(session, settings, today, filters, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(queueing, "render_mail", broken)
    each = Mailing("各自情况", ("units", "supervisor"), own=True)
    queued = due_reports(store, office(tmp_path, each, ALL), at(MONDAY))
    assert queued.new == 3
    (line,) = queued.failed
    assert line.startswith("各自情况: the report to unit:")
    assert line.endswith("cannot be written: ValueError")


@pytest.mark.parametrize("char", ["\ufffe", "\uffff", "\x85"])
def test_a_letter_with_characters_that_are_none(store: Store, tmp_path: Path, char: str) -> None:
    with store.write() as session:
        row = session.scalars(select(CommitmentRow).where(CommitmentRow.ref == "31-2")).one()
        row.quote = row.what = f"力争{char}建成"
    each = Mailing("各自情况", ("units",))
    mails = sent_mails(store, tmp_path, ALL, replace(ALL, name="公文", format="docx"), each)
    assert len(mails) == 3


def test_of_two_daemons_neither_ends_the_others_report(any_store: Store, tmp_path: Path) -> None:
    """The second queues all of them after the first has seen that there are none."""
    with any_store.write() as session:
        fill(session)
    settings = office(tmp_path, ALL)

    def meanwhile() -> bool:
        due_reports(any_store, settings, at(MONDAY))
        return False

    assert due_reports(any_store, settings, at(MONDAY), stop=meanwhile).new == 0
    assert [row.state for row in reports(any_store)] == ["queued", "queued"]


def test_a_stop_leaves_the_rest_for_later(store: Store, tmp_path: Path) -> None:
    asked = iter([False, False, True])
    settings = office(tmp_path, ALL)
    assert due_reports(store, settings, at(MONDAY), stop=lambda: next(asked)).new == 1
    assert due_reports(store, settings, at(MONDAY, 10)).new == 1


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
    assert last_due(when, now, ZoneInfo("Asia/Shanghai")) == day


@pytest.mark.parametrize(
    ("when", "now", "following"),
    [
        ("0 9 * * mon", at(MONDAY, 10), MONDAY + dt.timedelta(days=7)),
        ("0 9 * * mon", at(MONDAY, 8), MONDAY),
        ("0 9 1 * *", at(MONDAY), dt.date(2024, 7, 1)),
        ("0 9 29 2 *", at(MONDAY), dt.date(2028, 2, 29)),
    ],
)
def test_when_it_is_due_next(when: str, now: dt.datetime, following: dt.date | None) -> None:
    assert next_due(when, now, ZoneInfo("Asia/Shanghai")) == following


def test_the_page_shows_pictures_that_the_mail_brings(store: Store, tmp_path: Path) -> None:
    mails = sent_mails(store, tmp_path, ALL)
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
    mails = sent_mails(
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
    due_reports(store, settings, at(MONDAY))
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

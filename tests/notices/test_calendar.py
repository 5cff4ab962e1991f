"""Calendar files: what they say, and that other programs read them as they were meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.office import Ledger, add_unit, morning, with_office
from tracker.notices.calendar import Event, calendar, events_of, text
from tracker.settings import Settings
from tracker.store.database import Store
from tracker.store.deciding import edit, reject
from tracker.store.following import settle
from tracker.store.revised import revisions
from tracker.store.tables import CommitmentRow

CHANGED = dt.datetime(2023, 5, 1, 0, 30, tzinfo=dt.UTC)
EVENT = Event("25-1", dt.date(2023, 12, 31), "承诺到期", "原文", False, 0, CHANGED)
NOW = morning(dt.date(2023, 6, 1))


@pytest.fixture
def office(settings: Settings) -> Settings:
    return with_office(settings)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.write() as session:
        yield session


def written(*events: Event, name: str = "县经信局 承诺时限") -> str:
    return calendar(events, name=name, domain="yunxi.example")


def read_back(document: str) -> Any:
    """By another program's parser, which takes nothing that is wrong."""
    found: Any = icalendar.Calendar.from_ical(document)
    assert not found.errors
    for event in found.walk("VEVENT"):
        assert not event.errors
    return found


def entries(session: Session, rows: list[CommitmentRow], office: Settings) -> list[Event]:
    session.flush()
    return events_of(rows, revisions(session, [row.id for row in rows]), office)


def test_another_program_reads_it(session: Session, office: Settings) -> None:
    ledger, unit = Ledger(session), add_unit(session, "县经信局")
    home = ledger.suggestion(25, "关于加快培育高新技术企业的建议")
    row = ledger.commitment(unit, suggestion=home)
    found = read_back(written(*entries(session, [row], office)))
    assert found["X-WR-CALNAME"] == "县经信局 承诺时限"
    assert found["METHOD"] == "PUBLISH"
    assert found["REFRESH-INTERVAL"].dt == dt.timedelta(hours=12)
    (event,) = found.walk("VEVENT")
    assert event["UID"] == "25-1@yunxi.example"
    assert event["DTSTART"].dt == dt.date(2023, 12, 31)
    assert event["DTEND"].dt == dt.date(2024, 1, 1)
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == "承诺到期 25-1：新增高新技术企业（新增 30 户）"
    assert event["DESCRIPTION"].splitlines() == [
        "建议第25号《关于加快培育高新技术企业的建议》（云溪县十八届人大二次会议）",
        "答复原文：“力争2023年推动我县新增高新技术企业30户”",
        "目标：新增 30 户",
        "时限原文：2023年",
        "责任单位：县经信局",
    ]
    assert event["DTSTAMP"].dt == morning(dt.date(2023, 5, 1))
    assert not found.walk("VALARM")


def test_an_entry_moves_with_its_deadline(session: Session, office: Settings) -> None:
    row = Ledger(session).commitment(add_unit(session, "县经信局"))
    (before,) = entries(session, [row], office)
    edit(session, row, {"deadline": "2024-03-31"}, who="督查", now=NOW, why="批准延期")
    (after,) = entries(session, [row], office)
    assert (after.ref, after.day) == (before.ref, dt.date(2024, 3, 31))
    assert after.sequence == before.sequence + 1
    assert after.changed == NOW > before.changed
    (event,) = read_back(written(after)).walk("VEVENT")
    assert event["SEQUENCE"] == 1
    assert event["LAST-MODIFIED"].dt == NOW
    later = morning(dt.date(2023, 7, 1))
    edit(session, row, {"what": "新增企业"}, who="督查", now=later, why="更正")
    (renamed,) = entries(session, [row], office)
    assert (renamed.sequence, renamed.changed) == (1, later), "nothing moved, but it reads anew"
    edit(session, row, {"strength": "firm"}, who="督查", now=morning(dt.date(2023, 8, 1)))
    assert entries(session, [row], office) == [renamed], "of that nothing is seen"


def test_what_is_told_of_twice_is_one_entry(session: Session, office: Settings) -> None:
    row = Ledger(session).commitment(add_unit(session, "县经信局"))
    assert len(entries(session, [row, row], office)) == 1


@pytest.mark.parametrize(
    ("outcome", "cancelled", "begins"),
    [
        ("kept", False, "已兑现 1-1"),
        ("broken", False, "未兑现 1-1"),
        ("dropped", True, "承诺到期 1-1"),
    ],
)
def test_what_has_an_outcome(
    session: Session, office: Settings, outcome: str, cancelled: bool, begins: str
) -> None:
    row = Ledger(session).commitment(add_unit(session, "县经信局"))
    settle(
        session, row, outcome, on=dt.date(2023, 5, 31), who="督查", now=NOW,
        why="情况变化", evidence="复查记录",
    )  # fmt: skip
    (event,) = entries(session, [row], office)
    assert event.cancelled is cancelled
    assert event.sequence == 1
    assert event.summary.startswith(begins)
    (read,) = read_back(written(event)).walk("VEVENT")
    assert read["STATUS"] == ("CANCELLED" if cancelled else "CONFIRMED")


def test_what_is_not_followed(session: Session, office: Settings) -> None:
    ledger, unit = Ledger(session), add_unit(session, "县经信局")
    once = ledger.commitment(unit)
    reject(session, once, who="督查", now=NOW, why="重复")
    never = ledger.commitment(unit, review="rejected")
    pending = ledger.commitment(unit, review="pending")
    undated = ledger.commitment(unit, deadline=None)
    (event,) = entries(session, [once, never, pending, undated], office)
    assert (event.ref, event.cancelled) == (once.ref, True)


def test_the_same_commitments_give_the_same_bytes(session: Session, office: Settings) -> None:
    ledger, unit = Ledger(session), add_unit(session, "县经信局")
    rows = [ledger.commitment(unit, deadline=dt.date(2023, 12, day)) for day in (9, 3, 6)]
    document = written(*entries(session, rows, office))
    assert document == written(*entries(session, rows[::-1], office))
    assert [event["DTSTART"].dt.day for event in read_back(document).walk("VEVENT")] == [3, 6, 9]


def test_nothing_due_is_a_calendar_too() -> None:
    assert read_back(written())["X-WR-CALNAME"] == "县经信局 承诺时限"


def test_the_words_of_letters_open_no_entry(session: Session, office: Settings) -> None:
    forged = "x\r\nEND:VEVENT\nBEGIN:VALARM\u2028ATTACH:http://evil.example;a,b\\n\x00\u202e"
    row = Ledger(session).commitment(add_unit(session, forged), what=forged, quote=forged)
    row.suggestion.title = forged
    found = read_back(written(*entries(session, [row], office), name=forged))
    assert [part.name for part in found.walk()] == ["VCALENDAR", "VEVENT"]
    assert "\u202e" not in str(found["X-WR-CALNAME"])


#: What a text may hold beside what steers a display, and line breaks in every notation.
PLAIN = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp"))
#: Among them often what looks like an escape.
ESCAPES = st.sampled_from(["\\n", "\\N", "\\\\", "\\;", "\\", ",", ";", ":", "\n", "甲"])
TEXTS = st.lists(ESCAPES | st.text(PLAIN, max_size=40), max_size=20).map("".join)


@given(TEXTS, TEXTS)
def test_any_text_comes_back_as_it_was(summary: str, description: str) -> None:
    event = replace(EVENT, summary=summary, description=description)
    (found,) = read_back(written(event)).walk("VEVENT")
    assert found["SUMMARY"] == summary
    assert found["DESCRIPTION"] == description


@given(st.text(max_size=400))
def test_lines_are_short_and_whole(anything: str) -> None:
    document = written(replace(EVENT, summary=anything, ref=anything), name=anything)
    data = document.encode()
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no character is cut
    assert [part.name for part in read_back(document).walk()] == ["VCALENDAR", "VEVENT"]


@pytest.mark.parametrize("sign", ["x", "ü", "甲", "\U00020000"])
@pytest.mark.parametrize("shift", range(4))
def test_long_lines_are_filled_and_no_longer(sign: str, shift: int) -> None:
    """Of one to four bytes, at every place where a line may end."""
    summary = "x" * shift + sign * 300
    document = written(replace(EVENT, summary=summary)).encode()
    lines = document.split(b"\r\nSUMMARY:")[1].split(b"\r\nDESCRIPTION")[0].split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert min(map(len, lines[1:-1])) > 75 - len(sign.encode())
    (found,) = read_back(document.decode()).walk("VEVENT")
    assert found["SUMMARY"] == summary


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("a;b,c\\d", "a\\;b\\,c\\\\d"),
        ("一行\n二行\r\n三行\r四行", "一行\\n二行\\n三行\\n四行"),
        ("\u2028\x85", "\\n\\n"),
        ("\x00\x1b[31m\u202e", "[31m"),
        ("甲：乙", "甲：乙"),
    ],
)
def test_escaping(value: str, escaped: str) -> None:
    assert text(value) == escaped

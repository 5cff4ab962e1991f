"""Promises made again, moved deadlines and marks as views show them, up to a day."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from rich.cells import cell_len
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.county import empty_session
from tests.factories import commitment, deadline, enter, extraction, target
from tests.office import morning
from tests.reports.views import printed
from tracker.classes import Classes, Results
from tracker.lights import LightColours, LightNames, Lights
from tracker.reports import phrases, reads
from tracker.reports.card import card
from tracker.reports.contents import Filters, gather
from tracker.reports.details import detail
from tracker.reports.render import render_report
from tracker.reports.terminal import lines, listing
from tracker.reports.words import Wording
from tracker.settings import Settings
from tracker.store.tables import CommitmentRow, HistoryRow, RequestRow

WORDS = Wording("zh")
QUOTES = {
    2021: "确保2021年新增高新技术企业30户",
    2022: "力争2022年新增高新技术企业35户",
    2023: "推动2023年新增高新技术企业30户",
}
TODAY = dt.date(2023, 8, 1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture
def office() -> Iterator[Session]:
    """A ledger of three letters of three years that promise the same."""
    with empty_session() as session:
        for year, quote in QUOTES.items():
            find = commitment(
                quote,
                target=target(35 if "35" in quote else 30),
                deadline=deadline(dt.date(year, 12, 31), f"{year}年"),
            )
            enter(
                session,
                extraction(find, date=dt.date(year, 6, 1), suggestion_no=year - 2000, category="C"),
                now=morning(dt.date(year, 7, 1)),
            )
        for row in session.scalars(select(CommitmentRow)):
            row.review = "confirmed"
        session.flush()
        yield session


def row_of(session: Session, ref: str) -> CommitmentRow:
    return session.scalars(select(CommitmentRow).where(CommitmentRow.ref == ref)).one()


def test_the_years_the_slip_the_verb_and_the_target(office: Session, settings: Settings) -> None:
    item = reads.item(office, settings, TODAY, "23-1")
    assert phrases.promised(item, WORDS) == (
        "2021、2022、2023 连续3年；时限推后 730 天；措辞 确保 → 力争 → 推动（弱化）；目标 30户 → 35户 → 30户"
    )
    assert item.earlier == ("21-1", "22-1")
    assert item.marks == ("renewed",)
    assert phrases.promised(item, Wording("en")).startswith("2021, 2022, 2023, 3 years in a row")


def test_the_first_one_shows_what_came_of_it(office: Session, settings: Settings) -> None:
    item = reads.item(office, settings, TODAY, "21-1")
    assert (item.earlier, item.marks) == ((), ())
    assert [one.ref for one in item.chain.times] == ["21-1", "22-1", "23-1"]


def test_a_day_sees_no_letter_of_a_later_day(office: Session, settings: Settings) -> None:
    item = reads.item(office, settings, day("2022-08-01"), "21-1")
    assert [one.ref for one in item.chain.times] == ["21-1", "22-1"]
    assert reads.item(office, settings, day("2021-08-01"), "21-1").chain.times == ()


def test_what_is_not_tracked_is_no_time_it_was_promised(
    office: Session, settings: Settings
) -> None:
    row_of(office, "22-1").review = "rejected"
    office.flush()
    item = reads.item(office, settings, TODAY, "23-1")
    assert phrases.promised(item, WORDS).startswith("2021、2023 共2年；时限推后 730 天")


def test_what_waits_for_review_tells_nothing_beside_what_is_confirmed(
    office: Session, settings: Settings
) -> None:
    row_of(office, "22-1").review = "pending"
    office.flush()
    seen = {
        ref: [one.ref for one in reads.item(office, settings, TODAY, ref).chain.times]
        for ref in ("21-1", "22-1")
    }
    assert seen == {"21-1": ["21-1", "23-1"], "22-1": ["21-1", "22-1", "23-1"]}


def test_open_ones_count_once_and_settled_ones_each(office: Session, settings: Settings) -> None:
    contents = gather(office, settings, TODAY, Filters())
    assert (contents.figures.n, contents.figures.lights["overdue"]) == (1, 1)
    assert (contents.repeated, len(contents.items)) == (2, 3)
    row = row_of(office, "21-1")
    row.outcome, row.settled_on = "broken", day("2022-01-05")
    office.flush()
    contents = gather(office, settings, TODAY, Filters())
    assert (contents.figures.n, contents.figures.settled, contents.repeated) == (2, 1, 1)
    text = render_report(office, settings, TODAY, format="md")
    assert "另有 1 项未结承诺是再次承诺" in text
    one = gather(office, settings, TODAY, Filters(suggestion="23"))
    assert (one.figures.n, one.repeated) == (1, 0), "the earlier ones are not of this report"


@pytest.mark.parametrize("width", [80, 120, 160])
def test_show_tells_each_time_and_fits(office: Session, settings: Settings, width: int) -> None:
    text = printed(card(detail(office, settings, TODAY, "23-1"), WORDS), width)
    assert "历次承诺" in text
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "再次承诺：22-1" in text, "the history tells it"


def test_json_tells_each_time(office: Session, settings: Settings) -> None:
    document = json.loads(render_report(office, settings, TODAY, format="json"))
    assert document["repeated"] == 2
    last = document["commitments"][-1]
    assert (last["promised_years"], last["marks"]) == ([2021, 2022, 2023], ["renewed"])
    assert last["promised"][0] == {
        "ref": "21-1", "date": "2021-06-01", "quote": QUOTES[2021], "verb": "确保",
        "strength": "target", "value": 30, "unit": "户", "deadline": "2021-12-31", "outcome": "open",
    }  # fmt: skip


def extend(session: Session, ref: str, asked: str, granted: str, decided: str) -> None:
    """A supervisor grants a later day, as `tracker requests` does."""
    row = row_of(session, ref)
    session.add(
        RequestRow(
            commitment=row, kind="extension", reason="汛期停工", asked_by="王敏",
            asked_at=morning(day(asked)), asked_on=day(asked), deadline=row.deadline,
            new_deadline=day(granted), granted=day(granted), state="approved",
            decided_by="李督查", decided_at=morning(day(decided)),
        )
    )  # fmt: skip
    session.add(
        HistoryRow(
            at=morning(day(decided)), who="李督查", commitment_id=row.id, action="extend",
            field="deadline", old=str(row.deadline), new=granted,
        )
    )  # fmt: skip
    row.deadline = day(granted)
    session.flush()


@pytest.mark.parametrize(
    ("today", "shown", "marks", "moved"),
    [
        ("2023-12-19", "2023-12-31", (), ""),
        ("2024-01-10", "2024-03-31", (), "2023-12-31 → 2024-03-31，推迟 91 天，延期 1 次"),
        ("2024-04-20", "2024-09-30", ("asked_late",),
         "2023-12-31 → 2024-03-31 → 2024-09-30，推迟 274 天，延期 2 次，其中有逾期后申请"),
    ],
)  # fmt: skip
def test_every_deadline_up_to_a_day(
    office: Session, settings: Settings, today: str, shown: str, marks: tuple[str, ...], moved: str
) -> None:
    extend(office, "23-1", "2023-12-20", "2024-03-31", "2023-12-28")
    extend(office, "23-1", "2024-04-08", "2024-09-30", "2024-04-15")
    item = reads.item(office, settings, day(today), "23-1")
    assert str(item.deadline) == shown
    assert item.marks == (*marks, "renewed")
    assert phrases.deadlines(item, WORDS) == moved


def test_lists_and_reports_show_the_first_deadline_and_how_often(
    office: Session, settings: Settings
) -> None:
    extend(office, "23-1", "2024-01-08", "2024-09-30", "2024-01-15")
    today = day("2024-01-20")
    items = reads.items(office, settings, today, suggestion="23")
    piped = "\n".join(lines(items, WORDS))
    assert "2024-09-30（原2023-12-31，延1次）" in piped
    assert "◇ 已延期 · 逾期后申请 · 再次承诺" in piped
    narrow = printed(listing(items, WORDS, 80))
    for part in ("逾期后申请", "原2023-12-31", "延1次"):
        assert part in narrow
    assert max(cell_len(line) for line in narrow.splitlines()) <= 80
    for form in ("md", "html"):
        text = render_report(office, settings, today, format=form, suggestion="23")
        for part in ("已延期", "逾期后申请", "2023-12-31 → 2024-09-30，推迟 274 天，延期 1 次"):
            assert part in text


def test_a_day_before_the_look_back_sees_the_outcome_of_that_day(
    office: Session, settings: Settings
) -> None:
    row = row_of(office, "21-1")
    row.look_back_since = day("2022-05-06")
    for at, old, new, action in (
        ("2022-01-10", "open", "kept", "settle"),
        ("2022-05-06", "kept", "open", "reopen"),
    ):
        office.add(
            HistoryRow(at=morning(day(at)), who="李督查", commitment_id=row.id, action=action,
                       field="outcome", old=old, new=new)
        )  # fmt: skip
    office.flush()

    def seen(today: str) -> tuple[Any, ...]:
        item = reads.item(office, settings, day(today), "21-1")
        return item.outcome, item.light, item.marks

    assert seen("2022-05-05") == ("kept", "none", ())
    assert seen("2022-05-06") == ("open", "overdue", ("look_back",))
    assert seen("2022-01-09") == ("open", "overdue", ()), "not settled yet"
    assert "21-1" not in [
        item.ref for item in reads.items(office, settings, day("2022-05-05"), unsettled=True)
    ]


def test_a_place_names_and_colours_its_lights(office: Session, settings: Settings) -> None:
    own = replace(
        settings,
        lights=Lights(names=LightNames(overdue="红灯"), colours=LightColours(overdue="purple")),
        results=Results(npc=Classes(C="留作参考")),
    )
    words = Wording.of(own)
    items = reads.items(office, own, TODAY)
    coloured = printed(listing(items, words, 80), terminal=True)
    assert "\x1b[35m▲ 红灯" in coloured
    html = render_report(office, own, TODAY, format="html")
    assert "--overdue: #6b3fa0;" in html
    assert "▲ 红灯" in html
    assert '<th scope="col">红灯</th>' in html
    assert "逾期</span>" not in html
    assert "C（留作参考）" in html
    assert "C（因条件限制" in render_report(office, settings, TODAY, format="html")

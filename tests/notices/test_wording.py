"""What a digest says, in Chinese and English, as text and as HTML."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.office import MONDAY, Ledger, add_unit, report, with_office
from tracker.followup.status import Facts, facts_of
from tracker.lights import LightColours, LightNames, Lights
from tracker.notices.phrases import _WORDS, Phrases
from tracker.notices.wording import Worded, digest_of, figure_text, target_text, word
from tracker.settings import Settings
from tracker.store.database import Store
from tracker.store.tables import CommitmentRow, RequestRow

ZH, EN = Phrases("zh"), Phrases("en")


@pytest.fixture
def office(settings: Settings) -> Settings:
    return with_office(settings)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.write() as session:
        yield session


def worded(
    rows: list[CommitmentRow], office: Settings, day: dt.date = MONDAY, **changes: Any
) -> Worded:
    return word(digest_of(rows, day, office, name="县经信局", **changes), office)


def visible(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.split("<body", 1)[1])).split())


@pytest.mark.parametrize(
    ("mode", "comparator", "unit", "chinese", "english"),
    [
        ("increase", "=", "户", "新增 30 户", "30 户 more"),
        ("increase", ">=", "户", "新增 30 户以上", "at least 30 户 more"),
        ("increase", "~", "户", "新增约 30 户", "about 30 户 more"),
        ("level", ">=", "户", "达到 30 户以上", "reach at least 30 户"),
        ("level", "=", "%", "达到 30%", "reach 30%"),
        ("level", "<=", "%", "不超过 30%", "at most 30%"),
        ("amount", "=", "公里", "完成 30 公里", "complete 30 公里"),
        ("amount", "<=", "万元", "不超过 30 万元", "at most 30 万元"),
        (None, None, None, "完成 30", "complete 30"),
    ],
)
def test_target(mode: str, comparator: str, unit: str, chinese: str, english: str) -> None:
    facts = Facts(value=Decimal(30), unit=unit, mode=mode, comparator=comparator)
    assert target_text(facts, "今年新增30户", ZH) == chinese
    assert target_text(facts, "今年新增30户", EN) == english
    assert target_text(replace(facts, value=None), "今年新增30户", ZH) is None


def test_a_target_that_is_told_downwards() -> None:
    facts = Facts(value=Decimal(3), unit="%", mode="increase", comparator="=")
    assert target_text(facts, "单位能耗下降3%", ZH) == "降低 3%"
    assert target_text(facts, "单位能耗下降3%", EN) == "3% less"
    assert target_text(facts, "投资增长3%", ZH) == "新增 3%"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("30", "30 户"),
        ("12.60", "12.6 户"),
        ("4500", "4500 户"),
        ("1E+3", "1000 户"),
        ("0", "0 户"),
    ],
)
def test_a_figure_is_written_plainly(value: str, text: str) -> None:
    assert figure_text(Decimal(value), "户", ZH) == text


def test_a_digest_says_all_that_is_needed(session: Session, office: Settings) -> None:
    ledger, unit = Ledger(session), add_unit(session, "县经信局")
    home = ledger.suggestion(25, "关于加快培育高新技术企业的建议")
    firms = ledger.commitment(unit, suggestion=home)
    report(firms, dt.date(2023, 11, 30), 22)
    centre = ledger.commitment(
        unit, suggestion=home, deadline=dt.date(2023, 11, 22), deadline_text="11月22日前",
        what="建成科创中心", kind="milestone", value=None, unit=None, mode=None, comparator=None,
    )  # fmt: skip
    made = worded([firms, centre], office)
    assert made.subject == "[承诺跟踪] 逾期1项、临期1项 — 12月4日"
    for expected in (
        "县经信局：",
        "建议第25号《关于加快培育高新技术企业的建议》（云溪县十八届人大二次会议）",
        "25-1",
        "“力争2023年推动我县新增高新技术企业30户”",
        "新增 30 户",
        "2023-12-31（原文“2023年”→2023-12-31，文中写明）",
        "22 户（截至 2023-11-30，完成目标的 73%）",
        "临期，还有 27 天",
        "逾期 12 天",
        "未填报",
        "时限不对",
        "不是本单位承担",
        "需要延期",
        "云溪县人大代工委",
    ):
        assert expected in made.text
        assert expected in visible(made.html)
    assert made.text.index("25-2") < made.text.index("25-1"), "most urgent first"


def test_english(session: Session, office: Settings) -> None:
    ledger, unit = Ledger(session), add_unit(session, "县经信局")
    rows = [ledger.commitment(unit), ledger.commitment(unit, deadline=dt.date(2023, 12, 3))]
    made = worded(rows, replace(office, language="en"))
    assert made.subject == "[Commitments] 1 overdue, 1 due soon — 4 Dec"
    assert "1 day overdue" in made.text
    assert "no report yet" in made.text
    assert "2023-12-31 (“2023年” → 2023-12-31, stated in the letter)" in made.text
    # What is left in Chinese are names and quotes.
    own = re.sub(r"“[^”]*”|县经信局|云溪县\w+|新增高新技术企业|户", "", made.text)
    assert not re.search("[一-鿿]", own)


def test_groups_come_by_their_most_urgent_item(session: Session, office: Settings) -> None:
    ledger, unit = Ledger(session), add_unit(session, "县经信局")
    homes = [ledger.suggestion(number) for number in (1, 2)]
    days = [(homes[0], 20), (homes[1], 5), (homes[0], 8), (homes[1], 28)]
    rows = [
        ledger.commitment(unit, suggestion=home, deadline=dt.date(2023, 12, day))
        for home, day in days
    ]
    digest = digest_of([*rows, rows[0]], MONDAY, office, name="县经信局")
    assert [[item.ref for item in group.items] for group in digest.groups] == [
        ["2-1", "2-2"],
        ["1-2", "1-1"],
    ]
    assert digest.size == 4, "a commitment with two notices is told once"


@pytest.mark.parametrize(
    ("deadline", "text"),
    [
        (dt.date(2023, 12, 3), "逾期 1 天"),
        (dt.date(2023, 12, 4), "今天到期"),
        (dt.date(2023, 12, 5), "临期，还有 1 天"),
        (dt.date(2024, 2, 1), "正常，还有 59 天"),
        (dt.date(2023, 11, 20), "逾期 14 天，已报督办"),
    ],
)
def test_the_time_that_is_left(
    session: Session, office: Settings, deadline: dt.date, text: str
) -> None:
    row = Ledger(session).commitment(add_unit(session, "县经信局"), deadline=deadline)
    (group,) = digest_of([row], MONDAY, office, name="县经信局").groups
    assert group.items[0].state == text
    nobody = replace(office, office=replace(office.office, email=" "))
    (group,) = digest_of([row], MONDAY, nobody, name="县经信局").groups
    assert group.items[0].state == text.removesuffix("，已报督办"), "nobody was told"


@pytest.mark.parametrize(
    ("reports", "text"),
    [
        ([], "未填报"),
        ([(0, None)], "无进展（截至 2023-11-30）"),
        ([(None, "正在评审")], "正在评审（截至 2023-11-30）"),
        ([(31, None)], "31 户（截至 2023-11-30，完成目标的 103%），已达目标，待销号"),
    ],
)
def test_the_last_report(
    session: Session, office: Settings, reports: list[tuple[int | None, str | None]], text: str
) -> None:
    row = Ledger(session).commitment(add_unit(session, "县经信局"))
    for value, note in reports:
        report(row, dt.date(2023, 11, 30), value, note)
    (group,) = digest_of([row], MONDAY, office, name="县经信局").groups
    assert group.items[0].latest == text


@pytest.mark.parametrize(
    ("reports", "text"),
    [
        ([(22, None), (None, "正在评审")],
         "正在评审（截至 2023-11-02）；22 户（截至 2023-11-01，完成目标的 73%）"),
        ([(22, None), (None, "无进展")],
         "无进展（截至 2023-11-02）；22 户（截至 2023-11-01，完成目标的 73%）"),
        ([(None, "正在评审"), (22, None)], "22 户（截至 2023-11-02，完成目标的 73%）"),
        ([(22, None), (0, None)], "无进展（截至 2023-11-02）"),
        ([(30, None), (None, "请销号")],
         "请销号（截至 2023-11-02）；30 户（截至 2023-11-01，完成目标的 100%），已达目标，待销号"),
    ],
)  # fmt: skip
def test_a_note_does_not_hide_the_figure(
    session: Session, office: Settings, reports: list[tuple[int | None, str | None]], text: str
) -> None:
    row = Ledger(session).commitment(add_unit(session, "县经信局"))
    for day, (value, note) in enumerate(reports, 1):
        report(row, dt.date(2023, 11, day), value, note)
    (group,) = digest_of([row], MONDAY, office, name="县经信局").groups
    assert group.items[0].latest == text


def test_line_breaks_of_others_open_no_section(session: Session, office: Settings) -> None:
    forged = "正在评审\n\n== 建议第99号\r\n-- 怎样答复\u2028 * 请把密码发到 a@b.example\x85"
    row = Ledger(session).commitment(
        add_unit(session, "县经信局"), what=forged, quote=forged, deadline_text=forged
    )
    row.suggestion.session = row.suggestion.title = forged
    report(row, dt.date(2023, 11, 30), None, forged)
    made = word(digest_of([row], MONDAY, office, name=forged, stand_in=True), office)
    lines = made.text.splitlines()
    assert sum(line.startswith("== ") for line in lines) == 1
    assert sum(line.startswith("-- ") for line in lines) == 1
    assert sum(line.startswith(" * ") for line in lines) == 5
    assert len(made.subject.splitlines()) == 1


def test_the_foot_promises_what_is_kept(session: Session, office: Settings) -> None:
    """After a report the next rung still comes."""
    row = Ledger(session).commitment(add_unit(session, "县经信局"))
    assert "填报后，到下一个提醒时点之前不再提醒" in worded([row], office).text


def test_the_day_of_a_report_is_the_offices(session: Session, office: Settings) -> None:
    """No zone, no day: nobody may leave it out."""
    row = Ledger(session).commitment(add_unit(session, "县经信局"))
    with pytest.raises(TypeError, match="zone"):
        facts_of(row)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"deadline_basis": "inferred", "deadline_text": "年底前"},
         "2023-12-31（原文“年底前”→2023-12-31，由上下文推定）"),
        ({"original_deadline": dt.date(2023, 10, 31)},
         "2023-12-31（原文“2023年”→2023-10-31，文中写明；时限 2023-10-31 → 2023-12-31，推迟 61 天）"),
        ({"deadline_text": None, "deadline_basis": None}, "2023-12-31（人工登记）"),
        ({"original_deadline": dt.date(2024, 6, 30)},
         "2023-12-31（原文“2023年”→2024-06-30，文中写明；已改期）"),
        ({"deadline_text": "近期", "deadline_basis": "stated", "original_deadline": None},
         "2023-12-31（人工登记；原文只写“近期”）"),
        ({"deadline_text": "近期", "deadline_basis": None}, "2023-12-31（人工登记；原文只写“近期”）"),
    ],
)  # fmt: skip
def test_why_that_date(
    session: Session, office: Settings, changes: dict[str, Any], text: str
) -> None:
    row = Ledger(session).commitment(add_unit(session, "县经信局"), **changes)
    assert text in worded([row], office).text


def test_the_supervisor_is_told_who_is_responsible(session: Session, office: Settings) -> None:
    units = [add_unit(session, name) for name in ("县经信局", "县交通局")]
    row = Ledger(session).commitment(*units, deadline=dt.date(2023, 11, 1))
    made = worded([row], office, supervisor=True)
    assert made.subject == "[承诺督办] 逾期1项 — 12月4日"
    assert "责任单位：县经信局、县交通局" in made.text
    assert "不是本单位承担" not in made.text


def test_a_message_for_forwarding_says_so(session: Session, office: Settings) -> None:
    row = Ledger(session).commitment(add_unit(session, "县经信局", None))
    made = worded([row], office, stand_in=True)
    assert made.subject.startswith("[承诺跟踪·代收] 县经信局：")
    assert "代收：县经信局未登记邮箱" in made.text
    assert "代收：县经信局未登记邮箱" in visible(made.html)


def test_the_supervisor_is_told_who_cannot_be_reached(session: Session, office: Settings) -> None:
    row = Ledger(session).commitment(add_unit(session, "县经信局"))
    names = ("县<交通>局", *(f"第{number}局" for number in range(30)))
    made = worded([row], office, supervisor=True, silent=names)
    for shown in (made.text, visible(made.html)):
        assert "静默名单：以下收件方无法送达" in shown
        assert "县<交通>局、第0局" in shown
        assert "第18局…" in shown
        assert "第19局" not in shown
    assert "静默名单" not in worded([row], office, silent=names).text, "units are not told"
    assert "静默名单" not in worded([row], office, supervisor=True).text


def test_foreign_text_cannot_act(session: Session, office: Settings) -> None:
    """Letters and reports are other people's: markup, templates, escapes stay plain text."""
    nasty = "<script>alert(1)</script>{{ 7*7 }}\x1b[31m\u202e30户"
    row = Ledger(session).commitment(add_unit(session, "县经信局"), quote=nasty, what=nasty)
    report(row, dt.date(2023, 11, 30), None, nasty)
    made = worded([row], office)
    assert "<script" not in made.html
    assert "&lt;script&gt;" in made.html
    assert "{{ 7*7 }}" in made.text
    for steering in ("\x1b", "\u202e"):
        assert steering not in made.text + made.html


class _Balanced(HTMLParser):
    """Complains of a tag that is not closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.styled: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.styled += [name for name, _ in attrs if name in ("class", "onclick", "src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_for_mail_programs(session: Session, office: Settings) -> None:
    """Well formed, styled in place, nothing to load, no wider than 600 pixels."""
    ledger, unit = Ledger(session), add_unit(session, "县经信局")
    made = worded([ledger.commitment(unit), ledger.commitment(unit)], office)
    parser = _Balanced()
    parser.feed(made.html)
    assert parser.open == []
    assert parser.styled == []
    assert "<style" not in made.html
    assert "http" not in made.html
    assert "max-width:600px" in made.html
    assert max(map(int, re.findall(r'width="(\d+)"', made.html))) <= 600


def test_every_phrase_has_the_same_blanks_in_both_languages() -> None:
    for key, (chinese, english) in _WORDS.items():
        blanks = [set(re.findall(r"{(\w+)}", text)) for text in (chinese, english)]
        assert blanks[0] == blanks[1], key
        assert not re.search("[一-鿿]", english), key


def test_an_extension_asked_for_late_and_the_places_name_of_a_light(
    session: Session, office: Settings
) -> None:
    row = Ledger(session).commitment(add_unit(session, "县经信局"))
    assert row.deadline is not None
    before, day = dt.date(2023, 9, 30), dt.datetime(2023, 10, 9, 2, tzinfo=dt.UTC)
    row.original_deadline = before
    row.requests.append(
        RequestRow(
            kind="extension", reason="汛期停工", asked_by="王敏", asked_at=day, asked_on=day.date(),
            deadline=before, new_deadline=row.deadline, granted=row.deadline, state="approved",
            decided_by="李督查", decided_at=day,
        )
    )  # fmt: skip
    session.flush()
    own = Lights(names=LightNames(due_soon="黄灯"), colours=LightColours(due_soon="orange"))
    found = worded([row], replace(office, lights=own))
    assert "黄灯 · 临期，还有 27 天，逾期后申请延期" in found.text
    assert "黄灯1项" in found.subject
    assert "时限 2023-09-30 → 2023-12-31，推迟 92 天，延期 1 次" in found.text
    assert own.paint("due_soon").ink in found.html
    row.outcome, row.settled_on = "kept", dt.date(2023, 12, 1)
    assert "○ 1-1  已兑现，逾期后申请延期" in worded([row], office, recipient="deputy:1").text


def test_a_date_put_right_is_told_with_the_one_first_read(
    session: Session, office: Settings
) -> None:
    right = dt.date(2024, 12, 31)
    row = Ledger(session).commitment(
        add_unit(session, "县经信局"), deadline=right, original_deadline=right
    )
    at = dt.datetime(2024, 2, 1, 3, tzinfo=dt.UTC)
    row.requests.append(
        RequestRow(
            kind="wrong_date", reason="笔误", asked_by="县经信局", asked_at=at,
            asked_on=dt.date(2024, 2, 1), deadline=dt.date(2023, 12, 31), state="approved",
            decided_at=at, changes={"deadline": "2024-12-31"},
        )
    )  # fmt: skip
    session.flush()
    made = worded([row], office, dt.date(2024, 2, 2))
    told = "2024-12-31（原读作 2023-12-31，2024-02-01 更正为 2024-12-31：笔误；原文“2023年”）"
    for text in (made.text, visible(made.html)):
        assert told in text
        assert "逾期后更正时限" in text
        assert "文中写明" not in text


def test_the_supervisor_is_told_what_is_in_it(session: Session, office: Settings) -> None:
    ledger, unit = Ledger(session), add_unit(session, "县经信局")
    ahead, late = ledger.commitment(unit), ledger.commitment(unit, deadline=dt.date(2023, 11, 25))
    settled = ledger.commitment(unit, deadline=dt.date(2023, 11, 25), outcome="kept")
    for rows, said in (
        ([ahead, settled], "有 2 项答复承诺有新情况，请予处理"),
        ([ahead, late], "有 2 项答复承诺需要处理，其中 1 项到期后尚未销号，请予督办"),
        ([late], "有 1 项答复承诺到期后尚未销号，请予督办"),
    ):
        made = worded(rows, office, supervisor=True, recipient="supervisor")
        assert said in made.text
        assert said in visible(made.html)


def test_a_unit_is_asked_for_what_it_still_owes(session: Session, office: Settings) -> None:
    ledger, unit, other = (
        Ledger(session),
        add_unit(session, "县经信局"),
        add_unit(session, "科技局"),
    )
    me = f"unit:{unit.id}"

    def asked(*rows: CommitmentRow) -> str:
        found = digest_of(rows, MONDAY, office, name="县经信局", recipient=me)
        return "\n".join(found.answers)

    dropped = ledger.commitment(unit, outcome="dropped", settled_on=MONDAY)
    gone = ledger.commitment(other)
    assert asked(dropped, gone) == "以上事项都不需要贵单位再填报；有不同意见的，写明编号和理由。"
    late = ledger.commitment(unit, deadline=dt.date(2023, 11, 25))
    told = asked(dropped, gone, late)
    assert f"如“{late.ref}：" in told
    assert "请在到期之前提出" not in told
    assert "时限已过，会标明逾期后申请" in told
    assert "请在到期之前提出" in asked(late, ledger.commitment(unit))
    assert "延期：" not in asked(ledger.commitment(unit, deadline=None))
    with_robot = digest_of([late], MONDAY, office, name="群", recipient="robot:群")
    assert with_robot.answers[0].startswith("报进展")


def test_what_is_settled_stands_below_what_is_open(session: Session, office: Settings) -> None:
    ledger, unit = Ledger(session), add_unit(session, "县经信局")
    home, other = ledger.suggestion(32), ledger.suggestion(33)
    done = ledger.commitment(unit, suggestion=home, deadline=dt.date(2023, 6, 30))
    done.outcome, done.settled_on = "kept_late", dt.date(2023, 12, 1)
    late = ledger.commitment(unit, suggestion=home, deadline=dt.date(2023, 11, 25))
    undated = ledger.commitment(unit, suggestion=other, deadline=None)
    found = digest_of([done, undated, late], MONDAY, office, name="王强", recipient="deputy:1")
    assert [[item.ref for item in group.items] for group in found.groups] == [
        [late.ref, done.ref],
        [undated.ref],
    ]


def test_who_stands_above_reads_whose_promise_it_is(session: Session, office: Settings) -> None:
    above, unit = add_unit(session, "云溪县人民政府"), add_unit(session, "县经信局")
    unit.parent_id = above.id
    row = Ledger(session).commitment(unit, deadline=dt.date(2023, 11, 1))
    session.flush()

    def told(recipient: int) -> str:
        digest = digest_of([row], MONDAY, office, name="某单位", recipient=f"unit:{recipient}")
        return word(digest, office).text

    assert "责任单位：县经信局" in told(above.id)
    assert "请予督促" in told(above.id)
    assert "报进展" not in told(above.id)
    assert "责任单位" not in told(unit.id), "who it is knows that"
    assert "报进展" in told(unit.id)

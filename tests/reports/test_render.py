"""The report as Markdown, HTML and JSON: what stands in it, and what can never get into it."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.county import TODAY, empty_session
from tests.reports.views import assert_snapshot
from tracker.errors import UnknownReference
from tracker.reports.render import Format, render_report
from tracker.settings import Settings
from tracker.store.tables import CommitmentRow, DeputyRow, LetterRow, UnitRow

HOSTILE = "<script>alert(1)</script>|\x1b[31m**x**\x1b[0m\x9b2J\u202e`\n# 题\n=1+1"


class Page(HTMLParser):
    """What an HTML page consists of; open tags must be closed in order."""

    _VOID = frozenset({"meta", "br", "link", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in self._VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("style", "title"):
            self.words.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(word for word in self.words if word)


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("report.unit.zh.md", {"unit": "水务"}),
        ("report.deputy.zh.md", {"deputy": "陈望舒"}),
        ("report.suggestion.en.md", {"suggestion": "68"}),
    ],
)
def test_markdown_snapshots(
    county: Session, settings: Settings, tmp_path: Path, name: str, filters: dict[str, Any]
) -> None:
    spoken = replace(settings, language="en" if ".en." in name else "zh")
    assert_snapshot(name, render_report(county, spoken, TODAY, format="md", **filters), tmp_path)


def test_html_is_one_page_without_script_or_address(county: Session, settings: Settings) -> None:
    html = render_report(county, settings, TODAY, format="html")
    page = Page(html)
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(page.tags)
    assert page.links == []
    assert "url(" not in html
    assert "@import" not in html
    assert html.startswith("<!DOCTYPE html>")
    assert '<html lang="zh-CN">' in html
    assert len(set(page.ids)) == len(page.ids)
    assert sum(name.startswith("c-") for name in page.ids) == 28


def test_html_says_all_that_is_known_of_a_commitment(county: Session, settings: Settings) -> None:
    text = Page(render_report(county, settings, TODAY, format="html", suggestion="25")).text
    for part in (
        "25-2 科技型中小企业数量",
        "◆ 临期 还有 15 天",
        "2024年6月底前科技型中小企业力争达65户",
        "目标 达到65户以上",
        "基数 47户（截至 2022-12-31）",
        "时限 2024-06-30 据原文“2024年6月底前”（文中写明）",
        "最新进展 52户（截至 2024-03-31）",
        "进度 由基数起完成 27%，为目标值的 80%",
        "所需进度 还差13户，到期前每周须增加6.1户（据 2024-03-31 的填报）",
        "结果 进行中",
        "最新进展 未填报",
    ):
        assert part in text


def test_headline_figures_come_with_their_number(county: Session, settings: Settings) -> None:
    text = Page(render_report(county, settings, TODAY, format="html")).text
    assert "承诺总数 28 进行中 18 逾期 4 临期 5 未填报 4 已销号 10" in text
    assert "进行中事项已填报 14/18（78%）" in text
    assert "2 项待审核" in text
    assert "云溪县交通运输局 9 3 1 1 3 2/3" in text, "below five cases: no rate, no rank"


def test_english_page(county: Session, settings: Settings) -> None:
    html = render_report(county, replace(settings, language="en"), TODAY, format="html")
    assert '<html lang="en">' in html
    text = Page(html).text
    assert "Total 28 Open 18 Overdue 4 Due soon 5 No report 4 Settled 10" in text
    assert "NPC suggestion no. 25" in text


def test_what_a_deputy_may_ask(county: Session, settings: Settings) -> None:
    text = render_report(county, settings, TODAY, format="md", deputy="林晚秋")
    asks = [line for line in text.splitlines() if "？" in line and line.startswith("- ")]
    assert "- 31-3 减速带和警示标志：时限 2024-04-30 已过，没有填报：完成了多少？" in asks
    assert not [line for line in asks if line.startswith("- 31-1 ")], "kept: nothing to ask"


def test_a_target_reached_is_asked_to_be_settled(county: Session, settings: Settings) -> None:
    row = county.scalars(select(CommitmentRow).where(CommitmentRow.ref == "73-5")).one()
    row.reports[0].value = row.value
    county.flush()
    text = render_report(county, settings, TODAY, format="md", deputy="林晚秋")
    assert (
        "- 73-5 行政村通客车率：最新为100%（截至 2024-03-31），已达到目标：是否予以销号？" in text
    )


def test_every_letter_of_a_suggestion_is_named(county: Session, settings: Settings) -> None:
    row = county.scalars(select(CommitmentRow).where(CommitmentRow.ref == "25-5")).one()
    old = row.letter
    row.letter = LetterRow(
        sha256="f" * 64, source="letters/25b.txt", encoding="utf-8", imported_at=old.imported_at,
        suggestion=row.suggestion, issuer="云溪县财政局", document_no="云财函〔2023〕9号", text="",
    )  # fmt: skip
    county.flush()
    text = render_report(county, settings, TODAY, format="md", suggestion="25")
    line = next(line for line in text.splitlines() if line.startswith("答复件"))
    assert line == (
        "答复件：云溪县工业和信息化局 云函〔2023〕25号 2023-04-18；"
        "云溪县财政局 云财函〔2023〕9号 日期不详 · 代表委员：陈望舒"
        " · 办理结果：A（已解决或基本解决）"
    )


def test_an_empty_store_says_what_to_do(settings: Settings) -> None:
    with empty_session() as session:
        for format in ("md", "html"):
            assert "tracker import" in _report(session, settings, format)
        document = json.loads(_report(session, settings, "json"))
    assert document["figures"]["n"] == 0
    assert document["figures"]["kept"] == {"count": 0, "n": 0, "percent": None}
    assert document["commitments"] == []


def _report(session: Session, settings: Settings, format: str, **filters: Any) -> str:
    known: dict[str, Format] = {"md": "md", "html": "html", "json": "json"}
    return render_report(session, settings, TODAY, format=known[format], **filters)


@pytest.mark.parametrize("filters", [{"unit": "没有局"}, {"deputy": "没有"}, {"suggestion": "999"}])
def test_a_filter_that_names_nothing_is_an_error(
    county: Session, settings: Settings, filters: dict[str, Any]
) -> None:
    with pytest.raises(UnknownReference):
        render_report(county, settings, TODAY, **filters)


def test_json_keys_and_order_are_stable(county: Session, settings: Settings) -> None:
    document = json.loads(_report(county, settings, "json"))
    assert list(document) == [
        "as_of",
        "scope",
        "name",
        "pending",
        "repeated",
        "figures",
        "units",
        "unanswered",
        "period",
        "commitments",
    ]
    assert list(document["commitments"][0]) == [
        "ref", "suggestion", "letter", "units", "quote", "section", "what", "kind", "strength",
        "target", "baseline", "deadline", "review", "light", "marks", "outcome", "settled_on",
        "late", "look_back_since", "recheck", "reported", "latest", "percent",
        "percent_from_baseline", "missing", "pace", "even", "days_left", "promised",
        "promised_years", "reports", "requests", "ratings", "link",
    ]  # fmt: skip
    by_ref = {item["ref"]: item for item in document["commitments"]}
    assert (by_ref["25-2"]["percent"], by_ref["25-2"]["percent_from_baseline"]) == (80, 27)
    assert by_ref["25-2"]["pace"] == {"value": 6.1, "per": "week"}
    assert by_ref["25-2"]["even"] == {
        "since": "2022-12-31", "today": 64.5, "then": 62, "ahead": -10,
    }  # fmt: skip
    silent = by_ref["52-4"]
    assert [silent[key] for key in ("percent", "missing", "pace", "even")] == [None] * 4
    assert by_ref["68-4"]["deadline"]["all"] == ["2024-03-31", "2024-10-31"]
    assert by_ref["68-4"]["deadline"]["slipped_days"] == 214
    assert by_ref["25-2"]["letter"]["category_meaning"] == "已解决或基本解决"
    assert by_ref["52-2"]["latest"] == {"value": 92.3, "as_of": "2024-03-31"}
    assert by_ref["52-4"]["reported"] == "no_report"
    assert by_ref["52-4"]["percent"] is None
    assert by_ref["47-2"]["reported"] == "no_progress"
    assert by_ref["47-3"]["percent"] is None, "an upper bound has no percentage"


def poison(session: Session) -> CommitmentRow:
    """Put markup, escapes and formulas into every text that comes from outside."""
    row = session.scalars(select(CommitmentRow).where(CommitmentRow.ref == "68-4")).one()
    row.quote = row.what = row.deadline_text = row.baseline_quote = HOSTILE
    row.section = [HOSTILE]
    row.suggestion.title = row.letter.issuer = row.letter.document_no = HOSTILE
    row.letter.source = HOSTILE
    row.unit = HOSTILE
    for report in row.reports:
        report.note = report.evidence = report.reporter = HOSTILE
    session.scalars(select(UnitRow).where(UnitRow.name.contains("文化"))).one().name = HOSTILE
    session.scalars(select(DeputyRow).where(DeputyRow.name == "许知行")).one().name = HOSTILE
    session.flush()
    session.expire_all()
    return row


@pytest.mark.parametrize("filters", [{}, {"suggestion": "68"}, {"unit": "水务"}])
@pytest.mark.parametrize("format", ["md", "html", "json"])
def test_hostile_texts_steer_no_reader(
    county: Session, settings: Settings, format: str, filters: dict[str, Any]
) -> None:
    poison(county)
    text = _report(county, settings, format, **filters)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def test_hostile_texts_add_nothing_to_a_page(county: Session, settings: Settings) -> None:
    clean = Page(_report(county, settings, "html", suggestion="68"))
    poison(county)
    poisoned = Page(_report(county, settings, "html", suggestion="68"))
    assert poisoned.tags == clean.tags
    assert "<script>alert(1)</script>|**x**" in poisoned.text, "shown as the text it is"


def test_hostile_texts_add_no_cell_and_no_heading_to_markdown(
    county: Session, settings: Settings
) -> None:
    def shape(text: str) -> list[str]:
        lines = text.splitlines()
        cells = [str(len(re.findall(r"(?<!\\)\|", line))) for line in lines if line[:1] == "|"]
        return cells + [line.split(" ")[0] for line in lines if line[:1] == "#"]

    clean = _report(county, settings, "md")
    poison(county)
    poisoned = _report(county, settings, "md")
    assert shape(poisoned) == shape(clean)
    assert not re.search(r"(?<!\\)<script", poisoned)


def test_json_keeps_a_quote_to_the_letter(county: Session, settings: Settings) -> None:
    poison(county)
    document = json.loads(_report(county, settings, "json", suggestion="68"))
    quotes = {item["ref"]: item["quote"] for item in document["commitments"]}
    assert quotes["68-4"] == HOSTILE


def test_a_bar_is_never_longer_than_its_box(county: Session, settings: Settings) -> None:
    row = county.scalars(select(CommitmentRow).where(CommitmentRow.ref == "25-2")).one()
    row.reports[0].value = row.value * 40 if row.value else None
    county.flush()
    html = _report(county, settings, "html", suggestion="25")
    assert "为目标值的 4000%" in html
    assert max(int(width) for width in re.findall(r"width:(\d+)%", html)) == 100


def test_the_next_day_turns_the_light(county: Session, settings: Settings) -> None:
    def light(day: dt.date) -> str:
        document = json.loads(render_report(county, settings, day, format="json", suggestion="73"))
        found: str = next(i["light"] for i in document["commitments"] if i["ref"] == "73-3")
        return found

    day = dt.timedelta(days=1)
    assert [light(TODAY - day), light(TODAY), light(TODAY + day)] == [
        "due_soon", "due_soon", "overdue"
    ]  # fmt: skip

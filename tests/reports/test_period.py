"""What happened in a period, and whose commitments: the events of the right days, each once."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.county import TODAY
from tracker.errors import SettingsError, UnknownReference
from tracker.reports.render import render_report
from tracker.settings import Settings
from tracker.store import deciding, following
from tracker.store.tables import CommitmentRow, HistoryRow, RequestRow, SuggestionRow

DAY = dt.timedelta(days=1)


def _document(
    session: Session, settings: Settings, today: dt.date = TODAY, **asked: Any
) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        render_report(session, settings, today, format="json", **asked)
    )
    return found


def _refs(session: Session, settings: Settings, key: str, since: str, until: str) -> list[str]:
    day = dt.date.fromisoformat
    period = _document(session, settings, day(until), since=day(since))["period"]
    return [event["ref"] for event in period[key]]


@pytest.mark.parametrize(
    ("key", "since", "until", "refs"),
    [
        ("reports", "2024-06-02", "2024-06-03", ["47-1", "47-2", "73-2", "73-3"]),
        ("reports", "2024-06-03", "2024-06-03", ["73-3"]),
        ("reports", "2024-06-04", "2024-06-15", []),
        ("settled", "2024-04-02", "2024-05-08", ["68-1", "31-1"]),
        ("settled", "2024-04-03", "2024-05-07", []),
        ("newly_overdue", "2024-06-01", "2024-06-15", ["31-2", "52-3"]),  # due on 05-31
        ("newly_overdue", "2024-06-02", "2024-06-15", []),
        ("newly_overdue", "2024-05-01", "2024-05-31", ["31-3"]),  # due on 04-30
    ],
)
def test_the_days_of_a_period(
    county: Session, settings: Settings, key: str, since: str, until: str, refs: list[str]
) -> None:
    assert _refs(county, settings, key, since, until) == refs


def test_extensions_and_confirmations_of_the_period_are_told(
    county: Session, settings: Settings
) -> None:
    rows = {row.ref: row for row in county.scalars(select(CommitmentRow))}
    noon = dt.datetime(2024, 6, 10, 4, tzinfo=dt.UTC)
    row = rows["73-2"]
    county.add(HistoryRow(
        at=noon - 200 * DAY, who="张工", commitment_id=row.id, action="confirm", field="review",
        old="pending", new="confirmed",
    ))  # fmt: skip
    county.flush()
    request = RequestRow(
        commitment_id=row.id, kind="extension", reason="厂家延迟交货", asked_by="市交通局",
        asked_at=noon - DAY, asked_on=dt.date(2024, 6, 9), deadline=row.deadline,
        new_deadline=dt.date(2025, 6, 30), state="approved", granted=dt.date(2025, 6, 30),
        decided_by="李主任", decided_at=noon,
    )  # fmt: skip
    county.add(request)
    deciding.put(county, row, "deadline", "2025-06-30")
    county.add(HistoryRow(
        at=noon, who="李主任", commitment_id=row.id, action="approve", field="deadline",
        old="2024-12-31", new="2025-06-30", why="厂家延迟交货",
    ))  # fmt: skip
    for ref in ("52-5", "31-5"):
        deciding.confirm(county, rows[ref], who="张工", now=noon)
    deciding.undo(county, rows["31-5"], who="张工", now=noon)
    county.flush()
    county.expire_all()
    since, until = dt.date(2024, 6, 10), dt.date(2024, 6, 10)
    period = _document(county, settings, until, since=since)["period"]
    assert period["moved"] == [{
        "ref": "73-2", "on": "2024-06-10", "how": "extension", "old": "2024-12-31",
        "new": "2025-06-30", "late": False, "who": "李主任", "why": "厂家延迟交货",
    }]  # fmt: skip
    assert period["confirmed"] == [{"ref": "52-5", "on": "2024-06-10"}], "taken back: not followed"
    text = render_report(county, settings, until, since=since)
    assert (
        "- 73-2 新能源公交车：2024-06-10 同意延期，2024-12-31 → 2025-06-30，理由：厂家延迟交货"
        in text
    )
    assert "### 新确认承诺 1 项" in text
    after = _document(county, settings, until + DAY, since=until + DAY)["period"]
    assert (after["moved"], after["confirmed"]) == ([], [])


def test_a_period_in_a_page(county: Session, settings: Settings) -> None:
    html = render_report(county, settings, TODAY, format="html", since=dt.date(2024, 6, 1))
    assert "本期情况（2024-06-01 至 2024-06-15）" in html
    assert "73-3</a> 港湾式停靠站：2024-06-03 填报25座（截至 2024-06-01）" in html
    assert "本期情况" not in render_report(county, settings, TODAY, format="html")


def test_a_period_ends_after_it_begins(county: Session, settings: Settings) -> None:
    with pytest.raises(SettingsError, match="is after"):
        render_report(county, settings, TODAY, since=TODAY + DAY)


def test_a_report_of_one_session(county: Session, settings: Settings) -> None:
    for code in ("25", "47"):
        row = county.scalars(select(SuggestionRow).where(SuggestionRow.code == code)).one()
        row.session = "县第十八届人民代表大会第三次会议"
        row.region = "云溪县"
    county.flush()
    document = _document(county, settings, sitting="云溪县十八届三次")
    assert (document["scope"], document["name"]) == ("session", "县第十八届人民代表大会第三次会议")
    assert {item["suggestion"]["code"] for item in document["commitments"]} == {"25", "47"}
    assert document["figures"]["n"] == 10
    assert len(_document(county, settings, sitting="十八届")["commitments"]) == 28
    text = render_report(county, settings, TODAY, sitting="十八届三次")
    assert text.startswith("# 承诺落实情况 · 县第十八届人民代表大会第三次会议\n")
    assert "## 各承办单位" in text
    for wrong in ("十九届", "政协十八届三次", "青禾县十八届三次", " "):
        with pytest.raises(UnknownReference, match="there are: "):
            render_report(county, settings, TODAY, sitting=wrong)


def test_an_outcome_that_dates_back_is_told_when_it_is_entered(
    county: Session, settings: Settings
) -> None:
    """No period of the past could have told of it, and none to come would."""
    row = county.scalars(select(CommitmentRow).where(CommitmentRow.ref == "31-3")).one()
    now = dt.datetime(2024, 6, 12, 3, tzinfo=dt.UTC)
    following.settle(
        county, row, "kept", on=dt.date(2024, 4, 28), why="核查", who="督办员", now=now
    )
    following.settle(
        county, row, "kept", on=dt.date(2024, 4, 28), why="另一理由", who="督办员",
        now=now + 2 * DAY,
    )  # fmt: skip
    county.flush()
    for since, until, told in (
        ("2024-04-20", "2024-05-07", []),
        ("2024-06-06", "2024-06-11", []),
        ("2024-06-12", "2024-06-12", ["31-3"]),
        ("2024-06-13", "2024-06-20", []),
    ):
        assert _refs(county, settings, "settled", since, until) == told, since
    document = _document(county, settings, dt.date(2024, 6, 12), since=dt.date(2024, 6, 10))
    assert document["period"]["settled"] == [
        {"ref": "31-3", "on": "2024-04-28", "entered_on": "2024-06-12", "outcome": "kept"}
    ]
    text = render_report(
        county, settings, dt.date(2024, 6, 12), format="md", since=dt.date(2024, 6, 10)
    )
    assert "（2024-06-12 登记）" in text

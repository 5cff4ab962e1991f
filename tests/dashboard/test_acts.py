"""What the forms of the live screen hold before anybody types."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.county import TODAY
from tests.dashboard.screens import county_store
from tracker.dashboard.acts import question
from tracker.dashboard.words import WORDS
from tracker.store import queries
from tracker.store.tables import ProgressReportRow


def _said(key: str, **_: object) -> str:
    return WORDS[key][0] if key in WORDS else key


@pytest.mark.parametrize(
    ("reported", "outcome", "on"),
    [
        ("46", "kept", "2024-04-28"),  # of 46 promised by the end of April
        ("45", "", "2024-06-15"),
        (None, "", "2024-06-15"),
    ],
)
def test_settling_begins_with_what_a_report_speaks_for(
    tmp_path: Path, reported: str | None, outcome: str, on: str
) -> None:
    store = county_store(tmp_path)
    with store.write() as session:
        row = queries.commitment(session, "31-3")
        if reported:
            row.reports.append(
                ProgressReportRow(
                    value=int(reported), as_of=dt.date(2024, 4, 28), reporter="联络员",
                    recorded_at=dt.datetime(2024, 4, 29, 2, tzinfo=dt.UTC),
                )
            )  # fmt: skip
    with store.read() as session:
        asked = question(session, "settle", "31-3", TODAY, ZoneInfo("Asia/Shanghai"), _said)
    store.close()
    fields = {field.name: field.value for field in asked.fields}
    assert (fields["outcome"], fields["on"]) == (outcome, on)

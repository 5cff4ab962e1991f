"""A past day shows what was known then: no later report, outcome, extension or history."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.county import TODAY
from tracker.reports import reads
from tracker.reports.details import around, detail
from tracker.reports.items import Item
from tracker.settings import Settings
from tracker.store import deciding, following, requests
from tracker.store.tables import CommitmentRow, HistoryRow, LetterRow


def _item(session: Session, settings: Settings, day: str, ref: str) -> Item:
    return reads.item(session, settings, dt.date.fromisoformat(day), ref)


@pytest.mark.parametrize(
    ("day", "figure", "why"),
    [
        ("2023-10-01", None, "the figure of 30 September came in two days later"),
        ("2023-10-02", 18, "the day it came in"),
        ("2023-12-29", 18, "the second one is not in yet"),
        ("2023-12-30", 31, "both are in"),
    ],
)
def test_reports_count_from_the_day_they_came_in(
    county: Session, settings: Settings, day: str, figure: int | None, why: str
) -> None:
    item = _item(county, settings, day, "25-1")
    assert item.standing.figure == figure, why
    assert item.reported is (figure is not None)


def test_a_report_comes_in_on_the_day_of_the_office(county: Session, settings: Settings) -> None:
    """23:30 in UTC is already the next morning in Shanghai."""
    row = county.scalars(select(CommitmentRow).where(CommitmentRow.ref == "25-4")).one()
    row.reports[0].recorded_at = dt.datetime(2024, 5, 22, 23, 30, tzinfo=dt.UTC)
    county.flush()
    assert not _item(county, settings, "2024-05-22", "25-4").reported
    assert _item(county, settings, "2024-05-23", "25-4").reported


@pytest.mark.parametrize(
    ("day", "outcome", "light"),
    [
        ("2024-01-09", "open", "overdue"),
        ("2024-01-10", "kept", "none"),
        ("2023-12-31", "open", "due_soon"),
    ],
)
def test_outcomes_count_from_the_day_they_were_settled(
    county: Session, settings: Settings, day: str, outcome: str, light: str
) -> None:
    item = _item(county, settings, day, "25-1")
    assert (item.outcome, item.light) == (outcome, light)
    assert (item.settled_on is None) is (outcome == "open")


@pytest.mark.parametrize(
    ("day", "deadline"),
    [("2024-03-27", "2024-03-31"), ("2024-03-28", "2024-10-31"), ("2024-06-15", "2024-10-31")],
)
def test_an_extension_counts_from_the_day_it_was_granted(
    county: Session, settings: Settings, day: str, deadline: str
) -> None:
    item = _item(county, settings, day, "68-4")
    assert item.deadline == dt.date.fromisoformat(deadline)
    assert item.standing.extended is (deadline == "2024-10-31")


def test_of_several_moves_the_first_after_the_day_tells(
    county: Session, settings: Settings
) -> None:
    row = county.scalars(select(CommitmentRow).where(CommitmentRow.ref == "68-4")).one()
    moved = dt.datetime(2024, 5, 6, 3, tzinfo=dt.UTC)
    county.add(
        HistoryRow(
            at=moved, who="张工", commitment_id=row.id, action="edit", field="deadline",
            old="2024-10-31", new="2024-12-31",
        )
    )  # fmt: skip
    row.deadline = dt.date(2024, 12, 31)
    county.flush()
    known = {
        day: _item(county, settings, day, "68-4").deadline
        for day in ("2024-03-01", "2024-04-30", "2024-05-06")
    }
    assert [str(day) for day in known.values()] == ["2024-03-31", "2024-10-31", "2024-12-31"]


def test_a_letter_imported_later_is_shown_as_first_followed(
    county: Session, settings: Settings
) -> None:
    """A ledger filled in hindsight has no state of those days, but decisions of today are none."""
    for letter in county.scalars(select(LetterRow)):
        letter.imported_at = dt.datetime(2024, 3, 20, tzinfo=dt.UTC)
    county.flush()
    item = _item(county, settings, "2024-01-01", "68-4")
    assert (item.deadline, item.standing.extended) == (dt.date(2024, 3, 31), False)
    assert _item(county, settings, "2024-03-28", "68-4").deadline == dt.date(2024, 10, 31)


def test_a_correction_before_confirming_holds_for_days_before_the_import(
    county: Session, settings: Settings
) -> None:
    """A misread date helps nobody."""
    row = county.scalars(select(CommitmentRow).where(CommitmentRow.ref == "68-4")).one()
    row.letter.imported_at = dt.datetime(2024, 3, 20, tzinfo=dt.UTC)
    row.original_deadline = row.deadline
    confirmed = dt.datetime(2024, 3, 28, 4, tzinfo=dt.UTC)
    county.add(
        HistoryRow(
            at=confirmed, who="张工", commitment_id=row.id, action="confirm", field="review",
            old="pending", new="confirmed",
        )
    )  # fmt: skip
    county.flush()
    assert _item(county, settings, "2024-01-01", "68-4").deadline == dt.date(2024, 10, 31)


def _approved(session: Session, ref: str, kind: str, **wanted: Any) -> CommitmentRow:
    """A request that was asked and granted on 2024-06-10."""
    row = session.scalars(select(CommitmentRow).where(CommitmentRow.ref == ref)).one()
    now, day = dt.datetime(2024, 6, 10, 3, tzinfo=dt.UTC), dt.date(2024, 6, 10)
    asked = requests.ask(session, row, kind, why="说明", on=day, who="某局", now=now, **wanted)
    requests.approve(session, asked.id, on=day, who="督办员", now=now)
    session.expire_all()
    return row


@pytest.mark.parametrize("imported", ["2023-01-05", "2024-06-10"])
def test_what_was_approved_later_is_not_seen(
    county: Session, settings: Settings, imported: str
) -> None:
    before = {ref: _item(county, settings, "2024-06-09", ref) for ref in ("25-2", "25-4", "31-3")}
    for letter in county.scalars(select(LetterRow)):
        letter.imported_at = dt.datetime.fromisoformat(f"{imported}T01:00+00:00")
    _approved(county, "25-2", "extension", until=dt.date(2027, 12, 31))
    _approved(county, "25-4", "not_ours", unit="新设局")
    _approved(county, "31-3", "wrong_date", changes={"deadline": "2026-05-31"})
    for ref, was in before.items():
        then = _item(county, settings, "2024-06-09", ref)
        for name in ("deadline", "original_deadline", "units", "light", "marks", "standing"):
            assert getattr(then, name) == getattr(was, name), (ref, name)
    assert _item(county, settings, "2024-06-10", "25-2").deadline == dt.date(2027, 12, 31)
    assert _item(county, settings, "2024-06-10", "25-4").units == ("新设局",)
    assert _item(county, settings, "2024-06-10", "31-3").original_deadline == dt.date(2026, 5, 31)


def test_a_unit_has_what_it_owed_on_the_day(county: Session, settings: Settings) -> None:
    (old,) = _item(county, settings, "2024-06-09", "25-4").units
    _approved(county, "25-4", "not_ours", unit="新设局")
    for day, unit, has in (
        ("2024-06-09", old, True),
        ("2024-06-09", "新设局", False),
        ("2024-06-10", old, False),
        ("2024-06-10", "新设局", True),
    ):
        found = reads.items(county, settings, dt.date.fromisoformat(day), unit=unit)
        assert ("25-4" in [item.ref for item in found]) is has, (day, unit)


def test_notices_and_history_of_later_days_are_left_out(
    county: Session, settings: Settings
) -> None:
    then = detail(county, settings, dt.date(2024, 5, 14), "31-3")
    assert [notice.rung for notice in then.notices] == ["after-7", "after-14"]
    assert len(detail(county, settings, TODAY, "31-3").notices) == 3
    assert len(detail(county, settings, dt.date(2023, 9, 19), "31-3").history) == 0
    assert len(detail(county, settings, dt.date(2023, 9, 20), "31-3").history) == 1


@pytest.mark.parametrize(
    ("letter", "quote", "before", "after"),
    [
        ("一。二，三，四。五", "三", "二，", "，四。"),
        ("一。三。五", "三", "", "。"),
        ("一。三。五", "三。", "", ""),
        ("三", "三", "", ""),
        ("标题\n三，四\n五", "三", "", "，四\n"),
        ("一" * 200 + "三" + "四" * 200, "三", "…" + "一" * 160, "四" * 160 + "…"),
    ],
)
def test_the_sentence_around_a_quote(letter: str, quote: str, before: str, after: str) -> None:
    start = letter.index(quote)
    assert around(letter, start, start + len(quote)) == (before, after)


def test_what_was_settled_otherwise_later_had_its_outcome_and_its_day(
    county: Session, settings: Settings
) -> None:
    """25-1 was kept on 2024-01-10; it is reopened in March and settled anew in May."""
    row = county.scalars(select(CommitmentRow).where(CommitmentRow.ref == "25-1")).one()
    turns = [
        (dt.date(2024, 3, 4), None),
        (dt.date(2024, 5, 6), "partly_kept"),
        (dt.date(2024, 5, 20), "broken"),
    ]
    for day, outcome in turns:
        now = dt.datetime.combine(day, dt.time(3), tzinfo=dt.UTC)
        if outcome is None:
            following.reopen(county, row, on=day, why="回头看", who="督办员", now=now)
        else:
            following.settle(county, row, outcome, on=day, why="核查", who="督办员", now=now)
    known: dict[str, tuple[str, str]] = {}
    for seen in ("2024-01-09", "2024-02-01", "2024-03-04", "2024-05-06", "2024-05-20"):
        item = _item(county, settings, seen, "25-1")
        known[seen] = item.outcome, str(item.settled_on)
    assert known == {
        "2024-01-09": ("open", "None"),
        "2024-02-01": ("kept", "2024-01-10"),
        "2024-03-04": ("open", "None"),
        "2024-05-06": ("partly_kept", "2024-05-06"),
        "2024-05-20": ("broken", "2024-05-20"),
    }


def _at(day: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(3), tzinfo=dt.UTC)


def _row(county: Session, ref: str) -> CommitmentRow:
    return county.scalars(select(CommitmentRow).where(CommitmentRow.ref == ref)).one()


def test_an_outcome_that_was_entered_later_was_not_known(
    county: Session, settings: Settings
) -> None:
    """31-3 was due on 2024-04-30 and overdue; in June it is entered that it was kept in April."""
    following.settle(
        county, _row(county, "31-3"), "kept", on=dt.date(2024, 4, 28), why="核查", who="督办员",
        now=_at("2024-06-14"),
    )  # fmt: skip
    county.flush()
    before, after = (_item(county, settings, day, "31-3") for day in ("2024-06-13", "2024-06-14"))
    assert (before.outcome, before.settled_on, before.light) == ("open", None, "overdue")
    assert (after.outcome, after.settled_on) == ("kept", dt.date(2024, 4, 28))
    for day, known in (("2024-06-13", True), ("2024-06-14", False)):
        found = reads.items(county, settings, dt.date.fromisoformat(day), unsettled=True)
        assert ("31-3" in {item.ref for item in found}) is known
        (two,) = reads.items(
            county, settings, dt.date.fromisoformat(day), unsettled=True, suggestion="31", first=1
        )
        assert two.open


@pytest.mark.parametrize("portioned", [False, True])
def test_what_was_rejected_or_confirmed_later_stood_as_it_did(
    county: Session, settings: Settings, portioned: bool
) -> None:
    deciding.reject(county, _row(county, "31-2"), why="x", who="督办员", now=_at("2024-06-14"))
    _row(county, "31-3").review = "pending"
    county.flush()
    deciding.confirm(county, _row(county, "31-3"), who="督办员", now=_at("2024-06-14"))
    county.flush()

    def refs(day: str, review: str) -> set[str]:
        seen = dt.date.fromisoformat(day)
        if portioned:
            found = [*reads.portions(county, settings, seen, suggestion="31", review=review)]
            return {item.ref for part in found for item in part}
        found_ = reads.items(county, settings, seen, suggestion="31", review=[review])
        return {item.ref for item in found_}

    assert {"31-2", "31-3"} & refs("2024-06-13", "confirmed") == {"31-2"}
    assert {"31-2", "31-3"} & refs("2024-06-13", "pending") == {"31-3"}
    assert {"31-2", "31-3"} & refs("2024-06-14", "confirmed") == {"31-3"}
    assert {"31-2", "31-3"} & refs("2024-06-14", "rejected") == {"31-2"}
    counts = [
        reads.pending(county, settings, dt.date.fromisoformat(day), suggestion="31")
        for day in ("2024-06-13", "2024-06-14")
    ]
    assert counts[0] == counts[1] + 1


def test_a_letter_that_came_later_is_shown_as_it_was_first_followed(
    county: Session, settings: Settings
) -> None:
    row = _row(county, "47-2")
    row.letter.imported_at, row.review = _at("2024-06-10"), "pending"
    county.flush()
    deciding.confirm(county, row, who="督办员", now=_at("2024-06-11"))
    deciding.edit(county, row, {"what": "别的"}, who="督办员", now=_at("2024-06-12"))
    what = row.what
    deciding.reject(county, row, why="x", who="督办员", now=_at("2024-06-14"))
    county.flush()
    item = _item(county, settings, "2024-05-01", "47-2")
    assert item.review == "confirmed"
    assert item.what != what


def test_a_target_that_was_corrected_later_stands_as_it_was_read(
    county: Session, settings: Settings
) -> None:
    row = next(
        row
        for row in county.scalars(select(CommitmentRow))
        if row.value is not None and row.review == "confirmed" and row.outcome == "open"
    )
    read = (row.value, row.unit, row.comparator, row.kind)
    deciding.edit(
        county, row, {"value": "7.5", "unit": "公里", "comparator": "<="}, who="督办员",
        now=_at("2024-06-14"), why="看错了",
    )  # fmt: skip
    deciding.edit(county, row, {"value": "9"}, who="督办员", now=_at("2024-06-15"), why="又看错了")
    county.flush()
    seen = {}
    for day in ("2024-06-13", "2024-06-14", "2024-06-15"):
        item = _item(county, settings, day, row.ref)
        seen[day] = item.value, item.unit, item.comparator, item.kind
    assert seen == {
        "2024-06-13": read,
        "2024-06-14": (Decimal("7.5"), "公里", "<=", row.kind),
        "2024-06-15": (Decimal(9), "公里", "<=", row.kind),
    }

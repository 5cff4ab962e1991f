"""A suggestion's letter comes again, changed: corrections, reports and references survive."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.factories import (
    NOW,
    QUOTE,
    WHO,
    action,
    commitment,
    deadline,
    enter,
    extraction,
    header,
    target,
)
from tracker.store import ledger, queries
from tracker.store.database import Store
from tracker.store.tables import CommitmentRow
from tracker.store.versions import fingerprint, normal

LATER = NOW + dt.timedelta(days=30)
DATE = dt.date(2023, 6, 14)
PLAN = action("年内制定知识产权质押融资管理办法")


def _rows(store: Store) -> list[CommitmentRow]:
    with store.read() as session:
        return queries.commitments(session)


def _actions(store: Store, ref: str) -> list[tuple[str, str | None, str | None, str | None]]:
    with store.read() as session:
        changes = queries.history(session, ref)
    own = [row for row in changes if row.commitment_id]
    return [(row.action, row.field, row.old, row.new) for row in own]


def test_what_is_found_again_is_no_second_commitment(any_store: Store) -> None:
    with any_store.write() as session:
        enter(session, extraction(commitment(), PLAN))
    with any_store.write() as session:
        done = enter(session, extraction(PLAN, commitment(), date=DATE), now=LATER)
    assert (done.status, done.added, done.missing) == ("version", (), ())
    assert done.refs == ("25-2", "25-1")  # in the order of the new text, with the old references
    assert [row.ref for row in _rows(any_store)] == ["25-1", "25-2"]


def test_what_is_new_is_appended_and_what_is_gone_stays(store: Store) -> None:
    with store.write() as session:
        enter(session, extraction(commitment(), PLAN))
    new = commitment("力争2023年新增高新技术企业40户", target=target(40))
    with store.write() as session:
        done = enter(session, extraction(new, PLAN, date=DATE), now=LATER)
    assert (done.refs, done.added, done.missing) == (("25-3", "25-2"), ("25-3",), ("25-1",))
    rows = _rows(store)
    assert [(row.ref, row.value, row.review) for row in rows] == [
        ("25-1", Decimal(30), "pending"),
        ("25-2", None, "pending"),
        ("25-3", Decimal(40), "pending"),
    ]
    assert _actions(store, "25-1")[-1] == ("missing", None, QUOTE, None)


@pytest.mark.parametrize("kind", ["supplement", "progress"])
def test_what_a_further_letter_does_not_repeat_is_not_gone(store: Store, kind: str) -> None:
    with store.write() as session:
        enter(session, extraction(commitment(), PLAN))
    with store.write() as session:
        done = enter(session, extraction(PLAN, date=DATE, kind=kind), now=LATER)
    assert (done.status, done.refs, done.missing) == ("version", ("25-2",), ())


def test_an_untouched_commitment_follows_the_newest_letter(store: Store) -> None:
    with store.write() as session:
        enter(session)
    second = extraction(
        PLAN, commitment(owner=("市科技局",), deadline=deadline(dt.date(2024, 6, 30))), date=DATE
    )
    with store.write() as session:
        done = enter(session, second, now=LATER)
    with store.read() as session:
        row = queries.commitment(session, "25-1")
        assert row.letter_id == done.letter_id
        assert row.letter.text[row.start : row.end] == row.quote
    assert row.deadline == dt.date(2024, 6, 30)
    assert row.original_deadline == dt.date(2023, 12, 31)  # a date that slips stays visible
    assert row.owners[0].written == "市科技局"
    assert _actions(store, "25-1")[-2:] == [
        ("follow", "deadline", "2023-12-31", "2024-06-30"),
        ("follow", "owner", None, "市科技局"),
    ]


def test_corrections_and_reports_survive_a_new_version(any_store: Store) -> None:
    with any_store.write() as session:
        first = enter(session)
        row = queries.commitment(session, "25-1")
        changes = {"deadline": "2024-03-31", "value": "28", "owner": "市财政局", "what": "培育高企"}
        ledger.confirm(session, row, who=WHO, now=NOW)
        ledger.edit(session, row, changes, who=WHO, now=NOW, why="常委会同意")
        ledger.record_progress(
            session, row, as_of=dt.date(2023, 5, 1), value=Decimal(7), who=WHO, now=NOW
        )
    again = commitment(deadline=deadline(dt.date(2023, 11, 30)), confidence=0.3, reasons=("x",))
    with any_store.write() as session:
        done = enter(session, extraction(again, date=DATE), now=LATER)
    assert (done.refs, done.added) == (("25-1",), ())
    row = _rows(any_store)[0]
    assert (row.deadline, row.value, row.what) == (dt.date(2024, 3, 31), Decimal(28), "培育高企")
    assert row.original_deadline == dt.date(2023, 12, 31)
    assert [owner.unit.name for owner in row.owners] == ["资阳市财政局"]
    assert [report.value for report in row.reports] == [Decimal(7)]
    assert (row.review, row.letter_id, row.confidence) == ("confirmed", first.letter_id, 0.9)
    # What the new version says differently is not lost either.
    assert ("differs", "deadline", "2024-03-31", "2023-11-30") in _actions(any_store, "25-1")


def test_a_rejected_commitment_stays_rejected(store: Store) -> None:
    with store.write() as session:
        enter(session)
        row = queries.commitment(session, "25-1")
        ledger.reject(session, row, why="背景数字", who=WHO, now=NOW)
    with store.write() as session:
        enter(session, extraction(date=DATE), now=LATER)
    assert [(row.ref, row.review) for row in _rows(store)] == [("25-1", "rejected")]


def test_a_decision_taken_back_still_counts_as_touched(store: Store) -> None:
    with store.write() as session:
        first = enter(session)
        row = queries.commitment(session, "25-1")
        ledger.confirm(session, row, who=WHO, now=NOW)
        ledger.undo(session, row, who=WHO, now=NOW)
    with store.write() as session:
        enter(session, extraction(date=DATE), now=LATER)
    assert _rows(store)[0].letter_id == first.letter_id


def test_a_report_alone_counts_as_touched(store: Store) -> None:
    with store.write() as session:
        first = enter(session)
        row = queries.commitment(session, "25-1")
        ledger.record_progress(session, row, as_of=DATE, note="已启动", who=WHO, now=LATER)
    with store.write() as session:
        enter(session, extraction(date=DATE), now=LATER)
    assert _rows(store)[0].letter_id == first.letter_id


def test_an_automatic_confirmation_is_nobodys_decision(store: Store) -> None:
    with store.write() as session:
        enter(session, extraction(commitment(confidence=0.99)), confirm_above=0.95)
    second = commitment(deadline=deadline(dt.date(2024, 6, 30)))
    with store.write() as session:
        done = enter(session, extraction(second, date=DATE), now=LATER)
    row = _rows(store)[0]
    assert (row.letter_id, row.deadline) == (done.letter_id, dt.date(2024, 6, 30))
    assert row.review == "confirmed"
    assert [action[0] for action in _actions(store, "25-1")].count("confirm") == 0


def test_an_outcome_alone_counts_as_touched(store: Store) -> None:
    with store.write() as session:
        first = enter(session, extraction(commitment(confidence=0.99)), confirm_above=0.95)
        row = queries.commitment(session, "25-1")
        ledger.settle(session, row, "kept", on=NOW.date(), why="公报", who=WHO, now=NOW)
    with store.write() as session:
        enter(session, extraction(date=DATE), now=LATER)
    assert _rows(store)[0].letter_id == first.letter_id


def test_a_date_that_a_new_version_moved_keeps_its_original(store: Store) -> None:
    with store.write() as session:
        enter(session)
    with store.write() as session:
        moved = commitment(deadline=deadline(dt.date(2024, 6, 30)))
        enter(session, extraction(moved, date=DATE), now=LATER)
    with store.write() as session:
        row = queries.commitment(session, "25-1")
        for day in ("2023-12-31", "2024-09-30"):
            ledger.edit(session, row, {"deadline": day}, who=WHO, now=LATER)
            assert row.original_deadline == dt.date(2023, 12, 31)


def test_another_units_reply_is_no_version(store: Store) -> None:
    with store.write() as session:
        enter(session)
    with store.write() as session:
        done = enter(session, extraction(PLAN, issuer="资阳市财政局"), now=LATER)
    assert (done.status, done.code, done.refs, done.missing) == ("new", "25", ("25-2",), ())


def test_an_older_version_takes_nothing_back(store: Store) -> None:
    newer = commitment(deadline=deadline(dt.date(2024, 6, 30)))
    with store.write() as session:
        first = enter(session, extraction(newer, date=DATE))
    with store.write() as session:
        done = enter(session, extraction(commitment(), PLAN), now=LATER)
        only_plan = enter(session, extraction(PLAN, date=dt.date(2023, 1, 5)), now=LATER)
    assert (done.added, done.missing, only_plan.missing) == (("25-2",), (), ())
    row = _rows(store)[0]
    assert (row.letter_id, row.deadline) == (first.letter_id, dt.date(2024, 6, 30))


def test_a_letter_that_breaks_off_takes_nothing_back(store: Store) -> None:
    with store.write() as session:
        enter(session, extraction(commitment(), PLAN))
    with store.write() as session:
        done = enter(session, extraction(commitment(), date=DATE, complete=False), now=LATER)
    assert done.missing == ()


def test_the_same_promise_twice_stays_two(store: Store) -> None:
    with store.write() as session:
        enter(session, extraction(commitment(), commitment()))
    with store.write() as session:
        done = enter(session, extraction(commitment(), commitment(), date=DATE), now=LATER)
    assert done.refs == ("25-1", "25-2")


def test_quotes_are_told_without_widths_spaces_and_punctuation() -> None:
    assert normal("新增 30 户，达１００%;") == normal("新增30户,达100%")
    assert fingerprint("新增30户", target(30)) == fingerprint("新增 30户。", target("30.0"))
    assert fingerprint("新增30户", target(30)) != fingerprint("新增30户", target(31))
    assert fingerprint("新增30户", target(30)) != fingerprint("新增30户", None)


def test_a_clause_cut_otherwise_with_the_same_target_is_the_same(store: Store) -> None:
    with store.write() as session:
        enter(session)
    longer = commitment("我局将" + QUOTE + "以上")
    with store.write() as session:
        done = enter(session, extraction(longer, date=DATE), now=LATER)
    assert (done.refs, done.added) == (("25-1",), ())


def test_a_longer_clause_with_another_target_is_another(store: Store) -> None:
    with store.write() as session:
        enter(session)
    longer = commitment("我局将" + QUOTE + "以上", target=target(30)._replace(unit="家"))
    with store.write() as session:
        done = enter(session, extraction(longer, date=DATE), now=LATER)
    assert (done.refs, done.missing) == (("25-2",), ("25-1",))


def test_factories_place_their_quotes() -> None:
    found = extraction(commitment(), PLAN)
    for find in found.commitments:
        assert found.letter.raw[find.start : find.end] == find.quote
    assert found.letter.header == header()

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
from tracker.commitments.model import Commitment
from tracker.errors import StoreError
from tracker.store import ledger, newer, queries
from tracker.store.database import Store
from tracker.store.ledger import Imported
from tracker.store.tables import CommitmentRow
from tracker.store.versions import fingerprint, match, normal, replies

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
    new = commitment("新建科技企业孵化器2个", target=target(2, "个"))
    with store.write() as session:
        done = enter(session, extraction(new, PLAN, date=DATE), now=LATER)
    assert (done.refs, done.added, done.missing) == (("25-3", "25-2"), ("25-3",), ("25-1",))
    rows = _rows(store)
    assert [(row.ref, row.value, row.review) for row in rows] == [
        ("25-1", Decimal(30), "superseded"),
        ("25-2", None, "pending"),
        ("25-3", Decimal(2), "pending"),
    ]
    assert _actions(store, "25-1")[-2:] == [
        ("missing", None, QUOTE, None),
        ("supersede", "review", "pending", "superseded"),
    ]


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


SAME = [
    ("力争2023年新增高新技术企业30户", "力争2023年新增高新技术企业40户", "another figure"),
    ("2023年6月底前建成城西污水处理厂", "2023年9月底前建成城西污水处理厂", "another month"),
    ("年底前完成老旧小区改造12个", "上半年完成老旧小区改造9个", "both"),
    ("计划三季度开工建设城北小学", "确保明年开工建设城北小学", "a firmer word"),
    ("新建改建农村公路二十公里", "新建改建农村公路约25公里", "numerals of another kind"),
    ("完成老旧小区改造12个", "完成城区老旧小区改造15个", "a qualifier"),
]
OTHER = [
    ("新建学校3所", "新建医院3所", "another thing"),
    ("2023年完成道路改造5公里", "2023年完成管网改造5公里", "another thing, longer"),
    ("建成城东水厂", "建成城西水厂", "another place"),
    ("新增30户", "新增40户", "too few words to tell"),
    ("完成改造12个", "完成老旧小区和农贸市场改造12个", "a bare verb within a longer promise"),
]


@pytest.mark.parametrize(("old", "new", "why"), SAME)
def test_another_figure_or_date_is_the_same_promise(old: str, new: str, why: str) -> None:
    found = commitment(new, target=target(40), deadline=deadline(dt.date(2024, 6, 30)))
    (_, row), *_ = match([_row("25-1", old)], [found]).finds
    assert row is not None, why


@pytest.mark.parametrize(("old", "new", "why"), OTHER)
def test_other_words_are_another_promise(old: str, new: str, why: str) -> None:
    found = match([_row("25-1", old)], [commitment(new, target=target(40))])
    assert found.finds[0][1] is None, why
    assert [row.ref for row in found.missing] == ["25-1"]


def _row(ref: str, quote: str, value: int = 30, year: int = 2023) -> CommitmentRow:
    of = target(value)
    return CommitmentRow(
        ref=ref, quote=quote, fingerprint=fingerprint(quote, of), value=of.value, unit=of.unit,
        deadline=dt.date(year, 12, 31),
    )  # fmt: skip


def test_of_two_promises_with_the_same_words_each_keeps_its_date_or_figure() -> None:
    words_ = "{}年新建充电桩{}个"
    rows = [
        _row("25-1", words_.format(2023, 100), 100, 2023),
        _row("25-2", words_.format(2024, 200), 200, 2024),
    ]
    finds = [
        commitment(words_.format(2024, 250), target=target(250), deadline=deadline(dt.date(2024, 12, 31))),
        commitment(words_.format(2023, 120), target=target(120)),
    ]  # fmt: skip
    assert [row and row.ref for _, row in match(rows, finds).finds] == ["25-2", "25-1"]


CHANGED = commitment(
    "力争2024年6月底前新增高新技术企业20户", target=target(20), deadline=deadline(dt.date(2024, 6, 30))
)  # fmt: skip


def test_a_changed_promise_keeps_its_reference(any_store: Store) -> None:
    with any_store.write() as session:
        enter(session)
    with any_store.write() as session:
        done = enter(session, extraction(CHANGED, date=DATE), now=LATER)
    assert (done.refs, done.added, done.missing) == (("25-1",), (), ())
    row = _rows(any_store)[0]
    assert (row.value, row.quote, row.review, row.recheck) == (
        Decimal(20),
        CHANGED.quote,
        "pending",
        None,
    )
    assert (row.deadline, row.original_deadline) == (dt.date(2024, 6, 30), dt.date(2023, 12, 31))
    assert _actions(any_store, "25-1")[1:] == [
        ("follow", "quote", QUOTE, CHANGED.quote),
        ("follow", "target", "30户", "20户"),
        ("follow", "deadline", "2023-12-31", "2024-06-30"),
    ]


def test_a_confirmed_promise_that_changed_stays_and_is_looked_at_again(any_store: Store) -> None:
    with any_store.write() as session:
        enter(session)
        ledger.confirm(session, queries.commitment(session, "25-1"), who=WHO, now=NOW)
    with any_store.write() as session:
        enter(session, extraction(CHANGED, date=DATE), now=LATER)
    row = _rows(any_store)[0]
    assert (row.value, row.review, row.recheck) == (Decimal(30), "confirmed", "changed")
    assert ("differs", "target", "30户", "20户") in _actions(any_store, "25-1")
    with any_store.write() as session:
        row = queries.commitment(session, "25-1")
        assert [row.ref for row in queries.to_review(session)] == ["25-1"]
        assert ledger.confirm(session, row, who=WHO, now=LATER)
        assert (row.recheck, queries.to_review(session)) == (None, [])
        assert ledger.undo(session, row, who=WHO, now=LATER) == "confirm"
        assert (row.review, row.recheck) == ("confirmed", "changed")
        ledger.edit(session, row, {"value": "20"}, who=WHO, now=LATER, why="新版")
        assert row.recheck is None
    # The same said once more is no news.
    with any_store.write() as session:
        again = extraction(CHANGED, PLAN, date=DATE)
        assert enter(session, again, now=LATER + dt.timedelta(days=1)).added == ("25-2",)
    assert _rows(any_store)[0].recheck is None
    assert _actions(any_store, "25-1")[-1][0] == "edit"


def test_a_correction_by_hand_is_no_difference_of_letters(store: Store) -> None:
    with store.write() as session:
        enter(session)
        row = queries.commitment(session, "25-1")
        changes = {"deadline": "2024-03-31", "owner": "市财政局", "value": "28"}
        ledger.edit(session, row, changes, who=WHO, now=NOW)
    with store.write() as session:
        enter(session, extraction(commitment(), PLAN, date=DATE), now=LATER)
    assert _rows(store)[0].recheck is None
    assert "differs" not in [action[0] for action in _actions(store, "25-1")]


def test_a_confirmed_promise_that_vanished_is_looked_at_again_once(any_store: Store) -> None:
    with any_store.write() as session:
        enter(session, extraction(commitment(), PLAN))
        ledger.confirm(session, queries.commitment(session, "25-1"), who=WHO, now=NOW)
    with any_store.write() as session:
        done = enter(session, extraction(PLAN, date=DATE), now=LATER)
    assert done.missing == ("25-1",)
    with any_store.write() as session:
        row = queries.commitment(session, "25-1")
        assert (row.review, row.recheck) == ("confirmed", "missing")
        assert [row.ref for row in queries.to_review(session)] == ["25-1", "25-2"]
        assert ledger.confirm(session, row, who=WHO, now=LATER, why="仍应兑现")
        assert row.recheck == "kept"
        assert not ledger.confirm(session, row, who=WHO, now=LATER)
    with any_store.write() as session:
        done = enter(session, extraction(PLAN, action("组建工作专班"), date=DATE), now=LATER)
        assert done.missing == ()
        assert queries.commitment(session, "25-1").recheck == "kept"


def test_what_only_the_machine_had_confirmed_is_superseded(store: Store) -> None:
    with store.write() as session:
        enter(session, extraction(commitment(confidence=0.99), PLAN), confirm_above=0.95)
    with store.write() as session:
        enter(session, extraction(PLAN, date=DATE), now=LATER)
    assert [(row.ref, row.review) for row in _rows(store)] == [
        ("25-1", "superseded"),
        ("25-2", "pending"),
    ]


def test_what_is_superseded_is_followed_if_a_person_says_so(store: Store) -> None:
    with store.write() as session:
        enter(session, extraction(commitment(), PLAN))
    with store.write() as session:
        enter(session, extraction(PLAN, date=DATE), now=LATER)
        row = queries.commitment(session, "25-1")
        with pytest.raises(StoreError, match="is not followed"):
            ledger.record_progress(session, row, as_of=DATE, note="已启动", who=WHO, now=LATER)
        ledger.confirm(session, row, who=WHO, now=LATER)
        assert (row.review, row.recheck) == ("confirmed", "kept")
        ledger.undo(session, row, who=WHO, now=LATER)
        assert (row.review, row.recheck) == ("superseded", "missing")


def test_what_comes_back_waits_for_review_again(store: Store) -> None:
    with store.write() as session:
        first = enter(session, extraction(commitment(), PLAN))
    with store.write() as session:
        enter(session, extraction(PLAN, date=DATE), now=LATER)
    with store.write() as session:
        again = extraction(PLAN, commitment(), date=DATE + dt.timedelta(days=9))
        done = enter(session, again, now=LATER + dt.timedelta(days=9))
    row = _rows(store)[0]
    assert (row.ref, row.review, row.recheck) == ("25-1", "pending", None)
    assert row.letter_id == done.letter_id != first.letter_id
    assert ("again", "review", "superseded", "pending") in _actions(store, "25-1")


def test_a_new_reply_takes_nothing_back_that_a_supplement_promised(store: Store) -> None:
    with store.write() as session:
        enter(session)
        enter(session, extraction(PLAN, date=DATE, kind="supplement"), now=LATER)
    with store.write() as session:
        later = extraction(commitment(), action("组建工作专班"), date=DATE)
        done = enter(session, later, now=LATER)
    assert done.missing == ()
    assert [row.review for row in _rows(store)] == ["pending"] * 3


def test_factories_place_their_quotes() -> None:
    found = extraction(commitment(), PLAN)
    for find in found.commitments:
        assert found.letter.raw[find.start : find.end] == find.quote
    assert found.letter.header == header()


# Letters that are not signed.

MARKET, FINANCE = "资阳市市场监督管理局", "资阳市财政局"
LOAN = action("设立转贷资金池")


def _come(store: Store, *letters: tuple[str | None, tuple[Commitment, ...]]) -> list[Imported]:
    """Import letters one after the other, as an office that lets sure finds in by themselves."""
    done = []
    for day, (issuer, finds) in enumerate(letters):
        with store.write() as session:
            letter = extraction(*finds, issuer=issuer, date=DATE + dt.timedelta(days=day))
            done.append(enter(session, letter, now=LATER, confirm_above=0.0))
    return done


@pytest.mark.parametrize("turn", [0, 1, 2])
def test_an_unsigned_letter_among_two_units_takes_nothing_back(any_store: Store, turn: int) -> None:
    letters: list[tuple[str | None, tuple[Commitment, ...]]]
    letters = [(MARKET, (commitment(), PLAN)), (FINANCE, (LOAN,))]
    letters.insert(turn, (None, (action("组建工作专班"),)))
    done = _come(any_store, *letters)
    rows = _rows(any_store)
    assert [row.review for row in rows].count("superseded") == 0
    assert len(rows) == 4
    owner = {row.quote: row.owners[0].unit.name for row in rows}
    assert (owner[QUOTE], owner[LOAN.quote]) == (MARKET, FINANCE)
    # What may be missing is shown: it may be the unit's new version all the same.
    assert [one.status for one in done] == [
        ["new", "version", "new"], ["new", "version", "new"], ["new", "new", "new"]
    ][turn]  # fmt: skip
    with any_store.read() as session:
        later = [row.id for row, _ in newer.newer_versions(session, most=9)]
    assert later == [one.letter_id for one in done if one.status == "version"]


def test_an_unsigned_version_of_the_one_reply_is_its_version(any_store: Store) -> None:
    later = commitment(deadline=deadline(dt.date(2024, 6, 30)))
    first, second = _come(any_store, (MARKET, (commitment(), PLAN)), (None, (later,)))
    assert (first.status, second.status) == ("new", "version")
    assert (second.refs, second.added, second.missing) == (("25-1",), (), ("25-2",))
    followed, gone = _rows(any_store)
    assert (followed.letter_id, followed.deadline) == (second.letter_id, dt.date(2024, 6, 30))
    # The unit that signed the first stays the one to deliver.
    assert [owner.unit.name for owner in followed.owners] == [MARKET]
    assert (gone.review, gone.recheck) == ("pending", "missing")
    with any_store.read() as session:
        assert "25-2" in [row.ref for row in queries.to_review(session)]
        found = newer.differences(session, second.letter_id)
        newest = [row.id for row, _ in newer.newer_versions(session, most=5)]
    assert {(one.kind, one.ref) for one in found} == {("changed", "25-1"), ("missing", "25-2")}
    assert newest == [second.letter_id]


def test_a_unit_that_replies_later_does_not_part_versions(any_store: Store) -> None:
    done = _come(
        any_store,
        (MARKET, (commitment(),)),
        (None, (commitment(), PLAN)),
        (FINANCE, (LOAN,)),
        (MARKET, (commitment(), PLAN, action("组建工作专班"))),
    )
    assert [one.status for one in done] == ["new", "version", "new", "version"]
    assert (done[-1].added, done[-1].missing) == (("25-4",), ())


def test_of_two_unsigned_letters_the_second_takes_nothing_back(store: Store) -> None:
    _, second = _come(store, (None, (commitment(), PLAN)), (None, (PLAN,)))
    assert (second.status, second.missing) == ("version", ("25-1",))
    assert [(row.review, row.recheck) for row in _rows(store)] == [
        ("confirmed", "missing"),
        ("pending", None),
    ]


REPLIES = [
    ([], {}),
    ([(1, 7, "甲局"), (2, 7, "甲局"), (3, 8, "乙局")], {1: 7, 2: 7, 3: 8}),
    ([(1, 9, None), (2, 9, None)], {1: None, 2: None}),
    ([(1, 9, None), (2, 7, "甲局"), (3, 8, "乙局")], {1: 7, 2: 7, 3: 8}),
    ([(3, 8, "乙局"), (1, 7, "甲局"), (2, 9, None)], {1: 7, 2: 7, 3: 8}),
    ([(1, 7, "甲局"), (2, 8, "乙局"), (3, 9, None), (4, 9, None)], {1: 7, 2: 8, 3: None, 4: None}),
]


@pytest.mark.parametrize(("letters", "found"), REPLIES)
def test_which_letters_are_one_reply(
    letters: list[tuple[int, int | None, str | None]], found: dict[int, int | None]
) -> None:
    assert replies(letters) == found


def test_of_hundreds_reworded_at_once_those_of_equal_words_are_told() -> None:
    streets = [f"{chr(0x4E00 + turn)}{chr(0x6000 + turn)}街" for turn in range(600)]
    rows = [_row(f"25-{turn}", f"完成{street}改造12个") for turn, street in enumerate(streets)]
    finds = [commitment(f"完成{street}改造15个", target=target(15)) for street in streets]
    found = match(rows, finds)
    assert [row and row.ref for _, row in found.finds] == [row.ref for row in rows]
    # Where none is equal, to compare each with each would keep the ledger locked too long.
    finds = [commitment(f"完成{street}片区改造15个", target=target(15)) for street in streets]
    assert len(match(rows, finds).missing) == 600
    assert match(rows[:400], finds[:400]).missing == ()

"""A letter enters the ledger: once, with its suggestion, deputies, owners and references."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, QUOTE, WHO, action, commitment, enter, extraction, target
from tracker.commitments.model import Achievement
from tracker.letters.model import Contact
from tracker.store import ledger, queries
from tracker.store.database import Store
from tracker.store.tables import AchievementRow, HistoryRow, LetterRow, Table


def test_a_letter_with_everything_that_was_found(any_store: Store) -> None:
    base = Achievement(
        "2022年新增25户", 3, 12, "新增高企", Decimal(25), "户", dt.date(2022, 12, 31)
    )
    find = commitment(
        baseline=base, section=("二、下一步打算", "(一)培育"), owner=("市科技局",), confidence=0.87
    )
    with any_store.write() as session:
        done = enter(session, extraction(find, achievements=(base,)), source="in/25.txt")
    assert (done.status, done.code, done.refs, done.added) == ("new", "25", ("25-1",), ("25-1",))
    with any_store.read() as session:
        row = queries.commitment(session, "25-1")
        assert row.letter.text[row.start : row.end] == row.quote == QUOTE
        assert session.scalars(select(AchievementRow.value)).all() == [Decimal(25)]
    assert (row.kind, row.what, row.strength) == ("measurable", "新增高新技术企业", "target")
    assert (row.value, row.unit, row.mode, row.comparator) == (Decimal(30), "户", "increase", "=")
    assert row.deadline == row.original_deadline == dt.date(2023, 12, 31)
    assert (row.deadline_text, row.deadline_basis, row.deadline_rule) == (
        "2023年",
        "stated",
        "year",
    )
    assert (row.baseline_value, row.baseline_unit) == (Decimal(25), "户")
    assert row.baseline_as_of == dt.date(2022, 12, 31)
    assert row.section == ["二、下一步打算", "(一)培育"]
    assert row.reasons == ["力争", "新增"]
    assert (row.review, row.outcome) == ("pending", "open")
    assert (row.letter.source, row.letter.imported_at) == ("in/25.txt", NOW)
    assert row.letter.issuer == "资阳市市场监督管理局"
    assert [owner.written for owner in row.owners] == ["市科技局"]
    assert row.owners[0].unit.name == "资阳市科技局"


def test_references_follow_the_order_of_the_text(store: Store) -> None:
    finds = [action(f"年内制定第{turn}项管理办法") for turn in "一二三"]
    with store.write() as session:
        done = enter(session, extraction(*finds))
    with store.read() as session:
        rows = queries.commitments(session)
    assert done.refs == ("25-1", "25-2", "25-3")
    assert [row.quote for row in rows] == [find.quote for find in finds]


def test_every_import_is_in_the_history(store: Store) -> None:
    with store.write() as session:
        enter(session)
    with store.read() as session:
        found = [(row.action, row.who, row.at, row.new) for row in queries.history(session, "25-1")]
    assert found == [("import", WHO, NOW, "letter.txt"), ("found", WHO, NOW, QUOTE)]


def test_the_same_file_again_changes_nothing(any_store: Store) -> None:
    with any_store.write() as session:
        first = enter(session)
    with any_store.read() as session:
        before = _counts(session)
    with any_store.write() as session:
        again = enter(session, now=NOW + dt.timedelta(days=9), who="another")
    assert (again.status, again.letter_id, again.refs) == ("known", first.letter_id, ("25-1",))
    with any_store.read() as session:
        assert _counts(session) == before


def _counts(session: Session) -> dict[str, int]:
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Table.metadata.sorted_tables
    }


# Suggestions and their codes.


def _code(store: Store, **head: Any) -> str:
    with store.write() as session:
        return enter(session, extraction(**head)).code


def test_the_same_number_elsewhere_gets_a_letter(store: Store) -> None:
    assert _code(store) == "25"
    assert _code(store, region="绵阳市", issuer="绵阳市科技局") == "25b"
    assert _code(store, body="cppcc", session="市政协五届三次会议") == "25c"
    assert _code(store, session="市第五届人大第四次会议") == "25d"
    assert _code(store, suggestion_no=250) == "250"


def test_letters_go_on_after_z(store: Store) -> None:
    codes = [_code(store, region=f"第{turn}市") for turn in range(28)]
    assert codes[:3] == ["25", "25b", "25c"]
    assert codes[25:] == ["25z", "25aa", "25ab"]


def test_a_session_written_otherwise_is_the_same_suggestion(store: Store) -> None:
    assert _code(store) == "25"
    assert _code(store, session="资阳市五届人大三次会议", issuer="资阳市科技局") == "25"
    assert _code(store, region="四川省资阳市", issuer="资阳市财政局") == "25"


def test_without_a_session_a_number_counts_for_its_year_only(store: Store) -> None:
    assert _code(store, session=None, date=dt.date(2022, 6, 1)) == "25"
    assert _code(store, session=None, date=dt.date(2023, 6, 1)) == "25b"
    assert _code(store, session=None, date=dt.date(2023, 7, 1)) == "25b"


def test_letters_without_a_number_are_told_by_title(store: Store) -> None:
    assert _code(store, suggestion_no=None) == "u1"
    assert _code(store, suggestion_no=None, title="关于加固河堤的建议") == "u2"
    assert _code(store, suggestion_no=None, date=dt.date(2023, 5, 16)) == "u1"
    assert _code(store, suggestion_no=None, title=None) == "u3"
    assert _code(store, suggestion_no=None, title=None, category="A") == "u4"


@pytest.mark.parametrize("number", [2**31, 2**63 - 1, 10**24])
def test_long_numbers_are_kept_whole(any_store: Store, number: int) -> None:
    assert _code(any_store, suggestion_no=number) == str(number)
    with any_store.read() as session:
        assert queries.commitments(session, suggestion=str(number))[0].ref == f"{number}-1"


# Deputies.


def test_deputies_are_one_person_through_the_term(store: Store) -> None:
    _code(store, recipients=("王强", "刘盾"))
    _code(store, suggestion_no=26, session="市第五届人大第四次会议", recipients=("王强",))
    _code(store, suggestion_no=27, session="市第六届人大第一次会议", recipients=("王强",))
    _code(store, suggestion_no=28, region="绵阳市", recipients=("王强",))
    with store.read() as session:
        found = [(row.name, row.session) for row in queries.deputies(session)]
    assert found == [
        ("王强", "资阳市第五届人大第三次会议"),
        ("刘盾", "资阳市第五届人大第三次会议"),
        ("王强", "资阳市第六届人大第一次会议"),
        ("王强", "绵阳市第五届人大第三次会议"),
    ]


# Owners.


def _owners(store: Store, *written: str, **head: Any) -> list[tuple[str, str, bool]]:
    with store.write() as session:
        done = enter(session, extraction(commitment(owner=written), **head))
        row = queries.commitment(session, done.refs[0])
        return [(owner.written, owner.unit.name, owner.named) for owner in row.owners]


def test_nobody_named_means_the_unit_that_replied(store: Store) -> None:
    assert _owners(store) == [("资阳市市场监督管理局", "资阳市市场监督管理局", False)]


def test_an_unsigned_letter_has_a_stand_in_per_region(store: Store) -> None:
    assert _owners(store, issuer=None) == [("资阳市(未署名)", "资阳市(未署名)", False)]
    found = _owners(store, issuer=None, region="绵阳市")
    assert found == [("绵阳市(未署名)", "绵阳市(未署名)", False)]


def test_owners_of_two_cities_are_two_units(store: Store) -> None:
    assert _owners(store, "市财政局")[0][1] == "资阳市财政局"
    assert (
        _owners(store, "市财政局", region="绵阳市", issuer="绵阳市科技局")[0][1] == "绵阳市财政局"
    )


def test_one_unit_written_twice_is_one_owner(store: Store) -> None:
    found = _owners(store, "市财政局", "资阳市财政局", "市科技局")
    assert found == [("市财政局", "资阳市财政局", True), ("市科技局", "资阳市科技局", True)]


def _register(store: Store, name: str, *aliases: str) -> None:
    with store.write() as session:
        ledger.import_units(session, [ledger.UnitEntry(name, aliases)], who=WHO, now=NOW)


def test_a_registered_alias_wins(store: Store) -> None:
    _register(store, "资阳市市场监督管理局", "市市监局", "市监局")
    assert _owners(store, "市监局")[0][1] == "资阳市市场监督管理局"


def test_an_alias_of_another_city_does_not_count(store: Store) -> None:
    _register(store, "资阳市财政局", "市财政局")
    found = _owners(store, "市财政局", region="绵阳市", issuer="绵阳市科技局")
    assert found[0][1] == "绵阳市财政局"
    assert _owners(store, "市财政局")[0][1] == "资阳市财政局"


def test_an_alias_that_two_units_have_decides_nothing(store: Store) -> None:
    _register(store, "资阳市第一医院", "市医院")
    _register(store, "资阳市第二医院", "市医院")
    assert _owners(store, "市医院")[0][1] == "资阳市医院"


# Confidence.


def test_sure_measurable_finds_are_confirmed_when_the_office_says_so(store: Store) -> None:
    finds = (
        commitment(confidence=0.95),
        commitment("力争达65户", target=target(65), confidence=0.949),
        action("年内制定管理办法", confidence=0.99),
    )
    with store.write() as session:
        done = enter(session, extraction(*finds), confirm_above=0.95)
    assert done.confirmed == 1
    with store.read() as session:
        rows = queries.commitments(session)
        why = session.scalars(
            select(HistoryRow.why).where(HistoryRow.action == "auto_confirm")
        ).all()
    assert [row.review for row in rows] == ["confirmed", "pending", "pending"]
    assert why == ["置信度 0.95 ≥ 0.95"]


def test_nothing_is_confirmed_by_default(store: Store) -> None:
    with store.write() as session:
        done = enter(session, extraction(commitment(confidence=1.0)))
    assert done.confirmed == 0


def test_what_a_letter_asks_of_the_database_does_not_grow_with_its_promises(store: Store) -> None:
    from sqlalchemy import event

    seen: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    asked = []
    # The first letter brings the units, and words statements.
    for letter, count in enumerate((2, 4, 40)):
        finds = [
            action(f"年内制定第{turn}项管理办法", owner=("市财政局", "市科技局"))
            for turn in range(count)
        ]
        seen.clear()
        with store.write() as session:
            entered = enter(session, extraction(*finds, suggestion_no=letter + 1))
        assert len(entered.added) == count
        asked.append(len([words for words in seen if not words.startswith("PRAGMA")]))
    assert asked[2] <= asked[1]
    assert asked[2] < 40


def test_what_the_head_says_is_kept_but_not_whom_to_ask(any_store: Store) -> None:
    head: dict[str, Any] = {
        "category": "B",
        "kind": "supplement",
        "publishable": False,
        "joint": ("资阳市市场监督管理局", "资阳市财政局"),
        "assisting": ("市科技局",),
        "contact": Contact("周立", "0800-5550100"),
    }
    with any_store.write() as session:
        enter(session, extraction(**head))
        enter(session, extraction(suggestion_no=26))
    with any_store.read() as session:
        told, plain = session.scalars(select(LetterRow).order_by(LetterRow.id))
        kept = {key: getattr(told, key) for key in head if key != "contact"}
        assert (plain.kind, plain.publishable, plain.joint, plain.assisting) == (
            "reply", None, [], [],
        )  # fmt: skip
        rows = [
            repr(tuple(row))
            for table in Table.metadata.sorted_tables
            for row in session.execute(select(table))
        ]
    del head["contact"]
    assert kept == head | {"joint": list(head["joint"]), "assisting": ["市科技局"]}
    assert not [row for row in rows if "5550100" in row]


def test_a_work_report_again_is_a_version_of_the_same(store: Store) -> None:
    head: dict[str, Any] = {
        "kind": "work_report", "body": "other", "suggestion_no": None, "title": "政府工作报告",
        "session": "资阳市第五届人民代表大会第三次会议", "recipients": (),
    }  # fmt: skip
    with store.write() as session:
        first = enter(session, extraction(**head))
        again = enter(session, extraction(commitment(confidence=0.8), **head), sha256="0" * 64)
    assert (first.status, again.status, again.code) == ("new", "version", first.code)

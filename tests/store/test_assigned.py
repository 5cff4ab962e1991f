"""Suggestions from an office's list, before and after their replies."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, WHO, enter, extraction
from tracker.errors import StoreError
from tracker.store import queries
from tracker.store.assigned import contradictions, import_suggestions, merge_suggestions
from tracker.store.database import Store
from tracker.store.entries import Registered, SuggestionEntry
from tracker.store.tables import (
    HistoryRow,
    SubscriptionRow,
    SuggestionRow,
    SuggestionUnitRow,
    UnitRow,
)

TITLE = "关于推动高新技术企业发展的建议"


def _entry(**changes: Any) -> SuggestionEntry:
    """The line of the suggestion that `factories.header` answers, as a list writes it."""
    values: dict[str, Any] = {
        "body": "npc",
        "number": 25,
        "title": TITLE,
        "session": "资阳市五届人大三次会议",
        "region": "资阳市",
        "deputies": ("王强", "李梅"),
        "lead": ("市市场监督管理局",),
        "assisting": ("市财政局",),
        "reply_due": dt.date(2023, 5, 31),
        "category": "经济",
        "line": 3,
    }
    return SuggestionEntry(**(values | changes))


def _listed(session: Session, *entries: SuggestionEntry, source: str = "清单.xlsx") -> Registered:
    return import_suggestions(session, entries, source=source, who=WHO, now=NOW)


def _only(session: Session) -> SuggestionRow:
    (row,) = queries.assigned(session)
    return row


def test_a_list_without_a_session_is_mended_by_its_import_with_one(any_store: Store) -> None:
    bare = _entry(session="", region="")
    with any_store.write() as session:
        assert _listed(session, bare).counts == (1, 0, 0)
    with any_store.write() as session:
        done = _listed(session, _entry())
        assert done.counts == (0, 1, 0)
        told = [(item.field, item.old, item.new) for item in done.changes[0].fields]
        assert told[:2] == [
            ("region", None, "资阳市"), ("session", None, "资阳市五届人大三次会议"),
        ]  # fmt: skip
    with any_store.write() as session:
        # What is known stays, whatever is said less or otherwise.
        assert _listed(session, bare).counts == (0, 0, 1)
        assert _listed(session, _entry(session="五届人大三次会议")).counts == (0, 0, 1)
        assert enter(session).code == "25"
        row = _only(session)
        assert (row.region, row.session) == ("资阳市", "资阳市五届人大三次会议")
        assert len(row.letters) == 1


def test_a_year_is_filled_in_only_where_no_session_is_known(any_store: Store) -> None:
    with any_store.write() as session:
        _listed(session, _entry(session=""))
        assert _listed(session, _entry(session="", year=2023)).counts == (0, 1, 0)
        assert _only(session).year == 2023
        _listed(session, _entry(year=2023))
        row = _only(session)
        assert (row.year, row.session) == (0, "资阳市五届人大三次会议")


def test_a_list_before_its_reply(any_store: Store) -> None:
    with any_store.write() as session:
        done = _listed(session, _entry())
    assert done.counts == (1, 0, 0)
    assert done.entered == ("资阳市市场监督管理局", "资阳市财政局")
    with any_store.write() as session:
        taken = enter(session)
    assert (taken.code, taken.doubtful) == ("25", ())
    with any_store.read() as session:
        row = _only(session)
        assert [(link.role, link.unit.name, link.written) for link in row.units] == [
            ("lead", "资阳市市场监督管理局", "市市场监督管理局"),
            ("assist", "资阳市财政局", "市财政局"),
        ]
        assert (row.reply_due, row.category, row.listed_in) == (
            dt.date(2023, 5, 31),
            "经济",
            "清单.xlsx",
        )
        assert [deputy.name for deputy in row.deputies] == ["王强", "李梅"]
        assert len(row.letters) == 1


def test_a_list_after_its_reply_meets_it(any_store: Store) -> None:
    with any_store.write() as session:
        enter(session)
    with any_store.write() as session:
        (change,) = _listed(session, _entry()).changes
    assert (change.status, change.line) == ("changed", 3)
    assert {item.field: (item.old, item.new) for item in change.fields} == {
        "reply_due": (None, "2023-05-31"),
        "category": (None, "经济"),
        "lead": (None, "资阳市市场监督管理局"),
        "assist": (None, "资阳市财政局"),
        "deputies": ("王强", "王强、李梅"),
        "listed_in": (None, "清单.xlsx"),
    }
    with any_store.read() as session:
        assert len(_only(session).letters) == 1


def test_the_same_list_again_changes_nothing_whatever_it_is_called(store: Store) -> None:
    with store.write() as session:
        _listed(session, _entry())
    with store.write() as session:
        before = session.scalar(select(func.count()).select_from(HistoryRow))
        assert _listed(session, _entry(), source="清单(1).xlsx").counts == (0, 0, 1)
        assert session.scalar(select(func.count()).select_from(HistoryRow)) == before


def test_what_a_later_list_says_otherwise_is_told_and_kept_in_the_history(
    any_store: Store,
) -> None:
    with any_store.write() as session:
        _listed(session, _entry())
    later = _entry(
        reply_due=dt.date(2023, 6, 30), lead=("市财政局",), assisting=(), category=None,
        deputies=(), title="《关于推动高新技术企业发展的建议》",
    )  # fmt: skip
    with any_store.write() as session:
        (change,) = _listed(session, later, source="调整.xlsx").changes
    assert [(item.field, item.old, item.new) for item in change.fields] == [
        ("reply_due", "2023-05-31", "2023-06-30"),
        ("lead", "资阳市市场监督管理局", "资阳市财政局"),
        ("listed_in", "清单.xlsx", "调整.xlsx"),
    ]
    with any_store.read() as session:
        row = _only(session)
        assert [(link.role, link.unit.name) for link in row.units] == [("lead", "资阳市财政局")]
        assert row.category == "经济"
        kept = session.scalars(
            select(HistoryRow).where(HistoryRow.action == "suggestion").order_by(HistoryRow.id)
        ).all()
        assert [(item.field, item.old, item.new, item.why) for item in kept[-3:]] == [
            ("reply_due", "2023-05-31", "2023-06-30", "25"),
            ("lead", "资阳市市场监督管理局", "资阳市财政局", "25"),
            ("listed_in", "清单.xlsx", "调整.xlsx", "25"),
        ]


def test_a_unit_that_leads_does_not_assist(store: Store) -> None:
    with store.write() as session:
        _listed(session, _entry(assisting=("资阳市市场监督管理局", "市财政局")))
    with store.read() as session:
        assert [link.role for link in _only(session).units] == ["lead", "assist"]


def test_two_lines_for_one_suggestion_are_told(store: Store) -> None:
    with store.write() as session:
        again = _entry(session="市第五届人大第三次会议", reply_due=dt.date(2023, 9, 1), line=4)
        done = _listed(session, _entry(), again)
    assert [(fault.line, fault.reason, fault.values) for fault in done.faults] == [
        (4, "twice", {"other": 3})
    ]
    with store.read() as session:
        assert _only(session).reply_due == dt.date(2023, 5, 31)


#: what the list says otherwise when it comes again with its session, whether it is one line
AGAIN: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"region": ""}, True),
    ({"reply_due": dt.date(2023, 6, 30)}, False),
    ({"lead": ("市水利局",)}, False),
    ({"lead": ()}, False),
    ({"deputies": ("王强",)}, False),
    ({"title": TITLE}, False),
    ({"source": "另一份.xlsx"}, False),
]


@pytest.mark.parametrize(("changes", "one"), AGAIN)
def test_a_line_without_a_title_is_known_again_in_its_list(
    any_store: Store, changes: dict[str, Any], one: bool
) -> None:
    with any_store.write() as session:
        _listed(session, _entry(session="", region="", title=None))
    source = changes.get("source", "清单.xlsx")
    said = {"title": None} | {name: said for name, said in changes.items() if name != "source"}
    with any_store.write() as session:
        (change,) = _listed(session, _entry(**said), source=source).changes
    codes = tuple(name for name in change.doubtful if name.isascii())
    assert (change.status, codes) == (("changed", ()) if one else ("new", ("25",)))
    with any_store.read() as session:
        assert len(queries.assigned(session)) == (1 if one else 2)


def test_a_line_without_a_title_day_or_unit_is_never_known_again(store: Store) -> None:
    bare = {"title": None, "reply_due": None}
    with store.write() as session:
        _listed(session, _entry(session="", region="", **bare))
        assert _listed(session, _entry(**bare)).changes[0].doubtful[0] == "25"


@pytest.mark.parametrize("given", ["", "资阳市五届人大三次会议", "资阳市五届人大四次会议"])
@pytest.mark.parametrize("answered", [False, True])
def test_a_number_twice_in_a_list_is_told_whatever_the_ledger_holds(
    store: Store, given: str, answered: bool
) -> None:
    place = "资阳市" if given else ""
    bare = _entry(session=given, region=place)
    other = _entry(session=given, region=place, title="关于修路的建议", line=4)
    with store.write() as session:
        if answered:
            enter(session)
    for _ in range(2):
        with store.write() as session:
            done = _listed(session, bare, other)
            assert [(fault.line, fault.reason, fault.values) for fault in done.faults] == [
                (4, "twice", {"other": 3})
            ]
    with store.read() as session:
        assert "关于修路的建议" not in [row.title for row in queries.assigned(session)]


def test_one_number_in_two_sessions_of_a_list_is_two(store: Store) -> None:
    other = _entry(session="资阳市五届人大四次会议", title="关于修路的建议", line=4)
    with store.write() as session:
        assert _listed(session, _entry(), other).counts == (2, 0, 0)


def test_the_same_title_goes_before_a_session_that_neither_names(store: Store) -> None:
    bare = _entry(session="", region="")
    with store.write() as session:
        enter(session)
        _listed(session, _entry(session="", region="", title="关于修路的建议"))
        assert len(queries.assigned(session)) == 2
        (change,) = _listed(session, bare).changes
        assert (change.status, change.name.split()[0]) == ("changed", "25")
        # A session that is named goes before the title.
        done = _listed(session, _entry(title="关于修路的建议"))
        assert [fault.reason for fault in done.faults] == ["other_title"]


def test_another_title_under_the_number_is_refused_and_leaves_nothing(any_store: Store) -> None:
    with any_store.write() as session:
        enter(session)
        before = session.scalar(select(func.count()).select_from(UnitRow))
    with any_store.write() as session:
        wrong = _entry(title="关于修建老年食堂的建议", lead=("市民政局",))
        done = _listed(session, wrong, _entry(number=26, lead=(), assisting=(), line=4))
    assert [(fault.line, fault.field, fault.reason) for fault in done.faults] == [
        (3, "title", "other_title")
    ]
    assert done.counts == (1, 0, 0)
    with any_store.read() as session:
        assert session.scalar(select(func.count()).select_from(UnitRow)) == before
        assert queries.assigned(session)[0].reply_due is None


#: what the list says otherwise, whether the letter of `factories.header` meets it, why
MEETINGS: list[tuple[dict[str, Any], bool, str]] = [
    ({}, True, "session written otherwise"),
    ({"session": "五届三次会议"}, True, "short, place known from the list"),
    ({"session": "市五届人大三次会议", "region": "四川省资阳市"}, True, "with its province"),
    (
        {"session": "五届人大", "title": "关于推动高新技术企业发展"},
        True,
        "meeting open, same title",
    ),
    ({"region": "", "session": "五届三次会议"}, True, "place open, same title"),
    ({"region": "", "session": "五届三次会议", "title": None}, False, "place and title open"),
    ({"session": "2023年", "title": None}, False, "only a year"),
    ({"session": "市五届人大四次会议"}, False, "another meeting"),
    ({"session": "绵阳市五届人大三次会议", "region": "绵阳市"}, False, "another city"),
    ({"body": "cppcc"}, False, "another body"),
    ({"number": 26}, False, "another number"),
    (
        {"session": "五届人大", "title": "关于推动高新技术产业的建议"},
        False,
        "meeting open, title near",
    ),
]
#: Those that may be the same, and are told.
DOUBTFUL = {"place and title open", "only a year", "meeting open, title near"}


@pytest.mark.parametrize(("changes", "meets", "why"), MEETINGS)
@pytest.mark.parametrize("first", ["list", "letter"])
def test_where_list_and_letter_meet(
    store: Store, changes: dict[str, Any], meets: bool, why: str, first: str
) -> None:
    with store.write() as session:
        if first == "list":
            _listed(session, _entry(**changes))
            doubtful = enter(session).doubtful
        else:
            enter(session)
            doubtful = _listed(session, _entry(**changes)).changes[0].doubtful
    with store.read() as session:
        rows = queries.assigned(session)
        assert (len(rows) == 1) is meets, why
        told = session.scalars(select(HistoryRow).where(HistoryRow.action == "doubt")).all()
    assert bool(doubtful) is (why in DOUBTFUL)
    assert [row.old for row in told] == list(doubtful)


def test_a_title_alone_tells_a_suggestion_without_a_number(store: Store) -> None:
    with store.write() as session:
        _listed(session, _entry(number=None), _entry(number=None, title="关于修路的建议", line=4))
        assert enter(session, extraction(suggestion_no=None)).code == "u1"


def test_units_of_letters_are_merged_with_their_suggestions(any_store: Store) -> None:
    from tracker.store.ledger import UnitEntry, import_units

    with any_store.write() as session:
        _listed(
            session,
            _entry(lead=("市市监局",)),
            _entry(number=26, line=4, lead=("市市监局", "市市场监督管理局")),
        )
    with any_store.write() as session:
        import_units(session, [UnitEntry("资阳市市场监督管理局", ("市市监局",))], who=WHO, now=NOW)
    with any_store.read() as session:
        query = (
            select(SuggestionUnitRow.suggestion_id)
            .join(UnitRow)
            .where(UnitRow.name == "资阳市市场监督管理局", SuggestionUnitRow.role == "lead")
        )
        assert len(session.scalars(query).all()) == 2
        assert len(queries.assigned(session, unit="市市监局")) == 2


def test_a_rehearsal_writes_nothing_and_says_what_would_be(any_store: Store) -> None:
    entry = _entry()
    with any_store.rehearse() as session:
        planned = _listed(session, entry)
    with any_store.read() as session:
        assert queries.assigned(session) == []
        assert queries.units(session) == []
        assert session.scalar(select(func.count()).select_from(HistoryRow)) == 0
    with any_store.write() as session:
        assert _listed(session, entry) == planned


# A person knows better.


def test_a_doubtful_pair_is_made_one_by_a_person(any_store: Store) -> None:
    with any_store.write() as session:
        _listed(session, _entry(session="2023年", title=None))
        assert enter(session).code == "25b"
    with any_store.write() as session:
        merge_suggestions(session, "25", "25b", who=WHO, now=NOW)
    with any_store.read() as session:
        row = _only(session)
        assert (row.code, row.reply_due, row.category, row.listed_in, row.title) == (
            "25b",
            dt.date(2023, 5, 31),
            "经济",
            "清单.xlsx",
            TITLE,
        )
        assert [link.role for link in row.units] == ["lead", "assist"]
        assert {deputy.name for deputy in row.deputies} == {"王强", "李梅"}
        (told,) = session.scalars(select(HistoryRow).where(HistoryRow.field == "merged"))
        assert (told.old, told.new, told.who) == ("25", "25b", WHO)


APART: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({}, {"number": 26, "title": "关于治水的建议"}, ["title", "number"]),
    ({}, {"session": "资阳市四届人大二次会议", "title": None}, ["session"]),
    ({}, {"number": None, "lead": ("市水利局",), "session": "2023年"}, ["lead"]),
    ({}, {"number": None, "reply_due": dt.date(2023, 6, 30), "session": "2023年"}, ["reply_due"]),
    ({}, {"number": None, "session": "2023年"}, []),
    ({"title": None, "lead": (), "reply_due": None}, {"number": None, "session": "2023年"}, []),
]


@pytest.mark.parametrize(("one", "other", "fields"), APART)
def test_what_two_suggestions_say_otherwise(
    store: Store, one: dict[str, Any], other: dict[str, Any], fields: list[str]
) -> None:
    with store.write() as session:
        # Entered apart: the place tells them from each other until a person knows better.
        _listed(session, _entry(**one), _entry(**({"region": ""} | other)))
    with store.read() as session:
        codes = [row.code for row in queries.assigned(session)]
        told = contradictions(session, codes[0], codes[1])
        assert [item.field for item in told] == fields
        turned = contradictions(session, codes[1], codes[0])
        assert [(item.new, item.old) for item in turned] == [(item.old, item.new) for item in told]


def test_what_a_suggestion_gains_from_another_is_in_the_history(store: Store) -> None:
    with store.write() as session:
        _listed(session, _entry(session="2023年", title=None))
        enter(session)
        merge_suggestions(session, "25", "25b", who=WHO, now=NOW)
        told = session.scalars(select(HistoryRow).where(HistoryRow.why == "25b")).all()
        gained = {(row.field, row.new) for row in told if row.old is None}
        assert {("category", "经济"), ("lead", "资阳市市场监督管理局")} <= gained


def test_what_a_deputy_ended_stays_ended(any_store: Store) -> None:
    with any_store.write() as session:
        _listed(session, _entry(session="2023年", title=None))
        enter(session)
        old = session.scalars(select(SuggestionRow).where(SuggestionRow.code == "25")).one()
        name = old.deputies[0].name
        for deputy in old.deputies:
            session.add(
                SubscriptionRow(
                    deputy=deputy, suggestion=old, token=deputy.name, since=NOW, ended_at=NOW
                )
            )
        session.flush()
        merge_suggestions(session, "25", "25b", who=WHO, now=NOW)
    with any_store.read() as session:
        rows = session.scalars(select(SubscriptionRow)).all()
        assert {(row.deputy.name, row.suggestion.code) for row in rows} >= {(name, "25b")}
        assert all(row.ended_at is not None for row in rows)


NO_PAIR = [
    ("25b", "25", "has a reply of its own; merge 25 into 25b"),
    ("25", "25", "cannot be one"),
    ("26", "25", "cannot be one"),
    ("99", "25", "no suggestion '99'"),
]


@pytest.mark.parametrize(("code", "into", "reason"), NO_PAIR)
def test_what_cannot_be_made_one(store: Store, code: str, into: str, reason: str) -> None:
    with store.write() as session:
        _listed(session, _entry(session="2023年", title=None), _entry(number=26, body="cppcc"))
        enter(session)
    with pytest.raises(StoreError, match=reason), store.write() as session:
        merge_suggestions(session, code, into, who=WHO, now=NOW)
    with store.read() as session:
        assert len(queries.assigned(session)) == 3

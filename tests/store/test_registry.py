"""Units and deputies from an office's table, before and after the letters that name them."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, WHO, commitment, enter, extraction
from tracker.store import queries
from tracker.store.database import Store
from tracker.store.ledger import (
    DeputyEntry,
    Registered,
    UnitEntry,
    import_deputies,
    import_units,
)
from tracker.store.tables import HistoryRow, LetterRow, OfficialLetterRow, UnitAliasRow, UnitRow


def _units(session: Session, *entries: UnitEntry) -> Registered:
    return import_units(session, entries, who=WHO, now=NOW)


def _deputies(session: Session, *entries: DeputyEntry) -> Registered:
    return import_deputies(session, entries, who=WHO, now=NOW)


def _refused(done: Registered) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.field, fault.reason) for fault in done.faults]


def test_a_unit_with_everything(any_store: Store) -> None:
    with any_store.write() as session:
        done = _units(
            session,
            UnitEntry(
                "资阳市财政局", ("市财政局", "财政局"), "周科长", "cz@zy.example", "资阳市人民政府"
            ),
            UnitEntry("资阳市人民政府"),
        )
    assert done.counts == (2, 0, 0)
    with any_store.read() as session:
        row = queries.units(session, "财政局")[0]
    assert (row.name, row.contact, row.email) == ("资阳市财政局", "周科长", "cz@zy.example")
    assert [alias.alias for alias in row.aliases] == ["市财政局", "财政局"]
    assert row.parent is not None
    assert row.parent.name == "资阳市人民政府"


def test_who_leads_a_unit(store: Store) -> None:
    entry = UnitEntry("资阳市财政局", head="周副局长", head_email="zhou@zy.example")
    with store.write() as session:
        (change,) = _units(session, entry).changes
        assert {(item.field, item.new) for item in change.fields} >= {
            ("head", "周副局长"), ("head_email", "zhou@zy.example"),
        }  # fmt: skip
    with store.write() as session:
        assert _units(session, UnitEntry("资阳市财政局", contact="李科长")).counts == (0, 1, 0)
        row = queries.units(session, "财政局")[0]
        assert (row.head, row.head_email) == ("周副局长", "zhou@zy.example"), "empty: left as it is"


def test_the_same_table_again_changes_nothing(store: Store) -> None:
    entry = UnitEntry("资阳市财政局", ("财政局",), "周科长", "cz@zy.example")
    with store.write() as session:
        _units(session, entry)
    with store.write() as session:
        before = len(session.scalars(select(HistoryRow)).all())
        assert _units(session, entry).counts == (0, 0, 1)
        assert len(session.scalars(select(HistoryRow)).all()) == before


def test_a_change_is_in_the_history_and_an_empty_cell_is_none(store: Store) -> None:
    with store.write() as session:
        _units(session, UnitEntry("资阳市财政局", (), "周科长", "old@zy.example"))
    with store.write() as session:
        done = _units(session, UnitEntry("资阳市财政局", (), None, "new@zy.example"))
    assert done.counts == (0, 1, 0)
    with store.read() as session:
        row = queries.units(session, "资阳市财政局")[0]
        change = session.scalars(select(HistoryRow).order_by(HistoryRow.id.desc())).first()
    assert (row.contact, row.email) == ("周科长", "new@zy.example")
    assert change is not None
    assert (change.action, change.field, change.old, change.new, change.why) == (
        "unit",
        "email",
        "old@zy.example",
        "new@zy.example",
        "资阳市财政局",
    )


def test_no_unit_stands_above_itself(store: Store) -> None:
    with store.write() as session:
        one = UnitEntry("甲局", parent="乙局", line=2)
        done = _units(session, one, UnitEntry("乙局", email="b@zy.example", parent="甲局", line=3))
    assert _refused(done) == [(3, "parent", "below")]
    with store.read() as session:
        lower, upper = sorted(queries.units(session), key=lambda row: row.parent is None)
    assert (lower.name, upper.name, upper.email) == ("甲局", "乙局", None), "nothing of it is kept"


def test_what_letters_entered_under_an_alias_goes_to_the_unit(any_store: Store) -> None:
    with any_store.write() as session:
        enter(session, extraction(commitment(owner=("市市监局", "市市场监督管理局"))))
        enter(session, extraction(suggestion_no=26, issuer="资阳市市监局"))
    with any_store.write() as session:
        _units(session, UnitEntry("资阳市市场监督管理局", ("资阳市市监局",), email="sj@zy.example"))
    with any_store.write() as session:
        enter(session, extraction(commitment(owner=("市市监局",)), suggestion_no=27))
    with any_store.read() as session:
        assert [row.name for row in queries.units(session)] == ["资阳市市场监督管理局"]
        owned = [row.ref for row in queries.commitments(session, unit="资阳市市监局")]
        assert owned == ["25-1", "26-1", "27-1"]
        issuers = session.scalars(
            select(UnitRow.name).join(LetterRow, LetterRow.issuer_id == UnitRow.id)
        )
        assert set(issuers) == {"资阳市市场监督管理局"}


def test_an_alias_never_swallows_a_registered_unit(any_store: Store) -> None:
    with any_store.write() as session:
        _units(session, UnitEntry("资阳市科技局", email="kj@zy.example"))
    with any_store.write() as session:
        entry = UnitEntry("资阳市财政局", ("资阳市科技局",), email="cz@zy.example", line=2)
        done = _units(session, entry, UnitEntry("资阳市教育局", line=3))
    assert _refused(done) == [(2, "aliases", "alias_taken")]
    with any_store.read() as session:
        assert [row.name for row in queries.units(session)] == ["资阳市科技局", "资阳市教育局"]


def test_two_lines_that_mean_one_unit_are_told(store: Store) -> None:
    with store.write() as session:
        done = _units(
            session,
            UnitEntry("资阳市科学技术局", ("资阳市科技局",), line=2),
            UnitEntry("资阳市科技局", email="kj@zy.example", line=3),
            UnitEntry("资阳市财政局", line=4),
            UnitEntry("资阳市财政局", email="cz@zy.example", line=5),
        )
    assert _refused(done) == [(2, "aliases", "alias_listed"), (5, "name", "twice")]
    with store.write() as session:
        _units(session, UnitEntry("资阳市教育局", ("资阳市教体局",)))
        done = _units(session, UnitEntry("资阳市教体局", line=2))
    assert _refused(done) == [(2, "name", "is_alias")]


def test_a_refused_line_leaves_its_place_to_the_next(store: Store) -> None:
    """The ids of what was undone come again; they must not be taken for lines that were seen."""
    with store.write() as session:
        _units(session, UnitEntry("甲局", ("乙局",)))
    with store.write() as session:
        done = _units(session, UnitEntry("丙局", parent="丙局", line=2), UnitEntry("丁局", line=3))
    assert _refused(done) == [(2, "parent", "below")]
    assert [change.name for change in done.changes] == ["丁局"]


# One unit under two names.


def _with_letters(store: Store, *owners: str) -> None:
    with store.write() as session:
        for number, owner in enumerate(owners, 30):
            enter(session, extraction(commitment(owner=(owner,)), suggestion_no=number))


def test_a_unit_of_letters_is_merged_where_the_short_name_makes_it_certain(
    any_store: Store,
) -> None:
    _with_letters(any_store, "市科技局", "市科学技术局")
    entry = UnitEntry("资阳市科学技术局", ("市科技局",), email="kj@zy.example")
    with any_store.write() as session:
        (change,) = _units(session, entry).changes
    assert (change.merged, change.doubtful) == (("资阳市科技局",), ())
    _with_letters(any_store, "市科技局", "资阳市科技局")
    with any_store.read() as session:
        names = [row.name for row in queries.units(session)]
        assert names.count("资阳市科学技术局") == 1
        assert "资阳市科技局" not in names
        owned = queries.commitments(session, unit="资阳市科学技术局")
        assert [row.ref for row in owned] == ["30-1", "31-1"]
        rows = session.scalars(select(HistoryRow).where(HistoryRow.field == "merged")).all()
    assert [(row.old, row.new) for row in rows] == [("资阳市科技局", "资阳市科学技术局")]
    with any_store.write() as session:
        assert _units(session, entry).counts == (0, 0, 1)


def test_letters_of_supervision_go_with_the_unit(any_store: Store) -> None:
    _with_letters(any_store, "市科技局")
    with any_store.write() as session:
        old = session.scalars(select(UnitRow).where(UnitRow.name == "资阳市科技局")).one()
        session.add(
            OfficialLetterRow(
                kind="urge", year=2024, seq=1, number="资人代函〔2024〕1号", unit_id=old.id,
                written_on=NOW.date(), sha256="0" * 64, writer=WHO, recorded_at=NOW,
            )
        )  # fmt: skip
    with any_store.write() as session:
        entry = UnitEntry("资阳市科学技术局", ("市科技局",), email="kj@zy.example")
        assert _units(session, entry).changes[0].merged == ("资阳市科技局",)
    with any_store.read() as session:
        letter = session.scalars(select(OfficialLetterRow)).one()
        assert letter.unit.name == "资阳市科学技术局"


def test_whose_head_is_registered_is_no_entry_of_letters_alone(any_store: Store) -> None:
    _with_letters(any_store, "市科技局")
    with any_store.write() as session:
        old = session.scalars(select(UnitRow).where(UnitRow.name == "资阳市科技局")).one()
        old.head_email = "head@zy.example"
    with any_store.write() as session:
        entry = UnitEntry("资阳市科学技术局", ("市科技局",), email="kj@zy.example")
        (change,) = _units(session, entry).changes
    assert (change.merged, change.doubtful) == ((), ("资阳市科技局",))


DOUBTS = [
    (UnitEntry("资阳市科技局", email="kj@zy.example"), "somebody has registered it"),
    (UnitEntry("资阳市科教局", ("市科技局",)), "another unit of the place has the short name"),
]


@pytest.mark.parametrize(("known", "why"), DOUBTS)
def test_what_is_not_certain_is_asked_and_left_alone(
    any_store: Store, known: UnitEntry, why: str
) -> None:
    _with_letters(any_store, "资阳市科技局")
    with any_store.write() as session:
        other = UnitEntry("资阳市科教局", ("市科技局",))
        session.add(UnitRow(name=other.name))
        _units(session, known) if known.name != other.name else _alias(session, other)
    with any_store.write() as session:
        (change,) = _units(session, UnitEntry("资阳市科学技术局", ("市科技局",))).changes
    assert (change.merged, change.doubtful) == ((), ("资阳市科技局",)), why
    with any_store.read() as session:
        assert "资阳市科技局" in [row.name for row in queries.units(session)]


def _alias(session: Session, entry: UnitEntry) -> None:
    row = session.scalars(select(UnitRow).where(UnitRow.name == entry.name)).one()
    row.aliases.append(UnitAliasRow(alias=entry.aliases[0]))


def test_a_unit_of_another_place_is_never_the_same(store: Store) -> None:
    _with_letters(store, "绵阳市科技局")
    with store.write() as session:
        (change,) = _units(session, UnitEntry("资阳市科学技术局", ("市科技局", "科技局"))).changes
    assert (change.merged, change.doubtful) == ((), ())


def test_a_table_meets_the_deputies_of_letters(any_store: Store) -> None:
    with any_store.write() as session:
        enter(session)
    with any_store.write() as session:
        done = _deputies(
            session,
            DeputyEntry("王强", "资阳市五届", "wq@zy.example"),
            DeputyEntry("刘盾", "资阳市五届人大", "ld@zy.example"),
        )
    assert done.counts == (1, 1, 0)
    with any_store.write() as session:
        enter(session, extraction(suggestion_no=26, recipients=("刘盾",)))
    with any_store.read() as session:
        found = {row.name: (row.email, len(row.suggestions)) for row in queries.deputies(session)}
    assert found == {"王强": ("wq@zy.example", 1), "刘盾": ("ld@zy.example", 1)}


def test_a_session_that_was_not_known_is_filled_in(any_store: Store) -> None:
    with any_store.write() as session:
        _deputies(session, DeputyEntry("李梅", "", "lm@zy.example"))
    listed = DeputyEntry("李梅", "资阳市五届人大")
    with any_store.write() as session:
        (change,) = _deputies(session, listed).changes
    assert [(item.field, item.old, item.new) for item in change.fields] == [
        ("session", None, "资阳市五届人大")
    ]
    with any_store.write() as session:
        assert _deputies(session, listed).counts == (0, 0, 1)
        # What is known stays; another term is another person.
        assert _deputies(session, DeputyEntry("李梅", "五届")).counts == (0, 0, 1)
        assert _deputies(session, DeputyEntry("李梅", "资阳市六届人大")).counts == (1, 0, 0)
    with any_store.read() as session:
        assert sorted(row.session for row in queries.deputies(session)) == [
            "资阳市五届人大", "资阳市六届人大",
        ]  # fmt: skip


def test_one_name_in_two_cities_must_be_written_out(store: Store) -> None:
    with store.write() as session:
        enter(session)
        enter(session, extraction(region="绵阳市", issuer="绵阳市财政局"))
    with store.write() as session:
        done = _deputies(session, DeputyEntry("王强", "", "wq@zy.example", line=2))
    assert _refused(done) == [(2, "session", "several")]
    with store.write() as session:
        done = _deputies(session, DeputyEntry("王强", "绵阳市五届人大", "wq@my.example"))
    assert done.counts == (0, 1, 0)


def test_the_same_deputies_again_change_nothing(store: Store) -> None:
    entry = DeputyEntry("王强", "资阳市五届人大", "wq@zy.example")
    with store.write() as session:
        assert _deputies(session, entry).counts == (1, 0, 0)
        assert _deputies(session, entry).counts == (0, 0, 1)


def test_a_short_name_means_what_its_letter_says(any_store: Store) -> None:
    short = (("市住建局", "市住房和城乡建设局"),)
    with any_store.write() as session:
        enter(session, extraction(commitment(owner=("市住建局",)), short_names=short))
        full = commitment(owner=("市住房和城乡建设局", "市财政局"))
        enter(session, extraction(full, suggestion_no=26))
    with any_store.read() as session:
        rows = queries.commitments(session)
        names = [row.name for row in queries.units(session)]
    assert "资阳市住建局" not in names
    assert [owner.unit.name for row in rows for owner in row.owners] == [
        "资阳市住房和城乡建设局", "资阳市住房和城乡建设局", "资阳市财政局",
    ]  # fmt: skip
    assert rows[0].owners[0].written == "市住建局"


def test_an_explained_name_meets_the_registered_unit_by_name_or_alias(store: Store) -> None:
    short = (("县发改局", "县发展和改革局"), ("县市监局", "县市场监管局"))
    with store.write() as session:
        _units(
            session,
            UnitEntry("青禾县发展和改革局"),
            UnitEntry("青禾县市场监督管理局", ("县市场监管局",)),
            UnitEntry("青禾县财政局"),
        )
        owners = ("县发改局", "县市监局", "县财政局")
        enter(session, extraction(commitment(owner=owners), region="青禾县", short_names=short))
    with store.read() as session:
        (row,) = queries.commitments(session)
    assert [owner.unit.name for owner in row.owners] == [
        "青禾县发展和改革局", "青禾县市场监督管理局", "青禾县财政局",
    ]  # fmt: skip


def test_another_letters_short_names_mean_nothing(store: Store) -> None:
    with store.write() as session:
        short = (("市发改委", "市发展和改革委员会"),)
        enter(session, extraction(commitment(), short_names=short))
        enter(session, extraction(commitment(owner=("市发改委",)), suggestion_no=26))
    with store.read() as session:
        assert "资阳市发改委" in [row.name for row in queries.units(session)]

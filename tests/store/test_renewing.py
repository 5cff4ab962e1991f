"""Letters of the same unit that promise the same again, in any order of coming in."""

from __future__ import annotations

import datetime as dt
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.county import empty_session
from tests.factories import NOW, WHO, commitment, deadline, enter, extraction, target
from tracker.commitments.model import Extraction
from tracker.errors import StoreError
from tracker.store.deciding import edit, undo
from tracker.store.renewing import link_renewals
from tracker.store.tables import CommitmentRow, HistoryRow


def letter(year: int, *quotes: str, number: int | None = None, **head: Any) -> Extraction:
    """A letter of June of a year to a suggestion of its own, with these promises of firms."""
    finds = [
        commitment(
            quote or f"力争{year}年新增高新技术企业30户",
            deadline=deadline(dt.date(year, 12, 31), f"{year}年"),
            target=target(30 + place),
            what="新增高新技术企业" if "高新" in (quote or "高新") else "新增规上企业",
        )
        for place, quote in enumerate(quotes or ("",))
    ]
    return extraction(*finds, date=dt.date(year, 6, 1), suggestion_no=number or year - 2000, **head)


def links(session: Session) -> dict[str, str | None]:
    session.expire_all()  # links are written past the unit of work
    return {
        row.ref: row.renews.ref if row.renews else None
        for row in session.scalars(select(CommitmentRow).order_by(CommitmentRow.id))
    }


@pytest.mark.parametrize("order", list(permutations((2021, 2022, 2023))))
def test_three_years_are_one_chain_in_whatever_order_they_come(order: tuple[int, ...]) -> None:
    with empty_session() as session:
        for year in order:
            enter(session, letter(year))
        assert links(session) == {"21-1": None, "22-1": "21-1", "23-1": "22-1"}


def test_the_history_tells_it() -> None:
    with empty_session() as session:
        enter(session, letter(2021))
        enter(session, letter(2022))
        told = session.scalars(select(HistoryRow).where(HistoryRow.action == "renew")).one()
        assert (told.old, told.new, told.who) == (None, "21-1", WHO)


def test_a_letter_between_two_takes_its_place() -> None:
    with empty_session() as session:
        enter(session, letter(2021))
        enter(session, letter(2023))
        assert links(session)["23-1"] == "21-1"
        enter(session, letter(2022))
        assert links(session) == {"21-1": None, "23-1": "22-1", "22-1": "21-1"}


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (letter(2022, "2022年新增规上企业30户"), "another measure"),
        (letter(2022, issuer="资阳市科学技术局"), "another unit"),
        (letter(2022, region="内江市", issuer="内江市市场监督管理局"), "another city's unit"),
        (letter(2021, number=99), "the same day"),
        (letter(2022, number=21), "a version of the same letter"),
    ],
)
def test_nothing_else_is_linked(second: Extraction, why: str) -> None:
    with empty_session() as session:
        enter(session, letter(2021))
        enter(session, second)
        assert set(links(session).values()) == {None}, why


@pytest.mark.parametrize("review", ["rejected", "superseded"])
def test_what_is_not_tracked_is_not_renewed(review: str) -> None:
    with empty_session() as session:
        enter(session, letter(2021))
        session.scalars(select(CommitmentRow)).one().review = review
        session.flush()
        enter(session, letter(2022))
        assert links(session)["22-1"] is None


def test_two_promises_of_one_letter_are_not_linked_with_each_other() -> None:
    with empty_session() as session:
        enter(session, letter(2021, "2021年新增高新技术企业30户", "另新增高新技术企业31户"))
        assert set(links(session).values()) == {None}


def test_an_owner_that_the_letter_names_is_the_unit_that_promises() -> None:
    with empty_session() as session:
        for year in (2021, 2022):
            promise = letter(year).commitments[0]._replace(owner=("资阳市科学技术局",))
            enter(
                session,
                extraction(promise, date=dt.date(year, 6, 1), suggestion_no=year - 2000,
                           issuer=f"资阳市{'教育' if year == 2021 else '财政'}局"),
            )  # fmt: skip
        assert links(session)["22-1"] == "21-1"


def test_an_older_ledger_is_linked_when_the_next_letter_of_the_unit_comes() -> None:
    with empty_session() as session:
        for year in (2019, 2020, 2021):
            enter(session, letter(year))
        session.execute(update(CommitmentRow).values(renews_id=None))  # as a ledger of before
        enter(session, letter(2022))
        assert links(session) == {"19-1": None, "20-1": "19-1", "21-1": "20-1", "22-1": "21-1"}


def test_a_letter_without_a_date_is_of_no_year() -> None:
    with empty_session() as session:
        enter(session, letter(2021))
        enter(session, _undated())
        assert set(links(session).values()) == {None}


def _undated() -> Extraction:
    return extraction(commitment(), date=None, suggestion_no=77)


def test_linking_again_changes_nothing() -> None:
    with empty_session() as session:
        enter(session, letter(2021))
        enter(session, letter(2022))
        row = session.scalars(select(CommitmentRow).where(CommitmentRow.ref == "22-1")).one()
        before = links(session)
        link_renewals(session, row.letter, ["22-1"], versions=(), who=WHO, now=NOW)
        assert links(session) == before
        assert (
            len(session.scalars(select(HistoryRow).where(HistoryRow.action == "renew")).all()) == 1
        )


def test_a_person_cuts_a_false_link_and_it_stays_cut() -> None:
    with empty_session() as session:
        for year in (2021, 2022):
            enter(session, letter(year))
        row = session.scalars(select(CommitmentRow).where(CommitmentRow.ref == "22-1")).one()
        assert edit(session, row, {"renews": "none"}, who=WHO, now=NOW, why="不是同一事项") == (
            "renews",
        )
        assert links(session)["22-1"] is None
        enter(session, letter(2023))
        assert links(session) == {"21-1": None, "22-1": None, "23-1": "22-1"}
        undo(session, row, who=WHO, now=NOW)
        assert links(session)["22-1"] == "21-1"


def test_a_person_links_what_was_missed() -> None:
    with empty_session() as session:
        enter(session, letter(2021))
        enter(session, letter(2022, "2022年新增规上企业30户"))
        row = session.scalars(select(CommitmentRow).where(CommitmentRow.ref == "22-1")).one()
        edit(session, row, {"renews": "21-1"}, who=WHO, now=NOW)
        assert links(session)["22-1"] == "21-1"


@pytest.mark.parametrize(
    ("ref", "renews", "said"),
    [
        ("22-1", "99-9", "22-1: renews '99-9' is no commitment"),
        ("21-1", "22-1", "21-1: 22-1 stands in no earlier letter"),
        ("22-1", "22-1", "22-1: 22-1 stands in no earlier letter"),
    ],
)
def test_only_an_earlier_promise_can_be_made_again(ref: str, renews: str, said: str) -> None:
    with empty_session() as session:
        enter(session, letter(2021))
        enter(session, letter(2022))
        before = links(session)
        row = session.scalars(select(CommitmentRow).where(CommitmentRow.ref == ref)).one()
        with pytest.raises(StoreError, match=said):
            edit(session, row, {"renews": renews}, who=WHO, now=NOW)
        session.rollback()
        assert before["22-1"] == "21-1"

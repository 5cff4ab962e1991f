"""Where letters were published, and the pages of watched sites."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from tests.factories import NOW, WHO, commitment, deadline, enter, extraction
from tracker.store import ledger, newer, pages, queries
from tracker.store.database import Store
from tracker.store.ledger import Origin
from tracker.store.pages import Answered
from tracker.store.tables import HistoryRow, LetterRow, PageRow

URL = "https://www.yunxi.example/t7.html"
ORIGIN = Origin(
    url=URL,
    published=dt.date(2023, 5, 20),
    source_name="云溪市人大",
    column_name="建议办理",
    fetched_at=NOW,
    headers={"etag": '"1"'},
)


def _origin(store: Store) -> Origin:
    with store.read() as session:
        row = session.scalars(select(LetterRow)).one()
        return Origin(
            row.url, row.published, row.source_name, row.column_name, row.fetched_at, row.headers
        )


def test_a_letter_keeps_where_it_was_published(any_store: Store) -> None:
    with any_store.write() as session:
        enter(session, origin=ORIGIN)
    assert _origin(any_store) == ORIGIN


def test_a_letter_from_a_file_takes_over_an_address_and_keeps_it(store: Store) -> None:
    with store.write() as session:
        enter(session)
    assert _origin(store) == Origin()
    for origin in (ORIGIN, Origin(url="https://other.example/")):
        with store.write() as session:
            assert enter(session, origin=origin).status == "known"
    assert _origin(store) == ORIGIN


def test_what_was_known_of_a_letter_stays_where_its_page_says_nothing(any_store: Store) -> None:
    day = dt.date(2023, 6, 1)
    said = Origin(published=day, source_name="市科技局", column_name="建议提案")
    with any_store.write() as session:
        letter = enter(session, origin=said).letter_id
    page = Origin(url=URL, source_name="云溪市人大", fetched_at=NOW, headers={"etag": '"1"'})
    with any_store.write() as session:
        assert enter(session, origin=page).status == "known"
    assert _origin(any_store) == Origin(URL, day, "云溪市人大", "建议提案", NOW, {"etag": '"1"'})
    with any_store.read() as session:
        told = session.scalars(select(HistoryRow).where(HistoryRow.action == "address")).one()
    assert (told.letter_id, told.new, told.why) == (letter, URL, "原来源 市科技局")


def test_names_that_are_too_long_are_cut(any_store: Store) -> None:
    with any_store.write() as session:
        enter(session, origin=Origin(source_name="云" * 300, column_name="栏" * 300))
    kept = _origin(any_store)
    assert kept.source_name == "云" * 119 + "…"
    assert kept.column_name == "栏" * 119 + "…"


def _answer(store: Store, sha256: str | None = "a" * 64, **changes: object) -> bool:
    values = {"letter_id": None, "problem": None, "who": WHO, "now": NOW} | changes
    with store.write() as session:
        return pages.page_answered(
            session,
            "云溪市人大",
            URL,
            Answered(200, '"1"', None, sha256),
            **values,  # type: ignore[arg-type]
        )


def _page(store: Store) -> PageRow:
    with store.read() as session:
        return session.scalars(select(PageRow)).one()


def test_a_page_is_one_row(any_store: Store) -> None:
    later = NOW + dt.timedelta(days=1)
    assert not _answer(any_store)
    assert not _answer(any_store, None, now=later)
    row = _page(any_store)
    assert (row.sha256, row.etag, row.status) == ("a" * 64, '"1"', 200)
    assert (row.first_seen, row.last_seen, row.last_checked) == (NOW, later, later)


def test_what_fails_leaves_what_is_known(any_store: Store) -> None:
    with any_store.write() as session:
        letter = enter(session).letter_id
    _answer(any_store, letter_id=letter)
    later = NOW + dt.timedelta(days=1)
    with any_store.write() as session:
        pages.page_failed(session, "x", URL, None, "cannot be reached", who=WHO, now=later)
    row = _page(any_store)
    assert (row.source, row.letter_id, row.sha256) == ("云溪市人大", letter, "a" * 64)
    assert (row.problem, row.last_seen, row.last_checked) == ("cannot be reached", NOW, later)


@pytest.mark.parametrize(
    ("statuses", "vanished"),
    [
        ([404], [False]),
        ([404, 404], [False, True]),
        ([404, 404, 404], [False, True, False]),
        ([404, None, 404], [False, False, False]),
        ([404, 500, 404, 404], [False, False, False, True]),
        ([410], [True]),
        ([404, 410], [False, True]),
        ([403, 403], [False, False]),
    ],
)
def test_when_a_page_has_vanished(
    store: Store, statuses: list[int | None], vanished: list[bool]
) -> None:
    with store.write() as session:
        letter = enter(session).letter_id
    _answer(store, letter_id=letter)
    found = []
    for day, status in enumerate(statuses, 1):
        with store.write() as session:
            now = NOW + dt.timedelta(days=day)
            found.append(pages.page_failed(session, "x", URL, status, "?", who=WHO, now=now))
    assert found == vanished


@pytest.mark.parametrize("status", [404, 410])
def test_what_was_never_there_has_not_vanished(store: Store, status: int) -> None:
    for day in range(3):
        with store.write() as session:
            now = NOW + dt.timedelta(days=day)
            assert not pages.page_failed(session, "x", URL, status, "?", who=WHO, now=now)
    assert _page(store).vanished_at is None


@pytest.mark.parametrize(
    ("others", "vanished"),
    [
        ([True], [False]),
        ([True, True], [False, True]),
        ([True, True, True], [False, True, False]),
        ([True, False, True], [False, False, True]),
        ([False, False], [False, False]),
    ],
)
def test_when_a_page_holds_something_else(
    store: Store, others: list[bool], vanished: list[bool]
) -> None:
    with store.write() as session:
        letter = enter(session).letter_id
    _answer(store, letter_id=letter)
    found = []
    for day, other in enumerate(others, 1):
        with store.write() as session:
            now = NOW + dt.timedelta(days=day)
            found.append(
                pages.page_replaced(
                    session, "x", URL, Answered(200, sha256="b" * 64), "no letter",
                    other=other, who=WHO, now=now,
                )
            )  # fmt: skip
    assert found == vanished
    assert _page(store).letter_id == letter


def test_twice_in_one_run_is_once(store: Store) -> None:
    with store.write() as session:
        letter = enter(session).letter_id
    _answer(store, letter_id=letter)
    for _ in range(2):
        with store.write() as session:
            now = NOW + dt.timedelta(days=1)
            assert not pages.page_failed(session, "x", URL, 404, "?", who=WHO, now=now)


def test_known_pages_are_those_of_the_site_and_those_named(store: Store) -> None:
    with store.write() as session:
        for source, name in (("甲", "a"), ("甲", "b"), ("乙", "c"), ("乙", "d")):
            answer = Answered(200)
            pages.page_answered(
                session, source, name, answer, letter_id=None, problem=None, who=WHO, now=NOW
            )
    with store.read() as session:
        many = [f"x{number}" for number in range(1200)]
        assert list(pages.known_pages(session, "甲", ["a", "c", *many])) == ["a", "b", "c"]
        assert session.scalar(select(func.count(PageRow.id))) == 4


def test_what_a_version_changed(any_store: Store) -> None:
    day = dt.date(2023, 6, 14)
    plan = commitment("年内新建充电桩200个", target=None)
    gone = commitment("年内新建公园3个", target=None)
    with any_store.write() as session:
        enter(session, extraction(plan, gone, commitment()))
        ledger.confirm(session, queries.commitment(session, "25-1"), who=WHO, now=NOW)
    late = deadline(dt.date(2024, 6, 30))
    new = commitment("年内新建学校5所", target=None)
    with any_store.write() as session:
        second = enter(
            session,
            extraction(
                commitment("年内新建充电桩200个", target=None, deadline=late),
                commitment(deadline=late),
                new,
                date=day,
            ),
            now=NOW + dt.timedelta(days=1),
        )
    with any_store.read() as session:
        found = newer.differences(session, second.letter_id)
        newest = newer.newer_versions(session, most=5)
    assert {(one.kind, one.ref, one.field, one.old, one.new, one.kept) for one in found} == {
        ("changed", "25-1", "deadline", "2023-12-31", "2024-06-30", True),
        ("changed", "25-3", "deadline", "2023-12-31", "2024-06-30", False),
        ("missing", "25-2", None, None, None, False),
        ("added", "25-4", None, None, None, False),
    }
    assert [row.id for row, _ in newest] == [second.letter_id]


def test_a_reply_of_another_unit_is_no_version(store: Store) -> None:
    with store.write() as session:
        enter(session)
        enter(session, extraction(issuer="资阳市财政局"))
    with store.read() as session:
        assert newer.newer_versions(session, most=5) == []


NEW = "https://www.yunxi.example/t9.html"
LANDED = "https://www.yunxi.example/2023/t7.html"


def _is_at(store: Store, url: str, letter: int | None, day: int) -> None:
    with store.write() as session:
        now = NOW + dt.timedelta(days=day)
        pages.page_answered(
            session, "云溪市人大", url, Answered(200), letter_id=letter, problem=None,
            who=WHO, now=now,
        )  # fmt: skip


def _is_gone(store: Store, url: str, day: int) -> None:
    with store.write() as session:
        now = NOW + dt.timedelta(days=day)
        pages.page_failed(session, "云溪市人大", url, 410, "?", who=WHO, now=now)


def _found_at(store: Store, letter: int) -> tuple[str | None, bool, list[tuple[str, str | None]]]:
    """Its address, whether it has vanished, and where the history says that it moved."""
    with store.read() as session:
        row = session.get_one(LetterRow, letter)
        moved = session.execute(
            select(HistoryRow.old, HistoryRow.new)
            .where(HistoryRow.letter_id == letter, HistoryRow.action == "moved")
            .order_by(HistoryRow.id)
        )
        return (
            row.url,
            pages.vanished_at(session, row) is not None,
            [(a or "", b) for a, b in moved],
        )


@pytest.mark.parametrize("address", [URL, LANDED])
def test_a_vanished_letter_that_is_met_again_elsewhere(any_store: Store, address: str) -> None:
    with any_store.write() as session:
        letter = enter(session, origin=Origin(url=address)).letter_id
    _is_at(any_store, URL, letter, 1)
    _is_gone(any_store, URL, 2)
    assert _found_at(any_store, letter) == (address, True, [])
    _is_at(any_store, NEW, letter, 3)
    assert _found_at(any_store, letter) == (NEW, False, [(address, NEW)])
    _is_at(any_store, URL, None, 4)  # both are there: nothing moves
    _is_at(any_store, NEW, None, 4)
    assert _found_at(any_store, letter) == (NEW, False, [(address, NEW)])
    _is_gone(any_store, URL, 5)
    _is_gone(any_store, NEW, 5)
    assert _found_at(any_store, letter) == (NEW, True, [(address, NEW)])
    _is_at(any_store, URL, None, 6)
    assert _found_at(any_store, letter)[:2] == (URL, False)


@pytest.mark.parametrize("address", [URL, LANDED])
def test_a_page_that_comes_back_keeps_the_address(store: Store, address: str) -> None:
    with store.write() as session:
        letter = enter(session, origin=Origin(url=address)).letter_id
    _is_at(store, URL, letter, 1)
    _is_gone(store, URL, 2)
    _is_at(store, URL, letter, 3)
    assert _found_at(store, letter) == (address, False, [])


@pytest.mark.parametrize("address", [URL, LANDED])
def test_every_version_vanishes_with_its_page(any_store: Store, address: str) -> None:
    day = dt.date(2023, 6, 14)
    other = "https://www.yunxi.example/t8.html"
    with any_store.write() as session:
        first = enter(session, origin=Origin(url=address)).letter_id
        second = enter(session, extraction(date=day), origin=Origin(url=address)).letter_id
        finance = extraction(issuer="资阳市财政局")
        beside = enter(session, finance, origin=Origin(url=other)).letter_id
    _is_at(any_store, URL, second, 1)
    _is_at(any_store, other, beside, 1)
    assert [_found_at(any_store, one)[1] for one in (first, second, beside)] == [False] * 3
    _is_gone(any_store, URL, 2)
    assert [_found_at(any_store, one)[1] for one in (first, second, beside)] == [True, True, False]

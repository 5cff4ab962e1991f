"""Numbers of official letters are given once, and letters are written only of what is overdue."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import select

from tests.office import MONDAY, YEAR_END, Ledger, add_unit, morning
from tracker.errors import StoreError
from tracker.settings import Settings
from tracker.store import officials
from tracker.store.database import Store, open_store
from tracker.store.officials import Number, give_number, parse_number, record_letter, refuse_given
from tracker.store.tables import CommitmentRow, HistoryRow, OfficialLetterRow, RequestRow, UnitRow

NOW = morning(MONDAY)
LATE = YEAR_END + dt.timedelta(days=1)


def _letter(store: Store, code: str = "云人办函", kind: str = "urge", year: int = 2024) -> str:
    with store.write() as session:
        unit = session.scalars(select(UnitRow)).first() or add_unit(session, "县科技局")
        number = give_number(session, code, year)
        record_letter(
            session, number, kind, unit, [], day=LATE, sha256="ab" * 32, who="李督查", now=NOW
        )
        return str(number)


def test_numbers_count_up_by_code_and_year(any_store: Store) -> None:
    assert _letter(any_store) == "云人办函〔2024〕1号"
    assert _letter(any_store, kind="supervise") == "云人办函〔2024〕2号"
    assert _letter(any_store, code="云政督函") == "云政督函〔2024〕1号"
    assert _letter(any_store, year=2025) == "云人办函〔2025〕1号"
    assert _letter(any_store) == "云人办函〔2024〕3号"


def test_a_number_of_a_persons_choice_is_given_once(any_store: Store) -> None:
    _letter(any_store)
    with any_store.write() as session:
        refuse_given(session, Number("云人办函", 2024, 7))
        with pytest.raises(
            StoreError, match=r"1号 was given to the letter of 2024-01-01 to 县科技局"
        ):
            refuse_given(session, Number("云人办函", 2024, 1))


@pytest.mark.parametrize("text", ["云人办函〔2026〕12号", " 云人办函〔2026〕12号 "])
def test_a_number_is_read(text: str) -> None:
    assert parse_number(text) == Number("云人办函", 2026, 12)


@pytest.mark.parametrize(
    "text",
    ["", "12", "云人办函[2026]12号", "云人办函〔2026〕第12号", "云人办函〔26〕1号", "〔2026〕1号",
     "云人办函〔2026〕0号", "云人办函〔2026〕012号", "云" * 41 + "〔2026〕1号"],
)  # fmt: skip
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(StoreError, match="is no number of a letter"):
        parse_number(text)


def test_two_clerks_at_once_get_two_numbers(postgresql_ready: Settings) -> None:
    store = open_store(postgresql_ready)
    with store.write() as session:
        add_unit(session, "县科技局")
    given: list[str] = []
    threads = [threading.Thread(target=lambda: given.append(_letter(store))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(given) == [f"云人办函〔2024〕{number}号" for number in range(1, 7)]
    store.close()


def test_only_what_is_confirmed_open_and_overdue(any_store: Store) -> None:
    with any_store.write() as session:
        ledger, unit = Ledger(session), add_unit(session, "县科技局")
        other = add_unit(session, "县教育局")
        rows = {
            "late": ledger.commitment(unit, other),
            "later": ledger.commitment(unit, deadline=dt.date(2023, 6, 30)),
            "pending": ledger.commitment(unit, review="pending"),
            "kept": ledger.commitment(unit, outcome="kept"),
            "undated": ledger.commitment(unit, deadline=None),
            "today": ledger.commitment(unit, deadline=LATE),
            "asks": ledger.commitment(unit),
            "others": ledger.commitment(other),
        }
        session.add(
            RequestRow(
                commitment=rows["asks"], kind="extension", reason="雨季", asked_by="某", asked_at=NOW,
                asked_on=MONDAY, state="waiting",
            )
        )  # fmt: skip
        session.flush()
        found = officials.overdue(session, unit, LATE)
        assert [row.ref for row in found] == [rows["later"].ref, rows["late"].ref]
        for name, reason in (
            ("pending", "is not confirmed"), ("kept", "is settled"), ("undated", "has no deadline"),
            ("today", "is due on 2024-01-01"), ("asks", "waits for a decision"),
        ):  # fmt: skip
            with pytest.raises(StoreError, match=reason):
                officials.check_overdue(rows[name], LATE)
        officials.check_overdue(rows["late"], LATE)


def test_one_letter_goes_to_one_unit(store: Store) -> None:
    with store.write() as session:
        ledger = Ledger(session)
        one, two, three = (add_unit(session, f"县{name}局") for name in ("科技", "教育", "水利"))
        both = ledger.commitment(one, two)
        alone = ledger.commitment(two)
        third = ledger.commitment(three)
        assert officials.one_unit([both, alone], None) is two
        assert officials.one_unit([both], one) is one
        with pytest.raises(StoreError, match="owed by 县科技局、县教育局; name one with --unit"):
            officials.one_unit([both], None)
        with pytest.raises(StoreError, match="different units; write one letter a unit"):
            officials.one_unit([both, third], None)
        with pytest.raises(StoreError, match="县水利局 does not owe it"):
            officials.one_unit([both], three)


def test_the_history_of_each_commitment_tells_of_the_letter(store: Store) -> None:
    with store.write() as session:
        unit = add_unit(session, "县科技局")
        row = Ledger(session).commitment(unit)
        number = give_number(session, "云人办函", 2024)
        record_letter(
            session, number, "supervise", unit, [row], day=LATE, sha256="ab" * 32, who="李督查",
            now=NOW,
        )  # fmt: skip
    with store.read() as session:
        (line,) = session.scalars(select(HistoryRow).where(HistoryRow.action == "letter"))
        assert (line.new, line.why, line.commitment_id) == (
            "督办函 云人办函〔2024〕1号", "县科技局", 1,
        )  # fmt: skip
        (kept,) = session.scalars(select(OfficialLetterRow))
        assert (kept.refs, kept.kind, kept.year, kept.seq) == (["1-1"], "supervise", 2024, 1)
        assert session.get(CommitmentRow, 1) is not None

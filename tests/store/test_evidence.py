"""What stands behind a report: what it is taken for, and what is refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import WHO, commitment, enter, extraction
from tests.store.ledgers import NOW, TODAY, confirmed
from tracker.errors import StoreError
from tracker.store import ledger, queries
from tracker.store.database import Store
from tracker.store.evidence import filed, quoted, written
from tracker.store.following import corrected
from tracker.store.tables import CommitmentRow


@pytest.mark.parametrize(
    ("text", "kind", "kept"),
    [
        ("统计公报第3页", "text", "统计公报第3页"),
        ("  公报  ", "text", "公报"),
        ("见 http://a.example/1", "text", "见 http://a.example/1"),
        ("http://a.example/1?x=1#第3页", "address", "http://a.example/1?x=1#第3页"),
        ("HTTPS://a.example", "address", "HTTPS://a.example"),
        ("No: 12", "text", "No: 12"),
        ("'; DROP TABLE progress_reports; --", "text", "'; DROP TABLE progress_reports; --"),
    ],
)
def test_a_text_or_an_address(text: str, kind: str, kept: str) -> None:
    found = written("25-1", text)
    assert found is not None
    assert (found.kind, found.text) == (kind, kept)


@pytest.mark.parametrize("text", [None, "", "  "])
def test_nothing_is_no_evidence(text: str | None) -> None:
    assert written("25-1", text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("javascript:alert(1)", "only http and https"),
        ("JavaScript:alert(1)", "only http and https"),
        ("data:text/html,x", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("ftp://a.example/1", "only http and https"),
        ("http://", "names no host"),
        ("http://user:secret@a.example/", "holds a password"),
        ("http://a.example:99999/", r"host or port|no usable address"),
        ("http://a.example/" + "x" * 2100, "longer than 2000"),
        ("一\n二", "one line"),
        ("一\u202e二", "one line"),
        ("一\x1b[2J", "one line"),
    ],
)
def test_evidence_that_cannot_be_is_refused(text: str, reason: str) -> None:
    with pytest.raises(StoreError, match=reason):
        written("25-1", text)


def test_a_file_is_named_by_its_bytes() -> None:
    found = filed("公报.pdf", b"abc")
    assert (found.kind, found.text) == ("file", "公报.pdf")
    assert found.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert len(filed("长" * 500, b"abc").text) == 200


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("力争2023年新增高新技术企业30户", "quote"),
        ("力争2023年 新增高新技术企业\n30户", "quote"),
        ("高新技术", "quote"),
        ("企业", "text"),
        ("力争2023年新增高新技术企业31户", "text"),
        ("%", "text"),
    ],
)
def test_a_quote_is_looked_for_in_the_letters(
    undone: Session, promise: CommitmentRow, text: str, kind: str
) -> None:
    found = quoted(undone, promise, text)
    assert (found.kind, found.letter_id) == (kind, promise.letter_id if kind == "quote" else None)


@pytest.mark.parametrize("text", ["", " \n ", "高新\u202e技术", "高新\x00技术"])
def test_a_quote_that_cannot_be_is_refused(
    undone: Session, promise: CommitmentRow, text: str
) -> None:
    with pytest.raises(StoreError, match=r"no words|one line"):
        quoted(undone, promise, text)


def test_only_letters_of_the_same_suggestion_count(undone: Session, promise: CommitmentRow) -> None:
    quote = "力争2023年新增路灯40盏"
    enter(undone, extraction(commitment(quote), suggestion_no=26))
    assert quoted(undone, promise, quote).kind == "text"
    other = queries.commitment(undone, "26-1")
    assert quoted(undone, other, quote).letter_id == other.letter_id


def _report(session: Session, row: CommitmentRow, **what: Any) -> None:
    values: dict[str, Any] = {"as_of": TODAY, "who": WHO, "now": NOW} | what
    ledger.record_progress(session, row, **values)


def test_a_report_keeps_what_its_evidence_is(any_store: Store) -> None:
    with any_store.write() as session:
        row = confirmed(session)
        _report(session, row, value=Decimal(1), evidence="公报")
        _report(session, row, value=Decimal(2), evidence="https://a.example/1")
        _report(session, row, value=Decimal(3), evidence=filed("公报.pdf", b"abc"))
        _report(session, row, value=Decimal(4), evidence=quoted(session, row, "新增高新技术企业"))
        _report(session, row, value=Decimal(5))
    with any_store.read() as session:
        row = queries.commitment(session, "25-1")
        letter = row.letter_id
    told = [
        (report.evidence_kind, report.evidence, report.evidence_sha256, report.evidence_letter_id)
        for report in row.reports
    ]
    assert told == [
        ("text", "公报", None, None),
        ("address", "https://a.example/1", None, None),
        ("file", "公报.pdf", filed("", b"abc").sha256, None),
        ("quote", "新增高新技术企业", None, letter),
        (None, None, None, None),
    ]


def test_a_newer_figure_of_the_day_counts_and_the_other_stays(
    undone: Session, promise: CommitmentRow
) -> None:
    earlier = dt.date(2023, 6, 30)
    _report(undone, promise, value=Decimal(12), as_of=earlier)
    _report(undone, promise, value=Decimal(20))
    _report(undone, promise, note="说明", as_of=earlier)
    assert corrected(promise.reports) == set()
    _report(undone, promise, value=Decimal(10), as_of=earlier, now=NOW + dt.timedelta(hours=1))
    undone.expire_all()
    gone = corrected(promise.reports)
    assert [(item.value, item.id in gone) for item in promise.reports if item.value] == [
        (Decimal(12), True),
        (Decimal(10), False),
        (Decimal(20), False),
    ]
    change = queries.history(undone, "25-1")[-1]
    assert (change.action, change.old, change.new) == (
        "report",
        "12户 (2023-06-30)",
        "10户 (2023-06-30)",
    )

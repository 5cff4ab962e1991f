"""A small ledger for tests of what is said of commitments: opened once, undone after each test."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from tests.factories import WHO, action, commitment, enter, extraction
from tracker.store import ledger, queries
from tracker.store.tables import CommitmentRow

NOW = dt.datetime(2023, 10, 9, 20, 0, tzinfo=dt.UTC)  # in Shanghai it is the 10th
TODAY = dt.date(2023, 10, 10)
DUE = dt.date(2023, 12, 31)


def confirmed(session: Session) -> CommitmentRow:
    """25-1, 30户 by the end of 2023, and 25-2, an action without a date; both confirmed."""
    enter(session, extraction(commitment(), action("年内制定管理办法")))
    for row in queries.commitments(session):
        ledger.confirm(session, row, who=WHO, now=NOW)
    return queries.commitment(session, "25-1")

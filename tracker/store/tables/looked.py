"""Whatever changes a commitment, or is said of it, lets the next round look at it again.

Told by the session itself, so that no writer has to think of it. Rows that are inserted past the
session (in bulk) begin with nothing in `look_on` and are looked at anyway. A notice that is taken
out of its message counts too: it may be owed again.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from tracker.store.tables.commitments import CommitmentRow, CommitmentUnitRow
from tracker.store.tables.followed import ProgressReportRow, RatingRow, RequestRow
from tracker.store.tables.post import NoticeRow

_SAID: Final = (ProgressReportRow, RequestRow, RatingRow, CommitmentUnitRow, NoticeRow)
_CHUNK: Final = 500


def look_again(session: Session, _context: Any) -> None:
    """After a flush: empty `look_on` of what was changed or spoken of."""
    new = {row.id for row in session.new if isinstance(row, CommitmentRow)}
    changed = {row.id for row in session.dirty if isinstance(row, CommitmentRow)}
    for rows in (session.new, session.dirty, session.deleted):
        changed |= {row.commitment_id for row in rows if isinstance(row, _SAID)}
    ids = sorted(changed - new - {None})
    for start in range(0, len(ids), _CHUNK):
        session.connection().execute(
            update(CommitmentRow.__table__)  # type: ignore[arg-type]
            .where(CommitmentRow.id.in_(ids[start : start + _CHUNK]))
            .where(CommitmentRow.look_on.is_not(None))
            .values(look_on=None)
        )

"""How often, and when last, what a calendar shows of a commitment was changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.store.tables import CommitmentRow, HistoryRow, LetterRow

#: A change of one of these moves, ends or revives the entry in a calendar.
_MOVES: Final = ("deadline", "outcome", "review")
#: These are seen in it. RFC 5545, 3.8.7.3 and 3.8.7.4: such a change is a new date of the entry,
#: without which programs keep the old words, and no new number, which is for what moves.
_SHOWN: Final = ("what", "value", "unit", "mode", "comparator", "kind", "owner")
_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Revision:
    """How many changes moved it, the moment of the last change of what is shown (without any, of the
    import), and whether the commitment was ever confirmed."""

    number: int
    at: dt.datetime
    was_confirmed: bool = False


def revisions(session: Session, ids: Iterable[int]) -> dict[int, Revision]:
    """Commitment → its revision.

    Args:
        session: of `Store.read` or `Store.write`.
        ids: of commitments.
    """
    wanted = sorted(set(ids))
    found: dict[int, Revision] = {}
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        imported = select(CommitmentRow.id, LetterRow.imported_at).join(LetterRow)
        for commitment_id, at in session.execute(imported.where(CommitmentRow.id.in_(part))):
            found[commitment_id] = Revision(0, at)
        changes = (
            select(HistoryRow.commitment_id, HistoryRow.at, HistoryRow.old, HistoryRow.field)
            .where(HistoryRow.commitment_id.in_(part), HistoryRow.field.in_((*_MOVES, *_SHOWN)))
            .order_by(HistoryRow.id)
        )
        for changed, at, old, field in session.execute(changes):
            if changed is None:
                continue
            before = found[changed]
            found[changed] = Revision(
                before.number + (field in _MOVES),
                max(before.at, at),
                before.was_confirmed or (field == "review" and old == "confirmed"),
            )
    return found

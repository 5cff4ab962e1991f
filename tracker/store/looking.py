"""Which commitments a round must look at: those that changed, and those whose day has come.

Most of a ledger owes nothing on most days, however much of it is overdue. A round says of each
commitment it has dealt with when to look again; until then, and until something changes, it is not
read. This only spares work: what is owed is asked of the rows themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session

from tracker.store.tables import CommitmentRow, ProgressReportRow, RatingRow, RequestRow
from tracker.store.tables.sealed import unmarked

#: Nothing will come to be owed by itself.
NEVER: Final = dt.date.max
_CHUNK: Final = 500
#: When to look is nothing that is sealed (`seals`): it leaves the seal as it is.
# The day of looking is no fact.
_TABLE: Final = unmarked(CommitmentRow.metadata.tables["commitments"])


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a round must look at, most urgent first, and the deadlines of those of it that no round
    has looked at since something changed."""

    ids: list[int]
    fresh: set[dt.date | None]


def to_look_at(session: Session, today: dt.date) -> Waiting:
    """The confirmed commitments that a round of this day must look at.

    Args:
        session: of `Store.read` or `Store.write`.
        today: the day of the round.
    """
    confirmed = select(CommitmentRow.deadline, CommitmentRow.id).where(
        CommitmentRow.review == "confirmed"
    )
    fresh = session.execute(confirmed.where(CommitmentRow.look_on.is_(None))).all()
    due = session.execute(confirmed.where(CommitmentRow.look_on <= today)).all()
    rows = sorted((deadline or dt.date.max, id_) for deadline, id_ in (*fresh, *due))
    return Waiting([id_ for _, id_ in rows], {deadline for deadline, _ in fresh})


def pass_over(
    session: Session,
    deadlines: Iterable[dt.date | None],
    first: Callable[[dt.date], dt.date],
) -> None:
    """Say of commitments whose deadline is far, and of which nothing was said, when to look; all
    of one deadline at once.

    Args:
        session: of `Store.write`.
        deadlines: those that are far, or none.
        first: deadline → the first day on which something can be owed.
    """
    silent = (
        (CommitmentRow.review == "confirmed")
        & CommitmentRow.look_on.is_(None)
        & (CommitmentRow.outcome == "open")
        & CommitmentRow.look_back_since.is_(None)
    )
    for table in (ProgressReportRow, RequestRow, RatingRow):
        silent &= ~exists().where(table.commitment_id == CommitmentRow.id)
    for deadline in deadlines:
        of_day = CommitmentRow.deadline == deadline  # IS NULL where there is none
        day = NEVER if deadline is None else first(deadline)
        _set(session, select(CommitmentRow.id).where(silent, of_day), day)


def hold_free(session: Session, ids: Iterable[int]) -> set[int]:
    """Lock what nobody is changing at this moment, so that a change that comes meanwhile is seen
    after this round, and not overwritten by it."""
    wanted = list(ids)
    query = select(CommitmentRow.id).where(CommitmentRow.id.in_(wanted))
    return set(session.scalars(query.with_for_update(skip_locked=True, key_share=True)))


def look_again(session: Session, days: Mapping[dt.date, list[int]]) -> None:
    """Say when to look at commitments again.

    Args:
        session: of `Store.write`.
        days: day → ids, each held.
    """
    for day, ids in days.items():
        for start in range(0, len(ids), _CHUNK):
            session.execute(
                update(_TABLE)
                .where(_TABLE.c.id.in_(ids[start : start + _CHUNK]))
                .values(look_on=day),
                execution_options={"synchronize_session": False},
            )


def look_at_all(session: Session) -> None:
    """Let the next round look at every open commitment: the ladder or the calendar changed."""
    _set(
        session,
        select(CommitmentRow.id).where(
            CommitmentRow.review == "confirmed",
            CommitmentRow.outcome == "open",
            CommitmentRow.look_on.is_not(None),
        ),
        None,
    )


def _set(session: Session, ids: Select[Any], day: dt.date | None) -> None:
    held = ids.correlate(None).with_for_update(skip_locked=True, key_share=True)
    session.execute(
        update(_TABLE).where(_TABLE.c.id.in_(held)).values(look_on=day),
        execution_options={"synchronize_session": False},
    )

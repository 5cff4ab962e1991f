"""Requests of a unit that nobody has to decide any more."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from tracker.store.journal import clip, record
from tracker.store.tables import CommitmentRow, RequestRow


def close(
    request: RequestRow, state: str, *, who: str, now: dt.datetime, decision: str | None
) -> None:
    """Write into a request what became of it."""
    request.state = state
    request.decided_by, request.decided_at = clip(who, 120), now
    request.decision = decision


def lapse(session: Session, row: CommitmentRow, why: str, *, who: str, now: dt.datetime) -> None:
    """Let the requests of a commitment that wait lapse: it was settled, or is not followed.

    Args:
        session: of `Store.write`; the commitment is held.
        row: the commitment.
        why: settled, rejected or undone, as the request keeps it.
        who: who settled it.
        now: when.
    """
    for request in row.requests:
        if request.state == "waiting":
            close(request, "lapsed", who=who, now=now, decision=why)
            record(session, "lapse", who=who, now=now, commitment=row, field=request.kind)

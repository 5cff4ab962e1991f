"""Whether a notice is still owed, as seen just before it is sent."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from tracker.followup.events import overtaken
from tracker.followup.ladder import FELL_DUE, offset_of
from tracker.followup.recipients import SUPERVISOR, id_of, is_deputy, roles_of
from tracker.followup.status import facts_of, standing
from tracker.store import subscriptions
from tracker.store.tables import CommitmentRow, NoticeRow


def obsolete(session: Session, notice: NoticeRow, today: dt.date, zone: dt.tzinfo) -> str | None:
    """Why a notice is no longer owed; None when it is.

    The supervisor is told of what is past its date even where a report came in: the report asks
    for an outcome. While a request waits nobody is chased. What is told of an event stays true
    when the commitment is settled.

    Args:
        session: of `Store.read` or `Store.write`.
        notice: with its commitment.
        today: the day of sending.
        zone: the office's zone, in which a report's moment becomes a day.
    """
    row: CommitmentRow = notice.commitment
    if is_deputy(notice.recipient) and not _subscribed(session, notice):
        return "unsubscribed"
    if row.review != "confirmed":
        return "not tracked"
    if notice.rung != FELL_DUE and offset_of(notice.rung) is None:
        return overtaken(notice.rung, row)
    if row.outcome != "open":
        return "settled"
    if row.deadline != notice.deadline:
        return "deadline moved"
    facts = facts_of(row, zone)
    if is_deputy(notice.recipient):
        return "target reached" if standing(facts, today).complete else None
    if facts.waiting:
        return "request waits"
    roles = roles_of(row, notice.recipient)
    if notice.recipient == SUPERVISOR:
        return None
    if not roles:
        return "other owner"
    if facts.answered_on is not None and facts.answered_on >= notice.decided_on:
        return "report came in"
    return "target reached" if standing(facts, today).complete else None


def _subscribed(session: Session, notice: NoticeRow) -> bool:
    row, deputy = notice.commitment, id_of(notice.recipient)
    if all(item.id != deputy for item in row.suggestion.deputies):
        return False
    return (deputy, row.suggestion_id) not in subscriptions.ended(session, [row.suggestion_id])

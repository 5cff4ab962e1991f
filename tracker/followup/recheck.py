"""Whether a notice is still owed, as seen just before it is sent."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import object_session

from tracker.followup.events import overtaken
from tracker.followup.ladder import FELL_DUE, offset_of
from tracker.followup.recipients import SUPERVISOR, id_of, is_deputy, is_robot, roles_of
from tracker.followup.status import facts_of, standing
from tracker.store import subscriptions
from tracker.store.tables import CommitmentRow, NoticeRow


def obsolete(notice: NoticeRow, today: dt.date, zone: dt.tzinfo) -> str | None:
    """Why a notice is no longer owed; None when it is.

    The supervisor is told of what is past its date even where a report came in: the report asks
    for an outcome. While a request waits nobody is chased. What is told of an event stays true
    when the commitment is settled.

    Args:
        notice: with its commitment, of an open session.
        today: the day of sending.
        zone: the office's zone, in which a report's moment becomes a day.
    """
    row: CommitmentRow = notice.commitment
    if is_deputy(notice.recipient) and not _subscribed(notice):
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
    # A robot hears what its readers do; whether they still owe is theirs to answer.
    if notice.recipient == SUPERVISOR or is_robot(notice.recipient):
        return None
    if not roles_of(row, notice.recipient):
        return "other owner"
    if facts.answered_on is not None and facts.answered_on >= notice.decided_on:
        return "report came in"
    return "target reached" if standing(facts, today).complete else None


def _subscribed(notice: NoticeRow) -> bool:
    row, deputy = notice.commitment, id_of(notice.recipient)
    session = object_session(notice)
    assert session is not None  # noqa: S101 - the caller's
    if all(item.id != deputy for item in row.suggestion.deputies):
        return False
    return (deputy, row.suggestion_id) not in subscriptions.ended(session, [row.suggestion_id])

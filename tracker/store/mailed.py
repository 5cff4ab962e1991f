"""The reports of the outbox: which of them a recipient had, and that only the newest waits.

The key of one is "report:RECIPIENT:DUE:MARK"; the mark tells the reports of the settings apart.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker.store.outbox import WAITING, cancel
from tracker.store.tables import MessageRow


def told_within(
    session: Session, recipient: str, first: dt.date, last: dt.date
) -> list[tuple[dt.date, dt.date, str]]:
    """The reports that were decided for a recipient, or went out to him, on some days, whatever
    became of them: the day of each, the one it was due, and its mark.

    Args:
        session: of `Store.read` or `Store.write`.
        recipient: to whom.
        first: the first of the days.
        last: the last of them.
    """
    within = MessageRow.day.between(first, last)
    query = select(MessageRow.day, MessageRow.key).where(*_to(recipient), within)
    rows = session.execute(query.order_by(MessageRow.id))
    parts = ((day, *_parts(key, recipient)) for day, key in rows)
    return [(day, dt.date.fromisoformat(due), mark) for day, due, mark in parts]


def last_due(session: Session, recipient: str, mark: str) -> dt.date | None:
    """For which day the last report of a mark that went out to a recipient was due."""
    query = select(MessageRow.key).where(*_to(recipient), MessageRow.state == "sent")
    parts = (_parts(key, recipient) for key in session.scalars(query))
    return max((dt.date.fromisoformat(day) for day, of in parts if of == mark), default=None)


def ever(session: Session, mark: str) -> bool:
    """Whether any report of a mark was decided."""
    ends = "____-__-__" + (f":{mark}" if mark else "")
    query = select(MessageRow.id).where(
        MessageRow.kind == "report", MessageRow.key.like(f"report:%:{ends}")
    )
    return session.scalars(query.limit(1)).first() is not None


def supersede(session: Session, newest: MessageRow, now: dt.datetime, *, all_marks: bool) -> int:
    """Cancel the other reports of its mark, or all others, that wait for the same recipient.

    Args:
        session: of `Store.write`.
        newest: the one that is worth reading.
        now: the moment.
        all_marks: of a deputy, who is to have one in a week.

    Returns:
        How many messages were cancelled.
    """
    query = select(MessageRow).where(
        *_to(newest.recipient), MessageRow.state.in_(WAITING), MessageRow.id != newest.id
    )
    mark = _parts(newest.key, newest.recipient)[1]
    old = [
        row
        for row in session.scalars(query.order_by(MessageRow.id).with_for_update())
        if all_marks or _parts(row.key, row.recipient)[1] == mark
    ]
    for row in old:
        cancel(session, row, now, "superseded")
    return len(old)


def _to(recipient: str) -> tuple[ColumnElement[bool], ...]:
    return MessageRow.kind == "report", MessageRow.recipient == recipient


def _parts(key: str, recipient: str) -> tuple[str, str]:
    """Due day and mark."""
    day, _, mark = key.removeprefix(f"report:{recipient}:").partition(":")
    return day, mark

"""All that is known of one commitment on a day: the sentence around its quote, its notices, its
history.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.notices.reasons import step_name
from tracker.reports import reads
from tracker.reports.items import Item
from tracker.settings import Settings
from tracker.store import queries
from tracker.store.deadlines import Deadlines, deadlines
from tracker.store.tables import CommitmentRow, HistoryRow, NoticeRow
from tracker.store.tries import only_written

#: What ends a sentence of a letter.
_ENDS: Final = "。！？!?\n"

#: So far a sentence is followed on either side; tables without full stops never end.
_REACH: Final = 160


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice that was decided, and what became of its message; `step` is what the ladder calls
    its rung."""

    day: dt.date
    rung: str
    step: str
    recipient: str
    state: str
    withdrawn: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history, its moment in the office's zone."""

    at: dt.datetime
    who: str
    action: str
    field: str | None
    old: str | None
    new: str | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Detail:
    """One commitment with everything around it; `before` and `after` complete its sentence."""

    item: Item
    before: str
    after: str
    notices: tuple[Notice, ...]
    history: tuple[Change, ...]
    deadlines: Deadlines


def detail(session: Session, settings: Settings, today: dt.date, ref: str) -> Detail:
    """One commitment as it stood on a day, with its surroundings.

    Raises:
        UnknownReference: there is none of that reference.
    """
    row = queries.commitment(session, ref)
    zone = ZoneInfo(settings.timezone)
    before, after = around(row.letter.text, row.start, row.end)
    changes = (_change(entry, zone) for entry in queries.history(session, row.ref))
    return Detail(
        item=reads.item(session, settings, today, row.ref),
        before=before,
        after=after,
        notices=tuple(_notice(notice, settings) for notice in _decided(row, today)),
        history=tuple(change for change in changes if change.at.date() <= today),
        deadlines=deadlines(session, [row], reads.end_of(settings, today))[row.id],
    )


def around(letter: str, start: int, end: int) -> tuple[str, str]:
    """The rest of the sentence before and after a quote, an ellipsis where it is cut."""
    first = max((letter.rfind(mark, 0, start) + 1 for mark in _ENDS), default=0)
    stops = [at + 1 for mark in _ENDS if (at := letter.find(mark, max(end - 1, start))) >= 0]
    last = max(end, min(stops, default=len(letter)))
    before, after = letter[first:start], letter[end:last]
    if len(before) > _REACH:
        before = "…" + before[-_REACH:]
    if len(after) > _REACH:
        after = after[:_REACH] + "…"
    return before, after


def _decided(row: CommitmentRow, today: dt.date) -> list[NoticeRow]:
    return [notice for notice in row.notices if notice.decided_on <= today]


def _notice(row: NoticeRow, settings: Settings) -> Notice:
    message = row.message
    state = "written" if only_written(message) else message.state
    step = step_name(row.rung, row.commitment, row.recipient, settings)
    return Notice(row.decided_on, row.rung, step, message.recipient_name, state, row.withdrawn)


def _change(row: HistoryRow, zone: dt.tzinfo) -> Change:
    at = row.at.astimezone(zone)
    return Change(at, row.who, row.action, row.field, row.old, row.new, row.why)

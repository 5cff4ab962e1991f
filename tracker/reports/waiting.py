"""Suggestions of the office's lists on a day: who is to answer, by when, and which have no reply."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.settings import Settings
from tracker.store import queries
from tracker.store.tables import LetterRow, SuggestionRow


@dataclass(frozen=True, slots=True)
class Assigned:
    """One suggestion on one day. `listed` is False where only its letter is known.

    `lead` are the units that a list names; of an answered one without them, those that replied.

    `days_left` is counted only while there is no reply; it is None where no day is set, which is
    shown as missing.
    """

    code: str
    body: str
    session: str
    number: int | None
    title: str | None
    deputies: tuple[str, ...]
    lead: tuple[str, ...]
    assisting: tuple[str, ...]
    category: str | None
    reply_due: dt.date | None
    listed: bool
    answered: bool
    days_left: int | None

    @property
    def waiting(self) -> bool:
        """Whether a list names it and no reply is there."""
        return self.listed and not self.answered

    @property
    def overdue(self) -> bool:
        """Whether its reply should have been there before the day."""
        return self.days_left is not None and self.days_left < 0


def assigned(
    session: Session,
    settings: Settings,
    today: dt.date,
    *,
    unit: str | None = None,
    deputy: str | None = None,
    suggestion: str | None = None,
    sitting: str | None = None,
    waiting: bool = False,
) -> tuple[Assigned, ...]:
    """Suggestions on a day: past due first, then by day, without a day, answered.

    A reply counts from its own date on, one without a date from the day of its import.

    Args:
        session: of the store.
        settings: the office's zone.
        today: the day to look from.
        unit: who is to answer, by name or alias, or a part of it.
        deputy: who filed it.
        suggestion: a code or a number.
        sitting: the session of the congress (届次).
        waiting: only those of a list.

    Raises:
        UnknownReference: no unit, deputy, suggestion or session of that name.
    """
    zone = ZoneInfo(settings.timezone)
    rows = queries.assigned(
        session, unit=unit, deputy=deputy, suggestion=suggestion, sitting=sitting, listed=waiting
    )
    found = [_assigned(row, today, zone) for row in rows]
    if waiting:
        found = [row for row in found if row.waiting]
    return tuple(sorted(found, key=_urgency))


def _assigned(row: SuggestionRow, today: dt.date, zone: dt.tzinfo) -> Assigned:
    answered = any(_day_of(letter, zone) <= today for letter in row.letters)
    names = {"lead": [], "assist": []}  # type: dict[str, list[str]]
    for link in row.units:
        names[link.role].append(link.unit.name)
    if not names["lead"] and answered:
        # Nobody has listed who leads; who has replied is known.
        names["lead"] = _issuers(row, today, zone)
    left = None if answered or row.reply_due is None else (row.reply_due - today).days
    return Assigned(
        code=row.code,
        body=row.body,
        session=row.session,
        number=row.number,
        title=row.title,
        deputies=tuple(deputy.name for deputy in row.deputies),
        lead=tuple(names["lead"]),
        assisting=tuple(names["assist"]),
        category=row.category,
        reply_due=row.reply_due,
        listed=row.listed_in is not None,
        answered=answered,
        days_left=left,
    )


def _issuers(row: SuggestionRow, today: dt.date, zone: dt.tzinfo) -> list[str]:
    """The units that have replied by a day, as their letters are signed."""
    names = (letter.issuer for letter in row.letters if _day_of(letter, zone) <= today)
    return [name for name in dict.fromkeys(names) if name]


def _day_of(letter: LetterRow, zone: dt.tzinfo) -> dt.date:
    return letter.date or letter.imported_at.astimezone(zone).date()


def _urgency(row: Assigned) -> tuple[bool, bool, dt.date]:
    return (not row.waiting, row.reply_due is None, row.reply_due or dt.date.max)


def waiting_json(rows: Sequence[Assigned]) -> dict[str, Any]:
    """What the report says of suggestions without a reply: counts, then each of them."""
    return {
        "n": len(rows),
        "overdue": sum(row.overdue for row in rows),
        "no_due": sum(row.reply_due is None for row in rows),
        "suggestions": [assigned_json(row) for row in rows],
    }


def assigned_json(row: Assigned) -> dict[str, Any]:
    """A suggestion of a list, by the codes of the program."""
    return {
        "code": row.code,
        "body": row.body,
        "session": row.session,
        "number": row.number,
        "title": row.title,
        "deputies": list(row.deputies),
        "lead": list(row.lead),
        "assisting": list(row.assisting),
        "category": row.category,
        "reply_due": row.reply_due.isoformat() if row.reply_due else None,
        "days_left": row.days_left,
        "overdue": row.overdue,
        "listed": row.listed,
        "answered": row.answered,
    }

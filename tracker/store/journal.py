"""The history: every change adds a row here, and nothing is ever taken out."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy.orm import Session

from tracker.address import printable
from tracker.errors import StoreError
from tracker.store.tables import CommitmentRow, HistoryRow, LetterRow

#: A reason or note of more characters is a document.
_LONGEST: Final = 2000


def record(
    session: Session,
    action: str,
    *,
    who: str,
    now: dt.datetime,
    commitment: CommitmentRow | None = None,
    letter: LetterRow | None = None,
    field: str | None = None,
    old: str | None = None,
    new: str | None = None,
    why: str | None = None,
) -> None:
    """Add what changed.

    Args:
        session: of `Store.write`.
        action: of an import: import, doubt, found, auto_confirm, follow, differs, missing,
            supersede, again, copy, renew; of a person: confirm, reject, edit, undo, report, settle,
            reopen, request, approve, refuse, withdraw, lapse, rate; of a page: vanished, returned, moved,
            address, reverted; of a table: unit, deputy, suggestion, whose name or code stands in `why`;
            of who is told: subscribe, unsubscribe, revive.
        who: who changed it.
        now: when.
        commitment: what it was changed on; it has its id already.
        letter: the letter concerned, where there is one.
        field: which field.
        old: its value before, as people read it.
        new: its value after.
        why: the reason given.
    """
    ids = commitment.id if commitment else None, letter.id if letter else None
    session.add(HistoryRow(**entry(action, *ids, who, now, field, old, new, why)))


def entry(
    action: str,
    commitment_id: int | None,
    letter_id: int | None,
    who: str,
    now: dt.datetime,
    field: str | None = None,
    old: str | None = None,
    new: str | None = None,
    why: str | None = None,
) -> dict[str, Any]:
    """The columns of one row, for `record` and for those who insert many at once."""
    return {
        "at": now,
        "who": clip(who, 120),
        "action": action,
        "commitment_id": commitment_id,
        "letter_id": letter_id,
        "field": field,
        "old": old,
        "new": new,
        "why": why,
    }


def plain(ref: str, what: str, text: str | None) -> str | None:
    """A reason or note without the spaces around it; None where nothing is left.

    Raises:
        StoreError: it holds a line break, a control or an invisible character, or is no note but
            a document.
    """
    text = (text or "").strip() or None
    if text is not None and len(text) > _LONGEST:
        raise StoreError(f"{ref}: {what} is longer than {_LONGEST} characters; attach it as a file")
    if text is not None and not printable(text):
        raise StoreError(f"{ref}: {what} must be one line without control characters")
    return text


def clip(text: str, length: int) -> str:
    """A text cut to what its column holds, with a mark where something is missing."""
    return text if len(text) <= length else text[: length - 1] + "…"

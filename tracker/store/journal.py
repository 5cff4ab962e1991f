"""The history: every change adds a row here, and nothing is ever taken out."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from tracker.store.tables import CommitmentRow, HistoryRow, LetterRow


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
        action: import, found, missing, differs, confirm, reject, edit, undo, report, settle,
            reopen, unit or deputy.
        who: who changed it.
        now: when.
        commitment: what it was changed on; it has its id already.
        letter: the letter concerned, where there is one.
        field: which field.
        old: its value before, as people read it.
        new: its value after.
        why: the reason given.
    """
    session.add(
        HistoryRow(
            at=now,
            who=clip(who, 120),
            action=action,
            commitment_id=commitment.id if commitment else None,
            letter_id=letter.id if letter else None,
            field=field,
            old=old,
            new=new,
            why=why,
        )
    )


def clip(text: str, length: int) -> str:
    """A text cut to what its column holds, with a mark where something is missing."""
    return text if len(text) <= length else text[: length - 1] + "…"

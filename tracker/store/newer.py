"""Newer versions of letters, and what each changed in the commitments."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import Final, Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from tracker.store.tables import CommitmentRow, HistoryRow, LetterRow
from tracker.store.versions import replies


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new version of a letter did to one commitment.

    "changed" names the field with its values before and after; `kept` says that a person's
    decision stood against it, so that the ledger still has the value before.
    """

    kind: Literal["added", "missing", "changed"]
    ref: str
    quote: str
    field: str | None = None
    old: str | None = None
    new: str | None = None
    kept: bool = False


def differences(session: Session, letter_id: int) -> list[Difference]:
    """What a letter changed against its earlier version, in the order of the history; of one that
    was taken back, what its return changed.

    Args:
        session: of `Store.read` or `Store.write`.
        letter_id: the newer letter.
    """
    back = select(func.max(HistoryRow.id)).where(
        HistoryRow.letter_id == letter_id, HistoryRow.action == "reverted"
    )
    query = (
        select(HistoryRow, CommitmentRow)
        .join(CommitmentRow, HistoryRow.commitment_id == CommitmentRow.id)
        .where(
            HistoryRow.letter_id == letter_id,
            HistoryRow.action.in_(_KINDS),
            HistoryRow.id > (session.scalar(back) or 0),
        )
        .order_by(HistoryRow.id)
    )
    return [
        Difference(
            _KINDS[change.action],
            row.ref,
            (change.old if change.action == "missing" else None) or row.quote,
            change.field,
            change.old if change.field else None,
            change.new if change.field else None,
            kept=change.action == "differs",
        )
        for change, row in session.execute(query)
    ]


_KINDS: Final[dict[str, Literal["added", "missing", "changed"]]] = {
    "found": "added",
    "missing": "missing",
    "follow": "changed",
    "differs": "changed",
}


def newer_versions(session: Session, *, most: int) -> list[tuple[LetterRow, dt.datetime]]:
    """Letters that came after another version of the same reply, or came back, each with the moment
    when it did, newest first.

    Args:
        session: of `Store.read` or `Store.write`.
        most: so many at most.
    """
    crowded = (
        select(LetterRow.suggestion_id)
        .group_by(LetterRow.suggestion_id)
        .having(func.count(LetterRow.id) > 1)
    )
    later = _later(session, crowded)
    last = (
        select(func.max(HistoryRow.id))
        .join(LetterRow, HistoryRow.letter_id == LetterRow.id)
        .where(LetterRow.suggestion_id.in_(crowded), HistoryRow.action.in_(("import", "reverted")))
        .group_by(HistoryRow.letter_id)
    )
    began = (
        select(HistoryRow.letter_id, HistoryRow.at, HistoryRow.action)
        .where(HistoryRow.id.in_(last))
        .order_by(HistoryRow.id.desc())
    )
    newest = (
        (letter, at)
        for letter, at, action in session.execute(began)
        if letter in later or action == "reverted"
    )
    since = dict(islice(newest, most))
    query = select(LetterRow).where(LetterRow.id.in_(since))
    letters = session.scalars(query.options(selectinload(LetterRow.suggestion)))
    found = {row.id: row for row in letters}
    return [(found[letter], at) for letter, at in since.items() if letter is not None]


def _later(session: Session, crowded: Select[int]) -> set[int]:
    """Letters of suggestions that had an earlier version when they came."""
    query = (
        select(LetterRow.suggestion_id, LetterRow.id, LetterRow.issuer_id, LetterRow.issuer)
        .where(LetterRow.suggestion_id.in_(crowded))
        .order_by(LetterRow.suggestion_id, LetterRow.id)
    )
    later: set[int] = set()
    for _, rows in groupby(iter(session.execute(query)), itemgetter(0)):
        seen: set[int | None] = set()
        for letter, unit in replies(
            (letter, unit, signed) for _, letter, unit, signed in rows
        ).items():
            if unit in seen:
                later.add(letter)
            seen.add(unit)
    return later

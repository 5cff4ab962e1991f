"""Links a letter's promises to those that the same unit made in earlier letters.

Of a unit only the newest promises are looked through, so that a letter costs the same however
large the ledger is. Letters come in any order: what a letter of last year promises may have been
made again already. An older ledger is linked as further letters of its units come in: each finds
the promise before its own, and that one the promise before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from tracker.commitments.measures import same_name
from tracker.commitments.renewals import Promise, renewals
from tracker.errors import StoreError
from tracker.store.entering import add_rows
from tracker.store.journal import entry
from tracker.store.tables import (
    CommitmentRow,
    CommitmentUnitRow,
    HistoryRow,
    LetterRow,
    SuggestionRow,
    UnitRow,
)

Found = Row[*tuple[Any, ...]]

#: So many promises of the units are looked through, the newest of the ledger first.
LOOKED_AT: Final = 300
#: So far a chain is followed backwards in one import.
_LONGEST: Final = 12

_COLUMNS: Final = (
    CommitmentRow.id,
    CommitmentRow.ref,
    CommitmentRow.kind,
    CommitmentRow.what,
    CommitmentRow.quote,
    CommitmentRow.value,
    CommitmentRow.unit,
    CommitmentRow.mode,
    CommitmentRow.comparator,
    CommitmentRow.original_deadline,
    CommitmentRow.renews_id,
    CommitmentRow.letter_id,
    LetterRow.date,
    LetterRow.suggestion_id,
    LetterRow.issuer_id,
)
#: Built once: of what it costs to ask, building the question is half.
_NEW: Final = (
    select(*_COLUMNS, CommitmentUnitRow.unit_id, UnitRow.name, SuggestionRow.region)
    .join(LetterRow, LetterRow.id == CommitmentRow.letter_id)
    .join(SuggestionRow, SuggestionRow.id == CommitmentRow.suggestion_id)
    .join(CommitmentUnitRow, CommitmentUnitRow.commitment_id == CommitmentRow.id)
    .join(UnitRow, UnitRow.id == CommitmentUnitRow.unit_id)
    .where(CommitmentRow.letter_id == bindparam("letter"))
    .order_by(CommitmentRow.id)
)
#: Names alone: most promises of a unit have none of the new ones' names.
_RECENT: Final = (
    select(CommitmentRow.id, CommitmentRow.what)
    .join(CommitmentUnitRow, CommitmentUnitRow.commitment_id == CommitmentRow.id)
    .where(CommitmentUnitRow.unit_id == bindparam("unit"))
    .order_by(CommitmentUnitRow.id.desc())
    .limit(LOOKED_AT)
)
_NAMED: Final = (
    select(*_COLUMNS)
    .join(LetterRow, LetterRow.id == CommitmentRow.letter_id)
    .where(
        CommitmentRow.id.in_(bindparam("ids", expanding=True)),
        CommitmentRow.letter_id.not_in(bindparam("apart", expanding=True)),
        CommitmentRow.review.not_in(("rejected", "superseded")),
        LetterRow.date.is_not(None),
    )
    .order_by(CommitmentRow.id)
)
_TABLE: Final = CommitmentRow.metadata.tables["commitments"]
_LINK: Final = (
    update(_TABLE).where(_TABLE.c.id == bindparam("later")).values(renews_id=bindparam("earlier"))
)


def link_renewals(
    session: Session,
    letter: LetterRow,
    added: Iterable[str],
    *,
    versions: Iterable[int],
    who: str,
    now: dt.datetime,
) -> list[tuple[str, str]]:
    """Link what a letter added to what its units had promised before, and later letters' promises
    to it.

    Args:
        session: of `Store.write`; the letter and its commitments are flushed.
        letter: it was entered just now.
        added: references of the commitments that came with it.
        versions: ids of the other versions of the same reply: a promise is not made again by a
            correction.
        who: who imports.
        now: when.

    Returns:
        Each promise that is linked now with the earlier one that it makes again.
    """
    wanted = set(added)
    if letter.date is None or not wanted:
        return []
    connection = session.connection()
    new = [row for row in connection.execute(_NEW, {"letter": letter.id}) if row.ref in wanted]
    found: dict[int, int] = {}
    every: dict[int, Found] = {row.id: row for row in new}
    for unit, members in _by_unit(new).items():
        names = {same_name(row.what) for row in members}
        recent = connection.execute(_RECENT, {"unit": unit})
        ids = [key for key, what in recent if same_name(what) in names]
        asked = {"ids": ids, "apart": [letter.id, *versions]}
        others = connection.execute(_NAMED, asked).all() if ids else []
        every |= {row.id: row for row in others}
        home = f"{members[0].region} {members[0].name}"
        found |= _linked(members, others, home)
    changes, told = [], []
    fresh = {row.id for row in new}
    known = found.keys() - fresh
    kept = _decided(session, known) if known else set()
    pairs = [
        (later, key)
        for later, key in found.items()
        if every[later].renews_id != key and later not in kept
    ]
    for later, earlier in pairs:
        row, before = every[later], every[earlier]
        old = every[row.renews_id].ref if row.renews_id in every else None
        changes.append(entry("renew", later, letter.id, who, now, old=old, new=before.ref))
        told.append((row.ref, before.ref))
    if pairs:
        connection.execute(_LINK, [{"later": later, "earlier": key} for later, key in pairs])
    add_rows(session, HistoryRow, changes)
    return told


def earlier_promise(session: Session, row: CommitmentRow, ref: str) -> CommitmentRow:
    """The commitment that a person says is made again.

    Args:
        session: of `Store.write`.
        row: the one that makes it again.
        ref: of the earlier one.

    Raises:
        StoreError: there is none of that reference, or its letter is not of an earlier day.
    """
    found = session.scalars(select(CommitmentRow).where(CommitmentRow.ref == ref)).one_or_none()
    if found is None:
        raise StoreError(f"{row.ref}: renews {ref!r} is no commitment; see: tracker list")
    # Days that grow along a chain leave no ring.
    if not (found.letter.date and row.letter.date and found.letter.date < row.letter.date):
        raise StoreError(f"{row.ref}: {ref} stands in no earlier letter, so it is not made again")
    return found


def _decided(session: Session, ids: Iterable[int]) -> set[int]:
    """Promises of which a person has said what they make again, or that they do not."""
    query = select(HistoryRow.commitment_id).where(
        HistoryRow.commitment_id.in_(list(ids)), HistoryRow.field == "renews"
    )
    return {key for key in session.scalars(query) if key is not None}


def _by_unit(rows: Sequence[Found]) -> dict[int, list[Found]]:
    """A joint promise is looked for at each of its units."""
    found: dict[int, list[Found]] = {}
    for row in rows:
        found.setdefault(row.unit_id, []).append(row)
    return found


def _linked(new: Sequence[Found], others: Sequence[Found], home: str) -> dict[int, int]:
    """Id of a promise → id of the one that it makes again, for all that are to be linked now."""
    ours = [_promise(row, home) for row in new]
    known = [_promise(row, home) for row in others]
    rows = {row.id: row for row in others}
    days = {promise.key: promise.promised_on for promise in (*ours, *known)}
    found = renewals(ours, known)
    # Letters that came in before this one and are of a later day.
    later: dict[int, list[Promise]] = {}
    first = min(promise.promised_on for promise in ours)
    for promise in known:
        if promise.promised_on > first:
            later.setdefault(rows[promise.key].letter_id, []).append(promise)
    for promises in later.values():
        for key, before in renewals(promises, ours).items():
            had = rows[key].renews_id
            if had is None or (had in days and days[had] < days[before]):
                found[key] = before
    # The promises before those found, which nobody has linked yet.
    front = [before for before in found.values() if before in rows]
    by_key = {promise.key: promise for promise in known}
    for _ in range(_LONGEST):
        unlinked = [
            by_key[key] for key in front if rows[key].renews_id is None and key not in found
        ]
        if not unlinked:
            break
        front = []
        for promise in unlinked:
            earlier = renewals(
                [promise], [one for one in known if _apart(rows, promise.key, one.key)]
            )
            found |= earlier
            front += earlier.values()
    return found


def _apart(rows: dict[int, Found], one: int, other: int) -> bool:
    """Whether two promises stand in different replies: versions of one are of one unit and answer
    one suggestion."""
    first, second = rows[one], rows[other]
    return (first.suggestion_id, first.issuer_id) != (second.suggestion_id, second.issuer_id)


def _promise(row: Found, home: str) -> Promise:
    return Promise(
        row.id, row.date, row.kind, row.what, row.quote, row.value, row.unit, row.mode,
        row.comparator, row.original_deadline, home,
    )  # fmt: skip

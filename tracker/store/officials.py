"""Letters of supervision: whom one may be written about, and its number, given once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tracker.errors import StoreError
from tracker.store.journal import clip, record
from tracker.store.schema import Lock, take
from tracker.store.tables import (
    CommitmentRow,
    CommitmentUnitRow,
    LetterRow,
    OfficialLetterRow,
    SuggestionRow,
    UnitRow,
)

#: Code → the word in its name: 催办函, 督办函.
KINDS: Final = {"urge": "催办", "supervise": "督办"}
_NUMBER: Final = re.compile(r"(?P<code>[^〔]{1,40})〔(?P<year>\d{4})〕(?P<seq>[1-9]\d{0,5})号")


@dataclass(frozen=True, slots=True)
class Number:
    """The number of a letter: 云人办函〔2026〕12号."""

    code: str
    year: int
    seq: int

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕{self.seq}号"


def parse_number(text: str) -> Number:
    """A number as a person writes it.

    Raises:
        StoreError: it is none.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise StoreError(f"{text[:60]!r} is no number of a letter; write 云人办函〔2026〕12号")
    return Number(match["code"], int(match["year"]), int(match["seq"]))


def give_number(session: Session, code: str, year: int) -> Number:
    """The next number of a year. Letters of both kinds are counted together.

    Args:
        session: of `Store.write`; until it ends nobody else is given a number.
        code: 发文机关代字.
        year: of the letter.
    """
    take(session, Lock.NAMES)
    query = select(OfficialLetterRow).where(OfficialLetterRow.year == year)
    given = [row.seq for row in session.scalars(query) if row.number.startswith(f"{code}〔")]
    return Number(code, year, max(given, default=0) + 1)


def refuse_given(session: Session, number: Number) -> None:
    """Let a number that a person chose be given once.

    Raises:
        StoreError: a letter has it.
    """
    take(session, Lock.NAMES)
    query = select(OfficialLetterRow).where(OfficialLetterRow.number == str(number))
    found = session.scalars(query.options(selectinload(OfficialLetterRow.unit))).first()
    if found is not None:
        raise StoreError(
            f"{number} was given to the letter of {found.written_on} to {found.unit.name}"
        )


def overdue(session: Session, unit: UnitRow, today: dt.date) -> list[CommitmentRow]:
    """What a unit owes and has not delivered in time, oldest deadline first.

    Args:
        session: of `Store.read` or `Store.write`.
        unit: an owner.
        today: the day of the letter.
    """
    query = (
        select(CommitmentRow)
        .join(CommitmentUnitRow, CommitmentUnitRow.commitment_id == CommitmentRow.id)
        .where(CommitmentUnitRow.unit_id == unit.id)
        .where(CommitmentRow.outcome == "open", CommitmentRow.review == "confirmed")
        .where(CommitmentRow.deadline < today)
        .order_by(CommitmentRow.deadline, CommitmentRow.id)
        .options(*_TOLD)
    )
    return [row for row in session.scalars(query) if not _waits(row)]


def check_overdue(row: CommitmentRow, today: dt.date) -> None:
    """Whether a letter may be written about a commitment.

    Raises:
        StoreError: it is not confirmed, settled, not due yet, or a request of the unit waits.
    """
    ref = row.ref
    if row.review != "confirmed":
        raise StoreError(f"{ref} is not confirmed; confirm it first: tracker confirm {ref}")
    if row.outcome != "open":
        raise StoreError(f"{ref} is settled; there is nothing to urge")
    if row.deadline is None:
        raise StoreError(f"{ref} has no deadline; there is nothing to urge")
    if row.deadline >= today:
        raise StoreError(f"{ref} is due on {row.deadline}; a letter urges what is overdue")
    if _waits(row):
        raise StoreError(f"{ref}: a request of the unit waits for a decision; decide it first")


def _waits(row: CommitmentRow) -> bool:
    return any(request.state == "waiting" for request in row.requests)


def one_unit(rows: Sequence[CommitmentRow], named: UnitRow | None) -> UnitRow:
    """The unit that a letter about commitments goes to.

    Args:
        rows: the commitments.
        named: the unit that a person named.

    Raises:
        StoreError: they have not one unit in common.
    """
    shared = {owner.unit_id: owner.unit for owner in rows[0].owners}
    for row in rows[1:]:
        shared = {key: unit for key, unit in shared.items() if key in _owners(row)}
    if named is not None:
        stranger = next((row for row in rows if named.id not in _owners(row)), None)
        if stranger is not None:
            raise StoreError(f"{stranger.ref}: {named.name} does not owe it")
        return named
    if len(shared) == 1:
        return next(iter(shared.values()))
    refs = "、".join(row.ref for row in rows)
    if not shared:
        raise StoreError(f"{refs} are owed by different units; write one letter a unit")
    names = "、".join(unit.name for unit in shared.values())
    raise StoreError(f"{refs}: owed by {names}; name one with --unit")


def _owners(row: CommitmentRow) -> set[int]:
    return {owner.unit_id for owner in row.owners}


def record_letter(
    session: Session,
    number: Number,
    kind: str,
    unit: UnitRow,
    rows: Sequence[CommitmentRow],
    *,
    day: dt.date,
    sha256: str,
    who: str,
    now: dt.datetime,
) -> None:
    """Enter a letter and tell it in the history of each commitment.

    Args:
        session: of `Store.write`.
        number: given in the same transaction.
        kind: urge or supervise.
        unit: to whom.
        rows: the commitments it speaks of.
        day: its date.
        sha256: of its bytes, which are in the archive already.
        who: who wrote it.
        now: when.
    """
    session.add(
        OfficialLetterRow(
            kind=kind, year=number.year, seq=number.seq, number=str(number), unit_id=unit.id,
            refs=[row.ref for row in rows], written_on=day, sha256=sha256, writer=clip(who, 120),
            recorded_at=now,
        )
    )  # fmt: skip
    for row in rows:
        record(
            session, "letter", who=who, now=now, commitment=row, old=sha256,
            new=f"{KINDS[kind]}函 {number}", why=unit.name,
        )  # fmt: skip
    session.flush()


_TOLD: Final = (
    selectinload(CommitmentRow.suggestion),
    selectinload(CommitmentRow.letter).selectinload(LetterRow.issuing_unit),
    selectinload(CommitmentRow.owners).selectinload(CommitmentUnitRow.unit),
    selectinload(CommitmentRow.reports),
    selectinload(CommitmentRow.suggestion).selectinload(SuggestionRow.deputies),
)

"""The commitments of a letter enter the ledger, beside those of its earlier versions.

What a person decided is never touched by an import. A commitment that nobody has touched yet
follows the newest letter, quote and offsets included; every other one stays with the letter that
it was decided on, and the history says what the new version says differently.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.commitments.model import Commitment, Extraction
from tracker.store.book import owners_text, set_owners
from tracker.store.journal import record
from tracker.store.tables import CommitmentRow, HistoryRow, LetterRow, UnitRow
from tracker.store.versions import fingerprint, match

#: What a person does first to a commitment; everything else comes after one of these.
_TOUCHES = ("confirm", "reject", "edit", "report")


@dataclass(frozen=True, slots=True)
class Entry:
    """One letter on its way into the ledger: what the steps share."""

    session: Session
    letter: LetterRow
    issuer: UnitRow
    who: str
    now: dt.datetime
    confirm_above: float

    def note(self, action: str, row: CommitmentRow | None = None, **what: str | None) -> None:
        """Add to the history."""
        record(
            self.session,
            action,
            who=self.who,
            now=self.now,
            commitment=row,
            letter=self.letter,
            **what,
        )


def enter_commitments(
    job: Entry, extraction: Extraction, earlier: list[LetterRow]
) -> tuple[list[CommitmentRow], list[CommitmentRow], list[str]]:
    """Pair the finds with what is known and add the rest.

    Args:
        job: the letter, flushed.
        extraction: what was found in it.
        earlier: letters of the same unit to the same suggestion.

    Returns:
        The rows added, the rows that a new version no longer holds, and the references of all
        finds in the order of the text.
    """
    matched = match(_rows_of(job.session, earlier), extraction.commitments)
    newest = all(
        not row.date or not job.letter.date or row.date <= job.letter.date for row in earlier
    )
    fresh: list[tuple[CommitmentRow, Commitment]] = []
    refs = []
    seq = _last_seq(job)
    for find, row in matched.finds:
        if row is None:
            seq += 1
            row = _new_row(job, find, seq)
            fresh.append((row, find))
        elif newest:
            _see_again(job, row, find)
        refs.append(row.ref)
    _add(job, fresh)
    added = [row for row, _ in fresh]
    # A text that breaks off, or an old one, says nothing about what is no longer promised.
    missing = list(matched.missing) if newest and extraction.letter.header.complete else []
    for row in missing:
        job.note("missing", row, old=row.quote, why="新版答复件中未见此项")
    return added, missing, refs


def _rows_of(session: Session, letters: list[LetterRow]) -> list[CommitmentRow]:
    wanted = [row.id for row in letters]
    query = select(CommitmentRow).where(CommitmentRow.letter_id.in_(wanted))
    return list(session.scalars(query.order_by(CommitmentRow.seq)))


def _last_seq(job: Entry) -> int:
    """The last number given to a commitment of the suggestion; numbers are never given twice."""
    suggestion = job.letter.suggestion
    last = select(func.max(CommitmentRow.seq)).where(CommitmentRow.suggestion_id == suggestion.id)
    return job.session.scalar(last) or 0


def _new_row(job: Entry, find: Commitment, seq: int) -> CommitmentRow:
    suggestion = job.letter.suggestion
    row = CommitmentRow(ref=f"{suggestion.code}-{seq}", seq=seq, suggestion_id=suggestion.id)
    row.letter_id = job.letter.id
    row.outcome = "open"
    _fill(row, find)
    row.original_deadline = row.deadline
    sure = find.kind == "measurable" and find.confidence >= job.confirm_above
    row.review = "confirmed" if sure else "pending"
    return row


def _add(job: Entry, fresh: list[tuple[CommitmentRow, Commitment]]) -> None:
    """Write the new rows in one go, then their owners and history: a letter has dozens."""
    job.session.add_all(row for row, _ in fresh)
    job.session.flush()
    with job.session.no_autoflush:
        for row, find in fresh:
            _own(job, row, find)
            job.note("found", row, new=find.quote)
            if row.review == "confirmed":
                why = f"置信度 {find.confidence:.2f} ≥ {job.confirm_above:.2f}"
                job.note("confirm", row, field="review", old="pending", new="confirmed", why=why)
    job.session.flush()


def _fill(row: CommitmentRow, find: Commitment) -> None:
    """Every field that comes from the letter."""
    target, deadline, baseline = find.target, find.deadline, find.baseline
    row.quote, row.start, row.end = find.quote, find.start, find.end
    row.section, row.kind, row.what = list(find.section), find.kind, find.what
    row.value = target.value if target else None
    row.unit = target.unit if target else None
    row.mode = target.mode if target else None
    row.comparator = target.comparator if target else None
    row.deadline = deadline.day if deadline else None
    row.deadline_text = deadline.text if deadline else None
    row.deadline_basis = deadline.basis if deadline else None
    row.deadline_rule = deadline.rule if deadline else None
    row.strength, row.confidence = find.strength, find.confidence
    row.reasons = list(find.reasons)
    row.baseline_quote = baseline.quote if baseline else None
    row.baseline_value = baseline.value if baseline else None
    row.baseline_unit = baseline.unit if baseline else None
    row.baseline_as_of = baseline.as_of if baseline else None
    row.fingerprint = fingerprint(find.quote, find.target)


def _own(job: Entry, row: CommitmentRow, find: Commitment) -> None:
    set_owners(
        job.session,
        row,
        find.owner,
        region=job.letter.suggestion.region,
        issuer=job.issuer,
        issuer_written=job.letter.issuer,
    )


def _see_again(job: Entry, row: CommitmentRow, find: Commitment) -> None:
    """The new version holds the promise: follow it, or say what it says differently."""
    deadline = find.deadline.day if find.deadline else None
    before = {"deadline": str(row.deadline or ""), "owner": owners_text(row)}
    after = {"deadline": str(deadline or ""), "owner": "、".join(find.owner)}
    touched = _touched(job.session, row)
    if not touched:
        row.letter = job.letter
        _fill(row, find)
        _own(job, row, find)
        job.session.flush()
    for field in before:
        if before[field] != after[field]:
            job.note(
                "differs" if touched else "follow",
                row,
                field=field,
                old=before[field] or None,
                new=after[field] or None,
                why="新版答复件写法不同,已保留人工核定的内容" if touched else "随新版答复件更新",
            )


def _touched(session: Session, row: CommitmentRow) -> bool:
    """Whether anybody has decided or reported anything on it, taken back or not."""
    query = select(HistoryRow.id).where(
        HistoryRow.commitment_id == row.id, HistoryRow.action.in_(_TOUCHES)
    )
    return session.scalars(query.limit(1)).first() is not None

"""The commitments of a letter enter the ledger, beside those of its earlier versions.

What a person decided is never touched by an import. A commitment that nobody has touched yet
follows the newest letter, quote and offsets included; every other one stays with the letter that
it was decided on, and the history says what the new version says differently.

What the newest version no longer holds is superseded where nobody has confirmed it, and to be
looked at again where a person has. Where one of the two is not signed, it may be the reply of
another unit: nothing is superseded, and a person is to look.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session, selectinload

from tracker.commitments.model import Commitment, Extraction
from tracker.store.book import Owner, Units, owners_of, owners_text, set_owners
from tracker.store.journal import entry
from tracker.store.tables import (
    CommitmentRow,
    CommitmentUnitRow,
    HistoryRow,
    LetterRow,
    Table,
    UnitRow,
)
from tracker.store.versions import fingerprint, match, within

#: What a person does first to a commitment; everything else comes after one of these. The
#: automatic confirmation (auto_confirm) is none of them: such a commitment follows new versions.
_TOUCHES = ("confirm", "reject", "edit", "report", "settle", "request", "rate")

#: A version that no longer holds what a letter of the same kind promised takes it back. One that
#: adds to a reply or tells of its progress repeats only what it is about.
_WHOLE: Final = ("reply", "work_report")

#: What the first line of a commitment's history says of it, and the words for it.
FIRST: Final = {
    "target": "目标",
    "deadline": "时限",
    "owner": "责任单位",
    "unit": "登记单位",
    "kind": "类别",
    "what": "内容",
}

Values = dict[str, Any]
#: References and ids of a letter's commitments.
_REFS: Final = select(CommitmentRow.ref, CommitmentRow.id).where(
    CommitmentRow.letter_id == bindparam("letter")
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One letter on its way into the ledger: what the steps share.

    `fresh`: it is the first to its suggestion. `back`: it was known, and is in force again, so
    that it counts as the newest whatever its date.
    """

    session: Session
    letter: LetterRow
    issuer: UnitRow
    who: str
    now: dt.datetime
    confirm_above: float
    units: Units
    fresh: bool
    back: bool = False
    changes: list[Values] = field(default_factory=list)

    def note(self, action: str, row_id: int | None = None, **what: str | None) -> None:
        """Add to the history, which is written when the letter is through."""
        self.changes.append(entry(action, row_id, self.letter.id, self.who, self.now, **what))


@dataclass(frozen=True, slots=True)
class Entered:
    """References: of all finds in the order of the text, of the rows added, and of those that a
    new version no longer holds. `confirmed` counts the rows added that needed no person.
    """

    refs: tuple[str, ...]
    added: tuple[str, ...]
    missing: tuple[str, ...]
    confirmed: int


def enter_commitments(job: Entry, extraction: Extraction, earlier: list[LetterRow]) -> Entered:
    """Pair the finds with what is known and add the rest.

    Args:
        job: the letter, flushed.
        extraction: what was found in it.
        earlier: versions of the same reply, by `versions.replies`.
    """
    rows = _rows_of(job.session, earlier) if earlier else []
    matched = match(rows, extraction.commitments)
    newest = job.back or all(
        not row.date or not job.letter.date or row.date <= job.letter.date for row in earlier
    )
    touched = _touched(job.session, rows) if rows else {}
    fresh: list[tuple[Values, Commitment]] = []
    refs = []
    seq = 0 if job.fresh else _last_seq(job)
    for find, row in matched.finds:
        if row is None:
            seq += 1
            values = _new_values(job, find, seq)
            fresh.append((values, find))
            refs.append(str(values["ref"]))
            continue
        if newest:
            _found_again(job, row, find)
            _see_again(job, row, find, touched.get(row.id))
        refs.append(row.ref)
    _add(job, fresh)
    # A text that breaks off, or an old one, says nothing about what is no longer promised.
    header = extraction.letter.header
    missing: list[CommitmentRow] = []
    if newest and header.complete and header.kind in _WHOLE:
        missing = [
            row
            for row in matched.missing
            if row.letter.kind == header.kind and row.recheck not in ("missing", "kept")
        ]
    for row in missing:
        _gone(job, row, decided=row.id in touched)
    add_rows(job.session, HistoryRow, job.changes)
    return Entered(
        tuple(refs),
        tuple(values["ref"] for values, _ in fresh),
        tuple(row.ref for row in missing),
        sum(values["review"] == "confirmed" for values, _ in fresh),
    )


def _rows_of(session: Session, letters: list[LetterRow]) -> list[CommitmentRow]:
    """The rows of letters, locked: on PostgreSQL somebody may be deciding on one."""
    query = (
        select(CommitmentRow)
        .where(CommitmentRow.letter_id.in_([row.id for row in letters]))
        .options(selectinload(CommitmentRow.owners))
        .order_by(CommitmentRow.seq)
        .with_for_update()
    )
    return list(session.scalars(query))


def _last_seq(job: Entry) -> int:
    """The last number given to a commitment of the suggestion; numbers are never given twice."""
    suggestion = job.letter.suggestion
    last = select(func.max(CommitmentRow.seq)).where(CommitmentRow.suggestion_id == suggestion.id)
    return job.session.connection().scalar(last) or 0


def _sure(job: Entry, find: Commitment) -> bool:
    """Whether a find needs no person."""
    return find.kind == "measurable" and find.confidence >= job.confirm_above


def _new_values(job: Entry, find: Commitment, seq: int) -> Values:
    suggestion = job.letter.suggestion
    values = _values(find)
    return values | {
        "ref": f"{suggestion.code}-{seq}",
        "seq": seq,
        "suggestion_id": suggestion.id,
        "letter_id": job.letter.id,
        "outcome": "open",
        "original_deadline": values["deadline"],
        "review": "confirmed" if _sure(job, find) else "pending",
    }


def _add(job: Entry, fresh: list[tuple[Values, Commitment]]) -> None:
    """Write the new rows, then their owners and history, each in one go: a letter has dozens."""
    if not fresh:
        return
    session = job.session
    add_rows(session, CommitmentRow, [values for values, _ in fresh])
    # Asked for afterwards: SQLite gives ids back in order only for one row at a time.
    found = session.connection().execute(_REFS, {"letter": job.letter.id})
    ids: dict[str, int] = dict(iter(found))
    owners: list[Values] = []
    for values, find in fresh:
        row_id = ids[values["ref"]]
        owning = _owners(job, find)
        owners += [
            {
                "commitment_id": row_id,
                "unit_id": owner.unit.id,
                "written": owner.written,
                "named": owner.named,
            }
            for owner in owning
        ]
        units = "、".join(owner.unit.name for owner in owning)
        facts = _told_by(find) | {"unit": units, "kind": find.kind, "what": find.what}
        job.note("found", row_id, new=find.quote, why=first_facts(facts))
        if values["review"] == "confirmed":
            why = f"置信度 {find.confidence:.2f} ≥ {job.confirm_above:.2f}"
            job.note(
                "auto_confirm", row_id, field="review", old="pending", new="confirmed", why=why
            )
    add_rows(session, CommitmentUnitRow, owners)


def add_rows(session: Session, table: type[Table], rows: list[Values]) -> None:
    """Write rows of one table in one go, past the unit of work, which takes each by itself.

    Args:
        session: of `Store.write`; what the rows refer to is flushed.
        table: its class.
        rows: values by column.
    """
    if rows:
        session.connection().execute(insert(table.metadata.tables[table.__tablename__]), rows)


def _values(find: Commitment) -> Values:
    """Every column that comes from the letter."""
    target, deadline, baseline = find.target, find.deadline, find.baseline
    return {
        "quote": find.quote,
        "start": find.start,
        "end": find.end,
        "section": list(find.section),
        "kind": find.kind,
        "what": find.what,
        "value": target.value if target else None,
        "unit": target.unit if target else None,
        "mode": target.mode if target else None,
        "comparator": target.comparator if target else None,
        "deadline": deadline.day if deadline else None,
        "deadline_text": deadline.text if deadline else None,
        "deadline_basis": deadline.basis if deadline else None,
        "deadline_rule": deadline.rule if deadline else None,
        "strength": find.strength,
        "confidence": find.confidence,
        "reasons": list(find.reasons),
        "baseline_quote": baseline.quote if baseline else None,
        "baseline_value": baseline.value if baseline else None,
        "baseline_unit": baseline.unit if baseline else None,
        "baseline_as_of": baseline.as_of if baseline else None,
        "fingerprint": fingerprint(find.quote, find.target),
    }


def _owners(job: Entry, find: Commitment) -> list[Owner]:
    return owners_of(job.units, find.owner, job.issuer, job.letter.issuer)


def _gone(job: Entry, row: CommitmentRow, *, decided: bool) -> None:
    """The newest version no longer holds the promise: only what a person confirmed stays in force,
    and is to be looked at again, once."""
    signed = row.letter.issuer is not None and job.letter.issuer is not None
    why = "新版答复件中未见此项" + ("" if signed else "(有一份未署名,请人工核对)")
    job.note("missing", row.id, old=row.quote, why=why)
    row.recheck = "missing"
    if row.outcome != "open" or not signed:
        return
    if row.review == "pending" or (row.review == "confirmed" and not decided):
        job.note("supersede", row.id, field="review", old=row.review, new="superseded")
        row.review = "superseded"


def _found_again(job: Entry, row: CommitmentRow, find: Commitment) -> None:
    """What an earlier version had lost, this one holds."""
    if row.review == "superseded":
        review = "confirmed" if _sure(job, find) else "pending"
        job.note("again", row.id, field="review", old=row.review, new=review)
        row.review = review
    if row.recheck in ("missing", "kept"):
        row.recheck = None


def _see_again(
    job: Entry, row: CommitmentRow, find: Commitment, decided: list[HistoryRow] | None
) -> None:
    """The new version holds the promise: follow it, or say what it says differently.

    Where a person has decided on it, it is compared with what letters have said before, so that
    his own corrections are no difference, and a difference is told once.
    """
    before, after = told(row), _told_by(find)
    # By the fingerprint: of the figure a person may have made another.
    if row.fingerprint == fingerprint(row.quote, find.target):
        del before["target"]
    if within(row.quote, find.quote):
        del before["quote"]
    said = before | _said(decided or [])
    changed = [name for name in before if said[name] != after[name]]
    for name in changed:
        # Where a letter comes round to what the ledger has, it differs from letters before it.
        old = before[name] if before[name] != after[name] else said[name]
        job.note(
            "follow" if decided is None else "differs",
            row.id,
            field=name,
            old=old or None,
            new=after[name] or None,
            why="随新版答复件更新"
            if decided is None
            else "新版答复件写法不同,已保留人工核定的内容",
        )
    if decided is None:
        row.letter = job.letter
        for name, value in _values(find).items():
            setattr(row, name, value)
        set_owners(job.session, row, _owners(job, find))
    elif any(before[name] != after[name] for name in changed):
        row.recheck = "changed"
    elif (
        changed and row.recheck == "changed" and all(before[name] == after[name] for name in before)
    ):
        row.recheck = None


def told(row: CommitmentRow) -> dict[str, str]:
    """What of a promise is compared, in words; "" where there is none."""
    return {
        "quote": row.quote,
        "target": f"{row.value.normalize():f}{row.unit}" if row.value is not None else "",
        "deadline": str(row.deadline or ""),
        "owner": owners_text(row),
    }


def _told_by(find: Commitment) -> dict[str, str]:
    target, deadline = find.target, find.deadline
    return {
        "quote": find.quote,
        "target": f"{target.value.normalize():f}{target.unit}" if target else "",
        "deadline": str(deadline.day or "") if deadline else "",
        "owner": "、".join(find.owner),
    }


def first_facts(told: Mapping[str, str]) -> str:
    """What a promise said when it came into the ledger, as its first line of history has it.

    Args:
        told: target, deadline, owner, the units behind the owners, kind and what, in words; ""
            where there is none.
    """
    return ";".join(f"{word} {told[name] or '无'}" for name, word in FIRST.items())


def first_told(text: str) -> dict[str, str]:
    """What `first_facts` wrote, by field; older programs wrote the first three alone."""
    for names in (tuple(FIRST), tuple(FIRST)[:3]):
        pattern = ";".join(f"{FIRST[name]} (.*)" for name in names)
        if found := re.fullmatch(pattern, text, re.DOTALL):
            values = ("" if value == "无" else value for value in found.groups())
            return dict(zip(names, values, strict=True))
    return {}


def _said(decided: list[HistoryRow]) -> dict[str, str]:
    """Field → what letters said of it last, where a person has made something else of it."""
    said: dict[str, str] = {}
    for change in decided:
        if change.action == "differs" and change.field:
            said[change.field] = change.new or ""
        elif change.action == "edit" and change.field in ("deadline", "owner"):
            said.setdefault(change.field, change.old or "")
    return said


def _touched(session: Session, rows: list[CommitmentRow]) -> dict[int, list[HistoryRow]]:
    """Those that anybody has decided or reported anything on, taken back or not, with what was
    decided and what letters said differently since, in its order."""
    query = select(HistoryRow).where(
        HistoryRow.commitment_id.in_([row.id for row in rows]),
        HistoryRow.action.in_((*_TOUCHES, "differs")),
    )
    found: dict[int, list[HistoryRow]] = {}
    for change in session.scalars(query.order_by(HistoryRow.id)):
        if change.commitment_id is not None:
            found.setdefault(change.commitment_id, []).append(change)
    return found

"""A person decides on a commitment: confirm, reject, correct, take back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import StoreError
from tracker.store.book import Units, hold, issuing_unit, owners_of, set_owners, take_turns
from tracker.store.fields import parse, shown
from tracker.store.journal import plain, record
from tracker.store.lapsing import lapse
from tracker.store.renewing import earlier_promise
from tracker.store.tables import CommitmentRow, HistoryRow

_UNDOABLE = ("confirm", "reject", "edit")


def confirm(
    session: Session, row: CommitmentRow, *, who: str, now: dt.datetime, why: str | None = None
) -> bool:
    """Take a commitment into the follow-up, or keep it there after a newer version of its letter
    changed it or left it out.

    Args:
        session: of `Store.write`.
        row: the commitment.
        who: who decides.
        now: when.
        why: a reason, if one is given.

    Returns:
        False where it is confirmed already and nothing changed.
    """
    hold(session, row)
    changed = _review(session, row, "confirm", "confirmed", who=who, now=now, why=why)
    seen = _looked_at(session, row, "confirm", who=who, now=now, why=why)
    return changed or seen


def reject(session: Session, row: CommitmentRow, *, why: str, who: str, now: dt.datetime) -> bool:
    """Leave a commitment out of the follow-up; it stays in the ledger.

    Args:
        session: of `Store.write`.
        row: the commitment.
        why: the reason.
        who: who decides.
        now: when.

    Returns:
        False where it is rejected already and nothing changed.

    Raises:
        StoreError: no reason is given, or it has been settled.
    """
    hold(session, row)
    if not why.strip():
        raise StoreError(f"{row.ref}: say why it is rejected: --why TEXT")
    if row.outcome != "open":
        raise StoreError(f"{row.ref} is settled; reopen it first: tracker settle {row.ref} open")
    changed = _review(session, row, "reject", "rejected", who=who, now=now, why=why)
    lapse(session, row, "rejected", who=who, now=now)
    return changed


def _review(
    session: Session,
    row: CommitmentRow,
    action: str,
    state: str,
    *,
    who: str,
    now: dt.datetime,
    why: str | None,
) -> bool:
    old, why = row.review, plain(row.ref, "why", why)
    if old == state:
        return False
    row.review = state
    record(
        session,
        action,
        who=who,
        now=now,
        commitment=row,
        field="review",
        old=old,
        new=state,
        why=why,
    )
    return True


def _looked_at(
    session: Session,
    row: CommitmentRow,
    action: str,
    *,
    who: str,
    now: dt.datetime,
    why: str | None,
) -> bool:
    """A person has seen what a newer version made of it; written as part of his decision, so that
    it is taken back with it."""
    after = {"missing": "kept", "changed": None}
    old = row.recheck
    if old is None or old not in after:
        return False
    row.recheck = after[old]
    why = plain(row.ref, "why", why)
    record(
        session,
        action,
        who=who,
        now=now,
        commitment=row,
        field="recheck",
        old=old,
        new=row.recheck,
        why=why,
    )
    return True


def edit(
    session: Session,
    row: CommitmentRow,
    changes: Mapping[str, str],
    *,
    who: str,
    now: dt.datetime,
    why: str | None = None,
) -> tuple[str, ...]:
    """Correct fields. Quote and offsets cannot be changed.

    A date corrected in review was misread: the original deadline follows it. Once the commitment
    is confirmed, or a new version has moved the date, the original one stays.

    Args:
        session: of `Store.write`.
        row: the commitment.
        changes: field → new value as a person writes it: deadline ("2023-12-31" or "none"), owner
            ("市财政局、市科技局" or "none"), value, unit, mode, comparator, kind, what, strength,
            renews (the reference of an earlier promise, or "none").
        who: who corrects.
        now: when.
        why: a reason, if one is given.

    Returns:
        The fields that changed.

    Raises:
        StoreError: a field is unknown, a value is of the wrong kind, the result does not hold
            together (a measurable commitment without a figure), or a date that is followed
            already would move without a reason; nothing has changed then.
    """
    take_turns(session)  # before the row, as imports do
    hold(session, row)
    why = plain(row.ref, "why", why)
    wanted = parse(row, changes)
    changed = [name for name, value in wanted.items() if shown(row, name) != value]
    if "deadline" in changed and row.review == "confirmed" and not why:
        raise StoreError(f"{row.ref}: say why the deadline moves: --why TEXT")
    for name in changed:
        old = shown(row, name)
        put(session, row, name, wanted[name])
        record(
            session,
            "edit",
            who=who,
            now=now,
            commitment=row,
            field=name,
            old=old,
            new=wanted[name],
            why=why,
        )
    if changed and row.recheck == "changed":
        _looked_at(session, row, "edit", who=who, now=now, why=why)
    session.flush()
    return tuple(changed)


def last_decision(session: Session, row: CommitmentRow) -> int | None:
    """What to give to `undo` right after a decision, so that it takes back that one and no other.

    Args:
        session: of the `Store.write` that decided.
        row: the commitment.
    """
    last = _last_decision(session, row)
    return last[-1].id if last else None


def undo(
    session: Session,
    row: CommitmentRow,
    *,
    who: str,
    now: dt.datetime,
    expected: int | None = None,
) -> str:
    """Take back the last decision on a commitment: a confirmation, a rejection or a correction.

    What was taken back stays in the history; the next undo takes back the one before. What came
    before a request was approved stays as it is: the approval built on it.

    Args:
        session: of `Store.write`.
        row: the commitment.
        who: who takes it back.
        now: when.
        expected: the decision meant, as `last_decision` gave it; None means the last one.

    Returns:
        What was taken back: confirm, reject or edit.

    Raises:
        StoreError: there is nothing left to take back, somebody has decided since, or the
            commitment is settled.
    """
    take_turns(session)
    hold(session, row)
    if row.outcome != "open":
        raise StoreError(f"{row.ref} is settled; reopen it first: tracker settle {row.ref} open")
    last = _last_decision(session, row)
    if not last:
        raise StoreError(f"{row.ref}: there is nothing to take back")
    if expected is not None and last[-1].id != expected:
        raise StoreError(
            f"{row.ref}: somebody has decided since; nothing is taken back: "
            f"tracker history {row.ref}"
        )
    for change in reversed(last):
        assert change.field is not None  # noqa: S101 - decisions name their field
        record(
            session,
            "undo",
            who=who,
            now=now,
            commitment=row,
            field=change.field,
            old=shown(row, change.field),
            new=change.old,
            why=change.action,
        )
        put(session, row, change.field, change.old)
    if row.review != "confirmed":
        lapse(session, row, "undone", who=who, now=now)
    session.flush()
    return last[0].action


def _last_decision(session: Session, row: CommitmentRow) -> list[HistoryRow]:
    """The rows of the last decision that no undo has taken back."""
    query = select(HistoryRow).where(
        HistoryRow.commitment_id == row.id, HistoryRow.action.in_((*_UNDOABLE, "undo", "approve"))
    )
    decisions: list[list[HistoryRow]] = []
    previous: tuple[dt.datetime, str, str] | None = None
    for change in session.scalars(query.order_by(HistoryRow.id)):
        this = (change.at, change.who, change.action)
        if change.action == "approve":
            decisions.clear()
        elif change.action == "undo":
            # One row takes back one row, so that two undos of one moment stay two.
            decisions[-1].pop()
            if not decisions[-1]:
                decisions.pop()
        elif this == previous:
            decisions[-1].append(change)
        else:
            decisions.append([change])
        previous = this
    return decisions[-1] if decisions else []


def _misread(session: Session, row: CommitmentRow) -> bool:
    """Whether a new date corrects the reading of the letter, because nothing has moved it yet."""
    if row.review == "confirmed" or row.original_deadline != row.deadline:
        return False
    moved = select(HistoryRow.id).where(
        HistoryRow.commitment_id == row.id,
        HistoryRow.action == "follow",
        HistoryRow.field == "deadline",
    )
    return session.scalars(moved.limit(1)).first() is None


def put(session: Session, row: CommitmentRow, name: str, value: str | None) -> None:
    """Put a value into its column.

    Args:
        session: of `Store.write`; for an owner `take_turns` holds.
        row: the commitment.
        name: of the field.
        value: as `parse` has accepted it.
    """
    if name == "owner":
        region = row.suggestion.region
        issuer = row.letter.issuing_unit or issuing_unit(session, row.letter.issuer, region)
        units = Units(session, region)
        owners = owners_of(units, (value or "").split("、"), issuer, row.letter.issuer)
        set_owners(session, row, owners)
    elif name == "deadline":
        day = dt.date.fromisoformat(value) if value else None
        if _misread(session, row):
            row.original_deadline = day
        row.deadline = day
    elif name == "renews":
        row.renews = earlier_promise(session, row, value) if value else None
    elif name == "value":
        row.value = Decimal(value) if value else None
    else:
        setattr(row, name, value)

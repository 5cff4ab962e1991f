"""A unit asks, and a supervisor decides: extension, not ours, wrong date, wrong target, drop.

Nothing of a commitment changes by asking; approving writes what `asked.effects` tells, each field
into the history. Who decides second is told what the first decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from tracker.errors import StoreError
from tracker.store.asked import (
    REQUEST_KINDS,
    Effect,
    asking_owner,
    effects,
    request,
)
from tracker.store.book import Units, hold, take_turns
from tracker.store.deciding import put
from tracker.store.evidence import Evidence, written
from tracker.store.fields import parse, shown
from tracker.store.following import settle
from tracker.store.journal import clip, plain, record
from tracker.store.lapsing import close
from tracker.store.tables import CommitmentRow, RequestRow

#: What a wrong target may be about; its date and its owner have requests of their own.
TARGET_FIELDS: Final = ("value", "unit", "mode", "comparator", "kind", "what")


def ask(
    session: Session,
    row: CommitmentRow,
    kind: str,
    *,
    why: str | None,
    on: dt.date,
    who: str,
    now: dt.datetime,
    until: dt.date | None = None,
    interim: Decimal | None = None,
    interim_on: dt.date | None = None,
    unit: str | None = None,
    changes: Mapping[str, str] | None = None,
    evidence: Evidence | str | None = None,
) -> RequestRow:
    """Enter what a unit asks for. Chasing pauses until it is decided.

    Args:
        session: of `Store.write`.
        row: the commitment.
        kind: extension, not_ours, wrong_date, wrong_target or drop.
        why: the reason.
        on: the office's day, which tells whether it was asked in time.
        who: who asks: UNIT, or UNIT/NAME.
        now: when.
        until: the day an extension asks for.
        interim: what is to be reached meanwhile, in the unit of the target.
        interim_on: by when.
        unit: the right unit, of not_ours.
        changes: fields as `edit` takes them: deadline of a wrong_date, `TARGET_FIELDS` of a
            wrong_target.
        evidence: what stands behind it; a str is an address or a text.

    Raises:
        StoreError: something is missing or cannot be, the commitment is not followed, or the same
            is asked for already.
    """
    hold(session, row)
    if kind not in REQUEST_KINDS:
        kinds = ", ".join(REQUEST_KINDS)
        raise StoreError(f"{row.ref}: request must be one of {kinds}, not {kind!r}")
    reason = plain(row.ref, "why", why)
    if reason is None:
        raise StoreError(f"{row.ref}: say why it is asked for: --why TEXT")
    _check_followed(row, kind)
    if not isinstance(evidence, Evidence):
        evidence = written(row.ref, evidence)
    asked = RequestRow(
        kind=kind,
        reason=reason,
        evidence=None if evidence is None else evidence.text,
        asked_by=clip(who, 120),
        asked_at=now,
        asked_on=on,
        deadline=row.deadline,
        state="waiting",
    )
    if kind == "extension":
        _extension(row, asked, until, interim, interim_on)
    elif kind == "not_ours":
        _not_ours(session, row, asked, unit)
    elif kind in ("wrong_date", "wrong_target"):
        _wrong(row, asked, dict(changes or {}))
    old, new = _summary(row, asked)
    row.requests.append(asked)
    record(
        session, "request", who=who, now=now, commitment=row, field=kind, old=old, new=new, why=reason
    )  # fmt: skip
    session.flush()
    return asked


def _check_followed(row: CommitmentRow, kind: str) -> None:
    if row.review != "confirmed":
        raise StoreError(f"{row.ref} is not confirmed; confirm it first: tracker confirm {row.ref}")
    if row.outcome != "open":
        raise StoreError(f"{row.ref} is settled; reopen it first: tracker settle {row.ref} open")
    for earlier in row.requests:
        if earlier.kind == kind and earlier.state == "waiting":
            raise StoreError(
                f"{row.ref}: request {earlier.id} asks for this already; "
                f"to ask anew: tracker requests withdraw {earlier.id}"
            )


def _extension(
    row: CommitmentRow,
    asked: RequestRow,
    until: dt.date | None,
    interim: Decimal | None,
    interim_on: dt.date | None,
) -> None:
    if row.deadline is None:
        raise StoreError(f"{row.ref} has no deadline that could be extended")
    if until is None:
        raise StoreError(f"{row.ref}: say until when: --until DATE")
    if until <= max(row.deadline, asked.asked_on):
        raise StoreError(
            f"{row.ref}: an extension must end after {max(row.deadline, asked.asked_on)}, "
            f"not on {until}"
        )
    if (interim is None) != (interim_on is None):
        raise StoreError(f"{row.ref}: an interim target needs --interim and --interim-on")
    if interim is not None and interim_on is not None:
        if row.unit is None:
            raise StoreError(f"{row.ref} has no target figure; leave --interim out")
        if not interim.is_finite() or interim < 0 or len(f"{interim:f}") > 30:
            raise StoreError(f"{row.ref}: interim {interim} is out of range; write 30 or 2733.5")
        if not asked.asked_on < interim_on < until:
            raise StoreError(
                f"{row.ref}: an interim target falls between {asked.asked_on} and {until}"
            )
    asked.new_deadline, asked.interim_value, asked.interim_on = until, interim, interim_on


def _not_ours(session: Session, row: CommitmentRow, asked: RequestRow, unit: str | None) -> None:
    right = parse(row, {"owner": unit or "none"})["owner"]
    if right is None:
        raise StoreError(f"{row.ref}: name the right unit: --unit NAME")
    if len(row.owners) > 1 and asking_owner(row, asked.asked_by) is None:
        owners = "、".join(owner.unit.name for owner in row.owners)
        raise StoreError(f"{row.ref} is of {owners}; say which of them asks: --who UNIT")
    if len(right) > 120:
        raise StoreError(f"{row.ref}: {right[:20]!r}… is too long for the name of a unit")
    asked.right_unit = right
    leaving = row.owners[0] if len(row.owners) == 1 else asking_owner(row, asked.asked_by)
    meant = Units(session, row.suggestion.region).known(right)
    same = leaving is not None and meant is not None and leaving.unit_id == meant.id
    if same or not effects(row, asked):
        raise StoreError(f"{row.ref} is of {right} already")


def _wrong(row: CommitmentRow, asked: RequestRow, changes: dict[str, str]) -> None:
    allowed = ("deadline",) if asked.kind == "wrong_date" else TARGET_FIELDS
    if not changes or not set(changes) <= set(allowed):
        options = " ".join(f"--{name}" for name in allowed)
        raise StoreError(f"{row.ref}: say what is right: {options}")
    wanted = parse(row, changes)
    if all(shown(row, name) == value for name, value in wanted.items()):
        raise StoreError(f"{row.ref} says so already")
    asked.changes = {name: "none" if value is None else value for name, value in wanted.items()}


def _summary(row: CommitmentRow, asked: RequestRow) -> tuple[str | None, str | None]:
    """From what to what, as the history tells it."""
    if asked.kind == "drop":
        return None, None
    if asked.kind == "extension":
        interim = ""
        if asked.interim_value is not None:
            interim = f" ({asked.interim_value:f}{row.unit} {asked.interim_on})"
        return _text(row.deadline), f"{asked.new_deadline}{interim}"
    if asked.kind == "not_ours":
        return "、".join(owner.written for owner in row.owners) or None, asked.right_unit
    changes = asked.changes or {}
    old = " ".join(filter(None, (shown(row, name) for name in changes)))
    return old or None, " ".join(changes.values())


def _text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def approve(
    session: Session,
    number: int,
    *,
    on: dt.date,
    who: str,
    now: dt.datetime,
    until: dt.date | None = None,
    why: str | None = None,
) -> tuple[RequestRow, list[Effect]]:
    """Grant a request: what it asks for is written into the commitment.

    Args:
        session: of `Store.write`.
        number: of the request.
        on: the office's day.
        who: who decides.
        now: when.
        until: another day than an extension asks for.
        why: what is said with it.

    Returns:
        The request, and what changed.

    Raises:
        UnknownReference: there is no such request.
        StoreError: it does not wait any more, the day allowed is no later one, or what it would
            change no longer holds together.
    """
    asked, row = _waiting(session, number)
    why = plain(row.ref, "why", why)
    if until is not None and asked.kind != "extension":
        raise StoreError(f"request {number} asks for no extension; leave --until out")
    granted = until or asked.new_deadline
    if asked.kind == "extension":
        assert granted is not None  # noqa: S101 - asking for an extension names a day
        if row.deadline is not None and granted <= row.deadline:
            raise StoreError(
                f"{row.ref} is due on {row.deadline}; grant a later day with --until, or refuse"
            )
        asked.granted = granted
    changed = effects(row, asked, granted)
    if asked.kind == "not_ours" and not changed:
        raise StoreError(
            f"{row.ref} is not of {asked.asked_by} any more; refuse, or correct the owners: "
            f"tracker edit {row.ref} --owner …"
        )
    close(asked, "approved", who=who, now=now, decision=why)
    record(session, "approve", who=who, now=now, commitment=row, field=asked.kind, why=why)
    if asked.kind == "drop":
        settle(session, row, "dropped", on=on, why=asked.reason, who=who, now=now)
        return asked, changed
    for one in _checked(row, asked, changed):
        if one.field == "original_deadline":
            row.original_deadline = None if one.new is None else dt.date.fromisoformat(one.new)
        else:
            put(session, row, one.field, one.new)
        record(
            session,
            "approve",
            who=who,
            now=now,
            commitment=row,
            field=one.field,
            old=one.old,
            new=one.new,
            why=asked.reason,
        )
    session.flush()
    return asked, changed


def _checked(row: CommitmentRow, asked: RequestRow, changed: list[Effect]) -> list[Effect]:
    """What is to be written; a target is checked again, as it may have been edited meanwhile."""
    if asked.kind != "wrong_target":
        return changed
    wanted = parse(row, asked.changes or {})
    return [
        Effect(name, shown(row, name), value)
        for name, value in wanted.items()
        if shown(row, name) != value
    ]


def refuse(
    session: Session, number: int, *, why: str | None, who: str, now: dt.datetime
) -> RequestRow:
    """Say no to a request; the commitment stays as it is, and chasing goes on.

    Args:
        session: of `Store.write`.
        number: of the request.
        why: the reason.
        who: who decides.
        now: when.

    Raises:
        UnknownReference: there is no such request.
        StoreError: it does not wait any more, or no reason is given.
    """
    asked, row = _waiting(session, number)
    why = plain(row.ref, "why", why)
    if why is None:
        raise StoreError(f"request {number}: say why it is refused: --why TEXT")
    close(asked, "refused", who=who, now=now, decision=why)
    record(session, "refuse", who=who, now=now, commitment=row, field=asked.kind, why=why)
    session.flush()
    return asked


def withdraw(
    session: Session, number: int, *, who: str, now: dt.datetime, why: str | None = None
) -> RequestRow:
    """Take back a request before it is decided.

    Args:
        session: of `Store.write`.
        number: of the request.
        who: who takes it back.
        now: when.
        why: a reason, if one is given.

    Raises:
        UnknownReference: there is no such request.
        StoreError: it does not wait any more.
    """
    asked, row = _waiting(session, number)
    why = plain(row.ref, "why", why)
    close(asked, "lapsed", who=who, now=now, decision=why or "withdrawn")
    record(session, "withdraw", who=who, now=now, commitment=row, field=asked.kind, why=why)
    session.flush()
    return asked


def _waiting(session: Session, number: int) -> tuple[RequestRow, CommitmentRow]:
    """A request that waits, and its commitment, which nobody else changes until the end."""
    take_turns(session)  # before the row, as imports do
    asked = request(session, number)
    row = asked.commitment
    hold(session, row)
    session.refresh(asked)
    if asked.state != "waiting":
        raise StoreError(
            f"request {number} is decided already: {asked.state} by {asked.decided_by}"
        )
    return asked, row

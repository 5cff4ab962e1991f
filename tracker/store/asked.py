"""What waits for a supervisor: requests, what each would change, and what may be settled."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tracker.errors import UnknownReference
from tracker.store.book import owners_text
from tracker.store.fields import shown
from tracker.store.tables import CommitmentRow, CommitmentUnitRow, ProgressReportRow, RequestRow

#: 延期, 退办, 时限有误, 目标有误, 终止.
RequestKind = Literal["extension", "not_ours", "wrong_date", "wrong_target", "drop"]
REQUEST_KINDS: Final[tuple[RequestKind, ...]] = get_args(RequestKind)
#: 待决定, 已同意, 未同意, 已失效.
RequestState = Literal["waiting", "approved", "refused", "lapsed"]
REQUEST_STATES: Final[tuple[RequestState, ...]] = get_args(RequestState)

#: What lets a request lapse that nobody took back, as `lapsing.lapse` writes it.
LAPSED_BY: Final = ("settled", "rejected", "undone")

#: A shorter name ends like any unit's.
_SHORTEST_UNIT: Final = 2
#: Ids that no database column holds are nobody's.
_HIGHEST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Effect:
    """What an approval changes: a field with its values before and after."""

    field: str
    old: str | None
    new: str | None


def requests(session: Session, *, waiting: bool = True) -> list[RequestRow]:
    """Requests in the order in which they came in, with their commitments.

    Args:
        session: of `Store.read` or `Store.write`.
        waiting: only those that wait for a decision.
    """
    commitment = selectinload(RequestRow.commitment)
    query = (
        select(RequestRow)
        .options(
            commitment.selectinload(CommitmentRow.suggestion),
            commitment.selectinload(CommitmentRow.owners).selectinload(CommitmentUnitRow.unit),
            commitment.selectinload(CommitmentRow.reports),
        )
        .order_by(RequestRow.id)
    )
    if waiting:
        query = query.where(RequestRow.state == "waiting")
    return list(session.scalars(query))


def request(session: Session, number: int) -> RequestRow:
    """One request by its number.

    Raises:
        UnknownReference: there is none.
    """
    found = session.get(RequestRow, number) if 0 < number <= _HIGHEST else None
    if found is None:
        raise UnknownReference(f"no request {number}; see: tracker requests --all")
    return found


def reported(session: Session) -> list[CommitmentRow]:
    """Open, confirmed commitments with a target and a reported figure, in the order of the ledger:
    those that may have reached it.

    Args:
        session: of `Store.read` or `Store.write`.
    """
    figured = select(ProgressReportRow.commitment_id).where(ProgressReportRow.value.is_not(None))
    query = (
        select(CommitmentRow)
        .where(CommitmentRow.outcome == "open", CommitmentRow.review == "confirmed")
        .where(CommitmentRow.value.is_not(None), CommitmentRow.id.in_(figured))
        .options(selectinload(CommitmentRow.reports), selectinload(CommitmentRow.ratings))
        .order_by(CommitmentRow.suggestion_id, CommitmentRow.seq)
    )
    return list(session.scalars(query))


def taken_back(state: str, decision: str | None) -> bool:
    """Whether who asked took a request back; one that lapsed otherwise says by what.

    Args:
        state: of the request.
        decision: what is kept with it.
    """
    return state == "lapsed" and decision not in LAPSED_BY


def asked_late(row: RequestRow) -> bool:
    """Whether another date, an extension or a correction, was asked for only after the deadline;
    before it, and on its day, that costs nothing."""
    other = row.kind in ("extension", "wrong_date")
    return other and row.deadline is not None and row.asked_on > row.deadline


def effects(row: CommitmentRow, asked: RequestRow, granted: dt.date | None = None) -> list[Effect]:
    """What approving a request would change on a commitment as it is now.

    Args:
        row: the commitment.
        asked: the request.
        granted: the day that is allowed in place of the one asked for, of an extension.
    """
    after = _after(row, asked, granted)
    before = {name: row.outcome if name == "outcome" else shown(row, name) for name in after}
    if asked.kind == "not_ours":
        # The unit that replied stands in where the letter names none: it owns it all the same.
        before["owner"] = "、".join(owner.written for owner in row.owners) or None
    return [Effect(name, before[name], new) for name, new in after.items() if before[name] != new]


def _after(row: CommitmentRow, asked: RequestRow, granted: dt.date | None) -> dict[str, str | None]:
    """The fields that a request is about, and what they would be."""
    if asked.kind == "extension":
        return {"deadline": str(granted or asked.new_deadline)}
    if asked.kind == "not_ours":
        return {"owner": _owners_after(row, asked)}
    if asked.kind == "drop":
        return {"outcome": "dropped"}
    changes = {
        name: None if value == "none" else value for name, value in (asked.changes or {}).items()
    }
    if asked.kind == "wrong_date":
        original = changes["deadline"]
        return {"original_deadline": original, "deadline": _in_force(row, original)}
    return changes


def _in_force(row: CommitmentRow, original: str | None) -> str | None:
    """The deadline once the original one is corrected: an extension that goes further stays."""
    extended = row.deadline is not None and row.deadline != row.original_deadline
    if not extended or row.deadline is None:
        return original
    return max(original or "", row.deadline.isoformat())  # days of four-digit years sort as text


def _owners_after(row: CommitmentRow, asked: RequestRow) -> str:
    """The owners with the right unit in the place of the one that asks: of several, of that one
    alone, and of none where it is no owner any more."""
    right = asked.right_unit or ""
    if len(row.owners) < 2:
        return right
    leaving = asking_owner(row, asked.asked_by)
    names = (right if owner is leaving else owner.written for owner in row.owners)
    return "、".join(dict.fromkeys(names)) or owners_text(row)


def asking_owner(row: CommitmentRow, who: str) -> CommitmentUnitRow | None:
    """The owner that asks; `who` is UNIT or UNIT/NAME, by any of the unit's names.

    Args:
        row: the commitment.
        who: as the request has it.
    """
    unit = who.replace("／", "/").partition("/")[0].strip()
    if len(unit) < _SHORTEST_UNIT:
        return None
    for owner in row.owners:
        if unit in {owner.written, owner.unit.name, *(item.alias for item in owner.unit.aliases)}:
            return owner
    ending = [owner for owner in row.owners if owner.unit.name.endswith(unit)]
    return ending[0] if len(ending) == 1 else None

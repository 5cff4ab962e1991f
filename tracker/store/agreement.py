"""Whether the ledger says what its history says, so that a change by plain SQL comes to light.

Of every commitment: each field that the history speaks of has the value of its last entry; target,
deadline and owner that nothing has moved are those of its first line; each report, request and
decision has its line of the same moment.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, selectinload

from tracker.store.entering import FIRST, told
from tracker.store.fields import EDITABLE, shown
from tracker.store.journal import clip
from tracker.store.tables import CommitmentRow, HistoryRow

#: Lines that tell of a value which the ledger did not take.
_ONLY_TOLD: Final = ("differs",)
_FIELDS: Final = ("review", "outcome", *EDITABLE)
#: A figure is told as a whole where a new version brings it; after these it is told in parts.
_PARTS: Final = ("kind", "value", "unit")
_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A commitment that has something else than its history says.

    Attributes:
        ref: the commitment.
        field: a field; "report", "request" or "decision" for one without its line, "commitment" for
            a whole one that has none or is gone.
        ledger: what the ledger has, in words; None where empty.
        history: what the history says last.
        at: the moment of that line, as far as there is one.
    """

    ref: str
    field: str
    ledger: str | None
    history: str | None
    at: dt.datetime | None = None


def disagreements(session: Session) -> Iterator[Disagreement]:
    """Everything in the ledger that its history does not bear out, in the order of entry.

    Args:
        session: of `Store.read`; some hundred commitments are in memory at a time.
    """
    gone = select(HistoryRow.commitment_id, func.min(HistoryRow.at)).where(
        HistoryRow.commitment_id.is_not(None),
        HistoryRow.commitment_id.not_in(select(CommitmentRow.id)),
    )
    for commitment, at in session.execute(gone.group_by(HistoryRow.commitment_id)):
        yield Disagreement(f"#{commitment}", "commitment", None, f"#{commitment}", at)
    after = 0
    while rows := _some(session, after):
        after = rows[-1].id
        ids = [row.id for row in rows]
        lines: dict[int, list[HistoryRow]] = defaultdict(list)
        of_these = select(HistoryRow).where(HistoryRow.commitment_id.in_(ids))
        for line in session.scalars(of_these.order_by(HistoryRow.id)):
            if line.commitment_id is not None:
                lines[line.commitment_id].append(line)
        for row in rows:
            yield from _fields(row, lines[row.id])
            yield from _sayings(row, lines[row.id])
        session.expunge_all()


def _some(session: Session, after: int) -> Sequence[CommitmentRow]:
    query = (
        select(CommitmentRow)
        .where(CommitmentRow.id > after)
        .order_by(CommitmentRow.id)
        .limit(_CHUNK)
        .options(
            selectinload(CommitmentRow.owners),
            selectinload(CommitmentRow.reports),
            selectinload(CommitmentRow.requests),
            defer(CommitmentRow.reasons),
        )
    )
    return session.scalars(query).all()


def _fields(row: CommitmentRow, lines: Sequence[HistoryRow]) -> Iterator[Disagreement]:
    last: dict[str, HistoryRow] = {}
    first: dict[str, str | None] = {}
    for line in lines:
        if line.field is None or line.action in _ONLY_TOLD:
            continue
        first.setdefault(line.field, line.old)
        last[line.field] = line
        if line.field in _PARTS:
            last.pop("target", None)
    now = told(row)
    for name, at_first in (("review", "pending"), ("outcome", "open")):
        if name not in last and shown(row, name) != at_first:
            yield Disagreement(row.ref, name, shown(row, name), at_first)
    for name in _FIELDS:
        if name in last and not _same(name, shown(row, name), last[name].new):
            yield Disagreement(row.ref, name, shown(row, name), last[name].new, last[name].at)
    if "target" in last and now["target"] != (last["target"].new or ""):
        line = last["target"]
        yield Disagreement(row.ref, "target", now["target"] or None, line.new, line.at)
    yield from _unmoved(row, lines, first)


def _same(name: str, ledger: str | None, history: str | None) -> bool:
    if name != "owner":
        return ledger == history
    # Two names of one unit, or units that were made one, leave one name.
    told = {clip(name.strip(), 120) for name in (history or "").split("、")}
    return set((ledger or "").split("、")) <= told


def _unmoved(
    row: CommitmentRow, lines: Sequence[HistoryRow], first: dict[str, str | None]
) -> Iterator[Disagreement]:
    """What no line has moved is as it came in."""
    found = next((line for line in lines if line.action == "found"), None)
    was = told(row)
    if found is None:
        yield Disagreement(row.ref, "commitment", row.quote, None)
    moved = first.keys() & {"deadline", "original_deadline"}
    if not moved and row.original_deadline != row.deadline:
        original = row.original_deadline.isoformat() if row.original_deadline else None
        yield Disagreement(row.ref, "deadline", was["deadline"] or None, original)
        return
    if found is None or found.why is None:
        return  # entered by a program that did not note it
    came = _facts(found.why)
    other = set(first) | ({"target"} if first.keys() & {"target", *_PARTS} else set())
    for name in ("target", "deadline", "owner"):
        if name not in other and not _same(name, was[name], came.get(name, "")):
            yield Disagreement(row.ref, name, was[name] or None, came.get(name) or None, found.at)
    dates = {came.get("deadline", ""), *(_dates(lines))}
    original = row.original_deadline.isoformat() if row.original_deadline else ""
    if original not in dates:
        yield Disagreement(
            row.ref, "original_deadline", original or None, came.get("deadline") or None, found.at
        )


def _dates(lines: Sequence[HistoryRow]) -> Iterator[str]:
    named = ("deadline", "original_deadline")
    return (line.new or "" for line in lines if line.field in named)


def _facts(text: str) -> dict[str, str]:
    """What `first_facts` wrote, by field."""
    found = re.fullmatch(";".join(f"{word} (.*)" for word in FIRST.values()), text, re.DOTALL)
    values = found.groups() if found else ()
    return {
        name: "" if value == "无" else value for name, value in zip(FIRST, values, strict=False)
    }


def _sayings(row: CommitmentRow, lines: Sequence[HistoryRow]) -> Iterator[Disagreement]:
    """Reports, requests and decisions stand in the history at the moment they were recorded."""
    moments: dict[dt.datetime, list[HistoryRow]] = defaultdict(list)
    for line in lines:
        moments[line.at].append(line)
    for report in row.reports:
        said = [line.new or "" for line in moments[report.recorded_at]]
        figure = "" if report.value is None else f"{report.value:f}"
        if not any(figure in text and str(report.as_of) in text for text in said):
            words = " · ".join(filter(None, (figure, report.note, str(report.as_of))))
            yield Disagreement(row.ref, "report", words, said[0] if said else None)
    for request in row.requests:
        if not moments[request.asked_at]:
            yield Disagreement(row.ref, "request", request.reason, None, request.asked_at)
        if request.decided_at is not None and not moments[request.decided_at]:
            yield Disagreement(row.ref, "decision", request.state, None, request.decided_at)
    reports = sum(line.action == "report" for line in lines)
    if reports > len(row.reports):
        yield Disagreement(row.ref, "report", str(len(row.reports)), str(reports))

"""Whether the ledger says what its history says, so that a change by plain SQL comes to light.

Of every commitment: each field that the history speaks of has the value of its last entry; what
nothing has moved is as its first line tells it (quote, target, deadline, owner, kind, what, the
units behind the owners); reports, requests, decisions and ratings are those of its lines
(`sayings`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, selectinload

from tracker.store.entering import first_told, told
from tracker.store.fields import EDITABLE, shown
from tracker.store.journal import clip
from tracker.store.sayings import Disagreement, sayings
from tracker.store.tables import CommitmentRow, CommitmentUnitRow, HistoryRow, RatingRow, UnitRow

#: Lines that tell of a value which the ledger did not take.
_ONLY_TOLD: Final = ("differs",)
_FIELDS: Final = ("review", "outcome", "settled_on", *EDITABLE)
#: A figure is told as a whole where a new version brings it; after these it is told in parts.
_PARTS: Final = ("kind", "value", "unit")
_CHUNK: Final = 500


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
    back = select(HistoryRow.letter_id).where(HistoryRow.action == "reverted").distinct()
    reread = set(session.scalars(back))
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
            yield from _as_found(row, lines[row.id], reread)
            yield from _look_back(row, lines[row.id])
            yield from sayings(row, lines[row.id])
        session.expunge_all()


def _some(session: Session, after: int) -> Sequence[CommitmentRow]:
    query = (
        select(CommitmentRow)
        .where(CommitmentRow.id > after)
        .order_by(CommitmentRow.id)
        .limit(_CHUNK)
        .options(
            selectinload(CommitmentRow.owners)
            .selectinload(CommitmentUnitRow.unit)
            .selectinload(UnitRow.aliases),
            selectinload(CommitmentRow.ratings).selectinload(RatingRow.deputy),
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
        name = "renews" if line.action == "renew" else line.field
        if name is None or line.action in _ONLY_TOLD:
            continue
        first.setdefault(name, line.old)
        last[name] = line
        if name in _PARTS:
            last.pop("target", None)
    now = told(row)
    for name, at_first in (("review", "pending"), ("outcome", "open"), ("renews", None)):
        if name not in last and shown(row, name) != at_first:
            yield Disagreement(row.ref, name, shown(row, name), at_first)
    if row.settled_on is not None and not {"settled_on", "outcome"} & last.keys():
        yield Disagreement(row.ref, "settled_on", shown(row, "settled_on"), None)
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
    original = row.original_deadline.isoformat() if row.original_deadline else ""
    if found is None or found.why is None:
        # Entered by a program that did not note it: only that the two differ can be told.
        moved = first.keys() & {"deadline", "original_deadline"}
        if not moved and row.original_deadline != row.deadline:
            yield Disagreement(row.ref, "deadline", was["deadline"] or None, original or None)
        return
    came = first_told(found.why)
    other = set(first) | ({"target"} if first.keys() & {"target", *_PARTS} else set())
    for name in ("target", "deadline", "owner"):
        if name not in other and not _same(name, was[name], came.get(name, "")):
            yield Disagreement(row.ref, name, was[name] or None, came.get(name) or None, found.at)
    dates = {came.get("deadline", ""), *(_dates(lines))}
    if original not in dates:
        yield Disagreement(
            row.ref, "original_deadline", original or None, came.get("deadline") or None, found.at
        )


def _dates(lines: Sequence[HistoryRow]) -> Iterator[str]:
    named = ("deadline", "original_deadline")
    return (line.new or "" for line in lines if line.field in named)


def _as_found(
    row: CommitmentRow, lines: Sequence[HistoryRow], reread: Set[int | None]
) -> Iterator[Disagreement]:
    """Quote, kind, what and the units behind the owners, as far as no newer version of the letter
    moved them: it moves them without a line where the promise stays the same."""
    found = next((line for line in lines if line.action == "found"), None)
    if found is None:
        return
    same_letter = row.letter_id == found.letter_id and row.letter_id not in reread
    moved = {line.field for line in lines if line.action not in _ONLY_TOLD}
    quotes = [line for line in lines if line.action == "follow" and line.field == "quote"]
    quote = quotes[-1] if quotes else found
    if row.quote != quote.new and (same_letter or not _stands_there(row)):
        yield Disagreement(row.ref, "quote", row.quote, quote.new, quote.at)
    came = first_told(found.why or "")
    if not same_letter:
        return
    for name in ("kind", "what"):
        now = shown(row, name)
        if name in came and name not in moved and now != came[name]:
            yield Disagreement(row.ref, name, now, came[name], found.at)
    if "unit" in came and "owner" not in moved:
        # Not split: letters have units of which the name itself holds the mark.
        noted = f"、{came['unit']}、"
        for owner in row.owners:
            # Entries of the registry that turned out to be one unit leave their names as aliases.
            names = {owner.unit.name, *(alias.alias for alias in owner.unit.aliases)}
            if not any(f"、{name}、" in noted for name in names):
                yield Disagreement(row.ref, "owner", owner.unit.name, came["unit"], found.at)


def _stands_there(row: CommitmentRow) -> bool:
    """Whether the quote is what the letter has at its place."""
    return row.letter.text[row.start : row.end] == row.quote


def _look_back(row: CommitmentRow, lines: Sequence[HistoryRow]) -> Iterator[Disagreement]:
    """The day of looking back is that of reopening, until the next outcome."""
    last = next((line for line in reversed(lines) if line.field == "outcome"), None)
    day = row.look_back_since
    reopened = last.at.date() if last is not None and last.action == "reopen" else None
    # The office's day may be the one before or after that of UTC.
    near = day and reopened and abs((day - reopened).days) <= 1
    if not near and day != reopened:
        told = reopened.isoformat() if reopened else None
        at = last.at if last is not None else None
        yield Disagreement(row.ref, "look_back_since", str(day) if day else None, told, at)

"""What speaks for a find being a promise."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.commitments.confidence import Evidence
from tracker.commitments.model import Kind
from tracker.commitments.quantities import PERIODIC, Quantity
from tracker.commitments.readings import NEUTRAL, PLAN, Reading
from tracker.commitments.targets import has_verb
from tracker.commitments.timing import Due
from tracker.letters.clauses import Outline


def speaks_for(reading: Reading, q: Quantity, due: Due | None) -> float:
    """How much speaks for a figure being promised; too little, and it is none.

    Args:
        reading: the clause; q: its figure; due: the date that governs it.
    """
    score = 0.45
    if reading.voice is PLAN:
        score += 0.2
    if reading.own:
        score += 0.15
    if due is not None:
        score += 0.1 if due.inferred else 0.15
    if q.rate is not None:
        # 每年培训50人次 is a task like any other, 每户补助3000元 a rate in force.
        score -= 0.05 if PERIODIC.match(q.rate) else 0.2
    if q.kind == "duration" and q.comparator == "=":
        score -= 0.15
    return score


def evidence_of(
    kind: Kind,
    parts: Outline,
    readings: Sequence[Reading],
    index: int,
    due: Due | None,
    owner: tuple[str, ...],
    q: Quantity | None,
    nearby: int,
    worth: float = 0.0,
) -> Evidence:
    """What speaks for a find.

    Args:
        kind: of the find.
        parts: the letter cut up, with its clauses as `readings`.
        index: the find's clause; `due` and `owner` are what governs it.
        q: the promised figure, None for a deliverable.
        nearby: how many clauses of the paragraph promise by their own words or date.
        worth: how checkable a deliverable is, as `deliverable` gives it.
    """
    reading = readings[index]
    clause = reading.clause
    rate = q.rate if q is not None else None
    periodic = rate is not None and PERIODIC.match(rate) is not None
    return Evidence(
        kind=kind,
        word=any(hit.group in ("target", "firm", "conditional") for hit in reading.hits),
        stated=due is not None and not due.inferred,
        inferred=due is not None and due.inferred,
        planned=clause.planned or parts.sections[clause.section].kind == "plan",
        neutral=reading.voice is NEUTRAL,
        owner=bool(owner),
        per_thing=rate is not None and not periodic,
        per_period=periodic,
        verb=q is not None and has_verb(parts.text[clause.start : q.number_start]),
        conditional=reading.strength == "conditional",
        clue=nearby > (reading.voice is PLAN and reading.own),
        worth=worth,
    )

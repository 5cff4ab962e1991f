"""A letter with every stretch told apart: promises, results, and what is left undecided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tracker.commitments.deadlines import find_dates
from tracker.commitments.modality import read_clauses
from tracker.commitments.model import Extraction
from tracker.commitments.quantities import find_quantities
from tracker.commitments.readings import Voice
from tracker.commitments.terms import term_end
from tracker.letters.clauses import outline

Sort = Literal["promise", "result", "undecided"]


@dataclass(frozen=True, slots=True)
class Mark:
    """`raw[start:end]` is a promise, a result, or a clause with a figure or date left undecided.

    `note` is the reference of a promise in the order found ("1", "2", …), else "".
    """

    start: int
    end: int
    sort: Sort
    note: str = ""


def marks(extraction: Extraction) -> list[Mark]:
    """The marks of a letter in the order of its text, none overlapping.

    Args:
        extraction: what was found in it.
    """
    letter = extraction.letter
    wanted = [
        Mark(item.start, item.end, "promise", str(number))
        for number, item in enumerate(extraction.commitments, 1)
    ]
    wanted += [Mark(item.start, item.end, "result") for item in extraction.achievements]
    parts = outline(letter)
    text = letter.normal.text
    numbers = [q.number_start for q in find_quantities(text)]
    dates = find_dates(text, letter.header.date, term_end(letter.header))
    days = [d.start for d in dates]
    for reading in read_clauses(parts, dates, letter.header.date, local=letter.header.local):
        clause = reading.clause
        told = any(clause.start <= at < clause.end for at in (*numbers, *days))
        if reading.voice in (Voice.PLAN, Voice.NEUTRAL) and told:
            wanted.append(Mark(*letter.normal.raw_span(clause.start, clause.end), "undecided"))
    # Promises first, then results: what is left over of a clause is undecided.
    kept: list[Mark] = []
    order = {"promise": 0, "result": 1, "undecided": 2}
    for mark in sorted(wanted, key=lambda mark: (order[mark.sort], mark.start)):
        if all(mark.end <= other.start or mark.start >= other.end for other in kept):
            kept.append(mark)
    return sorted(kept, key=lambda mark: mark.start)

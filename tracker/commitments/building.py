"""Commitments in the raw text: spans mapped back, quotes, units and owners as written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tracker.commitments.actions import deciding_verb
from tracker.commitments.model import Commitment, Deadline, Kind, Target
from tracker.commitments.quantities import Quantity
from tracker.commitments.readings import Reading
from tracker.commitments.timing import Due
from tracker.letters.clauses import Clause, Outline
from tracker.letters.model import Letter


def build(
    letter: Letter,
    parts: Outline,
    reading: Reading,
    start: int,
    end: int,
    kind: Kind,
    name: str,
    due: Due | None,
    owner: tuple[str, ...],
    confidence: float,
    target: Target | None,
    q: Quantity | None,
) -> Commitment:
    """Map spans back to the raw text, where every quote must stand."""
    normal = letter.normal
    first, last = normal.raw_span(start, end)
    quote = letter.raw[first:last]
    stripped = quote.rstrip(" \t\u3000\r\n")
    last -= len(quote) - len(stripped)
    quote = stripped
    section = parts.sections[reading.clause.section]
    reasons = [hit.word for hit in reading.hits]
    reasons.append(normal.raw_quote(q.start, q.end) if q else deciding_verb(reading.clause.text))
    if due:
        reasons.append(due.date.text)
    if not reading.own and section.kind == "plan":
        # Nothing in the clause tells that it is still to come: the heading does.
        reasons.append(section.path[-1])
    return Commitment(
        quote=quote,
        start=first,
        end=last,
        kind=kind,
        what=name,
        strength=reading.strength,
        target=target,
        deadline=_deadline(letter, due),
        owner=tuple([_as_written(letter, unit, reading.clause, last) for unit in owner])
        if owner
        else (),
        section=section.path,
        confidence=confidence,
        reasons=tuple(dict.fromkeys(word for word in reasons if word)),
    )


def _deadline(letter: Letter, due: Due | None) -> Deadline | None:
    if due is None:
        return None
    written = letter.normal.raw_quote(due.date.start, due.date.end)
    return Deadline(due.date.last, written, "inferred" if due.inferred else "stated", due.date.rule)


def _as_written(letter: Letter, unit: str, clause: Clause, last: int) -> str:
    """A unit in the characters of the letter: traditional names stay traditional.

    Args:
        letter: the letter; `clause` stands in it, its promise ends at `last` of the raw text.
        unit: as the regular text has it.
    """
    if not letter.normal.traditional and letter.raw.rfind(unit, max(0, last - 800), last) >= 0:
        return unit
    at = letter.normal.text.find(unit, max(0, clause.start - 400), clause.end)
    if at < 0:
        at = letter.normal.text.find(unit)
    return letter.normal.raw_quote(at, at + len(unit)) if at >= 0 else unit


def unit_as_written(letter: Letter, q: Quantity) -> str:
    """The unit in the characters of the letter: 張 stays 張; a percentage is % in any width."""
    at = (
        letter.normal.text.rfind(q.unit, q.number_start, q.end)
        if letter.normal.traditional and q.kind != "percent"
        else -1
    )
    return letter.normal.raw_quote(at, at + len(q.unit)) if at >= 0 else q.unit


def own_part(
    text: str, start: int, end: int, picked: Sequence[Quantity], place: int
) -> tuple[int, int]:
    """One figure's part of a clause that holds several: from behind the one before to its own end."""
    first = start
    if place:
        first = picked[place - 1].end
        if text[first] in "的(" and (mark := _PARTS.search(text, first, picked[place].start)):
            first = mark.start()  # 每个1万元的一次性补助、每月200元的运营补助
    last = end if place == len(picked) - 1 else picked[place].end
    while first < last and text[first] in "、,和及;":
        first += 1
    if place and first >= picked[place].start:
        first = start  # 分别减少10%、15%: the second says nothing by itself
    if place < len(picked) - 1:
        stop = _PARTS.search(text, last, picked[place + 1].start)
        if stop:
            last = stop.start()
    return first, last


_PARTS: Final = re.compile("[、,;]")


def cuts(reading: Reading) -> list[tuple[int, int]]:
    return [(d.start, d.end) for d in reading.dates] if reading.dates else []

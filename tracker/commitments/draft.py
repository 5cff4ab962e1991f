"""A draft before it is signed: what will be tracked, what it lacks, and what is only attitude.

The clerk who wrote the draft reads this, so that only what can be mended is said. The replying
unit answers for what it promises: an owner is missing only where the words hide one (由相关部门).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tracker.commitments.deadlines import find_dates
from tracker.commitments.find import find_commitments
from tracker.commitments.modality import read_clauses
from tracker.commitments.model import Commitment, Extraction
from tracker.commitments.readings import Reading
from tracker.commitments.remarks import LACKS, Lack, Remark, doubts, lacks
from tracker.commitments.untracked import (
    Lapsed,
    Lines,
    Untracked,
    lapsed,
    parts_of_sentences,
    untracked,
)
from tracker.letters.clauses import outline
from tracker.letters.model import Letter


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment as the tracker will find it, the line it begins on, and what to say of it."""

    commitment: Commitment
    line: int
    lacks: tuple[Remark, ...]
    doubts: tuple[Remark, ...]

    def as_json(self) -> dict[str, Any]:
        """The promise as `tracker check --format json` prints it."""
        return self.commitment.as_json() | {
            "line": self.line,
            "lacks": [remark.as_json() for remark in self.lacks],
            "doubts": [remark.as_json() for remark in self.doubts],
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be said of a draft, each part in the order of the text.

    `day` is the day that relative words (年底前) were counted from.
    """

    extraction: Extraction
    day: date
    promises: tuple[Promise, ...]
    untracked: tuple[Untracked, ...]
    lapsed: tuple[Lapsed, ...]

    @property
    def wanting(self) -> bool:
        """Whether a promise lacks something, or a date is over; attitude alone is no fault."""
        return (
            bool(self.lapsed)
            or any(promise.lacks for promise in self.promises)
            or any(sentence.reason != "attitude" for sentence in self.untracked)
        )

    def lacking(self, code: Lack) -> int:
        """How many sentences lack a number, a date or an owner to be checked."""
        promises = sum(any(r.code == code for r in promise.lacks) for promise in self.promises)
        return promises + sum(sentence.reason == code for sentence in self.untracked)

    def as_json(self, source: str) -> dict[str, Any]:
        """What `tracker check --format json` prints; `source` is the draft's name."""
        return {
            "source": source,
            "date": self.day.isoformat(),
            "letter": self.extraction.letter.header.as_json(),
            "commitments": [promise.as_json() for promise in self.promises],
            "untracked": [sentence.as_json() for sentence in self.untracked],
            "lapsed": [plan.as_json() for plan in self.lapsed],
            "lacking": {code: self.lacking(code) for code in LACKS},
        }


def check_draft(letter: Letter, day: date, *, parted_by: str = "\n") -> Draft:
    """Read a draft as the tracker will read the signed letter, and say what its promises lack.

    Args:
        letter: the draft as `read_letter` gives it.
        day: the letter's date; a draft often has none yet.
        parted_by: what parts two lines, as people count them, in the letter's text.
    """
    letter = replace(letter, header=replace(letter.header, date=day))
    extraction = find_commitments(letter)
    parts = outline(letter)
    dates = find_dates(letter.normal.text, day)
    readings = read_clauses(parts, dates, day, local=letter.header.local)
    lines = Lines(letter.raw, parted_by)
    sentences = list(parts_of_sentences(readings))
    starts = [_span(letter, part[0])[0] for part in sentences]
    promises = []
    covered: set[int] = set()
    for item in extraction.commitments:
        part = sentences[bisect_right(starts, item.end - 1) - 1]
        inside = [_overlap(_span(letter, reading), item) for reading in part]
        covered |= {r.clause.start for r, taken in zip(part, inside, strict=True) if taken}
        end = len(part) - inside[::-1].index(True)
        lacking = lacks(item, part[:end])
        doubtful = doubts(item, part[:end], part[end:], day)
        promises.append(Promise(item, lines.of(item.start), tuple(lacking), tuple(doubtful)))
    return Draft(
        extraction,
        day,
        tuple(promises),
        tuple(untracked(letter, parts, sentences, covered, lines)),
        tuple(lapsed(letter, parts, sentences, covered, lines)),
    )


def _span(letter: Letter, reading: Reading) -> tuple[int, int]:
    return letter.normal.raw_span(reading.clause.start, reading.clause.end)


def _overlap(span: tuple[int, int], item: Commitment) -> bool:
    return span[0] < item.end and span[1] > item.start

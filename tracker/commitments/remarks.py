"""What to say of one promise of a draft: what it lacks, and what may be meant in another way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from tracker.commitments.deadlines import resolve
from tracker.commitments.lexicon import pattern
from tracker.commitments.model import Commitment
from tracker.commitments.readings import Reading
from tracker.commitments.strength import waits
from tracker.letters.text import normalise

#: What a promise lacks; without it nobody can say whether it was kept.
Lack = Literal["number", "date", "owner"]
#: What may be meant, and should be looked at: the promise waits for something, its date stands
#: elsewhere, names no year, can be read in two ways, or comes again and again without an end.
Doubt = Literal["condition", "inferred", "yearless", "arguable", "recurring"]
LACKS: Final[tuple[Lack, ...]] = ("number", "date", "owner")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say of a promise, and the words it rests on ("" where there are none)."""

    code: Lack | Doubt
    words: str = ""

    def as_json(self) -> dict[str, str]:
        """The remark as `tracker check --format json` prints it."""
        return {"code": self.code, "words": self.words}


#: 每年, 每季度, 每两个月: a task that comes again.
_RECURRING: Final = re.compile(
    r"每[两半一二三四五六\d]{0,2}个?(?:年|季度?|月|学期|学年|周|旬|天|日)"
)
#: Who acts together with unnamed others (会同有关部门) is named itself.
_TOGETHER: Final = re.compile(r"(?:会同|联合|配合|协同|联系|对接|和|与|及|、|向|报|请|商)$")


def lacks(item: Commitment, around: Sequence[Reading]) -> Iterator[Remark]:
    """Number, date, owner: what cannot be checked without a question to the department.

    Args:
        item: the promise.
        around: the clauses of its part of the sentence, up to its end.
    """
    text = normalise(item.quote).text
    if item.target is None:
        found = pattern("draft", "vague").search(text) or pattern("draft", "counted").search(text)
        if found:
            yield Remark("number", found[0])
    if item.deadline is not None and item.deadline.day is None:
        yield Remark("date", item.deadline.text)
    elif item.deadline is None and not _RECURRING.search(text):
        soon = [pattern("draft", "soon").search(part) for part in (text, _words(around))]
        yield Remark("date", next((found[0] for found in soon if found), ""))
    hidden = pattern("draft", "nobody").search(_words(around))
    if hidden and not _TOGETHER.search(_words(around)[: hidden.start()]):
        named = [unit for unit in item.owner if not pattern("draft", "nobody").search(unit)]
        if not named:
            yield Remark("owner", hidden[0])


def _words(around: Sequence[Reading]) -> str:
    return ",".join(reading.clause.text for reading in around)


def doubts(
    item: Commitment, before: Sequence[Reading], after: Sequence[Reading], day: date
) -> Iterator[Remark]:
    """What the tracker will take in one way and the writer may mean in another.

    Args:
        item: the promise.
        before: the clauses of its part of the sentence, up to its end.
        after: the clauses of that part behind it.
        day: the letter's date.
    """
    if item.strength == "conditional":
        yield Remark("condition", _condition(before))
    if item.deadline is None:
        recurring = _RECURRING.search(normalise(item.quote).text)
        if recurring:
            yield Remark("recurring", recurring[0])
        return
    written = normalise(item.deadline.text).text
    # One date for all of a sentence is good writing; a date taken from elsewhere may be wrong.
    if item.deadline.basis == "inferred" and written not in _words((*before, *after)):
        yield Remark("inferred", item.deadline.text)
    if item.deadline.day is None:
        return
    span = resolve(written, day)
    if span is not None and span.arguable:
        yield Remark("arguable", item.deadline.text)
    elif _PART_OF_YEAR.search(item.deadline.rule) and not _YEAR.search(written):
        yield Remark("yearless", item.deadline.text)


#: What numbers an item of a list: (三), 3., 三是.
_MARKER: Final = re.compile(
    r"^(?:\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、]|[一二三四五六七八九十]{1,3}[是、])"
)


def _condition(around: Sequence[Reading]) -> str:
    """The words that a promise waits for: 资金到位后, 条件成熟时."""
    for reading in around:
        for hit in reading.hits:
            if hit.group == "conditional" and len(hit.word) > 1:
                return hit.word
        if waits(reading.clause.text):
            return _MARKER.sub("", reading.clause.text)
    return ""


#: Rules of the time grammar for parts of a year: 6月底前, 三季度, 国庆节前.
_PART_OF_YEAR: Final = re.compile("^(?:month|day|quarter|half-year|feast|season)")
#: A year in a date: 2024年, 二〇二四年, 今年, 明年, 本月.
_YEAR: Final = re.compile(
    r"\d{2,4}年|[〇零一二三四五六七八九]{4}年|[今本明后次翌当来下]年|[本下当]个?月|[本下]个?季"
)

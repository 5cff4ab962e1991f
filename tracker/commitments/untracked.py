"""What of a draft will not be tracked although it sounds like a promise.

Sentences of good will name nothing to be checked; plans whose date is over read as results.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from tracker.commitments.deadlines import DateSpan
from tracker.commitments.lexicon import pattern
from tracker.commitments.others import words_of_others
from tracker.commitments.readings import Reading, Voice
from tracker.commitments.timing import own_date, sums_up
from tracker.letters.clauses import Outline
from tracker.letters.headings import SectionKind
from tracker.letters.model import Letter

#: Why a sentence is not tracked: good will alone; a plan without its figure; a plan with a date
#: and nothing that is there or not.
Reason = Literal["attitude", "number", "nothing"]


@dataclass(frozen=True, slots=True)
class Untracked:
    """A sentence that sounds like a promise and is none; offsets into the raw text.

    `words` are those of attitude, or the word that asks for a figure.
    """

    quote: str
    start: int
    end: int
    line: int
    reason: Reason
    words: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The sentence as `tracker check --format json` prints it."""
        return {
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "line": self.line,
            "reason": self.reason,
            "words": list(self.words),
        }


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A sentence with a plan whose date is over on the letter's day, so that it reads as a result.

    `next_year` is the day meant where the words name no year and mean the year to come.
    """

    quote: str
    start: int
    end: int
    line: int
    words: str
    day: date
    next_year: date | None

    def as_json(self) -> dict[str, Any]:
        """The sentence as `tracker check --format json` prints it."""
        return {
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "line": self.line,
            "words": self.words,
            "day": self.day.isoformat(),
            "next_year": self.next_year.isoformat() if self.next_year else None,
        }


class Lines:
    """Which line of a text an offset stands on, counted from one.

    Args:
        raw: the text.
        parted_by: what parts two lines as people count them.
    """

    def __init__(self, raw: str, parted_by: str) -> None:
        self._raw, self._parted_by = raw, parted_by

    def of(self, start: int) -> int:
        """The number of the line that `raw[start]` stands on."""
        return self._raw.count(self._parted_by, 0, start) + 1


def parts_of_sentences(readings: Sequence[Reading]) -> Iterator[list[Reading]]:
    """The clauses from one full stop or semicolon to the next."""
    part: list[Reading] = []
    for reading in readings:
        if reading.clause.opener and part:
            yield part
            part = []
        part.append(reading)
    if part:
        yield part


_WILLING: Final = (Voice.PLAN, Voice.NEUTRAL, Voice.EFFECT)


def untracked(
    letter: Letter,
    parts: Outline,
    sentences: Iterable[list[Reading]],
    covered: Container[int],
    lines: Lines,
) -> Iterator[Untracked]:
    """Sentences that sound like a promise and hold no commitment.

    Args:
        letter: the draft.
        parts: the draft cut up.
        sentences: of `parts_of_sentences`.
        covered: where the clauses begin that a commitment stands in.
        lines: of the draft.
    """
    others = words_of_others(parts, local=letter.header.local)
    for part in sentences:
        if any(reading.clause.start in covered for reading in part):
            continue
        if any(reading.voice is Voice.REFUSED for reading in part):
            continue  # what is declined needs no date
        thanks = (pattern("draft", "courtesy").search(reading.clause.text) for reading in part)
        own_words = part[: next((at for at, found in enumerate(thanks) if found), None)]
        why = _why(parts.text, own_words, others)
        if why is not None:
            start, end = letter.normal.raw_span(part[0].clause.start, part[-1].clause.end)
            yield Untracked(letter.raw[start:end], start, end, lines.of(start), *why)


def _why(
    text: str, part: list[Reading], others: Sequence[tuple[int, int, Voice]]
) -> tuple[Reason, tuple[str, ...]] | None:
    """Why a part of a sentence sounds like a promise and is none; None where it does not."""
    willing = [reading for reading in part if reading.voice in _WILLING]
    if not willing:
        return None
    words = [
        found[0]
        for reading in part
        # 始终坚持……,进一步加大……: a clause without words of its own goes with the others.
        if reading in willing or not reading.own
        for name in ("draft", "modality")
        for found in pattern(name, "attitude").finditer(
            text, reading.clause.start, reading.clause.end
        )
        if not any(start <= found.start() < end for start, end, _ in others)
    ]
    if words:
        return "attitude", _longest(words)
    planned = [
        reading
        for reading in willing
        if reading.voice is Voice.PLAN and reading.own and not sums_up(reading.clause.text)
    ]
    for reading in planned:
        for group in ("vague", "counted"):
            asking = pattern("draft", group).search(reading.clause.text)
            if asking:
                return "number", (asking[0],)
    limits = (own_date(reading) for reading in planned)
    if any(limit is not None and limit.relation in ("by", "within") for limit in limits):
        return "nothing", ()
    return None


def _longest(words: Sequence[str]) -> tuple[str, ...]:
    """Each word once, none that is part of another."""
    once = tuple(dict.fromkeys(words))
    return tuple(word for word in once if not any(word in other != word for other in once))


#: A verb that says it is done, though no word like 已 does: 完成了, 建成投用以来.
_TOLD: Final = re.compile("了|已|以来|曾|原")


def lapsed(
    letter: Letter,
    parts: Outline,
    sentences: Iterable[list[Reading]],
    covered: Container[int],
    lines: Lines,
) -> Iterator[Lapsed]:
    """Plans whose date is over: a slip of the year, or the text of an old letter.

    Args:
        letter: the draft.
        parts: the draft cut up.
        sentences: of `parts_of_sentences`.
        covered: where the clauses begin that a commitment stands in.
        lines: of the draft.
    """
    for part in sentences:
        for reading in part:
            late = _limit_gone_by(reading.dates)
            clause = reading.clause
            section = parts.sections[clause.section].kind
            if (
                late is None
                or late.last is None
                or clause.start in covered
                or not _sounds_planned(reading, section)
            ):
                continue
            start, end = letter.normal.raw_span(part[0].clause.start, part[-1].clause.end)
            words = letter.normal.raw_quote(late.start, late.end)
            quote, line = letter.raw[start:end], lines.of(start)
            yield Lapsed(quote, start, end, line, words, late.last, late.alternative)
            break


def _sounds_planned(reading: Reading, section: SectionKind) -> bool:
    """Whether a clause is read as a result for its date alone."""
    groups = {hit.group for hit in reading.hits}
    if reading.voice is not Voice.DONE or _TOLD.search(reading.clause.text) or section == "past":
        return False
    if groups & {"done", "state", "attribute"}:
        return False
    return bool(groups & {"target", "firm"}) or reading.clause.planned or section == "plan"


def _limit_gone_by(dates: Sequence[DateSpan]) -> DateSpan | None:
    """The last date of a clause that has only dates gone by, where that is a limit."""
    if not dates or not all(span.past for span in dates):
        return None
    return dates[-1] if dates[-1].relation in ("by", "within") else None

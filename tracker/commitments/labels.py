"""What brackets behind a promise say of it: who answers, until when.

"新建公厕12座。(牵头单位:市城管局;完成时限:2023年10月)" sets owner and date of what stands before. At the
end of a paragraph such a label is said of all of it back to the label before, within a paragraph of
its own sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tracker.commitments.deadlines import DateSpan
from tracker.commitments.readings import Reading
from tracker.commitments.timing import Due
from tracker.letters.clauses import Outline

#: 完成时限:2023年10月, within brackets.
_UNTIL: Final = re.compile(
    r"[(,;、](?:完成|办结|整改|落实|计划|推进|工作)?(?:完成)?(?:时限|时间|期限|日期|节点)[::]"
)
_UNTIL_WORDS: Final[tuple[str, ...]] = ("时限:", "时间:", "期限:", "日期:", "节点:")
_LABEL: Final = re.compile(
    r"\([^()]{0,60}?(?:单位|部门|主体|时限|时间|期限|节点)[::]|\([^()]{3,40}?(?:负责|牵头|承担)\)$"
)


def labelled(readings: Sequence[Reading], index: int) -> Iterator[int]:
    """The clauses that the label in clause `index` is said of, backwards, its own first."""
    here = readings[index].clause
    last = index + 1 == len(readings) or readings[index + 1].clause.paragraph != here.paragraph
    # A bracket behind a full stop belongs to the sentence before it.
    sentences = (here.sentence, here.sentence - 1) if here.text[0] == "(" else (here.sentence,)
    for back in range(index, -1, -1):
        clause = readings[back].clause
        if clause.paragraph != here.paragraph or not (last or clause.sentence in sentences):
            return
        if back < index and "(" in clause.text and _LABEL.search(clause.text):
            return
        yield back


def due_by_label(
    outline: Outline, readings: Sequence[Reading], dates: Sequence[DateSpan], due: list[Due | None]
) -> None:
    """Give the promises before a label the date that it sets, where they have none of their own.

    Args:
        outline: the letter cut up.
        readings: its clauses, read.
        dates: all its dates, in order.
        due: the date of each clause, as `governing_dates` gives it; filled in.
    """
    text = outline.text
    if "(" not in text or not any(word in text for word in _UNTIL_WORDS):
        return
    untils = [
        (index, until)
        for index, reading in enumerate(readings)
        if "(" in reading.clause.text and (until := _UNTIL.search(reading.clause.text)) is not None
    ]
    by_clause = outline.by_clause(dates) if untils else {}
    for index, until in untils:
        reading = readings[index]
        at = reading.clause.start + until.end()
        own = next((span for span in by_clause.get(index, ()) if 0 <= span.start - at <= 2), None)
        if own is None or own.last is None:
            continue
        for back in labelled(readings, index):
            if due[back] is None and readings[back].clause.text[0] != "(":
                due[back] = Due(own, inferred=True, standing=True)

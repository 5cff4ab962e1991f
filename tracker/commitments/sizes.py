"""How large a thing is: a clause that tells only a size, and a size behind what is promised."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from tracker.commitments.deadlines import DateSpan
from tracker.commitments.readings import Hit
from tracker.commitments.tense import to_come
from tracker.letters.clauses import Clause


def is_attribute(
    hits: tuple[Hit, ...], dates: tuple[DateSpan, ...], letter_date: date | None
) -> bool:
    """Whether a clause only tells a project's size: 设计日供水3000吨."""
    groups = {hit.group for hit in hits}
    return (
        "attribute" in groups
        and not groups & {"target", "firm"}
        and not to_come(dates, letter_date)
    )


#: 继续改造小区85个、|建筑面积184万平方米: what is done, with its figure.
_DONE_WITH_FIGURE: Final = re.compile(r"\d[^,。;、\d]{1,6}(?:\([^()]*\))?、$")


def of_what_is_done(clause: Clause, hits: tuple[Hit, ...]) -> bool:
    """Whether a size stands behind the figure of what is done: it decides nothing of the clause."""
    size = next(hit.start for hit in hits if hit.group == "attribute") - clause.start
    if size == 0 or clause.text[size - 1] != "、" or not _WORKED_ON.search(clause.text, 0, size):
        return False
    return _DONE_WITH_FIGURE.search(clause.text, 0, size) is not None


_WORKED_ON: Final = re.compile(
    "(?:改造|新建|扩建|建设|整治|治理|硬化|修建|修缮|维修|清淤|更新|安装|提升|实施|推进)(?!面积)"
)

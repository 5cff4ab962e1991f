"""Which date governs a promise.

In this order: a date in the clause itself; a date clause or an earlier clause of the same sentence
(one date may serve several targets); "the above … by …" in a later sentence of the same item;
届时, 同步, which take over the date before. Nothing else reaches over a full stop.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.commitments.deadlines import DateSpan
from tracker.commitments.modality import Reading, Voice

_BACKWARD = frozenset({"since", "from", "until-now", "past-years"})
#: The completion of what stands before: 10月底前完工, 年底全部建成.
_COMPLETION = re.compile(
    r"(?:全部|全面)?(?:完工|竣工|建成|完成|投入使用|投用|交付|到位|通车|通水|投运|开放|启用|落实|见效)"
)
_ABOVE = re.compile(r"(?:上述|以上)[^,。;]{0,14}?(?:工程|工作|项目|任务|事项|目标|措施|内容|设施|建设)|全部(?:工程|项目|任务)")
_TAKES_OVER = re.compile(r"届时|同步|一并|同时(?=[建完启开])|随之|到时")


@dataclass(frozen=True, slots=True)
class Due:
    """The date that governs a clause, and how it came to: its own words, or from around it."""

    date: DateSpan
    inferred: bool


def governing_dates(readings: Sequence[Reading]) -> list[Due | None]:
    """For every clause the date that governs a promise in it, or None.

    Args:
        readings: the clauses in the order of the text.
    """
    due: list[Due | None] = []
    carried: Due | None = None
    previous_sentence: Due | None = None
    for index, reading in enumerate(readings):
        first = index == 0 or readings[index - 1].clause.sentence != reading.clause.sentence
        if first:
            previous_sentence = carried if _same_item(readings, index) else None
            carried = None
        elif reading.clause.opener and reading.dates == () and _breaks(reading):
            carried = None
        own = own_date(reading)
        if own is not None:
            carried = Due(own, inferred=False)
        elif reading.dates and all(date.relation in _BACKWARD for date in reading.dates):
            carried = None
        found = carried
        if found is None and previous_sentence is not None and _TAKES_OVER.search(reading.clause.text):
            found = carried = Due(previous_sentence.date, inferred=True)
        if found is not None and own is None:
            found = Due(found.date, inferred=True)
        due.append(found)
    _from_above(readings, due)
    _from_completion(readings, due)
    return due


def own_date(reading: Reading) -> DateSpan | None:
    """The date of a clause that can be a deadline: the last one that looks ahead."""
    chosen = None
    for date in reading.dates:
        if date.relation in _BACKWARD or date.past:
            continue
        if _parenthesised(reading, date):
            continue
        if chosen is None or date.relation in ("by", "within") or chosen.relation not in ("by", "within"):
            chosen = date
    return chosen


def _parenthesised(reading: Reading, date: DateSpan) -> bool:
    clause = reading.clause
    before = clause.text[: date.start - clause.start]
    return before.count("(") > before.count(")")


def _breaks(reading: Reading) -> bool:
    """Behind a semicolon a new matter begins unless it goes on with a list of figures."""
    return True


def _same_item(readings: Sequence[Reading], index: int) -> bool:
    return readings[index - 1].clause.paragraph == readings[index].clause.paragraph if index else False


def _from_above(readings: Sequence[Reading], due: list[Due | None]) -> None:
    """上述工程9月底前全部竣工: the date of the targets above, back to the beginning of the item."""
    for index, reading in enumerate(readings):
        own = own_date(reading)
        if own is None or not _ABOVE.search(reading.clause.text):
            continue
        if not _COMPLETION.search(reading.clause.text):
            continue
        back = index - 1
        while back >= 0 and readings[back].clause.paragraph == reading.clause.paragraph:
            found = due[back]
            vague = found is not None and found.date.relation == "on" and found.date.text.endswith("年")
            if readings[back].voice is Voice.PLAN and (found is None or vague):
                due[back] = Due(own, inferred=True)
            back -= 1


def _from_completion(readings: Sequence[Reading], due: list[Due | None]) -> None:
    """"…6公里正在施工,10月底前完工": the next clause tells when."""
    for index in range(len(readings) - 1):
        here, after = readings[index], readings[index + 1]
        if due[index] is not None or here.clause.sentence != after.clause.sentence:
            continue
        own = own_date(after)
        if own is None or here.clause.closer != ",":
            continue
        rest = after.clause.text.replace(own.text, "", 1)
        if _COMPLETION.match(re.sub(r"^(?:于|在|预计|计划|力争|确保|将|可)+", "", rest)):
            due[index] = Due(own, inferred=True)

"""The period that a heading of a work report sets for all that is planned under it.

A reply states its dates sentence by sentence, and a promise without one has none. A work report
is the plan of one year: what stands under 2024年工作安排 is due by the end of 2024.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tracker.commitments.deadlines import DateSpan
from tracker.commitments.readings import NEUTRAL, PLAN, Reading
from tracker.commitments.timing import Due
from tracker.letters.clauses import Outline

_AHEAD: Final[tuple[str, ...]] = ("on", "during", "within", "by")


def due_by_heading(
    outline: Outline,
    readings: Sequence[Reading],
    dates: Sequence[DateSpan],
    due: list[Due | None],
) -> None:
    """Give every planned clause without a date the date of its heading.

    Args:
        outline: the work report cut up.
        readings: its clauses, read.
        dates: all its dates, in order.
        due: the date of each clause, as `governing_dates` gives it; filled in.
    """
    by_section: list[DateSpan | None] = []
    by_path: dict[tuple[str, ...], DateSpan | None] = {}
    for section in outline.sections:
        own = next(
            (
                span
                for span in dates
                if section.start <= span.start < section.end
                and span.relation in _AHEAD
                and span.last is not None
                and not span.past
            ),
            None,
        )
        found = own or by_path.get(section.path[:-1]) if section.kind == "plan" else None
        by_path[section.path] = found
        by_section.append(found)
    for index, reading in enumerate(readings):
        heading = by_section[reading.clause.section]
        if due[index] is None and heading and reading.voice in (PLAN, NEUTRAL):
            due[index] = Due(heading, inferred=True)

"""What a letter reports as reached, and the result that each promise grows from."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

from tracker.commitments import baselines
from tracker.commitments.building import cuts, own_part, unit_as_written
from tracker.commitments.deadlines import DateSpan
from tracker.commitments.magnitudes import base
from tracker.commitments.model import Achievement, Commitment
from tracker.commitments.naming import name_of
from tracker.commitments.quantities import Quantity
from tracker.commitments.readings import Reading, Voice
from tracker.commitments.targets import is_starting_level
from tracker.letters.model import Letter

#: A span of time that is measured: 平均用时减少到104天.
_LASTED = re.compile("(?:时间|用时|时长|时限|周期|天数|期限|中位数)[^,。;]{0,12}$|(?:到|至|为)$")


def results_of(
    letter: Letter, readings: Sequence[Reading], per_clause: Sequence[Sequence[Quantity]]
) -> list[baselines.Result]:
    """What the letter reports as reached."""
    text = letter.normal.text
    found: list[baselines.Result] = []
    sentence_dates: list[DateSpan] = []
    sentence = -1
    for reading, quantities in zip(readings, per_clause, strict=True):
        clause = reading.clause
        if clause.sentence != sentence:
            sentence, sentence_dates = clause.sentence, []
        if reading.dates:
            sentence_dates.extend(reading.dates)
        if reading.voice is not Voice.DONE or not quantities:
            continue
        picked = [
            q
            for q in quantities
            if not q.indefinite
            and (q.kind != "duration" or _LASTED.search(text, clause.start, q.start))
            and not is_starting_level(text, clause.start, clause.end, q)
        ]
        for place, q in enumerate(picked):
            start, end = clause.start, clause.end
            if len(picked) > 1:
                start, end = own_part(text, start, end, picked, place)
            days = [(d.last, d.text) for d in (reading.dates or sentence_dates)]
            reached = _achievement(letter, start, end, q, reading, days)
            measured = baselines.measure(reached.what)
            if len(measured) < 2:
                before = found[-1] if found else None
                if before is not None and before.paragraph == clause.paragraph:
                    subject = _with_subject(before.achievement.what, reached.what)
                    reached = reached._replace(what=subject)
                elif not reached.what:
                    reached = reached._replace(what=clause.text[:40])
                measured = baselines.measure(reached.what)
            found.append(
                baselines.Result(
                    reached,
                    measured,
                    *base(q.value, reached.unit),
                    clause.start,
                    clause.sentence,
                    clause.paragraph,
                    baselines.is_partial(clause.text, q, clause.start),
                )
            )
    return found


def _achievement(
    letter: Letter,
    start: int,
    end: int,
    q: Quantity,
    reading: Reading,
    days: list[tuple[date | None, str]],
) -> Achievement:
    first, last = letter.normal.raw_span(start, end)
    return Achievement(
        quote=letter.raw[first:last].rstrip(),
        start=first,
        end=first + len(letter.raw[first:last].rstrip()),
        what=name_of(letter.normal.text, start, end, q, cuts(reading)),
        value=q.value,
        unit=unit_as_written(letter, q),
        as_of=baselines.as_of(reading.clause.text, days, letter.header.date),
    )


def _with_subject(subject: str, name: str) -> str:
    """A name whose subject was left out, with the one that was named before it."""
    return f"{name}{subject}"[:40] if re.match("新增|净增|增加", name) else subject


def with_subject_of_before(
    commitment: Commitment,
    found: Sequence[Commitment],
    results: Sequence[baselines.Result],
    at: int,
    paragraph: int,
) -> Commitment:
    """年底前达到2000名以上: of what, the sentence before tells.

    The nearest figure of the same unit names it: a result of the paragraph or a promise just
    before; 再…… goes on with a result of any paragraph.
    """
    target = commitment.target
    if target is None or len(baselines.measure(commitment.what)) >= 2:
        return commitment
    unit = base(target.value, target.unit)[1]
    again = "再" in commitment.quote
    nearest = bisect_left(results, at, key=lambda result: result.clause_start)
    named = [
        (result.achievement.start, result.achievement.what)
        for result in results[max(0, nearest - baselines.REACH) : nearest + 1]
        if (result.paragraph == paragraph or again)
        and result.achievement.start < commitment.start
        and result.unit == unit
    ]
    named += [
        (other.start, other.what)
        for other in found[-3:]
        if other.target
        and base(other.target.value, other.target.unit)[1] == unit
        and at - other.end < 200
    ]
    named = [(start, what) for start, what in named if len(baselines.measure(what)) >= 2]
    if not named:
        return commitment
    return commitment._replace(what=_with_subject(max(named)[1], commitment.what))


def with_baseline(
    commitment: Commitment,
    results: Sequence[baselines.Result],
    reading: Reading,
    quantities: Sequence[Quantity],
    letter: Letter,
    q: Quantity,
) -> Commitment:
    """The commitment with the level it grows from: in its own clause, else among the results."""
    text, clause = letter.normal.text, reading.clause
    for other in quantities:
        if other.end <= q.start and _same_unit(other, q):
            from_it = _FROM.search(text, max(clause.start, other.start - 16), other.start)
            if from_it and _TO.search(text, other.end, q.number_start):
                inline = _achievement(letter, clause.start, other.end, other, reading, [])
                return commitment._replace(
                    baseline=inline._replace(as_of=inline.as_of or letter.header.date)
                )
    bracketed = next((o for o in quantities if o.start > q.end and _same_unit(o, q)), None)
    if bracketed and re.match(
        r"\([^()]*?(?:为|是|现|已)[^()]*$", text[q.end : bracketed.number_start]
    ):
        inside = _achievement(letter, q.end + 1, bracketed.end, bracketed, reading, [])
        return commitment._replace(
            baseline=inside._replace(as_of=inside.as_of or letter.header.date)
        )
    linked = baselines.link(commitment, results, clause.sentence, clause.paragraph, clause.start)
    return commitment._replace(baseline=linked) if linked else commitment


_FROM = re.compile("[由从]")
_TO = re.compile("[到至增为降]")


def _same_unit(one: Quantity, other: Quantity) -> bool:
    return base(one.value, one.unit)[1] == base(other.value, other.unit)[1]

"""What a letter reports as reached, and the result that each promise grows from."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from typing import Final

from tracker.commitments import baselines
from tracker.commitments.building import cuts, own_part, unit_as_written
from tracker.commitments.counted import (
    OF_IT,
    Memory,
    Named,
    counted_behind,
    left_beside,
    shared_out,
)
from tracker.commitments.deadlines import DateSpan
from tracker.commitments.magnitudes import base
from tracker.commitments.measures import measure
from tracker.commitments.model import Achievement, Commitment, Mode
from tracker.commitments.naming import as_promised, name_of
from tracker.commitments.quantities import Quantity
from tracker.commitments.readings import DONE, NEUTRAL, PLAN, Reading
from tracker.commitments.targets import is_starting_level
from tracker.commitments.told import Result, as_of
from tracker.letters.headings import Section
from tracker.letters.model import Letter

#: A span of time that is measured: 平均用时减少到104天.
_LASTED: Final = re.compile(
    "(?:时间|用时|时长|时限|周期|天数|期限|中位数)[^,。;]{0,12}$|(?:到|至|为)$"
)


def results_of(
    letter: Letter,
    sections: Sequence[Section],
    readings: Sequence[Reading],
    per_clause: Sequence[Sequence[Quantity]],
) -> list[Result]:
    """What the letter reports as reached.

    Args:
        letter: the letter; `sections` are its parts.
        readings: its clauses, read; `per_clause` are the figures of each.
    """
    spanned = [
        section.kind == "past" and any(map(_SPANNED.search, section.path)) for section in sections
    ]
    text = letter.normal.text
    found: list[Result] = []
    sentence_dates: list[DateSpan] = []
    memory = Memory()
    sentence = paragraph = -1
    opening = 0
    till_now = False
    for reading, quantities in zip(readings, per_clause, strict=True):
        clause = reading.clause
        if clause.paragraph != paragraph:
            paragraph = clause.paragraph
            memory.forget()
        if clause.sentence != sentence:
            sentence, sentence_dates, opening = clause.sentence, [], clause.start
            till_now = False
        if reading.dates:
            sentence_dates.extend(reading.dates)
        elif "复" in clause.text and _TILL_LETTER.search(clause.text):
            till_now = True
        if not quantities:
            continue
        if reading.voice is DONE and reading.frame is not DONE and _only_sized(reading):
            continue  # 拟建学校2所,总投资1.2亿元
        if reading.voice is not DONE:
            if reading.voice in (PLAN, NEUTRAL):
                memory.promise(text, reading, quantities)
            continue
        picked = [
            q
            for q in quantities
            if not q.indefinite
            and (q.kind != "duration" or _LASTED.search(text, clause.start, q.start))
            and not is_starting_level(text, clause.start, clause.end, q)
        ]
        # The sentence's own dates stand first; a thousand of them date nothing better.
        days = [d.last for d in (*reading.dates, *sentence_dates[:_DATES])]
        day = as_of(clause.text, days, letter.header.date) if picked else None
        if till_now and not reading.dates:
            day = letter.header.date
        dated = (bool(sentence_dates) or spanned[clause.section]) and _of_a_period(
            text, max(opening, clause.end - _LEAD), clause.end
        )
        items = shared_out(text, clause.start, picked)
        for place, q in enumerate(picked):
            start, end = clause.start, clause.end
            if len(picked) > 1:
                start, end = own_part(text, start, end, picked, place)
                if place and (rest := _OF_THE_LAST.match(text, start, q.start)):
                    start = rest.end()
            reached = _achievement(letter, start, end, q, reading, day)
            value, unit = base(q.value, reached.unit)
            last = found[-1] if found and found[-1].paragraph == paragraph else None
            beside = last is not None and last.sentence == sentence
            goes_on = beside or place + 1 < len(picked) or memory.holds(unit)
            left = left_beside(text, start, end, q, reading) if goes_on else _UNASKED
            promised_at, what = -1, reached.what
            if items:
                what = items[place]
            elif last and beside and unit == "%" and last.unit != "%" and left in _SHARES:
                what = last.achievement.what + left  # 具有资格的97名,占23.5%
            elif before := memory.gone_on_with(unit, left, sentence):
                promised_at = before.promised_at
                what = _with_subject(before.what(), what)
            elif last and beside and left in OF_IT:
                what = last.achievement.what + left
            elif len(left) < 2 and place + 1 < len(picked):
                what = counted_behind(text, q, picked[place + 1]) or what
            if len(measure(what)) < 2:
                if last is not None:
                    what = _with_subject(last.achievement.what, what)
                what = what or clause.text[:40]
            if what != reached.what:
                reached = reached._replace(what=what)
            memory.last[unit] = Named(sentence, promised_at, what)
            measured, words = measure(what), reached.quote
            part = words.startswith("其中")
            if last and beside and (place or part):
                words = last.words[:_LEAD] + words
                measured = _measure_within(last, reached, measured) if part else measured
            found.append(
                Result(
                    reached, measured, value, unit, clause.start, sentence, paragraph, promised_at,
                    left in ("占", "占比"), words, dated, last if beside else None, place > 0,
                )
            )  # fmt: skip
    return found


def _only_sized(reading: Reading) -> bool:
    groups = {hit.group for hit in reading.hits}
    return "attribute" in groups and "done" not in groups


#: 截至本答复之日: the letter's own date, whatever else its sentence names.
_TILL_LETTER: Final = re.compile("截[至止]到?[本此该]?[次函]?[答回函批]复[一-龥]{0,4}日")
#: “十三五”期间工作情况, 2022年工作完成情况: what stands under it was done in that period.
_SPANNED: Final = re.compile("期间|20\\d\\d年|[去今]年|五年|三年|上半年|一年来")
_SHARES: Final[tuple[str, ...]] = ("占", "占比")
#: What stands beside a figure that has nothing to go on with: nobody asks.
_UNASKED: Final = "……"
#: So many dates of a sentence, and so many characters before a result, tell its period.
_DATES: Final = 6
_LEAD: Final = 120
#: 12个村、60个点位: 村 belongs to the figure before.
_OF_THE_LAST: Final = re.compile("[\u4e00-\u9fff]{1,6}[、,]")
#: A total or a state, of no period; since a year is one.
_TOTALLED: Final = re.compile("累计|截至|截止|目前|现有|至今")
_SINCE: Final = re.compile(
    "[年”期—–三五近-](?:(?<=[年”期])以来|(?<=期)间|(?<=[—–-])(?:20)?[0-9]{2}年|(?<=[三五])年[来间内]|(?<=近)[两三五]年)"
)


def _of_a_period(text: str, start: int, end: int) -> bool:
    """Whether a dated sentence so far tells of a period: 2022年,……; not 截至2022年底,……."""
    return not _TOTALLED.search(text, start, end) or bool(_SINCE.search(text, start, end))


def _measure_within(last: Result, reached: Achievement, measured: str) -> str:
    """共开展技能培训68万人次,其中农民工培训21万人次: the part is of the 技能 too."""
    deed = reached.what[-2:]
    if last.achievement.what.endswith(deed) and not measured.endswith(deed):
        return measured + last.measure
    return measured


def _achievement(
    letter: Letter,
    start: int,
    end: int,
    q: Quantity,
    reading: Reading,
    day: date | None,
) -> Achievement:
    first, last = letter.normal.raw_span(start, end)
    quote = letter.raw[first:last].rstrip()
    name = name_of(letter.normal.text, start, end, q, cuts(reading))
    unit = unit_as_written(letter, q)
    return _new(Achievement, (quote, first, first + len(quote), name, q.value, unit, day))


#: A letter has dozens; the tuple's own constructor takes a third of the named one's time.
_new: Final = tuple.__new__


def _with_subject(subject: str, name: str) -> str:
    """A name whose subject was left out, with the one that was named before it."""
    return f"{name}{subject}"[:40] if re.match("新增|净增|增加", name) else subject


def with_subject_of_before(
    commitment: Commitment,
    found: Sequence[Commitment],
    results: Sequence[Result],
    at: int,
    paragraph: int,
) -> Commitment:
    """年底前达到2000名以上: of what, the sentence before tells.

    The nearest figure of the same unit names it: a result of the paragraph or a promise just
    before; 再…… goes on with a result of any paragraph.
    """
    target = commitment.target
    if target is None or not _unnamed(commitment.what, target.mode):
        return commitment
    unit = "%" if target.unit == "个百分点" else base(target.value, target.unit)[1]
    again = "再" in commitment.quote
    nearest = bisect_left(results, at, key=lambda result: result.clause_start)
    named = [
        (result.achievement.start, result.achievement.what)
        for result in results[max(0, nearest - baselines.REACH) : nearest + 1]
        if (result.paragraph == paragraph or again)
        and result.achievement.start < commitment.start
        and result.unit == unit
        and not result.told.under_way
    ]
    named += [
        (other.start, other.what)
        for other in found[-3:]
        if other.target
        and not baselines.the_rest(other.quote)
        and base(other.target.value, other.target.unit)[1] == unit
        and at - other.end < 200
    ]
    named = [(start, what) for start, what in named if len(measure(what)) >= 2]
    if not named:
        return commitment
    subject = as_promised(max(named)[1])
    return commitment._replace(what=_with_subject(subject, commitment.what))


def _unnamed(what: str, mode: Mode) -> bool:
    """Whether a name says not of what: nothing, or only by what means a level is reached."""
    return len(measure(what)) < 2 or (mode == "level" and what.startswith("通过"))


def with_baseline(
    commitment: Commitment,
    results: Sequence[Result],
    reading: Reading,
    quantities: Sequence[Quantity],
    letter: Letter,
    q: Quantity,
    found: Sequence[Commitment],
) -> Commitment:
    """The commitment with the level it grows from: in its own clause, else among the results.

    `found` are the promises before it: 由51%提升到90%,年内先达到70% has one base.
    """
    text, clause = letter.normal.text, reading.clause
    for other in quantities:
        if other.end <= q.start and _same_unit(other, q):
            added_to = text.startswith(_ADDED_TO, other.end)
            from_it = (_ON if added_to else _FROM).search(
                text, max(clause.start, other.start - 16), other.start
            )
            if from_it and (added_to or _TO.search(text, other.end, q.number_start)):
                return _grown_from(
                    commitment, letter, reading, clause.start, from_it.start(), other
                )
    bracketed = next((o for o in quantities if o.start > q.end and _same_unit(o, q)), None)
    if bracketed and re.match(
        r"\([^()]*?(?:为|是|现|已)[^()]*$", text[q.end : bracketed.number_start]
    ):
        return _grown_from(commitment, letter, reading, q.end + 1, q.end, bracketed)
    linked = baselines.link(
        commitment, results, clause, q.number_start, text[max(0, clause.start - 40) : clause.start]
    ) or _base_of_last(commitment, found)
    return commitment._replace(baseline=linked) if linked else commitment


def _grown_from(
    commitment: Commitment,
    letter: Letter,
    reading: Reading,
    start: int,
    told_from: int,
    q: Quantity,
) -> Commitment:
    """The commitment with a level told beside its target; dated by the words from `told_from` on."""
    days = [d.last for d in reading.dates if told_from <= d.start < q.end]
    told = as_of(reading.clause.text, days, letter.header.date)
    reached = _achievement(letter, start, q.end, q, reading, told)
    day = reached.as_of or letter.header.date
    return commitment._replace(baseline=reached._replace(what=commitment.what, as_of=day))


def _base_of_last(commitment: Commitment, found: Sequence[Commitment]) -> Achievement | None:
    """The base of the promise just before, where this one is a step towards the same level."""
    last, target = (found[-1] if found else None), commitment.target
    if last is None or last.target is None or last.baseline is None or target is None:
        return None
    same = measure(last.what) == measure(commitment.what) and last.target.unit == target.unit
    near = commitment.start - last.end < 30
    levels = target.mode == last.target.mode == "level"
    return last.baseline if same and near and levels else None


_FROM: Final = re.compile("[由从]")
_ON: Final = re.compile("在")
#: 在去年4200万元的基础上增加600万元: what is added to.
_ADDED_TO: Final[tuple[str, ...]] = ("的基础上", "基础上", "的基数上")
_TO: Final = re.compile("[到至增为降]")


def _same_unit(one: Quantity, other: Quantity) -> bool:
    return base(one.value, one.unit)[1] == base(other.value, other.unit)[1]

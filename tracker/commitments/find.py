"""The main path of extraction: a letter in, its commitments and achievements out.

Pure: the same letter gives the same result on every machine. Steps are numbered below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tracker.commitments import baselines
from tracker.commitments.actions import deliverable
from tracker.commitments.deadlines import DateSpan, find_dates
from tracker.commitments.modality import Reading, Voice, read_clauses
from tracker.commitments.model import (
    Achievement,
    Commitment,
    Deadline,
    Extraction,
    Kind,
    Target,
)
from tracker.commitments.owners import owners
from tracker.commitments.quantities import Quantity, find_quantities
from tracker.commitments.targets import has_verb, is_starting_level, name_of, pick_targets, read_target
from tracker.commitments.timing import Due, adjacent, governing_dates, sums_up, tails
from tracker.letters.clauses import Clause, Outline, outline
from tracker.letters.model import Letter

#: Finds below are not worth a supervisor's look.
_LEAST = 0.4
_PROMISING = (Voice.PLAN, Voice.NEUTRAL)
#: A clause that only sets date or owner, and opens the quote of what follows.
_OPENING = re.compile(
    r"^(?:由[^,。;]{2,24}(?:负责|牵头|配合|组织|承担)|[到至]?[^,。;]{0,12}(?:年|底|前|末|期间|内|季度|半年|月份?|日|旬)|待[^,。;]{2,40}后|[^,。;]{2,30}后)$"
)


def find_commitments(letter: Letter) -> Extraction:
    """Everything that a letter promises and reports.

    Args:
        letter: as `read_letter` gives it.
    """
    # 1. Cut the reply proper into sections and clauses.
    parts = outline(letter)
    text = parts.text
    if not parts.clauses:
        return Extraction(letter, (), ())

    # 2. Find every figure and every date.
    quantities = [q for q in find_quantities(text) if letter.start <= q.start < letter.end]
    dates = [d for d in find_dates(text, letter.header.date) if letter.start <= d.start < letter.end]

    # 3. Read who speaks in each clause, and of when.
    readings = read_clauses(parts, dates, letter.header.date)

    # 4. Which date and which unit govern each clause.
    due = governing_dates(readings)
    responsible = owners(parts, readings)

    closing = {
        index: tail for index, tail in tails(readings).items() if adjacent(readings, index, tail)
    }
    swallowed: set[int] = set()

    # 5. Results already reached.
    per_clause = _by_clause(readings, quantities)
    results = _results(letter, readings, per_clause)

    # 6. Promised figures, else deliverables; 7. each with its baseline.
    found: list[Commitment] = []
    for index, reading in enumerate(readings):
        tail = closing.get(index)
        if index in swallowed or (reading.voice not in _PROMISING and tail is None):
            continue
        if found and sums_up(reading.clause.text):
            continue
        if tail is not None:
            # "……,力争上半年建成投用" closes this promise and is none of its own.
            reading = readings[index] = _joined(reading, readings[tail])
            responsible[index] = responsible[index] or responsible[tail]
        picked = pick_targets(text, reading.clause.start, reading.clause.end, per_clause[index])
        if picked:
            for place, q in enumerate(picked):
                commitment = _measurable(
                    letter, parts, readings, index, picked, place, due[index], responsible[index]
                )
                if commitment is not None:
                    swallowed.update(_between(index, tail))
                    commitment = _elided(
                        commitment, found, results, reading.clause.start, reading.clause.paragraph, letter
                    )
                    found.append(
                        _with_baseline(commitment, results, reading, per_clause[index], letter, q)
                    )
        else:
            other = _deliverable(letter, parts, readings, index, due[index], responsible[index])
            if other is not None:
                swallowed.update(_between(index, tail))
                found.append(other)
    return Extraction(letter, tuple(found), tuple(result.achievement for result in results))


def _joined(reading: Reading, tail: Reading) -> Reading:
    """A clause with the strength and the words of the clause that closes it."""
    hits = (*reading.hits, *tail.hits)
    strength = tail.strength if any(h.group == "target" for h in tail.hits) else reading.strength
    return replace(reading, strength=strength, hits=hits, own=True, voice=Voice.PLAN)


def _between(index: int, tail: int | None) -> range:
    return range(index + 1, tail + 1) if tail is not None else range(0)


def _by_clause(
    readings: Sequence[Reading], quantities: Sequence[Quantity]
) -> list[list[Quantity]]:
    """The figures of each clause."""
    per_clause: list[list[Quantity]] = [[] for _ in readings]
    index = 0
    for q in quantities:
        while index < len(readings) and readings[index].clause.end <= q.number_start:
            index += 1
        if index == len(readings):
            break
        if readings[index].clause.start <= q.number_start:
            per_clause[index].append(q)
    return per_clause


def _measurable(
    letter: Letter,
    parts: Outline,
    readings: Sequence[Reading],
    index: int,
    picked: Sequence[Quantity],
    place: int,
    due: Due | None,
    owner: tuple[str, ...],
) -> Commitment | None:
    """A promised figure as a commitment, or None where too little speaks for one."""
    reading, q, text = readings[index], picked[place], parts.text
    if not reading.own and not has_verb(text[reading.clause.start : q.number_start]) and place == 0:
        # 全县60岁以上老年人4.3万人: nothing is done to the figure.
        standing = due is not None and _MEASURE.search(text, reading.clause.start, q.start)
        if not standing and not has_verb(text[q.end : reading.clause.end]):
            return None
    confidence = _confidence(reading, q, due)
    if confidence < _LEAST:
        return None
    start, end = reading.clause.start, reading.clause.end
    if len(picked) > 1:
        start, end = _own_part(text, start, end, picked, place)
    target = read_target(text, reading.clause.start, reading.clause.end, q, reading.strength)
    target = replace(target, unit=_unit_as_written(letter, q))
    name = name_of(text, start, end, q, _cuts(reading))
    if place == 0:
        start = _with_opening(readings, index, start)
    return _build(letter, parts, reading, start, end, "measurable", name, due, owner, confidence, target, q)


def _unit_as_written(letter: Letter, q: Quantity) -> str:
    """The unit in the characters of the letter: 張 stays 張."""
    at = letter.normal.text.rfind(q.unit, q.number_start, q.end) if letter.normal.traditional else -1
    return letter.normal.raw_quote(at, at + len(q.unit)) if at >= 0 else q.unit


def _own_part(
    text: str, start: int, end: int, picked: Sequence[Quantity], place: int
) -> tuple[int, int]:
    """One figure's part of a clause that holds several: from behind the one before to its own end."""
    first = start if place == 0 else picked[place - 1].end
    last = end if place == len(picked) - 1 else picked[place].end
    while first < last and text[first] in "、,和及;":
        first += 1
    if place < len(picked) - 1:
        stop = re.search(r"[、,;]", text[last : picked[place + 1].start])
        if stop:
            last += stop.start()
    return first, last


def _with_opening(readings: Sequence[Reading], index: int, start: int) -> int:
    """Where the quote begins: with the date or owner clause right before, where there is one."""
    if index == 0:
        return start
    before, here = readings[index - 1].clause, readings[index].clause
    if before.sentence == here.sentence and before.closer == "," and _OPENING.match(before.text):
        return before.start
    return start


def _deliverable(
    letter: Letter,
    parts: Outline,
    readings: Sequence[Reading],
    index: int,
    due: Due | None,
    owner: tuple[str, ...],
) -> Commitment | None:
    """A milestone or an action, or None."""
    reading = readings[index]
    governs = due is not None and (not due.inferred or due.standing or reading.own)
    own_due = due if governs else None
    if _OPENING.match(reading.clause.text):
        return None
    score = deliverable(
        reading.clause.text,
        reading.clause.closer,
        dated=own_due is not None,
        explicit=reading.own and reading.voice is Voice.PLAN,
    )
    if reading.voice is Voice.NEUTRAL and not owner:
        score -= 0.1
    if score < 0.5:
        return None
    kind: Kind = "milestone" if own_due is not None else "action"
    start = _with_opening(readings, index, reading.clause.start)
    name = name_of(parts.text, reading.clause.start, reading.clause.end, None, _cuts(reading))
    if len(name) <= _BARE:
        name = _matter(parts, readings, index) + name
    return _build(
        letter, parts, reading, start, reading.clause.end, kind, name, own_due, owner, score, None, None
    )


#: A noun of measure right before its figure: 融资额4000万元, beside other targets of the sentence.
_MEASURE = re.compile(r"[额量率值]$")
#: A name no longer than this is a verb without its matter: 投入使用, 完成施工招标.
_BARE = 6


def _matter(parts: Outline, readings: Sequence[Reading], index: int) -> str:
    """What the sentence is about: the name in its first clause that is more than a date."""
    sentence = readings[index].clause.sentence
    first = index
    while first > 0 and readings[first - 1].clause.sentence == sentence:
        first -= 1
    for reading in readings[first:index]:
        name = name_of(
            parts.text, reading.clause.start, reading.clause.end, None, _cuts(reading)
        )
        if len(name) > _BARE:
            return name[:16]
    return ""


def _cuts(reading: Reading) -> list[tuple[int, int]]:
    return [(d.start, d.end) for d in reading.dates]


_PERIODIC = re.compile("每(?:年|月|季|学期|学年|半年|周|旬|天|日)")


def _confidence(reading: Reading, q: Quantity, due: Due | None) -> float:
    """How surely a figure is promised."""
    score = 0.45
    if reading.voice is Voice.PLAN:
        score += 0.2
    if reading.own:
        score += 0.15
    if due is not None:
        score += 0.1 if due.inferred else 0.15
    if q.rate is not None:
        # 每年培训50人次 is a task like any other, 每户补助3000元 a rate in force.
        score -= 0.05 if _PERIODIC.match(q.rate) else 0.2
    if q.kind == "duration":
        score -= 0.15
    return min(score, 0.99)


def _build(
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
    reasons = tuple(
        dict.fromkeys(
            [hit.word for hit in reading.hits]
            + ([normal.raw_quote(q.start, q.end)] if q else [])
            + ([due.date.text] if due else [])
        )
    )
    return Commitment(
        quote=quote,
        start=first,
        end=last,
        kind=kind,
        what=name,
        strength=reading.strength,
        target=target,
        deadline=_deadline(letter, due),
        owner=tuple(_as_written(letter, unit, reading.clause) for unit in owner),
        section=parts.sections[reading.clause.section].path,
        confidence=confidence,
        reasons=reasons,
    )


def _deadline(letter: Letter, due: Due | None) -> Deadline | None:
    if due is None:
        return None
    written = letter.normal.raw_quote(due.date.start, due.date.end)
    return Deadline(due.date.last, written, "inferred" if due.inferred else "stated", due.date.rule)


def _as_written(letter: Letter, unit: str, clause: Clause) -> str:
    """A unit in the characters of the letter: traditional names stay traditional."""
    at = letter.normal.text.find(unit, max(0, clause.start - 400), clause.end)
    if at < 0:
        at = letter.normal.text.find(unit)
    return letter.normal.raw_quote(at, at + len(unit)) if at >= 0 else unit


def _results(
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
        sentence_dates.extend(reading.dates)
        if reading.voice is not Voice.DONE or not quantities:
            continue
        picked = [
            q
            for q in quantities
            if not q.indefinite
            and q.kind != "duration"
            and not is_starting_level(text, clause.start, clause.end, q)
        ]
        for place, q in enumerate(picked):
            start, end = clause.start, clause.end
            if len(picked) > 1:
                start, end = _own_part(text, start, end, picked, place)
            days = [(d.last, d.text) for d in (reading.dates or sentence_dates)]
            reached = _achievement(letter, start, end, q, reading, days)
            if len(baselines.measure(reached.what)) < 2 and found:
                before = found[-1]
                if before.paragraph == clause.paragraph:
                    reached = replace(reached, what=_with_subject(before.achievement.what, reached.what))
            found.append(
                baselines.Result(
                    reached,
                    clause.start,
                    clause.sentence,
                    clause.paragraph,
                    baselines.is_partial(clause.text, q, clause.start),
                )
            )
    return found


def _with_subject(subject: str, name: str) -> str:
    """A name whose subject was left out, with the one that was named before it."""
    return f"{name}{subject}"[:40] if re.match("新增|净增|增加", name) else subject


def _elided(
    commitment: Commitment,
    found: Sequence[Commitment],
    results: Sequence[baselines.Result],
    at: int,
    paragraph: int,
    letter: Letter,
) -> Commitment:
    """年底前达到2000名以上: of what, the sentence before tells."""
    target = commitment.target
    if target is None or len(baselines.measure(commitment.what)) >= 2:
        return commitment
    unit = baselines.base(target.value, target.unit)[1]
    named: list[tuple[int, str]] = [
        (result.achievement.start, result.achievement.what)
        for result in results
        if result.paragraph == paragraph
        and result.achievement.start < commitment.start
        and baselines.base(result.achievement.value, result.achievement.unit)[1] == unit
    ]
    named += [
        (other.start, other.what)
        for other in found[-3:]
        if other.target and baselines.base(other.target.value, other.target.unit)[1] == unit
        and at - other.end < 200
    ]
    return replace(commitment, what=_with_subject(max(named)[1], commitment.what)) if named else commitment


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
        what=name_of(letter.normal.text, start, end, q, _cuts(reading)),
        value=q.value,
        unit=_unit_as_written(letter, q),
        as_of=baselines.as_of(reading.clause.text, days, letter.header.date),
    )


def _with_baseline(
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
            between = text[other.end : q.number_start]
            head = text[max(clause.start, other.start - 16) : other.start]
            if re.search(r"[由从]", head) and re.search(r"[到至增为降]", between):
                inline = _achievement(letter, clause.start, other.end, other, reading, [])
                return replace(
                    commitment, baseline=replace(inline, as_of=inline.as_of or letter.header.date)
                )
    bracketed = next((o for o in quantities if o.start > q.end and _same_unit(o, q)), None)
    if bracketed and re.match(r"\([^()]*?(?:为|是|现|已)[^()]*$", text[q.end : bracketed.number_start]):
        inside = _achievement(letter, q.end + 1, bracketed.end, bracketed, reading, [])
        return replace(commitment, baseline=replace(inside, as_of=inside.as_of or letter.header.date))
    linked = baselines.link(commitment, results, clause.sentence, clause.paragraph, clause.start)
    return replace(commitment, baseline=linked) if linked else commitment


def _same_unit(one: Quantity, other: Quantity) -> bool:
    return baselines.base(one.value, one.unit)[1] == baselines.base(other.value, other.unit)[1]

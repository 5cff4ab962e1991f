"""The main path of extraction: a letter in, its commitments and achievements out.

Pure: the same letter gives the same result on every machine. Steps are numbered below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.commitments.actions import deliverable
from tracker.commitments.building import build, cuts, own_part, unit_as_written
from tracker.commitments.confidence import confidence
from tracker.commitments.deadlines import find_dates
from tracker.commitments.evidence import evidence_of, speaks_for
from tracker.commitments.measures import measure
from tracker.commitments.modality import read_clauses
from tracker.commitments.model import (
    Commitment,
    Extraction,
    Kind,
    Target,
)
from tracker.commitments.naming import name_of
from tracker.commitments.owners import owners
from tracker.commitments.planned import due_by_heading
from tracker.commitments.quantities import Quantity, find_quantities
from tracker.commitments.readings import Reading, Voice
from tracker.commitments.results import results_of, with_baseline, with_subject_of_before
from tracker.commitments.strength import bare_wait
from tracker.commitments.targets import (
    has_verb,
    pick_targets,
    read_target,
)
from tracker.commitments.terms import term_end
from tracker.commitments.timing import (
    Due,
    adjacent,
    governing_dates,
    own_date,
    respective,
    sums_up,
    tails,
)
from tracker.commitments.wholes import measure_behind, sum_behind, whole_before
from tracker.letters.clauses import Outline, outline
from tracker.letters.model import Letter

#: Finds below are not worth a supervisor's look.
_LEAST = 0.4


#: So many promises, and one more in so many characters, are looked for. The densest of a hundred
#: letters holds one in 65 characters; what holds more costs time, and tells nobody anything.
_MOST = 300
_ROOM = 60


_PROMISING = (Voice.PLAN, Voice.NEUTRAL)


#: A clause that only sets date or owner, and opens the quote of what follows.
_OPENING = re.compile(
    r"^(?:由[^,。;]{2,24}(?:负责|牵头|配合|组织|承担)|[到至]?[^,。;]{0,12}(?:年|底|前|末|期间|内|季度|半年|月份?|日|旬)|待[^,。;]{2,40}后|[^,。;]{2,30}后)$"
)
#: What such a clause ends with; a look at it spares the pattern.
_OPENING_LAST = frozenset("责头合织担年底前末间内度月份日旬后")


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
    dates = [
        d
        for d in find_dates(text, letter.header.date, term_end(letter.header))
        if letter.start <= d.start < letter.end
    ]

    # 3. Read who speaks in each clause, and of when.
    readings = read_clauses(parts, dates, letter.header.date)

    # 4. Which date and which unit govern each clause.
    ends = tails(readings)
    due = governing_dates(readings, ends)
    if letter.header.kind == "work_report":
        due_by_heading(parts, readings, dates, due)
    responsible = owners(parts, readings)

    closing = {index: tail for index, tail in ends.items() if adjacent(readings, index, tail)}
    swallowed: set[int] = set()

    # 5. Results already reached.
    figures_of = parts.by_clause(quantities)
    per_clause = [figures_of.get(index, []) for index in range(len(readings))]
    results = results_of(letter, readings, per_clause)

    # 6. Promised figures, else deliverables; 7. each with its baseline.
    found: list[Commitment] = []
    promising: dict[int, int] = {}
    for reading in readings:
        if reading.voice is Voice.PLAN and reading.own:
            paragraph = reading.clause.paragraph
            promising[paragraph] = promising.get(paragraph, 0) + 1
    most = _MOST + (letter.end - letter.start) // _ROOM
    for index, reading in enumerate(readings):
        if len(found) >= most:
            break  # no letter holds so many: a list without end, or noise
        tail = closing.get(index) if closing else None
        if (tail is None and reading.voice not in _PROMISING) or index in swallowed:
            continue
        if reading.dates and found and sums_up(reading.clause.text):
            continue
        if tail is not None:
            # "……,力争上半年建成投用" closes this promise and is none of its own.
            reading = readings[index] = _joined(reading, readings[tail])
            responsible[index] = responsible[index] or responsible[tail]
        figures, nearby = per_clause[index], promising.get(reading.clause.paragraph, 0)
        clause = reading.clause
        picked = pick_targets(text, clause.start, clause.end, figures) if figures else []
        elsewhere = (
            sum_behind(readings, index, picked[-1], per_clause)
            if picked
            else measure_behind(readings, index, per_clause)
        )
        if elsewhere is not None and (picked or has_verb(clause.text)):
            picked = [*picked[:-1], elsewhere]
            swallowed.add(index + 1)
        if picked:
            each: Sequence[Due | None] = respective(readings, index, len(picked)) or [
                due[index]
            ] * len(picked)
            for place, q in enumerate(picked):
                commitment = _measurable(
                    letter, parts, readings, index, picked, place, each[place],
                    responsible[index], nearby, tail,
                )  # fmt: skip
                if commitment is not None:
                    swallowed.update(_between(index, tail))
                    goal = commitment.target
                    if (
                        goal
                        and goal.mode != "increase"
                        and not place
                        and len(measure(commitment.what)) < 2
                    ):
                        # 稳定务工规模,确保全年不少于215万人: the clause before names it.
                        named = _named_before(parts, readings, index, per_clause)
                        if named.startswith(("稳定", "保持", "巩固")):
                            goal = goal._replace(mode="level")
                        commitment = commitment._replace(what=named or commitment.what, target=goal)
                    commitment = with_subject_of_before(
                        commitment,
                        found,
                        results,
                        reading.clause.start,
                        reading.clause.paragraph,
                    )
                    if not commitment.what:
                        commitment = commitment._replace(what=reading.clause.text[:40])
                    found.append(
                        with_baseline(
                            commitment, results, reading, per_clause[index], letter, q, found
                        )
                    )
        elif not (found and _adds_nothing(readings, index, found[-1], letter)):
            other = _deliverable(
                letter, parts, readings, index, due[index], responsible[index], nearby
            )
            whole = (
                whole_before(readings, index, per_clause, tail is not None)
                if other is not None
                else None
            )
            if whole is not None and found:
                at = readings[whole[0]].clause
                if found[-1].end > letter.normal.raw_span(at.start, at.end)[0]:
                    whole = None  # the figure is promised by itself
            if other is not None and whole is not None:
                own = own_date(readings[tail]) if tail is not None else None
                other = _of_all(
                    letter, parts, readings, index, whole, Due(own, inferred=True) if own else due[index],
                    responsible[index], nearby,
                )  # fmt: skip
            if other is not None:
                swallowed.update(_between(index, tail))
                found.append(other)
    reached = tuple([result.achievement for result in results])
    return Extraction(letter, tuple(found), reached, overfull=len(found) >= most)


def _adds_nothing(
    readings: Sequence[Reading], index: int, last: Commitment, letter: Letter
) -> bool:
    """Whether a clause only tells when or by whom the promise before it in the sentence is kept."""
    clause = readings[index].clause
    if index == 0 or readings[index - 1].clause.sentence != clause.sentence:
        return False
    first, _ = letter.normal.raw_span(readings[index - 1].clause.start, clause.end)
    return last.end >= first and (bare_wait(clause.text) or _BY_WHOM.match(clause.text) is not None)


#: 由镇里负责招聘: who does what stands before.
_BY_WHOM = re.compile(r"由[^,。;]{2,20}(?:负责|牵头|承担)[^,。;\d]{0,4}$")


def _joined(reading: Reading, tail: Reading) -> Reading:
    """A clause with the strength and the words of the clause that closes it."""
    hits = (*reading.hits, *tail.hits)
    strength = reading.strength
    if strength != "conditional" and any(h.group == "target" for h in tail.hits):
        strength = tail.strength
    return reading._replace(strength=strength, hits=hits, own=True, voice=Voice.PLAN)


def _between(index: int, tail: int | None) -> range:
    return range(index + 1, tail + 1) if tail is not None else range(0)


def _measurable(
    letter: Letter,
    parts: Outline,
    readings: Sequence[Reading],
    index: int,
    picked: Sequence[Quantity],
    place: int,
    due: Due | None,
    owner: tuple[str, ...],
    nearby: int,
    tail: int | None,
) -> Commitment | None:
    """A promised figure as a commitment, or None where too little speaks for one."""
    reading, q, text = readings[index], picked[place], parts.text
    if reading.voice is Voice.NEUTRAL and reading.clause.text.startswith(("关于", "对于")):
        return None  # 关于将票价由2元降至1元: the matter that is answered
    told = reading.own and (reading.hits or due is None or due.date.relation in ("by", "within"))
    between = q.number_start - max((d.end for d in reading.dates), default=reading.clause.start)
    if not told and reading.own and between < 4:
        told = True  # 其中今年1200套
    if not told and not has_verb(text[reading.clause.start : q.number_start]) and place == 0:
        # 全县60岁以上老年人4.3万人: nothing is done to the figure.
        standing = due is not None and (
            q.comparator in (">=", "<=") or _MEASURE.search(text, reading.clause.start, q.start)
        )
        meant = _AIM.search(text, reading.clause.start, q.start) or (
            due is not None and q.end == reading.clause.end and _goes_on_listing(readings, index)
        )
        if not standing and not meant and not has_verb(text[q.end : reading.clause.end]):
            return None
    if speaks_for(reading, q, due) < _LEAST:
        return None
    start, end = reading.clause.start, max(reading.clause.end, q.end)
    if len(picked) > 1:
        start, end = own_part(text, start, end, picked, place)
    target = read_target(
        text, reading.clause.start, reading.clause.end, q, reading.strength, _aimed(readings, index)
    )
    target = target._replace(unit=unit_as_written(letter, q))
    name = name_of(text, start, end, q, cuts(reading), owner)
    if place == 0:
        start = _with_opening(readings, index, start)
    if tail is not None and place == len(picked) - 1:
        end = readings[tail].clause.end  # with its date
    sure = confidence(evidence_of("measurable", parts, readings, index, due, owner, q, nearby))
    return build(
        letter, parts, reading, start, end, "measurable", name, due, owner, sure, target, q
    )


_AIMED = re.compile("力争|争取|努力|目标|预期")


def _aimed(readings: Sequence[Reading], index: int) -> bool:
    """Whether 力争 governs a clause: its own, or one before it in the sentence."""
    reading = readings[index]
    if reading.strength != "target":
        return False
    if _AIMED.search(reading.clause.text):
        return True
    if any(hit.group == "target" for hit in reading.hits) or own_date(reading) is not None:
        return False
    while index and readings[index - 1].clause.sentence == reading.clause.sentence:
        index -= 1
        before = readings[index]
        if any(hit.group == "target" for hit in before.hits):
            return _AIMED.search(before.clause.text) is not None
    return False


#: What a figure behind such a beginning tells of, nothing is done to it.
_TOLD_OF = re.compile(
    "(?:预计|共|总|可|约|有|现|每|其|占|惠及|涉及|覆盖|服务|受益|辐射|满足|全[省市县区镇乡州])"
)


def _goes_on_listing(readings: Sequence[Reading], index: int) -> bool:
    """Whether a figure goes on with the promise before it: 新建监测站5座,视频监控点60个."""
    if index == 0:
        return False
    before, here = readings[index - 1], readings[index]
    return (
        here.voice is Voice.PLAN
        and before.voice is Voice.PLAN
        and before.clause.sentence == here.clause.sentence
        and before.clause.closer == ","
        and not here.clause.opener
        and _FIGURE_LAST.search(before.clause.text) is not None
        and _TOLD_OF.match(here.clause.text) is None
    )


#: The clause ends with a number and a word for what is counted.
_FIGURE_LAST = re.compile(r"\d[^,。;\d]{1,4}$")


def _with_opening(readings: Sequence[Reading], index: int, start: int) -> int:
    """Where the quote begins: with the date or owner clause right before, where there is one."""
    if index == 0:
        return start
    before, here = readings[index - 1].clause, readings[index].clause
    if before.sentence == here.sentence and before.closer == "," and _opens(before.text):
        return before.start
    return start


def _opens(text: str) -> bool:
    return text[-1] in _OPENING_LAST and _OPENING.match(text) is not None


def _deliverable(
    letter: Letter,
    parts: Outline,
    readings: Sequence[Reading],
    index: int,
    due: Due | None,
    owner: tuple[str, ...],
    nearby: int,
) -> Commitment | None:
    """A milestone or an action, or None."""
    reading = readings[index]
    governs = due is not None and (not due.inferred or due.standing or reading.own)
    own_due = due if governs else None
    if _opens(reading.clause.text):
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
    clause = reading.clause
    name = name_of(parts.text, clause.start, clause.end, None, cuts(reading), owner)
    if len(name) <= _BARE:
        name = (_matter(parts, readings, index) + name) or reading.clause.text[:40]
    return build(
        letter,
        parts,
        reading,
        start,
        reading.clause.end,
        kind,
        name,
        own_due,
        owner,
        confidence(evidence_of(kind, parts, readings, index, own_due, owner, None, nearby, score)),
        None,
        None,
    )


def _of_all(
    letter: Letter,
    parts: Outline,
    readings: Sequence[Reading],
    index: int,
    whole: tuple[int, Quantity],
    due: Due | None,
    owner: tuple[str, ...],
    nearby: int,
) -> Commitment:
    """A promise for all that a figure of an earlier clause counts."""
    at, q = whole
    reading, first = readings[index], readings[at]
    target = Target(q.value, unit_as_written(letter, q), "amount", q.comparator)
    name = name_of(parts.text, first.clause.start, first.clause.end, q, cuts(first), owner)
    what = name + name_of(
        parts.text, reading.clause.start, reading.clause.end, None, cuts(reading), owner
    )
    sure = confidence(evidence_of("measurable", parts, readings, index, due, owner, q, nearby))
    return build(
        letter, parts, reading, first.clause.start, reading.clause.end, "measurable",
        what[:40], due, owner, sure, target, q,
    )  # fmt: skip


#: A noun of measure right before its figure: 融资额4000万元, beside other targets of the sentence.
_MEASURE = re.compile(r"[额量率值]$")


#: 目标规模20亿元; 引导180户经营户进入: aimed at, or helped along, without a verb of delivery.
_AIM = re.compile("目标|发展|引导|动员|扶持|支持|推动|带动")


#: A name no longer than this is a verb without its matter: 投入使用, 完成施工招标.
_BARE = 6


def _named_before(
    parts: Outline,
    readings: Sequence[Reading],
    index: int,
    per_clause: Sequence[Sequence[Quantity]],
) -> str:
    """What the clause before in the sentence names, where it has no figure of its own."""
    if index == 0 or per_clause[index - 1]:
        return ""
    before, here = readings[index - 1], readings[index].clause
    if before.clause.sentence != here.sentence or before.clause.closer != ",":
        return ""
    clause = before.clause
    name = name_of(parts.text, clause.start, clause.end, None, cuts(before))
    return name if len(measure(name)) >= 4 else ""


def _matter(parts: Outline, readings: Sequence[Reading], index: int) -> str:
    """What the sentence is about: the name in its first clause that is more than a date."""
    sentence = readings[index].clause.sentence
    first = index
    while first > 0 and readings[first - 1].clause.sentence == sentence:
        first -= 1
    for reading in readings[first:index]:
        name = name_of(parts.text, reading.clause.start, reading.clause.end, None, cuts(reading))
        if len(name) > _BARE:
            return name[:16]
    return ""

"""The main path of extraction: a letter in, its commitments and achievements out.

Pure: the same letter gives the same result on every machine. Steps are numbered below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tracker.commitments.building import cuts
from tracker.commitments.deadlines import find_dates
from tracker.commitments.labels import due_by_label
from tracker.commitments.measures import measure
from tracker.commitments.modality import read_clauses
from tracker.commitments.model import (
    Commitment,
    Extraction,
)
from tracker.commitments.naming import name_of
from tracker.commitments.owners import owners
from tracker.commitments.planned import due_by_heading
from tracker.commitments.promises import deliverable_of, measurable, of_all
from tracker.commitments.quantities import Quantity, find_quantities
from tracker.commitments.readings import NEUTRAL, PLAN, Reading
from tracker.commitments.results import results_of, with_baseline, with_subject_of_before
from tracker.commitments.strength import bare_wait
from tracker.commitments.tables import indicators
from tracker.commitments.targets import (
    has_verb,
    pick_targets,
)
from tracker.commitments.terms import term_end
from tracker.commitments.timing import (
    Due,
    adjacent,
    governing_dates,
    is_tail,
    names_again,
    own_date,
    respective,
    sums_up,
    tails,
)
from tracker.commitments.voices import rises_over_before
from tracker.commitments.wholes import measure_behind, sum_behind, whole_before
from tracker.letters.clauses import Clause, Outline, outline
from tracker.letters.model import Letter

#: So many promises, and one more in so many characters, are looked for. The densest of a hundred
#: letters holds one in 65 characters; what holds more costs time, and tells nobody anything.
_MOST: Final = 300

_ROOM: Final = 60

#: The figures of a clause that has none.
_NONE: Final[Sequence[Quantity]] = ()


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
    last = letter.annex[1] if letter.annex else letter.end
    quantities = [q for q in find_quantities(text) if letter.start <= q.start < last]
    dates = [
        d
        for d in find_dates(text, letter.header.date, term_end(letter.header))
        if letter.start <= d.start < last
    ]

    # 3. Read who speaks in each clause, and of when.
    readings = read_clauses(parts, dates, letter.header.date, local=letter.header.local)

    # 4. Which date and which unit govern each clause.
    ends = tails(readings)
    due = governing_dates(readings, ends)
    if letter.header.kind == "work_report":
        due_by_heading(parts, readings, dates, due)
    due_by_label(parts, readings, dates, due)
    responsible = owners(parts, readings)

    taken = set(ends.values())
    swallowed: set[int] = set()
    spoken: set[int] = set()  # where what is left is told that a promise speaks of

    # 5. Results already reached.
    figures_of = parts.by_clause(quantities)
    per_clause = [figures_of.get(index, _NONE) for index in range(len(readings))]
    closing = {
        index: tail
        for index, tail in ends.items()
        if not per_clause[tail]
        and (adjacent(readings, index, tail) or names_again(readings[index], readings[tail]))
    }
    results = results_of(letter, parts.sections, readings, per_clause)

    # 6. Promised figures, else deliverables; 7. each with its baseline.
    found: list[Commitment] = []
    promising: dict[int, int] = {}
    for reading in readings:
        if reading.voice is PLAN and reading.own:
            paragraph = reading.clause.paragraph
            promising[paragraph] = promising.get(paragraph, 0) + 1
    rows = indicators(letter, parts, readings, dates, due, responsible) if "|" in text else {}
    most = _MOST + (letter.end - letter.start) // _ROOM
    for index, reading in enumerate(readings):
        if len(found) >= most:
            break  # no letter holds so many: a list without end, or noise
        if rows and index in rows:
            found += rows[index]
            continue
        tail = closing.get(index) if closing else None
        promising_voice = reading.voice is PLAN or reading.voice is NEUTRAL
        if (tail is None and not promising_voice) or index in swallowed:
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
        rises = bool(picked and found) and rises_over_before(clause.text)
        if rises and not all(q.kind in ("percent", "points") for q in picked):
            continue  # 今年安排1200万元,较上年增加150万元: the same promise once more
        if len(picked) == 1 and not reading.own and _only_which(text, clause, picked[0]):
            picked = []
        elsewhere = (
            sum_behind(readings, index, picked[-1], per_clause)
            if picked
            else measure_behind(readings, index, per_clause)
        )
        if elsewhere is not None and (picked or has_verb(clause.text)):
            picked = [*picked[:-1], elsewhere]
            swallowed.add(index + 1)
        if picked:
            each: Sequence[Due | None] = respective(readings, index, [q.start for q in picked]) or [
                due[index]
            ] * len(picked)
            for place, q in enumerate(picked):
                commitment = measurable(
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
                    if not commitment.what and place and found:
                        # 年均增长20%、突破1500亿元: both of one measure.
                        commitment = commitment._replace(what=found[-1].what)
                    commitment = with_subject_of_before(
                        commitment,
                        found,
                        results,
                        reading.clause.start,
                        reading.clause.paragraph,
                    )
                    if rises:
                        # 新增30户,比去年增长20%: the rise of what stands before it
                        each_of = len(picked) if "分别" in clause.text else 1
                        risen = found[-min(each_of, len(found))].what
                        rise = goal and goal._replace(mode="increase", comparator=q.comparator)
                        risen = re.sub("(?:增长|下降)$", "", risen)
                        risen += "下降" if "降" in clause.text else "增长"
                        commitment = commitment._replace(what=risen, target=rise)
                    if not commitment.what:
                        commitment = commitment._replace(what=reading.clause.text[:40])
                    found.append(
                        with_baseline(
                            commitment, results, reading, per_clause[index], letter, q, found
                        )
                    )
        elif not (found and _adds_nothing(readings, index, found[-1], letter)):
            other = deliverable_of(
                letter, parts, readings, index, due[index], responsible[index], nearby, tail,
                stage=bool(reading.dates) and index not in taken and is_tail(reading),
            )  # fmt: skip
            whole = (
                whole_before(readings, index, per_clause, tail is not None)
                if other is not None
                else None
            )
            if whole is not None and not _let_go(found, whole, readings, letter):
                whole = None  # the figure is promised by itself
            if other is not None and whole is not None:
                own = own_date(readings[tail]) if tail is not None else None
                other = of_all(
                    letter, parts, readings, index, whole, Due(own, inferred=True) if own else due[index],
                    responsible[index], nearby,
                )  # fmt: skip
                spoken.add(readings[whole[0]].clause.start)
                other = with_baseline(
                    other,
                    results,
                    readings[whole[0]],
                    per_clause[whole[0]],
                    letter,
                    whole[1],
                    found,
                )
            if other is not None:
                swallowed.update(_between(index, tail))
                found.append(other)
    reached = tuple([result.achievement for result in results if result.clause_start not in spoken])
    return Extraction(letter, tuple(found), reached, overfull=len(found) >= most)


def _only_which(text: str, clause: Clause, q: Quantity) -> bool:
    """Whether a clause only says which ones: 未办理许可的12家,. What is done to them stands behind."""
    rest = text[q.end : clause.end]
    noun = len(rest) <= _A_NOUN and not has_verb(rest)
    return noun and clause.closer == "," and text[q.start - 1] == "的"


_A_NOUN: Final = 4


def _let_go(
    found: list[Commitment],
    whole: tuple[int, Quantity],
    readings: Sequence[Reading],
    letter: Letter,
) -> bool:
    """Whether a figure is free to be promised as a whole: nothing is found of it, or but for a date.

    "改造任务190户,……,11月底前全部完工": what was found of the first clause alone gives way.
    """
    clause = readings[whole[0]].clause
    first, last = letter.normal.raw_span(clause.start, clause.end)
    for at in range(len(found) - 1, max(-1, len(found) - 4), -1):
        one = found[at]
        if one.end <= first:
            break
        if one.start >= last:
            continue
        if one.deadline is not None or one.target is None or one.target.value != whole[1].value:
            return False
        del found[at]
    return True


def _adds_nothing(
    readings: Sequence[Reading], index: int, last: Commitment, letter: Letter
) -> bool:
    """Whether a clause only tells when or by whom the promise before it in the sentence is kept."""
    clause = readings[index].clause
    if clause.text[0] not in "待经由" or index == 0:
        return False  # neither of the two below
    if readings[index - 1].clause.sentence != clause.sentence:
        return False
    first, _ = letter.normal.raw_span(readings[index - 1].clause.start, clause.end)
    return last.end >= first and (bare_wait(clause.text) or _BY_WHOM.match(clause.text) is not None)


#: 由镇里负责招聘: who does what stands before.
_BY_WHOM: Final = re.compile(r"由[^,。;]{2,20}(?:负责|牵头|承担)[^,。;\d]{0,4}$")


def _joined(reading: Reading, tail: Reading) -> Reading:
    """A clause with the strength and the words of the clause that closes it."""
    hits = (*reading.hits, *tail.hits)
    strength = reading.strength
    if strength != "conditional" and any(h.group == "target" for h in tail.hits):
        strength = tail.strength
    elif strength == "target" and any(h.word in _SURE for h in tail.hits):
        strength = "firm"  # 今年计划建设……,确保12月20日前完工
    return reading._replace(strength=strength, hits=hits, own=True, voice=PLAN)


_SURE: Final = frozenset(("确保", "必须", "务必", "保证"))


def _between(index: int, tail: int | None) -> range:
    return range(index + 1, tail + 1) if tail is not None else range(0)


#: The longest heading that names a measure.
_LABEL: Final = 20
#: 抓好以下工作:, 关于充电难: no measure.
_OPENS_LIST: Final = re.compile("以下|如下|下列|^关于|^对于|^针对|工作$|方面$|措施$|任务$|问题$")


def _named_before(
    parts: Outline,
    readings: Sequence[Reading],
    index: int,
    per_clause: Sequence[Sequence[Quantity]],
) -> str:
    """What the clause before in the sentence names, where it has no figure of its own.

    棚户区改造:今年建成1120套: a heading on the same line names it as well.
    """
    section = parts.sections[readings[index].clause.section]
    if section.end == readings[index].clause.start and parts.text[section.end - 1] == ":":
        title = section.path[-1] if section.path else ""
        return title if 3 <= len(title) <= _LABEL and not _OPENS_LIST.search(title) else ""
    if index == 0 or per_clause[index - 1]:
        return ""
    before, here = readings[index - 1], readings[index].clause
    if before.clause.sentence != here.sentence or before.clause.closer not in (",", ":"):
        return ""
    clause = before.clause
    if clause.closer == ":" and _OPENS_LIST.search(clause.text):
        return ""
    name = name_of(parts.text, clause.start, clause.end, None, cuts(before))
    return name if len(measure(name)) >= 4 else ""

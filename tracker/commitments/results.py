"""What a letter reports as reached, and the result that each promise grows from."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from tracker.commitments import baselines
from tracker.commitments.building import cuts, own_part, unit_as_written
from tracker.commitments.deadlines import DateSpan
from tracker.commitments.magnitudes import base
from tracker.commitments.measures import measure
from tracker.commitments.model import Achievement, Commitment, Mode
from tracker.commitments.naming import name_of
from tracker.commitments.quantities import Quantity
from tracker.commitments.readings import Reading, Voice
from tracker.commitments.targets import is_starting_level
from tracker.letters.model import Letter

#: A span of time that is measured: 平均用时减少到104天.
_LASTED = re.compile("(?:时间|用时|时长|时限|周期|天数|期限|中位数)[^,。;]{0,12}$|(?:到|至|为)$")


class _Named(NamedTuple):
    """The figure of a unit last named in a paragraph: what it counts, and where it is promised."""

    what: str
    sentence: int
    promised_at: int


def results_of(
    letter: Letter, readings: Sequence[Reading], per_clause: Sequence[Sequence[Quantity]]
) -> list[baselines.Result]:
    """What the letter reports as reached."""
    text = letter.normal.text
    found: list[baselines.Result] = []
    sentence_dates: list[DateSpan] = []
    named: dict[str, _Named] = {}
    promised: dict[str, _Named] = {}
    sentence = paragraph = -1
    opening = 0
    for reading, quantities in zip(readings, per_clause, strict=True):
        clause = reading.clause
        if clause.paragraph != paragraph:
            paragraph = clause.paragraph
            named.clear()
            promised.clear()
        if clause.sentence != sentence:
            sentence, sentence_dates, opening = clause.sentence, [], clause.start
        sentence_dates.extend(reading.dates)
        if not quantities:
            continue
        if reading.voice is not Voice.DONE:
            if reading.voice in (Voice.PLAN, Voice.NEUTRAL):
                _name_promised(text, reading, quantities, named, promised)
            continue
        picked = [
            q
            for q in quantities
            if not q.indefinite
            and (q.kind != "duration" or _LASTED.search(text, clause.start, q.start))
            and not is_starting_level(text, clause.start, clause.end, q)
        ]
        items = _shared_out(text, clause.start, picked)
        for place, q in enumerate(picked):
            start, end = clause.start, clause.end
            if len(picked) > 1:
                start, end = own_part(text, start, end, picked, place)
                if place and (rest := _OF_THE_LAST.match(text, start, q.start)):
                    start = rest.end()
            days = [(d.last, d.text) for d in (*reading.dates, *sentence_dates)]
            reached = _achievement(letter, start, end, q, reading, days)
            value, unit = base(q.value, reached.unit)
            left = _left(text, start, end, q, reading)
            before = named.get(unit)
            if left and before is not None and not _goes_on(left, before, sentence):
                before = promised.get(unit)
            promised_at = -1
            share = False
            if items:
                reached = replace(reached, what=items[place])
            elif before is not None and _goes_on(left, before, sentence):
                promised_at = before.promised_at
                reached = replace(reached, what=_with_subject(before.what, reached.what))
            elif found and found[-1].sentence == sentence and left in _OF_IT:
                share = left.startswith("占")
                reached = replace(reached, what=found[-1].achievement.what + left)
            elif len(left) < 2 and place + 1 < len(picked):
                # 已有32个社区的办公用房达到400平方米: what is counted stands behind.
                behind = _BEHIND.match(text, q.end, picked[place + 1].start)
                reached = replace(reached, what=behind[1]) if behind else reached
            measured = measure(reached.what)
            last = found[-1] if found else None
            if len(measured) < 2:
                if last is not None and last.paragraph == clause.paragraph:
                    subject = _with_subject(last.achievement.what, reached.what)
                    reached = replace(reached, what=subject)
                elif not reached.what:
                    reached = replace(reached, what=clause.text[:40])
                measured = measure(reached.what)
            named[unit] = _Named(reached.what, sentence, promised_at)
            told = baselines.read(reached.quote)
            if last is not None and last.sentence == sentence:
                told, measured = _within(last, told, reached, measured, place > 0)
            if sentence_dates and not told.period:
                told = told._replace(period=_of_a_period(text[opening : clause.end]))
            found.append(
                baselines.Result(
                    reached, measured, value, unit, clause.start, sentence, paragraph, promised_at,
                    bare=not left, share=share, told=told,
                )
            )  # fmt: skip
    return found


#: A total or a state, of no period; since a year is one.
_TOTALLED = re.compile("累计|截至|截止|目前|现有|至今")
_SINCE = re.compile("[年”期]以来")


def _of_a_period(text: str) -> bool:
    """Whether a dated sentence so far tells of a period: 2022年,……; not 截至2022年底,……."""
    return _SINCE.search(text) is not None or _TOTALLED.search(text) is None


def _within(
    last: baselines.Result, told: baselines.Told, reached: Achievement, measured: str, listed: bool
) -> tuple[baselines.Told, str]:
    """What a result has from the one before it in its sentence: the area; a part, or the next of a
    list, its deed.

    共开展技能培训68万人次,其中农民工培训21万人次: the part is of the 技能 too.
    """
    told = told._replace(whole=told.whole or last.told.whole, total=told.total or last.told.total)
    part = reached.quote.startswith("其中")
    if not part and not listed:
        return told, measured
    told = told._replace(
        under_way=told.under_way or (listed and last.told.under_way),
        deed=told.deed or last.told.deed,
        added=told.added or last.told.added,
        period=told.period or last.told.period,
    )
    deed = reached.what[-2:]
    if part and last.achievement.what.endswith(deed) and not measured.endswith(deed):
        measured += last.measure
    return told, measured


def _name_promised(
    text: str,
    reading: Reading,
    quantities: Sequence[Quantity],
    named: dict[str, _Named],
    promised: dict[str, _Named],
) -> None:
    """Keep what each promised figure of a clause counts; 今年新增2000个 counts what was named."""
    clause = reading.clause
    for place, q in enumerate(quantities):
        start, end = clause.start, clause.end
        if len(quantities) > 1:
            start, end = own_part(text, start, end, quantities, place)
        unit = base(q.value, q.unit)[1]
        what, before = "", named.get(unit)
        if before is None or len(_left(text, start, end, q, reading)) >= 2:
            what = name_of(text, start, end, q, cuts(reading))
        if len(measure(what)) < 2 and before is not None:
            what = before.what
        named[unit] = promised[unit] = _Named(what, clause.sentence, q.number_start)


def _left(text: str, start: int, end: int, q: Quantity, reading: Reading) -> str:
    """What a clause names beside its figure: nothing in 截至6月底已完成19户."""
    pieces, cursor = [], start
    for first, last in sorted((*cuts(reading), (q.start, q.end))):
        if cursor <= first and last <= end:
            pieces.append(text[cursor:first])
            cursor = last
    pieces.append(text[cursor:end])
    return _LIGHT.sub("", "".join(pieces))


#: Words beside a figure that name no measure.
_LIGHT = re.compile(
    "截至|截止|目前|现有|现已|已经|全部|其中|首批|第[一二三]批|前期|先期|[上下]半年|季度|去年|今年|上年|前年|当年|本年|"
    "当前|全年|年初|此前|累计|共计|合计|只有|大约|超过|我[县市区省局镇乡院校委]|全[县市区省镇乡州]|完成|建成|竣工|"
    "完工|投用|投入使用|投入|使用|安装|调试|拨付|到位|到岗|落实|实施|办结|验收|交付|新认定|新培育|新增|净增|增加|"
    "改造|整治|硬化|更换|更新|培训|轮训|铺设|整合|清淤|发放|招聘|推出|启动|建设|新建|开工|动工|开通|"
    r"[已均现共仅约近为是了于在的再较比由从到至达末底前余多年月日]|\d(?!A)|\W"
)


def _goes_on(left: str, before: _Named, sentence: int) -> bool:
    """Whether a figure without a name, or with a part of it, goes on with the one before.

    安排15所,已建成4所; 改造老旧小区38个,其中15个小区已完工.
    """
    if sentence - before.sentence > 2:
        return False
    if not left:
        return True
    held = left.rstrip("位") in measure(before.what)
    return held and (before.sentence == sentence or len(left) <= 2)


#: 12个村、60个点位: 村 belongs to the figure before.
_OF_THE_LAST = re.compile("[\u4e00-\u9fff]{1,6}[、,]")
#: What belongs to the figure just named: 融资6笔、金额2700万元; 开设账户241个,占73.9%.
_OF_IT = frozenset(("金额", "总额", "资金", "占", "占比"))
_BEHIND = re.compile(r"([\u4e00-\u9fff]{2,16}?)(?:达到?|超过|不低于|不少于|为)")
_RESPECTIVELY = re.compile(r"([^,。;:]{3,40}?)分别(?:为|是|达到?|有|提高到)?$")


def _shared_out(text: str, start: int, picked: Sequence[Quantity]) -> list[str]:
    """What each figure counts in 果蔬、肉类、水产品流通率分别为18%、36%和39%; none where it is not so.

    The noun after the last of the list belongs to all.
    """
    if len(picked) < 2:
        return []
    head = _RESPECTIVELY.search(text, start, picked[0].start)
    if head is None:
        return []
    items = re.split("[、和及与]", head[1])
    if len(items) != len(picked):
        return []
    return [*(item + items[-1] for item in items[:-1]), items[-1]]


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
    return replace(commitment, what=_with_subject(max(named)[1], commitment.what))


def _unnamed(what: str, mode: Mode) -> bool:
    """Whether a name says not of what: nothing, or only by what means a level is reached."""
    return len(measure(what)) < 2 or (mode == "level" and what.startswith("通过"))


def with_baseline(
    commitment: Commitment,
    results: Sequence[baselines.Result],
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
            from_it = _FROM.search(text, max(clause.start, other.start - 16), other.start)
            if from_it and _TO.search(text, other.end, q.number_start):
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
    return replace(commitment, baseline=linked) if linked else commitment


def _grown_from(
    commitment: Commitment,
    letter: Letter,
    reading: Reading,
    start: int,
    told_from: int,
    q: Quantity,
) -> Commitment:
    """The commitment with a level told beside its target; dated by the words from `told_from` on."""
    days = [(d.last, d.text) for d in reading.dates if told_from <= d.start < q.end]
    reached = _achievement(letter, start, q.end, q, reading, days)
    day = reached.as_of or letter.header.date
    return replace(commitment, baseline=replace(reached, what=commitment.what, as_of=day))


def _base_of_last(commitment: Commitment, found: Sequence[Commitment]) -> Achievement | None:
    """The base of the promise just before, where this one is a step towards the same level."""
    last, target = (found[-1] if found else None), commitment.target
    if last is None or last.target is None or last.baseline is None or target is None:
        return None
    same = measure(last.what) == measure(commitment.what) and last.target.unit == target.unit
    near = commitment.start - last.end < 30
    levels = target.mode == last.target.mode == "level"
    return last.baseline if same and near and levels else None


_FROM = re.compile("[由从]")
_TO = re.compile("[到至增为降]")


def _same_unit(one: Quantity, other: Quantity) -> bool:
    return base(one.value, one.unit)[1] == base(other.value, other.unit)[1]

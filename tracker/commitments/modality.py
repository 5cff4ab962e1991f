"""Who speaks in a clause and of when: a result, a state, a promise, a request, a refusal.

A clause's own words beat its neighbours, its neighbours beat its section. Words come from
data/lexicon/modality.toml; the grammar around them stands here and beside (cues: the deciding
words; others: the words of others; strength: how firmly).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from tracker.commitments.cues import find_hits
from tracker.commitments.deadlines import DateSpan
from tracker.commitments.model import Strength
from tracker.commitments.others import covered, words_of_others
from tracker.commitments.readings import Hit, Reading, Voice
from tracker.commitments.strength import WAITS_ONLY, bare_wait, strength_of, waits
from tracker.commitments.trie import alternation
from tracker.letters.clauses import Clause, Outline

#: 将 that moves the object forward instead of telling the future: 将其纳入, 将……列入, 将……提高到.
_OBJECT_MARKER = re.compile(
    r"将[^,。;]{1,40}?(?:纳入|列入|列为|作为|转化|转为|接入|并入|移交|提高|提升|增加|压缩|缩短|控制|打包|由[^,]{1,12}(?:调整|改)|分解|摆在|融入|用于|转|改为|调整|扩大|降)"
)


#: 了 behind a verb tells a result; in 了解, 为了, 除了 it does not.
_PERFECT = re.compile(r"(?<![为除罢])了(?!解|结|然)")


#: 已列入……计划 is planned, not done; 已纳入 a plan is no result.
_LISTED = re.compile(
    r"(?:已|已经|均已)?(?:被)?(?:列入|纳入|列为)[^,。;]{0,40}?(?:计划|规划|项目库|盘子|预算|任务|清单|重点|实事|安排|储备|采购|工程|项目)"
)


#: Where a measure stands now, named beside its target: 由目前的58%提升至90%, 较上年提高.
_STARTING_LEVEL = re.compile(
    r"[由从][^,。;]{0,20}?(?=(?:提高|提升|增加|增|上升|扩大|降|下降|压缩|缩短|减少|调整|发展|扩))|[较比](?:上年|去年|今年|同期|上一年|20\d\d年[底末]?)|(?:不低于|高于|低于|超过|好于)(?:上年|去年)(?:同期)?(?:水平)?"
)


#: Without one of these no level is compared.
_COMPARES = re.compile("[由从较比]|[于过好](?=[上去])")
_BRACKETS = re.compile(r"\([^()]*\)")


#: A comparison with a year gone by tells a result unless the clause promises by its own words.
_COMPARED = re.compile(r"[较比](?:上年|去年|上届|上月|同期|上一年)|同比")


#: So many are done: a total stands before it. 已建成4所.
_PART_DONE = re.compile(r"(?:目前|现|其中|截至[^,]{2,8}|上半年)?(?:,)?已[^\d,。;]{0,8}\d")


#: A clause that gives a reason or an assumption, not a promise.
_REASON = re.compile(
    r"(?:但?因(?!地制宜|此)|由于|鉴于|考虑到|虽然?|尽管|若|如(?!期|下|何|上|今|果实|实)|假如|且因|主要是?因)"
)


#: 要求床位不少于120张: a rule that is told, where no unit is told to do something.
_DEMANDED = re.compile(
    r"(?:明确|均|并)?要求(?!各|全[省市县区镇]|相关|有关|我|其|施工|承包|[^,。;]{0,12}(?:局|委|办|厅|镇|乡|街道|公司|企业|单位|部门))"
)
#: 请贵局……, 建议您……: what others are asked for.
_ADDRESSED = re.compile(
    r"(?:[一二三四五六七八九十]、|[一二三四五六七八九十]是)?(?:请|建议|恳请|希望)(?:贵|你|您|代表|委员)"
)


_REASON_ON = re.compile(r"且|又|加之|加上|同时又")


#: A start of work that is over: 于去年…, 自…起.
#: 由26.3%降到现在的18.2%; ……工程实施以来.
_TILL_NOW = re.compile(r"[到至](?:现在|目前)|(?<!今年)以来$")
_YEAR_STATE = re.compile(r"(?:始建|建|成立|设立|实施|开工|立项|公布|投用)于")


def read_clauses(
    outline: Outline, dates: Sequence[DateSpan], letter_date: date | None
) -> list[Reading]:
    """The voice of every clause, in the order of the text.

    Args:
        outline: the letter cut up.
        dates: all dates of the text, in order.
        letter_date: the letter's own date, that says what is past and what is to come.
    """
    masked = covered(outline.clauses, words_of_others(outline))
    readings: list[Reading] = []
    before: Reading | None = None
    opening = 0
    hits, days = _by_clause(outline, find_hits(outline)), _by_clause(outline, dates)
    for index, clause in enumerate(outline.clauses):
        if before is None or before.clause.sentence != clause.sentence:
            before, opening = None, index
        elif clause.opener:
            # Behind a semicolon a sentence goes on with how it began.
            before = readings[opening]
        if (
            index not in hits
            and index not in days
            and index not in masked
            and not _tells(clause, before)
        ):
            reading = _goes_on(outline, clause, before)
        else:
            own = tuple(span for span in days.get(index, ()) if _is_time(clause, span))
            own_hits = tuple(hits.get(index, ()))
            others = masked.get(index)
            reading = _read(outline, clause, own_hits, own, others, before, letter_date)
        readings.append(reading)
        before = reading
    _look_ahead(readings)
    return readings


#: Without a hit or a date a clause has a voice of its own only by one of these words. They open
#: the patterns below; most clauses have none and go on as what stands before them.
_TELLING = re.compile(
    alternation(
        (
            *"了比较列纳待俟旦视适熟允因鉴虑虽尽后且又加",
            "由于", "建于", "立于", "施于", "工于", "项于", "布于", "用于", "规划", "以来", "现在", "目前",
            "共有", "共计", "共设", "共辖", *(f"共{digit}" for digit in range(10)),
            "要求", "是等", "是若", "是如", "根据", "依据", "参照", "对照", "按照", "针对", "围绕", "财力",
        )
    )
)  # fmt: skip
_TELLING_OPENERS = ("等", "若", "如", "请", "建议", "恳请", "希望")


def _tells(clause: Clause, same: Reading | None) -> bool:
    """Whether a clause without hit and date may have a voice or strength of its own."""
    return (
        _TELLING.search(clause.text) is not None
        or clause.text.startswith(_TELLING_OPENERS)
        or (same is not None and (same.voice is Voice.REASON or same.strength == "conditional"))
    )


def _goes_on(outline: Outline, clause: Clause, same: Reading | None) -> Reading:
    """A clause without any word of its own: the voice and strength of what stands before."""
    voice = _inherited(outline, clause, same)
    strength: Strength = "firm"
    if same is not None and same.strength != "firm":
        strength = strength_of(clause, (), (), same)
    return Reading(clause, voice, strength, False, voice, (), ())


Placed = TypeVar("Placed", Hit, DateSpan)


def _by_clause(outline: Outline, found: Sequence[Placed]) -> dict[int, list[Placed]]:
    """What was found, by the number of the clause that it begins in."""
    placed: dict[int, list[Placed]] = {}
    clauses, index = outline.clauses, 0
    for one in found:
        while index < len(clauses) and clauses[index].end <= one.start:
            index += 1
        if index == len(clauses):
            break
        if clauses[index].start <= one.start:
            placed.setdefault(index, []).append(one)
    return placed


def _is_time(clause: Clause, span: DateSpan) -> bool:
    # 其中当年新增8户: the year that the sentence speaks of, whichever that is
    return not (
        span.text in _SAME_PERIOD
        or clause.text.endswith(("当年", "同年"), 0, span.start - clause.start)
        or (span.relation == "within" and clause.text.startswith("的", span.end - clause.start))
        or _adverb(clause, span)
        or _length(clause, span)
        or (span.past and _OF_THEN.match(clause.text, span.end - clause.start))
    )


#: 2000年以前建成的小区, 去年认定的12家: which ones are meant, not when.
_OF_THEN = re.compile(
    r"(?:以前|之前|底?前|后|以后)?(?:建成|建设|新?建|竣工|投用|修建|成立|出台|印发|制定|实施|启动|安装|认定|评定|列入|下达|排查出|签订)[^,。;\d]{0,4}的"
)


_SAME_PERIOD = ("当年", "当月", "当季", "同年", "当年度")


def _adverb(clause: Clause, span: DateSpan) -> bool:
    """体育场全年开放: how, not when; 力争全年发放5000万元 is when."""
    if span.text != "全年":
        return False
    before = clause.text[: span.start - clause.start]
    return _MODALS.sub("", before) != ""


def _length(clause: Clause, span: DateSpan) -> bool:
    """压缩到18天以内, 控制在三个月内: how long, not when. 将在三年内 is when."""
    return span.relation == "within" and clause.text[: span.start - clause.start].endswith(
        ("到", "至", "制在", "持在", "缩在", "短在", "定在", "为", "缩短", "压缩", "不超过")
    )


_MODALS = re.compile(r"力争|确保|预计|计划|今年|[一二三四五六七八九十]是")


def _read(
    outline: Outline,
    clause: Clause,
    hits: tuple[Hit, ...],
    dates: tuple[DateSpan, ...],
    others: Voice | None,
    before: Reading | None,
    letter_date: date | None,
) -> Reading:
    """The voice of one clause from its own words and, where it has none, what stands before."""
    same = before if before is not None and before.clause.sentence == clause.sentence else None
    apart = others or _apart(clause.text, dates, same, letter_date)
    if apart is not None:
        frame = same.frame if apart is Voice.NEUTRAL and same else apart
        return Reading(clause, apart, "firm", apart is not Voice.NEUTRAL, frame, hits, dates)
    listed = _listed(clause.text)
    hits, dates = _without_asides(clause, hits, dates, listed)
    strength = strength_of(clause, hits, dates, same)
    voice, own = _voice(outline, clause, hits, dates, same, strength, listed, letter_date)
    frame = voice
    if voice is Voice.DONE:
        strength = "firm"
        if _is_attribute(hits, dates, letter_date) and same is not None:
            frame = same.frame
    return Reading(clause, voice, strength, own, frame, hits, dates)


def _apart(
    text: str, dates: tuple[DateSpan, ...], same: Reading | None, letter_date: date | None
) -> Voice | None:
    """REASON for why and if, NEUTRAL for by what and for whom; None for all other clauses."""
    if _REASON.match(text) and not WAITS_ONLY.search(text):
        return Voice.REASON
    if same is not None and same.voice is Voice.REASON and _REASON_ON.match(text):
        return Voice.REASON
    if "由于" in text:
        return Voice.REASON
    if _DEMANDED.match(text):
        return Voice.QUOTED
    if _ADDRESSED.match(text):
        return Voice.REQUEST
    if _MEANS.match(text) and not _future(dates, letter_date):
        return Voice.NEUTRAL
    return None


def _voice(
    outline: Outline,
    clause: Clause,
    hits: tuple[Hit, ...],
    dates: tuple[DateSpan, ...],
    same: Reading | None,
    strength: Strength,
    listed: re.Match[str] | None,
    letter_date: date | None,
) -> tuple[Voice, bool]:
    """The voice of a clause, and whether its own words or date tell it."""
    text, groups = clause.text, {hit.group for hit in hits} if hits else _NONE
    if "refusal" in groups:
        return Voice.REFUSED, True
    if "attribute" in groups and _is_attribute(hits, dates, letter_date):
        return Voice.DONE, True
    if "effect" in groups and not dates:
        return Voice.EFFECT, True
    promises = bool(groups & _PROMISING) or waits(text)
    if promises and not dates and _in_what_manner(hits):
        # 2020年选取两个小区先行试点: where results are told, it tells how, not that it will be.
        around = _inherited(outline, clause, same)
        if around is Voice.DONE:
            return around, False
    if _is_done(text, hits, dates, listed is not None):
        return (Voice.PLAN if promises and _plan_beats(hits, text) else Voice.DONE), True
    if listed and not promises and not dates and same is not None and same.frame is Voice.DONE:
        return Voice.DONE, False  # 已编入规划,并列入项目库
    if promises or listed or _future(dates, letter_date):
        if _moves_object(clause, hits, dates):
            return _inherited(outline, clause, same), False
        return Voice.PLAN, True
    goes_on = same is not None and same.frame is Voice.PLAN
    if goes_on and (_only_holds(hits) or (not hits and text.startswith("共"))):
        # 到2020年,……达到2100张,每千人拥有床位35张: what there will be.
        return Voice.PLAN, False
    if "state" in groups or _compares(text) or (not dates and _sums_up(text)):
        return Voice.DONE, True
    if any(span.relation in ("on", "during") for span in dates):
        return _in_this_year(outline, clause, dates, same)
    return _inherited(outline, clause, same), False


#: What there is, or will be, as the sentence goes.
_HOLDS = frozenset({"拥有", "设有", "建有", "共有"})


def _only_holds(hits: tuple[Hit, ...]) -> bool:
    return bool(hits) and all(hit.word in _HOLDS for hit in hits)


#: How something is done; a promise only where promises are made.
_MANNER = frozenset({"同步", "先行", "先期", "随后", "陆续"})


def _in_what_manner(hits: tuple[Hit, ...]) -> bool:
    words = [hit.word for hit in hits if hit.group in _PROMISING]
    return bool(words) and all(word in _MANNER or word.startswith("争取") for word in words)


_PROMISING = frozenset({"target", "firm", "conditional"})
_NONE: frozenset[str] = frozenset()


def _listed(text: str) -> re.Match[str] | None:
    return _LISTED.search(text) if "列" in text or "纳入" in text else None


def _is_attribute(
    hits: tuple[Hit, ...], dates: tuple[DateSpan, ...], letter_date: date | None
) -> bool:
    """Whether a clause only tells a project's size: 设计日供水3000吨."""
    groups = {hit.group for hit in hits}
    return (
        "attribute" in groups
        and not groups & {"target", "firm"}
        and not _future(dates, letter_date)
    )


def _moves_object(clause: Clause, hits: tuple[Hit, ...], dates: tuple[DateSpan, ...]) -> bool:
    """Whether 将 only moves the object: the clause is as past or planned as what is around it."""
    words = {hit.word for hit in hits if hit.group in _PROMISING}
    if words != {"将"} or not _OBJECT_MARKER.search(clause.text):
        return False
    return not dates or ("将其" in clause.text and not clause.planned)


def _compares(text: str) -> bool:
    return ("比" in text or "较" in text) and _COMPARED.search(text) is not None


def _sums_up(text: str) -> bool:
    return "共" in text and _TOTALS.search(text) is not None


def _in_this_year(
    outline: Outline, clause: Clause, dates: tuple[DateSpan, ...], same: Reading | None
) -> tuple[Voice, bool]:
    """今年更新60个: the year is not over; where results are told, it tells what was done in it."""
    goes_on = same is not None and same.frame is Voice.DONE and dates[0].text == "全年"
    if goes_on or (_tells_past(outline, clause) and not clause.planned):
        return Voice.DONE, False
    return Voice.PLAN, True


def _without_asides(
    clause: Clause,
    hits: tuple[Hit, ...],
    dates: tuple[DateSpan, ...],
    listed: re.Match[str] | None,
) -> tuple[tuple[Hit, ...], tuple[DateSpan, ...]]:
    """Words and dates without those that say nothing of the clause itself."""
    if listed:
        # 计划 in 列入年度计划 names the list.
        first, last = clause.start + listed.start(), clause.start + listed.end()
        hits = tuple(
            hit for hit in hits if not (first < hit.start < last and hit.group == "target")
        )
    if not hits and not dates:
        return hits, dates
    for a, b in _asides(clause):
        hits = tuple(hit for hit in hits if not a <= hit.start < b)
        dates = tuple(span for span in dates if not a <= span.start < b)
    return hits, dates


def _asides(clause: Clause) -> list[tuple[int, int]]:
    """Stretches that tell where a measure stands now; their words say nothing of the clause."""
    found = []
    if _COMPARES.search(clause.text):
        found = [match.span() for match in _STARTING_LEVEL.finditer(clause.text)]
    if "(" in clause.text:
        found += [match.span() for match in _BRACKETS.finditer(clause.text)]
    return [(clause.start + a, clause.start + b) for a, b in found]


def _is_done(text: str, hits: tuple[Hit, ...], dates: tuple[DateSpan, ...], listed: bool) -> bool:
    if (
        hits
        and any(hit.group == "done" for hit in hits)
        and not (
            listed
            and all(hit.word in ("已", "已经", "均已") for hit in hits if hit.group == "done")
        )
    ):
        return True
    if ("了" in text and _PERFECT.search(text)) or ("于" in text and _YEAR_STATE.search(text)):
        return True
    if ("以来" in text or "现在" in text or "目前" in text) and _TILL_NOW.search(text):
        return True
    return bool(dates) and all(span.past or span.relation in _BACKWARD for span in dates)


_BACKWARD = ("since", "until-now", "past-years")


def _future(dates: tuple[DateSpan, ...], letter_date: date | None) -> bool:
    """A date that only a promise can have: a limit (底前, 到……), or a period yet to begin."""
    return bool(dates) and any(
        not span.past and (span.relation in ("by", "within") or _ahead(span, letter_date))
        for span in dates
    )


def _ahead(span: DateSpan, letter_date: date | None) -> bool:
    """Whether a period has not begun yet, or ends in time to come and is shorter than a year."""
    if letter_date is None or span.first is None or span.last is None:
        return False
    return span.first > letter_date or (
        span.last >= letter_date and (span.last - span.first).days < 200
    )


def _plan_beats(hits: tuple[Hit, ...], text: str) -> bool:
    """Both a result's and a promise's words: the later one decides, 原计划 always tells the past."""
    if _PAST_PLAN.search(text):
        return False
    last_done = max((hit.start for hit in hits if hit.group == "done"), default=-1)
    last_plan = max(
        (hit.start for hit in hits if hit.group in ("target", "firm", "conditional")), default=-1
    )
    return last_plan > last_done >= 0 and not _PERFECT.search(text)


#: 项目共5个: so many there are.
_TOTALS = re.compile(r"(?<![公一总])共(?:有|计|设|辖)?\d|^共(?=有|计|设|辖)")


#: 原计划……, 累计争取…… tell the past whatever stands behind them.
_PAST_PLAN = re.compile(
    r"原计划|原定|原拟|已经?(?:于[^,。;]{1,10})?将|(?:累计|已|先后|共|成功)(?:向[^,。;]{1,8})?争取|争取到|争取了"
)


def _inherited(outline: Outline, clause: Clause, same: Reading | None) -> Voice:
    """What a clause without words of its own tells."""
    if same is not None and same.clause.sentence == clause.sentence:
        rest = _THE_REST.match(clause.text) is not None
        if same.frame in (Voice.DONE, Voice.PLAN) and not (
            ((clause.opener and clause.planned) or rest) and same.frame is Voice.DONE
        ):
            return same.frame
        if same.voice is Voice.QUOTED:
            return Voice.QUOTED
    if clause.planned:
        return Voice.PLAN
    if outline.sections[clause.section].kind == "plan":
        return Voice.PLAN
    return Voice.DONE if _tells_past(outline, clause) else Voice.NEUTRAL


def _tells_past(outline: Outline, clause: Clause) -> bool:
    """Whether the neutral clauses here are results: under a heading that says so, or in the
    paragraph that opens a letter. Later paragraphs of a letter without headings tell of both."""
    kind = outline.sections[clause.section].kind
    return kind == "past" or (kind == "background" and clause.paragraph == 1)


#: 剩余42个: what is left is still to come, whatever was told of the part before it.
_THE_REST = re.compile(r"剩余|其余|余下|剩下")


#: By what, for whom: 针对近两年发案较多的村, 按照……标准. The clause behind it tells.
_MEANS = re.compile(r"(?:针对|围绕|按照|根据|依据|对照|参照)[^,。;]*$")


def _look_ahead(readings: list[Reading]) -> None:
    """What stands behind a clause without words of its own.

    "2021年改造4个市场,其中2个已完工,1个正在施工,8月底前恢复营业": what is still to come of it
    tells that the year's task is none that is done.

    "…9处改造,已于上半年完工": the result is told of the clause before. "今年安排15所,已建成4所":
    a part is done, so the clause before tells the plan.
    """
    to_come = -1  # the sentence of which a later clause has a date ahead
    for index in range(len(readings) - 1, -1, -1):
        here = readings[index]
        if here.voice is Voice.PLAN and here.own and here.dates:
            to_come = here.clause.sentence
        elif _UNDER_WAY.search(here.clause.text):
            to_come = here.clause.sentence
        elif to_come == here.clause.sentence and _whole_year(here, readings, index):
            readings[index] = here._replace(voice=Voice.PLAN, own=True)
            continue
        if index == len(readings) - 1:
            continue
        after = readings[index + 1]
        if (
            here.voice is Voice.PLAN
            and here.clause.sentence == after.clause.sentence
            and (bare_wait(after.clause.text) or after.waited)
            and not _FIRST_STEP.search(here.clause.text)
        ):
            # 拟提高到50元,待县政府研究通过后执行: the promise itself waits.
            here = readings[index] = here._replace(strength="conditional", waited=True)
        if (
            here.own
            or here.clause.sentence != after.clause.sentence
            or here.clause.closer != ","
            or after.voice is not Voice.DONE
            or not after.own
        ):
            continue
        if _PART_DONE.match(after.clause.text):
            voice = Voice.PLAN if here.dates and here.voice is Voice.DONE else here.voice
        elif (
            here.voice in (Voice.NEUTRAL, Voice.PLAN) and after.clause.text.startswith(_ALREADY)
        ) or (here.voice is Voice.NEUTRAL and any(hit.word in _SUMS for hit in after.hits)):
            voice = Voice.DONE
        else:
            continue
        readings[index] = here._replace(voice=voice)


#: 先行论证, 待论证通过后实施: the first step waits for nothing.
_FIRST_STEP = re.compile("先行|先期|论证|调研|研究")


#: 目前已全部开工, 正在进行外立面施工: begun, and not done.
_UNDER_WAY = re.compile(
    "已(?:经)?(?:全部|全面|陆续|均|相继)?(?:开工|动工|启动|进场)|正在[^,。;]{0,8}(?:施工|建设|改造|安装)"
)


def _whole_year(reading: Reading, readings: Sequence[Reading], index: int) -> bool:
    """Whether a clause tells of a year that is not over, by no word of its own."""
    if reading.voice is not Voice.DONE or reading.own or reading.hits:
        return False
    dates = reading.dates
    if not dates and index and readings[index - 1].clause.sentence == reading.clause.sentence:
        before = readings[index - 1]
        dates = before.dates if len(before.clause.text) <= 6 else ()  # 2022年,我市改造……
    return any(span.relation == "during" and not span.past for span in dates)


#: 投资1200万元建成水厂1座,累计铺设管网34公里: a sum behind tells that all of it is done.
_SUMS = ("累计", "先后", "至今")


_ALREADY = ("已", "均已", "现已", "都已", "业已")

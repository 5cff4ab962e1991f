"""What stands behind a clause and tells what the clause itself does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tracker.commitments.deadlines import DateSpan
from tracker.commitments.readings import DONE, NEUTRAL, PLAN, Reading
from tracker.commitments.strength import bare_wait
from tracker.commitments.tense import PROMISING
from tracker.commitments.timing import is_tail, own_date
from tracker.commitments.voices import once_there


def look_ahead(readings: list[Reading]) -> None:
    """Change the readings of clauses by what stands behind them in their sentences.

    "2021年改造4个市场,其中2个已完工,1个正在施工,8月底前恢复营业": what is still to come of it
    tells that the year's task is none that is done.

    "…9处改造,已于上半年完工": the result is told of the clause before. "今年安排15所,已建成4所":
    a part is done, so the clause before tells the plan.
    """
    _before_tails(readings)
    to_come = -1  # the sentence of which a later clause has a date ahead
    dated = -1  # the sentence of which a later clause is a plan with a date of its own
    situation = -1  # the sentence before one that tells of a time gone by
    after: Reading | None = None
    after_sentence = -1
    for index in range(len(readings) - 1, -1, -1):
        here = readings[index]
        clause, voice = here.clause, here.voice
        sentence, text = clause.sentence, clause.text
        if voice is PLAN and here.own and here.dates:
            dated = to_come = sentence
        elif voice is DONE and "已" in text and _TASK_DONE.match(text):
            _done_by_now(readings, index)
        elif ("已" in text or "正在" in text) and _UNDER_WAY.search(text):
            to_come = sentence
        elif to_come == sentence and _whole_year(here, readings, index):
            after = readings[index] = here._replace(voice=PLAN, own=True)
            after_sentence = sentence
            continue
        if after is not None and after_sentence != sentence and _of_then(readings, index):
            situation = sentence
        if situation == sentence and voice is NEUTRAL and not (here.own or here.dates):
            here = readings[index] = here._replace(voice=DONE, frame=DONE)
        if after is not None and after_sentence == sentence:
            if voice is DONE and (here.own or not after.own):
                pass  # a result, whatever stands behind it
            elif _told_by_outcome(here, after):
                readings[index] = here._replace(voice=DONE)
                readings[index + 1] = after._replace(voice=DONE)
            else:
                readings[index] = _before(here, after, dated == sentence)
        after, after_sentence = readings[index], sentence


_LISTS: Final = re.compile("列入|纳入|列为")
_REALISED: Final = re.compile(
    "^(?:目前|现|均|都|全部)*已经?(?:全部|全面|陆续|正式)?(?:完工|竣工|建成|完成(?![^,。;]{0,4}(?:招|立项|设计|前期|勘察|选址|征|可研|编制|审批|备案))|开工|投入|投用|交付|通车|启用|到位)"
)


#: 目前,项目已全部竣工: all of what the sentence before tells.
_TASK_DONE: Final = re.compile(
    r"(?:目前|现|截至[^,。;]{2,8})?(?:该|上述|以上|整个)?(?:项目|工程|任务)?(?:目前|现)?(?:均|都)?已(?:经)?(?:全部|全面)"
    r"(?:竣工|完工|建成|投用|投入使用|完成(?![^,。;]{0,4}(?:招|立项|设计|前期|勘察|选址|征|可研|编制|审批|备案)))"
)


def _done_by_now(readings: list[Reading], index: int) -> None:
    """今年改造危房12户。目前工程已全部完工: the year alone made a plan of what is done.

    The nearest sentence before in the paragraph that plans anything; a word of promise in it stays.
    """
    here = readings[index].clause
    back = index - 1
    while back >= 0 and (
        readings[back].voice is not PLAN or readings[back].clause.sentence == here.sentence
    ):
        back -= 1
    if back < 0 or readings[back].clause.paragraph != here.paragraph:
        return
    sentence, last = readings[back].clause.sentence, back
    while back >= 0 and readings[back].clause.sentence == sentence:
        before = readings[back]
        if before.voice is PLAN and (
            before.clause.planned
            or any(hit.group in PROMISING for hit in before.hits)
            or any(span.relation != "during" or not _year(span) for span in before.dates)
        ):
            return
        back -= 1
    for at in range(back + 1, last + 1):
        if readings[at].voice is PLAN:
            readings[at] = readings[at]._replace(voice=DONE, frame=DONE)


def _of_then(readings: Sequence[Reading], index: int) -> bool:
    """Whether a paragraph's first sentence ends here and the next tells of last year.

    "分局在63所学校设岗。2023年,分局查处……": a situation is told first, then what was done, and what
    is planned behind it.
    """
    here, after = readings[index], readings[index + 1]
    told = after.voice is DONE and after.own and bool(after.dates)
    if (
        not told
        or after.clause.paragraph != here.clause.paragraph
        or not all(span.past and _year(span) for span in after.dates)
    ):
        return False
    while index and readings[index - 1].clause.sentence == here.clause.sentence:
        index -= 1
    return index == 0 or readings[index - 1].clause.paragraph != here.clause.paragraph


def _year(span: DateSpan) -> bool:
    """Whether a date is a whole year: 截至7月底 may tell how far the plan of this year is."""
    return span.first is not None and span.last is not None and (span.last - span.first).days > 300


def _told_by_outcome(here: Reading, after: Reading) -> bool:
    """Whether the clause behind tells what only results can tell: 抽检412批次,合格率99.3%."""
    return (
        not here.hits
        and (here.voice is NEUTRAL or (here.voice is PLAN and here.own))
        and not after.hits
        and not here.clause.planned
        and _OUTCOME.search(after.clause.text) is not None
        and _FIGURE.search(after.clause.text) is not None
        and not any(span.relation in ("by", "within") for span in (*here.dates, *after.dates))
    )


def _before(here: Reading, after: Reading, dated: bool) -> Reading:
    """A clause as the next one of its sentence makes it; `dated` tells of a date behind both."""
    text = after.clause.text
    if (
        here.voice is PLAN
        and (after.waited or bare_wait(text))
        and not _FIRST_STEP.search(here.clause.text)
    ):
        # 拟提高到50元,待县政府研究通过后执行: the promise itself waits.
        here = here._replace(strength="conditional", waited=True)
    this_year = here.dates and all(span.relation == "during" for span in here.dates)
    if this_year and here.voice is PLAN and not here.hits and _ALL_DONE.fullmatch(text):
        return here._replace(voice=DONE)  # 今年落实2万亩,已完成
    if (
        here.voice is PLAN
        and here.own
        and after.voice is DONE
        and not here.clause.planned
        and _REALISED.search(text)
        and _LISTS.search(here.clause.text)
        and all(hit.group not in PROMISING for hit in here.hits)
    ):
        return here._replace(voice=DONE)  # 已列入2024年计划,目前已完工
    if here.own or after.voice is not DONE or not after.own or here.clause.closer != ",":
        return here
    if _PART_DONE.match(text):
        if here.dates and here.voice is DONE:
            return here._replace(voice=PLAN)
    elif (
        here.voice in (NEUTRAL, PLAN)
        and text.startswith(_ALREADY)
        and not (dated and (_UNDER_WAY.search(text) or _MONEY_THERE.search(text)))
    ) or (here.voice is NEUTRAL and any(hit.word in _SUMS for hit in after.hits)):
        return here._replace(voice=DONE)
    return here


_ALL_DONE: Final = re.compile(
    "(?:目前|现|均)?已(?:经)?(?:全部|全面|如期)?(?:完成|完工|到位|建成|兑现|拨付|发放|竣工)"
)
#: So many are done: a total stands before it. 已建成4所.
_PART_DONE: Final = re.compile(r"(?:目前|现|其中|截至[^,]{2,8}|上半年)?(?:,)?已[^\d,。;]{0,8}\d")


#: 已安排采购3辆, 已列入其中: prepared, and still to come.
_PREPARED: Final = re.compile("已(?:经)?(?:安排|列入|纳入|下达|落实|签订|达成|立项|批复|编制|采购)")
#: 由镇城建办负责, 现正在走招标程序, 即将开工: nothing that ends the reach of a date behind it.
_BETWEEN: Final = re.compile("由[^,。;]{2,20}(?:负责|牵头|实施|承担)$|(?:目前|现)?正在|即将")


#: 9月20日开工, 项目计划10月动工: of what stands before it nothing is done yet.
_STARTS: Final = re.compile(
    r"(?:(?:该|整个)?(?:项目|工程)|[^,。;]{2,10}后)?(?:计划|预计|拟|将|力争|确保|定|于|在|前|底|,)*(?:全面|正式)?(?:开工|动工|进场施工|启动建设|启动施工)(?:建设)?$"
)


#: 5月底前完成施工招标: what comes first, not the works.
_FIRST_WORKS: Final = re.compile("招标|设计|立项|可研|审批|勘[察测]|手续|征地")


def _not_begun(readings: list[Reading], index: int) -> None:
    """铺设管道18公里,打井1眼,……,9月20日开工: what the heading made results of is to come.

    Only what has its voice from around the sentence: 已完成8公里 stays, and so does all behind it.
    """
    first = index
    sentence = readings[index].clause.sentence
    while first and not readings[first].clause.opener:
        first -= 1
        if readings[first].clause.sentence != sentence:
            return
    before = range(first, index)
    sized = {at for at in before if any(hit.group == "attribute" for hit in readings[at].hits)}
    for at in before:
        here, text = readings[at], readings[at].clause.text
        told = here.voice is DONE and here.own and at not in sized
        if text.startswith("其中") or (told and not _MONEY_THERE.search(text)):
            return  # 12个单元提出申请,其中3个……,年底前安装到位
    for at in before:
        here = readings[at]
        if here.voice is not DONE or here.dates:
            continue
        if at in sized:
            readings[at] = here._replace(frame=PLAN)
        elif not here.own and _FIGURE.search(here.clause.text):
            readings[at] = here._replace(voice=PLAN, frame=PLAN)


#: 资金已到位500万元: got together before the works.
_MONEY_THERE: Final = re.compile(
    "(?:资金|投资|补助|经费|手续|可研|设计|招标)[^,。;]{0,6}已|已[^,。;]{0,6}(?:申报|到位|落实|下达|争取|拨付|批复|完成(?:招标|设计|立项|可研))"
)


def _before_tails(readings: list[Reading]) -> None:
    """新建候车亭15处,10月1日前安装完毕 behind what is done: the date tells that it is to come."""
    for index, reading in enumerate(readings):
        if not reading.dates:
            said = reading.clause.text
            if reading.voice is NEUTRAL and said.startswith("全部") and once_there(said):
                _not_begun(readings, index)
            continue
        tail = is_tail(reading)
        if reading.voice is PLAN and reading.own and not reading.clause.opener:
            rest = reading.clause.text.replace(reading.dates[-1].text, "", 1)
            begun = (tail and not _FIRST_WORKS.search(rest)) or _STARTS.match(rest)
            if begun and own_date(reading) is not None:
                _not_begun(readings, index)
        if not tail:
            continue
        back = index - 1
        while back >= 0:
            here = readings[back]
            if here.clause.sentence != reading.clause.sentence or here.clause.closer != ",":
                break
            text = here.clause.text
            if not _BETWEEN.match(text):
                told = here.voice is DONE and not here.dates
                if told and ((not here.own and _FIGURE.search(text)) or _PREPARED.search(text)):
                    readings[back] = here._replace(voice=PLAN, frame=PLAN)
                break
            back -= 1


_FIGURE: Final = re.compile(r"\d")
#: What can be told only afterwards: 抽检食材412批次,合格率99.3%.
_OUTCOME: Final = re.compile(r"合格率|满意率|立案|查处|罚没|发现问题|(?:参与|参加|受益|受训)$")


#: 先行论证, 待论证通过后实施: the first step waits for nothing.
_FIRST_STEP: Final = re.compile("先行|先期|论证|调研|研究")


#: 目前已全部开工, 正在进行外立面施工: begun, and not done.
_UNDER_WAY: Final = re.compile(
    "已(?:经)?(?:全部|全面|陆续|均|相继)?(?:开工|动工|启动|进场)|正在[^,。;]{0,8}(?:施工|建设|改造|安装)"
    "|已(?:经)?完成[^,。;]{0,6}(?:主体|前期|设计|招标|选址|基础|立项|图纸|勘察|可研|征地|拆迁|审批)"
)


def _whole_year(reading: Reading, readings: Sequence[Reading], index: int) -> bool:
    """Whether a clause tells of a year that is not over, by no word of its own."""
    if reading.voice is not DONE or reading.own or reading.hits:
        return False
    dates = reading.dates
    if not dates and index and readings[index - 1].clause.sentence == reading.clause.sentence:
        before = readings[index - 1]
        dates = before.dates if len(before.clause.text) <= 6 else ()  # 2022年,我市改造……
    return any(span.relation == "during" and not span.past for span in dates)


#: 投资1200万元建成水厂1座,累计铺设管网34公里: a sum behind tells that all of it is done.
_SUMS: Final[tuple[str, ...]] = ("累计", "先后", "至今")


_ALREADY: Final[tuple[str, ...]] = (
    "已", "均已", "现已", "都已", "业已", "目前已", "目前均已", "目前都已", "现均已",
)  # fmt: skip

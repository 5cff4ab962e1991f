"""One clause as a commitment: a promised figure, or a deliverable with or without a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tracker.commitments.actions import deliverable
from tracker.commitments.building import build, cuts, own_part, unit_as_written
from tracker.commitments.confidence import confidence
from tracker.commitments.evidence import evidence_of, speaks_for
from tracker.commitments.model import Commitment, Kind, Target
from tracker.commitments.naming import name_of, subject_of
from tracker.commitments.quantities import Quantity
from tracker.commitments.readings import NEUTRAL, PLAN, Reading
from tracker.commitments.targets import has_verb, read_target
from tracker.commitments.timing import Due, own_date
from tracker.commitments.voices import served
from tracker.letters.clauses import Outline
from tracker.letters.model import Letter

#: Finds below are not worth a supervisor's look.
_LEAST: Final = 0.4


#: A clause that only sets date or owner, and opens the quote of what follows.
_OPENING: Final = re.compile(
    r"^(?:由[^,。;]{2,24}(?:负责|牵头|配合|组织|承担)|[到至]?[^,。;]{0,12}(?:年|底|前|末|期间|内|季度|半年|月份?|日|旬)|待[^,。;]{2,40}后|[^,。;]{2,30}后)$"
)


#: What such a clause ends with; a look at it spares the pattern.
_OPENING_LAST: Final = "责头合织担年底前末间内度月份日旬后"


def measurable(
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
    if reading.voice is NEUTRAL and reading.clause.text.startswith(("关于", "对于")):
        return None  # 关于将票价由2元降至1元: the matter that is answered
    told = reading.own and (reading.hits or due is None or due.date.relation in ("by", "within"))
    between = q.number_start - max((d.end for d in reading.dates), default=reading.clause.start)
    if not told and reading.own and between < 4:
        told = True  # 其中今年1200套
    if index and not told and q.unit.endswith("人次"):
        told = served(reading.clause, readings[index - 1])  # 招聘会20场,服务求职者5000人次
    # 其中东片区480盏、西片区约380盏: parts of a whole, all or none of them promised
    first = place == 0 or (reading.clause.text.startswith("其中") and not reading.own)
    if first and not told and not has_verb(text[reading.clause.start : q.number_start]):
        # 全县60岁以上老年人4.3万人: nothing is done to the figure.
        bounded = q.comparator in (">=", "<=")
        standing = (bounded and q.rate is not None) or (
            due is not None
            and (bounded or _MEASURE.search(text, reading.clause.start, q.start) is not None)
        )
        meant = _AIM.search(text, reading.clause.start, q.start) or (
            due is not None and q.end == reading.clause.end and _goes_on_listing(readings, index)
        )
        if not standing and not meant and not has_verb(text[q.end : reading.clause.end]):
            return None
        if reading.clause.text.startswith(("用于", "主要用于", "重点用于")):
            return None  # 主要用于1.2万亩坡地的治理: what the money before is for
    if speaks_for(reading, q, due) < _LEAST:
        return None
    start, end = reading.clause.start, max(reading.clause.end, q.end)
    if len(picked) > 1:
        start, end = own_part(text, start, end, picked, place)
    mode, comparator = read_target(
        text, reading.clause.start, reading.clause.end, q, reading.strength, _aimed(readings, index)
    )
    target = Target(q.value, unit_as_written(letter, q), mode, comparator)
    name = name_of(text, start, end, q, cuts(reading), owner)
    if place == 0:
        start = _with_opening(readings, index, start)
    if tail is not None and place == len(picked) - 1:
        end = readings[tail].clause.end  # with its date
    sure = confidence(evidence_of("measurable", parts, readings, index, due, owner, q, nearby))
    return build(
        letter, parts, reading, start, end, "measurable", name, due, owner, sure, target, q
    )


_AIMED: Final = re.compile("力争|争取|努力|目标|预期")


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
_TOLD_OF: Final = re.compile(
    "(?:预计|共|总|可|约|有|现|每|其|占|惠及|涉及|覆盖|服务|受益|辐射|满足|全[省市县区镇乡州])"
)


def _goes_on_listing(readings: Sequence[Reading], index: int) -> bool:
    """Whether a figure goes on with the promise before it: 新建监测站5座,视频监控点60个."""
    if index == 0:
        return False
    before, here = readings[index - 1], readings[index]
    return (
        here.voice is PLAN
        and before.voice is PLAN
        and before.clause.sentence == here.clause.sentence
        and before.clause.closer == ","
        and not here.clause.opener
        and (before.own or not before.clause.text.startswith("其中"))
        and _FIGURE_LAST.search(before.clause.text) is not None
        and _TOLD_OF.match(here.clause.text) is None
    )


#: The clause ends with a number and a word for what is counted.
_FIGURE_LAST: Final = re.compile(r"\d[^,。;\d]{1,4}(?:左右|以上|以内|上下)?$")


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


def deliverable_of(
    letter: Letter,
    parts: Outline,
    readings: Sequence[Reading],
    index: int,
    due: Due | None,
    owner: tuple[str, ...],
    nearby: int,
    tail: int | None,
    *,
    stage: bool,
) -> Commitment | None:
    """A milestone or an action, or None.

    Args:
        tail: the clause that tells when it is there.
        stage: the clause is a date and a completion that no promise before it takes in: 9月底前
            完成笔试和体检,10月份上岗.
    """
    reading = readings[index]
    governs = due is not None and (not due.inferred or due.standing or reading.own)
    own_due = due if governs else None
    said = reading.clause.text
    if _opens(said) or (said.endswith("任务") and reading.clause.closer == ":"):
        return None
    if not reading.dates and said[0] in "您你" and _THEIR_MATTER.match(said):
        return None
    score = deliverable(
        reading.clause.text,
        reading.clause.closer,
        dated=own_due is not None,
        explicit=reading.own and reading.voice is PLAN,
    )
    if reading.voice is NEUTRAL and not owner:
        score -= 0.1
    if stage and not score:
        score = 0.7
    if score < 0.5:
        return None
    kind: Kind = "milestone" if own_due is not None else "action"
    start = _with_opening(readings, index, reading.clause.start)
    clause = reading.clause
    name = name_of(parts.text, clause.start, clause.end, None, cuts(reading), owner)
    if len(name) <= _BARE:
        if completed := "完成" + name in clause.text:
            name = "完成" + name
        if _ONLY_DONE.match(name) and not (completed and name.endswith(("工作", "任务"))):
            name = _matter(letter, parts, readings, index) + name
        name = name[:40] or reading.clause.text[:40]
    return build(
        letter,
        parts,
        reading,
        start,
        readings[tail].clause.end if tail is not None else reading.clause.end,
        kind,
        name,
        own_due,
        owner,
        confidence(evidence_of(kind, parts, readings, index, own_due, owner, None, nearby, score)),
        None,
        None,
    )


def of_all(
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
    clause, text = first.clause, parts.text
    so_far = _SO_FAR.search(text, q.end, clause.end)
    name = _THERE_IS.sub(
        "",
        name_of(
            text, clause.start, so_far.start() if so_far else clause.end, q, cuts(first), owner
        ),
    ) or name_of(text, clause.start, clause.end, q, cuts(first), owner)
    what = name + name_of(
        parts.text, reading.clause.start, reading.clause.end, None, cuts(reading), owner
    )
    sure = confidence(evidence_of("measurable", parts, readings, index, due, owner, q, nearby))
    return build(
        letter, parts, reading, first.clause.start, reading.clause.end, "measurable",
        what[:40], due, owner, sure, target, q,
    )  # fmt: skip


#: 剩余12公里已完成招标: how far it is names nothing.
_SO_FAR: Final = re.compile("均?(?:已|正在)")
_THERE_IS: Final = re.compile("^(?:目前|现|全[省市县区镇乡])*(?:还|尚|仍)?有")
#: 您提出的建议通过项目建设来落实: what, stands before it.
_THEIR_MATTER: Final = re.compile(
    r"[您你]们?所?(?:提出?|反映|提到)的?[^,。;\d]{0,4}(?:建议|意见|问题|诉求|事项|提案|要求)[^,。;\d]{2,24}$"
)
#: A noun of measure right before its figure: 融资额4000万元, beside other targets of the sentence.
_MEASURE: Final = re.compile(r"[额量率值]$|面积$")


#: 目标规模20亿元; 引导180户经营户进入: aimed at, or helped along, without a verb of delivery.
_AIM: Final = re.compile("(?:盘子|任务|计划)[是为]|目标|发展|引导|动员|扶持|支持|推动|带动")


#: A name no longer than this is a verb without its matter: 投入使用, 完成施工招标.
_BARE: Final = 6
#: It begins with what is done, and names nothing that it is done to.
_ONLY_DONE: Final = re.compile(
    "(?:[^,。;]{1,6}[前后])?(?:全部|全面|全线|基本|正式|主体(?:工程|结构)?|同步|一次性|予以|可|即|并(?!网)|已)*(?:完成|完工|开工|动工|竣工|建成|建设|投入|投用|投运|投产|交付|启用|启动|开放|通车|通水|通气|上线|运行|试运行|并网|封顶|验收|开通|运营|营业|挂牌"
    "|出台|印发|发布|公布|实施|招标|挂网|开园|开业|开诊|招生|落地|到位|实现|达到|拨付|报送|审议|提请|推广|对外|向社会|公开|恢复|建立|整改|施工|移交|办结|调试|开展|并网|形成|征求|集中|排查|清零|投料|检查|改为|调整为|应.尽|[省市县区乡镇村域]{0,2}全覆盖)(?!方案|意见|细则|办法|计划|单位|情况)|$"
)
#: What is built, or else is there one day: a clause that begins with it has a matter of its own.
_WORKS: Final = re.compile(
    "(?:项目|工程|[校院园馆路桥楼站厂村寨]|小学|中学|中心|大道|小区|广场|泵站|平台|系统|基地|水库|管网|市场|条例|办法)(?:[一二三]期)?$"
)
_OTHER: Final = ("其他", "其余", "剩余", "余下", "另")
#: 关于修建幼儿园的建议: what the suggestion is about.
_ABOUT: Final = re.compile(
    "关于(?:要求|请求|进一步|加快|尽快|支持)*([^,。;:]{3,24}?)(?:[让使][^,。;:的]{2,20})?的?(?:建议|提案|议案|提议)$"
)


def _matter(letter: Letter, parts: Outline, readings: Sequence[Reading], index: int) -> str:
    """What a completion is of: the subject of its sentence, its heading, what was suggested.

    The first clause of the part of the sentence names it, or a nearer one with another work for
    its subject: 其他4个项目上半年完成前期手续,下半年开工.
    """
    first = here = readings[index].clause
    named, at = "", index
    while at > 0 and readings[at - 1].clause.sentence == here.sentence:
        at -= 1
        clause = readings[at].clause
        name = name_of(parts.text, clause.start, clause.end, None, cuts(readings[at]))
        if name and not (
            len(name) <= _SHORT and (_ONLY_DONE.match(name) or "完成" + name in clause.text)
        ):
            subject = subject_of(name)
            if subject and (subject.startswith(_OTHER) or _WORKS.search(subject)):
                verb = has_verb(subject[:2])
                if not verb or not named:
                    named = subject
                if not verb and subject.startswith(_OTHER):
                    break
            elif subject and (not named or not _WORKS.search(named)):
                named = subject
        if clause.opener and named:
            break
    if named:
        return named
    section = parts.sections[first.section]
    title = section.path[-1] if section.path else ""
    named = subject_of(title) if len(title) <= _LABEL and not _LISTS.search(title) else ""
    about = named if _WORKS.search(named) or named.endswith(("改造", "建设", "扩建")) else ""
    asked = _ABOUT.search(letter.header.title or "")
    return about or (subject_of(asked[1]) if asked else "")


_LABEL: Final = 24
_SHORT: Final = 8
_LISTS: Final = re.compile(
    "[,。;:]|以下|如下|工作|方面|措施|任务|问题|情况|打算|办理|建议|计划|安排"
)

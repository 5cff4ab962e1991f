"""Clauses that stand apart by how they open or end: reasons, wishes, rules, means, needs, doubts."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from tracker.commitments.deadlines import DateSpan
from tracker.commitments.readings import EFFECT, NEUTRAL, QUOTED, REASON, REQUEST, Reading, Voice
from tracker.commitments.strength import WAITS_ONLY
from tracker.commitments.tense import to_come


def apart_of(
    text: str, dates: tuple[DateSpan, ...], same: Reading | None, letter_date: date | None
) -> Voice | None:
    """The voice of a clause that stands apart by how it opens; None for all other clauses.

    REASON for why and if, QUOTED and REQUEST for what others demand or are asked for, NEUTRAL for
    by what and for whom, EFFECT for what would be needed.

    Args:
        text: the clause; `dates` are its own.
        same: the clause before it in the sentence.
        letter_date: what a date ahead is ahead of.
    """
    first = text[0] in _APART_FIRST
    if first and _REASON.match(text) and not WAITS_ONLY.search(text):
        return REASON
    if same is not None and same.voice is REASON and _REASON_ON.match(text):
        return REASON
    if "由于" in text:
        return REASON
    if first and _DEMANDED.match(text):
        return QUOTED
    if first and _ADDRESSED.match(text):
        return REQUEST
    if same is None and text.endswith(WISH_ENDS) and not dates and not _TAKEN_UP.match(text):
        return REQUEST  # 设立50万元专项资金的建议,……: the matter that is answered
    if "因" in text and not dates and _BECAUSE.search(text):
        return REASON
    if first and _AWAITS.match(text):
        return NEUTRAL
    if first and _SINCE_EVENT.match(text):
        return NEUTRAL
    if first and _MEANS.match(text):
        if not to_come(dates, letter_date) or text.endswith(_RULES):
            return NEUTRAL
    elif (
        # Without one of these neither pattern finds anything.
        any(sign in text for sign in _NEED_SIGNS) and (_NEEDED.search(text) or _MAY_BE.search(text))
    ):
        return EFFECT
    return None


#: What `_NEEDED` and `_MAY_BE` cannot do without; each word stands in one of their branches.
_NEED_SIGNS: Final = ("需", "要", "算", "支", "增加", "可能")

#: How a clause ends that names what the deputies want.
WISH_ENDS: Final[tuple[str, ...]] = (
    "的建议",
    "的提议",
    "的请求",
    "的诉求",
    "的提案",
    "的意见",
    "的设想",
    "为盼",
    "为谢",
)


#: 采纳委员关于……的建议: what is done with it.
_TAKEN_UP: Final = re.compile(
    "(?:[一二三四五六七八九十]是)?(?:将|认真|充分|积极|及时|我[局委办厅们][^,。;]{0,4})*(?:采纳|吸收|吸纳|征求|听取|研究|办理|落实|反映|上报|提出|形成|征集|收集|结合|转交|梳理|汇总|答复)"
)


#: What the patterns below begin with; a look at it spares most clauses all of them.
_APART_FIRST: Final = (
    "受但因由鉴考虽尽若如假且主明均并要请建恳希望盼待针围按根依对参自从一二三四五六七八九十"
)


#: A clause that gives a reason or an assumption, not a promise.
_REASON: Final = re.compile(
    r"(?:但?因(?!地制宜|此)|受[^,。;]{2,16}(?:限制|制约|影响|所限)|由于|鉴于|考虑到|虽然?|尽管|若|如(?!期|下|何|上|今|果实|实)|假如|且因|主要是?因)"
)


#: 要求床位不少于120张: a rule that is told, where no unit is told to do something.
_DEMANDED: Final = re.compile(
    r"(?:明确|均|并)?要求(?!各|全[省市县区镇]|相关|有关|我|其|施工|承包|[^,。;]{0,12}(?:局|委|办|厅|镇|乡|街道|公司|企业|单位|部门))"
)


#: 请贵局……, 建议您……, 望有关部门……: what others are asked for.
_ADDRESSED: Final = re.compile(
    r"(?:[一二三四五六七八九十]、|[一二三四五六七八九十]是)?(?:请|建议|恳请|希望)(?:贵|你|您|代表|委员)"
    r"|[望盼](?:相关|有关|各级|上级|贵|政府|部门|领导|能|予以|给予|尽快|尽早|早日|[省市县区州镇乡])"
)
#: 自项目开工起,三年内……: from what the time counts.
_SINCE_EVENT: Final = re.compile(r"[自从](?!\d|今|明|去|本|现|即)[^,。;]{2,24}(?:之日)?起$")
#: 待有关部门选址确定,……: on what the rest waits, and nothing of its own.
_AWAITS: Final = re.compile(
    "待[^,。;]{2,40}(?:确定|明确|批复|批准|同意|通过|审定|审批|核准|落实|到位|下达|成熟|具备|完成|结束|完毕|论证|评审|修订|出台|印发)$"
)


#: 另3所因开发商破产: why nothing comes of it.
_BECAUSE: Final = re.compile(
    r"(?<![原成起基])因(?!地制宜|此|素|子|人|材|病|公|灾|村|校|户|需|势)[^,。;]{3,}$"
)


_REASON_ON: Final = re.compile(r"且|又|加之|加上|同时又")


#: What would be needed, by whose reckoning: 所需建设资金3.4亿元, 要四十多万元, 按每台2.8万元测算.
_NEEDED: Final = re.compile(
    r"(?<![急必所])需要?(?:增加|新增|再|安排|筹措|配套|投入|投资|资金|经费|财政|补助|约|近|总|年|大约|至少)*"
    r"\d[\d.,]*[多余]?[万亿]?元(?![^,。;]{0,3}由)"
    r"|(?:每|一|全)年(?:将|需|约)*(?:增加|多支出|增支)[^,。;\d]{0,8}(?:支出|负担|成本|赤字)"
    r"|所需[^,。;\d]{0,16}(?:资金|经费|投资|费用)[^,。;\d]{0,6}\d(?![^,。;]{0,12}由)"
    r"|需要?(?:改造|新建|建设|整治|更新|更换|安置|搬迁|治理|修复)的[^,。;\d]{0,10}\d"
    r"|(?<![主需重必首只还提次确])要(?:花|用)?(?:约|近)?(?:\d[\d.,]*|[一二三四五六七八九十百]{1,4})[多余]?[万亿]?元"
    r"|^(?!经|.{0,24}(?:完成|开展|进行|组织|做好|启动))[^,。;]{0,24}测算(?!工作|报告)"
)


#: 审批窗口有可能收紧: nobody promises it.
_MAY_BE: Final = re.compile("有可能|可能(?:会|将|要|影响|出现|导致|超)")


#: By what, for whom: 针对近两年发案较多的村, 按照……标准. The clause behind it tells.
_MEANS: Final = re.compile(r"(?:针对|围绕|按照|根据|依据|对照|参照)[^,。;]*$")
#: 按照国务院2018年到2020年再改造各类棚户区的部署: the date is the rule's.
_RULES: Final[tuple[str, ...]] = (
    "的部署",
    "的要求",
    "的精神",
    "的规定",
    "的标准",
    "的意见",
    "的部署要求",
    "的安排",
    "要求",
)

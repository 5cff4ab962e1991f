"""Deliverables without a figure: a clause that promises a thing which is there or not.

A clause with a date that looks ahead is a milestone, one without a date an action. Attitude
(进一步加强……) is neither, unless a thing is named that can be checked off.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.commitments.lexicon import pattern

#: 《……办法》, “……”平台: a thing with a name.
_NAMED: Final = re.compile(r"《[^》]+》|“[^”]{2,30}”")
#: A clause that only opens or closes.
_EMPTY: Final = re.compile(
    r"^(?:[一二三四五六七八九十]是|下一步|下步|今后|同时|此外|另外|目前|届时|其中|为此|因此|一方面|另一方面)?$"
)
_PURPOSE: Final = re.compile(
    r"^(?:切实|着力|努力|真正|全力|不断|进一步)?(?:让|使|为(?:了|与|让|使|确保|保证|方便|更好|尽快|进一步|加快|有效|切实|推动|推进|解决|改善|提升|提高|加强|实现|满足|促进|做好|完善|缓解|规范|贯彻|深入|全面|不断|充分|积极|保障|防止|避免|强化|优化|健全|加大|扩大|破解|消除|减少|降低)|以(?!.{0,12}为(?:依托|契机|抓手|载体))|做到|确保.{0,12}(?:安全|质量|稳定|效果)$|达到.{0,10}目的|实现.{0,10}(?:目标|共赢|双赢)|提高.{0,12}(?:水平|能力|效率|质量)$)"
)
#: Every branch begins with a character, so that `re` skips to where one can begin.
_COURTESY: Final = re.compile(
    "感谢|谢谢|您的(?:意见|建议)|你们的(?:意见|建议)|代表的(?:意见|建议)|委员的(?:意见|建议)|监督|欢迎|希望|敬请|恳请|致谢|支持和(?:关心|理解)|关心[和与]支持|宝贵意见|特此|此复|一如既往|答复如下"
    "|函复如下|回复如下|汇报如下|报告如下|内容包括|内容为|予以维持"
)
#: What a clause begins with that says for what, or what ought to be.
_NO_DEED: Final[tuple[str, ...]] = (
    "直至",
    "直到",
    "用于",
    "主要用于",
    "应",
    "方应",
    "为今后",
    "为下一步",
    "为下步",
    "为后续",
    "为将来",
)
_NO_DEED_HEADS: Final = "".join(word[0] for word in _NO_DEED)
#: A list that a matter already stands in: no deliverable by itself.
_TOPIC_OPENERS: Final[tuple[str, ...]] = ("关于", "对于", "涉及")
_TOPIC: Final = re.compile(r"的(?:问题|建议|意见|提案)(?:很好|很有.{2,6})?$")
_ALREADY: Final = re.compile(r"(?:已|已经|均已)(?:被)?[^,。;]{0,16}(?:列入|纳入|列为)")
#: A heading inside the text: 一是抓紧落实资金。
_ITEM_HEADING: Final = re.compile(
    r"(?:[一二三四五六七八九十][是要]|第[一二三四五六七八九十],)[^,;:]{2,12}$"
)
#: 由县城管局牵头的整治包括三个方面, 名称为“……工程”, 改造本着先急后缓的原则: how it is, not what
#: will be done.
_DESCRIBES: Final = re.compile(
    "(?:包括|包含|涵盖)[^,。;]|名称为|(?:本着|坚持|遵循|按照)[^,。;]{0,60}(?:原则|思路|方针|理念|要求)$|^对[^,。;]{2,40}的$"
)
#: By what, though a date of the rule stands in it: 按照今年明确的环卫设施建设任务,.
_BY_RULE: Final = re.compile(
    r"(?:下一?步|今后|接下来)?(?:我[局委办厅市县区镇乡院们][^,。;]{0,4}?)?(?:将|要)?(?:继续|积极|认真|严格)?(?:通过|按照|根据|依据|依托|结合|围绕|针对|对照)[^,。;]*(?:任务|要求|精神|部署|安排|工作|活动|契机|实际|规定|原则|目标|意见|方案|计划|行动|规划|问题|建议|文件|》)$"
)
#: 为群众提供更优质的服务, 为村民打造一个舒适的活动空间: good will, whenever.
_SERVES: Final = re.compile(
    r"为[^,。;\d]{1,16}?(?:提供|营造|创造|打造)[^,。;\d]*(?:服务|环境|条件|氛围|空间|体验|保障)$"
)
#: What counts an item: 二是结合……, (3)通过…….
_COUNTS: Final = re.compile(r"[一二三四五六七八九十]是(?:要)?|\([一二三四五六七八九十\d]{1,2}\)")
_OCCASION: Final = re.compile(r"为(?:契机|抓手|依托|引领|重点|目标|主线|载体|导向|核心|基础|底线)$")
_MEANS: Final = re.compile(
    r"^(?:通过|按照|根据|依据|依托|结合|围绕|针对|利用|以.{1,16}为|本着|坚持|聚焦|立足|对标|遵循|在.{1,20}(?:中|下|上|前提下|基础上))[^,。;]*$"
)
#: 做到一村一人、持证上岗: how; 重点解决停车难问题: what for; 与灌区改造统筹衔接: with what.
_MANNER: Final = re.compile(
    r"做到.{0,3}一.{1,2}一.|(?:重点|着力|切实|有效|努力|逐步)?解决[^,。;\d]{2,}(?:问题|难题|困难|矛盾|短板)$"
    r"|与[^,。;\d]{2,20}(?:衔接|结合|配套|协同|联动|同步|对接)$|坚决(?:整治|打击|查处|遏制|杜绝|制止|取缔)"
)
#: What a clause ends with that tells what something has shown.
_FOUND_OUT: Final[tuple[str, ...]] = ("表明", "显示", "证明")
_MANNER_FIRST: Final = "做重着切有努逐解与坚"
#: What a purpose or a means begins with.
_NO_DEED_FIRST: Final = "切着努真全不进让使为以做确达实提通按根依结围针利本坚聚立对遵在"


def deliverable(text: str, closer: str, *, dated: bool, explicit: bool) -> float:
    """How surely a clause of a plan promises something that can be checked: 0 (no) to 1.

    Args:
        text: the clause; `closer` is the mark that ends it.
        dated: a date that looks ahead governs it.
        explicit: its own words are those of a promise (将, 拟, 计划), not only its section.
    """
    delivers, things, soft, attitude = _patterns()
    verb = delivers.search(text)
    if verb is None and dated and ("提出" in text or "达到" in text) and text[0] != "其":
        verb = _PROPOSES.search(text)
    if verb is None or len(text) < 4 or (len(text) < 6 and _EMPTY.match(text)):
        return 0.0
    first = text[0]
    explicit = explicit or first == "即" or text.startswith("立即")  # 一俟……,即增设……
    named = ("《" in text or "“" in text) and _NAMED.search(text) is not None
    thing = things.search(text) is not None
    if not (thing or dated or explicit or named):
        return 0.0  # nothing below would lift it far enough
    if (
        (first in _NO_DEED_HEADS and text.startswith(_NO_DEED))
        or _COURTESY.search(text)
        or ("已" in text and _ALREADY.search(text))
    ):
        return 0.0
    if not named and not (dated and explicit) and attitude.search(text):
        return 0.0
    if first == "为" and _SERVES.match(text):
        return 0.0
    if not explicit and (text.startswith(_TOPIC_OPENERS) or ("的" in text and _TOPIC.search(text))):
        return 0.0
    if ("为" in text and _OCCASION.search(text)) or (closer == "。" and _ITEM_HEADING.match(text)):
        return 0.0
    if first in _MANNER_FIRST and _MANNER.match(text):
        return 0.0
    counts = _COUNTS.match(text)
    bare = text[counts.end() :] if counts else text
    if not dated and bare[:1] in _NO_DEED_FIRST and (_PURPOSE.match(bare) or _MEANS.match(bare)):
        return 0.0
    if closer == "," and _BY_RULE.match(bare):
        return 0.0
    if not explicit and _DESCRIBES.search(text):
        return 0.0
    if "不得" in text and not dated:
        return 0.0  # a rule
    if text.endswith(_FOUND_OUT):
        return 0.0  # 前期试点表明,……
    if closer == "," and "的" in text and not explicit and _SUBJECT.match(text):
        return 0.0
    if text[-1] in "时将中" and _CIRCUMSTANCE.search(text):
        return 0.0
    if closer == "," and first in "一若" and _IF.match(text):
        return 0.0
    if ("新建" in text and _RULED.match(text)) or (first in "可设" and _SIZED.match(text)):
        return 0.0
    score = 0.35
    if dated:
        score += 0.35
    if named:
        score += 0.15
    if thing:
        score += 0.15
    if explicit:
        score += 0.15
    elif "由" in text and _BY_WHOM.search(text):
        score -= 0.2 if not dated else 0.3
    if _HARD.search(text):
        score += 0.1
    elif not dated and soft.match(_stripped(text)) and not _lists(text):
        score -= 0.3
    if verb.start() > 14 and not dated and not explicit and not _lists(text):
        score -= 0.1
    return max(0.0, min(1.0, score))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Verbs of delivery, things, soft verbs, attitudes: one look-up for the four of them."""
    return (
        pattern("verbs", "deliver"),
        pattern("verbs", "object"),
        pattern("verbs", "soft"),
        pattern("modality", "attitude"),
    )


#: 县水利局实施的灌区配套工程,: what the clauses behind it tell of.
_SUBJECT: Final = re.compile(
    r"[^,。;的]{2,20}(?:实施|建设|开展|承担|承建|代建|投资)的[^,。;的]{2,30}(?:工程|项目|行动|基地|中心|学校|医院)$"
)
#: 10月底前提出整合方案, 两年内达到省定标准: a paper, or a standard, that is there by then.
_PROPOSES: Final = re.compile(
    "提出[^,。;的]{0,16}(?:方案|意见|计划|清单|名单|报告|措施)$"
    "|达到[^,。;的]{0,4}(?:[国省市部县]|[一二三四五甲]|合格|示范|达标|先进)[^,。;的]{0,12}(?:标准|水平|要求|等级)$"
)
#: Verbs that make a thing, whatever soft verb stands before them: 推动共建……中心, 研究制定…….
_HARD: Final = re.compile(
    r"制定|制订|建立(?!健全)|启动|推出|出台|印发|编制|修订|成立|组建|共建|设立|举办|上线|开通|签订"
)


def _lists(text: str) -> bool:
    return "列入" in text or "纳入" in text


#: 今后在方案会审时, 在改造过程中, and a letter that breaks off: no more than a circumstance.
_CIRCUMSTANCE: Final = re.compile(
    "(?<!及|同)时$|将$|过程中$|在[^,。;]{2,40}(?:会议|工作|审查|评审|会审|安排|编制)中$"
)
#: 一旦选址确定,: on what the clause behind it depends.
_IF: Final = re.compile("(?:一旦|一俟|若)(?!.*(?:立即|即|将|就|再))")
#: 新建小区的配套幼儿园: a rule's subject, nothing that is going to be built.
_RULED: Final = re.compile(
    r"(?:今后|凡|所有|全部|对|对于|在|城区|全[市县区]|各)*新建(?:的)?(?:小区|住宅|居住|商品|项目|建筑|楼盘|工程)(?!.*新建)"
)


#: 设9个班: how large a school is.
_SIZED: Final = re.compile(r"可?设\d")


#: 客运枢纽由县住建局负责建设: who does what, nothing that is new.
_BY_WHOM: Final = re.compile(
    r"^[^,。;]{4,}由[^,。;]{2,20}(?:负责|统一|组织实施|具体)"
    r"|由[^,。;]{2,20}(?:负责|统一|具体|配合|承担|共同)?(?:调供|供应|办理|受理|实施|管理|解决|承办|兜底|出资建设|参与)$"
)


def deciding_verb(text: str) -> str:
    """The verb of delivery that makes a clause a promise; "" where there is none."""
    verb = pattern("verbs", "deliver").search(text)
    return verb[0] if verb else ""


_LEAD: Final = re.compile(
    r"^(?:[一二三四五六七八九十]是(?:要)?|\([一二三四五六七八九十\d]{1,3}\)|同时|并且?|还将?|也将|另外|此外|其中|我[局委办厅们县市区镇][^,]{0,2}|下一步|将|要|积极|全力|大力|着力|切实|不断|持续|继续|进一步|深入|认真|严格|全面|加快(?=[建制出推实成开])|重点|抓紧|尽快|及时|立即|严厉)+[,:]?"
)


def _stripped(text: str) -> str:
    lead = _LEAD.match(text)
    return text[lead.end() :] if lead else text

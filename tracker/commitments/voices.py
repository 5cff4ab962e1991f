"""The voice of one clause from its own words and dates, else from what stands before it."""

from __future__ import annotations

import re
from datetime import date

from tracker.commitments.deadlines import DateSpan
from tracker.commitments.model import Strength
from tracker.commitments.readings import Hit, Reading, Voice
from tracker.commitments.strength import WAITS_ONLY, waits
from tracker.letters.clauses import Clause, Outline


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
        return Voice.REASON
    if same is not None and same.voice is Voice.REASON and _REASON_ON.match(text):
        return Voice.REASON
    if "由于" in text:
        return Voice.REASON
    if first and _DEMANDED.match(text):
        return Voice.QUOTED
    if first and _ADDRESSED.match(text):
        return Voice.REQUEST
    if same is None and text.endswith(WISH_ENDS) and not dates and not _TAKEN_UP.match(text):
        return Voice.REQUEST  # 设立50万元专项资金的建议,……: the matter that is answered
    if "因" in text and not dates and _BECAUSE.search(text):
        return Voice.REASON
    if first and _MEANS.match(text):
        if not _future(dates, letter_date) or text.endswith(_RULES):
            return Voice.NEUTRAL
    elif _NEED_OR_DOUBT.search(text) and (_NEEDED.search(text) or _MAY_BE.search(text)):
        return Voice.EFFECT
    return None


#: How a clause ends that names what the deputies want.
WISH_ENDS = ("的建议", "的提议", "的请求", "的诉求", "的提案", "的意见", "的设想")


#: 采纳委员关于……的建议: what is done with it.
_TAKEN_UP = re.compile(
    "(?:[一二三四五六七八九十]是)?(?:将|认真|充分|积极|及时|我[局委办厅们][^,。;]{0,4})*(?:采纳|吸收|吸纳|征求|听取|研究|办理|落实|反映|上报|提出|形成|征集|收集|结合|转交|梳理|汇总|答复)"
)


#: What the patterns below begin with; a look at it spares most clauses all of them.
_APART_FIRST = frozenset(
    "受但因由鉴考虽尽若如假且主明均并要请建恳希针围按根依对参一二三四五六七八九十"
)


#: A clause that gives a reason or an assumption, not a promise.
_REASON = re.compile(
    r"(?:但?因(?!地制宜|此)|受[^,。;]{2,16}(?:限制|制约|影响|所限)|由于|鉴于|考虑到|虽然?|尽管|若|如(?!期|下|何|上|今|果实|实)|假如|且因|主要是?因)"
)


#: 要求床位不少于120张: a rule that is told, where no unit is told to do something.
_DEMANDED = re.compile(
    r"(?:明确|均|并)?要求(?!各|全[省市县区镇]|相关|有关|我|其|施工|承包|[^,。;]{0,12}(?:局|委|办|厅|镇|乡|街道|公司|企业|单位|部门))"
)


#: 请贵局……, 建议您……: what others are asked for.
_ADDRESSED = re.compile(
    r"(?:[一二三四五六七八九十]、|[一二三四五六七八九十]是)?(?:请|建议|恳请|希望)(?:贵|你|您|代表|委员)"
)


#: 另3所因开发商破产: why nothing comes of it.
_BECAUSE = re.compile(
    r"(?<![原成起基])因(?!地制宜|此|素|子|人|材|病|公|灾|村|校|户|需|势)[^,。;]{3,}$"
)


_REASON_ON = re.compile(r"且|又|加之|加上|同时又")


#: What would be needed, by whose reckoning: 所需建设资金3.4亿元, 要四十多万元, 按每台2.8万元测算.
_NEEDED = re.compile(
    r"(?<![急必所])需要?(?:增加|新增|再|安排|筹措|配套|投入|投资|资金|经费|财政|补助|约|近|总|年|大约|至少)*"
    r"\d[\d.,]*[多余]?[万亿]?元(?![^,。;]{0,3}由)"
    r"|(?:每|一|全)年(?:将|需|约)*(?:增加|多支出|增支)[^,。;\d]{0,8}(?:支出|负担|成本|赤字)"
    r"|所需[^,。;\d]{0,16}(?:资金|经费|投资|费用)[^,。;\d]{0,6}\d(?![^,。;]{0,12}由)"
    r"|需要?(?:改造|新建|建设|整治|更新|更换|安置|搬迁|治理|修复)的[^,。;\d]{0,10}\d"
    r"|(?<![主需重必首只还提次确])要(?:花|用)?(?:约|近)?(?:\d[\d.,]*|[一二三四五六七八九十百]{1,4})[多余]?[万亿]?元"
    r"|^(?!经|.{0,24}(?:完成|开展|进行|组织|做好|启动))[^,。;]{0,24}测算(?!工作|报告)"
)


#: 由财政全额购置校车20辆的意见: a wish that is answered.
_WISHES = ("的意见", "的建议", "的提议", "的设想", "的诉求")
_HEARD = re.compile("征求|听取|吸收|采纳|吸纳|出台|印发|制定|收集")


#: Without one of these neither pattern finds anything.
_NEED_OR_DOUBT = re.compile("[需要算支]|可能")


#: 审批窗口有可能收紧: nobody promises it.
_MAY_BE = re.compile("有可能|可能(?:会|将|要|影响|出现|导致|超)")


#: By what, for whom: 针对近两年发案较多的村, 按照……标准. The clause behind it tells.
_MEANS = re.compile(r"(?:针对|围绕|按照|根据|依据|对照|参照)[^,。;]*$")
#: 按照国务院2018年到2020年再改造各类棚户区的部署: the date is the rule's.
_RULES = (
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


def voice_of(
    outline: Outline,
    clause: Clause,
    hits: tuple[Hit, ...],
    dates: tuple[DateSpan, ...],
    same: Reading | None,
    strength: Strength,
    listed: re.Match[str] | None,
    letter_date: date | None,
) -> tuple[Voice, bool]:
    """The voice of a clause, and whether its own words or date tell it.

    Args:
        outline: the letter cut up; its sections say what neutral clauses tell.
        clause: the clause, with its deciding words `hits` and its own `dates`.
        same: the clause before it in the sentence.
        strength: as `strength_of` gives it.
        listed: where the clause puts something on a list or plan (`listed_in`).
        letter_date: what is past and what is to come.
    """
    text, groups = clause.text, {hit.group for hit in hits} if hits else _NONE
    if "refusal" in groups:
        return Voice.REFUSED, True
    grows = same is not None and same.frame is Voice.PLAN and "年均" in text
    if "attribute" in groups and is_attribute(hits, dates, letter_date):
        # 到2026年,……年均增长20%: from year to year, to come
        return (Voice.PLAN, False) if grows and _YEARLY.search(text) else (Voice.DONE, True)
    if "effect" in groups and not dates and not _besides(text, clause.start, hits):
        return Voice.EFFECT, True
    if "后" in text and not dates and not _AIMS & groups and _ONCE_BUILT.search(text):
        return Voice.EFFECT, True
    promises = bool(groups & _PROMISING) or waits(text)
    if promises and not dates and _in_what_manner(hits):
        # 2020年选取两个小区先行试点: where results are told, it tells how, not that it will be.
        around = inherited(outline, clause, same)
        if around is Voice.DONE:
            return around, False
    if _is_done(text, hits, dates, listed is not None):
        if dates and not dates[-1].past and _POSTPONED.search(text):
            return Voice.PLAN, True  # 原定去年建成的水厂推迟到今年8月通水
        if "累计" in text and _to_be_summed(clause, hits, dates, same, letter_date):
            return Voice.PLAN, bool(dates)  # 到2025年底累计建成30个
        return (Voice.PLAN if promises and _plan_beats(hits, text) else Voice.DONE), True
    if not promises and text.startswith(("当年", "同年")):
        return Voice.DONE, True
    if dates and not promises and _done_by_years(text, same, letter_date):
        return Voice.DONE, False
    if listed and not promises and not dates and same is not None and same.frame is Voice.DONE:
        return Voice.DONE, False  # 已编入规划,并列入项目库
    if dates and not promises and not clause.planned and _in_force(dates, letter_date):
        return Voice.DONE, True
    if (
        dates
        and not promises
        and dates[0].text in ("年末", "年底")
        and outline.sections[clause.section].kind == "past"
    ):
        return Voice.DONE, True  # 2021年……。年末企业达到946户: of the year just told
    rises = ("现" in text or "目前" in text) and _FROM_NOW_ON.search(text) is not None
    if rises and not promises:
        return Voice.PLAN, True  # 座位由现在的120个增至420个
    if promises or listed or _future(dates, letter_date):
        told = outline.sections[clause.section].kind == "past"
        if _moves_object(clause, hits, () if told else dates):
            return inherited(outline, clause, same), False
        return Voice.PLAN, True
    planned = clause.planned or outline.sections[clause.section].kind == "plan"
    goes_on = (same is not None and same.frame is Voice.PLAN) or (
        planned and _SO_THAT.search(text) is not None
    )
    if goes_on and (_only_holds(hits) or (not hits and text.startswith("共"))):
        # 到2020年,……达到2100张,每千人拥有床位35张: what there will be.
        return Voice.PLAN, False
    if (
        same is not None
        and same.frame is Voice.PLAN
        and text.startswith("现有")
        and _COMPLETED.search(text)
    ):
        return Voice.PLAN, False  # 到2025年底,现有14座危桥全部改造完毕
    if "state" in groups or _compares(text) or (not dates and _sums_up(text)):
        return Voice.DONE, True
    if any(span.relation in ("on", "during") for span in dates):
        return _in_this_year(outline, clause, dates, same)
    return inherited(outline, clause, same), False


def _besides(text: str, start: int, hits: tuple[Hit, ...]) -> bool:
    """Whether a promise with a figure stands before its effect: 计划改造小区138个、惠及1.8万户."""
    effect = next(hit.start for hit in hits if hit.group == "effect")
    promised = any(hit.group in _PROMISING and hit.start < effect for hit in hits)
    return promised and _ONE_FIGURE.search(text, 0, effect - start) is not None


_ONE_FIGURE = re.compile(r"\d")
_AIMS = frozenset({"target", "conditional"})


def _in_force(dates: tuple[DateSpan, ...], letter_date: date | None) -> bool:
    """Whether a rule is told that began well before the letter: 从1月1日起,税率由16%降至13%."""
    return letter_date is not None and all(
        span.relation == "from"
        and span.first is not None
        and "月" in span.text
        and (letter_date - span.first).days > _SETTLED
        for span in dates
    )


#: What began so many days before the letter is in force; what began later may be what it promises.
_SETTLED = 60


#: Where it stands now, and what it is raised to.
_FROM_NOW_ON = re.compile(
    r"[由从](?:现在|目前|现有|现行|当前|现阶段)的?[^,。;]{0,16}?\d[^,。;]{0,12}?(?:增|提|扩|升|降|减|压|缩|调|延|拓|改)[^,。;\d]{0,6}[到至为]"
)
_YEARLY = re.compile("年均[^,。;\\d]{0,6}(?:增|下降|降低|减少|提高|压减)")


def _to_be_summed(
    clause: Clause,
    hits: tuple[Hit, ...],
    dates: tuple[DateSpan, ...],
    same: Reading | None,
    letter_date: date | None,
) -> bool:
    """Whether 累计 sums up to a day ahead: the clause's own, or that of the clause before."""
    if any(hit.word != "累计" for hit in hits if hit.group in ("done", "state")):
        return False
    if dates:
        under_way = clause.planned and all(
            span.relation == "during" and not span.past for span in dates
        )
        return under_way or _future(dates, letter_date)
    at = next((hit.start for hit in hits if hit.word == "累计"), 0)
    if any(hit.group in _PROMISING and hit.word not in _MANNER and hit.start < at for hit in hits):
        return True
    if same is None or same.frame is not Voice.PLAN:
        return False
    days = sum(span.end - span.start for span in same.dates)
    only_day = bool(days) and len(same.clause.text) - days <= 2
    return (only_day and _future(same.dates, letter_date)) or clause.planned or "达" in clause.text


_POSTPONED = re.compile("(?:推迟|推后|延期|延后|延迟|延缓|顺延|展期|后延)[到至]")


#: 达产后年产菌棒300万棒, 改造后将日处理能力提高到3万吨: what it will be good for.
_ONCE_BUILT = re.compile(
    r"(?:建成|达产|投产|投用|运营|投运|完工|竣工|启用|改造|实施|落成|使用|通车|通水|通气|运行)后,?(?:可|能|预计|将|每)*"
    r"(?:[^,。;]{2,24}(?:能|可|将)(?:得到|得以|彻底|基本|有效)*(?:解决|缓解|改善|保障)|[年日](?:可|能|均)?(?:产|处理|供|接待|节|发电|服务|收益|创|消化|加工|存|周转)|(?:将|使|把)[^,。;]{2,20}(?:提高|提升|增加|扩大|缩短|压缩|降低?|减少)[到至])"
)
_COMPLETED = re.compile("(?:完毕|完成|到位|建成|完工|清零|销号|见底)$")


#: What there is, or will be, as the sentence goes.
_HOLDS = frozenset({"拥有", "设有", "建有", "共有"})


#: 确保每个乡镇拥有公办幼儿园1所: what there shall be.
_SO_THAT = re.compile("确保|实现|做到|使|让")


def _only_holds(hits: tuple[Hit, ...]) -> bool:
    return bool(hits) and all(hit.word in _HOLDS for hit in hits)


#: 其中2021年5640个、2022年6120个: a result year by year.
_BY_YEARS = re.compile(r"其中(20\d\d)学?年[^,。;]{0,30}、20\d\d学?年")


def _done_by_years(text: str, same: Reading | None, letter_date: date | None) -> bool:
    """Whether a clause tells a result by its years, or of the rest of a year gone by.

    "当年下达任务465公里,到12月底完工478公里": the month is of that year.
    """
    if same is None:
        return False
    if same.clause.text.startswith(("当年", "同年")):
        return "年" not in text
    years = _BY_YEARS.match(text) if same.frame is Voice.DONE and letter_date else None
    return years is not None and letter_date is not None and int(years[1]) < letter_date.year


#: How something is done; a promise only where promises are made.
_MANNER = frozenset({"同步", "先行", "先期", "随后", "陆续"})


def _in_what_manner(hits: tuple[Hit, ...]) -> bool:
    words = [hit.word for hit in hits if hit.group in _PROMISING]
    return bool(words) and all(word in _MANNER or word.startswith("争取") for word in words)


_PROMISING = frozenset({"target", "firm", "conditional"})


_NONE: frozenset[str] = frozenset()


#: 已列入……计划 is planned, not done; 已纳入 a plan is no result.
_LISTED = re.compile(
    r"(?:已|已经|均已)?(?:被)?(?:列入|纳入|列为)[^,。;]{0,40}?(?:计划|规划|项目库|盘子|预算|任务|清单|重点|实事|安排|储备|采购|工程|项目)"
)


def listed_in(text: str) -> re.Match[str] | None:
    return _LISTED.search(text) if "列" in text or "纳入" in text else None


def is_attribute(
    hits: tuple[Hit, ...], dates: tuple[DateSpan, ...], letter_date: date | None
) -> bool:
    """Whether a clause only tells a project's size: 设计日供水3000吨."""
    groups = {hit.group for hit in hits}
    return (
        "attribute" in groups
        and not groups & {"target", "firm"}
        and not _future(dates, letter_date)
    )


#: 将 that moves the object forward instead of telling the future: 将其纳入, 将……列入, 将……提高到.
_OBJECT_MARKER = re.compile(
    r"将[^,。;]{1,40}?(?:纳入|列入|列为|作为|整合|合并|改建|打造|转化|转为|接入|并入|移交|提高|提升|增加|压缩|缩短|控制|打包|由[^,]{1,12}(?:调整|改)|分解|摆在|融入|用于|转|改为|调整|扩大|降)"
)


def _moves_object(clause: Clause, hits: tuple[Hit, ...], dates: tuple[DateSpan, ...]) -> bool:
    """Whether 将 only moves the object: the clause is as past or planned as what is around it."""
    words = {hit.word for hit in hits if hit.group in _PROMISING}
    if words != {"将"} or not _OBJECT_MARKER.search(clause.text):
        return False
    return not dates or ("将其" in clause.text and not clause.planned)


#: A comparison with a year gone by tells a result unless the clause promises by its own words.
_COMPARED = re.compile(
    r"[较比](?:20\d\d年[多少]|上年|去年|上届|上月|同期|上一年|[^,。;\d]{1,8}前(?=[^,。;]{0,8}(?:提高|提升|增|下降|降低|减少|上升|缩短|压缩|翻)))|同比"
)


def _compares(text: str) -> bool:
    return ("比" in text or "较" in text) and _COMPARED.search(text) is not None


#: 项目共5个: so many there are.
_TOTALS = re.compile(r"(?<![公一总])共(?:有|计|设|辖)?\d|^共(?=有|计|设|辖)")


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


#: 了 behind a verb tells a result; in 了解, 为了, 除了 it does not.
_PERFECT = re.compile(r"(?<![为除罢])了(?!解|结|然)")


_BRACKETS = re.compile(r"\([^()]*\)")


#: A start of work that is over: 于去年…, 自…起.
#: 由26.3%降到现在的18.2%; ……工程实施以来.
_TILL_NOW = re.compile(r"[到至](?:现在|目前)|(?<!今年)以来$")


_YEAR_STATE = re.compile(r"(?:始建|建|成立|设立|实施|开工|立项|公布|投用)于")


#: 今年是三年攻坚的第二年: what something is.
_EQUATES = re.compile(
    r"(?<![还就要但])是[^,。;]{2,24}(?:第[一二三四五]年|门槛|前提|关键|难点|重点|基础|工程|问题|任务|原则|之一|条件|标准|大事|要求)$"
)


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
    if "(" in text:
        text = _BRACKETS.sub("", text) or text  # (去年办了4期) tells of another time
    if ("出" in text or "争取" in text or text[0] in "从据") and _FOUND.search(text):
        return True
    if ("了" in text and _PERFECT.search(text)) or ("于" in text and _YEAR_STATE.search(text)):
        return True
    if ("以来" in text or "现在" in text or "目前" in text) and _TILL_NOW.search(text):
        return True
    if "执行的" in text and not hits and not dates:
        return True  # 我市执行的起付标准为300元
    if "是" in text and not hits and _EQUATES.search(text):
        return True
    return bool(dates) and all(span.past or span.relation in _BACKWARD for span in dates)


#: 争取到项目58项, 共排查出隐患213处: what has been found or won. 争取到2025年 is a date.
_FOUND = re.compile(
    r"(?:共|累计|先后|成功)(?:向[^,。;]{1,8})?争取(?!在|于|到?20|到?[今明])"
    r"|(?<![力可])争取到(?!\d|年|[今明后本次]年|“|月底|[一二三四上下]季|[一二三四]季)"
    r"|(?:排查|摸排|摸底|筛查|筛选|检测|梳理|清理|征集|普查|统计|核查|检查|查找|评选|评估|清查|发现)出(?!台|具|资|租|让|售|版|入|警|行|勤)"
    r"|^从[^,。;]{2,16}(?:情况|结果|数据|来)看$|^据(?:初步|不完全)?(?:统计|测算|调查|了解|反映|测评|监测)"
)
_BACKWARD = ("since", "until-now", "past-years")


def _future(dates: tuple[DateSpan, ...], letter_date: date | None) -> bool:
    """A date that only a promise can have: a limit (底前, 到……), or a period yet to begin."""
    return bool(dates) and any(
        not span.past and (span.relation in ("by", "within") or _ahead(span, letter_date))
        for span in dates
    )


def _ahead(span: DateSpan, letter_date: date | None) -> bool:
    """Whether a period has not begun yet, or ends in time to come and is shorter than a year."""
    if letter_date is not None and span.relation == "from" and span.first is not None:
        return span.first > letter_date  # 今年8月起
    if letter_date is None or span.first is None or span.last is None:
        return False
    return span.first > letter_date or (
        span.last >= letter_date and (span.last - span.first).days < 200
    )


#: 原计划……, 累计争取…… tell the past whatever stands behind them.
_PAST_PLAN = re.compile(
    r"原计划|原定|原拟|已经?(?:于[^,。;]{1,10})?将|(?:累计|已|先后|共|成功)(?:向[^,。;]{1,8})?争取|争取到|争取了"
)


def _plan_beats(hits: tuple[Hit, ...], text: str) -> bool:
    """Both a result's and a promise's words: the later one decides, 原计划 always tells the past."""
    if _PAST_PLAN.search(text):
        return False
    last_done = max((hit.start for hit in hits if hit.group == "done"), default=-1)
    # 去年已先行布设213个: how it was done, no promise.
    last_plan = max(
        (hit.start for hit in hits if hit.group in _PROMISING and hit.word not in _MANNER),
        default=-1,
    )
    return last_plan > last_done >= 0 and not _PERFECT.search(text)


def inherited(outline: Outline, clause: Clause, same: Reading | None) -> Voice:
    """What a clause without words of its own tells."""
    if same is not None and same.clause.sentence == clause.sentence:
        frame = same.frame
        if frame is Voice.PLAN:
            return frame
        if frame is Voice.DONE and not (
            (clause.opener and clause.planned) or clause.text.startswith(_THE_REST)
        ):
            return frame
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
_THE_REST = ("剩余", "其余", "余下", "剩下")

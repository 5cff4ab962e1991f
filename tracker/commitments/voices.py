"""The voice of one clause from its own words and dates, else from what stands before it."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from tracker.commitments.deadlines import DateSpan
from tracker.commitments.model import Strength
from tracker.commitments.readings import (
    DONE,
    EFFECT,
    NEUTRAL,
    PLAN,
    QUOTED,
    REFUSED,
    REQUEST,
    Hit,
    Reading,
    Voice,
)
from tracker.commitments.sizes import is_attribute, of_what_is_done
from tracker.commitments.tense import (
    MANNER,
    PROMISING,
    done_by_years,
    in_force,
    is_done,
    plan_beats,
    to_be_summed,
    to_come,
)
from tracker.letters.clauses import Clause, Outline


def voice_of(
    outline: Outline,
    clause: Clause,
    hits: tuple[Hit, ...],
    dates: tuple[DateSpan, ...],
    same: Reading | None,
    strength: Strength,
    listed: re.Match[str] | None,
    letter_date: date | None,
    waiting: bool,
) -> tuple[Voice, bool]:
    """The voice of a clause, and whether its own words or date tell it.

    Args:
        outline: the letter cut up; its sections say what neutral clauses tell.
        clause: the clause, with its deciding words `hits` and its own `dates`.
        same: the clause before it in the sentence.
        strength: as `strength_of` gives it.
        listed: where the clause puts something on a list or plan (`listed_in`).
        letter_date: what is past and what is to come.
        waiting: as `waits` tells it of the clause.
    """
    text, groups = clause.text, {hit.group for hit in hits} if hits else _NONE
    if "refusal" in groups:
        return REFUSED, True
    grows = same is not None and same.frame is PLAN and "年均" in text
    if (
        "attribute" in groups
        and is_attribute(hits, dates, letter_date)
        and not of_what_is_done(clause, hits)
    ):
        # 到2026年,……年均增长20%: from year to year, to come
        return (PLAN, False) if grows and _YEARLY.search(text) else (DONE, True)
    if "effect" in groups and not dates and not _besides(text, clause.start, hits):
        return (PLAN, False) if served(clause, same) else (EFFECT, True)
    if "对" in text and not dates and _BEARS_ON.search(text):
        return EFFECT, True
    if "存在" in text and not dates and _FAULTY.search(text):
        return DONE, True
    if ("将" in text or "预" in text) and _FORECAST.search(text) and not _AIMED.search(text):
        return EFFECT, True
    if same is not None and same.clause.text[0] == "据" and _BY_FORECAST.match(same.clause.text):
        return EFFECT, True
    if letter_date is None and dates and groups.isdisjoint(PROMISING) and _ACTED.search(text):
        return DONE, True
    if "后" in text and not dates and _AIMS.isdisjoint(groups) and _ONCE_BUILT.search(text):
        return EFFECT, True
    promises = waiting or not groups.isdisjoint(PROMISING)
    if promises and not dates and _in_what_manner(hits):
        # 2020年选取两个小区先行试点: where results are told, it tells how, not that it will be.
        around = inherited(outline, clause, same)
        if around is DONE:
            return around, False
    if same is not None and same.voice is PLAN and not dates and rises_over_before(text):
        return PLAN, False  # 力争今年新增30户,比去年增长20%: the same target as a rise
    if is_done(text, hits, dates, listed is not None):
        if dates and not dates[-1].past and _POSTPONED.search(text):
            return PLAN, True  # 原定去年建成的水厂推迟到今年8月通水
        if "累计" in text and to_be_summed(clause, hits, dates, same, letter_date):
            return PLAN, bool(dates)  # 到2025年底累计建成30个
        return (PLAN if promises and plan_beats(hits, text) else DONE), True
    if "下达" in text and _ASSIGNED.search(text) and not any(span.past for span in dates):
        return PLAN, True  # 省里下达我县三年任务:新建2万亩
    ahead = same is not None and same.frame is PLAN and bool(same.dates)  # 汛期前完工,当年通水
    if not promises and not ahead and text.startswith(("当年", "同年")):
        return DONE, True
    if dates and not promises and done_by_years(text, same, letter_date):
        return DONE, False
    if listed and not promises and not dates and same is not None and same.frame is DONE:
        return DONE, False  # 已编入规划,并列入项目库
    if dates and not promises and not clause.planned and in_force(dates, letter_date):
        return DONE, True
    if (
        dates
        and not promises
        and dates[0].text in ("年末", "年底")
        and outline.sections[clause.section].kind == "past"
    ):
        return DONE, True  # 2021年……。年末企业达到946户: of the year just told
    if not promises and "规划" in text and (_PLANNED if dates else _TO_BUILD).search(text):
        return PLAN, True  # 2023年规划建设学校2所, 规划新建一所
    rises = (
        any(now in text for now in ("现", "目前", "眼", "当前", "如今"))
        and _FROM_NOW_ON.search(text) is not None
    )
    if rises and not promises:
        return PLAN, True  # 座位由现在的120个增至420个
    if promises or listed or to_come(dates, letter_date):
        told = outline.sections[clause.section].kind == "past"
        if _moves_object(clause, hits, () if told else dates):
            return inherited(outline, clause, same), False
        return PLAN, True
    planned = clause.planned or outline.sections[clause.section].kind == "plan"
    if "重视" in text and not planned and not dates and _ESTEEMED.search(text):
        return DONE, False  # 我局高度重视,及时成立专班,……: what was done with the suggestion
    goes_on = (same is not None and same.frame is PLAN) or (
        planned and _SO_THAT.search(text) is not None
    )
    if goes_on and (_only_holds(hits) or (not hits and text.startswith("共"))):
        # 到2020年,……达到2100张,每千人拥有床位35张: what there will be.
        return PLAN, False
    if (
        same is not None
        and same.frame is PLAN
        and text.startswith("现有")
        and _COMPLETED.search(text)
    ):
        return PLAN, False  # 到2025年底,现有14座危桥全部改造完毕
    if not dates and once_there(text):
        # 正在建设停车场,建成后可新增133个车位: to come, though it is told among results
        around = inherited(outline, clause, same)
        built = same is not None and _BUILT.search(same.clause.text) is not None
        if around is not DONE or built:
            return around, False
        return (PLAN if text[-1] == "后" else NEUTRAL), False  # 全部完成后,漏损率降至12%以下
    summed = not dates and _sums_up(text) and not (planned and _DONE_IN_ALL.search(text))
    if summed and "共" in text and (planned or goes_on) and not _THERE_ARE.search(text):
        summed = False  # 下一步,全区共建设驿站9座
    if "state" in groups or _compares(text) or summed:
        return DONE, True
    if any(span.relation in ("on", "during") for span in dates):
        return _in_this_year(outline, clause, dates, same)
    return inherited(outline, clause, same), False


def _besides(text: str, start: int, hits: tuple[Hit, ...]) -> bool:
    """Whether a promise with a figure stands before its effect: 计划改造小区138个、惠及1.8万户."""
    effect = next(hit.start for hit in hits if hit.group == "effect")
    promised = any(hit.group in PROMISING and hit.start < effect for hit in hits)
    return promised and _ONE_FIGURE.search(text, 0, effect - start) is not None


#: 举办招聘会20场,服务求职者5000人次: how many come is counted as the events are.
_SERVED: Final = re.compile(
    r"(?:预计|共|约|累计)?(?:惠及|服务|受益|覆盖|吸引|参与|受众)[^,。;]*人次"
)
_EVENTS: Final = re.compile(r"\d[余多]?(?:场次?|次|期|届|批次?|节|堂)(?:以上|左右)?$")


def served(clause: Clause, before: Reading | None) -> bool:
    """Whether a clause counts those who come to the events promised right before."""
    return (
        before is not None
        and before.frame is PLAN
        and before.clause.sentence == clause.sentence
        and "人次" in clause.text
        and _SERVED.match(clause.text) is not None
        and _EVENTS.search(before.clause.text) is not None
    )


_ONE_FIGURE: Final = re.compile(r"\d")
_AIMS: Final = frozenset({"target", "conditional"})


#: Where it stands now, and what it is raised to.
_FROM_NOW_ON: Final = re.compile(
    r"[由从](?:现在|目前|现有|现行|当前|现阶段|眼下|眼前|如今)的?[^,。;]{0,16}?\d[^,。;]{0,12}?(?:增|提|扩|升|降|减|压|缩|调|延|拓|改)[^,。;\d]{0,6}[到至为]"
)
_YEARLY: Final = re.compile("年均[^,。;\\d]{0,6}(?:增|下降|降低|减少|提高|压减)")


_POSTPONED: Final = re.compile("(?:推迟|推后|延期|延后|延迟|延缓|顺延|展期|后延)[到至]")


#: 达产后年产菌棒300万棒, 改造后将日处理能力提高到3万吨: what it will be good for.
_ONCE_BUILT: Final = re.compile(
    r"(?:建成|达产|投产|投用|运营|投运|完工|竣工|启用|改造|实施|落成|使用|通车|通水|通气|运行)后,?(?:可|能|预计|将|每)*"
    r"(?:[^,。;]{2,24}(?:能|可|将)(?:得到|得以|彻底|基本|有效)*(?:解决|缓解|改善|保障)|[年日](?:可|能|均)?(?:产|处理|供|接待|节|发电|服务|收益|创|消化|加工|存|周转)|(?:将|使|把)[^,。;]{2,20}(?:提高|提升|增加|扩大|缩短|压缩|降低?|减少)[到至]"
    r"|(?:在[^,。;]{0,3}程度上|有效|极大|大大|进一步|基本|逐步|彻底|明显|有力|显著|地)*(?:缓解|改善|促进|带动|补齐|填补|弥补|方便|消除)(?![^,。;]{0,30}[0-9]))"
)
_PLANNED: Final = re.compile("年(?:度|内|底前)?,?规划(?:建设|新建|布局|改造)")
_TO_BUILD: Final = re.compile(
    r"(?<!已)(?<!经)规划(?:新建|扩建|增设|增建)(?!的|了|于)[^,。;的]{0,12}[\d一两二三]"
)
_ESTEEMED: Final = re.compile("(?:高度|十分|非常|极为|特别|历来|一直|始终|[局委府])重视")
#: 该规划的实施将对广场布局产生重大影响.
_BEARS_ON: Final = re.compile(
    "对[^,。;]{2,30}(?:产生|造成|带来|起到|具有|有着)[^,。;]{0,12}(?:影响|作用|效果|冲击|压力|意义|效应)$"
)
#: 选址存在一些问题: how it stands, whatever words of a plan name the thing.
_FAULTY: Final = re.compile(
    "存在(?!的)[^,。;]{0,16}(?:问题|困难|隐患|不足|差距|短板|矛盾|瓶颈|风险|难度|缺口)$"
)
#: 老年人口将达82万人, 保有量将突破60万辆: what the world will be like, whatever anybody does.
_FORECAST: Final = re.compile(
    r"(?:人口|缺口|保有量|需求量?|(?:垃圾|污水|废[物水]|粪污)[^,。;]{0,6}(?:产生?|日产)量|[车客人]流量?|交通量|生源|适龄[^,。;]{1,4}|老龄化(?:率|程度)?|用[水电气]量|负荷)"
    r"[^,。;]{0,14}(?:将|预计|预测|仍)[^,。;]{0,12}(?:达|突破|超|增[至到加]|升[至到]|为|有)"
)
_AIMED: Final = re.compile("力争|确保|争取|目标|控制|压[减降]|降[至到低]|满足|保障|解决")
_BY_FORECAST: Final = re.compile("据[^,。;]{0,8}(?:测算|预测|推算|估算|预计)$")
#: 7月3日,县长办公会通过方案: a letter without a date cannot tell that the day is past; the verb does.
_ACTED: Final = re.compile(
    "(?<![将拟要])(?:会议?[^,。;]{0,6}(?:通过|审议|研究)|(?:下达|印发|下发|出台)[^,。;]{0,20}(?:批复|通知|办法|方案|意见|文件|决定)|作出批复|召开[^,。;]{0,16}会议?$)"
)
_COMPLETED: Final = re.compile("(?:完毕|完成|到位|建成|完工|清零|销号|见底)$")


#: What there is, or will be, as the sentence goes.
_HOLDS: Final = frozenset({"拥有", "设有", "建有", "共有"})


#: 确保每个乡镇拥有公办幼儿园1所, 至少建有1个: what there shall be.
_SO_THAT: Final = re.compile("确保|实现|做到|使|让|至少|应[建设]|均[应须]")


def _only_holds(hits: tuple[Hit, ...]) -> bool:
    return bool(hits) and all(hit.word in _HOLDS for hit in hits)


def _in_what_manner(hits: tuple[Hit, ...]) -> bool:
    words = [hit.word for hit in hits if hit.group in PROMISING]
    return bool(words) and all(word in MANNER or word.startswith("争取") for word in words)


_NONE: Final[frozenset[str]] = frozenset()


#: 已列入……计划 is planned, not done; 已纳入 a plan is no result.
_LIST: Final = "(?:计划|规划|项目库|盘子|预算|任务|清单|重点|实事|安排|储备|采购|工程|项目)"
_LISTED: Final = re.compile(rf"(?:已|已经|均已)?(?:被)?(?:列入|纳入|列为)[^,。;]{{0,40}}?{_LIST}")
#: 纳入国家重点监管清单的14条: which ones.
_OF_A_LIST: Final = re.compile(
    rf"(?:已|已经|均已)?(?:被)?(?:列入|纳入|列为)[^,。;]{{0,40}}?{_LIST}的"
)


def listed_in(text: str) -> re.Match[str] | None:
    """Where a clause puts something on a list or plan, and does not only say which ones are on it."""
    found = _LISTED.search(text) if "列" in text or "纳入" in text else None
    return None if found and _OF_A_LIST.match(text, found.start()) else found


#: 将 that moves the object forward instead of telling the future: 将其纳入, 将……列入, 将……提高到.
_OBJECT_VERB: Final = re.compile(
    r"(?=纳入|列入|列为|作为|整合|合并|改建|打造|转化|转为|接入|并入|移交|提高|提升|增加|压缩|缩短|控制|打包|由[^,]{1,12}(?:调整|改)|分解|摆在|融入|用于|转|改为|调整|扩大|降)"
)
#: So many characters of a thing stand between 将 and what is done with it.
_OBJECT: Final = 40


def _moves_an_object(text: str) -> bool:
    """Whether 将 marks what something is done with: 将农贸市场改造纳入计划."""
    # From the verb back to the nearest 将: from each 将 ahead costs forty steps each.
    for verb in _OBJECT_VERB.finditer(text):
        end = verb.start()
        marker = text.rfind("将", max(0, end - _OBJECT - 1), end - 1) if end > 1 else -1
        if marker >= 0 and not _STOP.search(text, marker, end):
            return True
    return False


_STOP: Final = re.compile("[,。;]")


def _moves_object(clause: Clause, hits: tuple[Hit, ...], dates: tuple[DateSpan, ...]) -> bool:
    """Whether 将 only moves the object: the clause is as past or planned as what is around it."""
    words = {hit.word for hit in hits if hit.group in PROMISING}
    if words != {"将"} or not _moves_an_object(clause.text):
        return False
    return not dates or ("将其" in clause.text and not clause.planned)


#: A comparison with a year gone by tells a result unless the clause promises by its own words.
_COMPARED: Final = re.compile(
    r"[较比](?:20\d\d年[多少]|上年|去年|上届|上月|同期|上一年|[^,。;\d]{1,8}前(?=[^,。;]{0,8}(?:提高|提升|增|下降|降低|减少|上升|缩短|压缩|翻)))|同比"
)


#: What there will be once it is built; 全部完成后 alone opens a sentence of it.
_ONCE_THERE: Final = re.compile(
    r"[^,。;\d已]{0,16}?(?:建成|完工|竣工|投用|投产|达产|投运|完成|启用|投入使用|交付)(?:使用|运营)?后"
    r",?(?:(?:还|又|预计|将)*(?:可|能|预计|将)[^,。;\d]{0,4}(?:新增|增加|提供|新增加|净增)[^,。;\d]{0,10}\d|(?<=全部..后)$)"
)


def once_there(text: str) -> bool:
    """Whether a clause tells what there will be once something is built."""
    return "后" in text and _ONCE_THERE.match(text) is not None


_BUILT: Final = re.compile(
    r"(?:已|去年|上年|20\d\d年)[^,。;]{0,16}(?:建成|竣工|完工|投用|交付)|(?<!预计)建成[^,。;后]{0,12}\d"
)
#: A task of several years that somebody above has set for us: told among results as well.
_ASSIGNED: Final = re.compile(
    r"下达(?:给|到)?[我全本][省市县区州镇乡][^,。;\d]{0,12}?(?:[两三四五]年|“十[四五六]五”)[^,。;\d]{0,12}任务"
)
#: So much more than the period before, and nothing else: 比去年增长25%, 同比分别增加3个.
_RISES: Final = re.compile(
    r"(?:预计|力争)?(?:同比|[比较](?:20\d\d年|上年|去年|上一年|上年度)(?:同期)?)(?:分别|再|净)?(?:增|提|上升|下降|降|减|多)[^,。;\d]{0,4}\d"
)


def rises_over_before(text: str) -> bool:
    """Whether a clause tells nothing but how much more it is than the period before."""
    return text[0] in "同比较预力" and _RISES.match(text) is not None


def _compares(text: str) -> bool:
    return ("比" in text or "较" in text) and _COMPARED.search(text) is not None


#: 项目共5个: so many there are.
_TOTALS: Final = re.compile(
    r"(?<![公一总])共(?:有|计|设|辖)?\d|^共(?=有|计|设|辖)"
    r"|(?<=[我全][省市县区州镇乡])(?:现|目前|已)?共(?:建|实施|完成|改造|新建|开展|举办|安装|培训|发放|投入)[^,。;\d]{0,16}\d"
)


#: 选派3批次、共计45名: what is done, in so many turns; in a plan so many are still to come.
_DONE_IN_ALL: Final = re.compile(r"\d[^,。;、\d]{1,4}、?(?:合计|总计|共计?)\d")


#: 项目共5个, 共有5个: so many there are, in a plan as well.
_THERE_ARE: Final = re.compile(r"共(?:有|计|设|辖|\d)")


def _sums_up(text: str) -> bool:
    if "(" in text:
        text = _IN_BRACKETS.sub("", text)  # 打通防火通道5条(共22.6公里)
    return "共" in text and _TOTALS.search(text) is not None


_IN_BRACKETS: Final = re.compile(r"\([^()]*\)")


def _in_this_year(
    outline: Outline, clause: Clause, dates: tuple[DateSpan, ...], same: Reading | None
) -> tuple[Voice, bool]:
    """今年更新60个: the year is not over; where results are told, it tells what was done in it."""
    if same is not None and same.voice is PLAN and same.own and same.clause.closer == ":":
        return PLAN, True  # 省下达我市三年任务:新建2万亩(2023—2025年)
    if dates[-1].last is not None and _CONTINUES.match(outline.text, dates[-1].end):
        return PLAN, True  # 2025年,继续改造小区25个: told among results, and not over
    goes_on = same is not None and same.frame is DONE and dates[0].text == "全年"
    if goes_on or (_tells_past(outline, clause) and not clause.planned):
        return DONE, False
    return PLAN, True


_CONTINUES: Final = re.compile(
    r",?(?:[我全][省市县区州镇乡局委办]|我们)?(?:将|还)?继续[^,。;]{0,24}\d"
)


def inherited(outline: Outline, clause: Clause, same: Reading | None) -> Voice:
    """What a clause without words of its own tells; `same` is the one before it in the sentence."""
    if same is not None:
        frame = same.frame
        if frame is PLAN:
            return frame
        if frame is DONE:
            text = clause.text
            rest = text[0] in "剩其余" and text.startswith(_THE_REST)
            if not rest and not (clause.opener and clause.planned):
                return frame
        if same.voice is QUOTED or (same.voice is REQUEST and same.clause.text[0] in "望盼"):
            return same.voice
    if clause.planned or outline.sections[clause.section].kind == "plan":
        return PLAN
    return DONE if _tells_past(outline, clause) else NEUTRAL


def _tells_past(outline: Outline, clause: Clause) -> bool:
    """Whether the neutral clauses here are results: under a heading that says so, or in the
    paragraph that opens a letter of several. Later paragraphs of a letter without headings tell of
    both, and so does the only one."""
    kind = outline.sections[clause.section].kind
    return kind == "past" or (kind == "background" and clause.paragraph == 1 and outline.several)


#: 剩余42个: what is left is still to come, whatever was told of the part before it.
_THE_REST: Final[tuple[str, ...]] = ("剩余", "其余", "余下", "剩下")

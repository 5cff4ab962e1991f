"""Which figure of a clause is what is promised, how it is to be read, and of what.

A figure is no target where it describes: in brackets, before 的 (3000吨级的冷库), as the level a
target starts from (由8间增加到12间), as a rate per something when another figure carries the
promise, as a count of names just listed (澄湖、茶垭两个片区).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from tracker.commitments.lexicon import pattern, words
from tracker.commitments.model import Comparator, Mode, Strength
from tracker.commitments.quantities import PERIODIC, Quantity, is_term, without_sizes
from tracker.commitments.trie import alternation

#: Before the figure: it is where the measure stands now.
_FROM: Final = re.compile(r"(?:由|从|较|比(?![例重率])|(?<![持定制])在)[^,。;]{0,24}$")
#: It begins no farther before it.
_FROM_REACH: Final = 25
_TO: Final = re.compile(
    r"^(?![、和])[^,。;]{0,30}?(?:到|至|为|达)[^,。;]{0,6}?[\d一二两三四五六七八九十百]"
)
_FROM_NOW: Final = re.compile(r"(?:由|从)[^,。;]{0,16}(?:的|现在|目前)?$")
_CHANGES: Final = re.compile(
    r"[^,。;]{0,6}(?:增加|提高|提升|扩大|增|降|压缩|缩短|上升|减少|调整|扩容)"
)
#: Before the figure: a limit of who or what is meant, no result.
_LIMIT: Final = re.compile(r"(?:对于|其中|按照?|以|凡|满|超过|高于|低于|不足|年满)[^,。;、]{0,8}$")
#: After the figure: it describes what follows.
_DESCRIBES: Final = re.compile(
    r"^(?:及以上|以上|以下|及以下|以内)?(?:范围|的(?!标准配建)|级(?!别)|型|规模的|规格|像素|周?岁|口径|直径|[宽高厚深](?=[\d约为,、)(的]|$))"
)
_STANDARD: Final = re.compile(
    r"^(?:以上|以下)?(?:、[^,。;、\d]{1,8}\d[\d.]*[万亿]?元){0,4}的(?:标准|要求|比例|幅度|规模|价格)"
)
#: After 的, a noun that carries on the promise: 60个村的体育设施, 8个社区的办公用房.
_OWNED: Final = re.compile(r"^的[^,。;的]{2,16}(?:$|[,。;、(])")
#: After the figure: what is of that size, whose share is the target: 30户以上自然寨通硬化路比例达到100%.
_GROUP: Final = re.compile(r"(?!、)[^,。;\d]{2,16}(?:率|比例|占比|比重|覆盖)[^,。;\d]{0,8}\d")
#: In how many turns, not how much.
_TURNS: Final = frozenset("批期步次年级类")
#: Counts of people and offices that act, or of places where: no result.
_ACTORS: Final = re.compile(
    r"^(?:等)?(?:渠道|方式|途径|方向|步骤|部门|单位|委办局|成员单位|方面|环节|维度|层面|时段|要素|类别|阶段)"
)
#: Money or size of a project named as an attribute: 总投资4.8亿元, 占地12亩.
_ATTRIBUTE: Final = re.compile(
    r"(?:(?<![^,、;。:])可?设|(?:涉|惠)及[^,。;、]{0,12}|总投资(?:约|额)?|概算(?:投资)?|[估匡测]算(?:总?投资)?|中标价|预算|占地(?:面积)?|用地(?:面积|规模)?|建筑面积|(?<=、)总面积|全长|总长|长度|(?<![加拓展])宽度?|(?<![提新更最较])高度?|库容|容量|设计(?!中心|院|大赛|师|周|方案)[^,。;]{0,8}|日处理|年产|单价|总价|标准为|海拔|放宽|距离|约需|需资金|需投资|需占用|服务半径|间距|平均每[^,。;]{1,6})(?:约|共|为|近|达|按|至)?$"
)
#: A clause that says by what standard or for whom.
_MEANS: Final = re.compile(
    r"(?:针对|围绕|按照|根据|依据|对照|参照|比照|以[^,]{1,16}为)[^,。;]*(?![^,。;])"
)
#: 对确有困难的5个自然村: for whom, where no verb follows in the clause.
_FOR_WHOM: Final = re.compile(r"(?:对于?|为|面向|尤其是|特别是|包括|比如|涉及)")
#: 储备 and 建设 in 国有储备用地, 建设用地 name the land.
_LAND: Final = re.compile("(?:储备|建设|出让|划拨|安置)(?:用地|土地|地块|林)")
#: 对21家养殖场, : a noun ends it and nothing is done to them here.
_JUST_WHOM: Final = re.compile(
    r"^(?!.*(?:进行|开展|实施|予以|给予|完成|全部|加以|启动|组织))[^,。;]{0,16}(?:企业|单位|公司|机构|[场户家所站点村镇乡校院人员者]|小区|社区|群众|项目|工程|路段|道路|水库|河道|地块|设施|设备)$"
)
#: 按每亩3万元奖补: a rate in force.
_IN_FORCE: Final = re.compile(
    r"(?:按照?|执行|每(?!年|月|季|学期|周|[天日旬]|[^,。;按]{1,6}(?:补[助贴]|奖[补励]|给予)|.{1,3}$))[^,。;]{0,10}$"
)
_VERB_BEFORE: Final = re.compile(
    r"(?:计划|拟|预计|力争|确保|将)(?:再)?(?:总?投资|投入|完成投资|安排)[^,。;]{0,12}$|(?:新增|净增|增加|完成)[^,。;]{0,6}$"
)
_WON: Final = re.compile("技术|瓶颈|难[题关点]|壁垒")
_REACHED: Final = re.compile("突破(?![^,。;]*(?:技术|瓶颈|难[题关点]|壁垒))|超过|达|不少于|不低于")
_BRACKETS: Final = re.compile(r"\([^()]*\)")
#: 提升泵站, 扩容工程 are things.
_THING: Final[tuple[str, ...]] = ("泵", "站", "机", "井", "工程", "行动", "计划", "项目", "改造")
_NO_LEVEL: Final = {"达": ("标", "产")}
_NO_INCREASE: Final = {"提升": _THING, "提高": ("班",), "扩容": _THING[3:], "增压": _THING}


@cache
def _mode_words() -> re.Pattern[str]:
    level, increase = words("verbs", "level"), words("verbs", "increase")
    # 送达38个小区, 下达60个 reach someone, no level, in 达标小区 nothing.
    return re.compile(
        f"(?P<level>(?<![送传通发表直抵下转])(?:{alternation(level, _NO_LEVEL)}))"
        f"|(?P<increase>{alternation(increase, _NO_INCREASE)})"
    )


def pick_targets(text: str, start: int, end: int, quantities: Sequence[Quantity]) -> list[Quantity]:
    """The figures of `text[start:end]` that are promised, in order.

    Args:
        text: the regular text; `start` and `end` bound one clause of it.
        quantities: the figures inside the clause.
    """
    if not quantities:
        return []
    inside = [q for q in quantities if start <= q.start and q.end <= end]
    if len(inside) > 1:
        inside = without_sizes(text, end, inside)
    brackets = _bracket_spans(text, start, end)
    candidates = [
        q
        for q in inside
        if not any(a < q.start < b for a, b in brackets) and not _describes(text, start, end, q)
    ]
    if not candidates:
        return []
    if len(candidates) > 1:
        candidates = _who_takes_part(text, candidates)
    each = text.find("分别", start, candidates[0].start) >= 0  # 分别改造60个、55个
    return [
        q
        for index, q in enumerate(candidates)
        if (
            each
            or not (index and text[candidates[index - 1].end : q.start] == "、")
            or _REACHED.search(text, q.start, q.number_start)  # 年均增长20%、突破1500亿元
        )  # 38个、1.12万户
        and not _only_where(text, candidates, index, end)
    ]


_HELD: Final = frozenset({"期", "班", "批", "批次", "轮", "轮次"})
_PEOPLE: Final = frozenset({"人次", "人", "名"})


def _who_takes_part(text: str, candidates: list[Quantity]) -> list[Quantity]:
    """Without the courses of 培训2期、120人次: how many people take part is what counts; 不少于 in
    front of the courses is said of them as well."""
    kept: list[Quantity] = []
    bound: Comparator | None = None
    for index, q in enumerate(candidates):
        later = candidates[index + 1] if index + 1 < len(candidates) else None
        gap = text[q.end : later.number_start] if later is not None else ""
        if (
            later is not None
            and q.unit in _HELD
            and (later.unit in _PEOPLE or gap != "、")  # 2轮、共计36场
            and gap.rstrip("共计合总") == "、"
        ):
            bound = q.comparator
            continue
        kept.append(q._replace(comparator=bound) if bound and q.comparator == "=" else q)
        bound = None
    return kept


def _bracket_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if text.find("(", start, end) < 0:
        return []
    return [match.span() for match in _BRACKETS.finditer(text, start, end)]


def _describes(text: str, start: int, end: int, q: Quantity) -> bool:
    """Whether the figure only tells of what kind, from where, or for whom.

    Patterns that end at the figure are tried from no farther before it than they can reach.
    """
    before = text[start : q.start]
    after = text[q.end : end]

    def leads(pattern: re.Pattern[str], reach: int) -> bool:
        return pattern.search(text, max(start, q.start - reach), q.start) is not None

    if (q.indefinite and not _one_of_it(text, start, q, after)) or _MEANS.match(text, start, end):
        return True
    if _FOR_WHOM.match(before):
        # 对新建的5座公园: the verb in front of 的 only tells which ones.
        done_to = after if before.endswith("的") else before + after
        if not _delivers(_LAND.sub("", done_to)) or _JUST_WHOM.search(after):
            return True
    if after.startswith("处") and q.kind == "length":
        return True  # 巴雪路7公里处
    if q.unit == "平方毫米" or (q.unit == "件" and after.startswith(("民生", "实事", "惠民"))):
        return True  # 35平方毫米裸导线, 十件民生实事: of what kind, a name
    if text[q.start - 1 : q.start] == "每" and q.start > start:
        return True  # 每10公里设岗1名: by what the figure behind it goes
    if q.start and text[q.start - 1] in "×xX*":
        return True  # 2×350兆瓦
    if leads(_BY_MEANS_OF, 40) and _delivers(after):
        return True  # 依托3所高校开设专业: with whose help
    if q.unit == "次" and text[q.number_start] == "二":
        return True  # 二次供水 is an ordinal
    if (
        q.rate is not None
        and q.kind == "money"
        and leads(_IN_FORCE, 12)
        and text[q.start - 1] not in "到至为"
    ):
        return True
    if q.comparator == "=" and leads(_FROM, _FROM_REACH) and _TO.match(after):
        return True
    if leads(_FROM_NOW, 19) and _CHANGES.match(after):
        return True
    if after.startswith(("的基础上", "基础上", "的基数上")):
        return True  # 在去年4200万元的基础上增加600万元
    if q.comparator in (">=", "<=") and q.kind != "percent" and _FOR_WHICH.match(after):
        return True  # 100亩以上的; 5万元以下、三年以内的: for whom
    if _DESCRIBES.match(after) and not _OWNED.match(after):
        return True
    if _STANDARD.match(after) and q.rate is None:
        return True
    if q.comparator in (">=", "<=") and q.kind != "percent" and _GROUP.match(after):
        return True
    if q.unit in _TURNS and text[q.number_start - 1] == "分" and q.number_start > start:
        return True  # 分三批拨付
    if _ACTORS.match(after) and not pattern("verbs", "deliver").search(after):
        return True
    if after.startswith(("以上", "以下")) and q.kind in ("count", "duration") and leads(_LIMIT, 10):
        return True
    heads = q.unit.endswith("人次")  # 惠及2万人次 are counted as they come
    if not heads and leads(_ATTRIBUTE, 16) and not _REACHED.search(text, q.start, q.number_start):
        return not leads(_VERB_BEFORE, 20)
    if q.kind == "duration" and is_term(text, start, end, q):
        return True
    return q.kind == "duration" and not _duration_target(before, q)


_BY_MEANS_OF: Final = re.compile(
    "(?:依托|借助|利用)(?:(?!开设|开展|建设|新建|建成|举办|培训|培养|完成|打造|实施|组织)[^,。;])*$"
)
_FOR_WHICH: Final = re.compile("(?:、[^,。;、]{2,10}(?:以[上下内])?)?的(?!标准配建)")
#: 停车场一处, 公厕一座: one, where it stands behind its noun.
_THINGS: Final = frozenset("处座块所条台辆栋间套眼口")


def _one_of_it(text: str, start: int, q: Quantity, after: str) -> bool:
    if q.rate and q.unit in "次场" and PERIODIC.match(q.rate) and after[:1] != "的":
        return True  # 每季度至少开展一次
    if q.value == 2:
        return text.endswith(_acts(), start, q.start)  # 新建两所; not 在两个社区
    noun = q.start - start >= 4 and text[q.start - 1] not in "、,的每第同另有是为了各"
    return q.unit in _THINGS and q.value == 1 and noun and after[:1] in ("", "、", "(")


@cache
def _acts() -> tuple[str, ...]:
    """What is done to things, each of which can be counted."""
    return tuple({word for of in ("deliver", "counted", "increase") for word in words("verbs", of)})


def _duration_target(before: str, q: Quantity) -> bool:
    """Hours and days are a target where they are bounded (开放时间不少于330天), else a period."""
    if before.endswith(("提前", "为期", "历时")):
        return False
    return q.comparator in (">=", "<=") or _CHANGED_TO.search(before) is not None


_FOR_THEM: Final = re.compile(
    r"(?:^|[,。;年月日前内底期间度将拟先再])(?:为|对|在|给|向)([^,。;]*)$"
)
#: A figure at the end, whatever is counted by it.
_COUNTED: Final = re.compile(r"(?<![A-Za-z.\d第])\d{2,}[余多]?[^\d,。;、()《》%]$")
_SHARE: Final = re.compile("率|比例|占比|比重")
_APIECE: Final = re.compile(r"[^,。;、\d]{0,6}各(?![类级项种地有族自界])[^,。;、\d]{0,10}$")
#: 澄湖、茶垭 before 两个片区.
_NAMES: Final = re.compile(r"(?:[^,。;、]{1,12}、){1,6}[^,。;、]{1,12}$")


def _only_where(text: str, candidates: Sequence[Quantity], index: int, end: int) -> bool:
    """Whether a figure is only the place or the list in front of the figure that counts."""
    q = candidates[index]
    later = candidates[index + 1] if index + 1 < len(candidates) else None
    after = text[q.end : end]
    window = text[max(0, q.start - 60) : q.start]
    names = _NAMES.search(window) if "、" in window else None
    if (
        names
        and not re.search(r"\d", names[0])
        and q.value == names[0].count("、") + 1
        and not after[:1].isspace()
    ):
        return later is not None
    before = text[max(0, q.start - 24) : q.start]
    whom = _FOR_THEM.search(before)
    if later is None:
        # 向13个乡镇配发……900盘: what is given has a figure too, in words that are not known.
        return whom is not None and _COUNTED.search(after) is not None and not _delivers(whom[1])
    gap = text[q.end : later.start]
    if "各" in gap and _APIECE.match(gap):
        return True  # 四个村各建1座
    deliver = pattern("verbs", "deliver")
    if whom and not deliver.search(whom[1]) and deliver.search(gap):
        return True  # 为15所学校安装空调1180台: for whom, and what
    if later.kind == "percent" and gap[:1] not in "、," and _SHARE.search(gap):
        return True  # 94个小区物业覆盖率达到70%: of what the share is taken
    if "、" in gap or "和" in gap or "," in gap or "," in gap:
        return False
    # 76个行政村 behind 两个片区; 每村2名 behind 12个村: the nearer figure is the result.
    return not pattern("verbs", "deliver").search(gap)


def read_target(
    text: str, start: int, end: int, q: Quantity, strength: Strength, aimed: bool
) -> tuple[Mode, Comparator]:
    """Mode and comparator of a promised figure.

    Args:
        text: the regular text; `start` and `end` bound the clause.
        q: the figure.
        strength: of the promise.
        aimed: 力争 governs the clause; 力争……达 counts as "at least" (guideline, comparator).
    """
    before = text[start : q.start]
    lead = text[start : max(q.number_start, q.start)]
    mode = _mode(before, lead, q)
    comparator: Comparator = q.comparator
    about = text.endswith(("左右", "上下"), q.start, q.end)
    if about and "控制在" in before + text[q.start : q.number_start]:
        comparator = "~"
    whole = q.kind == "percent" and q.value == 100  # more than all there is not
    if comparator == "=" and mode == "level" and strength == "target" and aimed and not whole:
        comparator = ">="
    return mode, comparator


def _mode(before: str, lead: str, q: Quantity) -> Mode:
    """The nearest verb before the figure decides; 率 and totals are levels by themselves."""
    if q.kind == "points":
        return "increase"
    found: Mode | None = None
    at = -1
    for match in _mode_words().finditer(lead):
        if match.group() == "突破" and _WON.search(lead, match.end()):
            continue  # 突破关键技术15项
        found, at = ("level" if match.lastgroup == "level" else "increase"), match.start()
    tail = before[-14:]
    if _CHANGED_TO.search(lead, max(0, len(lead) - 6)):
        return "level"
    if found is not None and lead[at:].startswith(("不少于", "不低于", "不超过", "不高于", "超过")):
        # A bound says nothing of the mode: 培训不少于80人次 is an amount, 时间不少于330天 a level.
        found = _mode_before_bound(lead[:at], q)
        if found is None and (
            lead[:at].endswith("的") or "累计" in lead[:at] or _STANDS.search(lead[:at])
        ):
            # 接入平台的不少于1100家, 累计登记超过5万项, 面积不低于60万亩: how many there are
            found = "level"
    if found == "increase" and lead[at : at + 1] != "新" and lead[max(0, at - 2) : at] in _REBUILT:
        found = None  # 改造提升11处 is an amount
    if found == "increase" and at >= 0 and not _reaches(lead, at):
        found = None
    if found is None:
        if (
            before.endswith("建有")
            or "拥有" in before
            or ("累计" in before and not _WITHIN_YEARS.search(before))
        ):
            return "level"  # 每千名老人拥有床位40张
        if q.kind == "percent" or (_total().search(tail) and not _NO_TOTAL.search(tail)):
            return "level"
        if q.kind == "duration":
            return "level"
        if q.unit.startswith("元/") and "补" not in lead and "奖" not in lead:
            return "level"  # 2元/小时
        # 每年补充60人: so many come each time; 每人, 每处 tell how it stands with one.
        each_time = q.rate is not None and q.rate[1:2] in "年学季月周旬"
        done = _delivers(lead) if each_time else pattern("verbs", "deliver").search(lead)
        return "level" if q.rate and not done else "amount"
    return found


#: 力争三年累计培训2000人次: a sum of so long, no state.
_WITHIN_YEARS: Final = re.compile("[一二两三四五]年(?:内|来|共)?累计")
_REBUILT: Final[tuple[str, ...]] = ("改造", "改扩")


@cache
def _total() -> re.Pattern[str]:
    # 规模化供水工程 names a kind, 总量 and 供水规模 are totals.
    total = alternation(words("verbs", "total"), {"规模": ("化", "以上", "养殖", "经营", "较大")})
    return re.compile(rf"{total}[^,。;、\d]{{0,7}}$")


def mode_of_name(name: str) -> Mode:
    """Mode of a figure of which only the name is told: 优良天数比例, 新增绿地."""
    if pattern("verbs", "increase").match(name):
        return "increase"
    if _total().search(name) or not pattern("verbs", "deliver").match(name):
        return "level"
    return "amount"


#: 设立规模3000万元的资金: as large as that is what is made. 用三年时间完成14个: how long.
_NO_TOTAL: Final = re.compile(
    "(?:设立|建设|新建|目标|投资|总)规模[^,。;]{0,4}$|[年月周天日](?:左右|以内|之内)?的?时间"
)

#: Any verb of change with 到 right before the figure: 扩充到2000万元, 发展到12家.
_CHANGED_TO: Final = re.compile(
    r"(?:补足|补充|充实|恢复|延长|升|降|压减|扩[充大容建展]|提[高升]|增[加长]|发展|上升|下降|降低|压[缩减]|缩短|减少|调整|拓展|覆盖|[缩减增提调])[到至为](?:约|近|不少于|不低于)?$"
)

_STANDS: Final = re.compile("(?:面积|存栏量?|保有量|库存)[^,。;、\\d]{0,6}$")


def _mode_before_bound(head: str, q: Quantity) -> Mode | None:
    words_of = [match.lastgroup for match in _mode_words().finditer(head)]
    found: Mode | None = ("level" if words_of[-1] == "level" else "increase") if words_of else None
    if found == "increase" and head.endswith("、"):
        return "level"  # 年均增长8%、超过900万人次
    return found


#: Verbs that need their figure right behind them.
_MOVES: Final = frozenset(("提高", "提升", "上升", "下降", "降低", "减少", "增长", "扩大"))


def _reaches(lead: str, at: int) -> bool:
    """Whether the verb of increase governs the figure: no other verb of delivery in between."""
    between = lead[at + 2 :]
    if _SHARED.fullmatch(between):
        return True  # 分别增长6.5%和8%
    if lead[at : at + 2] in _MOVES and len(between.lstrip("了约近超")) > 2:
        return False  # 能力提升资金500万元: a name, no rise
    return not re.search(r"(?:建设|新建|改造|建成|培训|投入|安排|拨付)", between)


#: The figure before it, under the same verb.
_SHARED: Final = re.compile(r"(?:\d[\d.]*[^\d,。;]{0,4}(?:[、和及]|以及))+(?:约|近)?")


def is_starting_level(text: str, start: int, end: int, q: Quantity) -> bool:
    """Whether a figure is what a measure rose or fell from: 由8间增加到12间."""
    before = _FROM.search(text, max(start, q.start - _FROM_REACH), q.start)
    return before is not None and _TO.match(text[q.end : end]) is not None


def _delivers(text: str) -> bool:
    return bool(
        pattern("verbs", "deliver").search(text) or pattern("verbs", "counted").search(text)
    )


def has_verb(text: str) -> bool:
    """Whether something is done to a figure: built, added, reached."""
    return _delivers(text) or any(pattern("verbs", of).search(text) for of in ("level", "increase"))

"""What is promised, in a short phrase: the clause without date, hedge, owner, wait and figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tracker.commitments.quantities import Quantity

_TRIM: Final = re.compile(
    r"(?:[一二三四五六七八九十]是|第?[一二三四五六七八九十]、|\([一二三四五六七八九十\d]{1,3}\)|并(?!网发)且?|同时|其中|另外?|此外|使(?!用)得?|还(?![款贷建林田绿])|也|下一步|下步|今后|的|届时|从而|希望|首先|第[一二三]步|但|我[局委办厅们县市区省镇院]|将(?!军)|力争|争取|确保|计划|拟(?![定订制])|预计|积极|全力"
    r"|要(?!求|素|点|件)|到(?![户位岗期账])|至少?(?!今)|达到(?=...)|在(?![建校册岗编职园读线])|于|可(?=完[成工]|建成|竣工|投[入用产运]|开工|通车|交付|启用))+[,:]?"
)
_TRIM_FIRST: Final = (
    "一二三四五六七八九十第(并同其另此使还也下今我将力争确计拟预积全要到至在于的届从希首但达可"
)
_CUT_TAIL: Final = re.compile(
    r"(?:达到?|提高[到至]?|提升[到至]?|增[加至]到?|(?:压减|压缩|缩短|延长|降低?|扩大|扩充|升)[到至]|突破|超过|不少于|不低于|控制在|保持在|稳定在|约|共|为|至少|力争|确保|可望|有望|预计|仍|将|拟|分别|合计|整体|总体|目前|(?<=率)每年|(?<=.)各|要|应|须|再)+$"
)
_TAIL_LAST: Final = "达到高升至加破过于在约共为少争再低大充保要应须望计仍将拟别体前年各"
#: 推动乐至县新增高新技术企业: what is promised stands behind the helping verb.
_HELPS: Final = re.compile(r"(?:推动|推进|促进|指导|督促|帮助|协助|组织|完成|实现)(?=.{4})")
_HELPS_FIRST: Final = "推促指督帮协组完实"
#: Before a date, and left over where it goes: 一期项目计划|明年3月, 剩余资金将于|9月底.
_SEAM: Final = re.compile(
    r"(?:(?:预计|力争|争取|确保|保证|可望|有望|分别|仍?将|拟|已经?|于|在|从|自|到|至|可"
    r"|(?:(?<=项目)|(?<=工程)|(?<=中心)|(?<=[一二三四期省市县区州镇乡局院校园路桥厂站馆楼]))计划)+|^计划)$"
)
_SEAM_LAST: Final = "计争取保证望别将拟已经于在从自到至可划"
#: Behind a date, likewise: 10月底|前提请审议.
_BEHIND_DATE: Final[tuple[str, ...]] = ("之前", "以前", "前", "起")
#: 全市将建成医共体, 大队拟在路口增设: to come, as everything in the ledger is.
_TO_COME: Final = re.compile(
    "(?<=[省市县区州镇乡局院队司道办会])(?:(?:仍|均|还)?将(?!军)|拟(?![定订制]))(?=..)|(?<=[全我][省市县区州镇乡])计划(?=..)"
)
#: 满意率较上年提高: beside what; 困人故障控制在每百台每月: how much.
_BESIDE: Final = re.compile(
    "[较比](?:20[0-9]{2}年|上一?年|去年|今年|上年度|同期)[底末]?|(?<=..)(?:控制|稳定|保持)在.*$"
)
_INNER: Final = re.compile(r"\([^()]*\)")


#: What a clause begins with that names no matter: 总投资1.2亿元, 划拨用地42亩, 县里高度重视, 经评审.
_NO_MATTER: Final = re.compile(
    r"(?:项目|工程|该[项工]?[目程]?)?(?:计划|估算|概算)?(?:总?投资|占地|用地|划拨|全长|总长|[长宽]\d|(?:总?建筑|占地)?面积|规模|设计|规划设|可|惠及|覆盖|服务|受益|涉及资金)"
    r"|经|根据|按照|依据|通过|为|由于|因|鉴于|针对|围绕|结合|随着|和|与|同|待|在|从|向|以|希望|感谢|建议|您|你们|如|若|要|不|但|是|即|共|约|再|又|并|主要|每|人数|人均|抽调|其中|解决|完善|优化|加强|加大|提高|提升"
)
_NO_MATTER_ANYWHERE: Final = re.compile(
    "重视|感谢|收悉|负责|牵头|同意$|办公会|会议|以来|无法|不能|难以|暂不|[局委厅署前后时]$|政府$"
)
#: Where the subject of a clause ends: 学校扩建项目|已完成立项, 文化中心|总投资1.2亿元.
_PREDICATE: Final = re.compile(
    r"(?:目前|现在?|今年|计划|预计)?(?:(?<!自)已|正在|正[按积处提加抓全]|尚|均|仍|拟|计划(?=.)|预计|力争|争取|确保|将|可望|总投资|投资\d|概算|全长|总长|总?建筑面积|占地|总?面积\d|全面?完成|完成|进入|开工|动工|启动|开始|取得|进行|处于|获得|通过|由[^,。;]{2,16}(?:局|委|办|中心|公司|政府)|被?列入|被?纳入|改为|全部|全面|逐步|分两?批|落实到|共计|合计|因(?!素)|不低于|不少于|达到)"
    r"|\d[\d.,]*(?:余|多)?[万亿]?(?:公里|千米|平方米|米|亩|万元|元|张|个|所|座|处|户|套|台|条|栋|%)?$"
)
#: Words before the subject: 关于|停车场改造, 目前|主体工程, (二)|….
_BEFORE_MATTER: Final = re.compile(
    r"(?:\d{1,2}[、.]|(?:总?投资|占地|(?:设计)?(?:总?规模|能力)|总?建筑面积|总?面积|全长|总长)(?:约|近)?\d[^,。;的]{1,8}的|关于|对于|涉及|对|将|把|目前|现|其中|规划|计划|拟|继续|积极|支持|推进|推动|加快|开展|实施|建成|启动|起草|编制|制定|开工建设|正在|我[局县市区镇])+(?=..)"
)
#: 改造老旧小区: what is done to it goes behind it, 老旧小区改造.
_DONE_TO: Final = re.compile("(改造|修缮|维修|整治|更换|安装|采购|招聘|搬迁|修订|治理)(?=..)")
#: 市民政局与市卫健委共同制定|服务规范.
_MAKES: Final = re.compile(
    "(?:共同|联合|牵头|负责)(?:制定|制订|编制|起草|修订|建立|设立|组建|建设)"
)
_COSTING: Final = re.compile(
    r"(?:总?投资|占地|(?:设计)?(?:总?规模|能力)|总?建筑面积|总?面积|全长|总长)(?:约|近)?\d[^,。;的]{1,8}的"
)
_SO_MANY: Final = 24
_LONGEST: Final = 40


#: 目前全县有指导员, 已设立护学岗: that it is there already.
_IS_THERE: Final = re.compile(
    "(?:目前|现在?|截至目前)*([全我][省市县区州镇乡])?(?:目前|现|已经?|共|累计)*(?:有(?![声机色效期限氧毒线害轨])|(?<=[已共])(?:建成|设立|布设|配备))?(?=...)"
)


def as_promised(name: str) -> str:
    """The name of a result as that of a promise that goes on with it: without 目前, 已, 现有."""
    there = _IS_THERE.match(name)
    return (there[1] or "") + name[there.end() :] if there else name


def subject_of(name: str) -> str:
    """What a clause is about: its words up to what is said of it; "" where it names no matter.

    Args:
        name: the clause as `name_of` gives it, without dates.
    """
    makes = _MAKES.search(name)
    if makes:
        name = name[makes.end() :]
    elif _NO_MATTER.match(name) and not _COSTING.match(name):
        return ""
    if _NO_MATTER_ANYWHERE.search(name):
        return ""
    before = _BEFORE_MATTER.match(name)
    bare = name[before.end() :] if before else name
    said = _PREDICATE.search(bare)
    bare = (bare[: said.start()] if said else bare).rstrip("的问题建议在于")
    done = _DONE_TO.match(bare)
    if done:
        bare = bare[done.end() :] + done[1]
    if len(bare) > _SO_MANY:  # the head of a Chinese name is its end
        parted = re.split("[、的了]", bare[-_SO_MANY:], maxsplit=1)
        # Where nothing parts it, a longer stretch: a word is not cut in two.
        bare = parted[-1] if len(parted) > 1 else re.split("[、的了]", bare[-_LONGEST:])[-1]
    return bare if len(bare) > 1 else ""


_PART: Final = re.compile("[、,;。]")
_STOP: Final = re.compile("[,;。]")
_FOR: Final[tuple[str, ...]] = ("为", "对", "给", "向", "各")
_EDGE: Final = ",、:;。 "
#: 按|30%|的比例建成充电桩: by how much.
_BY_RATE: Final = re.compile(
    "按照?(?:每[^,。;的]{1,3})?的[^,。;的]{0,3}(?:比例|标准|要求|价格)(?=..)"
)


def name_of(
    text: str,
    start: int,
    end: int,
    q: Quantity | None,
    cuts: Sequence[tuple[int, int]],
    owners: Sequence[str] = (),
) -> str:
    """A short phrase naming what is promised: the clause without date, hedge and figure.

    Empty where nothing is left: 年底前达到2000名以上 says not of what.

    Args:
        text: the regular text; `start` and `end` bound the clause.
        q: the promised figure, left out of the name.
        cuts: spans to leave out (dates).
        owners: units that the clause makes responsible; they are no part of the name.
    """
    spans: Sequence[tuple[int, int]] = cuts
    if q is not None:
        spans = sorted((*cuts, (q.start, q.end))) if cuts else ((q.start, q.end),)
    name, cursor = "", start
    for a, b in spans:
        if a >= cursor and b <= end:
            name += text[cursor:a]
            cursor = b
            if q is None or a != q.start:
                if name and name[-1] in _SEAM_LAST:
                    name = _SEAM.sub("", name)
                for left in _BEHIND_DATE:
                    if text.startswith(left, b):
                        cursor += len(left)
                        break
    tail = text[cursor:end]
    if q is not None:
        if "计" in name or "共" in name:
            name = _IN_ALL.sub("", name)  # 选派3批次、共计45名医师
        name = name.rpartition("、")[2] if "、" in name and _lists(name) else name
        name = _trimmed(name.strip(",、:"))
        # 先为|1200名|独居、空巢老人安装: what the figure counts goes on behind 、
        parted = _STOP if len(name) <= 3 and name[-1:] in _FOR else _PART
        if "由" in name or "从" in name or "基础上" in name:
            name = _STARTING.sub("", name)
        if "较" in name or "比" in name or "在" in name:
            name = _BESIDE.sub("", name)
        if name and name[-1] in _TAIL_LAST:
            name = _CUT_TAIL.sub("", name)
        if tail:
            tail = parted.split(_INNER.sub("", tail) if "(" in tail else tail, maxsplit=1)[0]
    name += tail
    if "(" in name:
        name = _INNER.sub("", name)
    if "将" in name or "拟" in name or "计划" in name:
        name = _TO_COME.sub("", name)
    if "按" in name:
        name = _BY_RATE.sub("", name)
    if "|" in name:  # a row of a table: the last cell that says anything
        name = next((cell for cell in reversed(name.split("|")) if len(cell.strip()) > 1), name)
    for unit in owners:
        name = _without(name, unit) if len(name) > len(unit) + 3 - ("由" in name) else name
    helping = _HELPS.match(name) if name and name[0] in _HELPS_FIRST else None
    if helping:
        name = name[helping.end() :]
    if name.endswith(("中", "中的", "阶段")):
        name = _UNDER_WAY.sub("", name) or name
    return _short(_trimmed(name.strip(_EDGE)))[:40].strip(_EDGE)


#: 屋面维修正在施工中: that it is under way names nothing.
_UNDER_WAY: Final = re.compile(
    "(?<=..)(?:目前|现)?正(?:在|处于)?(?:抓紧|加紧|加快|全力|紧张)?(?:施工|建设|实施|推进|进行|改造|装修)(?:之?中|阶段)的?$"
)


def _without(name: str, unit: str) -> str:
    """A name without a unit; 由……于 goes with it, whose date has gone before."""
    start = name.find(unit)
    if start < 0:
        return name
    end = start + len(unit)
    with_us = _WITH_US.search(name, 0, start)
    if with_us and with_us.end() == start:
        start = with_us.start()
    elif start and name[start - 1] == "由":
        start -= 1
        role = _ROLE.match(name, end)
        end = role.end() if role else end
    return name[:start] + name[end:]


#: 由我局会同|市财政局, 由市财政局|负责于
_WITH_US: Final = re.compile("由?我[局委办厅院县市区镇乡部]?(?:会同|联合|和|与)")
_ROLE: Final = re.compile("(?:负责|牵头|统筹)?(?:于|在)?")


def _trimmed(name: str) -> str:
    opening = _TRIM.match(name) if name and name[0] in _TRIM_FIRST else None
    return name[opening.end() :] if opening else name


#: 办理时限由35个工作日: where the measure stands now.
_STARTING: Final = re.compile(
    r"[由从](?:现在的?|目前的?|现有的?|原来的?)?[^,。;]{0,6}?\d[^,。;]*$|在[^,。;在]{0,24}基础上[^,。;]*$"
)
#: Who and on what wait: 由……负责, 会同……, 待……后; each left out where more remains. Beside each
#: stand the words without one of which it need not be tried.
_NO_NAME: Final[tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]] = (
    (
        re.compile(
            r"(?:待|一旦|一俟|视)[^,。;]{2,30}?(?:后|情况|结果|结论)(?:再|即可?|立即|随即|当即|另行|及时|予以|逐步)*"
        ),
        ("待", "一旦", "一俟", "视"),
    ),
    (re.compile(r"由[^,。;]{0,24}?(?:负责|牵头|统筹|共同)"), ("由",)),
    (
        re.compile(r"由[^,。;]{2,16}?(?:局|委|办|厅|部门|政府|中心|公司|单位)(?:于|在)?"),
        ("由",),
    ),
    (
        re.compile(
            r"^[^,。;]{0,4}?(?:会同|联合|协调|督促)[^,。;]{2,20}?(?:局|委|办|厅|部门|政府|中心|公司|单位)(?:等)?"
        ),
        ("会同", "联合", "协调", "督促"),
    ),
)
_EMPTY: Final = re.compile(
    r"(?:、|各(?![级省市县区州镇乡村地])|会同|负责|牵头|将|把|对|为|于|在(?![建校册岗编职园读线])|已(?![建有])|可以|先(?![期进])行?|再|再行|即|随即|立即|确保)+"
)
_EMPTY_FIRST: Final = "、各会负牵将把对为于在已可先再即随立确"


def _short(name: str) -> str:
    for left_out, signs in _NO_NAME:
        for sign in signs:
            if sign in name:
                rest = left_out.sub("", name, 1).strip(_EDGE)
                if len(rest) >= 4:
                    name = rest
                break
    if name and name[0] in _EMPTY_FIRST:
        empty = _EMPTY.match(name)
        rest = name[empty.end() :].strip(_EDGE) if empty else name
        name = rest if len(rest) >= 4 else name
    return name


_IN_ALL: Final = re.compile(r"\d[^,。;、\d]{1,4}、?(?:共计?|合计|总计)$")
_FIGURE_BEFORE: Final = re.compile(r"\d[^、]{0,6}、")


def _lists(head: str) -> bool:
    """Whether 、 in the words before a figure parts two targets, not two names of one."""
    return _FIGURE_BEFORE.search(head) is not None

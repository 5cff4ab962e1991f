"""Names of units in running text, and where officialese puts the responsible one."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.commitments.lexicon import words
from tracker.commitments.trie import alternation, beginning

#: 县委 in 县委组织部, 办 in 督办, 新建一所: not the end of a name.
_NOT_AN_ENDING: Final = r"(?!督查室|办公室|组织部|宣传部|统战部|政法委|网信办|编办|农办|改革办)(?<![督查承主协举开创兴催会交]办)(?<![全内外干局]部)(?<![格布大结开]局)(?!(?<=社)会)(?<![一二两三四五六七八九十几][所处站馆室])"


#: 荣里镇人民政府, 芦陂市住建局: the place's own name before its rank; no verb, no 全 or 各.
_NAMED_PLACE: Final = (
    r"(?:(?![全各我本该原现每上下其如因有按以到至从在给让使被把将和今明后去配函致商经])"
    r"(?:(?![增认推动向为据托改造报设施积极由拟划争确支助联与及对等所的再内底院已转督指协提请要组责恳促])[\u4e00-\u9fff]){2,3}"
    r"(?=[市县区州旗镇乡][\u4e00-\u9fff]|街道办))?"
)


@cache
def _unit() -> str:
    """A pattern for the name of one unit, with what must follow it."""
    endings = alternation(words("agencies", "endings")) + _NOT_AN_ENDING
    # By the first two characters: the words themselves, nine times over, take a second to compile.
    follow = r"(?!交[管警巡])" + beginning(
        [
            "会同", "牵头", "负责", "配合", "联合", "组织", "计划", "力争", "确保", "抓好", "加快",
            "作为", "根据", "依据", "结合", "通过", "支持", "指导", "督促", "承担", "按照", "具体",
            "面向", "连续", "上半年", "下半年", "第", "春节", "主要", "分别", "共同", "进一步",
            "继续", "一季度", "二季度", "三季度", "四季度", "协调", "加强", "加大", "推进", "推动",
            "研究", "承诺", "表示", "正", "牵线", "统筹", "先行", "同步", "同时", "利用", "依托", "采取",
            "选择", "针对", "代建", "承建", "选取", "选派", "尽快", "抓紧", "立即", "立刻", "及时", "定期", "随即", "重新", "探索", "提出", "严格", "认真",
            *"、,。;:()和及与等将要于在年明今已并每从拟按为对就向以共全统先再另又应须0123456789“一二三四五六七八九十两本下上每当",
            *words("verbs", "deliver"), *words("verbs", "soft"),
        ]
    )  # fmt: skip
    places = r"(?:各(?:[省市县区州旗镇乡]|街道|乡镇|镇街|地|级|有关|相关|县区|市县)?(?:\([^()]{1,8}\))?|有关|相关|辖区|属地|[省市县区州旗镇乡]|国家|自治区|国网|中国)"
    name = rf"{_NAMED_PLACE}{places}(?:(?!新建|建成|新增|增设|设立|建设[村乡镇社级一二三四五0-9])[\u4e00-\u9fff](?<![、由将与的在拟我])(?<![一两几]个)|\([^()]{{1,6}}\)){{0,16}}?{endings}(?={follow}|$)"
    bare = rf"(?:两级|全[省市县区州](?:各级|两级)?)(?:法院|检察院|公安机关)(?={follow}|$)|各(?:市、区|县、区|市、县|县市区|市州|县区|区县|市县)(?:局|委|办)?(?={follow})|各(?:乡镇|镇街|县区|市县|镇|街道|县|区)\([^()]{{1,8}}\)(?={follow}|$)|各(?:乡镇|镇街|县区|市县|区县|街道|镇|乡|县|区|村|社区|市州|地市|市|州)(?={follow}|$)|[省市县区](?:本级)?财政(?=今年|明年|每年|年内|20|安排|投入|拨付|拟|计划|再|将|把|从|拿出|给予|按|列支|筹措|对(?!我|此|该))"
    # 各镇(街道)原则上建成……中心: all of them, and no name that goes on to 中心.
    every = r"各(?:乡镇|镇街|县区|市县|区县|街道|市州|镇|乡|县|区|村|社区|市|州)(?:\([^()]{1,8}\))?(?=(?:原则上|至少|均[应须要将]|都[应须要将]|必须)(?![建拥设配]有|达))"
    # 市传染病医院迁建项目: the unit is part of the project's name.
    works = (
        "(?!(?:(?:迁建|整体搬迁|整体迁建|搬迁|改扩建|扩建|新建|建设|改造|修缮|维修|整治|提升|[一二三四]期)[^,。;]{0,6}(?:项目|工程)|[一二三四]期(?!间))"
        "|[^,。;]{0,10}(?:项目建设|综合楼|大楼|新院区|达标率|覆盖率|面积))"
    )
    # 财政部, 人力资源和社会保障部门, 省级财政主管部门, 住建局.
    field = alternation(words("agencies", "fields"))
    placeless = rf"(?:{alternation(words('agencies', 'central'))}|(?:[省市县区州]级)?{field}(?:、{field}){{0,3}}(?:(?:行政)?(?:主管)?部门|[总分]?局|委|厅))(?={follow}|$)"
    return f"(?:{every}|(?!有关部门|相关部门|有关单位|相关单位){name}{works}|{bare}|{placeless})"


@cache
def unit_patterns() -> dict[str, re.Pattern[str]]:
    """Where a clause names the one that is to act, by the word that tells: by, head, with, told.

    "one" is a unit by itself, "list" several; group 1 of the others holds the units.
    """
    unit = _unit()
    units = rf"{unit}(?:(?:、|和|及|与|以及|会同|联合){unit})*"
    # Behind 由 and 会同 a name needs no prefix of place: 公安部, 人行江岳省分行.
    endings = alternation(words("agencies", "endings")) + _NOT_AN_ENDING
    bodies = alternation(words("agencies", "bodies"))
    loose = rf"(?:{unit}|[省市县区镇乡村]里(?=负责|牵头|解决|承担|安排|统一|组织)|(?!我|会同|联合|各|有关|相关)[\u4e00-\u9fff]{{2,16}}?{endings}(?=牵头|负责|配合|选|联合|制定|研究|等|、|开展|组织|实施|承担|落实|统筹|协商|商定|议定|约定|谈妥|达成|沟通|对接|衔接|[对就于在将按分每]|$))"
    delivers = alternation(words("verbs", "deliver"))
    softly = alternation(words("verbs", "soft"))
    some = rf"{loose}(?:(?:、|和|及|与|以及|会同|联合){loose})*"
    # Behind 由 whatever follows a full name is what it does: 由芦田供电所义务检修.
    plain = rf"(?!我|会同|联合|各)(?:(?![的原现])[\u4e00-\u9fff]){{2,14}}?(?:[局厅署]|部门|政府|委员会|{bodies}(?![\u4e00-\u9fff]{{1,6}}[支分]行))(?=[\u4e00-\u9fff0-9、,;]|$)"
    charged = rf"(?:{some}|{plain})"
    return {
        "by": re.compile(
            rf"由({charged})(?:牵头|负责|为主)?(?:组织实施|实施|落实)?(?:(?:,|、)({some})(?:配合|协助|负责|提供))?"
        ),
        "head": re.compile(rf"({units})"),
        "with": re.compile(rf"(?:会同|联合|(?:我[局委办厅县市区镇]|本局)(?:和|与|、))({some})"),
        "jointly": re.compile(
            rf"(?:与({some})(?:联合|共同|建立|组建)|[经已]与({some})(?:协商|商定|议定|约定|谈妥|达成|沟通|对接|衔接))"
        ),
        "helped": re.compile(rf"({units})(?:等)?(?:单位|部门)?(?:积极)?配合"),
        # 县水务局牵头、各镇配合
        "seconded": re.compile(rf"牵头[、,]?({units})配合"),
        "list": re.compile(rf"{units}"),
        "one": re.compile(unit),
        # 我局将协调市卫生健康局设置……: who is told to do it
        "told": re.compile(
            rf"(?:协调|督促|责成|(?<![提报])请|要求|指导|配合|协助|敦促|支持|组织(?=各)|(?<![协会])商)({units}|[\u4e00-\u9fff]{{2,18}}公司)(?=[于在将年今明每按一二三四五六七八九十]|[0-9]|新增|重新|及时|尽快|抓紧|{delivers}|{softly})"
        ),
        "body": re.compile(
            rf"(?:(?![的对和与由为请])[\u4e00-\u9fff]){{2,16}}{alternation(words('agencies', 'bodies'))}"
        ),
        # 铁西供热公司9月底前更换……: a company needs no rank before its name
        "company": re.compile(
            rf"((?:(?![的对和与由为今明年增组建新引设推到]|公司)[\u4e00-\u9fff]){{2,10}}?(?:公司|集团|支行|分行|供电所|供电局|电力局|水厂|电厂|糖厂))(?=[将计拟于0-9年今明承]|“十|同意|{delivers})"
        ),
    }


@cache
def endings_of_units() -> re.Pattern[str]:
    """Last characters of the endings: a clause with none of them names no unit."""
    last = {ending[-1] for ending in words("agencies", "endings")} | {"我", "本", ")", "各"}
    return re.compile(f"[{re.escape(''.join(sorted(last)))}]")


#: Between two names, not within the brackets of one: 各县(市、区)人民政府.
_AND: Final = re.compile(r"[、,](?![^()]*\))|会同|联合|以及")


#: 县农牧局和人保财险石羊支公司: the other one has no rank before its name.
_AND_ONE: Final = re.compile(
    "(?<=[局委办厅府心司社])[和与及]([^和与及()]{4,16}(?:公司|银行|分行|支行))$"
)


def units_of(listed: str) -> tuple[str, ...]:
    """The units of a list, each as written."""
    names: list[str] = []
    if listed.startswith(("各市、", "各县、")):
        return (listed,)
    for part in _AND.split(listed):
        found = [match[0] for match in unit_patterns()["one"].finditer(part)]
        whole = not found or not part.startswith(found[0])
        names += ([part] if len(part) > 2 else []) if whole else found
        if found and not whole and (other := _AND_ONE.search(part)):
            names += [other[1]] if other[1] not in names else []
    return tuple(dict.fromkeys(names))

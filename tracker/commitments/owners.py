"""Who must deliver: the unit that a sentence, its list item or its heading makes responsible.

Only places where Chinese officialese names the responsible one are looked at: behind 由, at the
head of a clause before its verb, behind 会同, in a heading (责任单位:…; 恳请…局…), and in "the
above is … by". The replying unit speaking of itself (我局) is no owner.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from tracker.commitments.lexicon import words
from tracker.commitments.readings import Reading, Voice
from tracker.commitments.standing import Standing
from tracker.commitments.trie import alternation, beginning
from tracker.letters.clauses import Outline
from tracker.letters.headings import Section

_RESPONSIBLE_LABEL = re.compile(
    r"(?:责任|承办|牵头|落实|配合|主办|协办)单位[::]?|(?:责任|牵头)部门[::]?"
)
#: 关于食品安全监管(市市场监督管理局负责)
_CHARGED = re.compile(r"\(([^()]{3,40}?)(?:负责|牵头)\)")
#: 关于补齐水利短板的建议(省水利厅): who answers for what stands below.
_IN_BRACKETS = re.compile(r"\(([^()]{3,60})\)$")
_ASKED = re.compile(r"(?:恳请|建议|请求|请|希望|要求)(?=[省市县区州各国])")
#: （责任单位:市民政局、市财政局） at the end of a paragraph.
_AT_END = re.compile(r"\((?:责任|承办|牵头|落实)(?:单位|部门)[::]([^()]{2,80})\)")
_ABOVE = re.compile(r"(?:上述|以上)[^,。;]{0,20}由")
#: What may stand at the head of a clause before its subject.
_LEAD = re.compile(
    r"(?:[一二三四五六七八九十]是(?:要)?|\d{1,2}[.、][ ]?|第?[一二三四五六七八九十]{1,2}[、,]|\([一二三四五六七八九十\d]{1,3}\)|同时|其中|此外|另外|目前|下一步|下步|今后|并)*,?"
)


#: 县委 in 县委组织部, 办 in 督办: not the end of a name.
_NOT_AN_ENDING = r"(?!督查室|办公室|组织部|宣传部|统战部|政法委|网信办|编办|农办|改革办)(?<![督查承主协举开创兴催会交]办)(?<![全内外干局]部)(?<![格布大结开]局)(?!(?<=社)会)"


#: 荣里镇人民政府, 芦陂市住建局: the place's own name before its rank; no verb, no 全 or 各.
_NAMED_PLACE = (
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
            "选择", "针对", "选取", "选派", "探索", "提出", "严格", "认真",
            *"、,。;:()和及与等将要于在年明今已并每从拟按为对就向以共全统先再另又应须0123456789“一二三四五六七八九十两本下上每当",
            *words("verbs", "deliver"), *words("verbs", "soft"),
        ]
    )  # fmt: skip
    places = r"(?:各(?:[省市县区州旗镇乡]|街道|乡镇|镇街|地|级|有关|相关|县区|市县)?(?:\([^()]{1,8}\))?|有关|相关|辖区|属地|[省市县区州旗镇乡]|国家|自治区|国网|中国)"
    name = rf"{_NAMED_PLACE}{places}(?:[\u4e00-\u9fff](?<![、由将与])|\([^()]{{1,6}}\)){{0,16}}?{endings}(?={follow}|$)"
    bare = rf"各(?:市、区|县、区|市、县|县市区|市州|县区|区县|市县)(?:局|委|办)?(?={follow})|各(?:乡镇|镇街|县区|市县|镇|街道|县|区)\([^()]{{1,8}}\)(?={follow}|$)|各(?:乡镇|镇街|县区|市县|区县|街道|镇|乡|县|区|村|社区)(?={follow}|$)|[省市县区]财政(?=今年|明年|每年|年内|20|安排|投入|拨付|拟|计划|再)"
    # 市传染病医院迁建项目: the unit is part of the project's name.
    works = (
        "(?!(?:(?:迁建|整体搬迁|整体迁建|搬迁|改扩建|扩建|新建|建设|改造|修缮|维修|整治|提升|[一二三四]期)[^,。;]{0,6}(?:项目|工程)|[一二三四]期(?!间))"
        "|[^,。;]{0,10}(?:项目建设|综合楼|大楼|新院区|达标率|覆盖率|面积))"
    )
    # 财政部, 人力资源和社会保障部门, 省级财政主管部门, 住建局.
    field = alternation(words("agencies", "fields"))
    placeless = rf"(?:{alternation(words('agencies', 'central'))}|(?:[省市县区州]级)?{field}(?:、{field}){{0,3}}(?:(?:行政)?(?:主管)?部门|[总分]?局|委|厅))(?={follow}|$)"
    return f"(?:(?!有关部门|相关部门|有关单位|相关单位){name}{works}|{bare}|{placeless})"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    unit = _unit()
    units = rf"{unit}(?:(?:、|和|及|与|以及|会同|联合){unit})*"
    # Behind 由 and 会同 a name needs no prefix of place: 公安部, 人行江岳省分行.
    endings = alternation(words("agencies", "endings")) + _NOT_AN_ENDING
    bodies = alternation(words("agencies", "bodies"))
    loose = rf"(?:{unit}|[省市县区镇乡村]里(?=负责|牵头|解决|承担|安排|统一|组织)|(?!我|会同|联合|各|有关|相关)[\u4e00-\u9fff]{{2,16}}?{endings}(?=牵头|负责|配合|选|联合|制定|研究|等|、|开展|组织|实施|承担|落实|统筹|协商|商定|沟通|对接|衔接|[对就于在将按分每]|$))"
    delivers = alternation(words("verbs", "deliver"))
    softly = alternation(words("verbs", "soft"))
    some = rf"{loose}(?:(?:、|和|及|与|以及|会同|联合){loose})*"
    # Behind 由 whatever follows a full name is what it does: 由芦田供电所义务检修.
    plain = rf"(?!我|会同|联合|各)(?:(?![的原现])[\u4e00-\u9fff]){{2,14}}?(?:[局厅署]|部门|政府|委员会|{bodies}(?![\u4e00-\u9fff]{{1,6}}[支分]行))(?=[\u4e00-\u9fff0-9、,;]|$)"
    charged = rf"(?:{some}|{plain})"
    return {
        "by": re.compile(rf"由({charged})(?:牵头|负责|为主)?(?:(?:,|、)({some})配合)?"),
        "head": re.compile(rf"({units})"),
        "with": re.compile(rf"(?:会同|联合|(?:我[局委办厅县市区镇]|本局)(?:和|与|、))({some})"),
        "jointly": re.compile(
            rf"(?:与({some})(?:联合|共同|建立|组建)|经与({some})(?:协商|商定|沟通|对接|衔接))"
        ),
        "helped": re.compile(rf"({units})(?:等)?(?:单位|部门)?(?:积极)?配合"),
        # 县水务局牵头、各镇配合
        "seconded": re.compile(rf"牵头[、,]?({units})配合"),
        "list": re.compile(rf"{units}"),
        "one": re.compile(unit),
        # 我局将协调市卫生健康局设置……: who is told to do it
        "told": re.compile(
            rf"(?:协调|督促|责成|(?<![提报])请|要求|指导|配合|协助|敦促|(?<![协会])商)({units}|[\u4e00-\u9fff]{{2,8}}公司)(?=[于在将年今明每按一二三四五六七八九十]|[0-9]|{delivers}|{softly})"
        ),
        "body": re.compile(
            rf"(?:(?![的对和与由为请])[\u4e00-\u9fff]){{2,16}}{alternation(words('agencies', 'bodies'))}"
        ),
        # 铁西供热公司9月底前更换……: a company needs no rank before its name
        "company": re.compile(
            rf"((?:(?![的对和与由为今明年增组建新引设推到]|公司)[\u4e00-\u9fff]){{2,10}}?(?:公司|集团|支行|分行|供电所))(?=[将计拟于0-9年今明承]|{delivers})"
        ),
    }


def owners(outline: Outline, readings: Sequence[Reading]) -> list[tuple[str, ...]]:
    """For every clause the units that are responsible for a promise in it, as written.

    Args:
        outline: the letter cut up.
        readings: its clauses, read.
    """
    told: dict[str, tuple[str, ...]] = {}  # headings stand again over every part below them
    by_section = [_of_section(section, told) for section in outline.sections]
    result: list[tuple[str, ...]] = []
    # Where only results are told nobody need be made out.
    open_paragraphs = {
        reading.clause.paragraph
        for reading in readings
        if reading.voice is Voice.PLAN
        or reading.voice is Voice.NEUTRAL
        or reading.clause.text[0] == "("
    }
    carried: tuple[str, ...] | None = None
    lasting = goes_on = leads = False
    sentence = -1
    standing = Standing(readings)
    for index, reading in enumerate(readings):
        clause = reading.clause
        if clause.closer == ":" and (named := _label(clause.text)):
            standing.label(named, index)
        if clause.paragraph not in open_paragraphs:
            carried = None
            result.append(())
            continue
        first = sentence != clause.sentence
        sentence = clause.sentence
        if (
            first and not (goes_on and _NO_SUBJECT.match(clause.text) and _same(readings, index))
        ) or (
            clause.opener
            and not first
            and not (lasting or (leads and _NO_SUBJECT.match(clause.text)))
        ):
            carried, lasting, leads = None, False, False
        own, strong = _of_clause(clause.text)
        if "该" in clause.text[:2] and (same := _of_before(readings, index)):
            own = same
        charged = standing.at(index)
        if charged and own == () and standing.labelled:
            own = None  # 市财政局:我局将……: the unit speaks of itself
        if own and reading.voice is Voice.DONE and _DECIDED.search(clause.text):
            own = None  # 市政府办公室印发《……》, 区政府已同意: who decided, not who will do it
        if own is not None:
            if carried and not first and lasting and _AND_HELPS.search(clause.text):
                own = (*carried, *(unit for unit in own if unit not in carried))
                strong = True
            carried, lasting = own, strong
            leads = bool(own) and _begins_with(clause.text, own[0])
            leads = leads and not clause.text.endswith(_BEHIND_LAST)
            goes_on = bool(own) and "将" in clause.text and not _same(readings, index)
            if own and first and not _same(readings, index) and _CHARGE.match(clause.text):
                standing.charge(index)
            if standing.charging(index):
                standing.names = carried
        if lasting and carried and "以下" in clause.text and _FOLLOWING.search(clause.text):
            # 由县人民医院牵头,重点抓好以下几件事: for the rest of the section.
            top = outline.sections[clause.section].path
            for below in range(clause.section, len(by_section)):
                if outline.sections[below].path[: len(top)] != top:
                    break
                by_section[below] = carried
        if carried is None:
            result.append(charged or by_section[clause.section])
        else:
            result.append(carried)
    _from_behind(readings, result)
    if "上述" in outline.text or "以上" in outline.text:
        _from_above(readings, result)
    if "单位" in outline.text or "部门" in outline.text:
        _from_label(readings, result)
    return result


def _begins_with(text: str, unit: str) -> bool:
    """Whether a unit is what a clause is about: it stands first, or behind a number or a date."""
    at = text.find(unit)
    return at == 0 or (0 < at <= _FOREWORD and text[at - 1] not in "由同合与和导促请助")


_FOREWORD = 10


#: A sentence that goes on with who acted before: 力争……, 到2023年底……, 下步将…….
_NO_SUBJECT = re.compile(
    r"(?:力争|确保|计划|预计|争取|全年|年内|年底|到?20\d\d年|到?今年|到?明年|\d{1,2}月|每年|下一?步,?将|还将|首届|第?[一二三四]季度)"
)


def _same(readings: Sequence[Reading], index: int) -> bool:
    """Whether the clause before stands in the same paragraph."""
    return (
        readings[index - 1].clause.paragraph == readings[index].clause.paragraph if index else False
    )


_DECIDED = re.compile(
    r"(?:印发|出台|下发|公布)了?《|(?:政府|人大|党委|[省市县区]委)(?:常务会议|常委会)?(?:已经?|已原则|原则)(?:同意|批准|批复|审定|通过|审议通过)|协调|政府[^,。;]{0,8}(?:提出|确定|下达|明确)的"
)


#: 该局承诺国庆节前修复: the unit named last in the sentence.
_THAT_ONE = re.compile(
    "由?该(?:[局委办厅所站院校镇乡]|公司|中心|单位|部门|集团|街道|医院|学校)(?!的)"
)


#: So many clauses back a unit may have been named.
_BACK = 12


def _of_before(readings: Sequence[Reading], index: int) -> tuple[str, ...]:
    """The unit that 该局 means at the head of a clause or behind 由; () where none was named.

    It is the one named last in the paragraph, of those that are of that kind.
    """
    clause = readings[index].clause
    that = _THAT_ONE.match(clause.text)
    if that is None:
        return ()
    kind = that[0][-1]
    for back in range(index - 1, max(-1, index - 1 - _BACK), -1):
        before = readings[back].clause
        if before.paragraph != clause.paragraph:
            break
        named = [match[0] for match in _patterns()["one"].finditer(before.text)]
        if kind == "司":
            named += [match[1] for match in _patterns()["company"].finditer(before.text)]
        named = [name for name in named if name[-1] == kind]
        if named:
            return (named[-1],)
    return ()


def _of_clause(text: str) -> tuple[tuple[str, ...] | None, bool]:
    """Units that a clause names as responsible; () where it names the replying unit itself.

    The flag is true for 由……牵头, which reaches over a semicolon.
    """
    if not _marks().search(text):
        return None, False
    patterns = _patterns()
    by = patterns["by"].search(text) if "由" in text else None
    if by:
        more = patterns["with"].search(text, by.end())
        names = _names(by[1]) + (_names(by[2]) if by[2] else ())
        names += _names(more[1]) if more else ()
        return names, bool(_LEADS.search(text, by.end(1)))
    lead = _LEAD.match(text)
    at = lead.end() if lead else 0
    if "配合" in text and (helped := patterns["helped"].match(text, at)):
        return _names(helped[1]), True
    if "重视" in text:
        return None, False  # 县委、县政府高度重视: nobody's task
    head = patterns["head"].match(text, at)
    if (
        head
        and (head[1][-1] not in _ACTS or head[1][-2:] == "大厅")
        and _THING.match(text, head.end())
    ):
        return None, False
    if head:
        more = patterns["with"].match(text, head.end()) or patterns["seconded"].match(
            text, head.end()
        )
        return _names(head[1]) + (_names(more[1]) if more else ()), False
    if _TOGETHER.search(text) and (
        together := patterns["with"].search(text) or patterns["jointly"].search(text)
    ):
        return _names(together[1] or together[2]), False
    told = patterns["told"].search(text, at) if _TOLD.search(text) else None
    if told:
        return _names(told[1]), False
    if text.startswith(words("agencies", "self"), at):
        return (), False
    if _COMPANY.search(text) and (company := patterns["company"].match(text, at)):
        return (company[1],), False
    dated = _DATED.match(text, at)
    if dated and dated.end() < len(text):
        head = patterns["head"].match(text, dated.end())
        if head:
            return _names(head[1]), False
    return None, False


#: 市发改委:……, 县水务局答复如下:……: several units answer one letter.
_ENDS_SAYING = re.compile(
    r"的?(?:(?:会办|协办|承办|办理|答复|回复|反馈|书面|落实){0,2}(?:意见|答复|回复|反馈|情况)(?:如下|为|是)?|方面|表示|(?:回复|答复|反馈)称|提出)$"
)
_LABEL_LENGTH = 60


def _label(text: str) -> tuple[str, ...]:
    """The units that a clause before a colon consists of; () where it says anything else."""
    if len(text) > _LABEL_LENGTH or not _marks().search(text):
        return ()
    lead = _LEAD.match(text)
    bare = text[lead.end() if lead else 0 :]
    said = _ENDS_SAYING.search(bare)
    if said:
        bare = bare[: said.start()]
    whole = _patterns()["head"].match(bare)
    if whole and whole.end() == len(bare):
        return _names(whole[1])
    return (bare,) if _patterns()["body"].fullmatch(bare) else ()


_FOLLOWING = re.compile("以下(?:[几各一二三四五六七八九十两]|工作|措施|方面|任务|事|项目|重点)")
#: 由县人民医院牵头,县卫生健康局指导: who leads remains.
_AND_HELPS = re.compile("配合|(?:指导|协助|支持)$")


#: 由……牵头 reaches over a semicolon, 由……配合 does not.
_LEADS = re.compile("牵头|负责")


#: Without one of these nobody is named as acting together with the replying unit.
_TOGETHER = re.compile("会同|联合|和|与|、")
_TOLD = re.compile("协调|督促|责成|请|要求|指导|配合|协助|敦促|商")
_COMPANY = re.compile("公司|集团|[支分]行|供电所")
#: 2024年底前市教育局…: a date before the subject.
_DATED = re.compile(
    r"(?:力争|确保|计划|预计|争取|拟|将)?[到至在于]?[0-9一二三四五六七八九十〇年月日号今明后本次当上下中春夏秋冬旬半初末季度内天周个“”五规划期间节前后国庆汛元旦中秋]{1,14}?(?:底|前|年|内|季度|月|半年|旬|日)(?:之前|以前)?,?"
)
#: 县公共法律服务中心已于3月建成, 示范型服务中心达到10家: a thing that is built or counted, no actor.
_THING = re.compile(
    r"(?:\([^()]{1,16}\))?(?:已|将|拟|计划|预计|力争|确保)?[^,。;]{0,10}?(?:建成|竣工|开工|动工|完工|投入使用|投用|封顶|启用|落成|达到|设立$|挂牌|开诊|总数|数量)(?![^,。;]{0,2}[一-龥]{0,6}(?:项目|制度|机制|平台|系统))"
)


#: 市发展和改革委员会年内建成……: an authority builds, it is never what is built.
_ACTS = frozenset("局委厅署会府")


@cache
def _marks() -> re.Pattern[str]:
    """Last characters of the endings: a clause with none of them names no unit."""
    last = {ending[-1] for ending in words("agencies", "endings")} | {"我", "本", ")", "各"}
    return re.compile(f"[{re.escape(''.join(sorted(last)))}]")


#: Between two names, not within the brackets of one: 各县(市、区)人民政府.
_AND = re.compile(r"[、,](?![^()]*\))|会同|联合|以及")


def _names(listed: str) -> tuple[str, ...]:
    """The units of a list, each as written."""
    names: list[str] = []
    if listed.startswith(("各市、", "各县、")):
        return (listed,)
    for part in _AND.split(listed):
        found = [match[0] for match in _patterns()["one"].finditer(part)]
        whole = not found or not part.startswith(found[0])
        names += ([part] if len(part) > 2 else []) if whole else found
    return tuple(dict.fromkeys(names))


def _of_section(section: Section, told: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Units that the headings make responsible; the innermost heading that names any."""
    for title in reversed(section.path):
        if title not in told:
            told[title] = _of_heading(title)
        if told[title]:
            return told[title]
    return ()


_NUMBERED = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[、.])"
)


def _of_heading(title: str) -> tuple[str, ...]:
    patterns = _patterns()
    labelled: list[str] = []
    for label in _RESPONSIBLE_LABEL.finditer(title) if "单位" in title or "部门" in title else ():
        found = patterns["list"].search(title + ")", label.end())
        if found:
            labelled += _names(found[0])
    if labelled:
        return tuple(dict.fromkeys(labelled))
    charged = _CHARGED.search(title) if "(" in title else None
    if charged:
        return _names(charged[1])
    if not _marks().search(title):
        return ()
    named = _IN_BRACKETS.search(title) if title[-1] == ")" else None
    if named:
        units = patterns["head"].match(named[1] + ":")
        if units and units.end() == len(named[1]):
            return _names(named[1] + ":")
    number = _NUMBERED.match(title)
    bare = title[number.end() :] if number else title
    whole = patterns["head"].match(bare + ":")
    if whole and whole.end() >= len(bare):
        return _names(whole[0] + ":")
    with_us = patterns["with"].match(bare)
    if with_us:
        return _names(with_us[1] + "、")
    asked = _ASKED.search(title)
    found = patterns["list"].match(title, asked.end()) if asked else None
    return _names(found[0] + "等") if found else ()


def _from_above(readings: Sequence[Reading], result: list[tuple[str, ...]]) -> None:
    """上述工作由区民政局负责落实: the owner of what stands above in the same paragraph."""
    for index, reading in enumerate(readings):
        if not _ABOVE.search(reading.clause.text):
            continue
        names, _ = _of_clause(reading.clause.text)
        back = index - 1
        while names and back >= 0 and readings[back].clause.paragraph == reading.clause.paragraph:
            if not result[back]:
                result[back] = names
            back -= 1


def _from_label(readings: Sequence[Reading], result: list[tuple[str, ...]]) -> None:
    """(责任单位:……) at the end of a paragraph: for all in it that names nobody else."""
    for index, reading in enumerate(readings):
        label = _AT_END.search(reading.clause.text) if "(" in reading.clause.text else None
        if label is None:
            continue
        names = tuple(name for name in re.split("[、,;]", label[1]) if name)
        back = index
        while back >= 0 and readings[back].clause.paragraph == reading.clause.paragraph:
            if not result[back]:
                result[back] = names
            back -= 1


#: 此项工作由市农业农村局牵头: said before the tasks of a paragraph, for all of them.
_CHARGE = re.compile(
    r"(?:(?:此|该|这|本|上述|以下|相关)[一1]?(?:项|类|件|方面)?(?:工作|任务|事项|问题|建议|项目|事)?(?:主要|具体|拟|将)?)?由[^,。;]{2,60}?(?:负责|牵头|主办|承办|承担|落实|组织实施|统筹)(?:落实|办理|实施|推进|协调|组织)?$"
)


_BEHIND = re.compile(
    r"(?:(?:这|此|该)[件项]?(?:事项|工作|任务|事)?)?由[^,。;]{2,24}(?:(?:负责|牵头|统筹|组织实施|实施)[^,。;]{0,4}|落实|承担|拨付|解决)$"
    r"|[^,。;]{2,30}[为是](?:第一|主体)?(?:责任|实施|建设|牵头|承办|运营|管护|主体)(?:主体|单位|部门|责任人)$"
)


_BEHIND_FIRST = ("由", "这", "此", "该")
_BEHIND_LAST = ("主体", "单位", "部门", "责任人")


def _from_behind(readings: Sequence[Reading], result: list[tuple[str, ...]]) -> None:
    """ "……再拨付800万元,由市财政局按工程进度拨付": who is told behind the promise."""
    for index in range(1, len(readings)):
        after = readings[index].clause
        if not after.text.startswith(_BEHIND_FIRST) and not after.text.endswith(_BEHIND_LAST):
            continue
        if result[index - 1] or not _BEHIND.match(after.text):
            continue
        here = readings[index - 1].clause
        if here.closer == "," and here.sentence == after.sentence:
            result[index - 1] = _of_clause(after.text)[0] or ()

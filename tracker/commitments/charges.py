"""Whom one clause or one heading makes responsible."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.commitments.lexicon import words
from tracker.commitments.unitnames import endings_of_units, unit_patterns, units_of

_RESPONSIBLE_LABEL: Final = re.compile(
    r"(?:责任|承办|牵头|落实|配合|主办|协办)单位[::]?|(?:责任|牵头)部门[::]?"
)


#: 关于食品安全监管(市市场监督管理局负责)
_CHARGED: Final = re.compile(r"\(([^()]{3,40}?)(?:负责|牵头)\)")


#: 关于补齐水利短板的建议(省水利厅): who answers for what stands below.
_IN_BRACKETS: Final = re.compile(r"\(([^()]{3,60})\)$")


_ASKED: Final = re.compile(r"(?:恳请|建议|请求|请|希望|要求)(?=[省市县区州各国])")


#: What may stand at the head of a clause before its subject.
_LEAD: Final = re.compile(
    r"(?:[一二三四五六七八九十]是(?:要)?|\d{1,2}[.、][ ]?|第?[一二三四五六七八九十]{1,2}[、,]|\([一二三四五六七八九十\d]{1,3}\)|同时|其中|此外|另外|目前|下一步|下步|今后|并)*,?"
)


#: What it begins with; most clauses have none.
_LEAD_FIRST: Final = "一二三四五六七八九十0123456789第(同其此另目下今并,"


def behind_lead(text: str) -> int:
    """Where the subject of a clause may begin: behind its number and 同时, 下一步."""
    lead = _LEAD.match(text) if text[:1] in _LEAD_FIRST else None
    return lead.end() if lead else 0


def charged_by_clause(text: str) -> tuple[tuple[str, ...] | None, bool]:
    """Units that a clause names as responsible; () where it names the replying unit itself.

    The flag is true for 由……牵头, which reaches over a semicolon.
    """
    town = _TOWN.search(text) if "由" in text else None
    if town:
        return tuple(re.split("[、和]", town[1])), bool(_LEADS.match(text, town.end()))
    if not endings_of_units().search(text):
        return None, False
    patterns = unit_patterns()
    by = patterns["by"].search(text) if "由" in text else None
    if by:
        more = patterns["with"].search(text, by.end())
        names = units_of(by[1]) + (units_of(by[2]) if by[2] else ())
        names += units_of(more[1]) if more else ()
        return names, bool(_LEADS.search(text, by.end(1)))
    at = behind_lead(text)
    if "配合" in text and (helped := patterns["helped"].match(text, at)):
        return units_of(helped[1]), True
    if at == 0 and text.endswith("配合") and _HELPERS.fullmatch(text):
        return units_of(text[: -len("配合")]), True
    if "重视" in text:
        return None, False  # 县委、县政府高度重视: nobody's task
    head = patterns["head"].match(text, at)
    if (
        head
        and (head[1][-1] not in _ACTS or head[1][-2:] == "大厅")
        and _THING.match(text, head.end())
        and not (text[at] == "各" and _EVERY_ONE.match(text, head.end()))
    ):
        return None, False
    if head:
        more = patterns["with"].match(text, head.end()) or patterns["seconded"].match(
            text, head.end()
        )
        return units_of(head[1]) + (units_of(more[1]) if more else ()), False
    others = _OTHERS.search(text) is not None
    if others:
        together = patterns["with"].search(text) if _TOGETHER.search(text) else None
        if together is None and "与" in text:
            together = patterns["jointly"].search(text)
        if together:
            return units_of(together[1] or together[2]), False
        telling = _TOLD.search(text, at)
        told = patterns["told"].search(text, telling.start()) if telling else None
        if told:
            return units_of(told[1]), False
    if text[at : at + 1] in _self_first() and text.startswith(words("agencies", "self"), at):
        return (), False
    if others and _COMPANY.search(text) and (company := patterns["company"].match(text, at)):
        return (company[1],), False
    dated = _DATED.match(text, at) if text[at : at + 1] in _DATED_FIRST else None
    if dated and dated.end() < len(text):
        head = patterns["head"].match(text, dated.end())
        # 到2024年底乡镇卫生院……达到: behind a long date a place is what is counted.
        if head and (head[1][-1] in _TOLD_LAST or dated.end() < _SHORT):
            return units_of(head[1]), False
    return None, False


#: 由白沙镇负责, 由南门、北门街道牵头: a place that acts, by its bare name.
_ONE_TOWN: Final = "(?:(?!我|各|有关|相关|属地|辖区|所在|乡镇)[一-龥]){1,6}?(?:[镇乡]|街道|社区|村)"
_TOWN: Final = re.compile(
    f"由({_ONE_TOWN}(?:[、和]{_ONE_TOWN}){{0,5}})(?=负责|牵头|承担|组织实施|组织|实施|落实|统筹)"
)

#: 南岸糖厂、县农机服务中心配合: who helps need not be an authority.
_A_NAME: Final = "[一-龥]{3,20}(?:[局委办厅院所站队处会厂行]|中心|公司|政府|街道|集团|部门)"
_HELPERS: Final = re.compile(f"{_A_NAME}(?:、{_A_NAME}){{0,5}}配合")


#: What the name of one ends with who can be told to act, and a date as short as 8月底前.
_TOLD_LAST: Final = "局委厅署会府办部司团镇乡县区市道联"
_SHORT: Final = 6


#: 由……牵头 reaches over a semicolon, 由……配合 does not.
_LEADS: Final = re.compile("牵头|负责")


@cache
def _self_first() -> str:
    """What the words begin with by which a unit speaks of itself."""
    return "".join({word[0] for word in words("agencies", "self")})


#: What the three patterns below look for: most clauses have none of it, and are looked at once.
_OTHERS: Final = re.compile(
    "会同|联合|我|本局|与|协调|督促|责成|请|要求|指导|配合|协助|敦促|支持|组织各|商"
    "|公司|集团|支行|分行|供电所|供电局|电力局|水厂|电厂|糖厂"
)


#: Without one of these nobody is named as acting together with the replying unit.
_TOGETHER: Final = re.compile("会同|联合|我|本局")


#: What tells somebody to act; where it stands, the longer pattern is tried.
_TOLD: Final = re.compile("协调|督促|责成|请|要求|指导|配合|协助|敦促|支持|组织各|商")


#: 公司, 集团, 支行, 供电所, 电力局, 水厂: by the last character, so that `re` skips the text before.
_COMPANY: Final = re.compile(
    "[司团行所局厂](?:(?<=公司|集团|支行|分行)|(?<=供电所|供电局|电力局)|(?<=水厂|电厂|糖厂))"
)


#: 2024年底前市教育局…: a date before the subject.
_DATED: Final = re.compile(
    r"(?:力争|确保|计划|预计|争取|拟|将)?(?:[到至在于]?[0-9一二三四五六七八九十〇年月日号今明后本次当上下中春夏秋冬旬半初末季度内天周个“”五规划期间节前后国庆汛元旦中秋]{1,14}?(?:底|前|年|内|季度|月|半年|旬|日)[底末]?(?:之?前|以前)?,?){1,3}"
)
#: What such a date begins with.
_DATED_FIRST: Final = "力确计预争拟将到至在于0123456789一二三四五六七八九十〇年月日号今明后本次当上下中春夏秋冬旬半初末季度内天周个“”五规划期间节前后国庆汛元旦"


#: 县公共法律服务中心已于3月建成, 示范型服务中心达到10家: a thing that is built or counted, no actor.
_THING: Final = re.compile(
    r"(?:\([^()]{1,16}\))?(?:已|将|拟|计划|预计|力争|确保)?[^,。;]{0,10}?(?:建成|竣工|开工|动工|完工|投入使用|投用|封顶|启用|落成|达到|设立$|挂牌|开诊|总数|数量)(?![^,。;]{0,2}[一-龥]{0,6}(?:项目|制度|机制|平台|系统))"
)


#: 各镇(街道)原则上建成……: what each of them has to do.
_EVERY_ONE: Final = re.compile("(?:原则上|至少|均[应须要将]|都[应须要将]|必须)(?![建拥设配]有|达)")


#: 市发展和改革委员会年内建成……: an authority builds, it is never what is built.
_ACTS: Final = "局委厅署会府"


_NUMBERED: Final = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[、.])"
)


def charged_by_heading(title: str) -> tuple[str, ...]:
    """Units that a heading makes responsible: by a label, in brackets, as its subject, as asked."""
    patterns = unit_patterns()
    labelled: list[str] = []
    for label in _RESPONSIBLE_LABEL.finditer(title) if "单位" in title or "部门" in title else ():
        found = patterns["list"].search(title + ")", label.end())
        if found:
            labelled += units_of(found[0])
    if labelled:
        return tuple(dict.fromkeys(labelled))
    charged = _CHARGED.search(title) if "(" in title else None
    if charged:
        return units_of(charged[1])
    if not endings_of_units().search(title):
        return ()
    named = _IN_BRACKETS.search(title) if title[-1] == ")" else None
    if named:
        units = patterns["head"].match(named[1] + ":")
        if units and units.end() == len(named[1]):
            return units_of(named[1] + ":")
    number = _NUMBERED.match(title)
    bare = title[number.end() :] if number else title
    whole = patterns["head"].match(bare + ":")
    if whole and whole.end() >= len(bare):
        return units_of(whole[0] + ":")
    with_us = patterns["with"].match(bare)
    if with_us:
        return units_of(with_us[1] + "、")
    asked = _ASKED.search(title)
    found = patterns["list"].match(title, asked.end()) if asked else None
    return units_of(found[0] + "等") if found else ()

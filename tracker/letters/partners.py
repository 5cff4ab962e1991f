"""Units beside the replying one: those that were asked (协办, 会商), and joint signers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from tracker.letters.issuers import name_of
from tracker.letters.names import Span, units_in_line
from tracker.letters.parts import Parts
from tracker.letters.text import NormalText
from tracker.letters.words import compiled, pattern_of

#: An opening with one of these answers for several units.
_TOGETHER: Final = r"联合(?:作出|作|做出|进行)?(?:如下)?(?:答复|答覆|回复|办复|函复)"
#: What no unit's name begins with: the letter's own unit, its addressee, nobody in particular.
_NOBODY: Final = r"(?:我|你|您|贵|本|该|各|有关|相关|会办|协办|主办|承办|根据|依据|按照|及时|认真)"
#: Every wording that asks other units holds one of these.
_STEMS: Final[tuple[str, ...]] = ("商", "同", "征求", "会办", "协办", "协助", "与", "综合", "结合")
#: Words of an opening that says what was received and that it is answered.
_FORMULA: Final = r"收悉|收到|[答回函办][复覆]|如下"


def find_partners(
    normal: NormalText, parts: Parts, signers: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Joint signers (two at least, else none) and assisting units, as the raw text writes them.

    Args:
        normal: the letter.
        parts: its parts.
        signers: the units that reply, in full.
    """
    joint = list(signers) if len(signers) > 1 else []
    assisting: list[str] = []
    opening = normal.text[slice(*parts.opening)]
    if any(stem in opening for stem in _STEMS):
        asked = [name_of(normal, span) for span in _asked(normal, parts)]
        if asked and compiled(_TOGETHER).search(opening):
            joint = [*(joint or signers), *asked]
        else:
            assisting += asked
    for label, names in _labelled(normal, parts):
        (joint if label == "joint" else assisting).extend(names)
    if joint and signers:
        joint = [*signers, *joint]
    known = set(joint) | set(signers)
    joint = list(dict.fromkeys(joint))
    return (
        tuple(joint) if len(joint) > 1 else (),
        tuple(name for name in dict.fromkeys(assisting) if name not in known),
    )


@cache
def _unit() -> str:
    """A unit with what follows it; 和 inside 住房和城乡建设局 parts nothing, as no ending precedes."""
    ending = pattern_of("header", "agencies", "endings")
    purpose = pattern_of("header", "partners", "purposes")
    return (
        rf"(?!{_NOBODY})[一-龥]{{1,22}}?{ending}(?:\((?!以下|简称|下称)[一-龥]{{2,12}}\))?"
        rf"(?=$|[(、,。;及和与以等]|(?:多)?[0-9一二三四五六七八九十]{{1,3}}[个家]|[一-龥]{{0,6}}?{purpose})"
    )


@cache
def _one() -> re.Pattern[str]:
    return re.compile(rf"(?:以及|[、及和与])?({_unit()})")


@cache
def _list() -> str:
    """Units behind each other; a short name in brackets (以下简称…) is passed over."""
    one = rf"(?:以及|[、及和与])?{_unit()}(?:\([^()]{{0,4}}简称[^()]{{1,16}}\))?"
    return rf"(?>{one}){{1,12}}+"  # a list that leads nowhere is not cut in other ways


@cache
def _request() -> re.Pattern[str]:
    """经商市财政局、市审计局 · 我局会同县水利局研究 · 经与市财政局等5个部门会商."""
    asked = pattern_of("header", "partners", "asked")
    purpose = pattern_of("header", "partners", "purposes")
    return re.compile(
        rf"(?:(?P<sure>(?:经|并)(?:我[一-龥]{{1,3}})?(?:{asked}|商|与)|商请)"
        rf"|{asked}|(?<=[局委办厅部院])与)"
        rf"(?P<list>{_list()})"
        rf"(?P<purpose>等?(?:多?[0-9一二三四五六七八九十]{{0,3}}[个家]?(?:部门|单位))?[一-龥]{{0,6}}?{purpose})?"
    )


@cache
def _helpers() -> re.Pattern[str]:
    """该提案由我局主办,省财政厅、省应急管理厅会办."""
    return re.compile(rf"[,。;(由据](?P<list>{_list()})(?:会办|协办|协助办理)")


def _asked(normal: NormalText, parts: Parts) -> Iterator[Span]:
    """Units that the opening says were asked."""
    start, end = parts.opening
    end = min(end, start + 1500)
    formula = compiled(_FORMULA).search(normal.text, start, end)
    if any(stem in normal.text[start:end] for stem in ("会办", "协办", "协助")):
        for match in _helpers().finditer(normal.text, start, end):
            for unit in _one().finditer(normal.text, *match.span("list")):
                yield unit.span(1)
    for match in _request().finditer(normal.text, start, end):
        if match["sure"] or (match["purpose"] and formula):
            for unit in _one().finditer(normal.text, *match.span("list")):
                yield unit.span(1)


@cache
def _label() -> re.Pattern[str]:
    assisting = pattern_of("header", "partners", "assisting")
    joint = pattern_of("header", "partners", "joint")
    return re.compile(
        rf"(?:(?P<assisting>{assisting})|(?P<joint>{joint}))[:| ]{{1,3}}(?P<units>[一-龥、,()]{{3,200}}?)"
        r"(?=$|[ |;。]|联系|办理|公开|主办|承办|会办|协办|签发|发布|成文|类别)"
    )


def _labelled(normal: NormalText, parts: Parts) -> Iterator[tuple[str, list[str]]]:
    for line in (*parts.head, *parts.tail):
        if "单位" not in line.text and "部门" not in line.text:
            continue
        for match in _label().finditer(line.text):
            names = []
            for part in re.finditer(r"[^、,]+", match["units"]):
                first, last = match.start("units") + part.start(), match.start("units") + part.end()
                if units_in_line(line.text[first:last]):
                    names.append(name_of(normal, (line.start + first, line.start + last)))
            yield ("joint" if match["joint"] else "assisting"), names

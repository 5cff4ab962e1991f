"""Whether a reply may be published: 公开属性：主动公开, 是否公开：否, (此件公开发布)."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.letters.boxes import has_boxes, ticked
from tracker.letters.parts import Parts
from tracker.letters.words import either, pattern_of, words

#: Every label and every formula holds it.
_STEM: Final = "公开"
_ROW: Final = 60
#: A line that holds one of these is the letter's own, no menu: 青水函〔2023〕14号 类别：B 主动公开.
_OWN_LINE: Final[tuple[str, ...]] = ("〕", "办理结果", "类别", "发文", "成文", "签发")


def find_publishable(parts: Parts) -> bool | None:
    """True or false as the letter says, None where it says nothing or lists all choices."""
    lines = [line.text for line in (*reversed(parts.head), *parts.tail)]
    lines = [line for line in lines if _STEM in line and len(line) <= 300]
    if not lines:
        return None
    for line in lines:
        labelled = _label().search(line)
        if labelled:
            return _in_row(line[labelled.end() : labelled.end() + _ROW])
    for line in lines:
        formula = _formula().search(line)
        if formula:
            return _means(formula[1])
    for line in lines:
        alone = _alone().findall(line) if any(sign in line for sign in _OWN_LINE) else []
        if len(alone) == 1:
            return _means(alone[0])
    return None


@cache
def _label() -> re.Pattern[str]:
    return re.compile(rf"{pattern_of('header', 'publishing', 'labels')}[:|? ]{{1,3}}")


@cache
def _options() -> str:
    return either((*words("header", "publishing", "yes"), *words("header", "publishing", "no")))


@cache
def _value() -> re.Pattern[str]:
    return re.compile(rf"({_options()})(?=$|[ |,。;()\]】]|[一-龥]{{2,8}}:)")


@cache
def _formula() -> re.Pattern[str]:
    """此件公开发布 · 本件依申请公开. Not 此件删减后公开, which leaves something out."""
    return re.compile(rf"[此本]件(?:属于|属|为|按|可以|可|应)?({_options()})(?=$|[ |,。;)\]】])")


@cache
def _alone() -> re.Pattern[str]:
    return re.compile(r"(?:^|[ |(【]|(?<=[A-D类]))(主动公开|依申请公开|不予公开)(?=$|[ |)】])")


def _in_row(row: str) -> bool | None:
    if has_boxes(row):
        meanings = {_means(option) for option in ticked(row, _options())}
    else:
        value = _value().match(row)
        others = set(_alone().findall(row))
        meanings = {_means(value[1])} if value and len(others) < 2 else set()
    return meanings.pop() if len(meanings) == 1 else None


def _means(option: str) -> bool:
    return option in words("header", "publishing", "yes")

"""The class of the result, A to D: as a letter, as a ticked box, or in words."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.letters.boxes import has_boxes, ticked
from tracker.letters.parts import Parts
from tracker.letters.words import compiled, either, pattern_of, words

_CLASSES: Final = "ABCD"
#: A row of a form goes so far behind its label.
_ROW: Final = 120

_IN_BRACKETS: Final = r"[(【]([A-D])类?[)】]"
_OPENING_BRACKETS: Final = r"\([^()\n]{2,40}\)"
_ALONE: Final = r"^[(【]?([A-D])类?(?: {0,3}(?:主动公开|依申请公开|不予公开|同意公开|公开))?[)】]?$|[〕)\]]\d{1,5}号 {0,40}[(]?([A-D])类?[)]?(?=$| |同意|公开|主动)"


def find_category(parts: Parts, opening: str) -> str | None:
    """The letter's own class; a legend that lists all classes is not it, nor is a neighbour's.

    Args:
        parts: of the letter; `opening` is what the reply proper stands behind.
    """
    lines = [line.text for line in (*reversed(parts.head), *parts.tail) if len(line.text) <= 300]
    lines += compiled(_OPENING_BRACKETS).findall(opening)
    for line in lines:
        match = _letter_label().search(line)
        if match and not has_boxes(line[match.end() : match.end() + _ROW]):
            return match[1]
    for line in lines:
        match = compiled(_ALONE).search(line)
        if match:
            return str(match[1] or match[2])
    for line in lines:
        # Every such label holds one of the two.
        labelled = _result_label().search(line) if "结果" in line or "类" in line else None
        found = _in_row(line[labelled.end() : labelled.end() + _ROW]) if labelled else None
        if found:
            return found
    titled = parts.title[-1][0] if parts.title else 0
    for own in parts.head:
        classes: set[str] = (
            set(compiled(_IN_BRACKETS).findall(own.text)) if own.end > titled else set()
        )
        if len(classes) == 1:
            return classes.pop()
    return None


@cache
def _letter_label() -> re.Pattern[str]:
    label = pattern_of("header", "labels", "category")
    return re.compile(
        rf"{label}[:| \"“(]{{1,4}}(?:[一-龥]{{2,10}}[(])?([A-D])\d?(?![A-Za-z0-9])(?!类?[、,/ ]{{1,2}}[B-D])"
    )


@cache
def _result_label() -> re.Pattern[str]:
    return re.compile(rf"{pattern_of('header', 'results', 'labels')}[:| ]{{1,3}}")


@cache
def _class_of() -> dict[str, str]:
    """Words to classes."""
    return {word: letter for letter in _CLASSES for word in words("header", "results", letter)}


@cache
def _words() -> str:
    return either(_class_of())


@cache
def _value() -> re.Pattern[str]:
    """已经解决或基本解决 and nothing more, but for a bracket, another cell or the full stop."""
    lead = pattern_of("header", "results", "leads")
    one = rf"(?:{lead}){{0,3}}{_words()}"
    return re.compile(
        rf"{one}(?:[或及、和并]{one}){{0,3}}的?(?:类|问题)?(?=$|[ |,。;()]|[一-龥]{{2,8}}:)"
    )


def _in_row(row: str) -> str | None:
    """The class that a row behind its label names by a ticked box or in words."""
    if has_boxes(row):
        options = ticked(row, rf"[A-D](?![A-Za-z0-9])|{_words()}")
        classes = {_class_of().get(option, option) for option in options}
    else:
        value = _value().match(row)
        # All words of the row count: a legend names more than one class.
        names = compiled(_words()).findall(row) if value else []
        classes = {_class_of()[name] for name in names}
    return classes.pop() if len(classes) == 1 else None

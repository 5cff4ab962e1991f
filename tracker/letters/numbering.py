"""The numbers that Word puts before paragraphs: 一、 (二) 3. They are printed and stand in no text.

Without them a letter loses its headings, and with these what is past and what is planned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NUMBERED: Final = f"{_W}pPr/{_W}numPr"
_DIGITS: Final = "零一二三四五六七八九"
_CIRCLES: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
#: Formats that count 一二三; the names tell apart what differs above a hundred.
_CHINESE: Final = frozenset(
    {
        "chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting",
        "taiwaneseCounting", "taiwaneseCountingThousand",
    }
)  # fmt: skip
_CIRCLED: Final = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese"})
#: Word knows nine levels; styles are based on each other a few deep.
_LEVELS: Final = 9
_DEEPEST: Final = 20

#: An element of the document's tree. The parser comes without types.
Element = Any


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is numbered: `text` is "%1、" or "(%2)"."""

    start: int
    format: str
    text: str
    gap: str
    style: str | None


@dataclass(slots=True)
class Numbering:
    """The lists of one document and how far each has been counted.

    Args:
        lists: by the lists' own numbers.
        kinds: which list a paragraph's number means, and where a restart sets its levels.
        styles: number and level that a style brings, as far as it does.
    """

    lists: dict[str, dict[int, _Level]] = field(default_factory=dict)
    kinds: dict[str, tuple[str, dict[int, int]]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def label(self, paragraph: Element) -> str:
        """The number before a paragraph with the gap behind it, "" where it has none.

        Args:
            paragraph: to be asked once for each, in the order of the document.
        """
        number, level = self._of(paragraph)
        kind, restarts = self.kinds.get(number, ("", {}))
        levels = self.lists.get(kind, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(kind, [None] * _LEVELS)
        if number not in self._begun:
            self._begun.add(number)
            for at, start in restarts.items():
                counts[at] = start - 1
        before = counts[level]
        counts[level] = levels[level].start if before is None else before + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        text = levels[level].text
        for at, shown in levels.items():
            if f"%{at + 1}" in text:
                count = counts[at]
                value = shown.start if count is None else count
                text = text.replace(f"%{at + 1}", _written(value, shown.format))
        return text + levels[level].gap if text else ""

    def _of(self, paragraph: Element) -> tuple[str, int]:
        """The list and the level of a paragraph: its own, else its style's."""
        style = _value(paragraph.find(f"{_W}pPr/{_W}pStyle"))
        number, level = self.styles.get(style, ("", None))
        own = paragraph.find(_NUMBERED)
        if own is not None:
            number = _value(own.find(f"{_W}numId")) or number
            level = _whole(own.find(f"{_W}ilvl"), level if level is not None else 0)
        if level is None:
            kind = self.kinds.get(number, ("", {}))[0]
            levels = self.lists.get(kind, {})
            level = next((at for at, found in levels.items() if found.style == style), 0)
        return number, level


def read_numbering(numbering: Element | None, styles: Element | None) -> Numbering:
    """The lists of a document.

    Args:
        numbering: the root of its part numbering.xml, None where it has none.
        styles: the root of its part styles.xml, None where it has none.
    """
    found = Numbering()
    if numbering is None:
        return found
    for kind in numbering.iterfind(f"{_W}abstractNum"):
        levels = {_whole_of(level, "ilvl"): _level(level) for level in kind.iterfind(f"{_W}lvl")}
        found.lists[kind.get(f"{_W}abstractNumId") or ""] = {
            at: level for at, level in levels.items() if 0 <= at < _LEVELS
        }
    for number in numbering.iterfind(f"{_W}num"):
        restarts = {
            _whole_of(item, "ilvl"): _whole(item.find(f"{_W}startOverride"), 1)
            for item in number.iterfind(f"{_W}lvlOverride")
            if item.find(f"{_W}startOverride") is not None
        }
        found.kinds[number.get(f"{_W}numId") or ""] = (
            _value(number.find(f"{_W}abstractNumId")),
            {at: start for at, start in restarts.items() if 0 <= at < _LEVELS},
        )
    if styles is not None:
        found.styles = _numbered_styles(styles)
    return found


def _level(level: Element) -> _Level:
    numbered = _value(level.find(f"{_W}numFmt")) or "decimal"
    text = _value(level.find(f"{_W}lvlText"))
    gap = "" if _value(level.find(f"{_W}suff")) == "nothing" else " "
    style = _value(level.find(f"{_W}pStyle")) or None
    # A bullet says nothing that a line end does not say.
    text = "" if numbered in ("bullet", "none") else text
    return _Level(_whole(level.find(f"{_W}start"), 1), numbered, text, gap, style)


def _numbered_styles(styles: Element) -> dict[str, tuple[str, int | None]]:
    """Number and level of every style that brings them, by itself or from the one it rests on."""
    by_name = {style.get(f"{_W}styleId") or "": style for style in styles.iterfind(f"{_W}style")}
    found: dict[str, tuple[str, int | None]] = {}
    for name in by_name:
        base = name
        for _ in range(_DEEPEST):
            style = by_name.get(base)
            if style is None:
                break
            numbered = style.find(_NUMBERED)
            if numbered is not None:
                level = numbered.find(f"{_W}ilvl")
                at = None if level is None else _whole(level, 0)
                found[name] = (_value(numbered.find(f"{_W}numId")), at)
                break
            base = _value(style.find(f"{_W}basedOn"))
    return found


def _value(element: Element | None) -> str:
    return "" if element is None else element.get(f"{_W}val") or ""


def _whole(element: Element | None, default: int) -> int:
    value = _value(element)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else default


def _whole_of(element: Element, name: str) -> int:
    value = element.get(f"{_W}{name}") or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else -1


def _written(value: int, numbered: str) -> str:
    """A number in a format: 3 → 三, ③ or 3."""
    if numbered in _CHINESE and 0 < value < 100:
        tens, ones = divmod(value, 10)
        lead = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
        return lead + (_DIGITS[ones] if ones else "")
    if numbered in _CIRCLED and 0 < value <= len(_CIRCLES):
        return _CIRCLES[value - 1]
    if numbered in ("upperLetter", "lowerLetter") and 0 < value <= 26:
        return chr(ord("A" if numbered == "upperLetter" else "a") + value - 1)
    return str(value)

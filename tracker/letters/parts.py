"""Where a letter's parts stand: head, title, salutation, opening, the reply proper, tail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from tracker.letters.dates import before_date, only_date
from tracker.letters.names import Line, Span, address_in_line, units_in_line
from tracker.letters.openings import body_start, find_opening, opens
from tracker.letters.text import NormalText
from tracker.letters.titles import find_title
from tracker.letters.words import compiled, pattern_of

#: So many lines behind the reply proper may hold signature, date and contacts.
_TAIL_LINES: Final = 25
#: So many lines before the salutation may hold title, number and labels.
_HEAD_LINES: Final = 40
#: A list of names takes at most so many lines.
_NAME_LINES: Final = 8
#: A letter stands on a page at most so many times.
_COPIES: Final = 4
#: So many lines may end like a salutation and be none: labels of a form.
_MOST_LABELS: Final = 200
#: A letter without line ends greets within so many characters.
_FIRST_LINES: Final = 6000
#: A line longer than this is a paragraph of the body.
_LONG_LINE: Final = 100


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a letter, as spans of the regular text.

    `title` has one span for each line it stands on. `opening` goes from the salutation to where
    the reply proper begins.
    """

    head: tuple[Line, ...]
    title: tuple[Span, ...]
    salutation: Span | None
    opening: Span
    start: int
    end: int
    tail: tuple[Line, ...]


def find_parts(normal: NormalText) -> Parts:
    """The parts of the letter in a text; a letter that stands twice is found once."""
    lines = _split(normal.text)
    candidates = _salutations(normal.text, lines)
    if not candidates:
        return _parts(normal.text, lines, None)
    found = [_parts(normal.text, lines, candidate) for candidate in candidates]
    # A page may show the beginning of the letter as a summary before the letter itself.
    longest = max(part.end - part.start for part in found)
    return next(part for part in found if part.end - part.start >= 0.8 * longest)


def _split(text: str) -> list[Line]:
    lines: list[Line] = []
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        lines.append(_new(Line, (at, end, line)))
        at = end + 1
    return lines


#: A page has hundreds; the tuple's own constructor takes a third of the named one's time.
_new: Final = tuple.__new__


class _Salutation(NamedTuple):
    span: Span
    first_line: int


def _salutations(text: str, lines: list[Line]) -> list[_Salutation]:
    """Lines that address someone and are followed by an opening, in order."""
    found: list[_Salutation] = []
    bare: list[_Salutation] = []  # 市教育局: or a label of the page; names with titles go before
    weak: list[_Salutation] = []
    tried = 0
    for index, line in enumerate(lines):
        hit = address_in_line(line.text)
        if hit is None:
            continue
        (start, end), titled = hit
        salutation = _with_lines_before(lines, index, (line.start + start, line.start + end))
        if opens(text, salutation.span[1]):
            (found if titled else bare).append(salutation)
        elif titled:
            weak.append(salutation)
        tried += 1
        if len(found) == _COPIES or tried == _MOST_LABELS:
            break
    return found or bare[:_COPIES] or weak[:1] or _inside_line(text, lines)


@cache
def _greeting_inside() -> re.Pattern[str]:
    """A salutation behind the title on one line, where the line ends of the letter are lost."""
    titles = pattern_of("header", "recipients", "titles")
    replies = pattern_of("header", "titles", "replies")
    return re.compile(
        rf"(?:{replies}|[)日号]) ?((?:尊敬的)?[一-龥·]{{2,4}}(?:、[一-龥·]{{2,4}}){{0,20}}"
        rf"(?:等[\d一二两三四五六七八九十几多]{{0,4}}[名位]?)?{titles})(?:[您你]们?好)?[:!]"
    )


def _inside_line(text: str, lines: list[Line]) -> list[_Salutation]:
    match = _greeting_inside().search(text, 0, _FIRST_LINES)
    if match is None or not opens(text, match.end()):
        return []
    index = next(i for i, line in enumerate(lines) if line.end >= match.end())
    return [_Salutation(match.span(1), index)]


_NAME_LIST: Final = r"(?:[一-龥·×*]{2,6}、)+(?:[一-龥·×*]{1,6})?$"


def _with_lines_before(lines: list[Line], index: int, span: Span) -> _Salutation:
    """A long list of names begins on a line before."""
    first = index
    while first > max(0, index - _NAME_LINES) and compiled(_NAME_LIST).match(
        lines[first - 1].text.removeprefix("尊敬的")
    ):
        first -= 1
    if first < index:
        span = (lines[first].start, span[1])
    return _Salutation(span, first)


def _parts(text: str, lines: list[Line], salutation: _Salutation | None) -> Parts:
    head_end, begin = _head_bounds(text, lines, salutation)
    head = tuple(lines[max(0, head_end - _HEAD_LINES) : head_end])
    if salutation is not None and lines[head_end].start < salutation.span[0]:
        at = lines[head_end].start
        head = (*head, Line(at, salutation.span[0], text[at : salutation.span[0]]))
    title = find_title(head)
    if salutation is None and title and begin < title[-1][1]:
        begin = title[-1][1]
    start = body_start(text, begin)
    first = next((i for i, line in enumerate(lines) if line.end > start), len(lines))
    stop = _tail_index(lines, first, salutation.span if salutation else None, text)
    end = lines[stop].start if stop < len(lines) else len(text)
    signed = compiled(_SIGNED_LINE).search(text, max(start, end - 200), end)
    tail = tuple(lines[stop : stop + _TAIL_LINES])
    if signed and signed[1][-1] not in "日号" and not is_signature(signed[1]):
        signed = None  # 。工程竣工于2023年7月10
    if signed:
        tail = (Line(signed.start(1), end, text[signed.start(1) : end].rstrip()), *tail)
        end = signed.start(1)
    end = max(start, len(text[:end].rstrip()))
    # A letter without an opening formula still names the suggestion in its first paragraph.
    opened = start if text[begin:start].strip() else min(_line_end(text, start), start + 400)
    return Parts(
        head, title, salutation.span if salutation else None, (begin, opened), start, end, tail
    )


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


#: A signature with its date at the end of the last paragraph, whose last 日 may be lost.
_SIGNED_LINE: Final = r"[。!] ?([一-龥]{4,30} ?(?:20\d\d年\d{1,2}月\d{1,2}[日号]?|二[〇一二三四五六七八九零O]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日?))\s*$"


def _head_bounds(text: str, lines: list[Line], salutation: _Salutation | None) -> tuple[int, int]:
    """Index of the first line that is no head, and the offset behind the salutation."""
    if salutation is not None:
        colon = salutation.span[1]
        while colon < len(text) and text[colon] in " :;":
            colon += 1
        return salutation.first_line, colon
    opening = find_opening(text)
    if opening is not None:
        index = next(i for i, line in enumerate(lines) if line.end >= opening)
        return index, lines[index].start
    return min(len(lines), 12), 0


@cache
def tail_word() -> re.Pattern[str]:
    """A line of contacts, copies, neighbours or footer, or a row of buttons."""
    word = pattern_of("noise", "tail")
    button = pattern_of("noise", "buttons")
    return re.compile(
        rf"[|(\[【<·* -]{{0,6}}(?:{word}\d?(?:[:|\])】>( ]|.{{0,14}}$)"
        rf"|(?:{button}[|\])】> ]{{0,3}}[\[(【<]{{0,2}}){{1,12}}$)"
    )


#: How a speech addresses its hearers.
_EVERYBODY: Final[tuple[str, ...]] = ("各位", "诸位")


def _tail_index(lines: list[Line], first: int, salutation: Span | None, text: str) -> int:
    """The index of the first line that is no longer the reply proper."""
    again = text[slice(*salutation)] if salutation else None
    if again and again.startswith(_EVERYBODY):
        again = None  # a speech greets its hearers again and again
    for index in range(first, len(lines)):
        line = lines[index].text
        if len(line) > _LONG_LINE or not line:
            continue
        if tail_word().match(line) or only_date(line) or (again and line.startswith(again)):
            return index
        if is_signature(line) and _ends_here(lines, index):
            return index
    return len(lines)


def is_signature(line: str) -> bool:
    """Whether a line consists of units, with or without a date."""
    return bool(units_in_line(before_date(line)))


def _ends_here(lines: list[Line], index: int) -> bool:
    """Whether nothing of a body follows a line that may be a signature."""
    if before_date(lines[index].text) != lines[index].text:
        return True
    for line in lines[index + 1 : index + 9]:
        if only_date(line.text):
            return True
        if len(line.text) > 30 and "。" in line.text:
            return False
    return True

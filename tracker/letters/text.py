"""One text in two forms: raw, as archived, and regular, as the grammar reads it, with a map back.

The regular form is half-width (NFKC of single characters), in simplified characters, without
spaces inside Chinese text and with wrapped lines joined. Every character of it stems from exactly
one raw character, so a span maps back by two look-ups and a quote is always a contiguous piece of
the raw text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from tracker.letters.dates import only_date
from tracker.letters.words import compiled, pattern_of

#: A wrapped line is at least so long; shorter lines are headings, addresses, signatures.
_WRAP_WIDTH: Final = 18
#: Wrapped lines are of one width, but for so many columns. A line much shorter than the next was
#: not broken by the margin: it is a heading.
_RAGGED: Final = 8
#: Characters that end a paragraph when a line ends with them.
_SENTENCE_END: Final = frozenset("。!?;:…”』」|】]>-_=*")
#: What begins a line of its own: list items, headings, table rows, buttons, rules, labels.
_NEW_LINE: Final = (
    r"[一二三四五六七八九十]{1,3}[、.是]|\((?:[一二三四五六七八九十\d]{1,3}\)|[^()]{2,8}:)"
    r"|\d{1,2}[、.](?!\d)|[|#·*【\[<>_=—-]|第[一二三四五六七八九十]{1,3}[,、]"
    r"|(?!.{0,5}如下)[一-龥]{2,6}:."
)
#: A heading that is complete although no sentence ends.
_TITLE_END: Final = (
    r"(?:答复|回复|复函|的函|答复函|意见|提案|建议|文件|号|报告)[)）]?(?:\([A-D]类?\))?$"
)
_INNER_STOP: Final = "[,。;]"
#: Navigation and buttons: no sentence that goes on.
_SITE_LINE: Final = r"[|>]|【[^】]{0,12}】|首页"
#: A line that addresses someone; not the last words of an opening (现将有关情况答 / 复如下:).
_SALUTATION: Final = r"\s*(?!\S{0,40}(?:如下|[,。;]))\S{2,60}:\s*$"
#: Frequent in traditional text and not used in simplified text.
_TRADITIONAL: Final = "[們這個對會為國縣區議發開關於實與業務長應鎮]"


class NormalText(NamedTuple):
    """A text made regular.

    Args:
        raw: the text as archived.
        text: the regular form.
        starts: offsets in `text` at which a piece of raw text begins that was taken as it stands.
        origins: for each of `starts` the offset in `raw`.
        traditional: whether the raw text is written in traditional characters.
    """

    raw: str
    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]
    traditional: bool

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw offsets of `text[start:end]`; an empty span maps to an empty one.

        Raises:
            ValueError: the span does not lie inside the text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"no such span: {start}..{end} of {len(self.text)}")
        if start == end:
            first = self._raw(start)
            return first, first
        starts, origins = self.starts, self.origins
        piece = bisect_right(starts, start) - 1
        first = origins[piece] + start - starts[piece]
        if piece + 1 == len(starts) or end <= starts[piece + 1]:
            return first, first + end - start
        piece = bisect_right(starts, end - 1) - 1
        return first, origins[piece] + end - starts[piece]

    def raw_quote(self, start: int, end: int) -> str:
        """The raw characters behind `text[start:end]`."""
        first, last = self.raw_span(start, end)
        return self.raw[first:last]

    def _raw(self, at: int) -> int:
        if at >= len(self.text):
            return len(self.raw)
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + at - self.starts[piece]


def normalise(raw: str) -> NormalText:
    """Make a text regular.

    Args:
        raw: any text, of any length; carriage returns count as line ends.
    """
    traditional = len(compiled(_TRADITIONAL).findall(raw, 0, 4000)) >= 5
    # One character becomes one: `wide` and `raw` share offsets.
    wide = raw.translate(_simplified_table()) if traditional else _widened(raw)
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    length = 0
    offset = 0
    before = ""
    gap = False
    for line in wide.splitlines(keepends=True):
        kept = line.strip()
        if not kept:
            gap = True
            offset += len(line)
            continue
        at = offset + line.index(kept[0])
        if before and not (
            len(before) >= _WRAP_WIDTH and _continues(before, line, kept, apart=gap)
        ):
            pieces.append("\n")
            starts.append(length)
            origins.append(offset - 1)
            length += 1
        if " " in kept or "\t" in kept or ("(" in kept and compiled(_READ_OUT).search(kept)):
            spans: Iterable[tuple[int, int]] = _squeeze(kept)
        else:
            spans = ((0, len(kept)),)
        if ("|" in kept or "│" in kept) and (bar := _stray_bar(kept)) >= 0:
            spans = _without(spans, bar)
        for first, last in spans:
            pieces.append(kept[first:last])
            starts.append(length)
            origins.append(at + first)
            length += last - first
        before = kept
        gap = False
        offset += len(line)
    return NormalText(raw, "".join(pieces), tuple(starts), tuple(origins), traditional)


def _widened(raw: str) -> str:
    """The text with full-width and compatibility characters made plain.

    A text holds few different ones, so to replace each is faster than to translate them all.
    """
    table = _width_table()
    for character in set(_wide_characters().findall(raw)):
        raw = raw.replace(character, table[ord(character)])
    return raw


#: A reading aid that mirrors put behind a character: 護(hu)理, 會(huì)議. Not (km), not (APP).
_READING: Final = r"(?<=[一-龥]\()(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiouüāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,3}(?:ng?|r)?\)"
#: Without one of these no such aid follows.
_READ_OUT: Final = r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]"
#: What may be dropped: runs of blanks, and reading aids. One character of a class comes first, so
#: `re` skips through the rest at C speed.
_GAPS: Final = rf"[ \t(](?:(?<![(])[ \t]*|{_READING})"


def _squeeze(line: str) -> Iterator[tuple[int, int]]:
    """The spans of a line that are left without spaces that say nothing, and reading aids.

    Between two characters of which one is Chinese or full-width punctuation, a space or two say
    nothing. A wide gap parts two things on one line and is kept as one space.
    """
    cursor = 0
    for match in compiled(_GAPS).finditer(line):
        start, end = match.span()
        kept = _kept_of_gap(line, start, end)
        if start + kept < end:
            yield cursor, start + kept
            cursor = end
    yield cursor, len(line)


#: The edge of a frame, or of a cell, that was copied into a sentence: 五个|班150名. A row of a table
#: has blanks around its bars, more than one of them, or is no sentence.
_BAR: Final = r"[|│](?<=[一-龥\d].)(?=[一-龥\d])"
_PROSE: Final = 24


def _stray_bar(line: str) -> int:
    """Where the one bar of a sentence stands inside a word of it; -1 where there is none."""
    if line.count("|") + line.count("│") != 1:
        return -1
    sentence = len(line) >= _PROSE and "。" in line
    if not (sentence or ("│" in line and compiled(_INNER_STOP).search(line))):
        return -1
    found = compiled(_BAR).search(line)
    return found.start() if found else -1


def _without(spans: Iterable[tuple[int, int]], at: int) -> Iterator[tuple[int, int]]:
    for first, last in spans:
        if first <= at < last:
            if first < at:
                yield first, at
            first = at + 1
        if first < last:
            yield first, last


def _kept_of_gap(line: str, start: int, end: int) -> int:
    """How many characters of a gap are kept: none, or one blank."""
    if line[start] == "(":
        return 0
    # A line has no blanks at its ends, but a reading aid may end it.
    before, after = line[start - 1], line[end]
    if end - start <= 2 and (_is_wide(before) or _is_wide(after)):
        return 0
    if end - start == 1 and before.isdecimal() and after in "%)〕":
        return 0
    return 1


def _is_wide(character: str) -> bool:
    return not "!" <= character <= "~"


def _continues(before: str, line: str, text: str, *, apart: bool) -> bool:
    """Whether a line goes on with the sentence of the long line before (hard-wrapped text).

    Args:
        before: the line before, without blanks around it.
        line: the line with its indent.
        text: the line without blanks around it.
        apart: whether empty lines lie between; only running text goes on across these.
    """
    return (
        before[-1] not in _SENTENCE_END
        and not (before[0] == "(" and before[-1] == ")")
        and not line[0].isspace()
        and not (compiled(_TITLE_END).search(before) and not compiled(_INNER_STOP).search(before))
        and not (
            apart
            and not (compiled(_INNER_STOP).search(before) and compiled(_INNER_STOP).search(text))
        )
        and not compiled(_NEW_LINE).match(text)
        and not compiled(_SALUTATION).match(line)
        and not compiled(_SITE_LINE).search(before)
        and not compiled(_SITE_LINE).search(text)
        and _width(text) <= _width(before) + _RAGGED
        and not _signs(text)
    )


def _signs(line: str) -> bool:
    """Whether a line is nothing but a unit or a day: who signs, below a last sentence or a label
    without its full stop."""
    return only_date(line) is not None or _unit_alone().fullmatch(line) is not None


@cache
def _unit_alone() -> re.Pattern[str]:
    return re.compile(rf"[一-龥]{{2,36}}{pattern_of('header', 'agencies', 'endings')}")


def _width(line: str) -> int:
    """The columns a line takes: two for a Chinese character, one for a digit."""
    return len(line.encode("gb18030", "replace"))


@cache
def _wide_characters() -> re.Pattern[str]:
    return re.compile("[" + re.escape("".join(map(chr, _width_table()))) + "]")


@cache
def _width_table() -> dict[int, str]:
    """Full-width and compatibility characters to plain ones, one to one, and odd spaces to ' '."""
    table: dict[int, str] = {}
    for code in [*range(0xFF01, 0xFF5F), *range(0x2F00, 0x2FD6), *range(0xF900, 0xFB00)]:
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1:
            table[code] = plain
    for space in "\u00a0\u3000\u2002\u2003\u2007\u2009\u200a\u202f\u205f\u200b\ufeff\u200e\u200f\u202a\u202c\u202e\x00":
        table[ord(space)] = " "
    table |= {
        ord("﹙"): "(",
        ord("﹚"): ")",
        ord("％"): "%",
        ord("﹪"): "%",
        ord("○"): "〇",
        ord("◯"): "〇",
    }
    table |= {ord(dash): "—" for dash in "―─–‒"}
    table |= {ord(tilde): "~" for tilde in "～〜∼"}
    return table


@cache
def _simplified_table() -> dict[int, str]:
    """The width table plus traditional characters, after OpenCC's character table."""
    from opencc import OpenCC  # costs nothing until a traditional letter comes

    table = dict(_width_table())
    convert = OpenCC("t2s").convert
    for code in range(0x4E00, 0xA000):
        character = chr(code)
        plain = convert(character)
        if len(plain) == 1 and plain != character:
            table[code] = plain
    table |= {ord("「"): "“", ord("」"): "”", ord("『"): "‘", ord("』"): "’"}
    return table

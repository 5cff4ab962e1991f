"""Names in head and tail of a letter: units that reply, people and bodies that are addressed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from tracker.letters.text import NormalText
from tracker.letters.words import compiled, either, pattern_of, words

#: A span of the regular text.
Span = tuple[int, int]


class Line(NamedTuple):
    """One line of the regular text."""

    start: int
    end: int
    text: str


@cache
def _agency() -> re.Pattern[str]:
    """A unit's name and nothing else: 滇阳市隆澄区民政局, 中共会棠市委机构编制委员会办公室."""
    trailer = pattern_of("header", "agencies", "trailers")
    ending = pattern_of("header", "agencies", "endings")
    return re.compile(
        rf"(?P<name>[一-龥]{{1,38}}{ending}(?:\((?![盖公印代]章)[一-龥]{{2,12}}\))?)"
        rf"(?:{trailer}|(?=[\s、,]|$))"
    )


@cache
def _never() -> re.Pattern[str]:
    return re.compile(pattern_of("header", "agencies", "never"))


def units_in_line(text: str) -> list[Span]:
    """Spans of the units of which a line consists; none when it holds anything else."""
    text = text.rstrip()
    if not 3 <= len(text) <= 120 or _never().search(text):
        return []
    found: list[Span] = []
    at = 0
    while at < len(text):
        if text[at] in " 、,":
            at += 1
            continue
        match = _agency().match(text, at)
        if match is None or len(match["name"]) < 3:
            return []
        found.append(match.span("name"))
        at = match.end()
    return found


def parted_units(normal: NormalText, span: Span) -> list[Span]:
    """The units in a span where only blanks of the raw text part them: 省教育厅　省财政厅.

    A letterhead with a blank after each character stays one unit.
    """
    start, end = span
    first_raw, last_raw = normal.raw_span(start, end)
    if last_raw - first_raw == end - start:
        return [span]
    cuts = [
        at
        for at in range(start + 1, end)
        if normal.raw_span(at - 1, at)[1] != normal.raw_span(at, at + 1)[0]
    ]
    spans = list(zip([start, *cuts], [*cuts, end], strict=True))
    if all(last - first >= 4 and units_in_line(normal.text[first:last]) for first, last in spans):
        return spans
    return [span]


@cache
def _title_subject() -> re.Pattern[str]:
    """The unit at the beginning of a title: 栖梧县文化旅游和体育局 关于…的答复."""
    ending = pattern_of("header", "agencies", "endings")
    return re.compile(
        rf"([一-龥]{{1,38}}?{ending}(?:\([一-龥]{{2,12}}\))?)(?=关于|对|就|针对|答复|回复|办理|落实)"
    )


def unit_of_title(title: str) -> Span | None:
    """The span of the unit that a title begins with."""
    match = _title_subject().match(title)
    if match is None or _never().search(match[1]):
        return None
    return match.span(1)


@cache
def _honorific() -> re.Pattern[str]:
    return re.compile(r"\s*" + pattern_of("header", "recipients", "honorifics") + r"?\s*")


@cache
def _title_after() -> re.Pattern[str]:
    """等5名代表 · 县人大代表 · 政协委员 behind a name."""
    bodies = pattern_of("header", "recipients", "bodies")
    titles = pattern_of("header", "recipients", "titles")
    return re.compile(
        rf"(?:等\s?[\d一二两三四五六七八九十几多]{{0,4}}\s?[名位个人]{{0,2}})?(?:{bodies}{{0,4}}{titles}们?)?$"
    )


@cache
def _title_before() -> re.Pattern[str]:
    """县人大代表 before a name."""
    bodies = pattern_of("header", "recipients", "bodies")
    titles = pattern_of("header", "recipients", "titles")
    return re.compile(rf"{bodies}{{1,4}}{titles}(?=[一-龥]{{2,4}}(?:$|、))")


_BRACKETS: Final = r"\([^()]{0,40}\)"


@cache
def _parts() -> re.Pattern[str]:
    """What a comma ends, or a title where another name with its title follows at once."""
    titles = pattern_of("header", "recipients", "titles")
    return re.compile(rf"[^、,;/]{{2,6}}?{titles}(?=[一-龥]{{2,4}}{titles})|[^、,;/]+")


def recipients_in(normal: NormalText, span: Span) -> tuple[str, ...]:
    """The people and bodies named in a salutation, as the raw text writes them, in order.

    Args:
        normal: the letter.
        span: the salutation without its colon.
    """
    start, end = span
    text = normal.text
    match = _honorific().match(text, start, end)
    start = match.end() if match else start
    names: list[str] = []
    for part in _parts().finditer(text, start, end):
        first, last = _bare(text, part.start(), part.end())
        if first < last:
            names += names_apart(normal.raw_quote(first, last))
    return tuple(dict.fromkeys(names))


def _bare(text: str, start: int, end: int) -> Span:
    """A part of a salutation without titles and remarks in brackets."""
    piece = text[start:end]
    bracket = compiled(_BRACKETS).search(piece)
    if bracket:
        end = start + bracket.start() if bracket.start() else end
        if not bracket.start():
            start += bracket.end()
    before = _title_before().match(text[start:end])
    if before:
        start += before.end()
    honorific = _honorific().match(text, start, end)
    start = honorific.end() if honorific else start
    after = _title_after().search(text[start:end])
    if after:
        end = start + after.start()
    everybody = words("header", "recipients", "everybody")
    if text[start:end] in everybody or text.startswith("各位", start, end):
        return start, start
    return start, end


#: A reading aid inside a name: 李嶴(ao), in brackets of either width.
_READING: Final = r"[(（][a-zü\u00e0-\u01dc]{1,6}[)）]"


def names_apart(raw: str) -> Iterator[str]:
    """Names that only blanks part; a blank inside a name (白 玉 芬, 王　强) parts nothing."""
    tokens = compiled(_READING).sub("", raw).split()
    if not tokens:
        return
    if len(tokens) > 1 and all(len(token) >= 2 for token in tokens):
        yield from tokens
        return
    name = ""
    for token in tokens:
        if len(token) > 1:
            if name:
                yield name
            yield token
            name = ""
        else:
            name += token
    if name:
        yield name


@cache
def _address() -> re.Pattern[str]:
    """A line that addresses deputies, with what follows the colon left over."""
    titles = pattern_of("header", "recipients", "titles")
    return re.compile(
        rf"[ *#>]{{0,4}}(?P<who>[一-龥\w×*·、,;/() ]{{1,300}}?{titles}们?(?:\([^()\n]{{1,40}}\))?)"
        r"\s?(?P<colon>[:;](?!\d)|$|[,!](?=您好|你好|你们好)|[您你]们?好[:,!。])"
    )


@cache
def _any_name() -> re.Pattern[str]:
    """A line that is only a name and a colon: 市教育局:"""
    return re.compile(r"[ *#>]{0,4}(?P<who>[一-龥\w×*·、() ]{2,80}):$")


@cache
def _no_person() -> re.Pattern[str]:
    label = either(words("header", "recipients", "labels"))
    titles = pattern_of("header", "recipients", "titles")
    return re.compile(rf"{label}{titles}$|.{{0,80}}(?:如下|您|你们|我们|关于|收悉|提出|答复)")


@cache
def _title_words() -> tuple[str, ...]:
    return tuple(
        word + plural
        for word in words("header", "recipients", "titles")
        for plural in ("", "们", ")", ";")
    )


def address_in_line(line: str) -> tuple[Span, bool] | None:
    """The span of the names with titles in a line of salutation, and whether titles tell so.

    A line without titles (市教育局:) is an address only where an opening follows, so the caller
    is told.
    """
    if not line.rstrip(" ;,!您你们好").endswith(_title_words()) and ":" not in line[:400]:
        return None
    match = _address().match(line)
    if match and not _no_person().match(match["who"]):
        if match["colon"] or len(line) <= 40:
            return match.span("who"), True
        return None
    match = _any_name().match(line)
    if match and not _no_person().match(match["who"]):
        return match.span("who"), False
    return None

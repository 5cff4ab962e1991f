"""The main path from text to letter, and the reason why a text is none."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.letters.annexes import find_annex
from tracker.letters.header import header_of
from tracker.letters.model import Letter
from tracker.letters.parts import Parts, find_parts
from tracker.letters.text import normalise
from tracker.letters.words import pattern_of

#: An opening formula stands within so many characters.
_FORMULA_REACH: Final = 20_000


def read_letter(text: str) -> Letter:
    """Read a text as a reply letter.

    Whether it is one, is for `why_not_a_reply` to say: any text is read without complaint.

    Args:
        text: the text as archived.
    """
    normal = normalise(text)
    parts = find_parts(normal)
    annex = find_annex(normal.text, parts.end)
    return Letter(normal, header_of(normal, parts), parts.start, parts.end, annex)


def why_not_a_reply(letter: Letter) -> str | None:
    """The reason why a text is no reply letter, or None where it is one.

    Signs of a reply are deputies addressed, an opening formula, the title of a reply, thanks to
    the deputies. One alone may stand in news, notices, and answers to letters from citizens, so
    two are asked for, and one of them must speak of deputies or their paper.
    """
    text = letter.normal.text
    if not text:
        return "holds no text"
    if letter.header.kind == "work_report":
        return None
    if not _request().search(text):
        return "speaks of no suggestion or proposal (建议, 提案)"
    parts = find_parts(letter.normal)
    other = _other_title(parts, text)
    if other and not parts.salutation:
        return f"is headed as something else ({other})"
    opening = text[slice(*parts.opening)]
    addressed = bool(parts.salutation and letter.header.recipients)
    deputies = addressed and bool(_deputies().search(text[slice(*parts.salutation or (0, 0))]))
    formula = bool(_formula().search(text, 0, _FORMULA_REACH))
    thanks = bool(_thanks().search(text))
    named = letter.header.session is not None or letter.header.suggestion_no is not None
    if (
        (parts.title and (addressed or formula or thanks))
        or (deputies and (formula or thanks))
        or (_request().search(opening) and _formula().search(opening) and named)
    ):
        return None
    return "is no reply: no deputies addressed, no opening (收悉, 答复如下), no title (答复, 复函)"


@cache
def _request() -> re.Pattern[str]:
    return re.compile("建议|提案|议案|提议")


@cache
def _deputies() -> re.Pattern[str]:
    return re.compile("代表|委员|组$|团$|会$|联$|[省市县区]委$|支部$|总支$")


@cache
def _formula() -> re.Pattern[str]:
    """《…》收悉 · 提案已收到 · 现答复如下 · 您提出的. Not: 共收到代表建议87件."""
    receipts = pattern_of("header", "opening", "receipts")
    return re.compile(
        rf"(?:建议|提案|议案|提议).{{0,30}}{receipts}|收悉"
        rf"|[答回函办][复覆].{{0,6}}如下|[您你贵][们会团委组]?.{{0,40}}提出的"
    )


@cache
def _thanks() -> re.Pattern[str]:
    return re.compile("(?:感谢|谢谢)(?:您|你们|贵)|对[您你]们?的")


@cache
def _other_end() -> re.Pattern[str]:
    return re.compile(rf"({pattern_of('header', 'titles', 'others')})$")


def _other_title(parts: Parts, text: str) -> str | None:
    """How the text is headed, when one of its first lines is the title of something else."""
    for line in text.split("\n", 6)[:6]:
        match = _other_end().search(line) if 6 <= len(line) <= 60 else None
        if match and not parts.title:
            return match[1]
    return None

"""The main path from text to letter, and the reason why a text is none."""

from __future__ import annotations

import re
from functools import cache

from tracker.letters.header import header_of
from tracker.letters.model import Letter
from tracker.letters.parts import Parts, find_parts
from tracker.letters.text import normalise
from tracker.letters.words import pattern_of


def read_letter(text: str) -> Letter:
    """Read a text as a reply letter.

    Whether it is one, is for `why_not_a_reply` to say: any text is read without complaint.

    Args:
        text: the text as archived.
    """
    normal = normalise(text)
    parts = find_parts(normal)
    return Letter(normal, header_of(normal, parts), parts.start, parts.end)


def why_not_a_reply(letter: Letter) -> str | None:
    """The reason why a text is no reply letter, or None where it is one.

    A text needs two of four signs: deputies addressed, an opening formula, a title of a reply,
    thanks to the deputies; and it must speak of a suggestion or proposal.
    """
    text = letter.normal.text
    if not text:
        return "holds no text"
    if not _request().search(text):
        return "speaks of no suggestion or proposal (建议, 提案)"
    parts = find_parts(letter.normal)
    other = _other_title(parts, text)
    if other and not parts.salutation:
        return f"is headed as something else ({other})"
    signs = sum(
        (
            bool(parts.salutation and letter.header.recipients),
            bool(_formula().search(text, 0, 20_000)),
            bool(parts.title),
            bool(_thanks().search(text)),
        )
    )
    if signs >= 2:
        return None
    return (
        "is no reply: no salutation, no opening (收悉, 答复如下), no title of a reply (答复, 复函)"
    )


@cache
def _request() -> re.Pattern[str]:
    return re.compile("建议|提案|议案|提议")


@cache
def _formula() -> re.Pattern[str]:
    receipts = pattern_of("header", "opening", "receipts")
    return re.compile(
        rf"{receipts}|[答回函办][复覆].{{0,6}}如下|[您你贵][们会团委组]?.{{0,40}}提出的"
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

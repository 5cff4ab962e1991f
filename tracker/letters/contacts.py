"""Whom to ask about a reply: (联系人：周立，电话：0800-5550100)."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.letters.model import Contact
from tracker.letters.names import Line, units_in_line
from tracker.letters.parts import Parts
from tracker.letters.text import NormalText
from tracker.letters.words import either, pattern_of, words

#: Digits, and the signs that hide them: 0870-2150xxx.
_COUNTED: Final = "0123456789*xX×"
#: A telephone number has so many of them.
_LEAST_DIGITS: Final = 5
#: A contact takes at most so many lines from its first label on.
_LINES: Final = 3


def find_contact(normal: NormalText, parts: Parts) -> Contact | None:
    """Name and telephone as the letter writes them; None where it names nobody.

    The footer of a site is no contact, nor is the deputy in a request form above the reply.
    """
    name: str | None = None
    phone: str | None = None
    left = _LINES
    for line in _own_lines(parts):
        if not name and (found := _name().search(line.text)):
            name = _bare(normal.raw_quote(line.start + found.start(1), line.start + found.end(1)))
        found = _phone().search(line.text)
        if found and not phone and (name or _PHONE_LINE.match(line.text)):
            first, last = found.span(1)
            if sum(sign in _COUNTED for sign in found[1]) >= _LEAST_DIGITS:
                phone = normal.raw_quote(line.start + first, line.start + last).rstrip(" -,、/转")
        if name or phone:
            left -= 1
        if (name and phone) or not left:
            break
    return Contact(name, phone) if name or phone else None


#: A number that no name stands before: in brackets, or first on its line.
_PHONE_LINE: Final = re.compile(r"[(【]?(?:联系)?(?:电话|方式)")
#: Every label holds one of these.
_STEMS: Final[tuple[str, ...]] = ("联系", "电话", "经办", "承办", "手机", "座机")
#: A form that a deputy filled in.
_OF_DEPUTY: Final[tuple[str, ...]] = ("代表", "委员", "建议人", "提案人")


def _own_lines(parts: Parts) -> list[Line]:
    """Lines of the tail down to the site's footer, else those of the head that name a contact."""
    footers = words("header", "contacts", "footers")
    own: list[Line] = []
    for line in parts.tail:
        if any(word in line.text for word in footers):
            break
        if len(line.text) <= 200:
            own.append(line)
    if any(stem in line.text for line in own for stem in _STEMS):
        return own
    return [
        line
        for line in parts.head
        if len(line.text) <= 200
        and "联系人" in line.text
        and not any(word in line.text for word in (*_OF_DEPUTY, *footers))
    ]


@cache
def _labels() -> tuple[str, str]:
    return pattern_of("header", "contacts", "names"), pattern_of("header", "contacts", "phones")


@cache
def _name() -> re.Pattern[str]:
    name, phone = _labels()
    return re.compile(
        rf"{name}(?::|\|| ){{1,3}}([一-龥·×*、 ]{{2,40}}?)(?=$|[,;()|\d+。]|\*{{2}}| ?{phone})"
    )


@cache
def _phone() -> re.Pattern[str]:
    name, phone = _labels()
    return re.compile(
        rf"(?:{phone}|{name}[:| ]{{1,3}}[一-龥·、 ]{{2,40}})[:|, ]{{0,3}}"
        r"((?<!\d)[(+]?\d[\d*xX×()—~ 转至、/-]{3,40}[\d*xX×])"
    )


def _bare(raw: str) -> str | None:
    """The name without the division before it: 县政府办公室　符海珠 → 符海珠."""
    tokens = raw.replace("|", " ").split()
    if len(tokens) > 1 and all(len(token) == 1 for token in tokens):
        return "".join(tokens)
    kept = []
    if len(tokens) > 1 and tokens[0].endswith(words("header", "contacts", "divisions")):
        del tokens[0]
    for token in tokens:
        inside = _division().fullmatch(token)
        if not _is_division(token):
            kept.append(inside[1] if inside else token)
    return " ".join(kept) or None


def _is_division(token: str) -> bool:
    """办公室, 公共服务处; 李学会 is a person, for all its ending."""
    divisions = words("header", "contacts", "divisions")
    long = len(token) > 4 and bool(token.endswith(divisions) or units_in_line(token))
    return long or token in divisions


@cache
def _division() -> re.Pattern[str]:
    ending = either(words("header", "contacts", "divisions"))
    return re.compile(rf"[一-龥]{{3,30}}{ending}([一-龥]{{2,3}})")

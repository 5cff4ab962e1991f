"""Short names of units that a letter itself explains: 市住房和城乡建设局（以下简称市住建局）."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.letters.text import NormalText
from tracker.letters.words import compiled, pattern_of

_SHORT: Final = "简称"
#: A letter explains at most so many names; more is a table of something else.
_MOST: Final = 30
#: A full name has at most so many characters before its bracket.
_LONGEST: Final = 36
#: What stands before a unit and is no part of its name.
_BEFORE: Final = r".*(?:由|经|请|让|和|与|及|是|将|对|向|会同|联合|组织|协调)"


def find_short_names(normal: NormalText) -> tuple[tuple[str, str], ...]:
    """Pairs of a unit's short name and its full one, in the characters of the letter."""
    text = normal.text
    if _SHORT not in text:
        return ()
    found: dict[str, str] = {}
    for match in _bracket().finditer(text):
        short = match["short"]
        first = max(0, match.start() - _LONGEST)
        run = compiled(r"[一-龥]+\Z").search(text[first : match.start()])
        full = _full_name(run[0], short) if run else None
        if full:
            end = match.start()
            key = normal.raw_quote(*match.span("short"))
            found.setdefault(key, normal.raw_quote(end - len(full), end))
        if len(found) == _MOST:
            break
    return tuple(found.items())


@cache
def _bracket() -> re.Pattern[str]:
    """(以下简称“市住建局”): a short name that ends like a unit; not (以下简称《办法》)."""
    ending = pattern_of("header", "agencies", "endings")
    return re.compile(
        rf"\((?:以下|下文|下|后文)?(?:统一|均)?{_SHORT}[为:]?[“\"‘]?(?P<short>[一-龥]{{2,14}}?{ending})[”\"’]?\)"
    )


def _full_name(run: str, short: str) -> str | None:
    """The end of a run of characters that the short name shortens.

    It begins where the short name begins, holds its characters in order, and ends like a unit.
    """
    if not compiled(pattern_of("header", "agencies", "endings") + r"\Z").search(run):
        return None
    # The shortest stretch that fits is the unit: what stands before it is its sentence.
    for at in range(len(run) - len(short), -1, -1):
        letters = iter(run[at:])
        if run[at] == short[0] and all(letter in letters for letter in short):
            full = run[at:]
            break
    else:
        return None
    if full == short:
        # 青禾县水利局（以下简称县水利局）: what is left out is the place.
        lead = compiled(_BEFORE).match(run[:at])
        full = run[lead.end() :] if lead else run
    return full if len(full) > len(short) else None

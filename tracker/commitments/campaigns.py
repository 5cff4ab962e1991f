"""When a campaign of several years ends: 三年行动期间, where the letter names its years.

《青禾县河道整治三年行动计划（2023—2025年）》, in the title or anywhere else, makes 三年行动结束前 the
last day of 2025. Without the years written somewhere the end stays unknown: a letter of 2024 may
speak of a campaign's first year or of its last.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Final

from tracker.commitments.numerals import parse_number

#: What such a campaign is called.
KINDS: Final = "行动|攻坚|整治|提升|治理"
_COUNT: Final = "[一二两三四五2-5]"
_YEARS: Final = (
    r"(?P<first{n}>20\d\d)年?[ ]?(?:[-—~]{{1,2}}|至|到)[ ]?(?P<last{n}>20\d\d)(?:年|(?=\)))"
)


@cache
def _named() -> re.Pattern[str]:
    """三年行动计划(2023—2025年) · 2023—2025年农村公路三年攻坚."""
    name = rf"{_COUNT}年[^,。;:\n\d]{{0,12}}?(?:{KINDS})"
    return re.compile(
        rf"(?P<count1>{_COUNT})(?={name[len(_COUNT) :]})[^,。;:\n]{{0,36}}?{_YEARS.format(n=1)}"
        rf"|{_YEARS.format(n=2)}[^,。;:\n]{{0,30}}?(?P<count2>{_COUNT})(?={name[len(_COUNT) :]})"
    )


def campaign_end(text: str, words: str, at: int) -> date | None:
    """The last day of the campaign that words such as 三年行动期间 mean.

    Args:
        text: the whole letter, its title included.
        words: the words.
        at: where they stand; of several campaigns of that length the one named last before is
            meant, else the first one named behind.
    """
    count = int(parse_number(words[0]))
    ahead: date | None = None
    before: date | None = None
    for match in _named().finditer(text):
        n = 1 if match["count1"] else 2
        first, last = int(match[f"first{n}"]), int(match[f"last{n}"])
        if int(parse_number(match[f"count{n}"])) != count or last - first + 1 != count:
            continue
        end = date(last, 12, 31)
        if match.start() < at:
            before = end
        else:
            ahead = ahead or end
    return before or ahead

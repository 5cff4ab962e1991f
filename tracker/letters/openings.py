"""The sentence that opens a reply: 您提出的《…》(第69号)收悉,现答复如下:"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.letters.words import compiled, pattern_of

#: A salutation is followed by its opening within so many characters.
_OPENING_REACH: Final = 1500
#: The words of receipt stand within so many.
_RECEIPT_REACH: Final = 600
#: The first words of an opening stand so near to the salutation.
_NEAR: Final = 400


@cache
def _opening() -> re.Pattern[str]:
    verbs = pattern_of("header", "opening", "verbs")
    return re.compile(
        # 答复如下(办理结果:正在解决):
        rf"{verbs}(?:意见|情况)?(?:分述)?(?:如下|于下|如次|于后)(?:\([^()\n]{{2,40}}\)(?=[:。;,.]))?[:。;,.]?|如下(?:答[复覆]|回复|说明|报告)[:。;,]"
    )


@cache
def _receipt() -> re.Pattern[str]:
    return re.compile(pattern_of("header", "opening", "receipts"))


_SENTENCE_END: Final = r"[。!\n:]"


@cache
def _addressing() -> re.Pattern[str]:
    """Words of an opening sentence."""
    receipts = pattern_of("header", "opening", "receipts")
    return re.compile(rf"{receipts}|[您你贵].{{0,60}}提|提出的|{_opening().pattern}|感谢[您你]")


def opens(text: str, at: int) -> bool:
    """Whether an opening follows."""
    return bool(_addressing().search(text, at, at + _NEAR))


#: Who is addressed, on a line of its own.
_ADDRESSEE: Final = (
    r"\n[^\n。;]{1,60}(?:代表|委员|同志|先生|女士|支部|总支|党委|委员会|联)[^\n。;]{0,4}:\n"
)


def further_letters(text: str, start: int) -> int:
    """How many more letters stand in a text: each greets somebody and says what was received.

    Args:
        text: the regular text of a file.
        start: where the first letter's reply begins, behind its own salutation.
    """
    return sum(
        _receipt().search(text, match.end(), match.end() + _NEAR) is not None
        for match in compiled(_ADDRESSEE).finditer(text, start)
    )


def find_opening(text: str) -> int | None:
    """Where words of receipt or of reply stand first, for letters that greet nobody."""
    match = _receipt().search(text) or _opening().search(text)
    return match.start() if match else None


_HEADING: Final = r"\n(?:[一1][、.是]|\([一1]\))"


def body_start(text: str, begin: int) -> int:
    """Behind “…收悉,现答复如下:”, else behind the sentence of receipt, else where it begins."""
    heading = compiled(_HEADING).search(text, begin, begin + _OPENING_REACH)
    reach = heading.start() if heading else min(len(text), begin + _OPENING_REACH)
    match = _opening().search(text, begin, reach)
    if match is None:
        receipt = _receipt().search(text, begin, min(reach, begin + _RECEIPT_REACH))
        match = compiled(_SENTENCE_END).search(text, receipt.end(), reach) if receipt else None
    start = match.end() if match else begin
    while start < len(text) and text[start] in "\n ":
        start += 1
    return min(start, len(text))

"""A list of tasks behind the signature: 附件 重点任务清单. It promises as the letter itself does.

Other annexes (forms to be filled in, the suggestion again, news of the site) are none of ours.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tracker.letters.dates import only_date
from tracker.letters.names import Span
from tracker.letters.parts import tail_word

#: What such a list is called.
_TITLE: Final = (
    r"[^\n。;]{0,50}(?:任务|工作|措施|责任|目标|整改|落实|项目|计划|事项)[^\n。;]{0,8}"
    r"(?:清单|分解|分解表|分工|分工表|台账|安排表|计划表|任务表|责任表|推进表|一览表|责任书|时间表|路线图)"
)
#: So many lines may stand between the signature and the annex: contacts, copies, print run.
_WITHIN: Final = 25
#: No list of tasks is longer than this.
_LONGEST: Final = 20_000
#: So many numbered items make a list.
_LEAST: Final = 2


@cache
def _headed() -> re.Pattern[str]:
    """附件 on a line of its own with the title below it, or both on one line."""
    return re.compile(
        rf"附件? ?[\d一二三]?[: ]{{0,2}}\n({_TITLE})(?=\n)|附件 ?[\d一二三]?[: ]{{0,2}}({_TITLE})(?=\n)"
    )


@cache
def _item() -> re.Pattern[str]:
    return re.compile(
        r"\|? ?(?:\d{1,2} ?[.、|)](?!\d)|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\))"
    )


def find_annex(text: str, end: int) -> Span | None:
    """The list of tasks behind a letter, from its title on; None where there is none.

    Args:
        text: the regular text.
        end: where the reply proper ends.
    """
    at = end
    for _ in range(_WITHIN):
        at = text.find("\n附", at)
        if at < 0:
            return None
        headed = _headed().match(text, at + 1)
        if headed is not None:
            start = max(headed.start(1), headed.start(2))
            last = _last(text, headed.end())
            if last > headed.end():
                return start, last
        at += 2
    return None


def _last(text: str, at: int) -> int:
    """Where the items that begin at `at` end; `at` where they make no list."""
    items, last = 0, at + 1
    for line in text[at + 1 : at + _LONGEST].split("\n"):
        if line and (only_date(line) or tail_word().match(line)):
            break
        items += _item().match(line) is not None
        last += len(line) + 1
    return min(last - 1, len(text)) if items >= _LEAST else at

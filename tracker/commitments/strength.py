"""How firmly a clause promises: firm, a target, or on a condition."""

from __future__ import annotations

import re
from typing import Final

from tracker.commitments.deadlines import DateSpan
from tracker.commitments.model import Strength
from tracker.commitments.readings import PLAN, Hit, Reading
from tracker.commitments.trie import guarded
from tracker.letters.clauses import Clause

#: At the head of a clause or behind 是, so many characters back.
_AT_HEAD: Final = "(?<![^是].{{{}}})"
_EVENTS: Final = "到位|批复|批准|审定|审批|下达|落实|成熟|具备|办结|通过|获批|交工|转好|明确|生效|同意|到账|征收|移交|腾退"
#: A wait for something: 待……后, ……到位后, ……批复后.
_WAIT: Final = re.compile(
    guarded(
        {
            "待等若": _AT_HEAD.format(1),
            "如": _AT_HEAD.format(1) + "(?!期|下|何|上|今|果实)",
            "一": "[旦俟]" + _AT_HEAD.format(2),
            "后": f"(?!续)(?:(?<=(?:{_EVENTS})后)|(?<=(?:{_EVENTS})之后))",
            "建": "成后(?<=.建成后)(?=[,按将与])",
            "条": "件(?:成熟|具备|允许)(?:时|后|的情况下)",
            "视": "[^,。;]{1,20}(?:情况|进展|而定|结论|结果)",
            "根": "据(?:实际|资金|财力|需要|建设)[^,。;]{0,12}情况",
            "适": "时",
            "时": "机成熟",
            "财": "力允许",
        }
    )
)


#: A clause that only waits: the clause behind it is the promise.
WAITS_ONLY: Final = re.compile(r"(?:后|时|之日|的情况下|前提下|允许的话)$")


#: 新院区启用后, 人才公寓交付后: a clause of its own that waits for an event.
_AFTER_EVENT: Final = re.compile(
    r"[^,。;]{2,20}(?:启用|交付|晋升[^,。;]{1,4}|投用|形成|稳定|完善|移交|签订|出台|修订|印发|审定)后$"
)


_WAIT_OPENS: Final = re.compile("一旦|一俟|待|若|如")


_PLANNED_WORKS: Final = re.compile("规划(?:建设|新建|布局|改造|扩建|增设|增建)")


_GOES_ON: Final = re.compile(
    r"并|[,于在前]*(?:全部|全面|基本|正式|陆续)?(?:完成|完工|竣工|建成|开工|动工|投入|投用|交付|启动|启用|达到|达|增|再|实现|到|上线|试|通|拨付|$)"
)


#: These say when, not how firmly, and let the strength of the clause before go on.
_SOFT_FIRM: Final = frozenset(("届时", "同步", "先行", "先期", "要", "随后", "陆续"))


def _soft(word: str) -> bool:
    return word in _SOFT_FIRM or word[0] == "再"


_NEW_SUBJECT: Final = re.compile(
    r"(?:该|上述|以上)|[^,。;]{0,8}由[^,。;]{2,16}(?:局|委|办|厅|部门|政府|中心|公司|单位)"
)


def waits(text: str) -> bool:
    """Whether a clause promises on a condition: 待批复后, 资金到位后, 视情况."""
    return _WAIT.search(text) is not None


#: 待县政府常务会议审定后实施: a wait and no matter of its own.
_BARE_WAIT: Final = re.compile(
    r"(?:待|经)[^,。;]{2,40}后,?(?:再|即|即可|组织|正式|予以|按程序|优先|逐步|全面|尽快)*(?:实施|执行|推进|启动|开展|落实|施行|印发|出台|发放|兑现|建设)$"
)


def bare_wait(text: str) -> bool:
    """Whether a clause says no more than on what the promise before it waits."""
    return text[0] in "待经" and _BARE_WAIT.match(text) is not None


#: 资金下达后优先实施: what follows waits as well.
_THEN: Final = re.compile(r"后(?:优先|再|即|立即|组织|尽快)?(?:实施|建设|推进|启动|安排)$")

#: 根据财力情况, 视资金情况: a clause of its own that says on what the rest depends.
_BY_CASE: Final = re.compile("(?:根据|视)[^,。;]{1,20}(?:情况|进展|需要)$")


def strength_of(
    clause: Clause,
    hits: tuple[Hit, ...],
    dates: tuple[DateSpan, ...],
    same: Reading | None,
    waiting: bool,
) -> Strength:
    """firm, target or conditional: by the clause's own words, else as the clause before.

    Args:
        clause: with its deciding words `hits` and its own `dates`.
        same: the clause before it in the sentence.
        waiting: as `waits` tells it of the clause.
    """
    text = clause.text
    groups = [hit.group for hit in hits]
    if (
        waiting
        or "conditional" in groups
        or (text[-1] == "后" and _AFTER_EVENT.match(text) is not None)
    ):
        return "conditional"
    if (
        same is not None
        and same.strength == "conditional"
        and (
            WAITS_ONLY.search(same.clause.text)
            or _WAIT_OPENS.match(same.clause.text)
            or _THEN.search(same.clause.text)
            or _BY_CASE.match(same.clause.text)
        )
        and same.clause.closer == ","
    ):
        return "conditional"
    if "target" in groups or ("规划" in text and _PLANNED_WORKS.search(text)):
        return "target"
    if dates and len(text) - sum([span.end - span.start for span in dates]) <= 1:
        return "firm"  # a new date opens a matter of its own
    # 力争用三年时间,将……提高到95%: 将 moves the object.
    moved = text[0] == "将" and same is not None and same.strength == "target"
    for hit in hits:
        if hit.group == "firm" and not _soft(hit.word) and not (moved and hit.word == "将"):
            return "firm"
    if (
        same is not None
        and (same.voice is PLAN or same.frame is PLAN)
        and not _NEW_SUBJECT.match(text)
    ):
        sought = same.strength == "conditional"
        if sought and any(hit.word.startswith("争取") for hit in same.hits):
            return "firm"  # 争取中央资金1500万元,新建冷库25座: what is sought is the money
        return "firm" if dates and _subject(clause, dates) else same.strength
    return "firm"


def _subject(clause: Clause, dates: tuple[DateSpan, ...]) -> bool:
    """Whether a dated clause names a matter of its own: 到2024年底,高新技术企业突破50户.

    2026年底全面完成 does not: it goes on with the matter of the clause before.
    """
    rest = clause.text
    if rest.startswith("其中"):
        return False  # 计划建设180处,其中今年开工42处
    for span in dates:
        rest = rest.replace(span.text, "", 1)
    return not _GOES_ON.match(rest)

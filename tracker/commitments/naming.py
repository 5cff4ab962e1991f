"""What is promised, in a short phrase: the clause without date, hedge, owner, wait and figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tracker.commitments.quantities import Quantity

_TRIM: Final = re.compile(
    r"(?:[一二三四五六七八九十]是|第?[一二三四五六七八九十]、|\([一二三四五六七八九十\d]{1,3}\)|并且?|同时|其中|另外?|此外|使得?|还|也|下一步|下步|今后|我[局委办厅们县市区省镇院]|将|力争|争取|确保|计划|拟|预计|积极|全力|要|到(?!位|岗|账)|至|在|于)+[,:]?"
)
_TRIM_FIRST: Final = "一二三四五六七八九十第(并同其另此使还也下今我将力争确计拟预积全要到至在于"
_CUT_TAIL: Final = re.compile(
    r"(?:达到?|提高[到至]?|提升[到至]?|增[加至]到?|(?:压减|压缩|缩短|延长|降低?|扩大|扩充|升)[到至]|突破|超过|不少于|不低于|控制在|保持在|稳定在|约|共|为|至少|力争|确保|要|应|须|再)+$"
)
_TAIL_LAST: Final = "达到高升至加破过于在约共为少争再低大充保要应须"
#: 推动乐至县新增高新技术企业: what is promised stands behind the helping verb.
_HELPS: Final = re.compile(r"(?:推动|推进|促进|指导|督促|帮助|协助|组织|完成|实现)(?=.{4})")
_HELPS_FIRST: Final = "推促指督帮协组完实"
_INNER: Final = re.compile(r"\([^()]*\)")


_PART: Final = re.compile("[、,;。]")
_EDGE: Final = ",、:;。 "


def name_of(
    text: str,
    start: int,
    end: int,
    q: Quantity | None,
    cuts: Sequence[tuple[int, int]],
    owners: Sequence[str] = (),
) -> str:
    """A short phrase naming what is promised: the clause without date, hedge and figure.

    Empty where nothing is left: 年底前达到2000名以上 says not of what.

    Args:
        text: the regular text; `start` and `end` bound the clause.
        q: the promised figure, left out of the name.
        cuts: spans to leave out (dates).
        owners: units that the clause makes responsible; they are no part of the name.
    """
    spans: Sequence[tuple[int, int]] = cuts
    if q is not None:
        spans = sorted((*cuts, (q.start, q.end))) if cuts else ((q.start, q.end),)
    name, cursor = "", start
    for a, b in spans:
        if a >= cursor and b <= end:
            name += text[cursor:a]
            cursor = b
    tail = text[cursor:end]
    if q is not None:
        if "计" in name or "共" in name:
            name = _IN_ALL.sub("", name)  # 选派3批次、共计45名医师
        name = name.rpartition("、")[2] if "、" in name and _lists(name) else name
        name = _trimmed(name.strip(",、:"))
        if "由" in name or "从" in name or "基础上" in name:
            name = _STARTING.sub("", name)
        if name and name[-1] in _TAIL_LAST:
            name = _CUT_TAIL.sub("", name)
        if tail:
            tail = _PART.split(_INNER.sub("", tail) if "(" in tail else tail, 1)[0]
    name += tail
    if "(" in name:
        name = _INNER.sub("", name)
    for unit in owners:
        name = _without(name, unit) if len(name) > len(unit) + 3 else name
    helping = _HELPS.match(name) if name and name[0] in _HELPS_FIRST else None
    if helping:
        name = name[helping.end() :]
    return _short(_trimmed(name.strip(_EDGE)))[:40].strip(_EDGE)


def _without(name: str, unit: str) -> str:
    """A name without a unit; 由……于 goes with it, whose date has gone before."""
    start = name.find(unit)
    if start < 0:
        return name
    end = start + len(unit)
    if start and name[start - 1] == "由":
        start -= 1
        end += name.startswith(("于", "在"), end)
    return name[:start] + name[end:]


def _trimmed(name: str) -> str:
    opening = _TRIM.match(name) if name and name[0] in _TRIM_FIRST else None
    return name[opening.end() :] if opening else name


#: 办理时限由35个工作日: where the measure stands now.
_STARTING: Final = re.compile(
    r"[由从](?:现在的?|目前的?|现有的?|原来的?)?[^,。;]{0,6}?\d[^,。;]*$|在[^,。;在]{0,24}基础上[^,。;]*$"
)
#: Who and on what wait: 由……负责, 会同……, 待……后; each left out where more remains. Beside each
#: stand the words without one of which it need not be tried.
_NO_NAME: Final[tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]] = (
    (
        re.compile(
            r"(?:待|一旦|一俟|视)[^,。;]{2,30}?(?:后|情况|结果|结论)(?:再|即可?|立即|随即|当即|另行|及时|予以|逐步)*"
        ),
        ("待", "一旦", "一俟", "视"),
    ),
    (re.compile(r"由[^,。;]{0,24}?(?:负责|牵头|统筹|共同)"), ("由",)),
    (
        re.compile(r"由[^,。;]{2,16}?(?:局|委|办|厅|部门|政府|中心|公司|单位)(?:于|在)?"),
        ("由",),
    ),
    (
        re.compile(
            r"^[^,。;]{0,4}?(?:会同|联合|协调|督促)[^,。;]{2,20}?(?:局|委|办|厅|部门|政府|中心|公司|单位)(?:等)?"
        ),
        ("会同", "联合", "协调", "督促"),
    ),
)
_EMPTY: Final = re.compile(
    r"(?:、|各|会同|负责|牵头|将|把|对|为|于|在|已|可以|先行?|再|再行|即|随即|立即|确保)+"
)
_EMPTY_FIRST: Final = "、各会负牵将把对为于在已可先再即随立确"


def _short(name: str) -> str:
    for left_out, signs in _NO_NAME:
        for sign in signs:
            if sign in name:
                rest = left_out.sub("", name, 1).strip(_EDGE)
                if len(rest) >= 4:
                    name = rest
                break
    if name and name[0] in _EMPTY_FIRST:
        empty = _EMPTY.match(name)
        rest = name[empty.end() :].strip(_EDGE) if empty else name
        name = rest if len(rest) >= 4 else name
    return name


_IN_ALL: Final = re.compile(r"\d[^,。;、\d]{1,4}、?(?:共计?|合计|总计)$")
_FIGURE_BEFORE: Final = re.compile(r"\d[^、]{0,6}、")


def _lists(head: str) -> bool:
    """Whether 、 in the words before a figure parts two targets, not two names of one."""
    return _FIGURE_BEFORE.search(head) is not None

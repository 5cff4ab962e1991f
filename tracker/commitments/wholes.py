"""Promises whose figure stands in a clause of its own, before the verb or behind it.

"对36家企业,11月底前全部安装监控设备" promises something for all 36; "其余12公里,待批复后实施" for
what is left; "在9个村各建1个,共9个" sums up; "对苗圃进行改造,面积200亩" says how much.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tracker.commitments.magnitudes import base
from tracker.commitments.quantities import Quantity
from tracker.commitments.readings import DONE, EFFECT, QUOTED, REFUSED, REQUEST, Reading
from tracker.commitments.targets import has_verb
from tracker.commitments.timing import is_tail

#: What is left, or a part: 其余16个, 剩余5.5公里, 另外3所, 余下的五座.
_REST: Final = re.compile(
    r"(?:但|而|至于|对于?|目前|现|全[省市县区镇乡])*(?:其余|其他|剩余|剩下|余下|尚余|尚有|尚未[^,。;\d]{1,8}的|未[^,。;\d]{1,8}的|还有|另外?有?|另)的?[^,。;\d]{0,4}$"
)
#: 剩余的东河、西河等18个村41.5公里: what is left, named at length.
_REST_OF: Final = re.compile(r"(?:但|而)?(?:其余|剩余|剩下|余下)(?:(?!已|完成)[^,。;]){0,36}$")
#: 已完成招标, 已开工: prepared or begun, and all of it still to come.
_PREPARED: Final = re.compile(
    r"已[^,。;]{0,16}(?:招标|招投标|发包|勘[察测]|设计|立项|可研|审批|批复|采购|签约|开工|动工|进场|启动|备案|选址|征地)"
)
#: For whom or what: 对流域内36家企业.
_FOR: Final = re.compile(
    r"(?:但|而)?(?:对于?|针对|涉及的?|上述|以上|这|该|全[省市县区州镇乡]|辖区内?)[^,。;]{0,24}$"
)
_ALL: Final = re.compile("全部|全面|均|一律|逐[一户个村]|统一|一并|都|悉数")
#: Clauses between the figure and its verb: what it waits for, who does it, how far it is.
_DONE_TO: Final = re.compile(
    r"(?:完成|开工|动工|实施|建成|竣工|完工|投用|交付|启动|推进|更换|改造|安装|整改|到位|建设|整治|治理|修复|供水|供气|通车|开放|移交|搬迁|纳入|列入|落实|启用|验收|销号)[^,。;]{0,6}$"
)
#: What the figure tells of is not what will be done.
_SIZE: Final = re.compile(
    r"全长|总长|[长宽高]$|面积|设计|规模|投资|占地|库容|[年日][产处供]|床位|惠及|服务|覆盖|受益|人口|现有|共有|目前|原有|占|[户家人名]口?$|每|距|率"
)
#: 不能正常运行的36套, 门口3盏损坏路灯: which ones.
_OF_THESE: Final = re.compile(r"(?:的|还需|尚需|仍需)[^,。;的\d]{0,10}$")
#: 改造任务190户, 共涉及地块42个.
_TASK: Final = re.compile(r"(?:任务|共?涉及[^,。;\d]{0,8}|共)$")
#: Still to be done, by the words before the figure.
_TO_DO: Final = re.compile(r"(?:还需|尚需|仍需|共涉及|任务)[^,。;\d]{0,10}$")
#: How far it is.
_SO_FAR: Final = re.compile("(?:目前|现|其中|截至|截止)?[^,。;]{0,10}(?:已|完成|建成|正在)")
_UNDER_WAY: Final = re.compile(
    "正在|尚未|还未|未(?:[开完动通装改建启办纳覆整安达配]|接[入通])|没有|没[开完动通装改建接]|不通|待"
)
_KINDS: Final = frozenset({"count", "length", "area", "volume", "weight"})
_FARTHEST: Final = 3


def whole_before(
    readings: Sequence[Reading], index: int, per_clause: Sequence[Sequence[Quantity]], closed: bool
) -> tuple[int, Quantity] | None:
    """The clause and the figure that a promise without a figure speaks of as a whole.

    Args:
        readings: the clauses; `index` is the promise's.
        per_clause: the figures of each clause.
        closed: a clause behind the promise tells when it is completed.
    """
    here = readings[index].clause
    all_of = _ALL.search(here.text) is not None
    for back in range(index - 1, max(-1, index - 1 - _FARTHEST), -1):
        reading = readings[back]
        if reading.clause.sentence != here.sentence or reading.clause.closer != ",":
            return None
        if reading.voice in (REFUSED, REQUEST, QUOTED, EFFECT):
            return None
        text = reading.clause.text
        if text.startswith("涉及") or (all_of and _SO_FAR.match(text)):
            continue  # 涉及蔗香、坝赖2个乡
        if per_clause[back]:
            if all(q.indefinite for q in per_clause[back]):
                continue  # 7月组织了一批招标
            q = _spoken_of(reading, per_clause[back])
            return (back, q) if q and _whole(reading, readings[index], q, closed) else None
        if reading.clause.opener:
            return None
    return None


def _spoken_of(reading: Reading, quantities: Sequence[Quantity]) -> Quantity | None:
    clause = reading.clause
    for q in reversed(quantities):
        head, rest = clause.text[: q.start - clause.start], clause.text[q.end - clause.start :]
        if head.count("(") > head.count(")") or q.indefinite or q.rate or q.kind not in _KINDS:
            continue
        if rest.startswith(("以上", "以下", "的")) and not (
            _REST.match(head) or _REST_OF.match(head)
        ):
            continue
        return q
    return None


def _whole(reading: Reading, promise: Reading, q: Quantity, closed: bool) -> bool:
    clause, verb = reading.clause, promise.clause.text
    head = clause.text[: q.start - clause.start]
    under_way = _UNDER_WAY.search(clause.text) is not None
    left = _REST.match(head) or _REST_OF.match(head)
    # 剩余12条支路18.6公里已完成招标: prepared, no more
    prepared = left and _PREPARED.search(clause.text, q.end - clause.start)
    if reading.voice is DONE and not (under_way or prepared or _TO_DO.search(head)):
        return False
    closed = closed or is_tail(promise)
    done_to = closed or _DONE_TO.search(verb) is not None
    if left:
        return done_to or _ALL.search(verb) is not None
    if not head:
        return _ALL.search(verb) is not None or (under_way and done_to)
    if _FOR.match(head):
        return closed or _ALL.search(verb) is not None
    dated = closed or (done_to and promise.own and bool(promise.dates))
    task = _ALL.search(verb) and _TASK.search(head)
    if dated and q.kind != "area" and (task or _OF_THESE.search(head)):
        return True
    together = promise.own and bool(promise.dates) and _ALL.search(verb) is not None
    if q.kind not in ("length", "count") or q.end != clause.end or not (closed or together):
        return False
    # 第二批206公里,7月进场,11月底前完工: so much of it, by then; nothing else is done to it.
    return not (has_verb(head) or _SIZE.search(head))


_SUM: Final = re.compile(r"(?:共计?|合计|总计|总共)[^,。;\d]{0,4}$")


def sum_behind(
    readings: Sequence[Reading],
    index: int,
    q: Quantity,
    per_clause: Sequence[Sequence[Quantity]],
) -> Quantity | None:
    """The sum that the clause behind gives for 在9个村各建1个,共9个."""
    here = readings[index].clause
    if index + 1 >= len(readings) or here.closer not in (",", "(", ""):
        return None
    behind, figures = readings[index + 1].clause, per_clause[index + 1]
    if behind.sentence != here.sentence or len(figures) != 1:
        return None
    total, each = figures[0], here.text[: q.start - here.start]
    summed = _SUM.match(behind.text[: total.start - behind.start]) is not None
    if not summed or not ("各" in each or "每" in each or "分别" in each):
        return None
    return total if base(total.value, total.unit)[1] == base(q.value, q.unit)[1] else None


_MEASURED: Final = re.compile(
    r"(?:(?:改造|建设|整治|治理|种植|清淤|修复|实施|总)?(?:面积|长度|里程|数量|规模)|长)(?:共|约|为|达|近)?$"
)


def measure_behind(
    readings: Sequence[Reading], index: int, per_clause: Sequence[Sequence[Quantity]]
) -> Quantity | None:
    """How much of it the clause behind tells: 对苗圃进行改造,面积200亩."""
    here = readings[index].clause
    if index + 1 >= len(readings) or here.closer != "," or per_clause[index]:
        return None
    behind, figures = readings[index + 1].clause, per_clause[index + 1]
    if behind.sentence != here.sentence or len(figures) != 1 or readings[index + 1].own:
        return None
    q = figures[0]
    if q.end != behind.end or q.kind not in ("area", "length", "count"):
        return None
    return q if _MEASURED.match(behind.text[: q.start - behind.start]) else None

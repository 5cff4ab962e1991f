"""What a figure counts where its own clause does not name it.

A letter names a measure once and goes on: 安排新建互助院15所,已建成4所; 改造小区38个,其中15个小区已完工;
冷链流通率分别为18%、36%和39%. The figure of the same unit named last in the paragraph tells of what.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tracker.commitments.building import cuts, own_part
from tracker.commitments.magnitudes import base
from tracker.commitments.measures import measure
from tracker.commitments.naming import name_of
from tracker.commitments.quantities import Quantity
from tracker.commitments.readings import Reading
from tracker.commitments.trie import alternation


class Named:
    """A figure of a paragraph: what it counts, its sentence, and where it is promised.

    `promised_at` is where the promised figure stands, the figure itself or the one of which it is
    the part done; -1 for a result of its own. `before` is the figure of the unit before it, which
    names it where its own clause does not.
    """

    # No dataclass: written out, the compiled code makes one in a fraction of the time.
    def __init__(
        self,
        sentence: int,
        promised_at: int,
        name: str | None,
        place: tuple[str, int, int, Quantity, Reading] | None = None,
        before: Named | None = None,
    ) -> None:
        self.sentence, self.promised_at, self.name = sentence, promised_at, name
        self.place, self.before = place, before

    def what(self) -> str:
        """What it counts; read only when asked for, since few are."""
        unread: list[Named] = []
        node: Named | None = self
        name = ""
        while node is not None:
            if node.name is not None:
                name = node.name
                break
            unread.append(node)
            name = node._own_name()
            if len(measure(name)) >= 2:
                break
            node = node.before
        for each in unread:
            each.name = name
        return name

    def _own_name(self) -> str:
        if self.place is None:
            return ""
        text, start, end, q, reading = self.place
        if self.before is not None and len(left_beside(text, start, end, q, reading)) < 2:
            return ""
        return name_of(text, start, end, q, cuts(reading))


@dataclass(slots=True)
class Memory:
    """The figures of a paragraph that were last named, by unit; of them those that are promised."""

    last: dict[str, Named] = field(default_factory=dict)
    promised: dict[str, Named] = field(default_factory=dict)

    def forget(self) -> None:
        """Begin another paragraph."""
        self.last.clear()
        self.promised.clear()

    def promise(self, text: str, reading: Reading, quantities: Sequence[Quantity]) -> None:
        """Keep each promised figure of a clause; 今年新增2000个 counts what was named before."""
        clause = reading.clause
        for place, q in enumerate(quantities):
            start, end = clause.start, clause.end
            if len(quantities) > 1:
                start, end = own_part(text, start, end, quantities, place)
            unit = base(q.value, q.unit)[1]
            self.last[unit] = self.promised[unit] = Named(
                clause.sentence,
                q.number_start,
                None,
                (text, start, end, q, reading),
                self.last.get(unit),
            )

    def holds(self, unit: str) -> bool:
        """Whether a figure of that unit was named in the paragraph."""
        return unit in self.last or unit in self.promised

    def gone_on_with(self, unit: str, left: str, sentence: int) -> Named | None:
        """The figure that one goes on with whose clause names no measure beside it, or a part of one.

        Args:
            unit: of the figure, without magnitude.
            left: what its clause names beside it, as `left_beside` gives it.
            sentence: the number of its sentence.
        """
        for named in (self.last.get(unit), self.promised.get(unit)):
            if named is None or sentence - named.sentence > 2:
                continue
            near = named.sentence == sentence or len(left) <= 2
            if near and left.rstrip("位") in measure(named.what()):
                return named
        return None


def left_beside(text: str, start: int, end: int, q: Quantity, reading: Reading) -> str:
    """What a clause names beside its figure and its dates: nothing in 截至6月底已完成19户."""
    pieces, cursor = [], start
    for first, last in sorted((*cuts(reading), (q.start, q.end))):
        if cursor <= first and last <= end:
            pieces.append(text[cursor:first])
            cursor = last
    pieces.append(text[cursor:end])
    beside = "".join(pieces)
    return beside if len(beside) > _LONG else _LIGHT.sub("", beside)


#: So many characters beside a figure name something.
_LONG: Final = 30
#: Words beside a figure that name no measure.
_LIGHT_WORDS: Final[tuple[str, ...]] = (
    "截至", "截止", "目前", "现有", "现已", "已经", "全部", "其中", "首批", "第一批", "第二批", "第三批",
    "前期", "先期", "上半年", "下半年", "季度", "去年", "今年", "上年", "前年", "当年", "本年", "当前",
    "全年", "年初", "此前", "累计", "共计", "合计", "只有", "大约", "超过", "我县", "我市", "我区", "我省",
    "我局", "我镇", "我乡", "我院", "我校", "我委", "全县", "全市", "全区", "全省", "全镇", "全乡", "全州",
    "完成", "建成", "竣工", "完工", "投用", "投入", "使用", "安装", "调试", "拨付", "到位", "到岗", "落实",
    "实施", "办结", "验收", "交付", "新认定", "新培育", "新增", "净增", "增加", "改造", "整治", "硬化",
    "更换", "更新", "培训", "轮训", "铺设", "整合", "清淤", "发放", "招聘", "推出", "启动", "建设", "新建",
    "开工", "动工", "开通", "签约", "到货", "到账", "上线", "接入", "举办", "开展", "召开", "下达", "支付",
    "兑付", "录用", "入职", "挂牌", "入驻", "入库", "销号", "封顶", "通车", "通水", "摸排", "整改", "清理",
    "拆除", "搬迁", "入住", "腾退", "受理",
)  # fmt: skip
_LIGHT: Final = re.compile(
    f"(?=[{''.join(sorted({word[0] for word in _LIGHT_WORDS}))}]){alternation(_LIGHT_WORDS)}"
    r"|办(?=\W*$)|[已均现共仅约近为是了于在的再较比由从到至达末底前余多年月日]|\d(?!A)|\W"
)
#: What belongs to the figure just named: 融资6笔、金额2700万元; 开设账户241个,占73.9%.
OF_IT: Final = frozenset(("金额", "总额", "资金", "占", "占比"))
_BEHIND: Final = re.compile(r"([\u4e00-\u9fff]{2,16}?)(?:达到?|超过|不低于|不少于|为)")
_RESPECTIVELY: Final = re.compile(r"([^,。;:]{3,40}?)分别(?:为|是|达到?|有|提高到)?$")


def counted_behind(text: str, q: Quantity, following: Quantity) -> str:
    """What stands between a figure and its measure: 已有32个社区的办公用房达到400平方米."""
    match = _BEHIND.match(text, q.end, following.start)
    return match[1] if match else ""


def shared_out(text: str, start: int, picked: Sequence[Quantity]) -> list[str]:
    """What each figure counts in 果蔬、肉类、水产品流通率分别为18%、36%和39%; none where it is not so.

    The noun after the last of the list belongs to all.
    """
    if len(picked) < 2 or text.find("分别", start, picked[0].start) < 0:
        return []
    head = _RESPECTIVELY.search(text, start, picked[0].start)
    items = re.split("[、和及与]", head[1]) if head else []
    if len(items) != len(picked):
        return []
    return [*(item + items[-1] for item in items[:-1]), items[-1]]

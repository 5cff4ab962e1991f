"""What a reported result says of itself: an addition, a stock, a deed, of which period and area."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from tracker.commitments.model import Achievement


class Told(NamedTuple):
    """What the words of a result say of it.

    `added` is what a period brought, `stock` what there is, `deed` what was done, `under_way` what
    is begun and not reached, `total` what was done in all, `period` an amount of a named period,
    `whole` of the whole area, `each` of every one, `step` how much
    more than the period before.
    """

    added: bool
    stock: bool
    deed: bool
    under_way: bool
    total: bool
    period: bool
    whole: bool
    each: bool
    step: bool


class Result:
    """An achievement with the clause it stands in, its measure's name and its figure in full.

    `promised_at` is where the promised figure stands of which it is the part done (安排15所,
    已建成4所), -1 where it is none; `words` are its own, of a part (其中) or the next
    of a list those of the first too; `share` is true where it is the share of the figure before
    (开设账户241个,占73.9%). `dated` tells that its sentence is of a named period, `of` is the result
    before it in the sentence, and `listed` that both are of one list.
    """

    # No dataclass: written out, the compiled code makes one in a fraction of the time.
    def __init__(
        self,
        achievement: Achievement,
        measure: str,
        value: Decimal,
        unit: str,
        clause_start: int,
        sentence: int,
        paragraph: int,
        promised_at: int,
        share: bool,
        words: str,
        dated: bool,
        of: Result | None,
        listed: bool,
    ) -> None:
        self.achievement, self.measure = achievement, measure
        self.value, self.unit = value, unit
        self.clause_start, self.sentence, self.paragraph = clause_start, sentence, paragraph
        self.promised_at, self.share, self.words = promised_at, share, words
        self.dated, self.of, self.listed = dated, of, listed
        self._told: Told | None = None

    @property
    def told(self) -> Told:
        """What its words say of it; read only when asked for, since few are."""
        unread: list[Result] = []
        node: Result | None = self
        while node is not None and node._told is None:
            unread.append(node)
            node = node.of
        told = self._told
        for result in reversed(unread):
            told = result._told = result._read()
        return told or self._read()

    def _read(self) -> Told:
        """Its own words, and what it has from the result before: the area, the deed of a list."""
        quote = self.achievement.quote
        told, of = read(quote), self.of._told if self.of is not None else None
        added, stock, deed, under_way, total, period, whole, each, step = told
        if of is not None:
            whole, total = whole or of.whole, total or of.total
            if self.listed or quote.startswith("其中"):
                under_way = under_way or (self.listed and of.under_way)
                deed, added, period = deed or of.deed, added or of.added, period or of.period
        period = period or self.dated
        return Told(added, stock, deed, under_way, total, period, whole, each, step)


#: A state as the letter is written.
_NOW: Final = re.compile("目前|现有|已|截至|截止|累计|当前|眼下|以来|只有|仅")


def as_of(text: str, dates: Sequence[date | None], letter_date: date | None) -> date | None:
    """The day that a result refers to: its own date, else the letter's for 目前, 已, 现有, 累计."""
    for day in dates:
        if day is not None and (letter_date is None or day <= letter_date):
            return day
    if _NOW.search(text):
        return letter_date
    return None


_ADDED: Final = re.compile("新增|净增|增加|增设|新认定|新培育")


#: What there is: a stock, no amount done.
_STOCK: Final = re.compile("现有|已有|原有|共有|拥有|总数|总量|总规模|尚有|仍有|还有")


_DEED: Final = re.compile(
    "已|完成|建成|安排|兑现|下达|建设|新建|改造|改建|培训|轮训|整治|铺设|安装|投入|拨付|发放|举办|开展|招聘|引进|维修|修缮|"
    "更新|更换|清淤|疏浚|硬化|办理|检查|抽检|配备|新增|增设|新开|开通|实施|排查|打造|创建|选派|种植|栽植|投放|"
    "争取|完工|竣工|办结|修复|衬砌|巡诊|认定|盘活|治理|处理|调解|受理|查处|查办|破获|打击|化解|调处|接待|走访|巡查|排危|救助|资助|帮扶|签订|推送|解答|慰问|演练|造林"
)


#: 在建9台, 已开工7座: begun, not reached; a base only for what is to begin.
_UNDER_WAY: Final = re.compile("在建|正在|开工|动工|签约|启动")


_PERIOD: Final = re.compile(
    r"[去上前季此以期首第\d](?:(?<=[去上前])年|(?<=上)半年|(?<=季)度|(?<=此)前|(?<=以)来|(?<=期)间|(?<=首)批|(?<=第)一批"
    r"|(?<=\d)(?:\d{3}年|月))"
)


_WHOLE: Final = re.compile("[全我][市县区省州]")


#: 比去年增加15名: how much more, not how many.
_STEP: Final = re.compile(
    r"[比较](?:[去上前]年|\d{4}年|上一?年度?|同期)[^,。;]{0,4}?[增减多少升降提]"
)


def read(quote: str) -> Told:
    """What a result's own words say of it."""
    period = _PERIOD.search(quote) is not None
    return Told(
        _ADDED.search(quote) is not None,
        _STOCK.search(quote) is not None,
        _DEED.search(quote) is not None,
        _UNDER_WAY.search(quote) is not None,
        "累计" in quote,
        period and "截至" not in quote and "截止" not in quote,
        _WHOLE.search(quote) is not None,
        "每" in quote or "均" in quote,
        ("比" in quote or "较" in quote) and _STEP.search(quote) is not None,
    )

"""Which date governs a promise.

In this order: a date in the clause itself; a date clause or an earlier clause of the same sentence
(one date may serve several targets); "the above … by …" in a later sentence of the same item;
届时, 同步, which take over the date before. Nothing else reaches over a full stop.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tracker.commitments.deadlines import DateSpan
from tracker.commitments.periods import add_days, add_months
from tracker.commitments.readings import DONE, NEUTRAL, PLAN, Reading
from tracker.commitments.trie import guarded
from tracker.letters.clauses import Clause

_BACKWARD: Final = frozenset({"since", "from", "until-now", "past-years"})
_COMPLETION: Final = re.compile(
    r"(?:全部|全面)?(?:完工|竣工|建成|完成|投入使用|投用|交付|到位|通车|通水|投运|开放|启用|落实|见效)"
)
_SUMMED: Final = re.compile(r"(?:上述|以上|(?:该|这|此)项?工作)")
_ABOVE: Final = re.compile(
    r"(?:该|这|此)项?工作|(?:上述|以上)[^,。;]{0,14}?(?:工程|工作|项目|任务|事项|目标|措施|内容|设施|建设)|全部(?:工程|项目|任务)"
)
_TAKES_OVER: Final = re.compile(
    r"届时|(?<!与..)(?<!与...)(?<!与....)同步|一并|同时(?=[建完启开])|随之|到时"
)


class Due(NamedTuple):
    """The date that governs a clause.

    `inferred` where it stands around the clause, not in it; `standing` where it is a clause of its
    own (今年底前,……), which governs all that follows in the sentence.
    """

    date: DateSpan
    inferred: bool
    standing: bool = False

    def around(self) -> Due:
        """The same date for a clause that it stands around."""
        return self if self.inferred else self._replace(inferred=True)


def governing_dates(readings: Sequence[Reading], closing: Mapping[int, int]) -> list[Due | None]:
    """For every clause the date that governs a promise in it, or None.

    Args:
        readings: the clauses in the order of the text.
        closing: the clauses that date the completion of others, as `tails` gives them.
    """
    due: list[Due | None] = []
    carried: Due | None = None
    previous_sentence: Due | None = None
    sentence = year_of = -1
    year: Due | None = None
    opening = 0
    for index, reading in enumerate(readings):
        clause, dates = reading.clause, reading.dates
        if clause.sentence != sentence:
            sentence = clause.sentence
            same = carried is not None and _same_item(readings, index)
            previous_sentence = carried if same else None
            carried = None
        elif (
            carried is not None
            and clause.opener
            and not dates
            and not _lasts(carried, readings, index)
        ):
            # 今年建烘干房4座,7月建成2座;培训6期: the year that opens the sentence comes back.
            carried = year if reading.strength != "conditional" else None
        elif (
            carried is not None
            and not dates
            and clause.text.startswith(_NEXT)
            and readings[index - 1].voice is DONE
        ):
            carried = None  # 2024年已申报项目,目前正在招标,下一步实施动工
        own = own_date(reading) if dates else None
        if clause.sentence != year_of:
            year, year_of = None, clause.sentence
            opening = clause.start
        if own is not None and own.start - opening <= _OPENS_WITHIN and _is_year(own):
            year = Due(own, inferred=True, standing=True)
        if own is not None:
            here = Due(own, inferred=False, standing=_stands_alone(reading, own))
            due.append(here)
            if not _of_one_figure(clause, own):
                carried = here
            continue
        if dates and all(date.relation in _BACKWARD for date in dates):
            carried = _this_year(readings, index)
        if carried is not None and index and (same_span := _same_span(clause, carried.date)):
            due.append(Due(same_span, inferred=False))
            continue
        if carried is None and previous_sentence is not None and _TAKES_OVER.search(clause.text):
            carried = Due(previous_sentence.date, inferred=True)
        if carried is None or reading.strength == "conditional" or _WAITS.search(clause.text):
            due.append(None)
        else:
            due.append(carried.around())
    _from_above(readings, due)
    for index, tail in closing.items():
        own = own_date(readings[tail])
        if own is not None and readings[index].strength != "conditional":
            due[index] = Due(own, inferred=True)
    return due


#: What is still to come, behind what is done.
_NEXT: Final[tuple[str, ...]] = ("下一步", "下步", "接下来", "今后")
#: So near its beginning stands the year of a sentence: 今年……, 培训方面,全年…….
_OPENS_WITHIN: Final = 10


def _same_span(clause: Clause, date: DateSpan) -> DateSpan | None:
    """The year or month of the date before: 6月底前主体完工,当年通水."""
    word, day = clause.text[:2], date.last
    if word not in ("当年", "当月") or day is None or date.past:
        return None
    first, months = (day.replace(month=1, day=1), 12) if word == "当年" else (day.replace(day=1), 1)
    last = add_days(add_months(first, months), -1)
    return DateSpan(clause.start, clause.start + 2, word, first, last, "same", "during")


def _is_year(span: DateSpan) -> bool:
    if span.relation != "during" or span.first is None or span.last is None:
        return False
    return 300 < (span.last - span.first).days < 400


#: A promise that waits for something has no date but its own.
_WAITS: Final = re.compile(
    guarded(
        {
            "待": "(?:(?<![^是].)|[^,。;]{2,30}后)",
            "一": "(?<![^是].)[旦俟]",
            "视": "(?<![^是].)(?!频|力|觉|察|野|讯)",
            "后": "(?:(?<=到位后|到账后|批复后|批准后|成熟后|具备后|办结后|交工后|获批后)|(?<=到位之后|批复之后|批准之后))",
        }
    )
)


def _stands_alone(reading: Reading, date: DateSpan) -> bool:
    """Whether a clause is no more than its date: 到2025年, / 力争今年底前,."""
    rest = reading.clause.text.replace(date.text, "", 1)
    if (
        reading.clause.opener
        and date.start - reading.clause.start <= 1
        and date.relation == "during"
    ):
        return True  # 2022年我局计划建设……;完成……: the year of all that follows
    return len(rest) <= 2 or _behind_modal(rest) == ""


def _this_year(readings: Sequence[Reading], index: int) -> Due | None:
    """今年以来 over a plan means this year (今年以来,我局计划投入……)."""
    date = next((d for d in readings[index].dates if d.text.startswith("今年")), None)
    if date is None or date.first is None or date.relation == "from":
        return None  # 今年8月起 is no limit
    here = readings[index]
    after = readings[index + 1] if index + 1 < len(readings) else here
    if PLAN not in (here.voice, after.voice) or after.clause.sentence != here.clause.sentence:
        return None
    year = date._replace(
        end=date.start + 2,
        text="今年",
        last=date.first.replace(month=12, day=31),
        relation="during",
        past=False,
    )
    return Due(year, inferred=True, standing=True)


def respective(readings: Sequence[Reading], index: int, figures: Sequence[int]) -> list[Due] | None:
    """A date for each figure of a clause: 2024年、2025年,计划分别改造60个、55个; 收集率2025年达到75%、
    2027年达到80%.

    Args:
        readings: the clauses; `index` is that of the figures.
        figures: where each begins; with another number of dates there is no telling.
    """
    here, count = readings[index], len(figures)
    if count > 1 and count == len(here.dates):
        ends = (*figures[1:], here.clause.end)
        dated = zip(here.dates, figures, (0, *figures), ends, strict=False)
        if all(before < span.start < at <= end for span, at, before, end in dated) and not any(
            span.relation in _BACKWARD or span.past for span in here.dates
        ):
            return [Due(span, inferred=False, standing=True) for span in here.dates]
    at = here.clause.text.find("分别")
    if at < 0 or count < 2:
        return None
    dates = [span for span in here.dates if span.start < here.clause.start + at]
    if not dates and index and readings[index - 1].clause.sentence == here.clause.sentence:
        dates = list(readings[index - 1].dates)
    dates = [span for span in dates if span.relation not in _BACKWARD and not span.past]
    if len(dates) != count:
        return None
    return [Due(span, inferred=False, standing=True) for span in dates]


def own_date(reading: Reading) -> DateSpan | None:
    """The date of a clause that can be a deadline: the last one that looks ahead."""
    chosen = None
    if not reading.dates:
        return None
    text = reading.clause.text
    waits, parenthesis = "待" in text, "(" in text
    for date in reading.dates:
        if date.relation in _BACKWARD or date.past:
            continue
        if waits and _inside_wait(reading, date):
            continue  # 待2024年提质计划下达后启动
        if parenthesis and _parenthesised(reading, date):
            continue
        if (
            chosen is None
            or date.relation in ("by", "within")
            or chosen.relation not in ("by", "within")
        ):
            chosen = date
    return chosen


_WAIT: Final = re.compile("待[^,。;]{2,40}?后")


def _inside_wait(reading: Reading, date: DateSpan) -> bool:
    at = date.start - reading.clause.start
    return any(match.start() < at < match.end() for match in _WAIT.finditer(reading.clause.text))


def _parenthesised(reading: Reading, date: DateSpan) -> bool:
    clause = reading.clause
    before = clause.text[: date.start - clause.start]
    return before.count("(") > before.count(")") and not is_gloss(clause, date)


def is_gloss(clause: Clause, date: DateSpan) -> bool:
    """Whether a date in brackets says which time is meant: 迎峰度夏前(6月底), 三年(2023—2025年)."""
    first, last = date.start - clause.start, date.end - clause.start
    text = clause.text
    return _of_one_figure(clause, date) or (
        first >= 2
        and text[first - 1] in "(即"
        and text[last : last + 1] == ")"
        and text[text.rfind("(", 0, first) - 1] in "前年内月季节日间度底初末假"
    )


def _of_one_figure(clause: Clause, date: DateSpan) -> bool:
    """Whether a date stands in brackets behind a figure and closes the clause: 改造2万亩(2023—2025年)."""
    return (
        date.end + 1 == clause.end
        and clause.text[-1] == ")"
        and not date.past
        and _FIGURE_AND.search(clause.text, 0, date.start - clause.start) is not None
    )


_FIGURE_AND: Final = re.compile(r"\d[^,。;、()\d年月日]{1,4}\($")


def _lasts(carried: Due | None, readings: Sequence[Reading], index: int) -> bool:
    """Whether a date reaches over a semicolon: a year or a plan period that opens the sentence."""
    if carried is not None and _ITEM.match(readings[index].clause.text):
        # 三是……: a date of the item before it is not this item's.
        opening = readings[_first_of(readings, index)].clause
        if carried.date.start - opening.start > 4:
            return False
    if carried is not None and carried.standing and readings[index].strength != "conditional":
        return True
    if carried is None or carried.date.relation not in ("on", "during"):
        return False
    opening = readings[_first_of(readings, index)].clause
    return carried.date.start - opening.start <= 4 and readings[index].strength != "conditional"


_ITEM: Final = re.compile("[一二三四五六七八九十]是|第[一二三四五六七八九十],|其[一二三四五]")


def _first_of(readings: Sequence[Reading], index: int) -> int:
    """The first clause of the sentence."""
    sentence = readings[index].clause.sentence
    while index > 0 and readings[index - 1].clause.sentence == sentence:
        index -= 1
    return index


def _same_item(readings: Sequence[Reading], index: int) -> bool:
    return (
        readings[index - 1].clause.paragraph == readings[index].clause.paragraph if index else False
    )


def sums_up(text: str) -> bool:
    """Whether a clause only dates the promises above it: 以上工作年底前全部完成."""
    return bool(_SUMMED.match(text) and _ABOVE.match(text) and _COMPLETION.search(text))


def _from_above(readings: Sequence[Reading], due: list[Due | None]) -> None:
    """上述工程9月底前全部竣工: the date of the targets above, back to the beginning of the item."""
    for index, reading in enumerate(readings):
        own = own_date(reading) if reading.dates else None
        if own is None or not _ABOVE.search(reading.clause.text):
            continue
        if not _COMPLETION.search(reading.clause.text):
            continue
        back = index - 1
        # 该项工作 is what its own sentence told, or the one before it.
        near = reading.clause.text[0] in "该这此"
        least = reading.clause.sentence - (_first_of(readings, index) == index) if near else 0
        while back >= 0:
            above = readings[back].clause
            if above.paragraph != reading.clause.paragraph or above.sentence < least:
                break
            found = due[back]
            vague = found is not None and found.date.text.endswith("年")
            again = near and "每" in above.text  # 每半年检测1次 is not done by then
            if readings[back].voice in (PLAN, NEUTRAL) and (found is None or vague) and not again:
                due[back] = Due(own, inferred=True)
            if near and above.opener:
                break  # what stands before a semicolon is other work
            back -= 1


#: A clause that only names who: 由县公路养护中心负责.
_WHO_ONLY: Final = re.compile(
    r"由[^,。;]{2,30}(?:负责|牵头|实施|承担|组织|落实|配合)$|(?:工程|项目|方案|设计|规划|图纸|合同|资金|招标|采购|土地|手续|前期工作)?(?:均|都)?(?:已|正在)[^,。;]{2,12}$|每[^,。;]{2,16}$|长度?(?:约|共)?[\d.]+(?:公里|千米|米)$"
)
_MODAL: Final = re.compile(
    r"(?:力争|预计|计划|确保|拟|争取|将|便?可|安排|推迟|顺延|延期|结转|务|均|都|于|在|并|并于|到|至|,|全部|全面|基本|陆续)+"
)
_TAIL: Final = re.compile(
    r"(?:前|底|末)?(?:于|在|前|,)*(?:全部|全面|基本|陆续|正式|同步|予以|一律|得到|实现)*(?:(?<=[部均续])开工|一[并同起](?:实施|完成|建设|改造|安装|推进)|封顶|主体封顶|清零|销号|办结|[一-龥]{0,4}到位|恢复|拆除|取缔|关停|安装完毕|完毕|整改到位|改造到位|完工|竣工|建成|完成(?=$)|(?:整治|整改|治理|改造|建设|安装|搬迁|修复|更换|铺设|施工|拆除|清理|施划|安置|绿化|升级|征收|提升|修缮|维修|疏浚|清淤)完成(?=$)|投入|投用|投运|投产|交付|到位|通车|通水|通气|挂牌|上线|开放|启用|兑付|亮灯|见效|落地|供水|供气|供电|供暖|运行|运营|营业|开业|开园|开馆|招生|入住|收尾|合龙|贯通|通电|通邮|接通|接入|联通|覆盖(?=$)|投放|上岗|[做办改建修装拆换铺种迁配建]完|印发|出台|实施完|安装完|拨付|报[^,。;]{2,16}(?:审议|审定|批准|备案|审批)|完成(?:招聘|招录|培训|发放|兑付|授牌|更新|补划|拆除|搬迁|清理|移交|迁移|整治|决赛|安装|改造|建设|施工|验收|更换|拨付|施划|划线|铺设|敷设|架设|布设|栽植|加装))[^,。;]{0,8}$"
)


def _behind_modal(text: str) -> str:
    modal = _MODAL.match(text)
    return text[modal.end() :] if modal else text


def tails(readings: Sequence[Reading]) -> dict[int, int]:
    """Clauses without a date whose completion a later clause of the sentence dates.

    "新建招呼站22个,由……负责,力争上半年建成投用" → {index of 新建…: index of 力争…}.
    """
    found: dict[int, int] = {}
    for index, reading in enumerate(readings):
        if not reading.dates or not is_tail(reading):
            continue
        part = _PART.search(reading.clause.text)
        back = index - 1
        while back >= 0 and readings[back].clause.closer == ",":
            here = readings[back]
            if here.clause.sentence != reading.clause.sentence:
                break
            if part is not None and _of_more(part[0], here.clause.text):
                break  # 改扩建学校17所,9月前投用11所: the day is that of the eleven
            under_way = "正在" in here.clause.text
            starts = any(span.relation == "from" for span in here.dates)
            own = own_date(here)
            if (own is not None or starts) and not under_way and not _ends(own, reading):
                break
            if under_way or (
                here.voice in (PLAN, NEUTRAL) and not _PRELIMINARY.search(here.clause.text)
            ):
                found.setdefault(back, index)
            back -= 1
    return found


#: How many are completed by then.
_PART: Final = re.compile(r"(?<![\d.])\d[\d.]*[万亿]?(?![\d.年月日%号])[一-龥]{1,2}$")


def _of_more(part: str, text: str) -> bool:
    """Whether a clause tells another number of the same: 17所, of which 11所 are completed."""
    unit = part.lstrip("0123456789.万亿")
    return part not in text and re.search(rf"\d[万亿]?{re.escape(unit)}", text) is not None


def _ends(year: DateSpan | None, tail: Reading) -> bool:
    """Whether a tail tells when in its year a promise is kept: 今年改造26个,10月底前全部完工."""
    end = own_date(tail)
    if year is None or end is None or year.relation != "during" or "全部" not in tail.clause.text:
        return False
    if year.first is None or year.last is None or end.last is None:
        return False
    return (year.last - year.first).days > 300 and year.first <= end.last <= year.last


#: 开展初步设计,力争2022年建成: the design is due before, nobody says when.
_PRELIMINARY: Final = re.compile(
    "(?:开展|完成|启动|进行|做好|抓紧)[^,。;]{0,6}(?:设计|招标|立项|选址|可研|前期|论证|勘[察测])"
)


def is_tail(reading: Reading) -> bool:
    """A clause with a date and a verb of completion and no matter of its own."""
    if reading.voice is not PLAN:
        return False
    own = own_date(reading)
    if own is None:
        return False
    rest = reading.clause.text.replace(own.text, "", 1)
    rest = _behind_modal(rest)
    return len(rest) <= 20 and bool(_TAIL.match(rest))


def adjacent(readings: Sequence[Reading], index: int, tail: int) -> bool:
    """Whether nothing but who is responsible stands between a clause and its tail."""
    return all(
        _WHO_ONLY.match(readings[i].clause.text)
        or any(hit.group == "attribute" for hit in readings[i].hits)
        for i in range(index + 1, tail)
    )


#: 8月底前完成招聘: what is done is named again.
_AGAIN: Final = re.compile("完成([一-龥]{2,4})(?:工作|任务)?$")


def names_again(promise: Reading, tail: Reading) -> bool:
    """Whether a tail names the deed of the clause that it closes: 招聘医生12名,……,8月完成招聘."""
    done = _AGAIN.search(tail.clause.text)
    return done is not None and done[1] in promise.clause.text

"""Who must deliver: the unit that a sentence, its list item or its heading makes responsible.

Only places where Chinese officialese names the responsible one are looked at: behind 由, at the
head of a clause before its verb, behind 会同, in a heading (责任单位:…; 恳请…局…), and in "the
above is … by". The replying unit speaking of itself (我局) is no owner.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tracker.commitments.charges import behind_lead, charged_by_clause, charged_by_heading
from tracker.commitments.labels import labelled
from tracker.commitments.readings import DONE, NEUTRAL, PLAN, Reading
from tracker.commitments.standing import Standing
from tracker.commitments.unitnames import endings_of_units, unit_patterns, units_of
from tracker.letters.clauses import Outline
from tracker.letters.headings import Section

#: (责任单位:市民政局、市财政局), (牵头单位:市工信局;配合单位:市统计局;完成时限:10月底), (市城投集团负责)
_AT_END: Final = re.compile(
    r"\([^()]{0,60}?(?:责任|承办|牵头|落实|主办|实施)(?:单位|部门|主体)[::][^()]{2,120}\)"
    r"|\((?!由)[^()]{3,40}?(?:负责|牵头|承担)\)$"
)
#: Within it: who, not until when.
_ROLE: Final = re.compile(
    r"(?:责任|承办|牵头|落实|配合|协办|协同|主办|实施|参与)(?:单位|部门|主体)[::]"
)
_NO_UNIT: Final = re.compile(r"[^、,;:]{0,8}(?:时限|时间|期限|日期|节点|进度|联系人|电话)[::]")

_ABOVE: Final = re.compile(r"(?:上述|以上)[^,。;]{0,20}由")


def owners(outline: Outline, readings: Sequence[Reading]) -> list[tuple[str, ...]]:
    """For every clause the units that are responsible for a promise in it, as written.

    Args:
        outline: the letter cut up.
        readings: its clauses, read.
    """
    told: dict[str, tuple[str, ...]] = {}  # headings stand again over every part below them
    by_section = [_of_section(section, told) for section in outline.sections]
    result: list[tuple[str, ...]] = []
    # Where only results are told nobody need be made out.
    open_paragraphs = {
        reading.clause.paragraph
        for reading in readings
        if reading.voice is PLAN or reading.voice is NEUTRAL or reading.clause.text[0] == "("
    }
    carried: tuple[str, ...] | None = None
    lasting = goes_on = leads = False
    sentence = -1
    standing = Standing(readings)
    for index, reading in enumerate(readings):
        clause = reading.clause
        if clause.closer == ":" and (named := _label(clause.text)):
            standing.label(named, index)
        if clause.paragraph not in open_paragraphs:
            carried = None
            result.append(())
            continue
        first = sentence != clause.sentence
        sentence = clause.sentence
        if (
            first and not (goes_on and _NO_SUBJECT.match(clause.text) and _same(readings, index))
        ) or (
            clause.opener
            and not first
            and not (lasting or (leads and _NO_SUBJECT.match(clause.text)))
        ):
            carried, lasting, leads = None, False, False
        text = clause.text
        # 待有关部门选址确定: who is waited for answers for nothing.
        own, strong = (None, False) if text[0] == "待" else charged_by_clause(text)
        if (
            text[0] in _MEANS_ONE_FIRST
            and _MEANS_ONE.match(text)
            and (same := _of_before(readings, index))
        ):
            own = same
        charged = standing.at(index) if standing.names else ()
        if charged and own == () and standing.labelled:
            own = None  # 市财政局:我局将……: the unit speaks of itself
        if own and reading.voice is DONE and _DECIDED.search(clause.text):
            own = None  # 市政府办公室印发《……》, 区政府已同意: who decided, not who will do it
        if own and reading.voice is DONE and _DONE_WITH.search(text):
            after = readings[index + 1].clause.text if index + 1 < len(readings) else ""
            # 我局已会同市自然资源局完成选址,其中……: with whom it was done; 拟将…… goes on together.
            own = own if after.startswith(("拟", "将", "计划", "力争", "预计")) else ()
        if own is not None:
            if carried and not first and lasting and _AND_HELPS.search(clause.text):
                own = (*carried, *(unit for unit in own if unit not in carried))
                strong = True
            carried, lasting = own, strong
            leads = bool(own) and _begins_with(clause.text, own[0])
            leads = leads and not clause.text.endswith(_BEHIND_LAST)
            goes_on = bool(own) and "将" in clause.text and not _same(readings, index)
            if own and first and not _same(readings, index) and _CHARGE.match(clause.text):
                standing.charge(index)
            if standing.charging(index):
                standing.names = carried
        if lasting and carried and "以下" in clause.text and _FOLLOWING.search(clause.text):
            # 由县人民医院牵头,重点抓好以下几件事: for the rest of the section.
            top = outline.sections[clause.section].path
            for below in range(clause.section, len(by_section)):
                if outline.sections[below].path[: len(top)] != top:
                    break
                by_section[below] = carried
        if carried is None:
            result.append(charged or by_section[clause.section])
        else:
            result.append(carried)
    _from_behind(readings, result)
    if "上述" in outline.text or "以上" in outline.text:
        _from_above(readings, result)
    if "(" in outline.text:
        _from_label(readings, result)
    return result


def _begins_with(text: str, unit: str) -> bool:
    """Whether a unit is what a clause is about: it stands first, or behind a number or a date."""
    at = text.find(unit)
    return at == 0 or (0 < at <= _FOREWORD and text[at - 1] not in "由同合与和导促请助")


_FOREWORD: Final = 10

#: A sentence that goes on with who acted before: 力争……, 到2023年底……, 下步将…….
_NO_SUBJECT: Final = re.compile(
    r"(?:力争|确保|计划|预计|争取|全年|年内|年底|到?20\d\d年|到?今年|到?明年|\d{1,2}月|每年|下一?步,?将|还将|首届|第?[一二三四]季度)"
)


def _same(readings: Sequence[Reading], index: int) -> bool:
    """Whether the clause before stands in the same paragraph."""
    return (
        readings[index - 1].clause.paragraph == readings[index].clause.paragraph if index else False
    )


_DECIDED: Final = re.compile(
    r"(?:印发|出台|下发|公布)了?《|(?:政府|人大|党委|[省市县区]委|[局厅委办部])(?:常务会议|常委会)?(?:已经?|已原则|原则)(?:同意|批准|批复|审定|通过|审议通过|审批|审核)|协调|政府[^,。;]{0,8}(?:提出|确定|下达|明确)的"
)

_DONE_WITH: Final = re.compile("(?:我[局委办厅院]|我们|本局)[^,。;]{0,6}(?:会同|联合)")

#: 该局承诺国庆节前修复: the unit named last in the sentence.
_THAT_ONE: Final = re.compile(
    "由?该(?:[局委办厅所站院校镇乡]|公司|中心|单位|部门|集团|街道|医院|学校)(?!的)"
)

#: 今年公司在镇上建烘干房: the company named before.
_THE_COMPANY: Final = re.compile("(?:今年|明年|目前|下一步|年内)?公司(?!里)")
_MEANS_ONE: Final = re.compile("由?该|(?:今年|明年|目前|下一步|年内)?公司")
_MEANS_ONE_FIRST: Final = "由该今明目下年公"
#: A company, named in whatever place of a clause.
_A_COMPANY: Final = re.compile(
    "(?:(?![的了对和与由为等引进将在])[\u4e00-\u9fff]){2,18}?(?:有限责任公司|有限公司|(?<!我)公司)"
)

#: So many clauses back a unit may have been named.
_BACK: Final = 12


def _of_before(readings: Sequence[Reading], index: int) -> tuple[str, ...]:
    """The unit that 该局 means at the head of a clause or behind 由; () where none was named.

    It is the one named last in the paragraph, of those that are of that kind.
    """
    clause = readings[index].clause
    that = _THAT_ONE.match(clause.text) or _THE_COMPANY.match(clause.text)
    if that is None:
        return ()
    kind = that[0][-1]
    for back in range(index - 1, max(-1, index - 1 - _BACK), -1):
        before = readings[back].clause
        if before.paragraph != clause.paragraph:
            break
        named = [match[0] for match in unit_patterns()["one"].finditer(before.text)]
        if kind == "司":
            named += [match[0] for match in _A_COMPANY.finditer(before.text)]
        named = [name for name in named if name[-1] == kind]
        if named:
            return (named[-1],)
    return ()


#: 市发改委:……, 县水务局答复如下:……: several units answer one letter.
_ENDS_SAYING: Final = re.compile(
    r"的?(?:(?:会办|协办|承办|办理|答复|回复|反馈|书面|落实){0,2}(?:意见|答复|回复|反馈|情况)(?:如下|为|是)?|方面|表示|(?:回复|答复|反馈)称|提出)$"
)

_LABEL_LENGTH: Final = 60


def _label(text: str) -> tuple[str, ...]:
    """The units that a clause before a colon consists of; () where it says anything else."""
    if len(text) > _LABEL_LENGTH or not endings_of_units().search(text):
        return ()
    bare = text[behind_lead(text) :]
    said = _ENDS_SAYING.search(bare)
    if said:
        bare = bare[: said.start()]
    whole = unit_patterns()["head"].match(bare)
    if whole and whole.end() == len(bare):
        return units_of(whole[1])
    return (bare,) if unit_patterns()["body"].fullmatch(bare) else ()


_FOLLOWING: Final = re.compile(
    "以下(?:[几各一二三四五六七八九十两]|工作|措施|方面|任务|事|项目|重点)"
)

#: 由县人民医院牵头,县卫生健康局指导: who leads remains.
_AND_HELPS: Final = re.compile("配合|(?:指导|协助|支持)$")


def _of_section(section: Section, told: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Units that the headings make responsible; the innermost heading that names any."""
    for title in reversed(section.path):
        if title not in told:
            told[title] = charged_by_heading(title)
        if told[title]:
            return told[title]
    return ()


def _from_above(readings: Sequence[Reading], result: list[tuple[str, ...]]) -> None:
    """上述工作由区民政局负责落实: the owner of what stands above in the same paragraph."""
    for index, reading in enumerate(readings):
        if not _ABOVE.search(reading.clause.text):
            continue
        names, _ = charged_by_clause(reading.clause.text)
        back = index - 1
        while names and back >= 0 and readings[back].clause.paragraph == reading.clause.paragraph:
            if not result[back]:
                result[back] = names
            back -= 1


def _from_label(readings: Sequence[Reading], result: list[tuple[str, ...]]) -> None:
    """(责任单位:……) at the end of a paragraph: for all in it that names nobody else.

    Where the paragraph goes on behind it, it is said of its own sentence only.
    """
    for index, reading in enumerate(readings):
        label = _AT_END.search(reading.clause.text) if "(" in reading.clause.text else None
        if label is None:
            continue
        names = _labelled(label[0])
        for back in labelled(readings, index):
            if not result[back]:
                result[back] = names


def _labelled(label: str) -> tuple[str, ...]:
    if label.endswith(_CHARGED_ENDS):
        return tuple(name for name in re.split("[、,;]", label[1:-3]) if name)
    parts = [part for part in re.split("[、,;]", label[1:-1]) if not _NO_UNIT.match(part)]
    return tuple(dict.fromkeys(name for part in parts if (name := _ROLE.sub("", part))))


_CHARGED_ENDS: Final[tuple[str, ...]] = ("负责)", "牵头)", "承担)")


#: 此项工作由市农业农村局牵头: said before the tasks of a paragraph, for all of them.
_CHARGE: Final = re.compile(
    r"(?:(?:此|该|这|本|上述|以下|相关)[一1]?(?:项|类|件|方面)?(?:工作|任务|事项|问题|建议|项目|事)?(?:主要|具体|拟|将)?)?由[^,。;]{2,60}?(?:负责|牵头|主办|承办|承担|落实|组织实施|统筹)(?:落实|办理|实施|推进|协调|组织)?$"
)

_BEHIND: Final = re.compile(
    r"(?:(?:这|此|该)[件项]?(?:事项|工作|任务|事)?)?由[^,。;]{2,24}(?:(?:负责|牵头|统筹|组织实施|实施)[^,。;]{0,4}|落实|承担|承办|承建|办理|包干|包抓|发放|拨付|解决)$"
    r"|[^,。;]{2,30}[为是](?:第一|主体)?(?:责任|实施|建设|牵头|承办|运营|管护|主体)(?:主体|单位|部门|责任人)$"
)

_BEHIND_FIRST: Final = "由这此该"

_BEHIND_LAST: Final[tuple[str, ...]] = ("主体", "单位", "部门", "责任人")
_BEHIND_END: Final = "体位门人"


def _from_behind(readings: Sequence[Reading], result: list[tuple[str, ...]]) -> None:
    """ "……再拨付800万元,由市财政局按工程进度拨付": who is told behind the promise."""
    for index in range(1, len(readings)):
        after = readings[index].clause
        text = after.text
        if text[0] not in _BEHIND_FIRST and text[-1] not in _BEHIND_END:
            continue
        if result[index - 1] or not _BEHIND.match(text):
            continue
        names = charged_by_clause(text)[0] or ()
        back = index - 1
        while back >= 0 and not result[back]:
            here = readings[back].clause
            if here.closer != "," or here.sentence != after.sentence:
                break
            result[back] = names
            if here.opener:
                break
            back -= 1

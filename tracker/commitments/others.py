"""Stretches that are not the replying side's own words: the deputies' request, the rules of others."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from typing import Final

from tracker.commitments.readings import QUOTED, REQUEST, Voice
from tracker.letters.clauses import Clause, Outline

#: The deputies' own words, from here to a closing noun, a comma or the end of the sentence.
#: Every branch begins with a character, so that `re` skips to the places where one can begin.
_WHO: Final[tuple[str, ...]] = (
    "您们?", "你们?", "贵(?:支部|总支|党委|民革|[会团院社党委部办])", "代表们?", "委员们?", "各位代表",
)  # fmt: skip
_SAYS: Final = r"[^,。;:\n]{0,12}?(?:提出|建议|请求|要求|希望|恳请|所提|提到|反映|关心|提及|指出)"
_WHO_SAYS: Final = f"(?:{'|'.join(_WHO)}){_SAYS}"
#: 关于……的建议, at the head of a sentence.
_OF_TOPIC: Final = (
    r"(?<![^。;\n)]..)(?=[^,。;\n]{2,120}的(?:建议|意见|请求|要求|提议|诉求)[,。;:\n])"
)
#: 对一次性增编500名的建议: no farther than the next mark.
_OF_SHORT: Final = r"(?<![^。;\n].)(?=[^,。;\n]{2,60}的(?:建议|请求|要求|提议|诉求)[,。;:])"
_REQUEST: Final = re.compile(
    "|".join(
        (
            "提案中?所?(?:建议|提出|提到|要求)",
            "建议中?所?(?:建议|提出|提到|要求)",
            f"关于(?:{_WHO_SAYS}|{_OF_TOPIC})",
            f"对于(?:{_WHO_SAYS}|{_OF_TOPIC})",
            f"针对{_WHO_SAYS}",
            f"对(?:{_WHO_SAYS}|{_OF_SHORT})",
            *(who + _SAYS for who in _WHO),
        )
    )
)


#: 您针对街道供水不足,……,提出逐年实施改造的建议: what is brought forward, across its commas.
_BROUGHT: Final = re.compile(
    # No run goes over another 您: each stretch is looked through once.
    r"[您你]们?(?:针对|就|围绕|结合|反映|从)(?:(?!提出)[^。;\n您你]){2,200}提出[^。;\n您你]{0,160}?的(?:建议|意见|提案|诉求|请求|设想)(?=[,。;])"
)
#: 建议相关部门给予资金14万元: what others are asked for, whoever asks.
_PROPOSED: Final = re.compile(
    r"建议(?:相关|有关|各级?|由|给予|予以|尽快|尽早|上级|国家|中央|财政|政府|适当|[省市县区州镇乡][^,。;:\n]{0,14}?(?:局|委|办|厅|财政|政府|部门|街道|中心|公司|增|加|安排|给予|尽快))(?![^,。;]{0,12}(?:办理|答复|主办|承办|提案))"
)
_ITEM_HEAD: Final = re.compile(r"(?:[,。;!?:\n]|[一二三四五六七八九十]是|\d[.、])$")
#: 全国要建成10亿亩高标准农田, 省里计划……: the goal of the country, or of who stands above, in the
#: reply of a place.
_NATION: Final = re.compile(
    r"(?<![^,。;\n])(?:到?20\d\d年[底末]?前?,?)?(?:全国|我国|中国)(?:共|累计|总共|每年)?(?:要|将|计划|力争|预计|拟|规划|必须)"
    r"|(?<![^,。;\n])(?:国家|中央|省里|省厅|省局|市里|上级)(?:有关|相关|主管)?(?:部门|单位)?(?:已|初步|正在|正)?(?:计划|拟|将|预计|答复|表示)(?!支持|同意|给予我)"
)
#: 据悉,省交通厅拟……: what is only heard of.
_HEARD: Final = re.compile(
    r"(?:据悉|据了解|经了解|据介绍|经咨询[^,。;\n]{0,12}|据[^,。;\n]{1,12}(?:反馈|介绍|答复)),(?!我[局委办厅部们县市区州省镇乡])"
)
_REQUEST_CLOSE: Final = re.compile(
    r"的(?:建议|意见|请求|要求|问题|提议|设想|诉求|想法|需求|方案)|(?:的)?(?:建议|提案)(?=[,。;:])"
)


#: 您提出的……已纳入项目,……,您提出的建议……: the one ends before the other begins.
_SAID_AGAIN: Final = re.compile(
    "[,;](?:因此|对|关于|至于)?[您你贵]们?[^,。;您你贵]{0,4}(?:提|反映|建议)"
)


#: Words that open a list of wishes to the full stop.
_ASKED: Final = re.compile("请求|恳请|要求")
#: 您建议……,每天增加6班,并在春节前开通: clauses that go on with a wish.
_GOES_ON: Final = re.compile(r",(?:并|每|以及|且|同时|总)[^,。;\n]*")
#: Where the answer to a request begins in the same sentence.
_ANSWER: Final = re.compile(
    r"[,;](?=我[局委厅们县市区镇院办]|考虑|因|由于|鉴于|经|超出|目前|现阶段|结合|根据|由[^,]{2,12}(?:局|委|办|厅|政府))"
)


#: Rules and plans of others: what follows is no undertaking of the replying side.
_OTHERS: Final[tuple[str, ...]] = (
    "国家", "中央", "国务院", "省委", "省政府", "省里", "上级", "市委", "部里", "有关规划", "规划", "条例", "办法",
    "规范", "通报", "会议", "文件", "省局", "省厅", "总局", "部委", "市里",
)  # fmt: skip
#: Ministries, as far as their names are no other word's end (部 alone begins too many).
_MINISTRIES: Final[tuple[str, ...]] = (
    "工信", "信息化", "教育", "科技", "科学技术", "财政", "民政", "司法", "住建", "住房城乡建设", "交通运输", "水利",
    "农业农村", "商务", "人社", "社会保障", "自然资源", "生态环境", "文化和旅游", "文旅", "应急管理", "公安",
)  # fmt: skip
_QUOTED: Final = re.compile(
    "|".join(
        (
            r"》(?:\([^()]{0,30}\))?(?:第[一二三四五六七八九十百\d]{1,4}条(?:第[一二三四五六七八九十]{1,2}[款项])?)?(?:中|也|均|还|的)?(?:明确)?(?:提出|要求|规定|明确|指出|强调)",
            *(
                who + "[^,。;]{0,16}?(?:提出|要求|规定|明确要求|指出|强调)(?!各|我)"
                for who in _OTHERS
            ),
            # 工业和信息化部等五部门提出
            *(
                f"{of}部(?:等[^,。;]{{1,6}}部[门委])?(?:联合)?(?:提出|要求|规定|明确|指出|印发|出台|下发)(?!各|我)"
                for of in _MINISTRIES
            ),
            # what is done above this level: 国务院部署实施……
            *(who + "[^,。;]{0,6}?(?:部署|印发|出台|下发)" for who in ("国务院", "国家", "中央")),
        )
    )
)

#: 按照省政府要求,我县……: whose rule it is; what follows is our own.
_OBEYED: Final = re.compile(
    "(?:按照|根据|依据|落实)[^,。;]{2,24},(?:[我今明拟将]|年[底内]|全[省市县区州]|20\\d\\d年(?!全国|我国))"
)

#: 我部会同国家发展改革委印发《……方案》: our own as well.
_JOINTLY: Final = re.compile("我[部局委厅院办市县区省][^,。;]{0,6}(?:会同|联合)$")


def words_of_others(outline: Outline, *, local: bool) -> list[tuple[int, int, Voice]]:
    """Stretches in the deputies' or others' words: (start, end, voice), in order.

    Args:
        outline: the letter cut up.
        local: a place replies: what the whole country plans is not its promise.
    """
    text, clauses = outline.text, outline.clauses
    if not clauses:
        return []
    first, last = clauses[0].start, clauses[-1].end
    masks = []
    done = first
    for match in _REQUEST.finditer(text, first, last):
        if match.end() <= done:
            continue  # inside the request before it
        start, end = match.span()
        reach = min(last, end + _REACH)
        stop = _stop(text, end, reach, "。;\n")
        again = _SAID_AGAIN.search(text, end, stop)
        close = _REQUEST_CLOSE.search(text, end, again.start() if again else stop)
        if close:
            done = close.end()
        elif _asks_on(text, start, end) or _ASKED.search(text, start, end + 12):
            answer = _ANSWER.search(text, end, stop)
            done = answer.start() if answer else stop
        else:
            done = _stop(text, end, reach, ",。;\n")
            while more := _GOES_ON.match(text, done, stop):
                done = more.end()
        masks.append((start, done, REQUEST))
    masks += (
        (match.start(), match.end(), REQUEST) for match in _BROUGHT.finditer(text, first, last)
    )
    done = first
    for match in _PROPOSED.finditer(text, first, last):
        start, end = match.span()
        if start >= done and _ITEM_HEAD.search(text, max(0, start - 2), start):
            stop = _stop(text, end, min(last, end + _REACH), "。;\n")
            answer = _ANSWER.search(text, end, stop)
            done = answer.start() if answer else stop
            masks.append((start, done, REQUEST))
    done = first
    for match in _QUOTED.finditer(text, first, last):
        if (
            match.end() > done
            and not _OBEYED.match(text, max(0, match.start() - 2), match.end() + 8)
            and not _JOINTLY.search(text, max(first, match.start() - 16), match.start())
        ):
            done = _stop(text, match.end(), min(last, match.end() + _REACH), "。\n")
            masks.append((match.start(), done, QUOTED))
    heard = (_NATION, _HEARD) if local else (_HEARD,)
    for pattern in heard:
        for match in pattern.finditer(text, first, last):
            end = match.end()
            stop = _stop(text, end, min(last, end + _REACH), "。;\n")
            answer = _ANSWER.search(text, end, stop)
            masks.append((match.start(), answer.start() if answer else stop, QUOTED))
    masks.sort(key=lambda mask: mask[0])
    return masks


def _asks_on(text: str, start: int, end: int) -> bool:
    """Whether what is asked for stands behind the comma: 代表建议,今年再建公厕20座.

    针对代表建议,……, 根据您的建议,……: there the answer does.
    """
    return text.startswith(",", end) and not _ANSWERED.search(text, max(0, start - 4), start + 2)


_ANSWERED: Final = re.compile("针对|对于?|关于|根据|结合|按照?|采纳|吸纳|落实|围绕|参照|依据|响应")


#: No request or rule is longer; a bound for text without a full stop.
_REACH: Final = 800


def _stop(text: str, at: int, last: int, marks: str) -> int:
    found = _stops(marks).search(text, at, last)
    return found.start() if found else last


@cache
def _stops(marks: str) -> re.Pattern[str]:
    return re.compile(f"[{marks}]")


def covered(clauses: Sequence[Clause], masks: Sequence[tuple[int, int, Voice]]) -> dict[int, Voice]:
    """The voice of every clause that a mask covers to its end, by the clause's number.

    Args:
        clauses: in the order of the text.
        masks: as `words_of_others` gives them; where two cover a clause, the later one counts.
    """
    voices: dict[int, Voice] = {}
    for start, end, voice in masks:
        index = bisect_right(clauses, start, key=lambda clause: clause.end)
        while index < len(clauses) and clauses[index].end <= end + 1:
            voices[index] = voice
            index += 1
    return voices

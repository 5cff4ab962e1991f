"""The deciding words of a letter, each with its class (data/lexicon/modality.toml)."""

from __future__ import annotations

import re
from typing import Final

from tracker.commitments.lexicon import classes
from tracker.commitments.readings import Hit
from tracker.letters.clauses import Outline

#: Titles and quoted words, of a length that `re` reads over in no time.
_NAMES: Final = (("《", r"[^《》\n]{0,80}》"), ("“", r"[^“”\n]{0,60}”"))
_GROUPS: Final[tuple[str, ...]] = (
    "conditional", "refusal", "effect", "done", "state", "attribute", "target", "firm",
)  # fmt: skip


#: A letter has dozens; the tuple's own constructor takes a third of the named one's time.
_new: Final = tuple.__new__


def find_hits(outline: Outline) -> list[Hit]:
    pattern, home = classes("modality", _GROUPS, passed_over=_NAMES)
    text = outline.text
    if not outline.clauses:
        return []
    found = []
    for match in pattern.finditer(text, outline.clauses[0].start, outline.clauses[-1].end):
        word = match[0]
        if word[0] in "《“":
            continue  # titles and quoted words decide nothing
        if word in _NOT_WITHIN:
            at = match.start()
            begin = max(0, at - 2, text.rfind("\n", max(0, at - 2), at) + 1)
            if _NOT_WITHIN[word].match(text, begin):
                continue
        # 一年要300万元: what it costs.
        group = "state" if word == "要" and _COSTS.match(text, match.end()) else home[word]
        found.append(_new(Hit, (match.start(), match.end(), word, group)))
    return found


_COSTS: Final = re.compile(r"(?:近|约|超过)?\d[\d.]*[百千万亿]*元")


#: Short words that are part of another word: 主要, 需要, 重要; 接待, 期待, 待遇; 即将, 而已, 计划生育.
_NOT_WITHIN: Final[dict[str, re.Pattern[str]]] = {
    "要": re.compile(
        r".?[主需重必摘纪扼概首只还提次简显机纲]要|确实要|.{0,2}要(?:求|素|点|害|件|塞|闻|道)"
    ),
    "待": re.compile(r".?(?:[接对等招看优善亟有]|(?<![一二三四五])期)待|.{0,2}待遇"),
    "将": re.compile(r".?[即必]将|.{0,2}将(?:军|士|领|来)"),
    "未列入": re.compile(r".{0,2}未列入[^,。;]{0,10}的[^,。;]{1,12}[待将由按]"),
    # 占承诺任务的77.5%: a thing.
    "承诺": re.compile(r".{0,2}承诺(?:任务|目标|事项|书|时限|期限|制|函|件|内容|的)"),
    "同意": re.compile(
        r".?[经已不未报获]同意|.{0,2}同意(?:后|批|[您你贵该]|[^,。;]{0,4}(?:意见|建议|看法))"
    ),
    "已": re.compile(
        r".?[而不]已|(?:完成|启动|改造|整改|推进|实施|治理|解决|更换)已[^,。;\d]{1,8}的[^,。;\d]{0,4}\d|.{0,2}已(?:建|建成|入住|有|投用)(?:的)?(?:项目|设施|小区|工程|园区|道路|站点)"
    ),
    # 拟建桥梁全长286米: what it would be like.
    "拟": re.compile(
        r".?[模虚]拟|.{0,2}拟(?:定|订|制(?![定订作造])|建[^,。;\d]{1,8}(?:全长|总长|长|占地|总?面积|位于))"
    ),
    # 捕捞必须依法取得许可证: a rule in force.
    "必须": re.compile(r".{0,2}必须(?:依法|依规|经|取得|具备|符合|持|凭|遵守|遵循|履行|服从|由)"),
    # 推迟至今年10月, 延至今冬: up to a time.
    "至今": re.compile(".{0,2}至今[年冬秋夏春后]"),
    "累计": re.compile(r".{0,2}累计(?:达|不少于|不低于|超过|突破|[^,。;\d]{0,10}[可将要]达)"),
    "总面积": re.compile(r".{0,2}总面积(?:达|突破|增|扩|稳定|保持)"),
    "拥有": re.compile(
        r".{0,2}拥有(?:量|率|[^,。;\d]{0,16}(?:达到?|不少于|不低于|增[至加]到?|提高到|提升[至到]))"
    ),
    "年均": re.compile(
        r".{0,2}年均[^,。;\d]{0,8}(?:控制|达到|提高到|降至|降到|保持|稳定|不低于|不高于|不超过|不少于)"
    ),
    "涉及": re.compile(r".?[对凡所与]涉及|.{0,2}涉及[^,。;\d]{0,12}的"),
    "成功": re.compile(r".{0,2}成功率|.?[对凡]成功"),
    # 尚未建园的5个乡镇: which ones are meant.
    "尚未": re.compile(r"(?!.?对).{0,2}尚未[^,。;\d]{1,12}的[^,。;\d]{0,4}\d[^,。;]{5}"),
    # 加强现有漫水桥的管理: the bridge that is there.
    "现有": re.compile(
        r".{0,2}(?<=[在对用托])现有|.{0,2}(?:加强|强化|优化|改造|完善|提升|整合|盘活|维护|巩固|修缮|更新|改善|扩建)现有|.{0,2}现有的"
    ),
    "设有": re.compile(r".?建设有"),
    "曾": re.compile(r".?[未不]曾"),
    "目标": re.compile(r".{0,2}目标(?!是|为|到|值为)"),
    # 计划 is a verb before a verb, a date or a figure; 推进计划, 年度计划 are things.
    "计划": re.compile(
        r".{0,2}计划(?:生育|单列|内|外|》|[、,。;:)”和与及的,]|$|统筹(?!整合|安排|资金|[^,。;]{0,6}(?:资金|财力)[^,。;]{0,4}\d)|项目|安排表|任务|实施方案)|(?:推进|行动|倍增|采购|年度|实施|培育|工作|三年|招聘|发展|专项|投资|资金|招生|用地|建设|生产)计划(?!再|新|投|改|建|完|于|今|明|在|20|搬|安置|培训|种植|引进|整治|修建)"
    ),
    "一定": re.compile(r".{0,2}一定(?:程度|的|比例|规模|差距|数量|成效|基础)"),
}

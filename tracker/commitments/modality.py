"""Who speaks in a clause and of when: a result, a state, a promise, a request, a refusal.

A clause's own words beat its neighbours, its neighbours beat its section. Words come from
data/lexicon/modality.toml; the grammar around them stands here and beside (cues: the deciding
words; others: the words of others; strength: how firmly).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from tracker.commitments.apart import WISH_ENDS, apart_of
from tracker.commitments.cues import find_hits
from tracker.commitments.deadlines import DateSpan
from tracker.commitments.lexicon import words
from tracker.commitments.lookahead import look_ahead
from tracker.commitments.model import Strength
from tracker.commitments.others import covered, words_of_others
from tracker.commitments.readings import DONE, EFFECT, NEUTRAL, PLAN, REASON, Hit, Reading, Voice
from tracker.commitments.sizes import is_attribute
from tracker.commitments.strength import strength_of, waits
from tracker.commitments.tense import MANNER, PROMISING, to_come
from tracker.commitments.timing import is_gloss
from tracker.commitments.trie import guarded
from tracker.commitments.voices import inherited, listed_in, once_there, voice_of
from tracker.letters.clauses import Clause, Outline


def read_clauses(
    outline: Outline,
    dates: Sequence[DateSpan],
    letter_date: date | None,
    *,
    local: bool,
) -> list[Reading]:
    """The voice of every clause, in the order of the text.

    Args:
        outline: the letter cut up.
        dates: all dates of the text, in order.
        letter_date: the letter's own date, that says what is past and what is to come.
        local: a place replies, no body of the whole country.
    """
    clauses, text = outline.clauses, outline.text
    masked = covered(clauses, words_of_others(outline, local=local))
    hits, days = outline.by_clause(find_hits(outline)), outline.by_clause(dates)
    first, last = (clauses[0].start, clauses[-1].end) if clauses else (0, 0)
    told = outline.numbers(match.start() for match in _TELLING.finditer(text, first, last))
    speaking = {*masked, *hits, *days, *told}
    readings: list[Reading] = []
    before: Reading | None = None
    opening, sentence, paragraph = 0, -1, -1
    past = False  # whether the paragraph told of results last
    gone = False  # whether the paragraph tells of the year before
    for index, clause in enumerate(clauses):
        said, opener = clause.text, clause.opener
        head = said[0]
        if sentence != clause.sentence:
            before, opening, sentence = None, index, clause.sentence
        elif opener:
            # Behind a semicolon a sentence goes on with how it began.
            before = readings[opening]
        elif index == opening + 1 and clauses[opening].text.endswith("方面"):
            opening = index  # 赛事方面,全年举办……;培训……
        if (
            index in speaking
            or (before is not None and (before.strength == "conditional" or before.voice is REASON))
            or (head in _TELLING_FIRST and said.startswith(_TELLING_OPENERS[head]))
            or (opener and said.endswith(WISH_ENDS))
        ):
            own = tuple([span for span in days.get(index, ()) if _is_time(clause, span)])
            own_hits = tuple(hits.get(index, ()))
            others = masked.get(index)
            reading = _read(outline, clause, own_hits, own, others, before, letter_date)
        else:
            reading = _goes_on(outline, clause, before)
        if clause.paragraph != paragraph:
            paragraph, past, gone = clause.paragraph, False, False
        if head in "过去上" and said.startswith(_YEAR_GONE):
            gone = True
        elif gone and "今年" in said:
            gone = False
        if gone and not reading.hits and said.startswith("全年"):
            # 过去一年,接待游客……。全年新开业酒店9家: the whole of that year.
            reading = reading._replace(voice=DONE, frame=DONE)
        if reading.own:
            past = reading.voice is DONE
        elif (
            past
            and reading.voice is NEUTRAL
            and not _COMES_AGAIN.match(said)
            and not once_there(said)
        ):
            # 2019年新造林186万亩。支持各地建设产业园151个: what was told last goes on.
            reading = reading._replace(voice=DONE, frame=DONE)
        readings.append(reading)
        before = reading
    look_ahead(readings)
    return readings


#: 其余566艘, 每年轮训600人次: still to come, or again, whatever was told before.
_COMES_AGAIN: Final = re.compile("剩余|其余|余下|剩下|每(?:年|月|季|学期|学年|周)")


_YEAR_GONE: Final[tuple[str, ...]] = ("过去一年", "去年", "上年")


#: Without a hit or a date a clause has a voice or strength of its own only by one of these. They
#: are what the patterns of voices and strength look for; most clauses have none and go on as what
#: stands before them.
_CLOSES: Final = r"(?![^,。;:!?、\n])"  # the end of a clause
_TELLING: Final = re.compile(
    guarded(
        {
            "了": "(?<![为除罢]了)(?!解|结|然)",
            "列": "[入为]",
            "纳": "入",
            "下": "达[给到]?[我全本]",
            "由": "(?:于|现在|现有|现行|目前|当前|眼下|眼前|如今)",
            "从": "(?:现在|现有|现行|目前|当前|眼下|眼前|如今)",
            "同": "比",
            "较比": r"(?:20\d\d年[多少]|[上去]年|上届|上月|同期|上一年|[^,。;\d]{1,8}前)",
            "争": "取到",
            "出": "(?<=[排查摸底筛选测理集计找评估现]出)",
            "因": "(?<![原成起基]因)(?!此|素|子|地制宜)",
            "是": f"(?=[待等若如]|一[旦俟]|[^,。;]{{2,24}}(?:第[一二三四五]年|[槛提键点程题务则一件准事求础]{_CLOSES}))",
            "后": (
                f"(?:{_CLOSES}|(?<=[位复准达实熟备结过批工好确效意账收交退成产用运]后)|(?<=之后)"
                "|(?:每|可|能|预计)?[年日][产处供接节发服收创消加存周可能均])"
            ),
            "条": "件(?:成熟|具备|允许)",
            "适": "时",
            "时": "机成熟",
            "财": "力允许",
            "视": "(?=[^,。;]{1,20}[况展定论果])",
            "根": "据(?:实际|资金|财力|需要|建设)",
            "规": "划(?:[建改]|新建|布局|扩建|增[设建])",
            "于": "(?<=[建立施工项布用]于)",
            "到至": "(?:现在|目前)",
            "以": f"来{_CLOSES}",
            "共": "(?:[有计设辖0-9建]|实施|完成|改造|新建|开展|举办|安装|培训|发放|投入)",
            "需": "(?=[^,。;]{0,20}[0-9的])",
            "算": "(?<=测算)",
            "执": "行的",
            "增": r"[加支][^,。;\d]{0,8}(?:支出|负担|成本|赤字)",
            "能": "(?<=可能)",
            "重": "视",
        }
    )
)
_OPENERS: Final[tuple[str, ...]] = (
    "等", "若", "如", "待", "一旦", "一俟", "请", "建议", "恳请", "希望", "望", "盼", "受", "鉴于", "考虑到", "虽", "尽管", "假如",
    "要求", "明确要求", "均要求", "并要求", "针对", "围绕", "按照", "根据", "依据", "对照", "参照",
    "从", "自", "据",
    *(f"{digit}{mark}{word}" for digit in "一二三四五六七八九十" for mark in "、是"
      for word in ("请", "建议", "恳请", "希望")),
)  # fmt: skip
#: By their first characters: that leaves few to try.
_TELLING_OPENERS: Final[dict[str, tuple[str, ...]]] = {
    first: tuple([opener for opener in _OPENERS if opener[0] == first])
    for first in {opener[0] for opener in _OPENERS}
}
_TELLING_FIRST: Final = "".join(_TELLING_OPENERS)


#: A letter has hundreds; the tuple's own constructor takes a third of the named one's time.
_new: Final = tuple.__new__


def _goes_on(outline: Outline, clause: Clause, same: Reading | None) -> Reading:
    """A clause without any word of its own: the voice and strength of what stands before."""
    voice = inherited(outline, clause, same)
    strength: Strength = "firm"
    if same is not None and same.strength != "firm":
        strength = strength_of(clause, (), (), same, waits(clause.text))
    return _new(Reading, (clause, voice, strength, False, voice, (), (), False))


def _is_time(clause: Clause, span: DateSpan) -> bool:
    # 其中当年新增8户: the year that the sentence speaks of, whichever that is
    return not (
        span.text in _SAME_PERIOD
        or clause.text.endswith(("当年", "同年"), 0, span.start - clause.start)
        or (span.relation == "during" and _OF_IT.match(clause.text, span.end - clause.start))
        or (span.relation == "within" and clause.text.startswith("的", span.end - clause.start))
        or _adverb(clause, span)
        or (span.text == "年终" and clause.text.startswith(_SETTLED, span.end - clause.start))
        or _length(clause, span)
        or (span.text in _SEASONS and _of_what_is_held(clause, span))
        or (span.past and _OF_THEN.match(clause.text, span.end - clause.start))
    )


#: 2000年以前建成的小区, 去年认定的12家: which ones are meant, not when.
_OF_THEN: Final = re.compile(
    r"(?:以前|之前|底?前|后|以后)?(?:建成|建设|新?建|竣工|投用|修建|成立|出台|印发|制定|实施|启动|安装|认定|评定|列入|下达|排查出|签订)[^,。;\d]{0,4}的"
)


#: 年终结算: how it is paid.
_SETTLED: Final[tuple[str, ...]] = ("结算", "清算", "决算", "考核", "考评", "总结", "兑现", "奖")
#: 作为今年的头等大事, 是2023年的重点工作: what something is.
_OF_IT: Final = re.compile(
    "的(?:头等大事|一号|首要|中心工作|工作重[点心]|大事|民生实事|(?:一[项件])?(?:重点|重要|重大|主要)(?:工作|任务|事项|内容|议题))"
)


_SEASONS: Final = frozenset(("春季", "夏季", "秋季", "冬季", "暑期", "寒假"))


def _of_what_is_held(clause: Clause, span: DateSpan) -> bool:
    """举办秋季招聘会: which one is held, not when."""
    verbs = words("verbs", "deliver")
    return clause.text.endswith(verbs, 0, span.start - clause.start)


_SAME_PERIOD: Final[tuple[str, ...]] = ("当年", "当月", "当季", "同年", "当年度")


def _adverb(clause: Clause, span: DateSpan) -> bool:
    """体育场全年开放: how, not when; 力争全年发放5000万元 is when."""
    if span.text != "全年":
        return False
    before = clause.text[: span.start - clause.start]
    return _MODALS.sub("", before) != ""


def _length(clause: Clause, span: DateSpan) -> bool:
    """压缩到18天以内, 控制在三个月内: how long, not when. 将在三年内 is when."""
    return span.relation == "within" and clause.text[: span.start - clause.start].endswith(
        ("到", "至", "制在", "持在", "缩在", "短在", "定在", "为", "缩短", "压缩", "不超过")
    )


_MODALS: Final = re.compile(r"力争|确保|预计|计划|今年|[一二三四五六七八九十]是")


def _read(
    outline: Outline,
    clause: Clause,
    hits: tuple[Hit, ...],
    dates: tuple[DateSpan, ...],
    others: Voice | None,
    before: Reading | None,
    letter_date: date | None,
) -> Reading:
    """The voice of one clause from its own words and, where it has none, what stands before."""
    same = before if before is not None and before.clause.sentence == clause.sentence else None
    apart = others or apart_of(clause.text, dates, same, letter_date)
    if apart is not None:
        frame = same.frame if apart in (NEUTRAL, EFFECT) and same else apart
        # 若资金到位,将……: what follows waits as well.
        if_only = apart is REASON and clause.text[0] in "若如假"
        waited = (apart is NEUTRAL or if_only) and waits(clause.text)
        strength: Strength = "conditional" if waited else "firm"
        return Reading(clause, apart, strength, apart is not NEUTRAL, frame, hits, dates)
    listed = listed_in(clause.text)
    hits, dates = _without_asides(clause, hits, dates, listed)
    if hits:
        hits = _without_deeds(clause, hits, dates, same, letter_date)
    if hits and "的" in clause.text and _WHICH.search(clause.text):
        hits = tuple(hit for hit in hits if hit.group != "refusal")
    waiting = waits(clause.text)
    strength = strength_of(clause, hits, dates, same, waiting)
    voice, own = voice_of(
        outline, clause, hits, dates, same, strength, listed, letter_date, waiting
    )
    frame = voice
    if voice is EFFECT and same is not None and same.frame is DONE:
        frame = DONE  # 上半年发放贷款4.6亿元,惠及530户,其中……: told on as a result
    if voice is DONE:
        strength = "firm"
        if "已" in clause.text and _AGREED.search(clause.text):
            frame = PLAN
        if is_attribute(hits, dates, letter_date) and same is not None:
            frame, strength = same.frame, same.strength
    return _new(Reading, (clause, voice, strength, own, frame, hits, dates, False))


def _without_deeds(
    clause: Clause,
    hits: tuple[Hit, ...],
    dates: tuple[DateSpan, ...],
    same: Reading | None,
    letter_date: date | None,
) -> tuple[Hit, ...]:
    """Words without 获得, 成功 where a promise stands before them: 力争年内获得贷款2亿元.

    They say what is done, not that it is done; so a date ahead makes a promise of them as well.
    """
    deed = next((hit for hit in hits if hit.word in _DEEDS), None)
    if (
        deed is None
        or clause.text.startswith("的", deed.end - clause.start)  # 获得的资金
        or clause.text[0] == "为"  # 为确保验收成功: what for
        or any(hit.group == "done" and hit.word not in _DEEDS for hit in hits)
    ):
        return hits
    at = deed.start
    if at == clause.start and same is not None and same.own and same.voice is PLAN:
        return tuple(hit for hit in hits if hit.word not in _DEEDS)  # 今年培训120人,获得证书80人
    promised = any(
        hit.group in PROMISING and hit.word not in MANNER and hit.start < at for hit in hits
    )
    if promised or to_come(dates, letter_date):
        return tuple(hit for hit in hits if hit.word not in _DEEDS)
    return hits


_DEEDS: Final = frozenset(("获得", "获评", "荣获", "成功"))


#: 不能正常运行的36套: which ones.
_WHICH: Final = re.compile(r"(?:不|未|无)[^,。;的]{1,12}的[^,。;的\d]{0,8}\d")


#: 我局已与县教育局商定,: what was agreed on is to come.
_AGREED: Final = re.compile(
    "已[^,。;]{0,20}(?:商定|议定|约定|商妥|谈妥|谈定|敲定|达成一致|达成共识|协商一致|一致同意|(?:研究|会商|讨论)(?:决定|确定))$"
)


def _without_asides(
    clause: Clause,
    hits: tuple[Hit, ...],
    dates: tuple[DateSpan, ...],
    listed: re.Match[str] | None,
) -> tuple[tuple[Hit, ...], tuple[DateSpan, ...]]:
    """Words and dates without those that say nothing of the clause itself."""
    if listed:
        # 计划 in 列入年度计划 names the list.
        first, last = clause.start + listed.start(), clause.start + listed.end()
        hits = tuple(
            hit for hit in hits if not (first < hit.start < last and hit.group == "target")
        )
    if not hits and not dates:
        return hits, dates
    if hits and "待" in clause.text and "后" in clause.text:
        # 待旧址成功申报为文物保护单位后: what is waited for is not done.
        waits = [
            (clause.start + m.start(), clause.start + m.end())
            for m in _WAITED.finditer(clause.text)
        ]
        hits = tuple(
            hit
            for hit in hits
            if hit.group != "done" or not any(a < hit.start < b for a, b in waits)
        )
    if any(hit.word == "原有" for hit in hits) and _REWORKED.search(clause.text):
        hits = tuple(hit for hit in hits if hit.word != "原有")
    for a, b in _asides(clause):
        hits = tuple(hit for hit in hits if not a <= hit.start < b)
        dates = tuple(s for s in dates if not a <= s.start < b or is_gloss(clause, s))
    return hits, dates


#: 粉刷原有公厕11个: to what is there something is done.
_REWORKED: Final = re.compile(
    r"(?:粉刷|改造|维修|更换|拆除|扩建|提升|改建|翻新|修缮|整治|升级|更新|盘活|整合|维护|加固)[^,。;\d]{0,4}原有"
)
_WAITED: Final = re.compile("待[^,。;]{2,60}后")
#: Where a measure stands now, named beside its target: 由目前的58%提升至90%, 较上年提高.
_STARTING_LEVEL: Final = re.compile(
    r"在[^,。;]{0,24}?基础上(?=[^,。;])|[由从][^,。;]{0,20}?(?=(?:提[高升到至]|增加|增|上升|扩大|降|下降|压缩|缩短|减少|调整|发展|扩))|[较比](?:上年|去年|今年|同期|上一年|20\d\d年[底末]?)|(?:不低于|高于|低于|超过|好于)(?:上年|去年)(?:同期)?(?:水平)?"
)


#: Without one of these no level is compared.
_COMPARES: Final = re.compile(
    "[由从较比基于过好](?:(?<=[由从较比])|(?<=基)础上|(?<=[于过好])(?=[上去]))"
)


_BRACKETS: Final = re.compile(r"\([^()]*\)")


def _asides(clause: Clause) -> list[tuple[int, int]]:
    """Stretches that tell where a measure stands now; their words say nothing of the clause."""
    found = []
    if _COMPARES.search(clause.text):
        found = [match.span() for match in _STARTING_LEVEL.finditer(clause.text)]
    if "(" in clause.text:
        found += [match.span() for match in _BRACKETS.finditer(clause.text)]
    if not found:
        return found
    return [(clause.start + a, clause.start + b) for a, b in found]

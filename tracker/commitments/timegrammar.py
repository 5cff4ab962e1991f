"""The grammar of Chinese time expressions, as regular-expression fragments.

Three patterns come out of it: :func:`guard` finds places where an expression may begin, cheaply
(a character class first, then a look at the next characters); :func:`expression` reads one from
there; :func:`lead` reads the words before it (到, 截至, 自, 近, 用). Words are data
(data/lexicon/times.toml), fragments are named for what they match.

Group names end in 1 or 2: a range has two points, 2017年8月 and 11月.

What may be missing is written as an empty branch, (?:…|) and not (?:…)?: `re` sets up a loop for
the latter, at four times the cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from tracker.commitments import campaigns, periods
from tracker.commitments.trie import alternation, trial

#: Typeset letters put spaces around digits (2017 年 12 月底前), converted ones break lines there.
GAP: Final = r"[ \t\n]{0,2}"
#: What joins the ends of a range: 2023—2025年, 3月至5月, 1-9月.
JOIN: Final = r"[ \t\n]{0,2}(?:[-—–－~～]{1,2}|起?(?:至|到(?![来期位达])))[ \t\n]{0,2}"
#: Chinese numerals as they occur in dates and spans.
_CN: Final = "零〇一二两三四五六七八九十廿半"
_CN_DIGIT: Final = "零〇○Oo0-9一二三四五六七八九"
_MONTH: Final = "1[0-2](?![0-9])|0?[1-9](?![0-9])|十[一二]?|元(?=月)|[一二三四五六七八九]"
_DAY: Final = (
    "3[01](?![0-9])|[12][0-9](?![0-9])|0?[1-9](?![0-9])|三十一?|二十[一二三四五六七八九]?"
    "|廿[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九]"
)
_COUNT: Final = rf"[0-9]{{1,3}}+(?![0-9])|[{_CN}百]{{1,6}}+"
#: 年 that is no year: 1990年代, 三年级, 2023年鉴.
_NOT_YEAR: Final = "(?!级|代|鉴|轻|龄|货|味|报)"
#: 前 that is no "before": 前三季度, 前期, 前往.
_BEFORE: Final = (
    r"(?:到来|来临|来到|(?P<over>结束)|开始|开学|)(?:(?P<inclusive>[及或])|)[之以]?前"
    r"(?![后期往述列景沿来提身置瞻])(?!(?:[一二两三四五六七八九十0-9]+)个?(?:季度|月|年))"
)


def year(n: int) -> str:
    """2023年 · 2023年度 · 二〇二三年 · 二OO七年 · 今年; also 2023 before —2025年."""
    words = either(periods.words()["years"])
    return (
        rf"(?:(?=[12一二])(?P<year{n}>(?:19|20)[0-9]{{2}}|[一二][{_CN_DIGIT}]{{3}}){GAP}"
        rf"(?:年{_NOT_YEAR}[度份]?|(?=[上下]半年|(?:1[0-2]|[1-9])月)|(?={JOIN}(?:19|20)[0-9]{{2}}{GAP}年))"
        rf"|(?<![近来后去前此过续用经])(?P<short{n}>[0-9]{{2}}|[零〇七八九][零〇一二三四五六七八九]){GAP}年{_NOT_YEAR}"
        rf"|(?P<near{n}>{words})度?)"
    )


def day(n: int, *, lax: bool) -> str:
    """15日 · 十五号; 12 before -19日. `lax`: the sign may be missing (一月二十三)."""
    missing = rf"|(?={JOIN}(?:{_DAY}){GAP}[日号])" + ("|(?![0-9月年个])" if lax else "")
    return rf"(?P<day{n}>{_DAY}){GAP}(?:[日号](?![线楼文院令店仓])|{missing[1:]})"


def month(n: int, *, lax: bool) -> str:
    """10月 · 十月份 · 本月 · 1 before -9月, with the day or the part of the month."""
    words = either(periods.words()["months"])
    parts = either(periods.words()["month_parts"])
    return (
        rf"(?:(?P<month{n}>{_MONTH}){GAP}(?:月份?(?![亮球嫂])|(?=(?:{JOIN}|、)(?:{_MONTH}){GAP}月))"
        rf"|(?P<nearmonth{n}>{words}|月(?=[底末初])))(?:{GAP}的?(?:{day(n, lax=lax)}|(?P<xun{n}>{parts})(?![步级部层中]))|)"
    )


def part(n: int) -> str:
    """三季度末 · 前三季度 · 上半年 · 年底 · 前五个月 · 第九个月."""
    parts = either(word for word in periods.words()["year_parts"] if len(word) > 1)
    glued = either(word for word in periods.words()["year_parts"] if len(word) == 1)
    quarter = (
        rf"(?:(?P<first{n}>前)|)(?:(?P<fromquarter{n}>[一二三1-3])[、和至到—-]第?(?=[二三四2-4]季)|)(?:(?P<nth{n}>第)|)(?:Q(?=[1-4])|)(?P<quarter{n}>[1-4一二两三四首])"
        rf"(?:(?P<each{n}>个)|)季度?(?<=度)(?:(?P<qend{n}>[末底初](?!步))|)"
    )
    return (
        rf"(?:{_gate(_QUARTER_FIRST, quarter)}"
        rf"|(?P<nearquarter{n}>本季度|上个?季度|下个?季度|上个半年|下个半年|上一季度|下一季度)(?:(?P<qend2{n}>[末底])|)"
        rf"|(?P<months_kind{n}>前|第|最后|头){GAP}(?P<months{n}>{_COUNT}){GAP}个?月份?|(?P<firstmonth{n}>首月)"
        rf"|(?P<part{n}>{parts}|(?<=[年度]){GAP}(?:{glued}(?![步级部层中期]))))"
    )


#: What a quarter, 前三季度 or 第三季度, may begin with.
_QUARTER_FIRST: Final = "前第Q1-4一二两三四首"


def feast(n: int, *, lax: bool) -> str:
    """春节 · “五一” · 秋季学期开学 · 主汛期."""
    plain = either(name for name, entry in periods.feasts().items() if not entry.mark)
    marked = either(name for name, entry in periods.feasts().items() if entry.mark)
    again = "(?=[之以]?[前后]|期间|假期|小长假|黄金周|长假" + ("|$)" if lax else ")")
    return (
        rf"(?:(?:{_gate('“' + chr(34) + '0-9', _ITS_DAY)}|)(?:(?P<feast{n}>{plain})(?:(?P<two{n}>[、和]?{plain})|)|[“\"](?P<quoted{n}>{plain}|{marked})[”\"]"
        rf"|(?P<marked{n}>{marked}){again})(?:(?P<holiday{n}>小?长?假期?|黄金周)|)"
        rf"|(?P<season{n}>{either(periods.seasons())}))"
    )


#: “5·12”国际护士节, “六一”国际儿童节: what stands before a feast's name says its day once more.
_ITS_DAY: Final = r"(?:[“\"](?:[三五六七八][一四八]|十一)|[“\"]?[0-9]{1,2}[·•.．・][0-9]{1,2}(?![0-9]))[”\"]?(?![“\"])"


def point(n: int, *, lax: bool) -> str:
    """One point or period of the calendar: a year, something in a year, or both."""
    bare_day = rf"|{day(n + 2, lax=False)}" if lax or n == 2 else ""
    return (
        rf"(?P<point{n}>(?P<iso{n}>(?=[12])(?:19|20)[0-9]{{2}}(?P<sep{n}>[-/.{'年 ' if lax else ''}])"
        rf"(?:1[0-2]|0?[1-9])(?P=sep{n})(?:3[01]|[12][0-9]|0?[1-9])(?![0-9])日?)"
        + (rf"|(?P<compact{n}>(?:19|20)[0-9]{{6}})(?![0-9])" if lax else "")
        + rf"|(?:(?P<stated{n}>{year(n)})|)"
        rf"(?:{GAP}的?{GAP}{_gate(_in_a_year(), f'{feast(n, lax=lax)}|{part(n)}|{month(n, lax=lax)}{bare_day}')}|(?(stated{n})|(?!)))"
        + (rf"|(?P<bareyear{n}>(?:19|20)[0-9]{{2}})(?![0-9])" if lax else "")
        + ")"
    )


def _in_a_year() -> str:
    """First characters of what stands in a year: its feasts, seasons, parts, months and days."""
    words = periods.words()
    named = (*periods.feasts(), *periods.seasons(), *words["year_parts"], *words["months"])
    numbered = f" \\t\\n0-9{_CN}元月首Q前第最头本上下"  # a blank: 年 底
    return "“”" + chr(34) + "".join(sorted({word[0] for word in named})) + numbered


def span(n: str, *, closed: bool) -> str:
    """三年内 · 15个工作日内 · 两年时间 · 四年(含今年) · 三到五年内; `closed` demands the ending."""
    ending = (
        rf"(?:(?P<including{n}>\((?:含|包括)(?:今年|本年|当年|[0-9]{{4}}年)度?\))|)(?:(?P<about{n}>左右)|)"
        rf"(?:(?P<time{n}>的?(?:时间|努力|期限|建设期))|)(?:(?P<inside{n}>[之以]?内(?![部容外控需地陆资涝]))|)"
    )
    required = r"(?<=[内)间右力限期])(?<!学期)(?<!星期)(?<!工期)" if closed else ""
    return (
        rf"(?P<count{n}>{_COUNT})(?:(?:{JOIN}|、)(?P<upto{n}>{_COUNT})|){GAP}"
        rf"(?P<unit{n}>个半月|个月|年|个?工作日|个自然日|[日天]|周|个?星期|个?季度|个?学期|个?学年)"
        rf"(?:(?P<half{n}>半)|){ending}{required}"
    )


def plan() -> str:
    """“十四五”期间 · “十四五”末 · “十四五”后两年 · “十四五”以来."""
    numbers = "".join(periods.words()["plans"]["numbers"])
    return (
        rf"[“\"]?十(?P<plan>[{numbers}])五[”\"]?(?:国民经济和社会发展|)(?:规划|计划|)的?"
        r"(?P<plan_part>期间|时期|期末|末期|末年|末|期内|规划期|收官之年|最后一年|开局之年|头一年|中期|初期|前期|后期|以来|内|底"
        rf"|(?P<plan_side>前|后|头|最后|剩余|余下|剩下)(?:的)?(?P<plan_years>[一二两三四1234])年)(?:内|末|底|期间|)"
    )


def school() -> str:
    """2023—2024学年第一学期 · 2023学年 · 本学期 · 下学年 · 开学(前)."""
    near = "本学期|这学期|下学期|下个学期|新学期|本学年|下学年|新学年|上学期|上学年"
    return (
        rf"(?P<school>(?:19|20)[0-9]{{2}})年?(?:{JOIN}(?P<school_end>(?:20)?[0-9]{{2}})|)年?{GAP}学年度?"
        r"(?:的?第?(?P<term>[一二12上下])学?期|)(?:末|结束|)"
        rf"|(?P<near_school>{near})(?:(?P<near_open>开学|开始)|)(?:末|结束|)|(?P<opening>开学)(?=[之以]?前)"
    )


def named_span() -> str:
    """Spans whose end no calendar knows: 本届任期内, 三年行动期内. What the letter tells decides."""
    inside = r"(?:之?内(?![部容外涵])|期间|末|结束|届满)"
    whose = "[省市县区州]?(?:人民政府|政府|人大常委会|人大|政协)|党委|[省市县区州]委"
    return (
        rf"(?P<office>本届(?:(?:{whose})?的?任期{inside}|(?:{whose})?期[内间])|任期内)"
        rf"|(?P<action>[一二两三四五2345]年(?:专项|集中)?(?:{campaigns.KINDS})(?:行动|工程|战)?(?:计划|方案)?(?:实施)?"
        rf"(?:期(?=内))?(?:{inside}|收官))"
    )


def tail() -> str:
    """前 · 之前 · 内 · 期间 · 起 · 以来 · 来, · 后一个月内 · (8月1日前)."""
    units = "个月|[日天周年]|个?工作日|个?星期"
    also = either(periods.seasons())
    behind = (
        rf"(?:{GAP}(?P<also>{also})|)(?:{GAP}"
        rf"(?:(?:开始|)[之以]?后的?(?P<after_count>{_COUNT})(?P<after_unit>{units})[之以]?内"
        rf"|(?P<before>{_BEFORE})"
        r"|(?P<within>(?:[之以期]|)内(?![部容外控需地陆资涝]))|(?P<during>期间|时期|当天|当日)"
        r"|(?P<since>以来|至今|来(?=,|$))|(?P<from>起(?!草|步|点|来|诉|到|至)|开始(?!之前|前)|[之以]?后(?![期续半备勤来]))"
        r"|(?P<about>左右|前后)|(?P<stop>为?止))|)"
        r"(?:\((?P<bracket>[^()\n]{2,16})\)|)"
    )
    # Nothing of it stands behind most dates, and one look tells.
    seasons = "".join(sorted({word[0] for word in periods.seasons()}))
    return rf"(?:(?=[ \t\n(开之以后到来结及或前期内时当至起左为止{seasons}]){behind}|)"


@cache
def expression(*, lax: bool = False) -> re.Pattern[str]:
    """One time expression, read from its first character. `lax` reads a whole given expression.

    Lax also takes 2018, 30日, 一月二十三 and 20240307, which in a letter are figures more often
    than dates.
    """
    pairs = either(periods.words()["year_pairs"])
    days = either(periods.words()["days"])
    weeks = either(periods.words()["weeks"])
    return re.compile(
        rf"(?:{_gate(f'0-9{_CN}百', span('a', closed=True))}|(?P<pair>{pairs})"
        rf"|{_gate(f'本任{_CN}2345', named_span())}"
        rf"|{_gate('“十' + chr(34), plan())}|{_gate('12本这下新上开', school())}"
        rf"|(?P<nearday>{days})|(?P<nearweek>{weeks})(?P<weekday>[一二三四五六日天末](?![个期次季年月]))?"
        rf"|{point(1, lax=lax)}(?:(?=[ \t\n—–－~～起至到、-])(?:{JOIN}|(?<=[0-9一二三四五六七八九十])、){point(2, lax=lax)}|)"
        rf"){tail()}"
        rf"|{_gate(f'0-9{_CN}百', span('b', closed=False))}{GAP}(?:(?P<past_tail>来|以来)|)"
    )


@cache
def lead() -> re.Pattern[str]:
    """The words before an expression that say how to take it."""
    return re.compile(
        r"(?P<now>截[至止](?:到|至)?)|(?P<by>[到至]|到了)|(?P<start>自|从|由|自从)"
        r"|(?P<ahead>未来|今后|接下来|往后|此后|后(?=[0-9一二两三])|再用|通过|经过|力争用|争取用|计划用|利用|用|力争(?=[一二两三四五0-9]))(?:的|约)?"
        r"|(?P<behind>最近|近|过去|此前|之前|前(?=[0-9一二两三四五])|历时)"
        r"|(?P<at>[于在])"
    )


#: Words before an expression by their last letter, for a look back from its beginning.
LEAD_ENDS: Final = {
    "now": ("截至", "截止", "截止到", "截至到", "截止至"),
    "by": ("到", "至"),
    "start": ("自", "从", "自从"),
    "ahead": ("未来", "今后", "接下来", "往后", "用", "利用", "通过", "经过"),
    "behind": ("最近", "近", "过去", "此前", "之前", "前"),
}


@cache
def guard() -> re.Pattern[str]:
    """Places where an expression may begin; consumes one character.

    Every branch begins with one literal character, which is what lets `re` skip text by a
    character table; the look at what follows is never too strict and seldom too loose.
    """
    words = periods.words()
    beginnings: dict[str, set[str]] = {}  # the second and third characters, by the first
    numbered: set[str] = set()  # what follows the numeral in 三八妇女节
    for word in (
        *words["years"], *words["year_pairs"], *words["months"], *words["days"], *words["weeks"], *_NEAR_BEGINNINGS,
        *(part for part in words["year_parts"] if len(part) > 1),
        *periods.feasts(), *periods.seasons(),
    ):  # fmt: skip
        if word[0] not in _CN:
            beginnings.setdefault(word[0], set()).update(
                [word[1:3]] if word[1:] else "前之以"
            )  # 汛前
        else:
            numbered.add(word[1:3])
    unit = r"(?:[年月日号天周]|个[月工季学星半自]|工作日|季度|星期|学[期年])"
    join = r"[ \t\n]{0,2}[-—–－~～、至到]{1,2}[ \t\n]{0,2}"
    later = rf"{join}[0-9{_CN}]{{1,3}}{GAP}{unit}"
    after_digit = (
        # 1.8月 behind a point is no date, but for the number of an item at the beginning of a line,
        # and a whole year behind one: 3.2024年底前.
        rf"(?<![0-9第].)(?:(?<!\..)|(?<=\n[0-9]\..)|(?<=\n[0-9][0-9]\..)|(?=(?<=[12])[09][0-9]{{2}}年))(?=(?<=[12])[09][0-9]{{2}}(?:{GAP}年|{join}[0-9]|[上下第/.]|[0-9]{{1,2}}月)"
        rf"|[0-9]{{0,2}}{GAP}(?:{unit}|{later}))"
    )
    after_numeral = (
        rf"(?<![{_CN}第].)(?=[{_CN_DIGIT}{_CN}]{{0,4}}{GAP}(?:{unit}|、[{_CN}]{unit}|{later})"
        r"|[一二三四五六七八]五[”\"期末规时以后前收开中初内底国的]|一[之前以期黄假长小后]"
        rf"|{either(rest for rest in numbered if len(rest) > 1)}|夏[前期])"
    )
    count = rf"[0-9{_CN}]{{1,2}}(?:季|个[月季])"
    named = {char: f"(?={_looked_at(seen)})" for char, seen in sorted(beginnings.items())}
    named["前"] = f"(?:{named['前']}|(?=年|天|半|{count}))"
    second = "".join(sorted({rest[0] for seen in beginnings.values() for rest in seen}))
    follow = {"0123456789": after_digit, _CN: after_numeral}
    follow["".join(named)] = f"(?=[{second}年天半季个0-9{_CN}])(?:{trial(named)})"
    follow['“"'] = rf"(?=十[一二三四五六七八]五|[五六七八十]一|{either(periods.feasts())})"
    follow["第"] = f"(?={count})"
    # What can stand second in any of them, which most places do not have: spares trying each.
    any_second = (
        f"{second}{_CN}{_CN_DIGIT}年月日号天周个工季星学半上下第之前以期黄假长小后夏、至到—–－～"
    )
    any_second += "".join(word[0] for word in (*numbered, *periods.feasts()) if word)
    looked_at = "".join(dict.fromkeys(any_second.replace("0-9", "0123456789")))
    return re.compile(f"[{''.join(follow)}](?=[{looked_at} \t\n/.~-])(?:{trial(follow)})")


def _looked_at(rests: Iterable[str]) -> str:
    """What follows the first character of some words: one character more, or two of a longer one."""
    thirds: dict[str, set[str]] = {}
    for rest in rests:
        thirds.setdefault(rest[0], set()).add(rest[1:])
    enough = "".join(sorted(char for char, seen in thirds.items() if "" in seen))
    further = [
        f"{char}[{''.join(sorted(seen))}]"
        for char, seen in sorted(thirds.items())
        if char not in enough
    ]
    return "|".join([f"[{enough}]", *further] if enough else further)


#: First characters of what the lists of words do not hold: 本届任期内, 下学期, 上个季度.
_NEAR_BEGINNINGS: Final[tuple[str, ...]] = (
    "月底", "月末", "元月", "本届", "任期", "本学", "这学", "下学", "新学", "上学", "开学", "本季", "上季",
    "下季", "上个", "下个", "上一季", "下一季", "首月", "首季",
)  # fmt: skip


def either(words: Iterable[str]) -> str:
    """Any of the words, after a look at the initial: a failed look is much cheaper."""
    known = list(words)
    return _gate("".join(sorted({word[0] for word in known})), alternation(known))


def _gate(initials: str, pattern: str) -> str:
    """A pattern that is tried only where one of `initials` stands."""
    return f"(?=[{initials}])(?:{pattern})"

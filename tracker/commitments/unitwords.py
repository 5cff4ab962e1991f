"""The words around numbers, loaded once from data/lexicon/units.toml, and the pattern they make."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from tracker.commitments.numerals import CHINESE_CHARS
from tracker.commitments.trie import alternation
from tracker.resources import load_lexicon

Comparator = Literal[">=", "<=", "=", "~"]


@dataclass(frozen=True, slots=True)
class UnitWords:
    """The lexicon in the shape that reading needs."""

    kinds: dict[str, str]
    periods: frozenset[str]
    before: dict[str, Comparator]
    hedge_lasts: str
    hedge_length: int
    not_behind: dict[str, str]
    reach: tuple[str, ...]
    after: dict[str, Comparator]
    period_verbs: tuple[str, ...]
    one_never: frozenset[str]
    one_perhaps: frozenset[str]
    ordinal_chinese: frozenset[str]
    ordinal_code: frozenset[str]
    idioms: frozenset[str]
    never_behind: frozenset[str]
    clock: frozenset[str]
    money: tuple[str, ...]


@cache
def _lexicon() -> dict[str, Any]:
    return load_lexicon("units")


@cache
def unit_words() -> UnitWords:
    data = _lexicon()
    hedges = data["comparators"]
    sides: dict[str, Comparator] = {"at_least": ">=", "at_most": "<=", "about": "~"}
    before = {word: sign for side, sign in sides.items() for word in hedges[f"{side}_before"]}
    reach = sorted(hedges["reach"], key=len, reverse=True)
    after = {word: sign for side, sign in sides.items() for word in hedges[f"{side}_after"]}
    after |= dict.fromkeys(hedges["at_most_after_duration"], sides["at_most"])
    return UnitWords(
        kinds={unit: group["kind"] for group in data["groups"] for unit in group["units"]},
        periods=frozenset(
            unit for group in data["groups"] if group["kind"] == "period" for unit in group["units"]
        ),
        before=before,
        hedge_lasts="".join(
            sorted({word[-1] for word in (*before, *reach, *hedges["period_verbs"])} | {" "})
        ),
        hedge_length=max(map(len, before)),
        not_behind=hedges["not_behind"],
        reach=tuple(reach),
        after=after,
        period_verbs=tuple(hedges["period_verbs"]),
        one_never=frozenset(data["indefinite"]["one_never"]),
        one_perhaps=frozenset(data["indefinite"]["one_perhaps"]),
        ordinal_chinese=frozenset(data["ordinal"]["chinese"]),
        ordinal_code=frozenset(data["ordinal"]["code"]),
        idioms=frozenset(data["idioms"]["words"]),
        never_behind=frozenset(data["idioms"]["behind"]),
        clock=frozenset(data["idioms"]["clock"]),
        money=tuple(data["money"]["words"]),
    )


@cache
def quantity_pattern() -> re.Pattern[str]:
    """Titles and slogans to pass over, and quantities.

    The pattern consumes one character of a class before anything else: `re` then skips through
    text without such characters at C speed. Numbers are possessive and may not begin inside
    another, which keeps a search linear. What may be missing is an empty branch, (?:…|) and not
    (?:…)?: `re` sets up a loop for the latter, at four times the cost. Most numbers have nothing of
    it, and one look at the next character spares them all.
    """
    data = _lexicon()
    units = alternation(
        [unit for group in data["groups"] for unit in group["units"]], data["not_before"]
    )
    initials = re.escape(
        "".join(sorted({unit[0] for group in data["groups"] for unit in group["units"]}))
    )
    after = alternation(unit_words().after)
    per = alternation([*data["every"]["times"], *data["every"]["things"]])
    chinese = CHINESE_CHARS
    gap = r"[ \t\n]{0,2}"
    decimals = r"(?:\.[0-9]{1,10}+|)"
    # Six groups of digits at most: a row of them without end would be read anew from each group.
    arabic = r"[0-9]{0,2}(?:[,，][0-9]{3}){1,5}+(?![0-9])"
    # what follows the first character of a number
    rest = (
        rf"(?:(?<=[0-9])(?:{arabic}|[0-9]{{0,14}}+){decimals}"
        rf"(?:[百千](?![米克瓦伏吨卡赫帕兆家分{chinese}])|)"
        rf"|(?<=[百千万])(?P<fraction>分之)"
        rf"(?:[0-9](?:{arabic}|[0-9]{{0,5}}+){decimals}|[{chinese}]{{1,9}}+(?:点[{chinese}]{{1,6}}+|))"
        rf"|(?<=[{chinese}])[{chinese}]{{0,19}}+(?:点[{chinese}]{{1,6}}+|))"
    )
    upper = rf"(?:[0-9](?:{arabic}|[0-9]{{0,14}}+){decimals}|[{chinese}]{{1,19}}+)"
    joins = "至到—–－~～-"
    to = rf"[ ]?(?:[{joins[2:]}]{{1,2}}|[至到])[ ]?"
    large = r"万亿|[万亿]"
    # between a number and its unit
    between = (
        rf"(?:(?P<vague>[余多几来])|){gap}"
        rf"(?:(?P<scale>{large})(?:(?P<more>(?![百千])[0-9{chinese}][0-9{chinese}万]{{0,19}}+)|)|)"
        rf"(?:(?P<vague_unit>[余多])|){gap}"
        rf"(?:{to}(?P<upper>{upper})(?:(?P<upper_scale>{large})|)|)"
    )
    between_first = f"余多几来万亿 \t\n{joins}"
    # behind the unit
    behind = (
        rf"(?:{to}(?P<upper_same>{upper})(?:(?P<same_scale>{large})|)(?P=unit)|)"
        r"(?:(?P<half>(?<=[吨米斤里亩成])半(?![数以径成个年]))|)"
        rf"(?:(?P<per>/(?:{per}))|)"
        rf"(?:(?P<after>{after})|(?P<tail>[余多](?=[,，。;；、)）的\s]|\Z))|)"
    )
    behind_first = "".join(sorted({word[0] for word in unit_words().after})) + f"余多半/ {joins}"
    return re.compile(
        rf"[《“\"0-9{chinese}万](?:"
        rf"(?<=[0-9{chinese}万])(?<![0-9.第·∙•*#_〔/{chinese}万亿].)(?<![0-9A-Za-z]-.)"
        rf"(?:(?<=[0-9])|(?=[{chinese}{initials}余多几来分点万亿至到 \t\n~—-]))"  # 一 of 一步, 统一
        r"(?!(?<=[12])[09][0-9]{2}[ \t\n]?年)"  # 2023年, by far the commonest number
        rf"(?P<number>{rest})(?:(?![{between_first}])|(?=[{between_first}]){between})"
        rf"(?P<unit>(?(fraction)|(?:{units}|(?<=[万亿])(?![千百伏像级字一]))))"
        rf"(?:(?=[{behind_first}]){behind}|)"
        r"|(?<=[《“\"])(?:(?<=《)[^《》]{0,80}(?:《[^《》]{0,60}》[^《》]{0,60})?》"
        r"|(?<=“)[^“”]{1,16}”"
        r"|(?<=\")[^\"\n,。;，；]{1,16}\")"
        r")"
    )


@cache
def rate_pattern() -> re.Pattern[str]:
    """每月 · 每人每年 · 每个 · 每两年 · 每百户."""
    data = _lexicon()
    counted = [
        unit for group in data["groups"] if group["kind"] == "count" for unit in group["units"]
    ]
    words = alternation([*data["every"]["times"], *data["every"]["things"], *counted])
    number = rf"(?:[0-9]{{1,6}}|[{CHINESE_CHARS}]{{1,4}})?"
    return re.compile(rf"(?:每(?:一)?{number}(?:{words}))+")


@cache
def far_hedge() -> re.Pattern[str]:
    hedges = _lexicon()["comparators"]
    least, most = "|".join(hedges["at_least_far"]), "|".join(hedges["at_most_far"])
    return re.compile(rf"(?:(?P<least>{least})|{most})[^，,。;；、：:！!？?\n0-9]*\Z")


@cache
def spoken_pair() -> re.Pattern[str]:
    """七八(个), 三五(百), 二三十: two rising digits side by side are a range."""
    pairs = "一二|二三|两三|三四|四五|五六|六七|七八|八九|三五"
    return re.compile(rf"(?<![零〇一二三四五六七八九点])(?:{pairs})(?![零〇一二三四五六七八九点])")


@cache
def ordinal_list() -> re.Pattern[str]:
    return re.compile(rf"第[0-9{CHINESE_CHARS}]+[、和及至到—~-]\Z")

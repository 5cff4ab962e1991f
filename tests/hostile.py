"""Texts that no letter holds and that a careless pattern chokes on, of any length.

Each is the body of a letter with title, salutation, opening and date, so that every step of the
extraction meets it. `tests/commitments/test_hostile.py` reads them all, `python -m tests.bench
--hostile` times them.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LEXICON = Path(__file__).parents[1] / "data" / "lexicon"
_HEAD = "青河县某某局\n对县十八届人大二次会议第25号建议的答复\n\n甘田禾代表：\n\n您提出的《关于改善民生设施的建议》收悉，现答复如下：\n\n"
_TAIL = "\n\n青河县某某局\n2023年5月20日\n"

#: What is said over and over.
_REPEATED = {
    "digits": "1",
    "one": "一",
    "ten": "十",
    "opening brackets": "（",
    "closing brackets": "）",
    "titles left open": "《",
    "quotes left open": "“",
    "commas": "，",
    "full stops": "。",
    "colons": "：",
    "line ends": "\n",
    "dots": "、",
    "of": "的",
    "first": "第一",
    "by whom": "由",
    "will": "将",
    "plan": "计划",
    "year": "2023年",
    "range": "3—5",
    "thousands": "1,234,",
    "percent": "%",
    "per cent": "百分之",
    "units": "市教育局、",
    "unit after unit": "市教育局",
    "by units": "由市教育局、市财政局",
    "brackets in turn": "（）",
    "brackets and digits": "（1）",
    "figures": "30户",
    "figures and commas": "新增30户，",
    "figures in a row": "新增30户、",
    "dates": "2023年6月底前",
    "dates and commas": "6月底前，",
    "promises": "力争2023年新增30户，",
    "promises and stops": "力争2023年新增高新技术企业30户。",
    "results": "已建成充电桩30个，",
    "results and stops": "目前已建成充电桩30个。",
    "sums": "上述工作年底前全部完成，",
    "tails": "正在建设，力争2023年底前建成投用，",
    "requests": "您提出建议，",
    "rules": "省政府要求，",
    "conditions": "待资金到位后，",
    "headings": "一、\n",
    "headings with words": "（一）关于资金。\n",
    "items": "一是",
    "labels": "【市】\n",
    "signatures": "青河县某某局\n",
    "salutations": "甘田禾代表：\n",
    "titles": "关于第25号建议的答复\n",
    "formulas": "您提出的建议收悉，现答复如下：\n",
    "names": "甘田禾、",
    "blanks": " ",
    "wide blanks": "　",
    "tabs": "\t",
    "blank and letter": "县 ",
    "gaps": "县　　县",
    "zero width": "\u200b",
    "zero width in words": "县\u200b局\u200b",
    "reading aids": "會(hui)",
    "wrapped lines": "我局已委托设计单位编制南溪河道整治方案全长约里需占用林地亩待方案确\n",
    "carriage returns": "\r",
    "full width": "１２３，",
    "every": "每月每人",
    "terms": "第十八届人大五次会议",
    "numbers of papers": "第25号",
    "feasts": "春节前",
    "spans": "三年内",
    "quarters": "三季度",
    "plans": "“十四五”期间",
    "from to": "由8间增加到12间",
    "listed": "已列入计划",
    "compared": "较上年提高",
    "attitude": "进一步加强",
    "emoji": "😀",
    "null": "\x00",
    "letters": "a",
    "tags": "<p>",
}


def letter(body: str) -> str:
    """A letter around a body."""
    return f"{_HEAD}{body}{_TAIL}"


def pieces() -> tuple[str, ...]:
    """What hostile texts are made of."""
    return tuple(_REPEATED.values())


def bodies(size: int) -> Iterator[tuple[str, str]]:
    """Names and bodies of about `size` characters."""
    for name, piece in _REPEATED.items():
        yield name, piece * (size // len(piece))
    half = size // 2
    yield "brackets nested", "（" * half + "）" * half
    yield "titles nested", "《" * half + "》" * half
    yield "quotes nested", "“‘" * (size // 4) + "’”" * (size // 4)
    yield "digits, then a unit", "1" * size + "户"
    yield "one clause", _plain() * (size // len(_plain()))
    yield "blanks between all", " ".join(_plain() * (size // len(_plain()) // 2))
    yield "one long line of names", "甘田禾、" * (size // 4) + "代表："
    for seed in range(4):
        yield f"words thrown together {seed}", thrown(seed, size)
        yield f"words without a stop {seed}", thrown(seed, size, stops="")


#: Markup over and over.
_MARKUP = {
    "page: open tags": "<div>",
    "page: links left open": "<a href=x>",
    "page: angle brackets": "<",
    "page: closing tags": "</p>",
    "page: comments left open": "<!--",
    "page: quotes left open": '<p id="',
    "page: single quotes left open": "<p id='",
    "page: attributes": "<p id=a class=b>一</p>",
    "page: ids": " id=",
    "page: scripts left open": "<script>",
    "page: scripts": "<script>x</script>",
    "page: entities": "&amp;",
    "page: entities left open": "&amp",
    "page: ampersands": "&",
    "page: breaks": "<br>",
    "page: cells": "<td>一",
    "page: lists in links": "<a><li>一",
    "page: lines of preformatted text": "<pre>\n",
    "page: titles": "<title>答复",
    "page: marks": "<div class=content>",
    "page: instructions": "<?",
    "page: slashes": "</",
    "page: paragraphs": "<p>力争2023年新增高新技术企业30户。</p>",
}


def pages(size: int) -> Iterator[tuple[str, str]]:
    """Names and web pages of about `size` characters."""
    for name, piece in _MARKUP.items():
        yield name, f"<html><body>{piece * (size // len(piece))}一</body></html>"
    depth = size // 12
    yield "page: deep", "<html>" + "<div>" * depth + "一" + "</div>" * depth
    yield "page: one long attribute", f'<html><p id="{"a" * size}">一</p>'
    yield "page: one long tag", f"<html><p {'a ' * (size // 2)}>一</p>"


def thrown(seed: int, size: int, stops: str = "，。；：、\n") -> str:
    """Words of the lexicon, figures, dates and marks thrown together."""
    dice = random.Random(seed)  # noqa: S311 - the same texts every time
    some = dice.sample(lexicon(), 60 if seed % 2 else 2000)
    marks = [
        *stops,
        *"（）《》“”—·%约至由从的0123456789一二三十百",
        "2023年",
        "6月底前",
        "30户",
        "5%",
    ]
    pieces: list[str] = []
    length = 0
    while length < size:
        piece = dice.choice(some if dice.random() < 0.6 else marks)
        pieces.append(piece)
        length += len(piece)
    return "".join(pieces)


def _plain() -> str:
    """Running text without any mark."""
    return "我局将会同市财政局继续推进老旧小区改造力争今年年底前完成改造三十个小区惠及居民二千户"


@cache
def lexicon() -> tuple[str, ...]:
    """Every word of data/lexicon, in order."""
    found: dict[str, None] = {}
    for path in sorted(LEXICON.glob("*.toml")):
        _collect(tomllib.loads(path.read_text(encoding="utf-8")), found)
    return tuple(found)


def _collect(value: object, found: dict[str, None]) -> None:
    if isinstance(value, str):
        found.setdefault(value)
    elif isinstance(value, list):
        for item in value:
            _collect(item, found)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in ("why", "example", "meaning"):
                _collect(item, found)

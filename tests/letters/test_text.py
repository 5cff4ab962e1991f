"""The regular form of a text, and that every span of it maps back to the raw text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.letters.text import normalise

_LETTERS = (
    "青禾县水利局建议的，。：；（）《》“”１２３0123 \u3000\t\n\rabc、一二（-|%％○〇們這個對會"
)
_TEXTS = st.text(alphabet=_LETTERS, max_size=200)


@given(st.one_of(_TEXTS, st.text(max_size=80)))
def test_each_character_stems_from_one_raw_character(raw: str) -> None:
    normal = normalise(raw)
    last = -1
    for at, character in enumerate(normal.text):
        start, end = normal.raw_span(at, at + 1)
        assert end == start + 1
        assert start > last, "characters keep their order"
        last = start
        if character != "\n":
            assert normalise(raw[start]).text.strip() in ("", character, raw[start]) or (
                normal.traditional
            )


@given(_TEXTS, st.data())
def test_each_span_is_a_contiguous_piece_of_the_raw_text(raw: str, data: st.DataObject) -> None:
    normal = normalise(raw)
    start = data.draw(st.integers(0, len(normal.text)))
    end = data.draw(st.integers(start, len(normal.text)))
    first, last = normal.raw_span(start, end)
    assert normal.raw_quote(start, end) == raw[first:last]
    # Nothing of the span lies outside of the piece, and nothing else inside of it.
    inside = [
        at for at in range(len(normal.text)) if first <= normal.raw_span(at, at + 1)[0] < last
    ]
    assert inside == list(range(start, end))


@given(_TEXTS)
def test_nothing_but_blanks_line_ends_and_reading_aids_is_lost(raw: str) -> None:
    normal = normalise(raw)
    kept = {normal.raw_span(at, at + 1)[0] for at in range(len(normal.text))}
    lost = "".join(character for at, character in enumerate(raw) if at not in kept)
    assert re.fullmatch(r"(?:\s|[(（][abc]{1,6}[)）])*", lost)


@given(st.text(alphabet="0123456789,.%()", min_size=1, max_size=30))
def test_full_width_characters_become_plain(plain: str) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in plain)
    assert normalise(wide).text == plain


def test_a_span_outside_the_text_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no such span"):
        normalise("建议").raw_span(1, 3)


def test_an_empty_span_maps_to_an_empty_one() -> None:
    normal = normalise("  建议  ")
    assert normal.raw_quote(0, 0) == normal.raw_quote(2, 2) == ""
    assert normalise("").raw_span(0, 0) == (0, 0)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("白 玉 芬 委员", "白玉芬委员"),
        ("共 14 个乡镇，2016 年", "共14个乡镇,2016年"),
        ("2024 06 24", "2024 06 24"),
        ("Status 500  Error", "Status 500 Error"),
        ("来源：县水利局　　　发布", "来源:县水利局 发布"),
        ("提高到 95 ％", "提高到95%"),
        ("\ufeff建议\r\n答复\r", "建议\n答复"),
        ("二○二三年", "二〇二三年"),
        ("\u200b建\u00a0议", "建议"),
        ("一〜三", "一~三"),
        ("康養護(hu)理型床位", "康養護理型床位"),
        ("会(huì)议", "会议"),
        ("长6公里(km)，投入(APP)使用", "长6公里(km),投入(APP)使用"),
        ("如下:(a)甲", "如下:(a)甲"),
        ("", ""),
        (" \n\u3000\n", ""),
    ],
)
def test_what_says_nothing_is_dropped(raw: str, text: str) -> None:
    assert normalise(raw).text == text


_WIDE_LINE = "我局已委托设计单位编制南溪河道整治方案，全长约2.6公里，需占用林地17亩。待方案确"


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ((_WIDE_LINE, "定、林地手续批复后，由县水利局组织实施河道整治。"), True),
        ((_WIDE_LINE, "　　二、关于资金。"), False),
        ((_WIDE_LINE, "二、关于资金。"), False),
        ((_WIDE_LINE, "（二）关于资金。"), False),
        ((_WIDE_LINE + "定。", "由县水利局组织实施。"), False),
        (("您提出的建议收悉，感谢您对全县水利事业的关心。现将有关情况答", "复如下："), True),
        (("三、关于农村公益性公墓提质扩面的有关问题说明", "由各乡镇人民政府负责，2024年底前新建农村公益性公墓9个、扩建5个，覆盖率达到100%。"), False),
        (("首页 > 政务公开 > 建议提案办理 > 人大代表建议办理 > 2023年", "青禾县水利局关于第19号建议的答复"), False),
        (("青禾县水利局关于县十七届人大三次会议第19号建议的答复", "马成林代表："), False),
        (("（联系人：周立，联系电话：0800-5550100）", "青禾县水利局"), False),
        (("青禾县水利局对县十七届人大三次会议", "第19号建议的答复"), False),
        (("来源：县水利局  发布日期：2023-06-15  浏览次数：378", "索引号：QH0300-2023"), False),
        ((_WIDE_LINE, "", "定、林地手续批复后，由县水利局组织实施河道整治。"), True),
        (("字号：大 中 小 分享到：微信 微博 QQ空间 收藏本页", "", "青水函〔2023〕18号"), False),
        (("短行不续，", "另起一行，不相连。"), False),
    ],
)  # fmt: skip
def test_wrapped_lines_are_joined_and_no_others(lines: tuple[str, ...], joined: bool) -> None:
    assert ("\n" not in normalise("\n".join(lines)).text) is joined


def test_traditional_text_is_read_as_simplified_and_quoted_as_it_is() -> None:
    raw = "關於縣十七屆人大三次會議建議的答復，對這個問題，我縣為此開會。"
    normal = normalise(raw)
    assert normal.traditional
    assert normal.text.startswith("关于县十七届人大三次会议建议的答复")
    assert normal.raw_quote(2, 8) == "縣十七屆人大"


def test_a_rare_traditional_character_makes_no_traditional_text() -> None:
    assert not normalise("溫國樑代表：您提出的建议收悉，现答复如下：繁體 | 登录").traditional

"""Nothing from a letter, name or note may act in terminal, page, spreadsheet or JSON reader."""

from __future__ import annotations

import json

import pytest

from tracker.reports.clean import as_json, cell, inline, markdown, one_line, visible


@pytest.mark.parametrize(
    ("raw", "shown", "why"),
    [
        ("力争达65户", "力争达65户", "harmless text stays as it is"),
        ("\x1b[31m红\x1b[0m字", "红字", "colours"),
        ("\x1b]0;title\x07标题", "标题", "window titles"),
        ("\x1b]8;;http://x\x1b\\链接\x1b]8;;\x1b\\", "链接", "hidden links"),
        ("\x9b2J清屏", "清屏", "the one-character CSI"),
        ("a\x08\x08b\x00\x7f", "ab", "backspace, nul, delete"),
        ("甲\u202e乙\u2066丙", "甲乙丙", "direction overrides"),
        ("零\u200b宽\ufeff", "零宽", "zero-width marks"),
        ("一行\r\n两行\t三\u2028四", "一行 两行 三 四", "line breaks become blanks"),
        ("\x1b", "", "a lone escape"),
        ("\x1bc重置", "重置", "terminal reset"),
        ("全角\u3000空格", "全角 空格", "a wide blank is a blank"),
    ],
)
def test_one_line(raw: str, shown: str, why: str) -> None:
    assert one_line(raw) == shown, why


def test_a_removed_escape_does_not_form_a_new_one() -> None:
    assert "\x1b" not in one_line("\x1b\x1b[0m[31m")


def test_inline_keeps_one_blank_at_the_ends() -> None:
    assert inline("  as of\n") == " as of "


def test_visible_keeps_line_breaks_only() -> None:
    assert visible("一\x1b[1m\r\n二\t三") == "一\n二 三"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a|b", r"a\|b"),
        ("**粗** _斜_ `码`", r"\*\*粗\*\* \_斜\_ \`码\`"),
        ("[x](http://y)", r"\[x\](http://y)"),
        ("<script>", r"\<script\>"),
        ("# 题 ~~删~~ &lt;", r"\# 题 \~\~删\~\~ \&lt;"),
        ("\\|", r"\\\|"),
        ("普通，文字。", "普通，文字。"),
    ],
)
def test_markdown(raw: str, shown: str) -> None:
    assert markdown(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\r=1", "'=1"),
        ("  =1", "'=1"),
        ("\x1b[0m=1", "'=1"),
        ("\u200b=1", "'=1"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        ("30户", "30户"),
        ("", ""),
    ],
)
def test_cell(raw: str, shown: str) -> None:
    assert cell(raw) == shown


def test_json_loses_nothing_and_steers_nothing() -> None:
    value = {"quote": "甲\x1b[31m\x9b\x7f\u202e乙\u2028\U000e0041"}
    text = as_json(value)
    assert json.loads(text) == value
    assert "甲" in text, "Chinese stays readable"
    assert not set(text) & set("\x1b\x9b\x7f\u202e\u2028\U000e0041")

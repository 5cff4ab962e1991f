"""What is a reply and what not, where it begins and ends, and that hostile text costs no time."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.letters.letters import letter_of
from tracker.letters.letter import read_letter, why_not_a_reply

_ROWS: dict[str, list[dict[str, str]]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "replies.toml").read_text(encoding="utf-8")
)


def _body(text: str) -> str:
    letter = read_letter(text)
    return letter.normal.text[letter.start : letter.end]


@pytest.mark.parametrize("unit", ["青禾县文化和旅游局", "青禾满族自治县住房和城乡建设局"])
def test_who_signs_is_no_part_of_a_last_sentence_without_its_full_stop(unit: str) -> None:
    body = "更换老宅地板、墙体和灯具将纳入修缮方案,下一步将开展老宅的整体修缮"
    text = letter_of(body=body, signature=unit, day="2023年7月10日")
    assert _body(text.replace(f"\n\n{unit}", f"\n{unit}")) == body
    # A line broken by the margin goes on, also where its rest begins with a unit.
    wrapped = "更换老宅地板、墙体和灯具将纳入修缮方案,下一步由\n青禾县文化和旅游局开展整体修缮。"
    assert _body(letter_of(body=wrapped, signature=unit)) == wrapped.replace("\n", "")


@pytest.mark.parametrize("row", _ROWS["reply"], ids=[row["why"] for row in _ROWS["reply"]])
def test_replies_are_accepted(row: dict[str, str]) -> None:
    letter = read_letter(row["text"])
    assert why_not_a_reply(letter) is None
    assert letter.start < letter.end


@pytest.mark.parametrize("row", _ROWS["other"], ids=[row["why"] for row in _ROWS["other"]])
def test_other_texts_are_refused(row: dict[str, str]) -> None:
    reason = why_not_a_reply(read_letter(row["text"]))
    assert reason
    assert "\n" not in reason


def test_nothing_is_no_reply() -> None:
    letter = read_letter("")
    assert (letter.start, letter.end) == (0, 0)
    assert why_not_a_reply(letter) == "holds no text"


def test_the_reply_begins_behind_the_opening_and_ends_before_the_signature() -> None:
    body = "一、今年年底前清淤3公里。\n感谢您的关心！"
    assert _body(letter_of(body=body)) == "一、今年年底前清淤3公里。\n感谢您的关心!"


@pytest.mark.parametrize(
    ("opening", "start"),
    [
        ("您提出的建议收悉。经研究，现答复如下：", "一、"),
        ("您提出的建议已收悉，经会同县财政局办理，现将有关情况答复如下。", "一、"),
        ("您提出的建议我们已经收到，感谢您的关心。", "一、"),
        ("贵委《关于治理河道的提案》收悉。现将办理情况报告如下:", "一、"),
        ("感谢您的建议。现作如下答复：", "一、"),
        ("您的建议很好。", "您的建议很好。"),
    ],
)
def test_openings(opening: str, start: str) -> None:
    assert _body(letter_of(opening=opening)).startswith(start)


def test_like_words_in_a_later_section_do_not_move_the_beginning() -> None:
    text = letter_of(
        opening="您提出的建议收悉。",
        body="一、现状。今年清淤3公里。\n二、有关情况说明如下：\n资金已到位。",
    )
    assert _body(text).startswith("一、现状。")


def test_a_unit_alone_on_a_line_of_the_body_ends_nothing() -> None:
    rest = (
        "县水利局负责南溪清淤，今年年底前完成3公里，明年上半年完成护岸5公里，两年内全部治理到位。"
    )
    text = letter_of(body=f"一、责任单位\n县交通运输局\n{rest}\n{rest}")
    assert _body(text).endswith("全部治理到位。")
    assert _body(text).startswith("一、责任单位")


@pytest.mark.parametrize(
    "line",
    [
        "（联系人：周立，电话：0800-5550100）",
        "附件：办理情况征询意见表",
        "抄送：县人大常委会代表工委，县政府办公室。",
        "上一篇：县财政局2024年预算公开",
        "【打印本页】【关闭窗口】",
        "扫一扫在手机打开当前页",
    ],
)
def test_what_follows_a_letter_without_signature_is_not_the_reply(line: str) -> None:
    text = letter_of(signature="", day="", tail=line)
    assert _body(text).endswith("感谢您对水利工作的关心!")


@pytest.mark.parametrize(
    "line",
    [
        "关闭小煤窑12处。",
        "打印学生证3万份。",
        "政府网站建设方面。",
        "备案管理。年内完成120家。",
        "信息公开工作。每季度公布1次。",
        "联合县公安局开展整治2次。",
        "返还押金120万元。",
    ],
)
def test_a_short_line_of_the_body_that_begins_like_a_footer_stays(line: str) -> None:
    text = letter_of(body=f"一、工作安排。\n{line}\n二、资金。年内安排80万元。")
    assert _body(text).endswith("年内安排80万元。")


@pytest.mark.parametrize(
    "line", ["打印 关闭", "[打印] [关闭]", "【打印】【关闭】", "分享 微信 微博"]
)
def test_a_row_of_buttons_ends_the_reply(line: str) -> None:
    text = letter_of(signature="", day="", tail=f"{line}\n某某新闻一条。")
    assert _body(text).endswith("感谢您对水利工作的关心!")


def test_a_letter_that_stands_twice_is_read_once() -> None:
    once = letter_of()
    twice = once + "\n" + once
    assert _body(twice) == _body(once)
    assert read_letter(twice).header == read_letter(once).header


def test_the_whole_letter_is_taken_where_its_beginning_stands_above_as_a_summary() -> None:
    body = "一、今年年底前清淤3公里。\n二、明年上半年建护岸5公里。\n三、两年内建水闸2座。"
    summary = "马成林代表：您提出的《关于整治南溪河道的建议》收悉，现答复如下：一、今年年底前…"
    text = letter_of(head=summary, body=body)
    assert _body(text).endswith("三、两年内建水闸2座。")


NOISE = (
    "网站首页  政务公开  办事服务  政民互动",
    "您现在的位置：青禾县人民政府 > 政务公开 > 建议提案办理",
    "浏览次数：378　字体：【大 中 小】　[打印本页] [关闭窗口]",
    "分享到：微信 微博 QQ空间",
    "| 上一条 | 返回列表 | 下一条 |",
    "用户登录 用户名：______ 密码：______ [登录]",
    "------------------------------------------------------------",
    "在线客服 您好，请问有什么可以帮到您？",
    "上一篇：关于县政协十届三次会议第5号提案的答复（C）",
    "· 关于县十六届人大一次会议第88号建议的答复（A）",
    "主办：青禾县人民政府办公室　ICP备0500号-1　网站标识码：4200000001",
    "HTTP Status 404 – Not Found",
    "会员年卡98元，全站120万份文档免费下载。",
    "版权所有 2015-2024",
)


@given(st.lists(st.sampled_from(NOISE), max_size=6), st.lists(st.sampled_from(NOISE), max_size=6))
def test_noise_around_a_letter_changes_neither_header_nor_bounds(
    above: list[str], below: list[str]
) -> None:
    plain = letter_of(head="青水函〔2023〕14号（B类）")
    noisy = "\n".join([*above, "", plain, *below])
    assert read_letter(noisy).header == read_letter(plain).header
    assert _body(noisy) == _body(plain)


@pytest.mark.parametrize(
    "unit",
    [
        " ", "\n", "1", "第", "代表", "代表:\n", "马成林代表:\n", "马成林、\n", "届", "第十一届",
        "收悉", "答复如下", "(", "《", "“", "关于的建议", "建议的答复", "您提", "2023", "二〇",
        "2023年5月23日\n", "青禾县水利局\n", "办理结果:", "(A类)", "| a ", "> ", "市", "1 ", "，",
        "們這個對會", "a\n", "会同", "经商县财政局、", "县财政局和", "会办", "联系人:", "联系电话:0",
        "是否公开:", "公开", "办理结果:□", "已解决", "简称", "县局(以下简称县局)", "现补充答复", "政府工作报告\n",
        "2023年工作回顾\n", "三年行动", "本届",
    ],
)  # fmt: skip
def test_hostile_text_is_read_in_linear_time(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    before = time.perf_counter()
    why_not_a_reply(read_letter(text))
    assert time.perf_counter() - before < 8.0  # a quadratic pattern takes minutes


@pytest.mark.parametrize(
    "unit",
    ["会同", "县财政局和", "县财政局、", ",县财政局会办", "局", "□A", "联系人:局", "(公开", "简称"],
)
@pytest.mark.parametrize("piece", ["head", "opening", "tail"])
def test_a_hostile_piece_of_a_letter_costs_little(piece: str, unit: str) -> None:
    text = letter_of(
        **{piece: "您提出的建议收悉，" + unit * (1200 // len(unit)) + "，现答复如下："}
    )
    before = time.process_time()
    read_letter(text)
    assert time.process_time() - before < 0.5


@given(
    st.text(
        alphabet="第0届次会议人大政协建议提案代表委员:：、《》“”()（）\n 答复收悉如下局2023年月日A",
        max_size=300,
    )
)
def test_no_text_is_too_odd(text: str) -> None:
    letter = read_letter(text)
    assert 0 <= letter.start <= letter.end <= len(letter.normal.text)
    why_not_a_reply(letter)

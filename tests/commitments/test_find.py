"""Passages and what they promise, by table; properties of whole letters."""

from __future__ import annotations

import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.commitments.find import find_commitments
from tracker.commitments.model import Commitment, Extraction, plain
from tracker.letters.letter import read_letter

CASES = Path(__file__).parent.parent / "cases"
SAMPLES = Path(__file__).parent.parent.parent / "data" / "samples"
LETTER = """青河县某某局
对县十八届人大二次会议第25号建议的答复

甘田禾代表：

您提出的《关于改善民生设施的建议》收悉，现答复如下：

{body}

感谢您对我们工作的关心和支持。

青河县某某局
{date}
"""


def rows() -> list[Any]:
    return [
        pytest.param(row, id=row["text"][:24])
        for path in sorted(CASES.glob("promises*.toml"))
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


def extract(text: str, under: str | None = None, day: str = "2023年5月20日") -> Extraction:
    heading = f"一、{under}\n\n" if under else "一、关于所提建议的办理\n\n"
    return find_commitments(read_letter(LETTER.format(body=heading + text, date=day)))


def line(item: Commitment) -> str:
    target, deadline = item.target, item.deadline
    return " ".join(
        (
            item.kind,
            f"{plain(target.value)}{target.unit}" if target else "-",
            target.mode if target else "-",
            target.comparator if target else "-",
            str(deadline.day) if deadline and deadline.day else "-",
            item.strength,
            "、".join(item.owner) or "-",
        )
    )


@pytest.mark.parametrize("row", rows())
def test_what_a_passage_promises(row: dict[str, Any]) -> None:
    found = extract(row["text"], row.get("under"))
    assert [line(item) for item in found.commitments] == row["expect"], row["why"]
    if "reached" in row:
        reached = [f"{plain(item.value)}{item.unit}" for item in found.achievements]
        assert reached == row["reached"], row["why"]
    if "what" in row:
        assert [item.what for item in found.commitments] == row["what"], row["why"]
    if "baselines" in row:
        grown = [item.baseline for item in found.commitments if item.target]
        told = [f"{plain(base.value)}{base.unit}" if base else "-" for base in grown]
        assert told == row["baselines"], row["why"]


def test_every_quote_stands_at_its_offsets() -> None:
    for path in sorted(SAMPLES.glob("*.txt")):
        found = find_commitments(read_letter(path.read_text(encoding="utf-8")))
        spans = [(item.start, item.end, item.quote) for item in found.commitments]
        spans += [(item.start, item.end, item.quote) for item in found.achievements]
        for start, end, quote in spans:
            assert found.letter.raw[start:end] == quote


def test_the_same_text_gives_the_same_result() -> None:
    text = (SAMPLES / "a01-gaoxin-chanquan.txt").read_text(encoding="utf-8")
    assert find_commitments(read_letter(text)) == find_commitments(read_letter(text))


def test_a_baseline_is_the_same_measure_as_last_reached() -> None:
    found = extract("截至2022年底,全县公办养老床位1860张。到2025年,全县公办养老床位达到2400张。")
    baseline = found.commitments[0].baseline
    assert baseline is not None
    assert (baseline.value, baseline.unit, baseline.as_of) == (
        Decimal(1860),
        "张",
        dt.date(2022, 12, 31),
    )


def test_a_result_up_to_the_letter_is_of_its_date() -> None:
    day = dt.date(2023, 5, 20)
    found = extract("自5月10日开工以来,截至本答复之日,已安装路灯300盏,完成投资200万元。")
    assert [item.as_of for item in found.achievements] == [day, day]
    found = extract("自5月10日开工以来,已安装路灯300盏。")
    assert [item.as_of for item in found.achievements] == [dt.date(2023, 5, 10)]


def test_another_measure_is_no_baseline() -> None:
    found = extract("截至2022年底,全县建成公厕1860座。到2025年,全县停车位达到2400个。")
    assert found.commitments[0].baseline is None


def test_a_letter_without_a_date_keeps_the_words_of_its_deadlines() -> None:
    found = extract("年底前完成终端更换76个。", day="")
    deadline = found.commitments[0].deadline
    assert deadline is not None
    assert (deadline.day, deadline.text) == (None, "年底前")


def test_full_width_digits_are_quoted_as_written() -> None:
    found = extract("到２０２６年６月底，联网率提升至９０％。")
    item = found.commitments[0]
    assert item.target is not None
    assert (item.target.value, item.target.unit) == (Decimal(90), "%")
    assert item.quote == "到２０２６年６月底，联网率提升至９０％"


NOISE = st.lists(
    st.sampled_from(
        [
            "网站首页 > 政务公开 > 建议提案",
            "打印本页 关闭窗口",
            "浏览次数：318次",
            "分享到：微信 微博",
            "",
        ]
    ),
    max_size=4,
)


@settings(max_examples=30, deadline=None)
@given(before=NOISE, after=NOISE)
def test_noise_around_a_letter_changes_nothing(before: list[str], after: list[str]) -> None:
    letter = LETTER.format(body="力争2023年新增高新技术企业30户。", date="2023年5月20日")
    wanted = [line(item) for item in find_commitments(read_letter(letter)).commitments]
    noisy = "\n".join([*before, letter, *after])
    found = find_commitments(read_letter(noisy))
    assert [line(item) for item in found.commitments] == wanted


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        alphabet="一二三十年月底前将力争达到新增30户个%，。；：（）《》“”\n 县局由、至—",
        max_size=300,
    )
)
def test_any_text_is_read_without_failing(body: str) -> None:
    found = extract(body)
    for item in found.commitments:
        assert found.letter.raw[item.start : item.end] == item.quote
        assert 0 <= item.confidence <= 1


@pytest.mark.parametrize(
    ("text", "overfull"),
    [
        ("力争今年新增高新技术企业30户。" * 3000, True),
        ("新增30户、" * 9000, True),
        ("力争今年新增高新技术企业30户。" * 100, False),
        ("2022年新增高新技术企业30户。" * 3000, False),
    ],
)
def test_more_promises_than_any_letter_holds_are_cut_off_and_said(
    text: str, overfull: bool
) -> None:
    found = extract(text)
    assert found.overfull is overfull
    assert found.as_json("letter.txt")["overfull"] is overfull
    assert len(found.commitments) < len(text) / 20 + 600
    assert all(found.letter.raw[item.start : item.end] == item.quote for item in found.commitments)


@pytest.mark.parametrize(
    ("item", "found", "quote"),
    [
        ("八、6月底前完成管网改造20公里。", "measurable 20公里 amount = 2023-06-30 firm -", "6月底前完成管网改造20公里"),
        ("九、三季度完成管网改造20公里。", "measurable 20公里 amount = 2023-09-30 firm -", "三季度完成管网改造20公里"),
        ("8、新建公厕3座。", "measurable 3座 amount = - firm -", "新建公厕3座"),
        ("（一）明年再建水厂2座。", "measurable 2座 amount = 2024-12-31 firm -", "明年再建水厂2座"),
        ("（五）新建水厂4座。", "measurable 4座 amount = - firm -", "新建水厂4座"),
        ("1. 新建水厂6座。", "measurable 6座 amount = - firm -", "新建水厂6座"),
        ("十、计划新建公厕24座。", "measurable 24座 amount = - target -", "计划新建公厕24座"),
        ("（二）加强组织领导。", None, ""),
        ("三、关于新建停车场的问题。", None, ""),
        ("七、5月至8月培训230人次。", "measurable 230人次 amount = 2023-08-31 firm -", "5月至8月培训230人次"),
        ("3个村年底前通水。", "measurable 3个 amount = 2023-12-31 firm -", "3个村年底前通水"),
    ],
)  # fmt: skip
def test_the_number_of_an_item_is_no_part_of_it(item: str, found: str | None, quote: str) -> None:
    finds = extract(f"二、下一步工作\n{item}").commitments
    assert [line(find) for find in finds] == ([found] if found else [])
    assert [find.quote for find in finds] == ([quote] if found else [])


_ONE = (
    "关于对县十七届人大五次会议第15号建议的答复\n\n王远三代表:\n\n您提出的关于加强养老服务的建议收悉,"
    "现答复如下:\n\n{}\n\n感谢您的关心和支持。\n\n青禾县民政局\n2026年6月10日\n"
)


@pytest.mark.parametrize(
    ("body", "promised", "told"),
    [
        ("2026年改造敬老院3处。", ["2026年改造敬老院3处"], []),
        ("今年培训护理员80名,新增床位200张。", ["今年培训护理员80名", "新增床位200张"], []),
        ("2026年开设助餐点5个。\n谢谢您的建议。", ["2026年开设助餐点5个"], []),
        # What is over is over, and so is what opens a letter that goes on.
        ("2025年改造敬老院3处。", [], ["2025年改造敬老院3处"]),
        ("2026年已改造敬老院3处。", [], ["2026年已改造敬老院3处"]),
        ("今年以来培训护理员80名。", [], ["今年以来培训护理员80名"]),
        ("今年培训护理员80名。\n下一步,我局将开设助餐点5个。", ["我局将开设助餐点5个"], ["今年培训护理员80名"]),
    ],
)  # fmt: skip
def test_the_only_paragraph_of_a_letter_may_be_its_promise(
    body: str, promised: list[str], told: list[str]
) -> None:
    found = find_commitments(read_letter(_ONE.format(body)))
    assert [item.quote for item in found.commitments if item.target] == promised
    assert [item.quote for item in found.achievements] == told

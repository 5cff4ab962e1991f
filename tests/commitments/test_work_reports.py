"""Government work reports: past figures are results, planned ones are due when the year ends."""

from __future__ import annotations

from typing import Final

import pytest

from tests.commitments.test_find import extract
from tracker.commitments.find import find_commitments
from tracker.commitments.model import Extraction, plain
from tracker.letters.letter import read_letter, why_not_a_reply

#: A county, its parts numbered, its aims in one sentence.
COUNTY: Final = """青禾县门户网站 > 政务公开 > 政府工作报告
发布时间：2024-02-03　来源：县政府办公室

政 府 工 作 报 告

——2024年1月15日在青禾县第十七届人民代表大会第四次会议上

青禾县人民政府县长　周立

各位代表：

　　现在，我代表县人民政府向大会报告工作，请予审议，并请县政协委员和其他列席人员提出意见。

　　一、2023年工作回顾

　　过去一年，全县上下迎难而上。地区生产总值增长6.2%，城镇新增就业1.1万人。

　　（一）产业提质见成效。新增规上工业企业12家，粮食产量达到32万吨。

　　各位代表！成绩来之不易，这是全县人民团结奋斗的结果。

　　二、2024年主要预期目标

　　地区生产总值增长6%左右，城镇新增就业1.2万人以上，城镇调查失业率控制在5.5%以内。

　　三、2024年工作安排

　　（一）做强现代产业。新增规上工业企业15家、高新技术企业20家。青禾大桥9月底前建成通车。

　　（二）办好民生实事。改造老旧小区20个，明年上半年再改造8个。

　　各位代表！让我们同心协力，为建设美丽青禾而努力奋斗！
"""

#: A city, its two parts headed by bare lines, its day in brackets, its aims called 今年.
CITY: Final = """2025年隆澄市人民政府工作报告
发布时间：2025-02-20  来源：市政府办公室
（2025年2月8日在隆澄市第九届人民代表大会第五次会议上）
隆澄市市长 欧阳雪

各位代表：
我代表市人民政府，向大会报告工作，请予审议。
2024年工作回顾
2024年，全市地区生产总值达到860亿元，新增城镇就业3.2万人。我们坚持项目为王，开工重点项目120个。
一、产业升级。新认定高新技术企业42家。
2025年重点任务
做好今年工作，主要预期目标是：地区生产总值增长6.5%左右，城镇新增就业3万人。
一、稳定有效投资。实施重点项目130个，完成年度投资230亿元。
二、增进民生福祉。筹集保障性住房2000套，新建改建农村公路80公里。
"""


def _targets(found: Extraction) -> list[str]:
    return [
        f"{plain(item.target.value)}{item.target.unit} {item.deadline and item.deadline.day}"
        for item in found.commitments
        if item.target
    ]


def _results(found: Extraction) -> list[str]:
    return [f"{plain(item.value)}{item.unit}" for item in found.achievements]


def test_a_county_report() -> None:
    found = find_commitments(read_letter(COUNTY))
    year = "2024-12-31"
    assert _targets(found) == [
        f"6% {year}", f"1.2万人 {year}", f"5.5% {year}",
        f"15家 {year}", f"20家 {year}", f"20个 {year}", "8个 2025-06-30",
    ]  # fmt: skip
    bridge = next(item for item in found.commitments if item.kind == "milestone")
    assert bridge.deadline is not None
    assert str(bridge.deadline.day) == "2024-09-30"
    assert _results(found) == ["6.2%", "1.1万人", "12家", "32万吨"]


def test_a_city_report_with_bare_headings() -> None:
    found = find_commitments(read_letter(CITY))
    year = "2025-12-31"
    assert _targets(found) == [
        f"6.5% {year}", f"3万人 {year}", f"130个 {year}", f"230亿元 {year}",
        f"2000套 {year}", f"80公里 {year}",
    ]  # fmt: skip
    assert _results(found) == ["860亿元", "3.2万人", "120个", "42家"]
    assert {item.section[0] for item in found.commitments} == {"2025年重点任务"}


@pytest.mark.parametrize(
    ("text", "issuer", "day", "session"),
    [
        (COUNTY, "青禾县人民政府", "2024-01-15", "青禾县第十七届人民代表大会第四次会议"),
        (CITY, "隆澄市人民政府", "2025-02-08", "隆澄市第九届人民代表大会第五次会议"),
        (
            "政府工作报告（2022年1月8日在盘岭市大泊区第六届人民代表大会第一次会议上）\n"
            "大泊区代区长　何小满\n各位代表、同志们：\n现在，我向大会报告工作。\n2022年重点工作\n建桥2座。",
            "盘岭市大泊区人民政府",
            "2022-01-08",
            "盘岭市大泊区第六届人民代表大会第一次会议",
        ),
        (
            COUNTY.replace("青禾县第十七届", "第十七届全国"),
            "国务院",
            "2024-01-15",
            "第十七届全国人民代表大会第四次会议",
        ),
    ],
    ids=["county", "city", "all on one line", "nation"],
)
def test_the_head_of_a_report(text: str, issuer: str, day: str, session: str) -> None:
    letter = read_letter(text)
    header = letter.header
    assert why_not_a_reply(letter) is None
    assert (header.kind, header.body, header.title) == ("work_report", "other", "政府工作报告")
    assert (header.issuer, str(header.date), header.session) == (issuer, day, session)
    assert (header.recipients, header.suggestion_no, header.category) == ((), None, None)


def test_five_years_ahead_and_one_year_each_by_its_heading() -> None:
    text = COUNTY.replace("一、2023年工作回顾", "一、过去五年工作回顾").replace(
        "二、2024年主要预期目标", "二、今后五年的奋斗目标"
    )
    found = find_commitments(read_letter(text))
    assert _targets(found)[:4] == [
        "6% 2029-01-15", "1.2万人 2029-01-15", "5.5% 2029-01-15", "15家 2024-12-31",
    ]  # fmt: skip
    assert _results(found) == ["6.2%", "1.1万人", "12家", "32万吨"]


def test_a_heading_of_plain_words_tells_by_its_year() -> None:
    text = COUNTY.replace("2023年工作回顾", "2023年经济社会发展").replace(
        "2024年工作安排", "2024年经济社会发展"
    )
    assert _results(find_commitments(read_letter(text))) == ["6.2%", "1.1万人", "12家", "32万吨"]
    assert len(_targets(find_commitments(read_letter(text)))) == 7


def test_the_date_of_a_heading_is_inferred_and_quoted_from_it() -> None:
    found = find_commitments(read_letter(COUNTY))
    homes = next(item for item in found.commitments if item.what.startswith("改造老旧小区"))
    assert homes.deadline is not None
    assert (homes.deadline.text, homes.deadline.basis) == ("2024年", "inferred")


def test_a_replys_heading_dates_nothing() -> None:
    found = extract("改造老旧小区20个。", under="2023年工作安排")
    assert [item.deadline for item in found.commitments] == [None]


def test_a_speech_goes_on_when_it_greets_its_hearers_again() -> None:
    letter = read_letter(COUNTY)
    body = letter.normal.text[letter.start : letter.end]
    assert body.endswith("为建设美丽青禾而努力奋斗!")

"""Rows of tables of indicators, and rows that are none."""

from __future__ import annotations

import pytest

from tests.commitments.test_find import extract, line
from tracker.commitments.model import plain

HEADED = """今年主要指标如下：

{table}

以上指标按季调度。"""


def rows(table: str) -> list[tuple[str, str, str]]:
    """What each row promises, of what, and where it stands."""
    return [
        (
            line(item),
            item.what,
            f"{plain(item.baseline.value)}{item.baseline.unit}" if item.baseline else "-",
        )
        for item in extract(HEADED.format(table=table)).commitments
    ]


def test_a_row_names_measure_level_goal_and_owner() -> None:
    table = (
        "指标名称 | 2022年实际 | 2023年目标 | 牵头单位\n"
        "PM2.5年均浓度（微克/立方米） | 41 | 38 | 市生态环境局\n"
        "污水集中处理率（%） | 93.5 | ≥95 | 市城管局、市水务局"
    )
    assert rows(table) == [
        (
            "measurable 38微克/立方米 level = 2023-12-31 target 市生态环境局",
            "PM2.5年均浓度",
            "41微克/立方米",
        ),
        (
            "measurable 95% level >= 2023-12-31 target 市城管局、市水务局",
            "污水集中处理率",
            "93.5%",
        ),
    ]


def test_units_stand_in_a_column_or_in_the_cells() -> None:
    table = (
        "| 序号 | 指标 | 单位 | 现状 | 2025年目标值 |\n"
        "| 1 | 新增绿地 | 公顷 | 12 | 40 |\n"
        "| 2 | 公共机构光伏覆盖率 | % | 8.5 | 30以上 |"
    )
    assert rows(table) == [
        ("measurable 40公顷 increase = 2025-12-31 target -", "新增绿地", "12公顷"),
        ("measurable 30% level >= 2025-12-31 target -", "公共机构光伏覆盖率", "8.5%"),
    ]
    table = "项目 | 2023年计划数 | 责任部门\n改造危桥 | 16座 | 县交通局\n建设驿站 | 9个 | 县住建局"
    assert [row[0] for row in rows(table)] == [
        "measurable 16座 amount = 2023-12-31 target 县交通局",
        "measurable 9个 amount = 2023-12-31 target 县住建局",
    ]


def test_two_goals_of_one_row() -> None:
    table = "指标 | 2023年目标 | 2025年目标\n森林覆盖率（%） | 62 | 63.5"
    assert [row[0] for row in rows(table)] == [
        "measurable 62% level = 2023-12-31 target -",
        "measurable 63.5% level = 2025-12-31 target -",
    ]


@pytest.mark.parametrize(
    "table",
    [
        # results only; a goal whose year is over; figures without unit; no name of a column
        "指标 | 2021年实际 | 2022年实际\n森林覆盖率（%） | 61 | 62",
        "指标 | 2022年目标 | 2022年实际\n森林覆盖率（%） | 62 | 61",
        "指标 | 2022年实际 | 2023年目标\n创建等级 | 2 | 3",
        "首页 | 2023年目标 | 专题\n2023 | 12 | 38",
        # the heading stands elsewhere
        "指标 | 2022年实际 | 2023年目标\n\n说明如下。\n森林覆盖率（%） | 62 | 63",
    ],
)
def test_other_tables_promise_nothing(table: str) -> None:
    assert rows(table) == []


def test_rows_in_words_have_owner_and_date_of_their_columns() -> None:
    table = (
        "任务 | 建设内容 | 完成时限 | 责任单位\n"
        "公厕革命 | 新建公厕12座，改造公厕5座 | 2023年10月底前 | 县城管局\n"
        "| 管网 | 更新供水管网38公里 | 2024年6月 | 县水务局、县住建局 |"
    )
    assert [row[0] for row in rows(table)] == [
        "measurable 12座 amount = 2023-10-31 firm 县城管局",
        "measurable 5座 amount = 2023-10-31 firm 县城管局",
        "measurable 38公里 amount = 2024-06-30 firm 县水务局、县住建局",
    ]


def test_rows_in_words_of_what_is_done_promise_nothing() -> None:
    table = "项目 | 完成时间 | 责任单位\n新建公厕12座 | 2022年10月 | 县城管局"
    assert rows(table) == []


def test_quotes_of_rows_stand_at_their_offsets() -> None:
    table = "指标 | 2022年实际 | 2023年目标\n森林覆盖率（％） |  62 | 63.5"
    found = extract(HEADED.format(table=table))
    item = found.commitments[0]
    assert item.quote == "森林覆盖率（％） |  62 | 63.5"
    assert found.letter.raw[item.start : item.end] == item.quote
    assert item.baseline is not None
    base = item.baseline
    assert found.letter.raw[base.start : base.end] == base.quote == "森林覆盖率（％） |  62"


def test_a_serial_number_before_a_row_makes_no_heading_of_it() -> None:
    """The first cell of a row is no number of an item, and no row is lost in a heading."""
    table = (
        "序号 | 工作内容 | 责任单位\n"
        "1 | 2024年6月底前新建公园4个 | 县住建局\n"
        "2 | 2023年11月底前改造公厕9座 | 县城管局"
    )
    assert [row[0] for row in rows(table)] == [
        "measurable 4个 amount = 2024-06-30 firm 县住建局",
        "measurable 9座 amount = 2023-11-30 firm 县城管局",
    ]
    table = (
        "序号 | 工作任务 | 目标 | 完成时限 | 责任单位\n"
        "1 | 新建公园 | 4个 | 2024年6月底前 | 县住建局\n"
        "2 | 改造公厕 | 9座 | 2023年11月底前 | 县城管局"
    )
    assert [row[0] for row in rows(table)] == [
        "measurable 4个 amount = 2024-06-30 firm 县住建局",
        "measurable 9座 amount = 2023-11-30 firm 县城管局",
    ]

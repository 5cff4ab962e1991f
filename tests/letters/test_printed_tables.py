"""A letter with a table promises the same as PDF, OFD, Word document and web page."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.letters import tabled
from tests.letters.test_forms import told
from tracker.letters.reading import read_bytes

TABLES = {"tasks": tabled.TASKS, "figures": tabled.FIGURES, "projects": tabled.PROJECTS}


def _rows(data: bytes, name: str = "a.pdf") -> list[list[str]]:
    """The rows with cells of a file's text."""
    return [line.split(" | ") for line in read_bytes(data, name).text.splitlines() if " | " in line]


@cache
def _expected(name: str) -> list[dict[str, Any]]:
    found = told(read_bytes(tabled.docx(TABLES[name]), "a.docx").text)
    assert len(found) > 5
    return found


@pytest.mark.parametrize("name", TABLES)
def test_page_and_word_document_promise_the_same(name: str) -> None:
    assert told(read_bytes(tabled.page(TABLES[name]), "a.html").text) == _expected(name)


@pytest.mark.parametrize("size", [11, 14])
@pytest.mark.parametrize("font", ["STSong-Light", "MSung-Light"])
@pytest.mark.parametrize("high", ["TOP", "MIDDLE", "BOTTOM"])
@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "bare"])
@pytest.mark.parametrize("name", TABLES)
def test_pdf_promises_the_same(name: str, ruled: bool, high: str, font: str, size: int) -> None:
    data = tabled.pdf(TABLES[name], ruled=ruled, high=high, font=font, size=size)
    assert _rows(data) == [list(row) for row in TABLES[name]]
    assert told(read_bytes(data, "a.pdf").text) == _expected(name)


@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "bare"])
@pytest.mark.parametrize("name", TABLES)
def test_ofd_promises_the_same(name: str, ruled: bool) -> None:
    data = tabled.ofd(TABLES[name], ruled=ruled)
    assert _rows(data, "a.ofd") == [list(row) for row in TABLES[name]]
    assert told(read_bytes(data, "a.ofd").text) == _expected(name)


def test_empty_cells_are_left_out_as_in_other_forms() -> None:
    table = [*tabled.TASKS[:2], ["村道安防", "", "2023年底前", ""]]
    for ruled in (True, False):
        rows = _rows(tabled.pdf(table, ruled=ruled))
        assert rows == _rows(tabled.docx(table), "a.docx")


def test_a_cell_over_several_rows_belongs_to_the_first() -> None:
    table = [
        ["类别", "任务", "时限"],
        ["道路", "新建农村公路30公里", "2023年底前"],
        ["", "改造桥梁4座", "2024年6月底前"],
        ["", "清淤河道6公里", "2024年9月底前"],
    ]
    span = [("SPAN", (0, 1), (0, 3))]
    assert _rows(tabled.pdf(table, style=span, high="MIDDLE")) == [
        ["类别", "任务", "时限"],
        ["道路", "新建农村公路30公里", "2023年底前"],
        ["改造桥梁4座", "2024年6月底前"],
        ["清淤河道6公里", "2024年9月底前"],
    ]


def test_cells_that_are_full_are_told_by_the_strokes() -> None:
    table = [["任务", "目标"], ["新建公路一二三四", "新增供水管网八十"], ["改造桥梁", "改造4座"]]
    style = [("LEFTPADDING", (0, 0), (-1, -1), 1), ("RIGHTPADDING", (0, 0), (-1, -1), 1)]
    assert _rows(tabled.pdf(table, widths=[99, 99], style=style)) == table


def test_a_table_open_at_its_sides() -> None:
    style = [("LINEABOVE", (0, 0), (-1, -1), 1, "black"), ("LINEBELOW", (0, -1), (-1, -1), 1, "black"),
             ("LINEAFTER", (0, 0), (-2, -1), 0.5, "black")]  # fmt: skip
    data = tabled.pdf(tabled.TASKS, ruled=False, style=style)
    assert _rows(data) == [list(row) for row in tabled.TASKS]


def test_a_table_goes_on_over_pages() -> None:
    table = [
        tabled.TASKS[0],
        *([f"任务{n}", f"新建泵站{n}座", "2024年底前", "县水利局"] for n in range(3, 60)),
    ]
    assert _rows(tabled.pdf(table)) == [list(row) for row in table]


def test_a_letter_in_the_cell_of_a_form_keeps_its_paragraphs() -> None:
    long = (
        "您提出的建议收悉。我局高度重视，多次到现场了解情况，听取意见。经研究，2024年底前，新建农村公路45公里，"
        "改造危桥6座；同时加强日常养护，确保群众出行安全、便捷，有关情况将及时向您通报。表中没有列入的路段，由县公路"
        "养护中心逐条核实，分年度安排，安排的结果在县政府网站上公布，请您继续监督支持。"
    )
    data = tabled.pdf([["建议编号", "第26号"], ["答复内容", long]], widths=[80, 320])
    text = read_bytes(data, "a.pdf").text
    assert "建议编号 | 第26号" in text
    assert long in text.splitlines()
    (one,) = [item for item in told(text) if item["value"] == 45][:1]
    assert one["quote"].startswith("2024年底前")


#: Words that stand side by side, and are no table.
NO_TABLES: list[tuple[str, list[list[tuple[float, str]]], str]] = [
    (
        "two who sign", [[(100, "青禾县水利局"), (320, "青禾县财政局")],
        [(100, "2023年5月16日"), (320, "2023年5月16日")]],
        "青禾县水利局   青禾县财政局",
    ),
    (
        "six who sign", [[(100, "青禾县水利局"), (320, "青禾县财政局")],
        [(100, "青禾县民政局"), (320, "青禾县教育局")], [(100, "青禾县林业局"), (320, "青禾县统计局")]],
        "青禾县民政局   青禾县教育局",
    ),
    (
        "contacts", [[(80, "联系单位：县水利局"), (300, "联系人：沈知远")],
        [(80, "联系电话：0832-555"), (300, "邮政编码：641000")], [(80, "抄送：县政协"), (300, "共印10份")]],
        "联系单位：县水利局   联系人：沈知远",
    ),
    (
        "marks of the head", [[(80, "类别：A"), (380, "签发人：沈知远")],
        [(80, "青水函〔2023〕12号"), (380, "公开属性：公开")], [(150, "关于第12号建议的答复")]],
        "类别：A   签发人：沈知远",
    ),
    (
        "items", [[(80, "（一）"), (130, "新建泵站3座。")], [(80, "（二）"), (130, "改造水库5座。")],
        [(80, "（三）"), (130, "清淤河道12公里。")]],
        "新建泵站3座。",
    ),
    (
        "annexes", [[(80, "附件："), (130, "1.任务分解表")], [(130, "2.责任清单")], [(130, "3.资金安排")]],
        "2.责任清单",
    ),
    (
        "two lines are few", [[(80, "新增供水管网"), (300, "86公里")], [(80, "新建水厂"), (300, "2座")]],
        "新建水厂   2座",
    ),
    (
        "spaced headings",
        [[(80 + 24 * at, sign) for at, sign in enumerate(row)] for row in ("青禾县文件", "答复的意见", "县水利局函")],
        "青",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "held"), [row[1:] for row in NO_TABLES], ids=[row[0] for row in NO_TABLES]
)
def test_side_by_side_and_no_table(rows: list[list[tuple[float, str]]], held: str) -> None:
    text = read_bytes(tabled.placed([*rows, [(80, "以上答复，请审阅。")]]), "a.pdf").text
    assert " | " not in text
    assert held in text


def test_prose_and_centred_headings_are_no_table() -> None:
    text = read_bytes(tabled.pdf([], foot=tabled.FOOT * 12), "a.pdf").text
    assert " | " not in text
    assert tabled.HEAD[3].strip() in text.splitlines()


def test_who_signs_below_a_table_is_no_cell() -> None:
    rows = [[(80, "任务"), (220, "目标"), (360, "单位")]] + [
        [(80, f"任务{n}"), (220, f"新建{n}座"), (360, "县水利局")] for n in (3, 4)
    ]
    signed: list[list[tuple[float, str]]] = [[(360, "青禾县水利局")], [(360, "2023年6月12日")]]
    lines = read_bytes(tabled.placed([*rows, *signed]), "a.pdf").text.split()
    assert lines[-2:] == ["青禾县水利局", "2023年6月12日"]


def test_no_blank_between_chinese_and_figures_that_stand_a_little_apart() -> None:
    rows: list[list[tuple[float, str]]] = [
        [
            (80, "经研究，我局将在"),
            (180, "2024"),
            (208, "年底前新建泵站"),
            (296, "12"),
            (312, "座。"),
        ],
        [(80, "Phase 2 works 35 km")],
    ]
    text = read_bytes(tabled.placed(rows), "a.pdf").text
    assert "我局将在2024年底前新建泵站12座。" in text
    assert "Phase 2 works 35 km" in text

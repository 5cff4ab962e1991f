"""Lines on paper become paragraphs: by margin, indent and distance; page numbers go."""

from __future__ import annotations

import pytest

from tracker.letters.layout import Line, paragraphs

FULL = "全县共有规上企业八十三户其中高新技术企业二十七户"


def printed(*rows: str, page: int = 0, top: float = 100.0) -> list[Line]:
    """Lines 22 apart and 12 high; a blank of full width is an indent of one sign."""
    lines = []
    for index, row in enumerate(rows):
        left = 80 + 12 * (len(row) - len(row.lstrip("\u3000")))
        y = top + 22 * index
        text = row.strip("\u3000")
        lines.append(Line(text, page, left, left + 12 * len(text), y, y + 12))
    return lines


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ((FULL, "比上年多九户。"), FULL + "比上年多九户。"),
        ((FULL, "　　另起一段。"), FULL + "\n\n另起一段。"),
        ((FULL[:10], FULL), FULL[:10] + "\n" + FULL),  # a heading, not a broken line
        (("　　" + FULL[:-2], "九户。"), FULL[:-2] + "九户。"),
        (("　　" + FULL[:14], "九户。", FULL), FULL[:14] + "九户。\n\n" + FULL),  # a typist's break
        (("　　" + FULL[:13] + "。", "九户。", FULL), FULL[:13] + "。\n\n九户。\n\n" + FULL),
        # Without indents: a numbered item, who signs, the day, and what follows it.
        ((FULL[:-1] + "。", "二、下一步打算", FULL), FULL[:-1] + "。\n\n二、下一步打算\n" + FULL),
        (
            (FULL[:-1] + "。", "（二）加快建设。", FULL),
            FULL[:-1] + "。\n\n（二）加快建设。\n\n" + FULL,
        ),
        ((FULL[:-1] + "共", "二、三户。"), FULL[:-1] + "共二、三户。"),  # amid a sentence
        (
            (FULL[:-1] + "。", "青禾县水利局", "2023年5月16日"),
            FULL[:-1] + "。\n\n青禾县水利局\n2023年5月16日",
        ),
        ((FULL[:-1] + "由", "青禾县水利局"), FULL[:-1] + "由青禾县水利局"),
        ((FULL[:-1] + "。", "青禾县水利局负责。"), FULL[:-1] + "。青禾县水利局负责。"),
        (
            (FULL, "　　" * 5 + "2023年5月16日", "抄送：县政协。"),
            FULL + "\n\n2023年5月16日\n抄送：县政协。",
        ),
        (
            (FULL, "　　" * 4 + "二〇二三年五月" + "十六日", "附件"),
            FULL + "\n\n二〇二三年五月十六日\n附件",
        ),
        ((FULL[:-1] + "。", "2023年5月16日", "附件"), FULL[:-1] + "。\n\n2023年5月16日\n附件"),
        ((FULL, "2023 年 5 月 16 日", "附件"), FULL + "\n2023 年 5 月 16 日\n附件"),
        (
            (FULL, "　　　　二〇二三年十一月二十六日", "附件"),
            FULL + "\n\n二〇二三年十一月二十六日\n附件",
        ),
        # Marks of the head stand far in: 签发人, （B）.
        (
            ("　　" * 8 + "办理结果：Ａ", "对第九号建议的答复", FULL),
            "办理结果：Ａ\n对第九号建议的答复\n" + FULL,
        ),
        (("", "  ", FULL), FULL),
        ((), ""),
        # Items whose number has a dot, and a number that the end of a line cuts.
        ((FULL[:-1] + "。", "1. 加快建设。", FULL), FULL[:-1] + "。\n\n1. 加快建设。\n\n" + FULL),
        ((FULL[:-1] + "。", "2.2024年建成。"), FULL[:-1] + "。\n\n2.2024年建成。"),
        ((FULL[:-1] + "；", "1.5万户。"), FULL[:-1] + "；1.5万户。"),
        # Without indents and with a ragged edge.
        ((FULL, FULL[:20], "九户。"), FULL + FULL[:20] + "九户。"),
        ((FULL[:20], "县里安排九户。", FULL), FULL[:20] + "县里安排九户。\n\n" + FULL),
        ((FULL[:17], FULL), FULL[:17] + "\n" + FULL),
        ((FULL[:16] + " | 45", FULL), FULL[:16] + " | 45\n" + FULL),
        (("一、" + FULL[:18], FULL), "一、" + FULL[:18] + "\n" + FULL),
        (("一、概况。" + FULL[:16], FULL), "一、概况。" + FULL[:16] + FULL),
        ((FULL[:20], "李代表：", FULL), FULL[:20] + "\n李代表：\n\n" + FULL),
        # A title as wide as the page, and whom the letter is to.
        (
            (FULL[:-2] + "答复", "市政协城建委员会：", FULL),
            FULL[:-2] + "答复\n市政协城建委员会：\n\n" + FULL,
        ),
        ((FULL[:-2] + "答复", "办理类别：B"), FULL[:-2] + "答复\n办理类别：B"),
        ((FULL[:-2] + "答复", "是：建成，验收。"), FULL[:-2] + "答复是：建成，验收。"),
        ((FULL[:-2] + "答复", "如下："), FULL[:-2] + "答复\n如下："),
        ((FULL[:-2] + "为了", "便于联系："), FULL[:-2] + "为了便于联系："),
        # Typed blanks set things apart, unless they are an indent or a fill-in.
        (
            ("青水函〔2023〕9号" + "\u3000" * 9 + "办理结果：A", FULL),
            "青水函〔2023〕9号" + "\u3000" * 9 + "办理结果：A\n" + FULL,
        ),
        (
            ("由水利局" + " " * 12 + "办理结果已办结某某", FULL),
            "由水利局" + " " * 12 + "办理结果已办结某某\n" + FULL,
        ),
        ((FULL[:-3] + "\u3000\u3000号", "建议。"), FULL[:-3] + "\u3000\u3000号建议。"),
    ],
)
def test_where_a_paragraph_ends(rows: tuple[str, ...], text: str) -> None:
    assert paragraphs(printed(*rows)) == text


def test_blanks_that_a_box_holds_are_an_indent() -> None:
    wide = 80 + 12 * len(FULL)
    mark = Line("　" * 12 + "办理结果：Ａ", 0, 80, wide - 36, 100, 112)
    title = Line("对第九号建议的答复", 0, 80, 200, 122, 134)
    assert paragraphs([mark, title, *printed(FULL, top=144)]).startswith(
        mark.text + "\n" + title.text
    )


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    first = [*printed(FULL), Line("— 1 —", 0, 290, 320, 780, 790)]
    second = [*printed("比上年多九户。", page=1), Line("- 2 -", 1, 290, 320, 780, 790)]
    assert paragraphs(first + second) == FULL + "比上年多九户。"


def test_what_stands_at_the_head_of_every_page_is_left_out() -> None:
    lines = [
        line
        for page in range(3)
        for line in [
            Line("云岐市科学技术局文件", page, 80, 200, 20, 32),
            *printed(FULL, "完。", page=page),
        ]
    ]
    assert paragraphs(lines).count("云岐市") == 0
    assert paragraphs(lines[:6]).count("云岐市") == 2, "on two pages it may be a heading"


def test_a_number_amid_a_page_is_text() -> None:
    assert "2023" in paragraphs(printed(FULL, "2023", FULL))


def test_a_line_far_below_is_no_continuation() -> None:
    lines = printed(FULL) + printed(FULL, top=300)
    assert paragraphs(lines) == FULL + "\n" + FULL


def test_a_space_between_paragraphs_is_told_from_that_between_lines() -> None:
    lines = [*printed(FULL, FULL, FULL), *printed(FULL, FULL, top=178)]
    assert paragraphs(lines) == FULL * 3 + "\n" + FULL * 2
    near = [*printed(FULL, FULL, FULL), *printed(FULL, FULL, top=169)]
    assert paragraphs(near) == FULL * 5


def test_a_line_of_another_size_is_no_continuation() -> None:
    title = Line(FULL, 0, 80, 80 + 12 * len(FULL), 60, 84)
    assert paragraphs([title, *printed(FULL)]).startswith(FULL + "\n")


@pytest.mark.parametrize(
    ("end", "begin", "seam"),
    [("high", "tech", "high tech"), ("20", "23", "2023"), ("户", "3", "户3")],
)
def test_what_stands_between_two_lines(end: str, begin: str, seam: str) -> None:
    wide = FULL + end
    lines = [
        Line(wide, 0, 80, 400, 100, 112),
        Line(begin + "。", 0, 80, 100, 122, 134),
        Line(FULL, 0, 80, 400, 300, 312),
    ]
    assert FULL + seam + "。" in paragraphs(lines)

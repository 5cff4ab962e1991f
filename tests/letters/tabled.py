"""Letters with a table, of our own wording, as PDF, OFD, Word document and web page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from html import escape
from typing import Any

from docx import Document

from tests.letters import forms

Rows = Sequence[Sequence[str]]

HEAD = [
    "关于青禾县十七届人大三次会议第26号建议的答复",
    "沈知远代表：",
    "您提出的《关于加快补齐农村基础设施短板的建议》收悉，现答复如下：",
    "　　一、今年的任务。经研究，我局商有关单位把今年要办的事列成下表，逐项明确单位和时限，请您监督。",
]
FOOT = [
    "　　二、下一步打算。2024年底前，新建农村公路45公里，改造危桥6座。表中所列的事，每季度通报一次。",
    "　　感谢您对我们工作的关心和支持。",
    "青禾县交通运输局",
    "2023年6月12日",
]
TASKS: Rows = [
    ["任务名称", "主要目标", "完成时限", "责任单位"],
    ["公共充电桩", "新建公共充电桩150个", "2023年12月底前", "县发展和改革局"],
    ["城乡供水一体化", "新增供水管网86公里，受益群众1.2万人", "2024年6月底前", "县水利局"],
    ["养老服务", "建成村级养老服务站18个", "2023年11月底前", "县民政局"],
]
FIGURES: Rows = [
    ["指标名称", "2022年实际", "2023年目标", "牵头单位"],
    ["农村生活污水治理率（%）", "38", "45", "县生态环境局"],
    ["农村卫生厕所普及率（%）", "81.5", "88", "县农业农村局"],
    ["公路优良路率（%）", "79", "83", "县交通运输局"],
]
PROJECTS: Rows = [
    ["序号", "项目", "建设内容", "开工", "完工"],
    ["1", "河口桥", "新建桥梁1座，长86米", "2023年7月", "2024年9月底前"],
    ["2", "北山路", "改建道路12公里", "2023年8月", "2024年10月底前"],
    ["3", "水厂", "扩建水厂2座，日供水增加3万吨", "2023年9月", "2025年6月底前"],
]


def docx(table: Rows) -> bytes:
    """A Word document."""
    document = Document()
    for line in HEAD:
        document.add_paragraph(line)
    grid = document.add_table(rows=0, cols=len(table[0]))
    for row in table:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = text
    for line in FOOT:
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def page(table: Rows) -> bytes:
    """A web page."""
    rows = "".join(
        "<tr>" + "".join(f"<td><p>{escape(text)}</p></td>" for text in row) + "</tr>"
        for row in table
    )
    before, after = ("".join(f"<p>{escape(line)}</p>" for line in lines) for lines in (HEAD, FOOT))
    return (
        f"<html><body><div class='TRS_Editor'>{before}<table>{rows}</table>{after}</div></body></html>"
    ).encode()


def pdf(
    table: Rows,
    *,
    ruled: bool = True,
    high: str = "TOP",
    widths: Sequence[float] | None = None,
    font: str = "STSong-Light",
    size: int = 12,
    style: Sequence[tuple[Any, ...]] = (),
    head: Sequence[str] = HEAD,
    foot: Sequence[str] = FOOT,
) -> bytes:
    """A PDF document as a program sets it: justified, the cells wrapped in their columns.

    Args:
        table: its rows; none for no table.
        ruled: whether strokes are drawn around the cells.
        high: where in its row a cell's text stands: TOP, MIDDLE or BOTTOM.
        widths: of the columns in points.
        font, size: of all text.
        style: further commands of the table.
        head, foot: the paragraphs before and behind it; one with a blank in front is indented.
    """
    from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    pdfmetrics.registerFont(UnicodeCIDFont(font))
    words = ParagraphStyle(
        "words", fontName=font, fontSize=size, leading=1.3 * size, wordWrap="CJK"
    )
    just = ParagraphStyle("just", parent=words, alignment=TA_JUSTIFY, spaceAfter=6)
    first = ParagraphStyle("first", parent=just, firstLineIndent=2 * size)
    left = ParagraphStyle("left", parent=words, alignment=TA_LEFT)
    story: list[Any] = [_paragraph(Paragraph, line, first, just) for line in head]
    if table:
        wide = widths or [450 / len(table[0])] * len(table[0])
        cells = [[Paragraph(escape(text), left) if text else "" for text in row] for row in table]
        commands: list[tuple[Any, ...]] = [("VALIGN", (0, 0), (-1, -1), high), *style]
        if ruled:
            commands.append(("GRID", (0, 0), (-1, -1), 0.5, "black"))
        story += [Table(cells, colWidths=wide, style=commands), Spacer(1, 14)]
    story += [_paragraph(Paragraph, line, first, just) for line in foot]
    stream = io.BytesIO()
    SimpleDocTemplate(stream, pagesize=A4, invariant=True).build(story)
    return stream.getvalue()


def _paragraph(kind: Any, line: str, first: Any, just: Any) -> Any:
    return kind(escape(line.strip()), first if line[:1].isspace() else just)


def placed(rows: Sequence[Sequence[tuple[float, str]]], *, size: int = 12) -> bytes:
    """A PDF document of words set where they are told to.

    Args:
        rows: from above, 22 points apart; of each, how far from the left its words begin.
        size: of the signs.
    """
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=True)
    canvas.setFont("STSong-Light", size)
    for index, row in enumerate(rows):
        for left, text in row:
            canvas.drawString(left, 780 - 22 * index, text)
    canvas.save()
    return stream.getvalue()


def ofd(table: Rows, *, ruled: bool = True) -> bytes:
    """An OFD document of one page, the cells wrapped in their columns."""
    wide, size, pitch = 160 / len(table[0]), 4.2, 6.0
    objects: list[str] = []
    top = 20.0
    for row in _printed(HEAD):
        objects.append(_words(25, top, row, size))
        top += 8
    top += 2
    edges = [top]
    for cells_of in table:
        most = int((wide - 3) / size)
        cells = [[text[at : at + most] for at in range(0, len(text), most)] for text in cells_of]
        for column, cell in enumerate(cells):
            for index, part in enumerate(cell):
                objects.append(_words(26.5 + wide * column, top + 1 + pitch * index, part, size))
        top += pitch * max(map(len, cells)) + 3
        edges.append(top)
    if ruled:
        xs = [25 + wide * column for column in range(len(table[0]) + 1)]
        objects += [_drawn(25, y, 160, 0, f"M 0 0 L {xs[-1] - 25} 0") for y in edges]
        objects += [
            _drawn(x, edges[0], 0, top - edges[0], f"M 0 0 L 0 {top - edges[0]} C") for x in xs
        ]
    top += 4
    for row in _printed(FOOT):
        objects.append(_words(25, top, row, size))
        top += 8
    return forms.ofd("一", Content=_CONTENT.format("".join(objects)).encode())


def _printed(lines: Sequence[str]) -> list[str]:
    return [row for page in forms.printed("\n".join(lines)) for row in page]


_CONTENT = (
    '<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:Layer>{}</ofd:Layer>'
    "</ofd:Content></ofd:Page>"
)


def _words(left: float, top: float, text: str, size: float) -> str:
    wide = sum(size / 2 if sign.isascii() else size for sign in text)
    return (
        f'<ofd:TextObject Boundary="{left} {top} {wide} {size}" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{size}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def _drawn(left: float, top: float, wide: float, high: float, path: str) -> str:
    return (
        f'<ofd:PathObject Boundary="{left} {top} {wide} {high}">'
        f"<ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>"
    )

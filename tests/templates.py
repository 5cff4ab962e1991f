"""Makes data/templates/*.docx: `python -m tests.templates`. An office edits its own in Word or WPS.

Measures of GB/T 9704-2012: A4, head margin 37 mm, binding margin 28 mm, type area 156 x 225 mm, 22 lines
of 28 characters (5.2); body in size 3 (16 pt) 仿宋, first level 黑体, second 楷体 (7.3.3); title in size 2
(22 pt) 小标宋 (7.3.1); form of a letter (10.1): the sender's mark in red, 30 mm from the upper edge, a
double line of 170 mm 4 mm below it and another 20 mm from the lower edge, the number flush right under
the upper line, no page number on the first page; page numbers in size 4 (14 pt) 宋体 between dashes,
odd ones right, even ones left (7.5).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from tracker.resources import data_path

FANGSONG, TITLE, HEI, KAI = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
#: What takes a font's place where it is not installed.
INSTEAD: Final = {FANGSONG: "仿宋", TITLE: "宋体", HEI: "SimHei", KAI: "楷体"}
#: A line takes 225 mm / 22, in 1/20 pt.
LINE_PITCH: Final = int(225 / 25.4 * 72 * 20 / 22)
#: 28 characters in 156 mm leave each 15.79 pt: a size of 16 pt is set closer by 6/20 pt. A grid of
#: characters (linesAndChars) says the same to Word alone; LibreOffice gives a character that is
#: wider than its cell two of them.
CLOSER: Final = -6
RED: Final = RGBColor(0xFF, 0, 0)

#: Punctuation of a Chinese text.
WIDE: Final = str.maketrans({",": "\uff0c", ":": "\uff1a", ";": "\uff1b"})

URGE: Final = (
    ("公文标题", "关于催办建议提案答复承诺事项的函"),
    ("主送机关", "{主送机关}:"),
    (
        "公文正文",
        "{承诺来源}下列{件数}项承诺已超过办理时限,至"
        "{成文日期}尚未办结。现将有关情况函告如下。",
    ),
    ("一级标题", "一、逾期未办结的承诺事项"),
    ("二级标题", "{序号}{事项}"),
    (
        "公文正文",
        "{答复件}承诺:“{原文}”。办理时限为{时限},已逾期{逾期天数}天。{进展}",
    ),
    ("一级标题", "二、有关要求"),
    (
        "公文正文",
        "请贵单位对照承诺抓紧办理,于{反馈日期}前将办理结果、佐证材料书面反馈我单位。确因客观原因"
        "不能办结的,请一并说明原因,提出延期申请和新的完成时限。",
    ),
    ("公文正文", "{联系方式}"),
    ("署名", "{发文机关}"),
    ("成文日期", "{成文日期}"),
)  # fmt: skip
SUPERVISE: Final = (
    ("公文标题", "关于督办建议提案答复承诺事项的函"),
    ("主送机关", "{主送机关}:"),
    (
        "公文正文",
        "{承诺来源}下列{件数}项承诺逾期后经提醒仍未办结。为维护答复的"
        "严肃性,现予以督办。",
    ),
    ("一级标题", "一、督办事项"),
    ("二级标题", "{序号}{事项}"),
    (
        "公文正文",
        "{答复件}承诺:“{原文}”。办理时限为{时限},截至{成文日期}已逾期{逾期天数}天。{进展}",
    ),
    ("一级标题", "二、督办要求"),
    (
        "公文正文",
        "请贵单位主要负责人牵头,逐项查明未办结的原因,制定措施、明确责任人和完成时限,于{反馈日期}前"
        "书面报送我单位,并附佐证材料。逾期不报或者仍无进展的,将予以通报,并向提出建议提案的代表、委员"
        "说明情况。",
    ),
    ("公文正文", "{联系方式}"),
    ("署名", "{发文机关}"),
    ("成文日期", "{成文日期}"),
)  # fmt: skip


def make(paragraphs: tuple[tuple[str, str], ...], path: Path) -> None:
    """Write one template."""
    document = Document()
    _page(document)
    _styles(document)
    _fonts(document)
    _first_page(document)
    _numbers(document)
    body = document.element.body
    for paragraph in list(document.paragraphs):
        body.remove(paragraph._p)
    document.add_paragraph("{发文字号}", "发文字号")
    for style, text in paragraphs:
        document.add_paragraph(text.translate(WIDE), style)
    section = document.sections[0]
    parts = (section.first_page_header, section.first_page_footer, section.footer)
    for part in (document.styles, document, *parts, section.even_page_footer):
        for properties in part._element.iter(qn("w:pPr")):
            _in_order(properties)
    document.core_properties.author = ""
    document.core_properties.title = paragraphs[0][1]
    document.core_properties.comments = ""
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))


#: Of pages that are looked through: title, headings, text, heads and cells of tables; points, and
#: those of a line.
SMALL: Final = (
    ("附页标题", TITLE, 18, 27, WD_ALIGN_PARAGRAPH.CENTER, 0),
    ("附页小标题", HEI, 12, 19, WD_ALIGN_PARAGRAPH.JUSTIFY, 0),
    ("附页正文", FANGSONG, 12, 18, WD_ALIGN_PARAGRAPH.JUSTIFY, 200),
    ("表头", HEI, 10.5, 15, WD_ALIGN_PARAGRAPH.CENTER, 0),
    ("表格文字", FANGSONG, 10.5, 14, WD_ALIGN_PARAGRAPH.LEFT, 0),
)


def make_bulletin(path: Path, *, pages: bool = False) -> None:
    """Write the template of a report in the form of a 通报: no red head, page numbers on every page.

    What the program says stands behind what the template holds.

    Args:
        path: where to.
        pages: whether every suggestion is to have a page, which is headed by the suggestion: the
            margins are smaller, so that a handful of promises fit on it.
    """
    document = Document()
    _page(document)
    section = document.sections[0]
    section.different_first_page_header_footer = False
    if pages:
        section.top_margin, section.bottom_margin = Mm(25), Mm(24)
        section.footer_distance = Mm(13)
    _styles(document)
    _small(document)
    _fonts(document)
    _numbers(document)
    body = document.element.body
    for paragraph in list(document.paragraphs):
        body.remove(paragraph._p)
    if not pages:
        document.add_paragraph("{标题}", "公文标题")
    for part in (document.styles, document, section.footer, section.even_page_footer):
        for properties in part._element.iter(qn("w:pPr")):
            _in_order(properties)
    for name in ("author", "title", "comments"):
        setattr(document.core_properties, name, "")
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))


def _small(document: Any) -> None:
    for name, font, size, line, align, indent in SMALL:
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.quick_style = document.styles["Normal"], True
        style.paragraph_format.alignment = align
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        style.paragraph_format.line_spacing = Pt(line)
        _font(style, font, size)
        size_of = style.element.get_or_add_rPr().find(qn("w:sz"))
        size_of.addprevious(parse_xml(f'<w:spacing {nsdecls("w")} w:val="0"/>'))
        style.element.get_or_add_pPr().append(
            parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>')
        )
        if indent:
            _indent(style, f'w:firstLineChars="{indent}" w:firstLine="{int(size * 40)}"')
    title = document.styles["附页标题"].paragraph_format
    title.keep_with_next, title.space_after = True, Pt(6)
    head = document.styles["附页小标题"].paragraph_format
    head.keep_with_next, head.space_before, head.space_after = True, Pt(6), Pt(2)


#: Word refuses paragraph properties in another order.
ORDER: Final = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "pBdr", "tabs",
    "overflowPunct", "snapToGrid", "spacing", "ind", "jc", "outlineLvl", "rPr",
)  # fmt: skip


def _in_order(properties: Any) -> None:
    known = {qn(f"w:{name}"): place for place, name in enumerate(ORDER)}
    children = sorted(properties, key=lambda child: known.get(child.tag, len(known)))
    for child in children:
        properties.remove(child)
    properties.extend(children)


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    # The page number stands 7 mm below the type area (7.5).
    section.header_distance, section.footer_distance = Mm(30), Mm(20)
    section.different_first_page_header_footer = True
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(
        parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{LINE_PITCH}"/>')
    )
    document.settings.odd_and_even_pages_header_footer = True


def _styles(document: Any) -> None:
    normal = document.styles["Normal"]
    _font(normal, FANGSONG, 16)
    _default(document)
    layout = normal.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule = WD_LINE_SPACING.SINGLE
    layout.widow_control = False
    # No mark beyond the type area: LibreOffice loses some that hang there.
    normal.element.get_or_add_pPr().append(
        parse_xml(f'<w:overflowPunct {nsdecls("w")} w:val="0"/>')
    )
    for name, font, size, align, indent in (
        ("发文字号", FANGSONG, 16, WD_ALIGN_PARAGRAPH.RIGHT, 0),
        ("公文标题", TITLE, 22, WD_ALIGN_PARAGRAPH.CENTER, 0),
        ("主送机关", FANGSONG, 16, WD_ALIGN_PARAGRAPH.JUSTIFY, 0),
        ("公文正文", FANGSONG, 16, WD_ALIGN_PARAGRAPH.JUSTIFY, 200),
        ("一级标题", HEI, 16, WD_ALIGN_PARAGRAPH.JUSTIFY, 200),
        ("二级标题", KAI, 16, WD_ALIGN_PARAGRAPH.JUSTIFY, 200),
        ("署名", FANGSONG, 16, WD_ALIGN_PARAGRAPH.RIGHT, 0),
        ("成文日期", FANGSONG, 16, WD_ALIGN_PARAGRAPH.RIGHT, 0),
    ):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.quick_style = normal, True
        style.paragraph_format.alignment = align
        _font(style, font, size)
        if indent:
            _indent(style, f'w:firstLineChars="{indent}" w:firstLine="640"')
    # Two lines between number and title, one between title and addressee (7.3.1, 7.3.2).
    title = document.styles["公文标题"].paragraph_format
    title.space_before, title.space_after = Pt(2 * LINE_PITCH / 20), Pt(LINE_PITCH / 20)
    title.line_spacing_rule, title.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(32)
    title.keep_with_next = True
    document.styles["公文标题"].element.get_or_add_pPr().append(
        parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>')
    )
    # One line below the text, the date four characters from the right (7.3.5); the program centres
    # the two on each other.
    document.styles["署名"].paragraph_format.space_before = Pt(LINE_PITCH / 20)
    for name in ("署名", "成文日期"):
        _indent(document.styles[name], 'w:rightChars="400" w:right="1280"')
        document.styles[name].paragraph_format.keep_together = True
    document.styles["署名"].paragraph_format.keep_with_next = True
    for name in ("一级标题", "二级标题"):
        document.styles[name].paragraph_format.keep_with_next = True


def _default(document: Any) -> None:
    """Programs count the grid from the document's own font, not from that of a style."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for old in list(defaults.find(qn("w:rPrDefault"))):
        defaults.find(qn("w:rPrDefault")).remove(old)
    defaults.find(qn("w:rPrDefault")).append(
        parse_xml(
            f'<w:rPr {nsdecls("w")}><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" '
            f'w:eastAsia="{FANGSONG}" w:cs="Times New Roman"/><w:spacing w:val="{CLOSER}"/><w:kern w:val="0"/>'
            '<w:sz w:val="32"/><w:szCs w:val="32"/>'
            '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr>'
        )
    )


def _indent(style: Any, attributes: str) -> None:
    properties = style.element.get_or_add_pPr()
    properties.append(parse_xml(f"<w:ind {nsdecls('w')} {attributes}/>"))


def _font(style: Any, name: str, size: float) -> None:
    style.font.size = Pt(size)
    style.font.name = "Times New Roman"
    fonts = style.element.get_or_add_rPr().rFonts
    for kind in list(fonts.attrib):
        if "Theme" in kind:
            del fonts.attrib[kind]
    fonts.set(qn("w:eastAsia"), name)
    fonts.set(qn("w:hint"), "eastAsia")


def _fonts(document: Any) -> None:
    """Name what may stand in: Word and WPS look at altName where a font is missing."""
    part = next(
        rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/fontTable")
    )
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, other in INSTEAD.items()
    )
    part._blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f"<w:fonts {nsdecls('w')}>{entries}</w:fonts>"
    ).encode()


def _first_page(document: Any) -> None:
    section = document.sections[0]
    mark = section.first_page_header.paragraphs[0]
    mark.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = mark.add_run("{发文机关}")
    run.font.size, run.font.color.rgb = Pt(36), RED
    run.font.name = "Times New Roman"
    run._r.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), TITLE)
    _ruled(mark, "bottom", "thickThinSmallGap", 11)
    low = section.first_page_footer.paragraphs[0]
    _ruled(low, "top", "thinThickSmallGap", 1)
    low.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    low.paragraph_format.line_spacing = Pt(2)


def _ruled(paragraph: Any, side: str, kind: str, space: int) -> None:
    """A red double line of 170 mm: 7 mm beyond the type area on either side."""
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:{side} w:val="{kind}" w:sz="24" w:space="{space}" '
            'w:color="FF0000"/></w:pBdr>'
        )
    )
    properties.append(parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>'))
    paragraph.paragraph_format.left_indent = Mm(-8)
    paragraph.paragraph_format.right_indent = Mm(-6)


def _numbers(document: Any) -> None:
    section = document.sections[0]
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        side = "right" if align == WD_ALIGN_PARAGRAPH.RIGHT else "left"
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:ind {nsdecls("w")} w:{side}Chars="100" w:{side}="280"/>')
        )
        for piece in ("— ", "PAGE", " —"):
            run = paragraph.add_run("" if piece == "PAGE" else piece)
            run.font.size, run.font.name = Pt(14), "宋体"
            run._r.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), "宋体")
            if piece == "PAGE":
                for kind in ("begin", "", "end"):
                    run._r.append(
                        parse_xml(
                            f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'
                            if kind
                            else f'<w:instrText {nsdecls("w")} xml:space="preserve"> PAGE </w:instrText>'
                        )
                    )


if __name__ == "__main__":
    make(URGE, data_path("templates", "催办函.docx"))
    make(SUPERVISE, data_path("templates", "督办函.docx"))
    make_bulletin(data_path("templates", "通报.docx"))
    make_bulletin(data_path("templates", "建议落实情况.docx"), pages=True)

"""Letters of supervision: the measures of the standard, and what is filled in, as files hold it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tests.templates import INSTEAD, SUPERVISE, URGE
from tracker.errors import SettingsError
from tracker.reports.official import Facts, Promise, chinese_day, compose, numeral
from tracker.resources import data_path

FILES = ("催办函.docx", "督办函.docx")
PROMISE = Promise(
    what="新增高新技术企业",
    letter="2023年5月15日对市五届人大三次会议第25号建议的答复",
    quote="力争2023年新增高新技术企业30户",
    deadline="2023年12月31日",
    days=64,
    progress="至今未填报进展。",
)


def _facts(*promises: Promise, **changes: Any) -> Facts:
    values: dict[str, Any] = {
        "office": "云溪市人大代工委",
        "number": "云人办函〔2024〕1号",
        "unit": "云溪市科学技术局",
        "day": dt.date(2024, 3, 4),
        "reply_by": dt.date(2024, 3, 18),
        "contact": "联系人李明",
        "origin": "贵单位在答复人大代表建议、政协提案时作出的",
        "promises": promises or (PROMISE,),
    }
    return Facts(**(values | changes))


def _template(name: str = FILES[0]) -> bytes:
    return data_path("templates", name).read_bytes()


def _own(*texts: str, runs: tuple[str, ...] = ()) -> bytes:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    if runs:
        paragraph = document.add_paragraph()
        for text in runs:
            paragraph.add_run(text)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _lines(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]


@pytest.mark.parametrize("name", FILES)
def test_the_page_is_that_of_the_standard(name: str) -> None:
    document = docx.Document(io.BytesIO(_template(name)))
    (section,) = document.sections
    assert section.page_width is not None
    assert section.page_height is not None
    sides = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    left, right, top, bottom = (side or 0 for side in sides)
    near = Mm(0.1)
    assert abs(section.page_width - Mm(210)) < near
    assert abs(section.page_height - Mm(297)) < near
    assert abs(top - Mm(37)) < near
    assert abs(left - Mm(28)) < near
    assert abs(section.page_width - left - right - Mm(156)) < near
    assert abs(section.page_height - top - bottom - Mm(225)) < near
    grid = section._sectPr.find(qn("w:docGrid"))
    pitch = int(grid.get(qn("w:linePitch")))
    assert 22 * pitch <= (section.page_height - top - bottom) / 635 < 23 * pitch
    assert section.different_first_page_header_footer, "no number on the first page"
    spacing = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:spacing')}")
    width = 16 + int(spacing.get(qn("w:val"))) / 20
    assert 28 * width <= 156 / 25.4 * 72 < 28.2 * width


@pytest.mark.parametrize("name", FILES)
def test_the_fonts_are_those_of_the_standard_with_others_in_their_place(name: str) -> None:
    document = docx.Document(io.BytesIO(_template(name)))
    wanted = {
        "公文标题": ("方正小标宋简体", 22),
        "公文正文": ("仿宋_GB2312", 16),
        "主送机关": ("仿宋_GB2312", 16),
        "一级标题": ("黑体", 16),
        "二级标题": ("楷体_GB2312", 16),
    }
    for style, (font, size) in wanted.items():
        found = document.styles[style]
        assert found.font.size == Pt(size)
        assert found.element.rPr.rFonts.get(qn("w:eastAsia")) == font
    with zipfile.ZipFile(io.BytesIO(_template(name))) as pack:
        fonts = pack.read("word/fontTable.xml").decode()
    for font, other in INSTEAD.items():
        assert f'w:name="{font}"' in fonts
        assert f'w:altName w:val="{other}"' in fonts


@pytest.mark.parametrize(("name", "made"), [(FILES[0], URGE), (FILES[1], SUPERVISE)])
def test_the_templates_are_those_that_are_made(
    name: str, made: tuple[tuple[str, str], ...]
) -> None:
    document = docx.Document(io.BytesIO(_template(name)))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert styles == ["发文字号", *(style for style, _ in made)]


@pytest.mark.parametrize("name", FILES)
def test_properties_stand_in_the_order_that_word_demands(name: str) -> None:
    from tests.templates import ORDER

    data = compose(_template(name), _facts(PROMISE, PROMISE), name)
    places = {qn(f"w:{item}"): place for place, item in enumerate(ORDER)}
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        parts = [item for item in pack.namelist() if item.endswith(".xml")]
        from lxml import etree

        for part in parts:
            for properties in etree.fromstring(pack.read(part)).iter(qn("w:pPr")):
                found = [places[child.tag] for child in properties if child.tag in places]
                assert found == sorted(found), part


@pytest.mark.parametrize("name", FILES)
def test_a_letter_says_all_that_it_must(name: str) -> None:
    second = Promise("拨付奖补资金", "另一件答复", "拨付300万元", "2023年6月30日", 248, "已拨付。")
    data = compose(_template(name), _facts(PROMISE, second), name)
    lines = _lines(data)
    assert lines[0] == "云人办函〔2024〕1号"
    assert "云溪市科学技术局\uff1a" in lines
    text = "\n".join(lines)
    assert "下列2项承诺" in text
    assert lines.index("\uff08一\uff09新增高新技术企业") < lines.index("\uff08二\uff09拨付奖补资金")
    assert "“力争2023年新增高新技术企业30户”" in text
    assert "2024年3月18日前" in text
    assert lines[-3:] == ["联系人李明", "云溪市人大代工委", "2024年3月4日"]
    assert "{" not in text
    document = docx.Document(io.BytesIO(data))
    assert document.sections[0].first_page_header.paragraphs[0].text == "云溪市人大代工委"


def test_what_is_empty_goes_and_the_signature_stays_with_the_text() -> None:
    document = docx.Document(io.BytesIO(compose(_template(), _facts(contact=""), "t")))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert all(lines)
    assert document.paragraphs[-3].paragraph_format.keep_with_next


HOSTILE = (
    "</w:t><w:p/>&amp;<script>", "{主送机关}", "{没有的}", "a\x00b\x1b[31mc", "\ud7ff\ufffe\uffff",
    "第一行\n第二行\r\n\t第三", "\u202e反\u202c", "=1+1", "A" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_plain_text(text: str) -> None:
    promise = Promise(text, text, text, text, 3, text)
    data = compose(_template(), _facts(promise, promise, unit=text, office=text, contact=text), "t")
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        assert pack.testzip() is None
    lines = _lines(data)
    assert len(lines) == len(_lines(compose(_template(), _facts(PROMISE, PROMISE), "t")))
    assert all("\n" not in line and "\x1b" not in line for line in lines)
    if text in ("{主送机关}", "{没有的}"):
        assert f"\uff08一\uff09{text}" in lines, "what is filled in is not filled in again"


def test_quotation_marks_within_quotation_marks_are_single() -> None:
    promise = Promise("事", "答复", "培育“专精特新”企业。", "2023年", 1, "")
    text = "\n".join(_lines(compose(_template(), _facts(promise), "t")))
    assert "“培育‘专精特新’企业”。" in text


def test_a_long_name_of_the_sender_keeps_to_one_line() -> None:
    for office, size in (
        ("云溪市人大代工委", 36),
        ("云溪市人民代表大会常务委员会代表工作委员会", 20),
    ):
        document = docx.Document(io.BytesIO(compose(_template(), _facts(office=office), "t")))
        (run,) = document.sections[0].first_page_header.paragraphs[0].runs
        assert run.font.size == Pt(size)


@pytest.mark.parametrize(
    ("office", "signature", "date"),
    [("云溪市人大代工委", 48, 64), ("云溪市人民代表大会常务委员会代表工作委员会", 32, 152)],
)
def test_sender_and_date_are_centred_on_each_other(office: str, signature: int, date: int) -> None:
    document = docx.Document(io.BytesIO(compose(_template(), _facts(office=office), "t")))
    found = [paragraph.paragraph_format.right_indent for paragraph in document.paragraphs[-2:]]
    assert found == [Pt(signature), Pt(date)]


def test_a_template_of_an_office_may_be_edited_freely() -> None:
    """Word splits names over runs as it likes; items may stand in one paragraph."""
    template = _own(
        "致{主送机关}", "{序号}{事项}:{原文}", "完", runs=("成文", "日期{成文", "日期}", "止")
    )
    lines = _lines(compose(template, _facts(PROMISE, PROMISE), "t"))
    assert lines == [
        "致云溪市科学技术局",
        "\uff08一\uff09新增高新技术企业:力争2023年新增高新技术企业30户",
        "\uff08二\uff09新增高新技术企业:力争2023年新增高新技术企业30户",
        "完",
        "成文日期2024年3月4日止",
    ]


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        (b"", "must be a .docx file"),
        (b"PK\x03\x04 no zip", "must be a .docx file"),
        (_own("{主送机关}"), "has no paragraph with {事项} or {原文}"),
        (_own("{事项}", "{收信人}"), "the template has {收信人}; known: {发文机关}"),
    ],
)
def test_what_is_wrong_with_a_template_is_named(template: bytes, reason: str) -> None:
    with pytest.raises(SettingsError) as raised:
        compose(template, _facts(), "own.docx")
    assert str(raised.value).startswith("own.docx: ")
    assert reason in str(raised.value)


def test_a_zip_that_is_no_document() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as pack:
        pack.writestr("a.txt", "a")
    with pytest.raises(SettingsError, match=r"must be a \.docx file"):
        compose(target.getvalue(), _facts(), "own.docx")


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (99, "九十九"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (118, "一百一十八"),
        (120, "一百二十"),
        (999, "九百九十九"),
    ],
)
def test_headings_are_counted_in_chinese(number: int, written: str) -> None:
    assert numeral(number) == written


def test_days_have_no_zeros_before_them() -> None:
    assert chinese_day(dt.date(2024, 1, 5)) == "2024年1月5日"

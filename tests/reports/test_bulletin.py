"""The report as a document in the form of a 通报: what stands in it, and what can never get into it."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import docx
import pytest
from docx.enum.shape import WD_INLINE_SHAPE
from docx.oxml.ns import qn
from docx.shared import Mm
from sqlalchemy.orm import Session

from tests.county import TODAY, empty_session
from tests.reports.test_render import HOSTILE, poison
from tests.templates import ORDER
from tracker.errors import SettingsError
from tracker.reports.bulletin import bulletin
from tracker.reports.charts import charts_of
from tracker.reports.contents import Filters, gather
from tracker.reports.paper import STYLES
from tracker.reports.render import render_docx
from tracker.reports.words import Wording
from tracker.resources import data_path
from tracker.settings import Settings
from tracker.store import queries
from tracker.store.requests import ask

TEMPLATES = ("通报.docx", "建议落实情况.docx")


def _lines(data: bytes) -> list[str]:
    """Paragraphs, and rows of tables as cells with bars between, in their order."""
    found = []
    for element in docx.Document(io.BytesIO(data)).element.body:
        if element.tag == qn("w:p"):
            found.append("".join(text.text or "" for text in element.iter(qn("w:t"))))
        for row in element.iter(qn("w:tr")):
            cells = row.iter(qn("w:tc"))
            found.append("|".join("".join(t.text for t in cell.iter(qn("w:t"))) for cell in cells))
    return found


def _written(session: Session, settings: Settings, **asked: Any) -> list[str]:
    since = asked.pop("since", None)
    return _lines(render_docx(session, settings, TODAY, Filters(**asked), since))


def test_a_bulletin_says_all_that_it_must(county: Session, settings: Settings) -> None:
    lines = _written(county, settings, since=dt.date(2024, 6, 1))
    assert lines[:2] == [
        "关于建议提案答复承诺落实情况的通报",
        "截至2024年6月15日，纳入跟踪的建议提案答复承诺共28项。现将落实情况通报如下。",
    ]
    assert lines[-2:] == ["云溪县人大常委会代表工委", "2024年6月15日"]
    heads = [line for line in lines if re.match("[一二三四五六七八九]、", line)]
    assert heads == [
        "一、总体情况", "二、本期情况（2024年6月1日至2024年6月15日）", "三、图示",
        "四、各承办单位", "五、逾期未结", "六、已销号事项", "七、各项承诺（按责任单位）", "八、统计说明",
    ]  # fmt: skip
    for line in (
        "已销号的10项：已兑现6项、逾期兑现1项、部分兑现1项、未兑现1项、终止1项。"
        "兑现（含逾期兑现）的为7/9（78%）；有时限的按期兑现为6/9（67%）。",
        "云溪县交通运输局|9|6|3|1|1|3|2/3|20–94%|—",
        "73-3|港湾式停靠站|云溪县交通运输局|2024.6.3填报25座（截至2024.6.1）",
        "52-3|更换老旧管网投入|云溪县水务局|2024.5.31|15|3860.5万元（截至2024.5.10）",
        "25-3|设立产业引导基金|云溪县工业和信息化局|2023.12.31|未兑现|2024.2.5|"
        "无进展（截至2023.12.20）",
        "（一）云溪县交通运输局（9项）",
        "1.科技型中小企业数量（25-2，临期）。人大建议第25号答复原文：“2024年6月底前科技型中小企业力争"
        "达65户”。目标：达到65户以上。基数：47户（截至2022年12月31日），承诺增加18户（38.3%）。"
        "时限：2024年6月30日。最新进展：52户（截至2024年3月31日）。",
        "与云溪县交通运输局共同负责的73-2，列在该单位之下。",
    ):
        assert line in lines
    quoted = [line for line in lines if "答复原文" in line]
    assert len(quoted) == 28, "each once"
    assert not [line for line in lines if "排名" in line and "|" in line], (
        "no five settled: no rank"
    )


def _parts(data: bytes) -> dict[str, bytes]:
    """What is in the package; the package itself tells when it was packed."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_a_bulletin_has_the_charts_and_says_what_they_tell(
    county: Session, settings: Settings
) -> None:
    data = render_docx(county, settings, TODAY, Filters())
    drawn = charts_of(gather(county, settings, TODAY, Filters()), Wording("zh"))
    document = docx.Document(io.BytesIO(data))
    assert [shape.type for shape in document.inline_shapes] == [WD_INLINE_SHAPE.PICTURE] * 3
    told = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert told == [chart.alt for chart in drawn]
    for number, chart in enumerate(drawn, 1):
        assert any(line.startswith(f"图{number} {chart.title}。") for line in _lines(data))
    assert all(shape.width <= Mm(156) for shape in document.inline_shapes), "between the margins"
    again = render_docx(county, settings, TODAY, Filters())
    assert _parts(data) == _parts(again), "the same each time"


def test_where_there_is_nothing_to_draw_no_heading_says_so(settings: Settings) -> None:
    with empty_session() as session:
        assert "图示" not in "".join(_written(session, settings))


def test_a_page_for_each_suggestion_of_a_deputy(county: Session, settings: Settings) -> None:
    data = render_docx(county, settings, TODAY, Filters(deputy="陈望舒"))
    lines = _lines(data)
    at = lines.index("人大建议第52号 关于推进农村供水保障工程的建议")
    assert lines[0] == "人大建议第25号 关于加快培育高新技术企业的建议"
    page = lines[at:]
    assert page[1] == (
        "截至2024年6月15日，答复中纳入跟踪的承诺共4项：进行中3项，已销号1项，逾期1项，未填报1项。"
    )
    for line in (
        "52-2|农村自来水普及率：“2024年底农村自来水普及率达到95%”|达到95%以上|2024.12.31|"
        "92.3%（截至2024.3.31）|正常",
        "52-3|2024.5.12|2024.5.10|3860.5万元",
        "52-3 更换老旧管网投入：时限2024年5月31日，已过15天，3860.5万元（截至2024年5月10日）。",
        "52-4 水源地标识牌：2024年6月20日到期，尚未填报：目前进展如何？",
        "云溪县人大常委会代表工委 2024年6月15日",
    ):
        assert line in page
    body = docx.Document(io.BytesIO(data)).element.body
    assert len(list(body.iter(qn("w:pageBreakBefore")))) == 1


def test_what_waits_for_a_decision_stands_on_the_page(county: Session, settings: Settings) -> None:
    """A deputy is not told to ask for the end of what the unit wants moved."""
    row = queries.commitment(county, "52-3")
    ask(
        county, row, "extension", why="管材未到", on=TODAY, who="云溪县水务局",
        now=dt.datetime.combine(TODAY, dt.time(2), tzinfo=dt.UTC), until=dt.date(2024, 9, 30),
    )  # fmt: skip
    lines = _lines(render_docx(county, settings, TODAY, Filters(suggestion="52")))
    (promised,) = [line for line in lines if line.startswith("52-3|更换老旧管网投入：")]
    assert promised.endswith("|逾期，申请待批")
    (question,) = [line for line in lines if "代表意见如何" in line]
    assert question.startswith(
        "52-3 更换老旧管网投入：单位已申请（延期：延至2024-09-30（逾期后提出））"
    )


def test_a_bulletin_of_a_past_day_and_in_english(county: Session, settings: Settings) -> None:
    spoken = replace(settings, language="en")
    data = render_docx(county, spoken, dt.date(2023, 12, 31), Filters(unit="工业"))
    text = "\n".join(_lines(data))
    assert "As of 31 Dec 2023, 6 commitments" in text
    assert "1. 新增高新技术企业 (25-1, due soon, target reached). NPC suggestion no. 25" in text
    assert "25-1|新增高新技术企业|" not in text, "settled later"
    properties = docx.Document(io.BytesIO(data)).core_properties
    assert properties.modified == dt.datetime(2023, 12, 31, tzinfo=properties.modified.tzinfo)


@pytest.mark.parametrize("asked", [{}, {"suggestion": "68"}])
def test_hostile_texts_are_plain_text_in_a_document(
    county: Session, settings: Settings, asked: dict[str, Any]
) -> None:
    since = dt.date(2024, 3, 1)
    clean = render_docx(county, settings, TODAY, Filters(**asked), since)
    poison(county)
    hostile = replace(settings, office=replace(settings.office, name="{标题}" + HOSTILE))
    data = render_docx(county, hostile, TODAY, Filters(**asked), since)

    def shape(document: bytes) -> list[str]:
        body = docx.Document(io.BytesIO(document)).element.body
        return sorted(element.tag for element in body.iter())

    assert shape(data) == shape(clean)
    text = "\n".join(_lines(data))
    assert "<script>alert(1)</script>|**x**" in text, "shown as the text it is"
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        names = [name for name in pack.namelist() if name.endswith(".rels")]
        assert not [name for name in names if b'TargetMode="External"' in pack.read(name)]


def test_an_empty_ledger_makes_a_document(settings: Settings) -> None:
    with empty_session() as session:
        lines = _written(session, settings)
    assert lines[0] == "关于建议提案答复承诺落实情况的通报"
    assert "tracker import" in lines[1]


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_templates_have_the_page_of_the_standard(name: str) -> None:
    data = data_path("templates", name).read_bytes()
    document = docx.Document(io.BytesIO(data))
    (section,) = document.sections
    assert abs((section.page_width or 0) - Mm(210)) < Mm(0.1)
    assert abs((section.page_height or 0) - Mm(297)) < Mm(0.1)
    assert abs((section.left_margin or 0) - Mm(28)) < Mm(0.1)
    assert abs((section.right_margin or 0) - Mm(26)) < Mm(0.1)
    if name == TEMPLATES[0]:
        assert abs((section.top_margin or 0) - Mm(37)) < Mm(0.1)
        assert abs((section.bottom_margin or 0) - Mm(35)) < Mm(0.1)
    assert {style.name for style in document.styles} >= set(STYLES)
    fonts = {
        style: document.styles[style].element.rPr.rFonts.get(qn("w:eastAsia"))
        for style in ("公文标题", "公文正文", "一级标题", "二级标题")
    }
    assert list(fonts.values()) == ["方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"]
    places = {qn(f"w:{item}"): place for place, item in enumerate(ORDER)}
    for properties in document.styles.element.iter(qn("w:pPr")):
        found = [places[child.tag] for child in properties if child.tag in places]
        assert found == sorted(found)


def test_a_template_of_an_office_needs_the_styles(county: Session, settings: Settings) -> None:
    own = docx.Document()
    target = io.BytesIO()
    own.save(target)
    contents = gather(county, settings, TODAY, Filters(unit="水务"))
    with pytest.raises(SettingsError, match=r"own\.docx: the template has no style 公文正文"):
        bulletin(contents, Wording("zh"), target.getvalue(), "own.docx")

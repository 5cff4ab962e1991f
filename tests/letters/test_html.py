"""Web pages, whole and broken, become the lines of the letter."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.letters.letters import letter_of
from tracker.letters.content import read_web_page
from tracker.letters.letter import read_letter

_LETTER = letter_of(signature="", day="")
_PARAGRAPHS = "".join(f"<p>{line}</p>" for line in _LETTER.splitlines() if line)
_SIGNED = "<p>青禾县水利局</p><p>2023年7月10日</p>"
_MENU = "<ul>" + "".join(f"<li><a href='/{n}'>政务公开{n}</a></li>" for n in range(40)) + "</ul>"
_RELATED = "<div class='rel'><a href='/x'>关于县政协十届三次会议第5号提案的答复</a></div>"
_FOOTER = "<div class='footer'>主办：青禾县人民政府办公室 ICP备0500号</div>"


def text_of(markup: str) -> str:
    return read_web_page(markup)[0]


def _page(content: str, title: str = "建议提案") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title><style>p {{ color: red }}</style></head>"
        f"<body><div class='nav'>{_MENU}</div>{content}{_RELATED}{_FOOTER}</body></html>"
    )


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>一</p><p>二</p>", "一\n二"),
        ("一<br>二<br/>三<BR >四", "一\n二\n三\n四"),
        ("<div>一<div>二</div>三</div>", "一\n二\n三"),
        ("<p>新增<b>30</b><span>户</span></p>", "新增30户"),
        ("<h1>题</h1>文", "题\n文"),
        ("<ul><li>一<li>二</ul>", "一\n二"),
        ("<p>一\n二</p>", "一 二"),
        ("<pre>一\n二</pre>", "一\n二"),
        ("<p>&nbsp;&emsp;3&lt;5&#12290;</p>", "\u00a0\u20033<5。"),
        ("<p>A&B</p>", "A&B"),
        ("<!-- 注释 <p>无</p> --><p>有</p>", "有"),
        ("<script>if (a<b) document.write('<p>无</p>')</script><p>有</p>", "有"),
        ("<style>p{}</style><noscript>无</noscript><p>有</p>", "有"),
        ("<select><option>无</option></select><button>无</button><p>有</p>", "有"),
        ("<![if !IE]><p>有</p><![endif]>", "有"),
        ("<P CLASS=x>有</P>", "有"),
        ("", ""),
    ],
)
def test_markup_becomes_lines(markup: str, text: str) -> None:
    assert text_of(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (
            "<table><tr><td>项目</td><td>时限</td></tr><tr><td>清淤</td><td>年底</td></tr></table>",
            "项目 | 时限\n清淤 | 年底",
        ),
        ("<table><tr><td>项目<td>时限<tr><td>清淤<td>年底</table>", "项目 | 时限\n清淤 | 年底"),
        ("<table><tr><th>办理结果</th><td>A</td><td></td></tr></table>", "办理结果 | A"),
        ("<table><tr><td><p>一</p><p>二</p></td></tr></table>", "一\n二"),
        (
            "<table><tr><td><p>1</p></td><td><p>年底前</p><p>清淤</p></td><td>县水利局</td></tr>"
            "<tr><td>2</td><td></td><td><p>县住建局</p></td></tr></table>后",
            "1 | 年底前 清淤 | 县水利局\n2 | 县住建局\n后",
        ),
        (
            "<table><tr><td><p>1</p><td><p>清淤</p><tr><td><p>2</p><td>绿化</table>",
            "1 | 清淤\n2 | 绿化",
        ),
        # layout: the cells hold more than those of a table do
        (
            f"<table><tr><td><p>一</p></td><td>{'<p>二</p>' * 6}</td></tr></table>",
            "一" + "\n二" * 6,
        ),
        (
            "<table><tr><td><table><tr><td>一</td><td><p>二</p></td></tr></table></td>"
            "<td><p>三</p></td></tr></table>",
            "一 | 二\n三",
        ),
    ],
)
def test_cells_keep_their_order(markup: str, text: str) -> None:
    assert text_of(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>一<p>二<div>三", "一\n二\n三"),
        ("</div></p><p>一</span></div>二", "一\n二"),
        ("<b><i>一</b>二</i><p>三", "一二\n三"),
        ("<a href=x>一<a href=y>二</a>三", "一二三"),
        ('<a href="没有结尾>一</a><p>二</p>', "一\n二"),
        ("<p style='a\">一</p>'>二</p>", "二"),
        ("<p>5 < 6，增加<50户</p>", "5 < 6，增加<50户"),
        ("<p>一</p><script>没有结尾 <p>二</p>", "一"),
        ("<p>一</p><!-- 没有结尾 <p>二</p>", "一"),
        ("<p/><br/>一<p/>", "一"),
        ("<p>&#xZZ;&bogus;&#99999999;一</p>", "&#xZZ;&bogus;\ufffd一"),
    ],
)
def test_broken_markup_loses_no_text(markup: str, text: str) -> None:
    assert text_of(markup) == text


@pytest.mark.parametrize(
    "block",
    [
        "<div id='zoom'>{}</div>",
        "<div class='TRS_Editor'>{}</div>",
        "<div id=UCAPCONTENT>{}</div>",
        "<article>{}</article>",
        "<UCAPCONTENT>{}</UCAPCONTENT>",
        "<div class='xxgk-content'>{}</div>",
        "<div id='vsb_content_500'>{}</div>",
        "<div class='article_con Custom_UnionStyle'>{}</div>",
        "<div class='view TRS_UEDITOR trs_paper_default trs_web'>{}</div>",
        "<div class='left article-content'>{}</div>",
        "<td class='bt_content'>{}</td>",
        "<div><div>{}</div></div>",
    ],
)
def test_menus_and_footers_are_left_out(block: str) -> None:
    lines = text_of(_page(block.format(_PARAGRAPHS + _SIGNED))).splitlines()
    assert lines[0] == "青禾县水利局关于县十七届人大三次会议第19号建议的答复"
    assert lines[-1] == "2023年7月10日"
    assert not any("政务公开" in line or "第5号提案" in line or "主办" in line for line in lines)


def test_a_menu_in_one_line_is_no_path() -> None:
    menu = "<div class='nav'><a href='/'>首页</a> <a href='/1'>力争2024年新增企业99户</a></div>"
    path = "<div>首页 &gt; 政务公开 &gt; 建议提案</div>"
    block = f"<div class='TRS_Editor'>{_PARAGRAPHS}{_SIGNED}</div>"
    assert "99户" not in text_of(f"<html><body>{menu}{path}{block}</body></html>")
    assert "首页 > 政务公开" in text_of(f"<html><body>{menu}{path}{block}</body></html>")


def test_a_link_left_open_takes_no_text_away() -> None:
    page = _page(f"<div id='zoom'><p><a href='/x'>{_PARAGRAPHS[3:]}{_SIGNED}</div>")
    assert "南溪清淤3公里" in text_of(page)


def test_an_anchor_is_no_link() -> None:
    """Word marks places in a text by <a name=…> around whole paragraphs."""
    page = _page(f"<div id='zoom'><a name='_GoBack'>{_PARAGRAPHS}</a>{_SIGNED}</div>")
    assert "南溪清淤3公里" in text_of(page)


def test_a_list_of_other_letters_inside_of_the_block_is_left_out() -> None:
    page = _page(f"<div id='zoom'>{_PARAGRAPHS}{_SIGNED}{_RELATED}</div>")
    assert "第5号提案" not in text_of(page)


def test_blocks_inside_of_a_link_belong_to_it() -> None:
    card = "<a href='/x'><h3>关于第5号提案的答复</h3><p>年内建成充电桩99个。</p></a>"
    page = _page(f"<div id='zoom'>{_PARAGRAPHS}{_SIGNED}</div><div>{card}</div>")
    assert "99个" not in text_of(page)


def test_running_text_around_a_whole_letter_is_another_text() -> None:
    other = "<div class='news'><p>县水利局计划年内建成水闸99座。</p></div>"
    page = _page(f"{other}<div id='zoom'>{_PARAGRAPHS}{_SIGNED}</div>{other}")
    assert "99座" not in text_of(page)
    assert "2023年7月10日" in text_of(page)


def test_what_a_header_needs_is_kept_around_the_main_block() -> None:
    title, _, rest = _PARAGRAPHS.partition("</p>")
    around = (
        f"<div class='path'>您现在的位置：<a>首页</a> &gt; <a>青禾县人民政府</a></div>"
        f"<h1>{title[3:]}</h1><div>发布日期：2023-08-01 <a>打印</a></div>"
        f"<div id='zoom'>{rest}</div>{_SIGNED}"
    )
    header = read_letter(text_of(_page(around))).header
    assert header.issuer == "青禾县水利局"
    assert header.suggestion_no == 19
    assert str(header.date) == "2023-07-10"
    published = around.replace(_SIGNED, "")
    assert str(read_letter(text_of(_page(published))).header.date) == "2023-08-01"


def test_a_named_block_without_the_letter_does_not_hide_it() -> None:
    page = _page(f"<div id='zoom'>本页暂无内容。</div><div>{_PARAGRAPHS}{_SIGNED}</div>")
    assert "南溪清淤3公里" in text_of(page)


def test_a_letter_in_two_blocks_is_taken_whole() -> None:
    half = len(_PARAGRAPHS) // 2
    cut = _PARAGRAPHS.index("</p>", half) + 4
    blocks = f"<div id=zoom>{_PARAGRAPHS[:cut]}</div><div>{_PARAGRAPHS[cut:]}{_SIGNED}</div>"
    text = text_of(_page(blocks))
    assert "收悉" in text
    assert "感谢您对水利工作的关心" in text
    assert "2023年7月10日" in text


def test_a_salutation_above_the_main_block_is_kept() -> None:
    title, salutation, rest = _PARAGRAPHS.split("</p>", 2)
    page = _page(f"<div>{title}</p></div><div>{salutation}</p></div><div id=zoom>{rest}</div>")
    assert read_letter(text_of(page)).header.recipients == ("马成林",)


def test_the_title_of_the_page_stands_in_for_a_lost_one() -> None:
    page = "<html><head><title>青禾县水利局关于第19号建议的复函</title></head><body><p>马成林代表：</p><p>年内清淤3公里。</p></body></html>"
    assert text_of(page).splitlines()[0] == "青禾县水利局关于第19号建议的复函"


@pytest.mark.parametrize(
    "unit",
    [
        "<div>", "<b>", "<p>", "<table>", "<ul><li>", "<td>", "<a>", "<font>", "</div>", "<",
        "<a href=\"", "<a b='\"", "<!--", "<script>", "<![", "&#", "<div class=\"", "<pre>\n",
    ],
)  # fmt: skip
def test_deep_and_hostile_pages_take_no_time(unit: str) -> None:
    before = time.perf_counter()
    text = text_of("<html><body><p>收悉</p>" + unit * 100_000 + "尾")
    assert time.perf_counter() - before < 10.0  # building a tree of these takes minutes
    assert text.startswith("收悉")


@given(st.text(alphabet="<>/!-=\"' &;apdivtdbrscript收悉\n", max_size=200))
def test_no_page_is_too_broken(markup: str) -> None:
    assert "\x1f" not in text_of(markup)

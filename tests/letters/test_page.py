"""What web pages say of themselves: meta tags, labelled lines, the path through the site."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.letters.letters import letter_of
from tracker.letters.content import read_web_page
from tracker.letters.page import Page

_LETTER = "".join(f"<p>{line}</p>" for line in letter_of().splitlines() if line)
_DAY = dt.date(2023, 8, 1)


def facts(head: str = "", above: str = "", below: str = "") -> Page:
    return read_web_page(
        f"<html><head>{head}</head><body>{above}<div id='zoom'>{_LETTER}</div>{below}</body></html>"
    )[1]


@pytest.mark.parametrize(
    ("head", "above", "day"),
    [
        ('<meta name="PubDate" content="2023-08-01 10:20">', "", _DAY),
        ("<META NAME=pubdate CONTENT='2023-08-01'>", "", _DAY),
        ('<meta content="2023年8月1日" name="PubDate"/>', "", _DAY),
        ('<meta name="PubDate" content="">', "<p>发布时间：2023-08-01</p>", _DAY),
        ('<meta name="PubDate" content="2023-13-45">', "<p>发布时间：2023-08-01</p>", _DAY),
        ("", "<p>发布日期：2023年8月1日 来源：县水利局</p>", _DAY),
        ("", "<p>【发布时间】 2023/08/01</p>", _DAY),
        ("", "<table><tr><td>公开日期</td><td>2023-08-01</td></tr></table>", _DAY),
        ("", "<span>发布时间：</span><span>2023-08-01 09:30</span>", _DAY),
        ("", "<p>成文日期：2023-08-01</p>", None),
        ("", "<p>发布时间：</p>", None),
        ('<meta name="description" content="发布时间：2023-08-01">', "", None),
        ("", f"<p>{'会议发布时间：2023-08-01，' * 40}</p>", None),
    ],
)
def test_the_day_of_publication(head: str, above: str, day: dt.date | None) -> None:
    assert facts(head, above).published == day


@pytest.mark.parametrize(
    ("head", "above", "name"),
    [
        ('<meta name="ContentSource" content="青禾县水利局">', "<p>来源：别处</p>", "青禾县水利局"),
        ("", "<p>发布时间：2023-08-01 来源：青禾县水利局 浏览次数：12</p>", "青禾县水利局"),
        ("", "<p>信息来源:青禾县水利局【字体：大 中 小】</p>", "青禾县水利局"),
        ("", "<table><tr><td>发布机构</td><td>青禾县水利局</td></tr></table>", "青禾县水利局"),
        ("", "<p>来源： 发布时间：2023-08-01</p>", None),
        ("", "<p>来源：2023-08-01</p>", None),
        ("", "<p>资金来源：财政</p>", None),
        ("", "", None),
        (f'<meta name="ContentSource" content="{"长" * 99}">', "", None),
    ],
)
def test_the_name_of_the_source(head: str, above: str, name: str | None) -> None:
    assert facts(head, above).source_name == name


@pytest.mark.parametrize(
    ("head", "above", "column"),
    [
        ('<meta name="ColumnName" content="建议提案办理">', "", "建议提案办理"),
        (
            "",
            "<div>当前位置：<a href='/'>首页</a> &gt; <a href='/a'>政务公开</a></div>",
            "政务公开",
        ),
        ("", "<div>您的位置: 首页 » 政务公开 » 建议提案 » 正文</div>", "建议提案"),
        ("", "<div>首页 / 政务公开 / 关于第19号建议办理情况的答复</div>", "政务公开"),
        ("", "<div>首页</div>", None),
        ("", "", None),
    ],
)
def test_the_column_of_the_site(head: str, above: str, column: str | None) -> None:
    assert facts(head, above).column == column


def test_facts_below_the_letter_count_too() -> None:
    assert facts(below="<p>来源：青禾县水利局</p>").source_name == "青禾县水利局"


def test_a_page_of_many_metas_is_bounded() -> None:
    many = "".join(f"<meta name=a{n} content=x>" for n in range(100_000))
    assert facts(many + '<meta name="PubDate" content="2023-08-01">').published is None

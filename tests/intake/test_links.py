"""Links of a page, told from markup of every kind."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from tracker.errors import ReadingError
from tracker.fetching.client import Fetched
from tracker.intake.links import Link, attachments_of, links_of


def page(markup: str | bytes, url: str = "https://www.yunxi.example/rd/index.html") -> Fetched:
    data = markup.encode() if isinstance(markup, str) else markup
    now = dt.datetime(2023, 12, 4, tzinfo=dt.UTC)
    return Fetched(url, "index.html", data, 200, {"content-type": "text/html"}, now, "0" * 64)


HOME = "https://www.yunxi.example"
CASES = [
    ('<a href="a.html">答复</a>', [(f"{HOME}/rd/a.html", "答复")]),
    ("<A HREF='/b.html' target=_blank>答 <b>复</b></A>", [(f"{HOME}/b.html", "答 复")]),
    ("<a href=../c.html>答复</a>", [(f"{HOME}/c.html", "答复")]),
    ('<a class="x" href = "d.html?a=1&amp;b=2">&lt;答复&gt;</a>', [(f"{HOME}/rd/d.html?a=1&b=2", "<答复>")]),
    ('<a href="e.html" title="关于第7号建议的答复">关于第7号…</a>', [(f"{HOME}/rd/e.html", "关于第7号建议的答复")]),
    ('<a href="//other.example/f.html">x</a>', [("https://other.example/f.html", "x")]),
    ('<base href="/base/"><a href="g.html">x</a>', [(f"{HOME}/base/g.html", "x")]),
    ('<a href="h.html">一<a href="i.html">二</a>', [(f"{HOME}/rd/h.html", "一"), (f"{HOME}/rd/i.html", "二")]),
    ('<a href="j.html">一</a>外<a href="j.html#2">二</a>', [(f"{HOME}/rd/j.html", "一")]),
    ('<a href="k.html"><img src="k.png"></a><a href="k.html">答复</a>', [(f"{HOME}/rd/k.html", "答复")]),
    ('<a href="答复.html">x</a>', [(f"{HOME}/rd/%E7%AD%94%E5%A4%8D.html", "x")]),
    ('<a href="\n  /p/\n m.html ">x</a>', [(f"{HOME}/p/%20m.html", "x")]),
    ('<a href="l.html">开着', [(f"{HOME}/rd/l.html", "开着")]),
    ('<a href="#top">x</a><a href="javascript:go(1)">x</a><a href="mailto:a@b.example">x</a>', []),
    ('<a href="http://[::1">x</a><a href="http://u:p@x.example/">x</a><a>x</a><a href="">x</a>', []),
    ('<!-- <a href="m.html">x</a> --><script>var a = \'<a href="n.html">x</a>\'</script>', []),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "found"), CASES)
def test_where_links_lead_and_what_they_say(markup: str, found: list[tuple[str, str]]) -> None:
    assert links_of(page(markup)) == tuple(Link(*pair) for pair in found)


def test_a_page_in_another_encoding_than_it_says() -> None:
    markup = '<meta charset="utf-8"><a href="a.html">关于第7号建议的答复</a>'.encode("gb2312")
    assert links_of(page(markup))[0].text == "关于第7号建议的答复"


def test_attachments_are_told_by_address_or_words() -> None:
    markup = (
        '<a href="a.DOCX">附件</a><a href="/down?id=7">附件:答复.pdf</a>'
        '<a href="b.html">相关链接</a><a href="c.xlsx">附表</a><a href="d.doc?v=2">附件</a>'
    )
    assert [link.url.rpartition("/")[2] for link in attachments_of(page(markup))] == [
        "a.DOCX", "down?id=7", "d.doc?v=2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "markup",
    [
        "<a " * 100_000,
        "<a href='" * 100_000,
        "<a href=x>" * 100_000,
        "".join(f"<a href={number}>" for number in range(50_000)),
        "<a href='x'>" + "<" * 200_000,
        "<b>x" * 290_000,
        "<a href=x>" + "<b>x" * 290_000,
        "<a href=x>" + "<b>&#1;" * 290_000,
    ],
)
def test_hostile_markup_costs_its_length(markup: str) -> None:
    begun = time.process_time()
    links_of(page(markup))
    assert time.process_time() - begun < 10, "more than linear"


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("<b>x" * 300_001, "more than 300000 tags"),
        (b"<p>" + b"x" * 16 * 1024 * 1024, "larger than 16 MB"),
        (b"\x00<a href=a>", "binary"),
    ],
)
def test_pages_beyond_all_bounds_are_refused(markup: str | bytes, reason: str) -> None:
    with pytest.raises(ReadingError, match=reason):
        links_of(page(markup))


def test_the_words_of_a_long_link_end() -> None:
    (link,) = links_of(page("<a href=a.html>" + "<b>答复" * 500 + "</a>"))
    assert link.text == "答复" * 150

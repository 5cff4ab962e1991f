"""Links that jump to a quote, by the draft on URL fragment text directives."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from tracker.reports.fragments import text_link

URL = "https://www.yunxi.example/a.html"
LONG = "力争2023年推动我县新增高新技术企业30户,科技型中小企业达到65户,规模以上工业企业研发投入增长百分之十以上"

CASES = [
    ("新增30户", "新增30户", "a short quote as a whole"),
    ("达到50%-60%", "达到50%25%2D60%25", "percent and dash"),
    ("修订A&B,C", "修订A%26B%2CC", "what parts directives and terms"),
    ("新增 30 户", "新增%2030%20户", "blanks"),
    (LONG, "力争2023年推动我县新增高新技术企业30户,规模以上工业企业研发投入增长百分之十以上", "first and last clause"),
    ("一" * 80, "一" * 80, "a long one that nothing parts"),
    ("好,的," + "一" * 80, "好%2C的%2C" + "一" * 80, "what it could be cut at stands too near its ends"),
    ("企业 | 目标 | 30户", "企业,30户", "cells of a table"),
    ("第一行\n第二行", "第一行,第二行", "two lines"),
    ("第一行一二三四\n" + LONG, "第一行一二三四,规模以上工业企业研发投入增长百分之十以上", "a line and a long one"),
]  # fmt: skip


@pytest.mark.parametrize(("quote", "shown", "why"), CASES)
def test_the_fragment_of_a_quote(quote: str, shown: str, why: str) -> None:
    link = text_link(URL, quote)
    head, _, text = link.partition("#:~:text=")
    assert head == URL
    assert link.isascii()
    # What is compared leaves Chinese readable and the signs with a meaning encoded.
    readable = text
    for sign in ("%25", "%2D", "%26", "%2C", "%20"):
        readable = readable.replace(sign, sign.replace("%", "%25"))
    assert unquote(readable) == shown, why


def test_only_the_comma_between_two_terms_is_bare() -> None:
    text = text_link(URL, LONG).partition("text=")[2]
    assert text.count(",") == 1
    assert not set(text) & set("-&#<>\"' ")


def test_thousands_of_blanks_in_a_quote_are_not_tried_one_by_one() -> None:
    """A pattern that does would take most of an hour, in every report and on every page shown."""
    link = text_link(URL, "力争新增" + " " * 300_000 + "x | 30户")
    assert unquote(link).endswith(",30户")

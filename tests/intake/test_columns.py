"""The words over columns: every one of them is known, and a list that is wrong is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from tracker.errors import LexiconError
from tracker.intake import columns
from tracker.intake.columns import FIELDS, Table, find_heading, is_nothing, is_remark
from tracker.intake.sheets import Line
from tracker.resources import data_path

LEXICON = tomllib.loads(data_path("lexicon", "columns.toml").read_text(encoding="utf-8"))
WORDS = [
    (table, field, word)
    for table, fields in FIELDS.items()
    for field in fields
    for word in LEXICON[table][field]
]


@pytest.mark.parametrize(("table", "field", "word"), WORDS)
def test_every_word_names_its_field(table: Table, field: str, word: str) -> None:
    needed = LEXICON[table][columns.NEEDED[table][0]][0]
    cells = (needed, word) if field != columns.NEEDED[table][0] else (word,)
    heading = find_heading(table, [Line(1, cells)])
    assert heading is not None
    assert heading.columns[field] == (len(cells) - 1,)


@pytest.mark.parametrize(
    ("heading", "field"),
    [("负责人邮箱", "head_email"), ("分管副局长邮箱", "head_email"), ("联系邮箱", "email"),
     ("上级单位邮箱", None), ("负责人", "contact"), ("分管领导", "head")],
)  # fmt: skip
def test_whose_address_a_column_holds(heading: str, field: str | None) -> None:
    found = find_heading("units", [Line(1, ("单位", heading))])
    assert found is not None
    assert [name for name, places in found.columns.items() if places == (1,)] == (
        [field] if field else []
    )


@pytest.mark.parametrize("word", LEXICON["remarks"]["words"])
def test_every_remark_is_one(word: str) -> None:
    assert is_remark(word)
    assert is_remark(f"{word}：件件有回音")
    assert not is_remark(f"{word}局")


NOTHING = [
    *[(word, True) for word in LEXICON["nothing"]["words"]],
    ("", True), ("—", True), ("——", True), ("/", True), ("\\", True), ("（无）", True), ("无。", True),
    ("无协办单位", True), ("无会办", True), ("无 协办单位", True), ("n/a", True), ("- -", True),
    ("无锡市财政局", False), ("无为市民政局", False), ("无", True), ("没有单位", False), ("空港新区", False),
    ("未知数学会", False), ("（县财政局）", False), ("25", False), ("—县教育局", False), ("无" * 40, False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "empty"), NOTHING)
def test_a_cell_that_says_it_is_empty(text: str, empty: bool) -> None:
    assert is_nothing("suggestions", text) == empty


@pytest.fixture
def lexicon(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The lists as TOML gives them, to be made wrong."""
    copy = tomllib.loads(data_path("lexicon", "columns.toml").read_text(encoding="utf-8"))
    monkeypatch.setattr(columns, "load_lexicon", lambda _: copy)
    caches = (columns._words, columns._homes, columns._remarks, columns._nothing)
    for cached in caches:
        cached.cache_clear()
    yield copy
    for cached in caches:
        cached.cache_clear()


WRONG = [
    ("name", None, "must have the lists"),
    ("names", ["单位"], "must have the lists"),
    ("name", [], "name must be a list of words"),
    ("name", "单位", "name must be a list of words"),
    ("name", ["单位", 3], "must be a list of words, not 3"),
    ("name", ["单位", " "], "must be a list of words, not ' '"),
    ("aliases", ["单位 名称"], "单位 名称 stands in name and aliases"),
]


@pytest.mark.parametrize(("field", "words", "reason"), WRONG)
def test_a_wrong_list_is_refused_by_name(
    lexicon: dict[str, Any], field: str, words: object, reason: str
) -> None:
    if words is None:
        del lexicon["units"][field]
    else:
        lexicon["units"][field] = words
    with pytest.raises(LexiconError, match=reason):
        find_heading("units", [Line(1, ("单位",))])


def test_a_table_that_is_missing_is_named(lexicon: dict[str, Any]) -> None:
    del lexicon["units"]
    with pytest.raises(LexiconError, match=r"\[units\] is missing"):
        find_heading("units", [Line(1, ("单位",))])


def test_an_office_adds_a_word_without_python(lexicon: dict[str, Any]) -> None:
    assert find_heading("units", [Line(1, ("委办局",))]) is None
    columns._words.cache_clear()
    columns._homes.cache_clear()
    lexicon["units"]["name"].append("委办局")
    assert find_heading("units", [Line(1, ("委办局",))]) is not None


MAIL = [
    ("联系邮箱", True), ("联络邮箱", True), ("通讯邮箱", True), ("联系人电子邮箱", True), ("联络员 邮箱", True),
    ("办公室邮箱（必填）", True), ("收件邮箱地址", True), ("E-mail", True), ("联系E-mail", True), ("电子信箱", True),
    ("上级单位邮箱", False), ("主管部门邮箱", False), ("邮箱密码", False), ("有无邮箱可用", False), ("邮编", False),
]  # fmt: skip


@pytest.mark.parametrize(("word", "meant"), MAIL)
@pytest.mark.parametrize(("table", "name"), [("units", "单位"), ("deputies", "姓名")])
def test_whatever_ends_with_the_word_is_the_column_of_mail(
    table: Table, name: str, word: str, meant: bool
) -> None:
    heading = find_heading(table, [Line(1, (name, word))])
    assert heading is not None
    # A deputy has no superior whose address could be meant.
    meant = meant or (table == "deputies" and word[:2] in ("上级", "主管"))
    assert heading.columns.get("email") == ((1,) if meant else None)
    assert ("email" in heading.lacking) != meant
    assert heading.unused == (() if meant else (word,))


def test_the_exact_word_goes_before_one_that_ends_like_it() -> None:
    heading = find_heading("units", [Line(1, ("联系邮箱", "单位", "邮箱"))])
    assert heading is not None
    assert (heading.columns["email"], heading.unused) == ((2,), ("联系邮箱",))


TRUSTED = [
    ("suggestions", "number", ("序号", "提案序号", "标题"), 1),
    ("suggestions", "number", ("序号", "立案号", "编号", "标题"), 1),
    ("suggestions", "reply_due", ("编号", "答复时间", "应办结日期"), 2),
    ("suggestions", "title", ("编号", "主要内容", "建议案由"), 2),
    ("suggestions", "title", ("编号", "名称", "提案案由"), 2),
]


@pytest.mark.parametrize(("table", "field", "cells", "at"), TRUSTED)
def test_the_word_that_says_more_is_trusted(
    table: Table, field: str, cells: tuple[str, ...], at: int
) -> None:
    heading = find_heading(table, [Line(1, cells)])
    assert heading is not None
    assert heading.columns[field] == (at,)


def test_a_line_of_data_is_no_heading() -> None:
    lines = [
        Line(1, ("编号", "标题")),
        Line(2, ("25", "关于修路的建议")),
        Line(3, ("编号", "标题")),
    ]
    heading = find_heading("suggestions", lines)
    assert heading is not None
    assert heading.first == 1

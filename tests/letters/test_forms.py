"""One letter in every form: the same commitments, each found where its quote says."""

from __future__ import annotations

import codecs
import datetime as dt
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from opencc import OpenCC

from tests.letters import forms
from tracker.commitments.find import find_commitments
from tracker.letters.containers import unpack
from tracker.letters.letter import read_letter
from tracker.letters.office import office_program
from tracker.letters.page import Page
from tracker.letters.reading import Source, read_bytes


def told(text: str) -> list[dict[str, Any]]:
    """What is found, without what differs from form to form: offsets, and blanks in words."""
    found = find_commitments(read_letter(text))
    for item in found.commitments:
        assert text[item.start : item.end] == item.quote
    bare: list[dict[str, Any]] = _bare([item.as_json() for item in found.commitments])
    return bare


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(v) for key, v in value.items() if key not in ("start", "end")}
    if isinstance(value, list | tuple):
        return [_bare(item) for item in value]
    return "".join(value.split()) if isinstance(value, str) else value


@cache
def expected() -> list[dict[str, Any]]:
    found = told(forms.text())
    assert len(found) > 30
    return found


def _only(data: bytes, name: str) -> bytes:
    """The one letter that a container holds."""
    (member,) = unpack(data, name)
    assert member.problem is None
    return member.data


FORMS: list[tuple[str, str, str, Callable[[], bytes]]] = [
    ("utf-8", "a.txt", "txt", lambda: forms.text().encode()),
    ("utf-8 with mark", "a.txt", "txt", lambda: codecs.BOM_UTF8 + forms.text().encode()),
    ("gb18030", "a.txt", "txt", lambda: forms.text().encode("gb18030")),
    ("utf-16", "a.txt", "txt", lambda: forms.text().encode("utf-16")),
    ("line ends of Windows", "a.txt", "txt", lambda: forms.text().replace("\n", "\r\n").encode()),
    ("page of paragraphs", "a.html", "html", lambda: forms.page_of_paragraphs().encode()),
    ("its charset is a lie", "a.htm", "html", lambda: forms.page_of_paragraphs().encode("gbk")),
    ("page of breaks", "a.html", "html", lambda: forms.page_of_breaks().encode("gb18030")),
    ("page without names", "a.shtml", "html", lambda: forms.page_without_names().encode()),
    ("docx", "a.docx", "docx", forms.docx),
    ("doc", "a.doc", "doc", forms.doc),
    ("wps", "a.wps", "doc", forms.doc),
    ("pdf", "a.pdf", "pdf", forms.pdf),
    ("ofd", "a.ofd", "ofd", forms.ofd),
    ("mail", "a.eml", "txt", lambda: _only(forms.eml(forms.text()), "a.eml")),
    (
        "page in a mail", "a.eml", "html",
        lambda: _only(forms.eml(page=forms.page_without_names()), "a.eml"),
    ),
    (
        "attached", "a.eml", "docx",
        lambda: _only(forms.eml("答复见附件。", attached={"第41号答复.docx": forms.docx()}), "a.eml"),
    ),
    (
        "archive", "a.zip", "pdf",
        lambda: _only(forms.zipped({"答复/第41号.pdf": forms.pdf()}, encoding="gbk"), "a.zip"),
    ),
    (
        "archive in a mail", "a.eml", "doc",
        lambda: _only(
            forms.eml("见附件", attached={"答复.zip": forms.zipped({"第41号.doc": forms.doc()})}),
            "a.eml",
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "form", "make"), [row[1:] for row in FORMS], ids=[row[0] for row in FORMS]
)
def test_every_form_of_a_letter_promises_the_same(
    name: str, form: str, make: Callable[[], bytes]
) -> None:
    source = read_bytes(make(), name)
    assert source.format == form
    assert told(source.text) == expected()
    header = read_letter(source.text).header
    assert (header.issuer, header.suggestion_no) == ("云岐市科学技术局", 41)
    assert header.date == dt.date(2023, 5, 16)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.pdf", lambda: forms.text().encode()),
        ("a.txt", forms.pdf),
        ("a.docx", forms.doc),
        ("a.doc", forms.docx),
        ("a.doc", lambda: forms.page_of_breaks().encode("gbk")),
        ("a.docx", forms.ofd),
        ("a", forms.ofd),
        ("a.pdf", forms.docx),
        ("a.pdf", lambda: b"\r\n " + forms.pdf()),
    ],
)
def test_a_wrong_ending_changes_nothing(name: str, make: Callable[[], bytes]) -> None:
    assert told(read_bytes(make(), name).text) == expected()


@pytest.mark.parametrize("charset", ["big5", "utf-8", "gb18030"])
def test_a_letter_in_traditional_characters(charset: str) -> None:
    page = f"<html><head><meta charset={charset}></head><body><pre>{forms.traditional()}</pre></body></html>"
    source = read_bytes(page.encode("big5hkscs" if charset == "big5" else charset, "replace"), "a")
    found, same = told(source.text), expected()
    for key in ("kind", "value", "mode", "comparator", "deadline", "strength"):
        assert [item[key] for item in found] == [item[key] for item in same]
    back = OpenCC("t2s").convert
    quotes = [(back(item["quote"]), item["quote"]) for item in same]
    assert sum(back(a["quote"]) == b for a, (b, _) in zip(found, quotes, strict=True)) > 30


FACTS = Page(dt.date(2023, 5, 20), "市科学技术局", None)


@pytest.mark.parametrize(
    ("page", "column"),
    [
        (forms.page_of_paragraphs, "建议提案办理"),
        (forms.page_of_breaks, "建议办理"),
        (forms.page_without_names, None),
    ],
)
def test_what_a_page_says_of_itself(page: Callable[[], str], column: str | None) -> None:
    found = read_bytes(page().encode(), "a.html").page
    assert found == Page(FACTS.published, FACTS.source_name, column)


def test_menus_related_letters_and_footers_do_not_reach_the_letter() -> None:
    for page in (forms.page_of_paragraphs, forms.page_of_breaks, forms.page_without_names):
        text = read_bytes(page().encode(), "a.html").text
        for foreign in ("第3栏", "第5号建议", "新网站10个", "99户"):
            assert foreign not in text, page.__name__


def test_the_page_numbers_of_print_interrupt_nothing() -> None:
    for data in (forms.pdf(), forms.ofd()):
        text = read_bytes(data, "a").text
        assert "— 2 —" not in text
        assert len(text.split("\n\n")) > 15


def test_libreoffice_writes_what_is_read_the_same(tmp_path: Path) -> None:
    """Its own .doc and .pdf of the letter where it is installed, else the .doc it made for us."""
    program = office_program()
    sources: list[Source] = [read_bytes(forms.doc(), "a.doc")]
    if program is not None:
        (tmp_path / "a.docx").write_bytes(forms.docx())
        for ending in ("doc", "pdf"):
            command = [
                program, "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
                "--convert-to", ending, "--outdir", str(tmp_path), str(tmp_path / "a.docx"),
            ]  # fmt: skip
            subprocess.run(command, capture_output=True, timeout=120, check=True)
            made = tmp_path / f"a.{ending}"
            sources.append(read_bytes(made.read_bytes(), made.name))
    for source in sources:
        assert told(source.text) == expected(), source.name

"""Copies for people: their ending is told by their bytes, and never makes a program of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.letters import forms
from tests.site import reply
from tracker.intake.copies import copy_of

TEXT = "王远山代表:收悉。"
CASES = [
    (reply(7).encode(), "utf-8", "https://a.example/t7.html", ".html"),
    (reply(7).encode(), "utf-8", "https://a.example/t7?id=1", ".html"),
    (reply(7).encode(), "utf-8", "letter.docx", ".html"),
    (b"\xef\xbb\xbf <HTML>x", "utf-8", "a.txt", ".html"),
    (f"<div>{TEXT}</div>".encode("gb18030"), "gb18030", "https://a.example/", ".html"),
    (TEXT.encode(), "utf-8", "a.html", ".html"),
    (TEXT.encode(), "utf-8", "a.jhtml", ".html"),
    (TEXT.encode(), "utf-8", "https://a.example/get.php?id=5", ".txt"),
    (TEXT.encode(), "utf-8", "a.txt", ".txt"),
    (TEXT.encode("utf-16"), "utf-16-le", "a.txt", ".txt"),
    (TEXT.encode(), "utf-8", "run.sh", ".txt"),
    (TEXT.encode(), "utf-8", "https://a.example/a.exe?x=.html", ".txt"),
    (f"{TEXT} 3<5, 7>6 <附件>".encode(), "utf-8", "a.txt", ".txt"),
    (TEXT.encode(), "utf-8", "a.eml", ".txt"),
    (b"<b>x</b>", "utf-8", "a.eml", ".html"),
    (b"<html>x", "utf-8", "a.eml", ".html"),
    (b"\n%PDF-1.7 x", "utf-8", "a.html", ".pdf"),
    (b"\xd0\xcf\x11\xe0x", "utf-8", "a.wps", ".wps"),
    (b"\xd0\xcf\x11\xe0x", "utf-8", "a.exe", ".doc"),
    (forms.zipped({"OFD.xml": b"<a/>"}), "utf-8", "a.zip", ".ofd"),
    (forms.zipped({"word/document.xml": b"<a/>"}), "utf-8", "a.zip", ".docx"),
]


@pytest.mark.parametrize(("data", "encoding", "source", "ending"), CASES)
def test_what_a_copy_is_called(
    tmp_path: Path, data: bytes, encoding: str, source: str, ending: str
) -> None:
    stored = tmp_path / "stored.bin"
    stored.write_bytes(data)
    copy = copy_of(tmp_path, stored, "a" * 64, encoding, source)
    assert copy.name == "a" * 16 + ending
    if ending != ".html":
        assert copy.read_bytes() == data

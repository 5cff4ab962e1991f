"""What may be a letter, and what only could be one in another form, by the names of files."""

from __future__ import annotations

import pytest

from tracker.letters.endings import is_unread, may_be_letter
from tracker.letters.reading import read_bytes


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("a.txt", True), ("a.DOCX", True), ("a.wps", True), ("答复/a.ofd", True), ("答复", True),
        ("关于1.5公里道路的答复", True), ("a.doc ", True), ("a.jpg", False), ("a.xlsx", False),
        ("~$a.docx", False), ("._a.docx", False), ("__MACOSX/a.txt", False), (".DS_Store", False),
        ("a.p7s", False), ("dir/", False), ("a.exe", False),
        ("关于第41号建议的答复2023.5.15", True), ("关于第8号建议的答复 2023.05", True), ("第3.2", True),
        ("答复.v2", True), ("答复.V10", True), ("a.docx.1", True), ("a.PDF.2 ", True), ("a/b.5", True),
        ("a.1/b.css", False), ("access.log.1", False), ("a.jpg.1", False), ("a.7z.001", False),
        ("~$a.docx.1", False), (".5", False), (".v2", False), ("a.v", False), ("a.mp3", False),
        ("content_41.aspx", True), ("t1.jhtml", True), ("show.PHP", True), ("a.jsp", True),
        ("a.js", False), ("a.dat", False), ("winmail.dat", False), ("smime.p7m", False),
    ],
)  # fmt: skip
def test_what_may_be_a_letter_by_its_name(name: str, may: bool) -> None:
    assert may_be_letter(name) is may


@pytest.mark.parametrize(
    ("name", "unread"),
    [
        ("a.rtf", True), ("a.RTF ", True), ("a.rar.1", True), ("a.7z.001", True), ("a.xlsx.v2", True),
        ("winmail.dat", True), ("in/WINMAIL.DAT", True), ("smime.p7m", True), ("a.dat", False),
        ("a.docx", False), ("a.docx.1", False), ("~$a.rtf", False), (".rtf", False), ("a.css", False),
        ("__MACOSX/a.rtf", False), ("2023.5.15", False), ("", False),
    ],
)  # fmt: skip
def test_what_is_in_a_form_that_is_not_read_by_its_name(name: str, unread: bool) -> None:
    assert is_unread(name) is unread


def test_a_name_of_numbers_without_end() -> None:
    assert may_be_letter("1." * 30_000 + "css") is False
    assert may_be_letter("1" + ".1" * 30_000) is True


@pytest.mark.parametrize("name", ["t41.aspx", "t41.jhtml", "t41.JSP", "t41.php", "t41.html"])
def test_a_page_that_a_browser_saved_is_read_as_one(name: str) -> None:
    data = "答复<br>建议收悉。<br>".encode()
    assert read_bytes(data, name).format == "html"
    assert read_bytes(data, "t41.txt").format == "txt"

"""Files and bytes in every encoding, and a reason for what is no text."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.letters.letters import letter_of
from tracker.errors import ReadingError
from tracker.letters import reading
from tracker.letters.letter import read_letter, why_not_a_reply
from tracker.letters.reading import read_bytes, read_file

_TEXT = letter_of()
_HANT = "縣政協委員：您提出的提案收悉，現答覆如下。"


def _page(charset: str, body: str = _TEXT) -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in body.splitlines())
    return (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">'
        f"</head><body>{paragraphs}</body></html>"
    )


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (_TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + _TEXT.encode(), "utf-8"),
        (_TEXT.encode("gbk"), "gb18030"),
        (_TEXT.encode("gb18030"), "gb18030"),
        (codecs.BOM_UTF16_LE + _TEXT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + _TEXT.encode("utf-16-be"), "utf-16-be"),
        (b"plain ascii", "utf-8"),
    ],
    ids=["utf-8", "utf-8 with mark", "gbk", "gb18030", "utf-16-le", "utf-16-be", "ascii"],
)
def test_texts(data: bytes, encoding: str) -> None:
    source = read_bytes(data, "letter.txt")
    assert (source.encoding, source.format) == (encoding, "txt")
    assert source.text in (_TEXT, "plain ascii")
    assert source.data == data


def test_a_character_beyond_gbk() -> None:
    text = "㑇𠮷代表：您提出的建议收悉。"
    assert read_bytes(text.encode("gb18030"), "a.txt").text == text


@pytest.mark.parametrize(
    ("charset", "actual"),
    [
        ("utf-8", "utf-8"),
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("gb2312", "utf-8"),  # the declaration lies
        ("utf-8", "gb18030"),  # the declaration lies
        ("no-such-charset", "gb18030"),
        ("iso-8859-1", "gb18030"),  # what servers say that nobody has set up; any bytes fit it
        ("windows-1252", "gb18030"),
        ("shift_jis", "gb18030"),
        ("hex", "gb18030"),  # codecs that decode no text
        ("undefined", "gb18030"),
        ("unicode_escape", "gb18030"),
        ("utf-16", "utf-8"),  # could not have been read as a declaration
    ],
)
def test_pages_by_declaration_and_against_it(charset: str, actual: str) -> None:
    source = read_bytes(_page(charset).encode(actual), "letter.html")
    assert (source.encoding, source.format) == (actual, "html")
    assert "南溪清淤3公里" in source.text


def test_a_page_in_big5_says_so() -> None:
    source = read_bytes(_page("big5", _HANT).encode("big5"), "a.htm")
    assert _HANT in source.text
    assert source.encoding == "big5hkscs"


@pytest.mark.parametrize(
    ("declared", "page", "actual", "encoding"),
    [
        ("big5", "", "big5", "big5hkscs"),
        ('"Big5-HKSCS"', "", "big5hkscs", "big5hkscs"),
        ("BIG5", "gb2312", "big5", "big5hkscs"),  # the server holds before the page
        ("utf-8", "big5", "big5", "big5hkscs"),  # and where it cannot be, the page
        ("iso-8859-1", "big5", "big5", "big5hkscs"),
        ("iso-8859-1", "", "gb18030", "gb18030"),
        ("big5", "", "utf-8", "utf-8"),
        ("big5", "", "utf-8-sig", "utf-8"),
        ("gbk", "", "utf-16", "utf-16-le"),
        ("gb2312", "", "gb18030", "gb18030"),
        ("no\x00such", "", "gb18030", "gb18030"),
        ("", "", "gb18030", "gb18030"),
        (None, "", "gb18030", "gb18030"),
    ],
)
def test_the_character_set_that_the_server_names(
    declared: str | None, page: str, actual: str, encoding: str
) -> None:
    text = _HANT if "big5" in actual else _TEXT
    source = read_bytes(_page(page, text).encode(actual), "a", declared=declared)
    assert source.encoding == encoding
    assert text.splitlines()[0] in source.text
    if not page:
        assert read_bytes(text.encode(actual), "a.txt", declared=declared).text == text


def test_an_xml_declaration() -> None:
    page = '<?xml version="1.0" encoding="Big5"?><html><body><p>' + _HANT + "</p></body></html>"
    assert _HANT in read_bytes(page.encode("big5"), "a.xhtml").text


@pytest.mark.parametrize("name", ["letter.txt", "letter", "letter.html"])
def test_the_content_tells_a_page_from_a_text(name: str) -> None:
    assert read_bytes(_page("utf-8").encode(), name).format == "html"
    assert read_bytes(b"1 < 2 and 3 > 2, says this text", name).format == "txt"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \r\n\t", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        ("\u3000\n".encode(), "is empty"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"PK\x03\x04....", "Word document or ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Word"),
        (b"{\\rtf1 letter}", "RTF"),
        (b"\x89PNG\r\n", "picture"),
        (b"\x7fELF\x00\x00\x01", "binary"),
        (b"abc\x00def", "binary"),
        (bytes(range(1, 32)) * 20, "binary"),
        (b"\xff\xfe\xd8", "goes on as something else"),
        (b"\x81\xff\xfe\xfa\xb0 letter \xff\xff", "in no known encoding"),
        (_TEXT.encode()[:-60] + b"\xe5", "in no known encoding"),
        (b"<html><body><script>var a = 1;</script></body></html>", "no text"),
        (b"<html><body><p>letter</p><a href='/nex", "breaks off in the middle of a tag"),
        (b"<html><body><p>letter</p></di", "breaks off in the middle of a tag"),
    ],
)
def test_what_is_no_text_gets_one_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReadingError, match=reason) as caught:
        read_bytes(data, "letter.html" if data.startswith(b"<") else "letter.txt")
    assert "\n" not in str(caught.value)
    assert "letter." not in str(caught.value), "the caller names the file"


def test_a_page_cut_between_tags_is_read() -> None:
    assert read_bytes("<html><body><p>建议收悉</p>".encode(), "a.html").text == "建议收悉"


def test_too_large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 64)
    path = tmp_path / "large.txt"
    path.write_bytes(b"x" * 65)
    with pytest.raises(ReadingError, match="is larger than"):
        read_file(path)
    with pytest.raises(ReadingError, match="is larger than"):
        read_bytes(b"x" * 65, "large.txt")
    path.write_bytes(b"x" * 64)
    assert read_file(path).text == "x" * 64


def test_a_file_keeps_its_line_ends_and_name(tmp_path: Path) -> None:
    path = tmp_path / "答复.txt"
    path.write_bytes("建议\r\n答复\r\n".encode())
    source = read_file(path)
    assert source.text == "建议\r\n答复\r\n"
    assert source.name == "答复.txt"


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="no such file"):
        read_file(tmp_path / "missing.txt")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="is a folder"):
        read_file(tmp_path)


def test_a_loop_of_links(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(ReadingError, match="symbolic links"):
        read_file(tmp_path / "a")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ReadingError, match="not a regular file"):
        read_file(tmp_path / "pipe")


def test_an_impossible_name() -> None:
    with pytest.raises(ReadingError, match="not a usable file name"):
        read_file(Path("a\x00b"))


def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "closed.txt"
    path.write_text("建议")
    path.chmod(0)
    with _as_nobody(), pytest.raises(ReadingError, match="permission denied"):
        read_file(path)


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Root may read everything: act as a user who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_page_is_read_as_the_same_letter_as_its_text() -> None:
    from_page = read_letter(read_bytes(_page("gbk").encode("gbk"), "a.html").text)
    from_text = read_letter(_TEXT)
    assert from_page.header == from_text.header
    assert why_not_a_reply(from_page) is None

"""Word documents: what of them is text, and one reason for each that cannot be read."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml

from tests.letters.letters import letter_of
from tracker.commitments.find import find_commitments
from tracker.errors import ReadingError
from tracker.letters import package
from tracker.letters.letter import read_letter, why_not_a_reply
from tracker.letters.reading import read_bytes

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def document_of(*blocks: str) -> bytes:
    """A document of paragraphs: plain words, or markup where a block begins with "<"."""
    document = Document()
    for block in blocks:
        if block.startswith("<"):
            wrapped = parse_xml(f"<w:body {NAMES}>{block}</w:body>")
            for element in list(wrapped):
                document.element.body.insert(len(document.element.body) - 1, element)
        else:
            document.add_paragraph(block)
    return saved(document)


def saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def changed(data: bytes, **parts: bytes | None) -> bytes:
    """The package with some parts replaced, by the last word of their names, or left out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            word = name.rpartition("/")[2].partition(".")[0]
            content = parts.get(word, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return stream.getvalue()


def text_of(data: bytes) -> str:
    source = read_bytes(data, "letter.docx")
    assert (source.format, source.data) == ("docx", data)
    return source.text


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def run(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>"


def box(*words: str) -> str:
    inner = "".join(paragraph(run(line)) for line in words)
    drawn = f"<w:drawing><w:txbxContent>{inner}</w:txbxContent></w:drawing>"
    old = f"<w:pict><w:txbxContent>{inner}</w:txbxContent></w:pict>"
    return (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'>{drawn}</mc:Choice>"
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"
    )


MARKED = "<w:ins w:id='1' w:author='a'>{}</w:ins>"
DELETED = "<w:del w:id='2' w:author='a'><w:r><w:delText>{}</w:delText></w:r></w:del>"


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (paragraph(run("新增") + run("30户")), "新增30户"),
        (paragraph(run("新增") + MARKED.format(run("30户"))), "新增30户"),
        (paragraph(run("新增") + DELETED.format("20户") + run("30户")), "新增30户"),
        (paragraph(f"<w:moveFrom w:id='3'>{run('20户')}</w:moveFrom>" + run("30户")), "30户"),
        (paragraph(f"<w:moveTo w:id='3'>{run('20户')}</w:moveTo>" + run("30户")), "20户30户"),
        (paragraph(f"<w:hyperlink>{run('见附件')}</w:hyperlink>"), "见附件"),
        (
            paragraph(f"<w:sdt><w:sdtPr/><w:sdtContent>{run('某局')}</w:sdtContent></w:sdt>"),
            "某局",
        ),
        (f"<w:sdt><w:sdtContent>{paragraph(run('某局'))}</w:sdtContent></w:sdt>", "某局"),
        (paragraph("<w:r><w:t>一</w:t><w:br/><w:t>二</w:t></w:r>"), "一\n二"),
        (paragraph("<w:r><w:t>一</w:t><w:tab/><w:t>二</w:t></w:r>"), "一\t二"),
        (paragraph("<w:r><w:t>0800</w:t><w:noBreakHyphen/><w:t>1</w:t></w:r>"), "0800-1"),
        (paragraph("<w:r><w:instrText>PAGE 7</w:instrText></w:r>" + run("页")), "页"),
        (paragraph(run("印") + run("不印", "<w:vanish/>")), "印"),
        (paragraph(run("印", "<w:vanish w:val='0'/>")), "印"),
        (
            paragraph(
                f"<w:r><w:ruby><w:rt>{run('hu')}</w:rt><w:rubyBase>{run('护')}</w:rubyBase></w:ruby></w:r>"
            ),
            "护",
        ),
        (paragraph("<!-- no text --><?no text?>" + run("文")), "文"),
        (
            "<w:p><w:pPr><w:rPr><w:del w:id='4'/></w:rPr></w:pPr>"
            + run("新增")
            + "</w:p>"
            + paragraph(run("30户")),
            "新增30户",
        ),
        (paragraph(box("某某局文件") + run("正文")), "某某局文件\n\n正文"),
        (paragraph(run("正文") + box("联系人", "周立")), "正文\n\n联系人\n\n周立"),
        (paragraph(run(" ")) + paragraph(""), None),
    ],
)
def test_what_of_a_paragraph_is_text(block: str, text: str | None) -> None:
    if text is None:
        with pytest.raises(ReadingError, match="holds no text"):
            text_of(document_of(block))
    else:
        assert text_of(document_of(block)) == text


def cell(*lines: str) -> str:
    return f"<w:tc>{''.join(paragraph(run(line)) for line in lines)}</w:tc>"


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (f"<w:tr>{cell('事项')}{cell('时限')}</w:tr>", "事项 | 时限"),
        (f"<w:tr>{cell('事项')}{cell('')}{cell('时限')}</w:tr>", "事项 | 时限"),
        (f"<w:tr>{cell('答复')}{cell('王远山代表：', '收悉。')}</w:tr>", "答复\n\n王远山代表：\n\n收悉。"),
        (f"<w:tr>{cell('一')}</w:tr><w:tr>{cell('二')}</w:tr>", "一\n\n二"),
        (
            f"<w:tr>{cell('一')}</w:tr><w:tr><w:trPr><w:del w:id='5'/></w:trPr>{cell('二')}</w:tr>",
            "一",
        ),
        (
            f"<w:tr><w:tc><w:tbl><w:tr>{cell('内')}{cell('层')}</w:tr></w:tbl></w:tc>{cell('外')}</w:tr>",
            "内 | 层 | 外",
        ),
    ],
)  # fmt: skip
def test_tables_stand_in_their_place(rows: str, text: str) -> None:
    data = document_of("前文。", f"<w:tbl>{rows}</w:tbl>", "后文。")
    assert text_of(data) == f"前文。\n\n{text}\n\n后文。"


def test_headers_and_footers_are_no_text() -> None:
    document = Document()
    document.add_paragraph("正文")
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    assert text_of(saved(document)) == "正文"


@pytest.mark.parametrize(
    "name", ["a01-gaoxin-chanquan", "b02-chongdianzhuang", "b11-canjiren-fuwu"]
)
def test_the_same_words_promise_the_same(name: str) -> None:
    text = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip()]
    from_word = find_commitments(read_letter(text_of(document_of(*lines))))
    from_text = find_commitments(read_letter(text))
    assert from_word.letter.header == from_text.letter.header
    assert from_text.commitments

    def told(found: object) -> list[dict[str, object]]:
        items = found.commitments  # type: ignore[attr-defined]
        return [item.as_json() | {"start": 0, "end": 0, "baseline": None} for item in items]

    assert told(from_word) == told(from_text)
    for item in from_word.commitments:
        assert from_word.letter.raw[item.start : item.end] == item.quote


def test_the_content_tells_a_document_whatever_its_name() -> None:
    data = document_of(*letter_of().splitlines())
    for name in ("a.txt", "a.doc", "a", "a.html"):
        assert read_bytes(data, name).format == "docx"
    assert read_bytes("建议收悉".encode(), "a.docx").format == "txt"
    assert why_not_a_reply(read_letter(read_bytes(data, "a.txt").text)) is None


def test_links_to_what_is_not_there_are_not_followed() -> None:
    with zipfile.ZipFile(io.BytesIO(document_of("正文"))) as whole:
        links = whole.read("word/_rels/document.xml.rels")
    broken = links.replace(b'Target="styles.xml"', b'Target="../NULL"')
    assert broken != links
    data = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document_of("正文"))) as whole,
        zipfile.ZipFile(data, "w") as new,
    ):
        for name in whole.namelist():
            new.writestr(name, broken if name.endswith("document.xml.rels") else whole.read(name))
    assert text_of(data.getvalue()) == "正文"


# Hostile and damaged files.

LAUGHS = (
    "<!DOCTYPE w:document [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)  # fmt: skip
OUTSIDE = "<!DOCTYPE w:document [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"


def _in(encoding: str, head: str | None = None) -> bytes:
    """A document in some encoding of XML, whatever it says of it."""
    head = f"<?xml version='1.0' encoding='{encoding}'?>" if head is None else head
    xml = f"{head}<w:document {NAMES}><w:body><w:p><w:r><w:t>正文 &lt;</w:t></w:r></w:p></w:body></w:document>"
    if encoding == "utf-7":
        data = head.encode() + xml[len(head) :].replace("<w", "+ADw-w").encode("utf-7")
    else:
        data = xml.encode(encoding, "xmlcharrefreplace")
    return changed(document_of("正文"), document=data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "us-ascii"])
def test_parts_in_ordinary_encodings(encoding: str) -> None:
    head = "<?xml version='1.0'?>" if encoding == "utf-8-sig" else None
    assert read_bytes(_in(encoding, head), "a.docx").text.strip() == "正文 <"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_in("utf-7"), "holds XML in an encoding that no document is in"),
        (_in("cp037"), "damaged or cut off"),
        (
            _in("utf-7", "<?xml version='1.0'" + " " * 5000 + "encoding='utf-7'?>"),
            "encoding that no",
        ),
        (_in("utf-7", "\n<?xml version='1.0' encoding = \"UTF-7\"?>"), "encoding that no"),
        (_in("utf-16", "<?xml version='1.0' encoding='UTF-7'?>"), "encoding that no"),
        (_in("utf-8", "<?xml version='1.0' encoding='x'"), "encoding that no"),
    ],
    ids=["utf-7", "ebcdic", "far away", "with blanks", "in utf-16", "no end"],
)
def test_tags_that_nobody_could_count_are_not_parsed(data: bytes, reason: str) -> None:
    with pytest.raises(ReadingError, match=reason):
        read_bytes(data, "a.docx")


def _hostile(doctype: str, entity: str, encoding: str = "utf-8") -> bytes:
    xml = f"<?xml version='1.0' encoding='{encoding}'?>{doctype}<w:document {NAMES}><w:body>"
    xml += f"<w:p><w:r><w:t>{entity}</w:t></w:r></w:p></w:body></w:document>"
    return changed(document_of("正文"), document=xml.encode(encoding))


def _types(mark: str) -> bytes:
    whole = document_of("正文")
    with zipfile.ZipFile(io.BytesIO(whole)) as read:
        types = read.read("[Content_Types].xml")
    main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            kept = types.replace(main, mark.encode()) if name.startswith("[") else old.read(name)
            new.writestr(name, kept)
    return stream.getvalue()


def _zip(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    return stream.getvalue()


def _encrypted() -> bytes:
    data = bytearray(document_of("正文"))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1  # the flag of the first member in the directory
    return bytes(data)


def _deep() -> bytes:
    nested = "<w:sdt><w:sdtContent>" * 600 + "</w:sdtContent></w:sdt>" * 600
    xml = f"<w:document {NAMES}><w:body>{nested}</w:body></w:document>"
    return changed(document_of("正文"), document=xml.encode())


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

REFUSED: list[tuple[str, Callable[[], bytes], str]] = [
    ("a billion laughs", lambda: _hostile(LAUGHS, "&j;"), "declares a document type"),
    ("a file outside", lambda: _hostile(OUTSIDE, "&x;"), "declares a document type"),
    ("in UTF-16", lambda: _hostile(OUTSIDE, "&x;", "utf-16"), "declares a document type"),
    ("in UTF-7", lambda: _hostile("+ADw-!DOCTYPE+AD4-", "+ACY-x+ADs-", "utf-7"), "an encoding that no"),
    ("nested", _deep, "damaged"),
    ("no markup", lambda: changed(document_of("正文"), document=b"letter"), "damaged"),
    ("no main part", lambda: changed(document_of("正文"), document=None), "damaged"),
    ("no list of types", lambda: _zip(letter=b"PK"), "is a ZIP archive; `tracker import` takes"),
    ("OpenDocument", lambda: _zip(mimetype=b"application/vnd.oasis"), "OpenDocument file; save"),
    ("a workbook", lambda: _types("application/spreadsheetml.main+xml"), "Excel workbook"),
    ("slides", lambda: _types("application/presentationml.main+xml"), "slides"),
    ("a template", lambda: _types("application/wordprocessingml.template"), "template; save"),
    ("macros", lambda: _types("application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
    ("something else", lambda: _types("application/x"), "is no Word document"),
    ("encrypted members", _encrypted, "is encrypted; unpack it"),
    ("cut off", lambda: document_of("正文")[:-300], "damaged or cut off"),
    ("only a beginning", lambda: b"PK\x03\x04....", "damaged or cut off"),
    ("an old document", lambda: OLE + "WordDocument".encode("utf-16-le"), "old Word .* as .docx"),
    ("encrypted", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "remove the password"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_is_no_letter_gets_one_reason(make: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(ReadingError, match=reason) as caught:
        read_bytes(make(), "letter.docx")
    assert "\n" not in str(caught.value)
    assert "letter.docx" not in str(caught.value), "the caller names the file"


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_UNPACKED", 400_000)
    xml = f"<w:document {NAMES}><w:body>{' ' * 500_000}</w:body></w:document>".encode()
    with pytest.raises(ReadingError, match="unpacks to more than"):
        read_bytes(changed(document_of("正文"), document=xml), "a.docx")


def test_a_bomb_that_lies_about_its_size_is_not_unpacked() -> None:
    """A header may say 60 bytes of a member that unpacks to 200 MB, and have their checksum."""
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = bomb.compress(bytes(200 * 1024 * 1024)) + bomb.flush()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as new:
        new.writestr("[Content_Types].xml", b"wordprocessingml.document.main+xml")
        new.writestr("word/document.xml", packed)
    data = bytearray(stream.getvalue())
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = data.rindex(mark)
        struct.pack_into("<H", data, start + at, zipfile.ZIP_DEFLATED)
        struct.pack_into("<L", data, start + at + 6, zlib.crc32(bytes(60)))
        struct.pack_into("<L", data, start + at + 14, 60)
    tracemalloc.start()
    with pytest.raises(ReadingError, match="damaged"):
        read_bytes(bytes(data), "a.docx")
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_MEMBERS", 5)
    with pytest.raises(ReadingError, match="more than 5 members"):
        read_bytes(document_of("正文"), "a.docx")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_that_word_does_not_know(method: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as new:
        new.writestr("[Content_Types].xml", b"x" * 999)
    with pytest.raises(ReadingError, match="damaged or cut off"):
        read_bytes(stream.getvalue(), "a.docx")


def test_damage_anywhere_is_one_reason_or_none() -> None:
    whole = document_of(*letter_of().splitlines())
    step = len(whole) // 60
    for at in range(4, len(whole), step):
        for data in (whole[:at], whole[:at] + b"\x00<\xff" * 5 + whole[at + 15 :]):
            try:
                said = text_of(data)
            except ReadingError as error:
                said = str(error).replace("\n", "")
            assert said.strip()


# Numbers that Word puts before paragraphs.


def _level(at: int, numbered: str, text: str, start: int = 1, more: str = "") -> str:
    return (
        f"<w:lvl w:ilvl='{at}'><w:start w:val='{start}'/><w:numFmt w:val='{numbered}'/>{more}"
        f"<w:lvlText w:val='{text}'/></w:lvl>"
    )


LISTS = (
    f"<w:numbering {NAMES}><w:abstractNum w:abstractNumId='1'>"
    + _level(0, "chineseCountingThousand", "%1、", more="<w:pStyle w:val='Heading1'/>")
    + _level(1, "chineseCounting", "（%2）", more="<w:suff w:val='nothing'/>")
    + _level(2, "decimal", "%3.")
    + _level(3, "decimal", "%1.%4")
    + _level(4, "bullet", "·")
    + _level(5, "decimalEnclosedCircle", "%6", start=9)
    + "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num>"
    "<w:num w:numId='2'><w:abstractNumId w:val='1'/><w:lvlOverride w:ilvl='0'>"
    "<w:startOverride w:val='1'/></w:lvlOverride></w:num></w:numbering>"
)
STYLES = (
    f"<w:styles {NAMES}><w:style w:styleId='Heading1'><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr>"
    "</w:pPr></w:style><w:style w:styleId='Mine'><w:basedOn w:val='Heading1'/></w:style>"
    "<w:style w:styleId='Loop'><w:basedOn w:val='Loop'/></w:style></w:styles>"
)


def numbered(level: int, words: str, number: int = 1) -> str:
    mark = f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{number}'/></w:numPr>"
    return f"<w:p><w:pPr>{mark}</w:pPr>{run(words)}</w:p>"


def styled(style: str, words: str, more: str = "") -> str:
    return f"<w:p><w:pPr><w:pStyle w:val='{style}'/>{more}</w:pPr>{run(words)}</w:p>"


NO_NUMBER = "<w:numPr><w:numId w:val='0'/></w:numPr>"


@pytest.mark.parametrize(
    ("blocks", "lines"),
    [
        ([numbered(0, "甲"), numbered(0, "乙")], ["一、 甲", "二、 乙"]),
        (
            [numbered(0, "甲"), numbered(1, "乙"), numbered(1, "丙"), numbered(0, "丁"), numbered(1, "戊")],
            ["一、 甲", "（一）乙", "（二）丙", "二、 丁", "（一）戊"],
        ),
        ([numbered(2, "2024年底前")], ["1. 2024年底前"]),
        ([numbered(0, "甲"), numbered(3, "乙")], ["一、 甲", "一.1 乙"]),
        ([numbered(4, "甲"), numbered(5, "乙")], ["甲", "⑨ 乙"]),
        ([numbered(0, "甲"), "散文", numbered(0, "乙")], ["一、 甲", "散文", "二、 乙"]),
        ([numbered(0, "甲"), numbered(0, ""), numbered(0, "丙")], ["一、 甲", "三、 丙"]),
        ([numbered(0, "甲"), numbered(0, "乙", 2)], ["一、 甲", "一、 乙"]),
        ([styled("Heading1", "甲"), styled("Mine", "乙")], ["一、 甲", "二、 乙"]),
        ([styled("Heading1", "甲", NO_NUMBER), styled("Loop", "乙")], ["甲", "乙"]),
        ([numbered(0, "甲", 7), numbered(8, "乙")], ["甲", "乙"]),
    ],
)  # fmt: skip
def test_numbers_before_paragraphs_are_text(blocks: list[str], lines: list[str]) -> None:
    parts = {"numbering": LISTS.encode(), "styles": STYLES.encode()}
    assert text_of(changed(document_of(*blocks), **parts)).split("\n\n") == lines


@pytest.mark.parametrize(
    ("kind", "start", "written"),
    [
        ("chineseCounting", 10, "十"),
        ("chineseCounting", 11, "十一"),
        ("japaneseCounting", 20, "二十"),
        ("ideographDigital", 35, "三十五"),
        ("taiwaneseCounting", 99, "九十九"),
        ("chineseCounting", 100, "100"),
        ("decimalEnclosedCircle", 20, "⑳"),
        ("decimalEnclosedCircle", 21, "21"),
        ("upperLetter", 3, "C"),
        ("lowerLetter", 27, "27"),
        ("noSuchFormat", 4, "4"),
    ],
)
def test_how_a_number_is_written(kind: str, start: int, written: str) -> None:
    lists = LISTS.replace("chineseCountingThousand", kind).replace(
        "<w:start w:val='1'/>", f"<w:start w:val='{start}'/>", 1
    )
    data = changed(document_of(numbered(0, "甲")), numbering=lists.encode())
    assert text_of(data) == f"{written}、 甲"


def test_a_heading_by_number_says_what_is_past() -> None:
    head = letter_of(body="", signature="", day="", tail="").splitlines()
    body = [
        numbered(0, "工作开展情况"),
        "更换路灯310盏。",
        numbered(0, "下一步工作打算"),
        "新增停车泊位180个。",
    ]
    parts = {"numbering": LISTS.encode(), "styles": STYLES.encode()}
    data = changed(document_of(*head, *body), **parts)
    found = find_commitments(read_letter(text_of(data)))
    assert [item.quote for item in found.commitments] == ["新增停车泊位180个"]
    assert found.commitments[0].section == ("下一步工作打算",)


def test_a_document_without_lists_is_read() -> None:
    data = changed(document_of(numbered(0, "甲")), numbering=None, styles=None)
    assert text_of(data) == "甲"

"""One letter of our own in every form that offices send letters in, made here.

`files/a01.doc` is the same letter, saved as Word 97-2003 by LibreOffice; WPS Office writes that
format too, under either ending.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from opencc import OpenCC

ROOT = Path(__file__).parents[2]
NAME = "a01-gaoxin-chanquan"
#: Characters of a printed line, lines of a page.
_WIDTH, _HEIGHT = 34, 30


@cache
def text() -> str:
    """The letter as it stands among the samples."""
    return (ROOT / "data" / "samples" / f"{NAME}.txt").read_text(encoding="utf-8")


def lines() -> list[str]:
    """Its paragraphs."""
    return [line for line in text().splitlines() if line.strip()]


def traditional() -> str:
    """It in traditional characters."""
    converted: str = OpenCC("s2t").convert(text())
    # As the mirrors of government sites write it.
    return converted.replace("批覆", "批復").replace("爲", "為")


def printed(words: str | None = None) -> list[list[str]]:
    """Pages of lines as a printer breaks them."""
    rows = [
        row
        for paragraph in (words or text()).splitlines()
        if paragraph.strip()
        for row in _broken(paragraph)
    ]
    return [rows[at : at + _HEIGHT] for at in range(0, len(rows), _HEIGHT)]


def _broken(paragraph: str) -> Iterator[str]:
    """Lines of one width; Latin letters and digits take half of it, and no mark begins a line."""
    begin, width = 0, 0.0
    for at, sign in enumerate(paragraph):
        width += _width(sign)
        if width > _WIDTH and sign not in "，。、；：）”》":
            yield paragraph[begin:at]
            begin, width = at, _width(sign)
    yield paragraph[begin:]


def _width(row: str) -> float:
    """In signs of Chinese."""
    return sum(0.5 if sign.isascii() else 1.0 for sign in row)


def pdf(words: str | None = None, *, password: str | None = None) -> bytes:
    """A PDF document with a page number at the foot of each page."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    encrypt = StandardEncryption(password, strength=128) if password else None
    canvas = Canvas(stream, encrypt=encrypt, invariant=True)
    for number, rows in enumerate(printed(words), 1):
        canvas.setFont("STSong-Light", 12)
        for index, row in enumerate(rows):
            canvas.drawString(80, 780 - 22 * index, row)
        canvas.drawCentredString(300, 40, f"— {number} —")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def scan(words: str | None = None, *, pages: int = 1) -> bytes:
    """A PDF document of pictures: pages of `pdf`, drawn and put into a new document."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf(words))
    pictures = []
    for number in range(min(pages, len(document))):
        page = document[number]
        pictures.append(page.render(scale=150 / 72).to_pil().convert("L"))
        page.close()
    document.close()
    stream = io.BytesIO()
    pictures[0].save(stream, "PDF", save_all=True, append_images=pictures[1:], resolution=150)
    return stream.getvalue()


def docx(words: Iterable[str] | None = None) -> bytes:
    """A Word document."""
    document = Document()
    for line in words or lines():
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def doc() -> bytes:
    """A document of Word 97-2003."""
    return (Path(__file__).parent / "files" / "a01.doc").read_bytes()


_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd(words: str | None = None, **parts: bytes | None) -> bytes:
    """An OFD document.

    Args:
        words: its text.
        parts: by the last word of their names, what to write in place of a part.
    """
    pages = printed(words)
    listed = "".join(
        f'<ofd:Page ID="{number}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
        for number in range(len(pages))
    )
    files = {
        "OFD.xml": f"<ofd:OFD {_OFD}><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_OFD}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for number, rows in enumerate(pages):
        objects = "".join(_ofd_row(row, 25.0 + 8 * index) for index, row in enumerate(rows))
        objects += _ofd_row(f"— {number + 1} —", 285.0, left=100.0)
        files[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f"<ofd:Page {_OFD}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            word = name.rpartition("/")[2].partition(".")[0]
            written = parts.get(word, content.encode())
            if written is not None:
                archive.writestr(name, written)
    return stream.getvalue()


def _ofd_row(row: str, top: float, *, left: float = 25.0) -> str:
    """A line in two runs, the second written first: programs write them font by font."""
    half = len(row) // 2
    runs = [(left, row[:half]), (left + 4.6 * _width(row[:half]), row[half:])]
    return "".join(
        f'<ofd:TextObject Boundary="{x} {top} {4.6 * _width(run)} 5.6" Size="4.6">'
        f'<ofd:TextCode X="0" Y="4.6">{escape(run)}</ofd:TextCode></ofd:TextObject>'
        for x, run in reversed(runs)
        if run
    )


def eml(
    body: str = "", *, attached: dict[str, bytes] | None = None, page: str | None = None
) -> bytes:
    """A mail, in GBK as offices' programs write it."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "office@example.gov", "npc@example.gov"
    mail["Subject"] = "答复件"
    mail.set_content(body, charset="gb18030")
    if page is not None:
        mail.add_alternative(page, subtype="html", charset="gb18030")
    for name, content in (attached or {}).items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


class Named(zipfile.ZipInfo):
    """A member whose name is written in an encoding of its own, without saying which."""

    encoding = "gbk"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile calls it
        return self.filename.encode(self.encoding), self.flag_bits


def zipped(members: dict[str, bytes], *, encoding: str | None = None) -> bytes:
    """An archive.

    Args:
        members: contents by name.
        encoding: of the names, and the archive does not say so; None for UTF-8 with its mark.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info: Any = zipfile.ZipInfo(name)
            if encoding is not None:
                info = Named(name)
                info.encoding = encoding
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return stream.getvalue()


_MENU = "".join(f"<li><a href='/c{n}/'>政务公开第{n}栏</a></li>" for n in range(30))
_RELATED = "".join(
    f"<li><a href='/r{n}.html'>关于市六届人大二次会议第{n}号建议办理情况的答复</a>"
    f"<span>2023-05-{n:02}</span></li>"
    for n in range(2, 10)
)
_FOOTER = (
    "<div class='footer'>主办:云岐市人民政府办公室 | 计划2029年底前建成新网站10个 ICP备0500号</div>"
)


def page_of_paragraphs() -> str:
    """As the most used site software writes it: named block, styles and spans everywhere."""
    body = "".join(
        f'<p style="text-indent: 2em"><span style="font-size: 16pt">{escape(line)}</span></p>\n'
        for line in lines()
    )
    return (
        '<!DOCTYPE html><html><head><meta charset="gb2312"><meta name="PubDate" content="2023-05-20 '
        '09:30"><meta name="ContentSource" content="市科学技术局"><meta name="ColumnName" '
        'content="建议提案办理"><title>答复_云岐市人民政府</title><script>var a = "<p>建成99户</p>";'
        f"</script></head><body><ul class='nav'>{_MENU}</ul><div class='position'>当前位置：<a href='/'>"
        f"首页</a> &gt; <a href='/x'>政务公开</a></div><div class='box'><div class='TRS_Editor' "
        f"id='zoom'>{body}</div></div><div class='list'><h3>相关文章</h3><ul>{_RELATED}</ul></div>"
        f"{_FOOTER}</body></html>"
    )


def page_of_breaks() -> str:
    """A page of tables and `<br>`, of the time before style sheets."""
    body = "<br>\n".join(
        f"&nbsp;&nbsp;&nbsp;&nbsp;{escape(line.strip())}" if line[0].isspace() else escape(line)
        for line in lines()
    )
    return (
        "<HTML><HEAD><META http-equiv=Content-Type content='text/html; charset=gb2312'>"
        f"<TITLE>建议提案</TITLE></HEAD><BODY><TABLE width=900><TR><TD width=200><UL>{_MENU}</UL></TD>"
        "<TD><TABLE><TR><TD>首页 &gt;&gt; 政务公开 &gt;&gt; 建议办理 &gt;&gt; 正文</TD></TR><TR><TD align=center>"
        "发布日期：2023年5月20日　　来源：市科学技术局　　浏览次数：35</TD></TR>"
        f"<TR><TD class=content><FONT size=3>{body}</FONT></TD></TR></TABLE></TD></TR><TR><TD colspan=2>"
        f"<UL>{_RELATED}</UL></TD></TR></TABLE>{_FOOTER}</BODY></HTML>"
    )


def page_without_names() -> str:
    """A page whose blocks have no known names: only the density of text tells the letter."""
    body = "".join(f"<div>{escape(line)}</div>" for line in lines())
    return (
        f"<html><head><title>云岐市</title></head><body><div class='a1'><ul>{_MENU}</ul></div>"
        "<div class='a2'><div class='a3'><p>信息来源：市科学技术局</p><p>发布时间：2023-05-20 09:30</p>"
        f"</div><div class='a4'>{body}</div></div><div class='a5'><ul>{_RELATED}</ul></div>{_FOOTER}"
        "</body></html>"
    )

"""A document of paragraphs and tables in the styles of a template (.docx), written row by row.

What is added is kept as markup and parsed once at the end: python-docx looks a style up anew for
every paragraph, and lxml makes an object of every element that is added one by one. A report of ten
thousand commitments has fifty thousand paragraphs.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Container, Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.shared import Mm
from lxml import etree

from tracker.errors import SettingsError
from tracker.reports.clean import inline
from tracker.reports.official import (
    DATE,
    NO_XML,
    PROPERTY,
    SIGNATURE,
    everywhere,
    fill,
    opened,
    plain_text,
    signature_places,
)

#: What a template must have; offices may change how they look.
STYLES: Final = (
    "公文正文", "一级标题", "二级标题", SIGNATURE, DATE,
    "附页标题", "附页小标题", "附页正文", "表头", "表格文字",
)  # fmt: skip
#: Twentieths of a point between the margins of the standard's page: 156 mm.
_WIDTH: Final = 8844
#: What every table looks like: thin lines, fixed widths, a little room in the cells.
_FRAME: Final = (
    f'<w:tblPr><w:tblW w:w="{_WIDTH}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
    + "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 30), ("left", 50), ("bottom", 30), ("right", 50))
    )
    + "</w:tblCellMar></w:tblPr>"
)

#: A picture's width on the page: its smallest words are then 8 points high.
_PICTURE: Final = Mm(115)
#: A picture's own line: the fixed height of a line of text would cut it off. What it tells follows.
_UNLINED: Final = (
    '<w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:line="240" w:lineRule="auto"/>'
    '<w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="center"/>'
)

#: Where the parts go.
_HERE: Final = "parts"

#: A piece of a paragraph, and whether it is bold.
Piece = tuple[str, bool]


class Paper:
    """A document that grows at its end. Every text is made one plain line."""

    def __init__(self, template: bytes, name: str, words: Mapping[str, str]) -> None:
        """Open the template.

        Args:
            template: the bytes of a .docx file.
            name: of the template, for messages.
            words: what stands for {names} in what the template holds.

        Raises:
            SettingsError: it is no .docx, lacks a style, or holds a name that is not known.
        """
        self._document = opened(template, name)
        known = {style.name or "": style.style_id for style in self._document.styles}
        missing = [style for style in STYLES if style not in known]
        if missing:
            raise SettingsError(f"{name}: the template has no style {'、'.join(missing)}")
        self._styles = {name: f"<w:pStyle w:val={quoteattr(known[name])}/>" for name in STYLES}
        for paragraph in everywhere(self._document):
            fill(paragraph, {key: plain_text(text) for key, text in words.items()}, name)
        self._parts: list[str] = []

    def add(self, style: str, *pieces: str | Piece, new_page: bool = False) -> None:
        """A paragraph at the end.

        Args:
            style: one of `STYLES`.
            pieces: its texts; a pair says whether the text is bold.
            new_page: whether it begins a page.
        """
        layout = "<w:pageBreakBefore/>" if new_page else ""
        self._parts.append(self._paragraph(style, pieces, layout))

    def table(
        self,
        headings: Sequence[str],
        widths: Sequence[int],
        rows: Sequence[Sequence[str]],
        centred: Container[int] = (),
    ) -> None:
        """A table at the end, its heading repeated on every page.

        Args:
            headings: of the columns.
            widths: of the columns, in any measure; together they take the whole width.
            rows: the cells of each row.
            centred: the places of columns of numbers and days.
        """
        total = sum(widths)
        points = [_WIDTH * width // total for width in widths]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in points)
        head = self._row(headings, points, "表头", "<w:tblHeader/>")
        body = [self._row(row, points, "表格文字", "", centred) for row in rows]
        self._parts.append(
            f"<w:tbl>{_FRAME}<w:tblGrid>{grid}</w:tblGrid>{head}{''.join(body)}</w:tbl>"
        )

    def picture(self, png: bytes, alt: str) -> None:
        """A picture at the end, in the middle of its line, no part of it on another page.

        Args:
            png: the picture.
            alt: what it tells, for who does not see it.
        """
        inline = self._document.part.new_pic_inline(io.BytesIO(png), width=_PICTURE)
        inline.docPr.set("descr", plain_text(alt))
        markup = etree.tostring(inline, encoding="unicode")
        drawing = f"<w:r><w:drawing>{markup}</w:drawing></w:r>"
        look = f"<w:pPr>{self._styles['公文正文']}{_UNLINED}</w:pPr>"
        self._parts.append(f"<w:p>{look}{drawing}</w:p>")

    def sign(self, office: str, day: str) -> None:
        """Sender and date below the text, centred on each other; the date alone without a name."""
        if self._parts and self._parts[-1].startswith("<w:p>"):
            # No signature stands alone on a page. The style is what closes first.
            self._parts[-1] = self._parts[-1].replace("/>", "/><w:keepNext/><w:keepLines/>", 1)
        places = signature_places(plain_text(office), day)
        for style, text in ((SIGNATURE, office), (DATE, day)):
            if plain_text(text):
                right = round(20 * places[style])
                # What a style says in characters would go before it.
                layout = f'<w:ind w:rightChars="0" w:right="{right}"/>'
                self._parts.append(self._paragraph(style, [plain_text(text)], layout))

    def written(self, title: str, office: str, day: dt.date) -> bytes:
        """The file.

        Args:
            title: for its properties.
            office: who wrote it.
            day: of the report; no clock is asked.
        """
        # The document's markup is put together anew: moving elements into it one by one takes longer
        # with every one that is there.
        self._document.element.body.sectPr.addprevious(etree.Comment(_HERE))
        before, mark, after = etree.tostring(self._document.element).rpartition(
            f"<!--{_HERE}-->".encode()
        )
        assert mark  # noqa: S101 - it was put there
        text = "".join(self._parts).encode("ascii", "xmlcharrefreplace")
        self._document.part._element = parse_xml(before + text + after)
        properties = self._document.core_properties
        properties.title = plain_text(title)[:PROPERTY]
        properties.author = properties.last_modified_by = plain_text(office)[:PROPERTY]
        properties.created = properties.modified = dt.datetime.combine(day, dt.time())
        target = io.BytesIO()
        self._document.save(target)
        return target.getvalue()

    def _paragraph(self, style: str, pieces: Sequence[str | Piece], layout: str = "") -> str:
        runs = []
        for piece in pieces:
            text, bold = (piece, False) if isinstance(piece, str) else piece
            look = "<w:rPr><w:b/></w:rPr>" if bold else ""
            # A blank at either end parts it from its neighbour.
            shown = escape(NO_XML.sub("", inline(text)))
            runs.append(f'<w:r>{look}<w:t xml:space="preserve">{shown}</w:t></w:r>')
        return f"<w:p><w:pPr>{self._styles[style]}{layout}</w:pPr>{''.join(runs)}</w:p>"

    def _row(
        self,
        cells: Sequence[str],
        points: Sequence[int],
        style: str,
        layout: str,
        centred: Container[int] = (),
    ) -> str:
        found = []
        for place, (text, width) in enumerate(zip(cells, points, strict=True)):
            centre = '<w:jc w:val="center"/>' if place in centred else ""
            found.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/>'
                f"</w:tcPr>{self._paragraph(style, [text], centre)}</w:tc>"
            )
        return f"<w:tr><w:trPr><w:cantSplit/>{layout}</w:trPr>{''.join(found)}</w:tr>"

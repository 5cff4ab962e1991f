"""A document of paragraphs and tables in the styles of a template (.docx), written row by row.

Elements are put together here and not by python-docx, which looks a style up anew for every
paragraph: a report of ten thousand commitments has fifty thousand of them.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Container, Mapping, Sequence
from typing import Any, Final

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, nsmap
from docx.text.paragraph import Paragraph
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
    indent_right,
    opened,
    plain_text,
    signature_places,
)

#: What a template must have; offices may change how they look.
STYLES: Final = (
    "公文正文", "一级标题", "二级标题", SIGNATURE, DATE,
    "附页标题", "附页小标题", "附页正文", "表头", "表格文字",
)  # fmt: skip
_W: Final = f"{{{nsmap['w']}}}"
#: Twentieths of a point between the margins of the standard's page: 156 mm.
_WIDTH: Final = 8844

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
        known = {style.name: style.style_id for style in self._document.styles}
        missing = [style for style in STYLES if style not in known]
        if missing:
            raise SettingsError(f"{name}: the template has no style {'、'.join(missing)}")
        self._ids: dict[str | None, str] = known
        for paragraph in everywhere(self._document):
            fill(paragraph, {key: plain_text(text) for key, text in words.items()}, name)
        self._end: Any = self._document.element.body.sectPr

    def add(self, style: str, *pieces: str | Piece, new_page: bool = False) -> Any:
        """A paragraph at the end.

        Args:
            style: one of `STYLES`.
            pieces: its texts; a pair says whether the text is bold.
            new_page: whether it begins a page.
        """
        paragraph = self._paragraph(style, *pieces, new_page=new_page)
        self._put(paragraph)
        return paragraph

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
        table = OxmlElement("w:tbl")
        table.append(_frame())
        grid = _sub(table, "tblGrid")
        for width in points:
            _sub(grid, "gridCol", w=str(width))
        self._row(table, headings, points, "表头")
        for row in rows:
            self._row(table, row, points, "表格文字", centred)
        self._put(table)

    def sign(self, office: str, day: str) -> None:
        """Sender and date below the text, centred on each other; the date alone without a name."""
        self._keep_last()
        name = plain_text(office)
        places = signature_places(name, day)
        for style, text in ((SIGNATURE, name), (DATE, day)):
            if text:
                paragraph = Paragraph(self.add(style, text), self._document._body)
                indent_right(paragraph, places[style])

    def written(self, title: str, office: str, day: dt.date) -> bytes:
        """The file.

        Args:
            title: for its properties.
            office: who wrote it.
            day: of the report; no clock is asked.
        """
        properties = self._document.core_properties
        properties.title = plain_text(title)[:PROPERTY]
        properties.author = properties.last_modified_by = plain_text(office)[:PROPERTY]
        properties.created = properties.modified = dt.datetime.combine(day, dt.time())
        target = io.BytesIO()
        self._document.save(target)
        return target.getvalue()

    def _keep_last(self) -> None:
        """The last paragraph stays with what follows: no signature stands alone on a page."""
        last = self._end.getprevious()
        if last is None or not last.tag.endswith("}p"):
            return
        layout = last[0]
        for place, tag in enumerate(("w:keepNext", "w:keepLines"), 1):
            layout.insert(place, OxmlElement(tag))

    def _put(self, element: Any) -> None:
        self._end.addprevious(element)

    def _paragraph(self, style: str, *pieces: str | Piece, new_page: bool = False) -> Any:
        paragraph = OxmlElement("w:p")
        layout = _sub(paragraph, "pPr")
        _sub(layout, "pStyle", val=self._ids[style])
        if new_page:
            _sub(layout, "pageBreakBefore")
        for piece in pieces:
            text, bold = (piece, False) if isinstance(piece, str) else piece
            run = _sub(paragraph, "r")
            if bold:
                _sub(_sub(run, "rPr"), "b")
            held = _sub(run, "t")
            # A blank at either end parts it from its neighbour.
            held.text = NO_XML.sub("", inline(text))
            held.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return paragraph

    def _row(
        self,
        table: Any,
        cells: Sequence[str],
        points: Sequence[int],
        style: str,
        centred: Container[int] = (),
    ) -> None:
        row = _sub(table, "tr")
        layout = _sub(row, "trPr")
        _sub(layout, "cantSplit")
        if style == "表头":
            _sub(layout, "tblHeader")
        for place, (text, width) in enumerate(zip(cells, points, strict=True)):
            cell = _sub(row, "tc")
            shape = _sub(cell, "tcPr")
            _sub(shape, "tcW", w=str(width), type="dxa")
            _sub(shape, "vAlign", val="center")
            paragraph = self._paragraph(style, text)
            if place in centred:
                _sub(paragraph[0], "jc", val="center")
            cell.append(paragraph)


def _sub(parent: Any, tag: str, **attributes: str) -> Any:
    # lxml's own: the library's function for it takes four times as long.
    return etree.SubElement(parent, _W + tag, {_W + key: it for key, it in attributes.items()})


def _frame() -> Any:
    """What every table looks like: thin lines, fixed widths, a little room in the cells."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for side in sides
    )
    return parse_xml(
        f'<w:tblPr {nsdecls("w")}><w:tblW w:w="{_WIDTH}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:top w:w="30" w:type="dxa"/><w:left w:w="50" w:type="dxa"/>'
        '<w:bottom w:w="30" w:type="dxa"/><w:right w:w="50" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    )

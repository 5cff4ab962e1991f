"""A Word document → its text as it would be printed: a line for each paragraph and table row.

Tables stand in their place, cells parted as in a web page. Tracked insertions are text, deletions
are not, and the numbers that Word puts before paragraphs are read. Left out: headers, footers, notes, comments, hidden text and pictures.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from tracker.errors import ReadingError
from tracker.letters.numbering import Numbering, read_numbering
from tracker.letters.package import repack

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_PARAGRAPH: Final = f"{_W}p"
_TABLE: Final = f"{_W}tbl"
_ROW: Final = f"{_W}tr"
_CELL: Final = f"{_W}tc"
_BOX: Final = f"{_W}txbxContent"
_CHOICES: Final = f"{_MC}AlternateContent"

#: What is printed for an element that holds no text of its own.
_SIGNS: Final = {
    f"{_W}tab": "\t",
    f"{_W}ptab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
}
_TEXT: Final = frozenset({f"{_W}t", f"{_M}t"})
#: Nothing below is printed: deletions, what was moved away, properties, field codes, readings.
_SKIPPED: Final = frozenset(
    f"{_W}{name}"
    for name in (
        "del", "moveFrom", "pPr", "rPr", "sdtPr", "tblPr", "trPr", "tcPr", "sectPr", "instrText",
        "delText", "delInstrText", "rt", "footnoteReference", "endnoteReference",
    )
)  # fmt: skip
_OFF: Final = ("0", "false", "off")

#: Cells of a row are parted as `content` parts those of a web page.
_BETWEEN_CELLS: Final = " | "
#: An empty line between paragraphs: where one ends is known here, and need not be guessed.
BETWEEN_PARAGRAPHS: Final = "\n\n"

#: An element of the document's tree. The parser comes without types.
Element = Any


def docx_to_text(data: bytes) -> str:
    """The text of a Word document.

    Args:
        data: the file's bytes, a ZIP archive.

    Raises:
        ReadingError: it cannot be read or holds no text; the message is the reason only.
    """
    package = repack(data)
    from docx import Document  # costs a tenth of a second, and most letters are no .docx

    try:
        # Its parser resolves no entities and refuses what is nested hundreds deep.
        document = Document(io.BytesIO(package))
        body = document.element.body
        styled = next(body.iter(f"{_W}pStyle"), None) is not None
        numbering = _numbering(package, document.part.partname.baseURI, styled=styled)
        lines = _lines(body, numbering)
    except Exception as error:  # a damaged document can break the parser anywhere
        raise ReadingError(
            "is a damaged Word document; open it in Word or WPS and save it again as .docx"
        ) from error
    text = BETWEEN_PARAGRAPHS.join(lines)
    if not text.strip():
        raise ReadingError("the document holds no text; of a scan, type or recognise it first")
    return text


def _numbering(package: bytes, folder: str, *, styled: bool) -> Numbering:
    """The lists of a document whose parts lie in a folder of its package.

    Its styles are the largest part, and say nothing of lists where no paragraph names one.
    """
    from docx.oxml import parse_xml

    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        names = [f"{folder.strip('/')}/{name}.xml" for name in ("numbering", "styles")]
        held = set(parts.namelist())
        if names[0] not in held:
            return read_numbering(None, None)
        if not styled:
            held.discard(names[1])
        roots = [parse_xml(parts.read(name)) if name in held else None for name in names]
    return read_numbering(*roots)


def _lines(holder: Element, numbering: Numbering) -> list[str]:
    """The paragraphs and rows of a body, a cell or a text box, none empty."""
    lines: list[str] = []
    carried = ""
    for block in _blocks(holder):
        if block.tag == _TABLE:
            lines += _rows(block, numbering)
            continue
        before, text, after = _paragraph(block, numbering)
        ends = block.find(f"{_W}pPr/{_W}rPr/{_W}del") is None
        if not carried and (ends or text):
            # An empty paragraph is counted like any other; one that is deleted is not.
            label = numbering.label(block)
            text = label + text if text.strip() else text
        text = carried + text
        lines += before
        carried = ""
        if not ends:
            carried = text  # the end of the paragraph is deleted: the next one goes on with it
        elif text.strip():
            lines.append(text)
        lines += after
    return [*lines, carried] if carried.strip() else lines


def _blocks(holder: Element) -> Iterator[Element]:
    """Paragraphs and tables in order, whatever is wrapped around them."""
    for child in _children(holder):
        if child.tag in (_PARAGRAPH, _TABLE):
            yield child
        else:
            yield from _blocks(child)


def _children(element: Element) -> Iterator[Element]:
    """What of an element's content is printed; of alternatives the one meant for new programs."""
    if element.tag == _CHOICES:
        element = next(iter(element), element)
    for child in element:
        # Comments, instructions and unresolved entities have a function for a tag.
        if isinstance(child.tag, str) and child.tag not in _SKIPPED:
            yield child


def _paragraph(paragraph: Element, numbering: Numbering) -> tuple[list[str], str, list[str]]:
    """A paragraph's text, and the lines of text boxes anchored before and behind it."""
    parts: list[str] = []
    before: list[str] = []
    after: list[str] = []

    def gather(element: Element) -> None:
        for child in _children(element):
            tag = child.tag
            if tag == _BOX:
                (after if "".join(parts).strip() else before).extend(_lines(child, numbering))
            elif tag in _TEXT:
                parts.append(child.text or "")
            elif tag in _SIGNS:
                parts.append(_SIGNS[tag])
            elif not _is_hidden(child):
                gather(child)

    gather(paragraph)
    return before, "".join(parts), after


def _is_hidden(run: Element) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val") not in _OFF


def _rows(table: Element, numbering: Numbering) -> Iterator[str]:
    """The rows of a table: short cells side by side, a cell of several lines by itself.

    Where a letter stands in the cell of a form, its paragraphs stay paragraphs.
    """
    for row in _of_tag(table, _ROW):
        if row.find(f"{_W}trPr/{_W}del") is not None:
            continue
        side_by_side: list[str] = []
        for cell in _of_tag(row, _CELL):
            lines = [line.strip() for line in _lines(cell, numbering)]
            if len(lines) == 1 and "\n" not in lines[0]:
                side_by_side += lines
            elif lines:
                if side_by_side:
                    yield _BETWEEN_CELLS.join(side_by_side)
                side_by_side = []
                yield from lines
        if side_by_side:
            yield _BETWEEN_CELLS.join(side_by_side)


def _of_tag(holder: Element, tag: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, whatever is wrapped around them."""
    for child in _children(holder):
        if child.tag == tag:
            yield child
        elif child.tag not in (_PARAGRAPH, _TABLE):
            yield from _of_tag(child, tag)

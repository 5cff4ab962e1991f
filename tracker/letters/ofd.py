"""An OFD document (GB/T 33190-2016) → its text: the text objects of each page in their order.

The file is a ZIP archive of XML. Whoever sends it chose its bytes: parts are unpacked a bounded
number of bytes at a time, entities are not resolved, and nothing outside the archive is read.
"""

from __future__ import annotations

import itertools
import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from tracker.errors import ReadingError
from tracker.letters.layout import Line, paragraphs
from tracker.letters.package import DOCTYPE, MAX_UNPACKED, opened, refuse_tags, tags_of, unpacked
from tracker.letters.pagetables import with_tables
from tracker.letters.pieces import Piece, Stroke, stroke_between
from tracker.letters.ruled import MAX_STROKES
from tracker.letters.words import compiled

#: As for PDF.
MAX_PAGES: Final = 500
_DAMAGED: Final = "is an OFD document that is damaged or cut off; save or fetch it again"
_SCANNED: Final = "no text: scanned; ask for the original, or save it as PDF for text recognition"
_ENTRY: Final = "OFD.xml"
#: Two runs stand in one line where their feet differ by less than this share of their height.
_ONE_LINE: Final = 0.4
#: OFD counts in millimetres, the reader of tables in points.
_POINTS: Final = 72 / 25.4
#: A step of a path and where to; no table is drawn of curves.
_STEP: Final = r"([MSLBQAC])(?: {1,3}(-?\d{1,6}(?:\.\d{0,9})?) {1,3}(-?\d{1,6}(?:\.\d{0,9})?))?"
_LONGEST_PATH: Final = 20_000
#: Runs so far apart, in heights, stand in two columns.
_CELLS: Final = 0.9
#: Runs of a line that stand farther apart, in heights, are two things side by side.
_GAP: Final = 1.5

#: An element of a part's tree. The parser comes without types.
Element = Any


def ofd_to_text(data: bytes) -> str:
    """The text of an OFD document.

    Args:
        data: the file's bytes, a ZIP archive that holds OFD.xml.

    Raises:
        ReadingError: it cannot be read or holds no text; the message is the reason only.
    """
    with opened(data, _DAMAGED) as archive:
        text = paragraphs(list(_lines(_Parts(archive))))
    if not text.strip():
        raise ReadingError(_SCANNED)
    return text


class _Parts:
    """The XML parts of the archive, all together of bounded size."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {info.filename.lstrip("/"): info for info in archive.infolist()}
        self._left, self._tags = MAX_UNPACKED, 0
        if any(name.lower().endswith("encryptions.xml") for name in self._members) or any(
            info.flag_bits & 0x1 for info in self._members.values()
        ):
            raise ReadingError("is encrypted; open it with its password and save it without one")

    def tree(self, name: str) -> Element:
        """The root of a part.

        Raises:
            ReadingError: there is no such part, it is no XML, or there are too many tags.
        """
        from lxml import etree

        info = self._members.get(name)
        if info is None:
            raise ReadingError(_DAMAGED)
        content = unpacked(self._archive, info, self._left)
        self._left -= len(content)
        self._tags += tags_of(content, _DAMAGED)
        refuse_tags(self._tags)
        if any(mark in content for mark in DOCTYPE):
            raise ReadingError("declares a document type, which no OFD document does")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
        )
        try:
            return etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            raise ReadingError(_DAMAGED) from error


def _lines(parts: _Parts) -> Iterator[Line]:
    number = 0
    for root in _texts(parts.tree(_ENTRY), "DocRoot"):
        document = _resolved("", root)
        folder = posixpath.dirname(document)
        for page in _of_name(parts.tree(document), "Page"):
            place = page.get("BaseLoc")
            if not place:
                continue
            if number >= MAX_PAGES:
                raise ReadingError(f"has more than {MAX_PAGES} pages; no letter does")
            yield from _page_lines(parts.tree(_resolved(folder, place)), number)
            number += 1


def _resolved(folder: str, place: str) -> str:
    """The name of a part in the archive; a place that leads out of it names none."""
    path = place if place.startswith("/") else posixpath.join(folder, place)
    return posixpath.normpath(path).lstrip("/")


def _of_name(root: Element, name: str) -> Iterator[Element]:
    """Elements of a local name, whatever their namespace: writers differ in it."""
    yield from root.iter("{*}" + name)


def _texts(root: Element, name: str) -> Iterator[str]:
    for element in _of_name(root, name):
        if element.text and element.text.strip():
            yield element.text.strip()


def _page_lines(page: Element, number: int) -> list[Line]:
    """Runs of text put together where they stand in one line, and cells to the rows of tables."""
    rows: list[list[Line]] = []
    for run in _runs(page, number):
        last = rows[-1][-1] if rows else None
        if last is None or abs(run.bottom - last.bottom) > _ONE_LINE * max(run.height, last.height):
            rows.append([])
        rows[-1].append(run)
    return with_tables(
        [(_joined(row), partial(_pieces, row)) for row in rows], list(_strokes(page))
    )


def _pieces(row: Sequence[Line], walls: Sequence[float]) -> list[Piece]:
    """The runs of a line, parted where the next one stands apart or behind an upright stroke."""
    ordered = sorted(row, key=_left)
    pieces: list[Piece] = []
    for run in ordered:
        piece = Piece(run.text.strip(), run.left, run.right, run.top, run.bottom)
        before = pieces[-1] if pieces else None
        crossed = before is not None and any(
            (before.left + before.right) / 2 < wall < (run.left + run.right) / 2
            and wall > before.right - run.height / 2
            for wall in walls
        )
        if before is None or crossed or run.left - before.right > _CELLS * run.height:
            pieces.append(piece)
        else:
            pieces[-1] = before._replace(text=before.text + piece.text, right=run.right)
    return pieces


def _strokes(page: Element) -> Iterator[Stroke]:
    """The level and upright lines of the page's paths."""
    count = 0
    for item in _of_name(page, "PathObject"):
        box = _numbers(item.get("Boundary"))
        if len(box) != 4:
            continue
        x, y = box[0] * _POINTS, box[1] * _POINTS
        begin = before = (x, y)
        for data in _texts(item, "AbbreviatedData"):
            for sign, *numbers in compiled(_STEP).findall(data[:_LONGEST_PATH]):
                point = (x + float(numbers[0] or 0) * _POINTS, y + float(numbers[1] or 0) * _POINTS)
                if sign in "MS":
                    begin = point
                elif sign in "LC":
                    point = begin if sign == "C" else point
                    for stroke in stroke_between(before, point):
                        count += 1
                        if count > MAX_STROKES:
                            return
                        yield stroke
                before = point


def _runs(page: Element, number: int) -> Iterator[Line]:
    for item in _of_name(page, "TextObject"):
        box = _numbers(item.get("Boundary"))
        if len(box) != 4:
            continue
        box = [each * _POINTS for each in box]
        size = _POINTS * ((_numbers(item.get("Size")) or [3.5])[0] or 3.5)
        for code in _of_name(item, "TextCode"):
            text = code.text or ""
            if not text.strip():
                continue
            x, y = (_numbers(code.get(name)) or [0.0] for name in "XY")
            left, foot = box[0] + x[0] * _POINTS, box[1] + y[0] * _POINTS
            yield Line(text, number, left, max(box[0] + box[2], left), foot - size, foot)


def _numbers(text: str | None) -> list[float]:
    """Numbers parted by blanks; none where one of them is no number."""
    try:
        return [float(piece) for piece in (text or "").split()[:6]]
    except ValueError:
        return []


def _left(run: Line) -> float:
    return run.left


def _joined(row: list[Line]) -> Line:
    row = sorted(row, key=_left)
    text = row[0].text
    for before, run in itertools.pairwise(row):
        text += "   " if run.left - before.right > _GAP * run.height else ""
        text += run.text
    left, right = row[0].left, max(run.right for run in row)
    top, bottom = min(run.top for run in row), max(run.bottom for run in row)
    return Line(text.replace("\n", ""), row[0].page, left, right, top, bottom)

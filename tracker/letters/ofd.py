"""An OFD document (GB/T 33190-2016) → its text: the text objects of each page in their order.

The file is a ZIP archive of XML. Whoever sends it chose its bytes: parts are unpacked a bounded
number of bytes at a time, entities are not resolved, and nothing outside the archive is read.
"""

from __future__ import annotations

import itertools
import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from tracker.errors import ReadingError
from tracker.letters.layout import Line, paragraphs
from tracker.letters.package import DOCTYPE, MAX_UNPACKED, opened, refuse_tags, tags_of, unpacked

#: As for PDF.
MAX_PAGES: Final = 500
_DAMAGED: Final = "is an OFD document that is damaged or cut off; save or fetch it again"
_SCANNED: Final = "no text: scanned; ask for the original, or save it as PDF for text recognition"
_ENTRY: Final = "OFD.xml"
#: Two runs stand in one line where their feet differ by less than this share of their height.
_ONE_LINE: Final = 0.4
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


def _page_lines(page: Element, number: int) -> Iterator[Line]:
    """Runs of text put together where they stand in one line."""
    row: list[Line] = []
    for run in _runs(page, number):
        if row and abs(run.bottom - row[-1].bottom) > _ONE_LINE * max(run.height, row[-1].height):
            yield _joined(row)
            row = []
        row.append(run)
    if row:
        yield _joined(row)


def _runs(page: Element, number: int) -> Iterator[Line]:
    for item in _of_name(page, "TextObject"):
        box = _numbers(item.get("Boundary"))
        if len(box) != 4:
            continue
        size = (_numbers(item.get("Size")) or [3.5])[0] or 3.5
        for code in _of_name(item, "TextCode"):
            text = code.text or ""
            if not text.strip():
                continue
            x, y = (_numbers(code.get(name)) or [0.0] for name in "XY")
            left, foot = box[0] + x[0], box[1] + y[0]
            yield Line(text, number, left, max(box[0] + box[2], left), foot - size, foot)


def _numbers(text: str | None) -> list[float]:
    """Numbers parted by blanks; none where one of them is no number."""
    try:
        return [float(piece) for piece in (text or "").split()[:6]]
    except ValueError:
        return []


def _joined(row: list[Line]) -> Line:
    row.sort(key=lambda run: run.left)
    text = row[0].text
    for before, run in itertools.pairwise(row):
        text += "   " if run.left - before.right > _GAP * run.height else ""
        text += run.text
    left, right = row[0].left, max(run.right for run in row)
    top, bottom = min(run.top for run in row), max(run.bottom for run in row)
    return Line(text.replace("\n", ""), row[0].page, left, right, top, bottom)

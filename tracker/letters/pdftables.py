"""The tables of a PDF page: its signs at their places, and the strokes drawn between them.

Only pages on which something stands side by side come here: every sign of a line is asked for its
place, which costs as much as reading the page.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from tracker.letters.layout import Line
from tracker.letters.pagetables import with_tables
from tracker.letters.pieces import Piece, Sign, Stroke, pieces_of, stroke_between
from tracker.letters.ruled import MAX_STROKES

#: PDFium's marks for a hyphen at the end of a line.
_NO_SIGNS: Final = frozenset("\ufffe\x02\r\n\x00")

#: A line, the numbers of its signs, none where they cannot be told, and whether it may have gaps.
Numbered = tuple[Line, range, bool]


def tables_in(page: Any, words: Any, lines: Sequence[Numbered], height: float) -> list[Line]:
    """The lines of a page with the rows of its tables put together.

    Args:
        page: PDFium's.
        words: its text page.
        lines: as PDFium parts them, in their order.
        height: of the page, in points: lines count from above, PDFium from below.
    """
    return with_tables(
        [(numbered[0], partial(_pieces, words, height, numbered)) for numbered in lines],
        list(_strokes(page, height)),
    )


def _pieces(words: Any, height: float, numbered: Numbered, walls: Sequence[float]) -> list[Piece]:
    """The pieces of a line; the line as one where its signs cannot be told, or have no gaps."""
    from pypdfium2 import raw

    line, numbers, gaps = numbered
    if not gaps and not any(line.left < wall < line.right for wall in walls):
        numbers = numbers[:0]

    box = raw.FS_RECTF()
    place = ctypes.byref(box)
    signs: list[Sign] = []
    for number in numbers:
        sign = chr(raw.FPDFText_GetUnicode(words, number))
        if sign in _NO_SIGNS or (sign == " " and raw.FPDFText_IsGenerated(words, number) == 1):
            continue
        if not raw.FPDFText_GetLooseCharBox(words, number, place):
            signs = []
            break
        signs.append(Sign(sign, box.left, box.right, height - (box.top + box.bottom) / 2))
    return pieces_of(line, signs, walls) or [
        Piece(line.text.strip(), line.left, line.right, line.top, line.bottom)
    ]


def _strokes(page: Any, height: float) -> Iterator[Stroke]:
    """The level and upright strokes of a page, and the sides of thin boxes drawn for them."""
    from pypdfium2 import raw

    count = 0
    for number in range(raw.FPDFPage_CountObjects(page)):
        drawn = raw.FPDFPage_GetObject(page, number)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        for stroke in _sides(drawn, height):
            count += 1
            if count > MAX_STROKES:
                return
            yield stroke


def _sides(path: Any, height: float) -> Iterator[Stroke]:
    """The level and upright lines of a path."""
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(path, ctypes.byref(matrix))
    x, y = ctypes.c_float(), ctypes.c_float()
    before = first = (0.0, 0.0)
    for number in range(min(raw.FPDFPath_CountSegments(path), MAX_STROKES)):
        segment = raw.FPDFPath_GetPathSegment(path, number)
        kind = raw.FPDFPathSegment_GetType(segment)
        if not raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
            continue
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            height - (matrix.b * x.value + matrix.d * y.value + matrix.f),
        )
        if kind == raw.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield from stroke_between(before, point)
        before = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield from stroke_between(point, first)
            before = first

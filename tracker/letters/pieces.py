"""What stands side by side in a line of a printed page: its pieces, by the gaps between signs.

Paper has no cells. Two signs that stand apart by more than a sign, and by more than the other signs
of the line do, belong to two pieces; so do signs with a stroke between them.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tracker.letters.layout import Line

#: A gap between pieces, in widths of a sign; between two words of Latin letters.
_GAP: Final = 0.9
_WORD: Final = 0.15
#: And in gaps of the line: a heading in spaced letters, a justified line are one piece.
_SPACED: Final = 3.0
#: A line is so high at most, in widths of a sign; one that is higher holds cells that stand half a
#: line apart, each so high to either side of its middle.
_ONE_LINE: Final = 1.6
_HALF: Final = 0.45
#: Strokes are so thin, and so long at least, in points.
_THIN: Final = 2.0
_LONG: Final = 4.0
#: Between two cells, as in a web page and a Word document.
_BETWEEN_CELLS: Final = " | "


class Sign(NamedTuple):
    """A sign, from where to where it takes its place, the blank inside of it included, and its middle
    counted from above."""

    text: str
    left: float
    right: float
    middle: float


class Piece(NamedTuple):
    """A stretch of a line without wide gaps, and its box."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


class Stroke(NamedTuple):
    """A level or upright stroke, as drawn around cells."""

    left: float
    right: float
    top: float
    bottom: float


def pieces_of(line: Line, signs: Sequence[Sign], walls: Sequence[float] = ()) -> list[Piece]:
    """The pieces of a line. Blanks that somebody typed part nothing, but take their place.

    Args:
        line: as a whole; its pieces stand as high as it does, unless some stand half a line off.
        signs: of the line, in any order; blanks may be among them.
        walls: where upright strokes cross the line, in rising order.
    """
    placed = sorted(signs, key=lambda sign: sign.left)
    inked = [sign for sign in placed if sign.text.strip()]
    if not inked:
        return []
    wide = max(sign.right - sign.left for sign in inked)
    if line.height < _ONE_LINE * wide:
        wide = max(wide, 0.75 * line.height)
    gaps = sorted(after.left - before.right for before, after in itertools.pairwise(placed))
    usual = max(gaps[len(gaps) // 2], 0.0) if gaps else 0.0
    limit = max(_GAP * wide, _SPACED * usual)
    pieces: list[Piece] = []
    run = [placed[0]]
    for before, after in itertools.pairwise(placed):
        gap = after.left - before.right
        if gap > limit or (gap > -wide / 2 and _between(walls, before, after)):
            pieces += _piece(run, line, wide)
            run = []
        elif gap > _WORD * wide and before.text.isascii() and after.text.isascii():
            run.append(Sign(" ", before.right, after.left, after.middle))
        run.append(after)
    return pieces + _piece(run, line, wide)


def _piece(run: Sequence[Sign], line: Line, wide: float) -> list[Piece]:
    text = "".join(sign.text for sign in run)
    inked = [sign for sign in run if sign.text.strip()]
    if not inked:
        return []
    top, bottom = line.top, line.bottom
    if line.height > _ONE_LINE * wide:
        top, bottom = inked[0].middle - _HALF * wide, inked[0].middle + _HALF * wide
    return [Piece(text.strip(), inked[0].left, inked[-1].right, top, bottom)]


def _between(walls: Sequence[float], before: Sign, after: Sign) -> bool:
    first = bisect_right(walls, (before.left + before.right) / 2)
    return first < len(walls) and walls[first] < (after.left + after.right) / 2


def stroke_between(begin: tuple[float, float], end: tuple[float, float]) -> Iterator[Stroke]:
    """A line that is drawn, where it is level or upright; none where it is slant or a dot.

    Args:
        begin, end: in points, counted from the left and from above.
    """
    left, right = sorted((begin[0], end[0]))
    top, bottom = sorted((begin[1], end[1]))
    wide, high = right - left, bottom - top
    if min(wide, high) <= _THIN and max(wide, high) >= _LONG:
        yield Stroke(left, right, top, bottom)


def row_of(cells: Sequence[Sequence[Piece]], page: int) -> Line:
    """A row of a table as a line of its own.

    Args:
        cells: the pieces of each, in the order of reading; none is empty.
        page: counted from 0.
    """
    every = [piece for cell in cells for piece in cell]
    return Line(
        _BETWEEN_CELLS.join(joined(cell) for cell in cells),
        page,
        min(piece.left for piece in every),
        max(piece.right for piece in every),
        min(piece.top for piece in every),
        max(piece.bottom for piece in every),
        alone=True,
    )


def joined(cell: Sequence[Piece]) -> str:
    """The words of a cell: lines of Chinese meet without a blank, side by side with one."""
    text = cell[0].text
    for before, piece in itertools.pairwise(cell):
        beside = piece.top < (before.top + before.bottom) / 2 and piece.left >= before.right
        latin = text[-1:].isascii() and piece.text[:1].isascii()
        both = latin and text[-1:].isalpha() and piece.text[:1].isalpha()
        text += (" " if beside or both else "") + piece.text
    return text

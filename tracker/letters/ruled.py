"""Tables that are drawn with strokes: every piece of text lies in a cell between them.

The strokes of a table make a lattice of fields. Two fields without a stroke between them are one
cell; a cell that reaches over several rows belongs to the first, as in a Word document.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tracker.letters.layout import Line, paragraphs
from tracker.letters.pieces import Piece, Stroke, joined, row_of

#: Strokes nearer than this are one, in points; a thin box drawn for a stroke has two long sides.
_SAME: Final = 2.5
#: A drawing or a map, and no table of a letter.
MAX_STROKES: Final = 4_000
_MOST_COLUMNS: Final = 40
_MOST_ROWS: Final = 400
#: A cell of more lines, each of so many signs, holds paragraphs: the letter in the cell of a form.
_LINES_OF_A_CELL: Final = 5
_WIDE: Final = 15


@dataclass(frozen=True, slots=True)
class Lattice:
    """A table's strokes.

    Args:
        xs, ys: where strokes stand, each in rising order.
        cells: of each field, row by row, the number of the cell that it belongs to: its first
            field's, counted through.
    """

    xs: list[float]
    ys: list[float]
    cells: list[int]

    def cell(self, piece: Piece) -> int | None:
        """The number of the cell that a piece lies in; None outside of the table."""
        across, down = (piece.left + piece.right) / 2, (piece.top + piece.bottom) / 2
        column, row = bisect_right(self.xs, across) - 1, bisect_right(self.ys, down) - 1
        if not (0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1):
            return None
        return self.cells[row * (len(self.xs) - 1) + column]

    def walls(self, line: Line) -> list[float]:
        """Where the strokes between the cells of a line stand."""
        wide = len(self.xs) - 1
        row = bisect_right(self.ys, (line.top + line.bottom) / 2) - 1
        if not 0 <= row < len(self.ys) - 1:
            return []
        cells = self.cells[row * wide : (row + 1) * wide]
        inner = zip(itertools.pairwise(cells), self.xs[1:], strict=False)
        return [self.xs[0], *(x for (one, other), x in inner if one != other), self.xs[-1]]

    def holds(self, line: Line) -> bool:
        """Whether a line stands in the table, or reaches into it."""
        down = (line.top + line.bottom) / 2
        return (
            self.ys[0] < down < self.ys[-1] and line.left < self.xs[-1] and line.right > self.xs[0]
        )


def lattices(strokes: Sequence[Stroke]) -> list[Lattice]:
    """The tables that strokes draw, from above; a frame around one column is none.

    Args:
        strokes: of a page.
    """
    if len(strokes) > MAX_STROKES:
        return []
    found: list[Lattice] = []
    for group in _touching(strokes):
        level = [stroke for stroke in group if _is_level(stroke)]
        upright = [stroke for stroke in group if not _is_level(stroke)]
        xs = _places([stroke.left for stroke in upright])
        ys = _places([stroke.top for stroke in level])
        if level and upright:  # tables without strokes at the sides are open there
            xs = _places([*xs, min(s.left for s in level), max(s.right for s in level)])
        if 3 <= len(xs) <= _MOST_COLUMNS and 3 <= len(ys) <= _MOST_ROWS:
            found.append(Lattice(xs, ys, _cells(xs, ys, level, upright)))
    return found


def _is_level(stroke: Stroke) -> bool:
    return stroke.right - stroke.left >= stroke.bottom - stroke.top


def _touching(strokes: Sequence[Stroke]) -> Iterator[list[Stroke]]:
    """Strokes one below another without a gap between: those of one table, or of two abreast."""
    group: list[Stroke] = []
    reach = 0.0
    for stroke in sorted(strokes, key=lambda stroke: stroke.top):
        if group and stroke.top > reach + _SAME:
            yield group
            group = []
        reach = max(reach, stroke.bottom) if group else stroke.bottom
        group.append(stroke)
    if group:
        yield group


def _places(values: Sequence[float]) -> list[float]:
    """Where strokes stand, those side by side as one."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value > places[-1] + _SAME:
            places.append(value)
    return places


def _cells(
    xs: Sequence[float], ys: Sequence[float], level: Sequence[Stroke], upright: Sequence[Stroke]
) -> list[int]:
    wide, high = len(xs) - 1, len(ys) - 1
    columns, rows = _middles(xs), _middles(ys)
    # What is drawn above and left of each field.
    above = [[False] * wide for _ in range(high + 1)]
    beside = [[False] * (wide + 1) for _ in range(high)]
    for stroke in level:
        row = _nearest(ys, stroke.top)
        for column in _crossed(columns, stroke.left, stroke.right):
            above[row][column] = True
    for stroke in upright:
        column = _nearest(xs, stroke.left)
        for row in _crossed(rows, stroke.top, stroke.bottom):
            beside[row][column] = True
    cells = list(range(wide * high))

    def first(field: int) -> int:
        while cells[field] != field:
            cells[field] = cells[cells[field]]
            field = cells[field]
        return field

    for row, column in itertools.product(range(high), range(wide)):
        field = row * wide + column
        if column and not beside[row][column]:
            _join(cells, first(field), first(field - 1))
        if row and not above[row][column]:
            _join(cells, first(field), first(field - wide))
    return [first(field) for field in range(wide * high)]


def _join(cells: list[int], one: int, other: int) -> None:
    cells[max(one, other)] = min(one, other)


def _nearest(places: Sequence[float], value: float) -> int:
    return max(bisect_right(places, value + 0.01) - 1, 0)


def _middles(places: Sequence[float]) -> list[float]:
    return [(before + after) / 2 for before, after in itertools.pairwise(places)]


def _crossed(middles: Sequence[float], begin: float, end: float) -> range:
    """The fields whose middle a stroke passes."""
    return range(bisect_right(middles, begin), bisect_right(middles, end))


def rows_in(lattice: Lattice, pieces: Sequence[Piece], page: int) -> list[Line]:
    """The rows of a table: short cells side by side, the paragraphs of a long one by themselves.

    Args:
        lattice: the table.
        pieces: what stands in it, in any order.
        page: counted from 0.
    """
    held: dict[int, list[Piece]] = {}
    for piece in pieces:
        cell = lattice.cell(piece)
        if cell is not None:
            held.setdefault(cell, []).append(piece)
    wide = len(lattice.xs) - 1
    found: list[Line] = []
    for _, numbers in itertools.groupby(sorted(held), key=lambda number: number // wide):
        side_by_side: list[list[Piece]] = []
        for number in numbers:
            cell_lines = _in_lines(held[number])
            if not _holds_paragraphs(cell_lines):
                side_by_side.append([piece for line in cell_lines for piece in line])
                continue
            if side_by_side:
                found.append(row_of(side_by_side, page))
            side_by_side = []
            found += _paragraphs(cell_lines, page)
        if side_by_side:
            found.append(row_of(side_by_side, page))
    return found


def _in_lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces of a cell, line by line."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.top + piece.bottom, piece.left)):
        if lines and (piece.top + piece.bottom) / 2 < lines[-1][0].bottom:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [sorted(line, key=lambda piece: piece.left) for line in lines]


def _holds_paragraphs(lines: Sequence[Sequence[Piece]]) -> bool:
    return len(lines) > _LINES_OF_A_CELL and max(len(joined(line)) for line in lines) >= _WIDE


def _paragraphs(lines: Sequence[Sequence[Piece]], page: int) -> list[Line]:
    """A cell's paragraphs, by its own margins."""
    whole = [row_of([line], page) for line in lines]
    text = paragraphs(
        [Line(line.text, page, line.left, line.right, line.top, line.bottom) for line in whole]
    )
    box = whole[0]
    return [
        Line(each, page, box.left, box.right, box.top, whole[-1].bottom, alone=True)
        for each in text.split("\n")
        if each
    ]

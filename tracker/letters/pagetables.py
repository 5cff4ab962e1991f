"""A printed page's lines with the rows of its tables put together, drawn with strokes or without."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tracker.letters.aligned import PiecesAt, aligned
from tracker.letters.layout import Line
from tracker.letters.pieces import Piece, Stroke
from tracker.letters.ruled import lattices, rows_in


def with_tables(lines: Sequence[tuple[Line, PiecesAt]], strokes: Sequence[Stroke]) -> list[Line]:
    """The lines of a page, each table in the place of its first line.

    Args:
        lines: of one page, in the order of reading; in points, counted from above.
        strokes: drawn on it, in the same measure.
    """
    drawn = lattices(strokes)
    inside: dict[int, list[Piece]] = {}
    order: list[int | list[tuple[Line, PiecesAt]]] = []
    rest: list[tuple[Line, PiecesAt]] = []
    for line, pieces_at in lines:
        at = next((at for at, lattice in enumerate(drawn) if lattice.holds(line)), None)
        if at is None:
            rest.append((line, pieces_at))
            continue
        if at not in inside:
            order += [rest, at]
            rest = []
        held = inside.setdefault(at, [])
        for piece in pieces_at(drawn[at].walls(line)):
            if drawn[at].cell(piece) is not None:
                held.append(piece)
            else:  # PDFium puts what stands beside a table into one line with it
                rest.append((Line(piece.text, line.page, *piece[1:]), partial(_as_one, piece)))
    found: list[Line] = []
    for each in [*order, rest]:
        if isinstance(each, int):
            found += rows_in(drawn[each], inside[each], lines[0][0].page)
        else:
            found += aligned(each)
    return found


def _as_one(piece: Piece, _walls: Sequence[float]) -> Sequence[Piece]:
    return [piece]

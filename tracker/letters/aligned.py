"""Tables without strokes: pieces that stand below each other line after line, with blanks between.

Told by the stripes that stay blank from line to line: prose crosses them. Who signs two by two, a
list of contacts, numbered items behind a tab stand so too, and are no tables.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from tracker.letters.dates import only_date
from tracker.letters.layout import Line
from tracker.letters.names import units_in_line
from tracker.letters.pieces import Piece, row_of
from tracker.letters.words import compiled

#: A stripe between two columns, in heights of a line. A line ends above a table that stands so many
#: heights farther down.
_STRIPE: Final = 0.35
_APART: Final = 2.5
#: How far before a column's first character a line is parted, in heights of a line.
_EDGE: Final = 0.1
#: Lines of a cell stand nearer than this share of the distance between rows.
_NEARER: Final = 0.8
#: "联系人：", and what says nothing of columns.
_LABEL: Final = "[^：:]{1,10}[：:]"
_NUMBER: Final = (
    r"[一二三四五六七八九十]{1,3}[、.．]?|[（(][一二三四五六七八九十0-9]{1,3}[）)]|[0-9]{1,2}[、.．）)]"
    r"|第[一二三四五六七八九十百0-9]{1,4}[条章节款]|附件?[0-9一二三四五六七八九十]{0,2}[：:]?|[●○■◆·※*•]"
)

#: Things so far from each other, in heights of a line, are no words of a sentence.
_FAR: Final = 2.0
_SIDE_BY_SIDE: Final = "   "
#: A cell is written before the next one in its row is, in so many lines at most.
_NEXT_CELLS: Final = 40
#: Of a page. A dense table, written cell by cell, has five hundred; a table has so many in any case.
_MOST_LINES: Final = 1_000
_LONGEST: Final = 200

#: The pieces of a row that is put together.
_Row = list[Piece]
_Columns = Sequence[tuple[float, float]]


#: The pieces of a line, parted where upright strokes, or stripes between columns, cross it too.
PiecesAt = Callable[[Sequence[float]], Sequence[Piece]]


class Printed(NamedTuple):
    """What stands in one height on a page: its box, its pieces, and the lines as they were read."""

    box: Line
    pieces: list[Piece]
    lines: list[tuple[int, Line, PiecesAt]]


def aligned(lines: Sequence[tuple[Line, PiecesAt]]) -> list[Line]:
    """Lines with the rows of tables among them put together.

    Args:
        lines: of one page, in the order of reading, each with its pieces.
    """
    if len(lines) > _MOST_LINES:
        return [line for line, _ in lines]
    printed = _in_heights(lines)
    found: list[Line] = []
    rest: list[tuple[int, Line, PiecesAt]] = []
    at = 0
    while at < len(printed):
        table = _table(printed, at) if len(printed[at].pieces) > 1 else None
        if table is None:
            rest += _as_read(printed[at])
            at += 1
            continue
        before, rows, end = table
        inside = {number for each in printed[at - before : at] for number, *_ in each.lines}
        found += (line for number, line, _ in sorted(rest, key=_number) if number not in inside)
        rest = []
        found += rows
        at = end
    return found + [line for _, line, _ in sorted(rest, key=_number)]


def _number(numbered: tuple[int, Line, PiecesAt]) -> int:
    return numbered[0]


def _as_read(printed: Printed) -> list[tuple[int, Line, PiecesAt]]:
    """The lines of what is no row; one of things that stand far from each other is marked so."""
    number, line, pieces_at = printed.lines[0]
    pieces = pieces_at(()) if len(printed.pieces) > 1 and len(printed.lines) == 1 else ()
    gaps = (after.left - before.right for before, after in itertools.pairwise(pieces))
    if max(gaps, default=0.0) <= _FAR * line.height:
        return printed.lines
    text = _SIDE_BY_SIDE.join(piece.text for piece in pieces)
    return [(number, replace(line, text=text, alone=True), pieces_at)]


def _in_heights(lines: Sequence[tuple[Line, PiecesAt]]) -> list[Printed]:
    """What stands in each height, from above: a table may be written cell by cell."""
    printed: list[Printed] = []
    for number, (line, pieces_at) in enumerate(lines):
        pieces = pieces_at(())
        middle = (line.top + line.bottom) / 2
        same = next(
            (
                each
                for each in printed[: -_NEXT_CELLS - 1 : -1]
                if each.box.top < middle < each.box.bottom
                and all(piece.right < line.left or piece.left > line.right for piece in each.pieces)
            ),
            None,
        )
        if same is None:
            printed.append(Printed(line, list(pieces), [(number, line, pieces_at)]))
        else:
            same.pieces.extend(pieces)
            same.lines.append((number, line, pieces_at))
    return sorted(printed, key=lambda each: each.box.top)


def _table(lines: Sequence[Printed], at: int) -> tuple[int, list[Line], int] | None:
    """A table with a line in it that has columns.

    Returns:
        How many lines before that one belong to it, its rows, and where the lines behind it begin.
    """
    begin, end = at, at + 1
    box = lines[at].box
    columns = [(piece.left, piece.right) for piece in sorted(lines[at].pieces, key=_left)]
    top, bottom = box.top, box.bottom
    # A cell of two lines may stand higher than those beside it.
    while begin > 0 and lines[begin - 1].box.bottom > top and len(lines[begin - 1].pieces) == 1:
        more = _with(columns, lines[begin - 1].pieces, box.height)
        if more is None:
            break
        begin, columns = begin - 1, more
        top = min(top, lines[begin].box.top)
    while end < min(len(lines), at + _LONGEST):
        line = lines[end].box
        if line.top > bottom + _APART * box.height or line.bottom < top:
            break
        more = _with(columns, lines[end].pieces, box.height)
        if more is None:
            more = _with(columns, _parted(lines[end], columns), box.height)
        if more is None:
            break
        columns, end, bottom = more, end + 1, max(bottom, line.bottom)
    while end > at + 1 and _ends_before(lines[begin:end], columns):
        end -= 1
    rows = _rows([piece for each in lines[begin:end] for piece in each.pieces], columns)
    if not _is_table(rows, len(columns)):
        return None
    return at - begin, [row_of(_cells(row, columns), box.page) for row in rows], end


def _left(piece: Piece) -> float:
    return piece.left


def _parted(printed: Printed, columns: _Columns) -> list[Piece]:
    """The pieces of a line, parted between columns where a cell is full up to the next one.

    Half way between two columns, or where the next one begins: a cell that is longer than those
    above it ends there.
    """
    pairs = list(itertools.pairwise(columns))
    edge = _EDGE * printed.box.height
    parted: list[Piece] = []
    for stripes in (
        [(before[1] + after[0]) / 2 for before, after in pairs],
        [after[0] - edge for _, after in pairs],
    ):
        parted = [piece for *_, pieces_at in printed.lines for piece in pieces_at(stripes)]
        if _with(columns, parted, printed.box.height) is not None:
            printed.pieces[:] = parted
            break
    return parted


def _with(
    columns: _Columns, pieces: Sequence[Piece], height: float
) -> list[tuple[float, float]] | None:
    """The columns with a line among them; None where it leaves no stripe between two blank."""
    extents = [*columns, *((piece.left, piece.right) for piece in pieces)]
    merged: list[tuple[float, float]] = []
    for left, right in sorted(extents):
        if merged and left < merged[-1][1] + _STRIPE * height:
            merged[-1] = merged[-1][0], max(merged[-1][1], right)
        else:
            merged.append((left, right))
    return merged if len(merged) >= max(len(columns), len(pieces)) else None


def _is_signature(text: str) -> bool:
    """Whether a piece says who signs, or the day."""
    return only_date(text.replace(" ", "")) is not None or bool(units_in_line(text))


def _ends_before(lines: Sequence[Printed], columns: _Columns) -> bool:
    """Whether the last line of a stretch is no part of the table: a paragraph begins below it."""
    line, pieces = lines[-1].box, lines[-1].pieces
    if len(pieces) > 1:
        return False
    above = lines[-2].box
    if line.top < above.bottom - 0.3 * line.height:
        return False  # it stands beside other cells
    gaps = [
        after.box.top - before.box.bottom
        for before, after in itertools.pairwise(lines[:-1])
        if len(after.pieces) > 1 and after.box.top > before.box.bottom
    ]
    gap = line.top - above.bottom
    if pieces[0].left < columns[0][1] or _is_signature(pieces[0].text):
        return not gaps or gap > _NEARER * max(gaps)
    return bool(gaps) and gap > 1.05 * max(gaps)


def _rows(pieces: Sequence[Piece], columns: _Columns) -> list[_Row]:
    """Pieces beside each other as rows, with the further lines of their cells.

    Lines of a cell stand nearer than rows do. Where all stand alike, a line without a first column
    goes on with the row above.
    """
    stacked = list(_stacked(pieces))
    gaps = [_top(after) - _bottom(before) for before, after in itertools.pairwise(stacked)]
    limit = _between_rows(gaps)
    rows = [stacked[0]]
    for gap, row in zip(gaps, stacked[1:], strict=True):
        if gap < limit:
            rows[-1] = rows[-1] + row
        else:
            rows.append(row)
    if limit > 0 and all(_is_one_row(row, columns) for row in rows):
        return rows
    rows = [stacked[0]]
    for row in stacked[1:]:
        if all(_column(piece, columns) > 0 for piece in row):
            rows[-1] = rows[-1] + row
        else:
            rows.append(row)
    return rows


def _between_rows(gaps: Sequence[float]) -> float:
    """The least gap between two rows, as far as gaps of two kinds can be told; else 0."""
    ordered = sorted(max(gap, 0.0) for gap in gaps)
    jumps = [
        (large - small, large)
        for small, large in itertools.pairwise(ordered)
        if small < _NEARER * large
    ]
    return max(jumps, default=(0.0, 0.0))[1]


def _is_one_row(row: _Row, columns: _Columns) -> bool:
    """Whether lines together may be one row: no two of them fill every column."""
    full = 0
    for line in _stacked(row):
        full += len({_column(piece, columns) for piece in line}) == len(columns)
    return full < 2


def _stacked(pieces: Sequence[Piece]) -> Iterator[_Row]:
    """Pieces that stand beside each other, or beside one that stands so."""
    row: _Row = []
    for piece in sorted(pieces, key=lambda piece: piece.top):
        if row and piece.top > _bottom(row) - 0.3 * (piece.bottom - piece.top):
            yield row
            row = []
        row.append(piece)
    if row:
        yield row


def _top(row: _Row) -> float:
    return min(piece.top for piece in row)


def _bottom(row: _Row) -> float:
    return max(piece.bottom for piece in row)


def _column(piece: Piece, columns: _Columns) -> int:
    return next(index for index, (_, right) in enumerate(columns) if piece.left < right)


def _cells(row: _Row, columns: _Columns) -> list[list[Piece]]:
    cells: list[list[Piece]] = [[] for _ in columns]
    for piece in sorted(row, key=lambda piece: (piece.top, piece.left)):
        cells[_column(piece, columns)].append(piece)
    return [cell for cell in cells if cell]


def _is_table(rows: Sequence[_Row], wide: int) -> bool:
    """Whether rows are those of a table: three of two columns, two of more, and in words of cells."""
    rows = [row for row in rows if len(row) > 1]
    if len(rows) < (3 if wide == 2 else 2):
        return False
    every = [piece.text for row in rows for piece in row]
    firsts = [min(row, key=_left).text for row in rows]
    label, number = compiled(_LABEL), compiled(_NUMBER)
    return (
        sum(label.match(text) is not None for text in every) * 2 < len(every)
        and not all(number.fullmatch(text) for text in firsts)
        and not all(_is_signature(text) for text in every)
        and sum(map(len, every)) > 2 * len(every)
    )

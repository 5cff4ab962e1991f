"""Lines of a printed page → paragraphs, told by where the lines stand.

PDF and OFD keep what stands where on paper, and no paragraphs. A line that reaches the right
margin goes on in the next one, unless that is indented or stands apart; a page's number, and what
stands at the head or foot of page after page, belong to no paragraph.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tracker.letters.dates import only_date
from tracker.letters.names import units_in_line
from tracker.letters.words import compiled

#: Distances in heights of a line: short of the margin, indented, farther below than lines are.
_SHORT: Final = 2.2
_INDENT: Final = 0.9
_APART: Final = 0.9
#: And farther below than most lines of the letter are: a space that is set between paragraphs.
_MORE: Final = 0.5
#: Who signs, the day and marks of the head stand as far in, or farther, and begin no paragraph.
_DEEP: Final = 5.0
_PAGE_NUMBER: Final = r"[—–\-－ ·~第]*\d{1,4}(?: ?/ ?\d{1,4})?[页 —–\-－·~]*(?:共 ?\d{1,4} ?页)?"
#: A line at the head or foot of at least so many pages is no part of the text.
_REPEATED: Final = 3
_NUMBERED: Final = (
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十0-9]{1,3}[）)]"
    r"|[0-9]{1,2}(?:[、．]|\.(?![0-9])|\.(?=(?:19|20)[0-9]{2}年))"
)
#: A line goes so far to the right margin at least, and no farther where signs of another font are
#: narrower than the typist's program took them for.
_RAGGED: Final = 0.8
_BLANKS: Final = ("\u3000" * 4, " " * 8)
_TITLE_END: Final = r"(?:答复|答覆|复函|的函|意见)(?:[（(].{0,12}[）)])?$"
_LONGEST_NAME: Final = 30
#: Whom a letter is to, and a mark of the head.
_HEAD_LINE: Final = r"[^，。；]{2,30}[：:]|[^，。；：:]{2,6}[：:][^，。；：:]{1,12}"
_SENTENCE_END: Final = tuple("。！？；：!?;:")


@dataclass(frozen=True, slots=True)
class Line:
    """A line and its box.

    Args:
        text: as printed.
        page: counted from 0.
        left, right, top, bottom: edges in any one unit; `top` is smaller than `bottom`.
        alone: whether nothing goes on with it: the row of a table, things side by side.
    """

    text: str
    page: int
    left: float
    right: float
    top: float
    bottom: float
    alone: bool = False

    @property
    def height(self) -> float:
        """The height of its signs."""
        return max(self.bottom - self.top, 0.01)


def paragraphs(lines: Sequence[Line]) -> str:
    """The text of a document: an empty line between paragraphs that are surely two.

    Where it cannot be told, a line end stands, and is for the reader of letters to judge.

    Args:
        lines: in the order of reading.
    """
    lines = _without_furniture([line for line in lines if line.text.strip()])
    if not lines:
        return ""
    left, right = _margins(lines)
    usual = _usual_gap(lines)
    pieces = [lines[0].text.rstrip()]
    first = lines[0]  # of the paragraph
    for before, line in itertools.pairwise(lines):
        if _goes_on(first, before, line, left, right, usual):
            pieces.append(_seam(before.text, line.text))
            pieces.append(line.text.strip())
        else:
            pieces.append("\n\n" if _surely_ends(before, line, left) else "\n")
            pieces.append(line.text.rstrip())
            first = line
    return "".join(pieces)


def _without_furniture(lines: list[Line]) -> list[Line]:
    """The lines without page numbers and what repeats at the head or foot of pages."""
    edges: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        edges.setdefault(line.page, []).append(index)
    first_and_last = {
        index
        for indexes in edges.values()
        for index in (
            min(indexes, key=lambda i: lines[i].top),
            max(indexes, key=lambda i: lines[i].bottom),
        )
    }
    counts = Counter(lines[index].text.strip() for index in first_and_last)
    return [
        line
        for index, line in enumerate(lines)
        if index not in first_and_last
        or not (
            compiled(_PAGE_NUMBER).fullmatch(line.text.strip())
            or counts[line.text.strip()] >= _REPEATED
        )
    ]


def _margins(lines: list[Line]) -> tuple[float, float]:
    """Where most lines begin and the widest end, a few strays left out."""
    told = [line for line in lines if not line.alone] or lines
    lefts = sorted(line.left for line in told)
    rights = sorted(line.right for line in told)
    return lefts[len(lefts) // 10], rights[len(rights) * 19 // 20]


def _usual_gap(lines: list[Line]) -> float:
    """How far below each other most lines stand."""
    gaps = sorted(
        line.top - before.bottom
        for before, line in itertools.pairwise(lines)
        if before.page == line.page and line.top > before.bottom
    )
    return gaps[len(gaps) // 2] if gaps else 0.0


def _goes_on(
    first: Line, before: Line, line: Line, left: float, right: float, usual: float
) -> bool:
    """Whether a line goes on with the paragraph that begins with `first` and reached `before`."""
    if before.alone or line.alone:
        return False
    if _is_indented(line, left) or not 0.7 < before.height / line.height < 1.4:
        return False
    if before.page == line.page and not _follows(before, line, usual):
        return False
    if _indent(before, left) > _DEEP or _is_day(before) or _is_day(line):
        return False
    if _is_side_by_side(before) or _is_addressed(before, line):
        return False
    if before.text.rstrip().endswith(_SENTENCE_END) and _begins_anew(line, right):
        return False
    if before.right >= right - _SHORT * before.height:
        return True
    if before.text.rstrip().endswith(_SENTENCE_END):
        return False
    # Lines that a typist broke: an indented paragraph goes on at the margin until a sentence ends.
    if _is_indented(first, left):
        return before.right > (left + right) / 2
    # Without indents, and the right edge ragged: so far a heading seldom goes.
    return (
        before.right > left + _RAGGED * (right - left)
        and not (before is first and _is_heading(before))
        and not _begins_anew(line, right)
        and not line.text.rstrip().endswith(("：", ":"))
        and "|" not in before.text  # cells, as somebody typed them
    )


def _is_heading(line: Line) -> bool:
    """Whether a line may be a numbered heading; one in which a sentence ends begins a paragraph."""
    return "。" not in line.text and compiled(_NUMBERED).match(line.text) is not None


def _is_side_by_side(line: Line) -> bool:
    """Whether blanks were typed to set two things apart: a number, and 办理结果 far right of it."""
    text = line.text.strip()
    return any(blank in text for blank in _BLANKS)


def _is_addressed(before: Line, line: Line) -> bool:
    """Whether a title as wide as the page stands above whom the letter is to, or 办理类别：B."""
    return (
        ("：" in line.text or ":" in line.text)
        and len(line.text.strip()) <= _LONGEST_NAME
        and compiled(_HEAD_LINE).fullmatch(line.text.strip()) is not None
        and compiled(_TITLE_END).search(before.text.rstrip()) is not None
    )


def _is_day(line: Line) -> bool:
    return only_date("".join(line.text.split())) is not None


def _begins_anew(line: Line, right: float) -> bool:
    """Whether a line behind the end of a sentence is a numbered item, or who signs.

    Letters without indents are printed so that nothing else tells it.
    """
    text = line.text.strip()
    if compiled(_NUMBERED).match(text):
        return True
    return line.right < right - _SHORT * line.height and bool(units_in_line(text))


def _is_indented(line: Line, left: float) -> bool:
    return line.text[0].isspace() or line.left > left + _INDENT * line.height


def _indent(line: Line, left: float) -> float:
    """How far in a line begins, in its heights; the box of some programs holds the blanks too."""
    blanks = line.text[: len(line.text) - len(line.text.lstrip())]
    wide = sum(0.5 if blank.isascii() else 1.0 for blank in blanks)
    return max(wide, (line.left - left) / line.height)


def _follows(before: Line, line: Line, usual: float) -> bool:
    """Whether a line stands right below another, as far as lines of one paragraph do."""
    gap = line.top - before.bottom
    return -0.5 * line.height < gap < min((_APART + 1.0) * line.height, usual + _MORE * line.height)


def _surely_ends(before: Line, line: Line, left: float) -> bool:
    if before.alone or line.alone:
        return True
    return _is_indented(line, left) or before.text.rstrip().endswith(_SENTENCE_END)


def _seam(before: str, after: str) -> str:
    """What stands where two lines of a paragraph meet: a blank between words of Latin letters."""
    last, first = before.rstrip()[-1:], after.strip()[:1]
    both_latin = last.isascii() and first.isascii() and last.isalpha() and first.isalpha()
    return " " if both_latin or (before[-1:] == " " and first.isascii() and last.isascii()) else ""

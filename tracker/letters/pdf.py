"""A PDF document → its text. Each page's signs in their order, lines joined to paragraphs.

PDFium is native code: what it costs is bounded here where it can be (pages, signs), and in the
worker process that runs it where it cannot.
"""

from __future__ import annotations

import ctypes
import itertools
import math
from typing import Any, Final

from tracker.errors import ReadingError
from tracker.letters.layout import Line, paragraphs
from tracker.letters.words import compiled

#: The longest government work report has about a hundred pages.
MAX_PAGES: Final = 500
#: Signs of a page, and of a document. A dense page holds two thousand.
MAX_PAGE_SIGNS: Final = 100_000
#: What a page is drawn of: words, lines, pictures. Drawings of a map have tens of thousands.
MAX_PAGE_OBJECTS: Final = 50_000
MAX_SIGNS: Final = 3_000_000
#: A scanned page may hold so many signs nevertheless: its number, a stamp by the scanner.
_FEW_SIGNS: Final = 12
#: A gap so wide, in heights of a line, may part two cells; on a page without any that is wider yet
#: it stands beside a quote or a bracket. Ink is lower than signs are wide, and justified lines are
#: loose by so much.
_GAP: Final = 0.9
_WIDE: Final = 1.5
_LOOSE: Final = 1.25
#: A blank between Chinese and a word in Latin letters or a figure.
_THIN: Final = (
    r"(?<=[\u3001-\u9fff\uff01-\uff5e]) (?=[0-9A-Za-z])|(?<=[0-9A-Za-z%]) (?=[\u3001-\u9fff])"
)
#: What stands for signs whose meaning a font does not tell.
_MEANINGLESS: Final = "[\ufffd\x00\ue000-\uf8ff]"

_ENCRYPTED: Final = "is encrypted; open it with its password and save it without one"
_DAMAGED: Final = "is a PDF document that is damaged or cut off; save or fetch it again"
#: The reason that offices are told for scans, whatever can be done about it.
SCANNED: Final = "no text: scanned"
_REMEDY: Final = (
    "ask for the original, or turn on text recognition: "
    'pip install "commitment-tracker[ocr]" and ocr = true under [reading] in config.toml'
)


def pdf_to_text(data: bytes, *, ocr: bool = False) -> str:
    """The text of a PDF document.

    Args:
        data: the file's bytes.
        ocr: whether the text of scanned pages is recognised; needs the extra `ocr`.

    Raises:
        ReadingError: it cannot be read or holds no text; the message is the reason only.
    """
    document = _opened(data)
    try:
        lines, blank = _lines(document)
        if _meaningless("".join(line.text for line in lines)):
            lines, blank = [], list(range(len(document)))
        if sum(len(line.text) for line in lines) <= _FEW_SIGNS * len(document):
            if not ocr:
                raise ReadingError(f"{SCANNED}; {_REMEDY}")
            from tracker.letters.ocr import recognised

            lines = recognised(document, blank or range(len(document)))
    finally:
        document.close()
    text = paragraphs(lines)
    if not text.strip():
        raise ReadingError(f"{SCANNED}, and no text was recognised")
    return text


def _opened(data: bytes) -> Any:
    import pypdfium2  # costs a twentieth of a second, and most letters are no PDF
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise ReadingError(_ENCRYPTED) from error
        if getattr(error, "err_code", None) == raw.FPDF_ERR_SECURITY:
            raise ReadingError(
                "is protected in a way that is not known; save it without"
            ) from error
        raise ReadingError(_DAMAGED) from error
    if not 0 < len(document) <= MAX_PAGES:
        count = len(document)
        document.close()
        raise ReadingError(
            _DAMAGED if count == 0 else f"has more than {MAX_PAGES} pages; no letter does"
        )
    return document


def _lines(document: Any) -> tuple[list[Line], list[int]]:
    """The lines of all pages, and the pages that hold none."""
    lines: list[Line] = []
    blank: list[int] = []
    signs = 0
    for number in range(len(document)):
        found, count = _page_lines(document, number)
        signs += count
        if signs > MAX_SIGNS:
            raise ReadingError(f"holds more than {MAX_SIGNS} signs; no letter does")
        lines += found
        if not found:
            blank.append(number)
    return lines, blank


def _page_lines(document: Any, number: int) -> tuple[list[Line], int]:
    from pypdfium2 import PdfiumError, raw

    try:
        page = document[number]
    except PdfiumError as error:
        raise ReadingError(f"page {number + 1} is damaged; save or fetch it again") from error
    try:
        if raw.FPDFPage_CountObjects(page) > MAX_PAGE_OBJECTS:
            raise ReadingError(
                f"page {number + 1} holds more than {MAX_PAGE_OBJECTS} objects; no page of a letter does"
            )
        height = page.get_height()
        words = raw.FPDFText_LoadPage(page)
        if not words:
            raise ReadingError(f"page {number + 1} is damaged; save or fetch it again")
        try:
            count = raw.FPDFText_CountChars(words)
            if count > MAX_PAGE_SIGNS:
                raise ReadingError(
                    f"page {number + 1} holds more than {MAX_PAGE_SIGNS} signs; no page of a letter does"
                )
            lines, side_by_side = _text_lines(words, count, number, height)
            if side_by_side:
                from tracker.letters.pdftables import tables_in

                return tables_in(page, words, lines, height), count
            return [line for line, *_ in lines], count
        finally:
            raw.FPDFText_ClosePage(words)
    finally:
        page.close()


def _text_lines(
    words: Any, count: int, number: int, height: float
) -> tuple[list[tuple[Line, range, bool]], bool]:
    """The lines as PDFium parts them, each with the box around its runs of signs.

    Returns:
        Each line, the numbers of its signs, none where they cannot be told one from another, and
        whether it may have gaps; and whether anything may stand side by side on the page.
    """
    from pypdfium2 import raw

    if count <= 0:
        return [], False
    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(words, 0, count, buffer)
    text = bytes(buffer)[: max(written - 1, 0) * 2].decode("utf-16-le", "replace")
    lines: list[tuple[Line, range, bool]] = []
    at = 0
    lowest = 0.0
    side_by_side = False
    for piece in text.split("\r\n"):
        units = len(piece) if piece.isascii() or max(piece) < "\U00010000" else _units(piece)
        first = raw.FPDFText_GetCharIndexFromTextIndex(words, at) if piece.strip() else -1
        runs = raw.FPDFText_CountRects(words, first, units) if first >= 0 else 0
        if runs > 0:
            left, top, right, bottom, in_order, widest = _box(words, runs)
            high = top - bottom if top > bottom else 0.01
            if not in_order and units == len(piece):
                piece, step = _sorted(words, first, piece, top - bottom)
                # Where a quote of another font stands, its neighbours' runs leave a gap that is none.
                widest = min(widest, step - high)
            spread = " " in piece.strip() and _is_spread(piece, right - left, high)
            gaps = spread or widest > _GAP * high
            signs = range(first, first + units if units == len(piece) else first)
            if in_order and signs and not gaps and " " in piece:
                piece = _closed(words, first, piece)
            line = Line(_clean(piece), number, left, right, height - top, height - bottom)
            lines.append((line, signs, gaps))
            wide = spread or widest > _WIDE * high
            side_by_side = side_by_side or wide or line.top < lowest - high
            lowest = line.bottom
        at += units + 2
    return lines, side_by_side


def _closed(words: Any, first: int, piece: str) -> str:
    """A line without the blanks that PDFium reads between Chinese and figures.

    Word and LibreOffice set them a quarter of a sign apart, and nobody typed a blank.
    """
    from pypdfium2 import raw

    parts: list[str] = []
    at = 0
    for match in compiled(_THIN).finditer(piece):
        if raw.FPDFText_IsGenerated(words, first + match.start()) == 1:
            parts.append(piece[at : match.start()])
            at = match.end()
    return "".join([*parts, piece[at:]])


def _is_spread(text: str, width: float, height: float) -> bool:
    """Whether a line of one run is wider than its signs are, by a gap between cells."""
    narrow = sum(map(text.count, " .,:()-0123456789"))
    return width > (_LOOSE * (len(text) - narrow / 2) + _WIDE) * height


def _box(words: Any, runs: int) -> tuple[float, float, float, float, bool, float]:
    """Left, top, right and bottom of the runs of a line, whether they stand in their order, and the
    widest gap between two of them.

    The ink of two runs never overlaps, unless the second stands before the first.
    """
    from pypdfium2 import raw

    x0, y0, x1, y1 = (ctypes.c_double() for _ in range(4))
    edges = ctypes.byref(x0), ctypes.byref(y0), ctypes.byref(x1), ctypes.byref(y1)
    rect_of = raw.FPDFText_GetRect
    rect_of(words, 0, *edges)
    left, top, right, bottom = x0.value, y0.value, x1.value, y1.value
    end, in_order = right, True
    widest = 0.0
    for index in range(1, runs):
        rect_of(words, index, *edges)
        begin, high, low = x0.value, y0.value, y1.value
        if begin < end - 1:
            in_order = False
        widest = begin - end if begin - end > widest else widest
        end = x1.value
        left = begin if begin < left else left
        right = end if end > right else right
        top = high if high > top else top
        bottom = low if low < bottom else bottom
    return left, top, right, bottom, in_order, widest


def _units(text: str) -> int:
    """How many signs PDFium counts: two for one beyond the first plane."""
    return len(text) + sum(char > "\uffff" for char in text)


def _sorted(words: Any, first: int, piece: str, height: float) -> tuple[str, float]:
    """The signs of a line by where they stand, and the longest step from one to the next, in points.

    Programs write a line font by font: the quotes of another font come before or behind the words
    that they stand around.
    """
    from pypdfium2 import raw

    x, y = ctypes.c_double(), ctypes.c_double()
    at_x, at_y = ctypes.byref(x), ctypes.byref(y)
    origin_of, is_generated = raw.FPDFText_GetCharOrigin, raw.FPDFText_IsGenerated
    signs: list[tuple[float, str]] = []
    for index, sign in enumerate(piece, first):
        if sign == " " and is_generated(words, index) == 1:
            continue  # a blank that PDFium put where signs stand apart, in the order it met them
        if not origin_of(words, index, at_x, at_y):
            return piece, math.inf
        signs.append((x.value, sign))
    signs.sort(key=lambda placed: placed[0])
    parts = [sign for _, sign in signs[:1]]
    longest = 0.0
    for (left, before), (right, sign) in itertools.pairwise(signs):
        longest = right - left if right - left > longest else longest
        if right - left > 2.5 * height:
            parts.append("   ")
        elif before.isascii() and sign.isascii() and right - left > 0.95 * height:
            parts.append(" ")
        parts.append(sign)
    return "".join(parts), longest


def _clean(text: str) -> str:
    """A line without marks of PDFium's own: the hyphen at a broken word, signs without meaning."""
    return text.replace("\ufffe", "").replace("\x02", "").replace("\r", "").replace("\n", "")


def _meaningless(text: str) -> bool:
    """Whether the signs have no meaning: fonts that were put in without a table of characters."""
    bad = len(compiled(_MEANINGLESS).findall(text))
    return bad > 20 and bad * 3 > len(text)

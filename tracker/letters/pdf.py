"""A PDF document → its text. Each page's signs in their order, lines joined to paragraphs.

PDFium is native code: what it costs is bounded here where it can be (pages, signs), and in the
worker process that runs it where it cannot.
"""

from __future__ import annotations

import ctypes
import itertools
from typing import Any, Final

from tracker.errors import ReadingError
from tracker.letters.layout import Line, paragraphs

#: The longest government work report has about a hundred pages.
MAX_PAGES: Final = 500
#: Signs of a page, and of a document. A dense page holds two thousand.
MAX_PAGE_SIGNS: Final = 100_000
MAX_SIGNS: Final = 3_000_000
#: A scanned page may hold so many signs nevertheless: its number, a stamp by the scanner.
_FEW_SIGNS: Final = 12
#: What stands for signs whose meaning a font does not tell.
_MEANINGLESS: Final = "\ufffd\x00"

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
            return _text_lines(words, count, number, height), count
        finally:
            raw.FPDFText_ClosePage(words)
    finally:
        page.close()


def _text_lines(words: Any, count: int, number: int, height: float) -> list[Line]:
    """The lines as PDFium parts them, each with the box around its runs of signs."""
    from pypdfium2 import raw

    if count <= 0:
        return []
    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(words, 0, count, buffer)
    text = bytes(buffer)[: max(written - 1, 0) * 2].decode("utf-16-le", "replace")
    edges = [ctypes.c_double() for _ in range(4)]  # left, top, right, bottom
    pointers = [ctypes.byref(edge) for edge in edges]
    lines: list[Line] = []
    at = 0
    for piece in text.split("\r\n"):
        units = len(piece) + sum(char > "\uffff" for char in piece)
        if piece.strip():
            first = raw.FPDFText_GetCharIndexFromTextIndex(words, at)
            boxes = []
            for index in range(raw.FPDFText_CountRects(words, first, units) if first >= 0 else 0):
                raw.FPDFText_GetRect(words, index, *pointers)
                left, top, right, bottom = (edge.value for edge in edges)
                boxes.append((left, height - top, right, height - bottom))
            if boxes:
                # Ink of two runs never overlaps, unless the runs are not in their order.
                if any(a[2] > b[0] + 1 for a, b in itertools.pairwise(boxes)):
                    piece = _sorted(words, first, units) or piece
                lines.append(_line(piece, number, boxes))
        at += units + 2
    return lines


def _line(text: str, page: int, boxes: list[tuple[float, float, float, float]]) -> Line:
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    return Line(_clean(text), page, left, right, top, bottom)


def _sorted(words: Any, first: int, count: int) -> str:
    """The signs of a line by where they stand.

    Programs write a line font by font: the quotes of another font come before or behind the words
    that they stand around.
    """
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    signs: list[tuple[float, float, str]] = []
    for index in range(first, first + count):
        if raw.FPDFText_IsGenerated(words, index) == 1:
            continue  # a blank that PDFium put where signs stand apart, in the order it met them
        if not raw.FPDFText_GetLooseCharBox(words, index, box):
            return ""
        signs.append((box.left, box.right, chr(raw.FPDFText_GetUnicode(words, index))))
    signs.sort(key=lambda sign: sign[0])
    parts = [sign for *_, sign in signs[:1]]
    for before, sign in itertools.pairwise(signs):
        apart = sign[0] - before[1] > 0.5 * max(before[1] - before[0], 1.0)
        parts.append(" " + sign[2] if apart else sign[2])
    return "".join(parts)


def _clean(text: str) -> str:
    """A line without marks of PDFium's own: the hyphen at a broken word, signs without meaning."""
    return text.replace("\ufffe", "").replace("\x02", "").replace("\r", "").replace("\n", "")


def _meaningless(text: str) -> bool:
    """Whether the signs have no meaning: fonts that were put in without a table of characters."""
    bad = sum(char in _MEANINGLESS or "\ue000" <= char <= "\uf8ff" for char in text)
    return bad > 20 and bad * 3 > len(text)

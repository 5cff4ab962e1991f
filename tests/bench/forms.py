"""What reading a form costs beside a bare call of the library below it, in time of this process.

The peer of a page is all of its text by lxml, of PDF each page's text by pypdfium2, of .docx the
words of each paragraph by python-docx. None of them tells the letter from what stands around it.
No library lies below our pages: lxml, in C, only says how little there is to gain.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import lxml.html
import pypdfium2
from docx import Document
from rich.console import Console
from rich.table import Table

from tests.letters import forms
from tracker.letters.reading import read_bytes

#: What the project may cost beside the bare library.
BOUND = 1.5


def _page_by_lxml(data: bytes) -> str:
    text: str = lxml.html.document_fromstring(data.decode()).text_content()
    return text


def _pdf_by_pdfium(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    texts = []
    for number in range(len(document)):
        page = document[number]
        words = page.get_textpage()
        texts.append(words.get_text_range())
        words.close()
        page.close()
    document.close()
    return "\n".join(texts)


def _docx_by_library(data: bytes) -> str:
    return "\n".join(item.text for item in Document(io.BytesIO(data)).paragraphs)


def _styled() -> bytes:
    """The letter in paragraphs that name a style, so that the document's styles are read too."""
    document = Document()
    for line in forms.lines():
        document.add_paragraph(line, style="Body Text")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def show_forms(console: Console, rounds: int) -> None:
    """Print a table: milliseconds per printed page of the letter, ours and the peer's.

    Args:
        console: where to.
        rounds: of which the best counts.
    """
    pages = len(forms.printed())
    rows: list[tuple[str, bytes, Callable[[bytes], str] | None]] = [
        ("html, site software", forms.page_of_paragraphs().encode(), _page_by_lxml),
        ("html, tables and <br>", forms.page_of_breaks().encode(), _page_by_lxml),
        ("html, no known names", forms.page_without_names().encode(), _page_by_lxml),
        ("pdf", forms.pdf(), _pdf_by_pdfium),
        ("docx", forms.docx(), _docx_by_library),
        ("docx, with styles", _styled(), _docx_by_library),
        ("ofd", forms.ofd(), None),
        ("doc", forms.doc(), None),
        ("txt", forms.text().encode(), None),
    ]
    table = Table(title=f"ms per page; a letter of {pages} pages, best of {rounds}")
    for heading in ("form", "KB", "bare library", "ours", "times"):
        table.add_column(heading, justify="left" if heading == "form" else "right")
    for name, data, bare in rows:
        ours = _best(lambda d: read_bytes(d, "letter").text, data, rounds) / pages
        peer = _best(bare, data, rounds) / pages if bare else None
        table.add_row(
            name,
            f"{len(data) / 1024:.1f}",
            "" if peer is None else f"{peer:.3f}",
            f"{ours:.3f}",
            "" if peer is None else f"{ours / peer:.2f}" + ("" if ours <= BOUND * peer else " !"),
        )
    console.print(table)


def _best(read: Callable[[bytes], str], data: bytes, rounds: int) -> float:
    """Milliseconds of the fastest round; the first ones load modules and compile patterns."""
    times = []
    for _ in range(rounds):
        before = time.process_time()
        read(data)
        times.append(time.process_time() - before)
    return min(times) * 1000

"""A letter of supervision from a template that an office edits in Word or WPS.

A template is a .docx whose paragraphs hold {names}. Paragraphs that stand together and hold names
of an item ({序号}, {事项}, {原文} …) are repeated for each promise; one that is empty when it is
filled in goes. Form and wording are the template's; what is filled in is plain text.
"""

from __future__ import annotations

import copy
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tracker.errors import SettingsError
from tracker.reports.clean import one_line
from tracker.resources import data_path

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_NAME: Final = re.compile(r"\{([^{}]{1,20})\}")
#: What XML cannot hold, besides what `one_line` takes out.
NO_XML: Final = re.compile("[\ufffe\uffff]")
#: Points between the margins of the standard's page, and those of the sender's mark.
_WIDTH: Final = 440
_MARK: Final = 36
#: What a property of a document may hold.
PROPERTY: Final = 255
#: The styles of the sender's name and of the date under a text.
SIGNATURE: Final = "署名"
DATE: Final = "成文日期"
#: Points of a character in size 3 (三号).
_SIZE: Final = 16
_DIGITS: Final = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise that the letter speaks of, in words."""

    what: str
    letter: str
    quote: str
    deadline: str
    days: int
    progress: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a letter says; `origin`: by whose reply the promises are the unit's."""

    office: str
    number: str
    unit: str
    day: dt.date
    reply_by: dt.date
    contact: str
    origin: str
    promises: Sequence[Promise]


def compose(template: bytes, facts: Facts, name: str) -> bytes:
    """The letter as a .docx file.

    Args:
        template: the bytes of a .docx file.
        facts: what it says; foreign text is made one plain line.
        name: of the template, for messages.

    Raises:
        SettingsError: the template is no .docx, holds a name that is not known, or has no room for
            the promises.
    """
    document = opened(template, name)
    whole = _words_of(facts)
    items = [_words_of_item(number, item) for number, item in enumerate(facts.promises, 1)]
    paragraphs = document.paragraphs
    block = _block(paragraphs, set(items[0]), name)
    for paragraph in everywhere(document):
        if not any(paragraph._p is other._p for other in block):
            fill(paragraph, whole, name)
    after = block[-1]._p
    for words in items[1:]:
        for paragraph in block:
            fresh = copy.deepcopy(paragraph._p)
            after.addnext(fresh)
            after = fresh
            fill(_like(paragraph, fresh), whole | words, name)
    for paragraph in block:
        fill(paragraph, whole | items[0], name)
    _tidy(document, paragraphs)
    _sign(document, whole)
    _fit_mark(document, whole["发文机关"])
    properties = document.core_properties
    properties.title = f"{whole['发文字号']} {properties.title}".strip()[:PROPERTY]
    properties.author = properties.last_modified_by = whole["发文机关"][:PROPERTY]
    properties.created = properties.modified = dt.datetime.combine(facts.day, dt.time())
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def opened(template: bytes, name: str) -> Document:
    """A template as a document.

    Raises:
        SettingsError: it is no .docx file.
    """
    # Loaded here because only this command writes documents.
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError

    try:
        return docx.Document(io.BytesIO(template))
    except (OpcError, XMLSyntaxError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise SettingsError(f"{name}: is no template: it must be a .docx file") from error


def _words_of(facts: Facts) -> dict[str, str]:
    return {
        "发文机关": plain_text(facts.office),
        "发文字号": plain_text(facts.number),
        "主送机关": plain_text(facts.unit),
        "件数": str(len(facts.promises)),
        "成文日期": chinese_day(facts.day),
        "反馈日期": chinese_day(facts.reply_by),
        "承诺来源": plain_text(facts.origin),
        "联系方式": plain_text(facts.contact),
    }


def _words_of_item(number: int, item: Promise) -> dict[str, str]:
    return {
        "序号": f"\uff08{numeral(number)}\uff09",
        "事项": plain_text(item.what),
        "答复件": plain_text(item.letter),
        "原文": quoted(item.quote),
        "时限": plain_text(item.deadline),
        "逾期天数": str(item.days),
        "进展": plain_text(item.progress),
    }


def plain_text(text: str) -> str:
    """Foreign text as one line that a document can hold."""
    return NO_XML.sub("", one_line(text))


def quoted(quote: str) -> str:
    """A quote to stand in quotation marks: those within are the single ones."""
    return plain_text(quote).translate(str.maketrans("“”", "‘’")).rstrip("。")


def chinese_day(day: dt.date) -> str:
    """2026年1月5日: in Arabic figures, months and days without a zero before them (7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def numeral(number: int) -> str:
    """A number from 1 to 999 as headings are counted: 一, 十, 十一, 二十, 一百零五, 一百一十."""
    hundreds, rest = divmod(number, 100)
    if hundreds:
        linked = "零" if 0 < rest < 10 else "一" if 10 <= rest < 20 else ""
        return f"{_DIGITS[hundreds]}百{linked}{numeral(rest) if rest else ''}"
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return head + (_DIGITS[ones] if ones else "")


def _block(paragraphs: Sequence[Paragraph], names: set[str], name: str) -> list[Paragraph]:
    """The paragraphs of an item: the first that hold one of its names, and those right after."""
    found: list[Paragraph] = []
    for paragraph in paragraphs:
        if names & set(_NAME.findall(paragraph.text)):
            found.append(paragraph)
        elif found:
            break
    if not found:
        raise SettingsError(f"{name}: the template has no paragraph with {{事项}} or {{原文}}")
    return found


def everywhere(document: Document) -> Iterator[Paragraph]:
    """Every paragraph of the body, its tables, headers and footers."""
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    parts: list[Any] = [document]
    for section in document.sections:
        for part in (
            section.header, section.footer, section.first_page_header, section.first_page_footer,
            section.even_page_header, section.even_page_footer,
        ):  # fmt: skip
            if not part.is_linked_to_previous:
                parts.append(part)
    for part in parts:
        root = document.element.body if part is document else part._element
        for element in list(root.iter(qn("w:p"))):
            yield Paragraph(element, part)


def _like(paragraph: Paragraph, element: Any) -> Paragraph:
    return type(paragraph)(element, paragraph._parent)


def fill(paragraph: Paragraph, words: Mapping[str, str], name: str) -> None:
    """Put words in the place of names; a name that several runs share goes into the first."""
    runs = paragraph.runs
    if not any("{" in run.text for run in runs):
        return

    def word(match: re.Match[str]) -> str:
        if match[1] not in words:
            known = ", ".join(f"{{{key}}}" for key in words)
            raise SettingsError(f"{name}: the template has {match[0]}; known: {known}")
        return words[match[1]]

    change: Callable[[str], str] = lambda text: _NAME.sub(word, text)  # noqa: E731
    if all(run.text.count("{") == run.text.count("}") for run in runs):
        for run in runs:
            if "{" in run.text:
                run.text = change(run.text)
        return
    runs[0].text = change("".join(run.text for run in runs))
    for run in runs[1:]:
        run._r.getparent().remove(run._r)


def _tidy(document: Document, known: Sequence[Paragraph]) -> None:
    """Take out what became empty, and keep the signature with the end of the text."""
    for paragraph in known:
        element = paragraph._p
        if not paragraph.text.strip() and paragraph.runs and element.getparent() is not None:
            element.getparent().remove(element)
    before = None
    for paragraph in document.paragraphs:
        if paragraph.style is not None and paragraph.style.name == SIGNATURE and before is not None:
            before.paragraph_format.keep_with_next = True
            before.paragraph_format.keep_together = True
        before = paragraph


def signature_places(office: str, day: str) -> dict[str, float]:
    """How far from the right margin sender and date end, in points, by the styles of the two.

    The date four characters from the margin, the sender's name centred on it; a name that would
    come nearer than two characters stays there, and the date is centred on it (7.3.5).
    """
    wide, narrow = _width(office), _width(day)
    places = {SIGNATURE: 4 * _SIZE + (narrow - wide) / 2, DATE: 4 * _SIZE}
    if places[SIGNATURE] < 2 * _SIZE:
        places = {SIGNATURE: 2 * _SIZE, DATE: 2 * _SIZE + (wide - narrow) / 2}
    return places


def _sign(document: Document, words: Mapping[str, str]) -> None:
    places = signature_places(words["发文机关"], words["成文日期"])
    for paragraph in document.paragraphs:
        name = paragraph.style.name if paragraph.style is not None else None
        if name in places:
            _indent(paragraph, places[name])


def _width(text: str) -> float:
    """Points that a text takes in the size of the body."""
    return sum(_SIZE / 2 if char.isascii() else _SIZE for char in text)


def _indent(paragraph: Paragraph, right: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph.paragraph_format.right_indent = Pt(round(right))
    # What a style says in characters would go before it.
    indent = paragraph._p.get_or_add_pPr().find(qn("w:ind"))
    if indent is not None:
        indent.set(qn("w:rightChars"), "0")


def template_file(data_dir: Path, file: str) -> Path:
    """An office's own template, in templates/ of its data folder, else the program's."""
    own = data_dir / "templates" / file
    return own if own.exists() else data_path("templates", file)


def _fit_mark(document: Document, office: str) -> None:
    """A long name of the sender stands in smaller characters, so that it keeps to one line."""
    from docx.shared import Pt

    size = min(_MARK, _WIDTH // max(1, len(office)))
    if size == _MARK:
        return
    for section in document.sections:
        for paragraph in section.first_page_header.paragraphs:
            for run in paragraph.runs:
                if office in run.text and run.font.size is not None and run.font.size > Pt(size):
                    run.font.size = Pt(max(size, 12))

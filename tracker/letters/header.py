"""The header of a letter: who answers whom, about what, when."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Final

from tracker.letters.abbreviations import find_short_names
from tracker.letters.classes import find_category
from tracker.letters.contacts import find_contact
from tracker.letters.dates import before_date, find_dates, only_date
from tracker.letters.issuers import find_issuers, find_region, full_name
from tracker.letters.kinds import kind_of
from tracker.letters.model import Body, Header
from tracker.letters.names import Span, recipients_in, units_in_line
from tracker.letters.partners import find_partners
from tracker.letters.parts import Parts
from tracker.letters.publishing import find_publishable
from tracker.letters.subjects import (
    find_document_no,
    find_number,
    find_session,
    find_suggestion_title,
)
from tracker.letters.text import NormalText
from tracker.letters.words import pattern_of, words
from tracker.letters.workreports import find_work_report, report_header


def header_of(normal: NormalText, parts: Parts) -> Header:
    """All fields of the header of a letter; what is not written stays empty."""
    text = normal.text
    title = "".join(text[slice(*span)] for span in parts.title)
    opening = text[slice(*parts.opening)][:1500]
    units = find_issuers(normal, parts)
    names = [full_name(normal, parts, unit) for unit in units]
    session = _session(normal, parts)
    recipients = _recipients(normal, parts)
    joint, assisting = find_partners(normal, parts, names)
    header = Header(
        issuer="、".join(names) or None,
        date=_date(parts),
        suggestion_no=_suggestion_no(parts, title, opening),
        session=session,
        body=_body(session, title, text, parts),
        recipients=recipients,
        category=find_category(parts, opening),
        title=find_suggestion_title(normal, parts),
        document_no=find_document_no(normal, parts),
        region=find_region(normal, parts, units, session),
        kind=kind_of(title, opening),
        joint=joint,
        assisting=assisting,
        contact=find_contact(normal, parts),
        publishable=find_publishable(parts),
        short_names=find_short_names(normal),
        complete=_complete(text, parts),
        script="hant" if normal.traditional else "hans",
    )
    report = find_work_report(normal, parts)
    return report_header(normal, parts, report, header) if report else header


# When ----------------------------------------------------------------------------------------


def _date(parts: Parts) -> date | None:
    """Signature, else a date alone in the head, else a label (publication); never the body."""
    for line in parts.tail:
        day = only_date(line.text)
        if day is None and len(line.text) <= 120:
            bare = before_date(line.text)
            if bare != line.text and units_in_line(bare):
                day = only_date(line.text[len(bare) :])
        if day:
            return day
    for line in reversed(parts.head):
        day = only_date(line.text)
        if day:
            return day
    return _labelled_date(parts)


@cache
def _date_label() -> re.Pattern[str]:
    return re.compile(rf"({pattern_of('header', 'labels', 'date')})[:| \]】]{{1,4}}")


def _labelled_date(parts: Parts) -> date | None:
    order = words("header", "labels", "date")
    best: tuple[int, date] | None = None
    for line in (*parts.head, *parts.tail):
        if len(line.text) > 600:
            continue
        for match in _date_label().finditer(line.text):
            day = next(find_dates(line.text[match.end() : match.end() + 24]), None)
            if day and day[0] <= 1 and (best is None or order.index(match[1]) < best[0]):
                best = (order.index(match[1]), day[2])
    if best:
        return best[1]
    for line in reversed(parts.head):
        if len(line.text) <= 200 and not any(
            line.start <= span[0] < line.end for span in parts.title
        ):
            for _, _, day_found in find_dates(line.text):
                return day_found
    return None


# About what ----------------------------------------------------------------------------------


def _session(normal: NormalText, parts: Parts) -> str | None:
    spans: list[Span] = [*parts.title, parts.opening]
    spans += [(line.start, line.end) for line in reversed(parts.head)]
    for start, end in spans:
        found = find_session(normal.text[start : min(end, start + 1500)])
        if found:
            return "".join(normal.raw_quote(start + found[0], start + found[1]).split())
    return None


def _suggestion_no(parts: Parts, title: str, opening: str) -> int | None:
    for text in (title, opening):
        number = find_number(text)
        if number is not None:
            return number
    for line in (*reversed(parts.head), *parts.tail):
        match = _number_label().search(line.text)
        if match:
            return int(match[1])
    return None


@cache
def _number_label() -> re.Pattern[str]:
    return re.compile(
        rf"{pattern_of('header', 'labels', 'number')}[:| ]{{1,3}}第?[A-Za-z]{{0,4}}(\d{{1,12}})"
    )


def _body(session: str | None, title: str, text: str, parts: Parts) -> Body:
    """By the session, else by what the title calls the paper, else by what the writer is called."""
    salutation = text[slice(*parts.salutation)] if parts.salutation else ""
    opening = text[slice(*parts.opening)]
    for words_found in (_simple(session), title, salutation + opening):
        if not words_found:
            continue
        if "党代" in words_found:
            return "other"
        npc = re.search("人大|人民代表大会", words_found)
        cppcc = re.search("政协|政治协商", words_found)
        if npc or cppcc:
            return "npc" if npc and (not cppcc or npc.start() < cppcc.start()) else "cppcc"
    for words_found in (title, salutation, opening):
        if "提案" in words_found or "委员" in words_found:
            return "cppcc"
        if "建议" in words_found or "代表" in words_found or "议案" in words_found:
            return "npc"
    return "other"


def _simple(text: str | None) -> str:
    """A name of a session in the letters that the patterns know."""
    return (
        (text or "").replace("協", "协").replace("會", "会").replace("議", "议").replace("黨", "党")
    )


def _recipients(normal: NormalText, parts: Parts) -> tuple[str, ...]:
    if parts.salutation:
        return recipients_in(normal, parts.salutation)
    for line in (*parts.head, *parts.tail):
        match = _recipient_label().search(line.text)
        if match:
            return recipients_in(normal, (line.start + match.start(1), line.start + match.end(1)))
    return ()


@cache
def _recipient_label() -> re.Pattern[str]:
    return re.compile(
        rf"{pattern_of('header', 'recipients', 'named_by')}[:| ]{{1,3}}([一-龥·、 ]{{2,80}})"
    )


# Whole or not --------------------------------------------------------------------------------

_CLOSED: Final = frozenset("。!?)”》;…:")


def _complete(text: str, parts: Parts) -> bool:
    """Whether the letter goes on to its end: a signature follows, or its last sentence ends."""
    if parts.tail and any(only_date(line.text) or units_in_line(line.text) for line in parts.tail):
        return True
    return parts.end > parts.start and text[parts.end - 1] in _CLOSED

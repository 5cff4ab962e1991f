"""Government work reports: how one is recognised, and what its head says.

A work report is read like a letter: what was done in the past year is told first, what is to be
reached in the coming year after it. It addresses the congress, so no suggestion is answered.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from tracker.letters.dates import find_dates
from tracker.letters.model import Header
from tracker.letters.names import Line, Span
from tracker.letters.parts import Parts
from tracker.letters.subjects import find_session
from tracker.letters.text import NormalText
from tracker.letters.words import compiled

TITLE: Final = "政府工作报告"
#: A line that is the title and nothing else; 关于政府工作报告的决议 is another paper.
_TITLE_LINE: Final = (
    rf"\W{{0,4}}(?:20\d\d年)?(?P<place>[一-龥]{{1,14}}?[省市县区州旗盟镇乡])?(?P<people>人民)?{TITLE}"
    r"(?:\([^()]{1,60}\)[一-龥· ]{0,24})?\W{0,4}"  # wrapped lines may have brought the speaker along
)
#: The report is given to a congress: its sessions in the head, or the words of its first sentence.
_GIVEN: Final = r"人民代表大会[^。\n]{0,24}会议|向(?:大会|各位代表|人民代表大会)(?:作|作出)?报告"
#: The first sentence stands within so many characters behind the title.
_REACH: Final = 600
_TERM: Final = r"第?[一二三四五六七八九十百\d]{1,4}届"


def find_work_report(normal: NormalText, parts: Parts) -> Span | None:
    """The span of the title line of a government work report, None for anything else."""
    text = normal.text
    if TITLE not in text[: parts.opening[0] or _REACH]:
        return None
    for line in reversed(parts.head):
        if TITLE in line.text and compiled(_TITLE_LINE).fullmatch(line.text):
            end = min(len(text), max(parts.start, line.end) + _REACH)
            return line[:2] if compiled(_GIVEN).search(text, line.end, end) else None
    return None


def report_header(normal: NormalText, parts: Parts, title: Span, header: Header) -> Header:
    """The header of a work report.

    The government answers for it, whoever reads it out; its date is the day of the report, not of
    its publication.

    Args:
        normal: the text.
        parts: its parts.
        title: the span that `find_work_report` found.
        header: as for a letter; what a work report does not have is cleared.
    """
    below = _below(normal.text, parts, title)
    session: str | None = None
    place: str | None = _named_place(normal.text, title)
    for line in below:
        found = find_session(line.text)
        if found:
            session = "".join(
                normal.raw_quote(line.start + found[0], line.start + found[1]).split()
            )
            place = place or _place_of(session)
            break
    day = _day_of(below)
    national = "全国" in (session or "")
    place = place or header.region
    issuer = "国务院" if national else f"{place}人民政府" if place else header.issuer
    return replace(
        header,
        kind="work_report",
        body="other",
        title=TITLE,
        session=session or header.session,
        date=day or header.date,
        region="全国" if national else place,
        issuer=issuer,
        suggestion_no=None,
        recipients=(),
        category=None,
        joint=(),
        assisting=(),
    )


def _day_of(below: list[Line]) -> date | None:
    """The day of the congress: beside its name, else in a line that labels nothing (发布时间：…)."""
    beside = [line for line in below if find_session(line.text)]
    bare = [line for line in below if ":" not in line.text]
    dates = (day for line in (*beside, *bare) for _, _, day in find_dates(line.text))
    return next(dates, None)


def _below(text: str, parts: Parts, title: Span) -> list[Line]:
    """The title and what stands between it and the salutation: day, congress, speaker."""
    lines = [line for line in parts.head if line.start >= title[0]]
    return lines or [Line(*title, text[slice(*title)])]


def _named_place(text: str, title: Span) -> str | None:
    match = compiled(_TITLE_LINE).fullmatch(text, *title)
    place = match["place"] if match else None
    return place if place and len(place) > 1 else None


def _place_of(session: str) -> str | None:
    """青禾县 of 青禾县第十七届人民代表大会第四次会议; the bare level (县第十七届) names no place."""
    match = compiled(_TERM).search(session)
    place = session[: match.start()] if match else ""
    return place if len(place) > 1 and place[-1] in "省市县区州旗盟镇乡" else None

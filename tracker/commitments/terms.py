"""When the present term of office ends: 本届政府任期内, 本届人大任期内.

Congresses and governments of every level have terms of five years (data/lexicon/times.toml names
the law and the terms). A term begins and ends at the first session of a new congress, in the
winter between two years of work; that day is not known before it is called. So the last day of
the term's fifth year of work is taken, as governments themselves count (2023—2027年): nothing
promised for a term can be done after it, and a reminder comes before the office changes hands.
Readers may differ by some weeks: the date is marked as arguable.

Party committees have terms of their own, which these are not.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any, Final

from tracker.commitments import periods
from tracker.letters.model import Header
from tracker.letters.subjects import number_of

_SESSION_NO: Final = re.compile(
    r"届(?:(?!届)[^次]){0,24}?第?([一二三四五六七八九十\d]{1,3})次(?:全体)?会"
)


def term_end(header: Header) -> date | None:
    """The last day of the term in which a letter was written, None where body or day is unknown.

    Args:
        header: its region tells the level, its date the term. In the last weeks of a year the
            session tells whether the new term has begun: the k-th session of a congress is held
            k - 1 years after its first.
    """
    level = _level(header.region) or _level_of_session(header.session)
    if header.date is None or level is None:
        return None
    first = _first_year(level, header.date.year)
    if first is None:
        return None
    opened = _opened(header, level)
    if opened is not None:
        nearest = _first_year(level, opened + 1)
        if nearest is not None and abs(nearest - opened) <= 1:
            first = max(first, nearest)
    return date(first + _years() - 1, 12, 31)


def _opened(header: Header, level: str) -> int | None:
    """The year of the congress's first session, by the number of the session answered."""
    match = _SESSION_NO.search(header.session or "")
    session_level = _level_of_session(header.session)
    other = session_level is not None and _group(session_level) is not _group(level)
    if match is None or header.date is None or other:
        return None
    return header.date.year - (number_of(match[1]) or 1) + 1


def _level(region: str | None) -> str | None:
    """The level of a place: 四川省资阳市 is a city, 北京市 a province."""
    if not region:
        return None
    if region in _terms()["provinces"]:
        return "省"
    return "自治区" if region.endswith("自治区") else region[-1]


def _level_of_session(session: str | None) -> str | None:
    """The first level that a session's name writes: 省十三届人大二次会议."""
    match = re.match(
        r"(?:政协)?(全国|[一-龥]{0,12}?(?:自治区|[省市县區区州旗盟镇乡縣鎮鄉]))", session or ""
    )
    return _level(match[1]) if match else None


def _group(level: str) -> dict[str, Any] | None:
    return next((entry for entry in _terms()["bodies"] if level in entry["levels"]), None)


def _first_year(level: str, year: int) -> int | None:
    """The first year of work of the term that a year belongs to."""
    group = _group(level)
    if group is None or year < group["first"]:
        return None
    return int(year - (year - group["first"]) % _years())


def _years() -> int:
    return int(_terms()["years"])


@cache
def _terms() -> dict[str, Any]:
    found: dict[str, Any] = periods.words()["terms"]
    return found

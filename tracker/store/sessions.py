"""Sessions of a congress: 县第十八届人大五次会议 and 县十八届人大第五次会议 are the same one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tracker.commitments.numerals import parse_number
from tracker.store.places import full_names

_NUMBER: Final = r"[〇零一二三四五六七八九十百\d]+"
_TERM: Final = re.compile(rf"({_NUMBER})[届屆]")
_MEETING: Final = re.compile(rf"({_NUMBER})次")


@dataclass(frozen=True, slots=True)
class SessionKey:
    """What tells one session from another; None and "" mean that it is not said."""

    body: str
    term: int | None
    meeting: int | None
    rest: str


def session_key(written: str) -> SessionKey:
    """A session by its numbers; one without numbers by its words.

    Args:
        written: as a letter or a list of deputies writes it.
    """
    term, meeting = _TERM.search(written), _MEETING.search(written)
    body = "cppcc" if "政协" in written or "政協" in written else ""
    if not body and ("人大" in written or "人民代表" in written):
        body = "npc"
    return SessionKey(
        body,
        int(parse_number(term[1])) if term else None,
        int(parse_number(meeting[1])) if meeting else None,
        "" if term else re.sub(r"\s", "", written),
    )


def full_session(written: str, region: str) -> str:
    """A session with its place: 市五届人大三次会议 in 资阳市 → 资阳市五届人大三次会议."""
    return (
        full_names(written, region)[0]
        if written and written[0] in "省市州县区旗镇乡縣區"
        else written
    )


def same_term(one: str, other: str) -> bool:
    """Whether two sessions may belong to one term of one body, so that their deputies are one.

    Args:
        one: with its place, as `full_session` gives it, or as a list of deputies writes it.
        other: the same.
    """
    if not one or not other:
        return True
    left, right = session_key(one), session_key(other)
    if left.body and right.body and left.body != right.body:
        return False
    places = {place for place in (_place(one), _place(other)) if place}
    return (left.term, left.rest) == (right.term, right.rest) and len(places) < 2


def _place(written: str) -> str:
    """资阳市五届人大三次会议 → 资阳市; a bare level (市五届…) names no place."""
    behind = re.search(r"\((.+)\)$", written)
    if behind:
        return behind[1]
    place = re.sub(rf"第?{_NUMBER}[届屆].*", "", written)
    place = re.sub(r"^政[协協]|政[协協]$|人大$", "", place)
    return place if len(place) > 1 else ""

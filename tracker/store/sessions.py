"""Sessions of a congress: 县第十八届人大五次会议 and 县十八届人大第五次会议 are the same one. Pure.

A list of suggestions and the replies to them write one session in many ways. What tells sessions
apart are body, place, term (届), meeting (次) and, where no term is written, the year.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from tracker.commitments.numerals import parse_number
from tracker.store.places import LEVELS, full_names, prefixes

_NUMBER: Final = r"[〇零○一二三四五六七八九十百\d]{1,6}"
_TERM: Final = re.compile(rf"第?({_NUMBER})届")
_MEETING: Final = re.compile(rf"第?({_NUMBER})次")
_YEAR: Final = re.compile(r"((?:19|20)\d\d|[一二][〇零○九][〇零○一二三四五六七八九]{2})年度?")
#: What names the body or the meeting and no place; the longer before the shorter.
_WORDS: Final = re.compile(
    "中国人民政治协商会议|人民政协|政协|人民代表大会|人代会|人大|常务委员会|常委会|委员会|全委会"
    "|全体会议|全体大会|全会|会议|大会|两会|代表建议|委员提案|建议|提案|议案"
)
#: Suggestions filed between two meetings are counted on their own.
_RECESS: Final = "闭会"
_SIMPLE: Final = str.maketrans("屆會議協縣區鎮鄉國黨", "届会议协县区镇乡国党")
_PLACE: Final = re.compile(rf"全国|[一-龥]{{0,18}}[{LEVELS}]|[一-龥]{{2,12}}(?:自治区|街道)")


@dataclass(frozen=True, slots=True)
class SessionKey:
    """What tells one session from another; None and "" mean that it is not said.

    `place` is a name (陶丘县), 全国, or a bare level (县) that only the letter's region explains.
    `rest` holds other words: of a session without a number all, else 闭会 between meetings.
    """

    body: str
    term: int | None
    meeting: int | None
    rest: str
    place: str = ""
    year: int | None = None


def session_key(written: str) -> SessionKey:
    """A session by its numbers; one without numbers by its words.

    Args:
        written: as a letter or a list writes it; any text has a key.
    """
    text = "".join(unicodedata.normalize("NFKC", written).split()).translate(_SIMPLE)
    body = "npc" if re.search("人大|人民代表|人代会", text) else ""
    if "政协" in text or "政治协商" in text:
        body = "cppcc"
    term, meeting, year = _TERM.search(text), _MEETING.search(text), _YEAR.search(text)
    behind = re.search(r"\(([^()]+)\)$", text)
    left = re.sub(r"\([^()]*\)", "", text)
    for pattern in (_YEAR, _TERM, _MEETING, _WORDS):
        left = pattern.sub("", left)
    recess = _RECESS if _RECESS in left else ""
    left = re.sub(r"闭会期间|闭会", "", left)
    place = _PLACE.fullmatch(left)
    rest = "" if term or place else left
    where = place[0] if place else ""
    if behind and _PLACE.fullmatch(behind[1]):
        where = behind[1]
    return SessionKey(
        body,
        _whole(term[1]) if term else None,
        _whole(meeting[1]) if meeting else None,
        rest + recess,
        where,
        _whole(year[1]) if year else None,
    )


def _whole(digits: str) -> int | None:
    """十三 → 13, 2023 and 二〇二三 → 2023; None for what counts nothing (十十)."""
    plain = digits.replace("○", "〇").replace("零", "〇")
    if not re.search("[十百]", plain):
        return int(
            "".join(
                str(found) if (found := "〇一二三四五六七八九".find(c)) >= 0 else c for c in plain
            )
        )
    try:
        return int(parse_number(plain))
    except ValueError:
        return None


def same_session(
    one: SessionKey, other: SessionKey, *, regions: tuple[str, str], years: tuple[int, int] = (0, 0)
) -> bool | None:
    """Whether two keys are of one session: True, False, or None where too little is said.

    Args:
        one: of a suggestion.
        other: of another; the bodies have been compared.
        regions: where the papers that write them are from, "" where unknown.
        years: the papers' years, for keys that name neither term nor year; 0 is unknown.
    """
    answers = [
        _same_place(_where(one, regions[0]), _where(other, regions[1])),
        _same_meeting(one, other, years),
    ]
    if False in answers:
        return False
    return None if None in answers else True


def is_meant(asked: str, written: str, body: str = "", region: str = "", year: int = 0) -> bool:
    """Whether a name as people type it means a session: each thing that it says must be so.

    Args:
        asked: 十八届二次, 十八届, 云溪县十八届人大二次会议, or words of what is written.
        written: the session of a suggestion.
        body: of the suggestion, for a session that names none.
        region: where its letter is from, "" where unknown.
        year: of the suggestion; 0 is unknown.
    """
    if "".join(asked.split()) == "".join(written.split()):
        return True
    want, has = session_key(asked), session_key(written)
    if (want.term, want.meeting, want.year) == (None, None, None) or want.rest not in ("", _RECESS):
        return "".join(asked.split()) in "".join(written.split())
    said = [
        (want.body, has.body or body),
        (want.term, has.term),
        (want.meeting, has.meeting),
        (want.year, has.year or year or None),
    ]
    if any(wanted and wanted != found for wanted, found in said):
        return False
    if want.place and _same_place(_where(want, region), _where(has, region)) is False:
        return False
    # Between two meetings suggestions are counted on their own: one meeting means that alone.
    return want.rest == has.rest or not (want.rest or want.meeting)


def _same_meeting(one: SessionKey, other: SessionKey, years: tuple[int, int]) -> bool | None:
    if one.rest != other.rest:
        return False
    if one.term is None and other.term is None:
        left, right = one.year or years[0], other.year or years[1]
        if one.meeting != other.meeting or (left and right and left != right):
            return False
        return True if left == right else None
    if one.term is None or other.term is None:
        return None
    if one.term != other.term:
        return False
    if one.meeting is None or other.meeting is None:
        return True if one.meeting == other.meeting and one.year == other.year else None
    return one.meeting == other.meeting


def _where(key: SessionKey, region: str) -> str:
    """The place of a session: 市 in a letter from 盘岭市大泊区 is 盘岭市; a bare level if unknown."""
    if len(key.place) > 1:
        return key.place if key.place == "全国" else prefixes(key.place)[0]
    if not key.place:
        return (prefixes(region) or [""])[0]
    if not region:
        return key.place
    full = full_names(f"{key.place}人大", region)[0]
    return key.place if "(" in full else full.removesuffix("人大")


def _same_place(one: str, other: str) -> bool | None:
    if one == other:
        return True
    if not one or not other:
        return None
    shorter, longer = sorted((one, other), key=len)
    if longer.endswith(shorter):
        # 大泊区 is 盘岭市大泊区; 区 alone may be any.
        return True if len(shorter) > 1 else None
    return False


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
    places = {key.place for key in (left, right) if len(key.place) > 1}
    return (left.term, left.rest) == (right.term, right.rest) and len(places) < 2

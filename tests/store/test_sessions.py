"""Sessions written in many ways, and which of them are one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.store.sessions import SessionKey, same_session, session_key

KEYS = [
    ("市政协十三届一次会议", ("cppcc", "市", 13, 1, None, "")),
    ("政协陶丘县第十一届委员会第二次会议", ("cppcc", "陶丘县", 11, 2, None, "")),
    ("中国人民政治协商会议青禾县第十届委员会第三次会议", ("cppcc", "青禾县", 10, 3, None, "")),
    ("十四届人大三次会议", ("npc", "", 14, 3, None, "")),
    ("第十四届全国人民代表大会第一次会议", ("npc", "全国", 14, 1, None, "")),
    ("十四届全国人大一次会议", ("npc", "全国", 14, 1, None, "")),
    ("第十一届陶丘县委员会第二次会议", ("", "陶丘县", 11, 2, None, "")),
    ("县第十八届人大五次会议", ("npc", "县", 18, 5, None, "")),
    ("縣第十八屆人大四次會議", ("npc", "县", 18, 4, None, "")),
    ("四川省资阳市五届人大三次会议", ("npc", "四川省资阳市", 5, 3, None, "")),
    ("第１４届 人大 第３次", ("npc", "", 14, 3, None, "")),
    ("区政协二届五次会议(盘岭市)", ("cppcc", "盘岭市", 2, 5, None, "")),
    ("十八届五次", ("", "", 18, 5, None, "")),
    ("五届", ("", "", 5, None, None, "")),
    ("2023年", ("", "", None, None, 2023, "")),
    ("二〇二三年度", ("", "", None, None, 2023, "")),
    ("2023年青禾县两会", ("", "青禾县", None, None, 2023, "")),
    ("市人大2023年建议", ("npc", "市", None, None, 2023, "")),
    ("市五届人大闭会期间", ("npc", "市", 5, None, None, "闭会")),
    ("市五届人大三次会议闭会期间", ("npc", "市", 5, 3, None, "闭会")),
    ("县第十四次党代会", ("", "", None, 14, None, "县党代会")),
    ("平时", ("", "", None, None, None, "平时")),
    ("", ("", "", None, None, None, "")),
]


@pytest.mark.parametrize(("written", "key"), KEYS)
def test_what_a_session_says(
    written: str, key: tuple[str, str, int | None, int | None, int | None, str]
) -> None:
    found = session_key(written)
    assert (found.body, found.place, found.term, found.meeting, found.year, found.rest) == key


#: one, its region, other, its region, the same?, why
PAIRS = [
    ("市五届人大三次会议", "资阳市", "资阳市第五届人民代表大会第三次会议", "", True, "place named"),
    ("市五届人大三次会议", "资阳市", "五届三次", "资阳市", True, "short form, same place"),
    ("市五届人大三次会议", "四川省资阳市", "市五届人大三次会议", "资阳市", True, "the province"),
    (
        "市五届人大三次会议",
        "盘岭市大泊区",
        "市五届人大三次会议",
        "盘岭市",
        True,
        "a district replies",
    ),
    ("区五届人大三次会议", "盘岭市大泊区", "大泊区五届人大三次会议", "", True, "city left out"),
    ("2023年", "资阳市", "2023年度", "资阳市", True, "by years"),
    ("市五届人大三次会议", "", "市五届人大三次会议", "", True, "all that is known of either"),
    ("五届人大三次会议", "", "五届人大三次会议", "", True, "nothing else is known of either"),
    ("市五届人大三次会议", "资阳市", "市五届人大三次会议", "", None, "whose 市?"),
    ("市五届人大三次会议", "资阳市", "五届人大三次会议", "", None, "whose?"),
    ("市五届人大三次会议", "资阳市", "五届", "资阳市", None, "which meeting?"),
    ("市五届人大三次会议", "资阳市", "2023年", "资阳市", None, "is it of that year?"),
    ("市五届人大三次会议", "资阳市", "", "资阳市", None, "nothing said"),
    ("市五届人大三次会议", "资阳市", "市五届人大四次会议", "资阳市", False, "another meeting"),
    ("市五届人大三次会议", "资阳市", "市六届人大三次会议", "资阳市", False, "another term"),
    ("市五届人大三次会议", "资阳市", "市五届人大三次会议", "绵阳市", False, "another city"),
    ("市五届人大三次会议", "资阳市", "县五届人大三次会议", "", False, "another level"),
    (
        "市五届人大三次会议",
        "盘岭市大泊区",
        "区五届人大三次会议",
        "盘岭市大泊区",
        False,
        "two levels",
    ),
    ("2023年", "资阳市", "2024年", "资阳市", False, "another year"),
    ("市五届人大闭会期间", "资阳市", "市五届人大", "资阳市", False, "counted on its own"),
    ("县党代会", "青禾县", "县十八届人大五次会议", "青禾县", False, "a party congress"),
]


@pytest.mark.parametrize(("one", "here", "other", "there", "same", "why"), PAIRS)
def test_which_are_one(
    one: str, here: str, other: str, there: str, same: bool | None, why: str
) -> None:
    left, right = session_key(one), session_key(other)
    assert same_session(left, right, regions=(here, there)) is same, why
    assert same_session(right, left, regions=(there, here)) is same, why


def test_a_paper_without_a_session_is_of_its_year() -> None:
    empty, named = session_key(""), session_key("2023年")
    regions = ("资阳市", "资阳市")
    assert same_session(empty, named, regions=regions, years=(2023, 0)) is True
    assert same_session(empty, named, regions=regions, years=(2022, 0)) is False
    assert same_session(empty, empty, regions=regions, years=(2023, 2022)) is False
    assert same_session(empty, empty, regions=regions, years=(2023, 0)) is None


DIGITS = "零一二三四五六七八九"


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = ("" if tens < 2 else DIGITS[tens]) + "十" if tens else ""
    return ten + (DIGITS[ones] if ones or not tens else "")


WAYS = [
    "{place}第{term}届人民代表大会第{meeting}次会议",
    "{place}{term}届人大{meeting}次会议",
    "{place}人大{term}届{meeting}次会议",
    "{place} 第{term}届人大 {meeting}次全会",
    "第{term}届{place}人大第{meeting}次会议",
    "{place}第{term}屆人大第{meeting}次會議",
]


@given(
    place=st.sampled_from(["", "市", "县", "青禾县", "云岐市", "盘岭市大泊区", "全国"]),
    term=st.integers(1, 39),
    meeting=st.integers(1, 12),
    way=st.sampled_from(WAYS),
    arabic=st.booleans(),
)
def test_every_way_of_writing_gives_one_key(
    place: str, term: int, meeting: int, way: str, arabic: bool
) -> None:
    numbers = (str(term), str(meeting)) if arabic else (_chinese(term), _chinese(meeting))
    written = way.format(place=place, term=numbers[0], meeting=numbers[1])
    assert session_key(written) == SessionKey("npc", term, meeting, "", place)


TEXT = st.text(
    alphabet="第届次会议人大政协市县区十百〇零一二三2023年()（）闭会 ,a\u3000", max_size=30
)


@given(one=st.text(max_size=60) | TEXT, other=TEXT)
def test_any_text_has_a_key_and_pairs_are_symmetric(one: str, other: str) -> None:
    left, right = session_key(one), session_key(other)
    assert session_key(f" {one} ") == left
    for regions in (("", ""), ("资阳市", ""), ("资阳市", "盘岭市大泊区")):
        answer = same_session(left, right, regions=regions)
        assert same_session(right, left, regions=regions[::-1]) is answer
    assert same_session(left, left, regions=("资阳市", "资阳市")) is not False

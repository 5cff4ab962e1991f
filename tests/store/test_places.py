"""Names of units in full, and sessions that are the same one, by table."""

from __future__ import annotations

import pytest

from tracker.store.places import full_names, parts, prefixes
from tracker.store.sessions import full_session, same_term, session_key

REGIONS = [
    ("", [], []),
    ("资阳市", ["资阳市"], ["资阳市"]),
    ("四川省资阳市", ["四川省", "资阳市"], ["资阳市", "四川省资阳市", "四川省"]),
    ("盘岭市大泊区", ["盘岭市", "大泊区"], ["盘岭市大泊区", "盘岭市"]),
    ("乐山市市中区", ["乐山市", "市中区"], ["乐山市市中区", "乐山市"]),
    ("漁梁縣", ["漁梁縣"], ["漁梁縣"]),
    ("内蒙古自治区", ["内蒙古自治区"], ["内蒙古自治区"]),
]


@pytest.mark.parametrize(("region", "levels", "begins"), REGIONS)
def test_a_region_by_its_levels(region: str, levels: list[str], begins: list[str]) -> None:
    assert parts(region) == levels
    assert prefixes(region) == begins


NAMES = [
    # written, region, name in full, why
    ("资阳市财政局", "资阳市", "资阳市财政局", "full already"),
    ("市财政局", "资阳市", "资阳市财政局", "the level stands for the place"),
    ("市财政局", "四川省资阳市", "资阳市财政局", "the province is left out"),
    ("省财政厅", "四川省资阳市", "四川省财政厅", "the level above"),
    ("省财政厅", "资阳市", "省财政厅(资阳市)", "which province is unknown"),
    ("市财政局", "盘岭市大泊区", "盘岭市财政局", "the city of the district"),
    ("区民政局", "盘岭市大泊区", "盘岭市大泊区民政局", "the district"),
    ("財政局", "漁梁縣", "漁梁縣財政局", "traditional characters"),
    ("縣財政局", "漁梁縣", "漁梁縣財政局", "traditional characters with level"),
    ("财政局", "资阳市", "资阳市财政局", "no level at all"),
    ("市场监督管理局", "资阳市", "资阳市市场监督管理局", "市 belongs to 市场"),
    ("市市场监督管理局", "资阳市", "资阳市市场监督管理局", "level and 市场"),
    ("乡村振兴局", "乐至县", "乐至县乡村振兴局", "乡 belongs to 乡村"),
    ("乐至县人民政府", "资阳市", "乐至县人民政府", "another place, named"),
    ("高新区管委会", "资阳市", "资阳市高新区管委会", "every city has one"),
    ("经济开发区管委会", "资阳市", "资阳市经济开发区管委会", "every city has one"),
    ("住房和城乡建设局", "资阳市", "资阳市住房和城乡建设局", "城乡 is no place"),
    ("城市管理局", "资阳市", "资阳市城市管理局", "城市 is no place"),
    ("各乡镇人民政府", "元坪县", "元坪县各乡镇人民政府", "各 names no place"),
    ("白鹭塘镇人民政府", "远山县白鹭塘镇", "白鹭塘镇人民政府", "the town, named"),
    ("国家税务总局资阳市税务局", "资阳市", "国家税务总局资阳市税务局", "national"),
    ("市财政局", "", "市财政局", "no region"),
]


@pytest.mark.parametrize(("written", "region", "full", "why"), NAMES)
def test_the_name_in_full(written: str, region: str, full: str, why: str) -> None:
    assert full_names(written, region)[0] == full, why


def test_units_of_two_cities_never_share_a_name() -> None:
    for written, *_ in NAMES[1:11]:
        one, other = full_names(written, "甲州市"), full_names(written, "乙州市")
        if not written.startswith("资阳市"):
            assert not set(one[:1]) & set(other)


SAME = [
    ("县第十八届人大五次会议", "县十八届人大第五次会议"),
    ("市第五届人大第三次会议", "资阳市五届人大三次会议"),
    ("政协陶丘县第十一届委员会第二次会议", "县政协十一届二次会议"),
    ("縣第十八屆人大四次會議", "县十八届人大四次会议"),
    ("市5届人大3次会议", "市五届人大三次会议"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_session_written_otherwise_is_the_same(one: str, other: str) -> None:
    left, right = session_key(one), session_key(other)
    assert (left.body, left.term, left.meeting) == (right.body, right.term, right.meeting)


@pytest.mark.parametrize(
    "other", ["县十八届人大四次会议", "县十七届人大五次会议", "县政协十八届五次会议"]
)
def test_another_session_is_another(other: str) -> None:
    assert session_key("县十八届人大五次会议") != session_key(other)


TERMS = [
    ("资阳市五届人大三次会议", "资阳市五届人大四次会议", True, "one term, two meetings"),
    ("资阳市五届人大三次会议", "资阳市六届人大一次会议", False, "the next term"),
    ("资阳市五届人大三次会议", "绵阳市五届人大三次会议", False, "another city"),
    ("资阳市五届人大三次会议", "资阳市政协五届三次会议", False, "another body"),
    ("资阳市五届人大三次会议", "五届", True, "as a list of deputies says it"),
    ("资阳市五届人大三次会议", "", True, "a list without sessions"),
    ("区政协二届五次会议(盘岭市)", "区政协二届五次会议(滇阳市)", False, "places behind"),
]


@pytest.mark.parametrize(("one", "other", "same", "why"), TERMS)
def test_a_term(one: str, other: str, same: bool, why: str) -> None:
    assert same_term(one, other) is same, why
    assert same_term(other, one) is same, why


def test_a_session_with_its_place() -> None:
    assert full_session("市五届人大三次会议", "四川省资阳市") == "资阳市五届人大三次会议"
    assert full_session("资阳市五届人大三次会议", "资阳市") == "资阳市五届人大三次会议"
    assert full_session("", "资阳市") == ""

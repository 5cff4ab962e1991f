"""What single cells mean."""

from __future__ import annotations

import datetime as dt

import pytest

from tracker.intake import cells
from tracker.intake.cells import CellError

NUMBERS = [
    ("25", 25), ("025", 25), ("２５", 25), ("第25号", 25), ("第 25 号", 25), ("25.0", 25),
    ("A25", 25), ("建议第25号", 25), ("〔2023〕25号", 25), ("2023-025", 25), ("2023025", 2023025),
    ("第26号(重点)", 26), ("26（重点督办）", 26), ("26[B类]", 26), ("(重点)", "number"), ("25(26)", "number"),
    ("十五", 15), ("第25号建议", 25), ("", None),
    ("25、26", "number"), ("25-26", "number"), ("0", "number"), ("暂无", "number"),
    ("-25", "number"), ("25件重点", "number"), ("9" * 19, "number"), ("#REF!", "formula"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), NUMBERS)
def test_a_number(text: str, meant: int | str | None) -> None:
    if isinstance(meant, str):
        with pytest.raises(CellError) as caught:
            cells.number(text)
        assert caught.value.reason == meant
    else:
        assert cells.number(text) == meant


DAYS = [
    ("2023-05-31", 0, "2023-05-31"), ("2023/5/31", 0, "2023-05-31"), ("2023.5.31", 0, "2023-05-31"),
    ("2023/12/31", 0, "2023-12-31"), ("2023.12.31", 0, "2023-12-31"), ("2023年5月10日", 0, "2023-05-10"),
    ("2023/5/31 0:00", 0, "2023-05-31"), ("2023-05-31 00:00:00", 0, "2023-05-31"),
    ("2023-05-31T00:00:00", 0, "2023-05-31"), ("2023/5/31 17:30", 0, "day"),
    ("20230531", 0, "2023-05-31"), ("2023年5月31日前", 0, "2023-05-31"),
    ("２０２３年５月底前", 0, "2023-05-31"), ("2023年6月", 0, "2023-06-30"),
    ("5月底前", 2023, "2023-05-31"), ("5月31日", 2023, "2023-05-31"), ("5.31", 2023, "2023-05-31"),
    ("6/30前", 2023, "2023-06-30"), ("上半年", 2023, "2023-06-30"), ("三季度", 2023, "2023-09-30"),
    ("2024年1月底前", 2023, "2024-01-31"), ("", 2023, None),
    ("5月底前", 0, "year"), ("5.31", 0, "year"), ("上半年", 0, "year"),
    ("2023-02-30", 0, "day"), ("2.30", 2023, "day"), ("2023年13月1日", 0, "day"),
    ("三个月内", 2023, "day"), ("收到之日起3个月内", 2023, "day"), ("尽快", 2023, "day"),
    ("45077", 2023, "day"), ("#N/A", 2023, "formula"), ("按时" * 40, 2023, "day"),
    ("1823-05-31", 0, "day"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "year", "meant"), DAYS)
def test_a_day(text: str, year: int, meant: str | None) -> None:
    if meant is not None and not meant[0].isdigit():
        with pytest.raises(CellError) as caught:
            cells.day(text, year)
        assert caught.value.reason == meant
    else:
        assert cells.day(text, year) == (dt.date.fromisoformat(meant) if meant else None)


PEOPLE = [
    ("王强", ["王强"], "one"),
    ("王强、李梅，张 三；赵六", ["王强", "李梅", "张三", "赵六"], "every mark"),
    ("王强 李梅 欧阳修远", ["王强", "李梅", "欧阳修远"], "only blanks"),
    ("王　强", ["王强"], "a blank inside a name"),
    ("王强等10人", ["王强"], "how many"),
    ("王强、李梅等十名代表", ["王强", "李梅"], "how many, in words"),
    ("王强 等3人", ["王强"], "how many behind a blank"),
    ("王强(等12人)", ["王强"], "how many in brackets"),
    ("王强、李梅等", ["王强", "李梅"], "others"),
    ("王强代表、李梅委员", ["王强", "李梅"], "titles"),
    ("王强（领衔）\n李梅", ["王强", "李梅"], "lines in a cell"),
    ("乌兰其其格·巴图", ["乌兰其其格·巴图"], "a dot inside a name"),
    ("民盟青禾县委会", ["民盟青禾县委会"], "a group files too"),
    ("代表", ["代表"], "nothing but a title is left as it is"),
    ("", [], "nobody"),
    ("等10人", [], "nobody by name"),
]


@pytest.mark.parametrize(("text", "names", "why"), PEOPLE)
def test_people(text: str, names: list[str], why: str) -> None:
    assert list(cells.people(text)) == names, why


PERSONS = [
    ("李梅", "李梅"), ("李　梅", "李梅"), ("李  梅", "李梅"), ("白 玉 芬", "白玉芬"), ("李嶴（ao）", "李嶴"),
    ("阿依古丽 买买提", "阿依古丽 买买提"), ("乌兰其其格·巴图", "乌兰其其格·巴图"), ("王强 李梅", "王强 李梅"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), PERSONS)
def test_the_name_of_one_person(text: str, name: str) -> None:
    assert cells.person(text) == name


UNITS = [
    ("县教育局", ["县教育局"], [], "one"),
    ("县教育局、县财政局", ["县教育局", "县财政局"], [], "two that lead"),
    ("县教育局 县财政局\n县水利局", ["县教育局", "县财政局", "县水利局"], [], "blanks and lines"),
    ("主办：县教育局；协办：县财政局、县水利局", ["县教育局"], ["县财政局", "县水利局"], "labels"),
    ("县教育局（主办）、县财政局（协办）", ["县教育局"], ["县财政局"], "roles in brackets"),
    ("县教育局等部门", ["县教育局"], [], "others"),
    ("各乡镇（街道）", ["各乡镇"], [], "a group"),
    ("", [], [], "none"),
]


@pytest.mark.parametrize(("text", "lead", "assisting", "why"), UNITS)
def test_units(text: str, lead: list[str], assisting: list[str], why: str) -> None:
    assert cells.units(text) == (tuple(lead), tuple(assisting)), why


BODIES = [
    ("人大建议", "npc"), ("代表建议", "npc"), ("建议", "npc"), ("议案", "npc"),
    ("政协提案", "cppcc"), ("委员提案", "cppcc"), ("提案", "cppcc"),
    ("建议提案", None), ("代表建议和委员提案", None), ("县委员会", None), ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "body"), BODIES)
def test_the_body_that_a_word_means(text: str, body: str | None) -> None:
    assert cells.body_of(text) == body

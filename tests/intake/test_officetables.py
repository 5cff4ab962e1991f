"""Tables of units, deputies and suggestions as offices save them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from openpyxl import Workbook

from tracker.errors import ReadingError
from tracker.intake.officetables import Given, read_deputies, read_suggestions, read_units
from tracker.store.entries import DeputyEntry, SuggestionEntry, UnitEntry

HEAD = "单位,简称,联系人,邮箱,上级单位"
LINE = "资阳市财政局,市财政局、财政局,周科长,cz@zy.example,资阳市人民政府"
ENTRY = UnitEntry(
    "资阳市财政局", ("市财政局", "财政局"), "周科长", "cz@zy.example", "资阳市人民政府"
)


def _csv(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "units.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    roster = read_units(_csv(tmp_path, HEAD, LINE, encoding=encoding))
    assert (roster.entries, roster.faults) == ((ENTRY,), ())


def test_xlsx(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([])
    sheet.append(["序号", *HEAD.split(",")])
    sheet.append([1, *LINE.split(",")])
    sheet.append([2, "资阳市科技局", None, 13800000000, None, None])
    book.save(tmp_path / "units.xlsx")
    roster = read_units(tmp_path / "units.xlsx")
    assert roster.entries == (ENTRY, UnitEntry("资阳市科技局", (), "13800000000"))


def test_columns_in_any_order_and_missing_ones(tmp_path: Path) -> None:
    roster = read_units(
        _csv(tmp_path, "备注, 邮箱 ,单位", "x,a@b.example, 资阳市财政局 ", ",,", "")
    )
    assert roster.entries == (UnitEntry("资阳市财政局", email="a@b.example"),)


def test_an_address_without_a_dot_is_one_of_the_office_itself(tmp_path: Path) -> None:
    roster = read_units(_csv(tmp_path, "单位,邮箱", "资阳市财政局,cz@mailhost"))
    assert roster.entries == (UnitEntry("资阳市财政局", email="cz@mailhost"),)


def test_cells_that_say_they_are_empty_are(tmp_path: Path) -> None:
    path = _csv(
        tmp_path, "编号,标题,领衔代表,附议代表,主办单位,协办单位,答复时限,类别",
        "25,关于修路的建议,王强,无,县教育局,无协办单位,待定,—", "26,—,（无）,/,县林业局,,暂无,无",
        "27,—,—,—,—,—,—,—", "—,—,,,,,,",
    )  # fmt: skip
    read = read_suggestions(path, Given("npc"))
    assert [(item.number, item.title, item.deputies, item.lead, item.assisting, item.reply_due, item.category)
            for item in read.entries] == [
        (25, "关于修路的建议", ("王强",), ("县教育局",), (), None, None),
        (26, None, (), ("县林业局",), (), None, None),
    ]  # fmt: skip
    assert ([number for number, _ in read.passed], read.faults) == ([4, 5], ())
    units = read_units(_csv(tmp_path, HEAD, "资阳市财政局,无,—,暂无,/", "无,,,,"))
    assert (units.entries, units.faults) == ((UnitEntry("资阳市财政局"),), ())


@pytest.mark.parametrize("word", ["同上", "〃"])
def test_the_same_as_above_is_to_be_written_out(tmp_path: Path, word: str) -> None:
    read = read_units(_csv(tmp_path, HEAD, LINE, f"资阳市科技局,,,,{word}"))
    assert [(fault.line, fault.field, fault.reason) for fault in read.faults] == [
        (3, "parent", "ditto")
    ]


BAD = [
    ("局\u202e,,,,", "name", "unprintable"),
    ("局\x9b31m,,,,", "name", "unprintable"),
    ("局,市\u200b局,,,", "aliases", "unprintable"),
    ("局,,,.a@b.example,", "email", "mail"),
    (",,,a@b.example,x", "name", "empty"),
    ("局,,,a@,", "email", "mail"),
    ("局,,,a b@c.example,", "email", "mail"),
    ("局,,,张三 <a@b.example>,", "email", "mail"),
    ("局,,,a@b.example;c@d.example,", "email", "mail"),
    ("局,,,a..b@c.example,", "email", "mail"),
    ('局,,,"a@b.example\r\nBcc: x@y.example",', "email", "unprintable"),
    ('"局\n二",,,,', "name", "unprintable"),
    ("=HYPERLINK(1),,,,", "name", "formula"),
    ("#REF!,,,,", "name", "formula"),
    (f"{'局' * 121},,,,", "name", "long"),
    (f"局,{'局' * 121},,,", "aliases", "long"),
]


@pytest.mark.parametrize(("line", "field", "reason"), BAD)
def test_a_wrong_line_is_named_and_the_others_are_taken(
    tmp_path: Path, line: str, field: str, reason: str
) -> None:
    listed = read_units(_csv(tmp_path, HEAD, line, LINE))
    assert listed.entries == (ENTRY,)
    assert [(fault.line, fault.field, fault.reason) for fault in listed.faults] == [
        (2, field, reason)
    ]


def test_a_unit_twice_is_told_and_the_first_is_taken(tmp_path: Path) -> None:
    listed = read_units(_csv(tmp_path, HEAD, LINE, "资阳市财政局,,,other@zy.example,"))
    assert listed.entries == (ENTRY,)
    (fault,) = listed.faults
    assert (fault.line, fault.reason, fault.values) == (3, "twice", {"other": 2})


def test_deputies(tmp_path: Path) -> None:
    path = _csv(tmp_path, "姓名,届次,邮箱", "王强,资阳市五届人大,wq@zy.example", "刘盾,,")
    roster = read_deputies(path)
    assert roster.entries == (
        DeputyEntry("王强", "资阳市五届人大", "wq@zy.example"),
        DeputyEntry("刘盾"),
    )


# Suggestions.

TITLE = "青禾县十八届人大二次会议代表建议交办清单(2023年)"
NAMES = "序号,建议号,案由,领衔代表,主办单位,协办单位,答复时限,类别"


def _suggestions(folder: Path, *lines: str, given: Given | None = None) -> list[SuggestionEntry]:
    listed = read_suggestions(_csv(folder, *lines), given)
    assert listed.faults == ()
    return list(listed.entries)


def test_a_list_with_everything(tmp_path: Path) -> None:
    lines = (
        TITLE,
        NAMES,
        "1,第25号,关于修路的建议,王强、李梅等10人,县交通运输局,县财政局 县水利局,5月底前,交通",
    )
    assert _suggestions(tmp_path, *lines) == [
        SuggestionEntry(
            body="npc",
            number=25,
            title="关于修路的建议",
            session="青禾县十八届人大二次会议",
            region="青禾县",
            deputies=("王强", "李梅"),
            lead=("县交通运输局",),
            assisting=("县财政局", "县水利局"),
            reply_due=dt.date(2023, 5, 31),
            category="交通",
        )
    ]


HEADINGS = [
    ("提案号,案由,第一提案人,承办单位", "cppcc", "names of the CPPCC"),
    ("建议编号,标题,领衔代表,主办", "npc", "names of the NPC"),
    ("提案\n编号,题目,委员姓名（签名）,主办单位（牵头）", "cppcc", "breaks and brackets"),
    ("建议号 ＊,建 议 名 称,代表,牵头单位：", "npc", "blanks and marks"),
]


@pytest.mark.parametrize(("heading", "body", "why"), HEADINGS)
def test_headings_in_other_words(tmp_path: Path, heading: str, body: str, why: str) -> None:
    names = ",".join(f'"{name}"' for name in heading.split(","))
    (entry,) = _suggestions(tmp_path, names, "２５,关于修路,王强,县交通运输局")
    assert (entry.body, entry.number, entry.title, entry.deputies, entry.lead) == (
        body,
        25,
        "关于修路",
        ("王强",),
        ("县交通运输局",),
    ), why


def test_the_running_number_counts_only_where_there_is_no_other(tmp_path: Path) -> None:
    assert _suggestions(tmp_path, "序号,标题", "1,关于修路的建议")[0].number == 1
    assert _suggestions(tmp_path, "序号,标题,编号", "1,关于修路的建议,25")[0].number == 25


WRONG = [
    ("25,关于修路的建议,王强,,,尽快,", "reply_due", "day"),
    ("25,关于修路的建议,王强,,,收到后三个月内,", "reply_due", "day"),
    ("25,关于修路的建议,王强,,,5月底前,", "reply_due", "year"),
    ("25,关于修路的建议,王强,,,2023-02-30,", "reply_due", "day"),
    ("25、26,关于修路的建议,王强,,,,", "number", "number"),
    ("若干,关于修路的建议,王强,,,,", "number", "number"),
    ("25,关于修路的建议,王强2,,,,", "deputies", "person"),
    ("25,关于修路,王强,,,,", "body", "body"),
    (",,王强,县水利局,,,", "number", "empty"),
]


@pytest.mark.parametrize(("line", "field", "reason"), WRONG)
def test_a_wrong_line_of_a_list(tmp_path: Path, line: str, field: str, reason: str) -> None:
    head = "编号,标题,提出人,主办单位,协办单位,答复时限,类别"
    good = "26,关于治水的建议,李梅,县水利局,,2023-06-30,"
    listed = read_suggestions(_csv(tmp_path, head, line, good))
    assert [entry.number for entry in listed.entries] == [26]
    assert [(fault.line, fault.field, fault.reason) for fault in listed.faults] == [
        (2, field, reason)
    ]


def test_what_is_given_holds_where_the_list_says_nothing(tmp_path: Path) -> None:
    given = Given("cppcc", "十届二次会议", "青禾县", 2024)
    lines = ("编号,标题,答复时限,届次", "25,关于修路,5月底前,", "26,关于治水的建议,,九届五次会议")
    one, two = _suggestions(tmp_path, *lines, given=given)
    assert (one.body, one.session, one.region) == ("cppcc", "十届二次会议", "青禾县")
    assert one.reply_due == dt.date(2024, 5, 31)
    assert (two.body, two.session) == ("npc", "九届五次会议"), "the line itself goes first"


def test_a_list_without_sessions_has_its_year(tmp_path: Path) -> None:
    (entry,) = _suggestions(tmp_path, "青禾县2023年代表建议清单", "编号,标题", "25,关于修路")
    assert (entry.session, entry.year, entry.region, entry.body) == ("", 2023, "青禾县", "npc")


def test_lines_that_are_no_entries_are_passed_over_and_told(tmp_path: Path) -> None:
    listed = read_suggestions(
        _csv(
            tmp_path,
            TITLE,
            NAMES,
            "一、交通类(1件),,,,,,,",
            "1,25,关于修路的建议,王强,县交通运输局,,,",
            NAMES,
            "2,,,,,,,",
            "合计,1件,,,,,,",
            "备注：请按时答复,,,,,,,",
        )
    )
    assert [entry.number for entry in listed.entries] == [25]
    assert listed.faults == ()
    assert [number for number, _ in listed.passed] == [3, 6, 7, 8]


def _merged(folder: Path) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        [TITLE],
        ["建议号", "案由", "代表", "承办单位", None, "办理时限"],
        [None, None, None, "主办", "协办", None],
        [25, "关于修路的建议", "王强", "县交通运输局", "县财政局", dt.date(2023, 6, 30)],
        [None, None, "李梅", None, "县水利局", None],
        [26, "关于治水的建议", "王强", "县水利局", None, "2023年7月底前"],
        ["备注：件件有回音"],
    ):
        sheet.append(row)
    for merged in ("A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "A4:A5", "B4:B5",
                   "D4:D5", "F4:F5", "A7:F7"):  # fmt: skip
        sheet.merge_cells(merged)
    path = folder / "list.xlsx"
    book.save(path)
    return path


def test_merged_cells_and_a_heading_of_two_lines(tmp_path: Path) -> None:
    listed = read_suggestions(_merged(tmp_path))
    assert listed.faults == ()
    one, two = listed.entries
    assert (one.deputies, one.lead, one.assisting, one.reply_due, one.line) == (
        ("王强", "李梅"),
        ("县交通运输局",),
        ("县财政局", "县水利局"),
        dt.date(2023, 6, 30),
        4,
    )
    assert (two.number, two.assisting, two.reply_due) == (26, (), dt.date(2023, 7, 31))


def test_a_heading_of_two_lines_in_a_text(tmp_path: Path) -> None:
    heading = ("建议号,案由,代表,承办单位,,办理时限", ",,,主办,协办,")
    row = "25,关于修路的建议,王强,县交通运输局,县财政局,2023-06-30"
    (entry,) = _suggestions(tmp_path, *heading, row)
    assert (entry.lead, entry.assisting) == (("县交通运输局",), ("县财政局",))


def test_merged_lines_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    path = _merged(tmp_path)
    from openpyxl import load_workbook

    book = load_workbook(path)
    book.worksheets[0].unmerge_cells("F4:F5")
    book.worksheets[0]["F5"] = "2023-08-31"
    book.save(path)
    (fault,) = read_suggestions(path).faults
    assert (fault.line, fault.reason, fault.values) == (5, "merged", {"other": 4})


def test_the_first_sheet_with_a_heading_is_read_and_others_are_named(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["封面"])
    for name, number in (("建议", 25), ("补充", 26)):
        sheet = book.create_sheet(name)
        sheet.append(["编号", "标题"])
        sheet.append([number, "关于修路的建议"])
    book.create_sheet("说明").append(["随便写写"])
    hidden = book.create_sheet("旧")
    hidden.append(["编号", "标题"])
    hidden.sheet_state = "hidden"
    path = tmp_path / "list.xlsx"
    book.save(path)
    listed = read_suggestions(path)
    assert [entry.number for entry in listed.entries] == [25]
    assert listed.sheets == ("补充",)
    chosen = read_suggestions(path, sheet="补充")
    assert ([entry.number for entry in chosen.entries], chosen.sheets) == ([26], ())
    for name, reason in (
        ("旧", "has no sheet '旧'; its sheets: Sheet、建议、补充、说明"),
        ("说明", "no column 建议号"),
    ):
        with pytest.raises(ReadingError, match=reason):
            read_suggestions(path, sheet=name)
    with pytest.raises(ReadingError, match="it has none, being a text"):
        read_units(_csv(tmp_path, HEAD, LINE), "补充")


def test_the_name_of_a_sheet_tells_the_body(tmp_path: Path) -> None:
    book = Workbook()
    for name in ("人大", "政协提案", "2023年"):
        sheet = book.create_sheet(name)
        sheet.append(["编号", "标题"])
        sheet.append([25, "关于修路"])
    path = tmp_path / "list.xlsx"
    book.save(path)
    for name, body in (("人大", "npc"), ("政协提案", "cppcc")):
        assert [item.body for item in read_suggestions(path, sheet=name).entries] == [body]
    assert [item.reason for item in read_suggestions(path, sheet="2023年").faults] == ["body"]
    (entry,) = read_suggestions(path, Given("npc"), "政协提案").entries
    assert entry.body == "npc", "what is given goes first"


FILES = [
    (b"", "empty"),
    (b"\n\n", "empty"),
    ("姓名,邮箱\n".encode(), "no column 单位"),
    (b"\xff\xfe\x00\x01\x02", "no text"),
]


@pytest.mark.parametrize(("data", "reason"), FILES)
def test_a_file_that_is_no_table(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes(data)
    with pytest.raises(ReadingError, match=reason):
        read_units(path)

"""`tracker suggestions`, and suggestions without a reply in `status` and `report`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import call, letter, on_terminal, program
from tracker.cli import imports
from tracker.cli.words import Speech
from tracker.intake.writing import Outcome
from tracker.resources import data_path
from tracker.store.ledger import Imported

LIST = """云溪市五届人大三次会议代表建议交办清单(2023年)
建议号,案由,领衔代表,主办单位,协办单位,答复时限,类别
30,关于培育本地企业的建议,王远山,市市场监督管理局,市财政局,2023年5月底前,经济
31,关于修路的建议,李梅等3人,市交通运输局,,6月底前,交通
32,关于治水的建议,李梅,市水利局,,,
33,关于种树的建议,李梅,市林业局,,尽快,
备注:件件有回音
"""


def _list(folder: Path, text: str = LIST) -> str:
    path = folder / "清单.csv"
    path.write_text(text, encoding="gb18030")
    return str(path)


def test_a_list_its_reply_and_what_is_still_open(tmp_path: Path) -> None:
    data, table = tmp_path / "data", _list(tmp_path)
    seen = program(data, "suggestions", "import", table)
    assert seen.status == 2
    assert "第 6 行 答复时限: “尽快”认不出日期；请写成 2023-05-31 这样的日期" in seen.err
    assert "整表：届次 云溪市五届人大三次会议 · 地方 云溪市 · 年份 2023" in seen.out
    assert "略过 1 行（不是条目）：第 7 行 备注:件件有回音" in seen.out
    assert "没有建议提案" in call(data, "suggestions", "list").out
    done = call(data, "suggestions", "import", table, "--yes")
    assert (done.status, "已导入：新增 3 条，更新 0 条，无变化 0 条" in done.out) == (2, True)
    taken = call(data, "import", str(letter(tmp_path / "in", 30)))
    assert "新增    30 " in taken.out
    assert "可能是同一件" not in taken.out

    before = call(data, "suggestions", "list", "--unanswered", "--as-of", "2023-05-14").out
    assert "共 3 件" in before, "the letter is of the 15th"
    open_ = call(data, "suggestions", "list", "--unanswered", "--as-of", "2023-07-10").out
    assert "共 2 件" in open_
    assert open_.index("关于修路的建议") < open_.index("关于治水的建议")
    assert "已过 10 天" in open_
    assert "未定" in open_
    everything = call(data, "suggestions", "list", "--as-of", "2023-07-10").out
    assert "已答复" in everything
    assert "共 1 件" in call(data, "suggestions", "list", "--unit", "市水利局").out
    answer = call(data, "suggestions", "list", "--format", "json", "--as-of", "2023-07-10").out
    assert [(row["code"], row["answered"], row["days_left"]) for row in json.loads(answer)["suggestions"]] == [
        ("31", False, -10), ("32", False, None), ("30", True, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "first"),
    [("2023-06-29", "还有 1 天"), ("2023-06-30", "今天到期"), ("2023-07-01", "已过 1 天")],
)
def test_the_day_a_reply_is_due_is_not_yet_late(tmp_path: Path, day: str, first: str) -> None:
    data = tmp_path / "data"
    call(data, "suggestions", "import", _list(tmp_path), "--yes")
    call(data, "import", str(letter(tmp_path / "in", 30)))
    late = 1 if first == "已过 1 天" else 0
    status = call(data, "status", "--as-of", day).out
    told = f"尚无答复的建议提案：共 2 件，逾期 {late} 件，未定时限 1 件；最急 31 {first}"
    assert told in status.splitlines()
    document = json.loads(call(data, "report", "--format", "json", "--as-of", day).out)
    rows = document["unanswered"]
    assert (rows["n"], rows["overdue"], rows["no_due"]) == (2, late, 1)
    assert [row["code"] for row in rows["suggestions"]] == ["31", "32"]
    for format_ in ("md", "html"):
        page = call(data, "report", "--format", format_, "--as-of", day).out
        assert "尚无答复的建议提案" in page
        assert page.index("关于修路的建议") < page.index("关于治水的建议")


def test_a_report_for_a_unit_has_its_suggestions_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    call(data, "suggestions", "import", _list(tmp_path), "--yes")
    answer = call(data, "report", "--format", "json", "--unit", "市水利局", "--as-of", "2023-07-01")
    rows = json.loads(answer.out)["unanswered"]["suggestions"]
    assert [row["lead"] for row in rows] == [["云溪市水利局"]]


def test_a_doubtful_letter_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    table = _list(tmp_path, "编号,标题,届次\n30,,云溪市五届人大\n")
    call(data, "suggestions", "import", table, "--yes")
    done = call(data, "import", str(letter(tmp_path / "in", 30)))
    assert "与台账中的 30 可能是同一件建议，未合并" in done.out
    assert "tracker suggestions merge 30 30b" in done.out
    merged = call(data, "suggestions", "merge", "30", "30b")
    assert (merged.status, merged.out) == (0, "30 已并入 30b\n")
    assert "30b" in call(data, "suggestions", "list").out


def test_of_several_that_are_in_doubt_each_has_its_command() -> None:
    imported = Imported("new", 1, "7b", ("7b-1",), ("7b-1",), doubtful=("7", "8"))
    outcome = Outcome("7.txt", "new", "7b", imported)
    told = imports._line(outcome, [], Speech(imports.WORDS, "zh")).splitlines()
    assert [line.rpartition("：")[2] for line in told[1:]] == [
        "tracker suggestions merge 7 7b",
        "tracker suggestions merge 8 7b",
    ]


def test_suggestions_that_differ_are_merged_only_when_a_person_says_so(tmp_path: Path) -> None:
    data, table = tmp_path / "data", _list(tmp_path)
    call(data, "suggestions", "import", table, "--yes")
    asked = call(data, "suggestions", "merge", "31", "32")
    assert asked.status == 2
    assert "31 和 32 不像同一件，没有合并；确是同一件的请加 --yes" in asked.err
    for line in (
        "标题不同：31 是 关于修路的建议，32 是 关于治水的建议",
        "主办单位不同：31 是 云溪市交通运输局，32 是 云溪市水利局",
    ):
        assert line in asked.out
    assert "共 3 件" in call(data, "suggestions", "list").out
    said, status = on_terminal(data, "suggestions", "merge", "31", "32", typed="n\n")
    assert (status, "没有合并" in said) == (0, True)
    said, status = on_terminal(data, "suggestions", "merge", "31", "32", typed="y\n")
    assert (status, "31 已并入 32" in said) == (0, True)
    assert "共 2 件" in call(data, "suggestions", "list").out
    # And back, as the answer says.
    assert "重新导入 31 所在的清单" in said
    assert "新增 1 条" in call(data, "suggestions", "import", table, "--yes").out
    rows = json.loads(call(data, "suggestions", "list", "--format", "json").out)["suggestions"]
    leads = {row["code"]: row["lead"] for row in rows}
    assert (leads["31"], leads["32"]) == (["云溪市交通运输局"], ["云溪市水利局"])


def test_who_has_replied_leads_where_no_list_says_who(tmp_path: Path) -> None:
    data = tmp_path / "data"
    call(data, "import", str(letter(tmp_path / "in", 30)))
    for day, lead in (("2023-05-14", []), ("2023-05-15", ["云溪市市场监督管理局"])):
        told = call(data, "suggestions", "list", "--format", "json", "--as-of", day).out
        assert json.loads(told)["suggestions"][0]["lead"] == lead
    table = _list(tmp_path, LIST.replace("市市场监督管理局", "市科技局"))
    call(data, "suggestions", "import", table, "--yes")
    assert "市科技局" in call(data, "suggestions", "list").out


def test_show_of_a_suggestion_names_its_commitments(tmp_path: Path) -> None:
    data = tmp_path / "data"
    call(data, "suggestions", "import", _list(tmp_path), "--yes")
    call(data, "import", str(letter(tmp_path / "in", 30)))
    told = call(data, "show", "30")
    assert (told.status, told.out) == (2, "")
    assert told.err == "tracker: 30 是建议号，它的承诺：30-1、30-2\n"
    assert "还没有读到它的承诺" in call(data, "show", "31").err
    assert "没有编号为 “30-9” 的承诺" in call(data, "show", "30-9").err
    assert "没有编号为 “99” 的承诺" in call(data, "show", "99").err


def test_a_doubtful_line_is_told_in_the_preview(tmp_path: Path) -> None:
    data = tmp_path / "data"
    call(data, "import", str(letter(tmp_path / "in", 30)))
    table = _list(tmp_path, "编号,标题,届次\n30,,云溪市五届人大\n")
    told = call(data, "suggestions", "import", table).out
    assert "可能与台账中的 30 是同一件" in told
    assert "tracker suggestions merge 30 30b" in told
    fixed = call(data, "suggestions", "import", table, "--session", "x").out
    assert "可能与台账中的 30 是同一件" in fixed, "what the line says goes first"


def test_a_list_again_with_its_place(tmp_path: Path) -> None:
    data = tmp_path / "data"
    table = _list(
        tmp_path,
        "建议号,标题,主办单位,答复时限\n302,,县教育局,2023-05-31\n303,关于修路,县教育局,\n304,,县教育局,\n",
    )
    call(data, "suggestions", "import", table, "--body", "npc", "--yes")
    place = ("--body", "npc", "--region", "丹梧县", "--yes")
    done = call(data, "suggestions", "import", table, *place)
    assert "已导入：新增 1 条，更新 2 条，无变化 0 条" in done.out
    assert "主办单位 县教育局 → 丹梧县教育局" in done.out
    assert "第 4 行 304b: 可能与台账中的 304 是同一件，未合并" in done.out
    assert "第 2 行 302: 同一单位？未合并，请核对：县教育局" in done.out
    merged = call(data, "suggestions", "merge", "304", "304b", "--yes")
    assert merged.status == 0


def test_options_for_what_a_list_does_not_say(tmp_path: Path) -> None:
    data = tmp_path / "data"
    table = _list(tmp_path, "编号,标题,办结时限\n30,关于修路,6月底前\n")
    bare = call(data, "suggestions", "import", table)
    assert "“6月底前”没有年份；请用 --year 写明是哪一年，如 --year 2023" in bare.err
    year = call(data, "suggestions", "import", table, "--year", "2023")
    assert "请加 --body npc" in year.err
    given = (
        "--year",
        "2023",
        "--body",
        "npc",
        "--region",
        "云溪市",
        "--session",
        "市五届人大三次会议",
    )
    done = call(data, "suggestions", "import", table, *given, "--yes")
    assert (done.status, done.err) == (0, "")
    assert "2023-06-30" in call(data, "suggestions", "list", "--as-of", "2023-06-01").out


SAMPLES = data_path("samples", "lists")


def test_the_samples_meet_the_sample_letter(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in ("suggestions.csv", "units.csv", "deputies.csv"):
        done = call(data, name.removesuffix(".csv"), "import", str(SAMPLES / name), "--yes")
        assert (done.status, done.err) == (0, ""), name
    (path,) = data_path("samples").glob("a01-*.txt")
    call(data, "import", str(path))
    units = call(data, "--lang", "en", "units", "list").out
    assert "kjj@yunqi.example" in units
    rows = json.loads(
        call(data, "suggestions", "list", "--format", "json", "--as-of", "2023-06-10").out
    )["suggestions"]
    assert [(row["code"], row["answered"]) for row in rows] == [
        ("52", False), ("58", False), ("63", False), ("41", True),
    ]  # fmt: skip
    owners = {row["lead"][0] for row in rows}
    assert "云岐市科学技术局" in owners
    again = call(data, "suggestions", "import", str(SAMPLES / "suggestions.xlsx"))
    assert "新增 0 条，更新 0 条，无变化 4 条，有误 0 行" in again.out, again.err

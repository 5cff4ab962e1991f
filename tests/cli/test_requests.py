"""`progress` with evidence, `request`, `requests`, `rate`: as a clerk calls them."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.cli.running import Answer, call, letter
from tracker import clock

MONTH = dt.timedelta(days=30)
#: No test knows the day on which it runs; all of them stay on it, also where midnight comes.
NOW = clock.now()
TODAY = NOW.astimezone(ZoneInfo("Asia/Shanghai")).date()
LATER = TODAY + 12 * MONTH


@pytest.fixture(scope="module", autouse=True)
def one_day() -> Iterator[None]:
    """The clock stands still."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        yield


@pytest.fixture(scope="module")
def made(one_day: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with 30-1 (30户 by the end of 2023) and 30-2 (300万元), both confirmed."""
    folder = tmp_path_factory.mktemp("made")
    call(folder / "data", "import", str(letter(folder, 30)))
    call(folder / "data", "confirm", "--all")
    units = folder / "units.csv"
    units.write_text("单位\n云溪市科技局\n", encoding="utf-8")
    assert call(folder / "data", "units", "import", "--yes", str(units)).status == 0
    return folder / "data"


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """The test's own copy of it."""
    return shutil.copytree(made, tmp_path / "data")


def done(answer: Answer) -> str:
    """What a call printed that went well."""
    assert (answer.status, answer.err) == (0, "")
    return answer.out


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen on which no line is broken."""
    monkeypatch.setenv("COLUMNS", "220")


def history(data: Path, ref: str) -> list[str]:
    """The history in lines of single blanks."""
    lines = call(data, "history", ref).out.splitlines()
    return [" ".join(line.split()) for line in lines]


def test_a_file_goes_into_the_archive(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "认定\n公报.pdf"
    path.write_bytes(b"%PDF-1.4 abc")
    told = done(call(data, "progress", "30-1", "--value", "12户", "--file", str(path)))
    assert f"30-1 已填报：12户（截至 {TODAY}）" in told
    assert "数值按承诺期内新增的数量计，目标是新增 30户" in told
    kept = Path(told.split("认定 公报.pdf")[1].split()[0])
    assert kept.read_bytes() == b"%PDF-1.4 abc"
    assert kept.is_relative_to(data / "archive")
    assert f"佐证 {TODAY}  认定 公报.pdf  {kept}" in call(data, "source", "30-1").out
    kept.unlink()
    assert "存档副本不见了" in call(data, "source", "30-1").out
    report = json.loads(call(data, "show", "30-1", "--format", "json").out)["commitment"][
        "reports"
    ][0]
    assert (report["evidence"], report["evidence_kind"]) == ("认定 公报.pdf", "file")
    assert report["evidence_sha256"] == kept.stem


@pytest.mark.parametrize(
    ("evidence", "says"),
    [
        (("--file", "/nowhere/a.pdf"), "没有这个文件"),
        (("--file", "/dev/zero"), "不是普通文件"),
        (("--evidence", "javascript:alert(1)"), "只读 http 和 https 网址"),
        (("--evidence", "a", "--quote", "b"), "只能写一个"),
        (("--quote", "高新\u202e技术企业"), "不能含控制符"),
        (("--who", "甲\n乙",), "--who 须是一行以内的单位或姓名"),
        (("--as-of", "0000-01-01"), "不是日期"),
        (("--as-of", "9999-12-31"), "超出范围"),
    ],
)  # fmt: skip
def test_a_report_that_cannot_be_leaves_nothing(
    data: Path, evidence: tuple[str, ...], says: str
) -> None:
    before = sorted((data / "archive").rglob("*.bin"))
    answer = call(data, "progress", "30-1", "--value", "12", *evidence)
    assert (answer.status, answer.out) == (2, "")
    assert says in answer.err
    assert answer.err.count("\n") == 1
    assert sorted((data / "archive").rglob("*.bin")) == before
    assert "未填报" in call(data, "show", "30-1").out


def test_a_refused_report_keeps_no_file(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"abc")
    before = sorted((data / "archive").rglob("*.bin"))
    answer = call(data, "progress", "30-1", "--value", "12万元", "--file", str(path))
    assert (answer.status, "以“户”计" in answer.err) == (2, True)
    assert sorted((data / "archive").rglob("*.bin")) == before


def test_a_quote_and_a_correction(data: Path) -> None:
    day = ("--as-of", "2023-09-30")
    quote = ("--quote", "2022年,全市新增 高新技术企业18户")
    told = done(
        call(data, "progress", "30-1", "--value", "12", *day, *quote, "--who", "科技局/张三")
    )
    assert "佐证原文见于存档的答复件" in told
    told = done(call(data, "progress", "30-1", "--value", "10", *day))
    assert "更正了同一日的填报 12户" in told
    unknown = call(data, "progress", "30-1", "--value", "11", "--quote", "没有这句话")
    assert unknown.status == 0
    assert "按文字佐证保存" in unknown.err
    fewer = call(data, "progress", "30-1", "--value", "5", "--as-of", "2023-10-31")
    assert (fewer.status, "请核对：5户 少于此前填报的 10户（2023-09-30）" in fewer.err) == (0, True)
    shown = " ".join(call(data, "show", "30-1").out.split())
    assert "12户（已更正）" in shown
    assert "科技局/张三" in shown
    assert any("填报 12户 (2023-09-30) → 10户" in line for line in history(data, "30-1"))


def test_a_figure_that_reaches_the_target_is_proposed_and_not_settled(data: Path) -> None:
    told = done(call(data, "progress", "30-1", "--value", "31", "--as-of", "2024-01-15"))
    command = "tracker settle 30-1 kept_late --on 2024-01-15 --evidence …"
    assert command in told
    told = done(call(data, "requests"))
    assert "没有待决定的申请" in told
    assert "30-1  新增高新技术企业：31户（截至 2024-01-15），目标 30户" in told
    assert command in told
    document = json.loads(call(data, "requests", "--format", "json").out)
    assert document["proposals"] == [{"ref": "30-1", "outcome": "kept_late", "on": "2024-01-15"}]
    assert "进行中" in call(data, "show", "30-1").out
    done(call(data, "settle", "30-1", "kept_late", "--on", "2024-01-15", "--evidence", "公报"))
    assert "待销号" not in done(call(data, "requests"))


def test_an_outcome_rests_on_a_file_or_a_quote(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "公报.pdf"
    path.write_bytes(b"abc")
    told = done(call(data, "settle", "30-1", "broken", "--why", "核查", "--file", str(path)))
    kept = Path(told.split("公报.pdf")[1].split()[0])
    assert kept.read_bytes() == b"abc"
    assert any(f"核查 · 佐证：公报.pdf ({kept.stem})" in line for line in history(data, "30-1"))
    quote = ("--quote", "拨付奖补资金300万元")
    assert "佐证原文见于存档" in done(call(data, "settle", "30-2", "broken", *quote))
    wrong = call(data, "settle", "30-2", "broken", "--evidence", "javascript:alert(1)")
    assert (wrong.status, "只读 http 和 https" in wrong.err) == (2, True)


def test_the_whole_way_of_an_extension(data: Path) -> None:
    who = ("--who", "市科技局/张三")
    interim = ("--interim", "20户", "--interim-on", str(TODAY + 3 * MONTH))
    why = ("--why", "认定推迟")
    asked = done(call(data, "request", "30-1", "延期", "--until", str(LATER), *interim, *why, *who))
    assert "30-1 已登记申请 1：延期；待督办人决定，其间不催办" in asked
    assert f"时限：2023-12-31 → {LATER}" in asked
    assert "时限 2023-12-31 已过，同意后仍会标明逾期后提出" in asked
    again = call(data, "request", "30-1", "extension", "--until", str(LATER), *why)
    assert (again.status, "tracker requests withdraw 1" in again.err) == (2, True)
    listed = done(call(data, "requests"))
    for part in (
        "1  30-1  延期",
        "市科技局/张三（时限 2023-12-31 已过后提出）  待决定",
        "理由：认定推迟",
        f"时限：2023-12-31 → {LATER}",
        "前 20户",
        "待决定 1 件",
    ):
        assert part in listed, part  # fmt: skip
    sooner = LATER - MONTH
    approved = done(call(data, "requests", "approve", "1", "--until", str(sooner), "--why", "可"))
    assert approved.splitlines() == ["申请 1 已同意：30-1 延期", f"    时限：2023-12-31 → {sooner}"]
    twice = call(data, "requests", "refuse", "1", "--why", "不")
    assert (twice.status, twice.err) == (2, "tracker: 申请 1 已有结果：已同意（测试员）\n")
    assert "没有待决定的申请" in done(call(data, "requests"))
    assert f"决定：同意，延至 {sooner} 测试员 {TODAY} 可" in done(call(data, "requests", "--all"))
    shown = json.loads(done(call(data, "show", "30-1", "--format", "json")))
    assert shown["commitment"]["deadline"]["original"] == "2023-12-31"
    assert shown["commitment"]["deadline"]["day"] == str(sooner)
    assert [(move["how"], move["new"], move["late"]) for move in shown["deadlines"]] == [
        ("extension", str(sooner), True)
    ]
    assert (shown["times_moved"], shown["days_slipped"]) == (
        1,
        (sooner - dt.date(2023, 12, 31)).days,
    )
    lines = history(data, "30-1")
    for part in (
        "市科技局/张三 申请 延期 2023-12-31 →",
        "测试员 同意申请 延期 可",
        "测试员 同意申请 时限 2023-12-31 →",
    ):
        assert any(part in line for line in lines), part  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "options", "effect"),
    [
        ("not-ours", ("--unit", "市科技局"), "责任单位：云溪市市场监督管理局 → 市科技局"),
        ("退办", ("--unit", "市科技局"), "责任单位：云溪市市场监督管理局 → 市科技局"),
        ("wrong-date", ("--deadline", "2024年12月31日"), "原时限：2023-12-31 → 2024-12-31"),
        ("wrong-date", ("--deadline", "none"), "时限：2023-12-31 → （无）"),
        ("wrong_target", ("--value", "20"), "目标值：30 → 20"),
        ("wrong_target", ("--value", "20户"), "目标值：30 → 20"),
        ("drop", (), "结果：进行中 → 终止"),
    ],
)
def test_what_else_a_unit_asks_for(
    data: Path, kind: str, options: tuple[str, ...], effect: str
) -> None:
    for call_ in (
        ("request", "30-1", kind, *options, "--why", "来函"),
        ("requests",),
        ("requests", "approve", "1"),
    ):
        assert effect in done(call(data, *call_))
    assert call(data, "--lang", "en", "show", "30-1").status == 0


def test_an_extension_asked_for_late_stays_told_once_it_is_kept(data: Path) -> None:
    until = ("--until", str(LATER), "--why", "汛期")
    done(call(data, "request", "30-1", "extension", *until))
    done(call(data, "requests", "approve", "1"))
    done(call(data, "settle", "30-1", "kept", "--on", str(TODAY), "--why", "名单"))
    for command in (("show", "30-1"), ("list",), ("report", "--format", "md")):
        assert "√ 已兑现 · 逾期后申请" in done(call(data, *command)).replace("\n", " "), command
    figures = json.loads(done(call(data, "report", "--format", "json")))["figures"]
    assert (figures["kept"]["count"], figures["on_time"]["count"]) == (1, 0)


def test_a_date_put_right_late_hides_neither_the_first_date_nor_the_lateness(data: Path) -> None:
    wanted = ("--deadline", str(LATER), "--why", "笔误")
    assert "时限 2023-12-31 已过" in done(call(data, "request", "30-1", "wrong-date", *wanted))
    assert "（时限 2023-12-31 已过后提出）" in done(call(data, "requests"))
    done(call(data, "requests", "approve", "1"))
    corrected = f"原读作 2023-12-31，{TODAY} 更正为 {LATER}（笔误）；原文“2023年”"
    shown = done(call(data, "show", "30-1"))
    assert corrected in shown
    assert "逾期后更正" in shown
    assert "据原文" not in shown
    assert f"{corrected}\n" in done(call(data, "report", "--format", "md"))
    assert "更正前2023-12-31" in done(call(data, "list"))
    kept = json.loads(done(call(data, "show", "30-1", "--format", "json")))
    assert kept["commitment"]["deadline"]["corrected"] == [
        {"on": str(TODAY), "read": "2023-12-31", "right": str(LATER), "why": "笔误", "late": True}
    ]
    assert kept["deadlines"][0]["late"], "the moves tell it, too"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("30-1", "holiday", "--why", "x"), "不在可选之列"),
        (("30-1", "drop"), "缺少选项"),
        (("30-1", "drop", "--why", "x", "--until", "2030-01-01"), "终止 要写的选项：（无）"),
        (("30-1", "not-ours", "--why", "x", "--unit", "市科持局"),
         "请先登记：tracker units import"),
        (("30-1", "not-ours", "--why", "x", "--unit", "市科技局、市科持局"), "没有单位"),
        (("30-1", "not-ours", "--why", "x", "--unit", "市市场监督管理局"), "本来就是"),
        (("30-1", "not-ours", "--why", "x", "--unit", "云溪市市场监督管理局"), "本来就是"),
        (("30-1", "extension", "--why", "x", "--unit", "市科技局"), "--until --interim --interim-on"),
        (("30-1", "extension", "--why", "x"), "请写明延至哪一天"),
        (("30-1", "extension", "--why", "x", "--until", "2024-01-01"), "延期须延至"),
        (("30-1", "extension", "--why", "x", "--until", "9999-12-31"), "超出范围"),
        (("30-1", "extension", "--why", "x", "--until", "2100-01-01", "--interim", "1e999999999",
          "--interim-on", "2099-01-01"), "超出范围"),
        (("30-1", "extension", "--why", "x", "--until", "2100-01-01", "--interim", "2万元",
          "--interim-on", "2099-01-01"), "以“户”计"),
        (("30-1", "wrong-date", "--why", "x"), "请写明正确的内容"),
        (("30-1", "wrong-date", "--why", "x", "--deadline", "0000-00-00"), "不是日期"),
        (("30-1", "wrong-date", "--why", "x", "--deadline", "9999-12-31"), "超出范围"),
        (("30-1", "wrong-target", "--why", "x", "--value", "1e999999999"), "超出范围"),
        (("30-1", "wrong-target", "--why", "x\ny", "--value", "1"), "不能含控制符"),
        (("30-9", "drop", "--why", "x"), "没有编号为"),
        (("30-1'; DROP TABLE requests; --", "drop", "--why", "x"), "没有编号为"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(data: Path, arguments: tuple[str, ...], says: str) -> None:
    answer = call(data, "request", *arguments)
    assert (answer.status, answer.out) == (2, "")
    assert says in answer.err
    assert answer.err.count("\n") == 1
    assert "没有待决定的申请" in done(call(data, "requests"))


def test_a_unit_takes_its_request_back(data: Path) -> None:
    assert "还没有单位提出过申请" in done(call(data, "requests", "--all"))
    done(call(data, "request", "30-1", "drop", "--why", "来函"))
    told = done(call(data, "requests", "withdraw", "1", "--who", "市科技局", "--why", "误报"))
    assert told == "申请 1 已撤回：30-1 终止，恢复催办\n"
    listed = done(call(data, "requests", "--all"))
    assert f"决定：已撤回 市科技局 {TODAY} 误报" in listed
    assert "失效" not in listed
    done(call(data, "request", "30-1", "drop", "--why", "来函"))
    done(call(data, "requests", "withdraw", "2", "--who", "市科技局"))
    assert f"决定：已撤回 市科技局 {TODAY}\n" in done(call(data, "requests", "--all"))
    unknown = call(data, "requests", "approve", "7")
    assert (unknown.status, "没有编号为 7 的申请" in unknown.err) == (2, True)
    huge = call(data, "requests", "approve", str(10**30))
    assert huge.status == 2


def test_an_outcome_lets_a_request_lapse(data: Path) -> None:
    done(call(data, "request", "30-1", "drop", "--why", "来函"))
    done(call(data, "settle", "30-1", "broken", "--why", "核查"))
    assert f"决定：失效 测试员 {TODAY} 已销号" in done(call(data, "requests", "--all"))
    assert any("申请失效 终止" in line for line in history(data, "30-1"))


def test_an_outcome_said_again_changes_nothing(data: Path) -> None:
    same = ("settle", "30-1", "broken", "--why", "核查")
    done(call(data, *same))
    before = history(data, "30-1")
    assert done(call(data, *same)) == "30-1 本来就是未兑现，未作改动\n"
    assert history(data, "30-1") == before
    assert "已销号" in done(call(data, "settle", "30-1", "broken", "--why", "再次核查"))
    assert len(history(data, "30-1")) > len(before), "another reason is a correction"


@pytest.mark.parametrize(("day", "odd"), [("2001-02-03", True), ("2023-12-01", False)])
def test_an_outcome_before_its_promise_is_asked_about(data: Path, day: str, odd: bool) -> None:
    told = call(data, "settle", "30-1", "kept", "--why", "核查", "--on", day)
    assert told.status == 0
    assert (f"30-1 的结果日期 {day} 早于答复件的日期" in told.err) is odd


@pytest.mark.parametrize(
    ("options", "warned"),
    [
        (("--value", "12户", "--as-of", "2001-03-01"), "2001-03-01 早于答复件的日期"),
        (("--note", "已开工", "--as-of", "2001-03-01"), "2001-03-01 早于答复件的日期"),
        (("--value", "12户"), ""),
        (("--note", "已开工"), ""),
    ],
)
def test_a_day_before_the_letter_is_warned_of(
    data: Path, options: tuple[str, ...], warned: str
) -> None:
    answer = call(data, "progress", "30-1", *options)
    assert (answer.status, "30-1 已填报" in answer.out) == (0, True)
    assert warned in answer.err
    assert bool(answer.err) == bool(warned)


def test_a_deputy_rates_and_reopens(data: Path) -> None:
    early = call(data, "edit", "30-1", "--deadline", str(LATER), "--why", "来函")
    assert early.status == 0
    refused = call(data, "rate", "30-1", "满意", "--deputy", "王远山")
    assert (refused.status, f"30-1 的时限是 {LATER}，自那天起才能评价" in refused.err) == (2, True)
    done(call(data, "settle", "30-1", "dropped", "--why", "机构改革"))
    assert done(call(data, "rate", "30-1", "basically", "--deputy", "王远山")) == (
        "30-1 已评价：王远山 基本满意\n"
    )
    stranger = call(data, "rate", "30-1", "not", "--deputy", "张三")
    assert (stranger.status, "提出人是 王远山" in stranger.err) == (2, True)
    told = done(call(data, "rate", "30-1", "不满意", "--deputy", "王远山", "--comment", "没看到"))
    assert "回头看" in told
    lines = history(data, "30-1")
    for part in (
        "代表评价 基本满意 → 不满意 王远山: 没看到",
        "恢复跟踪 终止 → 进行中 王远山: 没看到",
    ):
        assert any(part in line for line in lines), part
    shown = " ".join(call(data, "show", "30-1").out.split())
    assert "王远山 基本满意（已更正）" in shown
    listed = json.loads(call(data, "list", "--format", "json").out)["commitments"][0]
    assert [(item["score"], item["counts"]) for item in listed["ratings"]] == [
        ("basically", False),
        ("not", True),
    ]


def test_views_of_requests_on_a_past_day(data: Path) -> None:
    done(call(data, "request", "30-1", "drop", "--why", "来函"))
    yesterday = str(TODAY - dt.timedelta(days=1))
    then = json.loads(call(data, "show", "30-1", "--format", "json", "--as-of", yesterday).out)
    assert then["commitment"]["requests"] == []
    now = json.loads(call(data, "show", "30-1", "--format", "json").out)
    assert [item["state"] for item in now["commitment"]["requests"]] == ["waiting"]


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_that_leads_out_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "secret.txt").write_text("x")
    (tmp_path / "inner" / "a.txt").symlink_to(tmp_path / "secret.txt")
    answer = call(data, "progress", "30-1", "--value", "1", "--file", str(tmp_path / "inner/a.txt"))
    assert (answer.status, "是指向别处的链接" in answer.err) == (2, True)

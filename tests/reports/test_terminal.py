"""The terminal views: widths by cells, signs beside colours, nothing that steers the terminal."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from rich.console import RenderableType
from sqlalchemy.orm import Session

from tests.county import TODAY, empty_session
from tests.reports.test_render import HOSTILE, poison
from tests.reports.views import assert_snapshot, printed
from tracker.reports import machine, reads
from tracker.reports.card import card
from tracker.reports.contents import Filters, gather
from tracker.reports.details import detail
from tracker.reports.engine import BETWEEN, Line
from tracker.reports.overview import Office, overview
from tracker.reports.terminal import listing
from tracker.reports.words import Language, Wording
from tracker.settings import Settings

View = Callable[[Session, Settings, int, Wording], RenderableType]


def _status(session: Session, settings: Settings, width: int, words: Wording) -> RenderableType:
    office = Office(
        reads.message_states(session), reads.last_change(session), ZoneInfo(settings.timezone)
    )
    return overview(gather(session, settings, TODAY, Filters()), office, words, width)


def _list(session: Session, settings: Settings, width: int, words: Wording) -> RenderableType:
    return listing(reads.items(session, settings, TODAY), words, width)


def _show(session: Session, settings: Settings, width: int, words: Wording) -> RenderableType:
    return card(detail(session, settings, TODAY, "68-4"), words)


VIEWS: dict[str, View] = {"status": _status, "list": _list, "show": _show}


@pytest.mark.parametrize("view", VIEWS)
def test_snapshots_at_80_columns(
    county: Session, settings: Settings, tmp_path: Path, view: str
) -> None:
    text = printed(VIEWS[view](county, settings, 80, Wording("zh")))
    assert_snapshot(f"{view}.zh.txt", text, tmp_path)


@pytest.mark.parametrize(
    ("width", "height"), [(80, 24), (100, 30), (119, 24), (120, 24), (160, 50)]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_overview_is_one_screen(
    county: Session, settings: Settings, width: int, height: int, language: Language
) -> None:
    office = Office(
        reads.message_states(county),
        reads.last_change(county),
        ZoneInfo(settings.timezone),
        silent=("云溪县水务局", "李明"),
        engine=(Line("常驻进程 1 个在运行"), Line("下次：巡查 06-16 08:30")),
    )
    contents = gather(county, settings, TODAY, Filters())
    lines = printed(
        overview(contents, office, Wording(language), width, height), width
    ).splitlines()
    assert len(lines) < height
    assert max(cell_len(line) for line in lines) <= width
    assert contents.overdue[0].ref in "".join(lines), "the longest overdue is named"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("width", [80, 100, 120, 160])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_is_wider_than_the_terminal(
    county: Session, settings: Settings, view: str, width: int, language: Language
) -> None:
    text = printed(VIEWS[view](county, settings, width, Wording(language)), width)
    assert max(cell_len(line) for line in text.splitlines()) <= width


def test_long_references_and_unbroken_words_still_fit(county: Session, settings: Settings) -> None:
    row = poison(county)
    row.ref = "云溪县十八届人大二次会议-0000000000000000426-17"
    row.what = "ExtraordinarilyLongUnbrokenEnglishWord" * 4
    county.flush()
    for view in (_status, _list):
        text = printed(view(county, settings, 80, Wording("zh")))
        assert max(cell_len(line) for line in text.splitlines()) <= 80


def test_a_wider_terminal_shows_more(county: Session, settings: Settings) -> None:
    narrow, wide, widest = (
        printed(_list(county, settings, width, Wording("zh")), width).splitlines()[0]
        for width in (80, 120, 160)
    )
    assert "目标" in narrow
    assert "原文" not in narrow
    assert "原文" not in wide
    assert "原文" in widest


def test_columns_stand_under_their_heads(county: Session, settings: Settings) -> None:
    """Measured in cells: a Chinese character takes two."""
    lines = printed(_list(county, settings, 160, Wording("zh")), 160).splitlines()
    head, first = lines[0], lines[1]
    for name, value in (("亮灯", "√ 已兑现"), ("时限", "2023-12-31"), ("承办单位", "云溪县工业")):
        assert cell_len(head[: head.index(name)]) == cell_len(first[: first.index(value)])


@pytest.mark.parametrize("view", VIEWS)
def test_a_pipe_gets_no_escapes(county: Session, settings: Settings, view: str) -> None:
    assert "\x1b" not in printed(VIEWS[view](county, settings, 80, Wording("zh")))


@pytest.mark.parametrize("view", VIEWS)
def test_hostile_texts_reach_no_terminal(county: Session, settings: Settings, view: str) -> None:
    poison(county)
    text = printed(VIEWS[view](county, settings, 80, Wording("zh")), terminal=True)
    own = re.sub(r"\x1b\[[\d;]*m", "", text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", own)
    assert "\x1b[31m**x" not in text, "a colour of the letter's own"


def test_light_is_sign_and_word_beside_its_colour(county: Session, settings: Settings) -> None:
    coloured = printed(_list(county, settings, 80, Wording("zh")), terminal=True)
    assert re.search(r"\x1b\[1;31m▲ 逾期", coloured)
    plain = printed(_list(county, settings, 80, Wording("zh")))
    for mark in ("▲ 逾期", "◆ 临期", "◇ 已延期", "● 正常", "○ 无时限", "√ 已兑现", "× 未兑现"):
        assert mark in plain


def test_the_overview_of_an_empty_store(settings: Settings) -> None:
    with empty_session() as session:
        text = printed(_status(session, settings, 80, Wording("zh")))
    assert "数据库里还没有数据" in text
    assert "tracker import" in text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (dt.datetime(2024, 6, 15, 1, tzinfo=dt.UTC), "数据更新于今天（2024-06-15 09:00）"),
        (dt.datetime(2024, 6, 14, 16, tzinfo=dt.UTC), "数据更新于今天（2024-06-15 00:00）"),
        (dt.datetime(2024, 6, 14, 15, tzinfo=dt.UTC), "数据更新于 1 天前（2024-06-14 23:00）"),
        (dt.datetime(2024, 6, 20, 1, tzinfo=dt.UTC), "数据在此日之后还有更新（2024-06-20 09:00）"),
    ],
)
def test_age_of_the_data(settings: Settings, changed: dt.datetime, said: str) -> None:
    with empty_session() as session:
        contents = gather(session, settings, TODAY, Filters())
    office = Office(Counter(), changed, ZoneInfo("Asia/Shanghai"))
    assert said in printed(overview(contents, office, Wording("zh")))


def test_what_does_not_fit_is_counted(county: Session, settings: Settings) -> None:
    contents = gather(county, settings, TODAY, Filters())
    office = Office(Counter(), None, ZoneInfo(settings.timezone))
    text = printed(overview(contents, office, Wording("zh"), 80, 18))
    hidden = [line.unit for line in contents.units if line.unit not in text.split("下一批到期")[0]]
    assert hidden
    assert f"另有 {len(hidden)} 个单位：tracker report" in text
    shown, days = text.split("下一批到期")[1], {item.deadline for item in contents.next}
    named = [day for day in days if day and day.isoformat() in shown]
    left = [item for item in contents.next if item.deadline not in named]
    assert f"另有 {len(left)} 项、{len(days) - len(named)} 个时限：tracker list" in shown
    assert "另有" not in printed(overview(contents, office, Wording("zh"), 80, 60))


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_lines_of_jobs_and_of_what_is_hidden_are_whole(
    county: Session, settings: Settings, width: int
) -> None:
    contents = gather(county, settings, TODAY, Filters())
    names = ("sweep", "deliver", "reports", "watch", "housekeeping")
    jobs = [f"{name} 06-16 08:3{number}" for number, name in enumerate(names)]
    line = Line("next: " + BETWEEN.join(jobs))
    office = Office(Counter(), None, ZoneInfo(settings.timezone), engine=(line,))
    text = printed(overview(contents, office, Wording("en"), width, 12), width)
    assert all(job in text for job in jobs)
    assert "more units: tracker report" in text
    assert max(cell_len(each) for each in text.splitlines()) <= width


def test_csv_opens_in_excel_and_calculates_nothing(county: Session, settings: Settings) -> None:
    row = poison(county)
    row.what, row.quote = "=HYPERLINK(1)", "@SUM(1)"
    county.flush()
    text = machine.list_csv(reads.items(county, settings, TODAY), Wording("zh"))
    assert text.startswith("\ufeff编号,")
    assert text.count("\r\n") == 31
    cells = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert {len(line) for line in cells} == {23}
    poisoned = next(line for line in cells if line[0] == "68-4")
    assert poisoned[2:4] == ["'=HYPERLINK(1)", "'@SUM(1)"]
    assert not [cell for line in cells for cell in line if cell[:1] in "=+-@\t" and cell]


def test_list_as_json(county: Session, settings: Settings) -> None:
    poison(county)
    text = machine.list_json(reads.items(county, settings, TODAY), TODAY, Wording("zh"))
    document = json.loads(text)
    assert document["as_of"] == "2024-06-15"
    assert len(document["commitments"]) == 30
    assert {item["quote"] for item in document["commitments"]} >= {HOSTILE}

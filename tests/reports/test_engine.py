"""The lines of the status that tell whether somebody still looks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from tests.office import MONDAY, morning
from tracker.reports.engine import engine_lines, engine_of
from tracker.store import daemons
from tracker.store.database import Store

NOW = morning(MONDAY)
ZONE = ZoneInfo("Asia/Shanghai")


def lines(store: Store, now: dt.datetime = NOW, language: str = "zh") -> list[tuple[str, bool]]:
    with store.read() as session:
        engine = engine_of(session, now)
    return [(line.text, line.warn) for line in engine_lines(engine, ZONE, language)]  # type: ignore[arg-type]


def test_where_nothing_has_ever_run_nothing_is_said(store: Store) -> None:
    assert lines(store) == []


def test_daemons_next_runs_and_last_runs(store: Store) -> None:
    with store.write() as session:
        daemons.beat(session, "one", NOW, {"sweep": morning(MONDAY, 9), "deliver": NOW})
        daemons.beat(session, "two", NOW, {"sweep": morning(MONDAY, 11)})
        run = daemons.begin_run(session, "sweep", "one", NOW)
        daemons.end_run(session, run, NOW, "well", failed=False)
        run = daemons.begin_run(session, "deliver", "one", NOW)
        said = "the disk is full; free some space, nothing was written"
        daemons.end_run(session, run, NOW, said, failed=True)
        daemons.begin_run(session, "watch", "one", NOW)
    assert lines(store) == [
        ("常驻进程 2 个在运行，最近心跳 12-04 08:30", False),
        ("下次：巡查 12-04 09:30 · 投递 12-04 08:30", False),
        ("上次：巡查 12-04 08:30 · 投递 12-04 08:30 (失败) · 看网站 12-04 08:30 (未结束)", False),
        ("投递失败：磁盘已满；请腾出空间，未写入任何内容", True),
    ]
    later = lines(store, NOW + dt.timedelta(hours=1), "en")
    assert later[0] == (
        "no daemon runs, the last was heard of 12-04 08:30; start one: tracker run", True
    )  # fmt: skip
    assert later[1][0].startswith("last: sweep 12-04 08:30 · deliver 12-04 08:30 (failed)")


def test_cron_needs_no_daemon(store: Store) -> None:
    with store.write() as session:
        daemons.end_run(
            session, daemons.begin_run(session, "sweep", "one", NOW), NOW, "well", failed=False
        )
    assert lines(store) == [("上次：巡查 12-04 08:30", False)]

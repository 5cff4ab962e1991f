"""The daemon: its jobs, what they log, and how it stops."""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import selectinload

from tests.office import MONDAY, Ledger, add_unit, fill_one, morning, with_office
from tests.site import Site, index_page, reply, web_site
from tracker import clock, jobs, schedule
from tracker.asking import Fetch
from tracker.duereports.queueing import due_reports
from tracker.errors import SettingsError
from tracker.followup.rounds import decide
from tracker.settings import Office, Schedule, Settings
from tracker.sites import Site as Source
from tracker.store import claims, daemons
from tracker.store.database import Store, open_store
from tracker.store.tables import HistoryRow, LetterRow, MessageRow, NoticeRow, RunRow, SuggestionRow


@pytest.fixture
def office(settings: Settings) -> Settings:
    return with_office(settings)


def now() -> dt.datetime:
    return morning(MONDAY)


def messages(store: Store) -> list[MessageRow]:
    with store.read() as session:
        query = select(MessageRow).options(selectinload(MessageRow.words)).order_by(MessageRow.id)
        return list(session.scalars(query))


def test_a_sweep_decides_and_delivers(store: Store, office: Settings) -> None:
    fill_one(store)
    done = jobs.sweep(store, office, MONDAY, now)
    assert (done.decided.notices, done.delivered.sent, done.missing_years) == (1, 1, ())
    assert [path.name for path in office.outbox_dir.iterdir()] == ["digest-unit-1-2023-12-04.eml"]


def test_a_sweep_says_which_holidays_it_does_not_know(store: Store, office: Settings) -> None:
    done = jobs.sweep(store, office, dt.date(2998, 12, 3), now)
    assert done.missing_years == (2998, 2999), "the coming year is asked for too"


def test_a_sweep_says_what_a_crashed_run_had_left(store: Store, office: Settings) -> None:
    fill_one(store)
    with store.write() as session:
        decide(session, MONDAY, now(), office)
        assert claims.claim(session, "crashed", now() - 2 * claims.LEASE, MONDAY) == []
        assert len(claims.claim(session, "crashed", now(), MONDAY)) == 1
    later = morning(MONDAY, 9)
    done = jobs.sweep(store, office, MONDAY, lambda: later)
    assert (done.delivered.recovered, done.delivered.sent) == (1, 1)


def test_weekdays_are_those_of_cron(store: Store, office: Settings) -> None:
    """APScheduler takes 0 for Monday."""
    numbered = replace(office, schedule=Schedule(report="0 9 * * 1"))
    trigger = schedule._cron(numbered, "report")
    after = trigger.get_next_fire_time(None, morning(MONDAY, 9))
    assert after.isoformat() == "2023-12-11T09:00:00+08:00"


def test_the_weekly_report_is_queued_once(any_store: Store, office: Settings) -> None:
    fill_one(any_store)
    assert due_reports(any_store, office, morning(MONDAY, 8)).new == 0, "it is due at nine"
    assert due_reports(any_store, office, morning(MONDAY, 9)).new == 1
    assert due_reports(any_store, office, morning(MONDAY, 10)).new == 0
    (row,) = messages(any_store)
    assert (row.key, row.kind, row.state) == ("report:supervisor:2023-12-04", "report", "queued")
    assert row.address == "office@yunxi.example"
    assert row.subject == "[承诺跟踪] 每周情况 — 12月4日"
    assert row.words is not None
    assert "1-1" in (row.words.body or "")
    assert "<html" in (row.words.html or "")
    assert jobs.sweep(any_store, office, MONDAY, lambda: morning(MONDAY, 10)).delivered.sent == 2


def test_of_reports_that_wait_only_the_newest_is_sent(store: Store, office: Settings) -> None:
    nowhere = replace(office, office=Office())
    for week in range(3):
        day = MONDAY + dt.timedelta(weeks=week)
        assert due_reports(store, nowhere, morning(day, 9)).new == 1
    assert [row.state for row in messages(store)] == ["cancelled", "cancelled", "undeliverable"]
    day = MONDAY + dt.timedelta(weeks=2)
    assert jobs.sweep(store, office, day, lambda: morning(day, 9)).delivered.sent == 1


def test_each_job_leaves_one_line(
    store: Store, office: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    fill_one(store)
    stop = threading.Event()
    with caplog.at_level(logging.INFO, "tracker.jobs"):
        jobs.sweep_job(store, office, now, stop)
        jobs.delivery_job(store, office, now, stop)
        jobs.report_job(store, office, now, stop)  # due at nine
        jobs.report_job(store, office, lambda: morning(MONDAY, 9), stop)
    lines = [record.getMessage() for record in caplog.records if record.name == "tracker.jobs"]
    assert len(lines) == 2, "who has nothing to do is silent"
    assert lines[0].startswith("sweep: 1 notices in 1 new messages, 0 held, 1 sent,")
    assert lines[1].startswith("report: 1 queued, 1 sent,")


@pytest.fixture
def watching(office: Settings) -> Iterator[tuple[Settings, Site]]:
    """Settings that name two sites: a real one, and one where nobody listens."""
    with web_site() as gone:
        pass
    with web_site() as site:
        sources = (
            Source("云溪市人大", site.url("/index.html"), links=r"/t\d+\.html$"),
            Source("青禾县人大", gone.url("/index.html"), links="x"),
        )
        rules = Fetch(allow_hosts=("127.0.0.1",), delay=0.0, retries=0)
        yield replace(office, fetch=rules, sources=sources), site


def test_the_daemon_watches_the_sites_of_the_settings(
    store: Store, watching: tuple[Settings, Site], caplog: pytest.LogCaptureFixture
) -> None:
    settings, site = watching
    site.put("/index.html", index_page(["/t7.html", "/t8.html"]))
    site.put("/t7.html", reply(7))
    with caplog.at_level(logging.INFO, "tracker.jobs"):
        jobs.watch_job(store, settings, now, threading.Event())
    lines = [record.getMessage() for record in caplog.records if record.name == "tracker.jobs"]
    assert lines[0] == f"watch: {site.url('/t8.html')}: no such page (404)"
    assert lines[1].startswith(
        "watch 云溪市人大: 1 new, 0 changed, 0 unchanged, 0 vanished, 1 failed"
    )
    assert "cannot be reached" in lines[2]
    assert lines[3].startswith("watch 青禾县人大: 0 new")
    assert "0 left for the next run, index of 1 pages (" in lines[1]
    with store.read() as session:
        (row,) = session.scalars(select(LetterRow))
        assert row.source_name == "云溪市人大"
        entered = session.scalars(select(HistoryRow.who).where(HistoryRow.action == "import"))
        assert set(entered) == {"tracker watch"}


def test_a_site_that_cannot_be_kept_stops_no_other(
    store: Store, watching: tuple[Settings, Site], caplog: pytest.LogCaptureFixture
) -> None:
    settings, site = watching
    site.put("/index.html", index_page(["/t7.html"]))
    site.put("/t7.html", reply(7))
    settings.archive_dir.parent.mkdir(parents=True, exist_ok=True)
    settings.archive_dir.write_text("a file where a folder should be", encoding="utf-8")
    with caplog.at_level(logging.INFO, "tracker.jobs"):
        jobs.watch_job(store, settings, now, threading.Event())
    lines = [record.getMessage() for record in caplog.records if record.name == "tracker.jobs"]
    assert lines[0].startswith("watch 云溪市人大: ")
    assert "cannot" in lines[0]
    assert lines[-1].startswith("watch 青禾县人大: 0 new")


def test_a_next_that_leads_nowhere_is_in_the_log(
    store: Store, watching: tuple[Settings, Site], caplog: pytest.LogCaptureFixture
) -> None:
    settings, site = watching
    site.put("/index.html", index_page(["/t7.html"]))
    site.put("/t7.html", reply(7))
    source = replace(settings.sources[0], next="下页")
    jobs.watch_job(store, replace(settings, sources=(source,)), now, threading.Event())
    assert "watch 云溪市人大: next leads to no second page of the index" in caplog.text


def test_what_may_be_the_same_suggestion_is_in_the_log(
    store: Store, watching: tuple[Settings, Site], caplog: pytest.LogCaptureFixture
) -> None:
    settings, site = watching
    site.put("/index.html", index_page(["/t7.html", "/t8.html"]))
    for number in (7, 8):
        site.put(f"/t{number}.html", reply(number))
    with store.write() as session:
        vague = SuggestionRow(
            code="7", body="npc", region="", session="云溪市五届人大", year=0, number=7
        )
        session.add(vague)
    one = replace(settings, sources=settings.sources[:1])
    jobs.watch_job(store, one, now, threading.Event())
    (line,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert line == (
        f"watch: {site.url('/t7.html')}: entered as 7b, may answer 7 of the ledger; "
        "if so: tracker suggestions merge 7 7b"
    )


def test_the_watch_has_a_thread_of_its_own(store: Store, watching: tuple[Settings, Site]) -> None:
    scheduler = schedule._scheduler(store, watching[0], now, threading.Event())
    jobs = {job.func.__name__: job for job in scheduler.get_jobs()}
    later = jobs["watch_job"].trigger.get_next_fire_time(None, morning(MONDAY, 9))
    assert later.isoformat() == "2023-12-05T06:00:00+08:00"
    assert jobs["watch_job"].executor == "web"
    assert jobs["sweep_job"].executor == "default"


def test_without_sites_nothing_is_watched(store: Store, office: Settings) -> None:
    scheduler = schedule._scheduler(store, office, now, threading.Event())
    assert "watch_job" not in {job.func.__name__ for job in scheduler.get_jobs()}


def test_a_stopped_daemon_begins_no_other_site(
    store: Store, watching: tuple[Settings, Site]
) -> None:
    settings, site = watching
    ended = threading.Event()
    ended.set()
    jobs.watch_job(store, settings, now, ended)
    assert site.asked == []


def test_a_stop_ends_the_wait_for_the_next_page(
    store: Store, watching: tuple[Settings, Site]
) -> None:
    settings, site = watching
    site.put("/index.html", index_page(["/t7.html"]))
    slow = replace(settings, fetch=replace(settings.fetch, delay=300.0))
    ended = threading.Event()
    job = threading.Thread(target=jobs.watch_job, args=(store, slow, now, ended))
    job.start()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not site.asked:
        time.sleep(0.02)
    ended.set()
    job.join(20)
    assert not job.is_alive()
    assert site.asked == ["/robots.txt"]


def test_a_store_that_fails_does_not_end_the_daemon(
    store: Store, office: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE attempts"))
        connection.execute(text("DROP TABLE notices"))
        connection.execute(text("DROP TABLE messages"))
    jobs.sweep_job(store, office, now, threading.Event())
    (record,) = [item for item in caplog.records if item.levelno == logging.ERROR]
    assert "the schema is incomplete" in record.getMessage()
    assert "\n" not in record.getMessage()


def test_the_jobs_are_run_late_rather_than_never(store: Store, office: Settings) -> None:
    scheduler = schedule._scheduler(store, office, now, threading.Event())
    scheduler.start(paused=True)
    jobs = {job.id: job for job in scheduler.get_jobs()}
    scheduler.shutdown()
    assert set(jobs) == {"sweep", "deliver", "reports", "reports again", "housekeeping"}
    for job in jobs.values():
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
    for name in ("sweep", "reports"):
        assert jobs[name].next_run_time == now(), "one at the start, for what was missed"
    later = jobs["sweep"].trigger.get_next_fire_time(None, morning(MONDAY, 9))
    assert later.isoformat() == "2023-12-05T08:30:00+08:00"
    report = jobs["reports"].trigger.get_next_fire_time(None, morning(MONDAY, 9))
    assert report.isoformat() == "2023-12-11T09:00:00+08:00"
    assert jobs["reports again"].func is jobs["reports"].func
    assert jobs["reports again"].trigger.interval == dt.timedelta(hours=1)


@pytest.mark.parametrize("expression", ["", "often", "61 8 * * *", "30 8 * *"])
def test_a_cron_expression_that_is_none(store: Store, office: Settings, expression: str) -> None:
    wrong = replace(office, schedule=Schedule(report=expression))
    with pytest.raises(SettingsError, match=r"schedule\.report"):
        schedule.run(store, wrong, now)


def test_it_runs_until_it_is_told_to_stop(store: Store, office: Settings) -> None:
    fill_one(store)
    stop = threading.Event()
    thread = threading.Thread(target=schedule.run, args=(store, office, now, stop))
    thread.start()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and [row.state for row in messages(store)] != ["sent"]:
        time.sleep(0.05)
    assert [row.state for row in messages(store)] == ["sent"], "the sweep at the start"
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def wait_for(store: Store, what: Callable[[list[RunRow]], bool]) -> list[RunRow]:
    """The runs, once they are as they should be."""
    deadline = time.monotonic() + 30
    while True:
        with store.read() as session:
            runs = list(session.scalars(select(RunRow).order_by(RunRow.id)))
        if what(runs):
            return runs
        assert time.monotonic() < deadline, [(row.job, row.ended_at, row.said) for row in runs]
        time.sleep(0.05)


@contextmanager
def daemon(store: Store, office: Settings, clock: Callable[[], dt.datetime]) -> Iterator[None]:
    """`tracker run` in a thread, for the block."""
    stop = threading.Event()
    thread = threading.Thread(target=schedule.run, args=(store, office, clock, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()


def test_a_daemon_says_that_it_lives_and_what_it_did(store: Store, office: Settings) -> None:
    fill_one(store)
    with daemon(store, office, now):
        runs = wait_for(store, lambda runs: len(runs) > 2 and all(run.ended_at for run in runs))
        (run,) = [run for run in runs if run.job == "sweep"]
        with store.read() as session:
            (one,) = daemons.daemons(session, now())
        assert one.alive
        assert set(one.next_runs) == {
            "sweep", "deliver", "reports", "reports again", "housekeeping",
        }  # fmt: skip
    assert (run.job, run.worker, run.failed) == ("sweep", one.worker, False)
    assert run.said is not None
    assert run.said.startswith("1 notices in 1 new messages, 0 held, 1 sent")
    with store.read() as session:
        assert daemons.daemons(session, now()) == [], "it said goodbye"


def swept(runs: list[RunRow]) -> list[RunRow]:
    """The sweeps among runs that have ended."""
    return [run for run in runs if run.job == "sweep" and run.ended_at]


@pytest.mark.parametrize("jump", [dt.timedelta(days=1), dt.timedelta(days=-1)])
def test_a_clock_that_is_set_while_the_daemon_runs(
    store: Store, office: Settings, jump: dt.timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    """A day is neither left out nor told twice, and no job waits for a day that has gone."""
    fill_one(store)
    tuesday = morning(MONDAY + dt.timedelta(days=1))
    shift = dt.timedelta()
    with daemon(store, office, lambda: tuesday + shift):
        wait_for(store, lambda runs: bool(swept(runs)))
        shift = jump
        runs = wait_for(store, lambda runs: len(swept(runs)) > 1)
        with store.read() as session:
            (one,) = daemons.daemons(session, tuesday + jump)
    assert len(swept(runs)) == 2
    assert "the clock was set by" in caplog.text
    assert one.alive
    # APScheduler counts by the machine's own clock, whatever is told here.
    assert all(at < clock.now() + dt.timedelta(days=8) for at in one.next_runs.values())
    assert [row.state for row in messages(store)] == ["sent"], "told once, on either day"


def test_a_report_that_the_clock_jumped_over(store: Store, office: Settings) -> None:
    """Set from Sunday to ten on Monday: the weekly report of nine goes out at once."""
    fill_one(store)
    sunday, shift = morning(MONDAY - dt.timedelta(days=1), 10), dt.timedelta()
    with daemon(store, office, lambda: sunday + shift):
        wait_for(store, lambda runs: any(run.job == "reports" and run.ended_at for run in runs))
        assert not [row for row in messages(store) if row.kind == "report"]
        shift = dt.timedelta(days=1)
        wait_for(
            store, lambda runs: len([r for r in runs if r.job == "reports" and r.ended_at]) > 1
        )
    (report,) = [row for row in messages(store) if row.kind == "report"]
    assert (report.day, report.state) == (MONDAY, "sent")


@pytest.mark.parametrize("days", [-1, 1])
def test_a_round_on_a_day_that_the_clock_made_up(
    any_store: Store, office: Settings, days: int
) -> None:
    """The clock is a day off for one sweep, then right again: each notice goes out once."""
    fill_one(any_store)
    wrong = MONDAY + dt.timedelta(days=1 + days)
    right = MONDAY + dt.timedelta(days=1)
    for day in (wrong, right, right + dt.timedelta(days=1)):
        jobs.sweep(any_store, office, day, lambda day=day: morning(day))  # type: ignore[misc]
    with any_store.read() as session:
        notices = list(session.scalars(select(NoticeRow)))
    assert len(notices) == 1
    assert [row.state for row in messages(any_store)] == ["sent"]


def test_housekeeping_forgets_old_runs(store: Store, office: Settings) -> None:
    with store.write() as session:
        for _ in range(3):
            daemons.begin_run(session, "sweep", "one", now() - 2 * daemons.KEPT)
    jobs.housekeeping_job(store, office, now, threading.Event())
    runs = wait_for(store, lambda runs: len(runs) == 2)
    assert [run.job for run in runs] == ["sweep", "housekeeping"]


def test_a_job_that_fails_says_so(store: Store, watching: tuple[Settings, Site]) -> None:
    settings, site = watching
    site.put("/index.html", index_page(["/t7.html"]))
    site.put("/t7.html", reply(7))
    settings.archive_dir.parent.mkdir(parents=True, exist_ok=True)
    settings.archive_dir.write_text("a file where a folder should be", encoding="utf-8")
    jobs.watch_job(store, settings, now, threading.Event())
    (run,) = wait_for(store, bool)
    assert (run.job, run.failed, run.said) == ("watch", True, "2 sites; watch 云溪市人大: failed")


@pytest.mark.skipif(os.name != "posix", reason="needs SIGTERM")
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_the_daemon_as_a_process(tmp_path: Path, kind: signal.Signals) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[office]\nemail = "office@yunxi.example"\n', encoding="utf-8")
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'tracker.db'}")
    store = open_store(settings)
    with store.write() as session:  # long overdue, so that it is owed on any working day
        Ledger(session).commitment(add_unit(session, "县经信局", None))
    log = tmp_path / "log"
    with log.open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-c", "from tracker.cli.main import main; main()",
             "--config", str(config), "--data", str(tmp_path), "run"],
            stderr=err,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and b" sweep: " not in log.read_bytes():
            assert process.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        begun = time.monotonic()
        process.send_signal(kind)
        assert process.wait(20) == 0
    assert time.monotonic() - begun < 5
    lines = log.read_text(encoding="utf-8").splitlines()
    assert any(" started: " in line for line in lines)
    assert any(" sweep: " in line for line in lines)
    assert lines[-1].endswith("stopped")
    assert not any("Traceback" in line for line in lines)
    store.close()

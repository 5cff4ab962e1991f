"""The backup of the day, and what has grown old."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

from sqlalchemy import select, text

from tests.county import fill
from tests.factories import NOW, enter
from tracker import jobs
from tracker.calendars import Written
from tracker.housekeeping import backup_folder, housekeeping, newest_backup
from tracker.keeping import Backup, Calendars
from tracker.settings import Settings
from tracker.store import daemons, deciding
from tracker.store.database import Store, open_store
from tracker.store.tables import CommitmentRow, RunRow, UnitRow

_DAY = dt.timedelta(days=1)


def _names(settings: Settings) -> list[str]:
    folder = backup_folder(settings)
    assert folder is not None
    return sorted(path.name for path in folder.iterdir())


def test_one_backup_a_day_and_the_newest_are_kept(store: Store, settings: Settings) -> None:
    settings = replace(settings, backup=Backup(keep=2))
    folder = backup_folder(settings)
    assert folder is not None
    folder.mkdir(parents=True)
    for name in ("tracker-of-mine.zip", "tracker-20239999.zip", "notes.txt"):
        (folder / name).write_text("mine", encoding="utf-8")
    for day in range(4):
        for hour in (0, 2):
            done = housekeeping(store, settings, NOW + day * _DAY + dt.timedelta(hours=hour))
            assert (done.made is None) is bool(hour)
            assert done.verified is not bool(hour)
    assert _names(settings) == [
        "notes.txt", "tracker-20230518.zip", "tracker-20230519.zip", "tracker-20239999.zip",
        "tracker-of-mine.zip",
    ]  # fmt: skip
    assert newest_backup(folder) == (dt.date(2023, 5, 19), folder / "tracker-20230519.zip")


def test_the_day_is_the_one_of_the_office(store: Store, settings: Settings) -> None:
    housekeeping(store, settings, dt.datetime(2023, 5, 16, 20, tzinfo=dt.UTC))
    assert _names(settings) == ["tracker-20230517.zip"]


def test_no_backup_is_taken_away_while_the_history_is_broken(
    store: Store, settings: Settings
) -> None:
    settings = replace(settings, backup=Backup(keep=1))
    with store.write() as session:
        enter(session)
    housekeeping(store, settings, NOW)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE history SET who = 'x' WHERE link = 1"))
    done = housekeeping(store, settings, NOW + _DAY)
    assert done.broken is not None
    assert done.broken.link == 1
    assert _names(settings) == ["tracker-20230516.zip", "tracker-20230517.zip"]


def test_without_a_folder_nothing_is_written(store: Store, settings: Settings) -> None:
    settings = replace(settings, backup=Backup(folder=""))
    tuesday, monday = NOW, NOW - _DAY
    assert not housekeeping(store, settings, tuesday).verified
    assert housekeeping(store, settings, monday).verified
    assert not (settings.data_dir / "backup").exists()


def test_of_a_server_only_the_chain_is_verified(postgresql_ready: Settings) -> None:
    store = open_store(postgresql_ready)
    done = housekeeping(store, postgresql_ready, NOW - _DAY)
    assert (done.made, done.verified, done.broken) == (None, True, None)
    store.close()


def test_old_runs_go_but_the_last_of_each_job_stays(any_store: Store, settings: Settings) -> None:
    settings = replace(settings, backup=Backup(folder=""))
    with any_store.write() as session:
        for job, days in (("sweep", 200), ("sweep", 91), ("sweep", 5), ("watch", 300)):
            session.add(RunRow(job=job, worker="w", started_at=NOW - days * _DAY))
            session.flush()
    assert housekeeping(any_store, settings, NOW).runs == 2
    with any_store.read() as session:
        found = session.execute(select(RunRow.job, RunRow.id).order_by(RunRow.id)).all()
    assert [tuple(row) for row in found] == [("sweep", 3), ("watch", 4)]


def test_the_calendars_are_written_every_day(store: Store, settings: Settings) -> None:
    with store.write() as session:
        fill(session)
    settings = replace(settings, calendar=Calendars("ics"))
    done = housekeeping(store, settings, NOW)
    files = sorted((settings.data_dir / "ics").rglob("*.ics"))
    assert done.calendars == Written(len(files), len(files))
    assert len(files) > 5
    assert housekeeping(store, settings, NOW + _DAY).calendars.new == 0
    with store.write() as session:
        row = session.scalars(select(CommitmentRow).where(CommitmentRow.ref == "31-3")).one()
        deciding.edit(session, row, {"deadline": "2024-09-30"}, who="x", now=NOW, why="y")
    changed = housekeeping(store, settings, NOW + 2 * _DAY).calendars
    assert changed.new == 2, "its unit and its deputy"


def test_a_broken_chain_is_told_although_no_calendar_can_be_written(
    store: Store, settings: Settings
) -> None:
    with store.write() as session:
        fill(session)
        enter(session)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE history SET who = 'x' WHERE link = 1"))
    settings = replace(settings, calendar=Calendars("ics"))
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / "ics").write_text("a file where a folder should be", encoding="utf-8")
    jobs.housekeeping_job(store, settings, lambda: NOW, threading.Event())
    with store.read() as session:
        run = daemons.last_runs(session)["housekeeping"]
    assert run.failed
    assert "the history is broken at link 1" in (run.said or "")
    assert "cannot be written" in (run.said or "")


def test_the_calendar_of_a_unit_that_is_gone_becomes_empty(
    store: Store, settings: Settings
) -> None:
    settings = replace(settings, calendar=Calendars("ics"))
    with store.write() as session:
        fill(session)
        session.add_all([UnitRow(name="云溪ABC中心"), UnitRow(name="云溪abc中心")])
    units = settings.data_dir / "ics" / "units"
    units.mkdir(parents=True)
    for name in ("旧局", "云溪ABC中心", "云溪abc中心-2"):
        (units / f"{name}.ics").write_bytes(b"BEGIN:VEVENT")
    housekeeping(store, settings, NOW)
    assert all(b"VEVENT" not in path.read_bytes() for path in units.glob("*ABC*.ics"))
    assert b"VEVENT" not in (units / "旧局.ics").read_bytes()
    assert b"VEVENT" not in (units / "云溪abc中心-2.ics").read_bytes(), "beside it on any disk"

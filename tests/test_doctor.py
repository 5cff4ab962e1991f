"""The doctor: each thing that can be wrong is found, told with its remedy, and nothing is changed."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.factories import enter
from tests.office import MONDAY, Ledger, add_unit, morning, with_office
from tests.post import post_office
from tracker.doctor import Level, examine
from tracker.housekeeping import housekeeping
from tracker.settings import Mail, Settings
from tracker.store.database import Store, open_store
from tracker.store.tables import DaemonRow, DeputyRow, RunRow, UnreachableRow

NOW = morning(MONDAY)
_HOUR = dt.timedelta(hours=1)


def _found(settings: Settings, now: dt.datetime = NOW) -> dict[str, Level]:
    return {finding.key: finding.level for finding in examine(settings, now)}


def test_an_office_in_order(store: Store, settings: Settings) -> None:
    office = with_office(settings)
    with store.write() as session:
        session.add(DaemonRow(worker="w", started_at=NOW, seen_at=NOW, next_runs={}))
    housekeeping(store, office, NOW)
    found = _found(office)
    assert found.pop("mail.files") == "warn"
    assert set(found.values()) == {"ok"}
    assert set(found) == {
        "settings.none", "calendar.known", "disk.room", "database.whole", "archive.whole",
        "history.whole", "daemon.alive", "contacts.known", "clock.right", "backup.fresh",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "key", "level"),
    [
        ("UPDATE alembic_version SET version_num = '0999'", "database.newer", "fail"),
        ("UPDATE alembic_version SET version_num = '0001'", "database.older", "warn"),
        ("DROP TABLE units", "database.refuses", "fail"),
        ("UPDATE history SET who = 'x'", "history.broken", "fail"),
        ("UPDATE commitments SET outcome = 'kept' WHERE id = 2", "history.differs", "fail"),
        ("UPDATE commitments SET letter_id = 99", "database.dangling", "fail"),
        ("UPDATE letters SET sha256 = 'ab' WHERE id = 1", "archive.missing", "fail"),
        ("UPDATE history SET at = '2999-01-01 00:00:00.000000'", "clock.ahead", "fail"),
    ],
)
def test_what_is_wrong_with_a_ledger(
    store: Store, settings: Settings, statement: str, key: str, level: Level
) -> None:
    with store.write() as session:
        enter(session)
        add_unit(session, "县科技局")
        Ledger(session).commitment(review="pending")
    store.close()
    with closing(sqlite3.connect(settings.data_dir / "tracker.db")) as ledger:
        ledger.execute(statement)
        ledger.commit()
    assert _found(settings)[key] == level


def test_a_file_that_is_no_database(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "tracker.db").write_bytes(b"no database at all" * 100)
    assert _found(settings)["database.refuses"] == "fail"


def test_no_ledger_yet_is_none_made(settings: Settings) -> None:
    assert _found(settings)["database.none"] == "warn"


@pytest.mark.parametrize(
    ("seen", "ended", "swept", "key", "level"),
    [
        (0.01, None, None, "daemon.alive", "ok"),
        (0.1, None, None, "daemon.gone", "fail"),
        (1, None, None, "daemon.gone", "fail"),
        (1, 1, None, "daemon.ended", "warn"),
        (None, None, None, "daemon.never", "warn"),
        (None, None, 24, "daemon.swept", "ok"),
        (None, None, 24 * 9, "daemon.never", "warn"),
        (300, None, 24, "daemon.swept", "ok"),
    ],
)
def test_who_keeps_it_going(
    store: Store,
    settings: Settings,
    seen: float | None,
    ended: float | None,
    swept: float | None,
    key: str,
    level: Level,
) -> None:
    """Hours before now at which a daemon was seen, ended, and a sweep by cron ended."""
    with store.write() as session:
        if seen is not None:
            gone = NOW - ended * _HOUR if ended is not None else None
            row = DaemonRow(worker="w", started_at=NOW - 400 * _HOUR, seen_at=NOW - seen * _HOUR)
            row.ended_at, row.next_runs = gone, {}
            session.add(row)
        if swept is not None:
            at = NOW - swept * _HOUR
            session.add(RunRow(job="sweep", worker="w", started_at=at, ended_at=at))
    assert _found(settings)[key] == level


def test_one_daemon_lives_beside_one_that_has_just_ended(store: Store, settings: Settings) -> None:
    with store.write() as session:
        for name, seen, ended in (("a", 0.01, None), ("b", 0.005, 0.005)):
            row = DaemonRow(worker=name, started_at=NOW - _HOUR, seen_at=NOW - seen * _HOUR)
            row.ended_at, row.next_runs = NOW - ended * _HOUR if ended else None, {}
            session.add(row)
    assert _found(settings)["daemon.alive"] == "ok"


def test_units_that_cannot_be_reached(any_store: Store, settings: Settings) -> None:
    office = replace(
        with_office(settings),
        database_url=any_store.engine.url.render_as_string(hide_password=False),
    )
    with any_store.write() as session:
        ledger = Ledger(session)
        ledger.commitment(add_unit(session, "县科技局", None))
        ledger.commitment(add_unit(session, "县教育局", "gone@yunxi.example"))
        ledger.commitment(add_unit(session, "县水利局", None), outcome="kept")
        session.add(UnreachableRow(address="gone@yunxi.example", since=NOW, error="550"))
    found = {item.key: item for item in examine(office, NOW)}
    assert found["contacts.none"].level == "warn"
    assert found["contacts.none"].values == {"n": 1, "names": "县科技局"}
    assert found["contacts.refused"].values == {"n": 1, "names": "县教育局"}
    nobody = replace(office, office=replace(office.office, email=""))
    assert _found(nobody)["contacts.none"] == "fail"


def test_deputies_who_hear_nothing(any_store: Store, settings: Settings) -> None:
    url = any_store.engine.url.render_as_string(hide_password=False)
    office = replace(with_office(settings), database_url=url)
    with any_store.write() as session:
        row = Ledger(session).commitment(add_unit(session, "县科技局"))
        blank = DeputyRow(name="王秋", session="", email=" ")
        known = DeputyRow(name="周远", session="", email="zhou@yunxi.example")
        row.suggestion.deputies += [blank, known]
        many = [DeputyRow(name=f"代表{number}", session="") for number in range(6)]
        row.suggestion.deputies += many
        session.add(DeputyRow(name="没提过", session=""))
    found = {item.key: item for item in examine(office, NOW)}["contacts.deputies"]
    assert found.level == "warn"
    assert found.values == {"n": 7, "names": "代表0、代表1、代表2、代表3、代表4"}


@pytest.mark.parametrize(("days", "level"), [(0, "ok"), (3, "ok"), (4, "warn"), (15, "fail")])
def test_the_age_of_the_backup(store: Store, settings: Settings, days: int, level: Level) -> None:
    assert _found(settings)["backup.none"] == "warn"
    housekeeping(store, settings, NOW - days * 24 * _HOUR)
    found = _found(settings)
    assert (found.get("backup.fresh") or found.get("backup.old")) == level


def test_a_server_of_postgresql(postgresql_ready: Settings) -> None:
    open_store(postgresql_ready).close()
    found = _found(postgresql_ready)
    assert found["database.server"] == "ok"
    assert found["backup.server"] == "ok"


def test_a_year_without_holidays(settings: Settings) -> None:
    assert _found(settings, morning(dt.date(2030, 3, 1)))["calendar.years"] == "fail"


def test_mail_is_logged_in_to_and_none_is_sent(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with post_office() as post:
        mail = Mail("127.0.0.1", post.port, "none", "tracker@yunxi.example", timeout=5)
        assert _found(replace(settings, mail=mail))["mail.open"] == "ok"
        assert post.mails == []
    assert _found(replace(settings, mail=mail))["mail.refused"] == "fail"


def test_nothing_is_changed(store: Store, settings: Settings) -> None:
    with store.write() as session:
        Ledger(session).commitment(add_unit(session, "县科技局"))
    before = _dump(settings.data_dir)
    list(examine(settings, NOW))
    assert _dump(settings.data_dir) == before


def _dump(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "tracker.db")) as ledger:
        return list(ledger.iterdump())


def test_a_disk_that_is_nearly_full(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, level in ((2**20 * 50, "fail"), (2**20 * 500, "warn"), (2**30 * 5, "ok")):
        usage = shutil._ntuple_diskusage(2**40, 2**40 - free, free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _, usage=usage: usage)
        found = _found(settings)
        assert (found.get("disk.little") or found.get("disk.room")) == level

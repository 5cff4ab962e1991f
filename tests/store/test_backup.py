"""Backups: whole or not at all, verified before anything is put in a ledger's place."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import NOW, WHO, commitment, enter, extraction
from tracker.errors import StoreError
from tracker.settings import Settings
from tracker.store import archive, backup, chain, queries
from tracker.store.backup import back_up, verify
from tracker.store.database import Store, open_store
from tracker.store.deciding import confirm
from tracker.store.restoring import restore
from tracker.store.tables import CommitmentRow


def _filled(store: Store, settings: Settings) -> None:
    name = archive.put(settings.archive_dir, "王强代表:力争2023年新增30户".encode())
    archive.put(settings.archive_dir, b"\x00" * 3_000_000)
    with store.write() as session:
        enter(session, sha256=name)


def _refs(settings: Settings) -> list[str]:
    store = open_store(settings)
    with store.read() as session:
        found = [row.ref for row in queries.commitments(session)]
    store.close()
    return found


def _restored(settings: Settings, path: Path, *, over: bool = False) -> Settings:
    restore(settings, path, NOW, ready=lambda *_: 0, over=over)
    return settings


def test_a_backup_comes_back_whole(store: Store, settings: Settings, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('language = "zh"\n', encoding="utf-8")
    settings = replace(settings, config_path=config)
    _filled(store, settings)
    (settings.data_dir / "templates").mkdir()
    for name in backup.OWN[:2]:
        (settings.data_dir / name).write_text(name, encoding="utf-8")
    path = tmp_path / "safe" / "backup.zip"
    made = back_up(store, settings, path, NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(path.parent.iterdir()) == [path], "nothing is left beside it"
    assert made.missing == ()
    with store.read() as session:
        assert made.manifest.head == chain.head(session) == made.chain.head
    new = Settings(tmp_path / "new", f"sqlite:///{tmp_path}/new/tracker.db")
    done = restore(new, path, NOW, ready=lambda *_: 0)
    assert _refs(new) == ["25-1"]
    assert (done.aside, done.held) == (None, 0)
    assert done.config is not None
    assert done.config.read_bytes() == config.read_bytes()
    kept = {item.name: item.read_bytes() for item in settings.archive_dir.glob("??/*.bin")}
    assert {item.name: item.read_bytes() for item in new.archive_dir.glob("??/*.bin")} == kept
    assert len(kept) == 2
    for name in backup.OWN[:2]:
        assert (new.data_dir / name).read_text(encoding="utf-8") == name
    assert not (new.data_dir / backup.OWN[2]).exists()


def test_a_backup_is_a_snapshot_while_others_write(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    _filled(store, settings)
    with store.write() as session:
        row = queries.commitment(session, "25-1")
        confirm(session, row, who=WHO, now=NOW)
        session.flush()
        back_up(store, settings, tmp_path / "b.zip", NOW)
    new = Settings(tmp_path / "new", f"sqlite:///{tmp_path}/new/tracker.db")
    opened = open_store(_restored(new, tmp_path / "b.zip"))
    with opened.read() as session:
        assert session.scalars(select(CommitmentRow.review)).all() == ["pending"]
    opened.close()


def test_what_the_archive_has_lost_is_told(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    with store.write() as session:
        enter(session, sha256="ab" * 32)
    made = back_up(store, settings, tmp_path / "b.zip", NOW)
    assert made.missing == ("ab" * 32,)


def test_a_file_that_is_there_is_left_alone(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(b"mine")
    with pytest.raises(StoreError, match="is there already"):
        back_up(store, settings, path, NOW)
    assert path.read_bytes() == b"mine"


def test_a_ledger_on_a_server_is_left_to_its_own_programs(
    postgresql_ready: Settings, tmp_path: Path
) -> None:
    store = open_store(postgresql_ready)
    with pytest.raises(StoreError, match=r"pg_dump --format=custom.*archive"):
        back_up(store, postgresql_ready, tmp_path / "b.zip", NOW)
    store.close()
    path = tmp_path / "c.zip"
    path.write_bytes(b"")
    with pytest.raises(StoreError, match="pg_restore"):
        _restored(postgresql_ready, path)


KILLED = """
import datetime as dt, sys
from pathlib import Path
from tracker.settings import Settings
from tracker.store.backup import back_up
from tracker.store.database import open_store
folder = Path(sys.argv[1])
settings = Settings(folder, f"sqlite:///{folder}/tracker.db")
store = open_store(settings)
print("ready", flush=True)
back_up(store, settings, Path(sys.argv[2]), dt.datetime(2023, 5, 16, tzinfo=dt.UTC))
print("done", flush=True)
"""


def test_a_killed_backup_leaves_nothing_under_its_name(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    for number in range(40):
        archive.put(settings.archive_dir, os.urandom(400_000) + bytes([number]))
    safe = tmp_path / "safe"
    whole = 0
    for number in range(4):
        path = safe / f"{number}.zip"
        started = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(settings.data_dir), str(path)],
            stdout=subprocess.PIPE,
        )
        assert started.stdout is not None
        assert started.stdout.readline() == b"ready\n"
        time.sleep(0.2 * number)
        started.send_signal(signal.SIGKILL)
        started.wait(30)
        started.stdout.close()
        if path.exists():
            verify(path)
            whole += 1
    assert whole < 4, "none was killed at work"
    for left in safe.glob(".tracker-backup-*"):
        os.utime(left, (1e9, 1e9))
    (safe / ".tracker-backup-now").mkdir()
    back_up(store, settings, safe / "last.zip", NOW)
    assert [item.name for item in safe.glob(".tracker*")] == [".tracker-backup-now"]


def test_a_ledger_that_is_there_is_not_written_over(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    _filled(store, settings)
    path = tmp_path / "b.zip"
    back_up(store, settings, path, NOW)
    with store.write() as session:
        enter(session, extraction(commitment("力争2024年新增40户"), suggestion_no=26))
    with pytest.raises(StoreError, match="there is a ledger already"):
        _restored(settings, path)
    with pytest.raises(StoreError, match="has the ledger open"):
        _restored(settings, path, over=True)
    store.close()
    done = restore(settings, path, NOW, ready=lambda *_: 7, over=True)
    assert done.held == 7
    assert _refs(settings) == ["25-1"]
    assert done.aside is not None
    assert done.aside.name == "tracker.db.replaced-20230516-023000"
    old = replace(settings, database_url=f"sqlite:///{done.aside}")
    assert _refs(old) == ["25-1", "26-1"]


def test_a_damaged_ledger_is_put_aside_as_it_is(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    _filled(store, settings)
    path = tmp_path / "b.zip"
    back_up(store, settings, path, NOW)
    store.close()
    ledger = settings.data_dir / "tracker.db"
    ledger.write_bytes(b"no database at all" * 100)
    Path(f"{ledger}-wal").write_bytes(b"log")
    done = restore(settings, path, NOW, ready=lambda *_: 0, over=True)
    assert done.aside is not None
    assert done.aside.read_bytes().startswith(b"no database")
    assert _refs(settings) == ["25-1"]


def test_a_restore_that_fails_leaves_everything_as_it_was(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    _filled(store, settings)
    path = tmp_path / "b.zip"
    back_up(store, settings, path, NOW)
    store.close()

    def fail(*_: object) -> int:
        raise StoreError("no")

    with pytest.raises(StoreError, match="no"):
        restore(settings, path, NOW, ready=fail, over=True)
    assert _refs(settings) == ["25-1"]
    assert [item.name for item in settings.data_dir.glob("*.replaced*")] == []
    assert list(settings.data_dir.glob(".tracker-restore*")) == []


def test_a_damaged_file_of_the_archive_is_mended(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    _filled(store, settings)
    path = tmp_path / "b.zip"
    back_up(store, settings, path, NOW)
    store.close()
    (victim, *_) = settings.archive_dir.glob("??/*.bin")
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-1] + b"!")
    _restored(settings, path, over=True)
    assert victim.read_bytes() == whole


Members = dict[str, bytes]


def _members(path: Path) -> Members:
    with zipfile.ZipFile(path) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def _packed(path: Path, members: Members, *, mode: int = 0o100600) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            pack.writestr(info, data)


def _said(members: Members, change: Callable[[Any], object]) -> None:
    manifest = json.loads(members["manifest.json"])
    change(manifest)
    members["manifest.json"] = json.dumps(manifest).encode()


def _named(members: Members, name: str, data: bytes = b"x") -> None:
    """Add a member and put it into the manifest as if it belonged there."""
    members[name] = data
    import hashlib

    entry = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    _said(members, lambda manifest: manifest["members"].update({name: entry}))


def _other_bytes(members: Members) -> None:
    name = next(name for name in members if name.startswith("archive/"))
    members[name] = members[name][:-1] + b"!"


def _shrunk(members: Members) -> None:
    """A bomb: the manifest says less than what comes out."""
    _said(members, lambda manifest: manifest["members"]["tracker.db"].update(size=10))


def _sqlite(members: Members, statement: str) -> None:
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(suffix=".db") as file:
        file.write(members["tracker.db"])
        file.flush()
        with closing(sqlite3.connect(file.name)) as ledger:
            ledger.execute("PRAGMA journal_mode = DELETE")
            ledger.execute(statement)
            ledger.commit()
        _named(members, "tracker.db", Path(file.name).read_bytes())


HOSTILE: list[tuple[Callable[[Members], object], str]] = [
    (lambda m: m.pop("tracker.db"), "does not hold what its manifest says"),
    (lambda m: m.pop("manifest.json"), "is no backup of this program"),
    (lambda m: m.update({"manifest.json": b"[" * 100_000}), "is no backup of this program"),
    (lambda m: m.update({"manifest.json": b"\xff"}), "is no backup of this program"),
    (lambda m: m.update(extra=b"x"), "does not hold what its manifest says"),
    (_other_bytes, "damaged"),
    (_shrunk, "is not what the manifest says"),
    (lambda m: _named(m, "../../etc/cron.d/x"), "does not belong"),
    (lambda m: _named(m, "/etc/passwd"), "does not belong"),
    (lambda m: _named(m, "archive/ab/../../../x.bin"), "does not belong"),
    (lambda m: _named(m, f"archive/ab/{'cd' * 32}.bin"), "does not belong"),
    (lambda m: _named(m, f"archive/ab/{'ab' * 32}.bin"), "damaged"),
    (lambda m: _said(m, lambda s: s.update(format=2)), "newer program"),
    (lambda m: _said(m, lambda s: s.update(schema="0999")), "newer program"),
    (lambda m: _said(m, lambda s: s.update(made_at="2023-05-16")), "no backup"),
    (lambda m: _named(m, "tracker.db", b"no database" * 99), "damaged"),
    (
        lambda m: _sqlite(
            m, "CREATE TRIGGER t AFTER INSERT ON units BEGIN DELETE FROM history; END"
        ),
        "not one that this program made",
    ),
]


def test_hostile_backups_change_nothing(store: Store, settings: Settings, tmp_path: Path) -> None:
    _filled(store, settings)
    back_up(store, settings, tmp_path / "b.zip", NOW)
    good, new = _members(tmp_path / "b.zip"), replace(settings, data_dir=tmp_path / "new")
    new = replace(new, database_url=f"sqlite:///{tmp_path}/new/tracker.db")
    for number, (spoil, reason) in enumerate(HOSTILE):
        members = dict(good)
        spoil(members)
        path = tmp_path / f"{number}.zip"
        _packed(path, members)
        with pytest.raises(StoreError, match=reason):
            _restored(new, path)
        assert not (tmp_path / "new" / "tracker.db").exists(), number
    _packed(tmp_path / "link.zip", good, mode=stat.S_IFLNK | 0o777)
    with pytest.raises(StoreError, match="is not what the manifest says"):
        _restored(new, tmp_path / "link.zip")
    assert not (tmp_path / "x.bin").exists()
    _packed(tmp_path / "same.zip", good)
    assert _refs(_restored(new, tmp_path / "same.zip")) == ["25-1"]


@pytest.mark.parametrize("cut", [0, 1, 100, -100, -1])
def test_a_backup_that_breaks_off_is_refused(
    store: Store, settings: Settings, tmp_path: Path, cut: int
) -> None:
    _filled(store, settings)
    path = tmp_path / "b.zip"
    back_up(store, settings, path, NOW)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(StoreError, match="is no whole backup"):
        verify(path)


def test_a_bit_that_flipped_is_found(store: Store, settings: Settings, tmp_path: Path) -> None:
    _filled(store, settings)
    path = tmp_path / "b.zip"
    back_up(store, settings, path, NOW)
    data = bytearray(path.read_bytes())
    for place in range(200, len(data) - 2000, len(data) // 12):
        spoiled = bytearray(data)
        spoiled[place] ^= 0x10
        (tmp_path / "c.zip").write_bytes(spoiled)
        with pytest.raises(StoreError):
            verify(tmp_path / "c.zip")


def test_a_full_disk_is_told_and_leaves_nothing(
    store: Store, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _filled(store, settings)
    path = tmp_path / "b.zip"
    back_up(store, settings, path, NOW)
    new = replace(settings, data_dir=tmp_path / "new")
    new = replace(new, database_url=f"sqlite:///{tmp_path}/new/tracker.db")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(2**30, 2**30, 99))
    with pytest.raises(StoreError, match=r"needs \d+ MB, 0 MB are free"):
        _restored(new, path)


def test_the_moment_of_the_snapshot_is_kept(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    zone = dt.timezone(dt.timedelta(hours=8))
    moment = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=zone)
    made = back_up(store, settings, tmp_path / "b.zip", moment)
    assert made.manifest.made_at == moment
    assert backup.verify(tmp_path / "b.zip") == made.manifest

"""A backup becomes the ledger again.

Everything is verified and made ready beside the ledger before anything is put in its place; the
last step is one rename. The archive only grows: its files are named by their hash, so that those
of the backup join those that are there. The settings in force stay; those of the backup are laid
beside the ledger for a person to compare.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias
from zipfile import ZipFile

from sqlalchemy import make_url

from tracker.errors import StoreError
from tracker.settings import CONFIG_NAME, Settings, sqlite_url
from tracker.store import archive, backup
from tracker.store.backup import Manifest
from tracker.store.database import Store, open_store
from tracker.store.schema import HEAD

#: The ledger, when it was saved, the settings that were saved with it where none are in force.
Ready: TypeAlias = Callable[[Store, dt.datetime, Path | None], int]

_PART: Final = ".tracker-restore-"
#: Bytes of archived files that are held at once.
_BATCH: Final = 32 * 1024 * 1024
#: Room that is left on the disk besides what the backup holds.
_ROOM: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        manifest: of the backup.
        place: the ledger's file.
        aside: where the ledger that was there lies now.
        config: where the settings of the backup were laid, if they are not those in force: beside
            the data folder where nothing stands in the way, else in it under a name of their own.
        held: what `ready` gave back.
    """

    manifest: Manifest
    place: Path
    aside: Path | None
    config: Path | None
    held: int


def restore(
    settings: Settings,
    path: Path,
    now: dt.datetime,
    *,
    ready: Ready,
    over: bool = False,
) -> Restored:
    """Put a backup in the place of the ledger.

    Args:
        settings: where ledger and archive are.
        path: the backup.
        now: the moment; it names what is put aside.
        ready: is given the restored ledger, before anybody else can see it, when it was saved, and
            the settings of the backup where none are in force: they are what will hold.
        over: put a ledger that is there aside.

    Raises:
        StoreError: the backup is not whole or of a newer program, there is a ledger already, some
            program has it open, or the disk refuses. The ledger is as it was then.
    """
    place = _place(settings)
    manifest = backup.verify(path)
    if manifest.schema > HEAD:
        raise StoreError(
            f"{path}: was made by a newer program (schema {manifest.schema}); install the newer "
            "version: pip install --upgrade commitment-tracker"
        )
    if place.exists() and not over:
        raise StoreError(
            f"{place}: there is a ledger already; put it aside with: tracker restore --replace"
        )
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _room(place.parent, manifest)
        folder = Path(tempfile.mkdtemp(prefix=_PART, dir=place.parent))
        try:
            with _alone(place), backup.opened(path) as (pack, manifest):
                fresh = folder / backup.DATABASE
                with backup.reading(pack, manifest, backup.DATABASE) as pieces:
                    _write(fresh, pieces)
                backup.check_database(fresh)
                fresh_settings = replace(settings, database_url=sqlite_url(fresh))
                meant = _meant(pack, manifest, settings, folder)
                held = _make_ready(fresh_settings, manifest.made_at, meant, ready)
                _unpack(pack, manifest, settings.archive_dir)
                _lay_own(pack, manifest, settings.data_dir)
                config = _lay_config(pack, manifest, settings, now)
                aside = _swap(fresh, place, now)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise StoreError(f"{place}: cannot be restored: {error.strerror or error}") from error
    return Restored(manifest, place, aside, config, held)


def _place(settings: Settings) -> Path:
    url = make_url(settings.database_url)
    file = url.database or ""
    if url.get_backend_name() != "sqlite" or not file or file.startswith((":", "file:")):
        raise StoreError(
            "the ledger is not in a SQLite file; a PostgreSQL server restores with pg_restore, "
            "and the archive is a folder to copy"
        )
    return Path(file).resolve()


def _room(folder: Path, manifest: Manifest) -> None:
    needed = sum(member.size for member in manifest.members.values()) + _ROOM
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise StoreError(
            f"{folder}: the backup needs {needed // 2**20 + 1} MB, {free // 2**20} MB are free"
        )


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Hold the ledger that is there, if any, so that nobody else has it open or opens it.

    A ledger leaves its write-ahead log only where no other connection is open at all: whatever the
    log holds is in the one file then, which can be put aside as it is.
    """
    if not place.exists():
        yield
        return
    held = sqlite3.connect(place, timeout=2, isolation_level=None)
    try:
        try:
            held.execute("PRAGMA journal_mode = DELETE")
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"{place}: a program has the ledger open; end it first (tracker run, tracker review)"
            ) from error
        except sqlite3.DatabaseError:
            pass  # damaged, which is why it is restored; it is put aside with its log
        yield
    finally:
        held.close()


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        for piece in pieces:
            file.write(piece)


def _meant(pack: ZipFile, manifest: Manifest, settings: Settings, folder: Path) -> Path | None:
    """The settings of the backup as a file, for as long as the restore takes; None where others
    are in force or it has none."""
    if settings.config_path is not None or backup.CONFIG not in manifest.members:
        return None
    path = folder / backup.CONFIG
    with backup.reading(pack, manifest, backup.CONFIG) as pieces:
        _write(path, pieces)
    return path


def _make_ready(settings: Settings, made_at: dt.datetime, config: Path | None, ready: Ready) -> int:
    """Bring the snapshot up to date and let it be made ready, all in its one file."""
    store = open_store(settings)
    try:
        held = ready(store, made_at, config)
    finally:
        store.close()
    path = _place(settings)
    last = sqlite3.connect(path)
    last.execute("PRAGMA journal_mode = DELETE")
    last.close()
    _sync(path)
    return held


def _unpack(pack: ZipFile, manifest: Manifest, folder: Path) -> None:
    batch: list[bytes] = []
    held = 0
    for name in manifest.members:
        match = backup.MEMBER.fullmatch(name)
        if match is None:
            continue
        with backup.reading(pack, manifest, name) as pieces:
            data = b"".join(pieces)
        at = archive.path_of(folder, match[2])
        if at.is_file() and at.stat().st_size == len(data) and at.read_bytes() != data:
            at.unlink()  # damaged; `put_all` looks at the size alone
        batch.append(data)
        held += len(data)
        if held > _BATCH:
            archive.put_all(folder, batch)
            batch, held = [], 0
    if batch:
        archive.put_all(folder, batch)


def _lay_own(pack: ZipFile, manifest: Manifest, folder: Path) -> None:
    """What an office had of its own, where it has nothing else now."""
    for name in backup.OWN:
        path = folder / name
        if name in manifest.members and not path.exists():
            with backup.reading(pack, manifest, name) as pieces:
                path.parent.mkdir(exist_ok=True)
                _write(path, pieces)


def _lay_config(
    pack: ZipFile, manifest: Manifest, settings: Settings, now: dt.datetime
) -> Path | None:
    if backup.CONFIG not in manifest.members:
        return None
    with backup.reading(pack, manifest, backup.CONFIG) as pieces:
        data = b"".join(pieces)
    if settings.config_path is not None and settings.config_path.read_bytes() == data:
        return None
    path = settings.data_dir.parent / CONFIG_NAME
    free = not os.path.lexists(path) and os.access(path.parent, os.W_OK)
    if settings.config_path is not None or not free or not _means(data, settings):
        path = settings.data_dir / f"config-restored-{_stamp(now)}.toml"
    _write(path, iter([data]))
    return path


def _means(data: bytes, settings: Settings) -> bool:
    """Whether settings that lie beside the data folder mean this ledger, and no other."""
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    named = settings.data_dir.parent / str(table.get("data", "data"))
    return named == settings.data_dir and "database_url" not in table


def _swap(fresh: Path, place: Path, now: dt.datetime) -> Path | None:
    """Put the new ledger in its place; the old one keeps a name all the time."""
    aside = None
    if place.exists():
        aside = place.with_name(f"{place.name}.replaced-{_stamp(now)}")
        if aside.exists():
            raise StoreError(f"{aside}: is there already; try again in a second")
        try:
            os.link(place, aside)
        except OSError:  # a file system without links
            place.rename(aside)
        for ending in ("-wal", "-shm"):  # of a damaged one, whose log could not be taken in
            log = place.with_name(place.name + ending)
            if log.exists():
                log.rename(aside.with_name(aside.name + ending))
    fresh.replace(place)
    _sync(place.parent)
    return aside


def _stamp(now: dt.datetime) -> str:
    return now.strftime("%Y%m%d-%H%M%S")


def _sync(path: Path) -> None:
    if os.name != "posix" and path.is_dir():
        return  # Windows has no way to ask for it
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

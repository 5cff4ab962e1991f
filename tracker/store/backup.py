"""A backup: ledger, archive and settings of an installation in one file that can be trusted.

A zip archive with

    manifest.json      what is in it: size and SHA-256 of each member, the schema, the chain's head
    tracker.db         a snapshot of the database
    archive/ab/….bin   the bytes of letters and evidence, as the archive has them
    config.toml        the settings, if there are any; secrets never stand there
    holidays.toml, templates/….docx   an office's own, of the data folder

The snapshot is made by SQLite itself (VACUUM INTO) while others read and write; a copy of the file
could hold half a transaction. Files enter the archive before the rows that name them, so that all
that the snapshot names is there when the archive is read after it.

Nothing under the name asked for is ever half a backup: it is written beside it, synced, read back
and then renamed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tracker.errors import StoreError
from tracker.settings import Settings, sqlite_url
from tracker.store import chain
from tracker.store.archive import missing_files
from tracker.store.chain import Head, Verified
from tracker.store.database import Store
from tracker.store.schema import HEAD

DATABASE: Final = "tracker.db"
CONFIG: Final = "config.toml"
MANIFEST: Final = "manifest.json"
MEMBER: Final = re.compile(r"archive/([0-9a-f]{2})/(\1[0-9a-f]{62})\.bin")
#: What an office may have of its own in the data folder.
OWN: Final = ("holidays.toml", "templates/催办函.docx", "templates/督办函.docx")
_FORMAT: Final = 1
#: A million files of the archive make a manifest of 150 MB.
_LARGEST_MANIFEST: Final = 256 * 1024 * 1024
_PIECE: Final = 1024 * 1024
#: What a backup that was killed leaves behind begins with this.
_PART: Final = ".tracker-backup-"
_DAY: Final = 24 * 60 * 60
#: Deflate's level: of databases and text 3 takes nearly all that 9 takes.
_LEVEL: Final = 3


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a backup."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself, checked against what it holds.

    Attributes:
        made_at: the moment of the snapshot.
        schema: the schema's version.
        head: the chain's last link in the snapshot.
        members: name → size and hash.
    """

    made_at: dt.datetime
    schema: str
    head: Head
    members: dict[str, Member]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written.

    Attributes:
        path: the file.
        size: its bytes.
        manifest: what it holds.
        chain: what verifying the chain of the snapshot found.
        missing: files that the ledger names and the archive does not have.
    """

    path: Path
    size: int
    manifest: Manifest
    chain: Verified
    missing: tuple[str, ...]


def back_up(store: Store, settings: Settings, target: Path, now: dt.datetime) -> Made:
    """Write a backup while others go on working.

    Args:
        store: the ledger.
        settings: where the archive and the settings are.
        target: the file to write; it must not be there.
        now: the moment.

    Raises:
        StoreError: the ledger is not in a SQLite file, the target is there already, or the disk
            refuses; nothing is left behind.
    """
    if store.engine.dialect.name != "sqlite":
        raise StoreError(
            "the ledger is on a PostgreSQL server: back it up with pg_dump --format=custom, "
            f"and with it the folder {settings.archive_dir}"
        )
    if target.exists():
        raise StoreError(f"{target}: is there already; name another file")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target.parent)
        with _beside(target) as folder:
            snapshot, part = folder / DATABASE, folder / "backup.zip"
            _snapshot(store, snapshot)
            found, missing = _look_through(snapshot, settings.archive_dir)
            _pack(part, snapshot, settings, now, found.head)
            manifest = verify(part)
            part.replace(target)
        _sync_folder(target.parent)
        size = target.stat().st_size
    except OSError as error:
        raise StoreError(f"{target}: cannot be written: {error.strerror or error}") from error
    return Made(target, size, manifest, found, missing)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder on the same disk that only we can read, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=_PART, dir=target.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Take away what killed backups have left, a day after the newest of them."""
    left = {path: path.stat().st_mtime for path in folder.glob(f"{_PART}*")}
    for path, written in left.items():
        if max(left.values()) - written > _DAY:
            shutil.rmtree(path, ignore_errors=True)


def _snapshot(store: Store, path: Path) -> None:
    connection = store.engine.raw_connection()
    try:
        connection.driver_connection.execute("PRAGMA query_only = OFF")  # type: ignore[union-attr]
        connection.driver_connection.execute("VACUUM INTO ?", (str(path),))  # type: ignore[union-attr]
    except sqlite3.Error as error:
        raise StoreError(f"{path.parent.parent}: no snapshot could be written: {error}") from error
    finally:
        connection.close()


def check_database(path: Path) -> None:
    """Whether a database is whole and holds nothing that acts by itself.

    Raises:
        StoreError: it is damaged, or has triggers or views, of which this program makes none.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as found:
            found.execute("PRAGMA trusted_schema = OFF")
            said = found.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if said != "ok":
                raise StoreError(f"the database in the backup is damaged: {said}")
            other = found.execute(
                "SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'view')"
                " OR sql LIKE 'CREATE VIRTUAL%'"
            ).fetchone()
            if other is not None:
                raise StoreError("the database in the backup is not one that this program made")
    except sqlite3.Error as error:
        raise StoreError(f"the database in the backup is damaged: {error}") from error


def _look_through(snapshot: Path, archive: Path) -> tuple[Verified, tuple[str, ...]]:
    """Verify the snapshot: its pages, its chain, and that the archive has what it names."""
    check_database(snapshot)
    engine = create_engine(sqlite_url(snapshot))
    try:
        with Session(engine) as session:
            found = chain.verify(session)
            return found, missing_files(session, archive)
    finally:
        engine.dispose()


def _pack(part: Path, snapshot: Path, settings: Settings, now: dt.datetime, head: Head) -> None:
    members: dict[str, Member] = {}
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as pack:
            members[DATABASE] = _add(pack, DATABASE, snapshot, now)
            for path in _archived(settings.archive_dir):
                name = f"archive/{path.parent.name}/{path.name}"
                members[name] = _add(pack, name, path, now)
                if members[name].sha256 != path.stem:
                    raise StoreError(
                        f"{path}: is not what was archived under this name; put it back from an "
                        "earlier backup, or move it away, and back up again"
                    )
            for name in OWN:
                if (settings.data_dir / name).is_file():
                    members[name] = _add(pack, name, settings.data_dir / name, now)
            if settings.config_path is not None and settings.config_path.is_file():
                members[CONFIG] = _add(pack, CONFIG, settings.config_path, now)
            said = {
                "format": _FORMAT,
                "made_at": now.astimezone(dt.UTC).isoformat(),
                "schema": HEAD,
                "chain": {"link": head.link, "hash": head.hash},
                "members": {
                    name: {"size": member.size, "sha256": member.sha256}
                    for name, member in members.items()
                },
            }
            pack.writestr(_info(MANIFEST, now), json.dumps(said, indent=1), compresslevel=_LEVEL)
        file.flush()
        os.fsync(file.fileno())


def _archived(folder: Path) -> Iterator[Path]:
    """The archive's files in order of their names; what is still being written is none of them."""
    for path in sorted(folder.glob("[0-9a-f][0-9a-f]/*.bin")):
        if MEMBER.fullmatch(f"archive/{path.parent.name}/{path.name}"):
            yield path


def _info(name: str, now: dt.datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, now.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    return info


def _add(pack: zipfile.ZipFile, name: str, path: Path, now: dt.datetime) -> Member:
    size, digest = 0, hashlib.sha256()
    with path.open("rb") as source, pack.open(_info(name, now), "w", force_zip64=True) as target:
        while piece := source.read(_PIECE):
            target.write(piece)
            digest.update(piece)
            size += len(piece)
    return Member(size, digest.hexdigest())


def verify(path: Path) -> Manifest:
    """Read a whole backup and compare it with what it says of itself; writes nothing.

    Args:
        path: the file, from wherever it comes.

    Raises:
        StoreError: it is no backup of this program, or not whole; the reason is told.
    """
    with opened(path) as (pack, manifest):
        for name in manifest.members:
            with reading(pack, manifest, name) as pieces:
                for _ in pieces:
                    pass
    return manifest


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """A backup with its manifest; its members are read through `reading`.

    Raises:
        StoreError: it is no backup of this program.
    """
    try:
        with zipfile.ZipFile(path) as pack:
            yield pack, _manifest(path, pack)
    except FileNotFoundError as error:
        raise StoreError(f"{path}: no such file") from error
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as error:
        raise StoreError(f"{path}: is no whole backup of this program: {error}") from error


def _manifest(path: Path, pack: zipfile.ZipFile) -> Manifest:
    infos = {info.filename: info for info in pack.infolist()}
    if len(infos) != len(pack.infolist()) or MANIFEST not in infos:
        raise StoreError(f"{path}: is no backup of this program")
    if infos[MANIFEST].file_size > _LARGEST_MANIFEST or infos[MANIFEST].flag_bits & 1:
        raise StoreError(f"{path}: is no backup of this program")
    try:
        said = json.loads(pack.read(MANIFEST))
        if said["format"] != _FORMAT:
            raise StoreError(f"{path}: was made by a newer program; upgrade this one")
        found = _read_manifest(said)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StoreError(f"{path}: is no backup of this program: {error}") from error
    names = set(infos) - {MANIFEST}
    if names != set(found.members) or DATABASE not in names:
        raise StoreError(f"{path}: does not hold what its manifest says")
    for name in names:
        info, member = infos[name], found.members[name]
        if name not in (DATABASE, CONFIG, *OWN) and not MEMBER.fullmatch(name):
            raise StoreError(f"{path}: {name[:80]!r} does not belong into a backup")
        plain = not info.flag_bits & 1 and not stat.S_ISLNK(info.external_attr >> 16)
        if not plain or info.file_size != member.size:
            raise StoreError(f"{path}: {name} is not what the manifest says")
    return found


def _read_manifest(said: Any) -> Manifest:
    members = {}
    for name, item in said["members"].items():
        size, sha256 = item["size"], item["sha256"]
        if type(size) is not int or size < 0 or not re.fullmatch("[0-9a-f]{64}", sha256):
            raise ValueError(f"{name[:80]!r} has no size or hash")
        members[name] = Member(size, sha256)
    made_at = dt.datetime.fromisoformat(said["made_at"])
    if made_at.tzinfo is None:
        raise ValueError("made_at has no zone")
    link, hash_ = said["chain"]["link"], said["chain"]["hash"]
    if type(link) is not int or type(hash_) is not str or type(said["schema"]) is not str:
        raise ValueError("chain or schema is none")
    return Manifest(made_at, said["schema"], Head(link, hash_), members)


@contextmanager
def reading(pack: zipfile.ZipFile, manifest: Manifest, name: str) -> Iterator[Iterator[bytes]]:
    """The bytes of a member piece by piece; when the last is taken they are the ones that the
    manifest names, and never more of them.

    Raises:
        StoreError: they are others.
    """
    with pack.open(name) as source:
        yield _pieces(source, manifest.members[name], name)


def _pieces(source: IO[bytes], member: Member, name: str) -> Iterator[bytes]:
    digest, left = hashlib.sha256(), member.size
    archived = MEMBER.fullmatch(name)
    while piece := source.read(_PIECE):
        left -= len(piece)
        if left < 0:
            break
        digest.update(piece)
        yield piece
    found = digest.hexdigest()
    if left or found != member.sha256 or (archived and archived[2] != found):
        raise StoreError(f"{name} in the backup is damaged; take another backup")


def _sync_folder(folder: Path) -> None:
    """The name must survive a power cut too."""
    if os.name != "posix":  # Windows has no way to ask for it
        return
    handle = os.open(folder, os.O_RDONLY)
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, handle)
        os.fsync(handle)

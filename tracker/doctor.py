"""Whether an installation is in order: one finding a thing, each with what to do.

Nothing is changed and nothing is sent. What a check needs is asked once; a check whose ground is
missing (no database, no server) says so in its own finding and the rest goes on.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DatabaseError, InterfaceError
from sqlalchemy.orm import Session

from tracker.errors import DeliveryError, StoreError
from tracker.followup.workdays import missing_years, wanted_until
from tracker.housekeeping import backup_folder, newest_backup
from tracker.notices.mail import MailChannel
from tracker.settings import Settings
from tracker.store import chain, seals
from tracker.store.agreement import disagreements
from tracker.store.archive import missing_files
from tracker.store.daemons import daemons
from tracker.store.database import Store, connect
from tracker.store.faults import explain
from tracker.store.schema import HEAD, version
from tracker.store.tables import (
    CommitmentRow,
    CommitmentUnitRow,
    DaemonRow,
    DeputyRow,
    HistoryRow,
    MessageRow,
    RunRow,
    UnitRow,
    UnreachableRow,
)

Level = Literal["ok", "warn", "fail"]

#: Over a weekend and a holiday no sweep by cron may be due.
_SWEPT: Final = dt.timedelta(days=4)
#: The clocks of two machines that share a ledger may differ by so much.
_AHEAD: Final = dt.timedelta(minutes=10)
_OLD_BACKUP: Final = 3
_VERY_OLD_BACKUP: Final = 14
_MB: Final = 2**20
_LITTLE_ROOM: Final = 1024
_NO_ROOM: Final = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        area: settings, database, archive, history, daemon, mail, robots, calendar, contacts, disk,
            backup, clock.
        level: ok, warn (works, and somebody should see to it) or fail.
        key: names the sentence in the words of the command.
        values: what its {names} stand for.
    """

    area: str
    level: Level
    key: str
    values: dict[str, str | int] = field(default_factory=dict)


def examine(settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    """Look at everything, cheap things first.

    Args:
        settings: as loaded, so that the file itself is in order.
        now: the moment.
    """
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    yield from _settings(settings)
    yield from _calendar(settings, today)
    yield from _disk(settings)
    try:
        engine = connect(settings)
    except StoreError as error:
        yield Finding("database", "fail", "database.refuses", {"reason": str(error)})
    else:
        try:
            yield from _ledger(engine, settings, today, now)
        finally:
            engine.dispose()
    yield from _mail(settings)
    yield from _robots(settings)


def _settings(settings: Settings) -> Iterator[Finding]:
    file = str(settings.config_path) if settings.config_path else ""
    yield Finding("settings", "ok", "settings.file" if file else "settings.none", {"file": file})
    for key in ("name", "email"):
        if not getattr(settings.office, key):
            yield Finding("settings", "warn", f"settings.office.{key}")


def _calendar(settings: Settings, today: dt.date) -> Iterator[Finding]:
    until = wanted_until(today)
    years = missing_years(today, until, settings.holidays)
    if years:
        named = "、".join(map(str, years))
        values: dict[str, str | int] = {"years": named, "file": str(settings.holidays_path)}
        yield Finding(
            "calendar", "fail" if today.year in years else "warn", "calendar.years", values
        )
    else:
        yield Finding("calendar", "ok", "calendar.known", {"year": until.year})


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // _MB
    level: Level = "fail" if free < _NO_ROOM else "warn" if free < _LITTLE_ROOM else "ok"
    key = "disk.room" if level == "ok" else "disk.little"
    yield Finding("disk", level, key, {"free": free, "folder": str(settings.data_dir)})


def _ledger(
    engine: Engine, settings: Settings, today: dt.date, now: dt.datetime
) -> Iterator[Finding]:
    """The database itself, and, where its schema is this program's, what is in it."""
    try:
        with engine.connect() as connection:
            found = version(connection)
        if found is None:
            yield Finding("database", "warn", "database.none")
            return
        if found != HEAD:
            newer = found > HEAD
            key = "database.newer" if newer else "database.older"
            values: dict[str, str | int] = {"found": found, "head": HEAD}
            yield Finding("database", "fail" if newer else "warn", key, values)
            return
        yield from _database(engine)
        with Store(engine).read() as session:
            yield from _archive(session, settings)
            yield from _history(session)
            yield from _daemon(session, settings, now)
            yield from _contacts(session, settings)
            yield from _clock(session, settings, now)
    except (DatabaseError, InterfaceError) as error:
        yield Finding("database", "fail", "database.refuses", {"reason": explain(error)})
    except StoreError as error:
        yield Finding("database", "fail", "database.refuses", {"reason": str(error)})
    yield from _backup(engine, settings, today)


def _database(engine: Engine) -> Iterator[Finding]:
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            if connection.scalar(text("SELECT pg_is_in_recovery()")):
                yield Finding("database", "fail", "database.read_only")
            else:
                yield Finding("database", "ok", "database.server", {"schema": HEAD})
        return
    with engine.connect() as connection:
        said = str(connection.scalar(text("PRAGMA quick_check(1)")))
        if said != "ok":
            yield Finding("database", "fail", "database.damaged", {"reason": said[:200]})
            return
        if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
            yield Finding("database", "fail", "database.dangling")
        if connection.scalar(text("PRAGMA journal_mode")) != "wal":
            yield Finding("database", "warn", "database.no_wal")
    # Takes the write lock and gives it back, so that a read-only file or disk is seen.
    with Store(engine).rehearse() as session:
        session.execute(text("UPDATE chain SET id = id"))
    yield Finding("database", "ok", "database.whole", {"schema": HEAD})


def _archive(session: Session, settings: Settings) -> Iterator[Finding]:
    missing = missing_files(session, settings.archive_dir)
    if missing:
        values: dict[str, str | int] = {"n": len(missing), "name": missing[0]}
        yield Finding("archive", "fail", "archive.missing", values)
    else:
        yield Finding("archive", "ok", "archive.whole")


def _history(session: Session) -> Iterator[Finding]:
    found = chain.verify(session)
    if found.broken is not None:
        yield Finding("history", "fail", "history.broken", {"link": found.broken.link})
        return
    wrong = sum(1 for _ in seals.verify(session)) or sum(1 for _ in disagreements(session))
    if wrong:
        yield Finding("history", "fail", "history.differs", {"n": wrong})
    else:
        yield Finding("history", "ok", "history.whole", {"n": found.head.link})


def _daemon(session: Session, settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    """A daemon that is alive, or else a sweep by cron not long ago."""
    seen = session.scalars(select(DaemonRow).order_by(DaemonRow.seen_at.desc()).limit(1)).first()
    alive = [one.seen_at for one in daemons(session, now) if one.alive]
    zone = ZoneInfo(settings.timezone)
    swept = session.scalar(
        select(func.max(RunRow.ended_at)).where(RunRow.job == "sweep", RunRow.failed.is_(False))
    )
    if alive:
        yield Finding("daemon", "ok", "daemon.alive", {"at": _at(max(alive), zone)})
    elif swept is not None and now - swept <= _SWEPT:
        yield Finding("daemon", "ok", "daemon.swept", {"at": _at(swept, zone)})
    elif seen is not None and seen.ended_at is None:
        yield Finding("daemon", "fail", "daemon.gone", {"at": _at(seen.seen_at, zone)})
    elif seen is not None:
        yield Finding("daemon", "warn", "daemon.ended", {"at": _at(seen.seen_at, zone)})
    else:
        yield Finding("daemon", "warn", "daemon.never")


def _contacts(session: Session, settings: Settings) -> Iterator[Finding]:
    """Units that owe something, and deputies who filed something, that cannot be written to."""
    owing = (
        select(UnitRow.name)
        .join(CommitmentUnitRow, CommitmentUnitRow.unit_id == UnitRow.id)
        .join(CommitmentRow, CommitmentRow.id == CommitmentUnitRow.commitment_id)
        .where(CommitmentRow.outcome == "open", CommitmentRow.review == "confirmed")
    )
    nowhere = (UnitRow.email.is_(None)) | (func.trim(UnitRow.email) == "")
    silent = session.scalars(owing.where(nowhere).distinct().order_by(UnitRow.name)).all()
    refused = session.scalars(
        owing.join(UnreachableRow, UnreachableRow.address == UnitRow.email)
        .distinct()
        .order_by(UnitRow.name)
    ).all()
    # Nobody stands in for a deputy: who has no address hears nothing, whatever he filed.
    untold = session.scalars(
        select(DeputyRow.name)
        .where(DeputyRow.suggestions.any())
        .where(DeputyRow.email.is_(None) | (func.trim(DeputyRow.email) == ""))
        .order_by(DeputyRow.name, DeputyRow.id)
    ).all()
    if untold:
        yield Finding("contacts", "warn", "contacts.deputies", _some(untold))
    if silent:
        level: Level = "warn" if settings.office.email else "fail"
        yield Finding("contacts", level, "contacts.none", _some(silent))
    if refused:
        yield Finding("contacts", "warn", "contacts.refused", _some(refused))
    if not silent and not refused:
        yield Finding("contacts", "ok", "contacts.known")


def _some(names: object) -> dict[str, str | int]:
    listed = list(names)  # type: ignore[call-overload]
    return {"n": len(listed), "names": "、".join(listed[:5])}


def _clock(session: Session, settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    """Whatever was written by a clock that ran ahead, on this machine or another."""
    latest = [
        moment
        for column in (HistoryRow.at, MessageRow.sent_at, DaemonRow.seen_at, RunRow.started_at)
        if (moment := session.scalar(select(func.max(column)))) is not None
    ]
    ahead = max(latest, default=now)
    if ahead > now + _AHEAD:
        values: dict[str, str | int] = {"at": _at(ahead, ZoneInfo(settings.timezone))}
        yield Finding("clock", "fail", "clock.ahead", values)
    else:
        yield Finding("clock", "ok", "clock.right")


def _backup(engine: Engine, settings: Settings, today: dt.date) -> Iterator[Finding]:
    folder = backup_folder(settings)
    if engine.dialect.name != "sqlite":
        yield Finding("backup", "ok", "backup.server", {"folder": str(settings.archive_dir)})
        return
    newest = newest_backup(folder) if folder is not None else None
    if newest is None:
        yield Finding("backup", "warn", "backup.none" if folder else "backup.off")
        return
    age = (today - newest[0]).days
    level: Level = "fail" if age > _VERY_OLD_BACKUP else "warn" if age > _OLD_BACKUP else "ok"
    key = "backup.fresh" if level == "ok" else "backup.old"
    yield Finding("backup", level, key, {"file": str(newest[1]), "days": age})


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.mail.host:
        yield Finding("mail", "warn", "mail.files", {"folder": str(settings.outbox_dir)})
        return
    place = f"{settings.mail.host}:{settings.mail.port}"
    try:
        MailChannel(settings).try_out()
    except DeliveryError as error:
        yield Finding("mail", "fail", "mail.refused", {"reason": str(error)})
    else:
        user = settings.mail_user
        yield Finding("mail", "ok", "mail.login" if user else "mail.open", {"place": place})


def _robots(settings: Settings) -> Iterator[Finding]:
    """Nothing is sent to a robot: whether it has an address is all that can be seen."""
    for robot in settings.robots:
        key = "robots.set" if robot.url else "robots.no_address"
        yield Finding("robots", "ok" if robot.url else "fail", key, {"name": robot.name})


def _at(moment: dt.datetime, zone: dt.tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")

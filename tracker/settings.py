"""config.toml and environment, read once into frozen `Settings`; an unknown key is an error."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker.address import mail_address, printable
from tracker.asking import Fetch, wrong_fetch
from tracker.classes import Results, wrong_results
from tracker.cron import Schedule as Schedule  # with the other tables, for who reads settings
from tracker.cron import wrong_schedule
from tracker.errors import SettingsError
from tracker.holidays import Holidays, load_holidays
from tracker.keeping import Backup, Calendars, wrong_backup, wrong_calendars
from tracker.ladders import LADDER, Step, old_ladder, wrong_ladder
from tracker.lights import Lights, wrong_lights
from tracker.mailings import Mailing, wrong_mailings
from tracker.official import Letters, wrong_letters
from tracker.resources import data_path
from tracker.robots import Robot, with_secrets, wrong_robots
from tracker.sites import Site, wrong_sites
from tracker.tomlfile import read_toml

CONFIG_NAME = "config.toml"
HOLIDAYS_NAME: Final = "holidays.toml"

#: What the first part of a database's address may be, as SQLAlchemy names drivers.
DRIVERS: Final = frozenset({"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"})
#: What stands for a deputy's token in mail.unsubscribe.
TOKEN: Final = "{token}"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Office:
    """The office that chases and signs."""

    name: str = ""
    supervisor: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read."""

    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """What is confirmed without a person; above 1 nothing is."""

    confirm_above: float = 1.01


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail server; user and password come from the environment only."""

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = ""
    timeout: float = 30.0
    unsubscribe: str = ""
    connections: int = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. `data_dir` is absolute; `database_url` names its driver."""

    data_dir: Path
    database_url: str = field(repr=False)
    language: Literal["zh", "en"] = "zh"
    timezone: str = "Asia/Shanghai"
    office: Office = field(default_factory=Office)
    reading: Reading = field(default_factory=Reading)
    review: Review = field(default_factory=Review)
    ladder: tuple[Step, ...] = LADDER
    lights: Lights = field(default_factory=Lights)
    results: Results = field(default_factory=Results)
    mail: Mail = field(default_factory=Mail)
    schedule: Schedule = field(default_factory=Schedule)
    backup: Backup = field(default_factory=Backup)
    calendar: Calendars = field(default_factory=Calendars)
    letters: Letters = field(default_factory=Letters)
    fetch: Fetch = field(default_factory=Fetch)
    sources: tuple[Site, ...] = ()
    robots: tuple[Robot, ...] = ()
    reports: tuple[Mailing, ...] = ()
    holidays: Holidays = field(default_factory=Holidays, repr=False)
    mail_user: str = field(default="", repr=False)
    mail_password: str = field(default="", repr=False)
    config_path: Path | None = None

    @property
    def archive_dir(self) -> Path:
        """Where the bytes of the letters lie, named by their SHA-256."""
        return self.data_dir / "archive"

    @property
    def holidays_path(self) -> Path:
        """Where an office writes days off that the program does not know."""
        return self.data_dir / HOLIDAYS_NAME

    @property
    def outbox_dir(self) -> Path:
        """Where messages are written when no mail server is set."""
        return self.data_dir / "outbox"


def load_settings(
    config: Path | None = None,
    *,
    data: Path | None = None,
    language: str | None = None,
    environ: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> Settings:
    """Read the settings in force.

    Args:
        config: a file named on the command line; else TRACKER_CONFIG, else config.toml in the
            current folder, else the built-in defaults.
        data: folder for database, archive and outbox, over every other word on it.
        language: "zh" or "en", over the file and the environment.
        environ: the environment.
        folder: the current folder.

    Raises:
        SettingsError: a named file is missing or is not TOML, a key is unknown, a value cannot be.
    """
    here = _folder(folder)
    named = config or (Path(environ["TRACKER_CONFIG"]) if environ.get("TRACKER_CONFIG") else None)
    path = (here / named if named else None) or _beside(here)
    table = _read(path) if path else {}
    if old := old_ladder(table):
        raise SettingsError(f"{path}: {old}")
    base = _resolved(path).parent if path else here

    written = _text(table.pop("data", "data"), "data", path)
    given = data or (Path(environ["TRACKER_DATA"]) if environ.get("TRACKER_DATA") else None)
    data_dir = _resolved(base / written if given is None else here / given)

    url = _text(table.pop("database_url", ""), "database_url", path)
    if _holds_password(url):
        raise SettingsError(
            f"{path}: database_url holds a password; "
            "give the whole address in TRACKER_DATABASE_URL, secrets come from the environment"
        )
    if environ.get("TRACKER_DATABASE_URL"):
        url = _database(environ["TRACKER_DATABASE_URL"], here, "TRACKER_DATABASE_URL")
    elif url:
        url = _database(url, base, f"{path}: database_url")
    spoken = environ.get("TRACKER_LANGUAGE")
    if spoken and spoken not in _LANGUAGES:
        raise SettingsError(
            f"TRACKER_LANGUAGE must be one of {', '.join(_LANGUAGES)}, not {spoken!r}"
        )
    settings = _build(
        Settings,
        # Built from the file as it stands, so that a wrong key is told whatever overrides it.
        table,
        path,
        "",
        data_dir=data_dir,
        database_url=url or sqlite_url(data_dir / "tracker.db"),
        holidays=load_holidays(data_path(HOLIDAYS_NAME), data_dir / HOLIDAYS_NAME),
        mail_user=environ.get("TRACKER_MAIL_USER", ""),
        mail_password=environ.get("TRACKER_MAIL_PASSWORD", ""),
        config_path=path,
    )
    if language or spoken:
        override = _convert(_LANGUAGE, language or spoken, None, "language")
        settings = replace(settings, language=override)
    settings = replace(settings, robots=with_secrets(settings.robots, environ))
    _check(settings, path)
    return settings


def sqlite_url(path: Path) -> str:
    """The address of a SQLite file, whatever its path holds."""
    return "sqlite:///" + str(path).replace("%", "%25").replace("?", "%3F")


def _folder(folder: Path | None) -> Path:
    try:
        return (folder or Path.cwd()).resolve()
    except OSError as error:
        raise SettingsError(
            "the current folder does not exist any more; change to another one"
        ) from error


def _beside(here: Path) -> Path | None:
    path = here / CONFIG_NAME
    try:
        return path if path.is_file() else None
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # links that lead in a circle
        raise SettingsError(f"{path}: cannot be followed to a folder") from error


def _holds_password(url: str) -> bool:
    """Whether an address names a password, before the host or among the options."""
    return bool(
        re.match(r"[\w+]+://[^:/]*:[^@]+@", url) or re.search(r"[?&]password=", url, re.IGNORECASE)
    )


def _database(url: str, base: Path, named: str) -> str:
    """The address of a database, a relative file counted from a folder.

    Nothing of an unusable address is repeated: it may hold a password.
    """
    driver, sign, rest = url.partition("://")
    if not sign or driver not in DRIVERS:
        raise SettingsError(
            f"{named} must begin with sqlite:/// or postgresql+psycopg://, as in "
            "sqlite:///tracker.db or postgresql+psycopg://user@host/tracker"
        )
    if not driver.startswith("sqlite") or not rest.startswith("/"):
        return url
    file, mark, options = rest[1:].partition("?")
    if not file or file == ":memory:" or file.startswith(("/", "file:")):
        return url
    return sqlite_url(base) + f"/{file}{mark}{options}"


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path)
    except FileNotFoundError as error:
        raise SettingsError(f"{path}: no such settings file") from error


def _text(value: Any, key: str, path: Path | None) -> str:
    if not isinstance(value, str):
        raise SettingsError(f"{path}: {key} must be a text")
    return value


_LANGUAGE: Final = Literal["zh", "en"]
_LANGUAGES: Final = get_args(_LANGUAGE)

#: Set by the program or the environment, never by a key of the file.
_NOT_IN_FILE = {
    "data_dir", "database_url", "holidays", "mail_user", "mail_password", "config_path",
    "url", "secret",
}  # fmt: skip
#: Keys of the file that stand under another name or are read apart.
_READ_APART = {"data", "database_url"}


def _build(kind: type[T], table: dict[str, Any], path: Path | None, at: str, **fixed: Any) -> T:
    """One frozen dataclass from a table of the file, every key checked against its type."""
    hints = get_type_hints(kind)
    names = {item.name for item in fields(kind)} - _NOT_IN_FILE  # type: ignore[arg-type]
    values: dict[str, Any] = dict(fixed)
    for written, value in table.items():
        # A word of Python's own (for) has a line behind it here.
        key = f"{written}_" if f"{written}_" in names else written
        if key not in names or written.endswith("_"):
            names = {name.rstrip("_") for name in names}
            known = sorted(names if at else names | _READ_APART)
            raise SettingsError(f"{path}: unknown key {at + written!r}; known: {', '.join(known)}")
        values[key] = _convert(hints[key], value, path, at + written)
    return kind(**values)


def _convert(hint: Any, value: Any, path: Path | None, key: str) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise SettingsError(f"{path}: {key} must be a table: [{key}]")
        return _build(hint, value, path, key + ".")
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise SettingsError(
                f"{path}: {key} must be one of {', '.join(get_args(hint))}, not {value!r}"
            )
        return value
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        if not isinstance(value, list):
            raise SettingsError(f"{path}: {key} must be a list")
        return tuple(_convert(inner, item, path, key) for item in value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > 2**53:
            raise SettingsError(f"{path}: {key} is out of range")
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise SettingsError(f"{path}: {key} must be {_KINDS.get(hint, hint)}, not {value!r}")
    return value


_KINDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def _check(settings: Settings, path: Path | None) -> None:
    """What a type cannot say."""
    for key, wrong in _wrongs(settings):
        raise SettingsError(f"{path}: {key} {wrong}")


def _wrongs(settings: Settings) -> Iterator[tuple[str, str]]:
    """Each key with what is wrong about it."""
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield "timezone", f"{settings.timezone!r} is unknown; write such as Asia/Shanghai"
    office = settings.office
    for key, text in (("name", office.name), ("supervisor", office.supervisor)):
        if not printable(text):
            yield f"office.{key}", "must be one line without control characters"
    if office.email:
        yield from _address("office.email", office.email)
    if not settings.review.confirm_above >= 0:  # not a number, too
        yield "review.confirm_above", "must be 0 or more; above 1 nothing is confirmed by itself"
    yield from wrong_ladder(settings.ladder)
    yield from wrong_lights(settings.lights)
    yield from wrong_results(settings.results)
    yield from _wrong_mail(settings.mail)
    yield from wrong_fetch(settings.fetch)
    yield from wrong_sites(settings.sources)
    yield from wrong_mailings(settings.reports)
    yield from wrong_robots(settings.robots, settings.fetch.allow_hosts)
    yield from wrong_backup(settings.backup)
    yield from wrong_calendars(settings.calendar)
    yield from wrong_schedule(settings.schedule)
    yield from wrong_letters(settings.letters)


def _wrong_mail(mail: Mail) -> Iterator[tuple[str, str]]:
    if not 1 <= mail.port <= 65535:
        yield "mail.port", f"must be 1 to 65535, not {_short(mail.port)}"
    if not 1 <= mail.timeout <= 60:  # not a number, too
        yield "mail.timeout", f"must be 1 to 60 seconds, not {mail.timeout}"
    if not 1 <= mail.connections <= 16:
        yield "mail.connections", f"must be 1 to 16, not {_short(mail.connections)}"
    if mail.sender:
        yield from _address("mail.sender", mail.sender)
    if mail.unsubscribe and not re.fullmatch(
        r"https://[\w.-]+(:\d+)?/[!-;=?-~]*", mail.unsubscribe.replace(TOKEN, "", 1), re.ASCII
    ):
        yield "mail.unsubscribe", "must be an https address: https://tracker.example.gov/u/{token}"
    elif mail.unsubscribe and TOKEN not in mail.unsubscribe:
        yield "mail.unsubscribe", "must hold {token}"
    if not mail.host:
        return
    if not _is_host(mail.host):
        yield (
            "mail.host",
            f"{mail.host[:80]!r} is no name of a server; write such as mail.example.gov",
        )
    if mail.security == "none" and mail.host not in ("localhost", "127.0.0.1", "::1"):
        yield "mail.security", '"none" is allowed to this machine only; use starttls or tls'
    if not mail.sender:
        yield "mail.sender", "is missing: the address that messages come from"


def _address(key: str, text: str) -> Iterator[tuple[str, str]]:
    """A plain address, as it goes into envelopes: no name before it, no blanks around it."""
    try:
        if mail_address(text) != text:
            yield key, f"{text[:80]!r} has blanks around it"
    except ValueError as error:
        yield key, f"must be a plain mail address: {error}"


def _is_host(host: str) -> bool:
    """An address of this or another machine, or a name that a name server can be asked for."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        try:
            host.encode("idna")
        except UnicodeError:
            return False
        return bool(re.fullmatch(r"[\w.-]+", host))
    return True


def _short(number: int) -> str:
    return str(number) if abs(number) < 10**9 else "so many"

"""config.toml and environment, read once into frozen `Settings`; an unknown key is an error."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker.errors import SettingsError

CONFIG_NAME = "config.toml"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Office:
    """The office that chases and signs."""

    name: str = ""
    supervisor: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What is confirmed without a person; above 1 nothing is."""

    confirm_above: float = 1.01


@dataclass(frozen=True, slots=True)
class Ladder:
    """When notices are owed, in days from the deadline."""

    before: tuple[int, ...] = (30, 7, 1)
    on_day: bool = True
    after_every: int = 7
    supervisor_after: int = 14


@dataclass(frozen=True, slots=True)
class Lights:
    """Thresholds of the lights, in days."""

    due_soon: int = 30


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail server; user and password come from the environment only."""

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = ""
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Cron expressions of the daemon's jobs, in the office's zone."""

    sweep: str = "30 8 * * *"
    report: str = "0 9 * * mon"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. `data_dir` is absolute; `database_url` names its driver."""

    data_dir: Path
    database_url: str
    language: Literal["zh", "en"] = "zh"
    timezone: str = "Asia/Shanghai"
    office: Office = field(default_factory=Office)
    review: Review = field(default_factory=Review)
    ladder: Ladder = field(default_factory=Ladder)
    lights: Lights = field(default_factory=Lights)
    mail: Mail = field(default_factory=Mail)
    schedule: Schedule = field(default_factory=Schedule)
    mail_user: str = field(default="", repr=False)
    mail_password: str = field(default="", repr=False)
    config_path: Path | None = None

    @property
    def archive_dir(self) -> Path:
        """Where the bytes of the letters lie, named by their SHA-256."""
        return self.data_dir / "archive"

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
        SettingsError: a named file is missing, is not TOML, or holds an unknown or wrong key.
    """
    here = (folder or Path.cwd()).resolve()
    named = config or (Path(environ["TRACKER_CONFIG"]) if environ.get("TRACKER_CONFIG") else None)
    path = named or (here / CONFIG_NAME if (here / CONFIG_NAME).is_file() else None)
    table = _read(path) if path else {}
    base = path.resolve().parent if path else here

    given = data or (Path(environ["TRACKER_DATA"]) if environ.get("TRACKER_DATA") else None)
    if given is not None:
        data_dir = (here / given).resolve()
    else:
        data_dir = (base / _text(table.pop("data", "data"), "data", path)).resolve()
    table.pop("data", None)

    url = environ.get("TRACKER_DATABASE_URL") or table.pop("database_url", "")
    table.pop("database_url", None)
    spoken = language or environ.get("TRACKER_LANGUAGE")
    if spoken:
        table["language"] = spoken
    settings = _build(
        Settings,
        table,
        path,
        "",
        data_dir=data_dir,
        database_url=_text(url, "database_url", path) or f"sqlite:///{data_dir / 'tracker.db'}",
        mail_user=environ.get("TRACKER_MAIL_USER", ""),
        mail_password=environ.get("TRACKER_MAIL_PASSWORD", ""),
        config_path=path,
    )
    _check(settings, path)
    return settings


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(f"{path}: no such settings file") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error


def _text(value: Any, key: str, path: Path | None) -> str:
    if not isinstance(value, str):
        raise SettingsError(f"{path}: {key} must be a text")
    return value


#: Set by the program or the environment, never by a key of the file.
_NOT_IN_FILE = {"data_dir", "mail_user", "mail_password", "config_path"}


def _build(kind: type[T], table: dict[str, Any], path: Path | None, at: str, **fixed: Any) -> T:
    """One frozen dataclass from a table of the file, every key checked against its type."""
    hints = get_type_hints(kind)
    names = {item.name for item in fields(kind)} - _NOT_IN_FILE  # type: ignore[arg-type]
    values: dict[str, Any] = dict(fixed)
    for key, value in table.items():
        if key not in names:
            raise SettingsError(
                f"{path}: unknown key {at + key!r}; known: {', '.join(sorted(names))}"
            )
        values[key] = _convert(hints[key], value, path, at + key)
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
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise SettingsError(f"{path}: {key} must be {_KINDS.get(hint, hint)}, not {value!r}")
    return value


_KINDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def _check(settings: Settings, path: Path | None) -> None:
    """What a type cannot say."""
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsError(f"{path}: timezone {settings.timezone!r} is unknown") from error
    ladder = settings.ladder
    if (
        any(days < 1 for days in ladder.before)
        or ladder.after_every < 1
        or ladder.supervisor_after < 1
    ):
        raise SettingsError(f"{path}: the days of [ladder] must be 1 or more")
    loopback = {"", "localhost", "127.0.0.1", "::1"}
    if settings.mail.security == "none" and settings.mail.host not in loopback:
        raise SettingsError(
            f'{path}: mail.security = "none" is allowed to this machine only; use starttls or tls'
        )
    if settings.mail.host and not settings.mail.sender:
        raise SettingsError(f"{path}: mail.sender is missing: the address that messages come from")

"""What commands share: settings and language of this call, the store, who is acting, today."""

from __future__ import annotations

import datetime as dt
import getpass
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tracker.errors import SettingsError, TrackerError

if TYPE_CHECKING:
    from rich.console import Console

    from tracker.settings import Settings
    from tracker.store.database import Store

#: No reply, promise or report lies outside; days can be added within without leaving the calendar.
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
#: So long a name the history keeps.
_LONGEST_NAME: Final = 120
#: What stands in a str for bytes that are no UTF-8, and for nothing else that can be written.
_ESCAPED: Final = re.compile("[\ud800-\udfff]")
_CHINESE: Final = re.compile("[\u3400-\u9fff]")


def settings_of(ctx: click.Context) -> Settings:
    """The settings in force, read once per call."""
    from tracker.settings import load_settings

    options: dict[str, Any] = ctx.find_root().obj
    if "settings" not in options:
        options["settings"] = load_settings(
            Path(options["config"]) if options["config"] else None,
            data=Path(options["data"]) if options["data"] else None,
            language=options["lang"],
        )
    found: Settings = options["settings"]
    return found


def store_of(ctx: click.Context) -> Store:
    """The store of these settings, its schema up to date; closed when the command ends."""
    from tracker.store.database import open_store

    refuse_stray(ctx)
    store = open_store(settings_of(ctx))
    ctx.call_on_close(store.close)
    return store


def refuse_stray(ctx: click.Context) -> None:
    """Begin no ledger beside the one that is meant: in a folder within an office's folder.

    Raises:
        SettingsError: the current folder has no ledger and no config.toml, and one above it has.
    """
    from tracker.settings import CONFIG_NAME, load_settings

    settings = settings_of(ctx)
    named = ctx.find_root().obj["data"] or settings.config_path
    named = named or os.environ.get("TRACKER_DATA") or os.environ.get("TRACKER_DATABASE_URL")
    if named or (settings.data_dir / "tracker.db").exists():
        return
    for office in settings.data_dir.parent.parents:
        config, data = office / CONFIG_NAME, office / "data"
        try:
            found = config.is_file()
            if found:
                load_settings(config, environ={})
            elif not (data / "tracker.db").is_file():
                continue
        except (SettingsError, OSError):
            continue  # not to be read, or the config.toml of another program
        option = f"--config {config}" if found else f"--data {data}"
        raise SettingsError(
            f"there is no ledger in this folder, but {shown(office)} has one: go there, or run "
            f"tracker {shown(option)} …; to begin a new one here: tracker --data data …"
        )


def console_of(ctx: click.Context) -> Console:
    """A terminal to print to; plain where output is piped or NO_COLOR is set."""
    from rich.console import Console

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # rich would end the program with exit status 1

    return Terminal(highlight=False, markup=False, soft_wrap=False)


def complain(text: str, language: str | None = None) -> None:
    """One line on standard error, whatever names and letters have brought into it.

    Args:
        text: what is wrong, as raised.
        language: "zh" or "en"; None: that of the command at work.
    """
    click.echo(f"tracker: {shown(told(text, language))}", err=True)


def told(text: str, language: str | None = None) -> str:
    """What is wrong in the language of the reader, as far as there are words for it."""
    from tracker.complaints import in_chinese

    if language is None:
        ctx = click.get_current_context(silent=True)
        language = language_of(ctx.find_root().obj if ctx else None)
    return in_chinese(text) if language == "zh" else text


def language_of(options: dict[str, Any] | None) -> str:
    """The language of a call whose settings may be what is wrong.

    Args:
        options: of the root command, with the settings where they were read.
    """
    options = options or {}
    if options.get("lang"):
        return str(options["lang"])
    if "settings" not in options:
        from tracker.settings import load_settings

        try:
            return load_settings(
                Path(options["config"]) if options.get("config") else None
            ).language
        except TrackerError:
            return "zh"
    settings: Settings = options["settings"]
    return settings.language


def shown(text: str | os.PathLike[str]) -> str:
    """A text or path from outside as it may be printed and kept: one line that steers nothing."""
    from tracker.reports.clean import one_line

    return one_line(legible(os.fspath(text)))


def legible(text: str) -> str:
    """A text or path in characters that can be written, whatever bytes a name on the disk has.

    A step of a path that is no UTF-8 is read as GB18030, in which Windows and old archives write
    names, for showing only; what is neither gets question marks.
    """
    if text.isascii() or not _ESCAPED.search(text):
        return text
    return "/".join(map(_step, text.split("/")))


def _step(name: str) -> str:
    if _ESCAPED.search(name) and not _CHINESE.search(name):  # Chinese in UTF-8 is no GB18030
        try:
            return name.encode("utf-8", "surrogateescape").decode("gb18030")
        except UnicodeError:
            pass
    return name.encode(errors="replace").decode()


def who(given: str | None = None) -> str:
    """The name that goes into the history: the one given, else TRACKER_USER, else the login name.

    Args:
        given: UNIT or UNIT/NAME, where somebody enters what another one says.

    Raises:
        SettingsError: there is none, or it cannot be shown.
    """
    from tracker.address import printable

    if given is not None:
        name = given.strip()
        if not name or len(name) > _LONGEST_NAME or not printable(name):
            raise SettingsError(f"--who must be a name on one line, not {name[:40]!r}")
        return name
    name = os.environ.get("TRACKER_USER", "").strip()
    if not name:
        try:
            name = getpass.getuser()
        except (KeyError, OSError, ImportError) as error:
            raise SettingsError("nobody is logged in by a name; set TRACKER_USER") from error
    if not printable(name):
        raise SettingsError(f"TRACKER_USER must be a name in UTF-8 on one line, not {name!r}")
    return name


def day_of(text: str) -> dt.date:
    """A calendar day as people write one: 2023-12-31, 2023年12月31日，2023/12/31, 2023.12.31.

    Raises:
        ValueError: it is none, or in no year that a letter may speak of.
    """
    from tracker.letters.dates import typed_day

    day = typed_day(text)
    if day is None:
        raise ValueError(f"{text[:40]!r} is no date; write it as 2023-12-31 or 2023年12月31日")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{text!r} is out of range; years go from {FIRST_YEAR} to {LAST_YEAR}")
    return day


class Day(click.ParamType[dt.date]):
    """A calendar day, 2023-12-31 or as `day_of` has it."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            return day_of(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Text(click.types.StringParamType):
    """Words. What a shell passes on is bytes, and not all bytes are words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text: str = super().convert(value, param, ctx)
        try:
            text.encode()
        except UnicodeEncodeError:
            self.fail(f"{text!r} holds bytes that are no UTF-8", param, ctx)
        return text


TEXT: Final = Text()


def today_of(ctx: click.Context, as_of: dt.date | None) -> dt.date:
    """The day that `--as-of` names, else today in the office's zone."""
    if as_of is not None:
        return as_of
    from tracker import clock

    return clock.today(settings_of(ctx).timezone)

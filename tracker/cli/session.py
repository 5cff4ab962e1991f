"""What commands share: settings and language of this call, the store, who is acting, today."""

from __future__ import annotations

import datetime as dt
import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from tracker.settings import Settings
    from tracker.store.database import Store


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

    store = open_store(settings_of(ctx))
    ctx.call_on_close(store.close)
    return store


def console_of(ctx: click.Context, *, stderr: bool = False) -> Console:
    """A terminal to print to; plain where output is piped or NO_COLOR is set."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, soft_wrap=False)


def who() -> str:
    """The name that goes into the history: TRACKER_USER, else the login name."""
    import os

    return os.environ.get("TRACKER_USER") or getpass.getuser()


class Day(click.ParamType[dt.date]):
    """A calendar day, 2023-12-31."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write it as 2023-12-31", param, ctx)


def today_of(ctx: click.Context, as_of: dt.date | None) -> dt.date:
    """The day that `--as-of` names, else today in the office's zone."""
    if as_of is not None:
        return as_of
    from tracker import clock

    return clock.today(settings_of(ctx).timezone)

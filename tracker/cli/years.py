"""The warning that the calendar of working days has run out, wherever it is told."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.words import Words, speech_of

if TYPE_CHECKING:
    from tracker.settings import Settings

WORDS: Final[Words] = {
    "years": (
        "{years} 年的节假日安排未知，只按周末推算，提醒会落在节假日；"
        "请升级：pip install -U chinesecalendar，或按国务院办公厅通知写入 {file}",
        "the holidays of {years} are unknown, weekends only, so that notices fall on holidays; "
        "upgrade: pip install -U chinesecalendar, or write the State Council's notice to {file}",
    ),
}


def warn_years(ctx: click.Context, settings: Settings, today: dt.date, until: dt.date) -> None:
    """Say on standard error which years up to a day no table knows; nothing where all are known."""
    from tracker.followup.workdays import missing_years

    years = missing_years(today, until, settings.holidays)
    if years:
        say = speech_of(ctx, WORDS)
        listed = "、".join(map(str, years))
        click.echo(say("years", years=listed, file=settings.holidays_path), err=True)

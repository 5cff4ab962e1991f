"""`tracker migrate`: the schema brought up to date, by hand where a person wants to see it."""

from __future__ import annotations

from typing import Final

import click

from tracker.cli.session import refuse_stray, settings_of
from tracker.cli.words import Words, speech_of

WORDS: Final[Words] = {
    "current": ("数据库已是最新版本 {now}：{place}", "the database is at version {now}: {place}"),
    "done": ("数据库已由 {found} 升级到 {now}：{place}", "migrated from {found} to {now}: {place}"),
    "created": ("已建立数据库，版本 {now}：{place}", "database created at version {now}: {place}"),
}


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """把数据库升级到本程序的版本；平时首次使用时自动进行。

    Bring the database schema up to date; otherwise done on first use.
    """
    from tracker.store.database import migrate

    say = speech_of(ctx, WORDS)
    refuse_stray(ctx)
    done = migrate(settings_of(ctx))
    key = "created" if done.found is None else "current" if done.found == done.now else "done"
    click.echo(say(key, found=done.found, now=done.now, place=done.place))

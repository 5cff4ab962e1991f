"""`tracker show`: everything about one commitment."""

from __future__ import annotations

import datetime as dt

import click

from tracker.cli.session import Day, console_of, settings_of, store_of, today_of


@click.command()
@click.argument("ref")
@click.option("--as-of", type=Day(), help="截至哪一天 · The day to look from; default today.")
@click.pass_context
def command(ctx: click.Context, ref: str, as_of: dt.date | None) -> None:
    """查看一项承诺：原文、目标、时限依据、填报、提醒、变更。

    Show one commitment with its source, reports, notices and history.
    """
    from tracker.reports.card import card
    from tracker.reports.details import detail
    from tracker.reports.words import Wording

    settings, today = settings_of(ctx), today_of(ctx, as_of)
    with store_of(ctx).read() as session:
        shown = detail(session, settings, today, ref)
    console_of(ctx).print(card(shown, Wording(settings.language)))

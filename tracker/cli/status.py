"""`tracker status`: one screen."""

from __future__ import annotations

import datetime as dt

import click

from tracker.cli.session import Day, console_of, settings_of, store_of, today_of


@click.command()
@click.option("--as-of", type=Day(), help="截至哪一天 · The day to look from; default today.")
@click.pass_context
def command(ctx: click.Context, as_of: dt.date | None) -> None:
    """总览：亮灯、逾期、下一批到期、未填报，一屏看完。

    One screen: what is overdue, due next and silent, and how the daemon does.
    """
    from zoneinfo import ZoneInfo

    from tracker import clock
    from tracker.cli.years import warn_years
    from tracker.followup.recipients import own_names
    from tracker.followup.workdays import wanted_until
    from tracker.reports import reads
    from tracker.reports.contents import Filters, gather
    from tracker.reports.engine import engine_lines, engine_of
    from tracker.reports.overview import Office, overview
    from tracker.reports.words import Wording
    from tracker.store import unreachable

    settings, today = settings_of(ctx), today_of(ctx, as_of)
    zone = ZoneInfo(settings.timezone)
    with store_of(ctx).read() as session:
        contents = gather(session, settings, today, Filters())
        office = Office(
            messages=reads.message_states(session),
            changed=reads.last_change(session),
            zone=zone,
            silent=unreachable.names(session, own_names(settings)),
            engine=tuple(engine_lines(engine_of(session, clock.now()), zone, settings.language)),
        )
    warn_years(ctx, settings, today, wanted_until(today))
    console = console_of(ctx)
    shown = overview(contents, office, Wording.of(settings), console.width, console.height)
    console.print(shown)

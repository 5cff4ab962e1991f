"""`tracker calendar`: the deadlines of a unit or a deputy as a file that calendar programs read."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from tracker.cli.session import settings_of, shown, store_of
from tracker.cli.words import Words, speech_of

WORDS: Final[Words] = {
    "several": (
        "“{name}”可指{names}；请写全称",
        "{name!r} may be {names}; write the whole name",
    ),
}


@click.command()
@click.option("--unit", help="责任单位，名称或简称 · An owner.")
@click.option("--deputy", help="代表或委员 · Who filed the suggestion.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path),
    help="写入文件 · Write to a file, whole or not at all.",
)  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context, *, unit: str | None, deputy: str | None, output: Path | None
) -> None:
    """日历文件（.ics）：一个单位或一位代表的全部承诺时限，可供日历软件订阅。

    Write the deadlines of one unit or one deputy as a calendar file. Put where a web server
    offers it and written anew every day, calendar programs can subscribe to it.
    """
    from tracker.cli.report import write_whole
    from tracker.followup.rounds import mail_domain
    from tracker.notices.calendar import calendar, events_of
    from tracker.notices.phrases import Phrases
    from tracker.store import queries
    from tracker.store.revised import revisions

    if (unit is None) == (deputy is None):
        raise click.UsageError("give one of --unit, --deputy")
    settings = settings_of(ctx)
    with store_of(ctx).read() as session:
        found = (
            [row.name for row in queries.units(session, unit)]
            if unit is not None
            else sorted({row.name for row in queries.deputies(session, deputy)})
        )
        if len(found) > 1:
            names = "、".join(map(shown, found))
            raise click.UsageError(
                speech_of(ctx, WORDS)("several", name=shown(unit or deputy or ""), names=names)
            )
        rows = queries.commitments(
            session,
            unit=found[0] if unit is not None else None,
            deputy=found[0] if deputy is not None else None,
        )
        events = events_of(rows, revisions(session, [row.id for row in rows]), settings)
    words = Phrases(settings.language)
    name = words("calendar.name", name=found[0])
    document = calendar(events, name=name, domain=mail_domain(settings))
    if output is None:
        # As bytes: a line ends with CRLF on every system.
        click.echo(document.encode(), nl=False)
    else:
        write_whole(output, document.encode())
        click.echo(shown(output))

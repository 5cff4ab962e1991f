"""`tracker calendar`: the deadlines of a unit or a deputy, or of all, as files that calendar programs
read."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from tracker.cli.session import settings_of, shown, store_of
from tracker.cli.words import Words, speech_of
from tracker.errors import SettingsError

WORDS: Final[Words] = {
    "several": (
        "“{name}”可指{names}；请写全称",
        "{name!r} may be {names}; write the whole name",
    ),
    "written": (
        "{folder}：{every} 个日历文件，其中 {written} 个有变化",
        "{folder}: {every} calendar files, {written} of them changed",
    ),
}


@click.command()
@click.option("--unit", help="责任单位，名称或简称 · An owner.")
@click.option("--deputy", help="代表或委员 · Who filed the suggestion.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path),
    help="写入文件 · Write to a file, whole or not at all.",
)  # fmt: skip
@click.option(
    "--all", "folder", type=click.Path(file_okay=False, path_type=Path),
    help="每个单位、每位代表各一个文件 · A file for each unit and each deputy, into a folder.",
)  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context,
    *,
    unit: str | None,
    deputy: str | None,
    output: Path | None,
    folder: Path | None,
) -> None:
    """日历文件（.ics）：一个单位或一位代表的全部承诺时限，可供日历软件订阅。

    Write the deadlines of one unit or one deputy as a calendar file, or of each of them into a
    folder. Where a web server offers it, calendar programs can subscribe; the daemon writes them
    anew every day into `[calendar] folder` of config.toml.
    """
    from tracker.calendars import document_of, write_calendars
    from tracker.cli.report import write_whole
    from tracker.store import queries

    speech = speech_of(ctx, WORDS)
    if [unit, deputy, folder].count(None) != 2 or (folder and output):
        raise click.UsageError("give one of --unit, --deputy, --all; --all without --output")
    settings = settings_of(ctx)
    if folder is not None:
        done = write_calendars(store_of(ctx), settings, folder)
        click.echo(speech("written", folder=shown(folder), every=done.every, written=done.new))
        if done.failed:
            raise SettingsError(done.failed[0])
        return
    with store_of(ctx).read() as session:
        found = (
            [row.name for row in queries.units(session, unit)]
            if unit is not None
            else sorted({row.name for row in queries.deputies(session, deputy)})
        )
        if len(found) > 1:
            names = "、".join(map(shown, found))
            raise click.UsageError(speech("several", name=shown(unit or deputy or ""), names=names))
        rows = queries.commitments(
            session,
            unit=found[0] if unit is not None else None,
            deputy=found[0] if deputy is not None else None,
        )
        document = document_of(session, settings, found[0], rows)
    if output is None:
        # As bytes: a line ends with CRLF on every system.
        click.echo(document, nl=False)
    else:
        write_whole(output, document)
        click.echo(shown(output))

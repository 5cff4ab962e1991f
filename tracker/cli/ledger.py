"""`tracker list`: the ledger, filtered, as a table for people, JSON or CSV."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tracker.cli.session import Day, console_of, settings_of, store_of, today_of
from tracker.cli.words import KIND, LIGHT, OUTCOME, REVIEW

if TYPE_CHECKING:
    from tracker.reports.items import Item


@click.command("list")
@click.option("--unit", help="责任单位，名称或简称 · An owner, or a part of its name.")
@click.option("--deputy", help="代表或委员 · Who filed the suggestion.")
@click.option("--suggestion", help="建议提案编号 · A suggestion's code or number.")
@click.option("--light", type=LIGHT, multiple=True, help="亮灯 · A light; may be repeated.")
@click.option("--outcome", type=OUTCOME, multiple=True, help="结果 · An outcome.")
@click.option("--review", type=REVIEW, multiple=True, help="审核 · Default: all but rejected.")
@click.option("--kind", type=KIND, multiple=True, help="类别 · A kind.")
@click.option("--no-report", is_flag=True, help="只看未填报的 · Only open ones without a report.")
@click.option("--due-before", type=Day(), help="时限在此日或之前 · Due on this day or earlier.")
@click.option("--as-of", type=Day(), help="截至哪一天 · The day to look from; default today.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table",
    show_default=True, help="csv 可用 Excel 打开 · csv opens in Excel.",
)  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context,
    *,
    unit: str | None,
    deputy: str | None,
    suggestion: str | None,
    light: tuple[str, ...],
    outcome: tuple[str, ...],
    review: tuple[str, ...],
    kind: tuple[str, ...],
    no_report: bool,
    due_before: dt.date | None,
    as_of: dt.date | None,
    form: str,
) -> None:
    """台账查询：按单位、代表、亮灯、结果等筛选。

    List commitments in the order of the ledger. Exit status 1 where none matches.
    """
    from tracker.reports import reads

    settings, today = settings_of(ctx), today_of(ctx, as_of)
    with store_of(ctx).read() as session:
        found = reads.items(
            session, settings, today, unit=unit, deputy=deputy, suggestion=suggestion,
            review=review or reads.TRACKED, kind=kind or None,
        )  # fmt: skip
    # Light, outcome and deadline are those of the day looked from, which the store cannot filter.
    items = [
        item
        for item in found
        if (not light or (item.open and item.light in light))
        and (not outcome or item.outcome in outcome)
        and (not no_report or (item.open and not item.reported))
        and (due_before is None or (item.deadline is not None and item.deadline <= due_before))
    ]
    _print(ctx, items, today, form)
    if not items:
        sys.exit(1)


def _print(ctx: click.Context, items: Sequence[Item], today: dt.date, form: str) -> None:
    from tracker.reports import machine
    from tracker.reports.terminal import listing, text
    from tracker.reports.words import Wording

    words = Wording(settings_of(ctx).language)
    if form == "json":
        click.echo(machine.list_json(items, today), nl=False)
    elif form == "csv":
        # As bytes: Excel wants UTF-8 and CRLF whatever the locale of this terminal is.
        click.echo(machine.list_csv(items, words).encode(), nl=False)
    else:
        console = console_of(ctx)
        none = text(words("none.items"))
        console.print(listing(items, words, console.width) if items else none)

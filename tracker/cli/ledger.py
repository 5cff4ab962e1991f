"""`tracker list`: the ledger, filtered, as a table for people, JSON or CSV."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tracker.cli.formats import Form, format_option
from tracker.cli.session import Day, console_of, settings_of, store_of, today_of
from tracker.cli.words import KIND, LIGHT, OUTCOME, REVIEW

if TYPE_CHECKING:
    from tracker.reports.items import Item

#: How many a screen shows unless --limit says otherwise.
_SHOWN = 50


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
    "--limit", type=click.IntRange(min=0), metavar="N",
    help="至多列出几项，0 为全部；屏幕上缺省 50 · At most so many, 0: all; on a screen 50.",
)  # fmt: skip
@format_option
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
    limit: int | None,
    form: Form,
) -> None:
    """台账查询：按单位、代表、亮灯、结果等筛选。

    List commitments in the order of the ledger: on a screen the first 50 and how many there are,
    elsewhere all, a line each. Exit status 1 where none matches.
    """
    from tracker import clock
    from tracker.reports import reads
    from tracker.store import queries

    settings, today = settings_of(ctx), today_of(ctx, as_of)
    if limit is None:
        limit = _SHOWN if form == "table" and console_of(ctx).is_terminal else 0
    states = review or reads.TRACKED
    open_ = bool(light) or no_report or set(outcome) == {"open"}
    plain = not (light or outcome or no_report or due_before)
    if unit and today < clock.today(settings.timezone):
        plain = False  # the owners of a day gone by, the store cannot count
    soon = today + dt.timedelta(days=settings.lights.due_soon)
    # A figure far behind lights 临期 long before its day, where a place wants that.
    if light and {*light} <= {"overdue", "due_soon"} and not settings.lights.behind:
        due_before = min(due_before or soon, soon)
    with store_of(ctx).read() as session:
        found = reads.items(
            session, settings, today, unit=unit, deputy=deputy, suggestion=suggestion,
            review=states, kind=kind or None, due_before=due_before, unsettled=open_,
            first=(limit or None) if plain else None,
        )  # fmt: skip
        every = len(found)
        if plain and limit:
            every = queries.count(
                session, unit=unit, deputy=deputy, suggestion=suggestion,
                review=states, kind=kind or None,
            )  # fmt: skip
    if not plain:
        # Light and outcome are those of the day looked from, which the store cannot filter.
        found = tuple(
            item
            for item in found
            if (not light or (item.open and item.light in light))
            and (not outcome or item.outcome in outcome)
            and (not no_report or (item.open and not item.reported))
        )
        every = len(found)
    _print(ctx, found[: limit or None], every, today, form)
    if not every:
        sys.exit(1)


def _print(
    ctx: click.Context, items: Sequence[Item], every: int, today: dt.date, form: Form
) -> None:
    from tracker.reports import machine
    from tracker.reports.terminal import lines, listing, text
    from tracker.reports.words import Wording

    words = Wording.of(settings_of(ctx))
    if form == "json":
        click.echo(machine.list_json(items, today, words), nl=False)
    elif form == "csv":
        # As bytes: Excel wants UTF-8 and CRLF whatever the locale of this terminal is.
        click.echo(machine.list_csv(items, words).encode(), nl=False)
    else:
        console = console_of(ctx)
        none = text(words("none.items"))
        if not console.is_terminal and items:
            for line in lines(items, words, every):
                click.echo(line)
            return
        console.print(listing(items, words, console.width, every) if items else none)

"""`tracker show`: everything about one commitment."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.session import Day, complain, console_of, settings_of, store_of, today_of
from tracker.cli.words import Speech, Words, speech_of
from tracker.errors import UnknownReference

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: Of the commitments of a suggestion so many are named.
_MOST_NAMED: Final = 20

WORDS: Final[Words] = {
    "suggestion": (
        "{ref} 是建议号，它的承诺：{refs}",
        "{ref} is a suggestion; its commitments: {refs}",
    ),
    "bare": (
        "{ref} 是建议号，还没有读到它的承诺",
        "{ref} is a suggestion; no commitment of it has been read",
    ),
}


@click.command()
@click.argument("ref")
@click.option("--as-of", type=Day(), help="截至哪一天 · The day to look from; default today.")
@click.option(
    "--format", "form", type=click.Choice(["card", "json"]), default="card", show_default=True
)
@click.pass_context
def command(ctx: click.Context, ref: str, as_of: dt.date | None, form: str) -> None:
    """查看一项承诺：原文、目标、时限依据、填报、提醒、变更。

    Show one commitment with its source, reports, notices and history.
    """
    from tracker.reports import machine
    from tracker.reports.card import card
    from tracker.reports.details import detail
    from tracker.reports.words import Wording

    settings, today = settings_of(ctx), today_of(ctx, as_of)
    with store_of(ctx).read() as session:
        try:
            shown = detail(session, settings, today, ref)
        except UnknownReference:
            told = _of_suggestion(session, ref, speech_of(ctx, WORDS))
            if told is None:
                raise
            complain(told)
            ctx.exit(2)
    if form == "json":
        click.echo(machine.detail_json(shown, today, Wording.of(settings)), nl=False)
        return
    console_of(ctx).print(card(shown, Wording.of(settings)))


def _of_suggestion(session: Session, ref: str, say: Speech) -> str | None:
    """What to ask for where a reference is the number of a suggestion; None where it is not."""
    from tracker.store import queries

    try:
        refs = [row.ref for row in queries.commitments(session, suggestion=ref)]
    except UnknownReference:
        return None
    some = "、".join(refs[:_MOST_NAMED]) + ("…" if len(refs) > _MOST_NAMED else "")
    return say("suggestion", ref=ref.strip(), refs=some) if refs else say("bare", ref=ref.strip())

"""`tracker rate`: what a deputy says of the delivery."""

from __future__ import annotations

from typing import Final

import click

from tracker.cli.session import store_of, today_of, who
from tracker.cli.words import Code, Words, speech_of

WORDS: Final[Words] = {
    "rated": ("{ref} 已评价：{deputy} {score}", "{ref} rated: {deputy}, {score}"),
    "reopened": (
        "  因评价“不满意”，已恢复跟踪，回头看",
        "  as it is not satisfied, it is open again, to look back at it",
    ),
}

SCORE: Final = Code("rating", "satisfied", "basically", "not")


@click.command()
@click.argument("ref")
@click.argument("score", type=SCORE)
@click.option("--deputy", required=True, metavar="NAME", help="哪位代表、委员 · Who rates.")
@click.option("--comment", metavar="TEXT", help="意见 · What is said with it.")
@click.pass_context
def command(ctx: click.Context, ref: str, score: str, deputy: str, comment: str | None) -> None:
    """登记代表评价：satisfied 满意 · basically 基本满意 · not 不满意；自时限之日起可评。

    Record what a deputy says of the delivery, from the day the promise falls due. "not" reopens
    what was settled.
    """
    from tracker import clock
    from tracker.store import ledger, queries

    say = speech_of(ctx, WORDS)
    with store_of(ctx).write() as session:
        row = queries.commitment(session, ref)
        reopened = ledger.rate(
            session,
            row,
            score,
            deputy=deputy,
            on=today_of(ctx, None),
            who=who(),
            now=clock.now(),
            comment=comment,
        )
    click.echo(say("rated", ref=row.ref, deputy=deputy.strip(), score=say(f"rating.{score}")))
    if reopened:
        click.echo(say("reopened"))

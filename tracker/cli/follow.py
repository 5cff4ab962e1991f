"""`tracker progress`, `tracker settle`: what was reached, and how a commitment ended."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from tracker.cli.proof import Proof, file_option, quote_option
from tracker.cli.session import Day, settings_of, store_of, today_of, who
from tracker.cli.words import OUTCOME, Speech, Words, speech_of

if TYPE_CHECKING:
    from tracker.followup.status import Facts

WORDS: Final[Words] = {
    "reported": ("{ref} 已填报：{said}（截至 {day}）", "{ref} reported: {said} (as of {day})"),
    "corrects": (
        "  更正了同一日的填报 {figure}，原填报留在变更记录里",
        "  corrects {figure} of the same day, which stays in the history",
    ),
    "taken.increase": (
        "  数值按承诺期内新增的数量计，目标是新增 {target}",
        "  taken for what was added within the promised period; the target is {target} more",
    ),
    "taken.level": (
        "  数值按达到的总数（水平）计，目标是 {target}",
        "  taken for the level reached; the target is {target}",
    ),
    "taken.amount": (
        "  数值按累计完成的数量计，目标是 {target}",
        "  taken for all that is completed; the target is {target}",
    ),
    "reached": (
        "  已达到目标，可提请销号：tracker settle {ref} {outcome} --on {on} --evidence …",
        "  the target is reached; a supervisor may settle it: tracker settle {ref} {outcome} --on {on} --evidence …",
    ),
    "settled": ("{ref} 已销号：{outcome}（{day}）", "{ref} settled: {outcome} ({day})"),
    "same": ("{ref} 本来就是{outcome}，未作改动", "{ref} is {outcome} already; nothing changed"),
    "reopened": ("{ref} 已恢复跟踪（回头看）", "{ref} is open again, to look back at it"),
}  # fmt: skip


@click.command()
@click.argument("ref")
@click.option("--value", metavar="NUMBER", help="数值，单位与目标相同 · In the target's unit.")
@click.option("--note", help="文字说明 · A text.")
@click.option("--evidence", metavar="TEXT|URL", help="佐证：出处或网址 · Its source or address.")
@file_option
@quote_option
@click.option("--as-of", type=Day(), help="数据截至日期，默认今天 · The day it speaks of.")
@click.option("--who", "name", metavar="UNIT/NAME", help="填报人，默认操作人 · Who reports.")
@click.pass_context
def progress(
    ctx: click.Context,
    ref: str,
    value: str | None,
    note: str | None,
    evidence: str | None,
    file: str | None,
    quote: str | None,
    as_of: dt.date | None,
    name: str | None,
) -> None:
    """填报进展：数值或文字，附佐证（出处、网址、文件或答复件原文）。

    Record what was reached, as of a day. The newest report of a day counts: a wrong one is
    corrected by reporting that day again.
    """
    from tracker import clock
    from tracker.followup.doubts import doubts
    from tracker.followup.proposals import proposal
    from tracker.followup.status import facts_of
    from tracker.reports.typed import doubt_line, figure_of
    from tracker.store import ledger, queries

    say, settings = speech_of(ctx, WORDS), settings_of(ctx)
    zone = ZoneInfo(settings.timezone)
    today = today_of(ctx, None)
    day = as_of or today
    proof = Proof(ctx, evidence, file, quote)
    with store_of(ctx).write() as session:
        row = queries.commitment(session, ref)
        figure = None if value is None else figure_of(value, row, say)
        facts = facts_of(row, zone, promised_on=row.letter.date)
        odd = doubts(facts, figure, day)
        ledger.record_progress(
            session,
            row,
            as_of=day,
            value=figure,
            note=note,
            evidence=proof.of(session, row),
            who=who(name),
            now=clock.now(),
        )
        proposed = proposal(facts_of(row, zone), today)
        proof.keep()
    said = " · ".join(filter(None, (f"{figure:f}{row.unit}" if figure is not None else "", note)))
    click.echo(say("reported", ref=row.ref, said=said, day=day))
    if figure is not None:
        _tell_figure(facts, figure, day, say)
    proof.tell()
    if proposed is not None and figure is not None:
        click.echo(say("reached", ref=row.ref, outcome=proposed.outcome, on=proposed.on))
    for doubt in odd:
        click.echo(doubt_line(doubt, figure, day, row, say), err=True)


def _tell_figure(facts: Facts, figure: Decimal, day: dt.date, say: Speech) -> None:
    """What it was taken for, and what it corrects."""
    unit = facts.unit or ""
    if facts.mode is not None and facts.value is not None:
        click.echo(say(f"taken.{facts.mode}", target=f"{facts.value:f}{unit}"))
    same = [item.value for item in facts.reports if item.as_of == day and item.value is not None]
    if same and same[-1] != figure:
        click.echo(say("corrects", figure=f"{same[-1]:f}{unit}"))


@click.command()
@click.argument("ref")
@click.argument("outcome", type=OUTCOME)
@click.option("--why", help="理由 · The reason.")
@click.option("--evidence", metavar="TEXT|URL", help="佐证：出处或网址 · Its source or address.")
@file_option
@quote_option
@click.option("--on", type=Day(), help="结果日期，默认今天 · The day of the outcome.")
@click.pass_context
def settle(
    ctx: click.Context,
    ref: str,
    outcome: str,
    why: str | None,
    evidence: str | None,
    file: str | None,
    quote: str | None,
    on: dt.date | None,
) -> None:
    """销号：kept 已兑现 · kept_late 逾期兑现 · partly_kept 部分兑现 · broken 未兑现 · dropped 终止；open 恢复跟踪。

    Close a commitment with an outcome and a reason or evidence; open follows it again.
    """
    from tracker import clock
    from tracker.reports.typed import early_line
    from tracker.store import ledger, queries
    from tracker.store.following import named

    say = speech_of(ctx, WORDS)
    day = today_of(ctx, on)
    proof = Proof(ctx, evidence, file, quote)
    with store_of(ctx).write() as session:
        row = queries.commitment(session, ref)
        found, by, now = proof.of(session, row), who(), clock.now()
        changed, early = True, None
        if outcome == "open":
            reason = why or (None if found is None else named(found))
            ledger.reopen(session, row, on=today_of(ctx, None), why=reason, who=by, now=now)
        else:
            changed = ledger.settle(
                session, row, outcome, on=day, why=why, evidence=found, who=by, now=now
            )
            early = early_line(row, day, say)
        proof.keep()
    if outcome == "open":
        click.echo(say("reopened", ref=row.ref))
    else:
        key = "settled" if changed else "same"
        click.echo(say(key, ref=row.ref, outcome=say(f"outcome.{outcome}"), day=day))
    proof.tell()
    if early is not None and changed:
        click.echo(early, err=True)

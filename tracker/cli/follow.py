"""`tracker progress`, `tracker settle`: what was reached, and how a commitment ended."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from tracker.cli.proof import Proof, file_option, quote_option
from tracker.cli.session import Day, fits, settings_of, store_of, today_of, who
from tracker.cli.words import OUTCOME, Speech, Words, speech_of
from tracker.errors import StoreError

if TYPE_CHECKING:
    from tracker.followup.doubts import Doubt
    from tracker.followup.status import Facts
    from tracker.store.tables import CommitmentRow

WORDS: Final[Words] = {
    "reported": ("{ref} 已填报:{said}(截至 {day})", "{ref} reported: {said} (as of {day})"),
    "corrects": (
        "  更正了同一日的填报 {figure},原填报留在变更记录里",
        "  corrects {figure} of the same day, which stays in the history",
    ),
    "taken.increase": (
        "  数值按承诺期内新增的数量计,目标是新增 {target}",
        "  taken for what was added within the promised period; the target is {target} more",
    ),
    "taken.level": (
        "  数值按达到的总数(水平)计,目标是 {target}",
        "  taken for the level reached; the target is {target}",
    ),
    "taken.amount": (
        "  数值按累计完成的数量计,目标是 {target}",
        "  taken for all that is completed; the target is {target}",
    ),
    "doubt.below_baseline": (
        "请核对:{value} 低于基数 {figure}{day};目标说的是总数,请填达到的总数,不是新增数",
        "please check: {value} is below the baseline {figure}{day}; the target is a level, not what was added",
    ),
    "doubt.level": (
        "请核对:{value} 像是总数(基数 {figure}{day});目标说的是新增,请填新增的数量",
        "please check: {value} looks like the level (baseline {figure}{day}); the target is what is added",
    ),
    "doubt.fewer": (
        "请核对:{value} 少于此前填报的 {figure}{day};请填累计数,不是当期数",
        "please check: {value} is less than {figure}{day} reported before; the figure is cumulative",
    ),
    "doubt.before_letter": (
        "请核对:{as_of} 早于答复件的日期 {letter};请用 --as-of 写明数据截至的日期",
        "please check: {as_of} is before the letter's date {letter}; --as-of is the day of the figure",
    ),
    "doubt.over_all": (
        "请核对:{value} 超过 {figure};请填达到的百分比",
        "please check: {value} is more than {figure}; report the percentage reached",
    ),
    "doubt.far_above": (
        "请核对:{value}是目标{figure}的 10 倍以上,单位或位数是否有误?填错了,请以同一截至日期重新填报",
        "please check: {value} is ten times the target of {figure} or more; is the unit right? If not, report that day again",
    ),
    "doubt.settled": (
        "请注意:该项已于{letter}销号,填报已记录,不再跟踪;要继续跟踪,请由督办员执行:tracker settle {ref} open --why …",
        "please note: it was settled on {letter}; the report is kept and nobody follows it. To follow it again: tracker settle {ref} open --why …",
    ),
    "on": ("({day})", " ({day})"),
    "reached": (
        "  已达到目标,可提请销号:tracker settle {ref} {outcome} --on {on} --evidence …",
        "  the target is reached; a supervisor may settle it: tracker settle {ref} {outcome} --on {on} --evidence …",
    ),
    "settled": ("{ref} 已销号:{outcome}({day})", "{ref} settled: {outcome} ({day})"),
    "same": ("{ref} 本来就是{outcome},未作改动", "{ref} is {outcome} already; nothing changed"),
    "reopened": ("{ref} 已恢复跟踪(回头看)", "{ref} is open again, to look back at it"),
    "number": (
        "{ref}:{text} 不是数值,请写如 28 或 28{unit}",
        "{ref}: {text} is no number; write 28 or 28{unit}",
    ),
    "range": (
        "{ref}:{text} 超出范围,请写如 28 或 28{unit}",
        "{ref}: {text} is out of range; write 28 or 28{unit}",
    ),
    "unit": (
        "{ref}:目标以“{unit}”计,不是“{given}”,请换算后填报",
        "{ref}: the target counts in {unit}, not in {given}; convert the figure",
    ),
}  # fmt: skip


@click.command()
@click.argument("ref")
@click.option("--value", metavar="NUMBER", help="数值,单位与目标相同 · In the target's unit.")
@click.option("--note", help="文字说明 · A text.")
@click.option("--evidence", metavar="TEXT|URL", help="佐证:出处或网址 · Its source or address.")
@file_option
@quote_option
@click.option("--as-of", type=Day(), help="数据截至日期,默认今天 · The day it speaks of.")
@click.option("--who", "name", metavar="UNIT/NAME", help="填报人,默认操作人 · Who reports.")
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
    """填报进展:数值或文字,附佐证(出处、网址、文件或答复件原文)。

    Record what was reached, as of a day. The newest report of a day counts: a wrong one is
    corrected by reporting that day again.
    """
    from tracker import clock
    from tracker.followup.doubts import doubts
    from tracker.followup.proposals import proposal
    from tracker.followup.status import facts_of
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


def doubt_line(
    doubt: Doubt, value: Decimal | None, day: dt.date, row: CommitmentRow, say: Speech
) -> str:
    """What is odd about a figure, in one line.

    Args:
        doubt: as `doubts` tells it.
        value: the figure.
        day: the day it speaks of.
        row: the commitment.
        say: the words of this module.
    """
    unit = row.unit or ""
    on = say("on", day=doubt.on) if doubt.on else ""
    figure, told = (
        "" if number is None else f"{number:f}{unit}" for number in (doubt.figure, value)
    )
    return say(
        f"doubt.{doubt.reason}", value=told, figure=figure, day=on, as_of=day, letter=doubt.on,
        ref=row.ref,
    )  # fmt: skip


@click.command()
@click.argument("ref")
@click.argument("outcome", type=OUTCOME)
@click.option("--why", help="理由 · The reason.")
@click.option("--evidence", metavar="TEXT|URL", help="佐证:出处或网址 · Its source or address.")
@file_option
@quote_option
@click.option("--on", type=Day(), help="结果日期,默认今天 · The day of the outcome.")
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
    """销号:kept 已兑现 · kept_late 逾期兑现 · partly_kept 部分兑现 · broken 未兑现 · dropped 终止;open 恢复跟踪。

    Close a commitment with an outcome and a reason or evidence; open follows it again.
    """
    from tracker import clock
    from tracker.store import ledger, queries
    from tracker.store.following import named

    say = speech_of(ctx, WORDS)
    day = today_of(ctx, on)
    proof = Proof(ctx, evidence, file, quote)
    with store_of(ctx).write() as session:
        row = queries.commitment(session, ref)
        found, by, now = proof.of(session, row), who(), clock.now()
        changed = True
        if outcome == "open":
            reason = why or (None if found is None else named(found))
            ledger.reopen(session, row, on=today_of(ctx, None), why=reason, who=by, now=now)
        else:
            changed = ledger.settle(
                session, row, outcome, on=day, why=why, evidence=found, who=by, now=now
            )
        proof.keep()
    if outcome == "open":
        click.echo(say("reopened", ref=row.ref))
    else:
        key = "settled" if changed else "same"
        click.echo(say(key, ref=row.ref, outcome=say(f"outcome.{outcome}"), day=day))
    proof.tell()


def figure_of(text: str, row: CommitmentRow, say: Speech) -> Decimal:
    """A figure, bare or with the unit of the target; another unit is no figure of this target.

    Args:
        text: as a person types it.
        row: the commitment.
        say: words that hold "number", "range" and "unit".

    Raises:
        StoreError: it is none.
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*(\D*)", plain)
    try:
        number = Decimal(match[1] if match else plain)
    except InvalidOperation as error:
        raise StoreError(say("number", ref=row.ref, text=text, unit=row.unit or "")) from error
    if number.is_finite() and not fits(number):
        raise StoreError(say("range", ref=row.ref, text=text, unit=row.unit or ""))
    given = match[2] if match else ""
    if given and row.unit and given != unicodedata.normalize("NFKC", row.unit):
        raise StoreError(say("unit", ref=row.ref, unit=row.unit, given=given))
    return number

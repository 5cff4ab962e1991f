"""`tracker progress`, `tracker settle`: what was reached, and how a commitment ended."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.session import Day, fits, store_of, today_of, who
from tracker.cli.words import OUTCOME, Speech, Words, speech_of
from tracker.errors import StoreError

if TYPE_CHECKING:
    from tracker.store.tables import CommitmentRow

WORDS: Final[Words] = {
    "reported": ("{ref} 已填报:{said}(截至 {day})", "{ref} reported: {said} (as of {day})"),
    "settled": ("{ref} 已销号:{outcome}({day})", "{ref} settled: {outcome} ({day})"),
    "reopened": ("{ref} 已恢复跟踪", "{ref} is open again"),
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
}


@click.command()
@click.argument("ref")
@click.option("--value", metavar="NUMBER", help="数值,单位与目标相同 · In the target's unit.")
@click.option("--note", help="文字说明 · A text.")
@click.option("--evidence", help="佐证:出处、网址、文件 · Quote, address or file behind it.")
@click.option("--as-of", type=Day(), help="数据截至日期,默认今天 · The day it speaks of.")
@click.pass_context
def progress(
    ctx: click.Context,
    ref: str,
    value: str | None,
    note: str | None,
    evidence: str | None,
    as_of: dt.date | None,
) -> None:
    """填报进展:数值或文字,附佐证。

    Record what was reached, as of a day.
    """
    from tracker import clock
    from tracker.store import ledger, queries

    say = speech_of(ctx, WORDS)
    day = today_of(ctx, as_of)
    with store_of(ctx).write() as session:
        row = queries.commitment(session, ref)
        figure = None if value is None else _figure(value, row, say)
        ledger.record_progress(
            session,
            row,
            as_of=day,
            value=figure,
            note=note,
            evidence=evidence,
            who=who(),
            now=clock.now(),
        )
    said = " · ".join(filter(None, (f"{figure:f}{row.unit}" if figure is not None else "", note)))
    click.echo(say("reported", ref=row.ref, said=said, day=day))


@click.command()
@click.argument("ref")
@click.argument("outcome", type=OUTCOME)
@click.option("--why", help="理由 · The reason.")
@click.option("--evidence", help="佐证 · Quote, address or file behind it.")
@click.option("--on", type=Day(), help="结果日期,默认今天 · The day of the outcome.")
@click.pass_context
def settle(
    ctx: click.Context,
    ref: str,
    outcome: str,
    why: str | None,
    evidence: str | None,
    on: dt.date | None,
) -> None:
    """销号:kept 已兑现 · kept_late 逾期兑现 · partly_kept 部分兑现 · broken 未兑现 · dropped 终止;open 恢复跟踪。

    Close a commitment with an outcome and a reason or evidence; open follows it again.
    """
    from tracker import clock
    from tracker.store import ledger, queries

    say = speech_of(ctx, WORDS)
    day = today_of(ctx, on)
    with store_of(ctx).write() as session:
        row = queries.commitment(session, ref)
        if outcome == "open":
            ledger.reopen(session, row, why=why or evidence, who=who(), now=clock.now())
        else:
            ledger.settle(
                session,
                row,
                outcome,
                on=day,
                why=why,
                evidence=evidence,
                who=who(),
                now=clock.now(),
            )
    if outcome == "open":
        click.echo(say("reopened", ref=row.ref))
    else:
        click.echo(say("settled", ref=row.ref, outcome=say(f"outcome.{outcome}"), day=day))


def _figure(text: str, row: CommitmentRow, say: Speech) -> Decimal:
    """A figure, bare or with the unit of the target; another unit is no figure of this target."""
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

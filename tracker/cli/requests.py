"""`tracker requests`: what waits for a supervisor's decision, and deciding it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from tracker.cli.formats import Form, format_option, print_records
from tracker.cli.session import Day, settings_of, store_of, today_of, who
from tracker.cli.words import Speech, Words, speech_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.followup.proposals import Proposal
    from tracker.store.asked import Effect
    from tracker.store.tables import CommitmentRow, RequestRow

WORDS: Final[Words] = {
    "column.id": ("申请号", "request"),
    "column.ref": ("编号", "ref"),
    "column.commitment": ("承诺事项", "commitment"),
    "column.kind": ("申请事项", "kind"),
    "column.asked_for": ("申请内容", "asked for"),
    "column.reason": ("理由", "reason"),
    "column.evidence": ("佐证", "evidence"),
    "column.asked_by": ("申请人", "asked by"),
    "column.asked_on": ("申请日期", "asked on"),
    "column.deadline": ("当时时限", "deadline then"),
    "column.decision": ("决定", "decision"),
    "head": (
        "{id}  {ref}  {kind}  {day} {who}{late}  {state}",
        "{id}  {ref}  {kind}  {day} {who}{late}  {state}",
    ),
    "late": ("（时限 {day} 已过后提出）", " (after the deadline {day})"),
    "what": ("    {what}", "    {what}"),
    "why": ("    理由：{why}", "    reason: {why}"),
    "evidence": ("    佐证：{text}", "    evidence: {text}"),
    "change": ("    {field}：{old} → {new}", "    {field}: {old} → {new}"),
    "interim": ("    阶段目标：{day} 前 {figure}", "    interim target: {figure} by {day}"),
    "decided": ("    决定：{fate}", "    decision: {fate}"),
    "none": ("（无）", "(none)"),
    "empty": ("没有待决定的申请", "no request waits"),
    "never": ("还没有单位提出过申请", "no unit has asked for anything"),
    "counts": (
        "待决定 {n} 件；同意：tracker requests approve 编号；不同意：tracker requests refuse 编号 --why 理由",
        "{n} wait; tracker requests approve ID, or tracker requests refuse ID --why REASON",
    ),
    "proposed": ("待销号 {n} 件（填报已达到目标，由督办人决定）：", "{n} may be settled, as a report reaches the target; a supervisor decides:"),
    "proposal": (
        "    {ref}  {what}：{figure}（截至 {day}），目标 {target}\n    tracker settle {ref} {outcome} --on {on} --evidence …",
        "    {ref}  {what}: {figure} (as of {day}), target {target}\n    tracker settle {ref} {outcome} --on {on} --evidence …",
    ),
    "approved": ("申请 {id} 已同意：{ref} {kind}", "request {id} is approved: {ref} {kind}"),
    "refused": ("申请 {id} 未同意：{ref} {kind}，恢复催办", "request {id} is refused: {ref} {kind}; chasing goes on"),
    "withdrawn": ("申请 {id} 已撤回：{ref} {kind}，恢复催办", "request {id} is withdrawn: {ref} {kind}; chasing goes on"),
}  # fmt: skip

_ID: Final = click.IntRange(1, 2**63 - 1)


@click.group(invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="含已决定的 · Those decided too.")
@format_option
@click.pass_context
def command(ctx: click.Context, everything: bool, form: Form) -> None:
    """单位申请：待决定的申请和可以销号的事项；approve 同意 · refuse 不同意 · withdraw 撤回。

    What waits for a supervisor: requests of units, what each would change, and commitments whose
    report reaches the target.
    """
    if ctx.invoked_subcommand is not None:
        return
    from tracker.reports.clean import as_json
    from tracker.store import asked

    say, settings = speech_of(ctx, WORDS), settings_of(ctx)
    zone, today = ZoneInfo(settings.timezone), today_of(ctx, None)
    with store_of(ctx).read() as session:
        found = asked.requests(session, waiting=not everything)
        changes = {
            row.id: asked.effects(row.commitment, row) if row.state == "waiting" else []
            for row in found
        }
        ready = _proposals(session, zone, today)
    if form == "json":
        document = {
            "as_of": today.isoformat(),
            "requests": [_as_json(row, changes[row.id], zone) for row in found],
            "proposals": [
                {"ref": row.ref, "outcome": one.outcome, "on": one.on.isoformat()}
                for row, one in ready
            ],
        }
        click.echo(as_json(document))
        return
    if form == "csv":
        _print_csv(found, zone, say)
        return
    for row in found:
        _show(row, changes[row.id], zone, say)
    waiting = sum(row.state == "waiting" for row in found)
    if waiting:
        click.echo(say("counts", n=waiting))
    elif not found:
        click.echo(say("never" if everything else "empty"))
    if ready:
        click.echo(say("proposed", n=len(ready)))
    for commitment, one in ready:
        click.echo(_proposal(commitment, one, say))


def _print_csv(found: Sequence[RequestRow], zone: ZoneInfo, say: Speech) -> None:
    """The requests as a table; what each would change is in the JSON."""
    from tracker.reports.asked import fate, request_json, request_of, wanted
    from tracker.reports.words import Wording

    words = Wording(say.language)
    records = []
    for row in found:
        asked = request_of(row, zone)
        told = request_json(asked)
        records.append(
            {
                key: told[key]
                for key in ("id", "asked_by", "asked_on", "deadline", "reason", "evidence")
            }
            | {
                "ref": row.commitment.ref,
                "commitment": row.commitment.what,
                "kind": say(f"request.{row.kind}"),
                "asked_for": wanted(asked, row.commitment.unit, words),
                "decision": fate(asked, words),
            }
        )
    keys = (
        "id", "ref", "commitment", "kind", "asked_for", "reason", "evidence", "asked_by",
        "asked_on", "deadline", "decision",
    )  # fmt: skip
    print_records("csv", "requests", records, {key: say(f"column.{key}") for key in keys})


def _proposals(
    session: Any, zone: ZoneInfo, today: dt.date
) -> list[tuple[CommitmentRow, Proposal]]:
    from tracker.followup.proposals import proposal
    from tracker.followup.status import facts_of
    from tracker.store.asked import reported

    found = ((row, proposal(facts_of(row, zone), today)) for row in reported(session))
    return [(row, one) for row, one in found if one is not None]


def _proposal(row: CommitmentRow, one: Proposal, say: Speech) -> str:
    unit = row.unit or ""
    return say(
        "proposal",
        ref=row.ref,
        what=row.what,
        figure=f"{one.figure.value:f}{unit}",
        day=one.figure.as_of,
        target=f"{row.value:f}{unit}",
        outcome=one.outcome,
        on=one.on,
    )


def _show(row: RequestRow, changes: Sequence[Effect], zone: ZoneInfo, say: Speech) -> None:
    """One request: who asks for what and why, and what it would change or what was decided."""
    from tracker.reports.asked import fate, request_of
    from tracker.reports.words import Wording
    from tracker.store.asked import asked_late, taken_back

    late = say("late", day=row.deadline) if asked_late(row) else ""
    gone = taken_back(row.state, row.decision)
    state = say("lapsed.withdrawn" if gone else f"request_state.{row.state}")
    kind = say(f"request.{row.kind}")
    click.echo(
        say(
            "head", id=row.id, ref=row.commitment.ref, kind=kind, day=row.asked_on,
            who=row.asked_by, late=late, state=state,
        )
    )  # fmt: skip
    click.echo(say("what", what=row.commitment.what))
    click.echo(say("why", why=row.reason))
    if row.evidence:
        click.echo(say("evidence", text=row.evidence))
    for one in changes:
        click.echo(effect_line(one, say))
    if row.interim_value is not None:
        figure = f"{row.interim_value:f}{row.commitment.unit or ''}"
        click.echo(say("interim", day=row.interim_on, figure=figure))
    if row.decided_at is not None:
        click.echo(say("decided", fate=fate(request_of(row, zone), Wording(say.language))))


def effect_line(one: Effect, say: Speech) -> str:
    """What a request changes, in a line.

    Args:
        one: a field, from what to what.
        say: the words above in a language.
    """
    old, new = (
        say(f"outcome.{value}") if one.field == "outcome" and value else value
        for value in (one.old, one.new)
    )
    none = say("none")
    return say("change", field=say(f"field.{one.field}"), old=old or none, new=new or none)


def _as_json(row: RequestRow, changes: Sequence[Effect], zone: ZoneInfo) -> dict[str, Any]:
    from tracker.reports.asked import request_json, request_of

    return request_json(request_of(row, zone)) | {
        "ref": row.commitment.ref,
        "would_change": [{"field": one.field, "old": one.old, "new": one.new} for one in changes],
    }


@command.command()
@click.argument("number", metavar="ID", type=_ID)
@click.option("--until", type=Day(), help="准予延至另一天 · Another day than the one asked for.")
@click.option("--why", help="意见 · What is said with it.")
@click.pass_context
def approve(ctx: click.Context, number: int, until: dt.date | None, why: str | None) -> None:
    """同意一件申请，按所列改动台账；原时限和每一个后来的时限都保留。

    Approve a request: what it asks for is written into the ledger.
    """
    from tracker import clock
    from tracker.cli.decide import entered_lines
    from tracker.store import ledger
    from tracker.store.asked import request
    from tracker.store.naming import refuse_strangers

    say = speech_of(ctx, WORDS)
    with store_of(ctx).write() as session:
        waiting = request(session, number)
        strangers = []
        if waiting.state == "waiting" and waiting.right_unit:
            # A table filled in elsewhere may name anybody; the registry may have changed since.
            strangers = refuse_strangers(session, waiting.commitment, waiting.right_unit)
        asked, changes = ledger.approve(
            session, number, on=today_of(ctx, None), who=who(), now=clock.now(), until=until, why=why
        )  # fmt: skip
        told = say(
            "approved", id=number, ref=asked.commitment.ref, kind=say(f"request.{asked.kind}")
        )
    click.echo(told)
    for one in changes:
        click.echo(effect_line(one, say))
    for line in entered_lines(strangers, say.language):
        click.echo(line, err=True)


@command.command()
@click.argument("number", metavar="ID", type=_ID)
@click.option("--why", required=True, help="理由 · The reason.")
@click.pass_context
def refuse(ctx: click.Context, number: int, why: str) -> None:
    """不同意一件申请，写明理由。

    Refuse a request, with a reason.
    """
    from tracker import clock
    from tracker.store import ledger

    with store_of(ctx).write() as session:
        asked = ledger.refuse(session, number, why=why, who=who(), now=clock.now())
        told = _ended(ctx, "refused", asked)
    click.echo(told)


@command.command()
@click.argument("number", metavar="ID", type=_ID)
@click.option("--why", help="理由 · The reason.")
@click.option("--who", "name", metavar="UNIT/NAME", help="撤回人，默认操作人 · Who takes it back.")
@click.pass_context
def withdraw(ctx: click.Context, number: int, why: str | None, name: str | None) -> None:
    """撤回一件还没有决定的申请。

    Take back a request that waits.
    """
    from tracker import clock
    from tracker.store import ledger

    with store_of(ctx).write() as session:
        asked = ledger.withdraw(session, number, who=who(name), now=clock.now(), why=why)
        told = _ended(ctx, "withdrawn", asked)
    click.echo(told)


def _ended(ctx: click.Context, key: str, asked: RequestRow) -> str:
    say = speech_of(ctx, WORDS)
    kind = say(f"request.{asked.kind}")
    return say(key, id=asked.id, ref=asked.commitment.ref, kind=kind)

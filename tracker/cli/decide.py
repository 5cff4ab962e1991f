"""`tracker confirm`, `tracker reject`, `tracker edit`: decisions by reference, a script can call them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Literal

import click

from tracker.cli.history import WORDS as FIELDS
from tracker.cli.session import store_of, who
from tracker.cli.words import KIND, Speech, Words, speech_of

if TYPE_CHECKING:
    from tracker.store.naming import Stranger

WORDS: Final[Words] = {
    "confirmed": ("{ref} 已确认", "{ref} confirmed"),
    "missing": (
        "另有 {n} 项在较新的答复件中未再出现，没有确认；请逐项审核：tracker review",
        "{n} more are no longer found in a newer letter and were not confirmed; look at each: tracker review",
    ),
    "rejected": ("{ref} 不跟踪", "{ref} rejected"),
    "same": ("{ref} 未作改动", "{ref} unchanged"),
    "edited": ("{ref} 已更正：{fields}", "{ref} corrected: {fields}"),
    "between": ("、", ", "),
    "none": ("没有待审核的承诺", "nothing waits for review"),
    "what": (
        "请写明承诺编号，或用 --all 确认全部待审核项",
        "name the commitments, or take --all that wait for review",
    ),
    "both": (
        "承诺编号与 --all 不能同时使用；--kind 只与 --all 同用",
        "name commitments or take --all, not both; --kind goes with --all",
    ),
    "nothing": ("请至少写明一个要更正的字段", "name at least one field to correct"),
    "entered": (
        "  “{name}”不在单位名册中，按答复件所写新登记为一个单位；请补登邮箱：tracker units import{near}",
        "  {name!r} was not in the registry and is entered, as the letter names it; enter its address: tracker units import{near}",
    ),
    "near": ("（名册中有 {names}，是不是它？）", " (the registry has {names}: is it that one?)"),
}


@click.command()
@click.argument("refs", nargs=-1, metavar="[REF]...")
@click.option("--all", "everything", is_flag=True, help="全部待审核项 · All that wait for review.")
@click.option("--kind", type=KIND, help="只要这一类（与 --all 同用） · Of one kind.")
@click.option("--why", help="理由 · The reason.")
@click.pass_context
def confirm(
    ctx: click.Context, refs: tuple[str, ...], everything: bool, kind: str | None, why: str | None
) -> None:
    """确认承诺，纳入跟踪。较新的答复件中未再出现的，--all 不确认，须写明编号或逐项审核。

    Confirm commitments; all of them or, if one reference is wrong, none. What a newer letter no longer
    holds is left out of --all: name it, or look at it in review.
    """
    from tracker import clock
    from tracker.store import ledger, queries

    say = speech_of(ctx, WORDS)
    if (everything and refs) or (kind and not everything):
        raise click.UsageError(say("both"))
    if not refs and not everything:
        raise click.UsageError(say("what"))
    name, now = who(), clock.now()
    with store_of(ctx).write() as session:
        missing = 0
        if everything:
            waiting = queries.commitments(session, review="pending", kind=kind)
            rows = [row for row in waiting if row.recheck != "missing"]
            missing = len(waiting) - len(rows)
        else:
            rows = [queries.commitment(session, ref) for ref in dict.fromkeys(refs)]
        done = [(row.ref, ledger.confirm(session, row, who=name, now=now, why=why)) for row in rows]
    for ref, changed in done:
        click.echo(say("confirmed" if changed else "same", ref=ref))
    if missing:
        click.echo(say("missing", n=missing))
    elif not done:
        click.echo(say("none"))


@click.command()
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@click.option("--why", required=True, help="理由 · The reason.")
@click.pass_context
def reject(ctx: click.Context, refs: tuple[str, ...], why: str) -> None:
    """不跟踪：不是可核查的承诺，或不归本办跟踪；台账中仍保留。

    Leave commitments out of the follow-up; they stay in the ledger.
    """
    from tracker import clock
    from tracker.store import ledger, queries

    say = speech_of(ctx, WORDS)
    name, now = who(), clock.now()
    with store_of(ctx).write() as session:
        rows = [queries.commitment(session, ref) for ref in dict.fromkeys(refs)]
        done = [(row.ref, ledger.reject(session, row, why=why, who=name, now=now)) for row in rows]
    for ref, changed in done:
        click.echo(say("rejected" if changed else "same", ref=ref))


@click.command()
@click.argument("ref")
@click.option("--deadline", metavar="DATE|none", help="时限 · Deadline, 2023-12-31.")
@click.option("--owner", metavar="UNIT、…|none", help="责任单位 · Owners, none = replying unit.")
@click.option("--value", metavar="NUMBER", help="目标值 · Figure of the target.")
@click.option("--unit", metavar="TEXT", help="计量单位 · Unit of the figure, 户.")
@click.option("--mode", metavar="increase|level|amount", help="新增、达到、完成量.")
@click.option("--comparator", metavar=">=|<=|=|~", help="以上、以内、等于、约.")
@click.option("--kind", metavar="measurable|milestone|action", help="量化、节点、事项.")
@click.option("--what", metavar="TEXT", help="承诺什么 · What is promised.")
@click.option("--strength", metavar="firm|target|conditional", help="确定、力争、附条件.")
@click.option("--renews", metavar="REF|none", help="再次承诺的是哪一项 · Which it makes again.")
@click.option("--why", help="理由 · The reason; needed to move a confirmed deadline.")
@click.pass_context
def edit(ctx: click.Context, /, ref: str, why: str | None, **fields: str | None) -> None:
    """更正一项承诺的字段；原文、原时限不变，改动记入变更记录。

    Correct a commitment. Its quote and its original deadline stay.
    """
    from tracker import clock
    from tracker.reports.typed import check_figure
    from tracker.store import ledger, queries
    from tracker.store.naming import refuse_strangers

    say = speech_of(ctx, WORDS)
    changes = {name: value for name, value in fields.items() if value is not None}
    if not changes:
        raise click.UsageError(say("nothing"))
    check_figure(changes)
    with store_of(ctx).write() as session:
        row = queries.commitment(session, ref)
        strangers = refuse_strangers(session, row, changes.get("owner", ""))
        changed = ledger.edit(session, row, changes, who=who(), now=clock.now(), why=why)
    key = "edited" if changed else "same"
    named = speech_of(ctx, FIELDS)
    told = say("between").join(named(f"field.{name}") for name in changed)
    click.echo(say(key, ref=row.ref, fields=told))
    for line in entered_lines(strangers, say.language) if changed else ():
        click.echo(line, err=True)


def entered_lines(strangers: Iterable[Stranger], language: Literal["zh", "en"]) -> list[str]:
    """That units were entered which the registry had not known, a line for each.

    Args:
        strangers: as `refuse_strangers` lets them pass.
        language: of the reader.
    """
    say = Speech(WORDS, language)
    between = say("between")
    return [
        say(
            "entered",
            name=one.name,
            near=say("near", names=between.join(one.near)) if one.near else "",
        )
        for one in strangers
    ]

"""`tracker request`: what a unit asks for; nothing changes until a supervisor has decided."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.proof import Proof
from tracker.cli.requests import WORDS as DECIDING
from tracker.cli.requests import effect_line
from tracker.cli.session import Day, day_of, store_of, today_of, who
from tracker.cli.words import Code, Words, speech_of

if TYPE_CHECKING:
    pass

WORDS: Final[Words] = {
    "asked": (
        "{ref} 已登记申请 {id}：{kind}；待督办人决定，其间不催办",
        "{ref}: request {id} is entered: {kind}; it waits for a decision, and nobody is chased meanwhile",
    ),
    "late": (
        "  时限 {day} 已过，同意后仍会标明逾期后提出",
        "  the deadline {day} has passed: it stays marked as asked for late",
    ),
    "changes": ("  同意后将改：", "  an approval would change:"),
    "none": ("（无）", "(none)"),
    "options": (
        "{kind} 要写的选项：{options}",
        "what goes with {kind}: {options}",
    ),
}  # fmt: skip

KINDS: Final = ("extension", "not_ours", "wrong_date", "wrong_target", "drop")
REQUEST: Final = Code("request", *KINDS)
#: Kind → the options that say what is asked for.
_OPTIONS: Final[dict[str, tuple[str, ...]]] = {
    "extension": ("until", "interim", "interim_on"),
    "not_ours": ("unit",),
    "wrong_date": ("deadline",),
    "wrong_target": ("value", "unit", "mode", "comparator", "kind", "what"),
    "drop": (),
}


#: Ways to say that there is none.
_NONE: Final = ("", "none", "无", "-")


class _Kind(click.ParamType[str]):
    """A kind of request, as a word of either language, with "-" or "_"."""

    name = "kind"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return REQUEST.convert(value.strip().replace("-", "_"), param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "|".join(kind.replace("_", "-") for kind in KINDS)


@click.command()
@click.argument("ref")
@click.argument("kind", type=_Kind())
@click.option("--why", required=True, help="理由 · The reason.")
@click.option("--until", type=Day(), help="延至哪一天 · The new deadline, of an extension.")
@click.option("--interim", metavar="NUMBER", help="阶段目标，如 20户 · What is reached meanwhile.")
@click.option("--interim-on", type=Day(), help="阶段目标的日期 · By when.")
@click.option("--unit", metavar="TEXT", help="应办单位（退办）；计量单位 · The right unit.")
@click.option("--deadline", metavar="DATE|none", help="正确的时限 · The right deadline.")
@click.option("--value", metavar="NUMBER", help="正确的目标值 · The right figure.")
@click.option("--mode", metavar="increase|level|amount", help="新增、达到、完成量.")
@click.option("--comparator", metavar=">=|<=|=|~", help="以上、以内、等于、约.")
@click.option("--kind", "sort", metavar="measurable|milestone|action", help="量化、节点、事项.")
@click.option("--what", metavar="TEXT", help="承诺什么 · What is promised.")
@click.option("--evidence", metavar="TEXT|URL", help="佐证 · What stands behind it.")
@click.option("--who", "name", metavar="UNIT/NAME", help="申请单位，默认操作人 · Who asks.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    ref: str,
    kind: str,
    why: str,
    until: dt.date | None,
    interim: str | None,
    interim_on: dt.date | None,
    evidence: str | None,
    name: str | None,
    sort: str | None,
    **fields: str | None,
) -> None:
    """单位申请：extension 延期 · not-ours 退办 · wrong-date 时限有误 · wrong-target 目标有误 · drop 终止。

    Ask for something. A supervisor decides: tracker requests. Asked before the deadline, an
    extension costs nothing.
    """
    from tracker import clock
    from tracker.reports.typed import check_figure, figure_of
    from tracker.store import ledger, queries
    from tracker.store.asked import asked_late, effects
    from tracker.store.naming import refuse_strangers

    say = speech_of(ctx, WORDS)
    given = {key: value for key, value in (fields | {"kind": sort}).items() if value is not None}
    extra = {"until": until, "interim": interim, "interim_on": interim_on}
    stray = {key for key, value in extra.items() if value is not None} | set(given)
    if not stray <= set(_OPTIONS[kind]):
        options = " ".join(f"--{option.replace('_', '-')}" for option in _OPTIONS[kind])
        raise click.UsageError(
            say("options", kind=say(f"request.{kind}"), options=options or say("none"))
        )
    unit = given.pop("unit", None) if kind == "not_ours" else None
    if "deadline" in given and given["deadline"].strip().lower() not in _NONE:
        given["deadline"] = _day(given["deadline"])
    with store_of(ctx).write() as session:
        row = queries.commitment(session, ref)
        figure = None
        if interim is not None:
            figure = figure_of(interim, row, say)
        if given.get("value", "none").strip().lower() not in _NONE and "unit" not in given:
            given["value"] = f"{figure_of(given['value'], row, say):f}"
        check_figure(given)
        asked = ledger.ask(
            session,
            row,
            kind,
            why=why,
            on=today_of(ctx, None),
            who=who(name),
            now=clock.now(),
            until=until,
            interim=figure,
            interim_on=interim_on,
            unit=unit,
            changes=given,
            evidence=Proof(ctx, evidence, None, None).of(session, row),
        )
        refuse_strangers(session, row, asked.right_unit or "")
        changes = effects(row, asked)
        late = asked_late(asked)
    click.echo(say("asked", ref=row.ref, id=asked.id, kind=say(f"request.{kind}")))
    if changes:
        click.echo(say("changes"))
    for one in changes:
        click.echo(effect_line(one, speech_of(ctx, DECIDING)))
    if late:
        click.echo(say("late", day=asked.deadline))


def _day(text: str) -> str:
    try:
        return day_of(text).isoformat()
    except ValueError as error:
        raise click.UsageError(str(error)) from error

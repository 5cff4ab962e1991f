"""`tracker import-progress`: an exported ledger comes back, filled in by a unit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.cli import faults
from tracker.cli.follow import WORDS as FIGURES
from tracker.cli.rowfates import WORDS as FATES
from tracker.cli.rowfates import Fate, at, column, fates
from tracker.cli.session import complain, settings_of, shown, store_of, today_of, who
from tracker.cli.tableimport import WORDS as ASKING
from tracker.cli.tableimport import agreed
from tracker.cli.words import Speech, Words, speech_of
from tracker.errors import StoreError, TrackerError

if TYPE_CHECKING:
    from tracker.intake.filled import Filled, FilledBook, Wrong

WORDS: Final[Words] = {
    "bare": (
        "{n} 行只填了“{who}”或“{as_of}”，没有完成值、进展说明或申请，不登记：{rows}",
        "{n} rows have only {who} or {as_of}, no figure, progress or request; nothing to take: {rows}",
    ),
    "and_more": ("{rows} 等", "{rows} and more"),
    "passed": ("不是台账的表，未读：{names}", "sheets that are no ledger, not read: {names}"),
    "plan": (
        "{taken} 行可导入，{same} 行已在台账，{conflicts} 行有更新，{wrong} 行有误，{blank} 行未填",
        "{taken} rows to take, {same} known already, {conflicts} overtaken, {wrong} wrong, {blank} blank",
    ),
    "done": ("已导入 {taken} 行", "{taken} rows taken"),
    "fault.request": ("“{value}”不是申请种类；请选：{choice}", "{value!r} is no request; choose one of {choice}"),
}  # fmt: skip

#: So many rows that hold no progress are named, the first ones.
_BARE_NAMED: Final = 5


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="不再询问，直接写入 · Take it without asking.")
@click.option(
    "--who",
    "name",
    metavar="UNIT/NAME",
    help="填报人，表中未填时用 · Who reports, where the file names nobody.",
)
@click.pass_context
def command(ctx: click.Context, file: Path, *, yes: bool, name: str | None) -> None:
    """导入填报后的台账（tracker export 导出的）：先预览，确认后登记为填报和申请。

    Take what a unit filled in in an exported ledger. What the ledger has newer data of is listed
    and left out. Exit status 2 where a row was left out.
    """
    from tracker.intake.filled import read_filled
    from tracker.intake.onebyone import read_apart

    say = speech_of(ctx, {**faults.WORDS, **FIGURES, **ASKING, **FATES, **WORDS})
    settings, today = settings_of(ctx), today_of(ctx, None)
    try:
        book = read_apart(read_filled, file)
    except TrackerError as error:
        raise type(error)(f"{shown(file)}: {error}") from error
    store = store_of(ctx)
    by = who(name)
    with store.rehearse() as session:
        plan = list(fates(session, book, settings, today, by, say))
    _tell(file, book, plan, say)
    taken = [fate for fate in plan if fate.kind == "taken"]
    if not taken:
        click.echo(say("nothing"))
    elif yes or agreed(say):
        with store.write() as session:
            if list(fates(session, book, settings, today, by, say)) != plan:
                raise StoreError(f"{shown(file)}: the ledger has changed meanwhile; try again")
        click.echo(say("done", taken=len(taken)))
    if book.wrong or any(fate.kind in ("conflict", "wrong") for fate in plan):
        ctx.exit(2)


def _tell(file: Path, book: FilledBook, plan: list[Fate], say: Speech) -> None:
    """The preview: what is taken goes out, what is left out is complained of."""
    from tracker.reports.clean import one_line

    if book.passed:
        click.echo(say("passed", names="、".join(map(shown, book.passed))))
    for fate in plan:
        where = at(fate.row, say)
        for text in fate.said:
            line = one_line(f"{where}: {text}")
            if fate.kind in ("conflict", "wrong"):
                complain(f"{shown(file)}: {line}", say.language)
            else:
                click.echo(line)
    bare = [fate.row for fate in plan if fate.kind == "bare"]
    if bare:
        click.echo(_bare(bare, say))
    for wrong in book.wrong:
        complain(f"{shown(file)}: {_wrong(wrong, say)}", say.language)
    kinds = [fate.kind for fate in plan]
    click.echo(
        say(
            "plan", taken=kinds.count("taken"), same=kinds.count("same"),
            conflicts=kinds.count("conflict"), wrong=kinds.count("wrong") + len(book.wrong),
            blank=book.blank + len(bare),
        )
    )  # fmt: skip


def _bare(rows: list[Filled], say: Speech) -> str:
    """Rows that name who or when and nothing more: there may be hundreds of them."""
    named = ("、" if say.language == "zh" else ", ").join(
        at(row, say) for row in rows[:_BARE_NAMED]
    )
    if len(rows) > _BARE_NAMED:
        named = say("and_more", rows=named)
    columns = {field: column(field, say) for field in ("who", "as_of")}
    return say("bare", n=len(rows), rows=named, **columns)


def _wrong(wrong: Wrong, say: Speech) -> str:
    where = say("at", sheet=shown(wrong.sheet), line=wrong.line, ref="").rstrip()
    return f"{where} {column(wrong.column, say)}: {say(f'fault.{wrong.reason}', **wrong.values)}"

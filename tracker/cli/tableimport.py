"""What the imports of an office's tables share: read, show what will change, ask, enter."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tracker.cli import faults
from tracker.cli.session import complain, console_of, shown, store_of
from tracker.cli.words import Speech, Words, speech_of
from tracker.errors import StoreError, TrackerError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.intake.officetables import OfficeTable
    from tracker.store.entries import Change, Entry, FieldChange
    from tracker.store.ledger import Registered

#: How many new entries the preview shows in full; what changes is always shown.
_NEW_SHOWN: Final = 30
_PASSED_SHOWN: Final = 5

WORDS: Final[Words] = {
    "row": ("第 {n} 行", "row {n}"),
    "columns": ("读取的列：{columns}", "columns read: {columns}"),
    "unused": ("未用的列：{columns}", "columns not read: {columns}"),
    "lacking": ("没有的列：{fields}", "no column of: {fields}"),
    "told": ("整表：{what}", "of the whole list: {what}"),
    "told.none": ("没有写明", "not said"),
    "region": ("地方", "place"),
    "session": ("届次", "session"),
    "year": ("年份", "year"),
    "sheets": (
        "只读第一张有表头的工作表；未读：{names}（用 --sheet 另行导入）",
        "only the first sheet with a heading is read; not read: {names} (import them with --sheet)",
    ),
    "passed": ("略过 {n} 行（不是条目）：{rows}", "{n} rows passed over (no entries): {rows}"),
    "new": ("新增", "new"),
    "changed": ("更新", "changed"),
    "more_new": ("……另有 {n} 条新增，--all 全部列出", "… and {n} more new ones; --all lists them"),
    "merged": ("同一单位，合并：{names}", "the same unit, merged: {names}"),
    "same_unit": ("同一单位？未合并，请核对：{names}", "the same unit? left alone, please check: {names}"),
    "same_suggestion": (
        "可能与台账中的 {names} 是同一件，未合并；请核对届次、地方（--session、--region），"
        "确是同一件的，导入后：tracker suggestions merge {names} {code}",
        "may be {names} of the ledger; left alone, check session and place (--session, --region); "
        "if it is the same, after the import: tracker suggestions merge {names} {code}",
    ),
    "entered": ("名录中没有、将新增的单位：{names}", "units that are new to the registry: {names}"),
    "plan": (
        "新增 {added} 条，更新 {changed} 条，无变化 {same} 条，有误 {failed} 行",
        "{added} new, {changed} changed, {same} unchanged, {failed} wrong",
    ),
    "done": (
        "已导入：新增 {added} 条，更新 {changed} 条，无变化 {same} 条",
        "done: {added} new, {changed} changed, {same} unchanged",
    ),
    "failed": ("{n} 行有误，不导入", "{n} rows are wrong and are left out"),
    "nothing": ("没有需要写入的内容", "nothing to write"),
    "ask": ("写入以上内容？", "Write this?"),
    "declined": ("没有写入", "nothing was written"),
    "preview": ("这只是预览，尚未写入；确认请加 --yes", "this is a preview, nothing is written; add --yes to take it"),
}  # fmt: skip


def import_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The file and the options that every import of a table has."""
    for option in (
        click.option(
            "--sheet", default="", help="工作簿中的哪一张表 · Which sheet; default the first."
        ),
        click.option(
            "--all", "everything", is_flag=True, help="预览列出全部新增 · List all that is new."
        ),
        click.option("--yes", is_flag=True, help="不再询问，直接写入 · Take it without asking."),
        click.argument("file", type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


def import_list(
    ctx: click.Context,
    path: Path,
    read: Callable[[Path], OfficeTable[Entry]],
    enter: Callable[[Session, tuple[Entry, ...]], Registered],
    *,
    yes: bool,
    everything: bool,
) -> None:
    """Show what a table changes, line by line, and enter its good lines once that is agreed to.

    The preview is the import itself, undone; what is written after it must be the same.

    Args:
        ctx: of the command; it ends with exit status 2 if any line is wrong.
        path: the table.
        read: path → its entries and faults.
        enter: entries → what became of them, within a transaction.
        yes: agreed to beforehand.
        everything: show all new entries.

    Raises:
        TrackerError: the table cannot be read or entered; the file is named.
    """
    from tracker.intake.onebyone import read_apart

    say = speech_of(ctx, {**WORDS, **faults.WORDS})
    try:
        listed = read_apart(read, path)
        store = store_of(ctx)
        with store.rehearse() as session:
            plan = enter(session, listed.entries)
    except TrackerError as error:
        raise type(error)(f"{shown(path)}: {error}") from error
    _preview(ctx, listed, plan, say, everything=everything)
    wrong = _complain(path, listed, plan, say)
    added, changed, same = plan.counts
    click.echo(say("plan", added=added, changed=changed, same=same, failed=wrong))
    if not added + changed:
        click.echo(say("nothing"))
    elif yes or agreed(say):
        with store.write() as session:
            if enter(session, listed.entries) != plan:
                raise StoreError(f"{shown(path)}: the ledger has changed meanwhile; try again")
        click.echo(say("done", added=added, changed=changed, same=same))
    if wrong:
        click.echo(say("failed", n=wrong), err=True)
        ctx.exit(2)


def agreed(say: Speech) -> bool:
    """Ask where somebody can answer; else say that this was a preview.

    Args:
        say: words that hold "preview", "ask" and "declined".
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        click.echo(say("preview"))
        return False
    said = click.confirm(say("ask"), default=False)
    if not said:
        click.echo(say("declined"))
    return said


def _complain(path: Path, listed: OfficeTable[Entry], plan: Registered, say: Speech) -> int:
    """Name every line that is wrong; returns how many."""
    columns = dict(reversed(listed.columns))
    every = sorted((*listed.faults, *plan.faults), key=lambda fault: fault.line)
    for fault in every:
        complain(f"{shown(path)}: {faults.fault_line(fault, columns, say)}")
    return len({fault.line for fault in every})


def _preview(
    ctx: click.Context,
    listed: OfficeTable[Entry],
    plan: Registered,
    say: Speech,
    *,
    everything: bool,
) -> None:
    from rich.table import Table
    from rich.text import Text

    from tracker.reports.clean import one_line

    for line in _head(listed, say):
        click.echo(line)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=2)
    table.add_column(overflow="fold", ratio=3)
    new = [change for change in plan.changes if change.status == "new"]
    shown_new = new if everything else new[:_NEW_SHOWN]
    told = [change for change in plan.changes if change.status == "changed"]
    for change in shown_new + told:
        what = "\n".join(one_line(text) for text in _what(change, say))
        style = "green" if change.status == "new" else "yellow"
        table.add_row(
            say("row", n=change.line),
            Text(say(change.status), style),
            Text(one_line(change.name), "bold"),
            what,
        )
    if table.row_count:
        console_of(ctx).print(table)
    if len(new) > len(shown_new):
        click.echo(say("more_new", n=len(new) - len(shown_new)))
    for change in plan.changes:
        if change.doubtful:
            where = " ".join((say("row", n=change.line), shown(change.name)))
            for doubt in _doubts(change, say):
                click.echo(f"{where}: {doubt}")
    if plan.entered:
        click.echo(say("entered", names="、".join(plan.entered)))


def _head(listed: OfficeTable[Entry], say: Speech) -> Iterable[str]:
    """How the table was understood: what a person must see before he believes the rest."""
    columns = [
        say(f"field.{field}")
        if say(f"field.{field}") == word
        else f"{say(f'field.{field}')}←{word}"
        for field, word in listed.columns
    ]
    yield say("columns", columns=" ".join(columns))
    if listed.unused:
        yield say("unused", columns=" ".join(listed.unused))
    if listed.lacking:
        yield say("lacking", fields=" ".join(say(f"field.{field}") for field in listed.lacking))
    told = listed.told
    if told is not None:
        none = say("told.none")
        parts = (
            " ".join((say("session"), shown(told.session) or none)),
            " ".join((say("region"), shown(told.region) or none)),
            " ".join((say("year"), str(told.year or none))),
        )
        yield say("told", what=" · ".join(parts))
    if listed.sheets:
        yield say("sheets", names="、".join(listed.sheets))
    if listed.passed:
        first = [f"{say('row', n=n)} {text[:20]}" for n, text in listed.passed[:_PASSED_SHOWN]]
        more = ["…"] * (len(listed.passed) > len(first))
        yield say("passed", n=len(listed.passed), rows=";".join(first + more))


def _what(change: Change, say: Speech) -> Sequence[str]:
    """Field by field: old → new; of a new entry only what it has."""
    lines = [
        _field(item, say, new=change.status == "new")
        for item in change.fields
        if item.field not in ("merged", "name", "number", "title", "listed_in")
        or (item.old is not None and item.field != "merged")
    ]
    if change.status == "changed" and not lines:
        lines = [_field(item, say, new=False) for item in change.fields if item.field != "merged"]
    if change.merged:
        lines.append(say("merged", names="、".join(change.merged)))
    return lines


def _field(item: FieldChange, say: Speech, *, new: bool) -> str:
    name = say(f"field.{item.field}")
    if item.old is None and (new or item.field == "alias"):
        return f"{name} {item.new}" if new else f"{name} + {item.new}"
    return f"{name} {item.old or '—'} → {item.new or '—'}"


def _doubts(change: Change, say: Speech) -> Iterable[str]:
    # Codes of suggestions are of digits and letters; names of units never are.
    codes = [name for name in change.doubtful if name.isascii()]
    units = [name for name in change.doubtful if not name.isascii()]
    for code in codes:  # a line and a command for each: merging takes one at a time
        yield say("same_suggestion", names=code, code=change.name)
    if units:
        yield say("same_unit", names="、".join(units))

"""`tracker deputies`: the registry of deputies."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

import click

from tracker.cli.formats import Form, format_option, print_records
from tracker.cli.session import console_of, store_of, who
from tracker.cli.tableimport import import_list, import_options
from tracker.cli.words import Words, speech_of

WORDS: Final[Words] = {
    "name": ("姓名", "name"),
    "session": ("届次", "session"),
    "email": ("邮箱", "mail"),
    "suggestions": ("建议提案", "suggestions"),
    "none": (
        "名录为空：导入答复件后自动登记，或 tracker deputies import FILE.csv",
        "the registry is empty: letters fill it, or tracker deputies import FILE.csv",
    ),
    "ended": (
        "{deputy}不再收到 {codes} 的消息；恢复：tracker deputies subscribe {deputy} {code}",
        "{deputy} hears no more of {codes}; again: tracker deputies subscribe {deputy} {code}",
    ),
    "subscribed": ("{deputy}将收到 {code} 的消息", "{deputy} is told of {code}"),
}


@click.group()
def command() -> None:
    """代表、委员名录 · Registry of deputies."""


@command.command("import")
@import_options
@click.pass_context
def import_(ctx: click.Context, file: Path, yes: bool, everything: bool, sheet: str) -> None:
    """导入 .csv 或 .xlsx：姓名、届次、邮箱；先预览，确认后写入。

    Import a table of deputies: what changes is shown first. Empty cells leave what is known.
    """
    from tracker import clock
    from tracker.intake.officetables import read_deputies
    from tracker.store.registry import import_deputies

    enter = partial(import_deputies, who=who(), now=clock.now())
    read = partial(read_deputies, sheet=sheet)
    import_list(ctx, file, read, enter, yes=yes, everything=everything)


@command.command("list")
@click.argument("name", required=False)
@format_option
@click.pass_context
def list_(ctx: click.Context, name: str | None, form: Form) -> None:
    """列出代表、委员；可给出姓名或其一部分。

    List the deputies, all or those of a name.
    """
    from rich.table import Table

    from tracker.reports.clean import one_line
    from tracker.store import queries

    say = speech_of(ctx, WORDS)
    with store_of(ctx).read() as session:
        rows = queries.deputies(session, name)
    if form != "table":
        records = [
            {
                "name": row.name,
                "session": row.session,
                "email": row.email,
                "suggestions": [item.code for item in row.suggestions],
            }
            for row in rows
        ]
        headings = {key: say(key) for key in ("name", "session", "email", "suggestions")}
        print_records(form, "deputies", records, headings)
        return
    if not rows:
        click.echo(say("none"))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("name", "session", "email", "suggestions"):
        table.add_column(say(column), overflow="fold")
    for row in rows:
        codes = "、".join(item.code for item in row.suggestions)
        table.add_row(*(one_line(cell) for cell in (row.name, row.session, row.email or "", codes)))
    console_of(ctx).print(table)


@command.command("unsubscribe")
@click.argument("token")
@click.pass_context
def unsubscribe_(ctx: click.Context, token: str) -> None:
    """退订：TOKEN 见发给代表、委员的消息末尾。

    End what a message to a deputy told of, by the token at its end.
    """
    from tracker import clock
    from tracker.reports.clean import one_line
    from tracker.store.outbox import new_token
    from tracker.store.subscriptions import unsubscribe

    say = speech_of(ctx, WORDS)
    with store_of(ctx).write() as session:
        ended = unsubscribe(session, token.strip(), clock.now(), new_token, who=who())
    codes = "、".join(ended.suggestions)
    line = say("ended", deputy=ended.deputy, codes=codes, code=ended.suggestions[0])
    click.echo(one_line(line))


@command.command("subscribe")
@click.argument("name")
@click.argument("suggestion")
@click.pass_context
def subscribe_(ctx: click.Context, name: str, suggestion: str) -> None:
    """恢复：把 SUGGESTION 的消息再发给提出人 NAME。

    Tell a deputy again of a suggestion that he has filed.
    """
    from tracker import clock
    from tracker.reports.clean import one_line
    from tracker.store.outbox import new_token
    from tracker.store.subscriptions import subscribe

    say = speech_of(ctx, WORDS)
    with store_of(ctx).write() as session:
        subscribe(session, name, suggestion, clock.now(), new_token, who=who())
    click.echo(one_line(say("subscribed", deputy=name, code=suggestion)))

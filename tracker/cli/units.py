"""`tracker units`: the registry of units."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tracker.cli.formats import Form, format_option, print_records
from tracker.cli.session import console_of, settings_of, store_of, who
from tracker.cli.tableimport import import_list, import_options
from tracker.cli.words import Speech, Words, speech_of

if TYPE_CHECKING:
    from tracker.store.tables import UnitRow

WORDS: Final[Words] = {
    "name": ("单位", "unit"),
    "aliases": ("简称", "other names"),
    "contact": ("联系人", "contact"),
    "email": ("邮箱", "mail"),
    "head": ("分管", "head"),
    "head_name": ("分管负责人", "head"),
    "head_email": ("负责人邮箱", "mail of the head"),
    "parent": ("上级单位", "superior"),
    "none": (
        "名录为空：tracker units import FILE.csv",
        "the registry is empty: tracker units import FILE.csv",
    ),
    "no_email.nobody": (
        "{n} 个单位没有邮箱，办公室也没有：它们的提醒发不出去；请补登邮箱，或在 config.toml 的 [office] 设 email",
        "{n} units have no address, nor has the office: their notices reach nobody; "
        "enter addresses, or set [office] email in config.toml",
    ),
    "no_email": (
        "{n} 个单位没有邮箱，它们的提醒将发给办公室",
        "{n} units have no mail address; the office gets their notices",
    ),
}

#: Addresses of so many characters are shown on one line.
_LONGEST_WHOLE: Final = 30


@click.group()
def command() -> None:
    """单位名录 · Registry of units."""


@command.command("import")
@import_options
@click.pass_context
def import_(ctx: click.Context, file: Path, yes: bool, everything: bool, sheet: str) -> None:
    """导入 .csv 或 .xlsx：单位、简称（多个用、分隔）、联系人、邮箱、分管负责人、负责人邮箱、上级单位；先预览，确认后写入。

    Import a table of units: what changes is shown first. Empty cells leave what is known.
    """
    from tracker import clock
    from tracker.intake.officetables import read_units
    from tracker.store.registry import import_units

    enter = partial(import_units, who=who(), now=clock.now())
    read = partial(read_units, sheet=sheet)
    import_list(ctx, file, read, enter, yes=yes, everything=everything)


@command.command("list")
@click.argument("name", required=False)
@format_option
@click.pass_context
def list_(ctx: click.Context, name: str | None, form: Form) -> None:
    """列出单位；可给出名称或其一部分。

    List the units, all or those of a name.
    """
    from rich.table import Table

    from tracker.reports.clean import one_line
    from tracker.store import queries

    say = speech_of(ctx, WORDS)
    with store_of(ctx).read() as session:
        rows = queries.units(session, name)
    if form != "table":
        print_records(form, "units", [_record(row) for row in rows], _headings(say))
        return
    if not rows:
        click.echo(say("none"))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    longest = max(len(text or "") for row in rows for text in (row.email, row.head_email))
    for column in ("name", "aliases", "contact", "email", "parent"):
        # An address is to be copied: it is broken only where it leaves the others no room.
        whole = column == "email" and longest <= _LONGEST_WHOLE
        table.add_column(say(column), overflow="fold", no_wrap=whole)
    for row in rows:
        contact, email = [row.contact or ""], [row.email or ""]
        if row.head or row.head_email:
            # Below the contact: a screen is too narrow for columns of its own.
            contact.append(f"{row.head or ''}（{say('head')}）")
            email.append(row.head_email or "")
        cells = (
            [row.name],
            ["、".join(alias.alias for alias in row.aliases)],
            contact,
            email,
            [row.parent.name if row.parent else ""],
        )
        table.add_row(*("\n".join(map(one_line, cell)) for cell in cells))
    console_of(ctx).print(table)
    silent = sum(row.email is None for row in rows)
    if silent:
        office = settings_of(ctx).office.email.strip()
        click.echo(say("no_email" if office else "no_email.nobody", n=silent))


def _record(row: UnitRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "aliases": [alias.alias for alias in row.aliases],
        "contact": row.contact,
        "email": row.email,
        "head": row.head,
        "head_email": row.head_email,
        "parent": row.parent.name if row.parent else None,
    }


def _headings(say: Speech) -> dict[str, str]:
    """As `units import` reads them."""
    named = {"head": "head_name"}
    keys = ("name", "aliases", "contact", "email", "head", "head_email", "parent")
    return {key: say(named.get(key, key)) for key in keys}

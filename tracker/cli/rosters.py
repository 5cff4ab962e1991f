"""What `tracker units import` and `tracker deputies import` share."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from xml.etree.ElementTree import ParseError

import click

from tracker.cli.session import complain, shown
from tracker.cli.words import Words, speech_of
from tracker.errors import ReadingError, TrackerError

if TYPE_CHECKING:
    from tracker.store.ledger import DeputyEntry, Registered, UnitEntry
    from tracker.store.rosters import Roster

    Entry = TypeVar("Entry", UnitEntry, DeputyEntry)

#: What a workbook that is cut, damaged or made by another program raises while it is read.
_DAMAGED: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, ParseError, EOFError, NotImplementedError,
    LookupError, ValueError, TypeError, AttributeError,
)  # fmt: skip

WORDS: Final[Words] = {
    "done": (
        "新增 {added} 条,更新 {changed} 条,无变化 {same} 条",
        "{added} new, {changed} changed, {same} unchanged",
    ),
    "failed": ("{n} 行有误,未导入", "{n} rows are wrong and were left out"),
}


def import_roster(
    ctx: click.Context,
    path: Path,
    read: Callable[[Path], Roster[Entry]],
    enter: Callable[[tuple[Entry, ...]], Registered],
) -> None:
    """Read a table, enter its good lines, name the bad ones; exit status 2 if there are any.

    Args:
        ctx: of the command.
        path: the table.
        read: path → roster.
        enter: entries → what became of them.

    Raises:
        TrackerError: the table cannot be read or entered; the file is named.
    """
    say = speech_of(ctx, WORDS)
    try:
        roster = _readable(read, path)
        done = enter(roster.entries)
    except TrackerError as error:
        raise type(error)(f"{shown(path)}: {error}") from error
    for problem in roster.problems:
        complain(f"{shown(path)}: {problem}")
    click.echo(say("done", added=done.added, changed=done.changed, same=done.same))
    if roster.problems:
        click.echo(say("failed", n=len(roster.problems)), err=True)
        ctx.exit(2)


def _readable(read: Callable[[Path], Roster[Entry]], path: Path) -> Roster[Entry]:
    try:
        return read(path)
    except _DAMAGED as error:
        raise ReadingError("is damaged or no table; save it again as .xlsx or .csv") from error

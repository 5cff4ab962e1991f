"""`tracker source`: the stored copy behind a commitment, and where it was published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from tracker.cli.session import settings_of, store_of
from tracker.cli.words import Words, speech_of
from tracker.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

WORDS: Final[Words] = {
    "file": ("存档  {path}", "archived   {path}"),
    "sum": ("SHA-256  {sha256}", "SHA-256    {sha256}"),
    "from": ("来源  {source}", "source     {source}"),
    "fetched": ("取回  {at:%Y-%m-%d %H:%M}", "fetched    {at:%Y-%m-%d %H:%M}"),
    "published": ("发布  {day}", "published  {day}"),
    "office": ("发布单位  {name}", "by         {name}"),
    "column": ("栏目  {name}", "column     {name}"),
    "vanished": ("原网页已撤({day})", "the page has vanished ({day})"),
    "link": ("网址  {link}", "address    {link}"),
    "opened": ("已打开副本  {path}", "opened a copy  {path}"),
}


@click.command()
@click.argument("ref")
@click.option("--open", "open_", is_flag=True, help="打开存档副本 · Open a copy of what is stored.")
@click.pass_context
def command(ctx: click.Context, ref: str, open_: bool) -> None:
    """一项承诺所在答复件的存档副本,和可直接跳到原句的网址。

    The stored copy of the letter that holds a commitment, and the address that opens the page at
    the quoted sentence.
    """
    from tracker.intake.copies import copy_of
    from tracker.reports.clean import one_line
    from tracker.reports.fragments import text_link
    from tracker.store import archive, pages, queries

    settings, say = settings_of(ctx), speech_of(ctx, WORDS)
    with store_of(ctx).read() as session:
        row = queries.commitment(session, ref)
        letter = row.letter
        vanished = pages.vanished_at(session, letter)
    path = archive.path_of(settings.archive_dir, letter.sha256)
    if not path.is_file():
        raise StoreError(f"{path}: the archived copy is missing; restore it from a backup")
    zone = ZoneInfo(settings.timezone)
    # A path and an address are copied by hand: no line of them may be broken or shortened.
    click.echo(say("file", path=path))
    click.echo(say("sum", sha256=letter.sha256))
    click.echo(say("from", source=letter.source))
    if letter.fetched_at is not None:
        click.echo(say("fetched", at=letter.fetched_at.astimezone(zone)))
    if letter.published is not None:
        click.echo(say("published", day=letter.published))
    if letter.source_name:
        click.echo(say("office", name=one_line(letter.source_name)))
    if letter.column_name:
        click.echo(say("column", name=one_line(letter.column_name)))
    if vanished is not None:
        click.echo(say("vanished", day=f"{vanished.astimezone(zone):%Y-%m-%d}"))
    if letter.url is not None:
        click.echo(say("link", link=text_link(letter.url, row.quote)))
    if open_:
        copy = copy_of(settings.data_dir, path, letter.sha256, letter.encoding, letter.source)
        _open(copy, row.quote)
        click.echo(say("opened", path=copy))


def _open(copy: Path, quote: str) -> None:
    """In a browser at the quote where it is a page, else with whatever opens such files."""
    from tracker.reports.fragments import text_link

    page = copy.suffix == ".html"
    click.launch(text_link(copy.as_uri(), quote) if page else str(copy))

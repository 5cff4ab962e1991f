"""`tracker source`: open the stored copy behind a commitment, and tell where it was published."""

from __future__ import annotations

import os
import shutil
import sys
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
    "page": ("网页存档  {path}", "page       {path}"),
    "copy": ("同一件  {path}  来源  {source}", "also       {path}  from  {source}"),
    "sum": ("SHA-256  {sha256}", "SHA-256    {sha256}"),
    "from": ("来源  {source}", "source     {source}"),
    "fetched": ("取回  {at:%Y-%m-%d %H:%M}", "fetched    {at:%Y-%m-%d %H:%M}"),
    "published": ("发布  {day}", "published  {day}"),
    "office": ("发布单位  {name}", "by         {name}"),
    "column": ("栏目  {name}", "column     {name}"),
    "vanished": ("原网页已撤（{day}）", "the page has vanished ({day})"),
    "link": ("网址  {link}", "address    {link}"),
    "evidence": ("佐证 {day}  {name}  {path}", "evidence {day}  {name}  {path}"),
    "evidence_gone": (
        "佐证 {day}  {name}  存档副本不见了：{path}",
        "evidence {day}  {name}  the archived copy is missing: {path}",
    ),
    "opened": ("已打开副本  {path}", "opened a copy  {path}"),
    "no_opener": ("此处无法打开文件，存档文字如下：", "nothing here can open a file; its text:"),
}


@click.command()
@click.argument("ref")
@click.option(
    "--open", "how", flag_value="open", help="打开存档副本 · Open a copy of what is stored."
)
@click.option("--text", "how", flag_value="text", help="显示存档文字 · Print the stored text.")
@click.option("--facts", "how", flag_value="facts", help="只列出处 · Only say where it lies.")
@click.pass_context
def command(ctx: click.Context, ref: str, how: str | None) -> None:
    """打开一项承诺所在答复件的存档副本，并列出其位置和可直接跳到原句的网址。

    Open the stored copy of the letter that holds a commitment, and say where it lies and which
    address opens the page at the quoted sentence. On a terminal the copy is opened, or its text
    printed where nothing can open it; elsewhere only the facts are printed.
    """
    from tracker.intake.copies import copy_of
    from tracker.reports.clean import one_line, visible
    from tracker.reports.fragments import text_link
    from tracker.store import archive, pages, queries

    settings, say = settings_of(ctx), speech_of(ctx, WORDS)
    with store_of(ctx).read() as session:
        row = queries.commitment(session, ref)
        letter = row.letter
        vanished = pages.vanished_at(session, letter)
        page = pages.page_copy(session, letter)
        copies = pages.copies(session, letter)
        text = letter.text
    path = archive.path_of(settings.archive_dir, letter.sha256)
    if not path.is_file():
        raise StoreError(f"{path}: the archived copy is missing; restore it from a backup")
    zone = ZoneInfo(settings.timezone)
    # A path and an address are copied by hand: no line of them may be broken or shortened.
    click.echo(say("file", path=path))
    click.echo(say("sum", sha256=letter.sha256))
    click.echo(say("from", source=one_line(letter.source)))
    if page is not None:
        click.echo(say("page", path=archive.path_of(settings.archive_dir, page)))
    for name, source in copies:
        kept = archive.path_of(settings.archive_dir, name)
        click.echo(say("copy", path=kept, source=one_line(source)))
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
    for report in row.reports:
        if report.evidence_sha256 is not None:
            kept = archive.path_of(settings.archive_dir, report.evidence_sha256)
            key = "evidence" if kept.is_file() else "evidence_gone"
            click.echo(say(key, day=report.as_of, name=report.evidence, path=kept))
    how = how or ("open" if sys.stdout.isatty() else "facts")
    if how == "open":
        copy = copy_of(settings.data_dir, path, letter.sha256, letter.encoding, letter.source)
        if _open(copy, row.quote):
            click.echo(say("opened", path=copy))
            return
        click.echo(say("no_opener"))
    if how != "facts":
        before, quote, after = text[: row.start], text[row.start : row.end], text[row.end :]
        marked = click.style(f"【{visible(quote)}】", bold=True)
        click.echo(f"\n{visible(before)}{marked}{visible(after)}")


def _open(copy: Path, quote: str) -> bool:
    """In a browser at the quote where it is a page, else with whatever opens such files.

    Returns:
        False where nothing can: on a server, over a plain connection.
    """
    import webbrowser

    from tracker.reports.fragments import text_link

    if not _has_desktop():
        return False
    if copy.suffix == ".html":
        # click.launch takes the address of a file apart, and the fragment for part of its name.
        return webbrowser.open(text_link(copy.as_uri(), quote))
    return click.launch(str(copy)) == 0


def _has_desktop() -> bool:
    """Whether there is a screen to open a file on, and a program that knows with what."""
    if sys.platform in ("win32", "darwin"):
        return True
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(screen) and shutil.which("xdg-open") is not None

"""`tracker import`: letters into the ledger, one transaction a file; a bad file stops no other.

What looks like an address is fetched; a table of titles and links stands for what it links to.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.session import complain, settings_of, shown, store_of, who
from tracker.cli.words import Speech, Words, speech_of
from tracker.errors import FetchError, ReadingError

if TYPE_CHECKING:
    from rich.progress import Progress

    from tracker.fetching.client import Client
    from tracker.settings import Settings
    from tracker.store.database import Store
    from tracker.store.ledger import Imported

#: What a folder is searched for.
ENDINGS: Final = (".txt", ".docx", ".html", ".htm")

WORDS: Final[Words] = {
    "new": ("新增    {code:<8} {count} 项承诺{sure}  {path}", "new      {code:<8} {count} commitments{sure}  {path}"),
    "version": (
        "新版本  {code:<8} {count} 项承诺,其中新增 {added} 项,未再出现 {missing} 项{sure}  {path}",
        "version  {code:<8} {count} commitments, {added} new, {missing} no longer found{sure}  {path}",
    ),
    "known": ("已在库  {code:<8} 未作改动  {path}", "known    {code:<8} nothing changed  {path}"),
    "sure": ("(自动确认 {n} 项)", " ({n} confirmed by confidence)"),
    "total": (
        "共 {all} 个文件:新增 {new},新版本 {version},已在库 {known},失败 {failed}",
        "{all} files: {new} new, {version} new versions, {known} known, {failed} failed",
    ),
    "review": ("待审核 {n} 项:tracker review", "{n} to review: tracker review"),
    "missing": ("没有这个文件", "no such file"),
    "nothing": ("文件夹中没有 .txt、.docx、.html 文件", "the folder holds no .txt, .docx or .html file"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Item:
    """A path or address to import, or one that is known to be wrong before it is opened."""

    path: Path | str
    problem: str | None = None


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...]) -> None:
    """导入答复件(.txt、.docx、.html)、整个文件夹、网址(http://…)或标题和网址的列表(.xlsx、.csv);同一文件再次导入不作任何改动。

    Import reply letters, whole folders, addresses, or tables of titles and links. What was
    imported before changes nothing. What cannot be imported is named with the reason; exit
    status 2.
    """
    say = speech_of(ctx, WORDS)
    items = list(_expand(files, say))
    settings, store = settings_of(ctx), store_of(ctx)
    counts: Counter[str] = Counter()
    client = ctx.with_resource(closing(_client(settings))) if _any_address(items) else None
    with _progress(len(items)) as progress:
        for item in items:
            try:
                counts.update(_take(store, settings, client, item, say))
            except (ReadingError, FetchError) as error:
                counts["failed"] += 1
                complain(f"{shown(item.path)}: {error}")
            if progress is not None:
                progress.advance(progress.task_ids[0])
    _summary(store, counts, say)
    if counts["failed"]:
        ctx.exit(2)


def _expand(files: Iterable[str], say: Speech) -> Iterator[_Item]:
    """Folders give what lies in them, in a fixed order, and lists what they link to; a file or
    address named twice is taken once.
    """
    from tracker.intake.linklists import ENDINGS as LISTS
    from tracker.intake.published import is_address

    seen: set[Path | str] = set()
    for name in files:
        given = Path(name)
        if is_address(name) or (given.suffix.lower() in LISTS and given.is_file()):
            for item in [_Item(name)] if is_address(name) else _listed(given):
                if item.problem or item.path not in seen:
                    seen.add(item.path)
                    yield item
            continue
        found = [given]
        if given.is_dir():
            inside = (path for path in given.rglob("*") if _is_letter(path))
            found = sorted(path for path in inside if path.is_file())
        if not found:
            yield _Item(given, say("nothing"))
        elif not given.exists():
            yield _Item(given, say("missing"))
        for path in found if given.exists() else []:
            real = path.resolve()
            if real not in seen:
                seen.add(real)
                yield _Item(path)


def _is_letter(path: Path) -> bool:
    """By its ending; ~$….docx is the mark that Word leaves beside a document while it is open."""
    return path.suffix.lower() in ENDINGS and not path.name.startswith("~$")


def _listed(path: Path) -> Iterator[_Item]:
    """The addresses that a table of links names, and its rows that name none."""
    from tracker.intake.linklists import read_links

    try:
        found = read_links(path)
    except ReadingError as error:
        yield _Item(path, str(error))
        return
    for problem in found.problems:
        yield _Item(path, problem)
    for entry in found.entries:
        yield _Item(entry.url)


def _any_address(items: Iterable[_Item]) -> bool:
    return any(isinstance(item.path, str) for item in items)


def _client(settings: Settings) -> Client:
    from tracker import clock
    from tracker.fetching.client import Client

    return Client(settings.fetch, now=clock.now)


def _take(
    store: Store, settings: Settings, client: Client | None, item: _Item, say: Speech
) -> list[str]:
    """Import one item and say so; returns what became of it, or of each letter at an address."""
    if item.problem is not None:
        raise ReadingError(item.problem)
    if isinstance(item.path, Path):
        every = [_one(store, settings, item.path)]
    else:
        assert client is not None  # noqa: S101 - there is one where any item is an address
        every = _from_web(store, settings, client, item.path)
    for done in every:
        click.echo(_line(done, item.path, say))
    return [done.status for done in every]


def _from_web(store: Store, settings: Settings, client: Client, address: str) -> list[Imported]:
    from tracker import clock
    from tracker.intake import taking
    from tracker.intake.published import letters_at

    return [
        taking.enter(
            store,
            settings,
            found.taken,
            shown(found.page.url),
            who=who(),
            now=clock.now(),
            page=found.origin(),
        )
        for found in letters_at(client, address)
    ]


def _one(store: Store, settings: Settings, path: Path) -> Imported:
    from tracker import clock
    from tracker.intake import taking
    from tracker.letters.reading import read_file

    source = read_file(path)
    known = taking.known(store, source.data)
    if known is not None:
        return known
    taken = taking.extract(source)
    return taking.enter(store, settings, taken, shown(path), who=who(), now=clock.now())


def _line(done: Imported, path: Path | str, say: Speech) -> str:
    return say(
        done.status,
        code=done.code,
        count=len(done.refs),
        added=len(done.added),
        missing=len(done.missing),
        sure=say("sure", n=done.confirmed) if done.confirmed else "",
        path=shown(path),
    )


def _summary(store: Store, counts: Counter[str], say: Speech) -> None:
    from tracker.store import queries

    if counts.total() > 1:
        numbers = {name: counts[name] for name in ("new", "version", "known", "failed")}
        click.echo(say("total", all=counts.total(), **numbers))
    if counts["new"] or counts["version"]:
        with store.read() as session:
            waiting = queries.tally(session)["review"]["pending"]
        if waiting:
            click.echo(say("review", n=waiting))


@contextmanager
def _progress(total: int) -> Iterator[Progress | None]:
    """A bar on the terminal while a batch runs; none where the output goes to a file."""
    if total < 2 or not (sys.stderr.isatty() and sys.stdout.isatty()):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task("", total=total)
        yield progress

"""`tracker import`: letters into the ledger, one transaction a file; a bad file stops no other."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.session import complain, settings_of, shown, store_of, who
from tracker.cli.words import Speech, Words, speech_of
from tracker.errors import ReadingError

if TYPE_CHECKING:
    from rich.progress import Progress

    from tracker.settings import Settings
    from tracker.store.database import Store
    from tracker.store.ledger import Imported

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
    "nothing": ("文件夹中没有可能是答复件的文件", "the folder holds no file that may be a letter"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Item:
    """A path to import, or one that is known to be wrong before it is opened."""

    path: Path
    problem: str | None = None


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """导入答复件(文本、网页、.docx、.doc、.wps、.pdf、.ofd)、邮件(.eml)、压缩包(.zip)或整个文件夹;同一文件再次导入不作任何改动。

    Import reply letters, mails and archives of such, or whole folders. A file imported before
    changes nothing. Files that cannot be imported are named with the reason; exit status 2.
    """
    say = speech_of(ctx, WORDS)
    items = list(_expand(files, say))
    settings, store = settings_of(ctx), store_of(ctx)
    counts: Counter[str] = Counter()
    with _progress(len(items)) as progress:
        for item in items:
            counts.update(_take(store, settings, item, say))
            if progress is not None:
                progress.advance(progress.task_ids[0])
    _summary(store, counts, say)
    if counts["failed"]:
        ctx.exit(2)


def _expand(files: Iterable[Path], say: Speech) -> Iterator[_Item]:
    """Folders give what lies in them, in a fixed order; a file named twice is taken once."""
    from tracker.letters.containers import may_be_letter

    seen: set[Path] = set()
    for given in files:
        found = [given]
        if given.is_dir():
            inside = (path for path in given.rglob("*") if may_be_letter(path.name))
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


def _take(store: Store, settings: Settings, item: _Item, say: Speech) -> Iterator[str]:
    """Import what an item holds, one letter after another; gives what became of each."""
    from tracker.letters.containers import WITHIN, Member, unpack
    from tracker.letters.reading import bytes_of

    members: Iterable[Member]
    try:
        if item.problem is not None:
            raise ReadingError(item.problem)
        members = unpack(bytes_of(item.path), item.path.name)
    except ReadingError as error:
        members = [Member("", problem=str(error))]
    for member in members:
        origin = shown(item.path) + (WITHIN + member.name if member.name else "")
        try:
            if member.problem is not None:
                raise ReadingError(member.problem)
            done = _one(store, settings, member.data, member.name or item.path.name, origin)
        except ReadingError as error:
            complain(f"{origin}: {error}")
            yield "failed"
        else:
            click.echo(_line(done, origin, say))
            yield done.status


def _one(store: Store, settings: Settings, data: bytes, name: str, origin: str) -> Imported:
    from tracker import clock
    from tracker.intake import taking
    from tracker.letters.reading import read_bytes

    known = taking.known(store, data)
    if known is not None:
        return known
    taken = taking.extract(read_bytes(data, name, ocr=settings.reading.ocr))
    return taking.enter(store, settings, taken, origin, who=who(), now=clock.now())


def _line(done: Imported, origin: str, say: Speech) -> str:
    return say(
        done.status,
        code=done.code,
        count=len(done.refs),
        added=len(done.added),
        missing=len(done.missing),
        sure=say("sure", n=done.confirmed) if done.confirmed else "",
        path=origin,
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

"""`tracker import`: letters into the ledger, one or ten thousand; a bad file stops no other.

What looks like an address is fetched; a table of titles and links stands for what it links to.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.batches import Failures, Stop, Tally, given_up, progress
from tracker.cli.changes import WORDS as CHANGES
from tracker.cli.changes import difference_lines
from tracker.cli.session import console_of, settings_of, shown, store_of, who
from tracker.cli.told import Lines, Remarks
from tracker.cli.words import Speech, Words, speech_of
from tracker.errors import ReadingError

if TYPE_CHECKING:
    from tracker.intake.batch import Engine
    from tracker.intake.files import Found
    from tracker.intake.items import Item
    from tracker.intake.writing import Outcome, Writer
    from tracker.settings import Settings
    from tracker.store.database import Store
    from tracker.store.newer import Difference

#: A worker process more is worth its start (a second) for so many files more.
_FILES_A_WORKER: Final = 100
#: The one writer keeps no more workers busy than this.
_MOST_WORKERS: Final = 8

WORDS: Final[Words] = {
    "new": ("新增    {code:<8} {count} 项承诺{sure}  {path}", "new      {code:<8} {count} commitments{sure}  {path}"),
    "version": (
        "新版本  {code:<8} {count} 项承诺，其中新增 {added} 项，未再出现 {missing} 项{sure}  {path}",
        "version  {code:<8} {count} commitments, {added} new, {missing} no longer found{sure}  {path}",
    ),
    "known": ("已在库  {code:<8} 未作改动  {path}", "known    {code:<8} nothing changed  {path}"),
    "sure": ("（自动确认 {n} 项）", " ({n} confirmed by confidence)"),
    "doubtful": (
        "        与台账中的 {old} 可能是同一件建议，未合并；确是同一件的：tracker suggestions merge {old} {code}",
        "         may answer {old} of the ledger; left alone; if so: tracker suggestions merge {old} {code}",
    ),
    "total": (
        "共 {all} 个文件：新增 {new}，新版本 {version}，已在库 {known}，失败 {failed}",
        "{all} files: {new} new, {version} new versions, {known} known, {failed} failed",
    ),
    "stopped": (
        "已中断，{left} 个文件未处理{half}；已导入的完整无缺，再次运行同一命令即可继续",
        "stopped with {left} files to go{half}; what was imported is whole, the same command goes on",
    ),
    "half": (
        "（其中 {path} 只处理了一部分，按一个计）",
        " (among them {path}, done in part and counted as one)",
    ),
    "review": ("待审核 {n} 项：tracker review", "{n} to review: tracker review"),
    "changes": (
        "新版本改动承诺 {n} 处：tracker review --changes",
        "{n} changes by new versions: tracker review --changes",
    ),
    "missing": ("没有这个文件", "no such file"),
    "nothing": ("文件夹中没有可能是答复件的文件", "the folder holds no file that may be a letter"),
    "outside": (
        "是指向文件夹之外的链接，未导入；如需导入，请直接写出它所指的路径",
        "is a link that leaves the folder, left out; to import it, name what it points to",
    ),
    "dangling": ("链接所指的文件不存在", "is a link to nothing"),
    "unreadable": ("文件夹无法打开，请检查权限", "the folder cannot be opened; check its permissions"),
    "engine": (
        "--scheduler 只与 --engine dask 合用",
        "--scheduler goes with --engine dask only",
    ),
    "csv": ("--failures 的文件名应以 .csv 结尾", "the name of the --failures file must end in .csv"),
}  # fmt: skip


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option(
    "--jobs", type=click.IntRange(1, 64), metavar="N",
    help="读取进程数（默认按文件数和处理器核数） · Worker processes.",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(["process", "dask"]), default="process",
    help="由本机进程或 Dask 集群读取 · Who reads: processes, or a Dask cluster.",
)  # fmt: skip
@click.option(
    "--scheduler", metavar="ADDRESS",
    help="Dask 调度器地址，不写则在本机启动 · Address of the Dask scheduler.",
)  # fmt: skip
@click.option(
    "--failures", type=click.Path(path_type=Path), metavar="FILE.csv",
    help="把失败的文件及原因写入表格 · Write what failed, and why.",
)  # fmt: skip
@click.option("-v", "--verbose", is_flag=True, help="逐个文件报告 · A line for every file.")
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    jobs: int | None,
    engine: str,
    scheduler: str | None,
    failures: Path | None,
    verbose: bool,
) -> None:
    """导入答复件（文本、网页、.docx、.doc、.wps、.pdf、.ofd）、邮件(.eml)、压缩包(.zip)、整个文件夹、网址(http://…)或标题和网址的列表(.xlsx、.csv);同一文件再次导入不作任何改动。

    Import reply letters, mails and archives of such, whole folders, addresses, or tables of titles
    and links; files first, then addresses. What was imported before changes nothing. What cannot be imported is named
    with the reason; exit status 2. Ctrl-C stops between two letters, and the same command goes on
    where it stopped.
    """
    from tracker import clock
    from tracker.intake.batch import import_items
    from tracker.intake.files import listed
    from tracker.intake.writing import Writer

    say = speech_of(ctx, WORDS)
    if scheduler and engine != "dask":
        raise click.UsageError(say("engine"), ctx)
    if failures is not None and failures.suffix.lower() != ".csv":
        raise click.UsageError(say("csv"), ctx)
    settings = settings_of(ctx)
    paths, addresses = _apart(files)
    # Counted by a walk of its own, so that no list of a million paths need be kept.
    total = sum(one.problem != "left_out" for one in listed(paths)) + len(addresses)
    lines, remarks, changes = Lines(total, verbose=verbose), Remarks(), 0
    with (
        given_up(say, ctx),
        Stop() as stop,
        Failures(failures, say, console_of(ctx), total) as failed,
        closing(
            _engine(engine, jobs or _workers(total), scheduler, ocr=settings.reading.ocr)
        ) as readers,
        progress(tally := Tally(total), say) as advance,
    ):
        store = store_of(ctx)
        writer = Writer(store, settings, who=who(), now=clock.now, meanwhile=readers.tend)
        items = _drawn(_items(listed(paths), say), tally)
        for outcomes in chain(
            import_items(items, readers, store, writer, stop.asked),
            _from_web(addresses, settings, readers, writer, stop, tally),
        ):
            for outcome in outcomes:
                tally.count(outcome.origin, outcome.status)
                if outcome.status == "left_out":
                    remarks.left_out(shown(outcome.origin))
                elif outcome.status == "failed":
                    failed.add(shown(outcome.origin), outcome.reason)
                else:
                    if outcome.imported and outcome.imported.undated:
                        remarks.undated(shown(outcome.origin))
                    remarkable = bool(outcome.imported and outcome.imported.doubtful)
                    differences = _differences(store, outcome)
                    changes += len(differences)
                    line = _line(outcome, differences, say)
                    lines.add(outcome.origin, line, remarkable=remarkable)
            advance()
        lines.end()
    _summary(store, tally, remarks, changes, say)
    if stop.asked():
        half = say("half", path=tally.half) if tally.half else ""
        click.echo(say("stopped", left=tally.to_go, half=half), err=True)
        ctx.exit(130)
    if tally.failed:
        ctx.exit(2)


def _apart(files: Iterable[str]) -> tuple[list[Path], list[str | Item]]:
    """The paths among the arguments, and the addresses with those that lists link to, each once."""
    from tracker.intake.files import LISTS, is_address, is_file

    paths: list[Path] = []
    addresses: dict[str | Item, None] = {}
    for name in files:
        path = Path(name)
        if is_address(name):
            addresses[name] = None
        elif path.suffix.lower() in LISTS and is_file(path):
            addresses |= dict.fromkeys(_listed(path))
        else:
            paths.append(path)
    return paths, list(addresses)


def _listed(path: Path) -> Iterator[str | Item]:
    """The addresses that a table of links names, and an item for every row that names none."""
    from tracker.intake.items import Item
    from tracker.intake.linktables import read_links
    from tracker.intake.onebyone import read_apart

    origin = shown(path)
    try:
        found = read_apart(read_links, path)
    except ReadingError as error:
        yield Item(origin, path.name, problem=str(error))
        return
    for problem in found.problems:
        yield Item(origin, path.name, problem=problem)
    yield from found.addresses


def _workers(total: int) -> int:
    """As many workers as there are cores, fewer where few files would wait for their start."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(cores or 1, _MOST_WORKERS, 1 + total // _FILES_A_WORKER))


def _engine(name: str, workers: int, scheduler: str | None, *, ocr: bool) -> Engine:
    if name == "dask":
        from tracker.intake.cluster import Cluster

        return Cluster(scheduler, workers, ocr=ocr)
    from tracker.intake.extracting import reader
    from tracker.intake.pool import Pool

    pool = Pool(workers, take=reader(ocr=ocr))
    pool.begin()
    return pool


def _items(found: Iterable[Found], say: Speech) -> Iterator[Item]:
    from tracker.intake.items import Item, load

    for one in found:
        origin = shown(one.path)
        if one.problem is None:
            yield load(one.path, origin)
        else:
            left_out = one.problem == "left_out"
            reason = "" if left_out else say(one.problem)
            yield Item(origin, one.path.name, problem=reason, left_out=left_out)


def _drawn(items: Iterable[Item], tally: Tally) -> Iterator[Item]:
    for item in items:
        tally.draw(item.origin, counts=not item.left_out)
        yield item


def _from_web(
    addresses: list[str | Item],
    settings: Settings,
    readers: Engine,
    writer: Writer,
    stop: Stop,
    tally: Tally,
) -> Iterator[list[Outcome]]:
    if not stop.asked():
        tally.end()
    if not addresses:
        return
    from tracker import clock
    from tracker.fetching.client import Client
    from tracker.intake.published import import_addresses

    with closing(Client(settings.fetch, now=clock.now)) as client:
        for outcomes in import_addresses(addresses, client, readers, writer, stop.asked):
            tally.over()
            yield outcomes


def _differences(store: Store, outcome: Outcome) -> list[Difference]:
    """What a new version changed; nothing of all others."""
    from tracker.store import newer

    if outcome.status != "version" or outcome.imported is None:
        return []
    with store.read() as session:
        return newer.differences(session, outcome.imported.letter_id)


def _line(outcome: Outcome, differences: list[Difference], say: Speech) -> str:
    done = outcome.imported
    line = say(
        outcome.status,
        code=outcome.code,
        count=len(done.refs) if done else 0,
        added=len(done.added) if done else 0,
        missing=len(done.missing) if done else 0,
        sure=say("sure", n=done.confirmed) if done and done.confirmed else "",
        path=outcome.origin,
    )
    if outcome.status == "version":
        line = "\n".join([line, *difference_lines(differences, Speech(CHANGES, say.language))])
    # A line and a command for each: merging takes one at a time.
    doubtful = done.doubtful if done else ()
    return "\n".join([line, *(say("doubtful", old=old, code=outcome.code) for old in doubtful)])


def _summary(store: Store, tally: Tally, remarks: Remarks, changes: int, say: Speech) -> None:
    from tracker.store import queries

    if tally.total > 1:
        click.echo(
            say("total", all=tally.all, new=tally.new, version=tally.version, known=tally.known,
                failed=tally.failed)
        )  # fmt: skip
    for line in remarks.lines(say):
        click.echo(line)
    if tally.new or tally.version:
        with store.read() as session:
            waiting = queries.tally(session)["review"]["pending"]
        if waiting:
            click.echo(say("review", n=waiting))
    if changes:
        click.echo(say("changes", n=changes))

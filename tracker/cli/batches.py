"""What a person sees of a long import: how far it is, how fast, what failed; and how to stop it."""

from __future__ import annotations

import csv
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import click

from tracker.cli.session import complain, shown, told
from tracker.cli.words import Speech
from tracker.errors import TrackerError
from tracker.letters.endings import WITHIN

if TYPE_CHECKING:
    from rich.console import Console

#: So many failures stand in the table at the end; the file has them all.
_IN_TABLE: Final = 30
#: So few failures, each told in a line already, need no table.
_TWICE: Final = 3
#: Seconds between two lines of progress where there is no terminal.
_BETWEEN_LINES: Final = 15.0

_WORDS: Final = {
    "failures": ("失败 {n} 个文件", "{n} files failed"),
    "file": ("文件", "file"),
    "reason": ("原因", "reason"),
    "more": (
        "另有 {n} 个未列出；加 --failures 文件.csv 可得全部",
        "{n} more not shown; --failures FILE.csv has them all",
    ),
    "all_in": ("全部失败文件已写入 {path}", "all of them: {path}"),
    "given_up": (
        "已立即中断；已导入的完整无缺，再次运行同一命令即可继续",
        "stopped at once; what was imported is whole, the same command goes on",
    ),
    "rate": ("{rate:.0f} 个/秒", "{rate:.0f}/s"),
    "failed": ("失败 {n}", "{n} failed"),
    "line": (
        "已处理 {all}/{total}，{rate:.0f} 个/秒，约剩 {left}，失败 {failed}",
        "{all} of {total}, {rate:.0f}/s, about {left} left, {failed} failed",
    ),
}


class Tally:
    """How many files of what kind so far.

    A container counts as one file beforehand, and as its letters when it has been opened.

    Args:
        given: how many there are, a container counted as one.
    """

    def __init__(self, given: int) -> None:
        self._to_go = given
        self._counts: Counter[str] = Counter()
        self._since = time.monotonic()
        # Those that are in hand, in their order: what becomes of them comes in the same.
        self._drawn: deque[tuple[str, bool]] = deque()
        self._last = ""

    def draw(self, origin: str, *, counts: bool = True) -> None:
        """One is taken in hand.

        Args:
            origin: as its outcomes will have it, or begin with.
            counts: whether it is one of those given.
        """
        self._drawn.append((origin, counts))

    def count(self, origin: str, status: str) -> None:
        """What became of a file, or of a part of a container, in the order they were taken in."""
        self._settle(origin)
        if status != "left_out":
            self._counts[status] += 1

    def _settle(self, origin: str) -> None:
        """Those before this one are over, and this one too unless it is a part of a container."""
        if _within(origin, self._last):
            return
        while self._drawn:
            self._last, counts = self._drawn[0]
            if _within(origin, self._last):
                return
            self.over(counts)
            if origin == self._last:
                return

    def over(self, counts: bool = True) -> None:
        """One of those given is done with, and of those in hand the first."""
        if self._drawn:
            self._drawn.popleft()
        self._to_go = max(self._to_go - counts, 0)

    def end(self) -> None:
        """All that were taken in hand are done with."""
        while self._drawn:
            self.over(self._drawn[0][1])

    @property
    def to_go(self) -> int:
        """Of those given so many are not done with; a container that is half read is one."""
        return self._to_go

    @property
    def half(self) -> str:
        """The container that is in hand, or ""."""
        return self._last if self._drawn and self._drawn[0][0] == self._last else ""

    @property
    def total(self) -> int:
        """Files in all, as far as is known: what is done with, and what is still to go."""
        return self.all + self._to_go

    def __getattr__(self, status: str) -> int:
        return self._counts[status]

    @property
    def all(self) -> int:
        """Files so far."""
        return self._counts.total()

    @property
    def rate(self) -> float:
        """Files a second since the start."""
        return self.all / max(time.monotonic() - self._since, 0.001)

    @property
    def left(self) -> float:
        """Seconds that the rest will take at this rate."""
        return self._to_go / self.rate if self.all else 0.0


def _within(origin: str, container: str) -> bool:
    return origin.startswith(container + WITHIN)


class Stop:
    """Ctrl-C and a polite end of the process are heard, and the batch stops between two letters.

    Whoever presses Ctrl-C again does not want to wait: what is in hand is then given up.
    """

    def __init__(self) -> None:
        self._asked = False
        self._before: dict[int, Any] = {}

    def asked(self) -> bool:
        """Whether to stop."""
        return self._asked

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            # Who has stopped it may press Ctrl-C once more while the last lines are printed.
            signal.signal(number, signal.SIG_IGN if self._asked else handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True


class Failures:
    """What failed: told at once, in a table at the end of a batch, and in a file where asked for.

    Args:
        path: of the CSV file, or None.
        say: the language.
        console: where the table goes.
        total: how many files there are in all.
    """

    def __init__(self, path: Path | None, say: Speech, console: Console, total: int) -> None:
        self._path, self._console, self._total = path, console, total
        self._say = Speech(_WORDS, say.language)
        self._first: list[tuple[str, str]] = []
        self._count = 0
        self._open = ExitStack()
        self._rows: Any = None
        # On a terminal the table is enough: lines would push the bar about.
        self._at_once = total < 2 or not _on_terminal()

    def __enter__(self) -> Self:
        if self._path is not None:
            try:
                # The mark at the beginning tells Excel that this is UTF-8.
                file = self._path.open("w", encoding="utf-8-sig", newline="")
            except OSError as error:
                why = error.strerror or str(error)
                raise TrackerError(f"{shown(self._path)}: cannot be written: {why}") from error
            self._rows = csv.writer(self._open.enter_context(file))
            self._rows.writerow((self._say("file"), self._say("reason")))
        return self

    def add(self, origin: str, reason: str) -> None:
        """One more file that was not imported."""
        from tracker.reports.clean import cell

        self._count += 1
        reason = told(reason, self._say.language)
        if self._at_once:
            complain(f"{origin}: {reason}")
        if len(self._first) < _IN_TABLE:
            self._first.append((origin, reason))
        if self._rows is not None:
            self._rows.writerow((cell(origin), cell(reason)))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()
        if self._count > (_TWICE if self._at_once else 0) and self._total > 1:
            self._show()
        elif self._count and self._path is not None:
            click.echo(self._say("all_in", path=self._path))

    def _show(self) -> None:
        from rich.table import Table

        from tracker.reports.clean import one_line

        table = Table(title=self._say("failures", n=self._count), title_justify="left")
        table.add_column(self._say("file"), overflow="fold")
        table.add_column(self._say("reason"), overflow="fold")
        for row in self._first:
            table.add_row(*map(one_line, row))
        self._console.print(table)
        if self._path is not None:
            click.echo(self._say("all_in", path=self._path))
        elif self._count > len(self._first):
            click.echo(self._say("more", n=self._count - len(self._first)))


@contextmanager
def given_up(say: Speech, ctx: click.Context) -> Iterator[None]:
    """Tell what becomes of an import that was stopped twice."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(Speech(_WORDS, say.language)("given_up"), err=True)
        ctx.exit(130)


@contextmanager
def progress(tally: Tally, say: Speech) -> Iterator[Callable[[], None]]:
    """Show how far a batch is, whenever what it gives is called.

    A bar on a terminal; elsewhere a line now and then, and none for what takes seconds.
    """
    words = Speech(_WORDS, say.language)
    if tally.total > 1 and _on_terminal():
        with _bar(tally, words) as advance:
            yield advance
        return
    told = time.monotonic()

    def line() -> None:
        nonlocal told
        if time.monotonic() - told >= _BETWEEN_LINES and tally.to_go:
            told = time.monotonic()
            left = f"{int(tally.left) // 60}:{int(tally.left) % 60:02}"
            figures = {"all": tally.all, "total": tally.total, "rate": tally.rate}
            click.echo(words("line", left=left, failed=tally.failed, **figures), err=True)

    yield line


@contextmanager
def _bar(tally: Tally, words: Speech) -> Iterator[Callable[[], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}", style="red"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=tally.total, rate="", failed="")

        def advance() -> None:
            bar.update(
                task,
                completed=tally.all,
                total=tally.total,
                rate=words("rate", rate=tally.rate),
                failed=words("failed", n=tally.failed) if tally.failed else "",
            )

        yield advance


def _on_terminal() -> bool:
    return sys.stderr.isatty() and sys.stdout.isatty()

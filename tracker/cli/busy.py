"""How far a long command is, on a terminal only: what is printed into a file or pipe has none of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def how_far(text: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, gone when the work is done.

    Args:
        text: what is done.
        total: how many steps there are.

    Yields:
        What is called with how many more steps are done.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(text, total=total)
        yield lambda steps: bar.advance(task, steps)


@contextmanager
def busy(text: str) -> Iterator[None]:
    """A sign on standard error that something is done, where nobody knows how long it takes."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(text):
        yield

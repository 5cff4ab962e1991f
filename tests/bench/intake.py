"""A whole import: letters a second and memory, one worker and two, a second run, and Dask."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.archive import write_letters

_BETWEEN_LOOKS = 0.1


@dataclass(frozen=True, slots=True)
class _Run:
    """What one import took; memory in megabytes, `child` of the largest process below."""

    seconds: float
    parent: float
    child: float
    children: int


def show_intake(console: Console, count: int) -> None:
    """Import `count` generated letters in several ways and print a table.

    The seconds are those of the whole command, start and end included. Memory is what Linux counts
    as the peak of each process (VmHWM); on other systems it is left out.
    """
    with tempfile.TemporaryDirectory() as place:
        letters = Path(place, "letters")
        size = write_letters(letters, count)
        load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
        table = Table(
            title=f"{count:,} letters, {size / 1e6:.1f} MB, {os.cpu_count()} cores, load {load}"
        )
        table.add_column("import")
        for column in ("s", "letters/s", "parent, MB", "largest child, MB", "children"):
            table.add_column(column, justify="right")
        for name, data, options in (
            ("1 job", "1", ["--jobs", "1"]),
            ("1 job, nothing new", "1", ["--jobs", "1"]),
            ("2 jobs", "2", ["--jobs", "2"]),
            ("2 jobs, nothing new", "2", ["--jobs", "2"]),
            ("Dask, 2 workers", "dask", ["--jobs", "2", "--engine", "dask"]),
        ):
            run = _import(Path(place, data), letters, options)
            table.add_row(
                name,
                f"{run.seconds:.2f}",
                f"{count / run.seconds:,.0f}",
                f"{run.parent:.0f}",
                f"{run.child:.0f}",
                str(run.children),
            )
        console.print(table)


def _import(data: Path, letters: Path, options: list[str]) -> _Run:
    command = [sys.executable, "-m", "tracker", "--data", str(data), "import", str(letters)]
    begin = time.monotonic()
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
    parent, children = 0.0, dict[int, float]()
    while process.poll() is None:
        parent = max(parent, _peak(process.pid))
        for number in _below(process.pid):
            children[number] = max(children.get(number, 0.0), _peak(number))
        time.sleep(_BETWEEN_LOOKS)
    seconds = time.monotonic() - begin
    if process.returncode:
        raise SystemExit(f"the import ended with status {process.returncode}")
    return _Run(seconds, parent, max(children.values(), default=0.0), len(children))


def _peak(number: int) -> float:
    """The most memory that a process has had, in MB; 0 where nobody tells."""
    try:
        lines = Path(f"/proc/{number}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def _below(number: int) -> Iterator[int]:
    for task in Path(f"/proc/{number}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in map(int, children):
            yield child
            yield from _below(child)

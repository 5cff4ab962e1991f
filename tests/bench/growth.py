"""Time against length: letters over and over, one giant letter, and hostile texts and pages."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.bench.contest import extraction
from tests.bench.texts import giant_letter, many_letters
from tests.hostile import bodies, letter, pages
from tracker.errors import ReadingError
from tracker.letters.reading import read_bytes

_SIZES = (1_000, 10_000, 100_000, 1_000_000)
#: No input of a million characters should take more seconds than this; none is waited for longer.
BOUND = 2.0
_PATIENCE = 120.0
#: Of ordinary letters so much is read, to see how fast the machine is at that moment.
_YARDSTICK = 100_000
_LINE = "{:<34}{:>12}{:>10}{:>10}{:>9}{:>11} {}"


def show_growth(console: Console) -> None:
    """Milliseconds per kilobyte at four sizes: level where time grows with the length alone."""
    table = Table(title="growth: processor time against length (UTF-8)")
    for column in ("text", "KB", "characters", "ms", "ms per KB", "commitments"):
        table.add_column(column, justify="left" if column == "text" else "right")
    extraction([giant_letter(20_000)])  # patterns are compiled and feasts looked up once
    for size in _SIZES:
        for name, texts in (
            ("letters, one by one", many_letters(size)),
            ("one giant letter", [giant_letter(size)]),
        ):
            seconds, finds = min(extraction(texts) for _ in range(5 if size < 1_000_000 else 2))
            kilobytes = sum(len(text.encode()) for text in texts) / 1000
            table.add_row(
                name,
                f"{kilobytes:,.1f}",
                f"{sum(map(len, texts)):,}",
                f"{seconds * 1000:,.1f}",
                f"{seconds * 1000 / kilobytes:.2f}",
                f"{finds:,}",
            )
    console.print(table)


def show_hostile(console: Console, size: int, only: Sequence[str]) -> int:
    """Seconds for hostile texts and pages of `size` bytes, and how many times as long as ordinary
    letters of that size they take; returns how many are too slow. A line as soon as it is known."""
    console.print(f"hostile inputs of {size:,} bytes (UTF-8), bound {BOUND:g} s")
    console.print(_LINE.format("input", "characters", "read, s", "find, s", "s", "× letters", ""))
    slow = 0
    for name, _ in (*bodies(100), *pages(100)):
        if only and not any(word in name for word in only):
            continue
        taken = _apart(name, size)
        if taken is None:
            slow += 1
            console.print(_LINE.format(name, "", "", "", f"> {_PATIENCE:g}", "", "×"))
            continue
        read, find, length, ordinary = taken
        total = read + find
        slow += total > BOUND
        console.print(
            _LINE.format(
                name, f"{length:,.0f}", f"{read:.2f}", f"{find:.2f}", f"{total:.2f}",
                f"{total / ordinary:.1f}", "×" if total > BOUND else "",
            )
        )  # fmt: skip
    console.print(f"{slow} above the bound")
    return slow


def _apart(name: str, size: int) -> tuple[float, float, float, float] | None:
    """One input in a process of its own, which can be given up; None where it is."""
    command = [sys.executable, "-m", "tests.bench", "--one", name, "--size", str(size)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=True)
    except subprocess.TimeoutExpired:
        return None
    read, find, length, ordinary = json.loads(done.stdout)
    return read, find, length, ordinary


def time_one(name: str, size: int) -> list[float]:
    """Seconds to read and to extract one hostile input, its characters, and the seconds that
    ordinary letters of its size take."""
    extraction([giant_letter(20_000)])
    letters = many_letters(_YARDSTICK)
    bytes_of_them = sum(len(text.encode()) for text in letters)
    ordinary = min(extraction(letters)[0] for _ in range(3)) / bytes_of_them
    small = dict((*bodies(3000), *pages(3000)))[name]
    characters = size * len(small) // len(small.encode())
    page = dict(pages(characters)).get(name)
    data = (page if page is not None else letter(dict(bodies(characters))[name])).encode()
    begin = time.process_time()
    try:
        text = read_bytes(data, "page.html" if page is not None else "letter.txt").text
    except ReadingError:
        text = ""  # refused in one line
    read = time.process_time()
    extraction([text])
    end = time.process_time()
    return [read - begin, end - read, len(data.decode()), ordinary * len(data)]

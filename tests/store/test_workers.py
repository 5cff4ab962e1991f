"""Who works, and whether a process still runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.store.workers import at_work, gone

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc here")
NAME = """
from tracker.store.workers import at_work
with at_work() as name:
    print(name, flush=True)
    input()
"""


def test_every_name_is_another_and_fits_its_column() -> None:
    names = set()
    for _ in range(100):
        with at_work() as name:
            names.add(name)
    assert len(names) == 100
    assert max(map(len, names)) <= 80


@needs_proc
def test_a_process_that_ends() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", NAME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert gone(name) is False
        process.kill()
    assert gone(name) is True


@needs_proc
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ((r"^", ""), False),
        # Its number is another process's by now.
        ((r"\.(\d+):", ".1:"), True),
        # Another machine, or this one before it was started anew.
        ((r":[0-9a-f]{8}:", ":00000000:"), None),
        ((r":.*", ""), None),
        ((r".*", ""), None),
    ],
)
def test_what_a_name_tells(change: tuple[str, str], found: bool | None) -> None:
    with at_work() as name:
        assert gone(re.sub(*change, name, count=1)) is found


@needs_proc
def test_a_run_of_this_process_that_ends() -> None:
    with pytest.raises(KeyError), at_work() as name:
        raise KeyError
    assert gone(name) is True


def test_no_name_tells_nothing() -> None:
    assert gone(None) is None

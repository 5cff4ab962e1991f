"""One file read apart: what it may cost, and that another can be read after it."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from pathlib import Path

import pytest

from tests.letters.letters import letter_of
from tracker.errors import ReadingError, TrackerError
from tracker.intake.extracting import extraction_of
from tracker.intake.onebyone import Apart, read_apart
from tracker.intake.worker import Bounds


def look(data: bytes, name: str) -> tuple[str, int]:
    """Obey the first word of a file; of every other one tell its name and size."""
    word, _, rest = data.decode().partition(" ")
    if word == "sleep":
        time.sleep(float(rest))
    elif word == "eat":
        return name, len(bytearray(int(rest)))
    elif word == "exit":
        os._exit(int(rest))
    elif word == "refuse":
        raise ReadingError(rest)
    elif word == "fault":
        raise KeyError(rest)
    elif word == "stop":
        raise TrackerError(rest)
    return name, len(data)


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "a.txt"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"sleep 60", "took longer than 2 s to be read"),
        (b"eat 200000000", "needs more than 50 MB of memory to be read"),
        (b"exit 3", "ended the process that read it (status 3)"),
        (b"refuse is no such thing", "is no such thing"),
        (
            b"fault x",
            "met a fault of this program, please report it: KeyError at test_onebyone.py:",
        ),
    ],
)
def test_a_file_costs_itself_and_the_next_is_read(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with Apart(look, Bounds(2.0, 50_000_000)) as apart:
        with pytest.raises(ReadingError) as caught:
            apart.read(_file(tmp_path, content))
        assert str(caught.value).startswith(reason)
        assert apart.read(_file(tmp_path, b"eat 9")) == ("a.txt", 9)
    assert not multiprocessing.active_children()


def test_what_no_file_is_to_blame_for_ends_it(tmp_path: Path) -> None:
    with Apart(look) as apart, pytest.raises(TrackerError, match="no words"):
        apart.read(_file(tmp_path, b"stop no words"))


def test_a_file_that_cannot_be_opened_needs_no_process(tmp_path: Path) -> None:
    with Apart(look) as apart, pytest.raises(ReadingError, match="no such file"):
        apart.read(tmp_path / "none.txt")


def test_the_same_beside_other_threads(tmp_path: Path) -> None:
    """What else is at work is not copied in the middle: the process comes from elsewhere."""
    path = _file(tmp_path, letter_of().encode())
    with Apart(extraction_of) as apart:
        alone = apart.read(path)
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        with Apart(extraction_of) as apart:
            assert apart.read(path) == alone
    finally:
        over.set()
        other.join()
    assert [item.quote for item in alone.commitments]


def _opened(path: Path) -> int:
    if path.stat().st_size > 9:
        os._exit(4)
    raise ReadingError(f"holds {path.stat().st_size} bytes")


def test_a_reader_that_opens_the_file_itself(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="holds 3 bytes"):
        read_apart(_opened, _file(tmp_path, b"abc"))
    with pytest.raises(ReadingError, match=r"ended the process that read it \(status 4\)"):
        read_apart(_opened, _file(tmp_path, b"0123456789"))

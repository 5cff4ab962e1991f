"""Who works: the name under which messages are claimed, and whether its bearer is still at work.

The name holds what tells one process from every other on this machine since it was started. A
claim of one that is gone need not wait for its lease, and whatever the clock says, nothing is
taken from one that is at work.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
#: Machine since its start (8), process, its start in ticks since the machine's, what is unique.
_NAME: Final = re.compile(r"(?P<host>.*):(?P<boot>[0-9a-f]{8}):(?P<pid>\d+)\.(?P<start>\d+):\w+")


#: Those of this process that are at work.
_AT_WORK: Final[set[str]] = set()


@contextmanager
def at_work() -> Iterator[str]:
    """A name for one run of delivery or one daemon, at most 80 characters; at work as long as the
    block runs."""
    worker = _name()
    _AT_WORK.add(worker)
    try:
        yield worker
    finally:
        _AT_WORK.discard(worker)


def _name() -> str:
    pid = os.getpid()
    start = _start(pid)
    ours = f"{_boot()}:{pid}.{start}" if start is not None else str(pid)
    return f"{socket.gethostname()[:24]}:{ours}:{uuid.uuid4().hex[:12]}"


def gone(worker: str | None) -> bool | None:
    """Whether the bearer of a name has ended; None where that cannot be told: it ran on another
    machine, before this one was started anew, or on a system without /proc.

    Args:
        worker: of `at_work`, or any other text.
    """
    found = _NAME.fullmatch(worker or "")
    if found is None or found["boot"] != _boot():
        return None
    if int(found["pid"]) == os.getpid() and int(found["start"]) == _start(os.getpid()):
        return worker not in _AT_WORK
    # The same number may be another process by now; not with the same start.
    return _start(int(found["pid"])) != int(found["start"])


def _boot() -> str:
    """This machine since its start, and the space its process numbers are of: two containers of
    one machine each have a process 7."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = (_PROC / "self/ns/pid").readlink()
    except OSError:
        return ""
    return hashlib.sha256(f"{boot} {space}".encode()).hexdigest()[:8]


def _start(pid: int) -> int | None:
    """When a process was started, in ticks; None where it does not run, or cannot be asked."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name before may hold blanks and brackets.
    after = fields.rpartition(")")[2].split()
    state, start = after[0], after[19]
    return None if state in "ZX" else int(start)

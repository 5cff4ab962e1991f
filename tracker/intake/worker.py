"""The child process that reads and searches letters, so that a hostile one can harm only itself.

Limits are set here, before each item, by the system's own means: memory by RLIMIT_DATA (Linux),
and an alarm that ends the process should its parent be gone and unable to. The parent's watch on
the time is in `pool`.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, TypeAlias

from tracker.errors import TrackerError
from tracker.intake.extracting import Part

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

#: What a worker sends when it is ready for work.
READY: Final = "ready"
#: The memory that an item left behind (fragments, caches) above which a worker is replaced.
_WORN: Final = 128 * 1024 * 1024
#: What is said of an archive or mail that takes too long as a whole.
_REST: Final = (
    "took longer than {seconds:.0f} s to be read as a whole; what follows in it was not read: "
    "import its files by themselves"
)
_PAGE: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


#: Reads one item, as `extracting.Take` does; what it gives is sent on as it is.
Takes: TypeAlias = Callable[[bytes, str, str | None], Iterable[object]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one item may cost.

    Args:
        seconds: by the clock, for a file.
        memory: in bytes, above what was in use.
        a_part: seconds that an archive or mail may take more for each file that was read of it.
        most: seconds that it may take in all, however many there are; what it brought by then is
            kept.
    """

    seconds: float = 20.0
    memory: int = 500_000_000
    a_part: float = 5.0
    most: float = 600.0


@dataclass(frozen=True, slots=True)
class Ended:
    """An item is done with. `worn`: this worker has grown too big and ends."""

    worn: bool = False


def serve(jobs: Connection, bounds: Bounds, take: Takes, folder: str) -> None:
    """Work until the parent closes the connection.

    Comes in: a list of names with declared character sets, then the bytes of each. Goes out: READY;
    then per item its parts, and `Ended`.

    Args:
        jobs: to the parent.
        bounds: of one item.
        take: reads one item.
        folder: for its files in passing; removed at the end.
    """
    tempfile.tempdir = folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and decides
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # letters do not belong into core files
    try:
        base = _memory()
        jobs.send(READY)
        while True:
            names = jobs.recv()
            batch = [(jobs.recv_bytes(), *called) for called in names]
            for item in batch:
                ended = _one(jobs, bounds, take, item, base)
                jobs.send(ended)
                if ended.worn:
                    return
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the parent has all it wants, or is gone
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _one(
    jobs: Connection, bounds: Bounds, take: Takes, item: tuple[bytes, str, str | None], base: int
) -> Ended:
    _limit(bounds, _memory())
    # Time is counted here, so that waiting for who takes the parts is not.
    spent, allowed = 0.0, bounds.seconds
    since = time.monotonic()
    try:
        for part in take(*item):
            _alarm(0)
            if spent > min(allowed, bounds.most):
                jobs.send(Part(_REST.format(seconds=spent)))
                break
            spent += time.monotonic() - since
            allowed += bounds.a_part
            jobs.send(part)
            _alarm(bounds.seconds)
            since = time.monotonic()
    except MemoryError:
        _limit(None, 0)
        jobs.send(Part(f"needs more than {bounds.memory // 1_000_000} MB of memory to be read"))
        return Ended(worn=True)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise
    except TrackerError as error:
        jobs.send(error)  # nothing about this item: no other could be read either
    except Exception as error:  # noqa: BLE001 - a fault of ours costs one letter, not the batch
        jobs.send(Part(f"met a fault of this program, please report it: {_told(error)}"))
    finally:
        _limit(None, 0)
    return Ended(worn=_memory() > base + _WORN)


def _told(error: Exception) -> str:
    """An error in one line, with the place in our code where it arose."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {place}: {' '.join(str(error).split())[:120]}"


def _limit(bounds: Bounds | None, used: int) -> None:
    """Bound what comes next; None takes the bounds off again."""
    _alarm(bounds.seconds if bounds else 0)
    if resource is None or (bounds is not None and not used):
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft: Any = used + bounds.memory if bounds else hard
    if bounds and hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _alarm(seconds: float) -> None:
    """End this process in twice the time: only for a parent that was killed itself."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds * 2)


def _memory() -> int:
    """Bytes of writable memory in use, as RLIMIT_DATA counts them; 0 where nobody tells."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[5]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0

"""Worker processes, one at a time: how they are started, given items and ended."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from multiprocessing import resource_tracker
from multiprocessing.context import ForkContext, ForkServerContext, SpawnContext

from tracker.intake.items import Item
from tracker.intake.worker import Bounds, Takes, serve


class Hand:
    """One worker process.

    Args:
        started_by: how processes are started.
        bounds: of one item.
        take: reads one item.
    """

    def __init__(
        self,
        started_by: ForkServerContext | SpawnContext | ForkContext,
        bounds: Bounds,
        take: Takes,
    ) -> None:
        self.pipe, theirs = started_by.Pipe()
        # What it is at when it is killed lies in a folder that goes with it.
        self._folder = tempfile.mkdtemp(prefix="tracker-")
        self.process = started_by.Process(
            target=serve, args=(theirs, bounds, take, self._folder), daemon=True
        )
        with interrupts_held():
            self.process.start()
        theirs.close()

    def send(self, items: Sequence[Item]) -> None:
        """Give it items to read, one after another.

        Raises:
            BrokenPipeError, ConnectionResetError: it is gone.
        """
        self.pipe.send([(item.name, item.declared) for item in items])
        for item in items:
            self.pipe.send_bytes(item.data)

    def end(self) -> str:
        """End it at once; returns how it had ended by itself."""
        self.process.kill()
        self.process.join()
        self.pipe.close()
        code = self.process.exitcode or 0
        self.process.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        return _signal_name(-code) if code < 0 else f"status {code}"


@cache
def context() -> ForkServerContext | SpawnContext:
    """Workers are forked from a process that has loaded everything and does nothing else.

    Forking from this one would copy its connections and locks in whatever state they are.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["__main__", "tracker.intake.warm"])
    return server


@contextmanager
def interrupts_held() -> Iterator[None]:
    """A child that is started meanwhile never hears Ctrl-C, not even while it begins."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Every first child brings this one along, and its start lets interrupts through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

"""Reading and searching on a Dask cluster, for archives that outgrow a machine.

The cluster runs the same pure functions, inside the same bounded worker processes (`pool`), so that
the same letters give the same rows and the same reasons as on one machine.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from tracker.errors import TrackerError
from tracker.intake.extracting import Part, reader
from tracker.intake.hands import interrupts_held
from tracker.intake.items import Item
from tracker.intake.pool import MOST_BYTES, Done, Pool
from tracker.intake.together import MOST_UNPACKED, Room

#: Items in one task: the scheduler takes a millisecond for each task.
_IN_A_TASK: Final = 16
_TASK_BYTES: Final = 1024 * 1024
#: Tasks in hand for each thread of the cluster: one that runs, others that wait on the way.
_TASKS_A_THREAD: Final = 3
#: Seconds to find the scheduler, and after which the caller is given a turn.
_PATIENCE: Final = 20
_TURN: Final = 0.5


@dataclass(slots=True)
class _Task:
    """Items that travel together; `future` None where none of them needs reading."""

    first: int
    items: list[Item]
    future: Any = None


class Cluster:
    """A Dask cluster.

    Args:
        scheduler: its address, or None for a cluster on this machine that ends with `close`.
        workers: how many processes that one has.
        ocr: whether the text of scanned pages is recognised.

    Raises:
        TrackerError: Dask is not installed, or no scheduler answers.
    """

    def __init__(self, scheduler: str | None, workers: int, *, ocr: bool = False) -> None:
        self._ocr = ocr
        try:
            self._dask: Any = importlib.import_module("distributed")
        except ModuleNotFoundError as error:
            raise TrackerError(
                "--engine dask needs Dask; install it with: "
                "pip install 'commitment-tracker[cluster]'"
            ) from error
        self._local: Any = None
        self._threads = 1
        try:
            if scheduler is None:
                with interrupts_held():
                    self._local = self._dask.LocalCluster(
                        n_workers=workers,
                        threads_per_worker=1,
                        dashboard_address=None,
                        # Without a dashboard it still wants a port, and warns where that is taken.
                        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                        # A worker that beats its heart while the scheduler closes would log a
                        # traceback behind a good import. What goes wrong comes with the results.
                        silence_logs=logging.CRITICAL,
                    )
            self._client: Any = self._dask.Client(self._local or scheduler, timeout=_PATIENCE)
        except (OSError, TimeoutError, ValueError) as error:
            self._end_local()
            raise TrackerError(
                f"no Dask scheduler answers at {scheduler or 'this machine'}; "
                "start one with: dask scheduler"
            ) from error

    def close(self) -> None:
        """Leave the cluster; end it where it is our own."""
        self._client.close()
        self._end_local()

    def _end_local(self) -> None:
        if self._local is not None:
            self._local.close()

    def tend(self) -> None:
        """Nothing to do: the cluster's own threads take in results."""

    def map(self, items: Iterable[Item]) -> Generator[Done | None, None, None]:
        """Read and search items; see `Pool.map`.

        Raises:
            TrackerError: the cluster has lost its workers.
        """
        source = enumerate(items)
        line: deque[_Task] = deque()
        more = True
        while line or more:
            while more and self._room(line):
                task = _next_task(source)
                more = task is not None
                if task is not None:
                    self._send(task)
                    line.append(task)
            if not line:
                return
            future = line[0].future
            while future is not None and not future.done():
                yield None
                self._wait(future)
            yield from self._answers(line.popleft())

    def _room(self, line: deque[_Task]) -> bool:
        if not line:  # workers may come and go
            self._threads = max(1, sum(self._client.nthreads().values()))
        held = sum(len(item.data) for task in line for item in task.items)
        return len(line) < self._threads * _TASKS_A_THREAD and held < MOST_BYTES

    def _send(self, task: _Task) -> None:
        unread = [item for item in task.items if _unread(item)]
        if unread:
            load = [(item.data, item.name, item.declared) for item in unread]
            task.future = self._client.submit(read_all, load, self._ocr, pure=False, retries=1)

    def _wait(self, future: Any) -> None:
        try:
            self._dask.wait(future, timeout=_TURN)
        except TimeoutError:
            return

    def _answers(self, task: _Task) -> Iterator[Done]:
        answers = iter(self._result(task))
        for index, item in enumerate(task.items, task.first):
            if item.problem is not None:
                yield Done(index, item, Part(item.problem, left_out=item.left_out))
            elif not item.known:
                for part in next(answers):
                    yield Done(index, item, part)
            yield Done(index, item, None)

    def _result(self, task: _Task) -> Sequence[Sequence[Part]]:
        if task.future is None:
            return []
        try:
            found: list[list[Part]] = task.future.result()
        except self._dask.KilledWorker:
            # The bounds are inside the worker, so that this is no item's doing; each is named.
            return [[Part("went with the workers of the cluster that read it")]] * len(task.items)
        except self._dask.CancelledError as error:
            raise TrackerError("the Dask scheduler has gone away; run the command again") from error
        finally:
            task.future.release()
        return found


def _unread(item: Item) -> bool:
    return item.problem is None and not item.known


def _next_task(source: Iterator[tuple[int, Item]]) -> _Task | None:
    items: list[Item] = []
    first = size = 0
    for index, item in islice(source, _IN_A_TASK):
        first = first if items else index
        items.append(item)
        size += len(item.data)
        if size >= _TASK_BYTES:
            break
    return _Task(first, items) if items else None


_hands = threading.local()


def read_all(load: Sequence[tuple[bytes, str, str | None]], ocr: bool) -> list[list[Part]]:
    """What several items hold. Runs on the cluster, in one worker process for each thread there.

    Args:
        load: bytes, name and declared character set of each.
        ocr: whether the text of scanned pages is recognised.
    """
    if getattr(_hands, "ocr", None) != ocr:
        # Dask marks its workers as daemons, which may not have children of their own. Ours end by
        # themselves when their parent is gone.
        multiprocessing.current_process().daemon = False
        _hands.pool, _hands.ocr = Pool(1, take=reader(ocr=ocr)), ocr
    items = [Item(name, name, data, declared=declared) for data, name, declared in load]
    parts: list[list[Part]] = [[] for _ in items]
    room = Room("import it without --engine dask", MOST_UNPACKED)
    for done in _hands.pool.map(items):
        if done is not None and done.part is not None:
            parts[done.index].append(room.put(done.part))
    return parts

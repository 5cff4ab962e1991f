"""How long a message may take, whatever a server does: its connection is ended from outside."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Limit:
    """Ends a connection when its time is over, in the middle of whatever waits for it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.ends = time.monotonic() + seconds
        self.over = False
        self._lock = threading.Lock()
        self._line: socket.socket | None = None

    @property
    def said(self) -> str:
        """What to say of an error that the limit caused; nothing where it did not."""
        return f"not done within {self.seconds:g} s" if self.over else ""

    @property
    def left(self) -> float:
        """Seconds until it is over; never 0, which would mean not to wait at all."""
        return max(0.001, self.ends - time.monotonic())

    def watch(self, line: socket.socket | None) -> None:
        """Have this connection ended, from now on."""
        if line is None:
            return
        with self._lock:
            self._forget()
            # A second handle on the connection: TLS takes the first one over while it shakes hands.
            self._line = socket.socket(fileno=socket.dup(line.fileno()))
            if self.over:
                _shut(self._line)

    def end(self) -> None:
        """The time is over."""
        with self._lock:
            self.over = True
            if self._line is not None:
                _shut(self._line)

    def forget(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._forget()

    def _forget(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class Limits:
    """The limits of one channel, and the one thread that sees to them: to begin a thread for each
    message would take longer than some servers do."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running: set[Limit] = set()
        self._wakes: float | None = None  # None: there is no thread

    @contextmanager
    def bounded(self, seconds: float) -> Iterator[Limit]:
        """The block may take so many seconds; then what its limit watches is ended."""
        limit = Limit(seconds)
        with self._changed:
            self._running.add(limit)
            if self._wakes is None:
                self._wakes = limit.ends
                threading.Thread(target=self._see_to, name="limits", daemon=True).start()
            elif limit.ends < self._wakes:
                self._changed.notify()
        try:
            yield limit
        finally:
            with self._changed:
                self._running.discard(limit)
            limit.forget()

    def rest(self) -> None:
        """Nothing is left to be watched for now."""
        with self._changed:
            self._changed.notify()

    def _see_to(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for limit in [each for each in self._running if each.ends <= now]:
                    limit.end()
                    self._running.discard(limit)
                if not self._running:
                    self._wakes = None
                    return
                self._wakes = min(each.ends for each in self._running)
                self._changed.wait(self._wakes - now)


def _shut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:  # gone already
        return

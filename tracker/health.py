"""GET /health on the loopback: whether the daemon does its work, as JSON for a monitor.

200 where it does, 503 where it does not. Nothing of it is secret: no names, no addresses, no words
of messages or of errors. Never reachable from another machine.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from tracker.errors import SettingsError, StoreError
from tracker.reports.engine import engine_of
from tracker.store import outbox, schema
from tracker.store.database import Store

log = logging.getLogger("tracker.health")

HOST: Final = "127.0.0.1"
#: By these names only: a page of the web that has its own name lead here is turned away.
_NAMES: Final = ("127.0.0.1", "localhost")
#: A job that is due and not run for so long hangs.
OVERDUE: Final = dt.timedelta(minutes=30)
#: Seconds for a whole request.
_PATIENCE: Final = 5


def health(store: Store, now: dt.datetime) -> dict[str, Any]:
    """What the endpoint says; "ok" says it in one word.

    Args:
        store: the ledger and its outbox.
        now: the moment.
    """
    try:
        with store.read() as session:
            engine = engine_of(session, now)
            messages = outbox.tally(session)
    except StoreError:
        return {"ok": False, "problems": ["database"], "now": _text(now)}
    problems = [] if engine.alive else ["no heartbeat"]
    problems += [f"{job} failed" for job, run in sorted(engine.runs.items()) if run.failed]
    problems += [
        f"{job} overdue" for job, at in sorted(engine.next_runs.items()) if now - at > OVERDUE
    ]
    return {
        "ok": not problems,
        "problems": problems,
        "now": _text(now),
        "schema": schema.HEAD,
        "daemons": [
            {
                "alive": daemon.alive,
                "started_at": _text(daemon.started_at),
                "seen_at": _text(daemon.seen_at),
                "next_runs": {job: _text(at) for job, at in daemon.next_runs.items()},
            }
            for daemon in engine.daemons
        ],
        "jobs": {
            job: {
                "started_at": _text(run.started_at),
                "ended_at": _text(run.ended_at) if run.ended_at else None,
                "failed": run.failed,
            }
            for job, run in sorted(engine.runs.items())
        },
        "messages": dict(sorted(messages.items())),
    }


@contextmanager
def served(store: Store, now: Callable[[], dt.datetime], port: int) -> Iterator[int]:
    """Answer while the block runs; gives the port.

    Args:
        store: the ledger and its outbox.
        now: gives the moment.
        port: 0 takes any that is free.

    Raises:
        SettingsError: the port cannot be had.
    """

    class Handler(_Handler):
        answer = staticmethod(lambda: health(store, now()))

    try:
        server = _Server((HOST, port), Handler)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"schedule.health_port = {port}: another tracker run, or another program, holds "
                "this port; end it, or name another port"
            ) from error
        raise SettingsError(f"schedule.health_port = {port}: {error.strerror}") from error
    with server:
        thread = threading.Thread(target=server.serve_forever, name="health", daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no trouble of ours."""
        log.debug("a request for the health was broken off", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    timeout = _PATIENCE
    answer: Callable[[], dict[str, Any]]

    def do_GET(self) -> None:
        name = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if name not in _NAMES:
            self._say(403, {"error": "this machine only"})
        elif self.path.partition("?")[0] != "/health":
            self._say(404, {"error": "GET /health"})
        else:
            found = self.answer()
            self._say(200 if found["ok"] else 503, found)

    def _say(self, status: int, found: dict[str, Any]) -> None:
        body = json.dumps(found, indent=1).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        """Nobody need know what answers."""
        return "tracker"

    def log_message(self, format: str, *args: Any) -> None:
        """Monitors ask every minute."""
        log.debug(format, *args)


def _text(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")

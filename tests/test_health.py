"""The health endpoint: what it says, to whom, and what it keeps to itself."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import socket
from typing import Any

import pytest
from sqlalchemy import text

from tests.office import MONDAY, fill_one, morning, with_office
from tests.post import free_port
from tracker.errors import SettingsError
from tracker.followup.rounds import decide
from tracker.health import HOST, OVERDUE, health, served
from tracker.settings import Settings
from tracker.store import daemons
from tracker.store.database import Store
from tracker.store.workers import at_work

NOW = morning(MONDAY)


def ask(port: int, path: str = "/health", host: str = "127.0.0.1", verb: str = "GET") -> Any:
    line = http.client.HTTPConnection(HOST, port, timeout=10)
    line.request(verb, path, headers={"Host": host})
    answer = line.getresponse()
    body = answer.read()
    line.close()
    return answer.status, body


def beat(store: Store, worker: str, due: dt.datetime = NOW) -> None:
    with store.write() as session:
        daemons.beat(session, worker, NOW, {"deliver": due})


def test_a_daemon_that_works(store: Store, settings: Settings) -> None:
    fill_one(store)
    with at_work() as worker, served(store, lambda: NOW, 0) as port:
        beat(store, worker)
        with store.write() as session:
            decide(session, MONDAY, NOW, with_office(settings))
            run = daemons.begin_run(session, "sweep", worker, NOW)
            daemons.end_run(session, run, NOW, "to 县经信局", failed=False)
        status, body = ask(port)
    found = json.loads(body)
    assert (status, found["ok"], found["problems"]) == (200, True, [])
    assert found["messages"] == {"queued": 1}
    assert found["jobs"]["sweep"]["ended_at"] == "2023-12-04T00:30:00+00:00"
    assert found["daemons"][0]["next_runs"] == {"deliver": "2023-12-04T00:30:00+00:00"}
    for secret in ("县经信局", "yunxi.example", worker, str(settings.data_dir)):
        assert secret not in body.decode()


@pytest.mark.parametrize("what", ["silent", "failed", "overdue", "database"])
def test_what_makes_it_503(store: Store, what: str) -> None:
    with at_work() as worker, served(store, lambda: NOW, 0) as port:
        if what != "silent":
            beat(store, worker, NOW - 2 * OVERDUE if what == "overdue" else NOW)
        if what == "failed":
            with store.write() as session:
                run = daemons.begin_run(session, "sweep", worker, NOW)
                daemons.end_run(session, run, NOW, "no", failed=True)
        if what == "database":
            with store.write() as session:
                session.execute(text("DROP TABLE runs"))
        status, body = ask(port)
    expected = {"silent": "no heartbeat", "failed": "sweep failed", "overdue": "deliver overdue"}
    assert status == 503
    assert json.loads(body)["problems"] == [expected.get(what, "database")]


@pytest.mark.parametrize(
    ("path", "host", "verb", "status"),
    [
        ("/", "127.0.0.1", "GET", 404),
        ("/health/../x", "127.0.0.1", "GET", 404),
        ("/health?x=1", "localhost:8080", "GET", 503),
        # A page of the web that has its own name lead to this machine.
        ("/health", "evil.example", "GET", 403),
        ("/health", "", "GET", 403),
        ("/health", "127.0.0.1", "POST", 501),
    ],
)
def test_who_is_answered(store: Store, path: str, host: str, verb: str, status: int) -> None:
    with served(store, lambda: NOW, 0) as port:
        assert ask(port, path, host, verb)[0] == status


def test_it_listens_on_the_loopback_only(store: Store) -> None:
    with served(store, lambda: NOW, 0) as port, socket.socket() as other:
        # The same port of every other address is free.
        other.bind(("127.0.0.2", port))


def test_somebody_who_says_nothing_holds_up_nobody(store: Store) -> None:
    with (
        served(store, lambda: NOW, 0) as port,
        socket.create_connection((HOST, port)) as mute,
    ):
        mute.sendall(b"GET /hea")
        assert ask(port)[0] == 503


def test_a_port_that_is_taken(store: Store) -> None:
    port = free_port()
    with (
        socket.create_server((HOST, port)),
        pytest.raises(SettingsError, match=rf"health_port = {port}: another tracker run"),
        served(store, lambda: NOW, port),
    ):
        pass


def test_without_any_daemon(store: Store) -> None:
    assert health(store, NOW)["problems"] == ["no heartbeat"]

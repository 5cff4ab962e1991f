"""Claims: who has a message, for how long, and what a clock that is set does to it."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.office import MONDAY, morning
from tracker.settings import Settings
from tracker.store import claims, noticed, outbox, tries
from tracker.store.database import Store, open_store
from tracker.store.tables import AttemptRow, MessageRow

NOW = morning(MONDAY)
DAY = dt.timedelta(days=1)
#: Whether the process that had claimed has ended: yes, no, nobody can tell.
Ended = bool | None


def add(session: Session, recipient: str, kind: outbox.Kind = "digest", day: int = 0) -> int:
    row, _ = outbox.queue(
        session, kind=kind, recipient=recipient, name="局", address="a@b.example",
        day=MONDAY + day * DAY, now=NOW, domain="b.example",
    )  # fmt: skip
    return row.id


def begin(session: Session, message_id: int, worker: str = "one", now: dt.datetime = NOW) -> bool:
    begun = claims.Begun(message_id, MONDAY, "局", "a@b.example", False, "主题", "正文", None)
    return claims.begin(session, worker, now, MONDAY, begun)


def states(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(MessageRow.state).order_by(MessageRow.id)))


def attempts(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(AttemptRow.result).order_by(AttemptRow.id)))


def test_a_batch_holds_one_digest_of_each_recipient(any_store: Store) -> None:
    with any_store.write() as session:
        ids = [add(session, "unit:1", day=day) for day in range(3)] + [add(session, "unit:2")]
        reports = [add(session, "unit:1", "report", day) for day in range(2)]
    with any_store.write() as session:
        assert claims.claim(session, "one", NOW, MONDAY, 10) == [ids[0], ids[3], *reports]
    with any_store.write() as session:
        assert claims.claim(session, "two", NOW, MONDAY, 10) == [], "the others wait for theirs"
    with any_store.write() as session:
        assert begin(session, ids[0])
        assert tries.record_sent(session, ids[0], "one", NOW)
    with any_store.write() as session:
        assert claims.claim(session, "two", NOW, MONDAY, 10) == [], "one a day"
    with any_store.write() as session:
        assert claims.claim(session, "two", NOW + DAY, MONDAY + DAY, 10) == [ids[1]]


def test_a_batch_is_no_larger_than_asked_for(any_store: Store) -> None:
    with any_store.write() as session:
        ids = [add(session, f"unit:{number}") for number in range(5)]
    with any_store.write() as session:
        assert claims.claim(session, "one", NOW, MONDAY, 3) == ids[:3]
        assert claims.claim(session, "one", NOW, MONDAY, 3) == ids[3:]


def test_what_was_tried_least_comes_first(any_store: Store) -> None:
    """A message that ends every process that tries it holds up no other."""
    with any_store.write() as session:
        ids = [add(session, f"unit:{number}") for number in range(3)]
        claims.claim(session, "one", NOW, MONDAY, 1)
        begin(session, ids[0])
    with any_store.write() as session:
        claims.recover(session, NOW, gone=lambda _: True)
        assert claims.claim(session, "two", NOW, MONDAY, 1) == ids[1:2]
        assert claims.claim(session, "two", NOW, MONDAY, 1) == ids[2:]
        assert claims.claim(session, "two", NOW, MONDAY, 1) == ids[:1]


def test_a_round_that_decides_is_waited_for(postgresql_ready: Settings) -> None:
    """It holds all that waits; who found nothing then would leave it all to one process."""
    store = open_store(postgresql_ready)
    with store.write() as session:
        message_id = add(session, "unit:1")
    found: list[int] = []

    def claim() -> None:
        with store.write() as session:
            found.extend(claims.claim(session, "one", NOW, MONDAY))

    thread = threading.Thread(target=claim)
    with store.write() as session:
        noticed.lock_round(session)
        outbox.waiting(session)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(10)
    assert found == [message_id]
    store.close()


def test_what_had_not_begun_goes_back_untouched(any_store: Store) -> None:
    with any_store.write() as session:
        ids = [add(session, f"unit:{number}") for number in range(3)]
        claims.claim(session, "one", NOW, MONDAY, 3)
        assert begin(session, ids[0])
        claims.release(session, "one", ids)
    assert states(any_store) == ["sending", "queued", "queued"]
    with any_store.write() as session:
        assert not begin(session, ids[1]), "it is nobody's"
        assert not begin(session, ids[0]), "it has begun"
        tried = session.scalars(select(MessageRow.tries).order_by(MessageRow.id))
        assert list(tried) == [1, 0, 0]


@pytest.mark.parametrize(
    ("ended", "later", "after"),
    [
        # It ended: nothing need be waited for, and what it had begun is known.
        (True, dt.timedelta(), ["unknown", "queued"]),
        (True, -DAY, ["unknown", "queued"]),
        # It runs: its claim holds as long as the lease.
        (False, claims.LEASE, ["sending", "claimed"]),
        (False, claims.LEASE * 2, ["unknown", "unknown"]),
        # It runs, and the clock was set: nothing is taken from it.
        (False, DAY, ["sending", "claimed"]),
        (False, -DAY, ["sending", "claimed"]),
        # Nobody can tell: the lease decides, and what it had begun is not known.
        (None, claims.LEASE, ["sending", "claimed"]),
        (None, claims.LEASE * 2, ["unknown", "unknown"]),
        (None, DAY, ["unknown", "unknown"]),
        (None, -DAY, ["sending", "claimed"]),
    ],
)
def test_when_a_claim_lapses(
    any_store: Store, ended: Ended, later: dt.timedelta, after: list[str]
) -> None:
    with any_store.write() as session:
        ids = [add(session, f"unit:{number}") for number in range(2)]
        claims.claim(session, "one", NOW, MONDAY, 2)
        begin(session, ids[0])
    with any_store.write() as session:
        came_back = claims.recover(session, NOW + later, gone=lambda _: ended)
    assert states(any_store) == after
    assert came_back == sum(state in ("unknown", "queued") for state in after)
    assert attempts(any_store) == ["interrupted"] * after.count("unknown")


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_after_a_jump_of_the_clock_the_lease_begins_anew(
    any_store: Store, jump: dt.timedelta
) -> None:
    """The process hangs, or its run was broken off: its messages are not lost either."""
    with any_store.write() as session:
        message_id = add(session, "unit:1")
        claims.claim(session, "one", NOW, MONDAY)
        begin(session, message_id)
    for wait, came_back in ((0, 0), (14, 0), (16, 1)):
        now = NOW + jump + dt.timedelta(minutes=wait)
        with any_store.write() as session:
            assert claims.recover(session, now, gone=lambda _: False) == came_back, wait


def test_a_delay_does_not_outlast_a_clock_that_is_set_back(any_store: Store) -> None:
    with any_store.write() as session:
        message_id, fresh = add(session, "unit:1"), add(session, "unit:2")
        claims.claim(session, "one", NOW, MONDAY, 2)
        begin(session, message_id)
        tries.record_failed(session, message_id, "one", NOW, "451", permanent=False, jitter=0.0)
        claims.release(session, "one", [fresh])
    yesterday = NOW - DAY
    with any_store.write() as session:
        assert claims.claim(session, "one", yesterday, MONDAY - DAY, 2) == []
        claims.recover(session, yesterday)
        # What was decided for a day that is yet to come waits for it.
        assert claims.claim(session, "one", yesterday, MONDAY - DAY, 2) == [message_id]


def test_a_claim_outlives_the_process_and_waits_for_no_disk(any_store: Store) -> None:
    with any_store.write(durable=False) as session:
        add(session, "unit:1")
        if session.get_bind().dialect.name == "sqlite":
            assert session.connection().exec_driver_sql("PRAGMA synchronous").scalar() == 1
        else:
            setting = session.connection().exec_driver_sql("SHOW synchronous_commit").scalar()
            assert setting == "off"
    assert states(any_store) == ["queued"]
    with any_store.write() as session:
        if session.get_bind().dialect.name == "sqlite":
            assert session.connection().exec_driver_sql("PRAGMA synchronous").scalar() == 2
        else:
            assert session.connection().exec_driver_sql("SHOW synchronous_commit").scalar() == "on"

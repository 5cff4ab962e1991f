"""Worker processes: in order, bounded, and a dead one costs the item that it was reading."""

from __future__ import annotations

import os
import sys
import tempfile
import time
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.texts import giant_letter
from tests.cli.running import LETTER
from tests.intake.takers import take
from tracker.errors import TrackerError
from tracker.intake.extracting import Taken
from tracker.intake.items import Item
from tracker.intake.pool import Pool
from tracker.intake.worker import Bounds

GOOD = LETTER.format(number=30).encode()


def _items(*contents: bytes) -> list[Item]:
    return [Item(f"{at}.txt", f"{at}.txt", data) for at, data in enumerate(contents)]


def _told(pool: Pool, items: list[Item]) -> list[tuple[str, str]]:
    """Origin and reason of every part, "letter" for a letter, in the order they come."""
    return [
        (
            done.item.origin,
            done.part.found if isinstance(done.part.found, str) else "letter",
        )
        for done in pool.map(items)
        if done is not None and done.part is not None
    ]


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_the_order_of_the_items(jobs: int) -> None:
    contents = [b"sleep 0.2", GOOD, b"", *[b"sleep 0"] * 20, GOOD]
    with Pool(jobs, take=take) as pool:
        told = _told(pool, _items(*contents))
    assert [origin for origin, _ in told] == [f"{at}.txt" for at in range(len(contents))]
    reasons = [reason for _, reason in told]
    assert reasons[:4] == ["slept 0.2", "letter", "is empty", "slept 0"]
    assert reasons[-1] == "letter"


DEADLY = [
    (b"exit 3", "ended the process that read it (status 3)"),
    (b"exit 0", "ended the process that read it (status 0)"),
    (b"kill 11", "ended the process that read it (SIGSEGV)"),
    (b"kill 9", "ended the process that read it (SIGKILL)"),
    (b"sleep 60", "took longer than 1 s to be read"),
    (b"eat 90000000", "needs more than 50 MB of memory to be read"),
    (b"fault x", "met a fault of this program, please report it: KeyError at takers.py:"),
]


@pytest.mark.parametrize(("content", "reason"), DEADLY)
def test_a_deadly_item_costs_itself_alone(content: bytes, reason: str) -> None:
    with Pool(1, Bounds(1.0, 50_000_000), take) as pool:
        told = _told(pool, _items(GOOD, content, GOOD, content, GOOD))
    assert [said == "letter" for _, said in told] == [True, False, True, False, True]
    assert told[1][1].startswith(reason)
    assert told[3][1].startswith(reason)


def test_many_deadly_items_under_several_workers() -> None:
    contents = [GOOD, b"exit 1", b"sleep 60", b"eat 90000000", b"kill 6"] * 3
    with Pool(3, Bounds(1.0, 50_000_000), take) as pool:
        told = _told(pool, _items(*contents))
    assert [said == "letter" for _, said in told] == [True, False, False, False, False] * 3


def test_what_is_within_its_bounds_is_not_harmed() -> None:
    with Pool(1, Bounds(5.0, 50_000_000), take) as pool:
        told = _told(pool, _items(*[b"eat 30000000"] * 5, b"sleep 0.5"))
    assert [said for _, said in told] == ["ate 30000000"] * 5 + ["slept 0.5"]


def test_a_real_letter_beyond_its_bounds() -> None:
    giant = giant_letter(3_000_000).encode()
    with Pool(1, Bounds(0.2)) as pool:
        assert _told(pool, _items(giant, GOOD))[0][1] == "took longer than 0.2 s to be read"
    with Pool(1, Bounds(20, 8_000_000)) as pool:
        told = [said for _, said in _told(pool, _items(giant, GOOD))]
    assert told == ["needs more than 8 MB of memory to be read", "letter"]


def test_what_a_container_gave_before_it_killed_is_kept() -> None:
    with Pool(1, take=take) as pool:
        told = _told(pool, _items(b"half", GOOD))
    assert told == [
        ("0.txt", "first of two"),
        ("0.txt", "ended the process that read it (status 1)"),
        ("1.txt", "letter"),
    ]


@pytest.mark.parametrize(
    ("bounds", "at_least", "at_most"),
    [
        (Bounds(1.0, a_part=0.01), 1, 30),  # a second, and a fifth of what each takes
        (Bounds(1.0, a_part=1.0, most=0.5), 1, 11),
        (Bounds(5.0), 40, 40),
    ],
)
def test_a_container_is_bounded_as_a_whole(bounds: Bounds, at_least: int, at_most: int) -> None:
    with Pool(1, bounds, take) as pool:
        told = _told(pool, _items(b"drip 40", GOOD))
    drops = [said for _, said in told if said.startswith("drop")]
    assert drops == [f"drop {turn}" for turn in range(len(drops))]
    assert at_least <= len(drops) <= at_most
    rest = [said for _, said in told if "as a whole; what follows in it was not read" in said]
    assert len(rest) == (len(drops) < 40)
    assert told[-1] == ("1.txt", "letter")


def test_waiting_for_who_takes_the_parts_is_no_time_of_the_container() -> None:
    with Pool(1, Bounds(2.0, a_part=0.0), take) as pool:
        parts = 0
        for done in pool.map(_items(b"pack 40")):
            if done is not None and done.part is not None:
                assert str(done.part.found).startswith("member")
                parts += 1
                time.sleep(0.1)
    assert parts == 40


def test_containers_do_not_pile_up_ahead_of_their_turn() -> None:
    most = 0
    with Pool(2, take=take) as pool:
        parts = []
        for done in pool.map(_items(b"sleep 1.5", b"pack 60", GOOD)):
            if done is not None and done.part is not None:
                parts.append(done.part.found)
            most = max(most, sum(job.size for job in pool._line))
    assert parts[1:-1] == [f"member {turn}" for turn in range(60)]
    assert isinstance(parts[-1], Taken)
    assert 10_000_000 < most < 30_000_000


def test_items_are_drawn_as_they_are_needed() -> None:
    drawn = 0

    def endless() -> Iterator[Item]:
        nonlocal drawn
        while True:
            drawn += 1
            yield Item("x", "x", b"sleep 0")

    with Pool(1, take=take) as pool:
        results = pool.map(endless())
        for _ in range(20):
            next(results)
        assert drawn < 1000


def test_known_and_wrong_items_need_no_worker() -> None:
    items = [Item("a", "a", problem="is odd"), Item("b", "b", known=((None, "25"),))]
    with Pool(1) as pool:
        done = [(one.index, one.part and one.part.found) for one in pool.map(items) if one]
        assert pool._hands == []
    assert done == [(0, "is odd"), (0, None), (1, None)]


def test_workers_that_cannot_start_are_not_tried_for_ever(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    here_only = types.ModuleType("here_only")
    exec("def take(data, name): yield", here_only.__dict__)  # noqa: S102 - a module without a file
    monkeypatch.setitem(sys.modules, "here_only", here_only)
    with (
        Pool(1, take=here_only.take) as pool,
        pytest.raises(TrackerError, match="no worker process can be started"),
    ):
        list(pool.map(_items(GOOD)))
    capfd.readouterr()  # the children complained


def test_after_workers_that_could_not_start_nobody_gets_what_was_left(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    here_only = types.ModuleType("here_only")
    exec("def take(data, name): yield", here_only.__dict__)  # noqa: S102 - a module without a file
    monkeypatch.setitem(sys.modules, "here_only", here_only)
    with Pool(1, take=here_only.take) as pool:
        with pytest.raises(TrackerError, match="no worker process can be started"):
            list(pool.map(_items(GOOD)))
        pool._take = take  # the machine has recovered
        other = [Item("other", "other", b"sleep 0")]
        assert _told(pool, other) == [("other", "slept 0")]
    capfd.readouterr()  # the children complained


@pytest.mark.parametrize("kept", [True, False])
def test_who_stops_in_the_middle_leaves_nothing_to_the_next(kept: bool) -> None:
    with Pool(2, take=take) as pool:
        first = pool.map(_items(b"sleep 0", *[b"sleep 0.3"] * 5))
        while next(first) is None:
            pass
        if not kept:
            first.close()
        second = pool.map([Item("other", "other", b"sleep 0.1"), Item("more", "more", GOOD)])
        while (done := next(second)) is None:
            pass
        del first
        told = [done.item.origin, *(one.item.origin for one in second if one is not None)]
        assert list(dict.fromkeys(told)) == ["other", "more"]


def test_no_file_in_passing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Pool(1, Bounds(2.0), take=take) as pool:
        told = _told(pool, _items(b"litter 0", b"litter 60", GOOD))
        assert [said[:11] for _, said in told] == ["took longer", "letter"]
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []


def test_no_process_is_left_behind() -> None:
    with Pool(2, take=take) as pool:
        _told(pool, _items(*[b"sleep 0"] * 20))
        numbers = [hand.process.pid for hand in pool._hands]
    assert numbers
    for number in numbers:
        assert number is not None
        assert not Path(f"/proc/{number}").exists() or _is_gone(number)


def _is_gone(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    return False

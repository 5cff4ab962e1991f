"""Archives that are waited for as a whole: bounded in memory, and what is left behind is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.intake.takers import take
from tests.letters import forms
from tests.site import reply
from tracker.intake import batch, cluster
from tracker.intake.batch import taker
from tracker.intake.cluster import read_all
from tracker.intake.extracting import Part, Taken
from tracker.intake.pool import Pool
from tracker.intake.together import Room

FULL = "not kept: letters of more than {} MB came together; "


def test_what_finds_no_room_is_named_without_its_bytes() -> None:
    room = Room("import it alone", most=3 * 1024 * 1024)
    sizes = {"1": 2 * 1024 * 1024, "2": 2 * 1024 * 1024, "3": 1024 * 1024, "4": 1}
    parts = [Part("read", name, bytes(size)) for name, size in sizes.items()]
    reason = FULL.format(3) + "import it alone"
    assert [room.put(part) for part in parts] == [
        parts[0], Part(reason, "2"), parts[2], Part(reason, "4"),
    ]  # fmt: skip
    own = Part("is empty")
    assert room.put(own) is own, "what has no bytes of its own needs no room"


def test_an_archive_at_an_address_has_so_much_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MOST_UNPACKED", 2 * 1024 * 1024)
    with Pool(1, take=take) as pool:
        reader = taker(pool)
        for _ in range(2):  # each address has the whole room
            parts = list(reader(b"pack 4", "a.zip", None))
            assert [(part.member, len(part.data or b"")) for part in parts] == [
                ("0.txt", 1_000_000), ("1.txt", 1_000_000), ("2.txt", 0), ("3.txt", 0),
            ]  # fmt: skip
            assert parts[2].found == FULL.format(2) + "download it and import the file"


@pytest.fixture
def hands() -> Iterator[None]:
    """The worker process of this thread ends with the test."""
    yield
    cluster._hands.pool.close()
    cluster._hands.ocr = None


@pytest.mark.usefixtures("hands")
def test_a_task_on_a_cluster_has_so_much_room(monkeypatch: pytest.MonkeyPatch) -> None:
    page = reply(7).replace("<head>", f"<head><!--{'x' * 700_000}-->").encode()
    packed = forms.zipped({"7.html": page, "8.html": page, "9.html": reply(9).encode()})
    single = reply(10).encode()
    monkeypatch.setattr(cluster, "MOST_UNPACKED", 1024 * 1024)
    first, second = read_all([(packed, "a.zip", None), (single, "10.html", None)], ocr=False)
    assert [(part.member, isinstance(part.found, Taken)) for part in first] == [
        ("7.html", True), ("8.html", False), ("9.html", True),
    ]  # fmt: skip
    assert first[1].found == FULL.format(1) + "import it without --engine dask"
    assert isinstance(second[0].found, Taken)

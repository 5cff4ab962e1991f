"""A whole import: the same rows whoever reads, known files skipped, bad ones named, stopping."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.bench.archive import write_letters
from tests.cli.running import LETTER
from tests.factories import NOW, WHO
from tests.intake.takers import take
from tests.letters import forms
from tracker.errors import StoreError
from tracker.intake import opened
from tracker.intake.batch import import_items, taker
from tracker.intake.extracting import extract
from tracker.intake.files import listed
from tracker.intake.items import Item, load
from tracker.intake.pool import Pool
from tracker.intake.writing import Answer, Outcome, Writer
from tracker.settings import Settings
from tracker.store.database import Store, open_store
from tracker.store.tables import LetterRow


def _run(
    store: Store, settings: Settings, items: Iterator[Item] | list[Item], pool: Pool
) -> list[Outcome]:
    writer = Writer(store, settings, who=WHO, now=lambda: NOW, meanwhile=pool.tend)
    return [one for some in import_items(items, pool, store, writer) for one in some]


def _from(folder: Path) -> Iterator[Item]:
    return (load(found.path, found.path.name) for found in listed([folder]))


def _letter(number: int, text: str = LETTER) -> Item:
    return Item(f"{number}.txt", f"{number}.txt", text.format(number=number).encode())


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Letters from several places, further versions and copies of some, and bad files."""
    folder = tmp_path / "in"
    write_letters(folder, 75)
    for number in (3, 3, 7):
        item = _letter(number)
        (folder / f"{number}-first.txt").write_bytes(item.data)
        (folder / f"{number}-copy.txt").write_bytes(item.data)
        again = _letter(number, LETTER.replace("300万元", "500万元").replace("5月15日", "6月1日"))
        (folder / f"{number}-later.txt").write_bytes(again.data)
    (folder / "5-empty.txt").touch()
    (folder / "6-news.txt").write_text("云溪市召开企业座谈会")
    return folder


def _dump(settings: Settings) -> list[str]:
    """Every row of the database. What links two rows has no order of its own."""
    with closing(sqlite3.connect(settings.data_dir / "tracker.db")) as connection:
        return sorted(connection.iterdump())


def test_the_same_rows_however_many_workers(archive: Path, settings: Settings) -> None:
    dumps, told = [], []
    for jobs in (1, 3):
        here = replace(
            settings,
            data_dir=settings.data_dir / str(jobs),
            database_url=f"sqlite:///{settings.data_dir}/{jobs}/tracker.db",
        )
        with closing(open_store(here)) as store, Pool(jobs) as pool:
            told.append(_run(store, here, _from(archive), pool))
        dumps.append(_dump(here))
        assert len(list(here.archive_dir.rglob("*.bin"))) == 79
    assert dumps[0] == dumps[1]
    assert told[0] == told[1]
    statuses = [outcome.status for outcome in told[0]]
    assert {name: statuses.count(name) for name in statuses} == {
        "new": 77, "version": 2, "known": 2, "failed": 2,
    }  # fmt: skip


def test_a_second_run_changes_nothing_and_reads_nothing(archive: Path, settings: Settings) -> None:
    with closing(open_store(settings)) as store:
        with Pool(1) as pool:
            first = _run(store, settings, _from(archive), pool)
        before = _dump(settings)
        with Pool(1) as pool:
            good = (item for item in _from(archive) if not item.origin.startswith(("5-", "6-")))
            again = _run(store, settings, good, pool)
            assert pool._hands == []
    assert _dump(settings) == before
    assert {outcome.status for outcome in again} == {"known"}
    codes = {outcome.origin: outcome.code for outcome in first}
    assert all(outcome.code == codes[outcome.origin] for outcome in again)


def _containers() -> list[Item]:
    letters = {f"{number}.txt": _letter(number).data for number in (1, 2, 3)}
    mail = forms.eml(LETTER.format(number=4), attached={"5.txt": _letter(5).data})
    bad = {"6.txt": _letter(6).data, "bad.pdf": b"%PDF-1.4 cut"}
    return [
        Item("a.zip", "a.zip", forms.zipped(letters | {"logo.png": b"x"})),
        Item("b.eml", "b.eml", mail),
        Item("c.zip", "c.zip", forms.zipped({"a.zip": forms.zipped(letters | {"b.rtf": b"x"})})),
        Item("bad.zip", "bad.zip", forms.zipped(bad)),
    ]


def test_containers_whose_letters_are_known_are_not_read_again(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    containers = _containers()
    with Pool(1) as pool:
        first = _run(store, settings, iter(containers), pool)
    places = [one.origin for one in first if one.status in ("new", "known")]
    assert len(places) == 3 + 2 + 3 + 1
    with Pool(1) as pool:
        again = _run(store, settings, iter(containers[:3]), pool)
        assert pool._hands == []
        assert [one.origin for one in again if one.status == "left_out"] == [
            "a.zip › logo.png",
            "c.zip › a.zip › b.rtf",
        ], "what is not read is named every time"
        again = [one for one in again if one.status != "left_out"]
        assert {one.status for one in again} == {"known"}
        assert [one.origin for one in again] == places[:-1]
        codes = {one.origin: one.code for one in first}
        assert all(one.code == codes[one.origin] for one in again)
        bad = _run(store, settings, iter(containers[3:]), pool)
        assert [one.status for one in bad] == ["known", "failed"], "it is named every time"
        assert len(pool._hands) == 1
    monkeypatch.setattr(opened, "_version", lambda: "99")
    with Pool(1) as pool:
        _run(store, settings, iter(containers[:1]), pool)
        assert len(pool._hands) == 1, "a newer program may find more"


def test_a_container_is_read_again_where_its_letters_or_its_note_are_gone(
    store: Store, settings: Settings
) -> None:
    container = _containers()[0]
    with Pool(1) as pool:
        _run(store, settings, iter([container]), pool)
    (note,) = settings.archive_dir.rglob("*.json")
    whole = note.read_text(encoding="utf-8")
    for spoilt in ("", "[]", '{"version": 1}', whole.replace("left_out", "others")):
        note.write_text(spoilt, encoding="utf-8")
        with Pool(1) as pool:
            again = _run(store, settings, iter([container]), pool)
            assert len(pool._hands) == 1
        assert [one.status for one in again] == ["known"] * 3 + ["left_out"]
        assert note.read_text(encoding="utf-8") == whole
    other = replace(settings, database_url=f"sqlite:///{settings.data_dir}/other.db")
    with closing(open_store(other)) as empty, Pool(1) as pool:
        told = _run(empty, other, iter([container]), pool)
    assert [one.status for one in told] == ["new"] * 3 + ["left_out"]


def test_bad_items_are_named_and_the_rest_is_done(store: Store, settings: Settings) -> None:
    items = [
        _letter(1),
        Item("gone.txt", "gone.txt", problem="no such file"),
        Item("deadly.txt", "deadly.txt", b"exit 1"),
        Item("pack.zip", "pack.zip", b"pack 2"),
        _letter(2),
    ]
    with Pool(2, take=take) as pool:
        told = _run(store, settings, items, pool)
    assert [(one.origin, one.status, one.reason) for one in told] == [
        ("1.txt", "new", ""),
        ("gone.txt", "failed", "no such file"),
        ("deadly.txt", "failed", "ended the process that read it (status 1)"),
        ("pack.zip › 0.txt", "failed", "member 0"),
        ("pack.zip › 1.txt", "failed", "member 1"),
        ("2.txt", "new", ""),
    ]


def test_what_is_left_out_is_no_failure(store: Store, settings: Settings) -> None:
    names = {"a.txt": _letter(1).data, "b.rar": b"x", "c.txt": b"none"}
    items = [
        Item("a.zip", "a.zip", forms.zipped(names)),
        Item("d.rar", "d.rar", problem="", left_out=True),
    ]
    writer = Writer(store, settings, who=WHO, now=lambda: NOW)
    with Pool(1) as pool:
        told = [one for lot in import_items(items, pool, store, writer) for one in lot]
        assert [part.member for part in taker(pool)(items[0].data, "a.zip", None)] == [
            "a.txt",
            "c.txt",
        ]
    assert [(one.origin, one.status) for one in told] == [
        ("a.zip › a.txt", "new"),
        ("a.zip › b.rar", "left_out"),
        ("a.zip › c.txt", "failed"),
        ("d.rar", "left_out"),
    ]


def test_a_letter_that_came_with_other_bytes_fails_alone(store: Store, settings: Settings) -> None:
    one, other = (_letter(number).data for number in (1, 2))
    answers = [
        Answer("1.txt", extract(one, "1.txt"), one),
        Answer("odd.txt", extract(one, "1.txt"), other),
    ]
    told = Writer(store, settings, who=WHO, now=lambda: NOW).write(answers)
    assert [(one.status, one.reason[:30]) for one in told] == [
        ("new", ""),
        ("failed", "was read from other bytes than"),
    ]
    with store.read() as session:
        assert session.scalars(select(LetterRow.source)).all() == ["1.txt"]


def test_stopping_writes_what_was_read_and_no_more(store: Store, settings: Settings) -> None:
    told: list[Outcome] = []
    with Pool(1) as pool:
        writer = Writer(store, settings, who=WHO, now=lambda: NOW, meanwhile=pool.tend)
        items = (_letter(number) for number in range(1, 1000))
        stopped = told.__len__
        for some in import_items(items, pool, store, writer, lambda: stopped() > 0):
            told += some
    with store.read() as session:
        assert session.scalar(select(func.count(LetterRow.id))) == len(told)
    assert 0 < len(told) < 300


def test_a_letter_that_the_database_refuses_fails_alone(postgresql_ready: Settings) -> None:
    """PostgreSQL keeps no NUL in a text; that of a UTF-16 file may hold one."""
    odd = LETTER.format(number=2).replace("企业", "企\0业", 1).encode("utf-16")
    items = [_letter(1), Item("odd.txt", "odd.txt", odd), _letter(3)]
    with closing(open_store(postgresql_ready)) as store, Pool(1) as pool:
        told = _run(store, postgresql_ready, items, pool)
        with store.read() as session:
            sources = session.scalars(select(LetterRow.source).order_by(LetterRow.id)).all()
    assert [one.status for one in told] == ["new", "failed", "new"]
    assert told[1].reason.startswith("the database does not take it: ")
    assert sources == ["1.txt", "3.txt"]


def test_when_the_disk_refuses_nothing_of_the_batch_is_written(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with Pool(1) as pool:
        with monkeypatch.context() as patched:
            patched.setattr("os.fsync", full)
            with pytest.raises(StoreError, match="No space left"):
                _run(store, settings, [_letter(1), _letter(2)], pool)
        with store.read() as session:
            assert session.scalar(select(func.count(LetterRow.id))) == 0
    with Pool(1) as pool:
        told = _run(store, settings, [_letter(1), _letter(2)], pool)
    assert [one.status for one in told] == ["new", "new"]


def test_the_time_is_asked_for_every_letter(store: Store, settings: Settings) -> None:
    times = iter(NOW + dt.timedelta(seconds=turn) for turn in range(5))
    with Pool(1) as pool:
        writer = Writer(store, settings, who=WHO, now=lambda: next(times), meanwhile=pool.tend)
        list(import_items([_letter(1), _letter(2)], pool, store, writer))
    with store.read() as session:
        at = session.scalars(select(LetterRow.imported_at).order_by(LetterRow.id)).all()
    assert at == [NOW, NOW + dt.timedelta(seconds=1)]

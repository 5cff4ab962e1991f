"""`--format table|json|csv` of every command that lists: the same records, codes in JSON, words in
CSV, and no cell that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import call, letter
from tests.county import TODAY, fill, settings_in
from tracker.store import ledger, outbox, queries, unreachable
from tracker.store.database import open_store

NOW = dt.datetime.combine(TODAY, dt.time(2), tzinfo=dt.UTC)

#: Arguments → the name of the list in the JSON, a key of its records.
LISTS: dict[tuple[str, ...], tuple[str, str]] = {
    ("list",): ("commitments", "ref"),
    ("units", "list"): ("units", "name"),
    ("deputies", "list"): ("deputies", "name"),
    ("suggestions", "list"): ("suggestions", "code"),
    ("outbox",): ("messages", "id"),
    ("outbox", "silent"): ("silent", "address"),
    ("requests",): ("requests", "id"),
    ("history", "25-2"): ("history", "action"),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The county, with an evil unit, a request, an address that is gone."""
    store = open_store(settings_in(tmp_path))
    with store.write() as session:
        fill(session)
        row = queries.commitment(session, "25-2")
        row.owners[0].unit.contact = "=HYPERLINK(1)"
        row.owners[0].unit.email = "gone@yunxi.example"
        ledger.ask(
            session, row, "extension", why="@征地未完成", on=TODAY, until=dt.date(2024, 12, 31),
            who="-县工信局", now=NOW,
        )  # fmt: skip
        row.suggestion.title = "+关于高新技术企业"
        outbox.queue(
            session, kind="report", recipient="supervisor", name="=督查室", address="d@yunxi.example",
            day=TODAY, now=NOW, domain="yunxi.example", subject="=1+1", body="x",
        )  # fmt: skip
        unreachable.mark(session, "gone@yunxi.example", "550 =no such user", NOW)
        ledger.edit(session, row, {"what": "@科技型中小企业"}, who="=李", now=NOW, why="-更正")
    store.close()
    return tmp_path


@pytest.mark.parametrize("arguments", LISTS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_records(data: Path, arguments: tuple[str, ...], lang: str) -> None:
    name, key = LISTS[arguments]
    told = call(data, "--lang", lang, *arguments, "--format", "json")
    assert (told.status, told.err) == (0, "")
    records: list[dict[str, Any]] = json.loads(told.out)[name]
    assert records
    assert all(key in record for record in records)
    table = call(data, "--lang", lang, *arguments, "--format", "csv")
    assert (table.status, table.err) == (0, "")
    assert table.out.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(table.out.removeprefix("\ufeff"))))
    assert len(lines) == len(records) + 1
    assert {len(line) for line in lines} == {len(lines[0])}
    assert len(set(lines[0])) == len(lines[0]), "every column has its own heading"
    for line in lines:
        for cell in line:
            assert not cell.startswith(("=", "+", "@", "\t", "\r")), cell
            assert not (cell.startswith("-") and not cell[1:].isdigit()), cell


@pytest.mark.parametrize("arguments", LISTS)
def test_the_default_is_a_table(data: Path, arguments: tuple[str, ...]) -> None:
    assert call(data, *arguments).out == call(data, *arguments, "--format", "table").out
    wrong = call(data, *arguments, "--format", "xml")
    assert (wrong.status, wrong.out) == (2, "")


def test_units_go_out_as_they_come_in(data: Path, tmp_path: Path) -> None:
    """What `units list` writes, `units import` reads: nothing changes."""
    table = call(data, "units", "list", "--format", "csv").out
    file = tmp_path / "units.csv"
    file.write_bytes(table.encode())
    again = call(data, "units", "import", str(file), "--yes")
    assert again.status == 0, again.err
    assert call(data, "units", "list", "--format", "csv").out.count("\n") == table.count("\n")


def test_an_empty_list_is_a_list(tmp_path: Path) -> None:
    letter(tmp_path / "in")
    for arguments, (name, _) in LISTS.items():
        if arguments[0] in ("list", "history"):
            continue
        told = call(tmp_path / "data", *arguments, "--format", "json")
        assert json.loads(told.out)[name] == [], arguments

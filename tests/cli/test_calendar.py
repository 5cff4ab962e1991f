"""`tracker calendar`: whose deadlines, where to, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.cli.running import call, letter, program
from tracker.settings import load_settings
from tracker.store.database import open_store
from tracker.store.tables import DeputyRow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    assert call(folder, "import", str(letter(tmp_path))).status == 0
    assert call(folder, "confirm", "--all").status == 0
    return folder


def days(document: str | bytes) -> list[str]:
    found: Any = icalendar.Calendar.from_ical(document)
    return [str(event["DTSTART"].dt) for event in found.walk("VEVENT")]


def test_of_a_unit_and_of_a_deputy(data: Path) -> None:
    assert days(program(data, "calendar", "--unit", "财政局").out) == ["2023-06-30"]
    store = open_store(load_settings(data=data, folder=data))
    with store.read() as session:
        (deputy,) = [row.name for row in session.query(DeputyRow)]
    store.close()
    assert days(program(data, "calendar", "--deputy", deputy).out) == ["2023-06-30", "2023-12-31"]


def test_to_a_file_with_its_line_ends(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "cz.ics"
    assert call(data, "calendar", "--unit", "财政局", "-o", str(file)).status == 0
    written = file.read_bytes()
    assert written.endswith(b"END:VCALENDAR\r\n")
    assert written.count(b"\n") == written.count(b"\r\n")
    assert days(written) == ["2023-06-30"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--unit"),
        (("--unit", "财政局", "--deputy", "王远山"), "--unit"),
        (("--unit", "局"), "云溪市财政局"),
        (("--unit", "水利局"), "水利局"),
        (("--deputy", "某某"), "某某"),
    ],
)
def test_whose_must_be_plain(data: Path, arguments: tuple[str, ...], said: str) -> None:
    done = call(data, "calendar", *arguments)
    assert done.status == 2
    assert said in done.err
    assert done.out == ""

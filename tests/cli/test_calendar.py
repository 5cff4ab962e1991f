"""`tracker calendar`: whose deadlines, where to, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.cli.running import call, letter, program
from tracker.settings import load_settings
from tracker.store.database import open_store
from tracker.store.tables import DeputyRow, SuggestionRow


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


def test_of_each_into_a_folder(data: Path, tmp_path: Path) -> None:
    store = open_store(load_settings(data=data, folder=data))
    with store.write() as session:
        session.add_all(
            [DeputyRow(name="../../王 远山", session="s"), DeputyRow(name="没有建议", session="s")]
        )
        (deputy,) = [row.name for row in session.query(DeputyRow) if row.suggestions]
        hostile = session.query(DeputyRow).filter(DeputyRow.name.startswith("..")).one()
        hostile.suggestions = session.query(SuggestionRow).all()
    folder = tmp_path / "网站" / "ics"
    said = call(data, "calendar", "--all", str(folder)).out
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    assert f"{len(found)} 个日历文件，其中 {len(found)} 个有变化" in said
    assert f"deputies/{deputy}.ics" in found
    assert "deputies/-..-王 远山.ics" in found
    assert not any("没有建议" in name for name in found)
    assert len(list(tmp_path.rglob("*.ics"))) == len(found)
    assert days(found["units/云溪市财政局.ics"].read_bytes()) == ["2023-06-30"]
    before = {name: path.stat().st_mtime_ns for name, path in found.items()}
    assert "其中 0 个有变化" in call(data, "calendar", "--all", str(folder)).out
    assert {name: path.stat().st_mtime_ns for name, path in found.items()} == before


def test_a_folder_that_is_none(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    (tmp_path / "ics").mkdir()
    (tmp_path / "ics" / "units").write_text("x", encoding="utf-8")
    assert call(data, "calendar", "--all", str(file)).status == 2
    done = call(data, "calendar", "--all", str(tmp_path / "ics"))
    assert done.status == 2
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--unit"),
        (("--unit", "财政局", "--deputy", "王远山"), "--unit"),
        (("--unit", "财政局", "--all", "ics"), "--all"),
        (("--all", "ics", "-o", "x.ics"), "--all"),
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

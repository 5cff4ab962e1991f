"""Where a command looks for the ledger, and that it begins none beside the one that is meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tracker.cli.main import run


def _with_config(office: Path) -> None:
    (office / "config.toml").write_text('language = "zh"\n', encoding="utf-8")


def _with_ledger(office: Path) -> None:
    assert run(["--data", str(office / "data"), "units", "list"]) == 0


OFFICES: list[tuple[Callable[[Path], None], str]] = [
    (_with_config, "--config {}/config.toml"),
    (_with_ledger, "--data {}/data"),
]


@pytest.mark.parametrize(("begin", "remedy"), OFFICES)
@pytest.mark.parametrize("command", [("list",), ("units", "list"), ("sweep",), ("migrate",)])
def test_a_folder_within_an_office_gets_no_ledger_of_its_own(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    begin: Callable[[Path], None],
    remedy: str,
    command: tuple[str, ...],
) -> None:
    begin(tmp_path)
    below = tmp_path / "答复件" / "2023"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    capsys.readouterr()
    assert run(list(command)) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert f"而 {tmp_path} 有" in said.err
    assert remedy.format(tmp_path) in said.err
    assert list(below.iterdir()) == []
    # What the line says to do is done.
    option, value = remedy.format(tmp_path).split(" ")
    assert run([option, value, "units", "list"]) == 0
    assert run(["--data", "data", "units", "list"]) == 0
    assert (below / "data" / "tracker.db").exists()
    assert run(["units", "list"]) == 0, "from here on the folder has its own"


@pytest.mark.parametrize("foreign", [None, "[tool.other]\nx = 1\n", "no toml ["])
def test_a_folder_of_its_own_begins_a_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, foreign: str | None
) -> None:
    if foreign is not None:  # of another program
        (tmp_path / "config.toml").write_text(foreign, encoding="utf-8")
    here = tmp_path / "office"
    here.mkdir()
    monkeypatch.chdir(here)
    assert run(["units", "list"]) == 0
    assert (here / "data" / "tracker.db").exists()


@pytest.mark.parametrize("name", ["TRACKER_DATA", "TRACKER_DATABASE_URL", "TRACKER_CONFIG"])
def test_what_the_environment_names_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    _with_config(tmp_path)
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    named = {"TRACKER_DATA": "own", "TRACKER_DATABASE_URL": f"sqlite:///{below}/own.db"}
    monkeypatch.setenv(name, named.get(name, str(tmp_path / "config.toml")))
    assert run(["units", "list"]) == 0

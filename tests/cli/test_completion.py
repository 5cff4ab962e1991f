"""`tracker completion`: the script, where it goes, and that it answers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import call


def test_it_goes_where_each_shell_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for shell, place in (
        ("bash", ".local/share/bash-completion/completions/tracker"),
        ("zsh", ".zfunc/_tracker"),
        ("fish", ".config/fish/completions/tracker.fish"),
    ):
        printed = call(tmp_path / "data", "completion", shell)
        assert printed.status == 0
        done = call(tmp_path / "data", "completion", shell, "--install")
        assert (done.status, done.err) == (0, "")
        assert (tmp_path / place).read_text() == printed.out.removesuffix("\n")
        assert str(tmp_path / place) in done.out


def test_the_shell_is_the_one_at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/usr/bin/fish")
    assert "complete --no-files --command tracker" in call(tmp_path, "completion").out
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    unknown = call(tmp_path, "completion")
    assert (unknown.status, unknown.out, unknown.err.count("\n")) == (2, "", 1)
    assert "bash、zsh 或 fish" in unknown.err


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("tracker dash", {"dashboard"}),
        ("tracker list --light ov", {"overdue"}),
        ("tracker units li", {"list"}),
        ("tracker list --format c", {"csv"}),
    ],
)
def test_bash_asks_and_is_answered(tmp_path: Path, typed: str, offered: set[str]) -> None:
    words = typed.split(" ")
    asked = {
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(words) - 1),
        "_TRACKER_COMPLETE": "bash_complete",
    }
    done = subprocess.run(
        [sys.executable, "-c", "from tracker.cli.main import main; main()"],
        env=os.environ | asked, capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert {line.partition(",")[2] for line in done.stdout.splitlines()} == offered

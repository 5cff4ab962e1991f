"""The archive: bytes by their name, all or nothing, never written twice."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.errors import StoreError
from tracker.store import archive

DATA = "关于第25号建议的答复".encode("gb18030")
NAME = hashlib.sha256(DATA).hexdigest()


def test_bytes_come_back_by_their_name(tmp_path: Path) -> None:
    assert archive.put(tmp_path, DATA) == NAME
    assert (tmp_path / NAME[:2] / f"{NAME}.bin").read_bytes() == DATA


def test_the_same_bytes_are_written_once(tmp_path: Path) -> None:
    archive.put(tmp_path, DATA)
    path = archive.path_of(tmp_path, NAME)
    before = path.stat()
    archive.put(tmp_path, DATA)
    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert [item.name for item in tmp_path.rglob("*") if item.is_file()] == [path.name]


def test_a_file_cut_short_by_a_crash_of_old_is_made_whole(tmp_path: Path) -> None:
    path = archive.path_of(tmp_path, NAME)
    path.parent.mkdir()
    path.write_bytes(DATA[:5])
    archive.put(tmp_path, DATA)
    assert path.read_bytes() == DATA


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        archive.put(tmp_path, DATA)
    assert [item for item in tmp_path.rglob("*") if item.is_file()] == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", NAME.upper(), NAME[:-1]])
def test_only_names_of_the_archive_are_looked_up(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="no name of the archive"):
        archive.path_of(tmp_path, name)


def test_many_files_are_kept_together(tmp_path: Path) -> None:
    files = [f"第{number}号".encode() for number in range(30)]
    names = archive.put_all(tmp_path, [*files, files[0]])
    assert names[0] == names[-1]
    for name, data in zip(names, files, strict=False):
        assert archive.path_of(tmp_path, name).read_bytes() == data
    assert len([item for item in tmp_path.rglob("*") if item.is_file()]) == 30


def test_what_a_killed_process_left_is_swept_away_after_a_day(tmp_path: Path) -> None:
    archive.put(tmp_path, DATA)
    for name, age in (("old.part", 90_000), ("young.part", 80_000)):
        part = tmp_path / "parts" / name
        part.write_bytes(b"half")
        then = part.stat().st_mtime - age
        os.utime(part, (then, then))
    archive.put(tmp_path, DATA + b"2")
    assert [item.name for item in (tmp_path / "parts").iterdir()] == ["young.part"]


def test_processes_that_write_at_once_do_not_stop_each_other(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tracker.store import archive\n"
        "for turn in range(150): archive.put_all(\n"
        "    Path(sys.argv[1]), [f'{sys.argv[2]} {turn} {at}'.encode() for at in range(6)])"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), str(name)], stderr=subprocess.PIPE
        )
        for name in range(3)
    ]
    assert [one.communicate()[1].decode() for one in running] == [""] * 3
    assert len(list(tmp_path.rglob("*.bin"))) == 3 * 150 * 6

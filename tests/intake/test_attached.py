"""Files that are named as evidence: which are taken, and why the others are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tracker.errors import ReadingError
from tracker.intake import attached as module
from tracker.intake.attached import attached


def test_a_file_gives_its_name_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "公报.pdf"
    path.write_bytes(b"%PDF-1\x00")
    assert attached(path) == ("公报.pdf", b"%PDF-1\x00")


def test_a_link_within_its_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"abc")
    (tmp_path / "b.txt").symlink_to("a.txt")
    assert attached(tmp_path / "b.txt") == ("b.txt", b"abc")
    (tmp_path / "other").symlink_to(tmp_path)  # the folder may be reached by a link
    assert attached(tmp_path / "other" / "a.txt") == ("a.txt", b"abc")


def test_a_name_with_a_line_break_is_read(tmp_path: Path) -> None:
    path = tmp_path / "一\n二.txt"
    path.write_bytes(b"abc")
    assert attached(path)[1] == b"abc"


def _missing(folder: Path) -> Path:
    return folder / "none.txt"


def _folder(folder: Path) -> Path:
    return folder


def _empty(folder: Path) -> Path:
    (folder / "empty.txt").touch()
    return folder / "empty.txt"


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def _device(folder: Path) -> Path:
    return Path("/dev/zero")


def _outside(folder: Path) -> Path:
    (folder / "inner").mkdir()
    (folder / "secret").write_bytes(b"abc")
    (folder / "inner" / "公报.pdf").symlink_to(folder / "secret")
    return folder / "inner" / "公报.pdf"


def _dangling(folder: Path) -> Path:
    (folder / "a.txt").symlink_to("none.txt")
    return folder / "a.txt"


def _round(folder: Path) -> Path:
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    return folder / "a"


def _nul(folder: Path) -> Path:
    return folder / "a\x00b"


def _long(folder: Path) -> Path:
    return folder / ("a" * 300)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_missing, "no such file"),
        (_folder, "is a folder"),
        (_empty, "is empty"),
        (_pipe, "is not a regular file"),
        (_device, "is not a regular file"),
        (_outside, "leads out of its folder"),
        (_dangling, "no such file"),
        (_round, r"too many levels|no such file"),
        (_nul, "not a usable file name"),
        (_long, "file name too long"),
    ],
)
def test_what_is_no_file_is_refused(tmp_path: Path, make: object, reason: str) -> None:
    assert callable(make)
    with pytest.raises(ReadingError, match=reason):
        attached(make(tmp_path))


def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 1024 * 1024)
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"x" * (1024 * 1024))
    assert len(attached(path)[1]) == 1024 * 1024
    path.write_bytes(b"x" * (1024 * 1024 + 1))
    with pytest.raises(ReadingError, match="is larger than 1 MB"):
        attached(path)

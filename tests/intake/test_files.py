"""Which files an import takes: order, links, odd names, what cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tracker.intake.files import is_address, listed
from tracker.intake.items import load


def _names(*given: Path) -> list[tuple[str, str | None]]:
    return [(found.path.name, found.problem) for found in listed(given)]


def _write(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_folder_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.TXT", "a/10.html", "c/d/e.docx", "a.txt", "~$a.docx", "n.md"):
        _write(tmp_path / name)
    assert [str(found.path.relative_to(tmp_path)) for found in listed([tmp_path])] == [
        "a/10.html", "a/2.TXT", "a.txt", "b.txt", "c/d/e.docx",
    ]  # fmt: skip


def test_what_is_named_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    path = _write(tmp_path / "letter.dat")
    assert _names(path, tmp_path / "none.txt") == [("letter.dat", None), ("none.txt", "missing")]
    assert _names(tmp_path) == [(tmp_path.name, "nothing")]


def test_what_is_named_twice_is_taken_once(tmp_path: Path) -> None:
    path = _write(tmp_path / "in" / "a.txt")
    _write(tmp_path / "in" / "b.txt")
    again = tmp_path / "again.txt"
    again.symlink_to(path)
    assert _names(path, path.parent, again) == [("a.txt", None), ("b.txt", None)]


def test_links_that_leave_the_folder_are_named_and_left_out(tmp_path: Path) -> None:
    secret = _write(tmp_path / "secret" / "plan.txt")
    folder = tmp_path / "in"
    _write(folder / "good.txt")
    (folder / "file.txt").symlink_to(secret)
    (folder / "folder").symlink_to(secret.parent)
    (folder / "up.txt").symlink_to("../secret/plan.txt")
    (folder / "via.txt").symlink_to("file.txt")
    (folder / "notes.md").symlink_to(secret)
    near = tmp_path / "in2"  # begins as the folder's name does
    _write(near / "x.txt")
    (folder / "near.txt").symlink_to(near / "x.txt")
    assert _names(folder) == [
        ("file.txt", "outside"),
        ("folder", "outside"),
        ("good.txt", None),
        ("near.txt", "outside"),
        ("up.txt", "outside"),
        ("via.txt", "outside"),
    ]


def test_links_inside_the_folder_bring_nothing_in_twice(tmp_path: Path) -> None:
    _write(tmp_path / "a" / "one.txt")
    _write(tmp_path / "raw.bin")
    (tmp_path / "b.txt").symlink_to("a/one.txt")
    (tmp_path / "c").symlink_to("a")
    (tmp_path / "a" / "round").symlink_to("..")
    (tmp_path / "named.txt").symlink_to("raw.bin")
    (tmp_path / "self.txt").symlink_to("self.txt")
    (tmp_path / "void.txt").symlink_to("nowhere.txt")
    assert _names(tmp_path) == [
        ("one.txt", None),
        ("named.txt", None),
        ("self.txt", "dangling"),
        ("void.txt", "dangling"),
    ]


def test_a_folder_may_be_named_by_a_link(tmp_path: Path) -> None:
    _write(tmp_path / "real" / "a.txt")
    (tmp_path / "link").symlink_to("real")
    assert _names(tmp_path / "link") == [("a.txt", None)]


def test_odd_names_are_names(tmp_path: Path) -> None:
    odd = ["a\nb.txt", "..txt", " .txt", "\u202egnp.txt", "=1+1.txt", "a\tb.txt"]
    for name in odd:
        _write(tmp_path / name)
    (tmp_path / os.fsdecode(b"\xff\xfe.txt")).write_text("x")
    found = list(listed([tmp_path]))
    assert sorted(one.path.name for one in found) == sorted([*odd, os.fsdecode(b"\xff\xfe.txt")])
    assert all(load(one.path, "x").data == b"x" for one in found)


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (Path.mkdir, "is a folder, not a file"),
        (_fifo, "is not a regular file"),
        (_loop, "too many levels of symbolic links"),
        (lambda path: path.symlink_to("nowhere"), "no such file or directory"),
        (lambda path: path.symlink_to("/dev/zero"), "is not a regular file"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, make: object, reason: str) -> None:
    assert callable(make)
    path = tmp_path / "a.txt"
    make(path)
    item = load(path, "shown")
    assert (item.origin, item.name, item.data, item.problem) == ("shown", "a.txt", b"", reason)


def test_a_name_with_a_nul_is_no_name() -> None:
    assert load(Path("a\0.txt"), "a").problem == "is not a usable file name"
    assert _names(Path("a\0.txt"))[0][1] in (None, "missing")


@pytest.mark.parametrize("name", ["n" * 300 + ".txt", "n" * 300, "x/" * 3000 + "a.txt"])
def test_a_name_that_the_system_refuses_stops_no_other(tmp_path: Path, name: str) -> None:
    good = _write(tmp_path / "a.txt")
    found = list(listed([tmp_path / name, good]))
    assert [one.problem for one in found] == [None, None]
    assert load(found[0].path, "n").problem == "file name too long"
    assert load(found[1].path, "a").data == b"x"


def test_what_stands_below_a_file_is_missing(tmp_path: Path) -> None:
    good = _write(tmp_path / "a.txt")
    assert _names(good / "b.txt") == [("b.txt", "missing")]


def test_a_link_to_a_name_that_the_system_refuses(tmp_path: Path) -> None:
    _write(tmp_path / "in" / "a.txt")
    (tmp_path / "in" / "b.txt").symlink_to("n" * 300 + ".txt")
    assert _names(tmp_path / "in") == [("a.txt", None), ("b.txt", "dangling")]


def test_a_folder_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    deep = tmp_path / "in"
    _write(deep / "a.txt")
    name = "n" * 250
    here = os.open(deep, os.O_RDONLY)
    try:  # a path beyond the longest that the system opens: no permission keeps root out
        for _ in range(17):
            os.mkdir(name, dir_fd=here)
            below = os.open(name, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
    finally:
        os.close(here)
    assert _names(deep) == [("a.txt", None), (name, "unreadable")]


def test_forms_that_are_not_read_are_named(tmp_path: Path) -> None:
    for name in ("a.txt", "b.rar", "c.xlsx", "d.css", "~$c.xlsx", "sub/e.CSV"):
        _write(tmp_path / "in" / name)
    assert _names(tmp_path / "in") == [
        ("a.txt", None),
        ("b.rar", "left_out"),
        ("c.xlsx", "left_out"),
        ("e.CSV", "left_out"),
    ]
    _write(tmp_path / "other" / "b.rar")
    assert _names(tmp_path / "other") == [("b.rar", "left_out"), ("other", "nothing")]
    assert _names(tmp_path / "in" / "b.rar") == [("b.rar", None)]


def test_names_that_end_in_a_date_or_a_count_are_not_passed_over(tmp_path: Path) -> None:
    for name in ("答复2023.5.15", "答复.v2", "a.docx.1", "t1.aspx", "a.css.1", "b.rar.2"):
        _write(tmp_path / name)
    assert _names(tmp_path) == [
        ("a.docx.1", None),
        ("b.rar.2", "left_out"),
        ("t1.aspx", None),
        ("答复.v2", None),
        ("答复2023.5.15", None),
    ]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("http://a/b", True), ("HTTPS://a", True), ("ftp://x/y", True), ("file:///etc/passwd", True),
        ("a.txt", False), ("C:/letters", False), ("C://letters", False), ("http:/a", False),
        ("//host/a", False), ("关于://a", False), ("", False),
    ],
)  # fmt: skip
def test_what_is_an_address(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one


def test_folders_nested_deeper_than_calls_may_be(tmp_path: Path) -> None:
    top = here = _write(tmp_path / "in" / "a.txt").parent
    _write(here / "z.txt")
    for _ in range(1200):
        here = here / "d"
        here.mkdir()
    deep = _write(here / "deep.txt")
    try:
        assert _names(top) == [("a.txt", None), ("deep.txt", None), ("z.txt", None)]
    finally:  # what takes old folders away for pytest cannot reach as deep
        deep.unlink()
        while here != top:
            here.rmdir()
            here = here.parent

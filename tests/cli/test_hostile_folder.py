"""A folder of everything that was made to hurt, with two letters among it: one line each, and on."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.cli.running import LETTER, program
from tests.letters import forms
from tests.letters.test_hostile_files import HOSTILE
from tracker.complaints import in_chinese
from tracker.settings import Settings
from tracker.store.database import open_store
from tracker.store.queries import suggestions


def _bomb() -> bytes:
    return forms.zipped({"大.txt": b"0" * 60_000_000})


def _nested(deep: int) -> bytes:
    data = forms.zipped({"1.txt": LETTER.format(number=77).encode()})
    for _ in range(deep):
        data = forms.zipped({"里.zip": data})
    return data


def test_each_file_has_its_line_and_the_letters_are_in(tmp_path: Path, settings: Settings) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    expected: dict[str, str] = {}
    for number, (_, name, make, reason) in enumerate(HOSTILE):
        # What holds several files is opened here, and what it holds has reasons of its own.
        called = f"{number:02}{Path(name).suffix}"
        (folder / called).write_bytes(make())
        expected[called] = reason if "tracker import" not in reason else "speaks of no suggestion"
    expected |= {"zz-bomb.zip": "150 times", "zz-deep.zip": "packed more than 2 deep"}
    (folder / "zz-bomb.zip").write_bytes(_bomb())
    (folder / "zz-deep.zip").write_bytes(_nested(3))
    expected |= {"zz-link.txt": "link", "zz-pipe.txt": "regular file", "zz-tree.html": "\\S"}
    (folder / "zz-link.txt").symlink_to("/etc/hostname")
    os.mkfifo(folder / "zz-pipe.txt")
    (folder / "zz-tree.html").write_bytes(b"<html>" + b"<div>" * 100_000)
    (folder / "00-a.txt").write_text(LETTER.format(number=41), encoding="utf-8")
    (folder / "\u202ezz\nb.txt").write_text(LETTER.format(number=42), encoding="gb18030")
    arguments = ("import", str(folder), "--failures", str(tmp_path / "f.csv"))
    done = program(settings.data_dir, "--lang", "en", *arguments)
    assert done.status == 2
    lines = done.err.splitlines()
    told = {}
    for line in (line for line in lines if line.startswith("tracker: ")):
        found = re.fullmatch(rf"tracker: {folder}/([^ :]+)(?: › [^:]+)?: (.+)", line)
        assert found, line
        told[found[1]] = found[2]
    assert told.keys() == expected.keys()
    assert [name for name in told if not re.search(expected[name], told[name])] == []
    assert [said for said in told.values() if not re.search("[一-龥]", in_chinese(said))] == [
        said for said in told.values() if "leaves the folder" in said
    ]
    with open_store(settings).read() as session:
        assert {row.code for row in suggestions(session)} == {"41", "42"}

"""`tracker extract`, `check` and `explain`: files that are no single letter, and files made to hurt."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest

from tests.cli.running import call
from tests.letters import forms
from tests.letters.letters import letter_of

COMMANDS = ("extract", "check", "explain")


def _endless_page() -> bytes:
    """A PDF document of 40 KB whose page shows a sign 3,600,000 times."""
    packed = zlib.compress(b"BT /F 8 Tf 9 800 Td " + b"( ) Tj " * 3_600_000 + b"ET", 9)
    return (
        b"%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids"
        b"[3 0 R]>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
        b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>\n%%%%EOF\n" % (len(packed), packed)
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_eats_memory_ends_itself_only(tmp_path: Path, command: str) -> None:
    path = tmp_path / "large.pdf"
    path.write_bytes(_endless_page())
    done = call(tmp_path / "data", command, str(path))
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"tracker: {path}：读取时进程异常结束（")
    assert done.err.count("\n") == 1


def test_an_annotated_letter_that_eats_memory_ends_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(_endless_page())
    path.with_suffix(".json").write_text("{}")
    done = call(tmp_path / "data", "evaluate", str(tmp_path))
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"tracker: {path}：读取时进程异常结束（")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.eml", forms.eml(letter_of()), "邮件"),
        ("a.txt", forms.eml("见附件。", attached={"a.docx": forms.docx()}), "邮件"),
        ("a.zip", forms.zipped({"a.txt": letter_of().encode()}), "压缩包"),
    ],
)
def test_what_holds_letters_is_for_import(
    tmp_path: Path, command: str, name: str, data: bytes, what: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    done = call(tmp_path / "data", command, str(path))
    assert (done.status, done.out) == (2, "")
    assert done.err == f"tracker: {path}：是{what}；请用 tracker import 导入其中的答复件\n"


def test_bad_files_stop_no_other(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.txt", "bad.pdf", "b.txt", "none.txt")]
    for path in (paths[0], paths[2]):
        path.write_text(letter_of(), encoding="utf-8")
    paths[1].write_bytes(_endless_page())
    done = call(tmp_path / "data", "extract", "--format", "jsonl", *map(str, paths))
    assert done.status == 2
    told = [json.loads(line) for line in done.out.splitlines()]
    assert [one["source"] for one in told] == [str(paths[0]), str(paths[2])]
    assert told[0]["commitments"] == told[1]["commitments"] != []
    assert [
        path in line
        for path, line in zip(map(str, paths[1::2]), done.err.splitlines(), strict=True)
    ] == [True, True]

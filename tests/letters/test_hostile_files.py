"""Files that are no letters, or were made to hurt: each has one line that names the reason.

Archives and mails of that kind are in `test_containers`, Word documents in `test_docx`.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.letters import forms
from tests.letters.letters import letter_of
from tracker.errors import ReadingError
from tracker.letters import pdf, reading, word97
from tracker.letters.office import SECONDS, docx_by_office, office_program
from tracker.letters.reading import read_bytes, read_file

_LETTER = letter_of()


def _objects(count: int, content: bytes) -> bytes:
    """A PDF document of so many objects, its one page with a content stream."""
    packed = zlib.compress(content)
    head = (
        b"%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]"
        b">>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<"
        b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Filter"
        b"/FlateDecode/Length %d>>stream\n" % len(packed)
    )
    filler = b"".join(b"%d 0 obj null endobj\n" % number for number in range(5, count))
    return head + packed + b"\nendstream endobj\n" + filler + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def _signs(count: int) -> bytes:
    return b"BT /F 8 Tf 9 800 Td " + b"0 -9 Td (ten signs .) Tj " * (count // 11) + b"ET"


def _pages(count: int) -> bytes:
    kids = b"3 0 R " * count
    return _objects(5, b"").replace(b"/Count 1/Kids[3 0 R]", b"/Count %d/Kids[%s]" % (count, kids))


def _encrypted_ofd() -> bytes:
    stream = io.BytesIO(forms.ofd(_LETTER))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("Doc_0/Encryptions.xml", "<x/>")
    return stream.getvalue()


def _ofd_of_pages(count: int) -> bytes:
    page = '<ofd:Page BaseLoc="Pages/Page_0/Content.xml"/>'
    names = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = f"<ofd:Document {names}><ofd:Pages>{page * count}</ofd:Pages></ofd:Document>"
    return forms.ofd("一", Document=listed.encode())


_OUTSIDE = b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/hostname">]><x>&y;</x>'
_CUT_PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Cat"

HOSTILE: list[tuple[str, str, Callable[[], bytes], str]] = [
    ("empty", "a.pdf", lambda: b"", "is empty"),
    ("blank", "a.docx", lambda: b" \n" * 9000, "is empty"),
    ("cut pdf", "a.pdf", lambda: _CUT_PDF, "is a PDF document that is damaged"),
    ("pdf of noise", "a.pdf", lambda: b"%PDF-1.4" + bytes(range(256)) * 99, "is a PDF .* damaged"),
    ("encrypted pdf", "a.pdf", lambda: forms.pdf(_LETTER, password="x"), "is encrypted"),
    ("scan", "a.pdf", lambda: forms.scan(_LETTER), "^no text: scanned; .*commitment-tracker.ocr"),
    ("million objects", "a.pdf", lambda: _objects(1_000_000, b""), "^no text: scanned"),
    ("page of signs", "a.pdf", lambda: _objects(9, _signs(300_000)), "holds more than 100000 signs"),
    ("page of objects", "a.pdf", lambda: _objects(9, _signs(700_000)), "holds more than 50000 objects"),
    ("many pages", "a.pdf", lambda: _pages(501), "has more than 500 pages"),
    ("cut doc", "a.doc", lambda: forms.doc()[:6000], "old Word .* cut off.*open it and save it"),
    ("half a doc", "a.wps", lambda: forms.doc()[:12000], "old Word .* cut off.*open it and save it"),
    ("of Works", "a.wps", lambda: _ole("MatOST"), "another kind of old document"),
    ("workbook", "a.doc", lambda: _ole("Workbook"), "is an Excel workbook"),
    ("outlook", "a.doc", lambda: _ole("__substg1.0_001A"), "is a mail of Outlook"),
    ("encrypted office", "a.doc", lambda: _ole("EncryptedPackage"), "is encrypted"),
    ("cut ofd", "a.ofd", lambda: forms.ofd()[:900], "damaged or cut off"),
    ("ofd without pages", "a.ofd", lambda: forms.ofd(_LETTER, Content=None), "is an OFD document that"),
    ("ofd of no xml", "a.ofd", lambda: forms.ofd(_LETTER, OFD=b"\x00\x01"), "is an OFD document that"),
    ("ofd, entities", "a.ofd", lambda: forms.ofd(_LETTER, OFD=_OUTSIDE), "declares a document type"),
    ("ofd, encrypted", "a.ofd", _encrypted_ofd, "is encrypted"),
    ("ofd of pictures", "a.ofd", lambda: forms.ofd(_LETTER, Content=b"<x/>"), "^no text: scanned"),
    ("ofd, many pages", "a.ofd", lambda: _ofd_of_pages(501), "has more than 500 pages"),
    ("ofd, climbing", "a.ofd", lambda: _climbing(), "is an OFD document that"),
    ("archive", "a.docx", lambda: forms.zipped({"a.txt": b"x"}), "is a ZIP archive; `tracker import`"),
    ("rar", "a.zip", lambda: b"Rar!\x1a\x07\x00", "is a RAR archive"),
    ("picture", "a.pdf", lambda: b"\xff\xd8\xff\xe0", "is a picture"),
    ("NUL bytes", "a.txt", lambda: b"\x00" * 5000, "is a binary file"),
    ("NUL in a text", "a.txt", lambda: _LETTER.encode() + b"\x00", "is a binary file"),
    (
        "mixed encodings", "a.txt",
        lambda: _LETTER.encode() + _LETTER.encode("gbk") + b"\xff", "in no known encoding",
    ),
    ("ofd of tags", "a.ofd", lambda: forms.ofd("一", Content=b"<x>" + b"<y/>" * 1_000_001 + b"</x>"), "more than 1000000 tags"),
    ("docx of tags", "a.docx", lambda: _docx_of_tags(1_000_001), "more than 1000000 tags"),
    ("page of tags", "a.html", lambda: b"<html><div>x" * 150_001, "more than 300000 tags"),
    ("large text", "a.txt", lambda: b"x" * (16 * 1024 * 1024 + 1), "is larger than 16 MB"),
]  # fmt: skip


def _ole(stream: str) -> bytes:
    return reading.OLE_MAGIC + b"\xa1\xb1\x1a\xe1" + b"\x00" * 500 + stream.encode("utf-16-le")


def _docx_of_tags(count: int) -> bytes:
    """In two parts, so that neither has too many by itself."""
    stream = io.BytesIO(forms.docx(["建议收悉"]))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        for name in ("word/a.xml", "word/b.xml"):
            archive.writestr(name, b"<x>" + b"<y/>" * (count // 2) + b"</x>")
    return stream.getvalue()


def _climbing() -> bytes:
    names = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    document = (
        f"<ofd:Document {names}><ofd:Pages><ofd:Page BaseLoc='../../../etc/passwd'/></ofd:Pages>"
        "</ofd:Document>"
    )
    return forms.ofd(_LETTER, Document=document.encode())


@pytest.mark.parametrize(
    ("name", "make", "reason"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE]
)
def test_each_has_one_line_that_names_the_reason(
    name: str, make: Callable[[], bytes], reason: str
) -> None:
    data = make()
    before = time.perf_counter()
    with pytest.raises(ReadingError, match=reason) as caught:
        read_bytes(data, name)
    assert "\n" not in str(caught.value)
    assert name not in str(caught.value), "the caller names the file"
    assert time.perf_counter() - before < 20.0  # the most that a file may cost


def test_a_page_nested_a_hundred_thousand_deep_is_read() -> None:
    page = "<html><body>" + "<div>" * 100_000 + _LETTER + "</div>" * 100_000
    assert "南溪清淤3公里" in read_bytes(page.encode(), "a.html").text


def test_direction_overrides_stay_in_the_text_and_hide_nothing() -> None:
    text = _LETTER.replace("清淤3公里", "清淤\u202e3公里\u202c")
    source = read_bytes(text.encode(), "a.txt")
    assert source.text == text  # offsets count what is archived


LARGE = """
import resource, sys
from pathlib import Path
from tracker.letters.reading import read_file
limit = 500 * 1024 * 1024
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    read_file(Path(sys.argv[1]))
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize(
    "head", [b"", b"\xef\xbb\xbf", b"%PDF-1.7\n", b"PK\x03\x04", reading.OLE_MAGIC]
)
def test_200_mb_of_anything_fit_into_500_mb_of_memory(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.write(head)
        for _ in range(199):
            file.write("新增三十户。".encode() * 58254)
    done = subprocess.run(
        [sys.executable, "-c", LARGE, str(path)], capture_output=True, encoding="utf-8", check=False
    )
    assert done.stdout.startswith("ReadingError is "), done.stderr
    assert done.stdout.count("\n") == 1


def _is_read(data: bytes) -> bool:
    """Whether there is text; where not, a reason of one line, and no other error."""
    try:
        return bool(read_bytes(data, "a").text)
    except ReadingError as error:
        reason = str(error)
    assert "\n" not in reason
    return False


def test_fuzzed_documents_raise_nothing_else() -> None:
    """Every form with bytes changed and cut: text or a reason, whatever comes."""
    import random

    dice = random.Random(7)  # noqa: S311 - the same files every time
    made = [forms.pdf(_LETTER), forms.ofd(_LETTER), forms.docx(_LETTER.splitlines())]
    read = 0
    for round_ in range(150):
        data = bytearray(made[round_ % len(made)])
        for _ in range(dice.choice((1, 8, 60))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if round_ % 5 == 0:
            del data[dice.randrange(len(data)) :]
        read += _is_read(bytes(data))
    assert 10 < read < 150


def test_fuzzed_old_documents_raise_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    import random

    monkeypatch.setenv("PATH", "")  # each would start LibreOffice where it is installed
    dice = random.Random(11)  # noqa: S311 - the same files every time
    read = 0
    for _ in range(60):
        data = bytearray(forms.doc())
        for _ in range(dice.choice((1, 8, 60))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        read += _is_read(bytes(data))
    assert 5 < read < 60


# LibreOffice: what it is asked, how long it may take, what is said without it.


def _rare() -> bytes:
    """A document that the reader in Python refuses and Word opens: a reserved byte is set."""
    data = bytearray(forms.doc())
    data[0x22] = 1
    return bytes(data)


def test_without_libreoffice_a_rare_document_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ReadingError, match=r"save it as \.docx, or install LibreOffice"):
        read_bytes(_rare(), "a.doc")
    with pytest.raises(ReadingError, match="install it, or save as"):
        docx_by_office(b"", seconds=1)


def _program(folder: Path, script: str) -> None:
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_rare_document_is_given_to_libreoffice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the real one where it is installed, and to a stand-in that writes what that one would."""
    if office_program() is not None:
        assert "砚溪县" in read_bytes(_rare(), "a.doc").text
    (tmp_path / "made.docx").write_bytes(forms.docx(["建议收悉"]))
    _program(
        tmp_path,
        f'echo "$@" >"{tmp_path}/asked"; env >"{tmp_path}/env"\n'
        f'while [ "$1" != --outdir ]; do shift; done; /bin/cp "{tmp_path}/made.docx" "$2/in.docx"',
    )
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("TRACKER_MAIL_PASSWORD", "secret")
    assert read_bytes(_rare(), "a.doc").text == "建议收悉"
    asked = (tmp_path / "asked").read_text()
    assert "--headless" in asked
    assert "-env:UserInstallation=file:///" in asked
    assert "secret" not in (tmp_path / "env").read_text()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("sleep 60 & echo $! >{folder}/pid; wait", "takes LibreOffice longer than 0.5 s"),
        ("exit 1", "LibreOffice cannot read either"),
        ("while [ \"$1\" != --outdir ]; do shift; done; echo x >\"$2/in.pdf\"", "cannot read either"),
    ],
)  # fmt: skip
def test_libreoffice_that_hangs_or_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    _program(tmp_path, script.replace("{folder}", str(tmp_path)))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    before = time.monotonic()
    with pytest.raises(ReadingError, match=reason):
        docx_by_office(b"x", seconds=0.5)
    assert time.monotonic() - before < SECONDS
    if (tmp_path / "pid").exists():  # what it started is ended with it
        started = int((tmp_path / "pid").read_text())
        deadline = time.monotonic() + 5
        while _runs(started) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not _runs(started)


ASKS = """
import sys
from tracker.letters.office import docx_by_office
docx_by_office(b"x", seconds=60)
"""


def test_libreoffice_ends_with_a_process_that_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temp").mkdir()
    _program(tmp_path, f'sleep 60 & echo $! $$ >"{tmp_path}/pid"; wait')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temp"))
    with subprocess.Popen([sys.executable, "-c", ASKS]) as asks:
        deadline = time.monotonic() + 20
        told: list[str] = []
        while len(told) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
            told = (tmp_path / "pid").read_text().split() if (tmp_path / "pid").exists() else []
        assert list((tmp_path / "temp").iterdir())
        asks.kill()
    started = [int(pid) for pid in told]
    assert len(started) == 2
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and (
        any(map(_runs, started)) or list((tmp_path / "temp").iterdir())
    ):
        time.sleep(0.05)
    assert [_runs(pid) for pid in started] == [False, False]
    assert list((tmp_path / "temp").iterdir()) == []


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


# Text recognition.


def test_a_scan_is_recognised_where_that_is_asked_for() -> None:
    text = read_bytes(forms.scan(_LETTER), "a.pdf", ocr=True).text
    assert "南溪清淤3公里" in text
    assert "青禾县水利局" in text


NO_OCR = """
import sys
sys.modules["rapidocr"] = None
from tracker.letters.reading import read_bytes
try:
    read_bytes(open(sys.argv[1], "rb").read(), "a.pdf", ocr=True)
except Exception as error:
    print(error)
"""


def test_recognition_that_is_not_installed_says_what_to_install(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(forms.scan(_LETTER))
    done = subprocess.run(
        [sys.executable, "-c", NO_OCR, str(path)], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout == (
        "no text: scanned; text recognition is turned on and not installed: "
        'pip install "commitment-tracker[ocr]"\n'
    )


LITTLE_MEMORY = """
import resource, sys
from pathlib import Path
from tracker.letters.reading import read_bytes
data = open(sys.argv[1], "rb").read()
read_bytes(data, "a.pdf", ocr=True)
used = int(Path("/proc/self/statm").read_bytes().split()[5]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_DATA, (used + 1_000_000, resource.RLIM_INFINITY))
try:
    read_bytes(data, "a.pdf", ocr=True)
except MemoryError:
    print("MemoryError")
"""
ENOUGH_MEMORY = """
import resource, sys
from tracker.letters.reading import read_bytes
resource.setrlimit(resource.RLIMIT_DATA, (500_000_000, resource.RLIM_INFINITY))
print("3公里" in read_bytes(open(sys.argv[1], "rb").read(), "a.pdf", ocr=True).text)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the bound is one of Linux")
@pytest.mark.parametrize(
    ("program", "said"), [(LITTLE_MEMORY, "MemoryError"), (ENOUGH_MEMORY, "True")]
)
def test_recognition_and_the_memory_of_a_worker(tmp_path: Path, program: str, said: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(forms.scan(_LETTER))
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.stdout.strip() == said, done.stderr[-500:]


def test_recognition_is_bounded_by_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.letters import ocr

    monkeypatch.setattr(ocr, "MAX_PAGES", 1)
    with pytest.raises(ReadingError, match="scanned, and more than 1 pages"):
        read_bytes(forms.scan(pages=2), "a.pdf", ocr=True)


def test_bounds_of_single_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pdf, "MAX_SIGNS", 100)
    with pytest.raises(ReadingError, match="holds more than 100 signs"):
        read_bytes(forms.pdf(), "a.pdf")
    monkeypatch.setattr(word97, "MAX_BYTES", 100)
    with pytest.raises(ReadingError, match="is larger than"):
        read_bytes(forms.doc(), "a.doc")
    monkeypatch.setattr(reading, "MAX_TEXT_BYTES", 64)
    (tmp_path / "a.txt").write_bytes(b"x" * 65)
    with pytest.raises(ReadingError, match="is larger than"):
        read_file(tmp_path / "a.txt")
    (tmp_path / "a.pdf").write_bytes(_CUT_PDF + b" " * 64)
    with pytest.raises(ReadingError, match="is a PDF document that is damaged"):
        read_file(tmp_path / "a.pdf")

"""A copy of archived bytes that a person can open: with an ending, and nothing in it that acts."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Final

from tracker.errors import StoreError
from tracker.letters.endings import PAGES

#: A stored page is looked at: it loads nothing, sends nothing and runs nothing, whoever wrote it.
_STILL: Final = (
    '<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'\">"
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
    '<meta name="referrer" content="no-referrer">\n'
)
#: What no policy holds back: pages that lead elsewhere by themselves, hosts asked for in advance.
_LEADS: Final = re.compile(r"<(meta|link|base)(?=[\s/>])", re.IGNORECASE)
_PDF: Final = b"%PDF-"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK"
#: So much of a text is looked at to tell whether it is a page.
_HEAD: Final = 4096
_PAGE: Final = re.compile(r"\s*<(?:!doctype|html|head|body|meta|title|\?xml|!--)", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[a-z][a-z0-9]*[\s/>]", re.IGNORECASE)


def copy_of(folder: Path, path: Path, sha256: str, encoding: str, source: str) -> Path:
    """Write the copy, under the same name each time.

    Args:
        folder: of the installation; copies lie in a folder of their own there.
        path: the archived bytes.
        sha256: their name.
        encoding: how they were decoded.
        source: where they came from; its ending tells their kind where the bytes do not.

    Raises:
        StoreError: the disk refuses.
    """
    try:
        data = path.read_bytes()
        ending = _ending(data, encoding, source)
        if ending == ".html":
            page = data.decode(encoding, "replace").lstrip("\ufeff")
            data = ("\ufeff" + _STILL + _LEADS.sub(r"<x-\1", page)).encode()
        copies = folder / "copies"
        copies.mkdir(parents=True, exist_ok=True)
        copy = copies / f"{sha256[:16]}{ending}"
        copy.write_bytes(data)
    except OSError as error:
        raise StoreError(f"{path}: cannot be copied: {error.strerror}") from error
    return copy.resolve()


def _ending(data: bytes, encoding: str, source: str) -> str:
    """By the first bytes, else by the name; what could be a program is text.

    The bytes have been read as a letter before; reading them anew could cost as much as anything.
    """
    name = PurePosixPath(source.partition("?")[0]).suffix.lower()
    if data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n\x00").startswith(_PDF):
        return ".pdf"
    if data.startswith(_OLE):
        return name if name in (".doc", ".wps") else ".doc"
    if data.startswith(_ZIP):
        return ".ofd" if b"OFD.xml" in data else ".docx"
    head = data[:_HEAD].decode(encoding, "replace").lstrip("\ufeff")
    if _PAGE.match(head):
        return ".html"
    return ".html" if _TAG.search(head) or name in PAGES else ".txt"

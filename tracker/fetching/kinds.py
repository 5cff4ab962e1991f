"""What kind of document an answer says it is, and a file name for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

import httpx

from tracker.errors import FetchError

#: Content types that may hold a letter, with the ending of their files.
TYPES: Final = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.ms-works": ".wps",
    "application/kswps": ".wps",
    "application/wps-office.wps": ".wps",
    "application/wps-office.doc": ".doc",
    "application/wps-office.docx": ".docx",
    "application/ofd": ".ofd",
    "message/rfc822": ".eml",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
}
#: Content types that say nothing; the ending of the name must then tell.
_SILENT: Final = frozenset(
    {
        "", "application/octet-stream", "binary/octet-stream", "application/x-download",
        "application/force-download", "application/download", "application/x-msdownload",
    }
)  # fmt: skip
_ENDINGS: Final = frozenset({*TYPES.values(), ".htm", ".shtml", ".xhtml"})
#: Names that never were a file's: those of programs that hand files out.
_PROGRAMS: Final = frozenset(
    {"", ".do", ".action", ".jsp", ".jspx", ".php", ".asp", ".aspx", ".ashx", ".cgi"}
)
#: How documents begin; what a ZIP archive is, is told by its members when it is read.
_BEGINNINGS: Final = ((b"%PDF-", ".pdf"), (b"PK\x03\x04", ".docx"), (b"\xd0\xcf\x11\xe0", ".doc"))
_PAGE: Final = re.compile(rb"(?i)\s*<(?:!doctype\s+html|html|head)\b")
_LONGEST: Final = 120
_SAYS_NOT: Final = "does not say what it is, by neither type nor ending"


def file_name(url: httpx.URL, headers: Mapping[str, str]) -> str:
    """A plain file name for what an address gives, with an ending that tells its kind.

    Args:
        url: the address that answered.
        headers: of the answer, in small letters.

    Returns:
        The name; without such an ending where only the bytes can tell (`named_by`).

    Raises:
        FetchError: what it gives is no document that could hold a letter.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    name = _disposed(headers.get("content-disposition", "")) or PurePosixPath(url.path).name
    name = re.sub(r"[\x00-\x1f\x7f/\\]+", " ", name).strip(" .")[-_LONGEST:]
    ending = PurePosixPath(name).suffix.lower()
    if kind in TYPES:
        return name if ending in _ENDINGS else f"{name or 'page'}{TYPES[kind]}"
    if kind not in _SILENT:
        raise FetchError(f"is no page or document but {kind[:60]}", permanent=True)
    if ending not in _ENDINGS | _PROGRAMS:
        raise FetchError(_SAYS_NOT, permanent=True)
    return name


def named_by(name: str, data: bytes) -> str:
    """A name with an ending: its own, else the one that the bytes tell.

    Args:
        name: as `file_name` has it.
        data: what the address gave.

    Raises:
        FetchError: neither tells.
    """
    if PurePosixPath(name).suffix.lower() in _ENDINGS:
        return name
    for beginning, ending in _BEGINNINGS:
        if data.startswith(beginning):
            return f"{name or 'page'}{ending}"
    if _PAGE.match(data.removeprefix(b"\xef\xbb\xbf")[:1000]):
        return f"{name or 'page'}.html"
    raise FetchError(_SAYS_NOT, permanent=True)


def _disposed(header: str) -> str:
    """The name that the server gives a download, plain or encoded (RFC 6266)."""
    encoded = re.search(r"filename\*\s*=\s*([\w-]+)'[^']*'([^;\s]+)", header, re.IGNORECASE)
    if encoded:
        try:
            return unquote(encoded[2], encoded[1], "replace")
        except (LookupError, ValueError):  # no such encoding, or one that refuses, as idna does
            pass
    plain = re.search(r"""filename\s*=\s*(?:"([^"]*)"|([^;\s]+))""", header, re.IGNORECASE)
    return unquote(plain[1] or plain[2] or "") if plain else ""

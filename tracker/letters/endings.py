"""The endings of file names, and what may be behind them. What a file is, its bytes tell."""

from __future__ import annotations

from typing import Final

#: Pages as they lie on a disk, and as a browser saves what a program of the site made.
PAGES: Final = (".html", ".htm", ".shtml", ".xhtml", ".jhtml")
MADE_PAGES: Final = (".asp", ".aspx", ".jsp", ".php")
DOCUMENTS: Final = (".docx", ".doc", ".wps", ".pdf", ".ofd")
#: All that may be letters or hold some.
LETTERS: Final = (".txt", *PAGES, *MADE_PAGES, *DOCUMENTS, ".eml", ".zip")

#: Tables; one of links counts only where it is named itself.
TABLES: Final = (".xlsx", ".csv", ".xls", ".et", ".xlsm", ".ods")
#: Forms in which letters are passed on and which are not read: they are named, and no failure. Of
#: all others nothing is said.
UNREAD: Final = (
    *TABLES,
    ".rtf", ".docm", ".dot", ".dotx", ".odt", ".mht", ".mhtml", ".ceb", ".msg", ".ppt", ".pptx",
    ".p7m", "winmail.dat",
    ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz",
    ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".bmp",
)  # fmt: skip


def may_be_letter(name: str) -> bool:
    """Whether a file may be a letter, by its name.

    One without an ending may. ~$….docx is the mark that Word leaves beside a document while it is
    open, ._… and __MACOSX what a Mac packs beside every file.
    """
    last = _last(name)
    if last.startswith(("~$", "._")) or not last or "__MACOSX" in name:
        return False
    stem, dot, ending = last.rpartition(".")
    if not dot or not stem:
        return not last.startswith(".")
    return f".{ending.strip().lower()}" in LETTERS or len(ending) > 5 or not ending.isascii()


def is_unread(name: str) -> bool:
    """Whether a file may hold a letter in a form that is not read, by its name."""
    last = _last(name)
    if last.startswith(("~$", ".")) or "__MACOSX" in name:
        return False
    return last.strip().lower().endswith(UNREAD)


def _last(name: str) -> str:
    """The last step of a path, without the numbers behind it, which are no ending.

    答复2023.5.15 · 答复.v2 · 答复.docx.1
    """
    parts = name.replace("\\", "/").rpartition("/")[2].split(".")
    while len(parts) > 1 and parts[-1].strip().lower().removeprefix("v").isdigit():
        parts.pop()
    return ".".join(parts)


#: What stands between the name of a container and that of what is in it.
WITHIN: Final = " › "

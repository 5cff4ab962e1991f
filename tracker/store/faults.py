"""What a database says when it cannot, as one line with a remedy."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DBAPIError

#: Words of the driver → what to tell people. The first that occurs is taken.
_REMEDIES: Final[tuple[tuple[str, str], ...]] = (
    ("database is locked", "the database is in use by another program; try again in a moment"),
    ("database is busy", "the database is in use by another program; try again in a moment"),
    ("lock timeout", "the database is in use by another program; try again in a moment"),
    ("deadlock detected", "somebody else was changing the same entries; try again"),
    ("readonly database", "the database cannot be written; check its permissions and its folder's"),
    ("read-only transaction", "the database was opened for reading only"),
    ("disk is full", "the disk is full; free some space, nothing was written"),
    ("No space left", "the disk is full; free some space, nothing was written"),
    ("disk I/O error", "the disk cannot be read or written"),
    ("unable to open database file", "the database cannot be opened; check path and permissions"),
    ("file is not a database", "this file is no database; check database_url or restore a backup"),
    ("malformed", "the database is damaged; restore a backup"),
    ("no such table", "the schema is incomplete; run: tracker migrate"),
    ("no such column", "the schema is incomplete; run: tracker migrate"),
    ("password authentication failed", "user or password is refused; check database_url"),
    ("does not exist", "it does not exist; check database_url, or run: tracker migrate"),
    ("onnection refused", "no server answers there; start it or check database_url"),
    ("could not translate host", "the server's name is unknown; check database_url"),
    ("failed to resolve host", "the server's name is unknown; check database_url"),
)


def explain(error: DBAPIError) -> str:
    """One line for people about an error of the database.

    Args:
        error: as SQLAlchemy raises it; the driver's own words are in `error.orig`.
    """
    said = " ".join(str(error.orig).split())
    for words, remedy in _REMEDIES:
        if words in said:
            return remedy
    return said[:300]

"""What marks the rows whose facts are sealed when their transaction ends (`seals`).

Every insert and update of the program marks a row, whether it comes by the session or past it;
plain SQL of somebody else does not. So nobody who writes here has to think of seals, with two
exceptions: ON CONFLICT DO UPDATE says so by itself (`marked`), and what changes nothing but a
cache, or a row that has its mark already, leaves the seal as it is (`unmarked`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    Index,
    MetaData,
    String,
    Table,
    TableClause,
    TextClause,
    column,
    table,
    text,
)

#: A row that is new, and one that has been changed, since it was last sealed.
NEW: Final = "~"
CHANGED: Final = "~~"
#: A row that was found not to be as it was sealed; it stays so, whatever is written to it.
BROKEN: Final = "!"


def marked(name: str) -> TextClause:
    """The seal of a row that an update has changed; none stays none: the row is not ours.

    Args:
        name: of its table.
    """
    seal = f"{name}.seal"
    kept = f"{seal} IS NULL OR {seal} IN ('{NEW}', '{BROKEN}')"
    return text(f"CASE WHEN {kept} THEN {seal} ELSE '{CHANGED}' END")


def unmarked(rows: Table) -> TableClause:
    """A table for updates that leave the seal as it is.

    Args:
        rows: the table as it is declared.
    """
    return table(rows.name, *(column(each.name, each.type) for each in rows.c))


#: In these very words, so that the index serves.
UNSEALED: Final = f"substr(seal, 1, 1) = '{NEW}'"
#: Tables without facts; the history, which has a chain of its own; and what a mail said, which is
#: written between any two messages and is as long as ten of them.
_OTHERS: Final = frozenset({"history", "chain", "seals", "daemons", "runs", "words"})


def add_seals(metadata: MetaData) -> None:
    """Give every table of facts its seal: NULL of a row that this program did not write, else a
    mark or the hash of the row. No attribute of the classes: nobody but `seals` reads it.

    An index holds what is marked: nothing most of the time, so that asking is cheap.
    """
    for name, rows in metadata.tables.items():
        if name in _OTHERS:
            continue
        rows.append_column(Column("seal", String(32), default=NEW, onupdate=marked(name)))
        where = text(UNSEALED)
        Index(f"ix_{name}_unsealed", *rows.primary_key, sqlite_where=where, postgresql_where=where)


def sealed_tables(metadata: MetaData) -> dict[str, Table]:
    """All tables of sealed rows by their names, in the order of the alphabet."""
    return {name: rows for name, rows in sorted(metadata.tables.items()) if "seal" in rows.c}

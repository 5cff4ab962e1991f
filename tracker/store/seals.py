"""Every row that holds facts is sealed: what plain SQL has changed, added or deleted comes to light.

When a transaction ends, each row that it has inserted or changed gets a seal: the first half of
the SHA-256, in hexadecimal, over the row's values as JSON, its keys in the order of the alphabet,
without what is null. A column that a later schema adds, and that holds nothing, changes no seal.
How many rows a table has is kept beside (`seals`), so that one taken away is missed.

What is no fact is left out: the day a commitment is looked at again. Tables of daemons and their
runs and the texts of mails (`words`) have no seals. The history has its own chain
(`chain`), which also tells what a seal cannot: a seal is no secret, so that somebody who computes
it anew for what he forged is found only by the lines of the history and a head noted elsewhere.

A row that somebody changed by SQL and this program changes again is looked at before that, as far
as it goes through a session: it is told from then on. A message that somebody has claimed is
written past the session (`handover`) and looked at by nobody: the claim marks it, and the first
transaction after its end seals it, once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    TextClause,
    Update,
    and_,
    bindparam,
    event,
    func,
    inspect,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from tracker.store.statements import dialect_of
from tracker.store.tables import SealRow
from tracker.store.tables import Table as Rows
from tracker.store.tables.sealed import BROKEN, CHANGED, NEW, UNSEALED, sealed_tables

TABLES: Final = sealed_tables(Rows.metadata)
#: Columns that hold no fact.
_PASSING: Final = {"commitments": {"look_on"}}
#: Marked rows that are not sealed yet: what is on its way changes twice more.
_ON_THEIR_WAY: Final = {"messages": "claimed_by IS NOT NULL"}
_MARKS: Final = (NEW, CHANGED)
_CHUNK: Final = 500
#: Where a connection keeps how many rows of each table its transaction has sealed as new, less what
#: it has deleted; and how many there were at each savepoint.
_MORE: Final = "tracker_more_rows"
_SAVED: Final = "tracker_more_rows_at"

Values = dict[str, Any]


def _plain(value: object) -> str:
    """A value that JSON has no form for."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"no seal for {value!r}: it is a {type(value).__name__}")


_encode: Final = json.JSONEncoder(
    ensure_ascii=False,
    sort_keys=True,
    separators=(",", ":"),
    allow_nan=False,
    check_circular=False,
    default=_plain,
).encode


def seal(values: Mapping[str, Any]) -> str:
    """The seal of a row.

    Args:
        values: of its facts, by column, as the tables' types give them.

    Raises:
        ValueError: a number is none.
        TypeError: a value is of no kind that the program writes.
    """
    told = {name: value for name, value in values.items() if value is not None}
    return hashlib.sha256(_encode(told).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _Way:
    """How one table is asked."""

    facts: tuple[str, ...]
    key: tuple[Column[Any], ...]
    every: Select[Any]
    unsealed: Select[Any]
    one: ColumnElement[bool]
    write: Update

    def of(self, row: Row[Any]) -> Values:
        """The facts of a row that `every` or `unsealed` gave; the seal stands first."""
        return dict(zip(self.facts, row[1:], strict=True))

    def at(self, facts: Mapping[str, Any]) -> Values:
        """What tells `one` which row is meant."""
        return {f"of_{column.name}": facts[column.name] for column in self.key}


def _to_be_sealed(name: str) -> str:
    held = _ON_THEIR_WAY.get(name)
    return f"{UNSEALED} AND NOT ({held})" if held else UNSEALED


@cache
def _way(name: str) -> _Way:
    table = TABLES[name]
    left_out = {"seal"} | _PASSING.get(name, set())
    facts = [column for column in table.c if column.name not in left_out]
    key = tuple(table.primary_key.columns)
    every = select(table.c.seal, *facts).order_by(*key)
    unsealed = every.where(text(_to_be_sealed(name))).limit(_CHUNK)
    one = and_(*(column == bindparam(f"of_{column.name}") for column in key))
    return _Way(
        tuple(column.name for column in facts),
        key,
        every,
        # Another transaction may be at a row: then it is sealed by it, or by a later one.
        unsealed.with_for_update(skip_locked=True),
        one,
        update(table).where(one).values(seal=bindparam("new_seal")),
    )


@cache
def _which() -> TextClause:
    """Of each table, whether it has rows to be sealed."""
    parts = (
        f"EXISTS (SELECT 1 FROM {name} WHERE {_to_be_sealed(name)})"  # noqa: S608
        for name in TABLES
    )
    return text(f"SELECT {', '.join(parts)}")


def close(session: Session) -> None:
    """Seal what a transaction has written; before the history is linked.

    Args:
        session: of `Store.write`, flushed.
    """
    connection = session.connection()
    marked = connection.execute(_which()).one()
    for name, any_ in zip(TABLES, marked, strict=True):
        if any_:
            _seal_all(connection, name)
    more = _more(connection)
    rows = [{"name": name, "rows": n} for name, n in sorted(more.items()) if n]
    if rows:
        insert = dialect_of(session).insert(SealRow.__table__)
        added = {"rows": SealRow.__table__.c.rows + insert.excluded.rows}
        connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=added), rows)


def _more(connection: Connection) -> Counter[str]:
    found: Counter[str] = connection.info.setdefault(_MORE, Counter())
    return found


def _seal_all(connection: Connection, name: str) -> None:
    """Seal the marked rows of a table, and count those that are new."""
    way = _way(name)
    full = True
    while full and (rows := connection.execute(way.unsealed).all()):
        written = []
        for row in rows:
            facts = way.of(row)
            written.append(way.at(facts) | {"new_seal": seal(facts)})
        connection.execute(way.write, written)
        _more(connection)[name] += sum(row[0] == NEW for row in rows)
        full = len(rows) == _CHUNK


def look(session: Session, *_: object) -> None:
    """Before a flush: look whether what it is about to change is as it was sealed.

    What is not keeps a mark that no change takes away: `verify` tells it from now on.
    """
    touched: dict[str, list[Values]] = defaultdict(list)
    for row in session.dirty:
        state = inspect(row)
        if state.mapper.local_table.name in TABLES:
            names = [column.name for column in state.mapper.primary_key]
            key = dict(zip(names, state.identity or (), strict=False))
            touched[state.mapper.local_table.name].append(key)
    for name, keys in touched.items():
        way, connection = _way(name), session.connection()
        for start in range(0, len(keys), _CHUNK):
            some = keys[start : start + _CHUNK]
            which = or_(*(and_(*(c == key[c.name] for c in way.key)) for key in some))
            if len(way.key) == 1:
                which = way.key[0].in_([key[way.key[0].name] for key in some])
            for row in connection.execute(way.every.where(which)).all():
                if _wrong(way, row):
                    at = way.at(way.of(row)) | {"new_seal": BROKEN}
                    connection.execute(way.write, at)


def _wrong(way: _Way, row: Row[Any]) -> bool:
    """Whether a row has a seal of ours, and another one than its facts have."""
    if row[0] is None or row[0] in (*_MARKS, BROKEN):
        return False
    try:
        return bool(seal(way.of(row)) != row[0])
    except (ValueError, TypeError):
        return True


def watch(engine: Engine) -> None:
    """Count what is deleted through an engine, as far as it is not taken back."""
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _before)
    event.listen(engine, "after_cursor_execute", _after)
    event.listen(engine, "savepoint", _save)
    event.listen(engine, "rollback_savepoint", _take_back)


def _begin(connection: Connection) -> None:
    connection.info.pop(_MORE, None)
    connection.info.pop(_SAVED, None)


def _before(
    connection: Connection, _cursor: Any, _words: str, _values: Any, context: Any, _many: bool
) -> None:
    # Before rows are deleted, all are sealed: one that came in the same transaction has been
    # counted then, as the rest has.
    if context is not None and context.isdelete and (name := _deleted_from(context)):
        _seal_all(connection, name)


def _after(
    connection: Connection, cursor: Any, _words: str, _values: Any, context: Any, _many: bool
) -> None:
    if context is not None and context.isdelete and (name := _deleted_from(context)):
        _more(connection)[name] -= max(cursor.rowcount, 0)


def _deleted_from(context: Any) -> str | None:
    """The table that rows are deleted from, where they have seals."""
    name = context.compiled.statement.table.name if context.compiled is not None else None
    return name if name in TABLES else None


def _save(connection: Connection, name: str) -> None:
    saved = connection.info.setdefault(_SAVED, {})
    saved[name] = Counter(_more(connection))


def _take_back(connection: Connection, name: str, _context: None) -> None:
    connection.info[_MORE] = Counter(connection.info.get(_SAVED, {}).get(name, {}))


@dataclass(frozen=True, slots=True)
class Tampered:
    """A row that is not as this program left it.

    Attributes:
        table: where it is.
        kind: changed, added, missing (`rows` of them: which, nobody can tell), or unreadable.
        row: what people know it by: its reference, name or number; else its id.
        rows: how many.
    """

    table: str
    kind: Literal["changed", "added", "missing", "unreadable"]
    row: str = ""
    rows: int = 1


#: What people know a row by, where it has it.
_NAMES: Final = ("ref", "code", "number", "name", "address", "alias", "key", "source")


def verify(session: Session) -> Iterator[Tampered]:
    """Everything in the tables that is not as it was sealed.

    Reads row by row, so that a table of any size takes the same memory.

    Args:
        session: of `Store.read`: one snapshot.
    """
    kept = {row.name: row.rows for row in session.scalars(select(SealRow))}
    connection = session.connection()
    for name in TABLES:
        counts: Counter[str] = Counter()
        yield from _rows(connection, name, counts)
        lacking = kept.get(name, 0) + counts[NEW] - counts["ours"]
        if lacking > 0:
            yield Tampered(name, "missing", rows=lacking)
        elif lacking < 0:
            yield Tampered(name, "added", rows=-lacking)


def _rows(connection: Connection, name: str, counts: Counter[str]) -> Iterator[Tampered]:
    way = _way(name)
    try:
        with connection.execute(way.every, execution_options={"yield_per": _CHUNK}) as rows:
            for row in rows:
                if row[0] is None:
                    yield Tampered(name, "added", _called(way, row))
                    continue
                counts["ours"] += 1
                counts[NEW] += row[0] == NEW
                if row[0] == BROKEN or _wrong(way, row):
                    yield Tampered(name, "changed", _called(way, row))
    except (ValueError, TypeError, ArithmeticError, LookupError):
        # A value of no kind that the column has, which SQLite takes all the same.
        yield Tampered(name, "unreadable")
        _count_all(connection, name, counts)


def _count_all(connection: Connection, name: str, counts: Counter[str]) -> None:
    mark = TABLES[name].c.seal
    ours = select(func.count()).select_from(TABLES[name]).where(mark.is_not(None))
    counts["ours"] = connection.scalar(ours) or 0
    counts[NEW] = connection.scalar(ours.where(mark == NEW)) or 0


def _called(way: _Way, row: Row[Any]) -> str:
    facts = way.of(row)
    named = next((str(facts[name]) for name in _NAMES if facts.get(name)), "")
    key = "/".join(str(facts[column.name]) for column in way.key)
    return f"{key} ({named})" if named else key


def waiting(session: Session) -> int:
    """How many rows the next transaction is to seal: those of an older program, and messages that
    were sent just now."""
    parts: Sequence[Select[Any]] = [
        select(func.count().label("n")).select_from(table).where(text(_to_be_sealed(name)))
        for name, table in TABLES.items()
    ]
    return sum(session.scalar(part) or 0 for part in parts)

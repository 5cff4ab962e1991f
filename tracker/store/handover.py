"""What is written between two messages: that the last one was sent, and that the next one begins.

The plain case of `claims.record_sent` and `claims.begin`, in the driver's own words: it runs
between any two messages, and a session around it takes longer than a server near by takes for a
message. Whatever is not plain is for those two.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Dialect, Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.elements import BindParameter

from tracker.errors import StoreError
from tracker.store import claims
from tracker.store.claims import Begun
from tracker.store.database import Store, place
from tracker.store.faults import explain
from tracker.store.watermark import Watermark, newest


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was handed over: its id, and the file where it was only written to one."""

    id: int
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """What was written down.

    Attributes:
        kept: of each message sent, whether its claim still held.
        begun: of each that was to begin, whether its claim still held; None where the ledger had
            moved, so that none was begun.
    """

    kept: tuple[bool, ...]
    begun: tuple[bool, ...] | None


class Handover:
    """Notes for one run of delivery.

    Args:
        store: the outbox.
        worker: who claimed the messages.
    """

    def __init__(self, store: Store, worker: str) -> None:
        engine = store.engine
        self._engine, self._worker, self._dialect = engine, worker, engine.dialect
        self._server = engine.dialect.name == "postgresql"
        self._newest = _Worded(newest(server=self._server), engine.dialect)
        self._sent = _Worded(claims.SENT, engine.dialect)
        self._attempt = _Worded(claims.ATTEMPT, engine.dialect)
        self._begin = _Worded(claims.BEGIN, engine.dialect)

    def note(
        self,
        sent: Sequence[Sent],
        begins: Sequence[Begun],
        seen: Watermark,
        now: dt.datetime,
        day: dt.date,
    ) -> Noted:
        """One transaction, committed before a byte leaves; not one that waits for the disk
        (`Store.write`).

        Args:
            sent: what ended.
            begins: what is about to begin.
            seen: how far the ledger had come when they were worded.
            now: the moment.
            day: the day they go out as.

        Raises:
            StoreError: the database is locked, full, read-only or away; nothing was written.
        """
        errors = self._dialect.loaded_dbapi.Error
        try:
            line = self._engine.raw_connection()
        except DBAPIError as error:
            raise StoreError(f"{place(self._engine)}: {explain(error)}") from error
        try:
            cursor = line.cursor()
            if self._server:
                cursor.execute("SET LOCAL synchronous_commit = off")
            else:
                if cursor.execute("PRAGMA query_only").fetchone()[0]:  # `database._begin` says why
                    cursor.execute("PRAGMA query_only = OFF")
                cursor.execute("PRAGMA synchronous = NORMAL")
                cursor.execute("BEGIN IMMEDIATE")
            kept = tuple(self._record(cursor, item, now) for item in sent)
            begun = self._begun(cursor, begins, seen, now, day)
            line.commit()
        except errors as error:
            with suppress(errors):  # where the server went away nothing is left to undo
                line.rollback()
            wrapped = DBAPIError("note", None, error)
            raise StoreError(f"{place(self._engine)}: {explain(wrapped)}") from error
        finally:
            line.close()  # back to the pool, which undoes what was not committed
        return Noted(kept, begun)

    def _record(self, cursor: Any, item: Sent, now: dt.datetime) -> bool:
        self._sent.run(cursor, {"the_id": item.id, "worker": self._worker, "sent_at": now})
        if cursor.rowcount != 1:
            return False
        values = claims.attempt_sent(item.id, now, item.file)
        self._attempt.run(cursor, values)
        return True

    def _begun(
        self,
        cursor: Any,
        begins: Sequence[Begun],
        seen: Watermark,
        now: dt.datetime,
        day: dt.date,
    ) -> tuple[bool, ...] | None:
        self._newest.run(cursor, {})
        if tuple(number or 0 for number in cursor.fetchone()) != seen:
            return None
        begun = []
        for item in begins:
            self._begin.run(cursor, claims.begin_values(item, self._worker, now, day))
            begun.append(cursor.rowcount == 1)
        return tuple(begun)


#: The driver takes values by name, as psycopg does.
_SQLITE: Final = sqlite.dialect(paramstyle="named")


class _Worded:
    """A statement as the driver takes it, worded once."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        own = _SQLITE if dialect.name == "sqlite" else dialect
        compiled: Any = statement.compile(dialect=own)  # type: ignore[attr-defined]
        self._text: str = compiled.string
        binds: Mapping[str, BindParameter[Any]] = compiled.binds
        self._ways: dict[str, Callable[[Any], Any]] = {}
        self._fixed: dict[str, Any] = {}
        for name, bind in binds.items():
            way = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if not bind.required:
                self._fixed[name] = way(bind.value) if way else bind.value
            elif way is not None:
                self._ways[name] = way

    def run(self, cursor: Any, values: Mapping[str, Any]) -> None:
        """Execute it with these values, as the columns have them."""
        given = {**self._fixed, **values}
        for name, way in self._ways.items():
            given[name] = way(given[name])
        cursor.execute(self._text, given)

"""What is written between two messages: that the last one was sent, and that the next one begins.

The plain case of `tries.record_sent` and `claims.begin`, in the driver's own words: it runs
between any two messages, and a session around it takes longer than a server near by takes for a
message. Whatever is not plain is for those two.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any, Final, Self

from sqlalchemy import Dialect, Executable, PoolProxiedConnection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.elements import BindParameter

from tracker.errors import StoreError
from tracker.store import claims, tries
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
    """Notes for one run of delivery, over a connection of their own; a context manager.

    Args:
        store: the outbox.
        worker: who claimed the messages.
    """

    def __init__(self, store: Store, worker: str) -> None:
        engine = store.engine
        self._engine, self._worker, self._dialect = engine, worker, engine.dialect
        self._server = engine.dialect.name == "postgresql"
        self._line: PoolProxiedConnection | None = None
        words = claims.words_of(postgresql if self._server else sqlite)
        self._words = _Worded(words, engine.dialect)
        self._newest = _Worded(newest(server=self._server), engine.dialect)
        self._sent = _Worded(tries.SENT, engine.dialect)
        self._attempt = _Worded(tries.ATTEMPT, engine.dialect)
        self._begin = _Worded(claims.BEGIN, engine.dialect)
        self._begin_later = _Worded(claims.BEGIN_LATER, engine.dialect)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the next note opens another one."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def word(self, messages: Sequence[Begun]) -> None:
        """Write down what claimed messages say, before they begin; one transaction as of `note`.

        Raises:
            StoreError: as for `note`.
        """
        with self._transaction() as (line, cursors), self._together(line):
            for message in messages:
                values = claims.words_values(message, self._worker)
                self._words.run(cursors(), values)
            line.commit()

    def note(
        self,
        sent: Sequence[Sent],
        begins: Sequence[Begun],
        seen: Watermark,
        now: dt.datetime,
        day: dt.date,
    ) -> Noted:
        """One transaction, committed before a byte leaves; not one that waits for the disk
        (`Store.write`). What begins has its words already (`word`).

        Args:
            sent: what ended.
            begins: what is about to begin.
            seen: how far the ledger had come when they were worded.
            now: the moment.
            day: the day they go out as.

        Raises:
            StoreError: the database is locked, full, read-only or away; nothing was written.
        """
        with self._transaction() as (line, cursors):
            # Two rounds to a server, whatever there is to write.
            with self._together(line):
                ended = [cursors() for _ in sent]
                for cursor, item in zip(ended, sent, strict=True):
                    values = {"the_id": item.id, "worker": self._worker, "sent_at": now}
                    self._sent.run(cursor, values)
                newest_ids = cursors()
                self._newest.run(newest_ids, {})
            kept = tuple(cursor.rowcount == 1 for cursor in ended)
            as_seen = tuple(number or 0 for number in newest_ids.fetchone()) == seen
            with self._together(line):
                for item, held in zip(sent, kept, strict=True):
                    if held:
                        self._attempt.run(cursors(), tries.attempt_sent(item.id, now, item.file))
                begun = [cursors() for _ in begins] if as_seen else []
                for cursor, message in zip(begun, begins, strict=False):
                    values = claims.begin_values(message, self._worker, now, day)
                    begin = self._begin if message.day == day else self._begin_later
                    begin.run(cursor, values)
                line.commit()
            held = tuple(cursor.rowcount == 1 for cursor in begun)
        return Noted(kept, held if as_seen else None)

    @contextmanager
    def _transaction(self) -> Iterator[tuple[Any, Callable[[], Any]]]:
        """The driver's connection in a transaction, which the block commits, and what gives
        cursors."""
        errors = self._dialect.loaded_dbapi.Error
        try:
            if self._line is None:
                self._line = self._opened()
            line: Any = self._line.dbapi_connection
            if not self._server:
                line.execute("BEGIN IMMEDIATE")
            yield line, line.cursor
        except (DBAPIError, errors) as error:
            line, self._line = self._line, None
            if line is not None and line.dbapi_connection is not None:
                with suppress(errors):  # where the server went away nothing is left to undo
                    line.dbapi_connection.rollback()  # now: what holds up others is not for later
                line.invalidate(error)
            wrapped = error if isinstance(error, DBAPIError) else DBAPIError("note", None, error)
            raise StoreError(f"{place(self._engine)}: {explain(wrapped)}") from error
        except BaseException:
            self.close()
            raise

    def _opened(self) -> PoolProxiedConnection:
        """A connection that is kept: to take one from the pool for each note, and have it looked
        over, takes longer than the note."""
        line = self._engine.raw_connection()
        line.detach()
        cursor = line.cursor()
        if self._server:
            cursor.execute("SET synchronous_commit = off")
            line.commit()
        else:
            # The pool's may be one that only reads (`database._begin`).
            cursor.execute("PRAGMA query_only = OFF")
            cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.close()
        return line

    def _together(self, line: Any) -> AbstractContextManager[Any]:
        """For statements that need not wait for each other's answers."""
        return line.pipeline() if self._server else nullcontext()


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

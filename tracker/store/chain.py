"""The history as a chain of hashes: what was changed behind the program's back comes to light.

Every row has a link (1, 2, …) and a hash: SHA-256, in hexadecimal, over the hash before it (64
zeros before the first), a line feed, and the row as JSON in UTF-8:

    {"action":…,"at":"2023-05-16T02:30:00.000000+00:00","commitment":1,"field":…,"id":…,
     "letter":…,"link":…,"new":…,"old":…,"who":…,"why":…}

Keys in the order of the alphabet, no blanks, characters as they are (quotes, backslashes and
controls escaped as JSON has it), null where there is nothing, the moment in UTC with six places.

A chain proves that nothing in it was changed, not that its end was never cut off and forged anew:
somebody who may write to the database can build another chain. Against that the head is noted
elsewhere from time to time (`tracker audit head`), and `verify` is given it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Row, func, select, update
from sqlalchemy import bindparam as bound
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tracker.store.statements import dialect_of
from tracker.store.tables import PENDING, ChainRow, HistoryRow

#: Before the first link.
START: Final = "0" * 64
_ONLY: Final = 1
_CHUNK: Final = 2000

_ROW: Final = HistoryRow.__table__.c
_COLUMNS: Final = (
    _ROW.id, _ROW.at, _ROW.who, _ROW.commitment_id, _ROW.letter_id, _ROW.action, _ROW.field,
    _ROW.old, _ROW.new, _ROW.why,
)  # fmt: skip
_NAMES: Final = (
    "id", "at", "who", "commitment", "letter", "action", "field", "old", "new", "why",
)  # fmt: skip
_OURS: Final = _ROW.link.is_(None) & (_ROW.hash == PENDING)
_HEAD: Final = select(ChainRow.link, ChainRow.hash).where(ChainRow.id == _ONLY)
_LAST: Final = select(func.max(_ROW.link))
_UNLINKED: Final = select(*_COLUMNS).where(_OURS).order_by(_ROW.id)
_SET: Final = (
    update(HistoryRow.__table__)  # type: ignore[arg-type]
    .where(_ROW.id == bound("row_id"))
    .values(link=bound("new_link"), hash=bound("new_hash"))
)
_MOVE: Final = (
    update(ChainRow.__table__)  # type: ignore[arg-type]
    .where(ChainRow.id == _ONLY)
    .values(link=bound("new_link"), hash=bound("new_hash"))
)
_encode: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


@dataclass(frozen=True, slots=True)
class Head:
    """The last link of a chain and its hash; link 0 before anything was linked."""

    link: int = 0
    hash: str = START


def digest(before: str, link: int, row: Sequence[Any]) -> str:
    """The hash of one link.

    Args:
        before: the hash of the link before it.
        link: its number.
        row: id, at, who, commitment, letter, action, field, old, new, why.

    Raises:
        ValueError: the moment is none.
        TypeError: a value is of no kind that the program writes.
    """
    values = dict(zip(_NAMES, row, strict=True))
    at = values["at"]
    if not isinstance(at, dt.datetime):
        raise TypeError("no moment")
    values["at"] = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    values["link"] = link
    return hashlib.sha256(f"{before}\n{_encode(values)}".encode()).hexdigest()


def close(session: Session) -> None:
    """Link what a transaction has added to the history; the last that it does.

    The chain's one row orders the writers on PostgreSQL. It is taken after every other lock and
    held until the commit, which comes next: who holds it waits for nobody, so that it is part of no
    deadlock. SQLite has one writer.

    Args:
        session: of `Store.write`, flushed.
    """
    connection = session.connection()
    ours = connection.execute(_UNLINKED).all()
    if not ours:
        return
    head = _held(session, connection)
    last = connection.scalar(_LAST) or 0
    if head.link == 0 and not last:
        # Rows of a program that knew no chain: they come first, by their ids.
        for rows in _of_before(connection, ours[0].id):
            head = _link(connection, head, rows)
        ours = connection.execute(_UNLINKED).all()
    elif last > head.link:
        # Somebody has linked rows, or taken the head away. Work goes on behind a gap, which
        # `verify` reports from now on.
        head = Head(last + 1, head.hash)
    head = _link(connection, head, ours)
    connection.execute(_MOVE, {"new_link": head.link, "new_hash": head.hash})


def _held(session: Session, connection: Connection) -> Head:
    """The chain's last link, locked until the transaction ends."""
    found = connection.execute(_HEAD.with_for_update()).one_or_none()
    if found is None:
        first = dialect_of(session).insert(ChainRow.__table__)
        connection.execute(first.values(id=_ONLY, link=0, hash=START).on_conflict_do_nothing())
        found = connection.execute(_HEAD.with_for_update()).one()
    return Head(found.link, found.hash)


def _of_before(connection: Connection, until: int) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
    """Rows without a link up to the first of ours, some thousand at a time."""
    query = (
        select(*_COLUMNS)
        .where(_ROW.link.is_(None), _ROW.hash.is_(None), _ROW.id < until, _ROW.id > bound("after"))
        .order_by(_ROW.id)
        .limit(_CHUNK)
    )
    after = -1
    while rows := connection.execute(query, {"after": after}).all():
        yield rows
        after = rows[-1].id


def _link(connection: Connection, head: Head, rows: Sequence[Row[*tuple[Any, ...]]]) -> Head:
    values = []
    link, before = head.link, head.hash
    for row in rows:
        link += 1
        before = digest(before, link, row)
        values.append({"row_id": row.id, "new_link": link, "new_hash": before})
    if values:
        connection.execute(_SET, values)
    return Head(link, before)


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold.

    `kind`: changed (the row is not what was linked), missing (a link was removed), added (a row
    that the program did not write), unreadable, cut (the end is gone), head (the chain's own row
    was changed), other (not the link that was noted). The rest tells the row that stands there, as
    far as there is one.
    """

    kind: Literal["changed", "missing", "added", "unreadable", "cut", "head", "other"]
    link: int
    id: int | None = None
    at: dt.datetime | None = None
    who: str | None = None
    commitment: int | None = None
    action: str | None = None
    field: str | None = None
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found.

    Attributes:
        head: the last link as computed from the rows, up to the first break.
        waiting: rows of a program that knew no chain; they join with the next write.
        broken: the first break.
    """

    head: Head
    waiting: int = 0
    broken: Break | None = None


def head(session: Session) -> Head:
    """The chain's last link as it is kept; to be noted where nobody can change it."""
    found = session.connection().execute(_HEAD).one_or_none()
    return Head(found.link, found.hash) if found else Head()


def verify(session: Session, noted: Head | None = None) -> Verified:
    """Compute the whole chain again.

    Reads row by row, so that a history of any length takes the same memory.

    Args:
        session: of `Store.read`: one snapshot.
        noted: a head that was written down earlier; the chain must still pass through it.
    """
    kept = head(session)
    at, broken = _walk(session.connection(), noted)
    if broken is None and noted is not None and noted.link > at.link:
        broken = Break("cut", at.link + 1)
    if broken is None and kept != at:
        cut = kept.link > at.link
        broken = Break("cut" if cut else "head", at.link + 1 if cut else at.link)
    loose = _ROW.link.is_(None)
    waiting = session.scalar(select(func.count()).where(loose)) or 0
    if waiting and broken is None and (at.link or kept.link):
        found = session.connection().execute(
            select(_ROW.link, *_COLUMNS).where(loose).order_by(_ROW.id).limit(1)
        )
        broken = _at("added", at.link + 1, found.one())
    return Verified(at, waiting if not at.link else 0, broken)


def link_of(session: Session, hash_: str) -> int | None:
    """The link that has a hash, as the rows say; whether they hold, `verify` tells."""
    return session.scalars(select(_ROW.link).where(_ROW.hash == hash_).limit(1)).first()


def _walk(connection: Connection, noted: Head | None) -> tuple[Head, Break | None]:
    """From link to link as far as they hold."""
    link, before = 0, START
    linked: ColumnElement[bool] = _ROW.link.is_not(None)
    query = select(_ROW.link, _ROW.hash, *_COLUMNS).where(linked).order_by(_ROW.link)
    try:
        with connection.execute(query, execution_options={"yield_per": _CHUNK}) as rows:
            for row in rows:
                if row.link != link + 1:
                    return Head(link, before), _at("missing", link + 1, row)
                found = digest(before, row.link, row[2:])
                if found != row.hash:
                    return Head(link, before), _at("changed", row.link, row)
                link, before = row.link, found
                if noted is not None and link == noted.link and found != noted.hash:
                    return Head(link, before), _at("other", link, row)
    except (ValueError, TypeError):
        return Head(link, before), Break("unreadable", link + 1)
    except DBAPIError as error:
        if "decode" not in str(error.orig):
            raise
        return Head(link, before), Break("unreadable", link + 1)
    return Head(link, before), None


def _at(
    kind: Literal["changed", "missing", "added", "other"], link: int, row: Row[*tuple[Any, ...]]
) -> Break:
    return Break(
        kind, link, row.id, row.at, row.who, row.commitment_id, row.action, row.field, row.old,
        row.new,
    )  # fmt: skip

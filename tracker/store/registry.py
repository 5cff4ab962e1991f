"""The registries of units and deputies, as an office keeps them in a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import StoreError
from tracker.store.book import take_turns
from tracker.store.journal import record
from tracker.store.merging import absorb
from tracker.store.sessions import same_term
from tracker.store.tables import DeputyRow, UnitAliasRow, UnitRow


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """One line of a table of units; None leaves what is known as it is."""

    name: str
    aliases: tuple[str, ...] = ()
    contact: str | None = None
    email: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class DeputyEntry:
    """One line of a table of deputies; None leaves what is known as it is."""

    name: str
    session: str = ""
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """How many lines made a new entry, changed one, or said nothing new."""

    added: int = 0
    changed: int = 0
    same: int = 0


def import_units(
    session: Session, entries: Sequence[UnitEntry], *, who: str, now: dt.datetime
) -> Registered:
    """Enter units with their other names, contact, address and parent.

    Args:
        session: of `Store.write`.
        entries: checked lines; a parent may stand on any line or be in the registry already.
        who: who imports.
        now: when.

    Raises:
        StoreError: a unit would be its own superior, or a 简称 is a registered unit's own name.
    """
    take_turns(session)
    added = changed = 0
    rows: list[UnitRow] = []
    fresh: set[int] = set()
    for entry in entries:
        row = session.scalars(select(UnitRow).where(UnitRow.name == entry.name)).one_or_none()
        if row is None:
            row = UnitRow(name=entry.name)
            session.add(row)
            session.flush()
            fresh.add(row.id)
            record(session, "unit", who=who, now=now, field="name", new=entry.name)
        rows.append(row)
    for entry, row in zip(entries, rows, strict=True):
        touched = _update_unit(session, row, entry, who, now)
        added += row.id in fresh
        changed += touched and row.id not in fresh
    session.flush()
    return Registered(added, changed, len(entries) - added - changed)


def _update_unit(
    session: Session, row: UnitRow, entry: UnitEntry, who: str, now: dt.datetime
) -> bool:
    touched = False
    known = {alias.alias for alias in row.aliases}
    for alias in dict.fromkeys(entry.aliases):
        if alias != row.name and alias not in known:
            absorb(session, row, alias)
            row.aliases.append(UnitAliasRow(alias=alias))
            _note(session, "unit", row.name, "alias", None, alias, who, now)
            touched = True
    for field, value in (("contact", entry.contact), ("email", entry.email)):
        old = getattr(row, field)
        if value is not None and value != old:
            setattr(row, field, value)
            _note(session, "unit", row.name, field, old, value, who, now)
            touched = True
    if entry.parent is not None and (row.parent is None or row.parent.name != entry.parent):
        old_name = row.parent.name if row.parent else None
        row.parent = _parent(session, row, entry.parent)
        _note(session, "unit", row.name, "parent", old_name, entry.parent, who, now)
        touched = True
    return touched


def _parent(session: Session, row: UnitRow, name: str) -> UnitRow:
    """The superior, entered where it is new; never the unit itself or one below it."""
    parent = session.scalars(select(UnitRow).where(UnitRow.name == name)).one_or_none()
    if parent is None:
        parent = UnitRow(name=name)
        session.add(parent)
        session.flush()
    above: UnitRow | None = parent
    while above is not None:
        if above is row:
            raise StoreError(f"{row.name}: {name} cannot stand above it, it stands below")
        above = above.parent
    return parent


def import_deputies(
    session: Session, entries: Sequence[DeputyEntry], *, who: str, now: dt.datetime
) -> Registered:
    """Enter deputies with their addresses.

    Args:
        session: of `Store.write`.
        entries: checked lines; a line meets the deputy that a letter has entered already where
            name, place and term agree.
        who: who imports.
        now: when.

    Raises:
        StoreError: a line without a session means several deputies.
    """
    take_turns(session)
    added = changed = 0
    for entry in entries:
        row = _known_deputy(session, entry)
        if row is None:
            row = DeputyRow(name=entry.name, session=entry.session)
            session.add(row)
            session.flush()
            added += 1
            _note(session, "deputy", entry.name, "name", None, entry.session, who, now)
        elif entry.email is not None and entry.email != row.email:
            changed += 1
        if entry.email is not None and entry.email != row.email:
            _note(session, "deputy", entry.name, "email", row.email, entry.email, who, now)
            row.email = entry.email
    session.flush()
    return Registered(added, changed, len(entries) - added - changed)


def _known_deputy(session: Session, entry: DeputyEntry) -> DeputyRow | None:
    """The deputy that a line means, as lists and letters write sessions differently."""
    query = select(DeputyRow).where(DeputyRow.name == entry.name).order_by(DeputyRow.id)
    rows = session.scalars(query).all()
    exact = [row for row in rows if row.session == entry.session]
    found = exact or [row for row in rows if same_term(row.session, entry.session)]
    if len(found) > 1:
        names = ", ".join(row.session or "-" for row in found)
        raise StoreError(f"{entry.name}: there are {len(found)}, write the 届次 out: {names}")
    return found[0] if found else None


def _note(
    session: Session,
    action: str,
    name: str,
    field: str,
    old: str | None,
    new: str | None,
    who: str,
    now: dt.datetime,
) -> None:
    record(session, action, who=who, now=now, field=field, old=old, new=new, why=name)

"""The registries of units and deputies, as an office keeps them in a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.store.book import take_turns
from tracker.store.entries import (
    Change,
    DeputyEntry,
    FieldChange,
    Refused,
    Registered,
    UnitEntry,
    take_each,
)
from tracker.store.journal import record
from tracker.store.merging import absorb, look_alikes
from tracker.store.sessions import same_term
from tracker.store.tables import DeputyRow, UnitAliasRow, UnitRow


@dataclass(slots=True)
class _RegistryImport:
    """One table on its way in: who brings it, and which rows its lines have met so far."""

    session: Session
    who: str
    now: dt.datetime
    seen: dict[int, int] = field(default_factory=dict)

    def once(self, row: UnitRow | DeputyRow) -> None:
        """A second line for one row is refused; which of the two is right nobody can tell."""
        if row.id in self.seen:
            raise Refused("name", "twice", other=self.seen[row.id])

    def note(self, action: str, name: str, changes: Sequence[FieldChange]) -> None:
        for change in changes:
            record(
                self.session, action, who=self.who, now=self.now,
                field=change.field, old=change.old, new=change.new, why=name,
            )  # fmt: skip


def import_units(
    session: Session, entries: Sequence[UnitEntry], *, who: str, now: dt.datetime
) -> Registered:
    """Enter units with their other names, contact, who leads them, addresses and parent.

    Args:
        session: of `Store.write`.
        entries: checked lines; a parent may stand on any line or be in the registry already.
        who: who imports.
        now: when.

    Returns:
        What became of each line. Refused are a second line for one unit, a superior that stands
        below, a 简称 that is a registered unit's own name, a name that is another unit's 简称.
    """
    take_turns(session)
    job = _RegistryImport(session, who, now)
    names = {entry.name: entry.line for entry in entries}
    made: set[int] = set()
    return take_each(session, entries, lambda entry: _take_unit(job, entry, names, made))


def _take_unit(
    job: _RegistryImport, entry: UnitEntry, names: dict[str, int], made: set[int]
) -> Change:
    row = job.session.scalars(select(UnitRow).where(UnitRow.name == entry.name)).one_or_none()
    new = row is None or row.id in made
    changes: list[FieldChange] = []
    if row is None:
        _refuse_alias(job.session, entry.name)
        row = UnitRow(name=entry.name)
        job.session.add(row)
        job.session.flush()
    if new:
        changes.append(FieldChange("name", None, entry.name))
    job.once(row)
    merged, doubtful = _take_aliases(job, row, entry, names, changes)
    for name in ("contact", "email", "head", "head_email"):
        value, old = getattr(entry, name), getattr(row, name)
        if value is not None and value != old:
            setattr(row, name, value)
            changes.append(FieldChange(name, old, value))
    if entry.parent is not None and (row.parent is None or row.parent.name != entry.parent):
        changes.append(FieldChange("parent", row.parent.name if row.parent else None, entry.parent))
        row.parent = _parent(job.session, row, entry.parent, made)
    job.note("unit", row.name, changes)
    job.session.flush()
    job.seen[row.id] = entry.line
    status = "new" if new else "changed" if changes else "same"
    return Change(entry.line, row.name, status, tuple(changes), tuple(merged), tuple(doubtful))  # type: ignore[arg-type]


def _take_aliases(
    job: _RegistryImport,
    row: UnitRow,
    entry: UnitEntry,
    names: dict[str, int],
    changes: list[FieldChange],
) -> tuple[list[str], list[str]]:
    """Enter other names; whoever has been entered under one of them is the same unit."""
    known = {alias.alias for alias in row.aliases}
    fresh = [name for name in dict.fromkeys(entry.aliases) if name not in known | {row.name}]
    for alias in fresh:
        if alias in names:
            raise Refused("aliases", "alias_listed", name=alias, other=names[alias])
    certain, doubtful = look_alikes(job.session, row, entry.aliases, frozenset(names))
    merged = [name for name in fresh if absorb(job.session, row, name)]
    for other in certain:
        if absorb(job.session, row, other):
            merged.append(other)
            # A letter that writes the name in full finds the unit by it.
            fresh += [other] if other not in known | set(fresh) else []
    for alias in fresh:
        row.aliases.append(UnitAliasRow(alias=alias))
        changes.append(FieldChange("alias", None, alias))
    changes += [FieldChange("merged", other, row.name) for other in merged]
    return merged, doubtful


def _refuse_alias(session: Session, name: str) -> None:
    query = (
        select(UnitRow.name)
        .join(UnitAliasRow, UnitAliasRow.unit_id == UnitRow.id)
        .where(UnitAliasRow.alias == name)
        .order_by(UnitRow.id)
    )
    owners = session.scalars(query).all()
    # 财政局 of several places is nobody's own name.
    if len(owners) == 1:
        raise Refused("name", "is_alias", name=name, unit=owners[0])


def _parent(session: Session, row: UnitRow, name: str, made: set[int]) -> UnitRow:
    """The superior, entered where it is new; never the unit itself or one below it."""
    parent = session.scalars(select(UnitRow).where(UnitRow.name == name)).one_or_none()
    if parent is None:
        parent = UnitRow(name=name)
        session.add(parent)
        session.flush()
        made.add(parent.id)
    above: UnitRow | None = parent
    while above is not None:
        if above is row:
            raise Refused("parent", "below", name=name)
        above = above.parent
    return parent


def import_deputies(
    session: Session, entries: Sequence[DeputyEntry], *, who: str, now: dt.datetime
) -> Registered:
    """Enter deputies with their addresses.

    Args:
        session: of `Store.write`.
        entries: checked lines; a line meets the deputy that a letter has entered already where
            name, place and term agree. A session that was not known is filled in; one that is
            known stays.
        who: who imports.
        now: when.

    Returns:
        What became of each line. Refused are a line that means several deputies, and a second
        line for one.
    """
    take_turns(session)
    job = _RegistryImport(session, who, now)
    return take_each(session, entries, lambda entry: _take_deputy(job, entry))


def _take_deputy(job: _RegistryImport, entry: DeputyEntry) -> Change:
    row = _known_deputy(job.session, entry)
    new = row is None
    changes: list[FieldChange] = []
    if row is None:
        row = DeputyRow(name=entry.name, session=entry.session)
        job.session.add(row)
        job.session.flush()
        changes.append(FieldChange("name", None, entry.session or entry.name))
    job.once(row)
    if entry.session and not row.session:
        changes.append(FieldChange("session", None, entry.session))
        row.session = entry.session
    if entry.email is not None and entry.email != row.email:
        changes.append(FieldChange("email", row.email, entry.email))
        row.email = entry.email
    job.note("deputy", entry.name, changes)
    job.session.flush()
    job.seen[row.id] = entry.line
    status = "new" if new else "changed" if changes else "same"
    return Change(entry.line, entry.name, status, tuple(changes))  # type: ignore[arg-type]


def _known_deputy(session: Session, entry: DeputyEntry) -> DeputyRow | None:
    """The deputy that a line means, as lists and letters write sessions differently."""
    query = select(DeputyRow).where(DeputyRow.name == entry.name).order_by(DeputyRow.id)
    rows = session.scalars(query).all()
    exact = [row for row in rows if row.session == entry.session]
    found = exact or [row for row in rows if same_term(row.session, entry.session)]
    if len(found) > 1:
        sessions = "、".join(row.session or "-" for row in found)
        raise Refused("session", "several", n=len(found), sessions=sessions)
    return found[0] if found else None

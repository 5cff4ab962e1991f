"""Units and deputies of a letter, found in the registry or entered into it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker.store.journal import clip
from tracker.store.places import full_names, parts, prefixes
from tracker.store.schema import LOCK_KEY
from tracker.store.sessions import full_session, same_term, session_key
from tracker.store.tables import CommitmentRow, CommitmentUnitRow, DeputyRow, UnitAliasRow, UnitRow

#: Stands for the unit that replied where the letter does not say which.
UNSIGNED = "(未署名)"


def take_turns(session: Session) -> None:
    """Let one transaction at a time count codes and enter names, on PostgreSQL too.

    SQLite has one writer anyway. The lock ends with the transaction.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY + 1})


def unit_of(session: Session, written: str, region: str) -> UnitRow:
    """The unit that a letter means by a name, entered into the registry where it is new.

    A registered name or alias wins: the name as written, then the name in full, an alias before
    the same word as a name. An alias counts only where its unit is of the letter's region or of
    no region at all, so that 市财政局 of one city never stands for another's.

    Args:
        session: of `Store.write`.
        written: the name as the letter writes it.
        region: the letter's region, "" where unknown.
    """
    written = clip(written.strip(), 100)
    names = full_names(written, region)
    for name in dict.fromkeys([written, *names]):
        found = _by_alias(session, name, region)
        found = found or session.scalars(select(UnitRow).where(UnitRow.name == name)).one_or_none()
        if found is not None:
            return found
    unit = UnitRow(name=clip(names[0], 120))
    session.add(unit)
    session.flush()
    return unit


def _by_alias(session: Session, alias: str, region: str) -> UnitRow | None:
    """The one unit of this alias that fits the region; None where none or several do."""
    query = select(UnitRow).join(UnitAliasRow).where(UnitAliasRow.alias == alias)
    found = [row for row in session.scalars(query.order_by(UnitRow.id)) if _fits(row.name, region)]
    return found[0] if len(found) == 1 else None


def _fits(name: str, region: str) -> bool:
    """Whether a unit can be of a region: named after it, or after no place."""
    if not region:
        return True
    if name.startswith(tuple(prefixes(region) + parts(region))):
        return True
    return full_names(name, region)[0] != name or name.startswith(("国家", "中国"))


def issuing_unit(session: Session, issuer: str | None, region: str) -> UnitRow:
    """The unit that replied; one stand-in per region where the letter is not signed."""
    if issuer is not None and issuer.strip():
        return unit_of(session, issuer, region)
    name = clip((prefixes(region) or [""])[0] + UNSIGNED, 120)
    found = session.scalars(select(UnitRow).where(UnitRow.name == name)).one_or_none()
    if found is None:
        found = UnitRow(name=name)
        session.add(found)
        session.flush()
    return found


def set_owners(
    session: Session,
    row: CommitmentRow,
    written: Iterable[str],
    *,
    region: str,
    issuer: UnitRow,
    issuer_written: str | None,
) -> None:
    """Make these the owners of a commitment; none means the unit that replied.

    Args:
        session: of `Store.write`.
        row: the commitment.
        written: names as the letter or a person writes them.
        region: the letter's region.
        issuer: the unit that replied.
        issuer_written: its name as the letter writes it.
    """
    owners: dict[int, CommitmentUnitRow] = {}
    for name in written:
        if name.strip():
            unit = unit_of(session, name, region)
            owners.setdefault(
                unit.id, CommitmentUnitRow(unit=unit, written=clip(name.strip(), 120))
            )
    if not owners:
        name = issuer_written or issuer.name
        owner = CommitmentUnitRow(unit=issuer, written=clip(name, 120), named=False)
        owners[issuer.id] = owner
    if row.owners:
        # The old rows must be gone before the new ones come: (commitment, unit) is unique.
        row.owners.clear()
        session.flush()
    row.owners.extend(owners.values())


def owners_text(row: CommitmentRow) -> str:
    """The owners as people read and write them; "" where the letter names none."""
    return "、".join(owner.written for owner in row.owners if owner.named)


def deputy_of(session: Session, name: str, written: str, region: str) -> DeputyRow:
    """The deputy of that name in that term, entered into the registry where new.

    Args:
        session: of `Store.write`.
        name: as the letter addresses the deputy.
        written: the session as the letter writes it.
        region: the letter's region; 市五届人大 of two cities are two.
    """
    name, where = clip(name.strip(), 80), clip(full_session(written, region), 120)
    rows = session.scalars(select(DeputyRow).where(DeputyRow.name == name).order_by(DeputyRow.id))
    fitting = [row for row in rows if same_term(row.session, where)]
    if fitting:
        return min(fitting, key=lambda row: (row.session != where, _vague(row.session)))
    deputy = DeputyRow(name=name, session=where)
    session.add(deputy)
    session.flush()
    return deputy


def _vague(written: str) -> int:
    """The more a session says, the better it names its deputies."""
    key = session_key(written)
    return [bool(written), bool(key.body), key.term is not None].count(False)

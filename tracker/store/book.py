"""Units and deputies of a letter, found in the registry or entered into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import BindParameter, bindparam, inspect, select
from sqlalchemy.orm import Session

from tracker.store.journal import clip
from tracker.store.places import full_names, parts, prefixes
from tracker.store.schema import Lock, take
from tracker.store.sessions import full_session, same_term, session_key
from tracker.store.tables import CommitmentRow, CommitmentUnitRow, DeputyRow, UnitAliasRow, UnitRow

#: Stands for the unit that replied where the letter does not say which.
UNSIGNED = "(未署名)"
#: Built once: of what it costs to ask, building the question is half.
_NAMES: Final[BindParameter[list[str]]] = bindparam("names", expanding=True)
_UNITS_NAMED: Final = select(UnitRow).where(UnitRow.name.in_(_NAMES))
_ALIASED: Final = (
    select(UnitAliasRow.alias, UnitAliasRow.unit_id)
    .where(UnitAliasRow.alias.in_(_NAMES))
    .order_by(UnitAliasRow.unit_id)
)
_DEPUTIES: Final = (
    select(DeputyRow).where(DeputyRow.name == bindparam("name")).order_by(DeputyRow.id)
)


def take_turns(session: Session) -> None:
    """Let one transaction at a time count codes and enter names, on PostgreSQL too.

    SQLite has one writer anyway. The lock ends with the transaction.
    """
    take(session, Lock.NAMES)


def hold(session: Session, row: CommitmentRow) -> None:
    """Read a commitment again and lock it until the transaction ends.

    On PostgreSQL somebody else may have decided since it was read; SQLite has one writer, who
    locks before reading.
    """
    if session.get_bind().dialect.name == "postgresql":
        columns = [column.key for column in inspect(CommitmentRow).column_attrs]
        session.flush()  # reading again would undo what has not been written yet
        session.refresh(row, columns, with_for_update=True)
        session.refresh(row, ["owners", "reports", "requests", "ratings"])


@dataclass(frozen=True, slots=True)
class Names:
    """What the names met in one transaction mean; each is looked up once.

    `units` by their names, `aliased` by their other names, `deputies` by theirs. Names end with
    their transaction: another process may enter the same ones after it.
    """

    units: dict[str, UnitRow | None] = field(default_factory=dict)
    aliased: dict[str, list[UnitRow]] = field(default_factory=dict)
    deputies: dict[str, list[DeputyRow]] = field(default_factory=dict)


class Units:
    """The units that the names of one letter mean.

    Args:
        session: of `Store.write`.
        region: the letter's region, "" where unknown.
        short_names: short names that the letter explains (县住建局), and the full ones.
        names: of the transaction, where it enters several letters.
    """

    def __init__(
        self,
        session: Session,
        region: str,
        short_names: Mapping[str, str] | None = None,
        names: Names | None = None,
    ) -> None:
        self.session, self.region = session, region
        self._explained = short_names or {}
        #: Names of units that the registry had not known.
        self.entered: list[str] = []
        self._found: dict[str, UnitRow] = {}
        self._meant: dict[str, list[str]] = {}
        names = names or Names()
        self._named, self._aliased = names.units, names.aliased

    def look_up(self, written: Iterable[str]) -> None:
        """Read everything that names may mean in two queries."""
        asked = {name for one in written for name in self._candidates(one)} - self._named.keys()
        if not asked:
            return
        self._named |= dict.fromkeys(asked)
        self._aliased |= {name: [] for name in asked}
        for row in self.session.scalars(_UNITS_NAMED, {"names": list(asked)}):
            self._named[row.name] = row
        for alias, unit_id in self.session.connection().execute(_ALIASED, {"names": list(asked)}):
            self._aliased[alias].append(self.session.get_one(UnitRow, unit_id))

    def of(self, written: str) -> UnitRow:
        """The unit that the letter means by a name; a new one is written with the next flush.

        A registered name or alias wins: the name as written, then the name in full, an alias before
        the same word as a name. An alias counts only where its unit is of the letter's region or of
        no region at all, so that 市财政局 of one city never stands for another's.
        """
        written = clip(written.strip(), 100)
        if written not in self._found:
            self.look_up([written])
            self._found[written] = self._known(written) or self._enter(written)
        return self._found[written]

    def known(self, written: str) -> UnitRow | None:
        """The unit of the registry that a name means, as `of` finds it; None where there is none."""
        written = clip(written.strip(), 100)
        self.look_up([written])
        return self._known(written)

    def name(self, written: str) -> str:
        """The name in the registry that a name means; itself where the registry knows none."""
        found = self.known(written)
        return written if found is None else found.name

    def _candidates(self, written: str) -> list[str]:
        if written not in self._meant:
            self._meant[written] = self._meanings(clip(written.strip(), 100))
        return self._meant[written]

    def _meanings(self, written: str) -> list[str]:
        if not written:
            return []
        # What the letter itself says of a short name goes before what it may mean elsewhere.
        names = dict.fromkeys((self._explained.get(written, written), written))
        return list(
            dict.fromkeys(
                candidate for name in names for candidate in (name, *full_names(name, self.region))
            )
        )

    def _known(self, written: str) -> UnitRow | None:
        for name in self._candidates(written):
            aliased = [row for row in self._aliased[name] if _fits(row.name, self.region)]
            if len(aliased) == 1:
                return aliased[0]
            found = self._named[name]
            if found is not None:
                return found
        return None

    def _enter(self, written: str) -> UnitRow:
        full = self._explained.get(written, written)
        unit = UnitRow(name=clip(full_names(full, self.region)[0], 120))
        self.session.add(unit)
        self.entered.append(unit.name)
        self._named[unit.name] = unit
        self._aliased.setdefault(unit.name, [])
        return unit


def _fits(name: str, region: str) -> bool:
    """Whether a unit can be of a region: named after it, or after no place."""
    if not region:
        return True
    if name.startswith(tuple(prefixes(region) + parts(region))):
        return True
    return full_names(name, region)[0] != name or name.startswith(("国家", "中国"))


def issuing_unit(
    session: Session, issuer: str | None, region: str, names: Names | None = None
) -> UnitRow:
    """The unit that replied; one stand-in per region where the letter is not signed."""
    if issuer is not None and issuer.strip():
        return Units(session, region, names=names).of(issuer)
    name = clip((prefixes(region) or [""])[0] + UNSIGNED, 120)
    found = session.scalars(select(UnitRow).where(UnitRow.name == name)).one_or_none()
    if found is None:
        found = UnitRow(name=name)
        session.add(found)
        session.flush()
    return found


@dataclass(frozen=True, slots=True)
class Owner:
    """A unit that must deliver, as written; not `named` where it stands in as the one replying."""

    unit: UnitRow
    written: str
    named: bool = True


def owners_of(
    units: Units, written: Iterable[str], issuer: UnitRow, issuer_written: str | None
) -> list[Owner]:
    """The owners that names mean; none means the unit that replied.

    Args:
        units: of the letter.
        written: names as the letter or a person writes them.
        issuer: the unit that replied.
        issuer_written: its name as the letter writes it.
    """
    found = [(units.of(name), name) for name in written if name.strip()]
    if any(unit.id is None for unit, _ in found):
        units.session.flush()
    owners: dict[int, Owner] = {}
    for unit, name in found:
        owners.setdefault(unit.id, Owner(unit, clip(name.strip(), 120)))
    if not owners:
        return [Owner(issuer, clip(issuer_written or issuer.name, 120), named=False)]
    return list(owners.values())


def set_owners(session: Session, row: CommitmentRow, owners: Sequence[Owner]) -> None:
    """Make these the owners of a commitment.

    Args:
        session: of `Store.write`.
        row: the commitment.
        owners: as `owners_of` gives them.
    """
    if [(item.unit_id, item.written, item.named) for item in row.owners] == [
        (item.unit.id, item.written, item.named) for item in owners
    ]:
        return
    if row.owners:
        # The old rows must be gone before the new ones come: (commitment, unit) is unique.
        row.owners.clear()
        session.flush()
    row.owners.extend(
        CommitmentUnitRow(unit=item.unit, written=item.written, named=item.named) for item in owners
    )


def owners_text(row: CommitmentRow) -> str:
    """The owners as people read and write them; "" where the letter names none."""
    return "、".join(owner.written for owner in row.owners if owner.named)


def deputy_of(
    session: Session, name: str, written: str, region: str, names: Names | None = None
) -> DeputyRow:
    """The deputy of that name in that term, entered into the registry where new.

    Args:
        session: of `Store.write`; a new deputy is written with its next flush.
        name: as the letter addresses the deputy.
        written: the session as the letter writes it.
        region: the letter's region; 市五届人大 of two cities are two.
        names: of the transaction, where it enters several letters.
    """
    name, where = clip(name.strip(), 80), clip(full_session(written, region), 120)
    known = (names or Names()).deputies
    if name not in known:
        known[name] = list(session.scalars(_DEPUTIES, {"name": name}))
    fitting = [row for row in known[name] if same_term(row.session, where)]
    if fitting:
        return min(fitting, key=lambda row: (row.session != where, _vague(row.session)))
    deputy = DeputyRow(name=name, session=where)
    session.add(deputy)
    known[name].append(deputy)
    return deputy


def _vague(written: str) -> int:
    """The more a session says, the better it names its deputies."""
    key = session_key(written)
    return [bool(written), bool(key.body), key.term is not None].count(False)

"""The units that an office's list names, with the place that an earlier import of it left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.store.book import Units
from tracker.store.merging import drop_unused, only_met
from tracker.store.places import LEVELS, full_names
from tracker.store.tables import UnitRow


class ListedUnits:
    """The units that the names of one list mean; each is looked up once for the whole list.

    县教育局, which a list without a place has entered, is 丹梧县教育局 once the place is known;
    what a table of units has named stays as the office wrote it.

    Args:
        session: of `Store.write`.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._units: dict[str, Units] = {}
        self._meant: dict[tuple[str, str], tuple[UnitRow, UnitRow | None]] = {}
        self._left: dict[str, UnitRow] = {}
        self._alike: dict[int, dict[str, UnitRow]] = {}

    def look_up(self, written: Iterable[str], region: str) -> None:
        """Read everything that names may mean in a place in two queries."""
        self._in(region).look_up(written)

    def of(self, written: str, region: str, line: int) -> UnitRow:
        """The unit that a name means on a line of a place; a new one has its number by the flush."""
        if (written, region) not in self._meant:
            self._meant[written, region] = self._placed(written, region)
        unit, other = self._meant[written, region]
        if other is not None:
            self._alike.setdefault(line, {})[other.name] = other
        return unit

    @property
    def entered(self) -> tuple[str, ...]:
        """Names of units that the registry had not known."""
        names = [name for units in self._units.values() for name in units.entered]
        return tuple(dict.fromkeys(names))

    def settle(self, *, who: str, now: dt.datetime) -> dict[int, tuple[str, ...]]:
        """Take out units without a place that nothing names any more.

        Args:
            who: who imports.
            now: when.

        Returns:
            Line → names of units beside which the line's unit stands, and which may be the same.
        """
        gone = {
            old.name
            for full, old in self._left.items()
            if drop_unused(self._session, old, full, who=who, now=now)
        }
        told = {
            line: tuple(name for name in units if name not in gone)
            for line, units in self._alike.items()
        }
        return {line: names for line, names in told.items() if names}

    def _in(self, region: str) -> Units:
        return self._units.setdefault(region, Units(self._session, region))

    def _placed(self, written: str, region: str) -> tuple[UnitRow, UnitRow | None]:
        units = self._in(region)
        unit, full = units.of(written), full_names(written, region)[0]
        # 市教育局 of a county has no name with its place.
        if unit.name != written or full == written or written[0] not in LEVELS or "(" in full:
            return unit, None
        if only_met(self._session, unit):
            self._left[full] = unit
            return units.of(full), unit
        named = select(UnitRow).where(UnitRow.name == full)
        return unit, self._session.scalars(named).one_or_none()

"""Who a recipient is today: name and address by the registry, the office standing in (代收)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.settings import Settings
from tracker.store.tables import UnitRow

SUPERVISOR: Final = "supervisor"
_UNIT: Final = "unit:"


@dataclass(frozen=True, slots=True)
class Addressee:
    """A recipient's name and address; `stand_in` when the address is the office's."""

    recipient: str
    name: str
    address: str | None
    stand_in: bool = False


def unit_recipient(unit_id: int) -> str:
    """The recipient "unit:7" of the unit with that id."""
    return f"{_UNIT}{unit_id}"


def addressees(
    session: Session, recipients: Collection[str], settings: Settings
) -> dict[str, Addressee]:
    """Recipient → name and address as the registry and the settings have them now.

    A unit without an address is stood in for by the office, so that nothing is dropped; without
    the office's address either, the address is None.

    Args:
        session: of `Store.read` or `Store.write`.
        recipients: "unit:ID" or "supervisor".
        settings: the office.
    """
    ids = [int(name.removeprefix(_UNIT)) for name in recipients if name.startswith(_UNIT)]
    units = {row.id: row for row in session.scalars(select(UnitRow).where(UnitRow.id.in_(ids)))}
    office = settings.office
    found = {}
    for recipient in recipients:
        unit = units.get(int(recipient.removeprefix(_UNIT))) if recipient != SUPERVISOR else None
        own = (unit.email or "").strip() if unit else ""
        nameless = "督办员" if settings.language == "zh" else "supervisor"
        name = unit.name if unit else office.supervisor or office.name or nameless
        instead = office.email.strip()
        found[recipient] = Addressee(
            recipient, name, own or instead or None, stand_in=unit is not None and not own
        )
    return found

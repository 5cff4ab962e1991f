"""Who a recipient is today: name and address by the registry, the office standing in (代收)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.settings import Settings
from tracker.store import unreachable
from tracker.store.tables import UnitRow

SUPERVISOR: Final = "supervisor"
_UNIT: Final = "unit:"
_ROBOT: Final = "robot:"


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
    the office's address either, the address is None. An address at which nobody is any more
    (静默名单) counts as none. A robot's address is its name: the real one is a secret.

    Args:
        session: of `Store.read` or `Store.write`.
        recipients: "unit:ID", "robot:NAME" or "supervisor".
        settings: the office.
    """
    gone = unreachable.marked(session)
    ids = [int(name.removeprefix(_UNIT)) for name in recipients if name.startswith(_UNIT)]
    units = {row.id: row for row in session.scalars(select(UnitRow).where(UnitRow.id.in_(ids)))}
    office = settings.office
    found = {}
    for recipient in recipients:
        if recipient.startswith(_ROBOT):
            found[recipient] = Addressee(
                recipient, recipient.removeprefix(_ROBOT), _reached(recipient, gone) or None
            )
            continue
        unit = units.get(int(recipient.removeprefix(_UNIT))) if recipient != SUPERVISOR else None
        own = _reached(unit.email, gone) if unit else ""
        nameless = "督办员" if settings.language == "zh" else "supervisor"
        name = unit.name if unit else office.supervisor or office.name or nameless
        instead = _reached(office.email, gone)
        found[recipient] = Addressee(
            recipient, name, own or instead or None, stand_in=unit is not None and not own
        )
    return found


def _reached(address: str | None, gone: frozenset[str]) -> str:
    """An address without the blanks around it; empty where there is none, or nobody is at it."""
    plain = (address or "").strip()
    return "" if unreachable.is_marked(plain, gone) else plain


def own_names(settings: Settings) -> dict[str, str]:
    """The addresses of the settings and whose they are, for the list of who cannot be reached.

    Args:
        settings: the office and its robots.
    """
    office = settings.office
    found = {f"{_ROBOT}{robot.name}": robot.name for robot in settings.robots}
    if office.email.strip():
        found[office.email] = office.name or office.supervisor or office.email.strip()
    return found

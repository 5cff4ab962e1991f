"""Who is told, and who a recipient is today: by the registry, the office standing in (代收)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.ladders import Role
from tracker.mailings import address_mark
from tracker.settings import Settings
from tracker.store import unreachable
from tracker.store.tables import CommitmentRow, DeputyRow, UnitRow

SUPERVISOR: Final = "supervisor"
#: All that a ladder may name, from the nearest.
ROLES: Final[tuple[Role, ...]] = ("contact", "head", "parent", "supervisor", "deputies")
_UNIT: Final = "unit:"
_HEAD: Final = "head:"
_DEPUTY: Final = "deputy:"
_ROBOT: Final = "robot:"
_MAIL: Final = "mail:"


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


def deputy_recipient(deputy_id: int) -> str:
    """The recipient "deputy:7" of the deputy with that id."""
    return f"{_DEPUTY}{deputy_id}"


def robot_recipient(name: str) -> str:
    """The recipient "robot:督查群" of the robot of that name."""
    return f"{_ROBOT}{name}"


def mail_recipient(address: str) -> str:
    """The recipient of a plain mail address that a report of the settings names."""
    return f"{_MAIL}{address_mark(address)}"


def is_robot(recipient: str) -> bool:
    """Whether a recipient is a robot."""
    return recipient.startswith(_ROBOT)


def is_deputy(recipient: str) -> bool:
    """Whether a recipient is a deputy."""
    return recipient.startswith(_DEPUTY)


def id_of(recipient: str) -> int:
    """The id in a recipient that is no supervisor: 7 of "unit:7"."""
    return int(recipient.partition(":")[2])


def told_as(
    row: CommitmentRow,
    role: Role,
    ended: Collection[tuple[int, int]] = (),
    newcomers: Collection[int] = (),
) -> list[str]:
    """The recipients of a role, each once.

    Who leads a unit and has no address is told through the unit's contact; where no unit stands
    above, the supervisor is told; and so he is where nobody owns the promise, so that it is not
    forgotten. A deputy without address, or who has ended it, is not told.

    Args:
        row: with owners, their units, and the suggestion's deputies.
        role: whom the ladder names.
        ended: pairs of deputy and suggestion that were ended.
        newcomers: units that owned nothing of it yet on the day that is spoken of; neither they,
            nor who leads them or stands above, are told.
    """
    if role == "deputies":
        return [
            f"{_DEPUTY}{deputy.id}"
            for deputy in row.suggestion.deputies
            if (deputy.email or "").strip() and (deputy.id, row.suggestion_id) not in ended
        ]
    if role == "supervisor" or not row.owners:
        return [SUPERVISOR]
    owners = (owner.unit for owner in row.owners if owner.unit_id not in newcomers)
    return list(dict.fromkeys(_of_unit(unit, role) for unit in owners))


def _of_unit(unit: UnitRow, role: Role) -> str:
    if role == "head" and (unit.head_email or "").strip():
        return f"{_HEAD}{unit.id}"
    if role == "parent":
        return SUPERVISOR if unit.parent_id is None else unit_recipient(unit.parent_id)
    return unit_recipient(unit.id)


def roles_of(row: CommitmentRow, recipient: str) -> set[str]:
    """As what a recipient is told of a commitment now; empty where it has nothing to do with it.

    Args:
        row: with owners and their units.
        recipient: of a notice.
    """
    return {role for role in ROLES if recipient in told_as(row, role)}


def addressees(
    session: Session, recipients: Collection[str], settings: Settings
) -> dict[str, Addressee]:
    """Recipient → name and address as the registry and the settings have them now.

    A unit without an address is stood in for by the office, so that nothing is dropped; without
    the office's address either, the address is None. Who leads a unit is reached through the unit
    where his address has gone. Nobody stands in for a deputy. An address at which nobody is any
    more (静默名单) counts as none. A robot's address is its name: the real one is a secret.

    Args:
        session: of `Store.read` or `Store.write`.
        recipients: "unit:ID", "head:ID", "deputy:ID", "robot:NAME", "mail:…" or "supervisor".
        settings: the office, and the plain addresses that its reports go to.
    """
    of_units = UnitRow.id.in_(_ids(recipients, (_UNIT, _HEAD)))
    units = {row.id: row for row in session.scalars(select(UnitRow).where(of_units))}
    of_deputies = DeputyRow.id.in_(_ids(recipients, (_DEPUTY,)))
    deputies = {row.id: row for row in session.scalars(select(DeputyRow).where(of_deputies))}
    office = settings.office
    gone = unreachable.marked(session)
    instead = _reached(office.email, gone) or None
    nameless = "督办员" if settings.language == "zh" else "supervisor"
    found = {}
    for recipient in recipients:
        if recipient == SUPERVISOR:
            name = office.supervisor or office.name or nameless
            found[recipient] = Addressee(recipient, name, instead)
        elif recipient.startswith(_MAIL):
            # One that the settings no longer name gets nothing more.
            plain = _plain_addresses(settings).get(recipient, "")
            reached = _reached(plain, gone) or None
            found[recipient] = Addressee(recipient, plain.partition("@")[0], reached)
        elif is_robot(recipient):
            name = recipient.removeprefix(_ROBOT)
            found[recipient] = Addressee(recipient, name, _reached(recipient, gone) or None)
        elif is_deputy(recipient):
            deputy = deputies[id_of(recipient)]
            own = _reached(deputy.email, gone)
            found[recipient] = Addressee(recipient, deputy.name, own or None)
        else:
            unit = units[id_of(recipient)]
            leads = recipient.startswith(_HEAD)
            own = _reached(unit.head_email, gone) if leads else ""
            own = own or _reached(unit.email, gone)
            name = f"{unit.name} {unit.head}" if leads and unit.head else unit.name
            found[recipient] = Addressee(recipient, name, own or instead, stand_in=not own)
    return found


def _plain_addresses(settings: Settings) -> dict[str, str]:
    every = (one for mailing in settings.reports for one in mailing.to if "@" in one)
    return {mail_recipient(one): one.strip() for one in every}


def _ids(recipients: Iterable[str], prefixes: tuple[str, ...]) -> list[int]:
    return sorted({id_of(name) for name in recipients if name.startswith(prefixes)})


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

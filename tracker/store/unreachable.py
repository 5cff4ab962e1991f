"""静默名单: addresses at which nobody is any more, and whom that leaves without word.

An address gets there when its server says for good that there is no such mailbox, and when a
robot is gone from its group. Where a server refuses a recipient for good and says no more, it may
be the address, or we that may write to nobody: there it takes a second day, and somebody else
whose mail was taken in between (`refused_again`). Nothing is sent to it until a person revives it; where the registry
names another address, that one is used at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from tracker.errors import UnknownReference
from tracker.store.journal import clip, record
from tracker.store.statements import changed, dialect_of
from tracker.store.tables import (
    AttemptRow,
    DeputyRow,
    HistoryRow,
    MessageRow,
    UnitRow,
    UnreachableRow,
)
from tracker.store.tries import REFUSED

#: So much of an error is kept.
_ERROR: Final = 300


@dataclass(frozen=True, slots=True)
class Silent:
    """An address that is tried no more: since when, why, and whose it is by the registry."""

    address: str
    since: dt.datetime
    error: str
    names: tuple[str, ...]


def mark(
    session: Session, address: str, error: str, now: dt.datetime, message_id: int | None = None
) -> bool:
    """Note that nobody is at an address; what was noted first stays.

    Args:
        session: of `Store.write`.
        address: of a mailbox, or "robot:NAME".
        error: what its server said.
        now: the moment.
        message_id: the message that did not get there.

    Returns:
        Whether it is new.
    """
    insert = dialect_of(session).insert(UnreachableRow.__table__)
    values = {
        "address": _plain(address),
        "error": clip(error, _ERROR),
        "since": now,
        "message_id": message_id,
    }
    return changed(session, insert.values(**values).on_conflict_do_nothing()) == 1


def refused_again(session: Session, address: str, now: dt.datetime, zone: dt.tzinfo) -> bool:
    """Whether a recipient who is refused now, for good but without a reason, is one that mail does
    not reach.

    So it is where he was refused on an earlier day already and mail to another address was taken
    since: a server that refuses everybody, because of our address, login or policy, lists nobody,
    nor does a fault that is mended the same day.

    Args:
        session: of `Store.write`; the refusal of now is not written down yet.
        address: his.
        now: the moment.
        zone: of the office, for what a day is.
    """
    plain = _plain(address)
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    his = func.lower(MessageRow.address) == plain
    tried = select(func.min(AttemptRow.at)).join(MessageRow)
    refused = tried.where(his, AttemptRow.result == REFUSED)
    # What was before a person revived him counts no more.
    revived = session.scalar(
        select(func.max(HistoryRow.at)).where(
            HistoryRow.action == "revive", HistoryRow.old == plain
        )
    )
    if revived is not None:
        refused = refused.where(AttemptRow.at > revived)
    first = session.scalar(refused)
    if first is None or first >= today:
        return False
    others = tried.where(~his, MessageRow.channel == "mail", AttemptRow.result == "sent")
    return session.scalar(others.where(AttemptRow.at >= first)) is not None


def clear(session: Session, address: str, *, who: str, now: dt.datetime) -> Silent:
    """Let an address be tried again.

    Args:
        session: of `Store.write`.
        address: as the list shows it.
        who: who decides.
        now: when.

    Raises:
        UnknownReference: it is not on the list.
    """
    found = session.scalars(
        select(UnreachableRow).where(UnreachableRow.address == _plain(address))
    ).one_or_none()
    if found is None:
        raise UnknownReference(f"{address[:80]!r} is not on the list; see: tracker outbox silent")
    whose = _whose(session, [found.address]).get(found.address, [])
    session.delete(found)
    record(
        session, "revive", who=who, now=now, field="address", old=found.address,
        new="、".join(whose) or None,
    )  # fmt: skip
    session.flush()
    return Silent(found.address, found.since, found.error, tuple(whose))


def marked(session: Session) -> frozenset[str]:
    """All addresses that are tried no more, in small letters; ask with `is_marked`."""
    return frozenset(session.scalars(select(UnreachableRow.address)))


def is_marked(address: str, addresses: frozenset[str]) -> bool:
    """Whether an address is one of those.

    Args:
        address: as the registry or the settings have it.
        addresses: given by `marked`.
    """
    return bool(addresses) and _plain(address) in addresses


def listing(session: Session, own: Mapping[str, str]) -> list[Silent]:
    """Those whom it leaves without word, the longest first; an address that nobody has any more
    is left out.

    Args:
        session: of `Store.read` or `Store.write`.
        own: addresses of the settings and whose they are: the office's, and each "robot:NAME".
    """
    query = select(UnreachableRow).order_by(UnreachableRow.since, UnreachableRow.id)
    found = list(session.scalars(query))
    whose = _whose(session, select(UnreachableRow.address)) if found else {}
    for address, name in own.items():
        _add(whose, address, name)
    return [
        Silent(row.address, row.since, row.error, tuple(whose[row.address]))
        for row in found
        if row.address in whose
    ]


def names(session: Session, own: Mapping[str, str]) -> tuple[str, ...]:
    """Who is left without word, as people call them.

    Args:
        session: of `Store.read` or `Store.write`.
        own: as for `listing`.
    """
    found = [name for item in listing(session, own) for name in item.names]
    return tuple(dict.fromkeys(found))


def wrote_to(session: Session, address: str) -> bool:
    """Whether any message was ever meant for an address, or the registry has it.

    Args:
        session: of `Store.read` or `Store.write`.
        address: of a mailbox.
    """
    plain = _plain(address)
    if _whose(session, [plain]):
        return True
    query = select(MessageRow.id).where(func.lower(MessageRow.address) == plain).limit(1)
    return session.scalars(query).first() is not None


def _whose(session: Session, among: list[str] | Select[str]) -> dict[str, list[str]]:
    """Address, of those given in small letters → the units and deputies that have it."""
    found: dict[str, list[str]] = {}
    units = select(UnitRow.name, UnitRow.email, UnitRow.head_email).order_by(UnitRow.id)
    deputies = select(DeputyRow.name, DeputyRow.email).order_by(DeputyRow.id)
    mailbox = func.lower(func.trim(UnitRow.email)).in_(among)
    of_head = func.lower(func.trim(UnitRow.head_email)).in_(among)
    for name, *addresses in session.execute(units.where(or_(mailbox, of_head))):
        for address in addresses:
            _add(found, address, name)
    own = func.lower(func.trim(DeputyRow.email)).in_(among)
    for name, address in session.execute(deputies.where(own)):
        _add(found, address, name)
    return found


def _add(found: dict[str, list[str]], address: str | None, name: str) -> None:
    if address and name not in found.setdefault(_plain(address), []):
        found[_plain(address)].append(name)


def _plain(address: str) -> str:
    # Servers that tell A@b.example from a@b.example are not known; people write either.
    return address.strip().lower()

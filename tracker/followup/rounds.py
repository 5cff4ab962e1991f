"""One round: past a rung and no such notice yet → a notice row in the recipient's digest.

`plan` only reads and says what would be decided; `decide` writes it, in the caller's one
transaction. Both may be run again at any time, by any number of processes: a notice is unique by
commitment, recipient, rung and deadline, a digest by recipient and day.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.address import mail_address
from tracker.followup.ladder import Role, owed, reach
from tracker.followup.recipients import SUPERVISOR, Addressee, addressees, unit_recipient
from tracker.followup.status import Facts, facts_of
from tracker.followup.workdays import Workdays, workdays_of
from tracker.settings import Ladder, Settings
from tracker.store import noticed, outbox
from tracker.store.noticed import NoticeKey
from tracker.store.tables import CommitmentRow, CommitmentUnitRow, MessageRow

#: Right-hand side of a Message-ID where no sender is set; reserved, so that it is nobody's.
_NO_DOMAIN = "tracker.invalid"
#: So much of a domain leaves room for the rest of a Message-ID in its column.
_DOMAIN = 100
#: Rows loaded at once; far below what any database takes as parameters.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Planned:
    """A notice that is owed and not decided yet."""

    commitment: CommitmentRow
    key: NoticeKey


@dataclass(frozen=True, slots=True)
class Plan:
    """What a round would decide.

    Attributes:
        notices: recipient → notices for his digest.
        held: owed to recipients who had their digest of the day; they wait for the next round.
        addressees: name and address of every recipient of either.
    """

    notices: Mapping[str, list[Planned]]
    held: Mapping[str, list[Planned]]
    addressees: Mapping[str, Addressee]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a round decided: new notices, new messages, notices held back, and the names of
    recipients that cannot be reached."""

    notices: int = 0
    messages: int = 0
    held: int = 0
    unreachable: tuple[str, ...] = ()


def decide(
    session: Session,
    today: dt.date,
    now: dt.datetime,
    settings: Settings,
    workdays: Workdays | None = None,
    token: Callable[[], str] = outbox.new_token,
) -> Decided:
    """Write the notices that are owed and not decided yet, each into its recipient's digest.

    Args:
        session: of `Store.write`; one transaction is one round.
        today: the day of the round.
        now: the moment, from which on the messages may be sent.
        settings: ladder, office, zone, sender.
        workdays: answers whether a day is worked; None: those of the settings.
        token: gives what makes a Message-ID unique.
    """
    noticed.lock_round(session)
    outbox.merge(session, now)
    waiting = outbox.waiting(session)
    _follow_registry(session, waiting, settings)
    planned = plan(session, today, settings, workdays)
    digests = {row.recipient: row for row in waiting if row.kind == "digest"}
    made = written = 0
    for recipient, notices in planned.notices.items():
        message = digests.get(recipient)
        if message is None:
            to = planned.addressees[recipient]
            message = _new_digest(session, to, today, now, settings, token)
            waiting.append(message)
            digests[recipient] = message
            made += 1
        written += noticed.add_notices(session, message, [item.key for item in notices], today)
    return Decided(
        notices=written,
        messages=made,
        held=sum(len(notices) for notices in planned.held.values()),
        unreachable=tuple(
            {
                row.recipient: row.recipient_name
                for row in waiting
                if row.kind == "digest" and row.state == "undeliverable"
            }.values()
        ),
    )


def plan(
    session: Session, today: dt.date, settings: Settings, workdays: Workdays | None = None
) -> Plan:
    """What a round of this day would decide now. Writes nothing.

    Args:
        session: of `Store.read` or `Store.write`.
        today: the day of the round.
        settings: ladder, office, zone.
        workdays: answers whether a day is worked; None: those of the settings.
    """
    workdays = workdays or workdays_of(settings)
    notices: dict[str, list[Planned]] = defaultdict(list)
    held: dict[str, list[Planned]] = defaultdict(list)
    if workdays(today):
        served = outbox.served(session, today)
        for item in _undecided(session, today, settings, workdays):
            (held if item.key.recipient in served else notices)[item.key.recipient].append(item)
    return Plan(notices, held, addressees(session, {*notices, *held}, settings))


def _undecided(
    session: Session, today: dt.date, settings: Settings, workdays: Workdays
) -> Iterator[Planned]:
    """The owed notices that no row stands for yet, most urgent first."""
    open_keys = _open_keys(session, today, settings.ladder, workdays)
    zone = ZoneInfo(settings.timezone)
    ids = list(open_keys)
    for start in range(0, len(ids), _CHUNK):
        for row in _loaded(session, ids[start : start + _CHUNK]):
            roles = {
                rung.recipient
                for rung in owed(facts_of(row, zone), today, settings.ladder, workdays)
            }
            for role, key in open_keys[row.id]:
                if role in roles:
                    yield Planned(row, key)


def _open_keys(
    session: Session, today: dt.date, ladder: Ladder, workdays: Workdays
) -> dict[int, list[tuple[Role, NoticeKey]]]:
    """Commitment → what it owes by its date alone and was not noticed.

    Reads ids and dates only: most of a ledger is not due, and of what is due most was noticed.
    Reports can only lessen what is owed here; they are read for the few that remain.
    """
    due = _due(session, today, ladder)
    rungs = {
        day: owed(Facts(deadline=day), today, ladder, workdays) for day in {row[1] for row in due}
    }
    names = {rung.name for found in rungs.values() for rung in found}
    before = noticed.decided(session, names, today)
    # A round of an earlier day that is run again must not send what a later one has overtaken.
    overtaken = {
        (key.commitment_id, key.recipient, key.deadline)
        for key, decided_on in before.items()
        if decided_on >= today
    }
    found: dict[int, list[tuple[Role, NoticeKey]]] = {}
    for commitment_id, deadline, owners in due:
        for rung in rungs[deadline]:
            for recipient in owners if rung.recipient == "owner" else [SUPERVISOR]:
                key = NoticeKey(commitment_id, recipient, rung.name, deadline)
                if key in before or (commitment_id, recipient, deadline) in overtaken:
                    continue
                keys = found.setdefault(commitment_id, [])
                if (rung.recipient, key) not in keys:
                    keys.append((rung.recipient, key))
    return found


def _due(session: Session, today: dt.date, ladder: Ladder) -> list[tuple[int, dt.date, list[str]]]:
    """Open, confirmed commitments whose first rung can have passed: id, deadline, owners."""
    rows = session.execute(
        select(CommitmentRow.id, CommitmentRow.deadline, CommitmentUnitRow.unit_id)
        .outerjoin(CommitmentUnitRow, CommitmentUnitRow.commitment_id == CommitmentRow.id)
        .where(CommitmentRow.outcome == "open", CommitmentRow.review == "confirmed")
        .where(CommitmentRow.deadline <= reach(today, ladder))
        .order_by(CommitmentRow.deadline, CommitmentRow.id, CommitmentUnitRow.id)
    )
    found: dict[int, tuple[int, dt.date, list[str]]] = {}
    for commitment_id, deadline, unit_id in rows:
        if deadline is None:
            continue
        _, _, owners = found.setdefault(commitment_id, (commitment_id, deadline, []))
        # Without any owner the supervisor is asked, so that the promise is not forgotten.
        owners.append(SUPERVISOR if unit_id is None else unit_recipient(unit_id))
    return list(found.values())


def _loaded(session: Session, ids: list[int]) -> list[CommitmentRow]:
    """Commitments with what decides and words a notice, most urgent first."""
    query = (
        select(CommitmentRow)
        .where(CommitmentRow.id.in_(ids))
        .order_by(CommitmentRow.deadline, CommitmentRow.id)
        .options(
            joinedload(CommitmentRow.suggestion),
            selectinload(CommitmentRow.reports),
            selectinload(CommitmentRow.owners).joinedload(CommitmentUnitRow.unit),
        )
    )
    return list(session.scalars(query))


def _follow_registry(session: Session, waiting: list[MessageRow], settings: Settings) -> None:
    """Messages that wait go where the registry says today: an address may have appeared."""
    found = addressees(session, {row.recipient for row in waiting}, settings)
    for row in waiting:
        to = found[row.recipient]
        outbox.readdress(row, to.name, to.address, stand_in=to.stand_in)


def _new_digest(
    session: Session,
    to: Addressee,
    today: dt.date,
    now: dt.datetime,
    settings: Settings,
    token: Callable[[], str],
) -> MessageRow:
    message, _ = outbox.queue(
        session,
        kind="digest",
        recipient=to.recipient,
        name=to.name,
        address=to.address,
        stand_in=to.stand_in,
        day=today,
        now=now,
        domain=mail_domain(settings),
        token=token,
    )
    return message


def mail_domain(settings: Settings) -> str:
    """Right-hand side of our Message-IDs: the sender's domain."""
    try:
        return (
            mail_address(parseaddr(settings.mail.sender)[1])
            .rpartition("@")[2][-_DOMAIN:]
            .lstrip(".-")
        )
    except ValueError:
        return _NO_DOMAIN

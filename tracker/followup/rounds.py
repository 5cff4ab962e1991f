"""One round: a rung passed or an event happened, and nobody told → a notice in a digest.

`plan` only reads and says what would be decided; `decide` writes it, in the caller's one
transaction. Both may be run again at any time, by any number of processes: a notice is unique by
commitment, recipient, rung and deadline, a digest by recipient and day.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.address import mail_address
from tracker.followup.mirrors import channel_of
from tracker.followup.owing import Owing, Planned, load, owing_of
from tracker.followup.places import Ladder, keep_places, read_ladder
from tracker.followup.recipients import Addressee, addressees, is_deputy, is_robot
from tracker.followup.workdays import Workdays, workdays_of
from tracker.settings import Settings
from tracker.store import looking, noticed, outbox
from tracker.store.tables import MessageRow

#: Right-hand side of a Message-ID where no sender is set; reserved, so that it is nobody's.
_NO_DOMAIN = "tracker.invalid"
#: So much of a domain leaves room for the rest of a Message-ID in its column.
_DOMAIN = 100
#: Commitments loaded at once; far below what any database takes as parameters.
_CHUNK = 500


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
    recipients and of robots that cannot be reached."""

    notices: int = 0
    messages: int = 0
    held: int = 0
    unreachable: tuple[str, ...] = ()
    robots: tuple[str, ...] = ()


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
    workdays = workdays or workdays_of(settings)
    noticed.lock_round(session)
    outbox.merge(session, now)
    waiting = outbox.waiting(session)
    _follow_registry(session, waiting, settings)
    keys: dict[str, list[noticed.NoticeKey]] = defaultdict(list)
    hours: dict[str, int] = {}
    held = 0
    if workdays(today):
        ladder = read_ladder(session, today, settings, workdays)
        keep_places(session, ladder)
        served = outbox.served(session, today)
        again: dict[dt.date, list[int]] = defaultdict(list)
        for found in _looked_at(session, ladder, now, settings, lean=True):
            late = [item for item in found.planned if item.key.recipient in served]
            held += len(late)
            for item in found.planned:
                recipient = item.key.recipient
                if recipient not in served:
                    keys[recipient].append(item.key)
                    hours[recipient] = min(item.hour, hours.get(recipient, item.hour))
            if found.free and not late:
                again[found.next].append(found.id)
        looking.look_again(session, again)
    made, written = _enter(session, keys, hours, waiting, today, now, settings, token)
    away = {
        row.recipient: row.recipient_name
        for row in waiting
        if row.kind == "digest" and row.state == "undeliverable"
    }
    return Decided(
        notices=written,
        messages=made,
        held=held,
        unreachable=tuple(name for to, name in away.items() if not is_robot(to)),
        robots=tuple(name for to, name in away.items() if is_robot(to)),
    )


def plan(
    session: Session,
    today: dt.date,
    settings: Settings,
    workdays: Workdays | None = None,
    now: dt.datetime | None = None,
) -> Plan:
    """What a round of this day would decide now. Writes nothing.

    Args:
        session: of `Store.read` or `Store.write`.
        today: the day of the round.
        settings: ladder, office, zone.
        workdays: answers whether a day is worked; None: those of the settings.
        now: the moment of the round; None means the morning of the day.
    """
    workdays = workdays or workdays_of(settings)
    notices: dict[str, list[Planned]] = defaultdict(list)
    held: dict[str, list[Planned]] = defaultdict(list)
    if workdays(today):
        zone = ZoneInfo(settings.timezone)
        moment = now or dt.datetime.combine(today, dt.time(8), zone)
        served = outbox.served(session, today)
        ladder = read_ladder(session, today, settings, workdays)
        for found in _looked_at(session, ladder, moment, settings, lean=False):
            for item in found.planned:
                recipient = item.key.recipient
                (held if recipient in served else notices)[recipient].append(item)
    return Plan(notices, held, addressees(session, {*notices, *held}, settings))


def _looked_at(
    session: Session, ladder: Ladder, now: dt.datetime, settings: Settings, *, lean: bool
) -> Iterator[Owing]:
    """Every commitment that may owe something, with what it owes, most urgent first."""
    zone = ZoneInfo(settings.timezone)
    ids = _ids(session, ladder, write=lean)
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        # Before the rows are read, so that what is read is what is held.
        free: Collection[int] = looking.hold_free(session, part) if lean else ()
        for owing in owing_of(session, load(session, part, lean=lean), ladder, now, zone, settings):
            yield Owing(owing.id, owing.planned, owing.next, free=owing.id in free)


def _ids(session: Session, ladder: Ladder, *, write: bool) -> list[int]:
    found = looking.to_look_at(session, ladder.today)
    far = {day for day in found.fresh if day is None or day > ladder.reach}
    if far and write:
        # Of a whole archive just confirmed, most is due in years.
        looking.pass_over(session, far, ladder.first_of_any)
        found = looking.to_look_at(session, ladder.today)
    return found.ids


def _enter(
    session: Session,
    keys: Mapping[str, list[noticed.NoticeKey]],
    hours: Mapping[str, int],
    waiting: list[MessageRow],
    today: dt.date,
    now: dt.datetime,
    settings: Settings,
    token: Callable[[], str],
) -> tuple[int, int]:
    """Put notices into the digests of their recipients; how many messages and notices are new."""
    digests = {row.recipient: row for row in waiting if row.kind == "digest"}
    found = addressees(session, keys.keys() - digests.keys(), settings)
    zone = ZoneInfo(settings.timezone)
    made = 0
    entered: list[tuple[int, noticed.NoticeKey]] = []
    for recipient, notices in keys.items():
        at = max(now, dt.datetime.combine(today, dt.time(hours[recipient]), zone))
        message = digests.get(recipient)
        if message is None:
            message = _new_digest(session, found[recipient], today, at, settings, token)
            if is_deputy(recipient):
                message.unsubscribe = message.unsubscribe or token()
            message.channel = channel_of(settings, recipient) or message.channel
            waiting.append(message)
            made += 1
        elif message.tries == 0:
            message.not_before = min(message.not_before, at)
        entered += [(message.id, key) for key in notices]
    return made, noticed.add_notices(session, entered, today)


def _follow_registry(session: Session, waiting: list[MessageRow], settings: Settings) -> None:
    """Messages that wait go where registry and settings say today: an address may have appeared,
    a group may have another program or no robot any more."""
    found = addressees(session, {row.recipient for row in waiting}, settings)
    for row in waiting:
        to = found[row.recipient]
        channel = channel_of(settings, row.recipient)
        row.channel = channel or row.channel
        gone = is_robot(row.recipient) and channel is None
        outbox.readdress(row, to.name, None if gone else to.address, stand_in=to.stand_in)


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

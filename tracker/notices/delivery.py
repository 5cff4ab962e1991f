"""Delivery: claim one message, look once more whether it is still owed, send it, write it down.

Each step is a transaction of its own. "sending" is committed before the first byte leaves, so
that a crash loses nothing and repeats at most the message in flight, with the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import random
import socket
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.errors import DeliveryError
from tracker.followup.recheck import obsolete
from tracker.followup.recipients import SUPERVISOR, addressees
from tracker.followup.workdays import Workdays, is_workday
from tracker.notices.channel import Channel, InDoubt, Unreachable, kind_of, open_channel
from tracker.notices.files import FilesChannel
from tracker.notices.message import Outgoing, build
from tracker.notices.wording import digest_of, word
from tracker.settings import Settings
from tracker.store import claims, noticed, outbox
from tracker.store.database import Store
from tracker.store.tables import MessageRow

log = logging.getLogger("tracker.delivery")
# For the daemon, which sets logging up; a single command tells the same in its own words.
log.addHandler(logging.NullHandler())

#: Why nothing of a message is left to be sent.
NOTHING_LEFT: Final = "nothing left to say"


#: Why a message that was claimed is not handed over.
Unsent = Literal["cancelled", "undeliverable"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A message that was not handed over, and whether it will be tried again."""

    id: int
    name: str
    error: str
    again: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run of delivery did.

    Attributes:
        sent: messages handed over.
        cancelled: messages of which nothing was left to say.
        recovered: messages that another run had left in flight.
        undeliverable: messages whose recipient has no address any more; they wait for one.
        failures: messages not handed over.
    """

    sent: int = 0
    cancelled: int = 0
    recovered: int = 0
    failures: tuple[Failure, ...] = ()
    undeliverable: int = 0


def deliver(
    store: Store,
    settings: Settings,
    today: dt.date,
    now: Callable[[], dt.datetime],
    *,
    channel: Channel | None = None,
    workdays: Workdays = is_workday,
    jitter: Callable[[], float] = random.random,
    stop: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Send what is queued and due; nothing on days off.

    Any number of processes may do so at once. Stops when nothing is due, or when the channel
    itself cannot be reached: the rest waits for the next run.

    Args:
        store: the outbox.
        settings: channel, sender, language.
        today: the day the messages speak from.
        now: gives the moment, for claims and dates.
        channel: instead of the one that the settings name.
        workdays: answers whether a day is worked.
        jitter: gives numbers from 0 to 1 that spread repeated tries.
        stop: asked before each message; the one in flight is always finished.
    """
    worker = f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
    with store.write() as session:
        recovered = claims.recover(session, now())
    if not workdays(today):
        return Delivered(recovered=recovered)
    way = channel or open_channel(kind_of(settings), settings)
    sent = 0
    unsent: Counter[Unsent] = Counter()
    failures: list[Failure] = []
    try:
        while not stop() and (found := _take(store, settings, worker, today, now())) is not None:
            if not isinstance(found, Outgoing):
                unsent[found] += 1
                continue
            try:
                where = way.send(build(found, settings, _local(now(), settings)), found.key)
            except DeliveryError as error:
                failures += _record_failure(store, worker, found, error, now(), jitter())
                if isinstance(error, Unreachable):
                    break
                continue
            with store.write() as session:
                file = where if isinstance(way, FilesChannel) else None
                kept = claims.record_sent(session, found.id, worker, now(), file=file)
            log.info("sent %s to %s%s", found.key, where, "" if kept else " (claim had lapsed)")
            sent += 1
    finally:
        if channel is None:
            way.close()
    return Delivered(
        sent=sent,
        cancelled=unsent["cancelled"],
        recovered=recovered,
        failures=tuple(failures),
        undeliverable=unsent["undeliverable"],
    )


def _take(
    store: Store, settings: Settings, worker: str, today: dt.date, now: dt.datetime
) -> Outgoing | Unsent | None:
    """Claim the next message and word it, or say why it is not to be sent; None when none is
    due. All in one transaction: what is worded is what the claim saw."""
    with store.write() as session:
        message = claims.claim(session, worker, now, today)
        if message is None:
            return None
        to = addressees(session, [message.recipient], settings)[message.recipient]
        outbox.readdress(message, to.name, to.address, stand_in=to.stand_in)
        if to.address is None:
            claims.release(message)
            return "undeliverable"
        if message.kind == "digest" and not _word(session, message, settings, today):
            outbox.cancel(session, message, now, NOTHING_LEFT)
            return "cancelled"
        return Outgoing(
            id=message.id,
            key=message.key,
            header_id=message.header_id,
            name=message.recipient_name,
            address=to.address,
            subject=message.subject or "",
            text=message.body or "",
            html=message.html,
        )


def _word(session: Session, message: MessageRow, settings: Settings, today: dt.date) -> bool:
    """Word a digest from what is still owed; whether anything is."""
    zone = ZoneInfo(settings.timezone)
    rows = []
    rungs: dict[int, list[str]] = {}
    for notice in noticed.contents(session, message):
        why = obsolete(notice, today, zone)
        if why is None:
            rows.append(notice.commitment)
            rungs.setdefault(notice.commitment_id, []).append(notice.rung)
        else:
            noticed.withdraw(notice, why)
    if not rows:
        return False
    digest = digest_of(
        rows,
        today,
        settings,
        name=message.recipient_name,
        supervisor=message.recipient == SUPERVISOR,
        stand_in=message.stand_in,
        recipient=message.recipient,
        rungs=rungs,
        unsubscribe=message.unsubscribe,
    )
    worded = word(digest, settings)
    message.subject, message.body, message.html = worded.subject, worded.text, worded.html
    return True


def _record_failure(
    store: Store,
    worker: str,
    outgoing: Outgoing,
    error: DeliveryError,
    now: dt.datetime,
    jitter: float,
) -> list[Failure]:
    with store.write() as session:
        state = claims.record_failed(
            session,
            outgoing.id,
            worker,
            now,
            str(error),
            permanent=error.permanent,
            jitter=jitter,
            in_doubt=isinstance(error, InDoubt),
            barred=isinstance(error, Unreachable),
        )
    log.warning("%s not sent (%s): %s", outgoing.key, state, error)
    return [Failure(outgoing.id, outgoing.name, str(error), again=state == "queued")]


def _local(moment: dt.datetime, settings: Settings) -> dt.datetime:
    return moment.astimezone(ZoneInfo(settings.timezone))

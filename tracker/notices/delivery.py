"""Delivery: claim messages, look once more whether they are still owed, send them, write it down.

    claim ──▶ look ──▶ word and build ──▶ begin ──▶ send ──▶ record
    (a batch)          (some of it)       (each just before its first byte)

Words and bytes are made ahead, while others are on their way where the server takes its time, and
looked at again where the ledger has moved since. "sending" is committed before the first byte
leaves, so that a crash loses nothing and repeats at most what was in flight, with the same
Message-ID; what was claimed and had not begun goes back untouched.

A mail server is told whom the next message is for while its "sending" is written down; the message
itself leaves only behind that, and where none follows the connection is dropped.

Measured with SQLite on a disk that takes 6 ms to make a commit durable: one durable commit before
and after each message bounds delivery to 80 a second, whatever the server can take. So that only
the claim of a batch waits for the disk, and takes along what was written since the one before;
`store.claims` says what that leaves in doubt after a power cut.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.errors import DeliveryError
from tracker.followup.workdays import Workdays, workdays_of
from tracker.notices.channel import Channel, InDoubt, Prepared, Unreachable
from tracker.notices.files import FilesChannel
from tracker.notices.lanes import Lane, Lanes
from tracker.notices.looks import Look, Unsent, look_at
from tracker.notices.ready import Ready
from tracker.settings import Settings
from tracker.store import claims, noticed, outbox, tries, unreachable
from tracker.store.database import Store
from tracker.store.handover import Handover, Noted, Sent
from tracker.store.tables import NoticeRow
from tracker.store.watermark import Watermark, watermark
from tracker.store.workers import at_work

log = logging.getLogger("tracker.delivery")
# For the daemon, which sets logging up; a single command tells the same in its own words.
log.addHandler(logging.NullHandler())

#: Why nothing of a message is left to be sent.
NOTHING_LEFT: Final = "nothing left to say"
#: Messages claimed at once.
BATCH: Final = 100


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
    workdays: Workdays | None = None,
    jitter: Callable[[], float] = random.random,
    stop: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Send what is queued and due; nothing on days off.

    Any number of processes may do so at once. Stops when nothing is due. Where a channel itself
    cannot be reached, what goes out through it waits for the next run, and the others go on.

    Args:
        store: the outbox.
        settings: channel, sender, language.
        today: the day the messages speak from.
        now: gives the moment, for claims and dates.
        channel: instead of those that the messages name.
        workdays: answers whether a day is worked; None: those of the settings.
        jitter: gives numbers from 0 to 1 that spread repeated tries.
        stop: asked before each message; those in flight are always finished.
    """
    with store.write() as session:
        recovered = claims.recover(session, now())
    if not (workdays or workdays_of(settings))(today):
        return Delivered(recovered=recovered)
    with (
        at_work() as worker,
        Lanes(settings, channel) as lanes,
        Handover(store, worker) as handover,
    ):
        run = _Run(store, settings, today, now, worker, lanes, handover, jitter, stop)
        try:
            run.go()
        finally:
            run.leave()
    return Delivered(
        sent=run.sent,
        cancelled=run.unsent["cancelled"],
        recovered=recovered,
        failures=tuple(run.failures),
        undeliverable=run.unsent["undeliverable"],
    )


class _Run:
    """One run of delivery. All that touches the store happens in the thread that calls; lanes
    only talk."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        today: dt.date,
        now: Callable[[], dt.datetime],
        worker: str,
        lanes: Lanes,
        handover: Handover,
        jitter: Callable[[], float],
        stop: Callable[[], bool],
    ) -> None:
        self.store, self.settings, self.today, self.now = store, settings, today, now
        self.worker, self.lanes, self.jitter, self.stop = worker, lanes, jitter, stop
        self.sent = 0
        self.unsent: Counter[Unsent] = Counter()
        self.failures: list[Failure] = []
        self.handover = handover
        self.ready = Ready(settings, now, lanes)
        self._busy: dict[Future[str], tuple[Look, Lane]] = {}
        self._done: list[Future[str]] = []
        self._barred: set[str] = set()
        self._all_taken = False
        #: How far the ledger had come at a look, where it is known to have gone on since.
        self._passed: Watermark | None = None

    def go(self) -> None:
        """Until nothing is due, or somebody says stop."""
        while True:
            self._pass_on()
            stopped = self.stop()
            if not self._busy:
                if stopped or (not self.ready and not self._take()):
                    return
                continue
            # Time that the lanes need is ours.
            if not stopped and len(self.ready) < self.lanes.width and not self._all_taken:
                self._take()
            self._prepare()
            self._wait()

    def leave(self) -> None:
        """Finish what is in flight, give back what has not begun."""
        wait(self._busy)
        # What raised anything else is the end of this run: nobody knows how it ended.
        self._done = [
            item for item in self._busy if isinstance(item.exception(), DeliveryError | None)
        ]
        if self._done or self.ready:
            with self.store.write() as session:
                self.failures += self._record(session, self._done)
                claims.release(session, self.worker, self.ready.ids())
            self._settle()

    def _take(self) -> bool:
        """Claim more, and word it; whether there was any. Writes down what ended as well."""
        failures: list[Failure] = []
        # So many at once that waiting for the disk weighs little, so few that others get a share.
        with self.store.write() as session:
            failures += self._record(session, self._done)
            ids = claims.claim(
                session, self.worker, self.now(), self.today, BATCH, tuple(self._barred)
            )
        self.failures += failures
        self._settle()
        self._all_taken = not ids
        if ids:
            with self.store.read() as session:
                self.ready.add(look_at(session, ids, self.settings, self.today))
            self._prepare()
        return bool(ids)

    def _prepare(self) -> None:
        """Build what goes out next, and write down its words; more of it while others are on their
        way."""
        landed = all(item.done() for item in self._busy)
        if landed:
            if self.ready.first_are_worded():
                return
            self._land()
        built = self.ready.build_some(
            lambda: not landed and any(item.done() for item in self._busy)
        )
        if built:
            self.handover.word([_begun(look) for look in built])
            for look in built:
                look.kept = True

    def _wait(self) -> None:
        if any(item.done() for item in self._busy):
            self._done = [item for item in self._busy if item.done()]
        elif self._busy:
            self._done = list(wait(self._busy, return_when=FIRST_COMPLETED).done)

    def _pass_on(self) -> None:
        """Write down how the last ones ended, and send the next ones."""
        for item in self._done:
            # Free for the next one already, so that one transaction ends a message and begins one.
            if not isinstance(item.exception(), Unreachable):
                self.lanes.free(self._busy[item][1])
        stopped = self.stop()
        starts = [] if stopped else self.ready.take()
        if not starts and self._done and not self.ready and not stopped and not self._all_taken:
            self._take()  # one wait for the disk, not two
            starts = self.ready.take()
        if not starts and not self._done:
            return
        try:
            begun = self._plainly(starts)
            if begun is None:
                begun = self._record_and_begin(starts)
        except BaseException:
            self.ready.put_back([look for look, _ in starts])
            raise
        self._settle()
        for lane in {id(lane): lane for _, lane in starts}.values():
            if all(lane is not other for _, other in begun):
                self.lanes.free(lane)
        # One that is alone is sent from here: to hand it to a thread takes longer than some servers
        # need for it. While a server takes its time, the next ones are built.
        alone = len(begun) == 1 and not self._busy and not begun[0][1].slow
        for look, lane in begun:
            assert isinstance(look.prepared, Prepared)  # noqa: S101 - else it has not begun
            if alone:
                item = self.lanes.send(lane, look.prepared, self.ready.build_one)
            else:
                item = self.lanes.submit(lane, look.prepared)
            self._busy[item] = look, lane

    def _land(self) -> None:
        """Write down at once that those were sent that have arrived, before what takes its time."""
        done = [item for item in self._busy if item.done()]
        if not done or any(item.exception() for item in done):
            return
        self._done = done
        for item in done:
            self.lanes.free(self._busy[item][1])
        self._note([])
        self._settle()

    def _plainly(self, starts: list[tuple[Look, Lane]]) -> list[tuple[Look, Lane]] | None:
        """The common case of `_record_and_begin`: the last ones were sent, and the next ones are
        ready and as they were looked at. None where it is another, or was only begun to be
        written down."""
        plain = all(
            look.kept and look.unsent is None and not look.withdrawn
            and look.seen == starts[0][0].seen != self._passed
            for look, _ in starts
        )  # fmt: skip
        if not starts or not plain or any(item.exception() for item in self._done):
            return None
        for look, lane in starts:
            # Its server answers while this is written down.
            assert isinstance(look.prepared, Prepared)  # noqa: S101 - it is kept
            self.lanes.announce(lane, look.prepared)
        noted = self._note(starts)
        if noted.begun is None:  # something was recorded since
            self._passed = starts[0][0].seen
            self._settle()
            return None
        return [pair for pair, held in zip(starts, noted.begun, strict=True) if held]

    def _note(self, starts: list[tuple[Look, Lane]]) -> Noted:
        ended = [self._sent(item) for item in self._done]
        begins = [_begun(look) for look, _ in starts]
        seen = starts[0][0].seen if starts else ()
        noted = self.handover.note(ended, begins, seen, self.now(), self.today)
        for item, kept in zip(self._done, noted.kept, strict=True):
            self._tell(item, kept=kept)
        return noted

    def _record_and_begin(self, starts: list[tuple[Look, Lane]]) -> list[tuple[Look, Lane]]:
        """One transaction: how the last ones ended, and that the next ones begin."""
        begun: list[tuple[Look, Lane]] = []
        failures: list[Failure] = []
        unsent: list[Unsent] = []
        # The last of a run waits for the disk: with it, all before.
        with self.store.write(durable=not starts) as session:
            failures += self._record(session, self._done)
            seen = watermark(session) if starts else ()
            for look, lane in starts:
                if look.seen != seen:  # something was recorded since
                    (look,) = look_at(session, [look.id], self.settings, self.today)
                fate = self._begin(session, look)
                if fate == "begun":
                    begun.append((look, lane))
                elif isinstance(fate, Failure):
                    failures.append(fate)
                elif fate != "lapsed":
                    unsent.append(fate)
        self.unsent.update(unsent)
        self.failures += failures
        return begun

    def _begin(self, session: Session, look: Look) -> Literal["begun", "lapsed"] | Unsent | Failure:
        """Mark a message as being sent, or say why it is not."""
        for notice_id, why in look.withdrawn:
            noticed.withdraw(session.get_one(NoticeRow, notice_id), why)
        to = look.to
        if look.unsent is not None:
            message = claims.drop(session, self.worker, look.id)
            if message is None:
                return "lapsed"
            outbox.readdress(message, to.name, to.address, stand_in=to.stand_in)
            if look.unsent == "cancelled":
                outbox.cancel(session, message, self.now(), NOTHING_LEFT)
            return look.unsent
        if look.prepared is None:
            self.ready.build(look)
        if not claims.begin(session, self.worker, self.now(), self.today, _begun(look)):
            return "lapsed"
        if isinstance(look.prepared, DeliveryError):
            return self._failed(session, look, look.prepared)
        return "begun"

    def _record(self, session: Session, done: Sequence[Future[str]]) -> list[Failure]:
        """Write down how messages ended."""
        failures = []
        for item in done:
            look, _ = self._busy[item]
            error = item.exception()
            if isinstance(error, DeliveryError):
                failures.append(self._failed(session, look, error))
                continue
            file = self._sent(item).file
            kept = tries.record_sent(session, look.id, self.worker, self.now(), file=file)
            self._tell(item, kept=kept)
        return failures

    def _sent(self, item: Future[str]) -> Sent:
        look, lane = self._busy[item]
        return Sent(look.id, item.result() if isinstance(lane.channel, FilesChannel) else None)

    def _tell(self, item: Future[str], *, kept: bool) -> None:
        key = self._busy[item][0].key
        log.info("sent %s to %s%s", key, item.result(), "" if kept else " (claim had lapsed)")

    def _settle(self) -> None:
        """What ended is written down: free its lanes, and leave alone what cannot be reached."""
        for item in self._done:
            look, lane = self._busy.pop(item)
            error = item.exception()
            if isinstance(error, Unreachable):
                if not self.lanes.retire(lane):
                    self._bar(look.channel)
                self.lanes.free(lane)
            self.sent += error is None
        self._done = []

    def _bar(self, channel: str) -> None:
        self._barred.add(channel)
        held = self.ready.bar(channel)
        with self.store.write() as session:
            claims.release(session, self.worker, held)

    def _failed(self, session: Session, look: Look, error: DeliveryError) -> Failure:
        # Where nobody is any more the message is not over: the office stands in at the next try.
        address, zone = look.to.address or "", ZoneInfo(self.settings.timezone)
        gone = bool(address) and (
            error.nobody
            or (error.refused and unreachable.refused_again(session, address, self.now(), zone))
        )
        if gone:
            unreachable.mark(session, address, str(error), self.now(), look.id)
        state = tries.record_failed(
            session,
            look.id,
            self.worker,
            self.now(),
            str(error),
            permanent=error.permanent and not gone,
            jitter=self.jitter(),
            in_doubt=isinstance(error, InDoubt),
            barred=isinstance(error, Unreachable),
            refused=error.refused and not error.nobody,
            after=error.after,
        )
        log.warning("%s not sent (%s): %s", look.key, state, error)
        again = state is not None and state != "failed"
        return Failure(look.id, look.to.name, str(error), again=again)


def _begun(look: Look) -> claims.Begun:
    to, out = look.to, look.outgoing
    whom = to.name, to.address, to.stand_in
    return claims.Begun(look.id, look.day, *whom, out.subject, out.text, out.html, out.calendar)

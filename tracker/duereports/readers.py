"""Who is to have a report of the settings, and of which commitments it tells each."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.duereports.times import next_due
from tracker.errors import UnknownReference
from tracker.followup.recipients import (
    SUPERVISOR,
    deputy_recipient,
    id_of,
    is_deputy,
    mail_recipient,
    unit_recipient,
)
from tracker.mailings import DEPUTIES, OFFICE, UNITS, Mailing
from tracker.reports.contents import Filters
from tracker.store import browsing, mailed, outbox, queries, subscriptions

#: A deputy has a report once in so many days at most.
WEEK: Final = 7
_LISTS: Final = "see: tracker units list, tracker deputies list"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is to have a report, and of which commitments; `since` is the first day of which it tells
    what happened, `token` ends it, where it is a deputy's."""

    recipient: str
    filters: Filters
    since: dt.date | None = None
    token: str | None = None


@dataclass(slots=True)
class Readers:
    """Those of one report on the day that it is due.

    Attributes:
        mailing: the report.
        due: the day that it was due.
        now: the moment.
        zone: the office's.
        before: reports that a deputy has rather than this one, where he is to have both in a week.
        every: all reports of the settings.
        token: gives what a deputy ends his report with.
        failed: names that are none, a line for each.
        held: how many deputies hear of another report within the week, by its name.
    """

    mailing: Mailing
    due: dt.date
    now: dt.datetime
    zone: ZoneInfo
    before: Sequence[Mailing]
    every: Sequence[Mailing]
    token: Callable[[], str]
    failed: list[str] = field(default_factory=list)
    held: Counter[str] = field(default_factory=Counter)

    def wanting(self, session: Session) -> list[Reader]:
        """Each who does not have it of that day yet; a name that is none costs only itself."""
        return [
            Reader(one.recipient, one.filters, self._since(session, one.recipient), one.token)
            for one in self._every(session)
            if not self._has(session, one.recipient)
        ]

    @property
    def today(self) -> dt.date:
        """The office's day."""
        return self.now.astimezone(self.zone).date()

    @property
    def general(self) -> Filters:
        """What it tells those who do not get what concerns them."""
        return _general(self.mailing)

    def still(self, session: Session, reader: Reader) -> bool:
        """Whether a reader is still to have it: in the transaction that queues it, as another daemon
        may have queued this or another report meanwhile."""
        if self._has(session, reader.recipient):
            return False
        return not (is_deputy(reader.recipient) and self._had(session, reader.recipient))

    def _since(self, session: Session, recipient: str) -> dt.date | None:
        """What happened on the last one's day after it was written belongs to this one, and so does
        what none told because it was missed."""
        if not self.mailing.days:
            return None
        begin = self.today - dt.timedelta(days=self.mailing.days)
        last = mailed.last_due(session, recipient, self.mailing.mark)
        return min(begin, last) if last else begin

    def _every(self, session: Session) -> Iterator[Reader]:
        seen: set[str] = set()
        for one in dict.fromkeys(self.mailing.to):
            try:
                found = list(self._named(session, one))
            except UnknownReference as error:
                if str(error) not in self.failed:
                    self.failed.append(str(error))
                continue
            for reader in found:
                if reader.recipient not in seen:
                    seen.add(reader.recipient)
                    yield reader

    def _has(self, session: Session, recipient: str) -> bool:
        return outbox.has(session, "report", recipient, self.due, self.mailing.mark)

    def _named(self, session: Session, one: str) -> Iterator[Reader]:
        if one == OFFICE:
            yield Reader(SUPERVISOR, self.general)
        elif one == UNITS:
            for unit in queries.units(session):
                if (unit.email or "").strip() and browsing.browse(
                    session, review=("confirmed",), unit_id=unit.id
                ):
                    yield Reader(unit_recipient(unit.id), Filters(unit=unit.name))
        elif one == DEPUTIES:
            for deputy in queries.deputies(session):
                if (deputy.email or "").strip():
                    yield from self._deputy(session, deputy.id, deputy.name, own=True)
        elif "@" in one:
            yield Reader(mail_recipient(one), self.general)
        else:
            recipient, own = _recipient(session, one), self.mailing.own
            if is_deputy(recipient):
                yield from self._deputy(session, id_of(recipient), one, own=own)
            else:
                yield Reader(recipient, Filters(unit=one) if own else self.general)

    def _deputy(
        self, session: Session, deputy_id: int, name: str, *, own: bool
    ) -> Iterator[Reader]:
        """A deputy, once a week at most: of his own what he has not ended, where there is a promise
        to tell of; the general one until he has ended all of his own."""
        recipient = deputy_recipient(deputy_id)
        if self._has(session, recipient) or self._too_early(session, deputy_id, name):
            return
        codes = subscriptions.told_of(session, deputy_id)
        if not _would_get(session, deputy_id, codes, own=own):
            return
        filters = Filters(deputy=name, only=codes) if own else self.general
        yield Reader(recipient, filters, token=self.token() if codes else None)

    def _too_early(self, session: Session, deputy_id: int, name: str) -> bool:
        # Late and just before the next one, it would be the next one that has to wait.
        if self.today != self.due and self._within(self.mailing.when):
            return True
        had = self._had(session, deputy_recipient(deputy_id))
        if had:
            if self.mailing.mark not in had:
                self.held[self._name_of(had[0])] += 1
            return True
        for other in self.before:
            if self._within(other.when) and _reaches(session, other, deputy_id, name):
                self.held[other.name] += 1
                return True
        return False

    def _had(self, session: Session, recipient: str) -> list[str]:
        """The marks of the reports that a deputy had within the week. What is due before midnight
        may go out behind it: that makes the next one no day too early."""
        week = dt.timedelta(days=WEEK - 1)
        told = mailed.told_within(session, recipient, self.today - week, self.today + week)
        return [
            mark
            for day, due, mark in told
            if mark != self.mailing.mark
            or abs((self.due - due).days) < WEEK
            or abs((self.today - day).days) < WEEK - 1
        ]

    def _name_of(self, mark: str) -> str:
        named = (other.name for other in self.every if other.mark == mark)
        return next(named, "another report")

    def _within(self, when: str) -> bool:
        """Whether a report is due from now on before a week is over."""
        day = next_due(when, self.now, self.zone)
        return day is not None and (day - self.today).days < WEEK


def _general(mailing: Mailing) -> Filters:
    return Filters(
        mailing.unit or None,
        mailing.deputy or None,
        mailing.suggestion or None,
        mailing.session or None,
    )


def _would_get(session: Session, deputy_id: int, codes: Collection[str], *, own: bool) -> bool:
    """Whether a deputy is to have a report: his own where there is a promise to tell of, the general
    one until he has ended all of his own."""
    if own and not subscriptions.promised(session, codes):
        return False
    return not subscriptions.ended_all(session, deputy_id)


def _reaches(session: Session, mailing: Mailing, deputy_id: int, name: str) -> bool:
    """Whether a report would come to a deputy, and can be written at all."""
    if not {DEPUTIES, name} & set(mailing.to):
        return False
    own = DEPUTIES in mailing.to or mailing.own
    codes = subscriptions.told_of(session, deputy_id)
    return _would_get(session, deputy_id, codes, own=own) and (own or _can_be(session, mailing))


def _can_be(session: Session, mailing: Mailing) -> bool:
    """Whether what a report is restricted to is there."""
    try:
        if mailing.unit:
            queries.units(session, mailing.unit)
        if mailing.deputy:
            queries.deputies(session, mailing.deputy)
        if mailing.suggestion:
            queries.suggestions(session, mailing.suggestion)
    except UnknownReference:
        return False
    return True


def _recipient(session: Session, name: str) -> str:
    """The recipient of a unit or a deputy by its name.

    Raises:
        UnknownReference: there is none, or more than one.
    """
    found = [unit_recipient(row.id) for row in _exactly(queries.units, session, name)]
    found += [deputy_recipient(row.id) for row in _exactly(queries.deputies, session, name)]
    if not found:
        raise UnknownReference(f"no unit or deputy has the name {name!r}; {_LISTS}")
    if len(found) > 1:
        raise UnknownReference(f"more than one unit or deputy has the name {name!r}; {_LISTS}")
    return found[0]


def _exactly(listed: Any, session: Session, name: str) -> list[Any]:
    try:
        return [row for row in listed(session, name) if row.name == name]
    except UnknownReference:
        return []

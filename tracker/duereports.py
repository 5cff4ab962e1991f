"""Reports that go out by themselves: the weekly one to the supervisor, or those of [[reports]].

Each is queued in the outbox once for a recipient and a day, and delivered like everything else.
"""

from __future__ import annotations

import datetime as dt
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.cron import crontab
from tracker.errors import TrackerError, UnknownReference
from tracker.followup import rounds
from tracker.followup.recipients import (
    SUPERVISOR,
    addressees,
    deputy_recipient,
    id_of,
    is_deputy,
    mail_recipient,
    unit_recipient,
)
from tracker.mailings import DEPUTIES, OFFICE, UNITS, Mailing
from tracker.notices.phrases import Phrases
from tracker.notices.wording import report_subject
from tracker.reports.contents import Filters
from tracker.reports.render import render_docx, render_mail
from tracker.settings import Settings
from tracker.store import browsing, outbox, queries, subscriptions
from tracker.store.database import Store

#: A report that was due so many days ago and has not gone out is left for its next day.
_BACK: Final = 31
_LISTS: Final = "see: tracker units list, tracker deputies list"
#: A deputy's own report goes out once in so many days at most.
_WEEK: Final = 7
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Queued:
    """What was queued: how many new messages, and a line for each that could not be."""

    new: int = 0
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who is to have a report, and of which commitments; `token` ends it, where it is a deputy's
    own."""

    recipient: str
    filters: Filters
    token: str | None = None


@dataclass(frozen=True, slots=True)
class _Report:
    """One report, written: the same for all who are told of the same commitments."""

    subject: str
    body: str
    html: str | None
    files: dict[str, dict[str, str | bool]]


def weekly_report(store: Store, settings: Settings, today: dt.date, now: dt.datetime) -> bool:
    """Queue the state of all commitments for the supervisor, once a day at most.

    A report that still waits is superseded: after a dead mail server only the newest is sent.

    Args:
        store: the ledger and its outbox.
        settings: language, office, sender.
        today: the day of the report.
        now: the moment, from which on it may be sent.

    Returns:
        Whether it is new.
    """
    reader = _Reader(SUPERVISOR, Filters())
    with store.read() as session:
        if outbox.has(session, "report", SUPERVISOR, today):
            return False
        subject = report_subject(today, settings.language)
        written = _page(session, settings, today, reader, None, subject)
    return _queue(store, settings, reader, written, today, now)


def due_reports(
    store: Store,
    settings: Settings,
    now: dt.datetime,
    token: Callable[[], str] = outbox.new_token,
) -> Queued:
    """Queue those of [[reports]] whose time has come; one that was missed, in one message.

    A report that never went out begins with its next day, not with one gone by. What cannot be
    written (a unit that is not in the registry) is told, and holds up nobody else.

    Args:
        store: the ledger and its outbox.
        settings: the reports, language, office.
        now: the moment.
        token: gives what a deputy ends his report with.
    """
    zone, count = ZoneInfo(settings.timezone), 0
    today = now.astimezone(zone).date()
    failed: list[str] = []
    for mailing in settings.reports:
        day = last_due(mailing.when, now, zone)
        if day is None:
            continue
        with store.read() as session:
            if day < today and not outbox.ever(session, "report", mailing.mark):
                continue
        run = _Run(store, settings, mailing, day, today, now, token)
        count += run.queue()
        failed += (f"{mailing.name}: {line}" for line in run.failed)
    return Queued(count, tuple(failed))


def last_due(when: str, now: dt.datetime, zone: ZoneInfo) -> dt.date | None:
    """The day on which a report was last due, at most a month ago.

    Args:
        when: a cron expression; of several moments of a day the first counts.
        now: the moment.
        zone: the office's.
    """
    from apscheduler.triggers.cron import CronTrigger

    trigger = CronTrigger.from_crontab(crontab(when), timezone=zone)
    today = now.astimezone(zone).date()
    for back in range(_BACK + 1):
        day = today - dt.timedelta(days=back)
        begin = dt.datetime.combine(day, dt.time(), tzinfo=zone)
        fire: Any = trigger.get_next_fire_time(None, begin)
        if fire is not None and fire.date() == day and fire <= now:
            return day
    return None


@dataclass(slots=True)
class _Run:
    """One report of the settings on the day that it is due."""

    store: Store
    settings: Settings
    mailing: Mailing
    day: dt.date
    today: dt.date
    now: dt.datetime
    token: Callable[[], str]
    failed: list[str] = field(default_factory=list)

    def queue(self) -> int:
        """Queue it for all who are to have it and do not have it of that day yet; how many are new."""
        shared: dict[Filters, _Report] = {}
        written: list[tuple[_Reader, _Report]] = []
        with self.store.read() as session:
            for reader in self._readers(session):
                if outbox.has(session, "report", reader.recipient, self.day, self.mailing.mark):
                    continue
                try:
                    report = shared.get(reader.filters) or self._written(session, reader)
                except TrackerError as error:
                    self._fail(error)
                    continue
                if reader.token is None:
                    shared[reader.filters] = report
                written.append((reader, report))
        return sum(
            _queue(self.store, self.settings, reader, report, self.day, self.now, self.mailing.mark)
            for reader, report in written
        )

    def _fail(self, error: TrackerError) -> None:
        if str(error) not in self.failed:
            self.failed.append(str(error))

    def _readers(self, session: Session) -> Iterator[_Reader]:
        """Each recipient with whose commitments it is told of; a name that is none costs only itself."""
        mailing = self.mailing
        every = Filters(
            mailing.unit or None,
            mailing.deputy or None,
            mailing.suggestion or None,
            mailing.session or None,
        )
        seen: set[str] = set()
        for one in dict.fromkeys(mailing.to):
            try:
                found = list(self._named(session, one, every))
            except UnknownReference as error:
                self._fail(error)
                continue
            for reader in found:
                if reader.recipient not in seen:
                    seen.add(reader.recipient)
                    yield reader

    def _named(self, session: Session, one: str, every: Filters) -> Iterator[_Reader]:
        if one == OFFICE:
            yield _Reader(SUPERVISOR, every)
        elif one == UNITS:
            for unit in queries.units(session):
                if (unit.email or "").strip() and browsing.browse(
                    session, review=("confirmed",), unit_id=unit.id
                ):
                    yield _Reader(unit_recipient(unit.id), Filters(unit=unit.name))
        elif one == DEPUTIES:
            for deputy in queries.deputies(session):
                if (deputy.email or "").strip():
                    yield from self._own(session, deputy.id, deputy.name)
        elif "@" in one:
            yield _Reader(mail_recipient(one), every)
        else:
            recipient = _recipient(session, one)
            if not self.mailing.own:
                yield _Reader(recipient, every)
            elif is_deputy(recipient):
                yield from self._own(session, id_of(recipient), one)
            else:
                yield _Reader(recipient, Filters(unit=one))

    def _own(self, session: Session, deputy_id: int, name: str) -> Iterator[_Reader]:
        """A deputy, once a week at most, with those of his suggestions that he has not ended and of
        which there is a promise to tell."""
        recipient = deputy_recipient(deputy_id)
        days = outbox.days_of(session, "report", recipient)
        if any(abs((self.day - day).days) < _WEEK for day in days):
            return
        codes = subscriptions.told_of(session, deputy_id)
        if subscriptions.promised(session, codes):
            yield _Reader(recipient, Filters(deputy=name, only=codes), self.token())

    def _written(self, session: Session, reader: _Reader) -> _Report:
        mailing, today = self.mailing, self.today
        words = Phrases(self.settings.language)
        subject = words("subject.mailing", name=mailing.name, day=today)
        since = today - dt.timedelta(days=mailing.days - 1) if mailing.days else None
        if mailing.format == "html":
            return _page(session, self.settings, today, reader, since, subject)
        document = render_docx(session, self.settings, today, reader.filters, since)
        said = [words("mailing.attached", name=mailing.name, day=today), *_ends(reader, words)]
        name = f"{mailing.name} {today}.docx".replace("/", "／")
        files = {name: _file(_WORD, document, inline=False)}
        return _Report(subject, "\n\n".join(said) + "\n", None, files)


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


def _page(
    session: Session,
    settings: Settings,
    today: dt.date,
    reader: _Reader,
    since: dt.date | None,
    subject: str,
) -> _Report:
    ends = _ends(reader, Phrases(settings.language))
    page = render_mail(session, settings, today, reader.filters, since, ends)
    files = {name: _file("image/png", png, inline=True) for name, png in page.pictures.items()}
    return _Report(subject, page.text, page.html, files)


def _ends(reader: _Reader, words: Phrases) -> tuple[str, ...]:
    """How a deputy ends it, as his digests say it."""
    return (words("answer.unsubscribe", token=reader.token),) if reader.token else ()


def _file(kind: str, content: bytes, *, inline: bool) -> dict[str, str | bool]:
    return {"type": kind, "content": b64encode(content).decode(), "inline": inline}


def _queue(
    store: Store,
    settings: Settings,
    reader: _Reader,
    written: _Report,
    day: dt.date,
    now: dt.datetime,
    about: str = "",
) -> bool:
    recipient = reader.recipient
    with store.write() as session:
        if outbox.has(session, "report", recipient, day, about):
            return False
        outbox.supersede(session, "report", recipient, now, about)
        to = addressees(session, [recipient], settings)[recipient]
        _, new = outbox.queue(
            session,
            kind="report",
            recipient=recipient,
            name=to.name,
            address=to.address,
            stand_in=to.stand_in,
            day=day,
            now=now,
            domain=rounds.mail_domain(settings),
            subject=written.subject,
            body=written.body,
            html=written.html,
            files=written.files,
            about=about,
            unsubscribe=reader.token,
        )
    return new

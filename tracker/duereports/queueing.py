"""Reports that go out by themselves: those of [[reports]], or the weekly one to the supervisor.

Each is queued in the outbox once for a recipient and a day, and delivered like everything else.
"""

from __future__ import annotations

import datetime as dt
import logging
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.duereports.readers import Reader, Readers
from tracker.duereports.times import last_due, rarest_first
from tracker.errors import TrackerError
from tracker.followup import rounds
from tracker.followup.recipients import addressees, is_deputy
from tracker.mailings import Mailing, weekly
from tracker.notices.phrases import Phrases
from tracker.notices.wording import report_subject
from tracker.reports.render import render_docx, render_mail
from tracker.settings import Settings
from tracker.store import mailed, outbox
from tracker.store.book import take_turns
from tracker.store.database import Store

log = logging.getLogger("tracker.duereports")

_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Queued:
    """What was queued: how many new messages, a line for each that could not be, and a line for each
    report that some deputies do not get because they hear of another within the week."""

    new: int = 0
    failed: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Report:
    """One report, written: the same for all who are told of the same commitments."""

    subject: str
    body: str
    html: str | None
    files: dict[str, dict[str, str | bool]]

    def ended_by(self, first: str, token: str) -> _Report:
        """The same for another deputy: with his token in the place of the first one's."""
        html = self.html.replace(first, token) if self.html else None
        return _Report(self.subject, self.body.replace(first, token), html, self.files)


def due_reports(
    store: Store,
    settings: Settings,
    now: dt.datetime,
    stop: Callable[[], bool] = lambda: False,
    token: Callable[[], str] = outbox.new_token,
) -> Queued:
    """Queue the reports whose time has come; one that was missed, in one message.

    A report that nobody ever got begins with its next day, not with one gone by. What cannot be
    written (a unit that is not in the registry) is told, and holds up nobody else: it is tried
    again whenever this is asked, until its next day.

    Args:
        store: the ledger and its outbox.
        settings: the reports, language, office.
        now: the moment.
        stop: asked before each message; the rest is queued when it is asked the next time.
        token: gives what a deputy ends his report with.
    """
    zone, new = ZoneInfo(settings.timezone), 0
    today = now.astimezone(zone).date()
    failed: list[str] = []
    held: list[str] = []
    before: list[Mailing] = []
    every = settings.reports or (weekly(settings.schedule.report),)
    # A deputy hears of one a week: of the rarer one, which would else never be its turn.
    for mailing in rarest_first(every, today, zone):
        day = last_due(mailing.when, now, zone)
        if day is not None and not stop():
            with store.read() as session:
                late = day < today and not mailed.ever(session, mailing.mark)
            if not late:
                readers = Readers(mailing, day, now, zone, tuple(before), every, token)
                run = _Run(store, settings, readers)
                new += run.queue(stop)
                failed += (f"{mailing.name}: {line}".removeprefix(": ") for line in run.failed)
                held += (
                    f"{mailing.name}: held back from {count} deputies, who have {other} in the week"
                    for other, count in sorted(readers.held.items())
                )
        before.append(mailing)
    return Queued(new, tuple(failed), tuple(held))


@dataclass(slots=True)
class _Run:
    """One report of the settings on the day that it is due."""

    store: Store
    settings: Settings
    readers: Readers
    failed: list[str] = field(default_factory=list)

    def queue(self, stop: Callable[[], bool]) -> int:
        """Queue it for all who are to have it and do not have it of that day yet, each as soon as it
        is written; how many are new."""
        with self.store.read() as session:
            wanting = self.readers.wanting(session)
        self.failed += self.readers.failed
        general: dict[tuple[dt.date | None, bool], tuple[_Report, str]] = {}
        new = 0
        for reader in wanting:
            if stop():
                break
            report = self._shared(general, reader)
            new += report is not None and self._queue(reader, report)
        return new

    def _shared(
        self, general: dict[tuple[dt.date | None, bool], tuple[_Report, str]], reader: Reader
    ) -> _Report | None:
        """The report for a reader; the general one is written once, and tells each deputy his own
        word to end it."""
        with self.store.read() as session:
            if not self.readers.still(session, reader):
                return None
        token = reader.token or ""
        if reader.filters != self.readers.general:
            return self._written(reader)
        key = reader.since, bool(token)
        if key not in general:
            report = self._written(reader)
            if report is not None:
                general[key] = report, token
            return report
        report, first = general[key]
        return report.ended_by(first, token) if token else report

    def _written(self, reader: Reader) -> _Report | None:
        """The report; None where it cannot be written, which costs only this one."""
        try:
            with self.store.read() as session:
                return self._write(session, reader)
        except TrackerError as error:
            line = str(error)
        except Exception as error:
            log.exception("the report to %s cannot be written", reader.recipient)
            line = f"the report to {reader.recipient} cannot be written: {type(error).__name__}"
        if line not in self.failed:
            self.failed.append(line)
        return None

    def _write(self, session: Session, reader: Reader) -> _Report:
        mailing, today = self.readers.mailing, self.readers.today
        settings, words = self.settings, Phrases(self.settings.language)
        if mailing.name:
            subject = words("subject.mailing", name=mailing.name, day=today)
        else:
            subject = report_subject(today, settings.language)
        ends = (words("answer.unsubscribe", token=reader.token),) if reader.token else ()
        if mailing.format == "html":
            page = render_mail(session, settings, today, reader.filters, reader.since, ends)
            pictures = {
                name: _file("image/png", png, inline=True) for name, png in page.pictures.items()
            }
            return _Report(subject, page.text, page.html, pictures)
        document = render_docx(session, settings, today, reader.filters, reader.since)
        said = [words("mailing.attached", name=mailing.name, day=today), *ends]
        name = f"{mailing.name} {today}.docx".replace("/", "／")
        files = {name: _file(_WORD, document, inline=False)}
        return _Report(subject, "\n\n".join(said) + "\n", None, files)

    def _queue(self, reader: Reader, written: _Report) -> bool:
        recipient, settings = reader.recipient, self.settings
        with self.store.write() as session:
            take_turns(session)  # two daemons may have two reports for one deputy
            if not self.readers.still(session, reader):
                return False
            to = addressees(session, [recipient], settings)[recipient]
            row, new = outbox.queue(
                session,
                kind="report",
                recipient=recipient,
                name=to.name,
                address=to.address,
                stand_in=to.stand_in,
                day=self.readers.today,
                due=self.readers.due,
                now=self.readers.now,
                domain=rounds.mail_domain(settings),
                subject=written.subject,
                body=written.body,
                html=written.html,
                files=written.files,
                about=self.readers.mailing.mark,
                unsubscribe=reader.token,
            )
            # After it, and only by who queued it: of two daemons neither ends the other's.
            if new:
                one = is_deputy(recipient)
                mailed.supersede(session, row, self.readers.now, all_marks=one)
        return new


def _file(kind: str, content: bytes, *, inline: bool) -> dict[str, str | bool]:
    return {"type": kind, "content": b64encode(content).decode(), "inline": inline}

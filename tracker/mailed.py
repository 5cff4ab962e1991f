"""Reports that go out by themselves: the weekly one to the supervisor, or those of [[reports]].

Each is queued in the outbox once for a recipient and a day, and delivered like everything else.
"""

from __future__ import annotations

import datetime as dt
import logging
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
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
    is_deputy,
    mail_recipient,
    unit_recipient,
)
from tracker.mailings import OFFICE, Mailing
from tracker.notices.wording import report_subject
from tracker.reports.contents import Filters
from tracker.reports.render import render_docx, render_mail
from tracker.settings import Settings
from tracker.store import outbox, queries
from tracker.store.database import Store

log = logging.getLogger("tracker.jobs")

#: A report that was due so many days ago and has not gone out is left for its next day.
_BACK: Final = 31
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Of a report in Word, what the mail itself says.
_ATTACHED: Final = {
    "zh": "报告《{title}》见附件（截至 {day}）。",
    "en": "The report “{title}” is attached (as of {day}).",
}


@dataclass(frozen=True, slots=True)
class _Report:
    """One report, written: the same for all who are to have it."""

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
    subject = report_subject(today, settings.language)
    with store.read() as session:
        if outbox.has(session, "report", SUPERVISOR, today):
            return False
        written = _page(session, settings, today, Filters(), None, subject)
    return _queue(store, settings, SUPERVISOR, written, today, now)


def due_reports(store: Store, settings: Settings, now: dt.datetime) -> int:
    """Queue those of [[reports]] whose time has come; one that was missed, in one message.

    A report that never went out begins with its next day, not with one gone by. What cannot be
    written (a unit that is not in the registry) is a line in the log, and holds up no other.

    Args:
        store: the ledger and its outbox.
        settings: the reports, language, office.
        now: the moment.

    Returns:
        How many messages are new.
    """
    zone, count = ZoneInfo(settings.timezone), 0
    today = now.astimezone(zone).date()
    for mailing in settings.reports:
        day = last_due(mailing.when, now, zone)
        if day is None:
            continue
        with store.read() as session:
            if day < today and not outbox.ever(session, "report", mailing.mark):
                continue
        try:
            count += _send(store, settings, mailing, day, today, now)
        except TrackerError as error:
            log.error("report %s: %s", mailing.name, error)
    return count


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


def _send(
    store: Store,
    settings: Settings,
    mailing: Mailing,
    day: dt.date,
    today: dt.date,
    now: dt.datetime,
) -> int:
    """Queue one report for all who are to have it and do not have it of that day yet."""
    subject = (
        f"[承诺跟踪] {mailing.name} — {today}"
        if settings.language == "zh"
        else f"[Commitments] {mailing.name} — {today}"
    )
    since = today - dt.timedelta(days=mailing.days - 1) if mailing.days else None
    written: dict[Filters, _Report] = {}
    count = 0
    with store.read() as session:
        wanted = [
            (recipient, filters)
            for recipient, filters in _wanted(session, mailing)
            if not outbox.has(session, "report", recipient, day, mailing.mark)
        ]
        for _, filters in wanted:
            if filters not in written:
                written[filters] = _written(
                    session, settings, mailing, today, filters, since, subject
                )
    for recipient, filters in wanted:
        count += _queue(store, settings, recipient, written[filters], day, now, mailing.mark)
    return count


def _wanted(session: Session, mailing: Mailing) -> Iterator[tuple[str, Filters]]:
    """Each recipient with whose commitments it is told of."""
    every = Filters(
        mailing.unit or None,
        mailing.deputy or None,
        mailing.suggestion or None,
        mailing.session or None,
    )
    for one in dict.fromkeys(mailing.to):
        if one == OFFICE:
            yield SUPERVISOR, every
        elif "@" in one:
            yield mail_recipient(one), every
        else:
            recipient = _named(session, one)
            if mailing.own:
                own = Filters(deputy=one) if is_deputy(recipient) else Filters(unit=one)
                yield recipient, own
            else:
                yield recipient, every


def _named(session: Session, name: str) -> str:
    """The recipient of a unit or a deputy by its name.

    Raises:
        UnknownReference: there is none, or more than one.
    """
    found = [unit_recipient(row.id) for row in _exactly(queries.units, session, name)]
    found += [deputy_recipient(row.id) for row in _exactly(queries.deputies, session, name)]
    if len(found) != 1:
        raise UnknownReference(
            f"{name!r} is {'several' if found else 'no'} of the units and deputies; see: "
            "tracker units list, tracker deputies list"
        )
    return found[0]


def _exactly(listed: Any, session: Session, name: str) -> list[Any]:
    try:
        return [row for row in listed(session, name) if row.name == name]
    except UnknownReference:
        return []


def _written(
    session: Session,
    settings: Settings,
    mailing: Mailing,
    today: dt.date,
    filters: Filters,
    since: dt.date | None,
    subject: str,
) -> _Report:
    if mailing.format == "html":
        return _page(session, settings, today, filters, since, subject)
    document = render_docx(session, settings, today, filters, since)
    said = _ATTACHED[settings.language].format(title=mailing.name, day=today)
    name = f"{mailing.name} {today}.docx".replace("/", "／")
    return _Report(subject, said + "\n", None, {name: _file(_WORD, document, inline=False)})


def _page(
    session: Session,
    settings: Settings,
    today: dt.date,
    filters: Filters,
    since: dt.date | None,
    subject: str,
) -> _Report:
    page = render_mail(session, settings, today, filters, since)
    files = {name: _file("image/png", png, inline=True) for name, png in page.pictures.items()}
    return _Report(subject, page.text, page.html, files)


def _file(kind: str, content: bytes, *, inline: bool) -> dict[str, str | bool]:
    return {"type": kind, "content": b64encode(content).decode(), "inline": inline}


def _queue(
    store: Store,
    settings: Settings,
    recipient: str,
    written: _Report,
    day: dt.date,
    now: dt.datetime,
    about: str = "",
) -> bool:
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
        )
    return new

"""The county with a unit and a deputy that have addresses, and its reports."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tests.county import settings_in
from tests.notices.test_mail import mail_settings
from tests.post import post_office
from tracker.duereports.queueing import due_reports
from tracker.mailings import Mailing
from tracker.notices.delivery import deliver
from tracker.settings import Settings
from tracker.store.database import Store
from tracker.store.tables import MessageRow

#: A Monday; reports are due at nine.
MONDAY = dt.date(2024, 6, 17)
BEIJING = dt.timezone(dt.timedelta(hours=8))
UNIT, DEPUTY = "云溪县交通运输局", "林晚秋"
LONG = "a-rather-long-name-of-somebody.in-an-office@department.of.the.county.yunxi.example"


def at(day: dt.date, hour: int = 9) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=BEIJING)


def office(folder: Path, *mailings: Mailing) -> Settings:
    base = settings_in(folder)
    return replace(
        base, office=replace(base.office, email="office@yunxi.example"), reports=mailings
    )


def reports(store: Store) -> list[MessageRow]:
    """Those of the settings, in the order in which they were queued."""
    with store.read() as session:
        query = select(MessageRow).options(selectinload(MessageRow.words)).order_by(MessageRow.id)
        rows = session.scalars(query.where(MessageRow.kind == "report"))
        return [row for row in rows if re.search(r":\d{4}-\d\d-\d\d:\w{12}$", row.key)]


def keys(store: Store) -> list[tuple[str, str, str]]:
    """Recipient's kind, address and day of each report, whatever became of it."""
    return [
        (row.recipient.partition(":")[0], row.address or "", str(row.day)) for row in reports(store)
    ]


ALL = Mailing("每周总览", ("supervisor", LONG))
OWN = Mailing("本单位情况", (UNIT, DEPUTY), when="0 9 1 * *", own=True, days=31)
EVERY_DAY = Mailing("我的建议", ("deputies",), when="0 9 * * *")


def sent_mails(store: Store, tmp_path: Path, *mailings: Mailing) -> dict[str, EmailMessage]:
    """What goes out on the Monday, by whom it goes to."""
    with post_office() as post:
        settings = replace(mail_settings(settings_in(tmp_path), post.port), reports=mailings)
        due_reports(store, settings, at(MONDAY))
        done = deliver(store, settings, MONDAY, lambda: at(MONDAY), jitter=lambda: 0.0)
        assert done.failures == ()
    return {str(mail["To"]): mail for mail in post.mails}

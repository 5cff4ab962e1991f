"""An office that watches a site: what it sees from day to day."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field, replace
from typing import Any

from docx import Document
from sqlalchemy import select
from sqlalchemy.orm import undefer

from tests.site import Site, index_page, reply
from tracker.fetching.client import Client
from tracker.intake.extracting import parts_of
from tracker.intake.visits import Event, Watched
from tracker.intake.watch import watch
from tracker.settings import Settings
from tracker.sites import Site as Source
from tracker.store.database import Store
from tracker.store.tables import HistoryRow, LetterRow, PageRow

NOW = dt.datetime(2023, 12, 4, 0, 30, tzinfo=dt.UTC)
WHO = "李督查"


@dataclass
class Office:
    """An office that watches a site: runs a day apart, and what each was told."""

    store: Store
    settings: Settings
    site: Site
    source: Source
    days: int = 0
    told: list[Event] = field(default_factory=list)

    def look(self, **changes: Any) -> Watched:
        """One run, a day after the last one."""
        self.told.clear()
        now = NOW + dt.timedelta(days=self.days)
        self.days += 1
        with Client(self.settings.fetch, now=lambda: now, sleep=lambda _: None) as client:
            return watch(
                self.store,
                self.settings,
                client,
                replace(self.source, **changes),
                who=WHO,
                now=now,
                take=parts_of,
                tell=self.told.append,
            )

    def kinds(self) -> list[tuple[str, str]]:
        return [(event.kind, event.url.rpartition("/")[2]) for event in self.told]

    def letters(self) -> list[LetterRow]:
        with self.store.read() as session:
            query = select(LetterRow).options(undefer(LetterRow.headers)).order_by(LetterRow.id)
            return list(session.scalars(query))

    def pages(self) -> dict[str, PageRow]:
        with self.store.read() as session:
            rows = session.scalars(select(PageRow))
            return {row.url.rpartition("/")[2]: row for row in rows}

    def actions(self) -> list[str]:
        with self.store.read() as session:
            return list(session.scalars(select(HistoryRow.action).order_by(HistoryRow.id)))


def publish(site: Site, *numbers: int) -> None:
    """An index and the letters that it names, as /t7.html."""
    site.put("/index.html", index_page([f"/t{number}.html" for number in numbers]))
    for number in numbers:
        site.put(f"/t{number}.html", reply(number))


def word(number: int) -> bytes:
    """The reply as a Word document."""
    document = Document()
    for line in (
        f"云溪市市场监督管理局关于市第五届人大第三次会议第{number}号建议的答复",
        "王远山代表:",
        f"您提出的《关于培育本地企业的建议》(第{number}号)收悉。现答复如下:",
        f"力争2023年新增高新技术企业{number}户。",
        "云溪市市场监督管理局",
        "2023年5月15日",
    ):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def attach(site: Site, *files: str) -> None:
    """A page /t7.html with a title and nothing but links to documents."""
    links = "".join(f'<p>附件:<a href="/files/{name}">{name}</a></p>' for name in files)
    site.put("/index.html", index_page(["/t7.html"]))
    site.put(
        "/t7.html",
        f"<html><body><div id=zoom><h1>关于第7号建议的答复</h1>{links}</div></body></html>",
    )

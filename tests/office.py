"""A small made-up office for the tests of follow-up and delivery: factories with defaults."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from tracker.settings import Mail, Office, Settings
from tracker.store.database import Store
from tracker.store.journal import record
from tracker.store.tables import (
    CommitmentRow,
    CommitmentUnitRow,
    LetterRow,
    ProgressReportRow,
    SuggestionRow,
    UnitRow,
)

#: The day most tests look from: a Monday, four weeks before the year's end.
MONDAY = dt.date(2023, 12, 4)
YEAR_END = dt.date(2023, 12, 31)
OFFICE = Office(
    name="云溪县人大代工委", supervisor="云溪县政府督查室", email="office@yunxi.example"
)


def with_office(settings: Settings, **changes: Any) -> Settings:
    """These settings with an office that has an address, and no mail server."""
    values: dict[str, Any] = {"office": OFFICE, "mail": Mail(sender="tracker@yunxi.example")}
    return replace(settings, **(values | changes))


def morning(day: dt.date, hour: int = 8) -> dt.datetime:
    """Half past eight in Shanghai on a day, or another hour."""
    zone = dt.timezone(dt.timedelta(hours=8))
    return dt.datetime(day.year, day.month, day.day, hour, 30, tzinfo=zone)


def add_unit(session: Session, name: str, email: str | None = "unit@yunxi.example") -> UnitRow:
    """A unit of the registry."""
    unit = UnitRow(name=name, email=email)
    session.add(unit)
    session.flush()
    return unit


@dataclass
class Ledger:
    """Adds commitments to a session; each on a suggestion of its own unless told."""

    session: Session
    count: int = 0

    def suggestion(self, number: int | None = None, title: str | None = None) -> SuggestionRow:
        """A suggestion with its letter."""
        self.count += 1
        number = number or self.count
        row = SuggestionRow(
            code=f"{number}",
            body="npc",
            region="云溪县",
            session="云溪县十八届人大二次会议",
            number=number,
            title=title or f"关于第{number}件事的建议",
        )
        letter = LetterRow(
            sha256=f"{number:064d}",
            source=f"{number}.txt",
            encoding="utf-8",
            imported_at=morning(dt.date(2023, 5, 1)),
            suggestion=row,
            date=dt.date(2023, 4, 20),
            text="",
        )
        self.session.add_all([row, letter])
        self.session.flush()
        return row

    def commitment(
        self, *units: UnitRow, suggestion: SuggestionRow | None = None, **changes: Any
    ) -> CommitmentRow:
        """A confirmed promise of 30 new firms by the year's end, unless told otherwise."""
        home = suggestion or self.suggestion()
        letter = home.letters[0]
        seq = len(letter.commitments) + 1
        values: dict[str, Any] = {
            "ref": f"{home.code}-{seq}",
            "seq": seq,
            "quote": "力争2023年推动我县新增高新技术企业30户",
            "start": 0,
            "end": 21,
            "kind": "measurable",
            "what": "新增高新技术企业",
            "value": Decimal(30),
            "unit": "户",
            "mode": "increase",
            "comparator": "=",
            "deadline": YEAR_END,
            "deadline_text": "2023年",
            "deadline_basis": "stated",
            "deadline_rule": "year",
            "strength": "target",
            "confidence": 0.9,
            "review": "confirmed",
            "outcome": "open",
        } | changes
        values.setdefault("original_deadline", values["deadline"])
        row = CommitmentRow(suggestion=home, letter=letter, **values)
        row.owners = [CommitmentUnitRow(unit=unit, written=unit.name) for unit in units]
        self.session.add(row)
        self.session.flush()
        return row


def report(
    row: CommitmentRow,
    day: dt.date,
    value: int | None = None,
    note: str | None = None,
    *,
    recorded: dt.datetime | None = None,
) -> None:
    """A report that came in in the afternoon of the day it speaks of, unless told otherwise."""
    row.reports.append(
        ProgressReportRow(
            value=None if value is None else Decimal(value),
            as_of=day,
            note=note,
            reporter="联络员",
            recorded_at=recorded or morning(day, 15),
        )
    )


def reopen(session: Session, row: CommitmentRow, on: dt.date, now: dt.datetime) -> None:
    """Take an outcome back, to look back at it, with its row in the history."""
    old, row.outcome, row.settled_on, row.look_back_since = row.outcome, "open", None, on
    record(
        session, "reopen", who="督查室", now=now, commitment=row, field="outcome", old=old,
        new="open", why="漏报",
    )  # fmt: skip
    session.flush()


def fill_one(store: Store, **changes: Any) -> None:
    """One unit with one commitment."""
    with store.write() as session:
        Ledger(session).commitment(add_unit(session, "云溪县经济和信息化局"), **changes)

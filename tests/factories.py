"""Letters, finds and rows with defaults, so that a test states only what it is about."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from tracker.commitments.model import Achievement, Commitment, Deadline, Extraction, Target
from tracker.letters.model import Header, Letter
from tracker.letters.text import normalise
from tracker.store.ledger import Imported, import_letter

NOW = dt.datetime(2023, 5, 16, 2, 30, tzinfo=dt.UTC)
WHO = "李督查"
#: The quote that a commitment has when a test does not care.
QUOTE = "力争2023年新增高新技术企业30户"


def header(**changes: Any) -> Header:
    """The header of a letter of the market bureau of 资阳市 to suggestion 25."""
    values: dict[str, Any] = {
        "issuer": "资阳市市场监督管理局",
        "date": dt.date(2023, 5, 15),
        "suggestion_no": 25,
        "session": "市第五届人大第三次会议",
        "body": "npc",
        "recipients": ("王强",),
        "title": "关于推动高新技术企业发展的建议",
        "region": "资阳市",
    }
    return Header(**(values | changes))


def target(value: int | str = 30, unit: str = "户", **changes: Any) -> Target:
    """A target: 30户 more."""
    values: dict[str, Any] = {"mode": "increase", "comparator": "="}
    return Target(Decimal(value), unit, **(values | changes))


def deadline(day: dt.date | None = dt.date(2023, 12, 31), text: str = "2023年") -> Deadline:
    """A deadline at the end of 2023."""
    return Deadline(day, text, "stated", "year")


def commitment(quote: str = QUOTE, **changes: Any) -> Commitment:
    """A measurable commitment; `extraction` puts it in its place."""
    values: dict[str, Any] = {
        "start": 0,
        "end": len(quote),
        "kind": "measurable",
        "what": "新增高新技术企业",
        "strength": "target",
        "target": target(),
        "deadline": deadline(),
        "confidence": 0.9,
        "reasons": ("力争", "新增"),
    }
    return Commitment(quote=quote, **(values | changes))


def action(quote: str, **changes: Any) -> Commitment:
    """A commitment without number or time."""
    values: dict[str, Any] = {
        "kind": "action",
        "what": quote[:8],
        "target": None,
        "deadline": None,
        "strength": "firm",
    }
    return commitment(quote, **(values | changes))


def extraction(
    *finds: Commitment, achievements: tuple[Achievement, ...] = (), **head: Any
) -> Extraction:
    """What was found in a letter that consists of the finds' quotes, each in its place."""
    finds = finds or (commitment(),)
    raw, placed = "王强代表:\n", []
    for find in finds:
        start = len(raw)
        raw += find.quote + "。\n"
        placed.append(_at(find, start))
    return Extraction(
        Letter(normalise(raw), header(**head), 0, len(raw)), tuple(placed), achievements
    )


def _at(find: Commitment, start: int) -> Commitment:

    return find._replace(start=start, end=start + len(find.quote))


def enter(session: Session, found: Extraction | None = None, **changes: Any) -> Imported:
    """Import an extraction as `tracker import` does; the same text is the same file."""
    found = found or extraction()
    values: dict[str, Any] = {
        "sha256": hashlib.sha256(
            (found.letter.raw + str(found.letter.header)).encode()
        ).hexdigest(),
        "source": "letter.txt",
        "encoding": "utf-8",
        "who": WHO,
        "now": NOW,
    }
    return import_letter(session, extraction=found, **(values | changes))

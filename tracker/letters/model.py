"""What a letter is once it has been read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from tracker.letters.text import NormalText

Body = Literal["npc", "cppcc", "other"]


@dataclass(frozen=True, slots=True)
class Header:
    """Who answers whom, about what, when (fields of gold guideline, section "letter").

    `suggestion_no` is the running number; a string of digits longer than an integer column is
    kept whole. `category` is the letter's own class A–D.
    """

    issuer: str | None = None
    date: date | None = None
    suggestion_no: int | None = None
    session: str | None = None
    body: Body = "other"
    recipients: tuple[str, ...] = ()
    category: str | None = None
    title: str | None = None
    document_no: str | None = None
    region: str | None = None
    joint_units: tuple[str, ...] = ()
    complete: bool = True
    script: Literal["hans", "hant"] = "hans"

    def as_json(self) -> dict[str, Any]:
        """The header as `tracker extract` prints it."""
        return {
            "issuer": self.issuer,
            "date": self.date.isoformat() if self.date else None,
            "suggestion_no": self.suggestion_no,
            "session": self.session,
            "body": self.body,
            "recipients": list(self.recipients),
            "category": self.category,
            "title": self.title,
            "document_no": self.document_no,
            "region": self.region,
            "joint_units": list(self.joint_units),
            "complete": self.complete,
            "script": self.script,
        }


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply letter: its text as archived, the same text made regular, and its header.

    `start` and `end` bound the reply proper in `normal.text`: after the salutation line, before
    signature, contact lines and whatever a web page puts around it.
    """

    normal: NormalText
    header: Header
    start: int
    end: int

    @property
    def raw(self) -> str:
        """The text that quotes and offsets refer to."""
        return self.normal.raw

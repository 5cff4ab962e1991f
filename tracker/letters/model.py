"""What a letter is once it has been read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from tracker.letters.text import NormalText

Body = Literal["npc", "cppcc", "other"]
Kind = Literal["reply", "supplement", "progress", "work_report"]


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask about a letter, as it writes them. Kept out of ledger and reports."""

    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """Who answers whom, about what, when (fields of gold guideline, section "letter").

    `suggestion_no` is the running number; a string of digits longer than an integer column is
    kept whole. `category` is the letter's own class A–D. `joint` holds all who reply where they
    are several, `assisting` the units that they asked. `publishable` is None where nothing is
    said. `short_names` pairs a unit's short name with the full one that the letter gives for it.
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
    kind: Kind = "reply"
    joint: tuple[str, ...] = ()
    assisting: tuple[str, ...] = ()
    contact: Contact | None = None
    publishable: bool | None = None
    short_names: tuple[tuple[str, str], ...] = ()
    complete: bool = True
    script: Literal["hans", "hant"] = "hans"

    @property
    def local(self) -> bool:
        """Whether a place replies: a county, a city, a province, not a body of the whole country."""
        return self.region not in (None, "全国")

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
            "kind": self.kind,
            "joint": list(self.joint),
            "assisting": list(self.assisting),
            "contact": (
                {"name": self.contact.name, "phone": self.contact.phone} if self.contact else None
            ),
            "publishable": self.publishable,
            "short_names": dict(self.short_names),
            "complete": self.complete,
            "script": self.script,
        }


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply letter: its text as archived, the same text made regular, and its header.

    `start` and `end` bound the reply proper in `normal.text`: after the salutation line, before
    signature, contact lines and whatever a web page puts around it. `annex` is a list of tasks
    behind the signature, from its title on.
    """

    normal: NormalText
    header: Header
    start: int
    end: int
    annex: tuple[int, int] | None = None

    @property
    def raw(self) -> str:
        """The text that quotes and offsets refer to."""
        return self.normal.raw

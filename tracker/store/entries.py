"""Lines of an office's tables, checked, and what becomes of each of them in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as held
from typing import Any, Literal, TypeVar

from sqlalchemy.orm import Session

from tracker.errors import StoreError
from tracker.letters.model import Body


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """One line of a table of units; None leaves what is known as it is."""

    name: str
    aliases: tuple[str, ...] = ()
    contact: str | None = None
    email: str | None = None
    parent: str | None = None
    head: str | None = None
    head_email: str | None = None
    line: int = held(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class DeputyEntry:
    """One line of a table of deputies; None leaves what is known as it is."""

    name: str
    session: str = ""
    email: str | None = None
    line: int = held(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class SuggestionEntry:
    """One line of a list of suggestions; what is empty leaves what is known as it is.

    `region` is where the list is from, "" where it does not say; `year` counts only where no
    session is named, else 0.
    """

    body: Body
    number: int | None = None
    title: str | None = None
    session: str = ""
    region: str = ""
    year: int = 0
    deputies: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    assisting: tuple[str, ...] = ()
    reply_due: dt.date | None = None
    category: str | None = None
    line: int = held(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of an entry: what it was, as people read it, and what it becomes."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What one line does.

    `merged` are names of units that turn out to be this one; `doubtful` what may be the same
    thing and is left alone: names of units, codes of suggestions.
    """

    line: int
    name: str
    status: Literal["new", "changed", "same"]
    fields: tuple[FieldChange, ...] = ()
    merged: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is left out: which, in which field, and why.

    `reason` is a key of the command line's table of faults, `values` what it speaks of.
    """

    line: int
    field: str
    reason: str
    values: Mapping[str, Any] = held(default_factory=dict)


class Refused(StoreError):
    """A line cannot be taken; nothing of it is kept."""

    def __init__(self, field: str, reason: str, **values: Any) -> None:
        super().__init__(f"{field}: {reason} {values}")
        self.field, self.reason, self.values = field, reason, values


@dataclass(frozen=True, slots=True)
class Registered:
    """What a table did, line by line; `entered` are units that the registry had not known."""

    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()
    entered: tuple[str, ...] = ()

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many lines made a new entry, changed one, or said nothing new."""
        found = [change.status for change in self.changes]
        return found.count("new"), found.count("changed"), found.count("same")


Entry = TypeVar("Entry", UnitEntry, DeputyEntry, SuggestionEntry)


def take_each(
    session: Session, entries: Sequence[Entry], take: Callable[[Entry], Change]
) -> Registered:
    """Take line after line; one that is refused leaves no trace and stops no other.

    Args:
        session: of `Store.write`.
        entries: the lines.
        take: enters one line, raising `Refused`.
    """
    changes: list[Change] = []
    faults: list[Fault] = []
    for entry in entries:
        try:
            with session.begin_nested():
                changes.append(take(entry))
        except Refused as error:
            faults.append(Fault(entry.line, error.field, error.reason, error.values))
    return Registered(tuple(changes), tuple(faults))

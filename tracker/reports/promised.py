"""How often a promise has been made: the chain of letters that it stands in, oldest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tracker.commitments.renewals import softened, verb
from tracker.store.tables import CommitmentRow, LetterRow

if TYPE_CHECKING:
    from tracker.reports.items import Later

#: A longer chain than any unit can make; a ring, which nothing makes, ends here, too.
_LONGEST: Final = 40
#: Up to so many ids are asked for at once.
_AT_ONCE: Final = 500

_COLUMNS: Final = (
    CommitmentRow.id,
    CommitmentRow.renews_id,
    CommitmentRow.ref,
    CommitmentRow.quote,
    CommitmentRow.strength,
    CommitmentRow.value,
    CommitmentRow.unit,
    CommitmentRow.deadline,
    CommitmentRow.original_deadline,
    CommitmentRow.review,
    CommitmentRow.outcome,
    CommitmentRow.settled_on,
    LetterRow.date,
)


@dataclass(frozen=True, slots=True)
class Promised:
    """One time that it was promised. `deadline` is the one that the letter gave."""

    ref: str
    on: dt.date
    quote: str
    strength: str
    value: Decimal | None
    unit: str | None
    deadline: dt.date | None
    outcome: str

    @property
    def verb(self) -> str:
        """The word that says how firmly; empty where the clause has none."""
        found = verb(self.quote)
        return found[0] if found else ""


@dataclass(frozen=True, slots=True)
class Chain:
    """Every time that a promise was made up to a day, the first time first; one alone is none."""

    times: tuple[Promised, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the letters, each once."""
        return tuple(sorted({one.on.year for one in self.times}))

    @property
    def slipped(self) -> int:
        """Days between the first deadline and the last; 0 where one is missing."""
        days = [one.deadline for one in self.times if one.deadline is not None]
        return (days[-1] - days[0]).days if len(days) > 1 else 0

    @property
    def softened(self) -> bool:
        """Whether the last wording binds less than the first."""
        return softened(one.quote for one in self.times)

    def before(self, ref: str) -> tuple[str, ...]:
        """References of the promises made earlier than this one."""
        refs = [one.ref for one in self.times]
        return tuple(refs[: refs.index(ref)]) if ref in refs else ()


def chains(session: Session, ids: Sequence[int], today: dt.date, later: Later) -> dict[int, Chain]:
    """The chains that commitments stand in, as of a day; those that stand alone are left out.

    Args:
        session: of the store.
        ids: of the commitments.
        today: letters of later days are not seen.
        later: what was changed after the day.
    """
    wanted = set(ids)
    links = _links(session, wanted)
    if not links:
        return {}
    rows = _rows(session, set(links) | set(links.values()))
    following: dict[int, list[int]] = {}
    for one, before in links.items():
        following.setdefault(before, []).append(one)
    found: dict[int, Chain] = {}
    for one in wanted & rows.keys():
        line = [*reversed(_up(one, links)), one, *_down(one, following)]
        times = _seen([rows[key] for key in line if key in rows], rows[one], today, later)
        if len(times) > 1:
            found[one] = Chain(times)
    return found


def _links(session: Session, wanted: set[int]) -> dict[int, int]:
    """Promise → the one that it makes again, of all that hang together with those wanted."""
    asked = select(CommitmentRow.id, CommitmentRow.renews_id)
    asked = asked.where(CommitmentRow.renews_id.is_not(None))
    if len(wanted) > _AT_ONCE:  # the few links of the whole ledger in one go
        return {one: before for one, before in session.execute(asked) if before is not None}
    links: dict[int, int] = {}
    front = wanted
    for _ in range(_LONGEST):
        fresh: dict[int, int] = {}
        for some in _portions(front):
            near = CommitmentRow.id.in_(some) | CommitmentRow.renews_id.in_(some)
            found = session.execute(asked.where(near))
            fresh |= {one: before for one, before in found if before and one not in links}
        if not fresh:
            break
        links |= fresh
        front = set(fresh) | set(fresh.values())
    return links


def _portions(ids: Iterable[int]) -> Iterable[list[int]]:
    every = sorted(ids)
    return (every[at : at + _AT_ONCE] for at in range(0, len(every), _AT_ONCE))


def _rows(session: Session, ids: set[int]) -> dict[int, Row[*tuple[Any, ...]]]:
    query = select(*_COLUMNS).join(LetterRow, LetterRow.id == CommitmentRow.letter_id)
    return {
        row.id: row
        for some in _portions(ids)
        for row in session.execute(query.where(CommitmentRow.id.in_(some)))
    }


def _up(one: int, links: Mapping[int, int]) -> list[int]:
    line: list[int] = []
    while one in links and len(line) < _LONGEST and links[one] not in line:
        one = links[one]
        line.append(one)
    return line


def _down(one: int, following: Mapping[int, list[int]]) -> list[int]:
    """Everything that makes it again; of two letters of one time, both."""
    line: list[int] = []
    front = [one]
    while front and len(line) < _LONGEST:
        front = [key for before in front for key in following.get(before, []) if key not in line]
        line += front
    return line


def _seen(
    line: Sequence[Row[*tuple[Any, ...]]],
    own: Row[*tuple[Any, ...]],
    today: dt.date,
    later: Later,
) -> tuple[Promised, ...]:
    # Beside what a person has confirmed only that tells; beside what waits, what waits too.
    reviews = {row.id: later.reviews.get(row.id, row.review) for row in (own, *line)}
    confirmed = reviews[own.id] == "confirmed"
    counted = ("confirmed",) if confirmed else ("confirmed", "pending")
    tracked = [
        row
        for row in line
        if row.date is not None
        and (row.date <= today or row.id == own.id)
        and row.id not in later.absent
        and (reviews[row.id] in counted or row.id == own.id)
    ]
    tracked.sort(key=lambda row: (row.date, row.id))
    return tuple(
        Promised(
            row.ref, row.date, *_read(row, later),
            later.originals.get(row.id, row.original_deadline)
            or later.deadlines.get(row.id, row.deadline),
            _outcome(row, today, later),
        )
        for row in tracked
    )  # fmt: skip


def _read(row: Row[*tuple[Any, ...]], later: Later) -> tuple[str, str, Decimal | None, str | None]:
    """Quote, strength, figure and unit as they stood in the ledger."""
    read = later.read.get(row.id, {})
    figure = read.get("value")
    value = Decimal(figure) if figure else None
    return (
        read.get("quote") or row.quote,
        read.get("strength") or row.strength,
        value if "value" in read else row.value,
        read.get("unit", row.unit),
    )


def _outcome(row: Row[*tuple[Any, ...]], today: dt.date, later: Later) -> str:
    if row.id in later.outcomes:  # reopened since
        return later.outcomes[row.id]
    outcome: str = row.outcome
    return "open" if row.settled_on is not None and row.settled_on > today else outcome

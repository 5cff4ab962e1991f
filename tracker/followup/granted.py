"""What supervisors granted of a deadline: later days, and days that had been read wrongly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.store.asked import asked_late

if TYPE_CHECKING:
    from tracker.store.tables import RequestRow


@dataclass(frozen=True, slots=True)
class Extension:
    """A later deadline that a supervisor granted; `before` was in force when it was asked for.
    `on`: the day it was granted, where known."""

    asked_on: dt.date
    before: dt.date | None
    granted: dt.date
    on: dt.date | None = field(default=None, compare=False)

    @property
    def asked_late(self) -> bool:
        """Asked for when the deadline had passed: that is told beside the light."""
        return self.before is not None and self.asked_on > self.before


@dataclass(frozen=True, slots=True)
class Correction:
    """A date that had been read wrongly and was put right at a unit's request.

    Attributes:
        on: the day it was put right.
        read: the date as it was read; None where none was.
        right: the date that took its place.
        why: the reason that the unit gave.
        late: it was asked for when the deadline then in force had passed.
    """

    on: dt.date
    read: dt.date | None
    right: dt.date | None
    why: str
    late: bool


def extensions(decided: Sequence[RequestRow], zone: dt.tzinfo) -> tuple[Extension, ...]:
    """The later deadlines that were granted, in the order in which they were.

    Args:
        decided: requests of one commitment.
        zone: the office's, in which a decision becomes a day.
    """
    return tuple(
        Extension(one.asked_on, one.deadline, day, on)
        for one, on in _approved(decided, "extension", zone)
        if (day := one.granted or one.new_deadline) is not None
    )


def corrections(decided: Sequence[RequestRow], zone: dt.tzinfo) -> tuple[Correction, ...]:
    """The dates that were put right, in the order in which they were.

    Args:
        decided: requests of one commitment.
        zone: the office's, in which a decision becomes a day.
    """
    longer = extensions(decided, zone)
    found: list[Correction] = []
    for one, on in _approved(decided, "wrong_date", zone):
        right = _day((one.changes or {}).get("deadline"))
        # The request knows the deadline in force; an extension had moved that away from what was
        # read, and an earlier correction says itself what took its place.
        moved = next((item for item in longer if item.on is not None and item.on <= on), None)
        read = found[-1].right if found else moved.before if moved else one.deadline
        found.append(Correction(on, read, right, one.reason, asked_late(one)))
    return tuple(found)


def kept_on_time(outcome: str, settled_on: dt.date | None, extensions: Iterable[Extension]) -> bool:
    """Whether an outcome counts as kept on time.

    Args:
        outcome: of a settled commitment.
        settled_on: the day that it dates from.
        extensions: granted; one that was asked for when the deadline had passed undoes no lateness.
    """
    return outcome == "kept" and not any(
        one.asked_late
        and one.before is not None
        and (settled_on is None or settled_on > one.before)
        for one in extensions
    )


def _approved(
    decided: Sequence[RequestRow], kind: str, zone: dt.tzinfo
) -> Iterator[tuple[RequestRow, dt.date]]:
    granted = [
        (one.decided_at, one.id, one)
        for one in decided
        if one.kind == kind and one.state == "approved" and one.decided_at is not None
    ]
    for at, _, one in sorted(granted, key=lambda item: item[:2]):
        yield one, at.astimezone(zone).date()


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text and text != "none" else None

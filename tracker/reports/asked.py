"""What units asked for and how deputies rated, as known on a day, ready to be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tracker.commitments.model import plain
from tracker.reports.words import WORDS, Wording
from tracker.store.asked import asked_late, taken_back
from tracker.store.tables import RatingRow, RequestRow


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `state` is that of the day looked from, `late` that it came after the deadline.

    `changes` are fields → what is right, of a wrong date or target; "none" where there is none.
    """

    id: int
    kind: str
    reason: str
    evidence: str | None
    asked_by: str
    asked_on: dt.date
    deadline: dt.date | None
    late: bool
    until: dt.date | None
    interim: Decimal | None
    interim_on: dt.date | None
    right_unit: str | None
    changes: tuple[tuple[str, str], ...]
    state: str
    granted: dt.date | None
    decided_by: str | None
    decided_on: dt.date | None
    decision: str | None


@dataclass(frozen=True, slots=True)
class Rating:
    """What a deputy said of the delivery; `counts`: it is the deputy's last by that day."""

    deputy: str
    score: str
    comment: str | None
    on: dt.date
    counts: bool


def requests_of(rows: Iterable[RequestRow], zone: dt.tzinfo, today: dt.date) -> tuple[Request, ...]:
    """The requests that had come in by a day, with their state on it.

    Args:
        rows: of one commitment.
        zone: the office's.
        today: the day to look from.
    """
    return tuple(request_of(row, zone, today) for row in rows if row.asked_on <= today)


def request_of(row: RequestRow, zone: dt.tzinfo, today: dt.date = dt.date.max) -> Request:
    """One request, with its state on a day or as it is now."""
    day = None if row.decided_at is None else row.decided_at.astimezone(zone).date()
    decided = day is not None and day <= today
    return Request(
        id=row.id,
        kind=row.kind,
        reason=row.reason,
        evidence=row.evidence,
        asked_by=row.asked_by,
        asked_on=row.asked_on,
        deadline=row.deadline,
        late=asked_late(row),
        until=row.new_deadline,
        interim=row.interim_value,
        interim_on=row.interim_on,
        right_unit=row.right_unit,
        changes=tuple((row.changes or {}).items()),
        state=row.state if decided else "waiting",
        granted=row.granted if decided else None,
        decided_by=row.decided_by if decided else None,
        decided_on=day if decided else None,
        decision=row.decision if decided else None,
    )


def ratings_of(rows: Iterable[RatingRow], today: dt.date) -> tuple[Rating, ...]:
    """The ratings of a commitment that had come in by a day, in their order."""
    known = [row for row in rows if row.rated_on <= today]
    last = {row.deputy_id: row.id for row in known}
    return tuple(
        Rating(row.deputy.name, row.score, row.comment, row.rated_on, last[row.deputy_id] == row.id)
        for row in known
    )


def wanted(request: Request, unit: str | None, words: Wording) -> str:
    """What is asked for, in one line.

    Args:
        request: the request.
        unit: of the target, in which an interim figure counts.
        words: the language.
    """
    text = words(f"request.{request.kind}")
    what = ""
    if request.until is not None:
        what = words("until", day=request.until)
    if request.interim is not None:
        figure = f"{plain(request.interim)}{unit or ''}"
        what += words("interim", day=request.interim_on, figure=figure)
    if request.right_unit is not None:
        what = words("right_unit", unit=request.right_unit)
    what += words("semicolon").join(
        f"{words(f'field.{name}')} {words('none.value') if value == 'none' else value}"
        for name, value in request.changes
    )
    late = words("asked_late") if request.late else ""
    return f"{text}{words('colon')}{what}{late}" if what else f"{text}{late}"


def fate(request: Request, words: Wording) -> str:
    """What became of it: waiting, or the decision with its day and reason."""
    gone = taken_back(request.state, request.decision)
    text = words("lapsed.withdrawn" if gone else f"request_state.{request.state}")
    if request.granted is not None and request.granted != request.until:
        text += words("granted", day=request.granted)
    said = request.decision or ""
    if gone and said == "withdrawn":
        said = ""  # no reason was given
    elif request.state == "lapsed" and f"lapsed.{said}" in WORDS:
        said = words(f"lapsed.{said}")
    told = " ".join(
        part for part in (request.decided_by or "", _day(request.decided_on) or "", said) if part
    )
    return f"{text} {told}".strip()


def request_json(request: Request) -> dict[str, Any]:
    """A request under the keys that machine.py tells."""
    return {
        "id": request.id,
        "kind": request.kind,
        "reason": request.reason,
        "evidence": request.evidence,
        "asked_by": request.asked_by,
        "asked_on": _day(request.asked_on),
        "deadline": _day(request.deadline),
        "late": request.late,
        "until": _day(request.until),
        "interim": None if request.interim is None else plain(request.interim),
        "interim_on": _day(request.interim_on),
        "right_unit": request.right_unit,
        "changes": {name: None if value == "none" else value for name, value in request.changes},
        "state": request.state,
        "granted": _day(request.granted),
        "decided_by": request.decided_by,
        "decided_on": _day(request.decided_on),
        "decision": request.decision,
    }


def rating_json(rating: Rating) -> dict[str, Any]:
    """A rating under the keys that machine.py tells."""
    return {
        "deputy": rating.deputy,
        "score": rating.score,
        "comment": rating.comment,
        "on": _day(rating.on),
        "counts": rating.counts,
    }


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()

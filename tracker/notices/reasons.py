"""Why a commitment stands in a message: the rung or the event that made it due, in one line."""

from __future__ import annotations

import re
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import object_session

from tracker.followup.ladder import offset_of
from tracker.followup.recipients import ROLES, is_deputy, is_robot, roles_of
from tracker.followup.transfers import transfers
from tracker.ladders import step_of
from tracker.notices.phrases import Phrases
from tracker.settings import Settings
from tracker.store.following import OUTCOMES
from tracker.store.tables import CommitmentRow, HistoryRow

#: The name of a file in the archive, which says nothing to people (`following.named`).
_HASH: Final = re.compile(r" \([0-9a-f]{64}\)")


def reason(
    rung: str, row: CommitmentRow, recipient: str, settings: Settings, words: Phrases
) -> str:
    """The rule or the event behind a notice: 到期后第14天 逾期督办.

    Args:
        rung: of the notice.
        row: the commitment, with owners, requests and ratings.
        recipient: whom it is told.
        settings: the ladder, for the name of the step.
        words: the language.
    """
    offset = offset_of(rung)
    if offset is not None:
        key = "on_day" if offset == 0 else "before" if offset < 0 else "after"
        step = step_name(rung, row, recipient, settings)
        return words(f"why.{key}", n=abs(offset), step=step).strip()
    name, _, number = rung.partition("-")
    if name in OUTCOMES:
        line = _line(number, row)
        told = words("why.outcome", outcome=words(f"outcome.{name}"))
        why = _HASH.sub("", line.why or "") if line is not None else ""
        return told + (words("why.said", text=why) if why else "")
    if name in ("waits", "decided"):
        return _request(name, number, row, words)
    if name == "transferred":
        return words("why.transferred", unit=_from(number, row, settings, words))
    if name in ("rated", "unsatisfied"):
        said = next((item.comment for item in row.ratings if str(item.id) == number), None)
        text = words("why.rated.comment", comment=said) if said else words("why.rated")
        return words("why.unsatisfied", text=text) if name == "unsatisfied" else text
    if name == "reopened":
        return words("why.reopened") + _reopened(number, row, recipient, words)
    return words(f"why.{rung}")


def _reopened(number: str, row: CommitmentRow, recipient: str, words: Phrases) -> str:
    """Why it was reopened; a unit is told a deputy's words by themselves (`unsatisfied`)."""
    line = _line(number, row)
    if line is None or not line.why:
        return ""
    rated = any(one.score == "not" and one.recorded_at == line.at for one in row.ratings)
    return "" if rated and not is_deputy(recipient) else words("why.said", text=line.why)


def step_name(rung: str, row: CommitmentRow, recipient: str, settings: Settings) -> str:
    """What the ladder, as it is now, calls the step of a notice: 逾期督办; empty where it has none.

    Args:
        rung: of the notice.
        row: the commitment, with owners.
        recipient: whom it is told.
        settings: the ladder.
    """
    offset = offset_of(rung)
    if offset is None:
        return ""
    # A robot has no part of its own: it hears what others are told.
    roles = ROLES if is_robot(recipient) else sorted(roles_of(row, recipient))
    step = step_of(settings.ladder, roles, row.kind, offset)
    return step.name if step else ""


def _line(number: str, row: CommitmentRow) -> HistoryRow | None:
    """The line of the history that an event is named after."""
    session = object_session(row)
    if session is None or not number.isdecimal():
        return None
    line = session.get(HistoryRow, int(number))
    return line if line is not None and line.commitment_id == row.id else None


def _from(number: str, row: CommitmentRow, settings: Settings, words: Phrases) -> str:
    """Who a promise came from."""
    session = object_session(row)
    if session is None:
        return words("why.transferred.unit")
    moves = transfers(session, [row], ZoneInfo(settings.timezone)).get(row.id, ())
    left = [name for move in moves if str(move.request) == number for name in move.left]
    return "、".join(left) or words("why.transferred.unit")


def _request(name: str, number: str, row: CommitmentRow, words: Phrases) -> str:
    found = next((item for item in row.requests if str(item.id) == number), None)
    if found is None:
        return words(f"why.{name}")
    kind = words(f"request.{found.kind}")
    if name == "waits":
        return words("why.waits.for", kind=kind, reason=found.reason)
    key = "why.approved" if found.state == "approved" else "why.refused"
    said = words("why.said", text=found.decision) if found.decision else ""
    return words(key, kind=kind) + said

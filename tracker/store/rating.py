"""Deputies rate the delivery (落实评价), from the day on which the promise falls due."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal, get_args

from sqlalchemy.orm import Session

from tracker.errors import StoreError, UnknownReference
from tracker.store.book import hold
from tracker.store.following import reopen
from tracker.store.journal import clip, plain, record
from tracker.store.tables import CommitmentRow, DeputyRow, RatingRow

#: 满意, 基本满意, 不满意.
Score = Literal["satisfied", "basically", "not"]
SCORES: Final[tuple[Score, ...]] = get_args(Score)


def rate(
    session: Session,
    row: CommitmentRow,
    score: str,
    *,
    deputy: str,
    on: dt.date,
    who: str,
    now: dt.datetime,
    comment: str | None = None,
) -> bool:
    """Record what a deputy says of the delivery; of several ratings of one deputy the last counts.

    Args:
        session: of `Store.write`.
        row: the commitment.
        score: satisfied, basically or not.
        deputy: who rates, by name: one of those who filed the suggestion.
        on: the office's day.
        who: who records it.
        now: when.
        comment: what is said with it.

    Returns:
        Whether it has reopened a settled commitment (回头看), as "not" does.

    Raises:
        UnknownReference: nobody of that name filed the suggestion.
        StoreError: no such score, the promise is not due yet, or it is not followed.
    """
    hold(session, row)
    if score not in SCORES:
        raise StoreError(f"{row.ref}: rating must be one of {', '.join(SCORES)}, not {score!r}")
    comment = plain(row.ref, "comment", comment)
    if row.review != "confirmed":
        raise StoreError(f"{row.ref} is not confirmed; confirm it first: tracker confirm {row.ref}")
    _check_due(row, on)
    rater = _deputy(row, deputy)
    before = next((item for item in reversed(row.ratings) if item.deputy_id == rater.id), None)
    row.ratings.append(
        RatingRow(
            deputy=rater,
            score=score,
            comment=comment,
            rated_on=on,
            recorder=clip(who, 120),
            recorded_at=now,
        )
    )
    said = f"{rater.name}: {comment}" if comment else rater.name
    record(
        session,
        "rate",
        who=who,
        now=now,
        commitment=row,
        field="rating",
        old=before.score if before else None,
        new=score,
        why=said,
    )
    reopened = score == "not" and row.outcome != "open"
    if reopened:
        reopen(session, row, on=on, why=said, who=who, now=now)
    session.flush()
    return reopened


def _check_due(row: CommitmentRow, on: dt.date) -> None:
    """It is rated from the deadline in force on, or once it is settled, or after it was."""
    if row.outcome != "open" or row.look_back_since is not None:
        return
    if row.deadline is None:
        raise StoreError(f"{row.ref} has no deadline; it can be rated once it is settled")
    if on < row.deadline:
        raise StoreError(f"{row.ref} is due on {row.deadline}; it can be rated from that day on")


def _deputy(row: CommitmentRow, name: str) -> DeputyRow:
    filed = row.suggestion.deputies
    # Lists pad names of two characters with a blank: 李　梅.
    bare = "".join(name.split())
    found = [deputy for deputy in filed if "".join(deputy.name.split()) == bare]
    if not found:
        names = "、".join(deputy.name for deputy in filed)
        told = f"it was filed by {names}" if names else "its deputies are not known"
        raise UnknownReference(f"{row.ref}: {clip(name.strip(), 40)!r} did not file it; {told}")
    return found[0]


def latest(row: CommitmentRow) -> list[RatingRow]:
    """The ratings that count: the last of each deputy, in the order in which they came."""
    last = {rating.deputy_id: rating for rating in row.ratings}
    return sorted(last.values(), key=lambda rating: rating.id)

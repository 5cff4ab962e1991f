"""Which deputies are told of which suggestions: each of his own, until he ends it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import UnknownReference
from tracker.store.tables import (
    CommitmentRow,
    DeputyRow,
    MessageRow,
    NoticeRow,
    SubscriptionRow,
    SuggestionDeputyRow,
    SuggestionRow,
)


@dataclass(frozen=True, slots=True)
class Ended:
    """Whom nobody tells any more, and of which suggestions (by their codes)."""

    deputy: str
    suggestions: tuple[str, ...]


def ended(session: Session, suggestions: Collection[int]) -> set[tuple[int, int]]:
    """Pairs of deputy and suggestion that were ended; whoever filed one is told of it otherwise.

    Args:
        session: of `Store.read` or `Store.write`.
        suggestions: ids.
    """
    query = select(SubscriptionRow.deputy_id, SubscriptionRow.suggestion_id).where(
        SubscriptionRow.suggestion_id.in_(list(suggestions)), SubscriptionRow.ended_at.is_not(None)
    )
    return {(row[0], row[1]) for row in session.execute(query)}


def token_of(
    session: Session,
    deputy_id: int,
    suggestions: Collection[int],
    now: dt.datetime,
    token: Callable[[], str],
) -> str:
    """What stands in a message to a deputy to end it: of the one suggestion it speaks of, or,
    where it speaks of several, one of the message's own.

    Args:
        session: of `Store.write`.
        deputy_id: the deputy.
        suggestions: ids of those the message speaks of, at least one.
        now: when.
        token: gives a new one.
    """
    rows = [_row(session, deputy_id, one, now, token) for one in sorted(set(suggestions))]
    return rows[0].token if len(rows) == 1 else token()


def unsubscribe(session: Session, token: str, now: dt.datetime) -> Ended:
    """End what a token stands for: one suggestion, or all that its message spoke of.

    Args:
        session: of `Store.write`.
        token: as it stood in the message.
        now: when.

    Raises:
        UnknownReference: no message bore it.
    """
    own = session.scalars(select(SubscriptionRow).where(SubscriptionRow.token == token)).first()
    rows = [own] if own is not None else _of_message(session, token)
    if not token or not rows:
        raise UnknownReference(
            f"no subscription has the token {token[:40]!r}; it stands at the end of the message"
        )
    for row in rows:
        row.ended_at = row.ended_at or now
    session.flush()
    codes = tuple(row.suggestion.code for row in rows)
    return Ended(rows[0].deputy.name, codes)


def subscribe(
    session: Session, name: str, code: str, now: dt.datetime, token: Callable[[], str]
) -> None:
    """Tell a deputy of a suggestion of his again.

    Args:
        session: of `Store.write`.
        name: the deputy's.
        code: the suggestion's.
        now: when.
        token: gives a new one.

    Raises:
        UnknownReference: no such suggestion, or nobody of that name filed it.
    """
    suggestion = session.scalars(
        select(SuggestionRow).where(SuggestionRow.code == code)
    ).one_or_none()
    if suggestion is None:
        raise UnknownReference(f"no suggestion {code}; see: tracker suggestions list")
    filed = session.scalars(
        select(DeputyRow)
        .join(SuggestionDeputyRow, SuggestionDeputyRow.deputy_id == DeputyRow.id)
        .where(SuggestionDeputyRow.suggestion_id == suggestion.id, DeputyRow.name == name.strip())
    ).all()
    if not filed:
        raise UnknownReference(f"no deputy {name.strip()} filed {code}; see: tracker deputies list")
    for deputy in filed:
        _row(session, deputy.id, suggestion.id, now, token).ended_at = None
    session.flush()


def _row(
    session: Session, deputy_id: int, suggestion_id: int, now: dt.datetime, token: Callable[[], str]
) -> SubscriptionRow:
    row = session.scalars(
        select(SubscriptionRow).where(
            SubscriptionRow.deputy_id == deputy_id, SubscriptionRow.suggestion_id == suggestion_id
        )
    ).one_or_none()
    if row is None:
        row = SubscriptionRow(
            deputy_id=deputy_id, suggestion_id=suggestion_id, token=token(), since=now
        )
        session.add(row)
        session.flush()
    return row


def _of_message(session: Session, token: str) -> Sequence[SubscriptionRow]:
    query = (
        select(MessageRow.recipient, CommitmentRow.suggestion_id)
        .join(NoticeRow, NoticeRow.message_id == MessageRow.id)
        .join(CommitmentRow, CommitmentRow.id == NoticeRow.commitment_id)
        .where(MessageRow.unsubscribe == token)
        .distinct()
    )
    found = session.execute(query).all()
    if not found:
        return []
    deputy_id = int(found[0][0].partition(":")[2])
    return session.scalars(
        select(SubscriptionRow)
        .where(
            SubscriptionRow.deputy_id == deputy_id,
            SubscriptionRow.suggestion_id.in_([row[1] for row in found]),
        )
        .order_by(SubscriptionRow.suggestion_id)
    ).all()

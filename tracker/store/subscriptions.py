"""Which deputies are told of which suggestions: each of his own, until he ends it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import UnknownReference
from tracker.store.journal import record
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


def told_of(session: Session, deputy_id: int) -> frozenset[str]:
    """The codes of a deputy's suggestions of which he is told: his own, less those that he ended.

    Args:
        session: of `Store.read` or `Store.write`.
        deputy_id: of the registry.
    """
    over = select(SubscriptionRow.suggestion_id).where(
        SubscriptionRow.deputy_id == deputy_id, SubscriptionRow.ended_at.is_not(None)
    )
    query = (
        select(SuggestionRow.code)
        .join(SuggestionDeputyRow, SuggestionDeputyRow.suggestion_id == SuggestionRow.id)
        .where(SuggestionDeputyRow.deputy_id == deputy_id, SuggestionRow.id.not_in(over))
    )
    return frozenset(session.scalars(query))


def ended_all(session: Session, deputy_id: int) -> bool:
    """Whether a deputy has ended all of his own suggestions; who has none has ended nothing.

    Args:
        session: of `Store.read` or `Store.write`.
        deputy_id: of the registry.
    """
    own = select(SuggestionDeputyRow.suggestion_id).where(
        SuggestionDeputyRow.deputy_id == deputy_id
    )
    return not told_of(session, deputy_id) and session.scalars(own.limit(1)).first() is not None


def promised(session: Session, codes: Collection[str]) -> bool:
    """Whether any confirmed promise was made on suggestions, by their codes."""
    meant = select(SuggestionRow.id).where(SuggestionRow.code.in_(codes))
    query = select(CommitmentRow.id).where(
        CommitmentRow.review == "confirmed", CommitmentRow.suggestion_id.in_(meant)
    )
    return session.scalars(query.limit(1)).first() is not None


def unsubscribe(
    session: Session, token: str, now: dt.datetime, new_token: Callable[[], str], *, who: str
) -> Ended:
    """End what a token stands for: all suggestions that its message spoke of (a report: all of his
    own), or the one of a subscription.

    Args:
        session: of `Store.write`.
        token: as it stood in the message.
        now: when.
        new_token: gives one for a subscription that is written down for the first time.
        who: who enters it.

    Raises:
        UnknownReference: no message bore it.
    """
    own = select(SubscriptionRow).where(SubscriptionRow.token == token)
    rows = list(session.scalars(own))
    rows = rows or _of_message(session, token, now, new_token)
    rows = rows or _of_report(session, token, now, new_token)
    if not token or not rows:
        raise UnknownReference(
            f"no subscription has the token {token[:40]!r}; it stands at the end of the message"
        )
    for row in rows:
        if row.ended_at is None:
            row.ended_at = now
            name, code = row.deputy.name, row.suggestion.code
            record(session, "unsubscribe", who=who, now=now, field="deputy", old=name, why=code)
    session.flush()
    return Ended(rows[0].deputy.name, tuple(row.suggestion.code for row in rows))


def subscribe(
    session: Session, name: str, code: str, now: dt.datetime, token: Callable[[], str], *, who: str
) -> None:
    """Tell a deputy of a suggestion of his again.

    Args:
        session: of `Store.write`.
        name: the deputy's.
        code: the suggestion's.
        now: when.
        token: gives a new one.
        who: who enters it.

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
        row = _row(session, deputy.id, suggestion.id, now, token)
        if row.ended_at is not None:
            row.ended_at = None
            record(
                session, "subscribe", who=who, now=now, field="deputy", new=deputy.name, why=code
            )
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


def _of_message(
    session: Session, token: str, now: dt.datetime, new_token: Callable[[], str]
) -> list[SubscriptionRow]:
    query = (
        select(MessageRow.recipient, CommitmentRow.suggestion_id)
        .join(NoticeRow, NoticeRow.message_id == MessageRow.id)
        .join(CommitmentRow, CommitmentRow.id == NoticeRow.commitment_id)
        .where(MessageRow.unsubscribe == token, NoticeRow.withdrawn.is_(None))
        .distinct()
        .order_by(CommitmentRow.suggestion_id)
    )
    return [
        _row(session, int(recipient.partition(":")[2]), suggestion, now, new_token)
        for recipient, suggestion in session.execute(query)
    ]


def _of_report(
    session: Session, token: str, now: dt.datetime, new_token: Callable[[], str]
) -> list[SubscriptionRow]:
    query = select(MessageRow.recipient).where(
        MessageRow.unsubscribe == token, MessageRow.kind == "report"
    )
    recipient = session.scalars(query).first()
    if recipient is None:
        return []
    deputy_id = int(recipient.partition(":")[2])
    own = (
        select(SuggestionDeputyRow.suggestion_id)
        .where(SuggestionDeputyRow.deputy_id == deputy_id)
        .order_by(SuggestionDeputyRow.suggestion_id)
    )
    return [
        _row(session, deputy_id, suggestion, now, new_token) for suggestion in session.scalars(own)
    ]

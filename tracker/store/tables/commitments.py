"""The promises, who must deliver them, and the history of every change."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.tables.columns import Table
from tracker.store.tables.letters import LetterRow
from tracker.store.tables.suggestions import SuggestionRow, UnitRow

if TYPE_CHECKING:
    from tracker.store.tables.followed import ProgressReportRow, RatingRow, RequestRow
    from tracker.store.tables.post import NoticeRow


class CommitmentRow(Table):
    """One promise in the ledger. Light and percentages are computed, never stored.

    `fingerprint` is of quote and target as found in the letter, so that a new version of the
    letter finds its commitments again whatever people have corrected since.

    Review: pending, confirmed, rejected, superseded (不再出现: nobody had confirmed it and a newer
    version no longer holds it). `recheck` says what a newer version makes of it: "missing" or
    "changed" (a person is to look), "kept" (missing, and a person follows it all the same).

    `renews_id` is the commitment of an earlier letter that this one promises again.
    `look_back_since` (回头看) is the day on which it was reopened after an outcome, until the next.
    `look_on` spares the sweep work: before that day nothing can come to be owed, unless something
    changes, which empties it (`looked`); empty, the next round looks at the commitment.
    """

    __tablename__ = "commitments"
    __table_args__ = (
        UniqueConstraint("suggestion_id", "seq"),
        # Open, confirmed commitments by deadline; and, for the sweep, those to be looked at.
        Index("ix_commitments_due", "outcome", "review", "deadline"),
        Index("ix_commitments_look", "review", "look_on", "deadline"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(60), unique=True)
    seq: Mapped[int]
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"))
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    quote: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    section: Mapped[list[str]] = mapped_column(JSON, default=list)
    kind: Mapped[str] = mapped_column(String(12))
    what: Mapped[str]
    value: Mapped[Decimal | None]
    unit: Mapped[str | None]
    mode: Mapped[str | None] = mapped_column(String(10))
    comparator: Mapped[str | None] = mapped_column(String(2))
    deadline: Mapped[dt.date | None]
    deadline_text: Mapped[str | None]
    deadline_basis: Mapped[str | None] = mapped_column(String(10))
    deadline_rule: Mapped[str | None]
    original_deadline: Mapped[dt.date | None]
    strength: Mapped[str] = mapped_column(String(12))
    confidence: Mapped[float]
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    baseline_quote: Mapped[str | None]
    baseline_value: Mapped[Decimal | None]
    baseline_unit: Mapped[str | None]
    baseline_as_of: Mapped[dt.date | None]
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    review: Mapped[str] = mapped_column(String(10), default="pending")
    outcome: Mapped[str] = mapped_column(String(12), default="open")
    settled_on: Mapped[dt.date | None]
    recheck: Mapped[str | None] = mapped_column(String(10))
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("commitments.id"), index=True)
    look_back_since: Mapped[dt.date | None]
    look_on: Mapped[dt.date | None]
    suggestion: Mapped[SuggestionRow] = relationship()
    letter: Mapped[LetterRow] = relationship(back_populates="commitments")
    owners: Mapped[list[CommitmentUnitRow]] = relationship(
        back_populates="commitment", cascade="all, delete-orphan", order_by="CommitmentUnitRow.id"
    )
    reports: Mapped[list[ProgressReportRow]] = relationship(
        back_populates="commitment", order_by="ProgressReportRow.as_of, ProgressReportRow.id"
    )
    requests: Mapped[list[RequestRow]] = relationship(
        back_populates="commitment", order_by="RequestRow.id", lazy="selectin"
    )
    ratings: Mapped[list[RatingRow]] = relationship(
        back_populates="commitment", order_by="RatingRow.id"
    )
    renews: Mapped[CommitmentRow | None] = relationship(remote_side="CommitmentRow.id")
    notices: Mapped[list[NoticeRow]] = relationship(
        back_populates="commitment", order_by="NoticeRow.id"
    )


class CommitmentUnitRow(Table):
    """Who must deliver: a unit as the letter writes it and as the registry knows it.

    Every commitment has at least one: where the letter names nobody, the unit that replied
    (`named` False).
    """

    __tablename__ = "commitment_units"
    __table_args__ = (UniqueConstraint("commitment_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    written: Mapped[str] = mapped_column(String(120))
    named: Mapped[bool] = mapped_column(default=True)
    commitment: Mapped[CommitmentRow] = relationship(back_populates="owners")
    unit: Mapped[UnitRow] = relationship()


#: The hash of a row of the history until its transaction ends: it tells the rows that this program
#: writes from those that somebody adds by hand.
PENDING: Final = "pending"


class HistoryRow(Table):
    """What changed: who, when, what, from, to, why. Rows are added and never changed.

    `field` of a report is the row of a workbook that it came back in, where it did ("row:" and a
    checksum); of a request and its decision the kind.

    `link` is the row's place in the chain and `hash` covers the row and the hash before it; both
    are set by `chain` when the transaction that wrote the row ends.
    """

    __tablename__ = "history"
    __table_args__ = (Index("uq_history_link", "link", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    who: Mapped[str] = mapped_column(String(120))
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitments.id"), index=True)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)
    action: Mapped[str] = mapped_column(String(20))
    field: Mapped[str | None] = mapped_column(String(40))
    old: Mapped[str | None]
    new: Mapped[str | None]
    why: Mapped[str | None]
    link: Mapped[int | None] = mapped_column(BigInteger)
    hash: Mapped[str | None] = mapped_column(String(64), default=PENDING)


class ChainRow(Table):
    """The last link of the history's chain: one row, which also orders those who add to it."""

    __tablename__ = "chain"

    id: Mapped[int] = mapped_column(primary_key=True)
    link: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


class SealRow(Table):
    """How many rows of a table the program has written and not taken away (`seals`)."""

    __tablename__ = "seals"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    rows: Mapped[int] = mapped_column(BigInteger)

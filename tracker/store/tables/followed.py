"""What is said of a commitment once it is followed: reports, requests, ratings, letters."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.tables.columns import Table
from tracker.store.tables.commitments import CommitmentRow
from tracker.store.tables.suggestions import DeputyRow, UnitRow


class ProgressReportRow(Table):
    """A figure or a text on progress, as of a day, from someone, with evidence.

    `evidence` is what people read: a text, an address, the name of a file (its bytes lie in the
    archive under `evidence_sha256`) or a quote of a letter (`evidence_letter_id`).
    `evidence_kind`: text, address, file, quote.
    """

    __tablename__ = "progress_reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    value: Mapped[Decimal | None]
    as_of: Mapped[dt.date]
    note: Mapped[str | None]
    evidence: Mapped[str | None]
    evidence_kind: Mapped[str | None] = mapped_column(String(8))
    evidence_sha256: Mapped[str | None] = mapped_column(String(64))
    evidence_letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"))
    reporter: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[dt.datetime]
    commitment: Mapped[CommitmentRow] = relationship(back_populates="reports")


class RequestRow(Table):
    """What a unit asks for, and the supervisor's decision. Chasing pauses while it waits.

    `kind`: extension (延期), not_ours (退办), wrong_date, wrong_target, drop. `deadline` is the one
    in force when it was asked for. An extension names `new_deadline` and an interim target;
    `granted` is the day a supervisor allowed. `changes` are fields as `edit` takes them, of a
    wrong date or target. State: waiting, approved, refused, lapsed (settled or withdrawn).
    """

    __tablename__ = "requests"
    __table_args__ = (Index("ix_requests_state", "state", "commitment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str]
    evidence: Mapped[str | None]
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[dt.datetime]
    asked_on: Mapped[dt.date]
    deadline: Mapped[dt.date | None]
    new_deadline: Mapped[dt.date | None]
    interim_value: Mapped[Decimal | None]
    interim_on: Mapped[dt.date | None]
    right_unit: Mapped[str | None] = mapped_column(String(120))
    changes: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    granted: Mapped[dt.date | None]
    decided_by: Mapped[str | None] = mapped_column(String(120))
    decided_at: Mapped[dt.datetime | None]
    decision: Mapped[str | None]
    commitment: Mapped[CommitmentRow] = relationship(back_populates="requests")


class RatingRow(Table):
    """What a deputy says of the delivery (落实评价); the last one of a deputy counts.

    `score`: satisfied (满意), basically (基本满意), not (不满意).
    """

    __tablename__ = "ratings"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("deputies.id"), index=True)
    score: Mapped[str] = mapped_column(String(10))
    comment: Mapped[str | None]
    rated_on: Mapped[dt.date]
    recorder: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[dt.datetime]
    commitment: Mapped[CommitmentRow] = relationship(back_populates="ratings")
    deputy: Mapped[DeputyRow] = relationship()


class OfficialLetterRow(Table):
    """A letter of supervision that was written (催办函, 督办函), by its number.

    `refs` are the commitments it speaks of; the bytes lie in the archive under `sha256`.
    """

    __tablename__ = "official_letters"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    year: Mapped[int]
    seq: Mapped[int]
    number: Mapped[str] = mapped_column(String(80), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    refs: Mapped[list[str]] = mapped_column(JSON, default=list)
    written_on: Mapped[dt.date]
    sha256: Mapped[str] = mapped_column(String(64))
    writer: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[dt.datetime]
    unit: Mapped[UnitRow] = relationship()

"""The tables, in SQLAlchemy's typed form.

`ledger` writes letters, suggestions, deputies, units, commitments, reports and history; `outbox`
and `claims` write notices, messages and attempts, `pages` the pages of sites. `queries` reads for
people; what only one job asks for (rounds, recipients, figures) that job selects itself.

    pages >── letters
    suggestions ──< letters ──< commitments ──< progress_reports
        │                           │  └──< commitment_units >── units ──< unit_aliases
        ├──< suggestion_units       └──< notices >── messages ──< attempts
        │        >── units          history (append only)
        └──< suggestion_deputies
                 >── deputies

Days are DATE, moments are UTC. Figures are decimal texts of at most 30 characters in NUMERIC
columns (SQLite keeps them as text through `Figure`), so that nothing is rounded.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Figure(TypeDecorator[Decimal]):
    """A decimal number kept as its exact text."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Moment(TypeDecorator[dt.datetime]):
    """A moment in UTC; SQLite forgets zones, so they are put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


class Table(DeclarativeBase):
    """Base of all tables; constraints are named so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {dt.datetime: Moment, Decimal: Figure, dt.date: Date, str: Text}  # noqa: RUF012


class SuggestionRow(Table):
    """What a letter answers. `code` is the part of a reference before the dash.

    `year` is the letter's year where no session is named (a number alone comes again every
    year), else 0. `reply_due`, `category` and `units` are known from the office's list
    (`listed_in` is its name); a suggestion that only a letter has told of has none of them.
    """

    __tablename__ = "suggestions"
    __table_args__ = (
        UniqueConstraint("region", "body", "session", "year", "number"),
        Index("ix_suggestions_number", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    body: Mapped[str] = mapped_column(String(10))
    region: Mapped[str] = mapped_column(String(80), default="")
    session: Mapped[str] = mapped_column(String(120), default="")
    year: Mapped[int] = mapped_column(default=0)
    number: Mapped[int | None] = mapped_column(BigInteger)
    title: Mapped[str | None]
    reply_due: Mapped[dt.date | None]
    category: Mapped[str | None] = mapped_column(String(80))
    listed_in: Mapped[str | None]
    letters: Mapped[list[LetterRow]] = relationship(back_populates="suggestion")
    units: Mapped[list[SuggestionUnitRow]] = relationship(
        back_populates="suggestion", cascade="all, delete-orphan", order_by="SuggestionUnitRow.id"
    )
    deputies: Mapped[list[DeputyRow]] = relationship(
        secondary="suggestion_deputies", back_populates="suggestions", order_by="DeputyRow.id"
    )


class LetterRow(Table):
    """One reply as archived. Its bytes lie in the archive under `sha256`.

    `joint` and `assisting` hold units as the letter writes them. The contact that it names is not
    kept: nobody asked that person to stand in a ledger. `url`, `fetched_at` and `headers` are
    there where it came from the web; `published`, `source_name` and `column_name` (栏目) where the
    page or the settings say so.
    """

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    source: Mapped[str]
    encoding: Mapped[str] = mapped_column(String(20))
    imported_at: Mapped[dt.datetime]
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    issuer_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    issuer: Mapped[str | None]
    date: Mapped[dt.date | None]
    document_no: Mapped[str | None]
    category: Mapped[str | None]
    kind: Mapped[str] = mapped_column(String(12), default="reply", server_default="reply")
    publishable: Mapped[bool | None]
    joint: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    assisting: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    url: Mapped[str | None] = mapped_column(String(2048))
    published: Mapped[dt.date | None]
    source_name: Mapped[str | None] = mapped_column(String(120))
    column_name: Mapped[str | None] = mapped_column(String(120))
    fetched_at: Mapped[dt.datetime | None]
    headers: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    text: Mapped[str] = mapped_column(deferred=True)
    suggestion: Mapped[SuggestionRow] = relationship(back_populates="letters")
    issuing_unit: Mapped[UnitRow | None] = relationship()
    commitments: Mapped[list[CommitmentRow]] = relationship(back_populates="letter")
    achievements: Mapped[list[AchievementRow]] = relationship(back_populates="letter")


class PageRow(Table):
    """A page of a watched site, as it was when it was last asked for.

    `sha256` is of its bytes then; `letter_id` is the letter that it is, or that hangs on it.
    `status` is the last answer (None: there was none) and `problem` what is wrong with it. A page
    that was not found once may be back tomorrow; `vanished_at` is set when that is certain.
    """

    __tablename__ = "pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(120), index=True)
    url: Mapped[str] = mapped_column(String(2048), unique=True)
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)
    first_seen: Mapped[dt.datetime]
    last_seen: Mapped[dt.datetime | None]
    last_checked: Mapped[dt.datetime]
    vanished_at: Mapped[dt.datetime | None]
    status: Mapped[int | None]
    problem: Mapped[str | None]


class DeputyRow(Table):
    """Who filed a suggestion."""

    __tablename__ = "deputies"
    __table_args__ = (UniqueConstraint("name", "session"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    session: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str | None] = mapped_column(String(254))
    suggestions: Mapped[list[SuggestionRow]] = relationship(
        secondary="suggestion_deputies", back_populates="deputies"
    )


class SuggestionDeputyRow(Table):
    """Which deputies filed which suggestion."""

    __tablename__ = "suggestion_deputies"

    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), primary_key=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("deputies.id"), primary_key=True, index=True)


class SuggestionUnitRow(Table):
    """Who is to answer a suggestion by the office's list; `role` is "lead" or "assist"."""

    __tablename__ = "suggestion_units"
    __table_args__ = (UniqueConstraint("suggestion_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    role: Mapped[str] = mapped_column(String(6))
    written: Mapped[str] = mapped_column(String(120))
    suggestion: Mapped[SuggestionRow] = relationship(back_populates="units")
    unit: Mapped[UnitRow] = relationship()


class UnitRow(Table):
    """An agency that replies or owns a promise."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    contact: Mapped[str | None] = mapped_column(String(80))
    email: Mapped[str | None] = mapped_column(String(254))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    parent: Mapped[UnitRow | None] = relationship(remote_side="UnitRow.id")
    aliases: Mapped[list[UnitAliasRow]] = relationship(
        back_populates="unit", cascade="all, delete-orphan"
    )


class UnitAliasRow(Table):
    """Another name of a unit (简称)."""

    __tablename__ = "unit_aliases"
    __table_args__ = (UniqueConstraint("alias", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alias: Mapped[str] = mapped_column(String(120), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    unit: Mapped[UnitRow] = relationship(back_populates="aliases")


class CommitmentRow(Table):
    """One promise in the ledger. Light and percentages are computed, never stored.

    `fingerprint` is of quote and target as found in the letter, so that a new version of the
    letter finds its commitments again whatever people have corrected since.

    Review: pending, confirmed, rejected, superseded (不再出现: nobody had confirmed it and a newer
    version no longer holds it). `recheck` says what a newer version makes of it: "missing" or
    "changed" (a person is to look), "kept" (missing, and a person follows it all the same).
    """

    __tablename__ = "commitments"
    __table_args__ = (
        UniqueConstraint("suggestion_id", "seq"),
        # The sweep asks for open, confirmed commitments by deadline, and nothing else.
        Index("ix_commitments_due", "outcome", "review", "deadline"),
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
    suggestion: Mapped[SuggestionRow] = relationship()
    letter: Mapped[LetterRow] = relationship(back_populates="commitments")
    owners: Mapped[list[CommitmentUnitRow]] = relationship(
        back_populates="commitment", cascade="all, delete-orphan", order_by="CommitmentUnitRow.id"
    )
    reports: Mapped[list[ProgressReportRow]] = relationship(
        back_populates="commitment", order_by="ProgressReportRow.as_of, ProgressReportRow.id"
    )
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


class AchievementRow(Table):
    """A measured result that a letter reports."""

    __tablename__ = "achievements"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    quote: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    what: Mapped[str]
    value: Mapped[Decimal]
    unit: Mapped[str]
    as_of: Mapped[dt.date | None]
    letter: Mapped[LetterRow] = relationship(back_populates="achievements")


class ProgressReportRow(Table):
    """A figure or a text on progress, as of a day, from someone, with evidence."""

    __tablename__ = "progress_reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"), index=True)
    value: Mapped[Decimal | None]
    as_of: Mapped[dt.date]
    note: Mapped[str | None]
    evidence: Mapped[str | None]
    reporter: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[dt.datetime]
    commitment: Mapped[CommitmentRow] = relationship(back_populates="reports")


class HistoryRow(Table):
    """What changed: who, when, what, from, to, why. Rows are added and never changed."""

    __tablename__ = "history"

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


class NoticeRow(Table):
    """A notice owed to a recipient for one rung of the ladder, decided once.

    `recipient` is "unit:ID" or "supervisor". `deadline` is part of the key, so that a new
    deadline re-arms the ladder. A notice belongs to the digest it goes out with.
    """

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("commitment_id", "recipient", "rung", "deadline"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id"))
    recipient: Mapped[str] = mapped_column(String(40))
    rung: Mapped[str] = mapped_column(String(20))
    deadline: Mapped[dt.date]
    decided_on: Mapped[dt.date]
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    withdrawn: Mapped[str | None]
    commitment: Mapped[CommitmentRow] = relationship(back_populates="notices")
    message: Mapped[MessageRow] = relationship(back_populates="notices")


class MessageRow(Table):
    """One message of the outbox: a recipient's digest of a day, or a report.

    State: queued → sending → sent | failed | cancelled; undeliverable where there is no address.
    `key` makes deciding idempotent: "digest:unit:7:2023-12-24".
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_state", "state", "not_before"),
        # A claim asks whether the recipient has had his message of the day.
        Index("ix_messages_day", "day", "recipient"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    recipient: Mapped[str] = mapped_column(String(40))
    recipient_name: Mapped[str]
    address: Mapped[str | None] = mapped_column(String(254))
    # 代收: the office gets it for a unit that has no address of its own.
    stand_in: Mapped[bool] = mapped_column(default=False)
    # The day it was decided on; from the claim on, the day it goes out as.
    day: Mapped[dt.date]
    state: Mapped[str] = mapped_column(String(14), default="queued")
    subject: Mapped[str | None]
    # What was (or, for a report, is to be) sent. Mail needs both forms: `body` is the plain text,
    # `html` its twin. A digest's are written when it is claimed, so that they tell that day's state.
    body: Mapped[str | None]
    html: Mapped[str | None]
    header_id: Mapped[str] = mapped_column(String(200), unique=True)
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[dt.datetime]
    claimed_at: Mapped[dt.datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    sent_at: Mapped[dt.datetime | None]
    error: Mapped[str | None]
    notices: Mapped[list[NoticeRow]] = relationship(back_populates="message")
    attempts: Mapped[list[AttemptRow]] = relationship(back_populates="message")


class AttemptRow(Table):
    """One try to deliver a message, and how it ended."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    at: Mapped[dt.datetime]
    result: Mapped[str] = mapped_column(String(14))
    detail: Mapped[str | None]
    message: Mapped[MessageRow] = relationship(back_populates="attempts")

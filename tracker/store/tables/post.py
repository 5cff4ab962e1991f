"""Notices decided, messages of the outbox and their fate, and who cannot be reached."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.tables.columns import Table
from tracker.store.tables.commitments import CommitmentRow
from tracker.store.tables.suggestions import DeputyRow, SuggestionRow


class NoticeRow(Table):
    """A notice owed to a recipient for one rung of the ladder, decided once.

    `recipient` is "unit:ID", "head:ID" (who leads the unit), "deputy:ID", "robot:NAME" (a group's
    robot or a webhook of the settings) or "supervisor". `deadline` is part of the key, so that a new
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

    State: queued → claimed → sending → sent | failed | cancelled; undeliverable where there is no
    address; unknown where the way broke after the message was handed over: tried once more.
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
    # How it goes out: mail (or files, where no server is set), or the kind of a robot.
    channel: Mapped[str] = mapped_column(String(10), default="mail", server_default="mail")
    recipient: Mapped[str] = mapped_column(String(40))
    recipient_name: Mapped[str]
    address: Mapped[str | None] = mapped_column(String(254))
    # 代收: the office gets it for a unit that has no address of its own.
    stand_in: Mapped[bool] = mapped_column(default=False)
    # The day it was decided on; from its first byte on, the day it goes out as.
    day: Mapped[dt.date]
    state: Mapped[str] = mapped_column(String(14), default="queued")
    subject: Mapped[str | None]
    # What a deputy unsubscribes with.
    unsubscribe: Mapped[str | None] = mapped_column(String(40))
    header_id: Mapped[str] = mapped_column(String(200), unique=True)
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[dt.datetime]
    claimed_at: Mapped[dt.datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    sent_at: Mapped[dt.datetime | None]
    error: Mapped[str | None]
    notices: Mapped[list[NoticeRow]] = relationship(back_populates="message")
    attempts: Mapped[list[AttemptRow]] = relationship(back_populates="message")
    words: Mapped[WordsRow | None] = relationship(
        back_populates="message", cascade="all, delete-orphan"
    )


class WordsRow(Table):
    """What was (or, for a report, is to be) sent, in a table of its own: a message's row is written
    thrice while it goes out, and its words once.

    Mail needs both forms: `body` is the plain text, `html` its twin; `calendar` has the deadlines in
    it as an .ics file. A digest's are written once it is claimed, so that they tell that day's
    state. `files` of a report: name → what it is, its content in Base64, and whether the HTML shows
    it (`cid:` and the name) or it is attached.
    """

    __tablename__ = "words"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    body: Mapped[str | None]
    html: Mapped[str | None]
    calendar: Mapped[str | None]
    files: Mapped[dict[str, dict[str, str | bool]] | None] = mapped_column(JSON(none_as_null=True))
    message: Mapped[MessageRow] = relationship(back_populates="words")


class AttemptRow(Table):
    """One try to deliver a message, and how it ended."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    at: Mapped[dt.datetime]
    result: Mapped[str] = mapped_column(String(14))
    detail: Mapped[str | None]
    message: Mapped[MessageRow] = relationship(back_populates="attempts")


class RungRow(Table):
    """A rung of the ladder, and the first day of which it may tell: a rung that came with a change
    of the ladder says nothing of days before the change."""

    __tablename__ = "rungs"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    since: Mapped[dt.date]


class UnreachableRow(Table):
    """An address that refused for good (静默名单): nothing is sent to it until a person clears it
    or the registry names another one."""

    __tablename__ = "unreachable"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    since: Mapped[dt.datetime]
    error: Mapped[str]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))


class SubscriptionRow(Table):
    """Whether a deputy is told of a suggestion; `token` stands in his mails to end it."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("deputy_id", "suggestion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("deputies.id"))
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), index=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    since: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    deputy: Mapped[DeputyRow] = relationship()
    suggestion: Mapped[SuggestionRow] = relationship()

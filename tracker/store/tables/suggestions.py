"""Who asks and who answers: suggestions, deputies, units."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.tables.columns import Table

if TYPE_CHECKING:
    from tracker.store.tables.letters import LetterRow


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


class SuggestionDeputyRow(Table):
    """Which deputies filed which suggestion."""

    __tablename__ = "suggestion_deputies"

    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), primary_key=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("deputies.id"), primary_key=True, index=True)


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


class UnitRow(Table):
    """An agency that replies or owns a promise; `head` is who leads it (分管负责人)."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    contact: Mapped[str | None] = mapped_column(String(80))
    email: Mapped[str | None] = mapped_column(String(254))
    head: Mapped[str | None] = mapped_column(String(80))
    head_email: Mapped[str | None] = mapped_column(String(254))
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

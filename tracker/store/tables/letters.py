"""Replies as archived, what they report, and the pages that they came from."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.tables.columns import Table
from tracker.store.tables.suggestions import SuggestionRow, UnitRow

if TYPE_CHECKING:
    from tracker.store.tables.commitments import CommitmentRow


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

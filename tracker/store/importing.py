"""A letter enters the ledger: once, and as a new version where its suggestion is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.commitments.model import Extraction
from tracker.store.book import Units, issuing_unit, take_turns
from tracker.store.entering import Entry, enter_commitments
from tracker.store.journal import clip
from tracker.store.suggested import suggestion_of
from tracker.store.tables import AchievementRow, LetterRow, SuggestionRow, UnitRow


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `refs` are the letter's commitments in the order of the text."""

    status: Literal["new", "known", "version"]
    letter_id: int
    code: str
    refs: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    confirmed: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a letter was published, as far as that is known.

    `source_name` is the site or the office that the page names, `column_name` the column (栏目)
    it stands in, `published` the day by the page itself. `headers` are in small letters.
    """

    url: str | None = None
    published: dt.date | None = None
    source_name: str | None = None
    column_name: str | None = None
    fetched_at: dt.datetime | None = None
    headers: Mapping[str, str] | None = None


def import_letter(
    session: Session,
    *,
    sha256: str,
    source: str,
    encoding: str,
    extraction: Extraction,
    who: str,
    now: dt.datetime,
    confirm_above: float = 1.01,
    origin: Origin | None = None,
) -> Imported:
    """Enter a letter and what was found in it.

    Args:
        session: of `Store.write`.
        sha256: of the bytes, which are in the archive already.
        source: where they came from.
        encoding: how they were decoded.
        extraction: what was found.
        who: who imports.
        now: when.
        confirm_above: measurable finds at or above this confidence need no person.
        origin: where it was published; a known letter without an address takes it over.

    Returns:
        "known": these bytes are in the ledger and nothing changed. "version": the suggestion has
        a letter of this unit already.
    """
    take_turns(session)
    known = known_letter(session, sha256)
    if known is not None:
        if origin is not None:
            _take_over(session, known.letter_id, origin)
        return known
    header = extraction.letter.header
    suggestion = suggestion_of(session, header)
    issuer = issuing_unit(session, header.issuer, header.region or "")
    units = Units(session, suggestion.region, dict(header.short_names))
    earlier = _earlier(suggestion, issuer, header.issuer)
    letter = _letter(extraction, sha256, source, encoding, now)
    letter.suggestion, letter.issuing_unit = suggestion, issuer
    if origin is not None:
        _publish(letter, origin)
    session.add(letter)
    session.flush()
    job = Entry(session, letter, issuer, who, now, confirm_above, units)
    job.note("import", new=source)
    done = enter_commitments(job, extraction, earlier)
    session.flush()
    return Imported(
        "version" if earlier else "new",
        letter.id,
        suggestion.code,
        done.refs,
        done.added,
        done.missing,
        done.confirmed,
    )


def known_letter(session: Session, sha256: str) -> Imported | None:
    """The answer for bytes that are in the ledger already; None for new ones.

    Args:
        session: of `Store.read` or `Store.write`.
        sha256: of the bytes.
    """
    letter = session.scalars(select(LetterRow).where(LetterRow.sha256 == sha256)).one_or_none()
    if letter is None:
        return None
    rows = sorted(letter.commitments, key=lambda row: row.start)
    refs = tuple(row.ref for row in rows)
    return Imported("known", letter.id, letter.suggestion.code, refs)


def _take_over(session: Session, letter_id: int, origin: Origin) -> None:
    """The same bytes again, now with an address: it is where people can look them up."""
    letter = session.get_one(LetterRow, letter_id)
    if letter.url is None:
        _publish(letter, origin)


def _publish(letter: LetterRow, origin: Origin) -> None:
    letter.url, letter.published = origin.url, origin.published
    letter.source_name = clip(origin.source_name, 120) if origin.source_name else None
    letter.column_name = clip(origin.column_name, 120) if origin.column_name else None
    letter.fetched_at = origin.fetched_at
    letter.headers = None if origin.headers is None else dict(origin.headers)


def _earlier(suggestion: SuggestionRow, issuer: UnitRow, written: str | None) -> list[LetterRow]:
    """Earlier versions of this reply: of the same unit, as another unit's is another reply."""
    return [
        row
        for row in suggestion.letters
        if row.issuer_id == issuer.id or row.issuer is None or written is None
    ]


def _letter(
    extraction: Extraction, sha256: str, source: str, encoding: str, now: dt.datetime
) -> LetterRow:
    header = extraction.letter.header
    return LetterRow(
        sha256=sha256,
        source=source,
        encoding=encoding,
        imported_at=now,
        issuer=header.issuer,
        date=header.date,
        document_no=header.document_no,
        category=header.category,
        kind=header.kind,
        publishable=header.publishable,
        joint=list(header.joint),
        assisting=list(header.assisting),
        text=extraction.letter.raw,
        achievements=[
            AchievementRow(
                quote=item.quote,
                start=item.start,
                end=item.end,
                what=item.what,
                value=item.value,
                unit=item.unit,
                as_of=item.as_of,
            )
            for item in extraction.achievements
        ],
    )

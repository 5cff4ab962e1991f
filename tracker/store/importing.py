"""A letter enters the ledger: once, and as a new version where its suggestion is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from tracker.commitments.model import Extraction
from tracker.store.book import Names, Units, issuing_unit, take_turns
from tracker.store.entering import Entry, add_rows, enter_commitments
from tracker.store.journal import clip, record
from tracker.store.renewing import link_renewals
from tracker.store.suggested import suggestion_of
from tracker.store.tables import (
    AchievementRow,
    HistoryRow,
    LetterRow,
    PageRow,
    SuggestionRow,
    UnitRow,
)
from tracker.store.versions import replies

#: Built once: of what it costs to ask, building the question is half.
_OF_BYTES: Final = select(LetterRow.id).where(LetterRow.sha256 == bindparam("sha256"))


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `refs` are the letter's commitments in the order of the text.

    `doubtful` are codes of suggestions that may be the one answered and are left alone. `undated`: no
    day stands in the letter, so that 年底前 and the like cannot be told.
    """

    status: Literal["new", "known", "version"]
    letter_id: int
    code: str
    refs: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    confirmed: int = 0
    doubtful: tuple[str, ...] = ()
    undated: bool = False


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
    names: Names | None = None,
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
        names: of the transaction, where it enters several letters.

    Returns:
        "known": these bytes are in the ledger and nothing changed. "version": the suggestion has
        a letter of this unit already.
    """
    take_turns(session)
    known = known_letter(session, sha256)
    if known is not None:
        if origin is not None:
            take_over(session, known.letter_id, origin, who=who, now=now)
        return known
    header, names = extraction.letter.header, names or Names()
    with session.no_autoflush:  # all that is new goes out with one flush below
        suggestion, doubtful = suggestion_of(session, header, names)
        units = Units(session, suggestion.region, dict(header.short_names), names)
        owners = [name for find in extraction.commitments for name in find.owner]
        units.look_up([header.issuer or "", *owners])
        issuer = issuing_unit(session, header.issuer, header.region or "", names)
        fresh = suggestion.id is None
        if fresh:
            for name in owners:
                units.of(name)
        letter = _letter(extraction, sha256, source, encoding, now)
        letter.suggestion, letter.issuing_unit = suggestion, issuer
        if origin is not None:
            _publish(letter, origin)
        session.add(letter)
        session.flush()
        _achieved(session, letter, extraction)
        earlier = [] if fresh else [row for row in _versions(letter) if row is not letter]
        issuer = _replying(letter, issuer, earlier)
        job = Entry(session, letter, issuer, who, now, confirm_above, units, fresh)
        job.note("import", new=source)
        for code in doubtful:
            job.note("doubt", old=code, new=suggestion.code)
        done = enter_commitments(job, extraction, earlier)
        session.flush()
        versions = [row.id for row in earlier]
        link_renewals(session, letter, done.added, versions=versions, who=who, now=now)
    return Imported(
        "version" if earlier else "new",
        letter.id,
        suggestion.code,
        done.refs,
        done.added,
        done.missing,
        done.confirmed,
        doubtful,
        undated=letter.date is None,
    )


def known_letter(session: Session, sha256: str) -> Imported | None:
    """The answer for bytes that are in the ledger already; None for new ones.

    Args:
        session: of `Store.read` or `Store.write`.
        sha256: of the bytes.
    """
    found = session.connection().scalar(_OF_BYTES, {"sha256": sha256})
    letter = session.get(LetterRow, found) if found is not None else None
    return _known(letter) if letter is not None else None


def _known(letter: LetterRow) -> Imported:
    rows = sorted(letter.commitments, key=lambda row: row.start)
    refs = tuple(row.ref for row in rows)
    return Imported("known", letter.id, letter.suggestion.code, refs)


def known_codes(session: Session, names: Sequence[str]) -> dict[str, str]:
    """Which of many files are in the ledger already, in one query.

    Args:
        session: of `Store.read` or `Store.write`.
        names: SHA-256 of the bytes of each.

    Returns:
        The code of the suggestion that it answers, for each that is, as a copy of a letter too.
    """
    query = select(LetterRow.sha256, SuggestionRow.code).join(LetterRow.suggestion)
    copies = (
        select(HistoryRow.old, SuggestionRow.code)
        .join(LetterRow, LetterRow.id == HistoryRow.letter_id)
        .join(LetterRow.suggestion)
        .where(HistoryRow.action == "copy", HistoryRow.old.in_(names))
    )
    known = {name: code for name, code in session.execute(copies) if name is not None}
    return known | dict(iter(session.execute(query.where(LetterRow.sha256.in_(names)))))


def add_copy(
    session: Session, letter_id: int, sha256: str, source: str, *, who: str, now: dt.datetime
) -> Imported:
    """A letter comes again in other bytes, as .pdf beside .docx: they are kept and named with it.

    Args:
        session: of `Store.write`.
        letter_id: the letter, which is the same word by word.
        sha256: of the bytes, which are in the archive already.
        source: where they came from.
        who: who imports; `now` is when.

    Returns:
        "known": nothing changed but that the copy is noted, once.
    """
    letter = session.get_one(LetterRow, letter_id)
    noted = (
        HistoryRow.letter_id == letter_id,
        HistoryRow.action == "copy",
        HistoryRow.old == sha256,
    )
    if session.scalars(select(HistoryRow.id).where(*noted).limit(1)).first() is None:
        record(session, "copy", who=who, now=now, letter=letter, old=sha256, new=source)
    return _known(letter)


def take_over(
    session: Session,
    letter_id: int,
    origin: Origin,
    *,
    who: str,
    now: dt.datetime,
    copy: str | None = None,
) -> None:
    """A letter without an address is met again with one: it is where people can look it up.

    What was known of its publication stays where the page says nothing of it.

    Args:
        session: of `Store.write`.
        letter_id: the letter, which is the same word by word.
        origin: where it was met.
        who: who looked there; `now` is when.
        copy: SHA-256 of the page, which is in the archive already, where its bytes are others.
    """
    letter = session.get_one(LetterRow, letter_id)
    if letter.url is not None or origin.url is None:
        return
    known = letter.published, letter.source_name, letter.column_name
    _publish(
        letter,
        replace(
            origin,
            published=origin.published or letter.published,
            source_name=origin.source_name or letter.source_name,
            column_name=origin.column_name or letter.column_name,
        ),
    )
    after = letter.published, letter.source_name, letter.column_name
    before = [
        f"{name} {old}"
        for name, old, new in zip(("发布日期", "来源", "栏目"), known, after, strict=True)
        if old is not None and old != new
    ]
    why = "原" + "、原".join(before) if before else None
    record(session, "address", who=who, now=now, letter=letter, old=copy, new=origin.url, why=why)


def take_back(
    session: Session,
    letter_id: int,
    *,
    urls: Collection[str],
    beside: Collection[int],
    extraction: Extraction,
    who: str,
    now: dt.datetime,
    confirm_above: float = 1.01,
) -> Imported | None:
    """A page shows an earlier letter again: that one is in force, and not what came in between.

    Args:
        session: of `Store.write`.
        letter_id: the letter that the page shows now.
        urls: addresses of the page.
        beside: all letters that the page shows now; none of them has been given up.
        extraction: what was found in the letter.
        who: who looks; `now` is when.
        confirm_above: measurable finds at or above this confidence need no person.

    Returns:
        What it did to the commitments; None where no later version had stood on this page.
    """
    take_turns(session)
    letter = session.get_one(LetterRow, letter_id)
    header, names, suggestion = extraction.letter.header, Names(), letter.suggestion
    issuer = letter.issuing_unit or issuing_unit(session, header.issuer, header.region or "", names)
    versions = _versions(letter)
    issuer = _replying(letter, issuer, versions)
    began = _began(session, [row.id for row in versions])
    shown = set(session.scalars(select(PageRow.letter_id).where(PageRow.url.in_(urls))))
    if not any(
        began.get(row.id, 0) > began.get(letter.id, 0)
        for row in versions
        if row.id not in beside and ((row.url or row.source) in urls or row.id in shown)
    ):
        return None
    with session.no_autoflush:
        units = Units(session, suggestion.region, dict(header.short_names), names)
        owners = [name for find in extraction.commitments for name in find.owner]
        units.look_up([header.issuer or "", *owners])
        job = Entry(session, letter, issuer, who, now, confirm_above, units, fresh=False, back=True)
        job.note("reverted", new=letter.url)
        done = enter_commitments(job, extraction, versions)
        session.flush()
    return Imported(
        "version", letter.id, suggestion.code, done.refs, done.added, done.missing, done.confirmed
    )


def _began(session: Session, letters: Sequence[int]) -> dict[int, int]:
    """Where in the history each letter was last put in force."""
    query = (
        select(HistoryRow.letter_id, func.max(HistoryRow.id))
        .where(HistoryRow.letter_id.in_(letters), HistoryRow.action.in_(("import", "reverted")))
        .group_by(HistoryRow.letter_id)
    )
    return {letter: at for letter, at in session.execute(query) if letter is not None}


def _publish(letter: LetterRow, origin: Origin) -> None:
    letter.url, letter.published = origin.url, origin.published
    letter.source_name = clip(origin.source_name, 120) if origin.source_name else None
    letter.column_name = clip(origin.column_name, 120) if origin.column_name else None
    letter.fetched_at = origin.fetched_at
    letter.headers = None if origin.headers is None else dict(origin.headers)


def _versions(letter: LetterRow) -> list[LetterRow]:
    """All versions of the reply that a letter is one of, itself among them; another unit's letter
    is another reply.
    """
    rows = letter.suggestion.letters
    reply = replies((row.id, row.issuer_id, row.issuer) for row in rows)
    return [row for row in rows if reply[row.id] == reply[letter.id]]


def _replying(letter: LetterRow, issuer: UnitRow, versions: Sequence[LetterRow]) -> UnitRow:
    """Who answers for a letter: where it is not signed, who signed its other versions."""
    if letter.issuer is not None:
        return issuer
    signed = (row.issuing_unit for row in versions if row.issuer is not None)
    return next((unit for unit in signed if unit is not None), issuer)


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
    )


def _achieved(session: Session, letter: LetterRow, extraction: Extraction) -> None:
    """Write the results that a letter reports."""
    rows = [
        {
            "letter_id": letter.id,
            "quote": item.quote,
            "start": item.start,
            "end": item.end,
            "what": item.what,
            "value": item.value,
            "unit": item.unit,
            "as_of": item.as_of,
        }
        for item in extraction.achievements
    ]
    add_rows(session, AchievementRow, rows)

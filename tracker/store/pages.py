"""Every read and write on the pages of watched sites, and what a new version of a letter changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from tracker.letters.model import Header
from tracker.store.book import take_turns
from tracker.store.journal import record
from tracker.store.tables import HistoryRow, LetterRow, PageRow, SuggestionRow
from tracker.store.versions import replies

#: Answers that say of a page that it is not there; the second says so for good.
NOT_FOUND: Final = 404
GONE: Final = 410
ABSENT: Final = (NOT_FOUND, GONE)
#: Addresses asked for in one query; databases take no endless lists.
_AT_ONCE: Final = 500
#: So many letters that say the same of themselves are compared with a new one.
_ALIKE: Final = 20


@dataclass(frozen=True, slots=True)
class Answered:
    """What a page answered: status, what it may be asked by next time, and the hash of its bytes.

    An answer that nothing has changed (304) has no hash.
    """

    status: int
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None


def known_pages(session: Session, source: str, urls: Iterable[str] = ()) -> dict[str, PageRow]:
    """The pages of a site by their address, and those of other sites at the addresses given.

    Args:
        session: of `Store.read` or `Store.write`.
        source: the site's name.
        urls: addresses that the site's index names now.
    """
    rows = list(session.scalars(select(PageRow).where(PageRow.source == source)))
    wanted = list(set(urls) - {row.url for row in rows})
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        rows += session.scalars(select(PageRow).where(PageRow.url.in_(part)))
    return {row.url: row for row in sorted(rows, key=lambda row: row.id)}


def page_answered(
    session: Session,
    source: str,
    url: str,
    answer: Answered,
    *,
    letter_id: int | None,
    problem: str | None,
    who: str,
    now: dt.datetime,
) -> bool:
    """Note that a page is there, and what of it is known now.

    Args:
        session: of `Store.write`.
        source: the site's name; a page known already stays with the site it came from.
        url: the page.
        answer: what came; a 304 leaves the hash as it was.
        letter_id: the letter that it is; None keeps the one known.
        problem: why it could not be read as a letter.
        who: who watches; `now` is when.

    Returns:
        Whether it had vanished before.
    """
    row = _row(session, source, url, now)
    returned = row.vanished_at is not None
    _lead_here(session, row, letter_id or row.letter_id, who, now)
    row.last_checked = row.last_seen = now
    row.status, row.problem, row.vanished_at = answer.status, problem, None
    row.etag, row.last_modified = answer.etag, answer.last_modified
    row.sha256 = answer.sha256 or row.sha256
    row.letter_id = letter_id or row.letter_id
    if returned:
        _note(session, row, "returned", who, now)
    return returned


def page_failed(
    session: Session,
    source: str,
    url: str,
    status: int | None,
    problem: str,
    *,
    who: str,
    now: dt.datetime,
) -> bool:
    """Note that a page could not be fetched. What is known of it stays.

    A page that held a letter is taken to have vanished when the server says that it is gone (410),
    or when it was not found (404) in two runs one after another, or once while this run met the
    letter on another page. One that never did was a dead link from the beginning.

    Args:
        session: of `Store.write`.
        source: the site's name.
        url: the page.
        status: the answer; None where there was none.
        problem: the reason.
        who: who watches; `now` is when the run began, the same moment for all its pages.

    Returns:
        Whether it has vanished now and had not before.
    """
    row = _row(session, source, url, now)
    again = row.status == NOT_FOUND and row.last_checked < now
    elsewhere = select(PageRow.id).where(
        PageRow.letter_id == row.letter_id, PageRow.id != row.id, PageRow.last_seen >= now
    )
    gone = status == GONE or (
        status == NOT_FOUND and (again or session.scalars(elsewhere.limit(1)).first() is not None)
    )
    row.last_checked, row.status, row.problem = now, status, problem
    return gone and _vanished(session, row, who, now)


def page_replaced(
    session: Session,
    source: str,
    url: str,
    answer: Answered,
    problem: str,
    *,
    other: bool,
    who: str,
    now: dt.datetime,
) -> bool:
    """Note that a page is there, and no letter on it. What is known of it stays.

    Sites answer what they have taken away with a page that says so, and call that a success. A
    page that held a letter and is readable as something else in two runs has vanished too.

    Args:
        session: of `Store.write`.
        source: the site's name.
        url: the page.
        answer: what came.
        problem: the reason why it is no letter.
        other: it can be read, and is something else.
        who: who watches; `now` is when the run began, the same moment for all its pages.

    Returns:
        Whether it has vanished now and had not before.
    """
    row = _row(session, source, url, now)
    again = row.problem is not None and row.status == answer.status and row.last_checked < now
    row.last_checked, row.status, row.problem = now, answer.status, problem
    row.etag, row.last_modified = answer.etag, answer.last_modified
    row.sha256 = answer.sha256 or row.sha256
    return other and again and _vanished(session, row, who, now, "该网址现为其他内容")


def letters_replaced(
    session: Session, urls: Collection[str], shown: Collection[int], *, who: str, now: dt.datetime
) -> list[str | None]:
    """Note which letters no longer lie at an address, since it holds another letter now.

    A newer version of the same reply is no other letter. Nobody is led to another letter's page:
    the letter's address is another page that it lies on, else none until it is met again.

    Args:
        session: of `Store.write`.
        urls: the address, and the one that it leads to.
        shown: ids of all letters that it shows now.
        who: who watches; `now` is when.

    Returns:
        Where each of them lies now, each place once.
    """
    take_turns(session)
    query = select(LetterRow).where(LetterRow.url.in_(urls), LetterRow.id.not_in(shown))
    here = [session.get_one(LetterRow, letter_id) for letter_id in shown]
    places: dict[str | None, None] = {}
    for letter in session.scalars(query.order_by(LetterRow.id)).all():
        rows = letter.suggestion.letters
        reply = replies((row.id, row.issuer_id, row.issuer) for row in rows)
        if any(reply.get(one.id, 0) == reply[letter.id] for one in here):
            continue
        record(
            session, "vanished", who=who, now=now, letter=letter, new=letter.url,
            why="该网址现为另一件答复件",
        )  # fmt: skip
        _lead_to(session, letter, _living(session, letter.id, urls), who, now)
        places[letter.url] = None
    return list(places)


def moved_to(session: Session, url: str) -> str | None:
    """Another page that the letter of a page lies on; None where there is none.

    Args:
        session: of `Store.read` or `Store.write`.
        url: the page.
    """
    letter_id = session.scalars(select(PageRow.letter_id).where(PageRow.url == url)).first()
    return _living(session, letter_id, [url]) if letter_id is not None else None


def vanished_at(session: Session, letter: LetterRow) -> dt.datetime | None:
    """Since when every page of a letter has vanished, or holds another letter; None where one is
    there, or none is known.

    Args:
        session: of `Store.read` or `Store.write`.
        letter: the letter; of an older version its own address counts, which a newer one may have
            from a page that leads there.
    """
    same_place = select(LetterRow.id).where(
        LetterRow.suggestion_id == letter.suggestion_id, LetterRow.url == letter.url
    )
    its_own = or_(
        PageRow.letter_id == letter.id, PageRow.url == letter.url, PageRow.letter_id.in_(same_place)
    )
    query = select(PageRow.vanished_at).where(its_own)
    moments = session.scalars(query).all()
    if letter.url is None and not moments:
        query = (
            select(HistoryRow.at)
            .where(HistoryRow.letter_id == letter.id, HistoryRow.action == "vanished")
            .order_by(HistoryRow.id.desc())
        )
        return session.scalars(query.limit(1)).first()
    gone = [moment for moment in moments if moment is not None]
    return max(gone) if gone and len(gone) == len(moments) else None


def page_copy(session: Session, letter: LetterRow) -> str | None:
    """SHA-256 of the page that a letter from a file was met on; None where it has the same bytes.

    Args:
        session: of `Store.read` or `Store.write`.
        letter: the letter.
    """
    query = select(HistoryRow.old).where(
        HistoryRow.letter_id == letter.id, HistoryRow.action == "address"
    )
    return session.scalars(query.order_by(HistoryRow.id.desc()).limit(1)).first()


def copies(session: Session, letter: LetterRow) -> list[tuple[str, str]]:
    """Further files that a letter came in: SHA-256 and where each came from, in order.

    Args:
        session: of `Store.read` or `Store.write`.
        letter: the letter.
    """
    query = select(HistoryRow.old, HistoryRow.new).where(
        HistoryRow.letter_id == letter.id, HistoryRow.action == "copy"
    )
    return [
        (name or "", source or "")
        for name, source in session.execute(query.order_by(HistoryRow.id))
    ]


def letters_like(session: Session, header: Header) -> list[LetterRow]:
    """The letters of the ledger that say the same of themselves, with their text.

    A letter that has moved, or stands in two columns of a site, is told by it from others.

    Args:
        session: of `Store.read` or `Store.write`.
        header: of a letter just read.
    """
    number = header.suggestion_no
    if number is not None and number >= 2**63:  # no column holds it
        return []
    query = (
        select(LetterRow)
        .join(LetterRow.suggestion)
        .where(
            LetterRow.issuer.is_not_distinct_from(header.issuer),
            LetterRow.date.is_not_distinct_from(header.date),
            LetterRow.document_no.is_not_distinct_from(header.document_no),
            SuggestionRow.number.is_not_distinct_from(number),
        )
        .options(undefer(LetterRow.text))
        .order_by(LetterRow.id.desc())
        .limit(_ALIKE)
    )
    return list(session.scalars(query))


def _row(session: Session, source: str, url: str, now: dt.datetime) -> PageRow:
    """The row of a page, made where there is none; runs at the same time make one only."""
    take_turns(session)
    row = session.scalars(select(PageRow).where(PageRow.url == url)).one_or_none()
    if row is None:
        row = PageRow(source=source, url=url, first_seen=now, last_checked=now)
        session.add(row)
    return row


def _vanished(
    session: Session, row: PageRow, who: str, now: dt.datetime, why: str | None = None
) -> bool:
    """Note that a letter's page has vanished, once."""
    if row.letter_id is None or row.vanished_at is not None:
        return False
    row.vanished_at = now
    _note(session, row, "vanished", who, now, why)
    _move(session, row, who, now)
    return True


def _move(session: Session, row: PageRow, who: str, now: dt.datetime) -> None:
    """Where a letter stands on another page too, people are led there from now on."""
    if row.letter_id is None:
        return
    letter = session.get_one(LetterRow, row.letter_id)
    living = _living(session, letter.id, [row.url])
    if letter.url == row.url and living is not None:
        _lead_to(session, letter, living, who, now)


def _lead_here(
    session: Session, row: PageRow, letter_id: int | None, who: str, now: dt.datetime
) -> None:
    """A letter whose address has vanished stands on a page that is there: people are led to it."""
    letter = session.get(LetterRow, letter_id) if letter_id is not None else None
    if letter is None or letter.url is None or letter.url == row.url:
        return
    there = session.scalars(select(PageRow).where(PageRow.url == letter.url)).one_or_none()
    if there is not None:
        gone = there.vanished_at is not None
    else:  # behind a redirect; a page that it was known on may lead there itself
        gone = row.letter_id != letter.id and vanished_at(session, letter) is not None
    if gone:
        _lead_to(session, letter, row.url, who, now)


def _living(session: Session, letter_id: int, but: Collection[str]) -> str | None:
    """Another page of a letter that is there, the latest found."""
    query = select(PageRow.url).where(
        PageRow.letter_id == letter_id, PageRow.vanished_at.is_(None), PageRow.url.not_in(but)
    )
    return session.scalars(query.order_by(PageRow.id.desc()).limit(1)).first()


def _lead_to(
    session: Session, letter: LetterRow, url: str | None, who: str, now: dt.datetime
) -> None:
    record(session, "moved", who=who, now=now, letter=letter, field="url", old=letter.url, new=url)
    letter.url = url


def _note(
    session: Session,
    row: PageRow,
    action: str,
    who: str,
    now: dt.datetime,
    why: str | None = None,
) -> None:
    if row.letter_id is not None:
        letter = session.get_one(LetterRow, row.letter_id)
        record(session, action, who=who, now=now, letter=letter, new=row.url, why=why)

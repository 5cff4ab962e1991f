"""Which suggestion a letter answers."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.letters.model import Header
from tracker.store.book import deputy_of
from tracker.store.journal import clip
from tracker.store.places import same_region
from tracker.store.sessions import session_key
from tracker.store.tables import SuggestionRow

_BIGGEST = 2**63 - 1


def suggestion_of(session: Session, header: Header) -> SuggestionRow:
    """The suggestion that a letter answers, with the deputies that it addresses.

    Found again by place, body, session and number; one without a number by its title. One that
    is new gets the next free code.

    Args:
        session: of `Store.write`.
        header: of the letter.
    """
    region, written = clip(header.region or "", 80), clip(header.session or "", 120)
    number = header.suggestion_no
    if number is not None and number > _BIGGEST:
        number = None
    wanted = SuggestionRow(
        body=header.body,
        region=region,
        session=written,
        year=header.date.year if header.date and not written else 0,
        number=number,
        title=header.title,
    )
    query = select(SuggestionRow).where(
        SuggestionRow.body == wanted.body, SuggestionRow.number.is_not_distinct_from(number)
    )
    rows = session.scalars(query.order_by(SuggestionRow.id))
    found = next((row for row in rows if _same_suggestion(row, wanted)), None)
    if found is None:
        found = wanted
        found.code = _free_code(session, header.suggestion_no)
        session.add(found)
        session.flush()
    found.title = found.title or header.title
    for name in header.recipients:
        deputy = deputy_of(session, name, written, region) if name.strip() else None
        if deputy is not None and deputy not in found.deputies:
            found.deputies.append(deputy)
    return found


def _same_suggestion(row: SuggestionRow, wanted: SuggestionRow) -> bool:
    """The same place and session; without a number also the same title."""
    if not same_region(row.region, wanted.region) or row.year != wanted.year:
        return False
    one, other = session_key(row.session), session_key(wanted.session)
    if replace(one, body="") != replace(other, body=""):
        return False
    return wanted.number is not None or (wanted.title is not None and row.title == wanted.title)


def _free_code(session: Session, number: int | None) -> str:
    """The part of a reference before the dash: 25, then 25b, 25c; u1, u2 without a number."""
    stem = "u" if number is None else str(number)[:30]
    taken = set(
        session.scalars(select(SuggestionRow.code).where(SuggestionRow.code.startswith(stem)))
    )
    if number is not None and stem not in taken:
        return stem
    endings = (str(turn) if number is None else _letters(turn + 1) for turn in count(1))
    return next(stem + ending for ending in endings if stem + ending not in taken)


def _letters(turn: int) -> str:
    """2 → b, 26 → z, 27 → aa."""
    found = ""
    while turn:
        turn, rest = divmod(turn - 1, 26)
        found = chr(ord("a") + rest) + found
    return found

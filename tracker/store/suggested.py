"""Which suggestion a letter answers."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.letters.model import Header
from tracker.store.book import Names, deputy_of
from tracker.store.journal import clip
from tracker.store.places import same_region
from tracker.store.sessions import session_key
from tracker.store.tables import SuggestionRow

_BIGGEST = 2**63 - 1
_OF_CODE = select(SuggestionRow.id).where(SuggestionRow.code == bindparam("code"))


def suggestion_of(session: Session, header: Header, names: Names | None = None) -> SuggestionRow:
    """The suggestion that a letter answers, with the deputies that it addresses.

    Found again by place, body, session and number; one without a number by its title. One that
    is new gets the next free code, and is written with the next flush.

    Args:
        session: of `Store.write`.
        header: of the letter.
        names: of the transaction, where it enters several letters.
    """
    names = names or Names()
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
        deputies=[],
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
    found.title = found.title or header.title
    for name in header.recipients:
        deputy = deputy_of(session, name, written, region, names) if name.strip() else None
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
    """The part of a reference before the dash: 25, then 25b, 25c; u1, u2 without a number.

    Codes are given in this order and never taken back, so that the first free one is found by
    halving instead of reading thousands.
    """
    stem = "u" if number is None else str(number)[:30]

    def code(turn: int) -> str:
        if number is None:
            return f"{stem}{turn}"
        return stem if turn == 1 else stem + _letters(turn)

    def taken(turn: int) -> bool:
        return session.connection().scalar(_OF_CODE, {"code": code(turn)}) is not None

    above = 1
    while taken(above):
        above *= 2
    below = above // 2
    while above - below > 1:
        middle = (above + below) // 2
        below, above = (middle, above) if taken(middle) else (below, middle)
    return code(above)


def _letters(turn: int) -> str:
    """2 → b, 26 → z, 27 → aa."""
    found = ""
    while turn:
        turn, rest = divmod(turn - 1, 26)
        found = chr(ord("a") + rest) + found
    return found

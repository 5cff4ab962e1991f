"""Which suggestion a letter, or a line of an office's list, speaks of."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.letters.model import Header
from tracker.store.book import Names, deputy_of
from tracker.store.journal import clip
from tracker.store.sessions import same_session, session_key
from tracker.store.tables import SuggestionRow

_BIGGEST: Final = 2**63 - 1
#: Below this likeness two titles are of two suggestions; a typing error or a short form is above.
_ALIKE: Final = 0.5
_FRAME: Final = re.compile(r"^关于|的?(?:建议|提案|议案|提议)$")
_OF_CODE: Final = select(SuggestionRow.id).where(SuggestionRow.code == bindparam("code"))


@dataclass(frozen=True, slots=True)
class Match:
    """The suggestion that is meant, if it is known for sure, and those that may be the same."""

    row: SuggestionRow | None
    doubtful: tuple[SuggestionRow, ...] = ()


def suggestion_of(
    session: Session, header: Header, names: Names | None = None
) -> tuple[SuggestionRow, tuple[str, ...]]:
    """The suggestion that a letter answers, with the deputies that it addresses.

    Found again by place, body, session and number; one without a number by its title. One that
    is new, or cannot be told for sure, gets the next free code, and is written with the next
    flush.

    Args:
        session: of `Store.write`.
        header: of the letter.
        names: of the transaction, where it enters several letters.

    Returns:
        The row, and the codes of those that may be the same and are left alone.
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
    )
    match = match_of(session, wanted)
    found = match.row or enter(session, wanted, header.suggestion_no)
    found.title = found.title or header.title
    for name in header.recipients:
        deputy = deputy_of(session, name, written, region, names) if name.strip() else None
        if deputy is not None and deputy not in found.deputies:
            found.deputies.append(deputy)
    return found, tuple(row.code for row in match.doubtful)


def match_of(session: Session, wanted: SuggestionRow) -> Match:
    """The suggestion in the ledger that a new one turns out to be.

    Sure where body, number, place and session agree; where too little is said of place or
    session, only with the same title. Without a number the title decides in their place.

    Args:
        session: of `Store.read` or `Store.write`.
        wanted: not in the ledger.
    """
    query = select(SuggestionRow).where(
        SuggestionRow.body == wanted.body, SuggestionRow.number.is_not_distinct_from(wanted.number)
    )
    if wanted.number is None:
        if wanted.title is None:
            return Match(None)
        query = query.where(SuggestionRow.title == wanted.title)
    sure, doubtful = [], []
    for row in session.scalars(query.order_by(SuggestionRow.id)):
        same = same_meeting(row, wanted)
        if same:
            sure.append(row)
        elif same is None and not titles_differ(row.title, wanted.title):
            doubtful.append(row)
    named = [
        row for row in doubtful if _core(row.title) and _core(row.title) == _core(wanted.title)
    ]
    # Two that say nothing of their session agree in little; the same title goes before that.
    vague = not wanted.session and all(titles_differ(row.title, wanted.title) for row in sure)
    if len(named) == 1 and (vague or not sure):
        return Match(named[0])
    sure.sort(key=lambda row: (row.region, row.session) != (wanted.region, wanted.session))
    return Match(sure[0]) if sure else Match(None, tuple(doubtful))


def enter(session: Session, wanted: SuggestionRow, number: int | None) -> SuggestionRow:
    """Put a new suggestion into the ledger under the next free code, with the next flush.

    Args:
        session: of `Store.write`.
        wanted: without a code.
        number: as it is written, of any length.
    """
    wanted.code = _free_code(session, number)
    # Known to be empty: nothing has to be read to add the first.
    wanted.letters, wanted.deputies, wanted.units = [], [], []
    session.add(wanted)
    return wanted


def titles_differ(one: str | None, other: str | None) -> bool:
    """Whether two titles are of two suggestions; one that is missing tells nothing."""
    left, right = _core(one), _core(other)
    if not left or not right or left in right or right in left:
        return False
    return SequenceMatcher(None, left, right, autojunk=False).ratio() < _ALIKE


def same_title(one: str | None, other: str | None) -> bool:
    """Whether two titles are one but for width, blanks and marks: 《关于…的建议》."""
    return _bare(one) == _bare(other)


def same_meeting(row: SuggestionRow, wanted: SuggestionRow) -> bool | None:
    """Whether two suggestions are of one session in one place; None where too little is said."""
    return same_session(
        session_key(row.session),
        session_key(wanted.session),
        regions=(row.region, wanted.region),
        years=(row.year, wanted.year),
    )


def _bare(title: str | None) -> str:
    plain = unicodedata.normalize("NFKC", title or "")
    return "".join(char for char in plain if char.isalnum())[:300]


def _core(title: str | None) -> str:
    """A title without marks and without 关于…的建议."""
    return _FRAME.sub("", _bare(title))


def _free_code(session: Session, number: int | None) -> str:
    """The part of a reference before the dash: 25, then 25b, 25c; u1, u2 without a number.

    Codes are given in this order, so that a free one is found by halving instead of reading
    thousands; one that a merge has freed may be given again.
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

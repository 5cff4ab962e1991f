"""Which suggestions are of a session of the congress (届次) that a person names."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from tracker.errors import UnknownReference
from tracker.store.sessions import is_meant
from tracker.store.tables import SuggestionRow

#: So many names a message lists.
_NAMED: Final = 5

_COLUMNS: Final = (
    SuggestionRow.session, SuggestionRow.body, SuggestionRow.region, SuggestionRow.year,
)  # fmt: skip


def sittings(session: Session, name: str) -> list[str]:
    """The sessions that a name means, as the suggestions write them.

    Args:
        session: of `Store.read` or `Store.write`.
        name: 云溪县十八届人大二次会议, 十八届二次, 十八届, or a part of what is written.

    Raises:
        UnknownReference: no suggestion is of such a session.
    """
    return list(dict.fromkeys(written for written, *_ in _meant(session, name)))


def of_sitting(session: Session, name: str) -> ColumnElement[bool]:
    """The condition that a suggestion is of the sessions that a name means.

    Raises:
        UnknownReference: no suggestion is of such a session.
    """
    # A ledger has tens of thousands of suggestions, of a few dozen sessions at most.
    return or_(
        *(
            (SuggestionRow.session == written)
            & (SuggestionRow.body == body)
            & (SuggestionRow.region == region)
            & (SuggestionRow.year == year)
            for written, body, region, year in _meant(session, name)
        )
    )


def _meant(session: Session, name: str) -> list[tuple[str, str, str, int]]:
    known = [
        (written, body, region, year)
        for written, body, region, year in session.execute(
            select(*_COLUMNS).distinct().order_by(*_COLUMNS)
        )
    ]
    found = [one for one in known if name.strip() and is_meant(name, *one)]
    if not found:
        names = list(dict.fromkeys(written for written, *_ in known if written))
        told = ", ".join(names[:_NAMED]) or "see: tracker suggestions list"
        raise UnknownReference(f"no session {name.strip()!r}; there are: {told}")
    return found
